//! `mitigation/late`

use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::time::days;

rule! {
    /// A compensating control comes after the exception has ended.
    ///
    /// The `due` of every control lies on or before `approved_until`.
    ///
    /// ## Why
    /// A control compensates for a gap while the gap is open. One that comes later was never part of the bargain.
    ///
    /// ## Fails
    /// ```yaml base=approved
    /// recommended_compensating_controls:
    ///   - id: key-rotation
    ///     description: The export key is rotated every 30 days by a job that the platform team watches.
    ///     owner: mia
    ///     due: 2026-08-01
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
    ///     due: 2026-07-20
    ///     test: The job's log shows a rotation in each of the last 30 days.
    ///     nist: [SC-12]
    ///     status: planned
    /// ```
    RULE {
        name: "mitigation/late",
        summary: "A compensating control comes after the exception has ended",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Unfinished,
        suppressible: true,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(record) = subject.board() else { return };
    let Some(until) = record.approved_until else { return };
    for (index, control) in record.recommended_compensating_controls.iter().enumerate() {
        let Some(due) = control.due.filter(|due| *due > until) else { continue };
        let message = format!(
            "this control is due on {due}, {} after the exception ends ({until})",
            days((due - until).num_days())
        );
        let finding = out
            .finding(subject.at(&format!("/recommended_compensating_controls/{index}/due")), message)
            .help(format!("have it in place by {until}, or choose a control that can be"))
            .related(subject.at("/approved_until"), "the exception ends here");
        out.report(finding);
    }
}
