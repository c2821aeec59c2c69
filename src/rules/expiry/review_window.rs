//! `expiry/review-window`

use crate::finding::Safety;
use crate::record::latest_review_due;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};

rule! {
    /// The review comes too late before the end.
    ///
    /// `next_review_due_at` is at the latest `approved_until` minus `review_lead_days` (`policies/expiry.toml`), or
    /// minus half of the approval's days (rounded down) where that is less. An earlier day is always allowed.
    ///
    /// ## Why
    /// A review on the last day can only renew. One before it can still end the exception in order.
    ///
    /// ## Fails
    /// ```yaml base=approved
    /// next_review_due_at: 2026-07-15
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=approved
    /// next_review_due_at: 2026-07-06
    /// ```
    RULE {
        name: "expiry/review-window",
        summary: "The review comes too late before the end",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Deciding,
        fix: Some(Safety::Safe),
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(record) = subject.board().filter(|record| record.is_approved()) else { return };
    let (Some(due), Some(until), Some(decided)) =
        (record.next_review_due_at, record.approved_until, record.decided_at)
    else {
        return;
    };
    let decided_on = subject.policy.lanes.calendar.date_of(decided);
    let Some(latest) = latest_review_due(subject.policy, decided_on, until).filter(|latest| due > *latest)
    else {
        return;
    };
    let lead = (until - latest).num_days();
    let message = format!(
        "`next_review_due_at` is {due}; the review is due by {latest}, {} before the end ({until})",
        crate::time::days(lead)
    );
    let mut finding = out
        .finding(subject.at("/next_review_due_at"), message)
        .help(format!("set `next_review_due_at: {latest}`, or earlier"));
    finding.fix = subject.set_scalar("/next_review_due_at", latest.to_string());
    out.report(finding);
}
