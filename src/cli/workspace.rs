//! What most commands begin with: the repository, its policy, the clock.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use chrono::{Datelike, SubsecRound, Utc};

use super::args::Shared;
use super::console::{Console, Failure};
use crate::history::{self, Loaded};
use crate::policy::{self, KnownRule, Policy, Problem};
use crate::rules::RULES;
use crate::source::Source;
use crate::store::git::{Git, Id};
use crate::store::{MARKER, Origin, Snapshot, StoreError, WorkTree};
use crate::time::{Calendar, Instant, JUDGED_YEARS, parse_now};

/// A governance repository with the policy that judges in it.
pub(super) struct Workspace {
    pub(super) tree: WorkTree,
    /// The folder that relative paths of the command line start from.
    pub(super) directory: PathBuf,
    pub(super) policy: Result<Policy, Vec<Problem>>,
    /// What is judged instead of the work tree: its policy is the one above.
    another: Option<Box<dyn Snapshot>>,
}

impl Workspace {
    /// The state that is judged.
    pub(super) fn state(&self) -> &dyn Snapshot {
        self.another.as_deref().unwrap_or(&self.tree)
    }

    /// The policy, for commands that have no other use for a broken one.
    pub(super) fn policy(&self) -> Result<&Policy, Failure> {
        self.policy
            .as_ref()
            .map_err(|_| Failure::new("the policy is broken").help("`exboard check` says where"))
    }
}

/// Finds the repository from the folder asked for, and reads its policy.
pub(super) fn open(shared: &Shared, console: &mut Console<'_>) -> Result<Workspace, Failure> {
    let tree = WorkTree::discover(&directory(shared)).map_err(not_governed)?;
    open_state(shared, console, tree, None)
}

/// The same of a commit. A bare repository has no `exboard.toml` on disk, and a work tree may have none any more: the
/// governance root is then the top of the repository.
pub(super) fn open_at(
    shared: &Shared,
    revision: &str,
    console: &mut Console<'_>,
) -> Result<Workspace, Failure> {
    let (tree, git) = repository(shared)?;
    let state = git.resolve(revision).and_then(|commit| git.at(commit)).map_err(store_failure)?;
    open_state(shared, console, tree, Some(state))
}

/// The git repository of a governance root, and the root itself, for whoever reads what is committed.
pub(super) fn repository(shared: &Shared) -> Result<(WorkTree, Git), Failure> {
    let (tree, git) = match WorkTree::discover(&directory(shared)) {
        Ok(tree) => {
            let git = Git::open(tree.root()).map_err(store_failure)?;
            (tree, git)
        }
        Err(error @ StoreError::NotARepository(_)) => {
            let folder = directory(shared);
            let found = Git::open(&folder).map_err(store_failure)?;
            let Some(git) = found else { return Err(not_governed(error)) };
            let top = git.work_tree().unwrap_or(git.folder()).to_owned();
            (WorkTree::governed_at(&top), Git::open(&top).map_err(store_failure)?)
        }
        Err(other) => return Err(not_governed(other)),
    };
    let git = git.ok_or_else(|| {
        Failure::new(format_args!("{} is in no git repository, so it has no commits", tree.root().display()))
    })?;
    Ok((tree, git))
}

fn open_state(
    shared: &Shared,
    console: &mut Console<'_>,
    tree: WorkTree,
    another: Option<Box<dyn Snapshot>>,
) -> Result<Workspace, Failure> {
    let state = another.as_deref().unwrap_or(&tree);
    let marker = state.marker().map_err(store_failure)?;
    let folder = policy::folder(&marker);
    let mut files = vec![marker];
    files.extend(state.policy_files(&folder).map_err(store_failure)?);
    if shared.verbose {
        console.note(&format!("repository: {}", tree.root().display()));
        if let Origin::Commit(commit) = state.origin() {
            console.note(&format!("commit: {commit}"));
        }
        files.iter().for_each(|file| console.note(&format!("policy: {}", file.path())));
    }
    Ok(Workspace { directory: directory(shared), policy: load(&files), tree, another })
}

fn directory(shared: &Shared) -> PathBuf {
    shared.directory.clone().unwrap_or_else(|| PathBuf::from("."))
}

fn not_governed(error: StoreError) -> Failure {
    match error {
        StoreError::NotARepository(_) => Failure::new(error)
            .help("run it in a folder that has an `exboard.toml`, or name one with `-C DIR`"),
        other => store_failure(other),
    }
}

/// A failure of the store, with what to do about it.
#[expect(clippy::needless_pass_by_value, reason = "so that it stands in `map_err` by its name")]
pub(super) fn store_failure(error: StoreError) -> Failure {
    let failure = Failure::new(&error);
    match error.help() {
        Some(help) => failure.help(help),
        None => failure,
    }
}

