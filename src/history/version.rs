//! A record as it was in some tree.

use std::collections::BTreeSet;

use super::set::{record_folder, scope};
use crate::change::{Change, Version};
use crate::policy::Paths;
use crate::store::StoreError;
use crate::store::git::{Git, Id, What};

/// A record that changed, as it was in another tree: at one of its paths, or wherever a file of its name lies that is
/// gone in the tree `now`.
pub(super) fn version_in(
    git: &Git,
    paths: &Paths,
    tree: Id,
    now: Id,
    change: &Change,
) -> Result<Option<Version>, StoreError> {
    let read = |path: &str| -> Result<Option<Version>, StoreError> {
        let Some(folder) = record_folder(paths, path) else { return Ok(None) };
        let Some(entry) = git.entry(tree, path)?.filter(|entry| entry.what() == What::File) else {
            return Ok(None);
        };
        let version = Version::read(folder, git.read(entry.id)?);
        Ok(Some(version).filter(|version| version.id() == &*change.id))
    };
    for side in [&change.after, &change.before].into_iter().flatten() {
        if let Some(version) = read(&side.folder.path)? {
            return Ok(Some(version));
        }
    }
    let stems: BTreeSet<&str> =
        change.after.iter().chain(&change.before).map(|version| version.folder.stem()).collect();
    for delta in git.diff(Some(tree), Some(now), &scope(&[paths], false))? {
        let Some(path) = delta.text().filter(|_| delta.before.is_some() && !delta.outside) else { continue };
        if record_folder(paths, path).is_some_and(|folder| stems.contains(folder.stem()))
            && let Some(version) = read(path)?
        {
            return Ok(Some(version));
        }
    }
    Ok(None)
}
