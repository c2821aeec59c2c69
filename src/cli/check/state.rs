//! The whole register: of the work tree, with what differs from `HEAD` as a change too, or of a commit.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Filter, exit, tell_filtered};
use crate::check::{self, ChangeSet, Input, Options, Outcome};
use crate::cli::args::{CheckArgs, Shared};
use crate::cli::console::{Console, Exit, Failure};
use crate::cli::fix;
use crate::cli::report::{self, Desk, Reader};
use crate::cli::workspace::{self, Workspace};
use crate::finding::Finding;
use crate::history::{Known, Proposal, Target};
use crate::policy::Policy;
use crate::render::PolicyFrom;
use crate::schema::Kind;
use crate::store::git::Git;
use crate::store::{Listing, Origin};
use crate::time::Instant;

pub(super) fn run(
    shared: &Shared,
    args: &CheckArgs,
    reader: Option<&Reader<'_>>,
    console: &mut Console<'_>,
) -> Result<Exit, Failure> {
    let sinks = report::sinks(shared, args.dry_run, console)?;
    let workspace = match &args.rev {
        Some(revision) => workspace::open_at(shared, revision, console)?,
        None => workspace::open(shared, console)?,
    };
    let origin = workspace.state().origin();
    let commit = match origin {
        Origin::Commit(commit) => commit.to_string(),
        Origin::Index | Origin::WorkTree => String::new(),
    };
    let from = match origin {
        Origin::WorkTree => PolicyFrom::Tree,
        Origin::Index => PolicyFrom::Index,
        Origin::Commit(_) => PolicyFrom::Commit(&commit),
    };
    let reread = |outcome: &Outcome, finding: &Finding, path: &str| {
        // What a finding about all records, or a second place, points into was let go while judging: read it again.
        outcome.source(finding, path).or_else(|| workspace.state().reread(path))
    };
    let desk = Desk {
        tree: &workspace.tree,
        now: workspace::now(shared, &workspace::default_policy()?.lanes.calendar)?,
        policy: from,
        custom: &[],
        fail_level: args.fail_level.severity(),
        subject: None,
        asked: &[],
        lane: None,
        base: None,
        reader,
        shared,
    };
    let policy = match &workspace.policy {
        Ok(policy) => policy,
        Err(problems) => {
            let outcome = check::check_policy(problems);
            let failure = Failure::new("the policy is broken, so no record was judged")
                .help("mend what the findings name; `exboard explain policy/invalid` says more");
            let sources = |finding: &Finding, path: &str| reread(&outcome, finding, path);
            desk.report(&outcome, Some(&failure), &sources, &sinks, console)?;
            return Err(failure);
        }
    };
    let filter = Filter::new(args, policy)?;
    tell_filtered(shared, args, console);
    let now = workspace::now(shared, &policy.lanes.calendar)?;
    let mut paths: Vec<String> =
        args.paths.iter().map(|path| workspace::in_repository(&workspace, path)).collect::<Result<_, _>>()?;
    let bench = Bench { workspace: &workspace, policy, now, args, filter: &filter };
    let Judged { listing, mut outcome, proposal } = bench.judge(&paths, console)?;
    let mut unwritten = None;
    if let Some(which) = args.fix {
        let files = workspace.state().files();
        let changes = proposal.as_ref().map(|proposal| proposal.set.changes.as_slice());
        let input = Input { records: &listing.records, strays: &listing.strays, files: &*files, changes };
        let plan = crate::fix::plan(input, &outcome, &bench.options(&paths), which.safety());
        if args.dry_run {
            fix::show(&plan, shared, console)?;
        } else {
            let written = !plan.files.is_empty();
            unwritten = fix::write(&plan, &workspace.tree, shared, console).err();
            // A record that moved was asked for all the same.
            if !paths.is_empty() {
                paths.extend(plan.files.into_iter().filter_map(|file| file.move_to));
            }
            if written {
                outcome = bench.judge(&paths, console)?.outcome;
            }
        }
    }
    let failure = unwritten.or_else(|| report::unread(&outcome));
    let desk = Desk { now, custom: &policy.exboard.custom, ..desk };
    let sources = |finding: &Finding, path: &str| reread(&outcome, finding, path);
    desk.report(&outcome, failure.as_ref(), &sources, &sinks, console)?;
    for (path, reason) in &outcome.unread {
        console.note(&format!("error: cannot read {path}: {reason}"));
    }
    failure.map_or_else(|| Ok(exit(&outcome, args)), Err)
}

/// All that a judging needs but the records.
struct Bench<'a> {
    workspace: &'a Workspace,
    policy: &'a Policy,
    now: Instant,
    args: &'a CheckArgs,
    filter: &'a Filter,
}

