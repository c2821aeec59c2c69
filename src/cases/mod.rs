//! Policy tests: records that a team made up, and what its policy is to say of them.
//!
//! A case is a record laid out as a file of its own, or a record before and after a change, judged by all rules at the
//! case's own time.

mod change;
mod read;

pub use change::{Approval, CaseChange, State};
pub use read::read;

use std::sync::Arc;

use crate::check::{Input, Options, RuleFilter, check};
use crate::finding::{Finding, Scope, Severity};
use crate::policy::Policy;
use crate::record::Record;
use crate::rules::{self, Digest, Files, Folder, Look};
use crate::schema::Kind;
use crate::source::{Source, Span};
use crate::time::Instant;
use crate::yaml::{self, Entry, Node, Style};

/// Fields of a record: the key and the lines of each; none where the field is to be taken out.
pub type Fields = Vec<(String, Option<String>)>;

/// One case.
#[derive(Debug, Clone)]
pub struct Case {
    /// What it is about, in the team's words.
    pub name: String,
    /// The file that it stands in.
    pub source: Arc<Source>,
    /// Where its name stands.
    pub span: Span,
    /// The time at which it is judged.
    pub now: Instant,
    /// The record of the repository that it starts from, with the place of its path.
    pub path: Option<(String, Span)>,
    /// The fields of its own record, or those that take the place of the repository's: the key and the lines of each;
    /// none where the field is to be taken out.
    pub fields: Option<Fields>,
    /// What it says of a change, where it is one.
    pub change: Option<CaseChange>,
    /// Files that lie beside the record: those of the repository as they are, all others empty.
    pub files: Vec<String>,
    /// All that the rules are to say.
    pub expect: Vec<Expected>,
}

/// The files of a case.
#[derive(Debug)]
struct CaseFiles<'a> {
    named: &'a [String],
    repository: &'a dyn Files,
}

impl CaseFiles<'_> {
    fn is_made_up(&self, path: &str) -> bool {
        self.named.iter().any(|named| named == path) && self.repository.look(path) == Look::Missing
    }
}

impl Files for CaseFiles<'_> {
    fn look(&self, path: &str) -> Look {
        if self.is_made_up(path) { Look::File } else { self.repository.look(path) }
    }

    fn digest(&self, path: &str) -> Result<Digest, Arc<str>> {
        if self.is_made_up(path) {
            return Ok(Digest { sha256: Arc::from(EMPTY_SHA256), lfs: None });
        }
        self.repository.digest(path)
    }
}

/// SHA-256 of no bytes.
const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// A finding that is to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The rule.
    pub rule: String,
    /// JSON pointer of the field, where that matters.
    pub field: Option<String>,
    /// The severity, where that matters.
    pub severity: Option<Severity>,
    /// Where it stands in the file.
    pub span: Span,
}

/// Why a case cannot be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands.
    pub span: Span,
    /// One sentence, no full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// How what the rules said differs from what was expected.
#[derive(Debug, Clone, Default)]
pub struct Difference {
    /// Expected, and not said.
    pub missing: Vec<Expected>,
    /// Said, and not expected.
    pub unexpected: Vec<Finding>,
}

impl Difference {
    /// True where there is none.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.missing.is_empty() && self.unexpected.is_empty()
    }
}

/// A case is about its record: what the rules of the policy say of a whole register, one record cannot show.
#[derive(Debug)]
struct RulesOfRecords;

impl RuleFilter for RulesOfRecords {
    fn allows(&self, rule: &str) -> bool {
        rules::find(rule).is_none_or(|rule| rule.info.scope != Scope::Policy)
    }
}

/// Gives the bytes of a record of the repository, by its path; the error is for people.
pub type ReadRecord<'r> = dyn Fn(&str) -> Result<Vec<u8>, String> + Sync + 'r;

/// Runs a case.
///
/// # Errors
///
/// Where the record that it starts from cannot be had.
pub fn run(
    case: &Case,
    policy: &Policy,
    files: &dyn Files,
    read: &ReadRecord<'_>,
) -> Result<Difference, Problem> {
    let rules = Some(&RulesOfRecords as &dyn RuleFilter);
    let options = Options { policy, now: case.now, rules, paths: &[], show_suppressed: false };
    let files = CaseFiles { named: &case.files, repository: files };
    let outcome = match &case.change {
        Some(change) => change.judge(case, &files, read, &options)?,
        None => {
            let (folder, bytes) = lay_out(case, policy, read)?;
            let input = Input { records: &[folder], strays: &[], files: &files, changes: None };
            check(input, &|_| Ok(bytes.clone()), &options)
        }
    };
    let mut unexpected = outcome.findings;
    let mut missing = Vec::new();
    // What asks for more is matched first, so that it finds its own.
    let mut expect: Vec<&Expected> = case.expect.iter().collect();
    expect.sort_by_key(|expected| (expected.field.is_none(), expected.severity.is_none()));
    for expected in expect {
        match unexpected.iter().position(|finding| matches(expected, finding)) {
            Some(at) => drop(unexpected.remove(at)),
            None => missing.push(expected.clone()),
        }
    }
    missing.sort_by_key(|expected| expected.span);
    Ok(Difference { missing, unexpected })
}

