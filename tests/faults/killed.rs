//! Killed in the middle of writing: each file is the old one or the new one, and the next run goes on from there.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use super::*;

/// The records below a folder by their file names, each with its path and text. Fails where one is there twice.
#[track_caller]
fn records(folder: &Path) -> BTreeMap<String, (String, String)> {
    let mut found = BTreeMap::new();
    for (path, text) in files(&folder.join("exceptions")) {
        let name = path.rsplit('/').next().unwrap().to_owned();
        if !name.starts_with('.') {
            let twice = found.insert(name, (path, text));
            assert_eq!(twice, None, "a record is in two places");
        }
    }
    found
}

fn drafts(folder: &Path) -> usize {
    files(folder).keys().filter(|path| path.contains("/.exboard-")).count()
}

/// Copies a register.
fn copy(from: &Path) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (path, text) in files(from) {
        let to = folder.path().join(path);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, text).unwrap();
    }
    folder
}

#[test]
fn a_register_that_is_mended_is_whole_whenever_the_program_is_killed() {
    const RECORDS: usize = 200;
    let start = broken(RECORDS);
    let before = records(start.path());
    let done = copy(start.path());
    let mended = check(done.path(), &["--fix"]);
    assert_eq!(mended.code(), 0, "{mended:?}");
    let after = records(done.path());
    assert!(after.values().filter(|(path, _)| path.starts_with("executive/")).count() == RECORDS / 2);
    let mut in_between = 0;
    for round in 0..24 {
        let folder = copy(start.path());
        let mut command = exboard(&["check", "--fix", "--now", AT]);
        command.current_dir(folder.path()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        // It is reading until the first record has moved; from there on each round waits a little longer.
        while child.try_wait().unwrap().is_none() && !folder.path().join("exceptions/executive/2026").exists()
        {
            thread::yield_now();
        }
        thread::sleep(Duration::from_micros(round * 1_500));
        let _ = child.kill();
        child.wait().unwrap();
        let found = records(folder.path());
        assert!(found.keys().eq(before.keys()), "round {round}: a record is gone");
        let mut mended = 0;
        for (name, (path, text)) in &found {
            let (old, new) = (&before[name], &after[name]);
            assert!(*text == old.1 || *text == new.1, "round {round}: half a file: {path}\n{text}");
            mended += usize::from(*text == new.1 && *path == new.0);
        }
        in_between += usize::from(mended > 0 && mended < RECORDS);
        // What was left is no record to anybody.
        let judged = check(folder.path(), &[]);
        assert!(judged.out.contains(&format!("{RECORDS} board")), "{judged:?}");
        assert!(!judged.out.contains(".exboard-") && !judged.out.contains("duplicate-id"), "{judged:?}");
        let goes_on = check(folder.path(), &["--fix"]);
        assert_eq!(goes_on.code(), 0, "round {round}: {goes_on:?}");
        assert_eq!(records(folder.path()), after);
        assert_eq!(drafts(folder.path()), 0, "round {round}: a draft stays");
    }
    assert!(in_between > 0, "no round was killed in the middle");
}

#[test]
fn a_move_that_was_cut_off_is_finished() {
    // Between its two steps a record lies in its new place with its old text.
    let folder = broken(2);
    let lane = folder.path().join("exceptions/executive/2026");
    fs::create_dir_all(&lane).unwrap();
    fs::rename(folder.path().join(path_of(1)), lane.join("SEB-2026-0001.yaml")).unwrap();
    fs::write(lane.join(".exboard-x7Gd2k"), "schema: security_exc").unwrap();
    let ran = check(folder.path(), &["--fix"]);
    assert_eq!(ran.code(), 0, "{ran:?}");
    let found = records(folder.path());
    assert_eq!(found["SEB-2026-0001.yaml"].0, "executive/2026/SEB-2026-0001.yaml");
    assert_eq!(drafts(folder.path()), 0);
}

#[test]
fn what_a_killed_run_left_is_committed_by_nobody_and_judged_by_nobody() {
    let folder = register(1);
    fs::write(folder.path().join("exceptions/director/2026/.exboard-x7Gd2k"), "half: [").unwrap();
    fs::write(folder.path().join("policies/.exboard-x7Gd2k"), "half = [").unwrap();
    check(folder.path(), &[]).ends(0);
}

#[test]
fn a_first_repository_is_completed_by_the_next_try() {
    let whole = TempDir::new().unwrap();
    let made = ran(exboard(&["init"]).current_dir(whole.path()));
    assert_eq!(made.code(), 0, "{made:?}");
    let whole = files(whole.path());
    for round in 0..12 {
        let folder = TempDir::new().unwrap();
        let mut command = exboard(&["init"]);
        command.current_dir(folder.path()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        while child.try_wait().unwrap().is_none() && fs::read_dir(folder.path()).unwrap().next().is_none() {
            thread::yield_now();
        }
        thread::sleep(Duration::from_micros(round * 700));
        let _ = child.kill();
        child.wait().unwrap();
        let again = ran(exboard(&["init"]).current_dir(folder.path()));
        assert_eq!(again.code(), 0, "round {round}: {again:?}");
        let mut found = files(folder.path());
        found.retain(|path, _| !path.contains(".exboard-"));
        assert!(found == whole, "round {round}: {:?}", found.keys().collect::<Vec<_>>());
    }
}
