//! `exboard check`: the gate.

mod change;
mod filter;
mod github;
mod state;
mod suggest;

use super::args::{CheckArgs, Shared};
use super::console::{Console, Exit, Failure};
use crate::check::Outcome;
use filter::Filter;

pub(super) use change::read_reviews;

pub(super) fn run(shared: &Shared, args: &CheckArgs, console: &mut Console<'_>) -> Result<Exit, Failure> {
    if args.github {
        github::run(shared, args, console)
    } else if args.diff.is_some() || args.staged {
        change::run(shared, args, console)
    } else {
        state::run(shared, args, None, console)
    }
}

/// Says on standard error that the verdict is not the gate's, where rules are left out.
fn tell_filtered(shared: &Shared, args: &CheckArgs, console: &mut Console<'_>) {
    let filtered = !args.select.is_empty() || !args.ignore.is_empty();
    if filtered && !shared.quiet {
        console.note("note: --select or --ignore leaves rules out; the verdict is not the gate's");
    }
}

/// How the command ends, by what was found.
fn exit(outcome: &Outcome, args: &CheckArgs) -> Exit {
    let worst = outcome.findings.iter().map(|finding| finding.severity).max();
    if worst >= Some(args.fail_level.severity()) { Exit::Findings } else { Exit::Clean }
}
