//! What a state of the register holds, folder by folder: of a commit, or of the index.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use git2::ObjectType;

use super::index::Table;
use super::open::Git;
use super::scope::parts;
use super::tree::{Entry, Tree, What};
use super::{GitError, Id};

/// Bytes of trees that one state keeps in memory.
const KEPT: usize = 256 * 1024 * 1024;

/// A state, walked from the top of the git repository.
pub(super) trait Contents: fmt::Debug + Send + Sync + 'static {
    /// A folder of it.
    type Folder: Clone;

    /// The top.
    fn top(&self) -> Self::Folder;

    /// What lies in a folder under a name.
    fn child(&self, folder: &Self::Folder, name: &[u8]) -> Result<Option<Node<Self::Folder>>, GitError>;

    /// All that lies in a folder.
    fn children(&self, folder: &Self::Folder) -> Result<Vec<Child<Self::Folder>>, GitError>;

    /// What lies at a path.
    fn at(&self, path: &[u8]) -> Result<Option<Node<Self::Folder>>, GitError> {
        let mut here = Node::Folder(self.top());
        for part in parts(path) {
            let Node::Folder(folder) = &here else { return Ok(None) };
            match self.child(folder, part)? {
                Some(below) => here = below,
                None => return Ok(None),
            }
        }
        Ok(Some(here))
    }
}

/// One thing in a folder.
#[derive(Debug, Clone)]
pub(super) enum Node<F> {
    /// A folder.
    Folder(F),
    /// A file, a link, or another repository.
    Entry(Entry),
}

/// A name, and what lies there.
pub(super) type Child<F> = (Vec<u8>, Node<F>);

/// The trees of a commit, each read once.
pub(super) struct Trees {
    git: Git,
    top: Id,
    seen: Mutex<(usize, BTreeMap<Id, Arc<Tree>>)>,
}

impl Trees {
    pub(super) fn new(git: Git, top: Id) -> Self {
        Trees { git, top, seen: Mutex::default() }
    }

    fn tree(&self, id: Id) -> Result<Arc<Tree>, GitError> {
        let seen = || self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tree) = seen().1.get(&id) {
            return Ok(Arc::clone(tree));
        }
        let bytes = self.git.with(|repository| {
            let odb = repository.odb()?;
            Ok(Box::from(self.git.object(&odb, id, ObjectType::Tree)?.data()))
        })?;
        let tree = Arc::new(Tree::parse(bytes)?);
        let mut seen = seen();
        if seen.0 + tree.size() > KEPT {
            *seen = (0, BTreeMap::new());
        }
        seen.0 += tree.size();
        seen.1.insert(id, Arc::clone(&tree));
        Ok(tree)
    }
}

fn node(entry: Entry) -> Node<Id> {
    match entry.what() {
        What::Folder => Node::Folder(entry.id),
        _ => Node::Entry(entry),
    }
}

impl Contents for Trees {
    type Folder = Id;

    fn top(&self) -> Id {
        self.top
    }

    fn child(&self, folder: &Id, name: &[u8]) -> Result<Option<Node<Id>>, GitError> {
        Ok(self.tree(*folder)?.get(name).map(node))
    }

    fn children(&self, folder: &Id) -> Result<Vec<Child<Id>>, GitError> {
        Ok(self.tree(*folder)?.entries().map(|raw| (raw.name.to_vec(), node(raw.entry))).collect())
    }
}

impl fmt::Debug for Trees {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trees({})", self.top)
    }
}

/// The rows of an index below one folder, and how long the path of that folder is with its slash.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows {
    start: usize,
    end: usize,
    skip: usize,
}

impl Contents for Table {
    type Folder = Rows;

    fn top(&self) -> Rows {
        Rows { start: 0, end: self.rows.len(), skip: 0 }
    }

    fn child(&self, folder: &Rows, name: &[u8]) -> Result<Option<Node<Rows>>, GitError> {
        let rows = self.rows.get(folder.start..folder.end).unwrap_or_default();
        let rest = |at: usize| rows.get(at).and_then(|row| row.path.get(folder.skip..)).unwrap_or_default();
        let find =
            |name: &[u8]| rows.partition_point(|row| row.path.get(folder.skip..).unwrap_or_default() < name);
        let file = find(name);
        if rest(file) == name {
            return Ok(rows.get(file).map(|row| Node::Entry(row.entry)));
        }
        // `/` comes before `0`, and nothing between them.
        let start = find(&[name, b"/"].concat());
        let end = find(&[name, b"0"].concat());
        let rows =
            Rows { start: folder.start + start, end: folder.start + end, skip: folder.skip + name.len() + 1 };
        Ok((start < end).then_some(Node::Folder(rows)))
    }

    fn children(&self, folder: &Rows) -> Result<Vec<Child<Rows>>, GitError> {
        let mut children: Vec<Child<Rows>> = Vec::new();
        let mut at = folder.start;
        while let Some(row) = self.rows.get(at).filter(|_| at < folder.end) {
            let rest = row.path.get(folder.skip..).unwrap_or_default();
            let name = rest.split(|byte| *byte == b'/').next().unwrap_or_default();
            if name.len() == rest.len() {
                children.push((name.to_vec(), Node::Entry(row.entry)));
                at += 1;
                continue;
            }
            let skip = folder.skip + name.len() + 1;
            let start = row.path.get(..skip).unwrap_or_default();
            let below = self.rows.get(at..folder.end).unwrap_or_default();
            let end = at + below.partition_point(|row| row.path.starts_with(start));
            children.push((name.to_vec(), Node::Folder(Rows { start: at, end, skip })));
            at = end;
        }
        Ok(children)
    }
}
