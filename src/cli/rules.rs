//! `exboard rules`: the catalogue.

use serde::Serialize;

use super::TOOL;
use super::args::Shared;
use super::console::{Console, Exit, Failure};
use crate::rules::{RULES, Rule};

/// Version 1 of the catalogue's JSON.
#[derive(Serialize)]
struct Catalogue {
    version: u32,
    tool: &'static str,
    rules: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    name: &'static str,
    group: &'static str,
    summary: &'static str,
    scope: &'static str,
    severity: &'static str,
    locked: bool,
    judges: &'static str,
    gate: bool,
    suppressible: bool,
    fix: Option<&'static str>,
    since: &'static str,
}

impl From<&Rule> for Entry {
    fn from(rule: &Rule) -> Self {
        let info = &rule.info;
        Entry {
            name: info.name,
            group: info.group(),
            summary: info.summary,
            scope: info.scope.as_str(),
            severity: info.severity.as_str(),
            locked: info.locked,
            judges: info.judges.as_str(),
            gate: info.gate,
            suppressible: info.suppressible,
            fix: info.fix.map(crate::finding::Safety::as_str),
            since: info.since,
        }
    }
}

pub(super) fn run(shared: &Shared, console: &mut Console<'_>) -> Result<Exit, Failure> {
    let text = match shared.one_format(&["human", "json"])? {
        Some("json") => json()?,
        _ => table(console.terminal(shared, shared.output.is_some()).width),
    };
    console.result(shared, &text)?;
    Ok(Exit::Clean)
}

fn json() -> Result<String, Failure> {
    let catalogue = Catalogue { version: 1, tool: TOOL, rules: RULES.iter().map(Entry::from).collect() };
    serde_json::to_string_pretty(&catalogue)
        .map(|text| text + "\n")
        .map_err(|error| Failure::new(format_args!("cannot write the catalogue: {error}")))
}

/// Least width that a column of prose needs.
const PROSE: usize = 40;

/// Name, severity and summary; the summary below the name where the terminal is narrow.
fn table(width: usize) -> String {
    let name_width = RULES.iter().map(|rule| rule.info.name.len()).max().unwrap_or(0);
    // Two columns of blanks before each of the four.
    let beside = name_width + "warning".len() + "locked".len() + 8;
    let is_beside = beside + PROSE <= width;
    let indent = if is_beside { beside } else { 4 };
    let mut text = String::new();
    let mut group = "";
    for Rule { info, .. } in RULES {
        if info.group() != group {
            group = info.group();
            text.push_str(&format!("{}{group}\n", if text.is_empty() { "" } else { "\n" }));
        }
        let lock = if info.locked { "locked" } else { "" };
        let row = format!("  {:name_width$}  {:7}  {lock:6}", info.name, info.severity.as_str());
        let summary =
            textwrap::wrap(info.summary, width.saturating_sub(indent)).join(&format!("\n{:indent$}", ""));
        if is_beside {
            text.push_str(&format!("{row}  {summary}\n"));
        } else {
            text.push_str(&format!("{}\n{:indent$}{summary}\n", row.trim_end(), ""));
        }
    }
    text.push_str(
        "\n`exboard explain RULE` says more. A locked rule's severity cannot be changed in `exboard.toml`.\n",
    );
    text
}
