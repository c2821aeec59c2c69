//! Where records come from, and go to: the work tree on disk, and git's index and commits (`git`).
//!
//! The only room besides `forge` and `cli` that touches the world. Nothing in a repository leads out of it: only
//! regular files are opened, and no link is followed but from evidence to other files of the repository (`files.rs`).

mod create;
mod draft;
mod files;
pub mod git;
mod hook;
mod identity;
mod replace;
mod snapshot;

pub use create::{Place, create_all, place_of};
pub use draft::{Draft, Use};
pub use hook::{Hook, install_hook, remove_hook};
pub use identity::{GitIdentity, git_identity, git_root, is_tracked};
pub use snapshot::{Listing, MAX_DEPTH, Origin, Snapshot};

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;
use walkdir::WalkDir;

use crate::policy::Paths;
use crate::rules::{Files, Folder, Stray, StrayKind};
use crate::schema::Kind;
use crate::source::Source;
use crate::yaml;
use files::{Disk, SeenFiles};
use git::GitError;
use snapshot::is_aside;

/// The file that makes a folder a governance repository.
pub const MARKER: &str = "exboard.toml";

/// Largest policy file that is read, in bytes.
const MAX_POLICY_BYTES: usize = 1024 * 1024;

/// Why the records cannot be had.
#[derive(Debug, Error)]
pub enum StoreError {
    /// No `exboard.toml` here or above.
    #[error("no governance repository here: neither {} nor a folder above it has an {MARKER}", .0.display())]
    NotARepository(PathBuf),
    /// The disk says no.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// What was to be read.
        path: String,
        /// What the disk says.
        source: io::Error,
    },
    /// A policy file is not a regular file.
    #[error("{0} is a link or not a regular file; policy is read from regular files of the repository alone")]
    NotRegular(String),
    /// A file is another than the one that was judged.
    #[error("{0} changed while it was judged; it is left as it is")]
    Changed(String),
    /// Something lies where a new file should.
    #[error("{0} exists already; it is left as it is")]
    Exists(String),
    /// A folder of a path is a link, or no folder.
    #[error("{path} is not written: {link} is a link, or no folder")]
    LinkInTheWay {
        /// What was to be written.
        path: String,
        /// What is in the way.
        link: String,
    },
    /// Something lies where a file should move to.
    #[error("{path} is not moved: {to} exists already")]
    Occupied {
        /// The file.
        path: String,
        /// Where it should have moved to.
        to: String,
    },
    /// A state of the register without an `exboard.toml`.
    #[error("{0} has no {MARKER}, so nothing in it is governed")]
    Ungoverned(Origin),
    /// Git says no.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The disk says no.
    #[error("cannot write {path}: {source}")]
    Unwritable {
        /// What was to be written.
        path: String,
        /// What the disk says.
        source: io::Error,
    },
}

/// A governance repository on disk.
#[derive(Debug, Clone)]
pub struct WorkTree {
    root: PathBuf,
}

impl WorkTree {
    /// The governance repository that a folder belongs to: the nearest folder upwards with an `exboard.toml`.
    ///
    /// # Errors
    /// [`StoreError::NotARepository`] where there is none, [`StoreError::Unreadable`] where the folder does not exist.
    pub fn discover(from: &Path) -> Result<WorkTree, StoreError> {
        let start = from
            .canonicalize()
            .map_err(|source| StoreError::Unreadable { path: from.display().to_string(), source })?;
        start
            .ancestors()
            .find(|folder| folder.join(MARKER).symlink_metadata().is_ok())
            .map(|root| WorkTree { root: root.to_owned() })
            .ok_or(StoreError::NotARepository(start))
    }

    /// The governance repository at a folder, whether or not it has an `exboard.toml` on disk.
    #[must_use]
    pub fn governed_at(root: &Path) -> WorkTree {
        WorkTree { root: root.to_owned() }
    }

    /// A folder that is about to become a governance repository.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] where the folder does not exist.
    pub fn at(folder: &Path) -> Result<WorkTree, StoreError> {
        let root = folder
            .canonicalize()
            .map_err(|source| StoreError::Unreadable { path: folder.display().to_string(), source })?;
        Ok(WorkTree { root })
    }

