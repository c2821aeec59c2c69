//! Votes that are not what they seem to be.

use crate::governed::{Governed, ID, Landing, RECORD, approved, key, person, proposed, public, set};

const VOTE: &str = "2026-05-04T09:20:00Z";
const LANDED: &str = "2026-05-04T10:00:00Z";

/// A pull request that approves the record, by Mia; nobody has voted.
fn opened() -> Governed {
    let board = Governed::new();
    board.propose(&approved()).at(VOTE);
    board
}

/// The trailers of a vote.
fn trailers(who: &str, id: &str, digest: &str) -> String {
    let (name, email) = person(who);
    format!("Approved-by: {name} <{email}>\nDigest: {id} {digest}\n")
}

#[test]
fn honest_vote_by_signature_or_by_review() {
    let board = opened();
    board.diff_at("2026-05-04T10:30:00Z", &["--opened-by", "mia-torres"]).green_but_for_votes();
    let head = board.git.head();
    let reviews = board.reviews(&[("dan-whitlock", "APPROVED", &head, VOTE)]);
    board.diff_at("2026-05-04T10:30:00Z", &["--reviews", &reviews]).green();
    board.vote("dan", ID).diff().green();
    board.land(Landing::Merge, LANDED);
    board.verify().green();
}

#[test]
fn no_vote_at_all() {
    let board = opened();
    let reviews = board.reviews(&[]);
    board.diff_at("2026-05-04T10:30:00Z", &["--reviews", &reviews]).red(&["lane/approval-missing"]);
    board.land(Landing::Merge, LANDED);
    board.verify().red(&["lane/approval-missing"]);
}

#[test]
fn vote_on_an_older_digest() {
    let board = opened();
    board.vote("dan", ID);
    board.write(RECORD, set(&approved(), "[export-service]", "[export-service, billing]"));
    board.commit("mia", "2026-05-04T09:25:00Z", "One more asset");
    board.diff().red(&["lane/stale-approval"]).says("/impacted_assets");
    let voted = board.git.id("change~1");
    let reviews = board.reviews(&[("dan-whitlock", "APPROVED", &voted, VOTE)]);
    board.diff_at("2026-05-04T10:30:00Z", &["--reviews", &reviews]).red(&["lane/stale-approval"]);
    board.land(Landing::Merge, LANDED);
    board.verify().red(&["lane/stale-approval"]);
}

#[test]
fn vote_on_an_older_digest_twin_only_words_of_the_decision_change() {
    let board = opened();
    board.vote("dan", ID);
    board.write(RECORD, set(&approved(), "decision_notes: The", "decision_notes: As the board said, the"));
    board.commit("mia", "2026-05-04T09:25:00Z", "Notes");
    board.diff().green();
    board.land(Landing::Merge, LANDED);
    board.verify().green();
}

#[test]
fn spoofed_author_address_of_a_hand_that_votes() {
    // Dan writes the record under an address that nobody knows, and votes on it as himself.
    let board = Governed::new();
    board.git.branch("change", "main");
    board.write(RECORD, approved());
    let at = 1_777_885_200;
    board.git.committing("Write").by("Dan  WHITLOCK", "dan@home.example").at(at).go();
    board.vote("dan", ID).diff().red(&["lane/self-approval"]);
    board.land(Landing::Merge, LANDED);
    board.verify().red(&["lane/self-approval"]);
}

#[test]
fn spoofed_author_address_of_somebody_else_twin_and_the_opener_betrays() {
    // Even where git names Mia: whom the forge knows to have opened or pushed has a part in the change.
    let board = opened();
    board.vote("dan", ID);
    board.diff().green();
    for flag in ["--opened-by", "--pushed-by"] {
        board.diff_at("2026-05-04T10:30:00Z", &[flag, "Dan-Whitlock"]).red(&["lane/self-approval"]);
    }
}

#[test]
fn spoofed_address_in_a_vote_without_a_signature() {
    let board = opened();
    let digest = board.digest(ID);
    board.ballot("dan", None, &trailers("dan", ID, &digest));
    board.diff().red(&["lane/approval-missing"]).says("not signed");
    board.land(Landing::Merge, LANDED);
    board.verify().red(&["lane/approval-missing"]);
}

#[test]
fn vote_signed_with_the_key_of_somebody_else() {
    let board = opened();
    let digest = board.digest(ID);
    board.ballot("dan", Some("mia"), &trailers("dan", ID, &digest));
    board.diff().red(&["lane/approval-missing"]).says("not theirs");
    board.ballot("dan", Some("eve"), &trailers("dan", ID, &digest));
    board.diff().red(&["lane/approval-missing"]);
    // The honest one, by hand as well.
    board.ballot("dan", Some("dan"), &trailers("dan", ID, &digest));
    board.diff().green();
}

