//! `response/due-mismatch`

use crate::finding::Safety;
use crate::record::answer_due;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::time::{describe_duration, describe_sla, format_local};

rule! {
    /// `due_at` is later than the SLA allows.
    ///
    /// The answer is due at `reopened_at`, or else `received_at`, plus the SLA of the risk level in
    /// `policies/registry.toml`. An earlier time is always allowed.
    ///
    /// ## Why
    /// The buyer waits. A deadline that the record sets itself is none.
    ///
    /// ## Fails
    /// ```yaml base=triaged
    /// due_at: 2026-05-08T17:00:00Z
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=triaged
    /// due_at: 2026-05-05T12:00:00Z
    /// ```
    RULE {
        name: "response/due-mismatch",
        summary: "`due_at` is later than the SLA allows",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Unfinished,
        fix: Some(Safety::Safe),
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(record) = subject.registry() else { return };
    let (Some(due), Some(level)) = (record.due_at, record.risk_level) else { return };
    let Some(deadline) = answer_due(record, subject.policy).filter(|deadline| due > *deadline) else {
        return;
    };
    let start = if record.reopened_at.is_some() { "reopened_at" } else { "received_at" };
    let right = format_local(deadline, &subject.policy.lanes.calendar);
    let message = format!(
        "`due_at` is {} later than {right}: `{start}` and the SLA of a {level} risk ({})",
        describe_duration(due - deadline),
        describe_sla(subject.policy.registry.sla(level)),
    );
    let mut finding = out
        .finding(subject.at("/due_at"), message)
        .help(format!("set `due_at: {right}`, or earlier"))
        .related(subject.at(&format!("/{start}")), "the clock starts here");
    if let Some(place) = subject.policy_place("registry.toml", &format!("sla.{level}")) {
        finding = finding.related(place, "the SLA");
    }
    finding.fix = subject.set_scalar("/due_at", right);
    out.report(finding);
}
