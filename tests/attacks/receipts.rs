//! Receipts that are forged, moved, replayed or lost.

use crate::governed::{Governed, ID, Landing, RECORD, approved, key, set};
use crate::scratch::Key;

const VOTE: &str = "2026-05-04T09:20:00Z";
const LANDED: &str = "2026-05-04T10:00:00Z";

/// A squashed pull request with Dan's vote in its branch; gives the commit before it.
fn squashed() -> (Governed, String) {
    let board = Governed::new();
    board.propose(&approved()).at(VOTE).vote("dan", ID);
    let before = board.git.id("main");
    board.land(Landing::Squash, LANDED);
    (board, before)
}

/// The same without any vote.
fn unvoted() -> (Governed, String) {
    let board = Governed::new();
    board.propose(&approved());
    let before = board.git.id("main");
    board.land(Landing::Squash, LANDED);
    (board, before)
}

fn note(board: &Governed, commit: &str) -> String {
    board.git.git(&["notes", "--ref=exboard", "show", commit]) + "\n"
}

/// The text of a receipt, signed by somebody.
fn signed(board: &Governed, text: &str, by: &str) -> String {
    let key = Key { private: key(by), public: String::new() };
    format!("{text}\n{}", board.git.sign(text, &key, "exboard-receipt"))
}

fn text_of(note: &str) -> String {
    note.split_once("\n\n").unwrap().0.to_owned() + "\n"
}

#[test]
fn honest_receipt() {
    let (board, before) = squashed();
    board.verify().red(&["lane/approval-missing"]);
    board.receipt(&before, &[]);
    board.verify().green();
}

#[test]
fn forged_receipt() {
    let (honest, before) = squashed();
    honest.receipt(&before, &[]);
    let (board, before) = unvoted();
    board.receipt(&before, &[]);
    board.verify().red(&["lane/approval-missing"]);
    // The line of a vote is written into it, unsigned, signed by nobody of note, and under the old signature.
    let real = note(&board, "HEAD");
    let vote = note(&honest, "HEAD").lines().find(|line| line.starts_with("Approved-by")).unwrap().to_owned();
    let text = text_of(&real) + &vote + "\n";
    let under_the_old = format!("{text}\n{}", real.split_once("\n\n").unwrap().1);
    for forged in [text.clone(), signed(&board, &text, "mia"), signed(&board, &text, "dan"), under_the_old] {
        board.git.git(&["notes", "--ref=exboard", "remove", "HEAD"]);
        board.git.note("HEAD", &forged);
        board.verify().red(&["lane/approval-missing"]);
    }
    // The machinery of the test: what CI itself signs is believed.
    board.git.git(&["notes", "--ref=exboard", "remove", "HEAD"]);
    board.git.note("HEAD", &signed(&board, &text, "ci"));
    board.verify().green();
}

#[test]
fn receipt_signed_for_another_purpose() {
    let (board, before) = squashed();
    board.receipt(&before, &[]);
    let text = text_of(&note(&board, "HEAD"));
    let ci = Key { private: key("ci"), public: String::new() };
    board.git.git(&["notes", "--ref=exboard", "remove", "HEAD"]);
    board.git.note("HEAD", &format!("{text}\n{}", board.git.sign(&text, &ci, "git")));
    board.verify().red(&["lane/approval-missing"]);
}

#[test]
fn receipt_moved_to_another_commit() {
    let (board, before) = squashed();
    board.receipt(&before, &[]);
    let text = note(&board, "HEAD");
    // Another change of the record, without a vote; the receipt is put on it, away from its own commit.
    let until = set(&approved(), "decided_at: 2026-05-04T09:30:00Z", "decided_at: 2026-05-04T10:10:00Z");
    board.propose_at("2026-05-04T10:05:00Z", &until);
    let moved = board.land(Landing::Squash, "2026-05-04T10:20:00Z");
    board.git.note(&moved, &text);
    board.verify().red(&["lane/approval-missing"]);
}

