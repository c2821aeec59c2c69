//! The work tree against a tree: what is on disk, whether or not anybody added it.

use std::fs::{self, Metadata};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use git2::{ObjectType, Oid};

use super::diff::{Delta, Difference, files};
use super::index::{Row, Table, join};
use super::open::Git;
use super::scope::Wanted;
use super::tree::{Entry, LINK, MAX_DEPTH, What};
use super::{GitError, Id, Scope, Unsupported};
use crate::rules::{MAX_POINTER, lfs_oid};
use crate::store::{StoreError, files::hash, open_regular};

/// Most bytes of a text whose line ends are looked at. A record has fewer.
const MAX_TEXT: u64 = 1024 * 1024;

impl Git {
    /// What differs between a tree and the work tree, sorted by path; without the tree, everything is new. Files that
    /// nobody added count, ignored ones too: whatever lies in a record folder is judged. A file whose line ends alone
    /// differ is the same file, as is the content of a Git LFS pointer; its executable bit is nothing to anybody.
    ///
    /// # Errors
    /// As for [`Git::diff`], and where a folder or a file cannot be read.
    pub fn diff_work_tree(&self, before: Option<Id>, scope: &Scope) -> Result<Vec<Delta>, StoreError> {
        let top = self.work_tree().ok_or(GitError::Bare("work tree"))?;
        let wanted = scope.wanted(self.prefix());
        let old = self.with(|repository| files(self, &repository.odb()?, before, &wanted))?;
        let table = match self.table() {
            Ok(table) => table.unwrap_or_default(),
            // Without what it says of the disk every file is read.
            Err(GitError::Unsupported(Unsupported::SplitIndex)) => Table::default(),
            Err(error) => return Err(error.into()),
        };
        let mut disk = Disk { found: Vec::new() };
        disk.walk(top, &mut Vec::new(), &wanted, 0)?;
        disk.found.sort_by(|a, b| a.path.cmp(&b.path));
        let mut found = Vec::new();
        join(
            &old,
            &disk.found,
            |found| &found.path,
            |path, before, after| -> Result<(), StoreError> {
                let row = table.get(path);
                let after = match (before, after) {
                    (Some(before), Some(on_disk)) => match self.compare(before, on_disk, &table, row)? {
                        Some(after) => Some(after),
                        None => return Ok(()),
                    },
                    (None, Some(on_disk)) => Some(on_disk.entry()),
                    (Some(before), None) => {
                        let absent_on_purpose = row.is_some_and(|row| row.skipped)
                            || before.what() == What::Repository
                                && on_disk(top, path).is_some_and(|path| path.is_dir());
                        if absent_on_purpose {
                            return Ok(());
                        }
                        None
                    }
                    (None, None) => return Ok(()),
                };
                found.push(Difference { path: path.into(), before: before.copied(), after });
                Ok(())
            },
        )?;
        Ok(self.deltas(found))
    }

    /// A file on disk against what is in the tree; `None` where they are the same.
    fn compare(
        &self,
        before: &Entry,
        file: &Found,
        table: &Table,
        row: Option<&Row>,
    ) -> Result<Option<Entry>, StoreError> {
        if before.what() != file.what {
            return Ok(Some(file.entry()));
        }
        let id = match file.what {
            What::Folder | What::Repository => return Ok(None),
            What::Link => {
                let target = fs::read_link(&file.on_disk).map_err(|source| file.unreadable(source))?;
                let target = target.as_os_str().as_encoded_bytes();
                Id::of(Oid::hash_object(ObjectType::Blob, target).map_err(GitError::from)?)
            }
            What::File => {
                let known = row.and_then(|row| table.unchanged(row, &file.metadata));
                match known {
                    Some(id) => id,
                    None => file.id()?,
                }
            }
        };
        if id == before.id || file.what == What::File && self.reads_the_same(before.id, file)? {
            return Ok(None);
        }
        Ok(Some(Entry { mode: before.mode, id }))
    }

    /// True where a checkout wrote other bytes than there are in the blob, and whoever reads them sees the same.
    fn reads_the_same(&self, blob: Id, file: &Found) -> Result<bool, StoreError> {
        let most = usize::try_from(MAX_TEXT).unwrap_or(usize::MAX);
        let stored = self.blob(blob, most)?;
        if stored.len() <= MAX_POINTER
            && let Some(oid) = lfs_oid(&stored)
        {
            let content = hash(&file.on_disk).map_err(|source| file.unreadable(source))?;
            return Ok(*content.sha256 == *oid);
        }
        if file.metadata.len() >= MAX_TEXT || stored.len() >= most {
            return Ok(false);
        }
        let found = file.read()?;
        Ok(lines(&stored).eq(lines(&found)))
    }
}

