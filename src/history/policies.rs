//! The policy of a state of the repository.

use std::sync::Arc;

use crate::policy::{self, KnownRule, Paths, Policy, Problem};
use crate::rules::RULES;
use crate::source::Source;
use crate::store::git::{Git, Id, What};
use crate::store::{MARKER, Snapshot, StoreError};

/// What a state of the repository has as its policy.
#[derive(Debug)]
pub enum Loaded {
    /// No `exboard.toml`: nothing is governed.
    Ungoverned,
    /// One that does not load, and why.
    Broken(Vec<Problem>),
    /// One that holds.
    Policy(Box<Policy>),
}

impl Loaded {
    /// The policy, where it holds.
    #[must_use]
    pub fn policy(&self) -> Option<&Policy> {
        match self {
            Loaded::Policy(policy) => Some(policy),
            Loaded::Ungoverned | Loaded::Broken(_) => None,
        }
    }

    /// True where there is an `exboard.toml`, whether it holds or not.
    #[must_use]
    pub fn is_governed(&self) -> bool {
        !matches!(self, Loaded::Ungoverned)
    }

    /// Where the records lie, where that is known.
    #[must_use]
    pub fn paths(&self) -> Option<&Paths> {
        self.policy().map(|policy| &policy.exboard.paths)
    }
}

/// Reads the policy of a state.
///
/// # Errors
/// Where it cannot be read. A policy file that is a link, or too large, is a broken policy and no error: history must
/// be told to its end.
pub fn load(state: &dyn Snapshot) -> Result<Loaded, StoreError> {
    let marker = match state.marker() {
        Ok(marker) => marker,
        Err(StoreError::Ungoverned(_)) => return Ok(Loaded::Ungoverned),
        Err(error @ StoreError::NotRegular(_)) => return Ok(broken(&error)),
        Err(error) => return Err(error),
    };
    let folder = policy::folder(&marker);
    let mut files = vec![marker];
    match state.policy_files(&folder) {
        Ok(more) => files.extend(more),
        Err(error @ StoreError::NotRegular(_)) => return Ok(broken(&error)),
        Err(error) => return Err(error),
    }
    let rules: Vec<KnownRule<'_>> = RULES.iter().map(|rule| KnownRule::from(&rule.info)).collect();
    Ok(match Policy::load(&files, &rules) {
        Ok(policy) => Loaded::Policy(Box::new(policy)),
        Err(problems) => Loaded::Broken(problems),
    })
}

/// Where a tree has its records and its policy, by its own `exboard.toml`; `None` where that does not say.
pub(super) fn places(git: &Git, tree: Id) -> Result<Option<Paths>, StoreError> {
    let Some(entry) = git.entry(tree, MARKER)?.filter(|entry| entry.what() == What::File) else {
        return Ok(None);
    };
    let marker = Arc::new(Source::from_bytes(MARKER, git.read(entry.id)?));
    let rules: Vec<KnownRule<'_>> = RULES.iter().map(|rule| KnownRule::from(&rule.info)).collect();
    Ok(Policy::load(&[marker], &rules).ok().map(|policy| policy.exboard.paths))
}

fn broken(error: &StoreError) -> Loaded {
    let nothing = Arc::new(Source::new("exboard.toml", ""));
    Loaded::Broken(vec![Problem::file(&nothing, error.to_string())])
}
