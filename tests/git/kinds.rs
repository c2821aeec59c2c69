//! Kinds of repositories, and what cannot be read of which.

use std::fs;

use exboard::policy::Policy;
use exboard::source::Source;
use exboard::store::git::{Git, GitError, Scope, Unsupported};
use exboard::store::{Origin, Snapshot, StoreError};

use crate::scratch::Scratch;
use crate::{id, open, tree};

const A: &str = "exceptions/a.yaml";

fn paths() -> exboard::policy::Paths {
    let source = std::sync::Arc::new(Source::new("exboard.toml", "version = 1\n"));
    Policy::load(&[source], &[]).unwrap().exboard.paths
}

fn records(snapshot: &dyn Snapshot) -> Vec<String> {
    snapshot.list(&paths()).unwrap().records.iter().map(|folder| folder.path.to_string()).collect()
}

fn refusal(scratch: &Scratch) -> GitError {
    match Git::open(scratch.root()) {
        Err(StoreError::Git(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn without_git_there_is_none() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Git::open(folder.path()).unwrap().is_none());
    assert!(matches!(Git::open(&folder.path().join("gone")), Err(StoreError::Unreadable { .. })));
}

#[test]
fn a_bare_repository_has_commits_and_no_index_and_no_work_tree() {
    let scratch = Scratch::new();
    scratch.write(A, "x").commit("one");
    let bare = scratch.clone_to("bare", &["--bare"]);
    let git = open(&bare);
    let head = git.head().unwrap().unwrap();
    assert_eq!(records(&*git.at(head).unwrap()), [A]);
    assert_eq!(git.work_tree(), None);
    let says = |error: StoreError| format!("{error}: {}", error.help().unwrap());
    assert_eq!(
        says(git.index().unwrap_err()),
        "this git repository is bare: it has no index: judge a commit of it: `--rev REV`"
    );
    assert!(says(git.diff_work_tree(None, &Scope::of([""])).unwrap_err()).contains("no work tree"));
}

#[test]
fn a_linked_work_tree_and_a_submodule_are_repositories_of_their_own() {
    let scratch = Scratch::new();
    scratch.write(A, "1").commit("one");
    scratch.git(&["worktree", "add", "--quiet", "-b", "linked", "../linked"]);
    let linked = scratch.beside("linked");
    linked.write(A, "2").commit("two");
    let git = open(&linked);
    assert_eq!(git.resolve("HEAD").unwrap(), id(&linked.head()));
    assert_eq!(git.work_tree(), Some(linked.root().canonicalize().unwrap().as_path()));
    let outer = Scratch::new();
    outer.write("exceptions/outer.yaml", "x");
    let url = scratch.root().to_str().unwrap();
    outer.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", url, "governance"]);
    outer.commit("with a submodule");
    let inner = Git::open(&outer.root().join("governance")).unwrap().unwrap();
    let head = inner.head().unwrap().unwrap();
    assert_eq!(head, id(&scratch.head()));
    assert_eq!(records(&*inner.at(head).unwrap()), [A]);
    assert!(inner.diff_work_tree(Some(inner.step(head).unwrap().tree), &Scope::of([""])).unwrap().is_empty());
    assert_eq!(records(&*open(&outer).at(id(&outer.head())).unwrap()), ["exceptions/outer.yaml"]);
}

#[test]
fn objects_of_another_repository_that_this_one_borrows_are_found() {
    let scratch = Scratch::new();
    scratch.write(A, "1").commit("one");
    let clone = scratch.clone_to("borrower", &["--shared"]);
    assert_eq!(records(&*open(&clone).at(id(&scratch.head())).unwrap()), [A]);
}

#[test]
fn repositories_that_libgit2_does_not_read_are_named() {
    let scratch = Scratch::with(&["--object-format=sha256"]);
    let error = refusal(&scratch);
    assert_eq!(error, GitError::Unsupported(Unsupported::Sha256));
    for (key, value, kind) in [
        ("extensions.refStorage", "reftable", Unsupported::Reftable),
        ("extensions.partialClone", "origin", Unsupported::PartialClone),
        ("extensions.newThing", "true", Unsupported::Extension("`extensions.newthing`".to_owned())),
    ] {
        let scratch = Scratch::new();
        let config = scratch.root().join(".git/config");
        let text = fs::read_to_string(&config)
            .unwrap()
            .replace("repositoryformatversion = 0", "repositoryformatversion = 1");
        let (section, name) = key.split_once('.').unwrap();
        fs::write(&config, format!("{text}[{section}]\n\t{name} = {value}\n")).unwrap();
        let error = refusal(&scratch);
        assert_eq!(error, GitError::Unsupported(kind));
        assert!(error.help().is_some());
    }
    let scratch = Scratch::new();
    let config = scratch.root().join(".git/config");
    let text = fs::read_to_string(&config)
        .unwrap()
        .replace("repositoryformatversion = 0", "repositoryformatversion = 9");
    fs::write(&config, text).unwrap();
    assert!(matches!(refusal(&scratch), GitError::Unsupported(Unsupported::Extension(_))));
}

#[test]
fn an_index_that_libgit2_does_not_read_spoils_nothing_else() {
    let scratch = Scratch::new();
    scratch.write(A, "1").write("other/b", "1").commit("one");
    scratch.git(&["update-index", "--split-index"]);
    let git = open(&scratch);
    let error = git.index().unwrap_err();
    assert_eq!(error.to_string(), "the git index is split, which exboard cannot read");
    assert_eq!(error.help().unwrap(), "`git update-index --no-split-index` makes it one file");
    assert_eq!(records(&*git.at(id(&scratch.head())).unwrap()), [A]);
    assert!(git.diff_work_tree(tree(&scratch, "HEAD"), &Scope::of([""])).unwrap().is_empty());
    scratch.git(&["update-index", "--no-split-index"]);
    assert_eq!(records(&*open(&scratch).index().unwrap()), [A]);
    scratch.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "exceptions"]);
    let git = open(&scratch);
    for error in
        [git.index().unwrap_err(), git.diff_work_tree(tree(&scratch, "HEAD"), &Scope::of([""])).unwrap_err()]
    {
        assert_eq!(error.to_string(), "the git index is sparse, which exboard cannot read");
        assert_eq!(error.help().unwrap(), "`git sparse-checkout reapply --no-sparse-index` makes it whole");
    }
    scratch.git(&["sparse-checkout", "reapply", "--no-sparse-index"]);
    let git = open(&scratch);
    assert_eq!(records(&*git.index().unwrap()), [A]);
    // What is not checked out on purpose was not removed.
    assert!(!scratch.root().join("other/b").exists());
    assert!(git.diff_work_tree(tree(&scratch, "HEAD"), &Scope::of([""])).unwrap().is_empty());
}

