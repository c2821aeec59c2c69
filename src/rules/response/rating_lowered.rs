//! `response/rating-lowered`

use crate::change::lower_rating;
use crate::rules::declare::rule;
use crate::rules::voting::answer;
use crate::rules::{ChangeSubject, Out};

rule! {
    /// The risk of an answer is rated lower, and nobody who may do that agreed.
    ///
    /// From `high` and below one of `[registry] approvers` votes on it (`policies/registry.toml`), from `critical` one of
    /// `[legal] members` (`policies/board.toml`).
    ///
    /// ## Why
    /// The rating decides who looks at the answer. Whoever writes the answer does not choose that alone.
    ///
    /// ## Fails
    /// ```yaml before base=triaged
    /// risk_level: critical
    /// ```
    /// ```yaml after base=triaged
    /// risk_level: high
    /// ```
    /// ```yaml votes
    /// - { person: dan, on: after }
    /// ```
    ///
    /// ## Passes
    /// ```yaml before base=triaged
    /// risk_level: critical
    /// ```
    /// ```yaml after base=triaged
    /// risk_level: high
    /// ```
    /// ```yaml votes
    /// - { person: ben, on: after }
    /// ```
    RULE {
        name: "response/rating-lowered",
        summary: "The risk of an answer is rated lower, and nobody who may do that agreed",
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
    let Some(question) = lower_rating(subject.change, subject.policy()) else { return };
    if let Some(finding) = answer(subject, &question, "/risk_level", out) {
        out.report(subject.and_before(finding, "/risk_level", "the rating before"));
    }
}
