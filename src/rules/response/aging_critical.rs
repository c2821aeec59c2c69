//! `response/aging-critical`

use chrono::TimeDelta;

use crate::policy::RiskLevel;
use crate::record::RegistryStatus;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::time::describe_duration;

rule! {
    /// A critical request is open, not sent, and older than `critical_max_hours`.
    ///
    /// The age counts from `reopened_at`, or else from `received_at`. `critical_max_hours` of `policies/registry.toml` is
    /// 72 by default.
    ///
    /// ## Why
    /// A critical request blocks the deal and binds counsel. One that nobody has answered for days is stuck somewhere, and
    /// the due date alone does not say how badly.
    ///
    /// ## Fails
    /// ```yaml base=triaged now=2026-05-07T09:00:00Z
    /// risk_level: critical
    /// due_at: 2026-05-08T08:00:00Z
    /// escalation:
    ///   legal_owner: ben
    ///   reason: The bank asks for the master key.
    /// ```
    /// ```toml with file=policies/registry.toml
    /// [sla]
    /// critical = { hours = 96 }
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=triaged now=2026-05-07T07:30:00Z
    /// risk_level: critical
    /// due_at: 2026-05-08T08:00:00Z
    /// escalation:
    ///   legal_owner: ben
    ///   reason: The bank asks for the master key.
    /// ```
    /// ```toml with file=policies/registry.toml
    /// [sla]
    /// critical = { hours = 96 }
    /// ```
    RULE {
        name: "response/aging-critical",
        summary: "A critical request is open, not sent, and older than `critical_max_hours`",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Unfinished,
        clock: true,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(record) = subject.registry() else { return };
    let waiting = record.status.is_some_and(|status| status != RegistryStatus::Sent);
    let (true, Some(RiskLevel::Critical), Some(start)) = (waiting, record.risk_level, record.clock_start())
    else {
        return;
    };
    let most = subject.policy.registry.critical_max_hours;
    let age = subject.now - start;
    if age <= TimeDelta::hours(i64::from(most)) {
        return;
    }
    let since = if record.reopened_at.is_some() { "reopened_at" } else { "received_at" };
    let message = format!(
        "this critical request is {} old and not answered, and {most} hours are the most",
        describe_duration(age)
    );
    let mut finding = out
        .finding(subject.at(&format!("/{since}")), message)
        .help("answer it with counsel today, or close it with the buyer's word");
    if let Some(place) = subject.policy_place("registry.toml", "critical_max_hours") {
        finding = finding.related(place, "the policy's limit");
    }
    out.report(finding);
}
