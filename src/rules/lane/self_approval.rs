//! `lane/self-approval`

use crate::change::Shortfall;
use crate::rules::declare::rule;
use crate::rules::voting::tell_decision;
use crate::rules::{ChangeSubject, Out};

rule! {
    /// A vote that the decision needs is by somebody with a part in the change.
    ///
    /// Authors of the change, the one who opened the pull request or pushed last, the requester and the mitigation owner
    /// do not vote on it, unless `self_approval = true` of the tier lets a lone founder decide.
    ///
    /// ## Why
    /// Who asks for an exception does not grant it.
    ///
    /// ## Fails
    /// ```yaml before base=proposed
    /// decision_status: proposed
    /// ```
    /// ```yaml after base=just-approved author=dan
    /// decided_by: [dan]
    /// ```
    /// ```yaml votes
    /// - { person: dan, on: after }
    /// ```
    ///
    /// ## Passes
    /// ```yaml before base=proposed
    /// decision_status: proposed
    /// ```
    /// ```yaml after base=just-approved author=mia
    /// decided_by: [dan]
    /// ```
    /// ```yaml votes
    /// - { person: dan, on: after }
    /// ```
    /// ```yaml before base=proposed
    /// decision_status: proposed
    /// ```
    /// ```yaml after base=just-approved author=dan
    /// decided_by: [dan]
    /// ```
    /// ```yaml votes
    /// - { person: dan, on: after }
    /// ```
    /// ```toml with file=policies/board.toml
    /// [people.dan]
    /// name = "Dan Whitlock"
    ///
    /// [people.mia]
    /// name = "Mia Torres"
    ///
    /// [tiers.director]
    /// members = ["dan"]
    /// self_approval = true
    /// ```
    RULE {
        name: "lane/self-approval",
        summary: "A vote that the decision needs is by somebody with a part in the change",
        scope: Change,
        severity: Error,
        locked: true,
        judges: Every,
        votes: true,
        fix: None,
        since: "0.1.0",
    }
    Check::Change(check)
}

fn check(subject: &ChangeSubject<'_>, out: &mut Out<'_>) {
    tell_decision(subject, Shortfall::Own, out);
}