/// The records of a state, and what was found.
struct Judged {
    listing: Listing,
    outcome: Outcome,
    proposal: Option<Proposal>,
}

impl Bench<'_> {
    fn options<'a>(&'a self, paths: &'a [String]) -> Options<'a> {
        Options {
            policy: self.policy,
            now: self.now,
            rules: Some(self.filter),
            paths,
            show_suppressed: self.args.no_suppressions,
        }
    }

    /// Judges the records as they lie there now.
    fn judge(&self, paths: &[String], console: &mut Console<'_>) -> Result<Judged, Failure> {
        let state = self.workspace.state();
        workspace::require_named_folders(self.workspace, self.policy)?;
        let listing = state.list(&self.policy.exboard.paths).map_err(workspace::store_failure)?;
        if listing.records.is_empty() && listing.strays.is_empty() && !self.args.allow_empty {
            let folders = &self.policy.exboard.paths;
            return Err(Failure::new(format_args!(
                "no records below `{}/` and `{}/` of {}{}",
                folders.board,
                folders.registry,
                self.workspace.tree.root().display(),
                if self.args.rev.is_some() { format!(" in {}", state.origin()) } else { String::new() }
            ))
            .help("if that is right, say so with `--allow-empty`"));
        }
        let proposal = self.proposal(console)?;
        // A commit is judged as it stands: it differs from nothing.
        let nothing: &[crate::change::Change] = &[];
        let changes = match &proposal {
            Some(proposal) => Some(proposal.set.changes.as_slice()),
            None => self.args.rev.is_some().then_some(nothing),
        };
        let files = state.files();
        let input = Input { records: &listing.records, strays: &listing.strays, files: &*files, changes };
        let options = self.options(paths);
        let mut outcome = check::check(input, &|folder| state.read(folder), &options);
        if let Some(proposal) = &proposal {
            outcome.merge(self.judge_changes(proposal, &listing, paths));
        }
        if !paths.is_empty()
            && outcome.board + outcome.registry == 0
            && outcome.findings.is_empty()
            && !self.args.allow_empty
        {
            return Err(Failure::new("no record lies under the paths asked for")
                .help("name records, or folders that hold some; `--allow-empty` accepts none"));
        }
        Ok(Judged { listing, outcome, proposal })
    }

    /// What differs between `HEAD` and the work tree. `None` where nobody can say, and then that is said: outside of
    /// git, before the first commit, in a repository that cannot be read.
    fn proposal(&self, console: &mut Console<'_>) -> Result<Option<Proposal>, Failure> {
        if self.args.rev.is_some() {
            return Ok(None);
        }
        let tree = &self.workspace.tree;
        let read = || -> Result<Option<Proposal>, crate::store::StoreError> {
            let Some(git) = Git::open(tree.root())? else { return Ok(None) };
            if git.work_tree().is_none() || git.head()?.is_none() {
                return Ok(None);
            }
            Proposal::read(&git, Target::WorkTree(tree), Known::default(), self.now).map(Some)
        };
        match read() {
            Ok(proposal) => Ok(proposal),
            Err(error) => {
                let failure = workspace::store_failure(error);
                console.note(&format!("note: changes are not judged here: {}", failure.message));
                failure.help.iter().for_each(|help| console.note(&format!("  help: {help}")));
                Ok(None)
            }
        }
    }

    /// The rules about changes, under the policy of `HEAD`.
    fn judge_changes(&self, proposal: &Proposal, listing: &Listing, paths: &[String]) -> Outcome {
        let judge =
            if proposal.circumstances.adoption { proposal.head.policy() } else { proposal.base.policy() };
        // A broken policy at `HEAD` has been told where it landed; what mends it is no change of a record.
        let Some(policy) = judge else { return Outcome::default() };
        let changed: BTreeSet<&str> = proposal
            .set
            .changes
            .iter()
            .filter_map(|change| change.after.as_ref())
            .map(|version| &*version.folder.path)
            .collect();
        let unchanged: BTreeSet<(Kind, Arc<str>)> = listing
            .records
            .iter()
            .filter(|folder| !changed.contains(&*folder.path))
            .map(|folder| (folder.kind, Arc::from(folder.stem())))
            .collect();
        let set = ChangeSet {
            changes: &proposal.set.changes,
            circumstances: &proposal.circumstances,
            unchanged: &unchanged,
            head: proposal.head.policy().filter(|_| !proposal.set.policy_paths.is_empty()),
            lost: &[],
        };
        check::judge_changes(&set, &Options { policy, ..self.options(paths) })
    }
}
