//! A change set + policy + now → findings.
//!
//! Records that changed are judged as any record is, and as changes; of all others only what the change can have
//! broken. A lapse that was there before never fails somebody else's pull request.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::record::{Bench, Judged, weigh};
use super::register::Register;
use super::suppress::suppress_in;
use super::{Before, Options, Outcome, Read, allows, each, run, selected};
use crate::change::{Change, Circumstances, Identities, LostReceipt, Version};
use crate::custom;
use crate::finding::{self, Finding, RuleInfo, Scope, Severity, Suppressed, Unjudged};
use crate::policy::Policy;
use crate::record::Folder;
use crate::rules::{self, Card, ChangeSetSubject, ChangeSubject, Check, Files, RULES, Roster, Stray};
use crate::schema::Kind;
use crate::source::Source;
use crate::yaml;

/// The rule that speaks even where a repository adopts exboard: what is taken away is not there to be adopted.
const SPEAKS_AT_ADOPTION: &str = "history/record-deleted";

/// The rules about the evidence of a record that did not change itself.
const OF_EVIDENCE: [&str; 2] = ["evidence/changed", "evidence/not-found"];

/// What changed together.
#[derive(Debug, Clone, Copy)]
pub struct ChangeSet<'a> {
    /// The records that changed.
    pub changes: &'a [Change],
    /// What is known of the set.
    pub circumstances: &'a Circumstances,
    /// Kinds and ids of the records of the snapshot after that did not change, where they are known.
    pub unchanged: &'a BTreeSet<(Kind, Arc<str>)>,
    /// The policy after, where it is another than the one that judges and can be read.
    pub head: Option<&'a Policy>,
    /// Signed receipts that name a landed commit which is not in the first-parent history.
    pub lost: &'a [LostReceipt],
}

/// A change set and what lies around it.
#[derive(Debug, Clone, Copy)]
pub struct ChangeInput<'a> {
    /// What changed. `unchanged` is worked out from `others`.
    pub set: ChangeSet<'a>,
    /// The records of the snapshot after that did not change, sorted by path; [`Read`] reads them.
    pub others: &'a [Folder],
    /// What else the change set put into the record folders.
    pub strays: &'a [Stray],
    /// The files of the snapshot after.
    pub files: &'a (dyn Files + 'a),
    /// Paths of all other files that it changed or removed: what records cite as evidence may be among them.
    pub touched: &'a BTreeSet<String>,
}

/// Judges a change set: its records in full and as changes, and what it can have broken of the others.
#[must_use]
pub fn check_changes(input: ChangeInput<'_>, read: &Read<'_>, options: &Options<'_>) -> Outcome {
    let custom = custom::Rules::new(options.policy, options.now, &|rule| allows(options, rule));
    let roster = Roster::of(options.policy);
    let (custom, roster, files) = (&custom, &roster, input.files);
    let bench = |speaks: fn(&RuleInfo) -> bool, with_custom| Bench {
        options,
        files,
        custom,
        roster,
        speaks,
        with_custom,
        parse: yaml::parse,
    };
    let (whole, clocks, cards) =
        (bench(|_| true, true), bench(|rule| rule.clock, false), bench(|_| false, false));
    let evidence = bench(|rule| OF_EVIDENCE.contains(&rule.name), false);

    let mut outcome = Outcome::default();
    let (mut before, mut after) = (Register::new(roster), Register::new(roster));
    let judge = |change: &Change| {
        let was = change.before.as_ref().map(|version| judge_version(&clocks, version, Before::Same));
        let mut is =
            change.after.as_ref().map(|version| judge_version(&whole, version, Before::Changed(change)));
        if let (Some(was), Some(is)) = (&was, &mut is) {
            excuse_lapses(&mut is.findings, &was.findings);
        }
        (was.and_then(|was| was.card), is)
    };
    let judged: Vec<(Option<Card>, Option<Judged>)> = each(input.set.changes, judge);
    for (change, (was, is)) in input.set.changes.iter().zip(judged) {
        before.cards.extend(was);
        if let (Some(version), Some(judged)) = (&change.after, is) {
            after.take(&version.folder, judged, options, &mut outcome);
        }
    }
    let look = |folder: &Folder| match read(folder) {
        Ok(bytes) => {
            let source = Arc::new(Source::from_bytes(&*folder.path, bytes));
            let cites = input.touched.iter().any(|path| source.text().contains(path.as_str()));
            if cites { &evidence } else { &cards }.judge(folder, source, &|_| Before::Same)
        }
        Err(reason) => Judged { unread: Some(reason), ..Judged::default() },
    };
    let judged: Vec<Judged> = each(input.others, look);
    let (board, registry) = (outcome.board, outcome.registry);
    for (folder, judged) in input.others.iter().zip(judged) {
        before.cards.extend(judged.card.clone());
        after.take(folder, judged, options, &mut outcome);
    }
    (outcome.board, outcome.registry) = (board, registry);
    judge_together(&mut before, &mut after, &input, options, &mut outcome);
    let unchanged = ids(&after, &input);
    let reread = |path: &str| reread(&input, read, path);
    after.finish(&reread, options, &mut outcome);
    let changed = paths(&input);
    // Whether a suppression of theirs hides anything was not asked.
    outcome.findings.retain(|finding| {
        !finding.rule.starts_with("suppression/") || changed.contains(&*finding.place.path)
    });
    for finding in &mut outcome.findings {
        finding.commit.clone_from(&input.set.circumstances.commit);
    }
    outcome.merge(judge_changes(&ChangeSet { unchanged: &unchanged, ..input.set }, options));
    outcome
}