    /// The folder that holds `exboard.toml`.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The files of the work tree, each looked at once.
    #[must_use]
    pub fn files(&self) -> impl Files + 'static {
        SeenFiles::new(Disk { root: self.root.clone() })
    }

    /// A path on disk as a path of the repository; `None` where it lies outside, or is not Unicode.
    #[must_use]
    pub fn relative(&self, path: &Path) -> Option<String> {
        slashed(path.strip_prefix(&self.root).ok()?)
    }

    /// `exboard.toml`.
    ///
    /// # Errors
    /// Where the file cannot be read or is not a regular file.
    pub fn marker(&self) -> Result<Arc<Source>, StoreError> {
        self.policy_file(MARKER)
    }

    /// All files in the policy folder that could be policy: sorted, without dotfiles, `README.md` and subfolders.
    ///
    /// # Errors
    /// Where a file cannot be read or is not a regular file. A missing folder holds no files.
    pub fn policy_files(&self, folder: &str) -> Result<Vec<Arc<Source>>, StoreError> {
        let unreadable = |source| StoreError::Unreadable { path: folder.to_owned(), source };
        let entries = match fs::read_dir(self.root.join(folder)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(unreadable(error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(unreadable)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_folder = entry.file_type().map_err(unreadable)?.is_dir();
            if !is_folder && !is_aside(&name) {
                names.push(name);
            }
        }
        names.sort();
        names.into_iter().map(|name| self.policy_file(&format!("{folder}/{name}"))).collect()
    }

    fn policy_file(&self, path: &str) -> Result<Arc<Source>, StoreError> {
        let unreadable = |source| StoreError::Unreadable { path: path.to_owned(), source };
        let mut on_disk = self.root.clone();
        for part in path.split('/') {
            on_disk.push(part);
            if on_disk.symlink_metadata().map_err(unreadable)?.is_symlink() {
                return Err(StoreError::NotRegular(path.to_owned()));
            }
        }
        if !on_disk.metadata().map_err(unreadable)?.is_file() {
            return Err(StoreError::NotRegular(path.to_owned()));
        }
        let bytes = read_at_most(&on_disk, MAX_POLICY_BYTES + 1).map_err(unreadable)?;
        Ok(Arc::new(Source::from_bytes(path, bytes)))
    }

    /// Everything below the two record folders.
    ///
    /// # Errors
    /// Where a folder cannot be listed.
    pub fn list(&self, paths: &Paths) -> Result<Listing, StoreError> {
        let mut listing = Listing::default();
        self.list_kind(Kind::Board, &paths.board, &mut listing)?;
        self.list_kind(Kind::Registry, &paths.registry, &mut listing)?;
        listing.sort();
        Ok(listing)
    }

    fn list_kind(&self, kind: Kind, folder: &str, listing: &mut Listing) -> Result<(), StoreError> {
        let top = self.root.join(folder);
        if top.symlink_metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            return Ok(());
        }
        // The walk follows a link that it starts from, and a folder on the way may be one too.
        if let Some(link) = self.link_on_the_way(folder) {
            listing.strays.push(Stray { path: link, kind: StrayKind::Link });
            return Ok(());
        }
        let root: Arc<str> = Arc::from(folder);
        let mut walk = WalkDir::new(&top).follow_links(false).into_iter();
        while let Some(entry) = walk.next() {
            let entry = entry.map_err(|error| self.unlisted(error, &top))?;
            let is_top = entry.depth() == 0;
            let name = entry.file_name().to_string_lossy();
            if !is_top && is_aside(&name) {
                if entry.file_type().is_dir() {
                    walk.skip_current_dir();
                }
                continue;
            }
            let Some(path) = self.relative(entry.path()) else {
                let path = entry.path().strip_prefix(&self.root).unwrap_or(entry.path());
                listing.strays.push(Stray {
                    path: path.to_string_lossy().replace('\\', "/"),
                    kind: StrayKind::NotUnicode,
                });
                if entry.file_type().is_dir() {
                    walk.skip_current_dir();
                }
                continue;
            };
            let kind_of_entry = entry.file_type();
            if kind_of_entry.is_dir() {
                if !is_top && entry.path().join(".git").symlink_metadata().is_ok() {
                    listing.strays.push(Stray { path, kind: StrayKind::Repository });
                    walk.skip_current_dir();
                } else if entry.depth() > MAX_DEPTH {
                    listing.strays.push(Stray { path, kind: StrayKind::TooDeep });
                    walk.skip_current_dir();
                }
            } else if kind_of_entry.is_symlink() {
                listing.strays.push(Stray { path, kind: StrayKind::Link });
            } else if !kind_of_entry.is_file() {
                listing.strays.push(Stray { path, kind: StrayKind::Special });
            } else if path.ends_with(".yaml") {
                listing.records.push(Folder { kind, root: Arc::clone(&root), path: Arc::from(path) });
            } else {
                listing.strays.push(Stray { path, kind: StrayKind::OtherName });
            }
        }
        Ok(())
    }

    /// What the disk says of a folder that is walked, without what the walk adds to it.
    fn unlisted(&self, error: walkdir::Error, top: &Path) -> StoreError {
        let path = error.path().unwrap_or(top);
        let path = self.relative(path).unwrap_or_else(|| path.display().to_string());
        let source = error.into_io_error().unwrap_or_else(|| io::Error::other("it leads back to itself"));
        StoreError::Unreadable { path, source }
    }

    /// The first link among the folders of a path.
    fn link_on_the_way(&self, folder: &str) -> Option<String> {
        let mut on_disk = self.root.clone();
        let mut path = String::new();
        for part in folder.split('/') {
            on_disk.push(part);
            path = if path.is_empty() { part.to_owned() } else { format!("{path}/{part}") };
            if on_disk.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink()) {
                return Some(path);
            }
        }
        None
    }

    /// The bytes of a record, at most one more than a record may have.
    ///
    /// # Errors
    /// What the disk says, for people.
    pub fn read(&self, folder: &Folder) -> Result<Vec<u8>, String> {
        read_at_most(&self.root.join(&*folder.path), yaml::MAX_BYTES + 1).map_err(|error| error.to_string())
    }
}

