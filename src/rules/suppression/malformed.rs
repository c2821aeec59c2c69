//! `suppression/malformed`

use crate::rules::allowance::{Standing, standings};
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};

rule! {
    /// A comment was meant as a suppression, but is none.
    ///
    /// A suppression is a comment on a line of its own, above the field that it covers:
    /// `# exboard: allow(RULE) until=YYYY-MM-DD reason="…"`. It hides the findings of one rule on that field and below
    /// it, and is counted and shown in every format. Several of them, and other comments, may stand above one field.
    ///
    /// The rule must be one that can be suppressed (`exboard explain RULE` says so), the day at most `max_days` ahead
    /// (`[suppressions]` in `exboard.toml`), and the reason not empty. Every comment that begins with `exboard:` is
    /// taken for a suppression, and so is one that nearly does.
    ///
    /// ## Why
    /// A suppression that does not hold, for a letter, should be seen by the one who wrote it.
    ///
    /// ## Fails
    /// ```yaml base=proposed
    /// # exboard: alow(lane/close-date-mismatch) until=2026-05-20 reason="The buyer moves the date this week."
    /// close_date_risk_days: 57
    /// ```
    /// ```yaml base=proposed
    /// # exboard: allow(lane/close-date-mismatch) until=2026-12-24 reason="The buyer moves the date."
    /// close_date_risk_days: 57
    /// ```
    /// ```yaml base=proposed
    /// # exboard: allow(lane/under-routed) until=2026-05-20 reason="The director is away."
    /// board_tier: director
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed
    /// # exboard: allow(lane/close-date-mismatch) until=2026-05-20 reason="The buyer moves the date this week."
    /// close_date_risk_days: 50
    /// ```
    RULE {
        name: "suppression/malformed",
        summary: "A comment was meant as a suppression, but is none",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Unfinished,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (suppression, standing) in standings(subject) {
        let Standing::Malformed { span, message, help, first } = standing else { continue };
        let place = subject.file.at_span(span, suppression.field.as_deref());
        let mut finding = out.finding(place, message).help(help);
        if let Some(first) = first {
            finding = finding.related(subject.file.at_span(first, None), "the first of them");
        }
        out.report(finding);
    }
}
