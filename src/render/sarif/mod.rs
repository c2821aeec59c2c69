//! SARIF 2.1.0, for code scanning and editors.
//!
//! The types hold what we write and no more (docs/decisions/0008). Results are made one by one while they are written.

mod fixes;
mod limits;
mod log;
mod place;
mod table;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};
use serde_json::ser::CompactFormatter;

use super::escaping::Escaping;
use super::{PolicyFrom, Report, instant, safe, version};
use crate::finding::{Finding, Severity, Side, Suppressed, Unjudged};
use fixes::Fix;
use limits::Kept;
use log::{
    Described, Driver, Fingerprints, Invocation, Log, Notification, Policy, ResultProperties, RuleReference,
    Run, RunProperties, SarifResult, Suppression, SuppressionProperties, Text, Tool,
};
use place::{Location, SOURCE_ROOT};
use table::Rules;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Related places of a result: of more than a thousand GitHub refuses the file, and it keeps a hundred.
const MOST_RELATED: usize = 100;
/// Related places that the message of a result names: GitHub shows no others.
const MOST_LINKED: usize = 10;

pub(super) fn render(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let rules = Rules::new(report.custom);
    let frame = Frame { report, rules: &rules };
    // The frame is measured without results, and with the longest notification that it may need.
    let bare = written_bytes(&frame.log(&Kept::default()))?;
    let kept = Kept::choose(report, bare, &|result| written_bytes(&frame.result(result)))?;
    write_json(&frame.log(&kept), &mut *out)?;
    out.write_all(b"\n")
}

fn write_json(value: &impl Serialize, out: impl Write) -> io::Result<()> {
    Ok(value.serialize(&mut serde_json::Serializer::with_formatter(out, Escaping(CompactFormatter)))?)
}

/// How many bytes a value takes.
fn written_bytes(value: &impl Serialize) -> io::Result<usize> {
    struct Counter(usize);
    impl Write for Counter {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut counter = Counter(0);
    write_json(value, &mut counter)?;
    Ok(counter.0)
}

/// What becomes a result.
#[derive(Clone, Copy)]
enum Entry<'a> {
    Finding(&'a Finding),
    Suppressed(&'a Suppressed),
}

/// The results, made one by one.
struct Results<'a> {
    frame: &'a Frame<'a>,
    kept: &'a Kept<'a>,
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut results = serializer.serialize_seq(Some(self.kept.entries.len()))?;
        for entry in &self.kept.entries {
            results.serialize_element(&self.frame.result(*entry))?;
        }
        results.end()
    }
}

/// What every part of the log needs.
struct Frame<'a> {
    report: &'a Report<'a>,
    rules: &'a Rules<'a>,
}

