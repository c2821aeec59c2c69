//! Records + policy + now → findings.
//!
//! A file is read, judged and let go on one core; what the rules about all records need of it stays as a `Card`.
//! Nothing here fails: what is wrong with a record is a finding, and a file that cannot be read is told in
//! [`Outcome::unread`] while all others are judged.

mod changes;
mod places;
mod record;
mod register;
mod suppress;
mod withhold;

pub use changes::{ChangeInput, ChangeSet, check_changes, judge_changes};

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::change::Change;
use crate::custom;
use crate::finding::{self, Finding, Side, Suppressed, Unjudged};
use crate::policy::{Level, Policy, Problem};
use crate::record::Folder;
use crate::rules::{Check, Files, Out, RULES, Roster, Rule, Stray};
use crate::schema::Kind;
use crate::source::Source;
use crate::threads;
use crate::time::Instant;
use crate::yaml;
use record::{Bench, Judged};
use register::Register;

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
    /// What of the records differs from the state before; all others are as they were. `None` where nobody knows:
    /// then each record counts as decided before where it is decided, and as approved just now where it is approved.
    pub changes: Option<&'a [Change]>,
}

/// What a record was before.
#[derive(Debug, Clone, Copy)]
enum Before<'a> {
    /// Nobody knows.
    Unknown,
    /// The same.
    Same,
    /// What the change says.
    Changed(&'a Change),
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
    /// The same of what was before a change.
    pub base_sources: BTreeMap<Arc<str>, Arc<Source>>,
}

impl Outcome {
    /// Adds what another judging of the same snapshot found.
    pub fn merge(&mut self, other: Outcome) {
        self.findings.extend(other.findings);
        finding::sort(&mut self.findings);
        self.suppressed.extend(other.suppressed);
        self.board += other.board;
        self.registry += other.registry;
        self.unread.extend(other.unread);
        self.unjudged.extend(other.unjudged);
        self.unjudged.sort_by(|one, two| one.rule.cmp(&two.rule));
        self.unjudged.dedup();
        for (path, source) in other.sources {
            self.sources.entry(path).or_insert(source);
        }
        for (path, source) in other.base_sources {
            self.base_sources.entry(path).or_insert(source);
        }
    }

    /// The text of a path that a finding points into: of the side that the finding or its other places quote.
    #[must_use]
    pub fn source(&self, finding: &Finding, path: &str) -> Option<Arc<Source>> {
        let (first, second) = match finding.side {
            Side::Head => (&self.sources, &self.base_sources),
            Side::Base => (&self.base_sources, &self.sources),
        };
        let places =
            || std::iter::once(&finding.place).chain(finding.related.iter().map(|related| &related.place));
        let quoted = |source: &&Arc<Source>| {
            places().any(|place| &*place.path == path && (place.range.is_none() || place.quotes(source)))
        };
        let both = [first.get(path), second.get(path)];
        both.into_iter().flatten().find(quoted).or_else(|| both.into_iter().flatten().next()).map(Arc::clone)
    }
}

/// Judges records.
#[must_use]
pub fn check(input: Input<'_>, read: &Read<'_>, options: &Options<'_>) -> Outcome {
    let custom = custom::Rules::new(options.policy, options.now, &|rule| allows(options, rule));
    let roster = Roster::of(options.policy);
    let (custom, roster, files) = (&custom, &roster, input.files);
    let parse = yaml::parse_fast;
    let bench = Bench { options, files, custom, roster, speaks: |_| true, with_custom: true, parse };
    let known = input.changes.map(by_id);
    let judge = |folder: &Folder| match read(folder) {
        Ok(bytes) => {
            let source = Arc::new(Source::from_bytes(&*folder.path, bytes));
            bench.judge(folder, source, &|id| before(known.as_ref(), folder, id))
        }
        Err(reason) => Judged { unread: Some(reason), ..Judged::default() },
    };
    let mut outcome = Outcome::default();
    if input.changes.is_none() {
        outcome.unjudged = custom::unjudged(options.policy, &|rule| allows(options, rule));
    }
    let mut register = Register::new(roster);
    // What was found on a record takes more room than what stays of it.
    for folders in input.records.chunks(AT_ONCE) {
        for (folder, judged) in folders.iter().zip(each(folders, judge)) {
            register.take(folder, judged, options, &mut outcome);
        }
    }
    let reread = |path: &str| {
        let index = input.records.binary_search_by(|folder| (*folder.path).cmp(path)).ok()?;
        Some(Arc::new(Source::from_bytes(path, read(input.records.get(index)?).ok()?)))
    };
    register.judge(input.strays, files, options, &mut outcome);
    register.finish(&reread, options, &mut outcome);
    outcome
}

/// So many files are worth a second thread; of fewer, the threads are started for longer than they work.
const MANY: usize = 32;

/// So many records are judged between two times that what stays of them is put aside.
const AT_ONCE: usize = 8192;

/// Does something with each, on all threads where there are many.
fn each<T: Send + Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Send + Sync) -> Vec<R> {
    threads::map(items.iter().collect(), MANY, work)
}

type ById<'a> = BTreeMap<(Kind, &'a str), Vec<&'a Change>>;

fn by_id(changes: &[Change]) -> ById<'_> {
    let mut known: ById<'_> = BTreeMap::new();
    for change in changes {
        known.entry((change.kind, &*change.id)).or_default().push(change);
    }
    known
}

/// What a record was before: by its id, and where that is there twice by its path.
fn before<'a>(known: Option<&ById<'a>>, folder: &Folder, id: &str) -> Before<'a> {
    let Some(known) = known else { return Before::Unknown };
    let changes = known.get(&(folder.kind, id)).map(Vec::as_slice).unwrap_or_default();
    let lies_here =
        |change: &&&Change| change.after.as_ref().is_some_and(|version| version.folder.path == folder.path);
    match changes.iter().find(lies_here).or_else(|| changes.first()) {
        Some(change) => Before::Changed(change),
        None => Before::Same,
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

/// Runs one rule, at the severity that the policy gives it; true where it lacks votes.
fn run(
    rule: &'static Rule,
    record: Option<&Arc<str>>,
    options: &Options<'_>,
    findings: &mut Vec<Finding>,
    check: impl FnOnce(&mut Out<'_>),
) -> bool {
    let allowed = allows(options, rule.info.name);
    let level = options.policy.exboard.rules.get(rule.info.name).filter(|_| !rule.info.gate).copied();
    if !allowed || level == Some(Level::Off) {
        return false;
    }
    let first = findings.len();
    let mut out = Out::new(&rule.info, record.cloned(), findings);
    check(&mut out);
    let is_unread = out.is_unread();
    // Without a word of the policy, a finding keeps the weight that its rule gave it.
    if let Some(severity) = level.and_then(Level::severity) {
        findings.iter_mut().skip(first).for_each(|finding| finding.severity = severity);
    }
    is_unread
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
