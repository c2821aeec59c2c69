//! History: what a text of the command line names, and commits one after the other.

use std::fs;

use git2::{ErrorCode, ObjectType, Odb, Repository};

use super::diff::{Delta, compare};
use super::object::Trees;
use super::open::Git;
use super::{GitError, Id, Scope};
use crate::change::Commit;
use crate::store::StoreError;
use crate::threads;

/// A commit, as much of it as a walk needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The commit.
    pub id: Id,
    /// Its tree: the top of the git repository, whatever folder of it is governed.
    pub tree: Id,
    /// Its parents; the first one is what it was made on.
    pub parents: Vec<Id>,
    /// When it was made, in seconds since 1970; 0 where it does not say. It is what the committer's machine claimed.
    pub committed: i64,
}

/// Commits of a walk that one thread compares with their parents.
const STRETCH: usize = 256;

impl Git {
    /// The commit that is checked out; `None` before the first one.
    ///
    /// # Errors
    /// As for [`Git::resolve`].
    pub fn head(&self) -> Result<Option<Id>, StoreError> {
        let unborn = self.with(|repository| match repository.head() {
            Err(error) if matches!(error.code(), ErrorCode::UnbornBranch | ErrorCode::NotFound) => Ok(true),
            _ => Ok(false),
        })?;
        if unborn { Ok(None) } else { self.resolve("HEAD").map(Some) }
    }

    /// The commit that a branch, a tag, an id or any other revision of git names.
    ///
    /// # Errors
    /// Where it names none or is ambiguous, and where the repository shows another history than it holds.
    pub fn resolve(&self, revision: &str) -> Result<Id, StoreError> {
        if revision.is_empty() || revision.starts_with('-') {
            return Err(GitError::NotARevision(revision.to_owned()).into());
        }
        self.honest()?;
        let found = self.with(|repository| {
            let unknown = |why: &str| GitError::Unknown {
                revision: revision.to_owned(),
                why: why.to_owned(),
                shallow: !self.ends().is_empty(),
            };
            if let [one, other, ..] = namesakes(repository, revision).as_slice() {
                return Err(unknown(&format!(": it is both {one} and {other}; write one of them")));
            }
            let object = repository.revparse_single(revision).map_err(|error| match error.code() {
                ErrorCode::Ambiguous => unknown(": it is ambiguous"),
                _ if revision == "HEAD" => unknown(": nothing is committed yet"),
                _ => unknown(""),
            })?;
            match object.peel(ObjectType::Commit) {
                Ok(commit) => Ok(Id::of(commit.id())),
                Err(_) => Err(unknown(": it is something else")),
            }
        })?;
        Ok(found)
    }

    /// The two ends of `BASE..HEAD`, of `BASE...HEAD`, or of `BASE` alone, which goes up to `HEAD`.
    ///
    /// # Errors
    /// As for [`Git::resolve`].
    pub fn range(&self, text: &str) -> Result<(Id, Id), StoreError> {
        let (base, head) = text.split_once("...").or_else(|| text.split_once("..")).unwrap_or((text, ""));
        let head = if head.is_empty() { "HEAD" } else { head };
        Ok((self.resolve(base)?, self.resolve(head)?))
    }

    /// A commit with all that it says.
    ///
    /// # Errors
    /// Where it is missing, or no commit.
    pub fn commit(&self, id: Id) -> Result<Commit, StoreError> {
        let commit = self.with(|repository| {
            let odb = repository.odb()?;
            let object = self.object(&odb, id, ObjectType::Commit)?;
            Commit::parse(&id.to_string(), object.data()).ok_or_else(|| broken(id))
        })?;
        Ok(commit)
    }

    /// A commit, as much of it as a walk needs.
    ///
    /// # Errors
    /// As for [`Git::commit`].
    pub fn step(&self, id: Id) -> Result<Step, StoreError> {
        Ok(self.with(|repository| self.read_step(&repository.odb()?, id))?)
    }

    /// The first parents from a commit back to the root, or to one of them, which is left out; the newest first.
    ///
    /// # Errors
    /// Where the clone is shallow and ends before that, and where the walk comes to the root without meeting `until`.
    pub fn first_parents(&self, from: Id, until: Option<Id>) -> Result<Vec<Step>, StoreError> {
        self.honest()?;
        let chain = self.with(|repository| {
            let odb = repository.odb()?;
            let mut chain: Vec<Step> = Vec::new();
            let mut next = Some(from);
            while let Some(id) = next.filter(|id| Some(*id) != until) {
                let step = match chain.last() {
                    Some(child) => self.read_parent(&odb, child, id)?,
                    None => self.read_step(&odb, id)?,
                };
                next = step.parents.first().copied();
                chain.push(step);
            }
            match (next, until) {
                (None, Some(end)) => Err(GitError::NotOnTheWay { start: from, end }),
                _ => Ok(chain),
            }
        })?;
        Ok(chain)
    }

