//! What git cannot give, in plain words, and what to do about it.

use git2::{ErrorClass, ErrorCode};
use thiserror::Error;

use super::Id;

/// Why git does not answer. [`GitError::help`] says what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GitError {
    /// A repository, or an index, of a kind that libgit2 does not read.
    #[error("{0}")]
    Unsupported(Unsupported),
    /// Somebody else's repository: its configuration is not to be trusted.
    #[error("this git repository belongs to another user, so git does not trust it: {0}")]
    NotOwned(String),
    /// A text that names no commit.
    #[error("`{revision}` names no commit here{why}")]
    Unknown {
        /// The text.
        revision: String,
        /// What git says beyond that, with a colon before it.
        why: String,
        /// True where the clone is shallow: the commit may exist elsewhere.
        shallow: bool,
    },
    /// A text that can name no commit.
    #[error("`{0}` is no revision: it is empty, or begins with a dash")]
    NotARevision(String),
    /// History that was not fetched is asked for.
    #[error("this clone is shallow, and what is asked for lies behind its end at commit {0}")]
    Shallow(Id),
    /// What the repository shows is not what it holds.
    #[error("this repository has {0}, so git shows another history than the one that was made")]
    Replaced(&'static str),
    /// Two commits without a common past.
    #[error("{0} and {1} have no commit in common")]
    Unrelated(Id, Id),
    /// A walk along first parents did not come where it was to end.
    #[error("commit {end} is not among the first parents of {start}")]
    NotOnTheWay {
        /// Where the walk began.
        start: Id,
        /// Where it was to end.
        end: Id,
    },
    /// An object is not there.
    #[error("the object {id} is missing from the git repository")]
    Missing {
        /// The object.
        id: Id,
        /// True for a clone that leaves objects out on purpose.
        partial: bool,
    },
    /// An object is there and is not what it should be.
    #[error("the git repository is damaged: {0}")]
    Damaged(String),
    /// More files than a register has.
    #[error("more than {0} files and folders below one tree")]
    TooMany(usize),
    /// A merge that is not finished.
    #[error("the index has unmerged files: {}", listed(.0))]
    Unmerged(Vec<String>),
    /// There is no such index.
    #[error("the index {0} does not exist")]
    NoIndex(String),
    /// The repository has no work tree.
    #[error("this git repository is bare: it has no {0}")]
    Bare(&'static str),
    /// A commit has another note already.
    #[error("commit {0} has another note already")]
    NoteExists(Id),
    /// Somebody else wrote a note at the same time.
    #[error("{0} moved while a note was written")]
    Moved(String),
    /// Anything else.
    #[error("git: {0}")]
    Other(String),
}

/// Kinds of repositories that libgit2 does not read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unsupported {
    /// Objects named by SHA-256.
    #[error("this git repository names its objects by SHA-256, which exboard cannot read")]
    Sha256,
    /// Refs in tables.
    #[error("this git repository keeps its refs in a reftable, which exboard cannot read")]
    Reftable,
    /// A partial clone of the old form.
    #[error("this git repository is a partial clone, which exboard cannot read")]
    PartialClone,
    /// An index in two files.
    #[error("the git index is split, which exboard cannot read")]
    SplitIndex,
    /// An index with folders in place of their files.
    #[error("the git index is sparse, which exboard cannot read")]
    SparseIndex,
    /// Anything else that a repository may ask of whoever reads it.
    #[error("this git repository asks for what exboard cannot do: {0}")]
    Extension(String),
}

