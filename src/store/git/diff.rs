//! What differs between two trees.

use git2::Odb;

use super::object::Trees;
use super::open::Git;
use super::scope::Wanted;
use super::tree::{Entries, Entry, MAX_DEPTH, Raw, What};
use super::{GitError, Id, Scope};
use crate::store::StoreError;

/// Differences that are listed, and folders that are entered for them; a tree can name more files than there are atoms.
pub(super) const MOST: usize = 1_000_000;

/// A path that holds something else after than before.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Delta {
    /// The path: from the governance root, or from the top of the git repository where it lies outside.
    pub path: Box<[u8]>,
    /// True where it lies outside of the governance root.
    pub outside: bool,
    /// What was there.
    pub before: Option<Entry>,
    /// What is there. The id of a file in the work tree is [`Id::NONE`] where there was nothing to compare it with.
    pub after: Option<Entry>,
}

impl Delta {
    /// The path as text; `None` where it is not UTF-8.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.path).ok()
    }
}

impl Git {
    /// What differs between two trees, sorted by path; without the one before, everything is new. A folder counts as
    /// its files, but for what lies deeper than any register: that is told as the folder it is.
    ///
    /// # Errors
    /// Where an object is missing or broken, or where there is more than anybody could judge.
    pub fn diff(
        &self,
        before: Option<Id>,
        after: Option<Id>,
        scope: &Scope,
    ) -> Result<Vec<Delta>, StoreError> {
        let wanted = scope.wanted(self.prefix());
        let found = self.with(|repository| {
            let odb = repository.odb()?;
            differences(self, &odb, before, after, &wanted)
        })?;
        Ok(self.deltas(found))
    }

    /// Differences with the paths that people use.
    pub(super) fn deltas(&self, found: Vec<Difference>) -> Vec<Delta> {
        let prefix = self.prefix();
        let inside = |path: &[u8]| match path.strip_prefix(prefix)? {
            rest if prefix.is_empty() => Some(Box::from(rest)),
            rest => rest.strip_prefix(b"/").map(Box::from),
        };
        let delta = |Difference { path, before, after }: Difference| {
            let (path, outside) = inside(&path).map_or((path, true), |path| (path, false));
            Delta { path, outside, before, after }
        };
        let mut deltas: Vec<Delta> = found.into_iter().map(delta).collect();
        deltas.sort();
        deltas
    }
}

/// A difference at a path from the top of the repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Difference {
    pub(super) path: Box<[u8]>,
    pub(super) before: Option<Entry>,
    pub(super) after: Option<Entry>,
}

/// A file at a path from the top of the repository.
pub(super) type FileAt = (Box<[u8]>, Entry);

/// All files of a tree that are wanted, sorted by path.
pub(super) fn files(
    git: &Git,
    odb: &Odb<'_>,
    tree: Option<Id>,
    wanted: &Wanted,
) -> Result<Vec<FileAt>, GitError> {
    let mut files: Vec<FileAt> = differences(git, odb, None, tree, wanted)?
        .into_iter()
        .filter_map(|difference| Some((difference.path, difference.after?)))
        .collect();
    files.sort();
    Ok(files)
}

fn differences(
    git: &Git,
    odb: &Odb<'_>,
    before: Option<Id>,
    after: Option<Id>,
    wanted: &Wanted,
) -> Result<Vec<Difference>, GitError> {
    let mut trees = Trees::new(git, odb);
    compare(&mut trees, before, after, wanted)
}

/// Compares two trees, folder by folder, and enters only those whose ids differ.
pub(super) fn compare(
    trees: &mut Trees<'_>,
    before: Option<Id>,
    after: Option<Id>,
    wanted: &Wanted,
) -> Result<Vec<Difference>, GitError> {
    let mut comparison = Comparison { trees, path: Vec::new(), depth: 0, left: MOST, found: Vec::new() };
    comparison.folder(before, after, wanted)?;
    Ok(comparison.found)
}

struct Comparison<'c, 'o> {
    trees: &'c mut Trees<'o>,
    /// Where the comparison is, from the top.
    path: Vec<u8>,
    depth: usize,
    left: usize,
    found: Vec<Difference>,
}

const EVERYTHING: &Wanted = &Wanted { all: true, below: std::collections::BTreeMap::new() };

impl Comparison<'_, '_> {
    fn folder(&mut self, before: Option<Id>, after: Option<Id>, wanted: &Wanted) -> Result<(), GitError> {
        if before == after {
            return Ok(());
        }
        let before = before.map(|id| self.trees.read(id)).transpose()?;
        let after = after.map(|id| self.trees.read(id)).transpose()?;
        let before = Entries::new(before.as_deref().unwrap_or_default());
        let after = Entries::new(after.as_deref().unwrap_or_default());
        if wanted.all {
            return self.join(before, after);
        }
        for (name, wanted) in &wanted.below {
            let [file, folder] = named(before.clone(), name)?;
            let [new_file, new_folder] = named(after.clone(), name)?;
            if wanted.all {
                self.entry(file, new_file, wanted)?;
            }
            self.entry(folder, new_folder, wanted)?;
        }
        Ok(())
    }

    fn join(&mut self, mut before: Entries<'_>, mut after: Entries<'_>) -> Result<(), GitError> {
        let (mut old, mut new) = (before.advance()?, after.advance()?);
        loop {
            let order = match (&old, &new) {
                (None, None) => return Ok(()),
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some(old), Some(new)) => old.order(new),
            };
            self.entry(old.filter(|_| order.is_le()), new.filter(|_| order.is_ge()), EVERYTHING)?;
            if order.is_le() {
                old = before.advance()?;
            }
            if order.is_ge() {
                new = after.advance()?;
            }
        }
    }

    /// Compares two entries of one name and one kind; one of them may be absent.
    fn entry(&mut self, old: Option<Raw<'_>>, new: Option<Raw<'_>>, wanted: &Wanted) -> Result<(), GitError> {
        let (before, after) = (old.map(|raw| raw.entry), new.map(|raw| raw.entry));
        let Some(one) = old.or(new).filter(|_| before != after) else { return Ok(()) };
        self.left = self.left.checked_sub(1).ok_or(GitError::TooMany(MOST))?;
        let length = self.path.len();
        if !self.path.is_empty() {
            self.path.push(b'/');
        }
        self.path.extend_from_slice(one.name);
        if one.entry.what() == What::Folder && self.depth < MAX_DEPTH {
            self.depth += 1;
            self.folder(before.map(|entry| entry.id), after.map(|entry| entry.id), wanted)?;
            self.depth -= 1;
        } else {
            self.found.push(Difference { path: self.path.as_slice().into(), before, after });
        }
        self.path.truncate(length);
        Ok(())
    }
}

/// The file, and the folder, of a name.
fn named<'t>(mut entries: Entries<'t>, name: &[u8]) -> Result<[Option<Raw<'t>>; 2], GitError> {
    let mut found = [None, None];
    while let Some(raw) = entries.advance()? {
        if raw.name == name {
            let [file, folder] = &mut found;
            *(if raw.is_folder() { folder } else { file }) = Some(raw);
        }
    }
    Ok(found)
}
