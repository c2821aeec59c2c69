//! What happened in one change.

use super::Event;
use crate::change::{Change, Version, steps};
use crate::policy::{Policy, Tier};
use crate::record::{BoardRecord, Record, RegistryRecord, is_voted};
use crate::schema::Kind;
use crate::yaml::{self, unescape_token};

/// What happened to a record in a change, in the order of its lifecycle.
#[must_use]
pub fn events(change: &Change, policy: &Policy) -> Vec<Event> {
    let Some(after) = &change.after else { return vec![Event::Removed] };
    let Some(record) = after.record() else { return vec![Event::Unreadable] };
    let before = change.before.as_ref().and_then(Version::record);
    let mut events = Vec::new();
    if change.before.is_none() {
        events.push(Event::Opened);
    }
    match (&record, &before) {
        (Record::Board(after), None) => board(None, after, &mut events),
        (Record::Board(after), Some(Record::Board(before))) => board(Some(before), after, &mut events),
        (Record::Registry(after), None) => registry(None, after, &mut events),
        (Record::Registry(after), Some(Record::Registry(before))) => {
            registry(Some(before), after, &mut events);
        }
        // The two sides of a change are of one kind.
        (Record::Board(_) | Record::Registry(_), Some(_)) => {}
    }
    if let Some(before) = &change.before {
        edits(change.kind, before, after, policy, &mut events);
        if before.folder.path != after.folder.path {
            events.push(Event::Moved { from: before.folder.path.to_string() });
        }
    }
    events
}

/// The statuses that a change goes through, the first one left out; where the lifecycle has no way, the last alone.
fn reached(kind: Kind, from: Option<&'static str>, to: &'static str) -> Vec<&'static str> {
    match steps(kind, from, to) {
        Ok(steps) => steps.path.into_iter().skip(1).collect(),
        Err(_) => vec![to],
    }
}

fn board(before: Option<&BoardRecord<'_>>, after: &BoardRecord<'_>, events: &mut Vec<Event>) {
    let score = before.and_then(|before| before.combined_risk_score);
    if before.is_some() && score != after.combined_risk_score {
        events.push(Event::Rescored { from: score, to: after.combined_risk_score });
    }
    let tier = before.and_then(|before| before.board_tier);
    let word = |tier: Tier| tier.as_str().to_owned();
    let escalated_before = before.and_then(|before| before.escalated_at);
    if after.escalated_at.is_some() && escalated_before != after.escalated_at {
        events.push(Event::Escalated { to: after.board_tier.map(word) });
    } else if before.is_some() && tier != after.board_tier {
        events.push(Event::Rerouted { from: tier.map(word), to: after.board_tier.map(word) });
    }
    let plan = |record: &BoardRecord<'_>| {
        record.rollback_plan.as_ref().map(|plan| (plan.triggered_at, plan.executed_at)).unwrap_or_default()
    };
    let (old, new) = (before.map(plan).unwrap_or_default(), plan(after));
    if new.0.is_some() && new.0 != old.0 {
        events.push(Event::Triggered);
    }
    if new.1.is_some() && new.1 != old.1 {
        events.push(Event::RolledBack);
    }
    let reviewed = before.map_or(0, |before| before.reviews.len());
    for review in after.reviews.iter().skip(reviewed) {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        events.push(Event::Reviewed { by: owned(review.by), outcome: owned(review.outcome) });
    }
    let Some(status) = after.decision_status else { return };
    let from = before.and_then(|before| before.decision_status);
    let decided_anew = before.and_then(|before| before.decided_at) != after.decided_at;
    if before.is_some() && from == Some(status) && !decided_anew {
        return;
    }
    let start = from.map(crate::record::BoardStatus::as_str);
    let mut at = start.unwrap_or_default();
    for status in reached(Kind::Board, start, status.as_str()) {
        events.extend(board_step(at, status, after));
        at = status;
    }
}

fn board_step(from: &str, to: &str, record: &BoardRecord<'_>) -> Option<Event> {
    let by = || record.decided_by.iter().flatten().map(|person| (*person).to_owned()).collect();
    let until = || record.approved_until.map(|until| until.to_string());
    Some(match to {
        "proposed" if matches!(from, "rejected" | "expired" | "revoked") => Event::Reopened,
        "proposed" => Event::Proposed,
        "approved" if from == "approved" => Event::Renewed { by: by(), until: until() },
        "approved" | "rejected" => {
            let start = record.reopened_at.or(record.request_received_at);
            let took = record.decided_at.zip(start).map(|(end, start)| (end - start).num_seconds());
            let approved = to == "approved";
            Event::Decided { approved, by: by(), until: until().filter(|_| approved), took }
        }
        "expired" => Event::Lapsed,
        "revoked" => Event::Revoked,
        "withdrawn" => Event::Withdrawn,
        "closed" => Event::Closed { reason: reason(record.closure.as_ref()) },
        _ => return None,
    })
}

fn registry(before: Option<&RegistryRecord<'_>>, after: &RegistryRecord<'_>, events: &mut Vec<Event>) {
    let Some(status) = after.status else { return };
    let from = before.and_then(|before| before.status);
    if before.is_some() && from == Some(status) {
        return;
    }
    let start = from.map(crate::record::RegistryStatus::as_str);
    let mut at = start.unwrap_or_default();
    for status in reached(Kind::Registry, start, status.as_str()) {
        events.extend(match (at, status) {
            ("rejected", "drafted") => Some(Event::Reopened),
            (_, "triaged") => Some(Event::Triaged),
            (_, "drafted") => Some(Event::Drafted),
            (_, "ready") => Some(Event::Ready),
            (_, "sent") => Some(Event::Sent),
            (_, "accepted") => Some(Event::Accepted),
            (_, "rejected") => Some(Event::Refused),
            (_, "escalated") => {
                let owner = after.escalation.as_ref().and_then(|escalation| escalation.legal_owner);
                Some(Event::Escalated { to: owner.map(str::to_owned) })
            }
            (_, "closed") => Some(Event::Closed { reason: reason(after.closure.as_ref()) }),
            _ => None,
        });
        at = status;
    }
}

fn reason(closure: Option<&crate::record::Closure<'_>>) -> Option<String> {
    closure.and_then(|closure| closure.reason).map(|reason| reason.as_str().to_owned())
}

/// Fields whose change another event tells already.
const TOLD: [&str; 12] = [
    "status",
    "decision_status",
    "decided_at",
    "decided_by",
    "decision_notes",
    "combined_risk_score",
    "board_tier",
    "escalated_at",
    "reopened_at",
    "reviews",
    "closure",
    "escalation",
];

fn edits(kind: Kind, before: &Version, after: &Version, policy: &Policy, events: &mut Vec<Event>) {
    let (Some(old), Some(new)) = (before.document.root(), after.document.root()) else { return };
    let progress = &policy.exboard.extensions.progress;
    let (mut amended, mut progressed) = (Vec::new(), Vec::new());
    for field in yaml::changes(old, new) {
        let path: Vec<String> = field.split('/').skip(1).map(unescape_token).collect();
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        if path.first().is_some_and(|first| TOLD.contains(first)) {
            continue;
        }
        let added = matches!(path.as_slice(), ["evidence_link" | "evidence_links", _])
            && before.document.get(&field).is_none();
        if is_voted(kind, &path, progress) && !added { amended.push(field) } else { progressed.push(field) }
    }
    if !amended.is_empty() {
        events.push(Event::Amended { fields: amended });
    }
    if !progressed.is_empty() {
        events.push(Event::Progressed { fields: progressed });
    }
}
