//! The files of the work tree, for rules that ask what lies at a path.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use sha2::{Digest as _, Sha256};

use crate::rules::{Digest, Files, Look, MAX_POINTER, lfs_oid};

/// Links that are followed for one path; more of them are a circle.
const MAX_LINKS: usize = 40;

/// How much of a file is in memory at once.
const CHUNK: usize = 64 * 1024;

/// Threads that ask for different paths seldom meet.
const SHARDS: usize = 16;

/// The files of a work tree. Each path is looked at once, and each file read once, for as long as this lives: one
/// run judges one state.
#[derive(Debug)]
pub struct TreeFiles {
    root: PathBuf,
    seen: [Mutex<BTreeMap<Box<str>, Arc<Seen>>>; SHARDS],
}

#[derive(Debug, Default)]
struct Seen {
    look: OnceLock<(Look, PathBuf)>,
    digest: OnceLock<Result<Digest, Arc<str>>>,
}

impl TreeFiles {
    pub(super) fn new(root: &Path) -> Self {
        TreeFiles { root: root.to_owned(), seen: Default::default() }
    }

    /// The lock is held for the look-up alone: whoever hashes a file keeps nobody else from another one.
    fn seen(&self, path: &str) -> Arc<Seen> {
        let sum: usize = path.bytes().map(usize::from).sum();
        let Some(shard) = self.seen.get(sum % SHARDS) else { return Arc::default() };
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(seen) = shard.get(path) {
            return Arc::clone(seen);
        }
        let seen = Arc::<Seen>::default();
        shard.insert(Box::from(path), Arc::clone(&seen));
        seen
    }
}

impl Files for TreeFiles {
    fn look(&self, path: &str) -> Look {
        self.seen(path).look.get_or_init(|| resolve(&self.root, path)).0.clone()
    }

    fn digest(&self, path: &str) -> Result<Digest, Arc<str>> {
        let seen = self.seen(path);
        let (look, on_disk) = seen.look.get_or_init(|| resolve(&self.root, path));
        if *look != Look::File {
            return Err(Arc::from("it is not a file of the repository"));
        }
        seen.digest.get_or_init(|| hash(on_disk).map_err(|error| Arc::from(error.to_string()))).clone()
    }
}

/// What lies at a path, and where on disk. Links are resolved one by one, so that none of them is ever followed to
/// the outside, not even to see what is there.
fn resolve(root: &Path, path: &str) -> (Look, PathBuf) {
    let mut links = 0;
    // What is left to walk, the next part last.
    let mut parts: Vec<String> = path.split('/').rev().map(str::to_owned).collect();
    // Parts below the root that were walked and are no links.
    let mut walked: Vec<String> = Vec::new();
    let on_disk = |walked: &[String]| walked.iter().fold(root.to_owned(), |path, part| path.join(part));
    let mut look = Look::Folder;
    while let Some(part) = parts.pop() {
        match part.as_str() {
            "" | "." => continue,
            ".." => {
                if look != Look::Folder {
                    return (Look::Missing, PathBuf::new());
                }
                if walked.pop().is_none() {
                    return (Look::Outside(Arc::from("it climbs out of the repository")), PathBuf::new());
                }
                continue;
            }
            // On some systems a backslash is a slash.
            name if name.contains(['\\', '\0']) || is_gits_own(name) => {
                return (Look::Missing, PathBuf::new());
            }
            _ => {}
        }
        if look != Look::Folder {
            return (Look::Missing, PathBuf::new());
        }
        walked.push(part);
        let here = on_disk(&walked);
        let metadata = match here.symlink_metadata() {
            Ok(metadata) => metadata,
            Err(error) => return (unreadable(&error), PathBuf::new()),
        };
        look = if metadata.is_symlink() {
            links += 1;
            let name = walked.join("/");
            walked.pop();
            match follow(&here, &name, links) {
                Ok(target) => parts.extend(target),
                Err(look) => return (look, PathBuf::new()),
            }
            Look::Folder
        } else if metadata.is_dir() {
            // Another repository: its files are none of this one's.
            if here.join(".git").symlink_metadata().is_ok() {
                return (Look::Missing, PathBuf::new());
            }
            Look::Folder
        } else if metadata.is_file() {
            Look::File
        } else {
            return (Look::Missing, PathBuf::new());
        };
    }
    (look, on_disk(&walked))
}

/// True for git's own folder, under every name that a file system could take for it.
fn is_gits_own(name: &str) -> bool {
    let bare = name.trim_end_matches(['.', ' ']);
    bare.eq_ignore_ascii_case(".git") || bare.eq_ignore_ascii_case("git~1")
}

/// The parts of a link's target, the first one last.
fn follow(link: &Path, name: &str, links: usize) -> Result<Vec<String>, Look> {
    if links > MAX_LINKS {
        return Err(Look::Unreadable(Arc::from(format!("more than {MAX_LINKS} links lead on from it"))));
    }
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
            Component::RootDir | Component::Prefix(_) => {
                let reason = format!("`{name}` is a link to an absolute path");
                return Err(Look::Outside(Arc::from(reason)));
            }
        }
    }
    parts.reverse();
    Ok(parts)
}

fn unreadable(error: &io::Error) -> Look {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::InvalidFilename => {
            Look::Missing
        }
        _ => Look::Unreadable(Arc::from(error.to_string())),
    }
}

fn hash(path: &Path) -> io::Result<Digest> {
    let mut file = File::open(path)?;
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
        files: TreeFiles,
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
        let files = TreeFiles::new(&root);
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