#[test]
fn a_voter_who_left() {
    let gone = |roster: String| set(&roster, "github = \"dan-", "left = 2026-05-01\ngithub = \"dan-");
    let board = Governed::with(gone);
    board.propose(&approved()).at(VOTE).vote("dan", ID);
    let run = board.diff();
    assert!(run.rules("error").contains(&"lane/approval-missing".to_owned()), "{run:#?}");
    run.says("left on 2026-05-01");
    board.land(Landing::Merge, LANDED);
    board.verify().red(&["lane/approval-missing"]);
    // Who leaves tomorrow votes today.
    let board = Governed::with(|roster| gone(roster).replace("2026-05-01", "2026-05-05"));
    board.propose(&approved()).at(VOTE).vote("dan", ID).diff().green();
}

#[test]
fn look_alike_letters_in_a_name() {
    // The requester is Dan, written with a Cyrillic `а`, and full-width letters.
    for name in ["D\u{430}n Whitlock", "\u{ff24}an Whitlock", "dan WHITLOCK", "Priya Raman and Dan Whitlock"]
    {
        let board = Governed::new();
        board.propose(&set(&approved(), "Priya Raman", name)).at(VOTE).vote("dan", ID);
        board.diff().red(&["lane/self-approval"]).says("the requester");
    }
    let board = Governed::new();
    board.propose(&set(&approved(), "Priya Raman", "Dana Whitlock")).at(VOTE).vote("dan", ID).diff().green();
}

#[test]
fn the_mitigation_owner_votes() {
    let board = Governed::new();
    board.propose(&set(&approved(), "mitigation_owner: mia", "mitigation_owner: dan")).at(VOTE);
    board.vote("dan", ID).diff().red(&["lane/self-approval"]).says("the mitigation owner");
}

#[test]
fn vote_of_another_tier() {
    let board = opened();
    board.vote("ben", ID).diff().red(&["lane/approval-missing"]).says("ben is not of the tier `director`");
    // A higher one may.
    board.vote("eva", ID);
    board.diff().red(&["lane/decider-mismatch"]);
    board.write(RECORD, set(&approved(), "decided_by: [dan]", "decided_by: [eva]"));
    board.commit("mia", "2026-05-04T09:40:00Z", "Eva decided");
    board.diff().green();
}

#[test]
fn vote_replayed_on_another_record() {
    let board = opened();
    board.vote("dan", ID);
    let other = approved().replace(ID, "SEB-2026-0043").replace("Meridian", "Second");
    board.write("exceptions/director/2026/SEB-2026-0043.yaml", other);
    board.commit("mia", "2026-05-04T09:25:00Z", "Another");
    let run = board.diff();
    run.red(&["lane/approval-missing"]);
    assert_eq!(run.findings().iter().filter(|one| one["severity"] == "error").count(), 1);
    // With the digest of the first one under the second one's id.
    board.git.checkout("change");
    let digest = board.digest(ID);
    board.ballot("dan", Some("dan"), &trailers("dan", "SEB-2026-0043", &digest));
    board.diff().red(&["lane/approval-missing"]).says("its digest is not that of the record");
    board.vote("dan", "SEB-2026-0043").diff().green();
}

#[test]
fn vote_of_another_repository() {
    // The same text and the same roster elsewhere: the commit comes along with its history, and with nothing else.
    let (board, other) = (opened(), opened());
    other.vote("dan", ID);
    let vote = other.git.head();
    board.git.git(&["fetch", "--quiet", other.git.root().to_str().unwrap(), "change"]);
    // Cherry-picking drops the signature, or the commit with it.
    board.git.git(&["cherry-pick", "--allow-empty", &vote]);
    board.diff().red(&["lane/approval-missing"]);
}

