//! What follows from the fields of a record by policy.

use chrono::Datelike;

use super::{Case, Step};
use crate::change::is_decision;
use crate::edit::{Assignment, Data};
use crate::policy::Layout;
use crate::record::{BoardRecord, Record, RegistryStatus, answer_due, latest_review_due, route};

/// True where the record waits for a decision, or gets it by this step: what was decided before is no longer computed.
fn is_open_until(case: &Case<'_>, step: &Step) -> bool {
    case.record.is_open()
        || (is_decision(case.kind(), step.to) && step.fields.iter().any(|field| field.field == "/decided_at"))
}

/// The score, the tier of its lane, and the days to the close of the deal.
pub(super) fn score_and_tier(case: &Case<'_>, step: &Step) -> Vec<Assignment> {
    let Record::Board(record) = &case.record else { return Vec::new() };
    if !is_open_until(case, step) {
        return Vec::new();
    }
    let mut fields = Vec::new();
    // A draft gets no fields that it did not have: it may still be anything.
    let wanted = |field: &str| step.to != "draft" || case.has(field);
    if let (Some(close), Some(received)) = (record.close_date, record.request_received_at) {
        let days = (close - case.policy.lanes.calendar.date_of(received)).num_days();
        if record.close_date_risk_days != Some(days) && wanted("/close_date_risk_days") {
            fields.push(Assignment::set("/close_date_risk_days", Data::Int(days)));
        }
    }
    if let Some(routing) = route(record, case.policy, case.now) {
        let score = routing.sum.score;
        if record.combined_risk_score != Some(score) && wanted("/combined_risk_score") {
            fields.push(Assignment::set("/combined_risk_score", Data::Int(i64::from(score))));
        }
        let tier = routing.lane.tier;
        if record.board_tier.is_none_or(|named| named < tier) && wanted("/board_tier") {
            fields.push(Assignment::set("/board_tier", Data::text(tier.as_str())));
        }
    }
    fields
}

/// The deadlines, and the day of the next review.
pub(super) fn dates(case: &Case<'_>, step: &Step) -> Vec<Assignment> {
    match &case.record {
        Record::Board(record) => {
            let mut fields = Vec::new();
            if is_open_until(case, step) {
                fields.extend(meeting(case, record, step));
            }
            if step.to == "approved"
                && is_open_until(case, step)
                && let (Some(decided), Some(until)) = (record.decided_at, record.approved_until)
                && let Some(due) =
                    latest_review_due(case.policy, case.policy.lanes.calendar.date_of(decided), until)
            {
                fields.push(Assignment::set("/next_review_due_at", Data::Text(due.to_string())));
            }
            fields
        }
        Record::Registry(record) => {
            let is_rated =
                record.status.is_some_and(|status| status.is_open() && status != RegistryStatus::New);
            let Some(due) = answer_due(record, case.policy).filter(|_| is_rated) else { return Vec::new() };
            let is_wrong =
                record.due_at.is_none_or(|stored| stored > due || (step.restarts && stored != due));
            is_wrong.then(|| Assignment::set("/due_at", case.time(due))).into_iter().collect()
        }
    }
}

/// The deadline of the board. An earlier one was set on purpose; only where the clock starts anew it is another.
fn meeting(case: &Case<'_>, record: &BoardRecord<'_>, step: &Step) -> Option<Assignment> {
    let due = route(record, case.policy, case.now)?.deadline?;
    let field = "/board_meeting_due_at";
    let is_wrong = match record.board_meeting_due_at {
        None => step.to != "draft" || case.has(field),
        Some(stored) => stored > due || (step.restarts && stored != due),
    };
    is_wrong.then(|| Assignment::set(field, case.time(due)))
}

/// The path where the record belongs after the step, where that is another one.
pub(super) fn place(case: &Case<'_>, step: &Step) -> Option<String> {
    if case.policy.exboard.paths.layout != Layout::Lane || !is_open_until(case, step) {
        return None;
    }
    let year = case.policy.lanes.calendar.date_of(case.record.received_at()?).year();
    let folders = match &case.record {
        Record::Registry(_) => format!("{year:04}"),
        Record::Board(record) => match record.board_tier {
            Some(tier) => format!("{tier}/{year:04}"),
            None if case.has("/board_tier") => return None,
            None => format!("intake/{year:04}"),
        },
    };
    let folder = &case.version.folder;
    let path = folder.moved_to(&folders);
    (path != *folder.path).then_some(path)
}
