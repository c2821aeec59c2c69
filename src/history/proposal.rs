//! A change set that has not landed: of a pull request, of the index, of the work tree.

use std::sync::Arc;

use super::ballots::Polls;
use super::hands::{Hand, attribute, hands};
use super::past::past_of;
use super::policies::{Loaded, load};
use super::set::{Set, Side, assemble, scope, stayed};
use crate::change::{Change, Circumstances, Version, Voter};
use crate::forge::Review;
use crate::policy::{Paths, Policy};
use crate::record::{Folder, Record, route};
use crate::store::git::{Delta, Entry, Git, Id};
use crate::store::{MARKER, Snapshot, StoreError, WorkTree};
use crate::time::Instant;

/// What is to be judged as a change.
#[derive(Debug, Clone, Copy)]
pub enum Target<'a> {
    /// What a branch adds to another: from what they share to its tip.
    Range {
        /// The tip of the branch that it would land on.
        base: Id,
        /// The tip.
        head: Id,
    },
    /// What is about to be committed, against `HEAD`.
    Index,
    /// What lies on disk, against `HEAD`.
    WorkTree(&'a WorkTree),
}

/// What the caller knows beside git.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// The reviews of the pull request, where the forge was asked.
    pub reviews: Option<&'a [Review]>,
    /// Who opened it: a login.
    pub opened_by: Option<&'a str>,
    /// Who pushed last: a login.
    pub pushed_by: Option<&'a str>,
}

/// A change set that has not landed.
#[derive(Debug)]
pub struct Proposal {
    /// What changed, with authors, votes and pasts.
    pub set: Set,
    /// What is known of it.
    pub circumstances: Circumstances,
    /// The policy of the target branch's tip: it judges. At adoption there is none.
    pub base: Arc<Loaded>,
    /// The policy after the change set.
    pub head: Arc<Loaded>,
    /// The state after it.
    pub after: Box<dyn Snapshot>,
    /// The commit whose policy judges; `None` where there is none.
    pub base_commit: Option<Id>,
}

/// What one side of the change set is.
struct Ends {
    /// The commit whose policy judges.
    base: Option<Id>,
    /// The commit that the change set began at.
    fork: Option<Id>,
    after: Box<dyn Snapshot>,
}

impl Proposal {
    /// Reads a change set.
    ///
    /// # Errors
    /// Where git cannot be read, and where a clone is too shallow to know what went before.
    pub fn read(
        git: &Git,
        target: Target<'_>,
        known: Known<'_>,
        now: Instant,
    ) -> Result<Proposal, StoreError> {
        let ends = ends(git, target)?;
        let base = Arc::new(match ends.base {
            Some(base) => load(&*git.at(base)?)?,
            None => Loaded::Ungoverned,
        });
        let fork = match ends.fork {
            fork if fork == ends.base => None,
            Some(fork) => Some(load(&*git.at(fork)?)?),
            None => None,
        };
        let head = match target {
            // Most changes leave the policy alone.
            Target::Range { base: tip, head } if has_policy_of(git, &base, tip, head)? => Arc::clone(&base),
            _ => Arc::new(load(&*ends.after)?),
        };
        let default = Paths::default();
        let after_paths = head.paths().or_else(|| base.paths()).unwrap_or(&default);
        let before_paths =
            fork.as_ref().and_then(Loaded::paths).or_else(|| base.paths()).unwrap_or(after_paths);
        let deltas = deltas(git, target, &ends, &[before_paths, after_paths])?;
        let from_git = |_: &str, entry: Entry| git.read(entry.id);
        let from_disk = |path: &str, _: Entry| read_on_disk(&*ends.after, path);
        let on_disk = matches!(target, Target::WorkTree(_));
        let after_side = Side { paths: after_paths, read: if on_disk { &from_disk } else { &from_git } };
        let mut set = assemble(&deltas, Side { paths: before_paths, read: &from_git }, after_side)?;
        let mut circumstances = Circumstances {
            adoption: !base.is_governed() && !was_governed(git, ends.base)?,
            policy_paths: set.policy_paths.clone(),
            opened_by: known.opened_by.map(|login| Voter::Login(login.to_owned())),
            pushed_by: known.pushed_by.map(|login| Voter::Login(login.to_owned())).into_iter().collect(),
            ..Circumstances::default()
        };
        let judge = base.policy().or_else(|| head.policy());
        if let (Some(policy), Target::Range { base, head }) = (judge, target) {
            let steps = git.between(base, head)?;
            let hands = match steps.as_slice() {
                [only] if only.parents.len() == 1 && only.parents.first().copied() == ends.fork => {
                    let before = ends.fork.map(|fork| git.step(fork)).transpose()?.map(|step| step.tree);
                    vec![Hand::alone(git, only, before, &deltas)?]
                }
                _ => hands(git, &steps, &scope(&[before_paths, after_paths], false))?,
            };
            attribute(&mut set, &mut circumstances, &hands, None, after_paths);
            let tree = git.step(head)?.tree;
            let polls = Polls {
                git,
                policy,
                base: Some(base),
                tree,
                reviews: known.reviews,
                receipt: None,
                hands: &hands,
                always: false,
            };
            for change in &mut set.changes {
                change.ballots = polls.on(change)?;
            }
            if !set.policy_paths.is_empty() {
                circumstances.policy_ballots = polls.on_policy(&set.policy_paths)?;
            }
        }
        if let (Some(policy), Some(base), false) = (judge, ends.base, circumstances.adoption) {
            look_back(git, base, &mut set.changes, policy, now)?;
        }
        Ok(Proposal { set, circumstances, base, head, after: ends.after, base_commit: ends.base })
    }

