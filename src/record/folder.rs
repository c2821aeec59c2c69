//! Where a record lies.

use std::sync::Arc;

use crate::schema::Kind;

/// Where a record lies: what its path says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// The kind that the folder is for.
    pub kind: Kind,
    /// Path of that folder from the repository's root (`exceptions`, `registry`).
    pub root: Arc<str>,
    /// Path of the file from the repository's root.
    pub path: Arc<str>,
}

impl Folder {
    /// The file's name without `.yaml`.
    #[must_use]
    pub fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.strip_suffix(".yaml").unwrap_or(name)
    }

    /// The folders between the root of the kind and the file.
    #[must_use]
    pub fn below_root(&self) -> &str {
        let below = self.path.strip_prefix(&*self.root).and_then(|rest| rest.strip_prefix('/'));
        below.and_then(|below| below.rsplit_once('/')).map_or("", |(folders, _)| folders)
    }

    /// The path of this file in other folders below the root of its kind.
    #[must_use]
    pub fn moved_to(&self, below_root: &str) -> String {
        format!("{}/{below_root}/{}.yaml", self.root, self.stem())
    }
}
