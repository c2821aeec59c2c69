//! `history/backdated`

use crate::record::{BoardRecord, Record};
use crate::rules::declare::rule;
use crate::rules::{ChangeSubject, Out};
use crate::schema::{Kind, field_name};
use crate::time::{Instant, days, format_local};

rule! {
    /// A time in the record is not when it happened.
    ///
    /// `decided_at` lies neither before the change's first commit (days of the policy's time zone) nor after its landing, and
    /// at most `backdate_days` before it (`policies/expiry.toml`). A received, reopened or escalated time is not later than
    /// the landing of the change that first has it. Before a change has landed, only `backdate_days` is judged, against now.
    ///
    /// ## Why
    /// Deadlines and ends count from these times. Whoever may choose them afterwards has met every deadline.
    ///
    /// ## Fails
    /// ```yaml before base=proposed
    /// decision_status: proposed
    /// ```
    /// ```yaml after base=just-approved landed=2026-05-20T10:00:00Z now=2026-05-20T11:00:00Z
    /// decided_at: 2026-05-04T09:30:00Z
    /// ```
    /// ```yaml before base=proposed
    /// decision_status: proposed
    /// ```
    /// ```yaml after base=just-approved first-commit=2026-05-05T08:00:00Z landed=2026-05-05T10:00:00Z now=2026-05-05T11:00:00Z
    /// decided_at: 2026-05-04T09:30:00Z
    /// ```
    ///
    /// ## Passes
    /// ```yaml before base=proposed
    /// decision_status: proposed
    /// ```
    /// ```yaml after base=just-approved first-commit=2026-05-04T10:00:00Z landed=2026-05-08T10:00:00Z now=2026-05-08T11:00:00Z
    /// decided_at: 2026-05-04T09:30:00Z
    /// ```
    RULE {
        name: "history/backdated",
        summary: "A time in the record is not when it happened",
        scope: Change,
        severity: Error,
        locked: false,
        judges: Every,
        fix: None,
        since: "0.1.0",
    }
    Check::Change(check)
}

fn check(subject: &ChangeSubject<'_>, out: &mut Out<'_>) {
    if let Some((_, record)) = subject.board().filter(|_| subject.change.decides()) {
        decided(subject, record, out);
    }
    let Some(landed) = subject.circumstances.landed_at else { return };
    let clocks = |record: Option<&Record<'_>>| match record {
        Some(Record::Board(record)) => [record.request_received_at, record.reopened_at, record.escalated_at],
        Some(Record::Registry(record)) => [record.received_at, record.reopened_at, None],
        None => [None; 3],
    };
    let fields = match subject.change.kind {
        Kind::Board => ["/request_received_at", "/reopened_at", "/escalated_at"],
        Kind::Registry => ["/received_at", "/reopened_at", ""],
    };
    let sides = clocks(subject.before).into_iter().zip(clocks(subject.after));
    for (field, (before, after)) in fields.into_iter().zip(sides) {
        // What lies in the future is told by the rule about the order of times.
        let late = after.filter(|at| after != before && *at > landed && *at <= subject.now);
        if let Some(at) = late {
            report(subject, field, at, "after the change landed", landed, out);
        }
    }
}

fn decided(subject: &ChangeSubject<'_>, record: &BoardRecord<'_>, out: &mut Out<'_>) {
    let field = "/decided_at";
    let Some(at) = record.decided_at.filter(|at| *at <= subject.now) else { return };
    let (calendar, landed) = (subject.calendar(), subject.landed_at());
    let most = subject.policy().expiry.backdate_days;
    let late = calendar.days_between(at, landed);
    if late > i64::from(most) {
        let message = format!(
            "decided {} before it is written down ({}, {}); the policy allows {}",
            days(late),
            format_local(at, calendar),
            format_local(landed, calendar),
            days(i64::from(most))
        );
        let finding = out.finding(subject.at(field), message).help(HELP);
        out.report(match subject.policy_place("expiry.toml", "backdate_days") {
            Some(place) => finding.related(place, "the limit is set here"),
            None => finding,
        });
    } else if at > landed {
        report(subject, field, at, "after the change landed", landed, out);
    } else if let Some(first) = subject.circumstances.first_commit_at
        && calendar.date_of(at) < calendar.date_of(first)
    {
        report(subject, field, at, "before the first commit of the change", first, out);
    }
}

const HELP: &str = "write when it really happened; a decision is made in its pull request";

fn report(
    subject: &ChangeSubject<'_>,
    field: &str,
    at: Instant,
    how: &str,
    other: Instant,
    out: &mut Out<'_>,
) {
    let calendar = subject.calendar();
    let message = format!(
        "`{}` ({}) lies {how} ({})",
        field_name(field),
        format_local(at, calendar),
        format_local(other, calendar)
    );
    out.report(out.finding(subject.at(field), message).help(HELP));
}
