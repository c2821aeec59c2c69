//! `lane/approval-missing`

use crate::change::Shortfall;
use crate::rules::declare::rule;
use crate::rules::voting::tell_decision;
use crate::rules::{ChangeSubject, Out};

rule! {
    /// A decision has too few votes, or a standing veto.
    ///
    /// Approving, rejecting and renewing take the votes of as many distinct people of the record's tier, or of a higher
    /// one, as the tier's quorum. Where the change lowers the lane, the higher lane's tier votes. A vote counts when its
    /// source is accepted, it is on what is decided, and its voter has no part in the change: not an author, not the one
    /// who opened the pull request or pushed last, not the requester, not the mitigation owner. An objection is a veto
    /// until whoever made it approves, or takes it back.
    ///
    /// ## Why
    /// A decision is worth what its votes are worth. A name in `decided_by` is a claim; a vote is its proof.
    ///
    /// ## Fails
    /// ```yaml before base=proposed
    /// decision_status: proposed
    /// ```
    /// ```yaml after base=just-approved
    /// decided_by: [dan]
    /// ```
    /// ```yaml votes
    /// []
    /// ```
    /// ```yaml before base=proposed
    /// decision_status: proposed
    /// ```
    /// ```yaml after base=just-approved
    /// decided_by: [dan]
    /// ```
    /// ```yaml votes
    /// - { person: dan, on: after }
    /// - { person: eva, on: after, veto: true }
    /// ```
    ///
    /// ## Passes
    /// ```yaml before base=proposed
    /// decision_status: proposed
    /// ```
    /// ```yaml after base=just-approved
    /// decided_by: [dan]
    /// ```
    /// ```yaml votes
    /// - { person: dan, on: after }
    /// ```
    RULE {
        name: "lane/approval-missing",
        summary: "A decision has too few votes, or a standing veto",
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
    tell_decision(subject, Shortfall::Missing, out);
}
