//! Files that come, go and change while they are read.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::*;

/// Does to one file after the other what other programs do to files, and worse, until it is told to stop; leaves all as
/// they were.
fn churn(folder: &Path, records: usize, secret: &Path, stop: &AtomicBool) {
    let texts: Vec<String> = (0..records).map(record).collect();
    for step in 0_usize.. {
        let number = step * 7 % records;
        let (path, text) = (folder.join(path_of(number)), &texts[number]);
        let aside = path.with_extension("aside");
        let put = |how: &dyn Fn()| {
            fs::rename(&path, &aside).unwrap();
            how();
            thread::sleep(Duration::from_micros(300));
        };
        match step % 7 {
            0 => put(&|| ()),
            1 => fs::write(&path, &text[..text.len() / 2]).unwrap(),
            2 => fs::write(&path, "").unwrap(),
            3 => put(&|| pipe(&path)),
            4 => put(&|| symlink(secret, &path).unwrap()),
            5 => put(&|| fs::create_dir(&path).unwrap()),
            _ => fs::write(&path, "x".repeat(400_000)).unwrap(),
        }
        if aside.exists() {
            let _ = if path.is_dir() { fs::remove_dir(&path) } else { fs::remove_file(&path) };
            fs::rename(&aside, &path).unwrap();
        }
        fs::write(&path, text).unwrap();
        if stop.load(Ordering::Relaxed) {
            return;
        }
    }
}

/// Judges a register in different ways while its files move.
fn judge_meanwhile(folder: &Path, records: usize, ways: &[&[&str]]) {
    let (_elsewhere, secret) = outside("TOP-SECRET");
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| churn(folder, records, &secret, &stop));
        for round in 0..24 {
            let way = ways[round % ways.len()];
            // A panic here must not leave the other thread running for good.
            let judged = std::panic::catch_unwind(|| {
                let ran = ran(exboard(way).current_dir(folder));
                let code = ran.code();
                assert!([0, 1, 3].contains(&code), "{ran:?}");
                if code == 3 {
                    let names = ran.error.contains(": cannot read exceptions/");
                    assert!(names, "no file is named: {ran:?}");
                    assert!(!ran.error.contains(&*folder.to_string_lossy()), "in their words: {ran:?}");
                }
                assert!(!ran.out.contains("TOP-SECRET"), "a link was followed: {ran:?}");
            });
            if judged.is_err() {
                stop.store(true, Ordering::Relaxed);
            }
            judged.unwrap();
        }
        stop.store(true, Ordering::Relaxed);
    });
    check(folder, &[]).ends(0);
}

#[test]
fn files_that_move_while_they_are_judged_are_told_by_their_names() {
    let folder = register(100);
    judge_meanwhile(
        folder.path(),
        100,
        &[&["check", "--now", AT, "--format", "human"], &["check", "--now", AT, "--jobs", "3"]],
    );
}

#[test]
fn the_same_where_git_knows_the_files() {
    let folder = register(60);
    for arguments in [&["init", "--quiet"][..], &["add", "-A"], &["commit", "--quiet", "-m", "Adopt exboard"]]
    {
        let mut git = deaf("git");
        for role in ["AUTHOR", "COMMITTER"] {
            git.env(format!("GIT_{role}_NAME"), "Sam").env(format!("GIT_{role}_EMAIL"), "sam@example.com");
        }
        assert!(git.current_dir(folder.path()).args(arguments).status().unwrap().success());
    }
    judge_meanwhile(folder.path(), 60, &[&["check", "--now", AT, "--format", "human"]]);
}
