//! What a step did, for programs.

use serde::Serialize;

use super::tell::Tale;
use crate::check::Outcome;
use crate::cli::TOOL;
use crate::cli::console::{Console, Failure};
use crate::edit::Data;
use crate::finding::Finding;
use crate::render::pretty_json;
use crate::steps::Told;
use crate::time::format_instant;

impl Tale<'_> {
    /// The same for programs.
    pub(super) fn as_json(&self, console: &mut Console<'_>) -> Result<(), Failure> {
        let outcome = Outcome { findings: self.verdict.outcome.findings.clone(), ..Outcome::default() };
        let sources = |finding: &Finding, path: &str| self.verdict.outcome.source(finding, path);
        let unwritable = |error| Failure::new(format_args!("cannot write JSON: {error}"));
        let (old, new) = self.paths();
        let answer = Answer {
            version: 1,
            tool: TOOL,
            now: format_instant(self.now),
            command: self.command,
            record: &self.change.id,
            kind: self.change.kind.word(),
            written: self.is_written,
            path: old,
            moved_to: Some(new).filter(|new| *new != old),
            from: self.from,
            to: self.step.to,
            fields: self.taken.fields.iter().map(Row::from).collect(),
            notes: self.facts().into_iter().chain(self.notes()).collect(),
            in_the_way: self.verdict.in_the_way,
            findings: self.desk().json(&outcome, &sources).map_err(unwritable)?,
            next: if self.is_written { self.next() } else { Vec::new() },
        };
        let text = pretty_json(&answer).map_err(unwritable)?;
        console.result(self.shared, &text)
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    version: u32,
    tool: &'a str,
    now: String,
    command: &'a str,
    record: &'a str,
    kind: &'a str,
    written: bool,
    path: &'a str,
    moved_to: Option<&'a str>,
    from: &'a str,
    to: &'a str,
    fields: Vec<Row<'a>>,
    notes: Vec<String>,
    in_the_way: usize,
    findings: serde_json::Value,
    next: Vec<String>,
}

#[derive(Serialize)]
struct Row<'a> {
    field: &'a str,
    before: Option<serde_json::Value>,
    after: Option<serde_json::Value>,
}

impl<'a> From<&'a Told> for Row<'a> {
    fn from(told: &'a Told) -> Self {
        Row {
            field: &told.field,
            before: told.before.as_ref().map(json),
            after: told.after.as_ref().map(json),
        }
    }
}

fn json(data: &Data) -> serde_json::Value {
    match data {
        Data::Null => serde_json::Value::Null,
        Data::Bool(value) => (*value).into(),
        Data::Int(value) => (*value).into(),
        Data::UInt(value) => (*value).into(),
        Data::Float(value) => (*value).into(),
        Data::Text(text) => text.as_str().into(),
        Data::List(items) => items.iter().map(json).collect(),
        Data::Map(entries) => entries.iter().map(|(key, value)| (key.clone(), json(value))).collect(),
    }
}
