//! A part of the policy that the repository wrote, or else the built-in one, which is read when somebody first asks.
//!
//! The large built-in files took longer to read than a small register takes to judge. They are known to be valid (the
//! tests read them), so nothing is told late.

use std::ops::Deref;
use std::sync::LazyLock;

use super::files;
use super::problem::Problems;
use super::reader::{Field, File};

/// A part of the policy: use it as what it is a part of.
#[derive(Debug, Clone)]
pub enum Part<T: 'static> {
    /// The built-in one.
    BuiltIn(&'static LazyLock<T>),
    /// The built-in one with what the repository says of it.
    Own(Box<T>),
}

impl<T> Deref for Part<T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            Part::BuiltIn(built_in) => built_in,
            Part::Own(own) => own,
        }
    }
}

impl<T> Part<T> {
    /// What the file says, where the repository has one; else the built-in part. Absent where the file is wrong.
    pub(super) fn read(
        file: Option<&File>,
        problems: &Problems,
        built_in: &'static LazyLock<T>,
        read: impl FnOnce(&Field<'_>) -> Option<T>,
    ) -> Option<Part<T>> {
        match file {
            Some(file) => read(&Field::root(file, problems)).map(Box::new).map(Part::Own),
            None => Some(Part::BuiltIn(built_in)),
        }
    }
}

/// Reads a built-in file; empty if it were wrong, which the tests exclude.
pub(super) fn built_in<T: Default>(name: &str, read: impl FnOnce(&Field<'_>) -> Option<T>) -> T {
    let problems = Problems::default();
    let file = files::built_in(name, &problems);
    file.and_then(|file| read(&Field::root(&file, &problems))).unwrap_or_default()
}
