//! `evidence/missing`

use crate::finding::Finding;
use crate::record::{BoardRecord, ControlStatus, RegistryRecord, route};
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};

rule! {
    /// A claim cites no evidence.
    ///
    /// From the risk up that `required_from` in `policies/evidence.toml` names (`board`: the band of the recomputed
    /// score; `registry`: the risk level), each compensating control that is implemented or verified, and each
    /// control statement of an answer, cites at least one entry of the record's evidence.
    ///
    /// ## Why
    /// "It is in place" is a claim until somebody else can look.
    ///
    /// ## Fails
    /// ```yaml base=approved
    /// recommended_compensating_controls:
    ///   - id: key-rotation
    ///     description: The export key is rotated every 30 days by a job that the platform team watches.
    ///     owner: mia
    ///     due: 2026-05-01
    ///     test: The job's log shows a rotation in each of the last 30 days.
    ///     nist: [SC-12]
    ///     status: implemented
    ///     completed_at: 2026-04-29
    /// ```
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: Exports are encrypted with AES-256 under a key that we manage.
    ///       confirmed:
    ///         by: mia
    ///         at: 2026-05-04
    ///       evidence: [E1]
    ///     - text: The key is rotated every 30 days.
    ///       confirmed:
    ///         by: mia
    ///         at: 2026-05-04
    ///       evidence: []
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=approved
    /// recommended_compensating_controls:
    ///   - id: key-rotation
    ///     description: The export key is rotated every 30 days by a job that the platform team watches.
    ///     owner: mia
    ///     due: 2026-05-01
    ///     test: The job's log shows a rotation in each of the last 30 days.
    ///     nist: [SC-12]
    ///     status: implemented
    ///     completed_at: 2026-04-29
    ///     evidence: [E1]
    ///   - id: key-alert
    ///     description: Use of the export key outside the export service raises an alert.
    ///     owner: mia
    ///     due: 2026-06-01
    ///     test: A read of the key from a test host raises the alert.
    ///     nist: [SC-12]
    ///     status: planned
    /// ```
    RULE {
        name: "evidence/missing",
        summary: "A claim cites no evidence",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Unfinished,
        gate: true,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    if let Some(record) = subject.board() {
        check_board(subject, record, out);
    } else if let Some(record) = subject.registry() {
        check_registry(subject, record, out);
    }
}

fn check_board(subject: &Subject<'_>, record: &BoardRecord<'_>, out: &mut Out<'_>) {
    let from = subject.policy.evidence.board_from;
    let Some(band) = route(record, subject.policy, subject.now).map(|routing| routing.lane.band) else {
        return;
    };
    if band < from {
        return;
    }
    for (index, control) in record.recommended_compensating_controls.iter().enumerate() {
        let field = format!("/recommended_compensating_controls/{index}/evidence");
        let Some(status) = control.status.filter(|status| *status != ControlStatus::Planned) else {
            continue;
        };
        if !subject.has_no_entries(&field) {
            continue;
        }
        let name =
            control.id.map_or_else(|| format!("control {}", index + 1), |id| format!("the control `{id}`"));
        let message = format!(
            "{name} is {} and cites no evidence; the {band} band asks for some (from {from} up)",
            status.as_str()
        );
        let help = "cite entries of `evidence_link` in its `evidence`, such as the result of its `test`";
        let finding = out.finding(subject.at(&field), message).help(help);
        out.report(with_policy(finding, subject, "required_from.board"));
    }
}

fn check_registry(subject: &Subject<'_>, record: &RegistryRecord<'_>, out: &mut Out<'_>) {
    let from = subject.policy.evidence.registry_from;
    let (Some(level), Some(response)) = (record.risk_level.filter(|level| *level >= from), &record.response)
    else {
        return;
    };
    for index in 0..response.control_statements.len() {
        let field = format!("/response/control_statements/{index}/evidence");
        if !subject.has_no_entries(&field) {
            continue;
        }
        let message = format!(
            "control statement {} cites no evidence; a {level} risk asks for some (from {from} up)",
            index + 1
        );
        let finding = out
            .finding(subject.at(&field), message)
            .help("cite entries of `evidence_links` in its `evidence`, or take the sentence out");
        out.report(with_policy(finding, subject, "required_from.registry"));
    }
}

fn with_policy(finding: Finding, subject: &Subject<'_>, key: &str) -> Finding {
    match subject.policy_place("evidence.toml", key) {
        Some(place) => finding.related(place, "the threshold is set here"),
        None => finding,
    }
}
