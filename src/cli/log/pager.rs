//! Long output in a terminal goes through the reader's pager.

use std::io::{self, Write};
use std::process::{Command, Stdio};

use crate::cli::console::{Console, Failure};
use crate::render::Terminal;

/// Writes through `$PAGER`, or `less`; straight to the terminal where there is none, or it is `cat`.
pub(super) fn print(
    console: &mut Console<'_>,
    terminal: Terminal,
    write: impl Fn(&mut dyn Write, Terminal) -> io::Result<()>,
) -> Result<(), Failure> {
    let pager = console.variable("EXBOARD_PAGER").or_else(|| console.variable("PAGER"));
    let pager = pager.map(str::trim).filter(|pager| !pager.is_empty()).unwrap_or("less").to_owned();
    if pager != "cat" {
        // The words of the variable, as every pager's user writes them; no shell reads them.
        let mut words = pager.split_whitespace();
        let mut command = Command::new(words.next().unwrap_or("less"));
        command.args(words).stdin(Stdio::piped());
        if console.variable("LESS").is_none() {
            // Ends by itself where the page is enough, lets colours through, and leaves the text on the screen.
            command.env("LESS", "FRX");
        }
        if let Ok(mut child) = command.spawn() {
            if let Some(mut into) = child.stdin.take() {
                // Whoever quits the pager has read enough.
                let _ = write(&mut into, terminal).and_then(|()| into.flush());
            }
            let _ = child.wait();
            return Ok(());
        }
    }
    console.write_with(|out| write(out, terminal))
}
