//! `schema/time-order`

use crate::record::{BoardRecord, Closure, Evidence, Record, RegistryRecord};
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::schema::field_name;
use crate::time::{Date, Instant, format_local};

rule! {
    /// Something happened in the future, or before what it depends on.
    ///
    /// No time that records an event (received, reopened, decided, closed, triggered, executed, completed, reviewed,
    /// confirmed, collected) lies after now. Nothing is reopened or decided before it was received, closed before it
    /// was decided, executed before it was triggered; no control is completed before the request, and no evidence
    /// ends before it was collected. Days are those of the policy's time zone.
    ///
    /// ## Why
    /// Every deadline counts from these times. A date from next month is a typing mistake or a way around a clock.
    ///
    /// ## Fails
    /// ```yaml base=approved
    /// decided_at: 2026-04-19T08:00:00Z
    /// approved_until: 2026-07-10
    /// next_review_due_at: 2026-06-26
    /// ```
    /// ```yaml base=proposed
    /// evidence_link:
    ///   - id: E1
    ///     kind: architecture
    ///     url: https://wiki.example.com/export-service
    ///     collected_at: 2026-05-05
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed
    /// evidence_link:
    ///   - id: E1
    ///     kind: architecture
    ///     url: https://wiki.example.com/export-service
    ///     collected_at: 2026-05-04
    /// ```
    RULE {
        name: "schema/time-order",
        summary: "Something happened in the future, or before what it depends on",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Every,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

struct Clock<'c, 'f> {
    subject: &'c Subject<'c>,
    out: &'c mut Out<'f>,
    today: Date,
}

impl Clock<'_, '_> {
    fn past(&mut self, field: &str, at: Option<Instant>) {
        let Some(at) = at.filter(|at| *at > self.subject.now) else { return };
        let calendar = &self.subject.policy.lanes.calendar;
        let (at, now) = (format_local(at, calendar), format_local(self.subject.now, calendar));
        self.report(field, format!("`{}` lies in the future: {at}, and now is {now}", field_name(field)));
    }

    fn past_day(&mut self, field: &str, day: Option<Date>) {
        if let Some(day) = day.filter(|day| *day > self.today) {
            let message =
                format!("`{}` lies in the future: {day}, and today is {}", field_name(field), self.today);
            self.report(field, message);
        }
    }

    /// `later` may not come before `earlier`.
    fn order<T: PartialOrd + Show>(
        &mut self,
        (late, later): (&str, Option<T>),
        (early, earlier): (&str, Option<T>),
    ) {
        let (Some(later), Some(earlier)) = (later, earlier) else { return };
        if later < earlier {
            let (later, earlier) = (later.show(self.subject), earlier.show(self.subject));
            let (late_name, early_name) = (field_name(late), field_name(early));
            let message = format!("`{late_name}` ({later}) comes before `{early_name}` ({earlier})");
            let finding = self
                .out
                .finding(self.subject.at(late), message)
                .help("correct whichever of the two is wrong")
                .related(self.subject.at(early), format!("`{early_name}` is here"));
            self.out.report(finding);
        }
    }

    fn report(&mut self, field: &str, message: String) {
        let finding = self.out.finding(self.subject.at(field), message).help("write when it really happened");
        self.out.report(finding);
    }
}

trait Show {
    fn show(&self, subject: &Subject<'_>) -> String;
}

impl Show for Instant {
    fn show(&self, subject: &Subject<'_>) -> String {
        format_local(*self, &subject.policy.lanes.calendar)
    }
}

impl Show for Date {
    fn show(&self, _subject: &Subject<'_>) -> String {
        self.to_string()
    }
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let today = subject.policy.lanes.calendar.date_of(subject.now);
    let mut clock = Clock { subject, out, today };
    match subject.record {
        Record::Board(record) => board(record, &mut clock),
        Record::Registry(record) => registry(record, &mut clock),
    }
}

fn board(record: &BoardRecord<'_>, clock: &mut Clock<'_, '_>) {
    let received = ("/request_received_at", record.request_received_at);
    let decided = ("/decided_at", record.decided_at);
    clock.past(received.0, received.1);
    clock.past("/reopened_at", record.reopened_at);
    clock.past(decided.0, decided.1);
    clock.order(("/reopened_at", record.reopened_at), received);
    clock.order(decided, received);
    closure(record.closure.as_ref(), decided, clock);
    if let Some(plan) = &record.rollback_plan {
        let triggered = ("/rollback_plan/triggered_at", plan.triggered_at);
        let executed = ("/rollback_plan/executed_at", plan.executed_at);
        clock.past(triggered.0, triggered.1);
        clock.past(executed.0, executed.1);
        clock.order(executed, triggered);
    }
    let calendar = &clock.subject.policy.lanes.calendar;
    let requested_on = (received.0, record.request_received_at.map(|at| calendar.date_of(at)));
    for (index, control) in record.recommended_compensating_controls.iter().enumerate() {
        let field = format!("/recommended_compensating_controls/{index}/completed_at");
        clock.past_day(&field, control.completed_at);
        clock.order((&field, control.completed_at), requested_on);
    }
    for (index, review) in record.reviews.iter().enumerate() {
        clock.past_day(&format!("/reviews/{index}/at"), review.at);
    }
    evidence("/evidence_link", &record.evidence_link, clock);
}

fn registry(record: &RegistryRecord<'_>, clock: &mut Clock<'_, '_>) {
    let received = ("/received_at", record.received_at);
    clock.past(received.0, received.1);
    clock.past("/reopened_at", record.reopened_at);
    clock.order(("/reopened_at", record.reopened_at), received);
    closure(record.closure.as_ref(), received, clock);
    let statements = record.response.iter().flat_map(|response| &response.control_statements);
    for (index, statement) in statements.enumerate() {
        let confirmed = statement.confirmed.as_ref().and_then(|confirmed| confirmed.at);
        clock.past_day(&format!("/response/control_statements/{index}/confirmed/at"), confirmed);
    }
    evidence("/evidence_links", &record.evidence_links, clock);
}

fn closure(closure: Option<&Closure<'_>>, before: (&str, Option<Instant>), clock: &mut Clock<'_, '_>) {
    if let Some(closure) = closure {
        clock.past("/closure/at", closure.at);
        clock.order(("/closure/at", closure.at), before);
    }
}

fn evidence(list: &str, entries: &[Evidence<'_>], clock: &mut Clock<'_, '_>) {
    for (index, entry) in entries.iter().enumerate() {
        let collected = format!("{list}/{index}/collected_at");
        clock.past_day(&collected, entry.collected_at);
        let until = format!("{list}/{index}/valid_until");
        clock.order((&until, entry.valid_until), (&collected, entry.collected_at));
    }
}
