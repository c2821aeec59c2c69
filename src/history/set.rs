//! What changed between two states, sorted into records, policy, evidence and what does not belong.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::change::{Change, Version, pair};
use crate::policy::Paths;
use crate::record::Folder;
use crate::rules::{Stray, StrayKind};
use crate::schema::Kind;
use crate::store::StoreError;
use crate::store::git::{Delta, Entry, Git, Id, Scope, What};
use crate::threads;

/// What changed together.
#[derive(Debug, Default)]
pub struct Set {
    /// The records, by kind and id.
    pub changes: Vec<Change>,
    /// Files of the policy.
    pub policy_paths: BTreeSet<String>,
    /// All other files that are changed or gone: what records cite may be among them.
    pub touched: BTreeSet<String>,
    /// What came into the record folders and is no record.
    pub strays: Vec<Stray>,
}

/// Gives the bytes of a record, by its path and its entry.
pub type ReadEntry<'r> = dyn Fn(&str, Entry) -> Result<Vec<u8>, StoreError> + Sync + 'r;

/// One side of a change set: where its records lie, and how they are read.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// Where the policy of that side has its records.
    pub paths: &'a Paths,
    /// Gives the bytes of a record, by its path and its entry.
    pub read: &'a ReadEntry<'a>,
}

/// The folders and files that change sets are made of: records, policy, and what the forge reads as policy. With
/// `evidence`, every other file of the governed folder too.
#[must_use]
pub fn scope(sides: &[&Paths], evidence: bool) -> Scope {
    const FORGE: [&str; 3] = ["CODEOWNERS", ".github", "docs/CODEOWNERS"];
    let of_paths = sides.iter().flat_map(|paths| [&paths.board, &paths.registry, &paths.policies]);
    let inside = of_paths.map(String::as_str).chain(["exboard.toml"]).chain(FORGE);
    if evidence { Scope::of([""]).and_top(FORGE) } else { Scope::of(inside).and_top(FORGE) }
}

/// True for a path of the policy: `exboard.toml`, the policy folder, and what tells the forge who must review.
#[must_use]
pub fn is_policy(path: &str, sides: &[&Paths]) -> bool {
    let below = |folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    matches!(path, "exboard.toml" | "CODEOWNERS" | "docs/CODEOWNERS")
        || below(".github")
        || sides.iter().any(|paths| below(&paths.policies))
}

/// Where a path is a record's, by its letters.
pub(super) fn record_folder(paths: &Paths, path: &str) -> Option<Folder> {
    let kinds = [(Kind::Board, &paths.board), (Kind::Registry, &paths.registry)];
    kinds.into_iter().find_map(|(kind, root)| {
        let below = path.strip_prefix(root.as_str())?.strip_prefix('/')?;
        let aside = below.split('/').any(|part| part.starts_with('.') || part == "README.md");
        let is_record = below.ends_with(".yaml") && !aside;
        is_record.then(|| Folder { kind, root: Arc::from(root.as_str()), path: Arc::from(path) })
    })
}

impl std::fmt::Debug for Side<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Side({:?})", self.paths)
    }
}

/// Record files that did not change, of two sides that have their records in different folders: what is no record any
/// more is gone, and what is one only now is new. `before` is the tree before, and `deltas` what changed.
///
/// # Errors
/// Where the tree cannot be read.
pub(super) fn stayed(
    git: &Git,
    before: Option<Id>,
    deltas: &[Delta],
    sides: &[&Paths],
) -> Result<Vec<Delta>, StoreError> {
    let Some(before) = before else { return Ok(Vec::new()) };
    let changed: BTreeSet<&[u8]> = deltas.iter().map(|delta| &*delta.path).collect();
    let mut stayed = Vec::new();
    for (path, entry) in git.files(before, &scope(sides, false))? {
        let is_record = sides.iter().any(|paths| record_folder(paths, &path).is_some());
        if is_record && !changed.contains(path.as_bytes()) {
            let path = path.into_bytes().into_boxed_slice();
            stayed.push(Delta { path, outside: false, before: Some(entry), after: Some(entry) });
        }
    }
    Ok(stayed)
}

/// Sorts deltas. Where the two sides have their records in different folders, what stayed belongs to them.
///
/// # Errors
/// Where a record cannot be read.
pub fn assemble(deltas: &[Delta], before: Side<'_>, after: Side<'_>) -> Result<Set, StoreError> {
    let sides = [before.paths, after.paths];
    let mut set = Set::default();
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for delta in deltas {
        let Some(path) = delta.text() else {
            let path = String::from_utf8_lossy(&delta.path).into_owned();
            if delta.after.is_some() && is_below_records(after.paths, &path) {
                set.strays.push(Stray { path, kind: StrayKind::NotUnicode });
            }
            continue;
        };
        if delta.outside {
            set.policy_paths.insert(format!("/{path}"));
            continue;
        }
        if is_policy(path, &sides) {
            set.policy_paths.insert(path.to_owned());
            continue;
        }
        let file = |entry: Option<Entry>| entry.filter(|entry| entry.what() == What::File);
        if let (Some(entry), Some(folder)) = (file(delta.before), record_folder(before.paths, path)) {
            old.push((folder, entry));
        }
        if let Some(entry) = delta.after {
            match record_folder(after.paths, path).filter(|_| entry.what() == What::File) {
                Some(folder) => new.push((folder, entry)),
                None if is_below_records(after.paths, path) => set.strays.extend(stray(path, entry)),
                None => {}
            }
        }
        if delta.before.is_some() && record_folder(before.paths, path).is_none() {
            set.touched.insert(path.to_owned());
        }
    }
    let read = |side: Side<'_>, files: Vec<(Folder, Entry)>| -> Result<Vec<Version>, StoreError> {
        let version = |(folder, entry): (Folder, Entry)| {
            let bytes = (side.read)(&folder.path, entry)?;
            Ok(Version::read(folder, bytes))
        };
        // A commit of one or two records is not worth the hand-over to other threads.
        threads::map(files, 8, version).into_iter().collect()
    };
    set.changes = pair(read(before, old)?, read(after, new)?);
    Ok(set)
}

fn is_below_records(paths: &Paths, path: &str) -> bool {
    let below = |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'));
    let aside = path.split('/').any(|part| part.starts_with('.') || part == "README.md");
    (below(&paths.board) || below(&paths.registry)) && !aside
}

fn stray(path: &str, entry: Entry) -> Option<Stray> {
    let kind = match entry.what() {
        What::File => StrayKind::OtherName,
        What::Link => StrayKind::Link,
        What::Repository | What::Folder => StrayKind::Repository,
    };
    Some(Stray { path: path.to_owned(), kind })
}
