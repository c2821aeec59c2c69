//! `exboard verify`: the rules about changes over all history.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::args::{Shared, VerifyArgs};
use super::console::{Console, Exit, Failure};
use super::report::{self, Desk};
use super::workspace;
use crate::change::{Change, Circumstances, LostReceipt};
use crate::check::{self, ChangeSet, Options, Outcome, RuleFilter};
use crate::finding::{self, Finding, Place, Scope, Severity};
use crate::history::{Landing, Loaded, Pasts, Replay};
use crate::policy::Policy;
use crate::render::{PolicyFrom, safe};
use crate::rules::find;
use crate::schema::Kind;
use crate::store::StoreError;
use crate::store::git::Git;
use crate::time::Instant;

/// What the walk found.
#[derive(Default)]
struct Verdict {
    outcome: Outcome,
    /// Change sets that were judged.
    sets: usize,
    /// Records that changed in them.
    changes: usize,
    /// The commit of the adoption.
    adopted: Option<String>,
    /// The last policy that loads.
    policy: Option<Arc<Loaded>>,
}

impl Verdict {
    /// The policy after a change set is the one that counts from there on, where it loads.
    fn heed(&mut self, landing: &Landing) {
        if landing.head.policy().is_some() {
            self.policy = Some(Arc::clone(&landing.head));
        }
    }
}

pub(super) fn run(shared: &Shared, args: &VerifyArgs, console: &mut Console<'_>) -> Result<Exit, Failure> {
    let sinks = report::sinks(shared, false, console)?;
    let (tree, git) = workspace::repository(shared)?;
    let tip = git.resolve(args.rev.as_deref().unwrap_or("HEAD")).map_err(workspace::store_failure)?;
    let since = args
        .since
        .as_deref()
        .map(|since| git.resolve(since))
        .transpose()
        .map_err(workspace::store_failure)?;
    let now = workspace::now(shared, &workspace::default_policy()?.lanes.calendar)?;
    let replay = Replay::new(&git, tip, since).map_err(workspace::store_failure)?;
    let mut pasts = Pasts::default();
    let mut verdict = Verdict::default();
    if let Some(since) = since {
        // What went before in the lives of the records still counts, and its policy where no other has come since.
        let before = Replay::new(&git, since, None).map_err(workspace::store_failure)?;
        before
            .run(&mut |landing, _| -> Result<(), StoreError> {
                learn(&landing, &mut pasts);
                verdict.heed(&landing);
                Ok(())
            })
            .map_err(workspace::store_failure)?;
    }
    let total = replay.len();
    replay
        .run(&mut |landing, done| -> Result<(), StoreError> {
            judge(landing, &git, now, &mut pasts, &mut verdict)?;
            console.progress("verify", done, total);
            Ok(())
        })
        .map_err(workspace::store_failure)?;
    console.progress_done();
    let tip_policy = verdict.policy.clone();
    let policy = tip_policy.as_ref().and_then(|loaded| loaded.policy()).ok_or_else(|| {
        Failure::new("nothing is governed here: no commit has an `exboard.toml` that loads")
            .help("`exboard verify` reads what is committed")
    })?;
    let lost = replay.receipts().lost(policy);
    verdict.outcome.merge(judge_lost(&lost, policy, now));
    let acknowledged = acknowledge(&mut verdict.outcome.findings, policy);
    finding::sort(&mut verdict.outcome.findings);
    let subject = told(&verdict, total, acknowledged, since.is_some());
    let commit = tip.to_string();
    let desk = Desk {
        tree: &tree,
        now,
        policy: PolicyFrom::Commit(&commit),
        custom: &policy.exboard.custom,
        fail_level: args.fail_level.severity(),
        subject: Some(&subject),
        asked: &[],
        lane: None,
        base: None,
        reader: None,
        shared,
    };
    let sources = |finding: &Finding, path: &str| verdict.outcome.source(finding, path);
    desk.report(&verdict.outcome, None, &sources, &sinks, console)?;
    let worst = verdict.outcome.findings.iter().map(|finding| finding.severity).max();
    Ok(if worst >= Some(args.fail_level.severity()) { Exit::Findings } else { Exit::Clean })
}

