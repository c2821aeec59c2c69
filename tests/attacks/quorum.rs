//! Fewer votes than it takes, of fewer people, on something less.

use crate::governed::{Governed, ID, Landing, NOW, RECORD, approved, person, proposed, set};

const VOTE: &str = "2026-05-04T09:20:00Z";
const LANDED: &str = "2026-05-04T10:00:00Z";
const TOP: &str = "exceptions/executive/2026/SEB-2026-0042.yaml";

/// A decision for the executives, who are to be two.
fn high() -> String {
    let scores = "exploitability_score: 60\nimpact_score: 50\ncombined_risk_score: 60";
    let text =
        set(&approved(), scores, "exploitability_score: 80\nimpact_score: 80\ncombined_risk_score: 85");
    let text = set(&text, "board_tier: director", "board_tier: executive");
    let text = set(&text, "due_at: 2026-05-05T08:00:00Z", "due_at: 2026-05-04T17:00:00Z");
    set(&text, "decided_by: [dan]", "decided_by: [dan, eva]")
}

fn opened() -> Governed {
    let board = Governed::new();
    board.git.branch("change", "main");
    board.write(TOP, high()).commit("mia", "2026-05-04T09:00:00Z", "Write");
    board.at(VOTE);
    board
}

#[test]
fn one_person_is_one_vote_whatever_the_ways() {
    let board = opened();
    board.vote("eva", ID).vote("eva", ID);
    board.ballot(
        "eva",
        Some("eva"),
        &format!(
            "Approved-by: {0} <{1}>\nApproved-by: Dan Whitlock <dan@vendor.example>\nDigest: {ID} {2}\n",
            person("eva").0,
            person("eva").1,
            board.digest(ID)
        ),
    );
    let head = board.git.id("change~3");
    let review = |number| ("eva-lindgren", "APPROVED", head.as_str(), number);
    let reviews = board.reviews(&[review("2026-05-04T09:21:00Z"), review("2026-05-04T09:22:00Z")]);
    board.diff_at(NOW, &["--reviews", &reviews]).red(&["lane/approval-missing"]).says("and 1 counts (eva)");
    board.land(Landing::Merge, LANDED);
    board.verify().red(&["lane/approval-missing"]);
}

#[test]
fn two_people_are_two_votes_from_whatever_source() {
    let board = opened();
    board.vote("eva", ID);
    let head = board.git.id("change~1");
    let reviews = board.reviews(&[("dan-whitlock", "APPROVED", &head, VOTE)]);
    board.diff_at(NOW, &["--reviews", &reviews]).green();
    board.vote("dan", ID);
    board.land(Landing::Merge, LANDED);
    board.verify().green();
}

#[test]
fn decided_by_a_board_below_its_score() {
    // The tier is lowered by hand: the lane of the score says who votes.
    let path = "exceptions/working/2026/SEB-2026-0042.yaml";
    let low = set(&approved(), "board_tier: director", "board_tier: working");
    let low = set(&low, "decided_by: [dan]", "decided_by: [ben]");
    let board = Governed::new();
    board.git.branch("change", "main");
    board.write(path, low).commit("mia", "2026-05-04T09:00:00Z", "Write");
    board.at(VOTE).vote("ben", ID);
    board.diff().red(&["lane/approval-missing", "lane/under-routed"]);
    board.land(Landing::Merge, LANDED);
    board.verify().red(&["lane/approval-missing"]).says("the lane of its score");
}

#[test]
fn vote_on_a_proposal_is_none_on_its_approval() {
    let board = Governed::new();
    board.propose(&proposed()).at(VOTE).vote("dan", ID);
    board.write(RECORD, approved());
    board.commit("mia", "2026-05-04T09:30:00Z", "So it is approved");
    board.diff().red(&["lane/stale-approval"]).says("/decision_status");
}

#[test]
fn objection_of_nobody_is_no_veto() {
    let board = Governed::new();
    board.propose(&approved()).at(VOTE).vote("dan", ID);
    let digest = board.digest(ID);
    let object = |who: &str| {
        let (name, email) = person(who);
        format!("Changes-requested-by: {name} <{email}>\nDigest: {ID} {digest}\n")
    };
    // Unsigned in Eva's name, signed by somebody else, signed by a stranger, and by who is of no board that decides.
    board.ballot("eva", None, &object("eva"));
    board.ballot("eva", Some("mia"), &object("eva"));
    board.ballot("eve", Some("eve"), &object("eve"));
    board.ballot("ben", Some("ben"), &object("ben"));
    board.diff().green();
    board.ballot("eva", Some("eva"), &object("eva"));
    board.diff().red(&["lane/approval-missing"]).says("a standing objection is a veto: eva");
}

#[test]
fn branch_put_in_the_place_of_the_main_line() {
    // The main line is merged into a branch, and the branch pushed as the main line: what had landed is then a side
    // line. Its receipts say that it was not.
    let board = Governed::new();
    board.propose(&approved()).at(VOTE).vote("dan", ID);
    let base = board.git.id("main");
    board.land(Landing::Merge, LANDED);
    board.receipt(&base, &[]);
    board.verify().green();
    board.git.branch("side", &base).write("README.md", "words");
    board.commit("mia", "2026-05-04T10:05:00Z", "Words");
    board.at("2026-05-04T10:10:00Z").git.merge(&["main"]);
    board.git.git(&["branch", "--quiet", "--force", "main", "side"]);
    board.git.checkout("main");
    board.verify().red(&["history/rewritten"]).says(ID);
}
