//! `lane/stale-approval`

use crate::change::Shortfall;
use crate::rules::declare::rule;
use crate::rules::voting::tell_decision;
use crate::rules::{ChangeSubject, Out};

rule! {
    /// What was voted on is not what is decided.
    ///
    /// A vote holds for a record as long as what it covers is the same: all but the fields that the decision writes down,
    /// the progress of the work, and evidence that is only added. Texts that differ in white space alone are the same.
    ///
    /// ## Why
    /// Otherwise one could win the votes for a small exception, and merge a large one.
    ///
    /// ## Fails
    /// ```yaml before base=just-approved
    /// impacted_assets: [export-service]
    /// decision_status: proposed
    /// ```
    /// ```yaml after base=just-approved
    /// impacted_assets: [export-service, billing]
    /// ```
    /// ```yaml votes
    /// - { person: dan, on: before }
    /// ```
    ///
    /// ## Passes
    /// ```yaml before base=proposed
    /// decision_status: proposed
    /// ```
    /// ```yaml after base=just-approved
    /// decision_notes: Voted first, and written down afterwards.
    /// ```
    /// ```yaml votes
    /// - { person: dan, on: after }
    /// ```
    RULE {
        name: "lane/stale-approval",
        summary: "What was voted on is not what is decided",
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
    tell_decision(subject, Shortfall::Stale, out);
}
