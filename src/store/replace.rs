//! Records that get another text, and another place.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use tempfile::TempPath;

use super::draft::{Draft, Use, sweep};
use super::{StoreError, WorkTree, open_regular, sync};

impl WorkTree {
    /// Gives a record another text, and another path where it moves. Whoever looks at the folders, and whenever the
    /// program ends, sees one whole file: one that moves does so before it gets its new text.
    ///
    /// # Errors
    /// [`StoreError::Changed`] where the file is not what was judged any more, [`StoreError::Occupied`] where something
    /// lies at the new path, and [`StoreError::Unwritable`] where the disk says no. Nothing is changed then.
    pub fn replace(
        &self,
        path: &str,
        judged: &[u8],
        text: &[u8],
        move_to: Option<&str>,
    ) -> Result<(), StoreError> {
        let unwritable = |source| StoreError::Unwritable { path: move_to.unwrap_or(path).to_owned(), source };
        let (old, new) = (self.root.join(path), self.root.join(move_to.unwrap_or(path)));
        let folder = new.parent().unwrap_or(&self.root);
        self.inside(&old).map_err(unwritable)?;
        let existing = folder.ancestors().find(|folder| folder.symlink_metadata().is_ok());
        self.inside(existing.unwrap_or(folder)).map_err(unwritable)?;
        fs::create_dir_all(folder).map_err(unwritable)?;
        let mut draft = Draft::beside(&new, Use::Text).map_err(unwritable)?;
        draft.write_all(text).map_err(unwritable)?;
        let mut file = open_regular(&old).map_err(unwritable)?;
        draft.permit(file.metadata().map_err(unwritable)?.permissions()).map_err(unwritable)?;
        draft.sync().map_err(unwritable)?;
        // As late as can be: an editor may have saved the file since.
        let mut found = Vec::new();
        file.read_to_end(&mut found).map_err(unwritable)?;
        if found != judged {
            return Err(StoreError::Changed(path.to_owned()));
        }
        if let Some(to) = move_to {
            rename(&old, &new).map_err(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => {
                    StoreError::Occupied { path: path.to_owned(), to: to.to_owned() }
                }
                _ => unwritable(error),
            })?;
        }
        if let Err(error) = draft.put(&new) {
            if move_to.is_some() {
                let _ = rename(&new, &old);
            }
            return Err(unwritable(error));
        }
        [new.parent(), old.parent()].into_iter().flatten().for_each(sync);
        Ok(())
    }

    /// Removes what killed programs left in the folders of some files, as far as the disk lets us.
    pub fn sweep<'p>(&self, paths: impl IntoIterator<Item = &'p str>) {
        let parent = |path: &'p str| path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let folders: std::collections::BTreeSet<&str> = paths.into_iter().map(parent).collect();
        folders.into_iter().for_each(|folder| sweep(&self.root.join(folder)));
    }

    /// Refuses a path that a link leads away from where it seems to lie.
    fn inside(&self, path: &Path) -> io::Result<()> {
        if path.canonicalize()? == path {
            return Ok(());
        }
        Err(io::Error::other("a link is in the way"))
    }
}

/// Moves a file to where nothing lies.
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    // Of the ways to do that in one step, `tempfile` knows the one of each system; what it takes for temporary is kept.
    let mut file = TempPath::try_from_path(from)?;
    file.disable_cleanup(true);
    file.persist_noclobber(to).map_err(|error| error.error)
}
