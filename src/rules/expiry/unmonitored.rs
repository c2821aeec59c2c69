//! `expiry/unmonitored`

use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::time::days;

rule! {
    /// Nobody has looked at an approved exception for a long time.
    ///
    /// It was decided, and last reviewed, more than `monitor_every_days` (`policies/expiry.toml`) ago.
    ///
    /// ## Why
    /// Compensating controls decay quietly.
    ///
    /// ## Fails
    /// ```yaml base=approved now=2026-06-06T08:00:00Z
    /// approved_until: 2026-07-20
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=approved now=2026-06-06T08:00:00Z
    /// reviews:
    ///   - at: 2026-05-20
    ///     by: ana
    ///     outcome: keep
    ///     controls_effective: true
    /// ```
    RULE {
        name: "expiry/unmonitored",
        summary: "Nobody has looked at an approved exception for a long time",
        scope: Record,
        severity: Warning,
        locked: false,
        judges: Unfinished,
        suppressible: true,
        clock: true,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(record) = subject.board().filter(|record| record.is_approved()) else { return };
    let calendar = &subject.policy.lanes.calendar;
    let Some(decided_on) = record.decided_at.map(|at| calendar.date_of(at)) else { return };
    let today = calendar.date_of(subject.now);
    let reviewed_on = record.reviews.iter().filter_map(|review| review.at).max();
    let (last, event) = match reviewed_on {
        Some(day) if day > decided_on => (day, "last reviewed"),
        _ => (decided_on, "decided"),
    };
    let since = (today - last).num_days();
    let most = subject.policy.expiry.monitor_every_days;
    if since <= i64::from(most) {
        return;
    }
    let (ago, most) = (days(since), days(i64::from(most)));
    let message = format!("{event} on {last}, {ago} ago; somebody looks at least every {most}");
    let id = subject.file.folder.stem();
    let help = format!(
        "look whether the controls still work, and say so: `exboard review {id} --outcome keep --effective yes`"
    );
    out.report(out.finding(subject.at("/decision_status"), message).help(help));
}
