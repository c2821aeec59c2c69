//! Decisions and deadlines that somebody bends over several changes.

use crate::governed::{Governed, ID, Landing, RECORD, approved, proposed, set};

const VOTE: &str = "2026-05-04T09:20:00Z";
const LANDED: &str = "2026-05-04T10:00:00Z";

fn decided() -> Governed {
    let board = Governed::new();
    board.propose(&approved()).at(VOTE).vote("dan", ID);
    board.land(Landing::Merge, LANDED);
    board.verify().green();
    board
}

/// One change of the record by Mia, with Dan's vote where he is to vote, landed within the hour.
fn change(board: &Governed, day: &str, text: &str, voters: &[&str]) {
    board.propose_at(&format!("{day}T09:00:00Z"), text);
    for voter in voters {
        board.at(&format!("{day}T09:20:00Z")).vote(voter, ID);
    }
    board.land(Landing::Merge, &format!("{day}T10:00:00Z"));
}

fn renewed(day: &str, until: &str, review: &str) -> String {
    let text = set(&approved(), "decided_at: 2026-05-04", &format!("decided_at: {day}"));
    let text = set(&text, "approved_until: 2026-07-20", &format!("approved_until: {until}"));
    let text = set(&text, "next_review_due_at: 2026-07-06", &format!("next_review_due_at: {review}"));
    // The proof of today, and a control that was done in time.
    set(&text, "status: planned", "status: implemented\n    completed_at: 2026-05-20\n    evidence: [E1]")
}

fn expired(text: &str) -> String {
    set(text, "decision_status: approved", "decision_status: expired")
}

#[test]
fn lapsing_for_a_day_and_approving_again() {
    let board = decided();
    let mut last = approved();
    for (lapse, day, until, review) in [
        ("2026-07-21", "2026-07-22", "2026-10-10", "2026-09-26"),
        ("2026-10-11", "2026-10-12", "2027-01-05", "2026-12-22"),
    ] {
        change(&board, lapse, &expired(&last), &[]);
        last = renewed(day, until, review);
        change(&board, day, &last, &["dan"]);
        board.verify_at(&format!("{day}T11:00:00Z"), &[]).green();
    }
    // Two renewals are what the policy allows: the third is one, whatever lies between.
    change(&board, "2027-01-06", &expired(&last), &[]);
    last = renewed("2027-01-07", "2027-03-30", "2027-03-16");
    board.propose_at("2027-01-07T09:00:00Z", &last).at("2027-01-07T09:20:00Z").vote("dan", ID);
    let run = board.diff_at("2027-01-07T11:00:00Z", &[]);
    assert!(run.code == 1 && run.rules("error").contains(&"expiry/renewal-limit".to_owned()), "{run:#?}");
    board.land(Landing::Merge, "2027-01-07T10:00:00Z");
    board.verify_at("2027-01-07T11:00:00Z", &[]).red(&["expiry/renewal-limit"]);
}

#[test]
fn lowering_a_score_by_a_detour_through_draft() {
    let high = set(
        &proposed(),
        "exploitability_score: 60\nimpact_score: 50\ncombined_risk_score: 60",
        "exploitability_score: 80\nimpact_score: 80\ncombined_risk_score: 85",
    );
    let high = set(&high, "board_tier: director", "board_tier: executive");
    let high = set(
        &high,
        "board_meeting_due_at: 2026-05-05T08:00:00Z",
        "board_meeting_due_at: 2026-05-04T17:00:00Z",
    );
    let top = "exceptions/executive/2026/SEB-2026-0042.yaml";
    let bare = high.lines().take(11).map(|line| format!("{line}\n")).collect::<String>();
    let draft = format!("{bare}decision_status: draft\n");
    let board = Governed::new();
    board.git.branch("change", "main");
    board.write(top, &high).commit("mia", "2026-05-04T08:10:00Z", "High");
    board.land(Landing::Merge, "2026-05-04T08:20:00Z");
    // Back to a draft without scores, in a change of its own.
    board.git.branch("change", "main").rename(top, "exceptions/intake/2026/SEB-2026-0042.yaml");
    board.write("exceptions/intake/2026/SEB-2026-0042.yaml", &draft);
    board.commit("mia", "2026-05-04T08:30:00Z", "Draft");
    board.land(Landing::Merge, "2026-05-04T08:40:00Z");
    // And up again, lower.
    board.git.branch("change", "main").rename("exceptions/intake/2026/SEB-2026-0042.yaml", RECORD);
    board.write(RECORD, proposed()).commit("mia", "2026-05-04T08:50:00Z", "Lower");
    board.diff().red(&["lane/score-shopping"]).says("executive");
    board.land(Landing::Merge, "2026-05-04T09:00:00Z");
    board.verify().red(&["lane/score-shopping"]);
    // And the directors are not those who decide it now.
    board.propose_at("2026-05-04T09:10:00Z", &approved()).at(VOTE).vote("dan", ID);
    let run = board.diff();
    assert!(run.rules("error").contains(&"lane/approval-missing".to_owned()), "{run:#?}");
    run.says("its highest lane since the last decision");
}

