//! `check --staged`, as a hook runs it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::governed::{Governed, ID, Landing, NOW, RECORD, approved, proposed, set};

const OTHER: &str = "exceptions/director/2026/SEB-2026-0043.yaml";

/// The program as the hook of commits.
fn hook(board: &Governed, folder: &str) {
    let path = Path::new(folder).join("hooks/pre-commit");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let program = env!("CARGO_BIN_EXE_exboard");
    let text = format!("#!/bin/sh\nexec '{program}' check --staged --format concise --now {NOW} >&2\n");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let _ = board;
}

/// Whether a commit with these arguments goes through, and what the hook said.
fn commit(board: &Governed, arguments: &[&str]) -> (bool, String) {
    let mut command = board.git.command(&[&["commit", "--quiet", "-m", "x"], arguments].concat());
    let output = command.output().unwrap();
    (output.status.success(), String::from_utf8(output.stderr).unwrap())
}

/// Two proposed records, of which neither is wrong.
fn two() -> Governed {
    let board = Governed::new();
    board.write(RECORD, proposed()).write(OTHER, second());
    board.commit("mia", "2026-05-04T09:00:00Z", "Two records");
    board.verify().green();
    board
}

fn second() -> String {
    proposed()
        .replace(ID, "SEB-2026-0043")
        .replace("[export-service]", "[billing-service]")
        .replace("encryption", "logging")
}

fn wrong(text: &str) -> String {
    set(text, "impact_score: 50", "impact_score: 150")
}

#[test]
fn a_commit_of_all_or_of_one_path_is_judged_as_it_will_be() {
    let board = two();
    hook(&board, &board.git.root().join(".git").display().to_string());
    // What lies there and is not committed is no matter.
    board.write(RECORD, wrong(&proposed()));
    board.write(OTHER, format!("{}# noted\n", second()));
    let (passed, said) = commit(&board, &["--", OTHER]);
    assert!(passed, "{said}");
    let (passed, said) = commit(&board, &["-a"]);
    assert!(!passed && said.contains("schema/invalid"), "{said}");
    let (passed, said) = commit(&board, &["--", RECORD]);
    assert!(!passed && said.contains("schema/invalid"), "{said}");
    // Staged right, and wrong on disk.
    board.write(RECORD, format!("{}# noted\n", proposed()));
    board.git.git(&["add", RECORD]);
    board.write(RECORD, wrong(&proposed()));
    let (passed, said) = commit(&board, &[]);
    assert!(passed, "{said}");
    // Staged wrong, and right on disk.
    board.git.git(&["add", RECORD]);
    board.write(RECORD, proposed());
    let (passed, said) = commit(&board, &[]);
    assert!(!passed && said.contains("schema/invalid"), "{said}");
}

#[test]
fn votes_are_not_a_hook_s_affair_and_it_says_so() {
    let board = two();
    board.write(RECORD, approved());
    board.git.git(&["add", "--all"]);
    let run = board.exboard(&["check", "--staged", "--format", "json", "--now", NOW]);
    run.green_but_for_votes();
    let json: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert!(json["unjudged"].to_string().contains("lane/approval-missing"), "{json:#}");
    // A record that is deleted is.
    board.git.git(&["reset", "--quiet", "--hard"]);
    board.git.git(&["rm", "--quiet", RECORD]);
    board.exboard(&["check", "--staged", "--format", "json", "--now", NOW]).red(&["history/record-deleted"]);
}

#[test]
fn a_linked_work_tree_has_its_own_index() {
    let board = two();
    board.git.git(&["worktree", "add", "--quiet", "-b", "linked", "../linked", "main"]);
    hook(&board, &board.git.root().join(".git").display().to_string());
    let linked = board.like(board.git.beside("linked"));
    linked.write(RECORD, wrong(&proposed()));
    let (passed, said) = commit(&linked, &["-a"]);
    assert!(!passed && said.contains("schema/invalid"), "{said}");
    board.write(RECORD, format!("{}# noted\n", proposed()));
    let (passed, said) = commit(&board, &["-a"]);
    assert!(passed, "{said}");
    linked.write(RECORD, format!("{}# noted here too\n", proposed()));
    let (passed, said) = commit(&linked, &["-a"]);
    assert!(passed, "{said}");
    // Votes and history of the linked one are those of its branch.
    linked.git.branch("change", "linked");
    linked.write(RECORD, approved()).commit("mia", "2026-05-04T09:05:00Z", "Approve");
    linked.at("2026-05-04T09:20:00Z").vote("dan", ID);
    linked.git.git(&["checkout", "--quiet", "linked"]);
    linked.at("2026-05-04T10:00:00Z").git.merge(&["change"]);
    linked.verify().green();
    let _ = Landing::Merge;
}
