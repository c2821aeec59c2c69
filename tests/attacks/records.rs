//! Records that are hidden, renamed, cut in two, or not what was decided.

use crate::governed::{ANSWER, Governed, ID, Landing, NOW, RECORD, approved, base, proposed, set};
use sha2::{Digest as _, Sha256};

const VOTE: &str = "2026-05-04T09:20:00Z";
const LANDED: &str = "2026-05-04T10:00:00Z";
const NEXT_DAY: &str = "2026-05-05T12:00:00Z";

/// The record is approved, with Dan's vote, and landed.
fn decided() -> Governed {
    decided_as(&approved())
}

fn decided_as(text: &str) -> Governed {
    let board = Governed::new();
    board.propose(text).at(VOTE).vote("dan", ID);
    board.land(Landing::Merge, LANDED);
    board.verify().green();
    board.git.branch("change", "main");
    board
}

/// Mia commits the next morning, and it lands.
fn next(board: &Governed) {
    board.commit("mia", "2026-05-05T09:00:00Z", "Next");
}

fn land(board: &Governed) {
    board.land(Landing::Merge, "2026-05-05T10:00:00Z");
}

#[test]
fn record_deleted() {
    let board = decided();
    board.git.remove(RECORD);
    next(&board);
    board.diff_at(NEXT_DAY, &[]).red(&["history/record-deleted"]);
    land(&board);
    board.verify_at(NEXT_DAY, &[]).red(&["history/record-deleted"]);
}

#[test]
fn record_renamed_and_filed_again_under_a_new_id() {
    let board = decided();
    let new = "exceptions/director/2026/SEB-2026-0099.yaml";
    board.git.rename(RECORD, new);
    board.write(new, proposed().replace(ID, "SEB-2026-0099"));
    next(&board);
    let run = board.diff_at("2026-05-05T07:00:00Z", &[]);
    assert!(run.code == 1 && run.rules("error").contains(&"history/record-deleted".to_owned()), "{run:#?}");
    // The id in the file alone, the name as it was.
    let board = decided();
    board.write(RECORD, approved().replace(ID, "SEB-2026-0099"));
    next(&board);
    let run = board.diff_at(NEXT_DAY, &[]);
    assert!(run.rules("error").contains(&"history/record-deleted".to_owned()), "{run:#?}");
    assert!(run.rules("error").contains(&"schema/file-name".to_owned()), "{run:#?}");
    // Deleted first, filed again later.
    let board = decided();
    board.git.remove(RECORD);
    next(&board);
    board.write(new, proposed().replace(ID, "SEB-2026-0099"));
    board.commit("mia", "2026-05-05T09:10:00Z", "Again");
    let run = board.diff_at("2026-05-05T07:00:00Z", &[]);
    assert!(run.rules("error").contains(&"history/record-deleted".to_owned()), "{run:#?}");
}

#[test]
fn record_renamed_twin_a_move_is_no_new_record() {
    let board = decided();
    board.write("exboard.toml", "version = 1\n[paths]\nlayout = \"any\"\n");
    board.commit("mia", "2026-05-05T08:00:00Z", "Any layout");
    for voter in ["eva", "dan"] {
        board.at("2026-05-05T08:30:00Z").vote(voter, "policy");
    }
    board.diff_at(NEXT_DAY, &[]).green();
    board.land(Landing::Merge, "2026-05-05T09:00:00Z");
    board.verify_at(NEXT_DAY, &[]).green();
    board.git.branch("change", "main").rename(RECORD, "exceptions/archive/SEB-2026-0042.yaml");
    board.commit("mia", "2026-05-05T09:30:00Z", "Move");
    board.diff_at(NEXT_DAY, &[]).green();
    land(&board);
    board.verify_at(NEXT_DAY, &[]).green();
}

#[test]
fn record_filed_with_other_leading_zeros() {
    for (id, rule) in [("SEB-2026-042", "schema/duplicate-id"), ("SEB-2026-00042", "schema/duplicate-id")] {
        let board = decided();
        board.write(&format!("exceptions/director/2026/{id}.yaml"), proposed().replace(ID, id));
        next(&board);
        let run = board.diff_at("2026-05-05T07:00:00Z", &[]);
        assert!(run.code == 1 && run.rules("error").contains(&rule.to_owned()), "{run:#?}");
    }
}

