//! What is said of a step: to people, to programs, and to those who want to hear nothing.

use super::{BOARD, House, REGISTRY, base, proposed};

const NOW: &str = "2026-04-20T12:00:00Z";

#[test]
fn a_decision_reads_from_top_to_bottom() {
    let house = House::new(&[(BOARD, &proposed())]);
    let told = house
        .run(
            NOW,
            &["decide", "SEB-2026-0042", "--approve", "--by", "dan", "--notes", "A month, on request alone."],
        )
        .ok()
        .out;
    let expected = "\
SEB-2026-0042: proposed → approved

  decision_status     proposed → approved
  decision_notes      A month, on request alone.
  decided_at          2026-04-20T12:00:00Z
  decided_by          [dan]
  approved_until      2026-07-19
  next_review_due_at  2026-07-05

Wrote exceptions/director/2026/SEB-2026-0042.yaml
Approved until 2026-07-19 (in 90 days); the next review is due by 2026-07-05 (in 76 days)
To land, it takes 1 vote of the tier `director`; may vote: dan

Next:
  git add -- exceptions/director/2026/SEB-2026-0042.yaml
  git commit -m 'SEB-2026-0042: approved until 2026-07-19'
";
    assert_eq!(told, expected);
}

#[test]
fn whose_vote_would_not_count_is_told() {
    let house = House::new(&[(BOARD, &proposed())]);
    let said = |by: &[&str]| {
        let arguments = [&["decide", "SEB-2026-0042", "--approve", "--notes", "x"][..], by].concat();
        let told = house.run(NOW, &arguments).ok().out;
        house.scratch.git(&["checkout", "--quiet", "."]);
        told
    };
    assert!(said(&[]).contains("`decided_by` names eva, who makes this change and so has no vote in it"));
    assert!(said(&["--by", "mia"]).contains("`decided_by` names mia, whose vote would not count"));
    house.scratch.write(
        "policies/board.toml",
        base("board.toml")
            .replace("members = [\"dan\"]\nquorum = 1", "members = [\"dan\", \"ana\"]\nquorum = 2"),
    );
    house.scratch.git(&["commit", "--quiet", "--all", "--message", "Two directors"]);
    assert!(said(&["--by", "dan"]).contains("`decided_by` names 1 of the 2 who decide: say `--by` for each"));
    assert!(!said(&["--by", "dan,ana"]).contains("Note:"));
}

#[test]
fn programs_get_all_of_it_as_json() {
    let house = House::new(&[(BOARD, &proposed()), (REGISTRY, &base("triaged.yaml"))]);
    let arguments =
        ["decide", "SEB-2026-0042", "--approve", "--by", "dan", "--notes", "\u{1b}[31m", "--format", "json"];
    let ran = house.run(NOW, &arguments);
    // A hidden character stands in the way; that is an answer too, on standard output alone.
    assert_eq!(ran.code, 1, "{}", ran.error);
    assert!(!ran.out.contains('\u{1b}'));
    let answer: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(answer["version"], 1);
    assert_eq!(answer["command"], "decide");
    assert_eq!(answer["record"], "SEB-2026-0042");
    assert_eq!(answer["written"], false);
    assert_eq!(answer["in_the_way"], 1);
    assert_eq!(answer["findings"][0]["rule"], "schema/hidden-characters");
    assert_eq!((&answer["from"], &answer["to"]), (&"proposed".into(), &"approved".into()));
    assert_eq!(answer["fields"][0]["field"], "/decision_status");
    assert_eq!(answer["fields"][1]["after"], "\u{1b}[31m");
    assert_eq!(answer["next"], serde_json::json!([]));
    assert_eq!(house.text(BOARD), proposed());
    let ran = house.run(NOW, &["move", "SEB-2026-0042", "draft", "--format", "json"]).ok();
    assert_eq!(ran.error, "");
    let answer: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(answer["written"], true);
    assert_eq!(answer["next"][1], "git commit -m 'SEB-2026-0042: draft'");
}

#[test]
fn quiet_is_quiet() {
    let house = House::new(&[(BOARD, &proposed())]);
    let ran = house.run(NOW, &["move", "SEB-2026-0042", "draft", "--quiet"]).ok();
    assert_eq!((ran.out.as_str(), ran.error.as_str()), ("", ""));
    let ran = house.run(NOW, &["move", "SEB-2026-0042", "proposed", "--set", "account_name=5", "-q"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("error[schema/invalid]"), "findings are what quiet leaves: {}", ran.out);
}

#[test]
fn the_result_goes_where_it_is_asked_for() {
    let house = House::new(&[(BOARD, &proposed())]);
    let ran = house.run(NOW, &["move", "SEB-2026-0042", "draft", "--output", "told.txt"]).ok();
    assert_eq!((ran.out.as_str(), ran.error.as_str()), ("", ""));
    assert!(house.text("told.txt").starts_with("SEB-2026-0042: proposed → draft\n"));
}

#[test]
fn a_review_that_finds_the_controls_useless_is_written_and_told() {
    let house = House::new(&[(BOARD, &base("approved.yaml"))]);
    let now = "2026-05-04T12:00:00Z";
    let ran = house
        .run(
            now,
            &[
                "review",
                "SEB-2026-0042",
                "--outcome",
                "end",
                "--effective",
                "no",
                "--note",
                "Rotation failed twice.",
            ],
        )
        .ok();
    assert!(ran.out.contains("error[rollback/ineffective-control]"), "{}", ran.out);
    assert!(
        ran.out.contains("Note: to end it: `exboard close SEB-2026-0042 --reason REASON`"),
        "{}",
        ran.out
    );
    let text = house.text(BOARD);
    let entry = "reviews:\n  - at: 2026-05-04\n    by: eva\n    outcome: end\n    controls_effective: false\n    note: Rotation failed twice.\n";
    assert!(text.contains(entry), "{text}");
}

#[test]
fn outside_of_git_no_git_command_is_told() {
    let house = House::new(&[(BOARD, &proposed())]);
    std::fs::remove_dir_all(house.path(".git")).unwrap();
    let told = house.run(NOW, &["move", "SEB-2026-0042", "draft"]).ok().out;
    assert!(!told.contains("Next:"), "{told}");
}

#[test]
fn every_command_explains_itself_with_an_example() {
    let house = House::new(&[(BOARD, &proposed())]);
    for command in ["decide", "renew", "escalate", "review", "close", "move"] {
        let help = house.run(NOW, &[command, "--help"]).ok().out;
        assert!(help.contains(&format!("exboard {command} ")) && help.contains("Example"), "{help}");
        assert!(help.contains("--dry-run") && help.contains("--force"), "{help}");
    }
}

#[test]
fn the_deadline_of_an_answer_is_worked_out_while_it_is_open() {
    let late = base("ready.yaml").replace("due_at: 2026-05-06T17:00:00Z", "due_at: 2026-05-20T17:00:00Z");
    let house = House::new(&[(REGISTRY, &late)]);
    let said = |arguments: &[&str]| {
        let told = house.run("2026-05-04T12:00:00Z", arguments).ok().out;
        house.scratch.git(&["checkout", "--quiet", "."]);
        told
    };
    let again = said(&["move", "REG-2026-0107", "drafted"]);
    assert!(again.contains("2026-05-20T17:00:00Z → 2026-05-06T17:00:00Z"), "{again}");
    let over = said(&["close", "REG-2026-0107", "--reason", "deal_lost"]);
    assert!(!over.contains("due_at"), "{over}");
}
