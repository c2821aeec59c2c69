//! Objects, as much of them as anybody needs.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::rc::Rc;

use git2::{ErrorCode, ObjectType, Odb, OdbObject};
use sha2::{Digest as _, Sha256};

use super::open::Git;
use super::{GitError, Id};
use crate::rules::{Digest, MAX_POINTER, lfs_oid};
use crate::store::StoreError;
use crate::yaml;

/// Most bytes of a blob that is no text of ours, and is taken into memory for its checksum alone.
const MAX_BLOB: usize = 512 * 1024 * 1024;

/// Most bytes of a blob of which somebody wants the beginning.
const MAX_TEXT: usize = 16 * 1024 * 1024;

/// How much of a file is in memory at once, where git can give less than all.
const CHUNK: usize = 64 * 1024;

impl Git {
    /// The bytes of a record, at most one more than a record may have.
    ///
    /// # Errors
    /// Where the object is missing or broken.
    pub fn read(&self, id: Id) -> Result<Vec<u8>, StoreError> {
        Ok(self.blob(id, yaml::MAX_BYTES + 1)?)
    }

    /// The first bytes of a blob.
    pub(super) fn blob(&self, id: Id, most: usize) -> Result<Vec<u8>, GitError> {
        self.with(|repository| {
            let odb = repository.odb()?;
            let (size, _) = odb.read_header(id.oid()).map_err(|error| self.absent(id, &error))?;
            if size > MAX_TEXT.max(most) {
                // Whoever asked for less will say that it is too large, and look no further.
                return Ok(vec![b' '; most]);
            }
            let object = self.object(&odb, id, ObjectType::Blob)?;
            Ok(object.data().get(..most).unwrap_or(object.data()).to_vec())
        })
    }

    /// The checksum of a blob. libgit2 gives only loose objects piece by piece.
    pub(super) fn digest(&self, id: Id) -> Result<Digest, GitError> {
        self.with(|repository| {
            let odb = repository.odb()?;
            let (size, _) = odb.read_header(id.oid()).map_err(|error| self.absent(id, &error))?;
            if size <= CHUNK {
                let object = self.object(&odb, id, ObjectType::Blob)?;
                return Ok(digest(&Sha256::digest(object.data()), object.data()));
            }
            if let Ok((mut reader, _, ObjectType::Blob)) = odb.reader(id.oid()) {
                let mut hash = Sha256::new();
                let mut chunk = vec![0_u8; CHUNK];
                loop {
                    let read = reader.read(&mut chunk).map_err(|error| GitError::Other(error.to_string()))?;
                    if read == 0 {
                        return Ok(digest(&hash.finalize(), &[]));
                    }
                    hash.update(chunk.get(..read).unwrap_or_default());
                }
            }
            if size > MAX_BLOB {
                return Err(GitError::Other(format!(
                    "it has {size} bytes, and more than {MAX_BLOB} are not read"
                )));
            }
            Ok(digest(&Sha256::digest(self.object(&odb, id, ObjectType::Blob)?.data()), &[]))
        })
    }

    /// An object of a kind.
    pub(super) fn object<'o>(
        &self,
        odb: &'o Odb<'_>,
        id: Id,
        kind: ObjectType,
    ) -> Result<OdbObject<'o>, GitError> {
        let object = odb.read(id.oid()).map_err(|error| self.absent(id, &error))?;
        if object.kind() == kind {
            return Ok(object);
        }
        Err(GitError::Damaged(format!("object {id} is a {}, not a {kind}", object.kind())))
    }

    /// Why an object cannot be read.
    fn absent(&self, id: Id, error: &git2::Error) -> GitError {
        if error.code() != ErrorCode::NotFound {
            return error.into();
        }
        let packs = fs::read_dir(self.folder().join("objects/pack")).into_iter().flatten().flatten();
        let partial = packs
            .map(|pack| pack.path())
            .any(|path| path.extension().is_some_and(|extension| extension == "promisor"));
        GitError::Missing { id, partial }
    }
}

fn digest(sha256: &[u8], pointer: &[u8]) -> Digest {
    let sha256: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    let lfs = if pointer.len() > MAX_POINTER { None } else { lfs_oid(pointer) };
    Digest { sha256: sha256.into(), lfs: lfs.map(Into::into) }
}

/// Reads trees for one walk. Neighbours in history share most of their trees: those of the last comparison are kept.
pub(super) struct Trees<'o> {
    git: &'o Git,
    odb: &'o Odb<'o>,
    now: BTreeMap<Id, Rc<[u8]>>,
    before: BTreeMap<Id, Rc<[u8]>>,
}

impl<'o> Trees<'o> {
    pub(super) fn new(git: &'o Git, odb: &'o Odb<'o>) -> Self {
        Trees { git, odb, now: BTreeMap::new(), before: BTreeMap::new() }
    }

    pub(super) fn read(&mut self, id: Id) -> Result<Rc<[u8]>, GitError> {
        if let Some(tree) = self.now.get(&id) {
            return Ok(Rc::clone(tree));
        }
        let tree = match self.before.remove(&id) {
            Some(tree) => tree,
            None => Rc::from(self.git.object(self.odb, id, ObjectType::Tree)?.data()),
        };
        self.now.insert(id, Rc::clone(&tree));
        Ok(tree)
    }

    /// The next comparison begins: what the last one did not read is let go.
    pub(super) fn turn(&mut self) {
        self.before = std::mem::take(&mut self.now);
    }
}
