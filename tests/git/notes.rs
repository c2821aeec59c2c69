//! Notes: written by us, read by git, and the other way round.

use exboard::change::Identity;
use exboard::store::StoreError;
use exboard::store::git::{Git, GitError, Id, Written};
use exboard::time::Instant;

use crate::scratch::{START, Scratch};
use crate::{id, open};

fn write(git: &Git, on: &str, text: &str) -> Result<Written, StoreError> {
    let by = Identity { name: "CI".to_owned(), email: "ci@example.com".to_owned() };
    git.write_note(id(on), text, &by, Instant::from_timestamp(START, 0).unwrap())
}

fn shown(scratch: &Scratch, on: &str) -> String {
    scratch.git(&["notes", "--ref=exboard", "show", on])
}

#[test]
fn what_git_writes_is_read() {
    let scratch = Scratch::new();
    let git = open(&scratch);
    assert!(git.notes().unwrap().is_empty());
    let commits: Vec<String> = (0..5).map(|number| scratch.commit(&number.to_string())).collect();
    for commit in &commits {
        scratch.note(commit, &format!("Exboard-Receipt: 1\n\non {commit}\n"));
    }
    let notes = git.notes().unwrap();
    let expected: std::collections::BTreeMap<Id, String> =
        commits.iter().map(|commit| (id(commit), format!("Exboard-Receipt: 1\n\non {commit}\n"))).collect();
    assert_eq!(notes, expected);
}

#[test]
fn folders_of_any_depth_are_read_and_other_files_are_no_notes() {
    let scratch = Scratch::new();
    let commit = scratch.commit("one");
    let blob = scratch.feed(&["hash-object", "-w", "--stdin"], b"deep");
    let index = scratch.root().join(".git/notes-index");
    let path = format!("{}/{}/{}", &commit[..2], &commit[2..4], &commit[4..]);
    let update = |path: &str| {
        let info = format!("100644,{blob},{path}");
        let mut command = scratch.command(&["update-index", "--add", "--cacheinfo", &info]);
        assert!(command.env("GIT_INDEX_FILE", &index).status().unwrap().success());
    };
    update(&path);
    update("README");
    let tree = scratch.command(&["write-tree"]).env("GIT_INDEX_FILE", &index).output().unwrap().stdout;
    let tree = String::from_utf8(tree).unwrap();
    let notes = scratch.git(&["commit-tree", tree.trim(), "-m", "notes"]);
    scratch.git(&["update-ref", "refs/notes/exboard", &notes]);
    let git = open(&scratch);
    assert_eq!(git.notes().unwrap(), [(id(&commit), "deep".to_owned())].into());
    assert_eq!(write(&git, &commit, "deep").unwrap(), Written::Same);
    assert!(matches!(write(&git, &commit, "other"), Err(StoreError::Git(GitError::NoteExists(_)))));
    let other = scratch.commit("two");
    assert_eq!(write(&git, &other, "new").unwrap(), Written::New);
    assert_eq!((shown(&scratch, &commit), shown(&scratch, &other)), ("deep".to_owned(), "new".to_owned()));
}

#[test]
fn what_we_write_git_reads_and_nothing_is_overwritten() {
    let scratch = Scratch::new();
    let git = open(&scratch);
    let commits: Vec<String> = (0..40).map(|number| scratch.commit(&number.to_string())).collect();
    scratch.note(&commits[0], "by git\n");
    for commit in &commits[1..] {
        assert_eq!(write(&git, commit, &format!("on {commit}\n")).unwrap(), Written::New);
        assert_eq!(write(&git, commit, &format!("on {commit}\n")).unwrap(), Written::Same);
    }
    for commit in &commits[1..] {
        assert_eq!(shown(&scratch, commit), format!("on {commit}"));
    }
    assert_eq!(shown(&scratch, &commits[0]), "by git");
    assert_eq!(git.notes().unwrap().len(), 40);
    for (commit, text) in [(&commits[0], "by us\n"), (&commits[7], "another\n")] {
        let before = scratch.id("refs/notes/exboard");
        assert!(matches!(write(&git, commit, text), Err(StoreError::Git(GitError::NoteExists(_)))));
        assert_eq!(scratch.id("refs/notes/exboard"), before);
    }
    assert_eq!(scratch.git(&["rev-list", "--count", "refs/notes/exboard"]), "40");
    assert_eq!(
        scratch.git(&["log", "-1", "--format=%an %cd", "--date=unix", "refs/notes/exboard"]),
        format!("CI {START}")
    );
    // git goes on where we stopped, and we where git did.
    let last = scratch.commit("last");
    scratch.note(&last, "by git again\n");
    assert_eq!(git.notes().unwrap()[&id(&last)], "by git again\n");
    scratch.git(&["fsck", "--strict"]);
}

#[test]
fn a_note_on_nothing_is_refused() {
    let scratch = Scratch::new();
    scratch.commit("one");
    let error = write(&open(&scratch), &"12".repeat(20), "x").unwrap_err();
    assert!(matches!(error, StoreError::Git(GitError::Missing { .. })), "{error}");
}

#[test]
fn writers_at_the_same_time_lose_no_note() {
    let scratch = Scratch::new();
    let commits: Vec<String> = (0..24).map(|number| scratch.commit(&number.to_string())).collect();
    let git = open(&scratch);
    std::thread::scope(|scope| {
        for half in commits.chunks(6) {
            let git = &git;
            scope.spawn(move || {
                for commit in half {
                    loop {
                        match write(git, commit, commit) {
                            Ok(_) => break,
                            Err(StoreError::Git(GitError::Moved(_))) => {}
                            Err(other) => panic!("{other}"),
                        }
                    }
                }
            });
        }
    });
    let notes = git.notes().unwrap();
    assert_eq!(notes.len(), commits.len());
    assert!(notes.iter().all(|(on, text)| on.to_string() == *text));
}