impl Frame<'_> {
    fn log<'f>(&'f self, kept: &'f Kept<'f>) -> Log<'f> {
        let report = self.report;
        let (name, semantic_version) = report.tool.split_once(' ').unwrap_or((report.tool, "0.0.0"));
        let root = "the root of the git repository, or of the governance repository where there is no git";
        Log {
            schema: SCHEMA,
            version: "2.1.0",
            runs: [Run {
                tool: Tool {
                    driver: Driver {
                        name,
                        semantic_version,
                        information_uri: env!("CARGO_PKG_REPOSITORY"),
                        rules: self.rules,
                    },
                },
                invocations: [self.invocation(kept)],
                original_uri_base_ids: BTreeMap::from([(
                    SOURCE_ROOT,
                    Described { description: Text { text: root.to_owned() } },
                )]),
                column_kind: "unicodeCodePoints",
                results: Results { frame: self, kept },
                properties: RunProperties {
                    now: instant(report.now),
                    policy: match report.policy {
                        PolicyFrom::Tree => Policy { from: "tree", commit: None },
                        PolicyFrom::Index => Policy { from: "index", commit: None },
                        PolicyFrom::Commit(id) => Policy { from: "commit", commit: Some(id) },
                    },
                    board: report.board,
                    registry: report.registry,
                },
            }],
        }
    }

    fn invocation(&self, kept: &Kept<'_>) -> Invocation {
        let report = self.report;
        let mut notifications = Vec::new();
        let mut notify = |level, text: String, associated_rule| {
            notifications.push(Notification { level, message: Text { text }, associated_rule });
        };
        if let Some(failure) = report.failure {
            notify("error", safe(failure).into_owned(), None);
        }
        if let Some(left_out) = kept.left_out() {
            notify("warning", left_out, None);
        }
        for Unjudged { rule, reason } in report.unjudged {
            let reference = RuleReference { id: rule.clone().into_owned(), index: self.rules.index(rule) };
            notify("note", format!("{} was not judged: {}", safe(rule), safe(reason)), Some(reference));
        }
        Invocation {
            execution_successful: report.failure.is_none(),
            exit_code: report.exit_code(),
            tool_execution_notifications: notifications,
        }
    }

    fn result<'e>(&self, entry: Entry<'e>) -> SarifResult<'e> {
        match entry {
            Entry::Finding(finding) => self.finding(finding),
            Entry::Suppressed(suppressed) => self.suppressed(suppressed),
        }
    }

    fn finding<'e>(&self, finding: &'e Finding) -> SarifResult<'e> {
        let prefix = self.report.repository.prefix;
        let related = finding.related.iter().take(MOST_RELATED).enumerate();
        let ours = finding.fingerprint();
        let fix = finding.fix.as_ref();
        SarifResult {
            rule_id: &finding.rule,
            rule_index: self.rules.index(&finding.rule),
            level: level(finding.severity),
            message: Text { text: message(finding) },
            locations: [Location::new(prefix, &finding.place)],
            partial_fingerprints: Fingerprints {
                primary_location_line_hash: finding.place.range.is_none().then(|| ours.clone()),
                ours,
            },
            related_locations: related
                .map(|(index, related)| Location::related(prefix, related, index + 1))
                .collect(),
            suppressions: None,
            fixes: fix.and_then(|fix| Fix::new(self.report, finding, fix)).map(|fix| [fix]),
            properties: ResultProperties {
                record: finding.record.as_deref(),
                field: finding.place.field.as_deref(),
                side: (finding.side == Side::Base).then_some(Side::Base.as_str()),
                commit: finding.commit.as_deref(),
                move_to: fix.and_then(|fix| fix.move_to.as_deref()),
            },
        }
    }

    /// What was found is not kept once it is hidden; that it is hidden, until when and why, is.
    fn suppressed<'e>(&self, hidden: &'e Suppressed) -> SarifResult<'e> {
        let reason = safe(&hidden.reason);
        let ours = hidden.fingerprint();
        SarifResult {
            rule_id: &hidden.rule,
            rule_index: self.rules.index(&hidden.rule),
            // GitHub opens an alert all the same; it is to weigh no more than what it says.
            level: level(Severity::Info),
            message: Text { text: unlinked(&format!("suppressed until {}: {reason}", hidden.until)) },
            locations: [Location::new(self.report.repository.prefix, &hidden.place)],
            partial_fingerprints: Fingerprints {
                primary_location_line_hash: hidden.place.range.is_none().then(|| ours.clone()),
                ours,
            },
            related_locations: Vec::new(),
            suppressions: Some([Suppression {
                kind: "inSource",
                status: "accepted",
                justification: reason.into_owned(),
                properties: SuppressionProperties { until: hidden.until.to_string() },
            }]),
            fixes: None,
            properties: ResultProperties {
                record: hidden.record.as_deref(),
                field: hidden.place.field.as_deref(),
                side: None,
                commit: None,
                move_to: None,
            },
        }
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// What is wrong, as a sentence: viewers show the first one. Then what to do, and links to the related places.
fn message(finding: &Finding) -> String {
    let mut text = unlinked(&safe(&finding.message));
    if let Some(version) = version(finding) {
        text.push_str(&format!(" ({version})"));
    }
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    if let Some(help) = &finding.help {
        text.push_str(&format!("\n\nHelp: {}", unlinked(&safe(help))));
    }
    for (index, related) in finding.related.iter().take(MOST_LINKED).enumerate() {
        let gap = if index == 0 { "\n\nSee " } else { "\nSee " };
        text.push_str(&format!("{gap}[{}]({})", bracketed(&safe(&related.message)), index + 1));
    }
    text
}

/// A plain text message may hold links, `[text](target)`. Where a text would be read as one, its brackets are escaped.
fn unlinked(text: &str) -> String {
    if text.contains("](") { bracketed(text) } else { text.to_owned() }
}

fn bracketed(text: &str) -> String {
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}
