//! Version 1 of the machine-readable report: a type of its own, so that the model can change and this cannot.
//!
//! The order of the fields, and every key being there, belong to the contract (`schemas/check_v1.json`).

use std::io::{self, Write};

use serde::ser::{Serialize, Serializer};
use serde_json::ser::PrettyFormatter;

use super::escaping::Escaping;
use super::{PolicyFrom, Report, instant};
use crate::finding;
use crate::source::{self, Range};

pub(super) fn render(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let formatter = Escaping(PrettyFormatter::new());
    Check::new(report).serialize(&mut serde_json::Serializer::with_formatter(&mut *out, formatter))?;
    out.write_all(b"\n")
}

#[derive(serde::Serialize)]
struct Check<'a> {
    version: u32,
    tool: &'a str,
    now: String,
    policy: Policy<'a>,
    checked: Checked,
    findings: Each<'a, finding::Finding, Finding<'a>>,
    suppressed: Each<'a, finding::Suppressed, Suppressed<'a>>,
    unjudged: Each<'a, finding::Unjudged, Unjudged<'a>>,
    summary: Summary,
}

#[derive(serde::Serialize)]
struct Policy<'a> {
    from: &'static str,
    commit: Option<&'a str>,
}

#[derive(serde::Serialize)]
struct Checked {
    board: usize,
    registry: usize,
}

#[derive(serde::Serialize)]
struct Finding<'a> {
    rule: &'a str,
    severity: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    path: &'a str,
    record: Option<&'a str>,
    field: Option<&'a str>,
    span: Option<Span>,
    side: &'static str,
    commit: Option<&'a str>,
    fingerprint: String,
    related: Each<'a, finding::Related, Related<'a>>,
    fix: Option<Fix<'a>>,
}

#[derive(serde::Serialize)]
struct Span {
    start: Position,
    end: Position,
}

#[derive(serde::Serialize)]
struct Position {
    line: usize,
    column: usize,
    offset: usize,
}

#[derive(serde::Serialize)]
struct Related<'a> {
    path: &'a str,
    span: Option<Span>,
    message: &'a str,
}

#[derive(serde::Serialize)]
struct Fix<'a> {
    safety: &'static str,
    edits: Each<'a, finding::Edit, Edit<'a>>,
    #[serde(rename = "move")]
    moved: Option<Move<'a>>,
}

#[derive(serde::Serialize)]
struct Edit<'a> {
    path: &'a str,
    start: usize,
    end: usize,
    text: &'a str,
}

#[derive(serde::Serialize)]
struct Move<'a> {
    from: &'a str,
    to: &'a str,
}

#[derive(serde::Serialize)]
struct Suppressed<'a> {
    rule: &'a str,
    path: &'a str,
    record: Option<&'a str>,
    field: Option<&'a str>,
    span: Option<Span>,
    until: String,
    reason: &'a str,
}

#[derive(serde::Serialize)]
struct Unjudged<'a> {
    rule: &'a str,
    reason: &'a str,
}

#[derive(serde::Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    infos: usize,
    fixable: usize,
    suppressed: usize,
}

impl<'a> Check<'a> {
    fn new(report: &Report<'a>) -> Self {
        let summary = report.summary();
        Check {
            version: 1,
            tool: report.tool,
            now: instant(report.now),
            policy: match report.policy {
                PolicyFrom::Tree => Policy { from: "tree", commit: None },
                PolicyFrom::Index => Policy { from: "index", commit: None },
                PolicyFrom::Commit(id) => Policy { from: "commit", commit: Some(id) },
            },
            checked: Checked { board: report.board, registry: report.registry },
            findings: Each(report.findings, Finding::new),
            suppressed: Each(report.suppressed, Suppressed::new),
            unjudged: Each(report.unjudged, |unjudged| Unjudged {
                rule: &unjudged.rule,
                reason: &unjudged.reason,
            }),
            summary: Summary {
                errors: summary.errors,
                warnings: summary.warnings,
                infos: summary.infos,
                fixable: summary.fixable,
                suppressed: summary.suppressed,
            },
        }
    }
}

impl<'a> Finding<'a> {
    fn new(finding: &'a finding::Finding) -> Self {
        let place = &finding.place;
        Finding {
            rule: &finding.rule,
            severity: finding.severity.as_str(),
            message: &finding.message,
            help: finding.help.as_deref(),
            path: &place.path,
            record: finding.record.as_deref(),
            field: place.field.as_deref(),
            span: place.range.map(Span::new),
            side: finding.side.as_str(),
            commit: finding.commit.as_deref(),
            fingerprint: finding.fingerprint(),
            related: Each(&finding.related, |related| Related {
                path: &related.place.path,
                span: related.place.range.map(Span::new),
                message: &related.message,
            }),
            fix: finding.fix.as_ref().map(|fix| Fix {
                safety: fix.safety.as_str(),
                edits: Each(&fix.edits, |edit| Edit {
                    path: &edit.path,
                    start: edit.span.start,
                    end: edit.span.end,
                    text: &edit.text,
                }),
                moved: fix.move_to.as_deref().map(|to| Move { from: &place.path, to }),
            }),
        }
    }
}

impl<'a> Suppressed<'a> {
    fn new(hidden: &'a finding::Suppressed) -> Self {
        Suppressed {
            rule: &hidden.rule,
            path: &hidden.place.path,
            record: hidden.record.as_deref(),
            field: hidden.place.field.as_deref(),
            span: hidden.place.range.map(Span::new),
            until: hidden.until.to_string(),
            reason: &hidden.reason,
        }
    }
}

impl Span {
    fn new(range: Range) -> Self {
        Span { start: Position::new(range.start), end: Position::new(range.end) }
    }
}

impl Position {
    fn new(position: source::Position) -> Self {
        Position { line: position.line, column: position.column, offset: position.offset }
    }
}

/// A list of the model, made into the contract's types one by one while it is written: never all at once.
struct Each<'a, From, To>(&'a [From], fn(&'a From) -> To);

impl<From, To: Serialize> Serialize for Each<'_, From, To> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(self.1))
    }
}
