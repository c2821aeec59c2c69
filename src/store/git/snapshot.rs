//! The register as it is in a commit, or in the index.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use super::contents::{Contents, Node, Trees};
use super::diff::MOST;
use super::index::Table;
use super::open::Git;
use super::tree::{Entry, What};
use super::{GitError, Id};
use crate::policy::Paths;
use crate::record::Folder;
use crate::rules::{Digest, Files, Look, Stray, StrayKind};
use crate::schema::Kind;
use crate::source::Source;
use crate::store::files::{Lies, SeenFiles, Terrain, link_target};
use crate::store::snapshot::{Listing, MAX_DEPTH, Origin, Snapshot, is_aside};
use crate::store::{MARKER, MAX_POLICY_BYTES, StoreError};
use crate::yaml;

/// The register in the index, which is a [`Snapshot`] by dereference: what would be committed.
#[derive(Debug)]
pub struct Staged(State<Table>);

/// A state of the register that git holds.
struct State<C> {
    git: Git,
    origin: Origin,
    contents: Arc<C>,
}

impl Git {
    /// The register as it is in a commit.
    ///
    /// # Errors
    /// Where the commit is missing.
    pub fn at(&self, commit: Id) -> Result<Box<dyn Snapshot>, StoreError> {
        let trees = Trees::new(self.clone(), self.step(commit)?.tree);
        Ok(Box::new(State { git: self.clone(), origin: Origin::Commit(commit), contents: Arc::new(trees) }))
    }
}

impl Staged {
    pub(super) fn new(git: Git, table: Table) -> Self {
        Staged(State { git, origin: Origin::Index, contents: Arc::new(table) })
    }

    pub(super) fn table(&self) -> &Table {
        &self.0.contents
    }

    /// The state itself.
    #[must_use]
    pub fn into_state(self) -> Box<dyn Snapshot> {
        Box::new(self.0)
    }
}

impl Deref for Staged {
    type Target = dyn Snapshot;

    fn deref(&self) -> &(dyn Snapshot + 'static) {
        &self.0
    }
}

impl<C: Contents> State<C> {
    /// What lies at a path from the governance root.
    fn at(&self, path: &str) -> Result<Option<Node<C::Folder>>, GitError> {
        look_up(&self.git, &*self.contents, path)
    }

    /// A text of ours: the bytes of a regular file, at most so many. `None` where there is nothing.
    fn text(&self, path: &str, most: usize) -> Result<Option<Vec<u8>>, StoreError> {
        match self.at(path)? {
            Some(Node::Entry(entry)) if entry.what() == What::File => {
                Ok(Some(self.git.blob(entry.id, most)?))
            }
            None if self.link_on_the_way(path)?.is_none() => Ok(None),
            _ => Err(StoreError::NotRegular(path.to_owned())),
        }
    }

    fn policy_file(&self, path: &str) -> Result<Option<Arc<Source>>, StoreError> {
        let bytes = self.text(path, MAX_POLICY_BYTES + 1)?;
        Ok(bytes.map(|bytes| Arc::new(Source::from_bytes(path, bytes))))
    }

    /// The first link among the folders of a path, the path itself among them.
    fn link_on_the_way(&self, path: &str) -> Result<Option<String>, GitError> {
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        for folder in ends.filter_map(|end| path.get(..end)) {
            if matches!(self.at(folder)?, Some(Node::Entry(entry)) if entry.what() == What::Link) {
                return Ok(Some(folder.to_owned()));
            }
        }
        Ok(None)
    }

    fn list_kind(&self, kind: Kind, folder: &str, listing: &mut Listing) -> Result<(), StoreError> {
        if let Some(link) = self.link_on_the_way(folder)? {
            listing.strays.push(Stray { path: link, kind: StrayKind::Link });
            return Ok(());
        }
        let Some(top) = self.at(folder)? else { return Ok(()) };
        let root: Arc<str> = Arc::from(folder);
        let mut sorted = Sorted { kind, root, listing, left: MOST };
        match top {
            Node::Folder(top) => self.list_folder(&top, folder, 0, &mut sorted)?,
            Node::Entry(entry) => sorted.file(folder.to_owned(), entry),
        }
        Ok(())
    }

    fn list_folder(
        &self,
        folder: &C::Folder,
        path: &str,
        depth: usize,
        sorted: &mut Sorted<'_>,
    ) -> Result<(), GitError> {
        for (name, node) in self.contents.children(folder)? {
            sorted.left = sorted.left.checked_sub(1).ok_or(GitError::TooMany(MOST))?;
            if is_aside(&String::from_utf8_lossy(&name)) {
                continue;
            }
            let Ok(name) = std::str::from_utf8(&name) else {
                let path = format!("{path}/{}", String::from_utf8_lossy(&name));
                sorted.stray(path, StrayKind::NotUnicode);
                continue;
            };
            let path = format!("{path}/{name}");
            match node {
                Node::Folder(_) if depth >= MAX_DEPTH => sorted.stray(path, StrayKind::TooDeep),
                Node::Folder(folder) => self.list_folder(&folder, &path, depth + 1, sorted)?,
                Node::Entry(entry) => sorted.file(path, entry),
            }
        }
        Ok(())
    }
}