impl GitError {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let help = match self {
            GitError::Unsupported(kind) => kind.help(),
            GitError::NotOwned(folder) => {
                return Some(format!("if you trust it: `git config --global --add safe.directory {folder}`"));
            }
            GitError::Unknown { shallow: true, .. } | GitError::Shallow(_) => {
                "fetch the rest: `git fetch --unshallow`, or `fetch-depth: 0` of actions/checkout"
            }
            GitError::Unknown { revision, .. } if revision == "HEAD" => {
                "history begins with the first commit: `git add -A`, `git commit`"
            }
            GitError::Unknown { .. } => {
                "write a branch, a tag or a commit id; fetch it where it is not here yet"
            }
            GitError::NotARevision(_) => "write a branch, a tag or a commit id",
            GitError::Replaced("grafts") => {
                "`git replace --convert-graft-file` shows them; remove .git/info/grafts"
            }
            GitError::Replaced(_) => "`git replace --list` shows them, `git replace -d` removes one",
            GitError::Missing { partial: true, .. } => {
                "the clone leaves objects out: fetch them with `git fetch --refetch --no-filter`"
            }
            GitError::Missing { .. } | GitError::Damaged(_) => "`git fsck` says more; a fresh clone mends it",
            GitError::Unmerged(_) => "finish the merge: resolve them, then `git add` them",
            GitError::Bare(_) => "judge a commit of it: `--rev REV`",
            GitError::Moved(_) => "fetch it, and try again",
            GitError::NoIndex(_)
            | GitError::Unrelated(..)
            | GitError::NotOnTheWay { .. }
            | GitError::TooMany(_)
            | GitError::NoteExists(_)
            | GitError::Other(_) => return None,
        };
        Some(help.to_owned())
    }

    /// What libgit2 says when it opens a repository or an index. It has no codes for what it does not support.
    pub(super) fn opening(error: &git2::Error) -> GitError {
        let message = error.message();
        let unsupported = if error.code() == ErrorCode::Owner {
            let folder = message.split('\'').nth(1).unwrap_or(message);
            return GitError::NotOwned(folder.to_owned());
        } else if message.starts_with("invalid graft") {
            return GitError::Replaced("grafts");
        } else if let Some(extension) = message.strip_prefix("unsupported extension name extensions.") {
            match extension.to_ascii_lowercase().as_str() {
                "refstorage" => Unsupported::Reftable,
                "partialclone" => Unsupported::PartialClone,
                _ => Unsupported::Extension(format!("`extensions.{extension}`")),
            }
        } else if message.contains("object format") && message.contains("sha256") {
            Unsupported::Sha256
        } else if message.contains("unsupported mandatory extension: 'link'") {
            Unsupported::SplitIndex
        } else if message.contains("unsupported mandatory extension: 'sdir'") {
            Unsupported::SparseIndex
        } else if message.contains("unsupported repository version") {
            Unsupported::Extension(message.to_owned())
        } else {
            return GitError::from(error);
        };
        GitError::Unsupported(unsupported)
    }
}

impl Unsupported {
    fn help(&self) -> &'static str {
        match self {
            Unsupported::Sha256 => "keep the records in a repository made without `--object-format=sha256`",
            Unsupported::Reftable => "`git refs migrate --ref-format=files` turns them into files",
            Unsupported::PartialClone => "clone it again without `--filter`",
            Unsupported::SplitIndex => "`git update-index --no-split-index` makes it one file",
            Unsupported::SparseIndex => "`git sparse-checkout reapply --no-sparse-index` makes it whole",
            Unsupported::Extension(_) => "clone it with the settings that git has by default",
        }
    }
}

impl From<&git2::Error> for GitError {
    fn from(error: &git2::Error) -> Self {
        match (error.class(), error.code()) {
            (ErrorClass::Zlib | ErrorClass::Sha1, _) => GitError::Damaged(error.message().to_owned()),
            (_, ErrorCode::Modified) => GitError::Moved("the ref".to_owned()),
            _ => GitError::Other(error.message().to_owned()),
        }
    }
}

/// A few of many.
fn listed(paths: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<&str> = paths.iter().take(SHOWN).map(String::as_str).collect();
    match paths.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{}, and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(code: ErrorCode, message: &str) -> GitError {
        GitError::opening(&git2::Error::new(code, ErrorClass::Repository, message))
    }

    #[test]
    fn what_libgit2_refuses_is_named() {
        let owner = says(ErrorCode::Owner, "repository path '/srv/x y' is not owned by current user");
        assert_eq!(owner, GitError::NotOwned("/srv/x y".to_owned()));
        assert!(owner.help().unwrap().contains("safe.directory /srv/x y"));
        for (message, kind) in [
            ("unsupported extension name extensions.refstorage", Unsupported::Reftable),
            ("unsupported extension name extensions.partialclone", Unsupported::PartialClone),
            (
                "unsupported extension name extensions.new",
                Unsupported::Extension("`extensions.new`".to_owned()),
            ),
            ("unsupported mandatory extension: 'link'", Unsupported::SplitIndex),
            ("unsupported mandatory extension: 'sdir'", Unsupported::SparseIndex),
        ] {
            assert_eq!(says(ErrorCode::GenericError, message), GitError::Unsupported(kind));
        }
    }

    #[test]
    fn many_files_are_not_all_listed() {
        let paths: Vec<String> = (1..=7).map(|number| number.to_string()).collect();
        let message = GitError::Unmerged(paths).to_string();
        assert_eq!(message, "the index has unmerged files: 1, 2, 3, 4, 5, and 2 more");
    }
}
