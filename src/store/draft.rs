//! A file that is written beside its place, whole, and put there in one step: whoever looks, and whenever the program
//! ends, sees the old file or the new one.
//!
//! A program that is killed meanwhile leaves its draft: a dotfile, which nothing here reads, and which goes with the
//! next change in that folder ([`sweep`]).

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// How the names of drafts begin.
const PREFIX: &str = ".exboard-";

/// What a file is made for; what of it a user gets is up to the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// It is read and written.
    Text,
    /// It is run.
    Program,
}

/// A file that is not in its place yet. Dropped, it is gone.
#[derive(Debug)]
pub struct Draft(NamedTempFile);

impl Draft {
    /// An empty draft in the folder of a file.
    ///
    /// # Errors
    /// What the disk says.
    pub fn beside(place: &Path, usage: Use) -> io::Result<Draft> {
        let folder = match place.parent() {
            Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
            Some(folder) => folder,
            None => return Err(io::ErrorKind::IsADirectory.into()),
        };
        let file = tempfile::Builder::new().prefix(PREFIX).make_in(folder, |path| create(path, usage))?;
        claim(file.as_file());
        Ok(Draft(file))
    }

    /// Gives it the permissions of another file.
    ///
    /// # Errors
    /// What the disk says.
    pub fn permit(&self, permissions: Permissions) -> io::Result<()> {
        self.0.as_file().set_permissions(permissions)
    }

    /// Makes what was written last over a loss of power.
    ///
    /// # Errors
    /// What the disk says.
    pub fn sync(&self) -> io::Result<()> {
        self.0.as_file().sync_all()
    }

    /// Puts it in its place, over what lies there.
    ///
    /// # Errors
    /// What the disk says; the draft is gone then.
    pub fn put(self, place: &Path) -> io::Result<()> {
        self.0.persist(place).map(drop).map_err(|error| error.error)
    }

    /// Puts it in its place, where nothing lies.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`], and what else the disk says; the draft is gone then.
    pub fn put_new(self, place: &Path) -> io::Result<()> {
        self.0.persist_noclobber(place).map(drop).map_err(|error| error.error)
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // The file itself: what stands around it adds its name to what the disk says.
        self.0.as_file_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.as_file_mut().flush()
    }
}

/// Removes the drafts in a folder that nobody works on any more, as far as the disk lets us.
pub(super) fn sweep(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX)) {
        if super::open_regular(&entry.path()).is_ok_and(|file| is_abandoned(&file)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(unix)]
fn create(path: &Path, usage: Use) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let mode = if usage == Use::Program { 0o777 } else { 0o666 };
    OpenOptions::new().read(true).write(true).create_new(true).mode(mode).open(path)
}

#[cfg(not(unix))]
fn create(path: &Path, _usage: Use) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create_new(true).open(path)
}

/// Says that somebody works on a draft, for as long as they do: the system forgets it with the process.
#[cfg(unix)]
fn claim(file: &File) {
    // A file system without locks keeps its drafts.
    let _ = rustix::fs::flock(file, rustix::fs::FlockOperation::NonBlockingLockExclusive);
}

#[cfg(not(unix))]
fn claim(_file: &File) {}

#[cfg(unix)]
fn is_abandoned(file: &File) -> bool {
    rustix::fs::flock(file, rustix::fs::FlockOperation::NonBlockingLockExclusive).is_ok()
}

#[cfg(not(unix))]
fn is_abandoned(_file: &File) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_draft_that_somebody_works_on_is_left_to_them() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("a.yaml");
        fs::write(&place, "old").unwrap();
        fs::write(folder.path().join(".exboard-killed"), "ne").unwrap();
        fs::write(folder.path().join(".other"), "").unwrap();
        let mut draft = Draft::beside(&place, Use::Text).unwrap();
        draft.write_all(b"new").unwrap();
        sweep(folder.path());
        assert!(!folder.path().join(".exboard-killed").exists());
        assert!(folder.path().join(".other").exists());
        assert_eq!(fs::read(&place).unwrap(), b"old");
        draft.put(&place).unwrap();
        assert_eq!(fs::read(&place).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn the_disks_own_words_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let error = Draft::beside(&folder.path().join("nowhere/a"), Use::Text).unwrap_err();
        assert_eq!(error.to_string(), "No such file or directory (os error 2)");
        assert!(Draft::beside(Path::new("/"), Use::Text).is_err());
    }
}
