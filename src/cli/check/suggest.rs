//! Safe fixes of a pull request, as suggestions at its lines. They are a kindness: whatever keeps them away is said, and
//! changes no verdict.

use crate::cli::console::Console;
use crate::finding::Finding;
use crate::fix::Plan;
use crate::forge::{Forge, Pull, Suggested, Suggestion, suggestions};
use crate::render::is_hidden;

/// What a plan of fixes suggests: text that is seen as it is.
pub(super) fn of_plan(plan: &Plan, findings: &[Finding], prefix: &str) -> Vec<Suggestion> {
    let mut all = suggestions(&plan.files, findings, prefix);
    all.retain(|one| !one.after().any(|line| line.contains(is_hidden)));
    all
}

/// Makes the suggestions, and says what became of them.
pub(super) fn post(forge: &Forge<'_>, pull: &Pull, all: &[Suggestion], console: &mut Console<'_>) {
    let count = |number: usize| format!("{number} suggestion{}", if number == 1 { "" } else { "s" });
    match forge.suggest(pull.number, &pull.head, all) {
        Ok(Suggested::Made { now: 0, .. }) => {}
        Ok(Suggested::Made { now, left: 0 }) => {
            console.note(&format!("{} made in the pull request", count(now)));
        }
        Ok(Suggested::Made { now, left }) => console.note(&format!(
            "{} made in the pull request; {left} more are for a later run: one review has no more",
            count(now)
        )),
        Ok(Suggested::Refused(number)) => console.note(&format!(
            "note: {} not made: the job has no `pull-requests: write`; the `exboard check --fix` that the report names writes the same",
            count(number)
        )),
        Err(error) => console.note(&format!("note: no suggestions were made: {error}")),
    }
}
