//! A change set: of a pull request, or of what is about to be committed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::{Filter, exit, tell_filtered};
use crate::change::{Change, asked, highest_lane};
use crate::check::{self, ChangeInput, ChangeSet, Input, Options, Outcome, RuleFilter};
use crate::cli::args::{CheckArgs, FixArg, Shared};
use crate::cli::console::{Console, Exit, Failure, shell_word};
use crate::cli::report::{self, Desk, Reader};
use crate::cli::{fix, workspace};
use crate::finding::{Finding, Safety, Scope};
use crate::fix::Plan;
use crate::forge::{self, Review};
use crate::history::{Known, Loaded, Proposal, Target};
use crate::policy::Policy;
use crate::record::Folder;
use crate::render::PolicyFrom;
use crate::rules::{Facts, find};
use crate::store::WorkTree;
use crate::store::git::Git;
use crate::time::Instant;

pub(super) fn run(shared: &Shared, args: &CheckArgs, console: &mut Console<'_>) -> Result<Exit, Failure> {
    let (tree, git) = workspace::repository(shared)?;
    let stances = args.reviews.as_deref().map(|file| read_reviews(file, console)).transpose()?;
    let known = Known {
        reviews: stances.as_deref(),
        opened_by: args.opened_by.as_deref(),
        pushed_by: args.pushed_by.as_deref(),
    };
    let target = match &args.diff {
        Some(range) => {
            let (base, head) = git.range(range).map_err(workspace::store_failure)?;
            if args.fix.is_some() && git.head().map_err(workspace::store_failure)? != Some(head) {
                return Err(Failure::usage("--fix mends the work tree, and another commit is judged")
                    .help("check that branch out first, and give the other one alone: `--diff main`"));
            }
            Target::Range { base, head }
        }
        None => Target::Index,
    };
    let base = args.diff.as_deref().and_then(|range| range.split("..").next()).map(shell_word);
    let session =
        Session { shared, args, tree: &tree, git: &git, base: base.as_deref(), reader: None, mender: None };
    session.judge(target, known, console)
}

/// What a change set is judged with.
pub(super) struct Session<'a> {
    pub(super) shared: &'a Shared,
    pub(super) args: &'a CheckArgs,
    pub(super) tree: &'a WorkTree,
    pub(super) git: &'a Git,
    /// What the change is compared with, as git calls it here.
    pub(super) base: Option<&'a str>,
    pub(super) reader: Option<&'a Reader<'a>>,
    pub(super) mender: Option<&'a Mender<'a>>,
}

/// Takes what the safe fixes of the findings would make of the files.
pub(super) type Mender<'a> = dyn Fn(&Plan, &[Finding]) + 'a;