#[test]
fn replayed_receipt() {
    // The receipt of an approval is put on the commit that approves again what was revoked.
    let (board, before) = squashed();
    board.receipt(&before, &[]);
    let text = note(&board, "HEAD");
    let closure = "closure:\n  at: 2026-05-04T10:05:00Z\n  by: dan\n  reason: not_needed\n";
    board.propose_at(
        "2026-05-04T10:05:00Z",
        &(set(&approved(), "decision_status: approved", "decision_status: revoked") + closure),
    );
    board.land(Landing::Squash, "2026-05-04T10:10:00Z");
    board.verify().green();
    let again = set(&approved(), "decided_at: 2026-05-04T09:30:00Z", "decided_at: 2026-05-04T10:15:00Z");
    board.propose_at("2026-05-04T10:12:00Z", &again);
    let before = board.git.id("main");
    board.land(Landing::Squash, "2026-05-04T10:20:00Z");
    board.git.note("HEAD", &text);
    board.verify().red(&["lane/approval-missing"]);
    // Even CI, asked to write a receipt from the old branch, does not take its vote for this.
    board.git.git(&["notes", "--ref=exboard", "remove", "HEAD"]);
    board.receipt(&before, &[]);
    board.verify().red(&["lane/approval-missing"]);
}

#[test]
fn ci_does_not_take_an_old_vote_for_a_new_decision() {
    let (board, before) = squashed();
    board.receipt(&before, &[]);
    board.git.branch("old", "change");
    let voted = board.git.id("old");
    board.git.checkout("main");
    let closure = "closure:\n  at: 2026-05-04T10:05:00Z\n  by: dan\n  reason: not_needed\n";
    board.propose_at(
        "2026-05-04T10:05:00Z",
        &(set(&approved(), "decision_status: approved", "decision_status: revoked") + closure),
    );
    board.land(Landing::Squash, "2026-05-04T10:10:00Z");
    board.propose_at(
        "2026-05-04T10:12:00Z",
        &set(&approved(), "decided_at: 2026-05-04T09:30:00Z", "decided_at: 2026-05-04T10:15:00Z"),
    );
    board.at("2026-05-04T10:13:00Z");
    board.git.git(&["merge", "--quiet", "-s", "ours", "-m", "Merge the old branch", "old"]);
    let before = board.git.id("main");
    board.land(Landing::Squash, "2026-05-04T10:20:00Z");
    let reviews = board.reviews(&[("dan-whitlock", "APPROVED", &voted, VOTE)]);
    board.receipt(&before, &["--reviews", &reviews]);
    board.verify().red(&["lane/approval-missing"]);
}

#[test]
fn receipt_that_covers_more_than_its_own() {
    // A receipt from the adoption on would make one change set of all, in which the steps in between are not seen.
    let (board, before) = unvoted();
    let middle = board.git.id("main");
    let until = set(&approved(), "decided_at: 2026-05-04T09:30:00Z", "decided_at: 2026-05-04T10:10:00Z");
    board.propose_at("2026-05-04T10:05:00Z", &until).at("2026-05-04T10:06:00Z").vote("dan", ID);
    board.land(Landing::Squash, "2026-05-04T10:20:00Z");
    // Honest for the last one alone.
    board.receipt(&middle, &[]);
    board.verify().red(&["lane/approval-missing"]);
    // A second receipt over both is refused: there is one already.
    board.try_receipt(&before, &[]).fails("another receipt already");
}

#[test]
fn receipts_are_never_overwritten() {
    let (board, before) = squashed();
    board.receipt(&before, &[]);
    let first = note(&board, "HEAD");
    let again = board.try_receipt(&before, &[]);
    assert!(again.code == 0 && again.out.contains("is there already"), "{again:#?}");
    board.try_receipt(&before, &["--opened-by", "mia-torres"]).fails("never overwritten");
    assert_eq!(note(&board, "HEAD"), first);
}

