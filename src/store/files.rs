//! The files of one state of the repository, for rules that ask what lies at a path.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use sha2::{Digest as _, Sha256};

use crate::rules::{Digest, Files, Look, MAX_POINTER, lfs_oid};
use crate::source::Source;

/// Links that are followed for one path; more of them are a circle.
const MAX_LINKS: usize = 40;

/// How much of a file is in memory at once.
const CHUNK: usize = 64 * 1024;

/// Threads that ask for different paths seldom meet.
const SHARDS: usize = 16;

/// A state of the repository in which paths can be asked for.
pub(super) trait Terrain: fmt::Debug + Send + Sync {
    /// A file that was found.
    type File: fmt::Debug + Send + Sync;

    /// What lies at a path whose folders were walked and are no links.
    fn lies(&self, parts: &[String]) -> Result<Lies<Self::File>, Look>;

    /// The checksum of a file.
    fn digest(&self, file: &Self::File) -> Result<Digest, String>;

    /// The first bytes of a file; `None` where they cannot be had.
    fn read(&self, file: &Self::File, most: usize) -> Option<Vec<u8>>;
}

/// What lies at one path.
#[derive(Debug)]
pub(super) enum Lies<F> {
    Folder,
    File(F),
    /// The parts of its target, the first one last.
    Link(Vec<String>),
}

/// The files of a state. Each path is looked at once, and each file read once, for as long as this lives: one run
/// judges one state.
#[derive(Debug)]
pub(super) struct SeenFiles<T: Terrain> {
    terrain: T,
    seen: [Shard<T::File>; SHARDS],
}

type Shard<F> = Mutex<BTreeMap<Box<str>, Arc<Seen<F>>>>;

#[derive(Debug)]
struct Seen<F> {
    look: OnceLock<(Look, Option<F>)>,
    digest: OnceLock<Result<Digest, Arc<str>>>,
}

impl<F> Default for Seen<F> {
    fn default() -> Self {
        Seen { look: OnceLock::new(), digest: OnceLock::new() }
    }
}

impl<T: Terrain> SeenFiles<T> {
    pub(super) fn new(terrain: T) -> Self {
        SeenFiles { terrain, seen: std::array::from_fn(|_| Mutex::default()) }
    }

    /// The lock is held for the look-up alone: whoever hashes a file keeps nobody else from another one.
    fn seen(&self, path: &str) -> Arc<Seen<T::File>> {
        let sum: usize = path.bytes().map(usize::from).sum();
        let Some(shard) = self.seen.get(sum % SHARDS) else { return Arc::default() };
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(seen) = shard.get(path) {
            return Arc::clone(seen);
        }
        let seen = Arc::<Seen<T::File>>::default();
        shard.insert(Box::from(path), Arc::clone(&seen));
        seen
    }
}

impl<T: Terrain> Files for SeenFiles<T> {
    fn look(&self, path: &str) -> Look {
        self.seen(path).look.get_or_init(|| resolve(&self.terrain, path)).0.clone()
    }

    fn digest(&self, path: &str) -> Result<Digest, Arc<str>> {
        let seen = self.seen(path);
        let (Look::File, Some(file)) = seen.look.get_or_init(|| resolve(&self.terrain, path)) else {
            return Err(Arc::from("it is not a file of the repository"));
        };
        seen.digest.get_or_init(|| self.terrain.digest(file).map_err(Arc::from)).clone()
    }

    fn text(&self, path: &str, most: usize) -> Option<Arc<Source>> {
        // No link, not even one to another file of the repository: a forge follows none.
        let parts: Vec<String> = path.split('/').map(str::to_owned).collect();
        if self.look(path) != Look::File {
            return None;
        }
        let Ok(Lies::File(file)) = self.terrain.lies(&parts) else { return None };
        let bytes = self.terrain.read(&file, most + 1)?;
        (bytes.len() <= most).then(|| Arc::new(Source::from_bytes(path, bytes)))
    }
}

