//! Records + policy + now → findings.
//!
//! A file is read, judged and let go on one core; what the rules about all records need of it stays as a [`Card`].
//! Nothing here fails: what is wrong with a record is a finding, and a file that cannot be read is told in
//! [`Outcome::unread`] while all others are judged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::custom;
use crate::finding::{self, Finding, Fix, Judges, Place, Safety, Severity, Suppressed, Unjudged};
use crate::policy::{Level, Policy, Problem};
use crate::record::{Record, RegistryStatus, is_decided, is_frozen, suppressions};
use crate::rules::{
    self, Allowance, Card, Check, Facts, FileContext, Files, Folder, Out, RULES, Register, Roster, Rule,
    Stray, Subject,
};
use crate::schema::{self, Kind};
use crate::source::{self, Source};
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
    /// Lets the findings that suppressions would hide stay among the others.
    pub show_suppressed: bool,
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
    /// The files of the same state of the repository.
    pub files: &'a (dyn Files + 'a),
}

/// Reads the bytes of a record; the error is for people.
pub type Read<'r> = dyn Fn(&Folder) -> Result<Vec<u8>, String> + Sync + 'r;

/// What the judging found.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The findings, sorted.
    pub findings: Vec<Finding>,
    /// What suppressions hide, sorted as the findings are.
    pub suppressed: Vec<Suppressed>,
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
    let roster = Roster::of(options.policy);
    let judge = |folder| judge(folder, input.files, read, options, &custom, &roster);
    let judged: Vec<Judged> = input.records.par_iter().map(judge).collect();
    let unjudged = custom::unjudged(options.policy, &|rule| allows(options, rule));
    let mut outcome = Outcome { unjudged, ..Outcome::default() };
    let mut cards = Vec::new();
    let mut named = BTreeSet::new();
    let mut allowed = BTreeMap::new();
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
        named.extend(judged.named);
        if let Some(record) = judged.allowed {
            allowed.insert(Arc::clone(&folder.path), record);
        }
    }
    let named = if outcome.unread.is_empty() { roster.keys_of(&named) } else { roster.everybody() };
    let (policy, now) = (options.policy, options.now);
    let register = Register { cards: &cards, strays: input.strays, named: &named, policy, now };
    for rule in RULES {
        if let Check::All(check) | Check::RecordAndAll(_, check) = rule.check {
            run(rule, None, options, &mut outcome.findings, |out| check(&register, out));
        }
    }
    suppress(allowed, options, &mut outcome);
    outcome.findings.retain(|finding| selected(&finding.place.path, options.paths));
    locate(&mut outcome, input.records, read);
    finding::sort(&mut outcome.findings);
    outcome
}