#[test]
fn lowering_a_score_twin_with_new_proof() {
    let high = set(
        &proposed(),
        "exploitability_score: 60\nimpact_score: 50\ncombined_risk_score: 60",
        "exploitability_score: 80\nimpact_score: 80\ncombined_risk_score: 85",
    );
    let high = set(&high, "board_tier: director", "board_tier: executive");
    let high = set(
        &high,
        "board_meeting_due_at: 2026-05-05T08:00:00Z",
        "board_meeting_due_at: 2026-05-04T17:00:00Z",
    );
    let top = "exceptions/executive/2026/SEB-2026-0042.yaml";
    let board = Governed::new();
    board.git.branch("change", "main");
    board.write(top, &high).commit("mia", "2026-05-04T08:10:00Z", "High");
    board.land(Landing::Merge, "2026-05-04T08:20:00Z");
    let proof = "  - id: E2\n    kind: penetration_test\n    url: https://wiki.example.com/pentest\n    collected_at: 2026-05-04\n";
    board.git.branch("change", "main").rename(top, RECORD);
    board.write(RECORD, proposed() + proof).commit("mia", "2026-05-04T08:50:00Z", "Lower, with proof");
    board.diff().green();
    board.land(Landing::Merge, "2026-05-04T09:00:00Z");
    board.verify().green();
}

#[test]
fn future_escalated_at() {
    let escalated = |at: &str, due: &str| {
        let text = set(&proposed(), "board_tier: director", "board_tier: executive");
        let text = set(&text, "decision_status", &format!("escalated_at: {at}\ndecision_status"));
        set(&text, "board_meeting_due_at: 2026-05-05T08:00:00Z", &format!("board_meeting_due_at: {due}"))
    };
    let path = "exceptions/executive/2026/SEB-2026-0042.yaml";
    let board = Governed::new();
    board.git.branch("change", "main");
    board.write(path, escalated("2026-05-20T09:00:00Z", "2026-05-20T17:00:00Z"));
    board.commit("mia", "2026-05-05T09:00:00Z", "Escalate in the future");
    let run = board.diff_at("2026-05-05T10:00:00Z", &[]);
    assert!(run.code == 1 && run.rules("error").contains(&"lane/escalation-invalid".to_owned()), "{run:#?}");
    // Landed, and the day has come: it was no escalation when it landed.
    board.land(Landing::Merge, "2026-05-05T10:00:00Z");
    board.verify_at("2026-05-21T10:00:00Z", &[]).red(&["history/backdated"]);
    // The honest one: the deadline was missed this morning.
    let board = Governed::new();
    board.git.branch("change", "main");
    board.write(path, escalated("2026-05-05T08:30:00Z", "2026-05-05T17:00:00Z"));
    board.commit("mia", "2026-05-05T09:00:00Z", "Escalate");
    board.diff_at("2026-05-05T10:00:00Z", &[]).green();
    board.land(Landing::Merge, "2026-05-05T10:00:00Z");
    board.verify_at("2026-05-21T10:00:00Z", &[]).green();
}

