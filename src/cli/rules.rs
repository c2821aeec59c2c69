//! `exboard rules`: the catalogue.

use std::path::Path;

use serde::Serialize;

use super::TOOL;
use super::args::Shared;
use super::console::{Console, Exit, Failure};
use super::workspace;
use crate::finding::Judges;
use crate::policy::CustomRule;
use crate::rules::{RULES, Rule};
use crate::store::WorkTree;

/// Version 1 of the catalogue's JSON.
#[derive(Serialize)]
struct Catalogue {
    version: u32,
    tool: &'static str,
    rules: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    name: String,
    group: &'static str,
    summary: String,
    scope: &'static str,
    severity: &'static str,
    locked: bool,
    judges: &'static str,
    gate: bool,
    suppressible: bool,
    votes: bool,
    clock: bool,
    fix: Option<&'static str>,
    since: Option<&'static str>,
}

impl From<&Rule> for Entry {
    fn from(rule: &Rule) -> Self {
        let info = &rule.info;
        Entry {
            name: info.name.to_owned(),
            group: info.group(),
            summary: info.summary.to_owned(),
            scope: info.scope.as_str(),
            severity: info.severity.as_str(),
            locked: info.locked,
            judges: info.judges.as_str(),
            gate: info.gate,
            suppressible: info.suppressible,
            votes: info.votes,
            clock: info.clock,
            fix: info.fix.map(crate::finding::Safety::as_str),
            since: Some(info.since),
        }
    }
}

impl From<&CustomRule> for Entry {
    fn from(rule: &CustomRule) -> Self {
        Entry {
            name: rule.id.clone(),
            group: "custom",
            summary: rule.message.clone(),
            scope: rule.scope.as_str(),
            severity: rule.severity.as_str(),
            locked: false,
            judges: Judges::Unfinished.as_str(),
            gate: false,
            suppressible: rule.suppressible,
            votes: false,
            clock: false,
            fix: None,
            since: None,
        }
    }
}

pub(super) fn run(shared: &Shared, console: &mut Console<'_>) -> Result<Exit, Failure> {
    let format = shared.one_format(&["human", "json"])?;
    let own = own(shared, console)?;
    let entries: Vec<Entry> = RULES.iter().map(Entry::from).chain(own.iter().map(Entry::from)).collect();
    let text = match format {
        Some("json") => json(entries)?,
        _ => table(&entries, console.terminal(shared, shared.output.is_some()).width),
    };
    console.result(shared, &text)?;
    Ok(Exit::Clean)
}

/// The rules of the repository that one stands in; none outside of one.
fn own(shared: &Shared, console: &mut Console<'_>) -> Result<Vec<CustomRule>, Failure> {
    let directory = shared.directory.as_deref().unwrap_or(Path::new("."));
    if WorkTree::discover(directory).is_err() {
        return Ok(Vec::new());
    }
    let workspace = workspace::open(shared, console)?;
    match &workspace.policy {
        Ok(policy) => Ok(policy.exboard.custom.clone()),
        Err(_) => {
            console.note("note: the policy is broken, so the repository's own rules are not listed");
            Ok(Vec::new())
        }
    }
}

fn json(rules: Vec<Entry>) -> Result<String, Failure> {
    let catalogue = Catalogue { version: 1, tool: TOOL, rules };
    serde_json::to_string_pretty(&catalogue)
        .map(|text| text + "\n")
        .map_err(|error| Failure::new(format_args!("cannot write the catalogue: {error}")))
}

/// Least width that a column of prose needs.
const PROSE: usize = 40;

/// Name, severity and summary; the summary below the name where the terminal is narrow.
fn table(rules: &[Entry], width: usize) -> String {
    let name_width = rules.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    let marks_width = rules.iter().map(|rule| marks(rule).len()).max().unwrap_or(0);
    // Two columns of blanks before each of the four.
    let beside = name_width + "warning".len() + marks_width + 8;
    let is_beside = beside + PROSE <= width;
    let indent = if is_beside { beside } else { 4 };
    let mut text = String::new();
    let mut group = "";
    for info in rules {
        if info.group != group {
            group = info.group;
            text.push_str(&format!("{}{group}\n", if text.is_empty() { "" } else { "\n" }));
        }
        let row = format!("  {:name_width$}  {:7}  {:marks_width$}", info.name, info.severity, marks(info));
        let summary =
            textwrap::wrap(&info.summary, width.saturating_sub(indent)).join(&format!("\n{:indent$}", ""));
        if is_beside {
            text.push_str(&format!("{row}  {summary}\n"));
        } else {
            text.push_str(&format!("{}\n{:indent$}{summary}\n", row.trim_end(), ""));
        }
    }
    text.push_str(
        "\n`exboard explain RULE` says more. A locked rule's severity cannot be changed in `exboard.toml`; one marked \
         votes is judged where votes can be read; one marked clock can fail by time alone.\n",
    );
    text
}

fn marks(rule: &Entry) -> String {
    let marks = [(rule.locked, "locked"), (rule.votes, "votes"), (rule.clock, "clock")];
    let marks: Vec<&str> = marks.into_iter().filter(|(marked, _)| *marked).map(|(_, word)| word).collect();
    marks.join(", ")
}