#[test]
fn two_files_with_one_id() {
    let board = decided();
    board.write("exceptions/working/2026/SEB-2026-0042.yaml", approved());
    next(&board);
    let run = board.diff_at(NEXT_DAY, &[]);
    assert!(run.rules("error").contains(&"schema/duplicate-id".to_owned()), "{run:#?}");
    land(&board);
    // Taking the original away afterwards leaves a record that moved, and nothing more.
    let copy = set(&approved(), "[export-service]", "[export-service, billing]");
    board.git.branch("change", "main");
    board.write("exceptions/working/2026/SEB-2026-0042.yaml", copy);
    board.git.remove(RECORD);
    board.commit("mia", "2026-05-05T10:30:00Z", "Take the original away");
    let run = board.diff_at(NEXT_DAY, &[]);
    assert!(run.rules("error").contains(&"history/decided-record-edited".to_owned()), "{run:#?}");
}

#[test]
fn look_alike_letters_in_an_id() {
    let board = decided();
    // A Cyrillic `В` in place of the Latin one.
    let id = "SE\u{412}-2026-0042";
    board.write(&format!("exceptions/director/2026/{id}.yaml"), proposed().replace(ID, id));
    next(&board);
    let run = board.diff_at("2026-05-05T07:00:00Z", &[]);
    assert!(run.code == 1 && run.rules("error").contains(&"schema/invalid".to_owned()), "{run:#?}");
}

#[test]
fn record_in_a_file_of_another_stem() {
    let board = Governed::new();
    board.git.branch("change", "main");
    board.write("exceptions/director/2026/SEB-2026-0001.yaml", approved());
    board.commit("mia", "2026-05-04T09:00:00Z", "Another stem");
    let run = board.diff();
    assert!(run.code == 1 && run.rules("error").contains(&"schema/file-name".to_owned()), "{run:#?}");
    let reviews = board.reviews(&[]);
    let run = board.diff_at(NOW, &["--reviews", &reviews]);
    assert!(run.rules("error").contains(&"lane/approval-missing".to_owned()), "{run:#?}");
}

#[test]
fn symlinked_record() {
    let board = decided();
    board.write("elsewhere.yaml", approved()).git.remove(RECORD);
    std::os::unix::fs::symlink("../../../elsewhere.yaml", board.git.root().join(RECORD)).unwrap();
    next(&board);
    let run = board.diff_at(NEXT_DAY, &[]);
    assert!(run.rules("error").contains(&"history/record-deleted".to_owned()), "{run:#?}");
    assert!(run.rules("error").contains(&"schema/stray-file".to_owned()), "{run:#?}");
    land(&board);
    board.verify_at(NEXT_DAY, &[]).red(&["history/record-deleted"]);
}

#[test]
fn renamed_to_what_is_no_record() {
    for name in ["SEB-2026-0042.yml", ".SEB-2026-0042.yaml", "README.md", "SEB-2026-0042.YAML"] {
        let board = decided();
        board.git.rename(RECORD, &format!("exceptions/director/2026/{name}"));
        next(&board);
        let run = board.diff_at(NEXT_DAY, &[]);
        assert!(
            run.code == 1 && run.rules("error").contains(&"history/record-deleted".to_owned()),
            "{name}: {run:#?}"
        );
        land(&board);
        board.verify_at(NEXT_DAY, &[]).red(&["history/record-deleted"]);
    }
}

#[test]
fn case_only_rename() {
    let board = decided();
    board.write("exceptions/Director/2026/SEB-2026-0042.yaml", approved());
    next(&board);
    let run = board.diff_at(NEXT_DAY, &[]);
    assert!(run.code == 1 && run.rules("error").contains(&"schema/duplicate-id".to_owned()), "{run:#?}");
}

