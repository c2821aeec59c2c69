//! The index: what the next commit will be.

use std::fs::Metadata;
use std::path::Path;

use git2::{Index, IndexEntry, Repository};

use super::diff::{Delta, Difference, FileAt, files};
use super::open::Git;
use super::tree::Entry;
use super::{GitError, Id, Scope, Staged};
use crate::store::StoreError;

/// `git add --intent-to-add`: the name alone.
const INTENT_TO_ADD: u16 = 1 << 13;

/// A file that is not in the work tree on purpose (`git sparse-checkout`).
const SKIPPED: u16 = 1 << 14;

/// The entries of an index, sorted by path.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) rows: Vec<Row>,
    /// Files of a merge that is not finished.
    pub(super) unmerged: Vec<String>,
    /// When the index was written: a file of that moment may have changed since without a trace.
    written: Option<Moment>,
}

/// One file in an index.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) path: Box<[u8]>,
    pub(super) entry: Entry,
    /// True where the file is not in the work tree on purpose.
    pub(super) skipped: bool,
    stat: Stat,
}

/// Seconds and nanoseconds.
type Moment = (i64, u32);

/// What a file system says of a file without opening it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stat {
    modified: Moment,
    changed: Moment,
    inode: u32,
    size: u32,
}

impl Table {
    /// The row of a path.
    pub(super) fn get(&self, path: &[u8]) -> Option<&Row> {
        let at = self.rows.binary_search_by(|row| (*row.path).cmp(path)).ok()?;
        self.rows.get(at)
    }

    /// The id of a file that is on disk as it was when the index was written; `None` where it is not, or may not be.
    pub(super) fn unchanged(&self, row: &Row, on_disk: &Metadata) -> Option<Id> {
        let stat = stat(on_disk)?;
        let racy = self.written.is_none_or(|written| stat.modified >= written);
        (!racy && row.stat == stat).then_some(row.entry.id)
    }
}

impl Git {
    /// The index: the one that git names in the environment, where a hook runs.
    ///
    /// # Errors
    /// Where it has unmerged files, or cannot be read.
    pub fn index(&self) -> Result<Staged, StoreError> {
        let table = self.table()?;
        let table = match table {
            Some(table) if table.unmerged.is_empty() => table,
            Some(table) => return Err(GitError::Unmerged(table.unmerged).into()),
            None => Table::default(),
        };
        Ok(Staged::new(self.clone(), table))
    }

    /// What differs between a tree and the index, sorted by path; without the tree, everything is new.
    ///
    /// # Errors
    /// As for [`Git::diff`].
    pub fn diff_index(
        &self,
        before: Option<Id>,
        index: &Staged,
        scope: &Scope,
    ) -> Result<Vec<Delta>, StoreError> {
        let wanted = scope.wanted(self.prefix());
        let old = self.with(|repository| files(self, &repository.odb()?, before, &wanted))?;
        let rows = index.table().rows.iter().filter(|row| wanted.has(&row.path));
        let new: Vec<(&[u8], Entry)> = rows.map(|row| (&*row.path, row.entry)).collect();
        let mut found = Vec::new();
        join(
            &old,
            &new,
            |(path, _)| path,
            |path, before, after| {
                let (before, after) = (before.copied(), after.map(|(_, entry)| *entry));
                if before != after {
                    found.push(Difference { path: path.into(), before, after });
                }
                Ok::<_, GitError>(())
            },
        )?;
        Ok(self.deltas(found))
    }

