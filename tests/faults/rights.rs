//! Folders and files that this user may not read or write. Whoever runs the tests may be root, whom no rights bind: the
//! program then runs as nobody.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;

use super::*;

/// The user without rights, on every system that has one.
const NOBODY: u32 = 65_534;

fn is_root() -> bool {
    let uid = Command::new("id").arg("-u").output().unwrap().stdout;
    uid.trim_ascii() == b"0"
}

/// Gives a folder with all in it to whoever the program runs as.
fn give(folder: &Path) {
    if is_root() {
        for entry in walkdir::WalkDir::new(folder) {
            chown(entry.unwrap().path(), Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }
}

/// The program in a folder, bound by rights; `None`, and told, where it cannot be.
fn bound(folder: &Path, arguments: &[&str]) -> Option<Ran> {
    let mut command = exboard(arguments);
    command.current_dir(folder);
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
        let mut can_start = exboard(&["--version"]);
        if can_start.uid(NOBODY).gid(NOBODY).output().is_err() {
            skipped("nobody may not run the program where it lies");
            return None;
        }
    }
    Some(ran(&mut command))
}

fn permit(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// A path of the repository that is locked, and open again at the end so that the folder can be removed.
struct Locked<'a>(&'a Path, u32);

impl<'a> Locked<'a> {
    fn new(path: &'a Path, mode: u32) -> Self {
        let before = fs::metadata(path).unwrap().permissions().mode();
        permit(path, mode);
        Locked(path, before)
    }
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        permit(self.0, self.1);
    }
}

#[test]
fn what_cannot_be_read_is_named_and_nothing_is_clean() {
    let folder = register(2);
    fs::create_dir_all(folder.path().join("exceptions/director/2025")).unwrap();
    fs::create_dir_all(folder.path().join("policies/tests")).unwrap();
    fs::write(folder.path().join("policies/tests/a.yaml"), "x: 1\n").unwrap();
    give(folder.path());
    for (path, told) in [
        ("exboard.toml", "cannot read exboard.toml: Permission denied"),
        ("policies", "cannot read policies: Permission denied"),
        ("policies/board.toml", "cannot read policies/board.toml: Permission denied"),
        ("exceptions", "cannot read exceptions: Permission denied"),
        ("exceptions/director", "cannot read exceptions/director: Permission denied"),
        ("exceptions/director/2025", "cannot read exceptions/director/2025: Permission denied"),
        (&path_of(1), "cannot read exceptions/director/2026/SEB-2026-0001.yaml: Permission denied"),
    ] {
        let locked = folder.path().join(path);
        let _locked = Locked::new(&locked, 0o000);
        let Some(ran) = bound(folder.path(), &["check", "--now", AT]) else { return };
        ran.fails(told);
    }
    let tests = folder.path().join("policies/tests");
    let _locked = Locked::new(&tests, 0o000);
    bound(folder.path(), &["test"]).unwrap().fails("cannot read policies/tests: Permission denied");
}

#[test]
fn evidence_that_cannot_be_read_proves_nothing() {
    let folder = register(1);
    let proof = folder.path().join("evidence/proof.md");
    fs::create_dir_all(folder.path().join("evidence")).unwrap();
    fs::write(&proof, "x\n").unwrap();
    let text = record(0).replace("url: https://wiki.example.com/service-0", "path: evidence/proof.md\n    sha256: 73cb3858a687a8494ca3323053016282f3dad39d42cf62ca4e79dda2aac7d9ac");
    fs::write(folder.path().join(path_of(0)), text).unwrap();
    give(folder.path());
    let Some(open) = bound(folder.path(), &["check", "--now", AT]) else { return };
    assert!(!open.out.contains("Permission denied"), "{open:?}");
    for path in ["evidence", "evidence/proof.md"] {
        let locked = folder.path().join(path);
        let _locked = Locked::new(&locked, 0o000);
        let ran = bound(folder.path(), &["check", "--now", AT]).unwrap();
        assert_eq!(ran.code(), 1, "{path}: {ran:?}");
        assert!(ran.out.contains("Permission denied"), "{path}: {ran:?}");
    }
}

