//! Trees as git stores them. Their bytes are read here and not through libgit2's own type, which copies every entry:
//! most entries of most trees are only ever compared with their like.

use std::cmp::Ordering;

use super::{GitError, Id};

/// A folder of git.
pub(super) const FOLDER: u32 = 0o040_000;
const FILE: u32 = 0o100_644;
const EXECUTABLE: u32 = 0o100_755;
pub(super) const LINK: u32 = 0o120_000;
const REPOSITORY: u32 = 0o160_000;

/// Folders below each other that are entered when trees are compared. What lies deeper is told as the folder it is.
pub(super) const MAX_DEPTH: usize = 128;

/// What lies at a path of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The mode, as `git diff-tree --raw` shows it.
    pub mode: u32,
    /// The object; of another repository, the commit of it.
    pub id: Id,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A submodule.
    Repository,
}

impl Entry {
    /// An entry with the mode that git makes of any other.
    pub(super) fn new(mode: u32, id: Id) -> Entry {
        Entry { mode: canonical(mode), id }
    }

    /// What it is.
    #[must_use]
    pub fn what(&self) -> What {
        match self.mode {
            FOLDER => What::Folder,
            LINK => What::Link,
            REPOSITORY => What::Repository,
            _ => What::File,
        }
    }
}

/// The mode that git makes of any other.
fn canonical(mode: u32) -> u32 {
    match mode & 0o170_000 {
        0o100_000 if mode & 0o100 != 0 => EXECUTABLE,
        0o100_000 => FILE,
        LINK => LINK,
        FOLDER => FOLDER,
        _ => REPOSITORY,
    }
}

/// One entry in the bytes of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raw<'t> {
    /// The name: bytes, of which git only asks that they are no path.
    pub name: &'t [u8],
    /// What lies there.
    pub entry: Entry,
}

impl Raw<'_> {
    /// True for a folder.
    #[must_use]
    pub fn is_folder(&self) -> bool {
        self.entry.mode == FOLDER
    }

    /// Where an entry stands among others: a folder as if its name ended in a slash.
    pub(super) fn order(&self, other: &Raw<'_>) -> Ordering {
        order((self.name, self.is_folder()), (other.name, other.is_folder()))
    }
}

#[inline]
fn order(a: (&[u8], bool), b: (&[u8], bool)) -> Ordering {
    let length = a.0.len().min(b.0.len());
    let (start_a, rest_a) = a.0.split_at_checked(length).unwrap_or((a.0, &[]));
    let (start_b, rest_b) = b.0.split_at_checked(length).unwrap_or((b.0, &[]));
    let next = |rest: &[u8], folder: bool| rest.first().copied().or(folder.then_some(b'/'));
    start_a.cmp(start_b).then_with(|| next(rest_a, a.1).cmp(&next(rest_b, b.1)))
}

/// The entries of a tree, in their order. A tree that git itself would not write ends in an error: two programs could
/// read it differently.
#[derive(Debug, Clone)]
pub(super) struct Entries<'t> {
    bytes: &'t [u8],
    /// The name of the last one, and whether it is a folder.
    last: (&'t [u8], bool),
}

impl<'t> Entries<'t> {
    pub(super) fn new(bytes: &'t [u8]) -> Self {
        // Before every name: none is empty.
        Entries { bytes, last: (&[], false) }
    }

    /// The next entry.
    pub(super) fn advance(&mut self) -> Result<Option<Raw<'t>>, GitError> {
        if self.bytes.is_empty() {
            return Ok(None);
        }
        let (raw, is_name, rest) = split(self.bytes).ok_or_else(|| fault("cannot be read"))?;
        if !is_name {
            return Err(fault("has a name that no file can have"));
        }
        let this = (raw.name, raw.is_folder());
        if order(self.last, this) != Ordering::Less {
            return Err(fault("is not sorted"));
        }
        self.bytes = rest;
        self.last = this;
        Ok(Some(raw))
    }
}

fn fault(what: &str) -> GitError {
    GitError::Damaged(format!("a tree {what}"))
}

/// `MODE NAME\0ID`: the entry, whether its name is one that a file can have, and the rest.
#[inline]
fn split(bytes: &[u8]) -> Option<(Raw<'_>, bool, &[u8])> {
    let (mode, rest) = match bytes {
        // Nearly all entries are one of these.
        [b'1', b'0', b'0', b'6', b'4', b'4', b' ', rest @ ..] => (FILE, rest),
        [b'4', b'0', b'0', b'0', b'0', b' ', rest @ ..] => (FOLDER, rest),
        _ => other_mode(bytes)?,
    };
    let mut end = end_of_name(rest);
    let is_name = end > 0 && rest.get(end) == Some(&0);
    if !is_name {
        end = memchr::memchr(0, rest)?;
    }
    let (name, rest) = rest.split_at_checked(end)?;
    let (id, rest) = rest.split_first()?.1.split_first_chunk()?;
    Some((Raw { name, entry: Entry { mode, id: Id::from(*id) } }, is_name, rest))
}

