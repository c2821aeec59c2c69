//! Version 1 of the log for programs: a type of its own.

use std::io::{self, Write};

use serde::Serialize;

use serde_json::ser::PrettyFormatter;

use super::super::escaping::Escaping;
use super::{Log, View};
use crate::log::{CountedVote, Entry, Event, Standing};
use crate::time::format_instant;

#[derive(Serialize)]
struct Answer<'a> {
    version: u32,
    tool: &'a str,
    view: &'static str,
    at: Option<String>,
    entries: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    record: &'a str,
    kind: &'a str,
    path: &'a str,
    commit: &'a str,
    at: String,
    author: &'a str,
    pull_request: Option<&'a str>,
    adopted: bool,
    events: &'a [Event],
    stands: Option<&'a Standing>,
    evidence: &'a [String],
    votes: &'a [CountedVote],
    self_approved: bool,
    broke: &'a [String],
}

pub(super) fn render(log: &Log<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (view, at) = match log.view {
        View::Decisions => ("decisions", None),
        View::Life(_) => ("life", None),
        View::Register(at) => ("register", Some(format_instant(at))),
    };
    let entries = log.entries.iter().map(|entry| row(entry)).collect();
    let answer = Answer { version: 1, tool: log.tool, view, at, entries };
    answer.serialize(&mut serde_json::Serializer::with_formatter(
        &mut *out,
        Escaping(PrettyFormatter::new()),
    ))?;
    out.write_all(b"\n")
}

fn row(entry: &Entry) -> Row<'_> {
    Row {
        record: &entry.record,
        kind: &entry.kind,
        path: &entry.path,
        commit: &entry.commit,
        at: format_instant(entry.at),
        author: &entry.author,
        pull_request: entry.pull_request.as_deref(),
        adopted: entry.adopted,
        events: &entry.events,
        stands: entry.stands.as_ref(),
        evidence: &entry.evidence,
        votes: &entry.votes,
        self_approved: entry.self_approved,
        broke: &entry.broke,
    }
}
