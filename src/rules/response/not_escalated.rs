//! `response/not-escalated`

use crate::policy::{EscalatesOn, Pattern};
use crate::record::{RegistryRecord, RegistryStatus};
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};

rule! {
    /// The pattern's condition for counsel holds, and the record has no `escalation`.
    ///
    /// `escalates_on` of a pattern in `policies/patterns.toml` is one of: `buyer_rejected`, when the answer was rejected;
    /// `below_baseline`, when `meets_baseline` is false; `burden_over`, when `burden_hours_month` is above the pattern's;
    /// `always`, from `triaged` on.
    ///
    /// ## Why
    /// The decision matrix says in advance where the desk's authority ends. Past that point, whoever answers alone answers
    /// for the company.
    ///
    /// ## Fails
    /// ```yaml base=triaged
    /// meets_baseline: false
    /// ```
    /// ```yaml base=triaged
    /// pattern: additional-logging
    /// burden_hours_month: 4.5
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=triaged
    /// pattern: additional-logging
    /// burden_hours_month: 4
    /// ```
    /// ```yaml base=triaged
    /// meets_baseline: false
    /// escalation:
    ///   legal_owner: ben
    ///   reason: The baseline asks for a key of our own.
    /// ```
    RULE {
        name: "response/not-escalated",
        summary: "The pattern's condition for counsel holds, and the record has no `escalation`",
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
    let Some((id, pattern)) = record.pattern.and_then(|id| subject.policy.patterns.rows.get_key_value(id))
    else {
        return;
    };
    if subject.file.document.get("/escalation").is_some() {
        return;
    }
    let Some((field, reason)) = reason(record, pattern) else { return };
    let message = format!("{reason}, so counsel has to see it, and there is no `escalation`");
    let mut finding = out
        .finding(subject.at(field), message)
        .help("add `escalation` with `legal_owner` and `reason`, or answer within the pattern's limits");
    if let Some(place) = subject.policy_place("patterns.toml", &format!("pattern.{id}.escalates_on")) {
        finding = finding.related(place, "the pattern's condition");
    }
    out.report(finding);
}

/// The field that makes the pattern's condition true, and the condition in words.
fn reason(record: &RegistryRecord<'_>, pattern: &Pattern) -> Option<(&'static str, String)> {
    match pattern.escalates_on {
        EscalatesOn::BuyerRejected => (record.status == Some(RegistryStatus::Rejected))
            .then(|| ("/status", "the buyer rejected the answer".to_owned())),
        EscalatesOn::BelowBaseline => (record.meets_baseline == Some(false))
            .then(|| ("/meets_baseline", "the compensating control does not keep the baseline".to_owned())),
        EscalatesOn::BurdenOver => {
            let (hours, most) = (record.burden_hours_month?, pattern.burden_hours_month?);
            let reason = format!("a yes costs {hours} hours a month, and {most} are the most");
            (hours > most.to_f64()).then_some(("/burden_hours_month", reason))
        }
        EscalatesOn::Always => record.status.filter(|status| *status != RegistryStatus::New).map(|_| {
            ("/pattern", format!("requests of this pattern ({}) always lie with counsel", pattern.name))
        }),
    }
}