#[test]
fn vote_replayed_after_it_was_revoked() {
    // Dan votes, the branch lands as one commit, and his vote stays behind in the old branch.
    let board = opened();
    board.vote("dan", ID);
    let base = board.git.id("main");
    board.land(Landing::Squash, LANDED);
    board.receipt(&base, &[]);
    board.verify().green();
    board.git.branch("old", "change");
    board.git.checkout("main");
    let closure = "closure:\n  at: 2026-05-05T08:00:00Z\n  by: dan\n  reason: not_needed\n";
    board.write(RECORD, set(&approved(), "decision_status: approved", "decision_status: revoked") + closure);
    board.commit("ana", "2026-05-05T08:00:00Z", "Revoke");
    board.verify_at("2026-05-05T12:00:00Z", &[]).green();
    // Mia approves it again, to the letter, and merges the old branch for its vote.
    board.git.branch("change", "main");
    board.write(RECORD, set(&approved(), "2026-05-04T09:30:00Z", "2026-05-05T09:30:00Z"));
    board.commit("mia", "2026-05-05T09:00:00Z", "Approve again");
    board.at("2026-05-05T09:10:00Z");
    board.git.git(&["merge", "--quiet", "-s", "ours", "-m", "Merge the old branch", "old"]);
    board.diff_at("2026-05-05T12:00:00Z", &[]).red(&["lane/stale-approval"]);
    board.land(Landing::Merge, "2026-05-05T10:00:00Z");
    board.verify_at("2026-05-05T12:00:00Z", &[]).red(&["lane/stale-approval"]);
    // The honest twin votes again.
    board.git.git(&["reset", "--quiet", "--hard", "HEAD~"]);
    board.git.checkout("change");
    board.at("2026-05-05T09:50:00Z").vote("dan", ID);
    board.diff_at("2026-05-05T12:00:00Z", &[]).green();
    board.land(Landing::Merge, "2026-05-05T10:00:00Z");
    board.verify_at("2026-05-05T12:00:00Z", &[]).green();
}

#[test]
fn vote_in_an_evil_merge() {
    // The merge commit itself has the trailers, and the signature, and changes the record.
    let board = Governed::new();
    board.propose(&set(&approved(), "impact_score: 50", "impact_score: 49"));
    board.write(RECORD, approved());
    board.commit("mia", "2026-05-04T09:10:00Z", "Correct");
    let digest = board.digest(ID);
    board.git.checkout("main").write("README.md", "main moved");
    board.commit("ana", "2026-05-04T09:12:00Z", "Elsewhere");
    board.git.checkout("change");
    board.at(VOTE);
    let (name, email) = person("dan");
    let message = format!("Merge\n\n{}", trailers("dan", ID, &digest));
    let signing = format!("user.signingkey={}", key("dan").display());
    let mut merge = board.git.command(&[
        "-c",
        "gpg.format=ssh",
        "-c",
        &signing,
        "merge",
        "--quiet",
        "--no-ff",
        "-S",
        "-m",
        &message,
        "main",
    ]);
    merge.env("GIT_COMMITTER_NAME", name).env("GIT_COMMITTER_EMAIL", email);
    assert!(merge.status().unwrap().success());
    let reviews = board.reviews(&[]);
    board.diff_at("2026-05-04T10:30:00Z", &["--reviews", &reviews]).red(&["lane/approval-missing"]);
}

#[test]
fn vote_in_a_commit_that_changes_files() {
    let board = opened();
    let digest = board.digest(ID);
    board.write("README.md", "and more");
    board.ballot("dan", Some("dan"), &trailers("dan", ID, &digest));
    let reviews = board.reviews(&[]);
    let run = board.diff_at("2026-05-04T10:30:00Z", &["--reviews", &reviews]);
    run.red(&["lane/approval-missing"]);
}

#[test]
fn vote_dated_before_what_it_is_on() {
    let board = opened();
    let digest = board.digest(ID);
    board.at("2026-05-04T08:00:00Z").ballot("dan", Some("dan"), &trailers("dan", ID, &digest));
    board.diff().red(&["lane/approval-missing"]).says("is dated");
}

#[test]
fn a_rival_is_named_co_author_to_lose_the_vote() {
    // A denial, not a forgery: it is told by name, and a clean branch is the way out.
    let board = Governed::new();
    board.git.branch("change", "main");
    board.write(RECORD, approved());
    board.commit("mia", "2026-05-04T09:00:00Z", "Write\n\nCo-authored-by: Dan Whitlock <dan@vendor.example>");
    board.at(VOTE).vote("dan", ID);
    board.diff().red(&["lane/self-approval"]).says("dan is an author of the change");
    // On an empty commit, which writes no record, the trailer says nothing.
    let board = opened();
    board.commit(
        "mia",
        "2026-05-04T09:10:00Z",
        "Thanks\n\nCo-authored-by: Dan Whitlock <dan@vendor.example>",
    );
    board.at(VOTE).vote("dan", ID).diff().green();
}

#[test]
fn a_veto_is_not_outvoted() {
    let board = opened();
    let run = board.try_vote("eva", &[ID, "--object"]);
    assert_eq!(run.code, 0, "{run:#?}");
    board.at("2026-05-04T09:25:00Z").vote("dan", ID);
    board.diff().red(&["lane/approval-missing"]).says("a standing objection is a veto: eva");
    // An unsigned withdrawal in Eva's name is none.
    let digest = board.digest(ID);
    board.at("2026-05-04T09:30:00Z").ballot("eva", None, &trailers("eva", ID, &digest));
    board.diff().red(&["lane/approval-missing"]);
    board.at("2026-05-04T09:35:00Z").vote("eva", ID).diff().green();
}

