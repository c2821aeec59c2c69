//! What is wrong, record by record: one table, in which a row names a record and the rows below it what it has; and
//! what to do, folded.

use std::collections::{BTreeMap, BTreeSet};

use super::super::standing::is_of_votes;
use super::super::text::clip;
use super::super::{Report, location, version};
use super::words::{code, escaped, prose};
use super::{LONGEST, LONGEST_NAME, address, definition, rule};
use crate::change::Asked;
use crate::finding::{Finding, Severity};

/// Related places that are named.
const MOST_RELATED: usize = 3;

const TABLE: &str = "### Findings\n\n| | Line | What is wrong | Rule |\n|:--|:--|:--|:--|\n";
const OPEN: &str = "<details><summary>What to do</summary>\n";
const CLOSE: &str = "\n</details>\n";

/// The findings for which there is room, by file, and those for which there is none.
pub(super) struct Records<'a> {
    files: Vec<File>,
    /// The rules that are named.
    pub(super) rules: BTreeSet<&'a str>,
    pub(super) left_out: Vec<&'a Finding>,
}

/// A file: in nearly every case, a record.
struct File {
    /// Its rows of the table.
    rows: String,
    /// Its name, for the list of what to do, and the points of that list.
    name: String,
    points: String,
}

impl<'a> Records<'a> {
    /// Takes the worst findings until one does not fit. The file with the worst one stands first, and in a file the
    /// worst finding.
    pub(super) fn new(report: &'a Report<'a>, room: usize) -> Self {
        let mut records = Records { files: Vec::new(), rules: BTreeSet::new(), left_out: Vec::new() };
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        let mut left = room.saturating_sub(TABLE.len() + OPEN.len() + CLOSE.len() + 1);
        let mut findings = report.gravest().into_iter();
        while let Some(finding) = findings.next() {
            let path = &*finding.place.path;
            let place = places.get(path).copied();
            let new = place.is_none().then(|| File::new(report, finding));
            let (row, point) = (row(report, finding), point(finding));
            let link = definition(&finding.rule).filter(|_| !records.rules.contains(&*finding.rule));
            let bytes = new.as_ref().map_or(0, File::bytes)
                + row.len()
                + point.len()
                + link.map_or(0, |link| link.len());
            let Some(rest) = left.checked_sub(bytes) else {
                records.left_out.push(finding);
                records.left_out.extend(findings);
                break;
            };
            left = rest;
            records.rules.insert(&finding.rule);
            records.files.extend(new);
            let place = *places.entry(path).or_insert(records.files.len() - 1);
            if let Some(file) = records.files.get_mut(place) {
                file.rows.push_str(&row);
                file.points.push_str(&point);
            }
        }
        records
    }

    /// The table; empty where nothing is wrong.
    pub(super) fn table(&self) -> String {
        let rows: String = self.files.iter().map(|file| file.rows.as_str()).collect();
        if rows.is_empty() { rows } else { TABLE.to_owned() + &rows }
    }

    /// What to do; empty where there is nothing to say.
    pub(super) fn advice(&self) -> String {
        let told = self.files.iter().filter(|file| !file.points.is_empty());
        let list: String = told.map(|file| format!("\n{}\n\n{}", file.name, file.points)).collect();
        if list.is_empty() { list } else { format!("{OPEN}{list}{CLOSE}") }
    }
}

impl File {
    /// The file of a finding, without any yet.
    fn new(report: &Report<'_>, finding: &Finding) -> Self {
        let path = code(&finding.place.path);
        let path = match address(report, &finding.place.path, None) {
            Some(address) => format!("[{path}]({address})"),
            None => path,
        };
        let id = finding.record.as_deref().map(str::trim).filter(|id| !id.is_empty());
        let id = id.map(|id| format!("**{}**", escaped(&clip(id, LONGEST_NAME, "…"))));
        let row =
            format!("| | | {}{path} | |\n", id.as_ref().map(|id| format!("{id} · ")).unwrap_or_default());
        File { rows: row, name: id.unwrap_or(path), points: String::new() }
    }

    fn bytes(&self) -> usize {
        self.rows.len() + self.name.len() + 3
    }
}

fn row(report: &Report<'_>, finding: &Finding) -> String {
    let sign = match finding.severity {
        _ if is_of_votes(finding) && report.asked.iter().any(Asked::is_open) => "⏳&nbsp;vote",
        Severity::Error => "❌&nbsp;error",
        Severity::Warning => "⚠️&nbsp;warning",
        Severity::Info => "ℹ️&nbsp;info",
    };
    let old = version(finding);
    let mut message = prose(&finding.message, LONGEST);
    if let Some(old) = &old {
        message.push_str(&format!(" ({})", escaped(old)));
    }
    let place = finding.place.range.map_or_else(String::new, |range| {
        let place = format!("{}:{}", range.start.line, range.start.column);
        // A text of before has no address here.
        match address(report, &finding.place.path, Some(range.start.line)).filter(|_| old.is_none()) {
            Some(address) => format!(" [{place}]({address})"),
            None => format!(" {place}"),
        }
    });
    format!("| {sign} |{place} | {message} | {} |\n", rule(&finding.rule))
}

/// What to do about a finding, and what else to look at.
fn point(finding: &Finding) -> String {
    if finding.help.is_none() && finding.related.is_empty() {
        return String::new();
    }
    // Something before the rule: at the start of a point, `[rule]: help` could be where a link leads.
    let line = finding.place.range.map(|range| format!("{}:{}", range.start.line, range.start.column));
    let help = finding.help.as_deref().map_or_else(|| "see".to_owned(), |help| prose(help, LONGEST));
    let line = line.as_deref().unwrap_or("the file,");
    let mut point = format!("- {line} {}: {help}\n", rule(&finding.rule));
    for related in finding.related.iter().take(MOST_RELATED) {
        let (place, why) = (code(&location(&related.place)), prose(&related.message, LONGEST));
        point.push_str(&format!("  - {place}: {why}\n"));
    }
    if let Some(more @ 1..) = finding.related.len().checked_sub(MOST_RELATED) {
        point.push_str(&format!("  - … and {more} more\n"));
    }
    point
}