#[test]
fn what_cannot_be_written_is_named_and_stays() {
    let folder = broken(4);
    fs::create_dir_all(folder.path().join("exceptions/executive/2026")).unwrap();
    give(folder.path());
    let before = files(folder.path());
    {
        let lane = folder.path().join("exceptions/director/2026");
        let _locked = Locked::new(&lane, 0o555);
        let Some(ran) = bound(folder.path(), &["check", "--fix", "--now", AT]) else { return };
        for number in [0, 2] {
            ran.fails(&format!("cannot write {}: Permission denied", path_of(number)));
        }
        ran.fails("4 records could not be written");
        assert_eq!(files(folder.path()), before);
    }
    let other = folder.path().join("exceptions/executive/2026");
    let _locked = Locked::new(&other, 0o555);
    let ran = bound(folder.path(), &["check", "--fix", "--now", AT]).unwrap();
    ran.fails("cannot write exceptions/executive/2026/SEB-2026-0001.yaml: Permission denied");
    ran.fails("2 records could not be written");
    assert!(ran.error.contains("fixed 2 findings in 2 files"), "{ran:?}");
    let after = files(folder.path());
    assert_eq!(after[&path_of(1)], before[&path_of(1)]);
    assert!(after[&path_of(0)].contains("combined_risk_score: 60"));
}

#[test]
fn a_file_that_is_read_only_is_mended_and_stays_read_only() {
    // The folder says who may put another file in its place; the file's own rights are kept.
    let folder = broken(1);
    permit(&folder.path().join(path_of(0)), 0o444);
    give(folder.path());
    let Some(ran) = bound(folder.path(), &["check", "--fix", "--now", AT]) else { return };
    assert_eq!(ran.code(), 0, "{ran:?}");
    let mode = fs::metadata(folder.path().join(path_of(0))).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o444);
}

#[test]
fn new_files_are_as_private_as_the_user_wants_all_files() {
    let folder = TempDir::new().unwrap();
    let ran = ran(within("umask 077; exec \"$@\"", &["init", "--forge", "none"]).current_dir(folder.path()));
    assert_eq!(ran.code(), 0, "{ran:?}");
    let mode = fs::metadata(folder.path().join("exboard.toml")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn nothing_is_left_of_a_repository_that_cannot_be_made() {
    let folder = TempDir::new().unwrap();
    give(folder.path());
    let _locked = Locked::new(folder.path(), 0o555);
    let Some(ran) = bound(folder.path(), &["init", "--forge", "none"]) else { return };
    ran.fails("Permission denied");
    bound(folder.path(), &["init", "new"]).unwrap().fails("Permission denied");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_folder_that_cannot_be_listed_may_be_where_one_stands() {
    let folder = register(1);
    let stand = folder.path().join("exceptions");
    give(folder.path());
    {
        // One may go through it, and not look around.
        let _locked = Locked::new(folder.path(), 0o311);
        let Some(ran) = bound(&stand, &["check", "--now", AT]) else { return };
        ran.ends(0);
    }
    let _locked = Locked::new(&stand, 0o311);
    bound(&stand, &["check", "--now", AT]).unwrap().fails("cannot read exceptions: Permission denied");
}

#[test]
fn a_git_folder_that_cannot_be_read_is_told() {
    let folder = register(1);
    let made = deaf("git").args(["init", "--quiet"]).current_dir(folder.path()).status().unwrap();
    assert!(made.success());
    give(folder.path());
    let git = folder.path().join(".git");
    let _locked = Locked::new(&git, 0o000);
    let Some(ran) = bound(folder.path(), &["log"]) else { return };
    assert_eq!(ran.code(), 3, "{ran:?}");
    assert!(ran.error.starts_with("error: "), "{ran:?}");
}
