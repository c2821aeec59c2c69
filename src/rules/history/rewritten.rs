//! `history/rewritten`

use crate::finding::Place;
use crate::rules::declare::rule;
use crate::rules::{ChangeSetSubject, Out};

rule! {
    /// A signed receipt is about a commit that is no longer in the history.
    ///
    /// A receipt names the commit that landed. If the first-parent history of the branch does not have it any more, the
    /// history was rewritten after a decision.
    ///
    /// ## Why
    /// Git is the record. A history that can be replaced proves nothing, so a protected branch is never forced.
    ///
    /// ## Fails
    /// ```text lost=3f2c9a6f0e1d4b7c8a95d2e13b60f7481c2d9e05
    /// Exboard-Receipt: 1
    /// Pull-Request: https://git.example.com/governance/pull/104
    /// Record: SEB-2026-0042 sha256:…
    /// ```
    ///
    /// ## Passes
    /// ```yaml new base=draft
    /// decision_status: draft
    /// ```
    RULE {
        name: "history/rewritten",
        summary: "A signed receipt is about a commit that is no longer in the history",
        scope: Change,
        severity: Error,
        locked: true,
        judges: Every,
        fix: None,
        since: "0.1.0",
    }
    Check::ChangeSet(check)
}

fn check(subject: &ChangeSetSubject<'_>, out: &mut Out<'_>) {
    for receipt in subject.lost {
        let commit = receipt.commit.get(..12).unwrap_or(&receipt.commit);
        let what = match receipt.records.as_slice() {
            [] => "a change".to_owned(),
            records => records.join(", "),
        };
        let from = receipt.pull_request.as_ref().map(|from| format!(" from {from}")).unwrap_or_default();
        let message = format!(
            "a signed receipt says that {what}{from} landed as {commit}, and the first-parent history has no such \
             commit"
        );
        let help = "find out who rewrote the branch; restore it, or acknowledge it in policies/history.toml";
        out.report(out.finding(Place::file("exboard.toml"), message).help(help));
    }
}
