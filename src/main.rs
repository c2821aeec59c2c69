//! The `exboard` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(exboard::cli::main())
}
