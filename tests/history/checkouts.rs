//! The repository as people and CI have it: detached, bare, shallow, a submodule, a subfolder, empty.

use crate::governed::{Governed, ID, Landing, NOW, RECORD, approved, proposed};
use crate::scratch::Scratch;

const LANDED: &str = "2026-05-04T10:00:00Z";

fn landed(root: &str) -> Governed {
    let board = Governed::below(root, |roster| roster);
    board.propose(&approved()).at("2026-05-04T09:20:00Z").vote("dan", ID);
    board.land(Landing::Merge, LANDED);
    board.verify().green();
    board
}

#[test]
fn a_governance_root_in_a_subfolder() {
    let board = landed("governance/");
    board.check(NOW).green();
    let log = board.exboard(&["log"]);
    assert!(log.code == 0 && log.out.contains("votes: dan"), "{log:#?}");
    // Another register in the same repository has its own history.
    board.git.write("other/exboard.toml", "version = 1\n");
    board.commit("ana", "2026-05-04T10:10:00Z", "Another register");
    board.verify().green();
    // Receipts as well.
    let base = board.git.id("main~2");
    let run = board.try_receipt(&base, &["--dry-run"]);
    assert!(run.code == 0 && run.out.contains(ID), "{run:#?}");
}

#[test]
fn a_detached_head_is_a_commit_like_any_other() {
    let board = landed("");
    board.git.git(&["checkout", "--quiet", "--detach", "main"]);
    board.verify().green();
    board.check(NOW).green();
    board.git.git(&["checkout", "--quiet", "--detach", "change~1"]);
    // A vote may be cast there as well.
    board.at("2026-05-04T09:25:00Z").vote("dan", ID);
    let run = board.exboard(&["check", "--diff", "main~1", "--format", "json", "--now", NOW]);
    run.green();
}

#[test]
fn a_bare_repository_is_judged_by_its_commits() {
    let board = landed("");
    let bare = board.like(board.git.clone_to("bare", &["--bare", "--mirror"]));
    bare.verify().green();
    let run = bare.exboard(&["check", "--rev", "main", "--format", "json", "--now", NOW]);
    run.green();
    bare.exboard(&["check", "--diff", "main~1..main", "--format", "json", "--now", NOW]).green();
    let log = bare.exboard(&["log"]);
    assert!(log.code == 0 && log.out.contains("votes: dan"), "{log:#?}");
    assert_eq!(bare.check(NOW).code, 3);
}

#[test]
fn a_shallow_clone_says_what_to_fetch() {
    let board = landed("");
    let shallow = board.like(board.git.clone_to("shallow", &["--depth", "1"]));
    for arguments in [&["verify"][..], &["log"], &["check", "--diff", "HEAD~1"]] {
        let run = shallow.exboard(arguments);
        assert!(run.code == 3 && run.error.contains("git fetch --unshallow"), "{run:#?}");
    }
    // What needs no history is judged.
    shallow.check(NOW).green();
    // With two commits, as for a pull request, the last change set is at hand; votes are in its branch.
    shallow.git.git(&["fetch", "--quiet", "--unshallow"]);
    shallow.verify().green();
}

#[test]
fn a_submodule_has_its_own_history() {
    let board = landed("");
    let outer = Scratch::new();
    outer.write("README.md", "outer").commit("outer");
    let url = format!("file://{}", board.git.root().display());
    outer.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &url, "governance"]);
    outer.commit("submodule");
    let inner = board.like(Scratch::beside(&outer, "repository/governance"));
    inner.verify().green();
    inner.check(NOW).green();
}

#[test]
fn no_commits_yet() {
    let scratch = Scratch::new();
    let board = Governed::new().like(scratch);
    board.write("exboard.toml", "version = 1\n").write("policies/board.toml", crate::governed::roster());
    board.write(RECORD, proposed());
    board.check(NOW).green_but_for_votes();
    board.git.git(&["add", "--all"]);
    board.exboard(&["check", "--staged", "--format", "json", "--now", NOW]).green_but_for_votes();
    for command in ["verify", "log"] {
        let run = board.exboard(&[command]);
        assert_eq!(run.code, 3, "{run:#?}");
    }
    assert_eq!(board.exboard(&["check", "--diff", "main"]).code, 3);
}

#[test]
fn no_exboard_in_any_commit() {
    let scratch = Scratch::new();
    scratch.write("README.md", "x").commit("x");
    let board = Governed::new().like(scratch);
    board.exboard(&["verify"]).fails("no commit has an `exboard.toml` that loads");
    board.exboard(&["check", "--diff", "HEAD"]).fails("has an `exboard.toml`");
}

#[test]
fn an_orphan_branch_has_nothing_in_common() {
    let board = landed("");
    board.git.git(&["branch", "--quiet", "-D", "change"]);
    board.git.git(&["checkout", "--quiet", "--orphan", "change"]);
    board.commit("mia", "2026-05-04T10:10:00Z", "An orphan");
    board.diff().fails("have no commit in common");
}

#[test]
fn a_change_set_without_records_is_clean() {
    let board = landed("");
    board.git.branch("change", "main").write("README.md", "words");
    board.commit("mia", "2026-05-04T10:10:00Z", "Words");
    board.diff().green();
}
