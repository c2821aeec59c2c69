//! The policy, the roster and the folders, bent so that a change is judged by other rules than those that hold.

use crate::governed::{Governed, ID, Landing, NOW, RECORD, approved, base, proposed, public, roster, set};

const VOTE: &str = "2026-05-04T09:20:00Z";
const LANDED: &str = "2026-05-04T10:00:00Z";

/// Mia changes policy files in the branch `change`.
fn propose_policy(board: &Governed, time: &str, files: &[(&str, &str)]) {
    board.git.branch("change", "main");
    for (path, text) in files {
        board.write(path, text);
    }
    board.commit("mia", time, "Change the policy");
}

/// The roster with Mia among the directors.
fn with_mia() -> String {
    set(&roster(), "members = [\"dan\"]", "members = [\"dan\", \"ana\"]")
}

#[test]
fn roster_edited_in_the_change_before_without_votes() {
    let board = Governed::new();
    propose_policy(&board, "2026-05-04T08:00:00Z", &[("policies/board.toml", &with_mia())]);
    let reviews = board.reviews(&[]);
    board.diff_at(NOW, &["--reviews", &reviews]).red(&["policy/approval-missing"]);
    let before = board.land(Landing::Merge, "2026-05-04T08:30:00Z");
    // The record is then decided by Ana, as the new roster has it: red stays what made her a director.
    let text = set(&approved(), "decided_by: [dan]", "decided_by: [ana]");
    board.propose(&text).at(VOTE).vote("ana", ID);
    board.diff().green();
    board.land(Landing::Merge, LANDED);
    let run = board.verify();
    run.red(&["policy/approval-missing"]);
    let found = run.findings().into_iter().find(|one| one["severity"] == "error").unwrap();
    assert_eq!(found["commit"], before, "{found:#}");
}

#[test]
fn roster_edited_twin_with_the_votes_of_the_executives() {
    let board = Governed::new();
    propose_policy(&board, "2026-05-04T08:00:00Z", &[("policies/board.toml", &with_mia())]);
    board.at("2026-05-04T08:10:00Z").vote("dan", "policy");
    board.diff().red(&["policy/approval-missing"]);
    board.at("2026-05-04T08:20:00Z").vote("eva", "policy");
    board.diff().green();
    board.land(Landing::Merge, "2026-05-04T08:30:00Z");
    board.verify().green();
}

#[test]
fn policy_changed_after_the_votes() {
    let board = Governed::new();
    propose_policy(&board, "2026-05-04T08:00:00Z", &[("policies/board.toml", &with_mia())]);
    for voter in ["dan", "eva"] {
        board.at("2026-05-04T08:10:00Z").vote(voter, "policy");
    }
    board.write("policies/expiry.toml", "max_days = 365\n");
    board.commit("mia", "2026-05-04T08:20:00Z", "And a little more");
    board.diff().red(&["policy/approval-missing"]).says("policies/expiry.toml");
    board.land(Landing::Merge, "2026-05-04T08:30:00Z");
    board.verify().red(&["policy/approval-missing"]);
}

#[test]
fn policy_folder_moved_and_changed_after_the_votes() {
    // The votes are on a folder that the policy which judges does not know.
    let board = Governed::new();
    board.git.branch("change", "main").rename("policies/board.toml", "rules/board.toml");
    board.write("exboard.toml", "version = 1\n[paths]\npolicies = \"rules\"\n");
    board.commit("mia", "2026-05-04T08:00:00Z", "Move the policy");
    for voter in ["dan", "eva"] {
        board.at("2026-05-04T08:10:00Z").vote(voter, "policy");
    }
    board.diff().green();
    board.write("rules/board.toml", with_mia());
    board.commit("mia", "2026-05-04T08:20:00Z", "And one more director");
    board.diff().red(&["policy/approval-missing"]);
    let before = board.git.id("main");
    board.land(Landing::Squash, "2026-05-04T08:30:00Z");
    let reviews = board.reviews(&[
        ("dan-whitlock", "APPROVED", &board.git.id("change~1"), "2026-05-04T08:10:00Z"),
        ("eva-lindgren", "APPROVED", &board.git.id("change~1"), "2026-05-04T08:10:00Z"),
    ]);
    board.receipt(&before, &["--reviews", &reviews]);
    board.verify().red(&["policy/approval-missing"]);
}