impl WorkTree {
    /// True where a path of the repository is a folder, and no link.
    #[must_use]
    pub fn has_folder(&self, path: &str) -> bool {
        self.root.join(path).symlink_metadata().is_ok_and(|metadata| metadata.is_dir())
    }

    /// A text of the repository once more, for showing it; `None` where it is gone or is no regular file.
    #[must_use]
    pub fn reread(&self, path: &str) -> Option<Arc<Source>> {
        self.policy_file(path).ok()
    }
}

impl StoreError {
    /// What to do about it, where there is something.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            StoreError::Git(error) => error.help(),
            _ => None,
        }
    }
}

/// Bytes of a page of memory.
const PAGE: usize = 4096;

fn read_at_most(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    // Most records fit: one look at the file and one at its end, where a vector that grows would take six.
    let mut bytes = Vec::with_capacity(PAGE.min(most));
    let most = u64::try_from(most).unwrap_or(u64::MAX);
    open_regular(path)?.take(most).read_to_end(&mut bytes)?;
    bytes.shrink_to_fit();
    Ok(bytes)
}

/// Opens a regular file, and nothing else: whatever was seen there a moment ago, a link is not followed now, and a pipe
/// is not waited for.
fn open_regular(path: &Path) -> io::Result<File> {
    let file = open_here(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("it is no regular file")) }
}

#[cfg(unix)]
fn open_here(path: &Path) -> io::Result<File> {
    use rustix::{fs::OFlags, io::Errno};
    use std::os::unix::fs::OpenOptionsExt;
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let opened = File::options().read(true).custom_flags(flags.bits().cast_signed()).open(path);
    opened.map_err(|error| match Errno::from_io_error(&error) {
        Some(Errno::LOOP) => io::Error::other("it is a link"),
        _ => error,
    })
}

#[cfg(not(unix))]
fn open_here(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Makes the names in a folder last over a loss of power, where the system can. The files themselves are safe already.
fn sync(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

fn slashed(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.components().map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}
