//! Records + policy + now → findings.
//!
//! A file is read, judged and let go on one core; what the rules about all records need of it stays as a [`Card`].
//! Nothing here fails: what is wrong with a record is a finding, and a file that cannot be read is told in
//! [`Outcome::unread`] while all others are judged.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::custom;
use crate::finding::{self, Finding, Judges, Place, Severity, Unjudged};
use crate::policy::{Level, Policy, Problem};
use crate::record::{Record, RegistryStatus};
use crate::rules::{Card, Check, FileContext, Folder, Out, RULES, Register, Rule, Stray, Subject};
use crate::schema::{self, Kind};
use crate::source::Source;
use crate::time::Instant;
use crate::yaml::{self, Node, Parsed};

/// How to judge.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The one clock.
    pub now: Instant,
    /// Judges which rules speak; `None` lets all.
    pub rules: Option<&'a (dyn RuleFilter + 'a)>,
    /// The paths whose findings count: files, or folders with all below them; empty for everything.
    pub paths: &'a [String],
}

/// Chooses rules by their name.
pub trait RuleFilter: std::fmt::Debug + Sync {
    /// True where the rule may speak.
    fn allows(&self, rule: &str) -> bool;
}

/// All there is to judge.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The records, sorted by path.
    pub records: &'a [Folder],
    /// What else lies in the record folders.
    pub strays: &'a [Stray],
}

/// Reads the bytes of a record; the error is for people.
pub type Read<'r> = dyn Fn(&Folder) -> Result<Vec<u8>, String> + Sync + 'r;

/// What the judging found.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The findings, sorted.
    pub findings: Vec<Finding>,
    /// How many board records were judged.
    pub board: usize,
    /// How many registry records were judged.
    pub registry: usize,
    /// Files that could not be read: path and reason.
    pub unread: Vec<(Arc<str>, String)>,
    /// Rules that this judging could not judge.
    pub unjudged: Vec<Unjudged>,
    /// The texts that findings point into.
    pub sources: BTreeMap<Arc<str>, Arc<Source>>,
}

/// Judges records.
#[must_use]
pub fn check(input: Input<'_>, read: &Read<'_>, options: &Options<'_>) -> Outcome {
    let custom = custom::Rules::new(options.policy, options.now, &|rule| allows(options, rule));
    let judged: Vec<Judged> =
        input.records.par_iter().map(|folder| judge(folder, read, options, &custom)).collect();
    let unjudged = custom::unjudged(options.policy, &|rule| allows(options, rule));
    let mut outcome = Outcome { unjudged, ..Outcome::default() };
    let mut cards = Vec::new();
    for (folder, judged) in input.records.iter().zip(judged) {
        if selected(&folder.path, options.paths) {
            match folder.kind {
                Kind::Board => outcome.board += 1,
                Kind::Registry => outcome.registry += 1,
            }
        }
        if let Some(reason) = judged.unread {
            outcome.unread.push((Arc::clone(&folder.path), reason));
        }
        if let Some(source) = judged.source {
            outcome.sources.insert(Arc::clone(&folder.path), source);
        }
        outcome.findings.extend(judged.findings);
        cards.extend(judged.card);
    }
    let register = Register { cards: &cards, strays: input.strays, policy: options.policy, now: options.now };
    for rule in RULES {
        if let Check::All(check) = rule.check {
            run(rule, None, options, &mut outcome.findings, |out| check(&register, out));
        }
    }
    outcome.findings.retain(|finding| selected(&finding.place.path, options.paths));
    finding::sort(&mut outcome.findings);
    outcome
}

/// What is wrong with the policy files, as findings.
#[must_use]
pub fn check_policy(problems: &[Problem]) -> Outcome {
    let mut outcome = Outcome::default();
    for rule in RULES {
        if let Check::Policy(check) = rule.check {
            check(problems, &mut Out::new(&rule.info, None, &mut outcome.findings));
        }
    }
    for problem in problems {
        let related = problem.related.iter().map(|(source, ..)| source);
        for source in std::iter::once(&problem.source).chain(related) {
            outcome.sources.insert(Arc::from(source.path()), Arc::clone(source));
        }
    }
    finding::sort(&mut outcome.findings);
    outcome
}

#[derive(Default)]
struct Judged {
    findings: Vec<Finding>,
    card: Option<Card>,
    source: Option<Arc<Source>>,
    unread: Option<String>,
}