/// What lies at a path, and the file. Links are resolved one by one, so that none of them is ever followed to the
/// outside, not even to see what is there.
fn resolve<T: Terrain>(terrain: &T, path: &str) -> (Look, Option<T::File>) {
    let mut links = 0;
    // What is left to walk, the next part last.
    let mut parts: Vec<String> = path.split('/').rev().map(str::to_owned).collect();
    // Parts below the root that were walked and are no links.
    let mut walked: Vec<String> = Vec::new();
    let mut file = None;
    let mut look = Look::Folder;
    while let Some(part) = parts.pop() {
        match part.as_str() {
            "" | "." => continue,
            ".." => {
                if look != Look::Folder {
                    return (Look::Missing, None);
                }
                if walked.pop().is_none() {
                    return (Look::Outside(Arc::from("it climbs out of the repository")), None);
                }
                continue;
            }
            // On some systems a backslash is a slash.
            name if name.contains(['\\', '\0']) || is_gits_own(name) => return (Look::Missing, None),
            _ => {}
        }
        if look != Look::Folder {
            return (Look::Missing, None);
        }
        walked.push(part);
        look = match terrain.lies(&walked) {
            Err(look) => return (look, None),
            Ok(Lies::Folder) => Look::Folder,
            Ok(Lies::File(found)) => {
                file = Some(found);
                Look::File
            }
            Ok(Lies::Link(_)) if links == MAX_LINKS => {
                let reason = format!("more than {MAX_LINKS} links lead on from it");
                return (Look::Unreadable(Arc::from(reason)), None);
            }
            Ok(Lies::Link(target)) => {
                links += 1;
                walked.pop();
                parts.extend(target);
                Look::Folder
            }
        };
    }
    (look, file)
}

/// The files below a folder of the disk.
#[derive(Debug)]
pub(super) struct Disk {
    pub(super) root: PathBuf,
}

impl Terrain for Disk {
    type File = PathBuf;

    fn lies(&self, parts: &[String]) -> Result<Lies<PathBuf>, Look> {
        let here = parts.iter().fold(self.root.clone(), |path, part| path.join(part));
        let metadata = here.symlink_metadata().map_err(|error| unreadable(&error))?;
        if metadata.is_symlink() {
            return follow(&here, &parts.join("/")).map(Lies::Link);
        }
        if metadata.is_file() {
            return Ok(Lies::File(here));
        }
        // Another repository: its files are none of this one's.
        if !metadata.is_dir() || here.join(".git").symlink_metadata().is_ok() {
            return Err(Look::Missing);
        }
        Ok(Lies::Folder)
    }

    fn digest(&self, file: &PathBuf) -> Result<Digest, String> {
        hash(file).map_err(|error| error.to_string())
    }

    fn read(&self, file: &PathBuf, most: usize) -> Option<Vec<u8>> {
        super::read_at_most(file, most).ok()
    }
}

/// True for git's own folder, under every name that a file system could take for it.
fn is_gits_own(name: &str) -> bool {
    let bare = name.trim_end_matches(['.', ' ']);
    bare.eq_ignore_ascii_case(".git") || bare.eq_ignore_ascii_case("git~1")
}

/// The parts of a link's target, the first one last.
fn follow(link: &Path, name: &str) -> Result<Vec<String>, Look> {
    let target = fs::read_link(link).map_err(|error| unreadable(&error))?;
    let mut parts = Vec::new();
    for component in target.components() {
        match component {
            Component::Normal(part) => match part.to_str() {
                Some(part) => parts.push(part.to_owned()),
                None => return Err(Look::Missing),
            },
            Component::ParentDir => parts.push("..".to_owned()),
            Component::CurDir => {}
            // Wherever it leads on this machine, on another one it leads elsewhere.
            Component::RootDir | Component::Prefix(_) => return Err(absolute(name)),
        }
    }
    parts.reverse();
    Ok(parts)
}

/// The parts of a link's target as git keeps it, the first one last.
pub(super) fn link_target(target: &[u8], name: &str) -> Result<Vec<String>, Look> {
    let target = std::str::from_utf8(target).map_err(|_| Look::Missing)?;
    if target.starts_with(['/', '\\']) || target.as_bytes().get(1) == Some(&b':') {
        return Err(absolute(name));
    }
    Ok(target.split('/').rev().map(str::to_owned).collect())
}

fn absolute(name: &str) -> Look {
    Look::Outside(Arc::from(format!("`{name}` is a link to an absolute path")))
}

fn unreadable(error: &io::Error) -> Look {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::InvalidFilename => {
            Look::Missing
        }
        _ => Look::Unreadable(Arc::from(error.to_string())),
    }
}