/// The policy of a commit.
pub(super) fn policy_at(git: &Git, commit: Id) -> Result<Box<Policy>, Failure> {
    let state = git.at(commit).map_err(store_failure)?;
    match history::load(&*state).map_err(store_failure)? {
        Loaded::Policy(policy) => Ok(policy),
        Loaded::Broken(_) => Err(Failure::new(format_args!("the policy of {} is broken", state.origin()))
            .help(format!("`exboard check --rev {}` says where", commit.short()))),
        Loaded::Ungoverned => Err(Failure::new(format_args!("{} has no `{MARKER}`", state.origin()))
            .help("commit it: what is not committed has no history")),
    }
}

/// The built-in policy, for commands that work outside a repository too.
pub(super) fn default_policy() -> Result<Policy, Failure> {
    let exboard = Arc::new(Source::new(MARKER, "version = 1\n"));
    load(&[exboard]).map_err(|_| Failure::new("the built-in policy does not load; please report this"))
}

/// Reads a policy from its files.
pub(super) fn load(files: &[Arc<Source>]) -> Result<Policy, Vec<Problem>> {
    let rules: Vec<_> = RULES.iter().map(|rule| KnownRule::from(&rule.info)).collect();
    Policy::load(files, &rules)
}

/// The folder of the git repository that a governance repository lies in, or of its own where there is none.
pub(super) fn git_root(tree: &WorkTree) -> &Path {
    tree.root().ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(tree.root())
}

/// Where a governance repository lies in its git repository: nothing, or a path that ends with a slash.
pub(super) fn prefix(tree: &WorkTree) -> String {
    let inside = tree.root().strip_prefix(git_root(tree)).unwrap_or(Path::new(""));
    inside.components().map(|part| format!("{}/", part.as_os_str().to_string_lossy())).collect()
}

/// A folder that `exboard.toml` names is there: a misspelt one would be an empty, and so a clean, register.
pub(super) fn require_named_folders(workspace: &Workspace, policy: &Policy) -> Result<(), Failure> {
    let paths = &policy.exboard.paths;
    let named = [("board", &paths.board), ("registry", &paths.registry), ("policies", &paths.policies)];
    for (key, folder) in named {
        let is_set = policy.place(MARKER, &format!("paths.{key}")).is_some();
        if is_set && !workspace.state().has_folder(folder) {
            return Err(Failure::new(format_args!(
                "`paths.{key}` in {MARKER} names `{folder}`, which is no folder here"
            ))
            .help("correct the name, or make the folder"));
        }
    }
    Ok(())
}

/// `--now`, or the clock.
pub(super) fn now(shared: &Shared, calendar: &Calendar) -> Result<Instant, Failure> {
    let (first, last) = (JUDGED_YEARS.start(), JUDGED_YEARS.end());
    let is_judged = |now: Instant| JUDGED_YEARS.contains(&now.year());
    let Some(text) = &shared.now else {
        let now = system_clock();
        return is_judged(now).then_some(now).ok_or_else(|| {
            Failure::new(format_args!("the system clock says {now}, which is not between {first} and {last}"))
                .help("set it, or say with `--now` when it is")
        });
    };
    let Some(now) = parse_now(text, calendar) else {
        return Err(Failure::usage(format_args!("--now: `{text}` is neither a time nor a date"))
            .help("write 2026-04-21T15:04:05Z, or 2026-04-21 for its first instant in the policy's zone"));
    };
    is_judged(now).then_some(now).ok_or_else(|| {
        Failure::usage(format_args!("--now: `{text}` is not between the years {first} and {last}"))
            .help("what follows from it could not be written as a date")
    })
}

/// The one place that reads the clock. Whole seconds: finer ones tell nobody anything, and git has none.
#[expect(clippy::disallowed_methods, reason = "cli reads the clock, and hands it down")]
fn system_clock() -> Instant {
    Utc::now().trunc_subsecs(0)
}

/// A path of the command line as a path of the repository: `""` for its root.
pub(super) fn in_repository(workspace: &Workspace, path: &Path) -> Result<String, Failure> {
    let unreadable = |error| Failure::new(format_args!("cannot read {}: {error}", path.display()));
    let full = match &workspace.another {
        None => workspace.directory.join(path).canonicalize().map_err(unreadable)?,
        // What lies there in another state is not on the disk.
        Some(_) => plain(&workspace.directory.canonicalize().map_err(unreadable)?.join(path)),
    };
    workspace.tree.relative(&full).ok_or_else(|| {
        Failure::new(format_args!(
            "{} is not in the repository {}",
            path.display(),
            workspace.tree.root().display()
        ))
    })
}

/// The same of a state that is not on the disk.
pub(super) fn in_tree(shared: &Shared, tree: &WorkTree, path: &Path) -> Result<String, Failure> {
    let unreadable = |error| Failure::new(format_args!("cannot read {}: {error}", path.display()));
    let full = plain(&directory(shared).canonicalize().map_err(unreadable)?.join(path));
    tree.relative(&full).ok_or_else(|| {
        Failure::new(format_args!("{} is not in the repository {}", path.display(), tree.root().display()))
    })
}

/// A path without `.` and `..`, by its letters alone.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}