#[test]
fn policy_vote_replayed_after_it_was_undone() {
    let land = |board: &Governed, hour: &str, text: &str| {
        propose_policy(board, &format!("2026-05-04T{hour}:00:00Z"), &[("policies/expiry.toml", text)]);
        for voter in ["dan", "eva"] {
            board.at(&format!("2026-05-04T{hour}:10:00Z")).vote(voter, "policy");
        }
        let before = board.git.id("main");
        board.git.branch(&format!("old-{hour}"), "change");
        board.land(Landing::Squash, &format!("2026-05-04T{hour}:20:00Z"));
        board.receipt(&before, &[]);
    };
    let board = Governed::new();
    land(&board, "08", "max_days = 300\n");
    land(&board, "09", "max_days = 90\n");
    board.verify().green();
    propose_policy(&board, "2026-05-04T09:30:00Z", &[("policies/expiry.toml", "max_days = 300\n")]);
    board.at("2026-05-04T09:35:00Z");
    board.git.git(&["merge", "--quiet", "-s", "ours", "-m", "Merge the old branch", "old-08"]);
    board.diff().red(&["policy/approval-missing"]);
    for voter in ["dan", "eva"] {
        board.at("2026-05-04T09:40:00Z").vote(voter, "policy");
    }
    board.diff().green();
}

#[test]
fn vote_on_the_policy_under_a_record_id() {
    // Votes on a record are none on the policy, and the other way round.
    let board = Governed::new();
    board.propose(&approved()).at(VOTE).vote("dan", "policy").vote("eva", "policy");
    board.diff().red(&["lane/approval-missing"]);
}

#[test]
fn old_branch_with_an_old_roster() {
    // Ben was a director when the branch was made; on the target branch he is none any more.
    let with_ben = |roster: String| set(&roster, "members = [\"dan\"]", "members = [\"dan\", \"ben\"]");
    let board = Governed::with(with_ben);
    board.propose_at("2026-05-04T08:30:00Z", &set(&approved(), "decided_by: [dan]", "decided_by: [ben]"));
    board.git.branch("old", "change");
    propose_policy(&board, "2026-05-04T08:40:00Z", &[("policies/board.toml", &roster())]);
    for voter in ["dan", "eva"] {
        board.at("2026-05-04T08:45:00Z").vote(voter, "policy");
    }
    board.land(Landing::Merge, "2026-05-04T08:50:00Z");
    board.verify().green();
    board.git.branch("change", "old");
    board.at(VOTE).vote("ben", ID);
    board.diff().red(&["lane/approval-missing"]).says("ben is not of the tier `director`");
    board.land(Landing::Merge, LANDED);
    board.verify().red(&["lane/approval-missing"]);
}

#[test]
fn paths_moved_to_lose_the_records() {
    let board = Governed::new();
    board.propose(&approved()).at(VOTE).vote("dan", ID);
    board.land(Landing::Merge, LANDED);
    let moved = "version = 1\n[paths]\nboard = \"elsewhere\"\n";
    propose_policy(
        &board,
        "2026-05-04T10:05:00Z",
        &[("exboard.toml", moved), ("elsewhere/README.md", "none")],
    );
    for voter in ["dan", "eva"] {
        board.at("2026-05-04T10:10:00Z").vote(voter, "policy");
    }
    board.diff().red(&["history/policy-mixed", "history/record-deleted"]);
    board.land(Landing::Merge, "2026-05-04T10:20:00Z");
    board.verify().red(&["history/policy-mixed", "history/record-deleted"]);
    // They move along: the same records, and a change set that mixes both.
    board.git.git(&["reset", "--quiet", "--hard", "HEAD~"]);
    board.git.checkout("change").rename(RECORD, "elsewhere/director/2026/SEB-2026-0042.yaml");
    board.commit("mia", "2026-05-04T10:15:00Z", "Move along");
    for voter in ["dan", "eva"] {
        board.at("2026-05-04T10:16:00Z").vote(voter, "policy");
    }
    board.diff().red(&["history/policy-mixed"]);
}

#[test]
fn exboard_removed_and_adopted_again() {
    let board = Governed::new();
    board.propose(&approved()).at(VOTE).vote("dan", ID);
    board.land(Landing::Merge, LANDED);
    board.git.branch("change", "main").remove("exboard.toml");
    board.commit("mia", "2026-05-04T10:05:00Z", "No more exboard");
    let reviews = board.reviews(&[]);
    board.diff_at(NOW, &["--reviews", &reviews]).red(&["policy/approval-missing"]);
    board.land(Landing::Merge, "2026-05-04T10:06:00Z");
    board.verify().red(&["policy/approval-missing"]);
    // Coming back with another roster and another record is no adoption.
    let other = set(
        &roster(),
        &public("dan"),
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIII",
    );
    let other = other.replace(
        "[\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIII\"]",
        "[]",
    );
    board.git.branch("change", "main");
    board.write("exboard.toml", "version = 1\n").write("policies/board.toml", other);
    board.write(RECORD, set(&approved(), "approved_until: 2026-07-20", "approved_until: 2026-08-01"));
    board.commit("mia", "2026-05-04T10:10:00Z", "Adopt exboard again");
    board.diff().fails("has lost its `exboard.toml`");
    let landed = board.land(Landing::Merge, "2026-05-04T10:12:00Z");
    let run = board.verify();
    assert_eq!(run.code, 1);
    let again: Vec<_> = run.findings().into_iter().filter(|one| one["commit"] == landed).collect();
    assert!(again.iter().any(|one| one["rule"] == "policy/approval-missing"), "{again:#?}");
    assert!(again.iter().any(|one| one["rule"] == "expiry/silent-extension"), "{again:#?}");
}