fn judge_version(bench: &Bench<'_>, version: &Version, before: Before<'_>) -> Judged {
    bench.judge_tree(&version.folder, &version.document, &version.problems, &|_| before)
}

/// Makes warnings of what time alone made wrong, where it was wrong before.
fn excuse_lapses(findings: &mut [Finding], before: &[Finding]) {
    for finding in findings.iter_mut().filter(|finding| finding.severity == Severity::Error) {
        let is_clock = rules::find(&finding.rule).is_some_and(|rule| rule.info.clock);
        if is_clock && before.iter().any(|lapse| lapse.rule == finding.rule) {
            finding.severity = Severity::Warning;
        }
    }
}

/// Runs the rules about all records together, and keeps what the change set did.
fn judge_together<'r>(
    before: &mut Register<'r>,
    after: &mut Register<'r>,
    input: &ChangeInput<'_>,
    options: &Options<'_>,
    outcome: &mut Outcome,
) {
    for register in [&mut *before, &mut *after] {
        register.cards.sort_by(|one, two| one.folder.path.cmp(&two.folder.path));
    }
    let (mut was, mut is) = (Outcome::default(), Outcome::default());
    before.judge(&[], input.files, options, &mut was);
    after.judge(input.strays, input.files, options, &mut is);
    finding::sort(&mut was.findings);
    finding::sort(&mut is.findings);
    let known: BTreeSet<String> = was.findings.iter().map(Finding::fingerprint).collect();
    let changed = paths(input);
    let is_changed =
        |path: &str| changed.contains(path) || input.strays.iter().any(|stray| stray.path == path);
    let is_of_policy =
        |finding: &Finding| rules::find(&finding.rule).is_some_and(|rule| rule.info.scope == Scope::Policy);
    outcome.findings.extend(is.findings.into_iter().filter(|finding| {
        let about = is_changed(&finding.place.path)
            || (finding.related.iter().any(|related| is_changed(&related.place.path))
                && !known.contains(&finding.fingerprint()));
        about && !is_of_policy(finding)
    }));
    if let Some(head) = input.set.head.filter(|_| !input.set.circumstances.policy_paths.is_empty()) {
        let roster = Roster::of(head);
        let mut of_policy = Outcome::default();
        let everybody = Register::new(&roster).with_everybody();
        everybody.judge(&[], input.files, &Options { policy: head, ..*options }, &mut of_policy);
        outcome.findings.extend(of_policy.findings.into_iter().filter(is_of_policy));
        outcome.sources.extend(of_policy.sources);
    }
}

/// Where the records that changed lie now.
fn paths<'a>(input: &ChangeInput<'a>) -> BTreeSet<&'a str> {
    let after = input.set.changes.iter().filter_map(|change| change.after.as_ref());
    after.map(|version| &*version.folder.path).collect()
}

fn ids(after: &Register<'_>, input: &ChangeInput<'_>) -> BTreeSet<(Kind, Arc<str>)> {
    let changed = paths(input);
    let unchanged = after.cards.iter().filter(|card| !changed.contains(&*card.folder.path));
    unchanged.map(|card| (card.folder.kind, Arc::from(card.name()))).collect()
}

