//! `lane/due-mismatch`

use crate::finding::Safety;
use crate::record::route;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::time::{describe_duration, describe_sla, format_local};

rule! {
    /// `board_meeting_due_at` is later than the deadline.
    ///
    /// The deadline is `reopened_at`, or else `request_received_at`, plus the SLA of the score's lane. A higher tier
    /// alone keeps the lane's deadline; after a valid escalation it is `escalated_at` plus the SLA of the new tier's
    /// lane. An earlier time than the deadline is always allowed.
    ///
    /// ## Why
    /// The buyer waits. A deadline that the record sets itself is none.
    ///
    /// ## Fails
    /// ```yaml base=proposed
    /// board_meeting_due_at: 2026-05-08T08:00:00Z
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed
    /// board_meeting_due_at: 2026-05-05T08:00:00Z
    /// ```
    RULE {
        name: "lane/due-mismatch",
        summary: "`board_meeting_due_at` is later than the deadline",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Deciding,
        fix: Some(Safety::Safe),
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(record) = subject.board() else { return };
    let Some(routing) = route(record, subject.policy, subject.now) else { return };
    let (Some(due), Some(deadline)) = (record.board_meeting_due_at, routing.deadline) else { return };
    if due <= deadline {
        return;
    }
    let calendar = &subject.policy.lanes.calendar;
    let (start, sla, tier) = match routing.escalated_to {
        Some(tier) => ("escalated_at", subject.policy.lanes.lane_of_tier(tier).map(|lane| lane.sla), tier),
        None if record.reopened_at.is_some() => ("reopened_at", Some(routing.lane.sla), routing.lane.tier),
        None => ("request_received_at", Some(routing.lane.sla), routing.lane.tier),
    };
    let sla = sla.map(describe_sla).unwrap_or_default();
    let right = format_local(deadline, calendar);
    let message = format!(
        "`board_meeting_due_at` is {} later than the deadline {right}: `{start}` and the SLA of the {tier} tier ({sla})",
        describe_duration(due - deadline),
    );
    let mut finding = out
        .finding(subject.at("/board_meeting_due_at"), message)
        .help(format!("set `board_meeting_due_at: {right}`, or earlier"))
        .related(subject.at(&format!("/{start}")), "the clock starts here");
    finding.fix = subject.set_scalar("/board_meeting_due_at", right);
    out.report(finding);
}