pub(super) fn hash(path: &Path) -> io::Result<Digest> {
    let mut file = super::open_regular(path)?;
    let mut hash = Sha256::new();
    // As much of the beginning as a pointer may have, and a byte more where the file is longer.
    let mut start: Vec<u8> = Vec::new();
    // Most files are small, and so is what has to be cleared for them.
    let length = file.metadata().map_or(CHUNK, |metadata| usize::try_from(metadata.len()).unwrap_or(CHUNK));
    let mut chunk = vec![0_u8; length.saturating_add(1).min(CHUNK)];
    loop {
        let read = match file.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let bytes = chunk.get(..read).unwrap_or_default();
        hash.update(bytes);
        start.extend(bytes.iter().take((MAX_POINTER + 1).saturating_sub(start.len())));
    }
    let sha256: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let lfs = if start.len() > MAX_POINTER { None } else { lfs_oid(&start).map(Arc::from) };
    Ok(Digest { sha256: Arc::from(sha256), lfs })
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    struct Scene {
        folder: tempfile::TempDir,
        files: SeenFiles<Disk>,
    }

    /// A repository below a folder that also holds a secret.
    fn scene() -> Scene {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("repository");
        fs::create_dir_all(root.join("evidence/sub")).unwrap();
        fs::create_dir_all(root.join(".git")).unwrap();
        fs::create_dir_all(root.join("vendor/.git")).unwrap();
        fs::write(root.join(".git/config"), "x").unwrap();
        fs::write(root.join("vendor/a.md"), "x").unwrap();
        fs::write(root.join("evidence/a.md"), "proof\n").unwrap();
        fs::write(folder.path().join("secret"), "x").unwrap();
        symlink("a.md", root.join("evidence/alias.md")).unwrap();
        symlink("..", root.join("evidence/sub/up")).unwrap();
        symlink("../../secret", root.join("evidence/out.md")).unwrap();
        symlink("../..", root.join("evidence/parent")).unwrap();
        symlink(root.join("evidence/a.md"), root.join("evidence/absolute.md")).unwrap();
        symlink("round", root.join("evidence/round")).unwrap();
        symlink("nothing", root.join("evidence/broken")).unwrap();
        symlink("../.git/config", root.join("evidence/config")).unwrap();
        let files = SeenFiles::new(Disk { root });
        Scene { folder, files }
    }

    #[test]
    fn what_lies_at_a_path_is_told_without_leaving_the_repository() {
        let Scene { folder: _folder, files } = scene();
        for (path, look) in [
            ("evidence/a.md", Look::File),
            ("evidence/./a.md", Look::File),
            ("evidence", Look::Folder),
            ("", Look::Folder),
            ("evidence/alias.md", Look::File),
            ("evidence/sub/up/a.md", Look::File),
            ("evidence/b.md", Look::Missing),
            ("evidence/a.md/b", Look::Missing),
            ("evidence/a.md/..", Look::Missing),
            ("evidence/broken", Look::Missing),
            (".git/config", Look::Missing),
            (".GIT/config", Look::Missing),
            (".git./config", Look::Missing),
            ("GIT~1/config", Look::Missing),
            ("evidence/config", Look::Missing),
            ("vendor/a.md", Look::Missing),
            ("evidence\\a.md", Look::Missing),
            ("a\0b", Look::Missing),
            (&"x".repeat(5_000), Look::Missing),
        ] {
            assert_eq!(files.look(path), look, "{path}");
        }
        for path in ["evidence/out.md", "evidence/parent/secret", "evidence/absolute.md", "../secret"] {
            assert!(matches!(files.look(path), Look::Outside(_)), "{path}");
            assert!(files.digest(path).is_err(), "{path}");
        }
        assert!(matches!(files.look("evidence/round"), Look::Unreadable(_)));
    }

    #[test]
    fn a_file_is_hashed_once_and_a_pointer_is_seen() {
        let Scene { folder, files } = scene();
        let root = folder.path().join("repository");
        let proof = "f6ed42a9d765eeb230a069bbc3d5dc346b2669594bb0b83cc6d14d5d967b8961";
        let digest = files.digest("evidence/a.md").unwrap();
        assert_eq!((&*digest.sha256, digest.content()), (proof, proof));
        fs::write(root.join("evidence/a.md"), "other\n").unwrap();
        assert_eq!(files.digest("evidence/a.md").unwrap(), digest, "one run judges one state");
        let oid = "ab".repeat(32);
        let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 12\n");
        fs::write(root.join("evidence/big.bin"), &pointer).unwrap();
        assert_eq!(files.digest("evidence/big.bin").unwrap().content(), oid);
        fs::write(root.join("evidence/bigger.bin"), pointer + &"x".repeat(2 * CHUNK)).unwrap();
        assert_eq!(files.digest("evidence/bigger.bin").unwrap().lfs, None);
    }
}
