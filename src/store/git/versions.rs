//! What lay at a path, in one tree and along a walk.

use std::collections::BTreeMap;

use super::diff::{FileAt, compare, files};
use super::object::Trees;
use super::open::Git;
use super::scope::parts;
use super::tree::{Entries, Entry, What};
use super::{GitError, Id, Scope, Step};
use crate::store::StoreError;

/// One state of a file in history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Which commit of the walk made it so.
    pub at: usize,
    /// Path of the file from the governance root.
    pub path: String,
    /// The file; `None` where that commit removed it.
    pub entry: Option<Entry>,
}

impl Git {
    /// What lies at a path of a tree, from the governance root.
    ///
    /// # Errors
    /// Where an object is missing or broken.
    pub fn entry(&self, tree: Id, path: &str) -> Result<Option<Entry>, StoreError> {
        let entry = self.with(|repository| {
            let odb = repository.odb()?;
            Lookup::new(self, path).find(&mut Trees::new(self, &odb), tree)
        })?;
        Ok(entry)
    }

    /// All files of a tree that a scope takes in, with their paths from the governance root (those that are not UTF-8
    /// left out), sorted by path.
    ///
    /// # Errors
    /// As for [`Git::diff`].
    pub fn files(&self, tree: Id, scope: &Scope) -> Result<Vec<(String, Entry)>, StoreError> {
        let wanted = scope.wanted(self.prefix());
        let all = self.with(|repository| files(self, &repository.odb()?, Some(tree), &wanted))?;
        let start = if self.prefix().is_empty() { 0 } else { self.prefix().len() + 1 };
        let named = |(path, entry): FileAt| {
            let path = path.get(start..).and_then(|path| std::str::from_utf8(path).ok())?;
            Some((path.to_owned(), entry))
        };
        Ok(all.into_iter().filter_map(named).collect())
    }

    /// The states of one file along a walk ([`Git::first_parents`]), the newest first; where the file came by moving
    /// within the scope under the same name, those before the move too.
    ///
    /// # Errors
    /// As for [`Git::diff`], and where a parent lies behind the end of a shallow clone.
    pub fn follow(&self, walk: &[Step], path: &str, scope: &Scope) -> Result<Vec<Version>, StoreError> {
        let wanted = scope.wanted(self.prefix());
        let mut path = path.to_owned();
        let mut versions = Vec::new();
        self.with(|repository| {
            let odb = repository.odb()?;
            let mut trees = Trees::new(self, &odb);
            let mut lookup = Lookup::new(self, &path);
            for (at, commit) in walk.iter().enumerate() {
                trees.turn();
                let next = walk.get(at + 1).filter(|next| commit.parents.first() == Some(&next.id));
                let before = match (next, commit.parents.first()) {
                    (Some(next), _) => Some(next.tree),
                    (None, Some(parent)) => Some(self.read_parent(&odb, commit, *parent)?.tree),
                    (None, None) => None,
                };
                let entry = lookup.find(&mut trees, commit.tree)?;
                let older = before.map(|tree| lookup.find(&mut trees, tree)).transpose()?.flatten();
                if entry == older {
                    continue;
                }
                versions.push(Version { at, path: path.clone(), entry });
                if older.is_none() {
                    let changes = self.deltas(compare(&mut trees, before, Some(commit.tree), &wanted)?);
                    let mut gone = changes.iter().filter(|change| change.after.is_none() && !change.outside);
                    let moved =
                        gone.find_map(|change| change.text().filter(|gone| name(gone) == name(&path)));
                    if let Some(from) = moved {
                        path = from.to_owned();
                        lookup = Lookup::new(self, &path);
                    }
                }
            }
            Ok(())
        })?;
        Ok(versions)
    }
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// Looks one path up in many trees that have most of their folders in common.
pub(super) struct Lookup {
    parts: Vec<Box<[u8]>>,
    /// What the last two trees had at each depth, by the folder above.
    known: Vec<BTreeMap<Id, Option<Entry>>>,
}

impl Lookup {
    pub(super) fn new(git: &Git, path: &str) -> Lookup {
        let parts: Vec<Box<[u8]>> =
            parts(git.prefix()).chain(parts(path.as_bytes())).map(Box::from).collect();
        Lookup { known: vec![BTreeMap::new(); parts.len()], parts }
    }

    pub(super) fn find(&mut self, trees: &mut Trees<'_>, tree: Id) -> Result<Option<Entry>, GitError> {
        let mut folder = Entry::new(super::tree::FOLDER, tree);
        let last = self.parts.len().saturating_sub(1);
        for (depth, (part, known)) in self.parts.iter().zip(&mut self.known).enumerate() {
            let below = match known.get(&folder.id) {
                Some(below) => *below,
                None => {
                    let below = named(&trees.read(folder.id)?, part)?;
                    if known.len() > 1 {
                        known.clear();
                    }
                    known.insert(folder.id, below);
                    below
                }
            };
            match below {
                Some(entry) if depth == last => return Ok(Some(entry)),
                Some(entry) if entry.what() == What::Folder => folder = entry,
                _ => return Ok(None),
            }
        }
        Ok(Some(folder))
    }
}

/// The entry of a name in the bytes of a tree.
fn named(tree: &[u8], name: &[u8]) -> Result<Option<Entry>, GitError> {
    let mut entries = Entries::new(tree);
    while let Some(raw) = entries.advance()? {
        if raw.name == name {
            return Ok(Some(raw.entry));
        }
    }
    Ok(None)
}
