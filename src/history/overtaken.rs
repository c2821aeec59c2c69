//! Votes that the target branch has overtaken since they were cast.
//!
//! A vote holds for every commit at which the record is the same. But whoever voted before the board took the record
//! back has not voted to approve it again: an old vote, merged into a new branch, must not count twice.

use std::collections::BTreeSet;

use super::set::scope;
use super::version::version_in;
use crate::change::{Change, Version};
use crate::policy::Paths;
use crate::record::Record;
use crate::store::StoreError;
use crate::store::git::{Git, Id};
use crate::time::Instant;

/// What votes are held against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) git: &'a Git,
    /// Where the policy that judges has its records and itself.
    pub(super) paths: &'a Paths,
    /// The commit that the change set lands on; `None` where there is none.
    pub(super) base: Option<Id>,
    /// The tree after the change set.
    pub(super) tree: Id,
}

impl Target<'_> {
    /// True where a record took a step of its lifecycle on the target branch that was not there when somebody voted at
    /// a commit.
    pub(super) fn has_stepped(&self, voted: Id, change: &Change) -> Result<bool, StoreError> {
        let Some(base) = self.base else { return Ok(false) };
        let then = match self.fork(base, voted)? {
            Some(fork) if fork == base => return Ok(false),
            Some(fork) => version_in(self.git, self.paths, self.git.step(fork)?.tree, self.tree, change)?,
            None => None,
        };
        Ok(step(then.as_ref()) != step(change.readable_before()))
    }

    /// The policy files of a change set that changed on the target branch since somebody voted at a commit.
    pub(super) fn changed_policy(
        &self,
        voted: Id,
        paths: &BTreeSet<String>,
    ) -> Result<Vec<String>, StoreError> {
        let Some(base) = self.base else { return Ok(Vec::new()) };
        let then = match self.fork(base, voted)? {
            Some(fork) if fork == base => return Ok(Vec::new()),
            Some(fork) => Some(self.git.step(fork)?.tree),
            None => None,
        };
        policy_changes(self.git, then, self.git.step(base)?.tree, paths)
    }

    /// Where the branch that somebody voted on left the target branch.
    fn fork(&self, base: Id, voted: Id) -> Result<Option<Id>, StoreError> {
        Ok(self.git.merge_bases(base, voted)?.first().copied())
    }
}

/// Those of some policy files, as change sets name them, that two trees have not in common.
pub(super) fn policy_changes(
    git: &Git,
    one: Option<Id>,
    other: Id,
    paths: &BTreeSet<String>,
) -> Result<Vec<String>, StoreError> {
    // Wherever they lie: the change may have moved the folder of the policy.
    let changed = git.diff(one, Some(other), &scope(&[], true))?;
    let changed = changed.iter().filter_map(|delta| {
        let path = delta.text()?;
        let path = if delta.outside { format!("/{path}") } else { path.to_owned() };
        paths.contains(&path).then_some(path)
    });
    Ok(changed.collect())
}

/// Where a record stands in its lifecycle: a renewal is a step too.
fn step(version: Option<&Version>) -> Option<(Option<&'static str>, Option<Instant>)> {
    let version = version?;
    let decided_at = match version.record()? {
        Record::Board(record) => record.decided_at,
        Record::Registry(_) => None,
    };
    Some((version.status(), decided_at))
}
