//! `response/under-rated`

use crate::rules::declare::rule;
use crate::rules::{Out, Subject};

rule! {
    /// `risk_level` is below the pattern's.
    ///
    /// A pattern of `policies/patterns.toml` has the lowest level that its records may have; a higher one is always allowed.
    ///
    /// ## Why
    /// The level sets the time to answer and who lets the answer out. Rated too low, a request slips past both.
    ///
    /// ## Fails
    /// ```yaml base=triaged
    /// risk_level: low
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=triaged
    /// pattern: policy-clarification
    /// risk_level: medium
    /// ```
    RULE {
        name: "response/under-rated",
        summary: "`risk_level` is below the pattern's",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Unfinished,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(record) = subject.registry() else { return };
    let (Some(id), Some(level)) = (record.pattern, record.risk_level) else { return };
    let Some(pattern) = subject.policy.patterns.rows.get(id).filter(|pattern| level < pattern.risk) else {
        return;
    };
    let message =
        format!("`risk_level` is {level}, and a request of the pattern `{id}` is at least {}", pattern.risk);
    let mut finding = out
        .finding(subject.at("/risk_level"), message)
        .help(format!("set `risk_level: {}`, and `due_at` with it", pattern.risk))
        .related(subject.at("/pattern"), "the pattern");
    if let Some(place) = subject.policy_place("patterns.toml", &format!("pattern.{id}.risk")) {
        finding = finding.related(place, "the pattern's level");
    }
    out.report(finding);
}
