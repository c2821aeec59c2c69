//! `expiry/review-overdue`

use chrono::Days;

use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::time::days;

rule! {
    /// The review before the end did not take place.
    ///
    /// Past `next_review_due_at`, an approved record has an entry in `reviews` that lies between that day minus
    /// `review_lead_days` (`policies/expiry.toml`) and today.
    ///
    /// ## Why
    /// Whether the compensating controls work is asked while there is still time to act on the answer.
    ///
    /// ## Fails
    /// ```yaml base=approved now=2026-06-12T08:00:00Z
    /// approved_until: 2026-07-30
    /// expected_duration_days: 120
    /// decided_at: 2026-05-04T09:00:00Z
    /// next_review_due_at: 2026-06-10
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=approved now=2026-06-12T08:00:00Z
    /// approved_until: 2026-07-30
    /// expected_duration_days: 120
    /// decided_at: 2026-05-04T09:00:00Z
    /// next_review_due_at: 2026-06-10
    /// reviews:
    ///   - at: 2026-06-09
    ///     by: ana
    ///     outcome: keep
    ///     controls_effective: true
    /// ```
    RULE {
        name: "expiry/review-overdue",
        summary: "The review before the end did not take place",
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
    let Some(record) = subject.board().filter(|record| record.is_approved()) else { return };
    let today = subject.policy.lanes.calendar.date_of(subject.now);
    let Some(due) = record.next_review_due_at.filter(|due| today > *due) else { return };
    let lead = Days::new(u64::from(subject.policy.expiry.review_lead_days));
    let from = due.checked_sub_days(lead).unwrap_or(due);
    if record.reviews.iter().filter_map(|review| review.at).any(|at| (from..=today).contains(&at)) {
        return;
    }
    let last = match record.reviews.iter().filter_map(|review| review.at).max() {
        Some(last) => format!("the last one was on {last}"),
        None => "there was none".to_owned(),
    };
    let message = format!("a review was due on {due}, {} ago, and {last}", days((today - due).num_days()));
    let id = subject.file.folder.stem();
    let help = format!("review it, and say so: `exboard review {id} --outcome keep --effective yes`");
    out.report(out.finding(subject.at("/next_review_due_at"), message).help(help));
}
