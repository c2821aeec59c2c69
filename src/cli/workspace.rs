//! What most commands begin with: the repository, its policy, the clock.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::Utc;

use super::args::Shared;
use super::console::{Console, Failure};
use crate::policy::{self, KnownRule, Policy, Problem};
use crate::rules::RULES;
use crate::source::Source;
use crate::store::{MARKER, StoreError, WorkTree};
use crate::time::{Calendar, Instant, parse_now};

/// A governance repository with the policy that judges in it.
pub(super) struct Workspace {
    pub(super) tree: WorkTree,
    /// The folder that relative paths of the command line start from.
    pub(super) directory: PathBuf,
    pub(super) policy: Result<Policy, Vec<Problem>>,
}

impl Workspace {
    /// The policy, for commands that have no other use for a broken one.
    pub(super) fn policy(&self) -> Result<&Policy, Failure> {
        self.policy
            .as_ref()
            .map_err(|_| Failure::new("the policy is broken").help("`exboard check` says where"))
    }
}

/// Finds the repository from the folder asked for, and reads its policy.
pub(super) fn open(shared: &Shared, console: &mut Console<'_>) -> Result<Workspace, Failure> {
    let directory = shared.directory.clone().unwrap_or_else(|| PathBuf::from("."));
    let tree = WorkTree::discover(&directory).map_err(|error| match error {
        StoreError::NotARepository(_) => Failure::new(error)
            .help("run it in a folder that has an `exboard.toml`, or name one with `-C DIR`"),
        other => Failure::new(other),
    })?;
    let marker = tree.marker().map_err(Failure::new)?;
    let folder = policy::folder(&marker);
    let mut files = vec![marker];
    files.extend(tree.policy_files(&folder).map_err(Failure::new)?);
    if shared.verbose {
        console.note(&format!("repository: {}", tree.root().display()));
        files.iter().for_each(|file| console.note(&format!("policy: {}", file.path())));
    }
    Ok(Workspace { directory, policy: load(&files), tree })
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

/// A folder that `exboard.toml` names is there: a misspelt one would be an empty, and so a clean, register.
pub(super) fn require_named_folders(workspace: &Workspace, policy: &Policy) -> Result<(), Failure> {
    let paths = &policy.exboard.paths;
    let named = [("board", &paths.board), ("registry", &paths.registry), ("policies", &paths.policies)];
    for (key, folder) in named {
        let is_set = policy.place(MARKER, &format!("paths.{key}")).is_some();
        if is_set && !workspace.tree.has_folder(folder) {
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
    let Some(text) = &shared.now else { return Ok(system_clock()) };
    parse_now(text, calendar).ok_or_else(|| {
        Failure::usage(format_args!("--now: `{text}` is neither a time nor a date"))
            .help("write 2026-04-21T15:04:05Z, or 2026-04-21 for its first instant in the policy's zone")
    })
}

/// The one place that reads the clock.
#[expect(clippy::disallowed_methods, reason = "cli reads the clock, and hands it down")]
fn system_clock() -> Instant {
    Utc::now()
}

/// A path of the command line as a path of the repository: `""` for its root.
pub(super) fn in_repository(workspace: &Workspace, path: &Path) -> Result<String, Failure> {
    let on_disk = workspace.directory.join(path);
    let full = on_disk
        .canonicalize()
        .map_err(|error| Failure::new(format_args!("cannot read {}: {error}", path.display())))?;
    workspace.tree.relative(&full).ok_or_else(|| {
        Failure::new(format_args!(
            "{} is not in the repository {}",
            path.display(),
            workspace.tree.root().display()
        ))
    })
}
