//! `lane/missed-sla`

use crate::record::{BoardStatus, route};
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::time::{describe_duration, format_local};

rule! {
    /// The board has not decided in time.
    ///
    /// A proposed record is overdue past the earlier of `board_meeting_due_at` and the right deadline. It then goes
    /// to the tier that its lane escalates to.
    ///
    /// ## Why
    /// A deal that waits for nobody's decision is lost to silence.
    ///
    /// ## Fails
    /// ```yaml base=proposed now=2026-05-05T09:30:00Z
    /// decision_status: proposed
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed now=2026-05-05T07:30:00Z
    /// decision_status: proposed
    /// ```
    RULE {
        name: "lane/missed-sla",
        summary: "The board has not decided in time",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Deciding,
        clock: true,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(record) = subject.board() else { return };
    if record.decision_status != Some(BoardStatus::Proposed) {
        return;
    }
    let Some(routing) = route(record, subject.policy, subject.now) else { return };
    let (Some(stored), Some(right)) = (record.board_meeting_due_at, routing.deadline) else { return };
    let deadline = stored.min(right);
    if subject.now <= deadline {
        return;
    }
    let calendar = &subject.policy.lanes.calendar;
    let tier = record.board_tier.unwrap_or(routing.lane.tier);
    let message = format!(
        "the {tier} tier had until {} to decide, {} ago",
        format_local(deadline, calendar),
        describe_duration(subject.now - deadline),
    );
    let next = subject.policy.lanes.lane_of_tier(tier).and_then(|lane| lane.escalates_to);
    let id = subject.file.folder.stem();
    let decide = format!("decide it now (`exboard decide {id} --approve` or `--reject`)");
    let help = match next {
        Some(next) => format!("{decide}, or escalate it to the {next} tier: `exboard escalate {id}`"),
        None => format!("{decide}: nobody stands above the {tier} tier"),
    };
    out.report(out.finding(subject.at("/board_meeting_due_at"), message).help(help));
}
