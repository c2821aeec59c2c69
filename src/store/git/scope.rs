//! Which paths are looked at.

use std::collections::BTreeMap;

/// Files, and folders with all below them. Everything else is nobody's business and costs nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    inside: Vec<String>,
    top: Vec<String>,
}

impl Scope {
    /// Paths from the governance root; the empty path is all of it.
    #[must_use]
    pub fn of<'p>(paths: impl IntoIterator<Item = &'p str>) -> Scope {
        Scope { inside: paths.into_iter().map(str::to_owned).collect(), top: Vec::new() }
    }

    /// And paths from the top of the git repository, which is another folder where the governance root is below it:
    /// a forge reads `CODEOWNERS` and `.github` there.
    #[must_use]
    pub fn and_top<'p>(mut self, paths: impl IntoIterator<Item = &'p str>) -> Scope {
        self.top.extend(paths.into_iter().map(str::to_owned));
        self
    }

    /// The paths from the top of a repository whose governance root lies at `prefix`.
    pub(super) fn wanted(&self, prefix: &[u8]) -> Wanted {
        let mut wanted = Wanted::default();
        for path in &self.inside {
            wanted.add(parts(prefix).chain(parts(path.as_bytes())));
        }
        for path in &self.top {
            wanted.add(parts(path.as_bytes()));
        }
        wanted
    }
}

/// The parts of a path.
pub(super) fn parts(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    path.split(|byte| *byte == b'/').filter(|part| !part.is_empty())
}

/// Paths as a tree of names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// True where everything here and below is wanted.
    pub(super) all: bool,
    /// Where it is not: the names on the way to what is.
    pub(super) below: BTreeMap<Box<[u8]>, Wanted>,
}

impl Wanted {
    fn add<'p>(&mut self, mut parts: impl Iterator<Item = &'p [u8]>) {
        if self.all {
            return;
        }
        match parts.next() {
            Some(name) => self.below.entry(name.into()).or_default().add(parts),
            None => *self = Wanted { all: true, below: BTreeMap::new() },
        }
    }

    /// True where a file at a path is wanted.
    pub(super) fn has(&self, path: &[u8]) -> bool {
        let mut here = self;
        for name in parts(path) {
            if here.all {
                return true;
            }
            match here.below.get(name) {
                Some(below) => here = below,
                None => return false,
            }
        }
        here.all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_covers_what_is_below_it_and_no_more() {
        let scope = Scope::of(["records", "records/board", "exboard.toml"]).and_top([".github", "sub"]);
        let wanted = scope.wanted(b"gov/x");
        for path in
            ["gov/x/records/a", "gov/x/records/board/b", "gov/x/exboard.toml", ".github", ".github/a/b"]
        {
            assert!(wanted.has(path.as_bytes()), "{path}");
        }
        for path in ["gov/x/records.old", "records/a", "gov/x", "gov", "exboard.toml", "github"] {
            assert!(!wanted.has(path.as_bytes()), "{path}");
        }
        assert!(Scope::of([""]).wanted(b"").has(b"anything"));
        assert!(!Scope::default().wanted(b"").has(b"anything"));
    }
}
