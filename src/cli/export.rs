//! `exboard export`: what other programs read.

use super::args::{ExportArgs, ExportFormat, Shared};
use super::console::{Console, Exit, Failure};
use super::workspace;
use crate::policy::{MAX_CODEOWNERS, codeowners};

pub(super) fn run(shared: &Shared, args: &ExportArgs, console: &mut Console<'_>) -> Result<Exit, Failure> {
    shared.one_format(&[])?;
    let workspace = workspace::open(shared, console)?;
    let policy = workspace.policy()?;
    let now = workspace::now(shared, &policy.lanes.calendar)?;
    let text = match args.what {
        ExportFormat::Codeowners => {
            let file = format!("{}/board.toml", policy.exboard.paths.policies);
            let text = codeowners(policy, policy.lanes.calendar.date_of(now)).ok_or_else(|| {
                Failure::new("nobody who could own anything has a login")
                    .help(format!("give the members of the boards their `github` logins in {file}"))
            })?;
            if text.len() > MAX_CODEOWNERS {
                let size = text.len();
                return Err(Failure::new(format_args!(
                    "CODEOWNERS would have {size} bytes, and GitHub ignores one of more than {MAX_CODEOWNERS}"
                )));
            }
            text
        }
    };
    console.result(shared, &text)?;
    Ok(Exit::Clean)
}
