//! `rollback/not-executed`

use chrono::TimeDelta;

use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::time::{describe_duration, format_local};

rule! {
    /// The rollback was triggered and not carried out in time.
    ///
    /// The record is approved, `rollback_plan.triggered_at` is more than `within_hours` (72 where it is absent) ago,
    /// and `executed_at` is absent or earlier than it.
    ///
    /// ## Why
    /// A plan that nobody carries out when it counts is a sentence in a file.
    ///
    /// ## Fails
    /// ```yaml base=approved
    /// rollback_plan:
    ///   trigger: The rotation job fails twice in a row.
    ///   steps: [Turn exports off for the account.]
    ///   owner: mia
    ///   within_hours: 24
    ///   triggered_at: 2026-05-03T08:00:00Z
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=approved
    /// rollback_plan:
    ///   trigger: The rotation job fails twice in a row.
    ///   steps: [Turn exports off for the account.]
    ///   owner: mia
    ///   within_hours: 24
    ///   triggered_at: 2026-05-03T12:00:00Z
    /// ```
    /// ```yaml base=approved
    /// rollback_plan:
    ///   trigger: The rotation job fails twice in a row.
    ///   steps: [Turn exports off for the account.]
    ///   owner: mia
    ///   within_hours: 24
    ///   triggered_at: 2026-05-02T08:00:00Z
    ///   executed_at: 2026-05-02T19:00:00Z
    /// ```
    RULE {
        name: "rollback/not-executed",
        summary: "The rollback was triggered and not carried out in time",
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

const DEFAULT_HOURS: u32 = 72;

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(record) = subject.board().filter(|record| record.is_approved()) else { return };
    let Some(plan) = &record.rollback_plan else { return };
    let Some(triggered) = plan.triggered_at else { return };
    // Values that are there and cannot be read are the schema's affair.
    let unreadable = |field: &str, read: bool| subject.has(field) && !read;
    if unreadable("/rollback_plan/within_hours", plan.within_hours.is_some())
        || unreadable("/rollback_plan/executed_at", plan.executed_at.is_some())
        || plan.executed_at.is_some_and(|executed| executed >= triggered)
    {
        return;
    }
    let hours = plan.within_hours.unwrap_or(DEFAULT_HOURS);
    let Some(deadline) = triggered.checked_add_signed(TimeDelta::hours(i64::from(hours))) else { return };
    if subject.now <= deadline {
        return;
    }
    let calendar = &subject.policy.lanes.calendar;
    let message = format!(
        "the rollback was triggered at {} and due within {hours} hours, by {}; that was {} ago",
        format_local(triggered, calendar),
        format_local(deadline, calendar),
        describe_duration(subject.now - deadline)
    );
    let who = plan.owner.map_or_else(|| "the owner".to_owned(), |owner| format!("`{owner}`"));
    let help = format!("{who} carries out the steps and sets `rollback_plan.executed_at`");
    let finding = out.finding(subject.at("/rollback_plan/triggered_at"), message).help(help);
    out.report(finding.related(subject.at("/rollback_plan/steps"), "the steps"));
}
