//! `expiry/expiring-soon`

use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::time::days;

rule! {
    /// An approval ends soon.
    ///
    /// Within `warn_days` (`policies/expiry.toml`) of `approved_until`. There is time to close the gap, or to ask the
    /// board for a renewal.
    ///
    /// ## Why
    /// A renewal on the last day is decided without reading.
    ///
    /// ## Fails
    /// ```yaml base=approved now=2026-06-10T08:00:00Z
    /// reviews:
    ///   - at: 2026-06-01
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
        name: "expiry/expiring-soon",
        summary: "An approval ends soon",
        scope: Record,
        severity: Info,
        locked: false,
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
    let Some(until) = record.approved_until else { return };
    let left = (until - today).num_days();
    if !(0..=i64::from(subject.policy.expiry.warn_days)).contains(&left) {
        return;
    }
    let message = match left {
        0 => format!("the approval ends today, {until}"),
        left => format!("the approval ends on {until}, in {}", days(left)),
    };
    let id = subject.file.folder.stem();
    let help = format!(
        "close the gap (`exboard close {id} --reason remediated`), or have the board decide once more before then: \
         `exboard renew {id}`"
    );
    out.report(out.finding(subject.at("/approved_until"), message).help(help));
}