impl Session<'_> {
    /// Judges a change set, and reports.
    pub(super) fn judge(
        &self,
        target: Target<'_>,
        known: Known<'_>,
        console: &mut Console<'_>,
    ) -> Result<Exit, Failure> {
        let Session { shared, args, tree, git, base, reader, mender } = *self;
        let sinks = report::sinks(shared, args.dry_run, console)?;
        let now = workspace::now(shared, &workspace::default_policy()?.lanes.calendar)?;
        let proposal = Proposal::read(git, target, known, now).map_err(workspace::store_failure)?;
        let mut outcome = Outcome::default();
        if let (Loaded::Broken(problems), Loaded::Policy(_)) = (&*proposal.head, &*proposal.base) {
            outcome.merge(check::check_policy(problems));
        }
        let commit = proposal.base_commit.map(|commit| commit.to_string()).unwrap_or_default();
        let from = match proposal.base_commit {
            Some(_) if proposal.base.policy().is_some() => PolicyFrom::Commit(&commit),
            _ => PolicyFrom::Index,
        };
        let mut desk = Desk {
            tree,
            now,
            policy: from,
            custom: &[],
            fail_level: args.fail_level.severity(),
            subject: None,
            asked: &[],
            lane: None,
            base,
            reader,
            shared,
        };
        let judge = match judge(&proposal, console) {
            Ok(judge) => judge,
            Err(failure) => {
                if let Loaded::Broken(problems) = &*proposal.head {
                    let broken = check::check_policy(problems);
                    let sources = |finding: &Finding, path: &str| broken.source(finding, path);
                    desk.report(&broken, Some(&failure), &sources, &sinks, console)?;
                }
                return Err(failure);
            }
        };
        let filter = Filter::new(args, judge)?;
        tell_filtered(shared, args, console);
        desk.custom = &judge.exboard.custom;
        desk.now = workspace::now(shared, &judge.lanes.calendar)?;
        let asked = asked(&proposal.set.changes, &proposal.circumstances, judge, desk.now);
        (desk.asked, desk.lane) = (&asked, highest_lane(&proposal.set.changes, judge, desk.now));
        let paths: Vec<String> =
            args.paths.iter().map(|path| workspace::in_tree(shared, tree, path)).collect::<Result<_, _>>()?;
        let bench =
            Bench { proposal: &proposal, policy: judge, now: desk.now, filter: &filter, paths: &paths, args };
        let others = bench.others()?;
        outcome.merge(bench.judge(&others));
        let unmended = args.fix.map_or(Ok(()), |which| bench.mend(&outcome, which, self, console));
        let failure = unmended.err().or_else(|| report::unread(&outcome));
        let sources = |finding: &Finding, path: &str| {
            outcome.source(finding, path).or_else(|| proposal.after.reread(path))
        };
        desk.report(&outcome, failure.as_ref(), &sources, &sinks, console)?;
        if let (Some(mender), None) = (mender, &failure) {
            mender(&bench.plan(&outcome, Safety::Safe)?, &outcome.findings);
        }
        failure.map_or_else(|| Ok(exit(&outcome, args)), Err)
    }
}

/// Reads the reviews that the forge gave out. Votes were asked for: where they cannot be read, nothing is judged.
pub(in crate::cli) fn read_reviews(file: &Path, console: &mut Console<'_>) -> Result<Vec<Review>, Failure> {
    let failed = |error: &dyn std::fmt::Display| {
        Failure::new(format_args!("the reviews in {} cannot be read: {error}", file.display()))
            .help("it holds what `GET /repos/OWNER/REPO/pulls/NUMBER/reviews` returns, all pages")
    };
    let bytes = fs::read(file).map_err(|error| failed(&error))?;
    let read = forge::read_reviews(&bytes).map_err(|error| failed(&error))?;
    read.notes.iter().for_each(|note| console.note(&format!("note: {note}")));
    Ok(read.stances)
}

/// The policy that judges: that of the target branch's tip.
fn judge<'p>(proposal: &'p Proposal, console: &mut Console<'_>) -> Result<&'p Policy, Failure> {
    match (&*proposal.base, &*proposal.head) {
        (Loaded::Policy(policy), _) => Ok(policy),
        (Loaded::Ungoverned, Loaded::Policy(policy)) if proposal.circumstances.adoption => {
            console.note("note: the target branch has no `exboard.toml` yet: this change adopts exboard, and its own policy judges it");
            Ok(policy)
        }
        (Loaded::Broken(_), Loaded::Policy(policy)) if proposal.is_policy_alone() => {
            console.note("warning: votes not verified: the base policy is broken");
            Ok(policy)
        }
        (Loaded::Broken(_), _) => {
            Err(Failure::new("the policy of the target branch is broken, so nothing was judged")
                .help("mend it first, in a change that touches nothing but the policy"))
        }
        (Loaded::Ungoverned, Loaded::Ungoverned) => {
            Err(Failure::new("neither the target branch nor the change has an `exboard.toml`"))
        }
        (Loaded::Ungoverned, Loaded::Broken(_)) => {
            Err(Failure::new("the policy is broken, so no record was judged")
                .help("mend what the findings name; `exboard explain policy/invalid` says more"))
        }
        (Loaded::Ungoverned, Loaded::Policy(_)) => Err(Failure::new(
            "the target branch has lost its `exboard.toml`, so no policy can judge the change",
        )
        .help("bring it back as it was: `git log --diff-filter=D -- exboard.toml` says where it went")),
    }
}

/// All that a judging needs.
struct Bench<'a> {
    proposal: &'a Proposal,
    policy: &'a Policy,
    now: Instant,
    filter: &'a Filter,
    paths: &'a [String],
    args: &'a CheckArgs,
}

