//! One pull request, landed in every way, has one verdict, and keeps it when its branch is gone.

use crate::governed::{Governed, ID, Landing, NOW, RECORD, approved, proposed, set};

const LANDED: &str = "2026-05-04T10:00:00Z";
const WAYS: [Landing; 3] = [Landing::Merge, Landing::Squash, Landing::Rebase];

/// A pull request of three commits and a vote: proposed, corrected, approved.
fn opened(voters: &[&str]) -> Governed {
    let board = Governed::new();
    board.propose_at("2026-05-04T08:30:00Z", &proposed());
    board.write(RECORD, set(&proposed(), "Exports are", "All exports are"));
    board.commit("mia", "2026-05-04T08:40:00Z", "Correct");
    board.write(RECORD, set(&approved(), "Exports are", "All exports are"));
    board.commit("mia", "2026-05-04T09:00:00Z", "Approve");
    for voter in voters {
        board.at("2026-05-04T09:20:00Z").vote(voter, ID);
    }
    board
}

/// Forgets the branch and all that hangs on it.
fn forget(board: &Governed) {
    board.git.git(&["branch", "--quiet", "-D", "change"]);
    board.git.git(&["reflog", "expire", "--expire=now", "--expire-unreachable=now", "--all"]);
    board.git.git(&["gc", "--quiet", "--prune=now"]);
}

#[test]
fn merge_squash_and_rebase_have_one_verdict_and_keep_it() {
    for how in WAYS {
        let board = opened(&["dan"]);
        board.diff().green();
        let voted = board.git.id("change");
        let base = board.git.id("main");
        board.land(how, LANDED);
        board.receipt(&base, &["--opened-by", "mia-torres"]);
        board.verify().green();
        forget(&board);
        if how != Landing::Merge {
            let gone = board.git.command(&["cat-file", "-e", &voted]).output().unwrap();
            assert!(!gone.status.success(), "{how:?}: the vote is still there");
        }
        board.verify().green();
        let log = board.exboard(&["log", "--no-cache"]);
        assert!(
            log.out.contains("votes: dan") && log.out.contains("forge.example/pull/7"),
            "{how:?}: {log:#?}"
        );
        // One change set, whatever number of commits.
        assert_eq!(log.out.matches(ID).count(), 1, "{how:?}: {log:#?}");
    }
}

#[test]
fn merge_squash_and_rebase_have_one_verdict_where_votes_are_missing() {
    for (voters, rule) in [(&[][..], "lane/approval-missing"), (&["ben"], "lane/approval-missing")] {
        for how in WAYS {
            let board = opened(voters);
            let base = board.git.id("main");
            board.land(how, LANDED);
            board.receipt(&base, &[]);
            board.verify().red(&[rule]);
        }
    }
}

#[test]
fn votes_by_review_come_with_the_receipt() {
    for how in WAYS {
        let board = opened(&[]);
        let (head, base) = (board.git.id("change"), board.git.id("main"));
        let dan = ("dan-whitlock", "APPROVED", head.as_str(), "2026-05-04T09:20:00Z");
        let reviews = board.reviews(&[dan]);
        board.diff_at(NOW, &["--reviews", &reviews]).green();
        board.land(how, LANDED);
        board.receipt(&base, &["--reviews", &reviews]);
        board.verify().green();
        forget(&board);
        board.verify().green();
        // Who objects is written down as well.
        let board = opened(&[]);
        let eva = ("eva-lindgren", "CHANGES_REQUESTED", head.as_str(), "2026-05-04T09:25:00Z");
        let reviews = board.reviews(&[dan, eva]);
        let base = board.git.id("main");
        board.land(how, LANDED);
        board.receipt(&base, &["--reviews", &reviews]);
        board.verify().red(&["lane/approval-missing"]);
    }
}

#[test]
fn without_a_receipt_a_merge_alone_proves_its_votes() {
    for (how, green) in [(Landing::Merge, true), (Landing::Squash, false), (Landing::Rebase, false)] {
        let board = opened(&["dan"]);
        board.land(how, LANDED);
        let run = board.verify();
        if green {
            run.green()
        } else {
            run.red(&["lane/approval-missing"])
        };
    }
}

#[test]
fn a_branch_may_take_in_the_target_branch_and_revert_and_move() {
    let board = opened(&["dan"]);
    board.git.checkout("main").write("README.md", "main moved");
    board.commit("ana", "2026-05-04T09:30:00Z", "Main moves");
    board.git.checkout("change");
    board.at("2026-05-04T09:35:00Z");
    board.git.git(&["merge", "--quiet", "--no-edit", "main"]);
    board.write(RECORD, set(&approved(), "Exports are", "Some exports are"));
    let wrong = board.commit("mia", "2026-05-04T09:40:00Z", "Wrong");
    board.diff().red(&["lane/stale-approval"]);
    board.git.revert(&wrong);
    // The same words as those that were voted on: the vote holds.
    board.diff().green();
    board.land(Landing::Merge, "2026-05-04T11:00:00Z");
    board.verify_at("2026-05-04T12:00:00Z", &[]).green();
}

#[test]
fn a_landed_decision_that_is_reverted_is_a_record_that_is_gone() {
    let board = opened(&["dan"]);
    let landed = board.land(Landing::Merge, LANDED);
    board.git.git(&["revert", "--no-edit", "-m", "1", &landed]);
    board.verify_at("2026-05-04T12:00:00Z", &[]).red(&["history/record-deleted"]);
}

#[test]
fn an_octopus_is_one_change_set() {
    let board = opened(&["dan"]);
    board.git.branch("words", "main").write("README.md", "words");
    board.commit("ana", "2026-05-04T09:10:00Z", "Words");
    board.git.checkout("main").write("NOTICE", "notice");
    board.commit("ana", "2026-05-04T09:45:00Z", "Notice");
    board.at(LANDED);
    board.git.merge(&["change", "words"]);
    assert_eq!(board.git.git(&["rev-list", "--parents", "-1", "HEAD"]).split(' ').count(), 4);
    board.verify().green();
}

#[test]
fn verify_since_a_commit_judges_what_came_after_it_and_knows_what_went_before() {
    let board = opened(&[]);
    let first = board.land(Landing::Merge, LANDED);
    board.verify().red(&["lane/approval-missing"]);
    board.verify_at(NOW, &["--since", &first]).green();
    let longer = set(&set(&approved(), "Exports are", "All exports are"), "2026-07-20", "2026-07-21");
    board.propose_at("2026-05-04T10:05:00Z", &longer);
    board.land(Landing::Merge, "2026-05-04T10:10:00Z");
    board.verify_at(NOW, &["--since", &first]).red(&["expiry/silent-extension"]);
    let elsewhere = board.git.id("change");
    board.verify_at(NOW, &["--since", &elsewhere]).fails("is not among the first parents");
}
