//! `expiry/unproven-closure`

use crate::record::{BoardStatus, ClosureReason};
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::yaml::Value;

rule! {
    /// An approved exception was closed as mended, without proof.
    ///
    /// The record is closed or revoked, was approved (`approved_until`), and its `closure.reason` is `remediated` or
    /// `rolled_back`: then `closure.evidence` cites at least one entry of the record's evidence.
    ///
    /// ## Why
    /// An exception that ends on paper leaves the gap open and takes it off the list.
    ///
    /// ## Fails
    /// ```yaml base=approved
    /// decision_status: closed
    /// closure:
    ///   at: 2026-05-02T10:00:00Z
    ///   by: mia
    ///   reason: remediated
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=approved
    /// decision_status: closed
    /// closure:
    ///   at: 2026-05-02T10:00:00Z
    ///   by: mia
    ///   reason: remediated
    ///   evidence: [E1]
    /// ```
    /// ```yaml base=approved
    /// decision_status: closed
    /// closure:
    ///   at: 2026-05-02T10:00:00Z
    ///   by: mia
    ///   reason: deal_lost
    /// ```
    RULE {
        name: "expiry/unproven-closure",
        summary: "An approved exception was closed as mended, without proof",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Every,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(record) = subject.board() else { return };
    let ended = matches!(record.decision_status, Some(BoardStatus::Closed | BoardStatus::Revoked));
    let (true, Some(closure), Some(_)) = (ended, &record.closure, record.approved_until) else { return };
    let done = match closure.reason {
        Some(ClosureReason::Remediated) => "remediated",
        Some(ClosureReason::RolledBack) => "rolled back",
        _ => return,
    };
    let field = "/closure/evidence";
    let evidence = &record.evidence_link;
    // A list or an id that cannot be read may be the proof.
    let unreadable = subject.file.document.get(field).is_some_and(|node| node.value() != Value::Sequence)
        || closure.evidence.contains(&None)
        || evidence.iter().any(|entry| entry.id.is_none());
    let proven = closure.evidence.iter().any(|cited| evidence.iter().any(|entry| entry.id == *cited));
    if unreadable || proven {
        return;
    }
    let cited: Vec<&str> = closure.evidence.iter().flatten().copied().collect();
    let cites = match cited.len() {
        0 => "cites no evidence".to_owned(),
        _ => format!("cites {}, which the record does not declare", cited.join(", ")),
    };
    let finding = out
        .finding(subject.at(field), format!("the exception ended as {done}, and its closure {cites}"))
        .help("add what shows it to `evidence_link`, and cite it in `closure.evidence`");
    out.report(finding);
}