impl Bench<'_> {
    fn judge(&self, others: &[Folder]) -> Outcome {
        let Proposal { set, circumstances, after, head, .. } = self.proposal;
        let files = after.files();
        let input = ChangeInput {
            set: ChangeSet {
                changes: &set.changes,
                circumstances,
                unchanged: &BTreeSet::new(),
                head: head.policy().filter(|_| !set.policy_paths.is_empty()),
                lost: &[],
            },
            others,
            strays: &set.strays,
            files: &*files,
            touched: &set.touched,
        };
        let filter = Narrow { filter: self.filter, quiet: self.is_quiet() };
        check::check_changes(input, &|folder| after.read(folder), &self.options(&filter))
    }

    fn options<'o>(&'o self, rules: &'o (dyn RuleFilter + 'o)) -> Options<'o> {
        Options {
            policy: self.policy,
            now: self.now,
            rules: Some(rules),
            paths: self.paths,
            show_suppressed: self.args.no_suppressions,
        }
    }

    /// What the fixes would make of the files of the change.
    fn plan(&self, outcome: &Outcome, safety: Safety) -> Result<Plan, Failure> {
        let Proposal { set, after, .. } = self.proposal;
        let records = self.listed()?;
        let files = after.files();
        let changes = Some(set.changes.as_slice());
        let input = Input { records: &records, strays: &set.strays, files: &*files, changes };
        Ok(crate::fix::plan(input, outcome, &self.options(self.filter), safety))
    }

    /// Mends in the work tree what was found in the commit that is checked out. A file that is not as it was committed
    /// stays as it is.
    fn mend(
        &self,
        outcome: &Outcome,
        which: FixArg,
        session: &Session<'_>,
        console: &mut Console<'_>,
    ) -> Result<(), Failure> {
        let plan = self.plan(outcome, which.safety())?;
        match self.args.dry_run {
            true => fix::show(&plan, session.shared, console),
            false => {
                fix::write(&plan, session.tree, session.shared, console)?;
                if !plan.files.is_empty() && !session.shared.quiet {
                    console.note("commit that; the commits are as they were, and this is what is in them:");
                }
                Ok(())
            }
        }
    }

    /// True where every record stands to all others as it stood before.
    fn is_quiet(&self) -> bool {
        let set = &self.proposal.set;
        let calm = set.changes.iter().all(|change| self.changes_nothing_for_others(change));
        calm && set.touched.is_empty() && set.strays.is_empty()
    }

    /// The records that did not change, sorted by path; none where none of them has to be looked at.
    fn others(&self) -> Result<Vec<Folder>, Failure> {
        if self.is_quiet() {
            return Ok(Vec::new());
        }
        let set = &self.proposal.set;
        let changed: BTreeSet<&str> = set
            .changes
            .iter()
            .filter_map(|change| change.after.as_ref())
            .map(|version| &*version.folder.path)
            .collect();
        Ok(self.listed()?.into_iter().filter(|folder| !changed.contains(&*folder.path)).collect())
    }

    /// The records where the state after has them: a file that is left behind when the folders move is none any more.
    fn listed(&self) -> Result<Vec<Folder>, Failure> {
        let Proposal { after, head, .. } = self.proposal;
        let paths = head.paths().unwrap_or(&self.policy.exboard.paths);
        Ok(after.list(paths).map_err(workspace::store_failure)?.records)
    }

    /// True for a change after which the record stands to all others as it stood before: none of them has to be read.
    fn changes_nothing_for_others(&self, change: &Change) -> bool {
        let (Some(before), Some(after)) = (change.readable_before(), change.readable_after()) else {
            return false;
        };
        let facts = |version: &crate::change::Version| {
            version.record().map(|record| Facts::of(&record, &version.document, self.policy))
        };
        before.folder.path == after.folder.path && facts(before) == facts(after)
    }
}

/// Where no other record was read, the rules about all of them together do not speak.
#[derive(Debug)]
struct Narrow<'a> {
    filter: &'a Filter,
    quiet: bool,
}

impl RuleFilter for Narrow<'_> {
    fn allows(&self, rule: &str) -> bool {
        let of_all = || find(rule).is_some_and(|rule| rule.info.scope == Scope::All);
        self.filter.allows(rule) && !(self.quiet && of_all())
    }
}
