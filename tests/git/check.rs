//! `exboard check --rev`: the gate over a commit.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::scratch::{Scratch, git_in};

const RECORD: &str = "exceptions/director/2026/SEB-2026-0042.yaml";

/// The program, deaf to the machine, at a moment when the base records are sound.
fn check(folder: &Path, scratch: &Scratch, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_exboard"));
    // What makes git deaf makes libgit2 deaf too.
    for (name, value) in git_in(folder, scratch.home()).get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.current_dir(folder).arg("check").args(["--now", "2026-05-04T10:00:00Z"]).args(arguments);
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

fn base(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/base").join(name)).unwrap()
}

/// Two commits: the first one is sound, in the second one the score is wrong. On disk nothing is as it was.
fn repository(root: &str) -> Scratch {
    let scratch = Scratch::new();
    scratch
        .write(&format!("{root}exboard.toml"), "version = 1\n")
        .write(&format!("{root}policies/board.toml"), base("board.toml"))
        .write(&format!("{root}{RECORD}"), base("proposed.yaml"))
        .commit("sound");
    let wrong = base("proposed.yaml").replace("board_tier: director", "board_tier: working");
    scratch.write(&format!("{root}{RECORD}"), wrong).commit("wrong");
    scratch.remove(&format!("{root}{RECORD}")).write(&format!("{root}exceptions/x.yml"), "");
    scratch
}

#[test]
fn a_commit_is_judged_by_its_own_policy_and_nothing_on_disk_counts() {
    let scratch = repository("");
    let root = scratch.root();
    let (code, out, _) = check(root, &scratch, &["--rev", "HEAD~"]);
    assert_eq!(
        (code, out.as_str()),
        (0, "Clean: 1 board and 0 registry records, judged at 2026-05-04T10:00:00Z.\n")
    );
    let (code, out, _) = check(root, &scratch, &["--rev", "HEAD", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(code, 1);
    assert_eq!(json["policy"], serde_json::json!({ "from": "commit", "commit": scratch.head() }));
    let rules: Vec<&str> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap())
        .collect();
    assert_eq!(rules, ["lane/under-routed"]);
    // The excerpt is of the commit too.
    let (_, out, _) = check(root, &scratch, &["--rev", "HEAD", "--format", "human"]);
    assert!(out.contains("board_tier: working"), "{out}");
    let (code, out, _) = check(root, &scratch, &[]);
    assert_eq!((code, out.contains("exceptions/x.yml: error[schema/stray-file]")), (1, true), "{out}");
}

#[test]
fn a_path_of_a_commit_need_not_be_on_disk() {
    let scratch = repository("gov/");
    let below = scratch.root().join("gov/exceptions");
    let (code, out, _) = check(&below, &scratch, &["--rev", "main", "./director/../director/2026"]);
    assert!(code == 1 && out.contains("lane/under-routed"), "{out}");
    let (code, _, error) = check(&below, &scratch, &["--rev", "main", "executive"]);
    assert_eq!((code, error.contains("no record lies under the paths asked for")), (3, true), "{error}");
    let (code, _, error) = check(&below, &scratch, &["--rev", "main", "../../elsewhere"]);
    assert_eq!((code, error.contains("is not in the repository")), (3, true), "{error}");
}

#[test]
fn a_bare_repository_and_a_work_tree_without_a_marker_are_judged_from_their_top() {
    let scratch = repository("");
    let bare = scratch.clone_to("bare", &["--bare"]);
    let (code, out, error) = check(bare.root(), &scratch, &["--rev", "HEAD~"]);
    assert_eq!((code, out.starts_with("Clean: 1 board")), (0, true), "{out}{error}");
    scratch.remove("exboard.toml");
    let (code, out, _) = check(&scratch.root().join("policies"), &scratch, &["--rev", "HEAD~"]);
    assert_eq!((code, out.starts_with("Clean: 1 board")), (0, true), "{out}");
    let (code, _, error) = check(scratch.root(), &scratch, &[]);
    assert_eq!((code, error.contains("no governance repository here")), (3, true), "{error}");
}

#[test]
fn what_cannot_be_judged_is_a_failure_that_says_what_to_do() {
    let scratch = repository("");
    scratch.branch("empty", "main").remove("policies").remove("exceptions").commit("no records");
    scratch.remove("exboard.toml").commit("ungoverned");
    scratch.checkout("main");
    for (arguments, code, message) in [
        (&["--rev", "nobody"][..], 3, "`nobody` names no commit here"),
        (&["--rev=-x"], 3, "`-x` is no revision"),
        (&["--rev", "empty~"], 3, "no records below `exceptions/` and `registry/`"),
        (&["--rev", "empty"], 3, "has no exboard.toml, so nothing in it is governed"),
        (&["--rev", "HEAD", "--fix"], 2, "cannot be used with"),
    ] {
        let (found, out, error) = check(scratch.root(), &scratch, arguments);
        assert!(
            found == code && out.is_empty() && error.contains(message),
            "{arguments:?}: {found} {out}{error}"
        );
    }
    let (code, _, error) = check(scratch.root(), &scratch, &["--rev", "nobody"]);
    assert!(code == 3 && error.contains("write a branch, a tag or a commit id"), "{error}");
    let (code, ..) = check(scratch.root(), &scratch, &["--rev", "empty~", "--allow-empty"]);
    assert_eq!(code, 0);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("exboard.toml"), "version = 1\n").unwrap();
    let (code, _, error) = check(folder.path(), &scratch, &["--rev", "HEAD"]);
    assert_eq!((code, error.contains("is in no git repository")), (3, true), "{error}");
}