    /// What each of some commits changed against its first parent, or at the root against nothing: one list a commit,
    /// in their order. Runs on all cores.
    ///
    /// # Errors
    /// As for [`Git::diff`], and where a parent lies behind the end of a shallow clone.
    pub fn changes(&self, commits: &[Step], scope: &Scope) -> Result<Vec<Vec<Delta>>, StoreError> {
        let wanted = scope.wanted(self.prefix());
        let starts: Vec<usize> = (0..commits.len()).step_by(STRETCH).collect();
        let stretch = |start: usize| {
            self.with(|repository| {
                let odb = repository.odb()?;
                let mut trees = Trees::new(self, &odb);
                let mut changes = Vec::with_capacity(STRETCH);
                for at in start..commits.len().min(start + STRETCH) {
                    let Some(commit) = commits.get(at) else { break };
                    // Most commits of a walk are followed by their parent.
                    let next = commits.get(at + 1).filter(|next| commit.parents.first() == Some(&next.id));
                    let before = match (next, commit.parents.first()) {
                        (Some(next), _) => Some(next.tree),
                        (None, Some(parent)) => Some(self.read_parent(&odb, commit, *parent)?.tree),
                        (None, None) => None,
                    };
                    changes.push(self.deltas(compare(&mut trees, before, Some(commit.tree), &wanted)?));
                    trees.turn();
                }
                Ok(changes)
            })
        };
        let stretches: Result<Vec<_>, GitError> = threads::map(starts, 2, stretch).into_iter().collect();
        Ok(stretches?.into_iter().flatten().collect())
    }

    /// True where a commit changes nothing: its tree is its first parent's, as that of a vote is.
    ///
    /// # Errors
    /// Where the parent lies behind the end of a shallow clone.
    pub fn keeps_tree(&self, commit: &Step) -> Result<bool, StoreError> {
        let Some(parent) = commit.parents.first() else { return Ok(false) };
        let parent = self.with(|repository| self.read_parent(&repository.odb()?, commit, *parent))?;
        Ok(parent.tree == commit.tree)
    }

    /// The parent of a commit that a walk came from.
    pub(super) fn read_parent(&self, odb: &Odb<'_>, child: &Step, id: Id) -> Result<Step, GitError> {
        self.read_step(odb, id).map_err(|error| match error {
            GitError::Missing { .. } if self.ends().contains(&child.id) => GitError::Shallow(child.id),
            other => other,
        })
    }

    pub(super) fn read_step(&self, odb: &Odb<'_>, id: Id) -> Result<Step, GitError> {
        let object = self.object(odb, id, ObjectType::Commit)?;
        parse(id, object.data()).ok_or_else(|| broken(id))
    }

    /// The commits at which a shallow clone ends. libgit2 looks for the list in the wrong folder of a linked work tree.
    fn ends(&self) -> Vec<Id> {
        let list = fs::read_to_string(self.folder().join("shallow")).unwrap_or_default();
        list.lines().filter_map(|line| line.trim().parse().ok()).collect()
    }
}

/// The refs that a plain name stands for, where there is more than one: git would take the tag, and say so to people.
fn namesakes(repository: &Repository, name: &str) -> Vec<String> {
    let places = ["refs/tags/", "refs/heads/", "refs/remotes/"];
    let exists = |name: &String| repository.find_reference(name).is_ok();
    places.iter().map(|place| format!("{place}{name}")).filter(exists).collect()
}

fn broken(id: Id) -> GitError {
    GitError::Damaged(format!("the commit {id} cannot be read"))
}

/// The headers of a commit that a walk needs.
fn parse(id: Id, object: &[u8]) -> Option<Step> {
    let mut step = Step { id, tree: Id::NONE, parents: Vec::new(), committed: 0 };
    let of = |hex: &[u8]| std::str::from_utf8(hex).ok()?.parse::<Id>().ok();
    for line in object.split(|byte| *byte == b'\n').take_while(|line| !line.is_empty()) {
        if let Some(tree) = line.strip_prefix(b"tree ") {
            step.tree = of(tree)?;
        } else if let Some(parent) = line.strip_prefix(b"parent ") {
            step.parents.push(of(parent)?);
        } else if let Some(committer) = line.strip_prefix(b"committer ") {
            let after = committer.rsplit(|byte| *byte == b'>').next().unwrap_or_default();
            let seconds = std::str::from_utf8(after).ok().and_then(|text| text.split_whitespace().next());
            step.committed = seconds.and_then(|seconds| seconds.parse().ok()).unwrap_or(0);
            break;
        }
    }
    (!step.tree.is_none()).then_some(step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_reads_the_headers_alone() {
        let (tree, parent) = ("aa".repeat(20), "bb".repeat(20));
        let text = format!(
            "tree {tree}\nparent {parent}\nauthor A <a@b> 5 +0000\ncommitter C <> x> 17 +0100\n\ntree x\n"
        );
        let step = parse(Id::NONE, text.as_bytes()).unwrap();
        assert_eq!((step.tree.to_string(), step.parents.len(), step.committed), (tree.clone(), 1, 17));
        for wrong in
            ["", "\n", "tree aa\n", &format!("tree {tree}\nparent bb\n"), &format!("\ntree {tree}\n")]
        {
            assert_eq!(parse(Id::NONE, wrong.as_bytes()), None, "{wrong}");
        }
    }
}
