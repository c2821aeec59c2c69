//! One state of the register: the work tree, the index, or a commit. Whoever judges does not ask which.

use std::fmt;
use std::sync::Arc;

use super::git::Id;
use super::{MARKER, StoreError, WorkTree};
use crate::policy::Paths;
use crate::record::Folder;
use crate::rules::{Files, Stray};
use crate::source::Source;

/// Folders below a record folder that are entered; what lies deeper is no record.
pub const MAX_DEPTH: usize = 64;

/// One state of the register.
pub trait Snapshot: fmt::Debug + Send + Sync {
    /// Which state it is.
    fn origin(&self) -> Origin;

    /// True where something is called `exboard.toml` at the governance root.
    ///
    /// # Errors
    /// Where nobody can say.
    fn is_governed(&self) -> Result<bool, StoreError>;

    /// `exboard.toml`.
    ///
    /// # Errors
    /// [`StoreError::Ungoverned`] where there is none, [`StoreError::NotRegular`] where it is a link or a folder.
    fn marker(&self) -> Result<Arc<Source>, StoreError>;

    /// All files in the policy folder that could be policy: sorted, without dotfiles, `README.md` and subfolders.
    ///
    /// # Errors
    /// Where a file cannot be read or is not a regular file. A missing folder holds no files.
    fn policy_files(&self, folder: &str) -> Result<Vec<Arc<Source>>, StoreError>;

    /// Everything below the two record folders.
    ///
    /// # Errors
    /// Where a folder cannot be listed.
    fn list(&self, paths: &Paths) -> Result<Listing, StoreError>;

    /// The bytes of a record, at most one more than a record may have.
    ///
    /// # Errors
    /// Why they cannot be had, for people.
    fn read(&self, folder: &Folder) -> Result<Vec<u8>, String>;

    /// True where a path is a folder, and no link.
    fn has_folder(&self, path: &str) -> bool;

    /// A text once more, for showing it; `None` where it is gone or is no regular file.
    fn reread(&self, path: &str) -> Option<Arc<Source>>;

    /// The files, each looked at once.
    fn files(&self) -> Box<dyn Files>;
}

impl Snapshot for WorkTree {
    fn origin(&self) -> Origin {
        Origin::WorkTree
    }

    fn is_governed(&self) -> Result<bool, StoreError> {
        Ok(self.root().join(MARKER).symlink_metadata().is_ok())
    }

    fn marker(&self) -> Result<Arc<Source>, StoreError> {
        if self.is_governed()? { self.marker() } else { Err(StoreError::Ungoverned(Origin::WorkTree)) }
    }

    fn policy_files(&self, folder: &str) -> Result<Vec<Arc<Source>>, StoreError> {
        self.policy_files(folder)
    }

    fn list(&self, paths: &Paths) -> Result<Listing, StoreError> {
        self.list(paths)
    }

    fn read(&self, folder: &Folder) -> Result<Vec<u8>, String> {
        self.read(folder)
    }

    fn has_folder(&self, path: &str) -> bool {
        self.has_folder(path)
    }

    fn reread(&self, path: &str) -> Option<Arc<Source>> {
        self.reread(path)
    }

    fn files(&self) -> Box<dyn Files> {
        Box::new(self.files())
    }
}

/// Which state of the register something is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The files on disk.
    WorkTree,
    /// What the next commit will be.
    Index,
    /// A commit.
    Commit(Id),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::WorkTree => f.write_str("the work tree"),
            Origin::Index => f.write_str("the index"),
            Origin::Commit(id) => write!(f, "commit {}", id.short()),
        }
    }
}

/// What lies in the record folders, sorted by path.
#[derive(Debug, Default)]
pub struct Listing {
    /// The record files.
    pub records: Vec<Folder>,
    /// Everything else.
    pub strays: Vec<Stray>,
}

impl Listing {
    pub(super) fn sort(&mut self) {
        self.records.sort_by(|a, b| a.path.cmp(&b.path));
        self.strays.sort();
    }
}

/// True for what may lie beside records and policy files without being any.
pub(super) fn is_aside(name: &str) -> bool {
    name.starts_with('.') || name == "README.md"
}
