//! New files: each whole or not at all, never over another one, never through a link.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::draft::{Draft, Use};
use super::{StoreError, WorkTree, sync};

/// What lies where a new file should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Nothing: it can be written.
    Free,
    /// Something, under this path: the same name, or one that differs from it in case alone.
    Taken(String),
}

/// What lies at a path below a folder. Names that differ in case alone are one file on many systems, so they are here.
///
/// # Errors
/// [`StoreError::LinkInTheWay`] where a folder of the path is a link or no folder, [`StoreError::Unreadable`] where the
/// disk says no.
pub fn place_of(root: &Path, path: &str) -> Result<Place, StoreError> {
    let unreadable = |source| StoreError::Unreadable { path: path.to_owned(), source };
    let mut on_disk = root.to_owned();
    let mut walked = String::new();
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        let is_last = parts.peek().is_none();
        let Some(name) = name_in(&on_disk, part).map_err(unreadable)? else { return Ok(Place::Free) };
        on_disk.push(&name);
        walked = if walked.is_empty() { name } else { format!("{walked}/{name}") };
        if is_last {
            return Ok(Place::Taken(walked));
        }
        let metadata = on_disk.symlink_metadata().map_err(unreadable)?;
        if !metadata.is_dir() {
            return Err(StoreError::LinkInTheWay { path: path.to_owned(), link: walked });
        }
    }
    Ok(Place::Free)
}

/// The name of an entry as it stands in a folder: the one asked for, or else one that differs in case alone.
fn name_in(folder: &Path, name: &str) -> io::Result<Option<String>> {
    if folder.join(name).symlink_metadata().is_ok() {
        return Ok(Some(name.to_owned()));
    }
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let other = entry?.file_name();
        if let Some(other) = other.to_str().filter(|other| other.to_lowercase() == name.to_lowercase()) {
            return Ok(Some(other.to_owned()));
        }
    }
    Ok(None)
}

/// Writes new files below a folder, which is made where it is missing: all of them, or none.
///
/// # Errors
/// [`StoreError::Exists`] where something lies at one of the paths, [`StoreError::LinkInTheWay`] where a link leads
/// away from it, [`StoreError::Unwritable`] where the disk says no. Nothing is left of what was begun.
pub fn create_all(root: &Path, files: &[(String, String)]) -> Result<(), StoreError> {
    for (path, _) in files {
        if let Place::Taken(path) = place_of(root, path)? {
            return Err(StoreError::Exists(path));
        }
    }
    let mut made = Made::default();
    let written = files.iter().try_for_each(|(path, text)| made.create(root, path, text.as_bytes()));
    if written.is_err() {
        made.undo();
    }
    written
}

/// What was made so far, in order.
#[derive(Debug, Default)]
struct Made {
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
}

impl Made {
    fn create(&mut self, root: &Path, path: &str, text: &[u8]) -> Result<(), StoreError> {
        let unwritable = |source| StoreError::Unwritable { path: path.to_owned(), source };
        let on_disk = path.split('/').fold(root.to_owned(), |folder, part| folder.join(part));
        let folder = on_disk.parent().unwrap_or(root);
        let missing: Vec<&Path> =
            folder.ancestors().take_while(|folder| folder.symlink_metadata().is_err()).collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(folder).map_err(unwritable)?;
            self.folders.push(folder.to_owned());
        }
        let mut draft = Draft::beside(&on_disk, Use::Text).map_err(unwritable)?;
        draft.write_all(text).map_err(unwritable)?;
        draft.sync().map_err(unwritable)?;
        draft.put_new(&on_disk).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => StoreError::Exists(path.to_owned()),
            _ => unwritable(error),
        })?;
        self.files.push(on_disk.clone());
        sync(folder);
        Ok(())
    }

    fn undo(self) {
        // As far as the disk lets us: whoever put something into a new folder meanwhile keeps it.
        self.files.iter().rev().for_each(|file| drop(fs::remove_file(file)));
        self.folders.iter().rev().for_each(|folder| drop(fs::remove_dir(folder)));
    }
}

impl WorkTree {
    /// Writes a new file of the repository.
    ///
    /// # Errors
    /// As [`create_all`].
    pub fn create(&self, path: &str, text: &str) -> Result<(), StoreError> {
        create_all(self.root(), &[(path.to_owned(), text.to_owned())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str) -> (String, String) {
        (path.to_owned(), format!("{path}\n"))
    }

    #[test]
    fn all_are_written_or_none() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("new");
        create_all(&root, &[file("a/b/c.md"), file("d.md")]).unwrap();
        assert_eq!(fs::read_to_string(root.join("a/b/c.md")).unwrap(), "a/b/c.md\n");
        let error = create_all(&root, &[file("e/f.md"), file("D.md")]).unwrap_err();
        assert!(matches!(&error, StoreError::Exists(path) if path == "d.md"), "{error}");
        assert!(!root.join("e").exists());
        // One that fails in the middle takes back what came before it.
        let long = "x".repeat(300);
        assert!(create_all(&root, &[file("g/h.md"), file(&format!("i/{long}.md"))]).is_err());
        assert!(!root.join("g").exists() && !root.join("i").exists());
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (root, outside) = (folder.path().join("repository"), folder.path().join("outside"));
        fs::create_dir_all(&root).unwrap();
        fs::create_dir_all(&outside).unwrap();
        std::os::unix::fs::symlink(&outside, root.join("policies")).unwrap();
        std::os::unix::fs::symlink(outside.join("x"), root.join("README.md")).unwrap();
        let error = create_all(&root, &[file("a.md"), file("policies/board.toml")]).unwrap_err();
        assert!(matches!(error, StoreError::LinkInTheWay { .. }), "{error}");
        let error = create_all(&root, &[file("README.md")]).unwrap_err();
        assert!(matches!(error, StoreError::Exists(_)), "{error}");
        assert!(!root.join("a.md").exists());
        assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
    }
}