fn matches(expected: &Expected, finding: &Finding) -> bool {
    let field = finding.place.field.as_deref();
    expected.rule == finding.rule
        && expected.field.as_deref().is_none_or(|wanted| field == Some(wanted))
        && expected.severity.is_none_or(|wanted| wanted == finding.severity)
}

/// The file that a case is about: where it lies, and its text.
fn lay_out(case: &Case, policy: &Policy, read: &ReadRecord<'_>) -> Result<(Folder, Vec<u8>), Problem> {
    let paths = &policy.exboard.paths;
    let Some(fields) = &case.fields else {
        let (path, bytes) = match &case.path {
            Some((path, span)) => (path, read_base(path, *span, read)?),
            None => (&case.name, Vec::new()),
        };
        let kind =
            if path.starts_with(&format!("{}/", paths.registry)) { Kind::Registry } else { Kind::Board };
        return Ok((folder(kind, policy, path), bytes));
    };
    let base = base_fields(case, read)?.unwrap_or_default();
    let text = text_of(&laid_over(base, fields));
    Ok((folder_for(&text, policy), text.into_bytes()))
}

fn read_base(path: &str, span: Span, read: &ReadRecord<'_>) -> Result<Vec<u8>, Problem> {
    read(path).map_err(|reason| Problem {
        span,
        message: format!("{} cannot be read: {reason}", yaml::shown(path)),
        help: Some("name a record of this repository, from its root".to_owned()),
    })
}

/// The fields of the record of the repository that a case starts from, where it starts from one.
fn base_fields(case: &Case, read: &ReadRecord<'_>) -> Result<Option<Fields>, Problem> {
    let Some((path, span)) = &case.path else { return Ok(None) };
    let bytes = read_base(path, *span, read)?;
    let document = yaml::parse(Arc::new(Source::from_bytes(path.as_str(), bytes))).document;
    Ok(Some(document.root().map(fields_of).unwrap_or_default()))
}

/// Fields with others in their place, or after them.
fn laid_over(mut base: Fields, fields: &Fields) -> Fields {
    for (key, lines) in fields {
        match base.iter_mut().find(|(known, _)| known == key) {
            Some((_, block)) => block.clone_from(lines),
            None => base.push((key.clone(), lines.clone())),
        }
    }
    base
}

fn text_of(fields: &Fields) -> String {
    fields.iter().filter_map(|(_, lines)| lines.as_deref()).collect()
}

fn folder(kind: Kind, policy: &Policy, path: &str) -> Folder {
    let root = match kind {
        Kind::Board => &policy.exboard.paths.board,
        Kind::Registry => &policy.exboard.paths.registry,
    };
    Folder { kind, root: Arc::from(root.as_str()), path: Arc::from(path) }
}

/// A record without a path lies where it belongs: a case about another rule need not say so.
fn folder_for(text: &str, policy: &Policy) -> Folder {
    let document = yaml::parse(Arc::new(Source::new("record.yaml", text))).document;
    let word = |field| document.get(field).and_then(Node::as_str);
    let kind = word("/schema").and_then(Kind::from_name).unwrap_or(Kind::Board);
    let record = Record::read(kind, &document);
    let year = record
        .and_then(|record| record.received_at())
        .map(|at| policy.lanes.calendar.date_of(at).format("%Y").to_string());
    let tier = match kind {
        Kind::Board => Some(word("/board_tier").unwrap_or("intake")),
        Kind::Registry => None,
    };
    let stem = word("/exception_id").unwrap_or("record");
    let below: Vec<&str> = tier.into_iter().chain(year.as_deref()).chain([stem]).collect();
    let mut folder = folder(kind, policy, "");
    folder.path = Arc::from(format!("{}/{}.yaml", folder.root, below.join("/")));
    folder
}

/// The fields of a map as lines of a file: each with its key, at no indentation; a null field has no lines.
fn fields_of(map: Node<'_>) -> Fields {
    let entries: Vec<Entry<'_>> = map.entries().collect();
    let next = entries.iter().skip(1).map(|entry| Some(entry.key_span)).chain([None]);
    let lines = |(entry, next): (&Entry<'_>, Option<Span>)| {
        let is_null = entry.value.value() == yaml::Value::Null;
        (entry.key.to_owned(), (!is_null).then(|| lines_of(map, entry, next)))
    };
    entries.iter().zip(next).map(lines).collect()
}

fn lines_of(map: Node<'_>, entry: &Entry<'_>, next: Option<Span>) -> String {
    let source = map.source();
    if map.style() == Style::Flow {
        return format!("{}: {}\n", source.slice(entry.key_span), entry.value.raw());
    }
    let text = source.text();
    let key = source.position(entry.key_span.start);
    let indent = key.column - 1;
    let end = match next {
        Some(next) => source.line(source.position(next.start).line).start,
        None => text
            .get(entry.value.span().end.max(entry.key_span.end)..)
            .and_then(|rest| rest.find('\n').map(|at| at + text.len() - rest.len() + 1))
            .unwrap_or(text.len()),
    };
    let written = text.get(entry.key_span.start..end).unwrap_or_default();
    let mut lines = String::new();
    for (index, line) in written.lines().enumerate() {
        let spaces = line.len() - line.trim_start_matches(' ').len();
        let cut = if index == 0 { 0 } else { spaces.min(indent) };
        lines.push_str(line.get(cut..).unwrap_or_default());
        lines.push('\n');
    }
    lines
}
