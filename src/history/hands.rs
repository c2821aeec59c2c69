//! Whose hands a change set went through.

use std::collections::BTreeSet;

use super::set::{Set, record_folder};
use crate::change::{Change, Circumstances, Commit, Voter, is_ballot};
use crate::policy::Paths;
use crate::store::StoreError;
use crate::store::git::{Delta, Git, Id, Scope, Step};

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
    /// A commit with one parent or none, of which it is known what it changed. `before` is the tree of its parent.
    ///
    /// # Errors
    /// Where the commit cannot be read.
    pub(super) fn alone(
        git: &Git,
        step: &Step,
        before: Option<Id>,
        deltas: &[Delta],
    ) -> Result<Hand, StoreError> {
        let keeps_tree = before == Some(step.tree);
        Ok(Hand { commit: git.commit(step.id)?, step: step.clone(), paths: paths_of(deltas), keeps_tree })
    }

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
        let parents: Vec<Option<Id>> = match step.parents.as_slice() {
            [] => vec![None],
            parents => parents
                .iter()
                .map(|parent| git.step(*parent).map(|parent| Some(parent.tree)))
                .collect::<Result<_, _>>()?,
        };
        for parent in parents {
            let changed = paths_of(&git.diff(parent, Some(step.tree), scope)?);
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

fn paths_of(deltas: &[Delta]) -> BTreeSet<String> {
    let path = |delta: &Delta| {
        let path = String::from_utf8_lossy(&delta.path);
        if delta.outside { format!("/{path}") } else { path.into_owned() }
    };
    deltas.iter().map(path).collect()
}

/// Says of a change set who made which part of it, who pushed last, and when it began. `landed` is the commit by which
/// it landed, where it has: a merge is no part of what it brings in, and where there is no merge nobody can tell
/// whether it is one commit or many squashed into it.
pub(super) fn attribute(
    set: &mut Set,
    circumstances: &mut Circumstances,
    hands: &[Hand],
    landed: Option<&Step>,
    paths: &Paths,
) {
    let merge = landed.filter(|step| step.parents.len() > 1);
    let is_merge = |hand: &Hand| merge.is_some_and(|merge| merge.id == hand.step.id);
    let made = || hands.iter().filter(|hand| !hand.is_ballot() && !is_merge(hand));
    if landed.is_none() || merge.is_some() {
        circumstances.first_commit_at = made().filter_map(|hand| hand.commit.authored_at).min();
    }
    // The newest commit comes first.
    let pusher = made().next().map(|hand| Voter::from(&hand.commit.committer));
    circumstances.pushed_by.extend(pusher);
    let of_policy = |hand: &&Hand| hand.paths.iter().any(|path| set.policy_paths.contains(path));
    let of_policy = hands.iter().filter(of_policy);
    circumstances.policy_authors = of_policy.flat_map(|hand| hand.commit.contributors()).collect();
    let versions = set.changes.iter().flat_map(|change| change.before.iter().chain(&change.after));
    let own: BTreeSet<String> = versions.map(|version| version.folder.stem().to_owned()).collect();
    for change in &mut set.changes {
        let part = |hand: &&Hand| touches(hand, change) || touches_nameless(hand, &own, paths);
        let authors = hands.iter().filter(part).flat_map(|hand| hand.commit.contributors());
        let authors: BTreeSet<Voter> = authors.collect();
        change.authors = authors.into_iter().collect();
    }
}

/// True where a commit changed a record file under a name that nothing has in the end: what was written there may have
/// become any of the records.
fn touches_nameless(hand: &Hand, own: &BTreeSet<String>, paths: &Paths) -> bool {
    let folders = hand.paths.iter().filter_map(|path| record_folder(paths, path));
    folders.into_iter().any(|folder| !own.contains(folder.stem()))
}

/// True where a commit had a part in a change of a record: it changed the record's file, under any of its paths.
fn touches(hand: &Hand, change: &Change) -> bool {
    let versions = change.before.iter().chain(&change.after);
    let names: BTreeSet<&str> = versions.map(|version| version.folder.stem()).collect();
    let stem =
        |path: &str| -> Option<String> { path.rsplit('/').next()?.strip_suffix(".yaml").map(str::to_owned) };
    hand.paths.iter().any(|path| stem(path).is_some_and(|stem| names.contains(stem.as_str())))
}