    /// True where nothing but the policy changes.
    #[must_use]
    pub fn is_policy_alone(&self) -> bool {
        self.set.changes.is_empty() && self.set.strays.is_empty() && !self.set.policy_paths.is_empty()
    }
}

/// True where a commit has the files of the policy that is known of another, to the letter.
fn has_policy_of(git: &Git, known: &Loaded, of: Id, commit: Id) -> Result<bool, StoreError> {
    let Some(paths) = known.paths() else { return Ok(false) };
    let (one, two) = (git.step(of)?.tree, git.step(commit)?.tree);
    for path in [MARKER, &paths.policies] {
        if git.entry(one, path)? != git.entry(two, path)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn ends(git: &Git, target: Target<'_>) -> Result<Ends, StoreError> {
    Ok(match target {
        Target::Range { base, head } => {
            let fork = git.merge_base(base, head)?;
            Ends { base: Some(base), fork: Some(fork), after: git.at(head)? }
        }
        Target::Index => {
            let head = git.head()?;
            Ends { base: head, fork: head, after: git.index()?.into_state() }
        }
        Target::WorkTree(tree) => {
            let head = git.head()?;
            Ends { base: head, fork: head, after: Box::new(tree.clone()) }
        }
    })
}

fn deltas(git: &Git, target: Target<'_>, ends: &Ends, paths: &[&Paths]) -> Result<Vec<Delta>, StoreError> {
    let before = ends.fork.map(|fork| git.step(fork)).transpose()?.map(|step| step.tree);
    // On disk lies what nobody wants to walk; whoever judges the work tree looks at all evidence anyway.
    let scope = scope(paths, !matches!(target, Target::WorkTree(_)));
    let mut deltas = match target {
        Target::Range { head, .. } => git.diff(before, Some(git.step(head)?.tree), &scope)?,
        Target::Index => git.diff_index(before, &git.index()?, &scope)?,
        Target::WorkTree(_) => git.diff_work_tree(before, &scope)?,
    };
    if paths.first() != paths.last() {
        deltas.extend(stayed(git, before, &deltas, paths)?);
    }
    deltas.sort();
    Ok(deltas)
}

fn read_on_disk(tree: &dyn Snapshot, path: &str) -> Result<Vec<u8>, StoreError> {
    let folder = Folder { kind: crate::schema::Kind::Board, root: "".into(), path: path.into() };
    tree.read(&folder).map_err(|reason| StoreError::Unreadable {
        path: path.to_owned(),
        source: std::io::Error::other(reason),
    })
}

/// True where some state before had an `exboard.toml`: whoever takes it away does not begin anew.
fn was_governed(git: &Git, base: Option<Id>) -> Result<bool, StoreError> {
    let Some(base) = base else { return Ok(false) };
    for step in git.first_parents(base, None)? {
        if git.entry(step.tree, MARKER)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Reads what went before, for the changes of which a rule asks it: decisions, and scores where there was none. `base`
/// is the commit that the changes start from.
///
/// # Errors
/// Where git cannot be read, and where a clone is too shallow to know what went before.
pub fn look_back(
    git: &Git,
    base: Id,
    changes: &mut [Change],
    policy: &Policy,
    now: Instant,
) -> Result<(), StoreError> {
    let asks = |change: &Change| {
        let before = change.readable_before();
        let lane = before.and_then(Version::record).is_some_and(|record| match record {
            Record::Board(record) => route(&record, policy, now).is_some(),
            Record::Registry(_) => true,
        });
        before.is_some() && (change.decides() || !lane)
    };
    if !changes.iter().any(asks) {
        return Ok(());
    }
    let walk = git.first_parents(base, None)?;
    let scope = scope(&[&policy.exboard.paths], false);
    for change in changes.iter_mut().filter(|change| asks(change)) {
        if let Some(before) = &change.before {
            change.past = Some(past_of(git, &walk, &before.folder.path, policy, &scope)?);
        }
    }
    Ok(())
}