    /// The entries of the index; `None` where nothing was ever committed or added.
    pub(super) fn table(&self) -> Result<Option<Table>, GitError> {
        self.with(|repository| {
            if repository.is_bare() {
                return Err(GitError::Bare("index"));
            }
            let mut index = repository.index().map_err(|error| GitError::opening(&error))?;
            let path = index.path().map(Path::to_owned).unwrap_or_default();
            let written = match path.metadata() {
                Ok(metadata) => moment(&metadata),
                // `git commit` names it from the top of the work tree, wherever the hook went from there.
                Err(_) => match repository.workdir().map(|top| top.join(&path)) {
                    Some(path) if path.exists() => {
                        index = Index::open(&path).map_err(|error| GitError::opening(&error))?;
                        path.metadata().ok().as_ref().and_then(moment)
                    }
                    _ => return missing(repository, &path),
                },
            };
            index.read(false).map_err(|error| GitError::opening(&error))?;
            let mut table = Table { written, ..Table::default() };
            for entry in index.iter() {
                if (entry.flags >> 12) & 3 != 0 {
                    let path = String::from_utf8_lossy(&entry.path).into_owned();
                    if table.unmerged.last() != Some(&path) {
                        table.unmerged.push(path);
                    }
                } else if entry.flags_extended & INTENT_TO_ADD == 0 {
                    table.rows.push(row(entry));
                }
            }
            // libgit2 sorts without regard to case where the repository says so.
            table.rows.sort_by(|a, b| a.path.cmp(&b.path));
            Ok(Some(table))
        })
    }
}

/// Walks two lists that are sorted by path.
pub(super) fn join<T, E>(
    old: &[FileAt],
    new: &[T],
    path: impl Fn(&T) -> &[u8],
    mut visit: impl FnMut(&[u8], Option<&Entry>, Option<&T>) -> Result<(), E>,
) -> Result<(), E> {
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return Ok(()),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some((before, _)), Some(after)) => (**before).cmp(path(after)),
        };
        let before = old.next_if(|_| order.is_le());
        let after = new.next_if(|_| order.is_ge());
        let at = before.map(|(path, _)| &**path).or(after.map(&path)).unwrap_or_default();
        visit(at, before.map(|(_, entry)| entry), after)?;
    }
}

/// An index file that does not exist is empty, as long as there is no commit.
fn missing(repository: &Repository, path: &Path) -> Result<Option<Table>, GitError> {
    if repository.head().is_ok() {
        return Err(GitError::NoIndex(path.display().to_string()));
    }
    Ok(None)
}

fn row(entry: IndexEntry) -> Row {
    let time = |time: git2::IndexTime| (i64::from(time.seconds()), time.nanoseconds());
    Row {
        entry: Entry::new(entry.mode, Id::of(entry.id)),
        skipped: entry.flags_extended & SKIPPED != 0,
        stat: Stat {
            modified: time(entry.mtime),
            changed: time(entry.ctime),
            inode: entry.ino,
            size: entry.file_size,
        },
        path: entry.path.into(),
    }
}

/// What the index keeps of a file: 32 bits of each number.
#[cfg(unix)]
#[expect(clippy::cast_possible_truncation, reason = "git truncates them too")]
fn stat(on_disk: &Metadata) -> Option<Stat> {
    use std::os::unix::fs::MetadataExt as _;
    let changed = (low(on_disk.ctime()), u32::try_from(on_disk.ctime_nsec()).ok()?);
    let modified = (low(on_disk.mtime()), u32::try_from(on_disk.mtime_nsec()).ok()?);
    Some(Stat { modified, changed, inode: on_disk.ino() as u32, size: on_disk.size() as u32 })
}

#[cfg(unix)]
fn moment(on_disk: &Metadata) -> Option<Moment> {
    stat(on_disk).map(|stat| stat.modified)
}

/// Seconds as the index has them.
#[cfg(unix)]
#[expect(clippy::cast_possible_truncation, reason = "git truncates them too")]
fn low(seconds: i64) -> i64 {
    i64::from(seconds as i32)
}

/// Elsewhere the numbers of the index mean something else, so every file is read.
#[cfg(not(unix))]
fn stat(_: &Metadata) -> Option<Stat> {
    None
}

#[cfg(not(unix))]
fn moment(_: &Metadata) -> Option<Moment> {
    None
}