#[test]
fn force_push_over_a_receipt() {
    let (board, before) = squashed();
    board.receipt(&before, &[]);
    board.git.git(&["reset", "--quiet", "--hard", &before]);
    board.write("README.md", "as if nothing had been");
    board.commit("mia", "2026-05-04T10:05:00Z", "Rewrite");
    board.verify().red(&["history/rewritten"]).says(ID);
    // The same tree under another commit: the receipt does not follow.
    board.git.git(&["reset", "--quiet", "--hard", &before]);
    board.land(Landing::Squash, "2026-05-04T10:06:00Z");
    board.verify().red(&["history/rewritten", "lane/approval-missing"]);
}

#[test]
fn a_note_with_hostile_bytes_is_a_note_that_counts_for_nothing() {
    let (board, before) = squashed();
    board.receipt(&before, &[]);
    let good = note(&board, "HEAD");
    let long = format!("Exboard-Receipt: 1\n{}", "Approved-by: x <x@x>\n".repeat(30_000));
    for bytes in [
        &b"\xff\xfe\x00"[..],
        b"",
        b"\x1b[31mred\x1b[0m\n",
        long.as_bytes(),
        b"Covers: ..\n",
        b"Covers: x..y\n",
    ] {
        board.git.git(&["notes", "--ref=exboard", "remove", "--ignore-missing", "HEAD"]);
        board.git.feed(&["notes", "--ref=exboard", "add", "--allow-empty", "--file=-", "HEAD"], bytes);
        let run = board.verify();
        run.red(&["lane/approval-missing"]);
        let log = board.exboard(&["log", "--no-cache"]);
        assert!(log.code == 0 && !log.out.contains('\u{1b}'), "{log:#?}");
    }
    board.git.git(&["notes", "--ref=exboard", "remove", "HEAD"]);
    board.git.note("HEAD", &good);
    board.verify().green();
    // Files in the tree of the notes that are no notes.
    board.git.git(&["update-ref", "refs/notes/exboard", "main"]);
    board.verify().red(&["lane/approval-missing"]);
}

#[test]
fn receipt_of_a_key_that_the_change_itself_brings() {
    // The keys that count are those of the state before.
    let board = Governed::new();
    let keys =
        set(&crate::governed::roster(), &crate::governed::public("ci"), &crate::governed::public("eve"));
    board.git.branch("change", "main");
    board.write("policies/board.toml", keys).write(RECORD, approved());
    board.commit("mia", "2026-05-04T09:00:00Z", "A new key for receipts");
    board.at(VOTE).vote("dan", ID).vote("dan", "policy").vote("eva", "policy");
    let before = board.git.id("main");
    board.land(Landing::Squash, LANDED);
    let eve = key("eve");
    let run = board.exboard(&[
        "receipt",
        "--pull-request",
        "https://forge.example/pull/7",
        "--covers",
        &format!("{before}..HEAD"),
        "--head",
        "change",
        "--key",
        eve.to_str().unwrap(),
    ]);
    assert_eq!(run.code, 0, "{run:#?}");
    board.verify().red(&["history/policy-mixed", "lane/approval-missing", "policy/approval-missing"]);
}

#[test]
fn last_pusher_is_no_less_the_last_pusher_in_a_receipt() {
    // Dan pushes something last, and votes: red in the pull request, and so it stays, however it lands.
    for how in [Landing::Merge, Landing::Squash, Landing::Rebase] {
        let board = Governed::new();
        board.propose(&approved());
        board.write("README.md", "a word");
        board.commit("dan", "2026-05-04T09:10:00Z", "A word");
        board.at(VOTE).vote("dan", ID);
        board.diff().red(&["lane/self-approval"]).says("the one who pushed last");
        let before = board.git.id("main");
        board.land(how, LANDED);
        board.receipt(&before, &[]);
        board.verify().red(&["lane/self-approval"]);
    }
}