#[test]
fn reviews_of_another_pull_request() {
    // Its commit is not here, or has another record, or nothing says which it is.
    let board = opened();
    board.git.branch("other", "main");
    board.write(RECORD, set(&approved(), "impact_score: 50", "impact_score: 51"));
    let other = board.commit("mia", "2026-05-04T09:05:00Z", "Another request");
    let gone = "0123456789012345678901234567890123456789";
    let empty = board.git.id("main");
    board.git.checkout("change");
    for (commit, rule) in [
        (other.as_str(), "lane/stale-approval"),
        (gone, "lane/approval-missing"),
        (&empty, "lane/approval-missing"),
    ] {
        let reviews = board.reviews(&[("dan-whitlock", "APPROVED", commit, VOTE)]);
        board.diff_at("2026-05-04T10:30:00Z", &["--reviews", &reviews]).red(&[rule]);
    }
}

#[test]
fn reviews_that_cannot_be_read_are_no_clean_verdict() {
    let board = opened();
    let file = board.reviews(&[]);
    for text in ["", "{}", "[{}]", "null", "[{\"user\":"] {
        std::fs::write(&file, text).unwrap();
        let run = board.diff_at("2026-05-04T10:30:00Z", &["--reviews", &file]);
        assert!(run.code == 3 || run.code == 1, "{text}: {run:#?}");
    }
    board.diff_at("2026-05-04T10:30:00Z", &["--reviews", "nowhere.json"]).fails("cannot be read");
}

#[test]
fn dismissed_and_commented_reviews() {
    let board = opened();
    let head = board.git.head();
    let dan = |state: &'static str| ("dan-whitlock", state, head.as_str(), VOTE);
    for (states, green) in [
        (vec![dan("APPROVED"), dan("DISMISSED")], false),
        (vec![dan("COMMENTED")], false),
        (vec![dan("APPROVED"), dan("COMMENTED")], true),
        (vec![dan("APPROVED"), dan("CHANGES_REQUESTED")], false),
    ] {
        let reviews = board.reviews(&states);
        let run = board.diff_at("2026-05-04T10:30:00Z", &["--reviews", &reviews]);
        if green {
            run.green()
        } else {
            run.red(&["lane/approval-missing"])
        };
    }
}

#[test]
fn unsigned_trailers_in_the_landed_commit() {
    let board = Governed::new();
    board.propose(&approved());
    board.git.checkout("main");
    board.at(LANDED);
    board.git.git(&["merge", "--quiet", "--squash", "change"]);
    let message = "Land\n\nApproved-by: Dan Whitlock <dan@vendor.example>\nReviewed-by: Dan Whitlock <dan@vendor.example>";
    board.git.git(&["commit", "--quiet", "-m", message]);
    board.verify().red(&["lane/approval-missing"]);
}

#[test]
fn a_key_that_the_change_itself_brings() {
    // Mia puts her own key beside Dan's name in the branch that the vote is on.
    let board = opened();
    let roster = crate::governed::roster();
    let forged = set(&set(&roster, &public("mia"), "KEY"), &public("dan"), &public("mia"))
        .replace("KEY", &public("dan"));
    board.write("policies/board.toml", forged);
    board.commit("mia", "2026-05-04T09:05:00Z", "Keys");
    board.at(VOTE);
    let digest = board.digest(ID);
    board.ballot("dan", Some("mia"), &trailers("dan", ID, &digest));
    board.diff().red(&["history/policy-mixed", "lane/approval-missing", "policy/approval-missing"]);
}

#[test]
fn rejecting_takes_votes_too() {
    let board = Governed::new();
    board.propose_at("2026-05-04T08:30:00Z", &proposed());
    board.land(Landing::Merge, "2026-05-04T08:40:00Z");
    let rejected = set(
        &proposed(),
        "decision_status: proposed",
        "decision_status: rejected\ndecision_notes: No.\ndecided_at: 2026-05-04T09:30:00Z\ndecided_by: [dan]",
    );
    board.propose(&rejected).at(VOTE);
    let reviews = board.reviews(&[]);
    board.diff_at("2026-05-04T10:30:00Z", &["--reviews", &reviews]).red(&["lane/approval-missing"]);
    board.vote("dan", ID).diff().green();
    board.land(Landing::Merge, LANDED);
    board.verify().green();
}