/// Judges one landed change set.
fn judge(
    mut landing: Landing,
    git: &Git,
    now: Instant,
    pasts: &mut Pasts,
    verdict: &mut Verdict,
) -> Result<(), StoreError> {
    verdict.sets += 1;
    verdict.changes += landing.set.changes.len();
    if landing.circumstances.adoption {
        verdict.adopted = Some(landing.commit.id.clone());
    }
    for change in &mut landing.set.changes {
        change.past = Some(pasts.of(change));
    }
    let mut outcome = Outcome::default();
    if let Loaded::Broken(problems) = &*landing.head
        && !landing.set.policy_paths.is_empty()
    {
        outcome.merge(check::check_policy(problems));
    }
    outcome.findings.extend(landing.set.changes.iter().filter_map(unreadable));
    if let Some(policy) = landing.policy() {
        let unchanged = elsewhere(git, &landing, policy)?;
        let set = ChangeSet {
            changes: &landing.set.changes,
            circumstances: &landing.circumstances,
            unchanged: &unchanged,
            head: landing.head.policy().filter(|_| !landing.set.policy_paths.is_empty()),
            lost: &[],
        };
        outcome.merge(check::judge_changes(&set, &options(policy, now)));
    }
    for finding in &mut outcome.findings {
        finding.commit.get_or_insert_with(|| landing.commit.id.clone());
    }
    learn(&landing, pasts);
    verdict.heed(&landing);
    // Sorted once, at the end: there may be as many as there are commits. Of the texts of one path the first one stays.
    let Outcome { findings, sources, base_sources, .. } = outcome;
    verdict.outcome.findings.extend(findings);
    for (path, source) in sources {
        verdict.outcome.sources.entry(path).or_insert(source);
    }
    for (path, source) in base_sources {
        verdict.outcome.base_sources.entry(path).or_insert(source);
    }
    Ok(())
}

fn learn(landing: &Landing, pasts: &mut Pasts) {
    let Some(policy) = landing.policy() else { return };
    for change in &landing.set.changes {
        pasts.advance(change, policy, landing.landed_at());
    }
}

/// Ids of records that are gone from their file and lie in another one, which did not change.
pub(super) fn elsewhere(
    git: &Git,
    landing: &Landing,
    policy: &Policy,
) -> Result<BTreeSet<(Kind, Arc<str>)>, StoreError> {
    let gone = landing.set.changes.iter().filter(|change| change.after.is_none());
    let gone: Vec<&Change> = gone.collect();
    if gone.is_empty() {
        return Ok(BTreeSet::new());
    }
    let commit = git.resolve(&landing.commit.id)?;
    // Where the state after has them: a file that is left behind when the folders move is no record any more.
    let listing = git.at(commit)?.list(landing.head.paths().unwrap_or(&policy.exboard.paths))?;
    let here = listing.records.iter().map(|folder| (folder.kind, Arc::from(folder.stem())));
    Ok(here.filter(|(kind, id)| gone.iter().any(|change| change.kind == *kind && change.id == *id)).collect())
}

/// A record that somebody broke: told where it happened, and no end of the walk.
fn unreadable(change: &Change) -> Option<Finding> {
    let version = change.after.as_ref().filter(|version| !version.readable)?;
    let rule = find("schema/syntax")?;
    let place = Place::file(Arc::clone(&version.folder.path));
    let message = "the file cannot be read as a record, so the change is judged no further";
    let help = "`git show COMMIT:PATH` prints it; a later commit that mends it is judged as a new record";
    Some(Finding::new(&rule.info, place, message).record(Arc::clone(&change.id)).help(help))
}

fn judge_lost(lost: &[LostReceipt], policy: &Policy, now: Instant) -> Outcome {
    let set = ChangeSet {
        changes: &[],
        circumstances: &Circumstances::default(),
        unchanged: &BTreeSet::new(),
        head: None,
        lost,
    };
    check::judge_changes(&set, &options(policy, now))
}

fn options(policy: &Policy, now: Instant) -> Options<'_> {
    Options { policy, now, rules: Some(&OfChanges), paths: &[], show_suppressed: false }
}

/// History is about changes: what a state lacks today, `check` says.
#[derive(Debug)]
pub(super) struct OfChanges;

impl RuleFilter for OfChanges {
    fn allows(&self, rule: &str) -> bool {
        find(rule).is_none_or(|rule| rule.info.scope == Scope::Change)
    }
}

/// Takes the weight from what `policies/history.toml` acknowledges; says how much that is.
fn acknowledge(findings: &mut [Finding], policy: &Policy) -> usize {
    let mut count = 0;
    for finding in findings {
        let commit = finding.commit.as_deref().unwrap_or_default();
        let known = policy.history.acknowledges(commit, &finding.rule, finding.record.as_deref());
        if let Some(known) = known {
            count += 1;
            finding.severity = Severity::Info;
            finding.fix = None;
            finding.help = Some(format!("acknowledged by `{}` in history.toml: {}", known.by, known.reason));
        }
    }
    count
}

fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// What was looked at, as the verdict tells it.
fn told(verdict: &Verdict, commits: usize, acknowledged: usize, partly: bool) -> String {
    let since = match &verdict.adopted {
        Some(commit) => format!(" since the adoption in {}", safe(commit.get(..10).unwrap_or(commit))),
        None if partly => " since the commit asked for".to_owned(),
        None => String::new(),
    };
    let acknowledged = match acknowledged {
        0 => String::new(),
        number => format!(", {} acknowledged", count(number, "finding")),
    };
    format!(
        "{} of {} in {}{since}{acknowledged}",
        count(verdict.changes, "record change"),
        count(verdict.sets, "change set"),
        count(commits, "commit"),
    )
}