/// Where the first zero or slash is, or else the end. Eight bytes at a time: names are too short for a search that
/// takes its time to begin.
#[inline]
fn end_of_name(bytes: &[u8]) -> usize {
    const EACH: u64 = u64::from_le_bytes([1; 8]);
    // The lowest bit that it sets is that of the lowest byte that is zero.
    let zeros = |word: u64| word.wrapping_sub(EACH) & !word & (EACH << 7);
    let (mut rest, mut at) = (bytes, 0);
    while let Some((chunk, after)) = rest.split_first_chunk::<8>() {
        let word = u64::from_le_bytes(*chunk);
        let found = zeros(word) | zeros(word ^ (EACH * u64::from(b'/')));
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        (rest, at) = (after, at + 8);
    }
    at + rest.iter().position(|byte| matches!(byte, 0 | b'/')).unwrap_or(rest.len())
}

/// A mode as git takes it, and what follows it.
fn other_mode(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let space = bytes.iter().take(8).position(|byte| *byte == b' ')?;
    let mut mode = 0_u32;
    for digit in bytes.get(..space)? {
        mode = mode * 8 + u32::from(digit.checked_sub(b'0').filter(|digit| *digit < 8)?);
    }
    Some((canonical(mode), bytes.get(space + 1..)?))
}

/// A tree in which names are looked up.
#[derive(Debug)]
pub struct Tree {
    bytes: Box<[u8]>,
    /// Where each entry begins.
    starts: Box<[u32]>,
}

impl Tree {
    /// Reads a tree from the bytes of its object.
    ///
    /// # Errors
    /// Where git itself would not write such a tree.
    pub fn parse(bytes: Box<[u8]>) -> Result<Tree, GitError> {
        let mut entries = Entries::new(&bytes);
        let mut starts = Vec::new();
        loop {
            let at = bytes.len() - entries.bytes.len();
            if entries.advance()?.is_none() {
                break;
            }
            starts.push(u32::try_from(at).map_err(|_| fault("is larger than any register"))?);
        }
        Ok(Tree { starts: starts.into(), bytes })
    }

    /// Bytes in memory, more or less.
    pub(super) fn size(&self) -> usize {
        self.bytes.len() + self.starts.len() * size_of::<u32>()
    }

    /// The entries, in the order of git.
    pub fn entries(&self) -> impl Iterator<Item = Raw<'_>> {
        self.starts.iter().filter_map(|start| self.at(*start))
    }

    /// What lies under a name.
    #[must_use]
    pub fn get(&self, name: &[u8]) -> Option<Entry> {
        let find = |folder: bool| {
            let place = self.starts.binary_search_by(|start| {
                self.at(*start)
                    .map_or(Ordering::Less, |raw| order((raw.name, raw.is_folder()), (name, folder)))
            });
            let found = place.ok().and_then(|at| self.at(*self.starts.get(at)?));
            // What goes on with a slash stands where the folder does.
            found.filter(|raw| raw.name == name).map(|raw| raw.entry)
        };
        find(false).or_else(|| find(true))
    }

    fn at(&self, start: u32) -> Option<Raw<'_>> {
        let start = usize::try_from(start).ok()?;
        self.bytes.get(start..).and_then(split).map(|(raw, ..)| raw)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(entries: &[(&str, &str)]) -> Vec<u8> {
        let entry = |(mode, name): &(&str, &str)| {
            [mode.as_bytes(), b" ", name.as_bytes(), b"\0", &[7; Id::LENGTH]].concat()
        };
        entries.iter().flat_map(entry).collect()
    }

    #[test]
    fn names_are_found_in_the_order_of_git() {
        let tree = [("100644", "a"), ("100755", "a.b"), ("40000", "a0"), ("40000", "b"), ("160000", "b0")];
        let tree = Tree::parse(bytes(&tree).into()).unwrap();
        assert_eq!(tree.entries().count(), 5);
        for (name, what) in [
            ("a", Some(What::File)),
            ("a.b", Some(What::File)),
            ("a0", Some(What::Folder)),
            ("b", Some(What::Folder)),
            ("b0", Some(What::Repository)),
            ("", None),
            ("a.", None),
            ("c", None),
            ("b/", None),
            ("b/c", None),
        ] {
            assert_eq!(tree.get(name.as_bytes()).map(|entry| entry.what()), what, "{name}");
        }
    }

    #[test]
    fn a_tree_that_git_would_not_write_is_refused() {
        for (tree, why) in [
            (bytes(&[("100644", "b"), ("100644", "a")]), "not sorted"),
            (bytes(&[("100644", "a"), ("100644", "a")]), "not sorted"),
            (bytes(&[("40000", "a"), ("100644", "a.b")]), "not sorted"),
            (bytes(&[("100644", "a/b")]), "no file can have"),
            (bytes(&[("100644", "")]), "no file can have"),
            (bytes(&[("100644", "a-name-that-is-long/b")]), "no file can have"),
            (bytes(&[("100644", "/")]), "no file can have"),
            (b"100644 a/b".to_vec(), "cannot be read"),
            (bytes(&[("10x644", "a")]), "cannot be read"),
            (bytes(&[("99999999", "a")]), "cannot be read"),
            (b"100644 a\0short".to_vec(), "cannot be read"),
            (b"100644".to_vec(), "cannot be read"),
        ] {
            let error = Tree::parse(tree.into()).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn unusual_modes_are_what_git_takes_them_for() {
        let modes = [(0o100_664, FILE), (0o100_777, EXECUTABLE), (0o040_755, FOLDER), (0o120_777, LINK)];
        for (mode, canonical) in modes {
            assert_eq!(Entry::new(mode, Id::NONE).mode, canonical);
        }
        assert_eq!(Entry::new(0, Id::NONE).what(), What::Repository);
    }
}
