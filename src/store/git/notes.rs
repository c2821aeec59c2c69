//! Notes on commits: where receipts are kept.

use std::collections::BTreeMap;

use git2::{ErrorCode, Repository, Signature, Time, TreeBuilder};

use super::diff::files;
use super::open::Git;
use super::scope::Scope;
use super::tree::{Entry, What};
use super::{GitError, Id};
use crate::change::Identity;
use crate::store::StoreError;
use crate::time::Instant;

/// The ref of the notes that receipts are.
pub const NOTES: &str = "refs/notes/exboard";

/// Most bytes of a note that are read.
const MAX_NOTE: usize = 256 * 1024;

/// What became of a note that was to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// It is there now.
    New,
    /// It was there already, to the letter.
    Same,
}

impl Git {
    /// All notes of [`NOTES`], by the commit that they are on; text that is not UTF-8 is read with U+FFFD in it.
    ///
    /// # Errors
    /// Where an object is missing or broken.
    pub fn notes(&self) -> Result<BTreeMap<Id, String>, StoreError> {
        let blobs = self.with(|repository| {
            let Some(tip) = tip(repository)? else { return Ok(Vec::new()) };
            let odb = repository.odb()?;
            let tree = self.read_step(&odb, tip)?.tree;
            files(self, &odb, Some(tree), &Scope::default().and_top([""]).wanted(b""))
        })?;
        let mut notes = BTreeMap::new();
        for (path, entry) in blobs {
            // The digits of an id, cut into folders anywhere; git puts other files there too.
            let digits: Vec<u8> = path.iter().copied().filter(|byte| *byte != b'/').collect();
            let on = std::str::from_utf8(&digits).ok().and_then(|digits| digits.parse::<Id>().ok());
            if let (Some(on), What::File) = (on, entry.what()) {
                let text = self.blob(entry.id, MAX_NOTE)?;
                notes.insert(on, String::from_utf8_lossy(&text).into_owned());
            }
        }
        Ok(notes)
    }

    /// The commit that holds the notes now; `None` where there are none.
    ///
    /// # Errors
    /// Where the ref cannot be read.
    pub fn notes_tip(&self) -> Result<Option<Id>, StoreError> {
        Ok(self.with(tip)?)
    }

    /// Puts a note on a commit. A note that is there is never changed.
    ///
    /// # Errors
    /// [`GitError::NoteExists`] where the commit has another note; [`GitError::Moved`] where somebody else wrote one
    /// meanwhile: nothing is changed then, and trying again may succeed.
    pub fn write_note(&self, on: Id, text: &str, by: &Identity, at: Instant) -> Result<Written, StoreError> {
        let written = self.with(|repository| {
            let odb = repository.odb()?;
            // It must be there: a note on nothing would never be found again.
            self.read_step(&odb, on)?;
            let tip = tip(repository)?;
            let before = tip.map(|tip| self.read_step(&odb, tip)).transpose()?.map(|step| step.tree);
            let blob = Id::of(repository.blob(text.as_bytes())?);
            let note = Note { on, blob, digits: on.to_string() };
            let Some(tree) = note.put(repository, before, 0)? else { return Ok(Written::Same) };
            let by = Signature::new(&by.name, &by.email, &Time::new(at.timestamp(), 0))?;
            let tree = repository.find_tree(tree.oid())?;
            let parent = tip.map(|tip| repository.find_commit(tip.oid())).transpose()?;
            let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
            let message = "Notes added by 'exboard receipt'\n";
            let commit = repository.commit(None, &by, &by, message, &tree, &parents)?;
            // Of a first note the tip is the id of nothing: that too is compared while the reference is locked.
            let was = tip.unwrap_or(Id::NONE).oid();
            let moved = repository.reference_matching(NOTES, commit, true, was, message.trim());
            moved.map(|_| Written::New).map_err(|error| match error.code() {
                ErrorCode::Modified | ErrorCode::Exists | ErrorCode::Locked | ErrorCode::NotFound => {
                    GitError::Moved(NOTES.to_owned())
                }
                _ => GitError::from(&error),
            })
        })?;
        Ok(written)
    }
}

fn tip(repository: &Repository) -> Result<Option<Id>, GitError> {
    match repository.refname_to_id(NOTES) {
        Ok(tip) => Ok(Some(Id::of(tip))),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

struct Note {
    on: Id,
    blob: Id,
    digits: String,
}

impl Note {
    /// A folder of notes with this one in it; `None` where it is there already. A folder of two digits is entered, as
    /// git does it, and made at the top: a flat folder of all notes would be written anew for each.
    fn put(&self, repository: &Repository, folder: Option<Id>, from: usize) -> Result<Option<Id>, GitError> {
        let rest = self.digits.get(from..).unwrap_or_default();
        let next = rest.get(..2).unwrap_or_default();
        let tree = folder.map(|id| repository.find_tree(id.oid())).transpose()?;
        let mut builder: TreeBuilder<'_> = repository.treebuilder(tree.as_ref())?;
        let entry = |name: &str| -> Result<Option<Entry>, GitError> {
            Ok(builder
                .get(name)?
                .map(|entry| Entry::new(entry.filemode().unsigned_abs(), Id::of(entry.id()))))
        };
        match entry(rest)? {
            Some(note) if note.id == self.blob => return Ok(None),
            Some(_) => return Err(GitError::NoteExists(self.on)),
            None => {}
        }
        let below = entry(next)?.filter(|below| below.what() == What::Folder && from < 38);
        if below.is_some() || from == 0 {
            let below = below.map(|below| below.id);
            let Some(tree) = self.put(repository, below, from + 2)? else { return Ok(None) };
            builder.insert(next, tree.oid(), 0o040_000)?;
        } else {
            builder.insert(rest, self.blob.oid(), 0o100_644)?;
        }
        Ok(Some(Id::of(builder.write()?)))
    }
}
