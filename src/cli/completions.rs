//! `exboard completions`: scripts for the shells.

use clap::CommandFactory;

use super::args::{Cli, CompletionsArgs, Shared};
use super::console::{Console, Exit, Failure};

pub(super) fn run(
    shared: &Shared,
    args: &CompletionsArgs,
    console: &mut Console<'_>,
) -> Result<Exit, Failure> {
    shared.one_format(&[])?;
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "exboard", &mut script);
    console.result(shared, &String::from_utf8_lossy(&script))?;
    Ok(Exit::Clean)
}
