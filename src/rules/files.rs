//! The files of the state of the repository that is judged, as rules see them.

use std::fmt::Debug;
use std::sync::Arc;

use crate::source::Source;

/// The files of the judged state: of the work tree, of a commit, of a pull request. Never those of another state
/// that happens to lie on the disk.
pub trait Files: Debug + Sync {
    /// What lies at a path from the root of the repository.
    fn look(&self, path: &str) -> Look;

    /// The SHA-256 of the file at a path. It is worked out once for each path, however often it is asked for.
    ///
    /// # Errors
    /// Why the file cannot be read, for people.
    fn digest(&self, path: &str) -> Result<Digest, Arc<str>>;

    /// The text of the file at a path, as a rule about that very file reads it; `None` where it is no regular file of
    /// at most `most` bytes, or where this state does not know texts.
    fn text(&self, path: &str, most: usize) -> Option<Arc<Source>> {
        let _ = (path, most);
        None
    }
}

/// A state without any files beside its records.
#[derive(Debug, Clone, Copy)]
pub struct NoFiles;

impl Files for NoFiles {
    fn look(&self, _path: &str) -> Look {
        Look::Missing
    }

    fn digest(&self, _path: &str) -> Result<Digest, Arc<str>> {
        Err(Arc::from("there is no such file"))
    }
}

/// What lies at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// Nothing; or something that no version of the repository could hold, such as a pipe.
    Missing,
    /// Something outside of the repository, and how the path gets there.
    Outside(Arc<str>),
    /// The disk does not say.
    Unreadable(Arc<str>),
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// SHA-256 of its bytes, in 64 lower-case hexadecimal digits.
    pub sha256: Arc<str>,
    /// Where the file is a Git LFS pointer, the SHA-256 of what it points to.
    pub lfs: Option<Arc<str>>,
}

impl Digest {
    /// The SHA-256 by which a claim pins the file: of the content itself, wherever it is kept.
    #[must_use]
    pub fn content(&self) -> &str {
        self.lfs.as_deref().unwrap_or(&self.sha256)
    }
}

/// The SHA-256 of the content that a Git LFS pointer stands for; `None` where the text is no such pointer.
#[must_use]
pub fn lfs_oid(text: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(text).ok()?;
    let mut lines = text.lines();
    let version = lines.next()?.strip_prefix("version ")?;
    if version != "https://git-lfs.github.com/spec/v1" {
        return None;
    }
    let mut oid = None;
    let mut has_size = false;
    for line in lines {
        let (key, value) = line.split_once(' ')?;
        match key {
            "oid" => oid = value.strip_prefix("sha256:"),
            "size" => has_size = value.parse::<u64>().is_ok(),
            // Extensions are allowed between the two.
            _ => {}
        }
    }
    oid.filter(|oid| has_size && is_sha256(oid))
}

/// Most bytes that a Git LFS pointer may have.
pub const MAX_POINTER: usize = 1024;

/// True for 64 lower-case hexadecimal digits.
#[must_use]
pub(super) fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// How a path leaves the repository by its letters alone, whatever lies there.
#[must_use]
pub(super) fn leaves_by_name(path: &str) -> Option<&'static str> {
    let drive = path.as_bytes().get(1) == Some(&b':') && path.starts_with(|c: char| c.is_ascii_alphabetic());
    if path.starts_with(['/', '\\']) || drive {
        Some("it is absolute")
    } else if path.split(['/', '\\']).any(|part| part == "..") {
        Some("it has `..`")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_is_one_to_the_letter() {
        let oid = "ab".repeat(32);
        let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 12\n");
        assert_eq!(lfs_oid(pointer.as_bytes()), Some(oid.as_str()));
        for wrong in [
            pointer.replace("v1", "v9"),
            pointer.replace("size 12\n", ""),
            pointer.replace("sha256", "sha1"),
            pointer.replace("ab", "AB"),
            format!("# {pointer}"),
            String::new(),
        ] {
            assert_eq!(lfs_oid(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn paths_that_leave_by_name_are_seen_on_every_system() {
        for path in ["/etc/passwd", "C:/a", "c:a", "\\\\host\\a", "a/../../b", "..", "a\\..\\b"] {
            assert!(leaves_by_name(path).is_some(), "{path}");
        }
        for path in ["evidence/a.md", "a..b", "...", "evidence/a:b"] {
            assert_eq!(leaves_by_name(path), None, "{path}");
        }
    }
}