#[test]
fn broken_base_policy_is_mended_alone() {
    let board = Governed::new();
    propose_policy(
        &board,
        "2026-05-04T08:00:00Z",
        &[("policies/board.toml", "[people.ana]\nnam = \"Ana\"\n")],
    );
    let run = board.diff();
    assert!(run.code == 1 && run.rules("error").contains(&"policy/invalid".to_owned()), "{run:#?}");
    board.land(Landing::Merge, "2026-05-04T08:10:00Z");
    let run = board.verify();
    assert!(run.rules("error").contains(&"policy/invalid".to_owned()), "{run:#?}");
    assert!(run.rules("error").contains(&"policy/approval-missing".to_owned()), "{run:#?}");
    // Records wait.
    board.propose(&approved());
    board.diff().fails("the policy of the target branch is broken");
    // What mends it is judged by itself, and says that nobody's votes were read.
    propose_policy(&board, "2026-05-04T09:30:00Z", &[("policies/board.toml", &roster())]);
    let run = board.diff();
    assert!(run.code == 0 && run.error.contains("votes not verified: the base policy is broken"), "{run:#?}");
    // A mend that brings a record along is none.
    board.write(RECORD, approved()).commit("mia", "2026-05-04T09:35:00Z", "And a record");
    board.diff().fails("the policy of the target branch is broken");
    // History judges it by the last policy that held.
    board.git.git(&["reset", "--quiet", "--hard", "HEAD~"]);
    let landed = board.land(Landing::Merge, "2026-05-04T10:00:00Z");
    let run = board.verify();
    let of_it: Vec<_> = run
        .findings()
        .into_iter()
        .filter(|one| one["commit"] == landed && one["severity"] == "error")
        .collect();
    assert!(
        of_it.iter().all(|one| one["rule"] == "policy/approval-missing") && of_it.len() == 1,
        "{of_it:#?}"
    );
}

#[test]
fn exboard_adopted_in_a_branch_with_its_own_roster() {
    // Where the target branch is governed, a branch from before the adoption brings no rules of its own.
    let board = Governed::new();
    board.git.git(&["checkout", "--quiet", "--orphan", "change"]);
    board
        .write("policies/board.toml", with_mia())
        .write(RECORD, set(&approved(), "decided_by: [dan]", "decided_by: [ana]"));
    board.commit("mia", "2026-05-04T09:00:00Z", "Adopt exboard here");
    board.at(VOTE).vote("ana", ID);
    let run = board.diff();
    run.fails("have no commit in common");
    // Merged by force, history finds it.
    board.git.checkout("main");
    board.at(LANDED);
    board.git.git(&[
        "merge",
        "--quiet",
        "--allow-unrelated-histories",
        "-X",
        "theirs",
        "-m",
        "Merge",
        "change",
    ]);
    let run = board.verify();
    assert_eq!(run.code, 1);
    for rule in ["history/policy-mixed", "policy/approval-missing", "lane/approval-missing"] {
        assert!(run.rules("error").contains(&rule.to_owned()), "{rule}: {run:#?}");
    }
}

#[test]
fn adoption_brings_what_is_there_and_is_shown_as_such() {
    let board = Governed::new();
    let outside = crate::scratch::Scratch::new();
    outside.write("README.md", "a repository").commit("Begin");
    let young = board.like(outside);
    young.git.branch("change", "main");
    young
        .write("exboard.toml", "version = 1\n")
        .write("policies/board.toml", roster())
        .write(RECORD, approved());
    young.commit("mia", "2026-05-04T09:45:00Z", "Adopt exboard");
    let run = young.diff();
    assert!(run.code == 0 && run.error.contains("adopts exboard"), "{run:#?}");
    young.land(Landing::Merge, LANDED);
    young.verify().green();
    let log = young.exboard(&["log", "--all"]);
    assert!(log.code == 0 && log.out.contains("was there as approved when governance began"), "{log:#?}");
}

#[test]
fn forge_rules_are_policy_too() {
    for path in [".github/workflows/exboard.yml", "CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS"] {
        let board = Governed::new();
        propose_policy(&board, "2026-05-04T08:00:00Z", &[(path, "* @mia-torres\n")]);
        let reviews = board.reviews(&[]);
        board.diff_at(NOW, &["--reviews", &reviews]).red(&["policy/approval-missing"]);
        board.land(Landing::Merge, LANDED);
        board.verify().red(&["policy/approval-missing"]);
    }
}