fn judge(folder: &Folder, read: &Read<'_>, options: &Options<'_>, custom: &custom::Rules<'_>) -> Judged {
    let bytes = match read(folder) {
        Ok(bytes) => bytes,
        Err(reason) => return Judged { unread: Some(reason), ..Judged::default() },
    };
    let source = Arc::new(Source::from_bytes(&*folder.path, bytes));
    let Parsed { document, problems } = yaml::parse(Arc::clone(&source));
    let kind = document
        .root()
        .and_then(|root| root.child("schema"))
        .and_then(Node::as_str)
        .and_then(Kind::from_name);
    let file = FileContext { folder, document: &document, problems: &problems, kind };
    let id = document.get("/exception_id").and_then(Node::as_str);
    let record_id: Option<Arc<str>> = id.map(Arc::from);
    let mut judged = Judged::default();
    for rule in RULES {
        if let Check::File(check) = rule.check {
            run(rule, record_id.as_ref(), options, &mut judged.findings, |out| check(&file, out));
        }
    }
    // What cannot be read, or is of no known kind, is judged no further.
    if problems.is_empty() && kind == Some(folder.kind) {
        judge_record(&file, folder.kind, record_id.as_ref(), options, custom, &mut judged.findings);
        judged.card = Some(Card {
            folder: folder.clone(),
            id: id.map(Box::from),
            id_place: match id {
                Some(_) => file.at("/exception_id"),
                None => Place::file(Arc::clone(&folder.path)),
            },
        });
    }
    judged.source = Some(source).filter(|_| !judged.findings.is_empty());
    judged
}

fn judge_record(
    file: &FileContext<'_>,
    kind: Kind,
    id: Option<&Arc<str>>,
    options: &Options<'_>,
    custom: &custom::Rules<'_>,
    findings: &mut Vec<Finding>,
) {
    let Some(record) = Record::read(kind, file.document) else { return };
    let schema_problems = schema::validate(kind, file.document);
    let subject = Subject {
        file,
        kind,
        schema_problems: &schema_problems,
        record: &record,
        policy: options.policy,
        now: options.now,
    };
    for rule in RULES {
        let Check::Record(check) = rule.check else { continue };
        if judges(rule.info.judges, &record) {
            let first = findings.len();
            run(rule, id, options, findings, |out| check(&subject, out));
            if let (true, Some(severity)) = (rule.info.gate, gate(&record)) {
                findings.iter_mut().skip(first).for_each(|finding| finding.severity = severity);
            }
        }
    }
    if judges(Judges::Unfinished, &record) {
        custom.judge(kind, file.document, id, findings);
    }
}

/// How much a gate's finding weighs: an answer that is not ready may still be wrong. `None` for board records, which
/// keep the rule's own severity.
fn gate(record: &Record<'_>) -> Option<Severity> {
    let Record::Registry(record) = record else { return None };
    Some(match record.status {
        Some(
            RegistryStatus::Ready
            | RegistryStatus::Sent
            | RegistryStatus::Accepted
            | RegistryStatus::Rejected
            | RegistryStatus::Closed,
        ) => Severity::Error,
        _ => Severity::Warning,
    })
}

/// True where a rule looks at a record in its status. As long as changes are not told apart, every record counts as
/// changed, so an approved record counts as approved just now.
fn judges(which: Judges, record: &Record<'_>) -> bool {
    match which {
        Judges::Every => true,
        Judges::Unfinished => !record.is_finished(),
        Judges::Deciding => {
            record.is_open() || matches!(record, Record::Board(record) if record.is_approved())
        }
    }
}

/// Runs one rule, at the severity that the policy gives it.
fn run(
    rule: &'static Rule,
    record: Option<&Arc<str>>,
    options: &Options<'_>,
    findings: &mut Vec<Finding>,
    check: impl FnOnce(&mut Out<'_>),
) {
    let allowed = allows(options, rule.info.name);
    let level = options.policy.exboard.rules.get(rule.info.name).filter(|_| !rule.info.gate).copied();
    let severity = level.map_or(Some(rule.info.severity), Level::severity);
    let (true, Some(severity)) = (allowed, severity) else { return };
    let first = findings.len();
    check(&mut Out::new(&rule.info, record.cloned(), findings));
    for finding in findings.iter_mut().skip(first) {
        finding.severity = severity;
    }
}

fn allows(options: &Options<'_>, rule: &str) -> bool {
    options.rules.is_none_or(|filter| filter.allows(rule))
}

fn selected(path: &str, paths: &[String]) -> bool {
    paths.is_empty()
        || paths.iter().any(|wanted| {
            wanted.is_empty()
                || path
                    .strip_prefix(wanted.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
}
