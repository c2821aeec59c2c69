//! What a hook sees is what is about to be committed.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use exboard::store::git::{Git, Id, Scope};

use crate::scratch::Scratch;

const A: &str = "exceptions/a.yaml";
const B: &str = "exceptions/b.yaml";

/// Writes what differs between HEAD and the index, for the test that set the hook up.
#[test]
#[ignore = "run by the hooks of the other tests"]
fn as_a_pre_commit_hook() {
    let git = Git::open(Path::new(".")).unwrap().unwrap();
    let tree = git.head().unwrap().map(|head| git.step(head).unwrap().tree);
    let index = git.index().unwrap();
    let deltas = git.diff_index(tree, &index, &Scope::of(["exceptions"])).unwrap();
    let shown: String = deltas
        .iter()
        .map(|delta| {
            let text = |id: Id| String::from_utf8(git.read(id).unwrap()).unwrap();
            format!(
                "{}={} ",
                delta.text().unwrap(),
                delta.after.map_or("-".to_owned(), |entry| text(entry.id))
            )
        })
        .collect();
    fs::write(git.folder().join("seen"), shown).unwrap();
}

/// Writes the records of what is pushed.
#[test]
#[ignore = "run by the hooks of the other tests"]
fn as_a_pre_receive_hook() {
    let line = std::io::read_to_string(std::io::stdin()).unwrap();
    let new = line.split_whitespace().nth(1).unwrap();
    let git = Git::open(Path::new(".")).unwrap().unwrap();
    let tree = git.step(git.resolve(new).unwrap()).unwrap().tree;
    let files = git.files(tree, &Scope::of(["exceptions"])).unwrap();
    let shown: String = files
        .iter()
        .map(|(path, entry)| format!("{path}={} ", String::from_utf8(git.read(entry.id).unwrap()).unwrap()))
        .collect();
    fs::write(git.folder().join("seen"), shown).unwrap();
}

/// A hook that runs one of the two, from a folder.
fn hook(scratch: &Scratch, git_folder: &str, name: &str, test: &str, folder: &str) {
    let path = scratch.root().join(git_folder).join("hooks").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let exe = std::env::current_exe().unwrap();
    let text =
        format!("#!/bin/sh\ncd '{folder}' && exec '{}' --exact --ignored hooks::{test} >&2\n", exe.display());
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn seen(scratch: &Scratch) -> String {
    let path = scratch.root().join(scratch.git(&["rev-parse", "--git-common-dir"])).join("seen");
    let seen = fs::read_to_string(&path).unwrap();
    fs::remove_file(path).unwrap();
    seen.trim_end().to_owned()
}

#[test]
fn the_index_of_a_commit_is_judged_whichever_way_it_is_made() {
    let scratch = Scratch::new();
    scratch.write(A, "1").write(B, "1").commit("base");
    hook(&scratch, ".git", "pre-commit", "as_a_pre_commit_hook", ".");
    let commit = |arguments: &[&str]| {
        scratch.git(&[&["commit", "--quiet", "-m", "x"], arguments].concat());
        seen(&scratch)
    };
    // The index alone: what else lies in the work tree is not committed.
    scratch.write(A, "2");
    scratch.git(&["add", A]);
    scratch.write(A, "3").write(B, "3");
    assert_eq!(commit(&[]), format!("{A}=2"));
    // All that is tracked, which the index on disk does not have yet.
    assert_eq!(commit(&["-a"]), format!("{A}=3 {B}=3"));
    // One path, whatever else is staged.
    scratch.write(A, "4").write(B, "4");
    scratch.git(&["add", B]);
    assert_eq!(commit(&["--", A]), format!("{A}=4"));
    assert_eq!(commit(&[]), format!("{B}=4"));
    // And added on the way.
    scratch.write(A, "5").write(B, "5");
    scratch.git(&["add", B]);
    assert_eq!(commit(&["--include", A]), format!("{A}=5 {B}=5"));
    scratch.write(A, "6");
    assert_eq!(commit(&["--amend", "-a"]), format!("{A}=6"));
}

#[test]
fn a_hook_may_go_to_the_governance_root_and_commits_begin_anywhere() {
    let scratch = Scratch::new();
    scratch
        .write("gov/exboard.toml", "version = 1\n")
        .write(&format!("gov/{A}"), "1")
        .write(A, "1")
        .commit("base");
    hook(&scratch, ".git", "pre-commit", "as_a_pre_commit_hook", "gov");
    scratch.write(&format!("gov/{A}"), "2").write(A, "2");
    scratch.git(&["-C", "gov", "commit", "--quiet", "-a", "-m", "x"]);
    assert_eq!(seen(&scratch), format!("{A}=2"));
    scratch.write(&format!("gov/{A}"), "3");
    scratch.git(&["add", "."]);
    scratch.git(&["-C", "gov", "commit", "--quiet", "-m", "x"]);
    assert_eq!(seen(&scratch), format!("{A}=3"));
}

#[test]
fn a_hook_in_a_linked_work_tree_sees_the_index_of_that_one() {
    let scratch = Scratch::new();
    scratch.write(A, "1").commit("base");
    hook(&scratch, ".git", "pre-commit", "as_a_pre_commit_hook", ".");
    scratch.git(&["worktree", "add", "--quiet", "-b", "other", "../linked"]);
    let linked = scratch.beside("linked");
    scratch.write(A, "main");
    scratch.git(&["add", "."]);
    linked.write(A, "linked").git(&["commit", "--quiet", "-a", "-m", "x"]);
    assert_eq!(seen(&linked), format!("{A}=linked"));
}

#[test]
fn a_push_is_judged_before_it_lands() {
    let scratch = Scratch::new();
    scratch.write(A, "1").commit("base");
    let bare = scratch.clone_to("bare", &["--bare"]);
    hook(&bare, ".", "pre-receive", "as_a_pre_receive_hook", ".");
    scratch.write(A, "2").commit("pushed");
    scratch.git(&["push", "--quiet", bare.root().to_str().unwrap(), "main"]);
    assert_eq!(seen(&bare), format!("{A}=2"));
}

#[test]
fn what_git_says_of_another_repository_is_nothing_to_this_one() {
    let scratch = Scratch::new();
    scratch.write(A, "1").commit("base");
    let other = scratch.clone_to("other", &[]);
    other.write(A, "other");
    other.git(&["add", "."]);
    scratch.write(A, "mine");
    scratch.git(&["add", "."]);
    let run = |folder: &Path, variables: &[(&str, &str)]| {
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "--ignored", "hooks::as_a_pre_commit_hook"]).current_dir(folder);
        command.envs(variables.iter().copied());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    };
    let git_folder = other.root().join(".git");
    let index = other.root().join(".git/index");
    let (git_folder, index) = (git_folder.to_str().unwrap(), index.to_str().unwrap());
    run(scratch.root(), &[("GIT_DIR", git_folder), ("GIT_INDEX_FILE", index)]);
    assert_eq!(seen(&scratch), format!("{A}=mine"));
    // A work tree whose repository lies elsewhere, and which only the environment knows.
    let apart = scratch.home().join("apart");
    fs::create_dir_all(apart.join("exceptions")).unwrap();
    run(&apart, &[("GIT_DIR", git_folder), ("GIT_WORK_TREE", apart.to_str().unwrap())]);
    assert_eq!(seen(&other), format!("{A}=other"));
}