#[test]
fn a_clone_that_leaves_blobs_out_says_how_to_fetch_them() {
    let scratch = Scratch::new();
    scratch.write(A, "1").commit("one");
    scratch.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = scratch.clone_to("partial", &["--filter=blob:none", "--no-checkout"]);
    let git = open(&clone);
    let head = git.head().unwrap().unwrap();
    let snapshot = git.at(head).unwrap();
    let listing = snapshot.list(&paths()).unwrap();
    let reason = snapshot.read(&listing.records[0]).unwrap_err();
    assert!(reason.contains("is missing from the git repository"), "{reason}");
    let blob = git.entry(git.step(head).unwrap().tree, A).unwrap().unwrap().id;
    let error = git.read(blob).unwrap_err();
    assert_eq!(
        error.help().unwrap(),
        "the clone leaves objects out: fetch them with `git fetch --refetch --no-filter`"
    );
    clone.git(&["fetch", "--quiet", "--refetch", "--no-filter"]);
    assert_eq!(open(&clone).read(blob).unwrap(), b"1");
}

#[test]
fn an_index_that_is_not_there_is_empty_only_before_the_first_commit() {
    let scratch = Scratch::new();
    assert_eq!(open(&scratch).index().unwrap().origin(), Origin::Index);
    scratch.write(A, "1").commit("one");
    fs::remove_file(scratch.root().join(".git/index")).unwrap();
    let error = open(&scratch).index().unwrap_err().to_string();
    assert!(error.starts_with("the index ") && error.ends_with("does not exist"), "{error}");
}

#[test]
fn many_threads_read_one_repository() {
    let scratch = Scratch::new();
    for number in 0..200 {
        scratch.write(&format!("exceptions/working/2026/{number:03}.yaml"), format!("{number:03}"));
    }
    scratch.commit("many");
    let git = open(&scratch);
    let snapshot = git.at(git.head().unwrap().unwrap()).unwrap();
    let listing = snapshot.list(&paths()).unwrap();
    assert_eq!(listing.records.len(), 200);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for folder in &listing.records {
                    assert_eq!(snapshot.read(folder).unwrap(), folder.stem().as_bytes());
                }
            });
        }
    });
}
