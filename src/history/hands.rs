//! Whose hands a change set went through.

use std::collections::BTreeSet;

use crate::change::{Change, Commit, is_ballot};
use crate::store::StoreError;
use crate::store::git::{Git, Scope, Step};

/// One commit of a change set, and the files that it made what they are.
#[derive(Debug, Clone)]
pub struct Hand {
    /// The commit.
    pub commit: Commit,
    /// The commit as a walk has it.
    pub step: Step,
    /// Paths from the governance root; those outside of it begin with a slash.
    pub paths: BTreeSet<String>,
    /// True where its tree is its first parent's.
    pub keeps_tree: bool,
}

impl Hand {
    /// True for a commit that casts votes and does nothing else: whoever made it has no part in the change.
    #[must_use]
    pub fn is_ballot(&self) -> bool {
        is_ballot(&self.commit, self.keeps_tree)
    }
}

/// The commits with what each of them changed. A merge made only what none of its parents had: taking over what
/// others wrote is no authorship.
///
/// # Errors
/// Where a commit cannot be read.
pub fn hands(git: &Git, steps: &[Step], scope: &Scope) -> Result<Vec<Hand>, StoreError> {
    let mut hands = Vec::with_capacity(steps.len());
    for step in steps {
        let mut paths: Option<BTreeSet<String>> = None;
        let parents: Vec<Option<crate::store::git::Id>> = match step.parents.as_slice() {
            [] => vec![None],
            parents => parents
                .iter()
                .map(|parent| git.step(*parent).map(|parent| Some(parent.tree)))
                .collect::<Result<_, _>>()?,
        };
        for parent in parents {
            let changed: BTreeSet<String> = git
                .diff(parent, Some(step.tree), scope)?
                .iter()
                .map(|delta| {
                    let path = String::from_utf8_lossy(&delta.path);
                    if delta.outside { format!("/{path}") } else { path.into_owned() }
                })
                .collect();
            paths = Some(match paths {
                None => changed,
                Some(known) => known.intersection(&changed).cloned().collect(),
            });
        }
        hands.push(Hand {
            commit: git.commit(step.id)?,
            keeps_tree: git.keeps_tree(step)?,
            step: step.clone(),
            paths: paths.unwrap_or_default(),
        });
    }
    Ok(hands)
}

/// True where a commit had a part in a change of a record: it changed the record's file, under any of its paths.
pub(super) fn touches(hand: &Hand, change: &Change) -> bool {
    let versions = change.before.iter().chain(&change.after);
    let names: BTreeSet<&str> = versions.map(|version| version.folder.stem()).collect();
    let stem =
        |path: &str| -> Option<String> { path.rsplit('/').next()?.strip_suffix(".yaml").map(str::to_owned) };
    hand.paths.iter().any(|path| stem(path).is_some_and(|stem| names.contains(stem.as_str())))
}
