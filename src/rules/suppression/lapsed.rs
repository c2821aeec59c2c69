//! `suppression/lapsed`

use crate::rules::allowance::{Standing, standings};
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::time::days;

rule! {
    /// A suppression's last day is over.
    ///
    /// It hides nothing any more: what it hid, if it is still wrong, is found again.
    ///
    /// ## Why
    /// A suppression is a promise to look again by a day. That day was yesterday, or before.
    ///
    /// ## Fails
    /// ```yaml base=proposed now=2026-05-05T07:00:00Z
    /// # exboard: allow(lane/close-date-mismatch) until=2026-05-04 reason="The buyer moves the date this week."
    /// close_date_risk_days: 57
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed now=2026-05-04T23:00:00Z
    /// # exboard: allow(lane/close-date-mismatch) until=2026-05-04 reason="The buyer moves the date this week."
    /// close_date_risk_days: 50
    /// ```
    RULE {
        name: "suppression/lapsed",
        summary: "A suppression's last day is over",
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

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let today = subject.policy.lanes.calendar.date_of(subject.now);
    for (_, standing) in standings(subject) {
        let Standing::Lapsed { field, allow } = standing else { continue };
        let place = subject.file.at_span(allow.until_span, Some(field));
        let ago = days((today - allow.until).num_days());
        let message = format!("the suppression of `{}` ended {ago} ago, on {}", allow.rule, allow.until);
        let help = "delete the comment, and mend what it hid; or choose a new day with a new reason";
        out.report(out.finding(place, message).help(help));
    }
}
