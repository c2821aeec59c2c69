//! `rollback/triggered`

use crate::record::ControlStatus;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::time::days;

rule! {
    /// A compensating control is overdue: the failure condition holds.
    ///
    /// The record is approved, and a control that is still `planned` is past its `due`. The approval rested on it, so
    /// the rollback plan applies.
    ///
    /// ## Why
    /// The gap is open, and what was to narrow it is not there.
    ///
    /// ## Fails
    /// ```yaml base=approved
    /// recommended_compensating_controls:
    ///   - id: key-rotation
    ///     description: The export key is rotated every 30 days by a job that the platform team watches.
    ///     owner: mia
    ///     due: 2026-05-03
    ///     test: The job's log shows a rotation in each of the last 30 days.
    ///     nist: [SC-12]
    ///     status: planned
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=approved
    /// recommended_compensating_controls:
    ///   - id: key-rotation
    ///     description: The export key is rotated every 30 days by a job that the platform team watches.
    ///     owner: mia
    ///     due: 2026-05-04
    ///     test: The job's log shows a rotation in each of the last 30 days.
    ///     nist: [SC-12]
    ///     status: planned
    /// ```
    RULE {
        name: "rollback/triggered",
        summary: "A compensating control is overdue: the failure condition holds",
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

/// As much of a trigger as a message quotes, in characters.
const QUOTED: usize = 120;

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(record) = subject.board().filter(|record| record.is_approved()) else { return };
    let today = subject.today();
    let plan = record.rollback_plan.as_ref();
    let trigger = plan.and_then(|plan| plan.trigger).map(quoted);
    let owner = plan.and_then(|plan| plan.owner);
    for (index, control) in record.recommended_compensating_controls.iter().enumerate() {
        let (Some(due), Some(ControlStatus::Planned)) =
            (control.due.filter(|due| today > *due), control.status)
        else {
            continue;
        };
        let name = control.id.map_or_else(|| "this control".to_owned(), |id| format!("the control `{id}`"));
        let message = format!(
            "{name} was due on {due}, {} ago, and is only planned: the failure condition holds",
            days((today - due).num_days())
        );
        let who = owner.map_or_else(|| "its owner".to_owned(), |owner| format!("`{owner}`"));
        let help = format!(
            "{who} carries out the rollback plan (set `triggered_at`); or the control is in place: set its \
             `status: implemented` and `completed_at`, and cite the evidence"
        );
        let mut finding = out
            .finding(subject.at(&format!("/recommended_compensating_controls/{index}/due")), message)
            .help(help);
        if let Some(trigger) = &trigger {
            finding =
                finding.related(subject.at("/rollback_plan/trigger"), format!("the trigger: {trigger}"));
        }
        out.report(finding);
    }
}

fn quoted(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= QUOTED {
        return format!("“{line}”");
    }
    format!("“{}…”", line.chars().take(QUOTED).collect::<String>())
}
