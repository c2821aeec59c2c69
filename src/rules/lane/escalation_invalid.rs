//! `lane/escalation-invalid`

use crate::record::{EscalationFault, route};
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::time::format_local;

rule! {
    /// `escalated_at` claims an escalation that did not happen.
    ///
    /// A record is escalated when its deadline was missed: `board_tier` rises above the lane's tier, and
    /// `escalated_at` says when. Without a higher tier, before the lane's own deadline, or in the future it does not
    /// count, and moves no deadline.
    ///
    /// ## Why
    /// An escalation starts a new clock. Claimed too early, it would be a way to buy time.
    ///
    /// ## Fails
    /// ```yaml base=proposed
    /// escalated_at: 2026-05-04T09:00:00Z
    /// ```
    /// ```yaml base=proposed path=exceptions/executive/2026/SEB-2026-0042.yaml
    /// board_tier: executive
    /// escalated_at: 2026-05-04T09:00:00Z
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed path=exceptions/executive/2026/SEB-2026-0042.yaml now=2026-05-05T10:00:00Z
    /// board_tier: executive
    /// escalated_at: 2026-05-05T08:00:00Z
    /// board_meeting_due_at: 2026-05-05T17:00:00Z
    /// ```
    RULE {
        name: "lane/escalation-invalid",
        summary: "`escalated_at` claims an escalation that did not happen",
        scope: Record,
        severity: Error,
        locked: true,
        judges: Deciding,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(record) = subject.board() else { return };
    let Some(routing) = route(record, subject.policy, subject.now) else { return };
    let calendar = &subject.policy.lanes.calendar;
    let (message, help) = match routing.escalation_fault {
        None => return,
        Some(EscalationFault::TierNotRaised) => (
            format!(
                "`escalated_at` is set, but `board_tier` is not above {}, the tier of the {} lane",
                routing.lane.tier, routing.lane.band
            ),
            "raise `board_tier`, or remove `escalated_at`".to_owned(),
        ),
        Some(EscalationFault::InFuture) => (
            format!("`escalated_at` lies in the future; now is {}", format_local(subject.now, calendar)),
            "write when it was escalated, or remove it".to_owned(),
        ),
        Some(EscalationFault::BeforeDeadline(deadline)) => {
            let deadline = format_local(deadline, calendar);
            let message = format!(
                "`escalated_at` comes before the deadline of the {} lane, {deadline}",
                routing.lane.band
            );
            (message, "escalate when the deadline was missed; a higher tier may be set without it".to_owned())
        }
    };
    out.report(out.finding(subject.at("/escalated_at"), message).help(help));
}