#[test]
fn suppression_added_after_the_vote() {
    let suppressed = set(
        &approved(),
        "approved_until: 2026-07-20",
        "# exboard: allow(expiry/horizon) until=2026-06-01 reason=\"not yet\"\napproved_until: 2026-07-20",
    );
    let board = Governed::new();
    board.propose(&approved()).at(VOTE).vote("dan", ID);
    board.write(RECORD, &suppressed);
    board.commit("mia", "2026-05-04T09:25:00Z", "Suppress");
    let run = board.diff();
    assert!(run.rules("error").contains(&"lane/stale-approval".to_owned()), "{run:#?}");
    // After the decision has landed.
    let board = decided();
    board.write(RECORD, &suppressed);
    next(&board);
    let run = board.diff_at(NEXT_DAY, &[]);
    assert!(run.rules("error").contains(&"history/decided-record-edited".to_owned()), "{run:#?}");
    land(&board);
    board.verify_at(NEXT_DAY, &[]).red(&["history/decided-record-edited"]);
    // A comment that is none is nobody's business.
    let board = decided();
    board.write(RECORD, set(&approved(), "approved_until:", "# as agreed\napproved_until:"));
    next(&board);
    board.diff_at(NEXT_DAY, &[]).green();
}

#[test]
fn extensions_flipped_after_the_vote() {
    let with = |value: &str| format!("{}extensions:\n  customer_managed: {value}\n", approved());
    let board = Governed::new();
    board.propose(&with("true")).at(VOTE).vote("dan", ID);
    board.write(RECORD, with("false"));
    board.commit("mia", "2026-05-04T09:25:00Z", "Flip");
    board.diff().red(&["lane/stale-approval"]).says("/extensions/customer_managed");
    let board = decided_as(&with("true"));
    board.write(RECORD, with("false"));
    next(&board);
    board.diff_at(NEXT_DAY, &[]).red(&["history/decided-record-edited"]);
    land(&board);
    board.verify_at(NEXT_DAY, &[]).red(&["history/decided-record-edited"]);
}

#[test]
fn extensions_twin_what_the_policy_calls_progress() {
    let board = Governed::new();
    board.write("exboard.toml", "version = 1\n[extensions]\nprogress = [\"ticket\"]\n");
    board.git.git(&["commit", "--quiet", "--amend", "--all", "--no-edit"]);
    let with = |value: &str| format!("{}extensions:\n  ticket: {value}\n", approved());
    board.propose(&with("OPS-1")).at(VOTE).vote("dan", ID);
    board.write(RECORD, with("OPS-2"));
    board.commit("mia", "2026-05-04T09:25:00Z", "Progress");
    board.diff().green();
}

/// The record with a file as its evidence, pinned or not.
fn with_proof(text: &str, sha256: Option<&str>) -> String {
    let pin = sha256.map(|pin| format!("    sha256: {pin}\n")).unwrap_or_default();
    set(
        text,
        "    url: https://wiki.example.com/export-service\n",
        &format!("    path: evidence/rotation.md\n{pin}"),
    )
}

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn evidence_swapped_behind_an_unpinned_path() {
    let board = Governed::new();
    board.git.branch("change", "main");
    board.write("evidence/rotation.md", "proof");
    board.write(RECORD, with_proof(&approved(), None));
    board.commit("mia", "2026-05-04T09:00:00Z", "Write");
    board.at(VOTE).vote("dan", ID).diff().red(&["evidence/unpinned"]);
    // Pinned, it cannot be swapped: neither before the vote lands, nor after.
    board.write(RECORD, with_proof(&approved(), Some(&sha256("proof"))));
    board.commit("mia", "2026-05-04T09:25:00Z", "Pin");
    board.at("2026-05-04T09:30:00Z").vote("dan", ID).diff().green();
    board.write("evidence/rotation.md", "another proof");
    board.commit("mia", "2026-05-04T09:35:00Z", "Swap");
    board.diff().red(&["evidence/changed"]);
    board.write(RECORD, with_proof(&approved(), Some(&sha256("another proof"))));
    board.commit("mia", "2026-05-04T09:40:00Z", "Swap the pin too");
    board.diff().red(&["lane/stale-approval"]).says("/evidence_link/0");
}

#[test]
fn evidence_swapped_under_a_landed_decision() {
    let board = Governed::new();
    board.write("evidence/rotation.md", "proof");
    board.commit("mia", "2026-05-04T08:30:00Z", "Evidence");
    board.propose(&with_proof(&approved(), Some(&sha256("proof")))).at(VOTE).vote("dan", ID);
    board.diff().green();
    board.land(Landing::Merge, LANDED);
    board.git.branch("change", "main").write("evidence/rotation.md", "another proof");
    next(&board);
    board.diff_at(NEXT_DAY, &[]).red(&["evidence/changed"]);
    board.git.remove("evidence/rotation.md");
    board.commit("mia", "2026-05-05T09:10:00Z", "Gone");
    board.diff_at(NEXT_DAY, &[]).red(&["evidence/not-found"]);
}

