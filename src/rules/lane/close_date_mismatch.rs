//! `lane/close-date-mismatch`

use crate::finding::Safety;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};

rule! {
    /// `close_date_risk_days` is wrong.
    ///
    /// It is the number of days from the local day of `request_received_at` to `close_date`; negative where the deal
    /// was due to close before the request came in.
    ///
    /// ## Why
    /// Boards take the records in the order of the deals that wait for them.
    ///
    /// ## Fails
    /// ```yaml base=proposed
    /// close_date: 2026-06-30
    /// close_date_risk_days: 30
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed
    /// close_date: 2026-06-30
    /// close_date_risk_days: 57
    /// ```
    RULE {
        name: "lane/close-date-mismatch",
        summary: "`close_date_risk_days` is wrong",
        scope: Record,
        severity: Warning,
        locked: false,
        judges: Deciding,
        suppressible: true,
        fix: Some(Safety::Safe),
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(record) = subject.board() else { return };
    let (Some(stored), Some(close), Some(received)) =
        (record.close_date_risk_days, record.close_date, record.request_received_at)
    else {
        return;
    };
    let received_on = subject.policy.lanes.calendar.date_of(received);
    let days = (close - received_on).num_days();
    if stored == days {
        return;
    }
    let message = format!(
        "`close_date_risk_days` is {stored}, but from {received_on} (received) to {close} (close date) it is {days}"
    );
    let mut finding = out
        .finding(subject.at("/close_date_risk_days"), message)
        .help(format!("set `close_date_risk_days: {days}`"));
    finding.fix = subject.set_scalar("/close_date_risk_days", days.to_string());
    out.report(finding);
}
