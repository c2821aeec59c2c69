//! The example repositories, through the real binary: what a newcomer sees first.

#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use exboard::finding::Scope;

const NOW: &str = "2026-11-20T09:00:00Z";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Exit code, standard output, standard error. The folder is judged outside of git, so that it does not matter what of it
/// is committed here: each record counts as decided just now.
fn check(example: &Path, format: &str) -> (i32, String, String) {
    let copy = tempfile::tempdir().unwrap();
    let folder = copy.path();
    for entry in walkdir::WalkDir::new(example).into_iter().map(Result::unwrap) {
        let to = folder.join(entry.path().strip_prefix(example).unwrap());
        match entry.file_type().is_dir() {
            true => fs::create_dir_all(to).unwrap(),
            false => drop(fs::copy(entry.path(), to).unwrap()),
        }
    }
    let output = Command::new(env!("CARGO_BIN_EXE_exboard"))
        .args(["-C", folder.to_str().unwrap(), "check", "--now", NOW, "--format", format])
        .env_remove("COLUMNS")
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// Compares with a file of `tests/examples/`; with `UPDATE_EXPECT=1` writes it.
fn expect(name: &str, found: &str) {
    let path = root().join("tests/examples").join(name);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, found).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        expected == found,
        "tests/examples/{name} is stale; run: UPDATE_EXPECT=1 cargo test --test examples\nfound:\n{found}"
    );
}

/// The values of a JSON field in all records of a folder.
fn values(folder: &Path, field: &str) -> BTreeSet<String> {
    let records = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    records
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "yaml"))
        .filter_map(|entry| {
            let text = fs::read_to_string(entry.path()).unwrap();
            let line =
                text.lines().find_map(|line| line.strip_prefix(&format!("{field}:")).map(str::to_owned))?;
            Some(line.split('#').next().unwrap().trim().to_owned())
        })
        .collect()
}

#[test]
fn the_board_is_clean_and_shows_every_status_and_lane() {
    let board = root().join("examples/board");
    let (code, out, error) = check(&board, "concise");
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    assert!(!out.contains("error[") && !out.contains("warning["), "{out}");
    expect("board.txt", &out);
    let statuses = values(&board.join("exceptions"), "decision_status");
    let all = ["approved", "closed", "draft", "expired", "proposed", "rejected", "revoked", "withdrawn"];
    assert_eq!(statuses.iter().map(String::as_str).collect::<Vec<_>>(), all);
    let tiers = values(&board.join("exceptions"), "board_tier");
    assert_eq!(tiers.iter().map(String::as_str).collect::<Vec<_>>(), ["director", "executive", "working"]);
    let statuses = values(&board.join("registry"), "status");
    let all = ["accepted", "closed", "drafted", "escalated", "new", "ready", "rejected", "sent", "triaged"];
    assert_eq!(statuses.iter().map(String::as_str).collect::<Vec<_>>(), all);
}

#[test]
fn the_broken_repository_breaks_every_rule_of_records() {
    let (code, out, error) = check(&root().join("examples/broken"), "concise");
    assert_eq!((code, error.as_str()), (1, ""));
    expect("broken.txt", &out);
    for rule in exboard::rules::RULES {
        // Neither a policy nor a change is a record.
        let other = matches!(rule.info.scope, Scope::Policy | Scope::Change);
        assert!(
            other || out.contains(&format!("[{}]", rule.info.name)),
            "no record breaks {}",
            rule.info.name
        );
    }
}

#[test]
fn each_broken_policy_says_what_is_wrong_with_it() {
    let folder = root().join("examples/broken-policy");
    let mut ways: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    ways.sort();
    assert!(ways.len() >= 20);
    let table = fs::read_to_string(folder.join("README.md")).unwrap();
    let mut all = String::new();
    for way in ways {
        let (code, out, error) = check(&way, "concise");
        let name = way.file_name().unwrap().to_str().unwrap().to_owned();
        assert_eq!(code, 3, "{name}: {out}{error}");
        assert!(out.contains("error[policy/invalid]"), "{name}: {out}");
        let message = out.lines().next().unwrap().split_once("] ").unwrap().1;
        let row = format!("[`{name}`](");
        let told = table.lines().find(|line| line.contains(&row)).unwrap_or_default();
        // A cell of a table cannot hold a bar.
        assert!(
            told.replace("\\|", "|").contains(message),
            "README.md says of {name}:\n{told}\nfound: {message}"
        );
        all.push_str(&format!("{name}\n{out}\n"));
    }
    expect("broken-policy.txt", &all);
}

/// What people see first, rendered for people: read it when it changes.
#[test]
fn the_broken_repository_for_people() {
    let (_, out, _) = check(&root().join("examples/broken"), "human");
    expect("broken.human.txt", &out);
}