#[test]
fn closing_a_live_gap_as_remediated_without_proof() {
    let closed = |more: &str| {
        let text = set(&approved(), "decision_status: approved", "decision_status: closed");
        format!("{text}closure:\n  at: 2026-05-05T09:00:00Z\n  by: mia\n  reason: remediated\n{more}")
    };
    let board = decided();
    board.propose_at("2026-05-05T09:00:00Z", &closed(""));
    board.diff_at("2026-05-05T12:00:00Z", &[]).red(&["expiry/unproven-closure"]);
    board.propose_at("2026-05-05T09:00:00Z", &closed("  evidence: [E7]\n"));
    let run = board.diff_at("2026-05-05T12:00:00Z", &[]);
    assert!(run.rules("error").contains(&"expiry/unproven-closure".to_owned()), "{run:#?}");
    board.propose_at("2026-05-05T09:00:00Z", &closed("  evidence: [E1]\n"));
    board.diff_at("2026-05-05T12:00:00Z", &[]).green();
    board.land(Landing::Merge, "2026-05-05T10:00:00Z");
    board.verify_at("2026-05-05T12:00:00Z", &[]).green();
}

#[test]
fn end_moved_without_a_decision() {
    let board = decided();
    board.propose_at(
        "2026-05-05T09:00:00Z",
        &set(&approved(), "approved_until: 2026-07-20", "approved_until: 2026-08-01"),
    );
    board.diff_at("2026-05-05T12:00:00Z", &[]).red(&["expiry/silent-extension"]);
    board.land(Landing::Merge, "2026-05-05T10:00:00Z");
    board.verify_at("2026-05-05T12:00:00Z", &[]).red(&["expiry/silent-extension"]);
}

#[test]
fn decision_dated_back_and_clocks_started_late() {
    let board = Governed::new();
    let late = "2026-05-15T10:00:00Z";
    board.propose_at("2026-05-15T09:00:00Z", &approved()).at("2026-05-15T09:20:00Z").vote("dan", ID);
    let run = board.diff_at(late, &[]);
    assert!(run.rules("error").contains(&"history/backdated".to_owned()), "{run:#?}");
    board.land(Landing::Merge, late);
    board.verify_at(late, &[]).red(&["history/backdated"]);
    // The request is said to have come after the change that has it.
    let board = Governed::new();
    board.propose_at("2026-05-04T07:30:00Z", &proposed());
    board.land(Landing::Merge, "2026-05-04T07:40:00Z");
    board.verify().red(&["history/backdated"]);
}

#[test]
fn status_jumped_over() {
    let board = decided();
    let closed = set(&approved(), "decision_status: approved", "decision_status: closed");
    let closed = format!("{closed}closure:\n  at: 2026-05-05T08:30:00Z\n  by: mia\n  reason: deal_lost\n");
    change(&board, "2026-05-05", &closed, &[]);
    board.verify_at("2026-05-05T12:00:00Z", &[]).green();
    let again = set(&approved(), "decision_status: approved", "decision_status: expired");
    board.propose_at("2026-05-05T10:30:00Z", &again);
    let run = board.diff_at("2026-05-05T12:00:00Z", &[]);
    assert!(run.rules("error").contains(&"history/illegal-transition".to_owned()), "{run:#?}");
    board.land(Landing::Merge, "2026-05-05T11:00:00Z");
    board.verify_at("2026-05-05T12:00:00Z", &[]).red(&["history/illegal-transition"]);
}

#[test]
fn decided_by_somebody_who_did_not_vote() {
    let board = Governed::new();
    board.propose(&set(&approved(), "decided_by: [dan]", "decided_by: [dan, eva]")).at(VOTE).vote("dan", ID);
    board.diff().red(&["lane/decider-mismatch"]);
    board.land(Landing::Merge, LANDED);
    board.verify().red(&["lane/decider-mismatch"]);
}

#[test]
fn broken_and_mended_to_get_rid_of_the_past() {
    // A file that cannot be read is as good as new for the rules: the breaking is red where it lands, forever.
    let board = decided();
    board.propose_at("2026-05-05T09:00:00Z", "schema: [\n");
    let run = board.diff_at("2026-05-05T12:00:00Z", &[]);
    assert!(run.rules("error").contains(&"schema/syntax".to_owned()), "{run:#?}");
    board.land(Landing::Merge, "2026-05-05T10:00:00Z");
    let until = set(&approved(), "approved_until: 2026-07-20", "approved_until: 2026-08-01");
    board.propose_at("2026-05-05T10:30:00Z", &until);
    board.land(Landing::Merge, "2026-05-05T11:00:00Z");
    // The second change is a new approval: it has no votes, and its date is not of its day.
    let rules = ["history/backdated", "lane/approval-missing", "schema/syntax"];
    board.verify_at("2026-05-05T12:00:00Z", &[]).red(&rules);
}