#[test]
fn evidence_twin_that_is_only_added() {
    let added = format!(
        "{}  - id: E2\n    kind: test_result\n    url: https://wiki.example.com/rotation\n    collected_at: 2026-05-04\n",
        approved()
    );
    let board = Governed::new();
    board.propose(&approved()).at(VOTE).vote("dan", ID);
    board.write(RECORD, &added);
    board.commit("mia", "2026-05-04T09:25:00Z", "More proof");
    board.diff().green();
    board.land(Landing::Merge, LANDED);
    board.verify().green();
}

#[test]
fn one_gap_split_in_two() {
    // Each is a matter for the directors; together they are one for the executives.
    let one = proposed();
    let two =
        set(&one, "exploitability_score: 60\nimpact_score: 50", "exploitability_score: 20\nimpact_score: 90");
    let two = set(&two, "account_name", "related: []\naccount_name").replace("related: []\n", "");
    let two = two.replace(ID, "SEB-2026-0043").replace("[export-service]", "[billing-service]");
    let board = Governed::new();
    board.git.branch("change", "main");
    board.write(RECORD, &one).write("exceptions/director/2026/SEB-2026-0043.yaml", &two);
    board.commit("mia", "2026-05-04T09:00:00Z", "Two small ones");
    let run = board.diff_at(NOW, &["--fail-level", "warning"]);
    assert!(run.code == 1 && run.rules("warning").contains(&"consistency/split".to_owned()), "{run:#?}");
    // Told to belong together, they are decided together.
    let related = set(&two, "account_name", "related: [SEB-2026-0042]\naccount_name");
    board.write("exceptions/director/2026/SEB-2026-0043.yaml", related);
    board.commit("mia", "2026-05-04T09:10:00Z", "Related");
    let run = board.diff_at(NOW, &["--fail-level", "warning"]);
    assert_eq!((run.code, run.rules("warning").len()), (0, 0), "{run:#?}");
}

#[test]
fn critical_response_sent_without_counsel() {
    let critical = |status: &str| {
        let text = set(&base("ready.yaml"), "risk_level: high", "risk_level: critical");
        let text = set(&text, "status: ready", &format!("status: {status}"));
        let text = set(&text, "due_at: 2026-05-06T17:00:00Z", "due_at: 2026-05-04T12:00:00Z");
        format!("{text}escalation:\n  legal_owner: ben\n  reason: Liability.\n")
    };
    let board = Governed::new();
    board.git.branch("change", "main");
    board.write(ANSWER, critical("drafted"));
    board.commit("mia", "2026-05-04T08:30:00Z", "Draft");
    board.land(Landing::Merge, "2026-05-04T08:40:00Z");
    board.verify().green();
    board.git.branch("change", "main");
    board.write(ANSWER, critical("ready"));
    board.commit("mia", "2026-05-04T09:00:00Z", "Ready");
    let reviews = board.reviews(&[]);
    let run = board.diff_at(NOW, &["--reviews", &reviews]);
    assert!(run.rules("error").contains(&"response/send-approval-missing".to_owned()), "{run:#?}");
    // A board member is no counsel.
    board.at(VOTE).vote("dan", "REG-2026-0107");
    let run = board.diff();
    assert!(run.rules("error").contains(&"response/send-approval-missing".to_owned()), "{run:#?}");
    board.git.branch("wrong", "change");
    board.land(Landing::Merge, LANDED);
    board.verify().red(&["response/send-approval-missing"]);
    // Counsel votes.
    board.git.git(&["reset", "--quiet", "--hard", "HEAD~"]);
    board.git.checkout("change");
    board.at("2026-05-04T09:30:00Z").vote("ben", "REG-2026-0107");
    let run = board.diff();
    assert!(!run.rules("error").contains(&"response/send-approval-missing".to_owned()), "{run:#?}");
    board.land(Landing::Merge, LANDED);
    board.verify().green();
}