fn reread(input: &ChangeInput<'_>, read: &Read<'_>, path: &str) -> Option<Arc<Source>> {
    let changed = input.set.changes.iter().filter_map(|change| change.after.as_ref());
    if let Some(version) = changed.into_iter().find(|version| &*version.folder.path == path) {
        return Some(Arc::clone(version.document.source()));
    }
    let index = input.others.binary_search_by(|folder| (*folder.path).cmp(path)).ok()?;
    Some(Arc::new(Source::from_bytes(path, read(input.others.get(index)?).ok()?)))
}

/// Judges a change set by the rules about changes alone, under the policy of the options.
#[must_use]
pub fn judge_changes(set: &ChangeSet<'_>, options: &Options<'_>) -> Outcome {
    let people = Identities::of(options.policy);
    let custom = custom::Rules::new(options.policy, options.now, &|rule| allows(options, rule));
    let judge = |change: &Change| judge_change(change, set, &people, &custom, options);
    let judged: Vec<JudgedChange> = each(set.changes, judge);
    let mut outcome = Outcome::default();
    let mut unjudged = BTreeSet::new();
    for (change, JudgedChange { findings, suppressed, unread }) in set.changes.iter().zip(judged) {
        outcome.suppressed.extend(suppressed);
        if !findings.is_empty() {
            let keep = |version: &Version, into: &mut BTreeMap<Arc<str>, Arc<Source>>| {
                into.insert(Arc::clone(&version.folder.path), Arc::clone(version.document.source()));
            };
            change.after.iter().for_each(|version| keep(version, &mut outcome.sources));
            change.before.iter().for_each(|version| keep(version, &mut outcome.base_sources));
        }
        outcome.findings.extend(findings);
        unjudged.extend(unread);
    }
    let subject = ChangeSetSubject {
        changes: set.changes,
        circumstances: set.circumstances,
        people: &people,
        head: set.head,
        lost: set.lost,
        now: options.now,
    };
    for rule in RULES.iter().filter(|_| !set.circumstances.adoption) {
        if let Check::ChangeSet(check) = rule.check
            && run(rule, None, options, &mut outcome.findings, |out| check(&subject, out))
        {
            unjudged.insert(rule.info.name);
        }
    }
    outcome.findings.retain(|finding| selected(&finding.place.path, options.paths));
    outcome.suppressed.retain(|hidden| selected(&hidden.place.path, options.paths));
    for finding in &mut outcome.findings {
        finding.commit.clone_from(&set.circumstances.commit);
    }
    finding::sort(&mut outcome.findings);
    outcome.unjudged = unjudged
        .into_iter()
        .map(|rule| Unjudged { rule: rule.into(), reason: "votes are read in the pull request".to_owned() })
        .collect();
    outcome
}

#[derive(Default)]
struct JudgedChange {
    findings: Vec<Finding>,
    suppressed: Vec<Suppressed>,
    /// Rules that lack votes.
    unread: BTreeSet<&'static str>,
}

/// Judges one change.
fn judge_change(
    change: &Change,
    set: &ChangeSet<'_>,
    people: &Identities<'_>,
    custom: &custom::Rules<'_>,
    options: &Options<'_>,
) -> JudgedChange {
    let before = change.readable_before().and_then(Version::record);
    let after = change.readable_after().and_then(Version::record);
    let subject = ChangeSubject {
        change,
        before: before.as_ref(),
        after: after.as_ref(),
        steps: change.steps(),
        circumstances: set.circumstances,
        people,
        is_elsewhere: set.unchanged.contains(&(change.kind, Arc::clone(&change.id))),
        now: options.now,
    };
    let adoption = set.circumstances.adoption;
    let JudgedChange { mut findings, mut suppressed, mut unread } = JudgedChange::default();
    for rule in RULES.iter().filter(|rule| !adoption || rule.info.name == SPEAKS_AT_ADOPTION) {
        let (Check::Change(check) | Check::RecordAndChange(_, check)) = rule.check else { continue };
        let first = findings.len();
        if run(rule, Some(&change.id), options, &mut findings, |out| check(&subject, out)) {
            unread.insert(rule.info.name);
        }
        if let Some(record) = &after {
            weigh(&rule.info, record, findings.iter_mut().skip(first));
        }
    }
    if !adoption {
        let mut own = Vec::new();
        custom.judge_change(change, &mut own);
        let version = change.readable_after();
        suppressed.extend(version.into_iter().flat_map(|version| suppress_in(version, &mut own, options)));
        findings.extend(own);
    }
    JudgedChange { findings, suppressed, unread }
}