#[test]
fn forge_rules_above_a_governance_root_in_a_subfolder() {
    let board = Governed::below("governance/exceptions-board/", |roster| roster);
    board.git.branch("change", "main").write(".github/workflows/exboard.yml", "on: push\n");
    board.commit("mia", "2026-05-04T08:00:00Z", "Edit the workflow");
    let reviews = board.reviews(&[]);
    board.diff_at(NOW, &["--reviews", &reviews]).red(&["policy/approval-missing"]);
    board.at(VOTE).vote("dan", "policy").vote("eva", "policy");
    board.diff().green();
    board.land(Landing::Merge, LANDED);
    board.verify().green();
    // And a file elsewhere in the repository is nobody's business here.
    board.git.branch("change", "main").write("src/main.rs", "fn main() {}\n");
    board.commit("mia", "2026-05-04T10:10:00Z", "Code");
    let reviews = board.reviews(&[]);
    board.diff_at(NOW, &["--reviews", &reviews]).green();
}

#[test]
fn policy_loosened_together_with_the_record_that_needs_it() {
    let board = Governed::new();
    board.git.branch("change", "main");
    board.write("policies/expiry.toml", "max_days = 365\n");
    let long = set(&approved(), "approved_until: 2026-07-20", "approved_until: 2026-10-20");
    let long = set(&long, "next_review_due_at: 2026-07-06", "next_review_due_at: 2026-10-06");
    let long = set(&long, "expected_duration_days: 90", "expected_duration_days: 200");
    board.write(RECORD, long);
    board.commit("mia", "2026-05-04T09:00:00Z", "Both at once");
    board.at(VOTE).vote("dan", ID).vote("dan", "policy").vote("eva", "policy");
    board.diff().red(&["expiry/horizon", "history/policy-mixed"]);
}

#[test]
fn self_approval_is_marked_where_the_policy_allows_it() {
    let alone = |roster: String| {
        let from = "members = [\"dan\"]\nquorum = 1";
        set(&roster, from, &format!("{from}\nself_approval = true"))
    };
    let board = Governed::with(alone);
    board.git.branch("change", "main");
    board.write(RECORD, approved());
    board.commit("dan", "2026-05-04T09:00:00Z", "Dan does it all");
    board.at(VOTE).vote("dan", ID);
    board.diff().green();
    board.land(Landing::Merge, LANDED);
    board.verify().green();
    let log = board.exboard(&["log"]);
    assert!(log.out.contains("self-approved"), "{log:#?}");
}

#[test]
fn acknowledged_in_history_takes_votes_and_hides_nothing() {
    let board = Governed::new();
    board.propose(&approved());
    let landed = board.land(Landing::Merge, LANDED);
    board.verify().red(&["lane/approval-missing"]);
    let known = format!(
        "[[acknowledged]]\ncommit = \"{landed}\"\nrule = \"lane/approval-missing\"\nrecord = \"{ID}\"\nreason = \"Dan was on the phone.\"\nby = \"eva\"\n"
    );
    propose_policy(&board, "2026-05-04T10:05:00Z", &[("policies/history.toml", &known)]);
    board.git.git(&["branch", "unvoted"]);
    for voter in ["dan", "eva"] {
        board.at("2026-05-04T10:10:00Z").vote(voter, "policy");
    }
    board.diff().green();
    board.land(Landing::Merge, "2026-05-04T10:20:00Z");
    let run = board.verify();
    run.green();
    assert_eq!(run.rules("info"), ["lane/approval-missing"], "{run:#?}");
    let human = board.exboard(&["verify", "--now", NOW]);
    assert!(human.out.contains("1 finding acknowledged"), "{human:#?}");
    // Without votes, the acknowledging is a finding itself.
    board.git.git(&["reset", "--quiet", "--hard", "HEAD~"]);
    board.git.branch("change", "unvoted");
    board.land(Landing::Merge, "2026-05-04T10:20:00Z");
    board.verify().red(&["policy/approval-missing"]);
}

#[test]
fn silent_where_nothing_is_decided() {
    // The honest twin of all the above: a record on its way to the board needs no vote.
    let board = Governed::new();
    board.propose(&proposed());
    let reviews = board.reviews(&[]);
    board.diff_at(NOW, &["--reviews", &reviews]).green();
    board.git.branch("change", "main");
    board.write("registry/2026/REG-2026-0107.yaml", base("triaged.yaml"));
    board.commit("mia", "2026-05-04T09:10:00Z", "A buyer's request");
    board.diff_at(NOW, &["--reviews", &reviews]).green();
}