/// Takes out what suppressions hide, and judges those that hide nothing.
fn suppress(mut allowed: BTreeMap<Arc<str>, Allowed>, options: &Options<'_>, outcome: &mut Outcome) {
    finding::sort(&mut outcome.findings);
    for (hidden, suppressed) in rules::hide(&mut outcome.findings, &mut allowed) {
        if options.show_suppressed {
            outcome.findings.push(hidden);
        } else if selected(&suppressed.place.path, options.paths) {
            outcome.suppressed.push(suppressed);
        }
    }
    for (path, mut record) in allowed {
        // Whoever was not asked found nothing.
        record.all.retain(|allowance| allows(options, &allowance.rule));
        let before = outcome.findings.len();
        for rule in RULES.iter().filter(|rule| rule.info.judges == Judges::Every || !record.finished) {
            if let Check::Suppressions(check) = rule.check {
                run(rule, record.id.as_ref(), options, &mut outcome.findings, |out| check(&record.all, out));
            }
        }
        if outcome.findings.len() > before {
            outcome.sources.insert(path, record.source);
        }
    }
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

/// Looks up the places of fields that findings about all records together name: so no card has to keep any.
fn locate(outcome: &mut Outcome, records: &[Folder], read: &Read<'_>) {
    let places = |finding: &mut Finding, visit: &mut dyn FnMut(&mut Place)| {
        visit(&mut finding.place);
        finding.related.iter_mut().for_each(|related| visit(&mut related.place));
    };
    let mut wanted: BTreeMap<Arc<str>, BTreeSet<String>> = BTreeMap::new();
    for finding in &mut outcome.findings {
        places(finding, &mut |place| {
            if let (None, Some(field)) = (place.range, &place.field) {
                wanted.entry(Arc::clone(&place.path)).or_default().insert(field.clone());
            }
        });
    }
    let found: Vec<(Arc<str>, Arc<Source>, Vec<Place>)> = wanted
        .into_par_iter()
        .filter_map(|(path, fields)| {
            let index = records.binary_search_by(|folder| folder.path.cmp(&path)).ok()?;
            let source = Arc::new(Source::from_bytes(&*path, read(records.get(index)?).ok()?));
            let document = yaml::parse(Arc::clone(&source)).document;
            let place = |field: String| Place::in_source(&source, document.locate(&field), Some(field));
            let places = fields.into_iter().map(place).collect();
            Some((path, Arc::clone(&source), places))
        })
        .collect();
    let mut known: BTreeMap<Arc<str>, Vec<Place>> = BTreeMap::new();
    for (path, source, places) in found {
        outcome.sources.entry(Arc::clone(&path)).or_insert(source);
        known.insert(path, places);
    }
    for finding in &mut outcome.findings {
        places(finding, &mut |place| {
            let same = known.get(&place.path).into_iter().flatten().find(|known| known.field == place.field);
            if let (None, Some(same)) = (place.range, same) {
                *place = same.clone();
            }
        });
    }
}

#[derive(Default)]
struct Judged {
    findings: Vec<Finding>,
    card: Option<Card>,
    /// People of the roster, by their numbers.
    named: Box<[u32]>,
    allowed: Option<Allowed>,
    source: Option<Arc<Source>>,
    unread: Option<String>,
}

/// The suppressions in force of one record. Few records have any, so that few texts outlive their judging.
struct Allowed {
    all: Vec<Allowance>,
    id: Option<Arc<str>>,
    finished: bool,
    source: Arc<Source>,
}

impl AsMut<[Allowance]> for Allowed {
    fn as_mut(&mut self) -> &mut [Allowance] {
        &mut self.all
    }
}

fn judge(
    folder: &Folder,
    files: &dyn Files,
    read: &Read<'_>,
    options: &Options<'_>,
    custom: &custom::Rules<'_>,
    roster: &Roster<'_>,
) -> Judged {
    let bytes = match read(folder) {
        Ok(bytes) => bytes,
        Err(reason) => return Judged { unread: Some(reason), ..Judged::default() },
    };
    let source = Arc::new(Source::from_bytes(&*folder.path, bytes));
    let Parsed { document, problems } = yaml::parse_fast(Arc::clone(&source));
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
    if problems.is_empty()
        && kind == Some(folder.kind)
        && let Some(record) = Record::read(folder.kind, &document)
    {
        let (facts, allowed) =
            judge_record(&file, &record, files, record_id.as_ref(), options, custom, &mut judged.findings);
        judged.card = Some(Card { folder: folder.clone(), id: id.map(Box::from), facts });
        judged.named = roster.named_in(&record);
        judged.allowed = allowed;
    } else {
        judged.named = roster.named_in_text(source.text());
    }
    withhold_fixes(&file, options.policy, &mut judged.findings);
    judged.source = Some(source).filter(|_| !judged.findings.is_empty());
    judged
}

fn judge_record(
    file: &FileContext<'_>,
    record: &Record<'_>,
    files: &dyn Files,
    id: Option<&Arc<str>>,
    options: &Options<'_>,
    custom: &custom::Rules<'_>,
    findings: &mut Vec<Finding>,
) -> (Facts, Option<Allowed>) {
    let kind = file.folder.kind;
    let schema_problems = schema::validate(kind, file.document);
    let suppressions = suppressions(file.document);
    let subject =
        Subject::new(file, &schema_problems, record, &suppressions, options.policy, files, options.now);
    for rule in RULES {
        let (Check::Record(check) | Check::RecordAndAll(check, _)) = rule.check else { continue };
        if judges(rule.info.judges, record) {
            let first = findings.len();
            run(rule, id, options, findings, |out| check(&subject, out));
            if let (true, Some(severity)) = (rule.info.gate, gate(record)) {
                findings.iter_mut().skip(first).for_each(|finding| finding.severity = severity);
            }
        }
    }
    if judges(Judges::Unfinished, record) {
        custom.judge(kind, file.document, id, findings);
    }
    let all = rules::allowances(&subject);
    let (id, finished, source) = (id.cloned(), record.is_finished(), Arc::clone(file.source()));
    let allowed = (!all.is_empty()).then_some(Allowed { all, id, finished, source });
    (Facts::of(record, file.document, options.policy), allowed)
}

/// Takes away the fixes that nobody may apply: of a text that is not YAML, and of what a decision froze. As long as
/// changes are not told apart, a decided record counts as decided before.
fn withhold_fixes(file: &FileContext<'_>, policy: &Policy, findings: &mut [Finding]) {
    for finding in findings {
        let Some(fix) = &finding.fix else { continue };
        if !file.problems.is_empty() {
            finding.fix = None;
        } else if thaws(file, policy, fix) {
            finding.fix = None;
            let advice = "the record is decided, so this takes a new decision, not `--fix`";
            finding.help = Some(match finding.help.take() {
                Some(help) => format!("{help} ({advice})"),
                None => advice.to_owned(),
            });
        }
    }
}

/// True for a fix that changes a frozen field of a decided record.
fn thaws(file: &FileContext<'_>, policy: &Policy, fix: &Fix) -> bool {
    let kind = file.folder.kind;
    let Some(before) = file.document.root() else { return true };
    // A guess may be about the status itself.
    if fix.edits.is_empty() || !(is_decided(kind, before) || fix.safety == Safety::Unsafe) {
        return false;
    }
    let edits = fix.edits.iter().map(|edit| (edit.span, edit.text.as_str()));
    let Some(text) = source::replaced(file.source().text(), edits) else { return true };
    let after = yaml::parse(Arc::new(Source::new(file.source().path(), text)));
    let Some(after) = after.document.root() else { return true };
    (is_decided(kind, before) || is_decided(kind, after))
        && yaml::changes(before, after)
            .iter()
            .any(|field| is_frozen(kind, before, field, &policy.exboard.extensions.progress))
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
    if !allowed || level == Some(Level::Off) {
        return;
    }
    let first = findings.len();
    check(&mut Out::new(&rule.info, record.cloned(), findings));
    // Without a word of the policy, a finding keeps the weight that its rule gave it.
    if let Some(severity) = level.and_then(Level::severity) {
        findings.iter_mut().skip(first).for_each(|finding| finding.severity = severity);
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
