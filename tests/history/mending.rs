//! `check --diff --fix`: what the commits of a branch have wrong is mended in the work tree.

use std::fs;

use crate::governed::{Governed, NOW, RECORD, Run, approved, set};

const FIX: [&str; 6] = ["check", "--diff", "main", "--fix", "--now", NOW];

/// A branch whose decision has a wrong sum. The work tree alone does not show it: a decision that is committed stands.
fn miscounted() -> Governed {
    let board = Governed::new();
    board.propose(&set(&approved(), "combined_risk_score: 60", "combined_risk_score: 61"));
    board.check(NOW).green();
    board
}

fn text(board: &Governed) -> String {
    fs::read_to_string(board.git.root().join(RECORD)).unwrap()
}

#[track_caller]
fn says(run: &Run, code: i32, parts: &[&str]) {
    let missing: Vec<&&str> = parts.iter().filter(|part| !run.error.contains(**part)).collect();
    assert!(run.code == code && missing.is_empty(), "{code} {missing:?} {run:#?}");
}

#[test]
fn a_decision_of_the_branch_is_mended_and_the_commits_stay_as_they_were() {
    let board = miscounted();
    board.diff().red(&["lane/score-mismatch"]);
    let told = board.exboard(&["check", "--diff", "main", "--now", NOW]);
    assert!(told.out.contains("1 can be mended with `exboard check --fix --diff main`"), "{told:#?}");
    let run = board.exboard(&FIX);
    says(&run, 1, &["fixed 1 finding in 1 file\n", "commit that"]);
    assert!(run.out.contains("lane/score-mismatch"), "{run:#?}");
    assert_eq!(text(&board), approved());
    board.commit("mia", "2026-05-04T09:10:00Z", "The sum");
    board.diff().green_but_for_votes();
    let run = board.exboard(&FIX);
    says(&run, 0, &["nothing to fix"]);
}

#[test]
fn a_record_moves_to_the_lane_that_its_commit_asks_for() {
    let board = Governed::new();
    board.git.branch("change", "main");
    let astray = RECORD.replace("director", "working");
    board.write(&astray, set(&approved(), "board_tier: director", "board_tier: working"));
    board.commit("mia", "2026-05-04T09:00:00Z", "Write the record");
    says(&board.exboard(&FIX), 1, &["fixed", "moved 1"]);
    assert_eq!(text(&board), approved());
    assert!(!board.git.root().join(astray).exists());
}

#[test]
fn a_dry_run_prints_the_difference_alone() {
    let board = miscounted();
    let before = text(&board);
    let run = board.exboard(&[&FIX[..], &["--dry-run"]].concat());
    assert!(run.out.contains("-combined_risk_score: 61\n+combined_risk_score: 60\n"), "{run:#?}");
    says(&run, 1, &["would fix 1 finding in 1 file; nothing was written"]);
    assert_eq!(text(&board), before);
}

#[test]
fn what_somebody_is_writing_is_left_alone() {
    let board = miscounted();
    let mine = format!("{}# a remark\n", text(&board));
    board.write(RECORD, &mine);
    says(&board.exboard(&FIX), 1, &["not fixed: ", RECORD, "nothing was fixed"]);
    assert_eq!(text(&board), mine);
}

#[test]
fn only_the_branch_that_is_checked_out_can_be_mended() {
    let board = miscounted();
    board.git.checkout("main");
    let run = board.exboard(&["check", "--diff", "main..change", "--fix", "--now", NOW]);
    says(&run, 2, &["--fix mends the work tree, and another commit is judged", "check that branch out"]);
    assert!(!board.git.root().join(RECORD).exists());
}