/// The bytes of a text without the carriage returns before its line feeds.
fn lines(text: &[u8]) -> impl Iterator<Item = u8> {
    let next = text.iter().skip(1).map(Some).chain([None]);
    text.iter()
        .zip(next)
        .filter(|(byte, next)| **byte != b'\r' || *next != Some(&b'\n'))
        .map(|(byte, _)| *byte)
}

struct Disk {
    found: Vec<Found>,
}

/// A file on disk.
struct Found {
    path: Box<[u8]>,
    what: What,
    on_disk: PathBuf,
    metadata: Metadata,
}

impl Found {
    fn entry(&self) -> Entry {
        let mode = match self.what {
            What::File => 0o100_644,
            What::Link => LINK,
            What::Folder => super::tree::FOLDER,
            What::Repository => 0o160_000,
        };
        Entry::new(mode, Id::NONE)
    }

    /// The name that git gives its content.
    fn id(&self) -> Result<Id, StoreError> {
        if self.metadata.len() >= MAX_TEXT {
            // Too large to be a text, and perhaps to be in memory at once.
            let id = Oid::hash_file(ObjectType::Blob, &self.on_disk);
            let said = |error: git2::Error| self.unreadable(io::Error::other(error.message().to_owned()));
            return Ok(Id::of(id.map_err(said)?));
        }
        Ok(Id::of(Oid::hash_object(ObjectType::Blob, &self.read()?).map_err(GitError::from)?))
    }

    fn read(&self) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::new();
        let read = open_regular(&self.on_disk).and_then(|mut file| file.read_to_end(&mut bytes));
        read.map(|_| bytes).map_err(|source| self.unreadable(source))
    }

    fn unreadable(&self, source: io::Error) -> StoreError {
        StoreError::Unreadable { path: String::from_utf8_lossy(&self.path).into_owned(), source }
    }
}

impl Disk {
    fn walk(
        &mut self,
        folder: &Path,
        path: &mut Vec<u8>,
        wanted: &Wanted,
        depth: usize,
    ) -> Result<(), StoreError> {
        if !wanted.all {
            for (name, wanted) in &wanted.below {
                if let Some(on_disk) = on_disk(folder, name)
                    && let Ok(metadata) = on_disk.symlink_metadata()
                {
                    self.see(on_disk, name, metadata, path, wanted, depth)?;
                }
            }
            return Ok(());
        }
        let unreadable = |path: &[u8], source| StoreError::Unreadable {
            path: String::from_utf8_lossy(path).into_owned(),
            source,
        };
        for entry in fs::read_dir(folder).map_err(|error| unreadable(path, error))? {
            let entry = entry.map_err(|error| unreadable(path, error))?;
            let metadata = match entry.metadata() {
                Ok(metadata) => metadata,
                // It went between the two questions.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(unreadable(path, error)),
            };
            self.see(entry.path(), entry.file_name().as_encoded_bytes(), metadata, path, wanted, depth)?;
        }
        Ok(())
    }

    fn see(
        &mut self,
        on_disk: PathBuf,
        name: &[u8],
        metadata: Metadata,
        path: &mut Vec<u8>,
        wanted: &Wanted,
        depth: usize,
    ) -> Result<(), StoreError> {
        if name.eq_ignore_ascii_case(b".git") {
            return Ok(());
        }
        let length = path.len();
        if !path.is_empty() {
            path.push(b'/');
        }
        path.extend_from_slice(name);
        let what = if metadata.is_symlink() {
            Some(What::Link)
        } else if metadata.is_file() {
            Some(What::File)
        } else if !metadata.is_dir() {
            // A pipe is nothing that a repository could hold.
            None
        } else if on_disk.join(".git").symlink_metadata().is_ok() {
            Some(What::Repository)
        } else if depth < MAX_DEPTH {
            self.walk(&on_disk, path, wanted, depth + 1)?;
            None
        } else {
            Some(What::Folder)
        };
        if let Some(what) = what.filter(|_| wanted.all) {
            self.found.push(Found { path: path.as_slice().into(), what, on_disk, metadata });
        }
        path.truncate(length);
        Ok(())
    }
}

/// A path of git on disk.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere not every path of git is one of the system")]
fn on_disk(folder: &Path, path: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt as _;
    Some(folder.join(std::ffi::OsStr::from_bytes(path)))
}

/// A path of git on disk.
#[cfg(not(unix))]
fn on_disk(folder: &Path, path: &[u8]) -> Option<PathBuf> {
    Some(folder.join(std::str::from_utf8(path).ok()?))
}
