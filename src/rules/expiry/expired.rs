//! `expiry/expired`

use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::time::days;

rule! {
    /// An approval is over, and the record still says approved.
    ///
    /// `approved_until` is inclusive: the approval holds through the end of that day in the policy's time zone.
    ///
    /// ## Why
    /// A temporary exception becomes permanent on the day after its end, unless somebody says otherwise.
    ///
    /// ## Fails
    /// ```yaml base=approved now=2026-06-11T08:00:00Z
    /// approved_until: 2026-06-10
    /// next_review_due_at: 2026-05-27
    /// reviews:
    ///   - at: 2026-05-28
    ///     by: ana
    ///     outcome: keep
    ///     controls_effective: true
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=approved now=2026-06-01T08:00:00Z
    /// approved_until: 2026-07-20
    /// ```
    RULE {
        name: "expiry/expired",
        summary: "An approval is over, and the record still says approved",
        scope: Record,
        severity: Error,
        locked: true,
        judges: Unfinished,
        clock: true,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(record) = subject.board().filter(|record| record.is_approved()) else { return };
    let today = subject.policy.lanes.calendar.date_of(subject.now);
    let Some(until) = record.approved_until.filter(|until| today > *until) else { return };
    let message = format!("the approval ended on {until}, {} ago", days((today - until).num_days()));
    let id = subject.file.folder.stem();
    let help = format!("`exboard move {id} expired`; or the board decides once more: `exboard renew {id}`");
    out.report(out.finding(subject.at("/approved_until"), message).help(help));
}
