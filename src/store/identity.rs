//! Who works here, in the words of git's configuration.

use std::path::Path;

use git2::{Config, Repository};

/// The name and the address that git would put on a commit made in a folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GitIdentity {
    /// `user.name`
    pub name: Option<String>,
    /// `user.email`
    pub email: Option<String>,
}

/// Reads git's configuration for a folder: that of its repository, where it lies in one. What cannot be read is absent.
#[must_use]
pub fn git_identity(folder: &Path) -> GitIdentity {
    let repository = Repository::discover(folder).ok();
    let config = match repository.as_ref().map(Repository::config) {
        Some(config) => config,
        None => Config::open_default(),
    };
    let Ok(mut config) = config else { return GitIdentity::default() };
    let Ok(config) = config.snapshot() else { return GitIdentity::default() };
    let value = |key| config.get_string(key).ok().filter(|value| !value.trim().is_empty());
    GitIdentity { name: value("user.name"), email: value("user.email") }
}

/// The root of the git work tree that a folder lies in; `None` outside of any.
#[must_use]
pub fn git_root(folder: &Path) -> Option<std::path::PathBuf> {
    let repository = Repository::discover(folder).ok()?;
    repository.workdir()?.canonicalize().ok()
}

/// True where git's index has a file of a folder in its work tree.
#[must_use]
pub fn is_tracked(folder: &Path, path: &str) -> bool {
    let tracked = || {
        let repository = Repository::discover(folder).ok()?;
        let top = repository.workdir()?.canonicalize().ok()?;
        let inside = folder.strip_prefix(top).ok()?.join(path);
        let index = repository.index().ok()?;
        index.get_path(&inside, 0).map(|_| ())
    };
    tracked().is_some()
}
