//! The git repository of a governance root, and handles on it for as many threads as ask.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, Once, OnceLock, PoisonError};

use git2::{ErrorCode, Repository, RepositoryOpenFlags};

use super::GitError;
use crate::store::StoreError;

/// The git repository that holds a governance root. Clones share it.
#[derive(Clone)]
pub struct Git(Arc<Inner>);

struct Inner {
    door: Door,
    /// Handles that nobody uses now: one handle serves one thread at a time.
    idle: Mutex<Vec<Repository>>,
    /// `.git`, of all work trees together.
    common: PathBuf,
    work_tree: Option<PathBuf>,
    /// Path of the governance root from the top of the repository.
    prefix: Vec<u8>,
    honest: OnceLock<Result<(), GitError>>,
}

/// How the repository was found, and is found again for the next handle.
#[derive(Debug, Clone)]
enum Door {
    /// As in a hook: `GIT_DIR`, `GIT_INDEX_FILE`, `GIT_WORK_TREE`, `GIT_OBJECT_DIRECTORY`.
    Environment,
    Folder(PathBuf),
}

impl Door {
    fn open(&self) -> Result<Repository, git2::Error> {
        match self {
            Door::Environment => Repository::open_from_env(),
            Door::Folder(folder) => {
                Repository::open_ext(folder, RepositoryOpenFlags::empty(), [] as [&Path; 0])
            }
        }
    }
}

impl Git {
    /// The git repository that holds a governance root; of a bare repository, whose governance root is the top of its
    /// trees, its own folder. `None` where there is none.
    ///
    /// In a hook git says in the environment which index is about to be committed. libgit2 reads that, and it is
    /// believed where it is about the same repository; where it is about another one, it is none of our business.
    ///
    /// # Errors
    /// Where there is one that cannot be read: of a kind that libgit2 does not know, or of another user.
    pub fn open(root: &Path) -> Result<Option<Git>, StoreError> {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            // Whoever can change an object can change its name too; and every object is read once.
            git2::opts::strict_hash_verification(false);
            git2::opts::enable_caching(false);
        });
        let root = root
            .canonicalize()
            .map_err(|source| StoreError::Unreadable { path: root.display().to_string(), source })?;
        let here = Door::Folder(root.clone());
        let told = Door::Environment.open().ok();
        let (door, repository) = match (here.open(), told) {
            (Ok(found), Some(told)) if told.path() == found.path() && holds(&told, &root) => {
                (Door::Environment, told)
            }
            (Ok(found), _) => (here, found),
            (Err(error), Some(told)) if error.code() == ErrorCode::NotFound && holds(&told, &root) => {
                (Door::Environment, told)
            }
            (Err(error), _) if error.code() == ErrorCode::NotFound => return Ok(None),
            (Err(error), _) => return Err(GitError::opening(&error).into()),
        };
        let work_tree = repository.workdir().and_then(|folder| folder.canonicalize().ok());
        let prefix = work_tree.as_ref().and_then(|top| root.strip_prefix(top).ok()).map(bytes);
        Ok(Some(Git(Arc::new(Inner {
            door,
            common: repository.commondir().to_owned(),
            work_tree,
            prefix: prefix.unwrap_or_default(),
            idle: Mutex::new(vec![repository]),
            honest: OnceLock::new(),
        }))))
    }

    /// The top folder of the work tree; `None` in a bare repository.
    #[must_use]
    pub fn work_tree(&self) -> Option<&Path> {
        self.0.work_tree.as_deref()
    }

    /// The folder where git keeps the repository itself.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.0.common
    }

    /// Path of the governance root from the top of the repository, as text: by it one governance root is told from another of the same repository.
    #[must_use]
    pub fn governed(&self) -> String {
        String::from_utf8_lossy(self.prefix()).into_owned()
    }

    /// Path of the governance root from the top of the repository; empty where they are the same.
    pub(super) fn prefix(&self) -> &[u8] {
        &self.0.prefix
    }

    /// Lends a handle; opens one more where all are lent.
    pub(super) fn with<R>(
        &self,
        work: impl FnOnce(&Repository) -> Result<R, GitError>,
    ) -> Result<R, GitError> {
        let idle = || self.0.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let handle = idle().pop();
        let repository = match handle {
            Some(repository) => repository,
            None => self.0.door.open().map_err(|error| GitError::opening(&error))?,
        };
        let result = work(&repository);
        idle().push(repository);
        result
    }

    /// Refuses a repository in which git shows other objects, or other parents, than there are: what people saw and
    /// voted on is then not what is judged.
    pub(super) fn honest(&self) -> Result<(), GitError> {
        let look = || {
            let grafts = std::fs::read_to_string(self.0.common.join("info/grafts")).unwrap_or_default();
            if grafts.lines().any(|line| !line.trim().is_empty() && !line.starts_with('#')) {
                return Err(GitError::Replaced("grafts"));
            }
            let replaced = self.with(|repository| {
                let mut refs = repository.references_glob("refs/replace/*")?;
                Ok(refs.next().is_some())
            })?;
            if replaced { Err(GitError::Replaced("replaced objects")) } else { Ok(()) }
        };
        self.0.honest.get_or_init(look).clone()
    }
}

impl From<git2::Error> for GitError {
    fn from(error: git2::Error) -> Self {
        GitError::from(&error)
    }
}

impl fmt::Debug for Git {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = String::from_utf8_lossy(self.prefix());
        write!(f, "Git({}, prefix {prefix:?})", self.0.common.display())
    }
}

fn holds(repository: &Repository, root: &Path) -> bool {
    let top = repository.workdir().unwrap_or_else(|| repository.path());
    top.canonicalize().is_ok_and(|top| root.starts_with(top))
}

/// A path from the top of the repository, as git writes it.
fn bytes(path: &Path) -> Vec<u8> {
    let parts: Vec<&[u8]> = path.components().map(|part| part.as_os_str().as_encoded_bytes()).collect();
    parts.join(&b'/')
}