/// Sorts what lies in a record folder into records and everything else.
struct Sorted<'l> {
    kind: Kind,
    root: Arc<str>,
    listing: &'l mut Listing,
    left: usize,
}

impl Sorted<'_> {
    fn file(&mut self, path: String, entry: Entry) {
        match entry.what() {
            What::File if path.ends_with(".yaml") => {
                let root = Arc::clone(&self.root);
                self.listing.records.push(Folder { kind: self.kind, root, path: Arc::from(path) });
            }
            What::File => self.stray(path, StrayKind::OtherName),
            What::Link => self.stray(path, StrayKind::Link),
            What::Repository | What::Folder => self.stray(path, StrayKind::Repository),
        }
    }

    fn stray(&mut self, path: String, kind: StrayKind) {
        self.listing.strays.push(Stray { path, kind });
    }
}

impl<C: Contents> Snapshot for State<C> {
    fn origin(&self) -> Origin {
        self.origin
    }

    fn is_governed(&self) -> Result<bool, StoreError> {
        Ok(self.at(MARKER)?.is_some())
    }

    fn marker(&self) -> Result<Arc<Source>, StoreError> {
        self.policy_file(MARKER)?.ok_or(StoreError::Ungoverned(self.origin))
    }

    fn policy_files(&self, folder: &str) -> Result<Vec<Arc<Source>>, StoreError> {
        if let Some(link) = self.link_on_the_way(folder)? {
            return Err(StoreError::NotRegular(link));
        }
        let Some(Node::Folder(top)) = self.at(folder)? else { return Ok(Vec::new()) };
        let mut files = Vec::new();
        for (name, node) in self.contents.children(&top)? {
            let name = String::from_utf8_lossy(&name);
            let is_folder = match node {
                Node::Folder(_) => true,
                Node::Entry(entry) => entry.what() == What::Repository,
            };
            if !is_folder && !is_aside(&name) {
                files.extend(self.policy_file(&format!("{folder}/{name}"))?);
            }
        }
        files.sort_by(|a, b| a.path().cmp(b.path()));
        Ok(files)
    }

    fn list(&self, paths: &Paths) -> Result<Listing, StoreError> {
        let mut listing = Listing::default();
        self.list_kind(Kind::Board, &paths.board, &mut listing)?;
        self.list_kind(Kind::Registry, &paths.registry, &mut listing)?;
        listing.sort();
        Ok(listing)
    }

    fn read(&self, folder: &Folder) -> Result<Vec<u8>, String> {
        match self.text(&folder.path, yaml::MAX_BYTES + 1) {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err(format!("it is not there in {}", self.origin)),
            Err(error) => Err(error.to_string()),
        }
    }

    fn has_folder(&self, path: &str) -> bool {
        matches!(self.at(path), Ok(Some(Node::Folder(_))))
    }

    fn reread(&self, path: &str) -> Option<Arc<Source>> {
        self.policy_file(path).ok().flatten()
    }

    fn files(&self) -> Box<dyn Files> {
        let ground = Ground { git: self.git.clone(), contents: Arc::clone(&self.contents) };
        Box::new(SeenFiles::new(ground))
    }
}

impl<C> fmt::Debug for State<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "State({})", self.origin)
    }
}

fn look_up<C: Contents>(git: &Git, contents: &C, path: &str) -> Result<Option<Node<C::Folder>>, GitError> {
    let full = [git.prefix(), b"/", path.as_bytes()].concat();
    contents.at(&full)
}

/// The files of a state, as evidence asks for them.
#[derive(Debug)]
struct Ground<C> {
    git: Git,
    contents: Arc<C>,
}

impl<C: Contents> Terrain for Ground<C> {
    type File = Id;

    fn lies(&self, parts: &[String]) -> Result<Lies<Id>, Look> {
        let unreadable = |error: GitError| Look::Unreadable(Arc::from(error.to_string()));
        match look_up(&self.git, &*self.contents, &parts.join("/")).map_err(unreadable)? {
            Some(Node::Folder(_)) => Ok(Lies::Folder),
            Some(Node::Entry(entry)) => match entry.what() {
                What::File => Ok(Lies::File(entry.id)),
                What::Link => {
                    let target = self.git.blob(entry.id, MAX_TARGET).map_err(unreadable)?;
                    link_target(&target, &parts.join("/")).map(Lies::Link)
                }
                What::Repository | What::Folder => Err(Look::Missing),
            },
            None => Err(Look::Missing),
        }
    }

    fn digest(&self, file: &Id) -> Result<Digest, String> {
        self.git.digest(*file).map_err(|error| error.to_string())
    }

    fn read(&self, file: &Id, most: usize) -> Option<Vec<u8>> {
        self.git.blob(*file, most).ok()
    }
}

/// Longest target of a link; no system makes a longer one.
const MAX_TARGET: usize = 4096;
