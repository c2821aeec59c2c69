//! Events in words.

use chrono::TimeDelta;

use crate::log::{CountedVote, Entry, Event};
use crate::time::describe_duration;

/// All that happened in an entry, as one line without a full stop.
pub(super) fn told(entry: &Entry) -> String {
    let mut told: Vec<String> = entry.events.iter().map(event).collect();
    if entry.adopted {
        told = vec![match entry.stands.as_ref().and_then(|stands| stands.status.as_deref()) {
            Some(status) => format!("was there as {status} when governance began"),
            None => "was there when governance began".to_owned(),
        }];
    }
    told.join(", ")
}

/// One event.
pub(super) fn event(event: &Event) -> String {
    let word = event.word();
    match event {
        Event::Rescored { from, to } => format!("{word} {} → {}", number(*from), number(*to)),
        Event::Rerouted { from, to } => {
            format!("{word} {} → {}", or_none(from.as_ref()), or_none(to.as_ref()))
        }
        Event::Escalated { to: Some(to) } => format!("{word} to {to}"),
        Event::Decided { by, until, .. } | Event::Renewed { by, until } => {
            let until = until.as_ref().map(|until| format!(" until {until}")).unwrap_or_default();
            let by = if by.is_empty() { String::new() } else { format!(" by {}", by.join(", ")) };
            format!("{word}{until}{by}")
        }
        Event::Reviewed { by, outcome } => {
            let by = by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
            let outcome = outcome.as_ref().map(|outcome| format!(": {outcome}")).unwrap_or_default();
            format!("{word}{by}{outcome}")
        }
        Event::Closed { reason: Some(reason) } => format!("{word} as {}", reason.replace('_', " ")),
        Event::Progressed { fields } | Event::Amended { fields } => {
            format!("{word} ({})", fields_told(fields))
        }
        Event::Moved { from } => format!("{word} from {from}"),
        _ => word.to_owned(),
    }
}

/// How long a decision took, where the entry is one.
pub(super) fn took(entry: &Entry) -> Option<String> {
    entry.events.iter().find_map(|event| match event {
        Event::Decided { took: Some(seconds), .. } => TimeDelta::try_seconds(*seconds).map(describe_duration),
        _ => None,
    })
}

/// The votes of a decision; what is missing is said.
pub(super) fn votes(entry: &Entry) -> Option<String> {
    let decided =
        entry.events.iter().any(|event| matches!(event, Event::Decided { .. } | Event::Renewed { .. }));
    if entry.votes.is_empty() {
        return (decided && !entry.adopted).then(|| "no vote on record".to_owned());
    }
    let votes = entry.votes.iter().map(|vote| format!("{} ({})", vote.person, source(vote)));
    let own = if entry.self_approved { ", self-approved" } else { "" };
    Some(format!("{}{own}", votes.collect::<Vec<_>>().join(", ")))
}

/// Where a vote comes from, and how to find it: `review 104`, `receipt: signature 3f2c8e5d0a`.
fn source(vote: &CountedVote) -> String {
    let words = vote.reference.split(' ').map(|word| {
        let is_id = word.len() >= 40 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_id { super::short(word) } else { word }
    });
    let reference = words.collect::<Vec<_>>().join(" ");
    match vote.source.as_str() {
        "receipt" => format!("receipt: {reference}"),
        // A review names itself.
        source if reference.starts_with(source) => reference,
        source => format!("{source} {reference}"),
    }
}

/// Most fields that are named one by one.
const MOST_FIELDS: usize = 4;

fn fields_told(fields: &[String]) -> String {
    let mut names: Vec<&str> = fields.iter().map(|field| field.trim_start_matches('/')).collect();
    let more = names.len().saturating_sub(MOST_FIELDS);
    names.truncate(MOST_FIELDS);
    let names = names.join(", ");
    if more == 0 { names } else { format!("{names} and {more} more") }
}

fn number(score: Option<u8>) -> String {
    score.map_or_else(|| "none".to_owned(), |score| score.to_string())
}

fn or_none(word: Option<&String>) -> &str {
    word.map_or("none", String::as_str)
}
