//! Repositories that have hardly begun, and heads that stand on no branch.

use super::*;

/// Every command that looks at git, with how it ends where nothing is committed.
const COMMANDS: [(&[&str], i32); 12] = [
    (&["check", "--now", AT], 0),
    (&["check", "--diff", "HEAD", "--now", AT], 3),
    (&["check", "--diff", "main..HEAD", "--now", AT], 3),
    (&["check", "--rev", "HEAD", "--now", AT], 3),
    (&["log"], 3),
    (&["log", "SEB-2026-0000"], 3),
    (&["log", "--at", "2020-01-01"], 3),
    (&["verify", "--now", AT], 3),
    (&["approve", "SEB-2026-0000"], 3),
    (&["receipt"], 2),
    (&["explain", "SEB-2026-0000", "--now", AT], 0),
    (&["export", "codeowners"], 0),
];

fn git(folder: &Path, arguments: &[&str]) {
    let mut git = deaf("git");
    git.args(["-c", "user.name=Sam", "-c", "user.email=sam@example.com"]).args(arguments);
    assert!(git.current_dir(folder).status().unwrap().success(), "{arguments:?}");
}

fn run(folder: &Path, arguments: &[&str]) -> Ran {
    ran(exboard(arguments).current_dir(folder))
}

#[test]
fn a_repository_without_a_commit_has_no_history_and_says_so() {
    let folder = register(1);
    git(folder.path(), &["init", "--quiet", "--initial-branch=main"]);
    let all = |staged: i32| {
        for (arguments, code) in COMMANDS {
            let ran = run(folder.path(), arguments);
            assert_eq!(ran.code(), code, "{arguments:?}: {ran:?}");
            assert!(code == 0 || ran.error.starts_with("error: "), "{arguments:?}: {ran:?}");
        }
        let ran = run(folder.path(), &["check", "--staged", "--now", AT]);
        assert_eq!(ran.code(), staged, "{ran:?}");
    };
    all(3);
    git(folder.path(), &["add", "-A"]);
    all(0);
}

#[test]
fn an_empty_repository_has_nothing_to_judge() {
    let folder = TempDir::new().unwrap();
    git(folder.path(), &["init", "--quiet"]);
    for (arguments, _) in COMMANDS {
        let ran = run(folder.path(), arguments);
        assert!([2, 3].contains(&ran.code()), "{arguments:?}: {ran:?}");
    }
    run(folder.path(), &["check"]).fails("no governance repository here");
    fs::write(folder.path().join("exboard.toml"), "version = 1\n").unwrap();
    run(folder.path(), &["check"]).fails("no records below");
    git(folder.path(), &["commit", "--quiet", "--allow-empty", "-m", "Nothing"]);
    run(folder.path(), &["check"]).fails("no records below");
    run(folder.path(), &["verify"]).fails("exboard.toml");
}

#[test]
fn a_head_on_no_branch_is_judged_as_any_other() {
    let folder = register(1);
    git(folder.path(), &["init", "--quiet", "--initial-branch=main"]);
    git(folder.path(), &["add", "-A"]);
    git(folder.path(), &["commit", "--quiet", "-m", "Adopt exboard"]);
    let on_branch: Vec<Ran> = COMMANDS.iter().map(|(arguments, _)| run(folder.path(), arguments)).collect();
    git(folder.path(), &["checkout", "--quiet", "--detach"]);
    for ((arguments, _), on_branch) in COMMANDS.iter().zip(on_branch) {
        let ran = run(folder.path(), arguments);
        assert_eq!((ran.code(), &ran.out, &ran.error), (on_branch.code(), &on_branch.out, &on_branch.error));
    }
    // The branch goes; what stands there is still a commit.
    git(folder.path(), &["branch", "--quiet", "-D", "main"]);
    run(folder.path(), &["verify", "--now", AT]).ends(0);
    run(folder.path(), &["check", "--diff", "main", "--now", AT]).fails("`main` names no commit here");
}

#[test]
fn a_head_that_names_nothing_is_told() {
    let folder = register(1);
    git(folder.path(), &["init", "--quiet", "--initial-branch=main"]);
    for head in ["", "nonsense", "ref: refs/heads/../../x\n", "ref: refs/heads/main", "ref: HEAD\n", "\0\0\0"]
    {
        fs::write(folder.path().join(".git/HEAD"), head).unwrap();
        for (arguments, _) in COMMANDS {
            let ran = run(folder.path(), arguments);
            assert!([0, 2, 3].contains(&ran.code()), "{head:?} {arguments:?}: {ran:?}");
        }
    }
}
