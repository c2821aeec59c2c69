//! Policy tests: what a case may say, what is told of one that says it wrong, and what `exboard test` prints.

#![expect(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use exboard::cases::{Case, Difference, read, run};
use exboard::policy::{KnownRule, Policy};
use exboard::rules::{NoFiles, RULES};
use exboard::source::Source;
use tempfile::TempDir;

const BOARD: &str = include_str!("rules/base/board.toml");
const PROPOSED: &str = include_str!("rules/base/proposed.yaml");
const PATH: &str = "exceptions/director/2026/SEB-2026-0042.yaml";

fn policy() -> Policy {
    let known: Vec<_> = RULES.iter().map(|rule| KnownRule::from(&rule.info)).collect();
    let sources = [
        Arc::new(Source::new("exboard.toml", "version = 1\n")),
        Arc::new(Source::new("policies/board.toml", BOARD)),
    ];
    Policy::load(&sources, &known).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// The cases of a file, or its problems as `line:column message (help)`.
fn cases(text: &str) -> Result<Vec<Case>, Vec<String>> {
    let source = Arc::new(Source::new("policies/tests/a.yaml", text));
    let rules: Vec<&str> = RULES.iter().map(|rule| rule.info.name).collect();
    read(&source, &policy(), &rules).map_err(|problems| {
        let line = |problem: exboard::cases::Problem| {
            let at = source.position(problem.span.start);
            format!("{}:{} {} ({})", at.line, at.column, problem.message, problem.help.unwrap_or_default())
        };
        problems.into_iter().map(line).collect()
    })
}

fn run_one(text: &str) -> Difference {
    let cases = cases(text).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let repository = |path: &str| match path {
        PATH => Ok(PROPOSED.as_bytes().to_vec()),
        _ => Err("there is no such record".to_owned()),
    };
    run(&cases[0], &policy(), &NoFiles, &repository).unwrap_or_else(|problem| panic!("{problem:?}"))
}

/// A file that a case names lies beside the record, empty where the repository has none.
#[test]
fn files_lie_beside_the_record() {
    let case = |files: &str| {
        let difference = run_one(&format!(
            "cases:\n  - name: x\n    now: 2026-05-04T10:00:00Z\n    path: {PATH}\n{files}    record:\n      evidence_link:\n        \
             - id: E1\n          kind: architecture\n          path: evidence/made-up.md\n          \
             sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n          \
             collected_at: 2026-05-04\n    expect: []\n"
        ));
        difference.unexpected.iter().map(|finding| finding.rule.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(case("    files: [evidence/made-up.md]\n"), Vec::<String>::new());
    assert_eq!(case(""), ["evidence/not-found"]);
}

/// A case that starts from the repository's record.
fn case(record: &str, expect: &str) -> String {
    format!("name: a case\nnow: 2026-05-04T10:00:00Z\npath: {PATH}\n{record}expect: {expect}\n")
}

fn rules(difference: &Difference) -> (Vec<&str>, Vec<&str>) {
    let missing = difference.missing.iter().map(|expected| expected.rule.as_str()).collect();
    (missing, difference.unexpected.iter().map(|finding| finding.rule.as_ref()).collect())
}

#[test]
fn a_case_is_judged_by_all_rules_and_compared_with_what_it_expects() {
    assert!(run_one(&case("", "[]")).is_none());
    let off = "record: {board_tier: working}\n";
    let found = run_one(&case(off, "[]"));
    assert_eq!(rules(&found), (vec![], vec!["lane/under-routed"]));
    assert!(run_one(&case(off, "[{rule: lane/under-routed}]")).is_none());
    assert!(
        run_one(&case(off, "[{rule: lane/under-routed, field: /board_tier, severity: error}]")).is_none()
    );
    for narrow in ["field: /impact_score", "severity: warning"] {
        let found = run_one(&case(off, &format!("[{{rule: lane/under-routed, {narrow}}}]")));
        assert_eq!(rules(&found), (vec!["lane/under-routed"], vec!["lane/under-routed"]), "{narrow}");
    }
    // Each expectation takes one finding, and the one that asks for more chooses first.
    let twice = "[{rule: lane/under-routed}, {rule: lane/under-routed, field: /board_tier}]";
    assert_eq!(rules(&run_one(&case(off, twice))), (vec!["lane/under-routed"], vec![]));
}

#[test]
fn fields_take_the_place_of_the_repositorys_in_any_style() {
    for record in [
        "record: {exploitability_score: 90, impact_score: 90}\n",
        "record:\n  exploitability_score: 90\n  impact_score: 90\n",
        "record:\n        exploitability_score: 90 # very\n\n        # and\n        impact_score: 90\n",
    ] {
        let found = run_one(&case(
            record,
            "[{rule: lane/score-mismatch}, {rule: lane/under-routed}, {rule: lane/due-mismatch}]",
        ));
        assert!(found.is_none(), "{record}: {:?}", rules(&found));
    }
    let found = run_one(&case("record: {rollback_plan: null}\n", "[]"));
    assert_eq!(rules(&found).1, ["schema/invalid"]);
    // Text over several lines keeps its lines, and lists their entries.
    let record =
        "record:\n  business_justification: |\n    One.\n      Two.\n  impacted_assets:\n    - a\n    - b\n";
    assert!(run_one(&case(record, "[]")).is_none());
}

#[test]
fn a_whole_record_lies_where_it_belongs() {
    let indented: String = PROPOSED.lines().map(|line| format!("    {line}\n")).collect();
    let text = format!("cases:\n- name: whole\n  now: 2026-05-04\n  record:\n{indented}  expect: []\n");
    assert!(run_one(&text.replace("2026-05-04\n  record", "2026-05-04T10:00:00Z\n  record")).is_none());
    // A date is its first instant, when the request had not arrived.
    assert_eq!(rules(&run_one(&text)).1.first(), Some(&"schema/time-order"));
}

/// What makes the repository's proposed record a decided one.
const DECIDED: &str = "after:
  decision_status: approved
  decision_notes: The rotation narrows the window to a month.
  decided_at: 2026-05-04T09:30:00Z
  decided_by: [dan]
  approved_until: 2026-07-20
  next_review_due_at: 2026-07-06
";

#[test]
fn a_case_can_be_a_change_with_its_votes() {
    let unexpected = |more: &str| {
        let found = run_one(&case(&format!("{DECIDED}{more}"), "[]"));
        assert_eq!(found.missing, []);
        found.unexpected.iter().map(|finding| finding.rule.to_string()).collect::<Vec<_>>()
    };
    for (more, rules) in [
        // A case that does not speak of votes is not about them.
        ("", &[][..]),
        ("approvals: []\n", &["lane/approval-missing"]),
        ("approvals: [{person: dan, on: after}]\n", &[]),
        ("approvals: [{person: ana, on: after}]\n", &["lane/approval-missing"]),
        ("approvals: [{person: dan, on: before}]\n", &["lane/stale-approval"]),
        ("approvals: [{person: eva, on: after}]\n", &["lane/decider-mismatch"]),
        ("approvals: [{person: dan, on: after}]\nauthor: dan\n", &["lane/self-approval"]),
        ("approvals: [{person: dan, on: after}]\nauthor: [mia, dan]\n", &["lane/self-approval"]),
        ("approvals: [{person: dan, on: after}]\nopened_by: dan\n", &["lane/self-approval"]),
        (
            "approvals: [{person: dan, on: after}, {person: eva, on: after, veto: true}]\n",
            &["lane/approval-missing"],
        ),
    ] {
        assert_eq!(unexpected(more), rules, "{more}");
    }
    // It is expected as any finding is.
    let expected = format!("{DECIDED}approvals: []\n");
    assert!(run_one(&case(&expected, "[{rule: lane/approval-missing, field: /decision_status}]")).is_none());
}

#[test]
fn a_state_of_a_change_is_laid_over_the_one_before() {
    let rules_of = |more: &str| {
        let found = run_one(&case(more, "[]"));
        found.unexpected.iter().map(|finding| finding.rule.to_string()).collect::<Vec<_>>()
    };
    // What was before is laid over the repository's record.
    let higher = "before: {exploitability_score: 90, impact_score: 80, combined_risk_score: 90}\n";
    let lower = "after: {exploitability_score: 60, impact_score: 50, combined_risk_score: 60}\n";
    assert_eq!(rules_of(&format!("{higher}{lower}")), ["lane/score-shopping"]);
    assert_eq!(
        rules_of(
            "after: {request_received_at: 2026-05-04T08:30:00Z, board_meeting_due_at: 2026-05-05T08:00:00Z}\n"
        ),
        ["history/immutable-field"]
    );
    assert_eq!(rules_of("after: null\n"), ["history/record-deleted"]);
    assert_eq!(rules_of("after: {rollback_plan: null}\n"), ["schema/invalid"]);
    // New, it may be anything on the way to where it is.
    assert_eq!(rules_of("before: null\nafter: {related: [SEB-2026-0001]}\n"), [""; 0]);
    // Without a path both are whole.
    let indented: String = PROPOSED.lines().map(|line| format!("  {line}\n")).collect();
    let text = format!(
        "name: whole\nnow: 2026-05-04T10:00:00Z\nbefore:\n{indented}after: {{decision_status: closed}}\nexpect: []\n"
    );
    assert!(rules(&run_one(&text)).1.contains(&"history/illegal-transition"));
}

#[test]
fn what_is_wrong_with_a_case_is_told_at_its_place() {
    let good = case("", "[]");
    for (text, told) in [
        (good.replace("name:", "nane:"), "1:1 the case has no `name`"),
        (good.replace("expect:", "expects:"), "4:1 unknown key `expects` (did you mean `expect`?)"),
        (good.replace("expect:", "\"ex\\npect\":"), "4:1 unknown key `ex\\u000Apect`"),
        (good.replace("2026-05-04T10:00:00Z", "noon"), "2:6 `now` must be a time or a date, found `noon`"),
        (good.replace("now: 2026-05-04T10:00:00Z\n", ""), "1:1 the case has no `now`"),
        (good.replace(&format!("path: {PATH}\n"), ""), "1:1 the case has no record"),
        (
            case("", "[{rule: lane/under-rooted}]"),
            "4:17 `lane/under-rooted` is not a rule (did you mean `lane/under-routed`?)",
        ),
        (case("", "[{rule: lane/under-routed, at: x}]"), "4:36 unknown key `at`"),
        (
            case("", "[{rule: lane/under-routed, severity: fatal}]"),
            "`severity` must be info, warning or error",
        ),
        (case("", "[{rule: lane/under-routed, field: board_tier}]"), "`field` must be a JSON pointer"),
        (case("", "[lane/under-routed]"), "4:10 an expected finding is a map, found a string"),
        (case("", "none"), "4:1 `expect` must be a list, found a string"),
        (case("record: 3\n", "[]"), "4:1 `record` must be a map, found a number"),
        (case("approvals: []\n", "[]"), "4:1 `approvals` tells of a change, and the case has one state"),
        (case("after: {}\nrecord: {}\n", "[]"), "5:1 `record` is one state, and the case is a change"),
        (case("after: 3\n", "[]"), "4:1 `after` must be a map or null, found a number"),
        (case("before: {}\n", "[]"), "4:1 the case has `before` and no `after`"),
        (case("before: null\nafter: null\n", "[]"), "5:1 nothing is before the change, and nothing after it"),
        (case("after: {}\nauthor: miaa\n", "[]"), "5:9 `miaa` is nobody of the roster (did you mean `mia`?)"),
        (case("after: {}\nauthor: [mia, 3]\n", "[]"), "5:15 a person is the key of one, found a number"),
        (case("after: {}\nopened_by: zoe\n", "[]"), "5:12 `zoe` is nobody of the roster"),
        (case("after: {}\napprovals: dan\n", "[]"), "5:1 `approvals` must be a list, found a string"),
        (case("after: {}\napprovals: [dan]\n", "[]"), "5:13 an approval is a map, found a string"),
        (case("after: {}\napprovals: [{person: dan}]\n", "[]"), "5:13 the approval has no `on`"),
        (
            case("after: {}\napprovals: [{person: dan, on: monday}]\n", "[]"),
            "5:31 `on` must be before or after: the state that was voted on",
        ),
        (
            case("before: null\nafter: {}\napprovals: [{person: dan, on: before}]\n", "[]"),
            "6:31 nothing is before the change, so nobody can have voted on it",
        ),
        (
            case("after: {}\napprovals: [{person: dan, on: after, veto: no}]\n", "[]"),
            "5:44 `veto` must be true or false, found a string",
        ),
        (
            case("after: {}\napprovals: [{person: dan, on: after, vetoes: true}]\n", "[]"),
            "5:38 unknown key `vetoes` (did you mean `veto`?)",
        ),
        (case("name: again\n", "[]"), "4:1"),
        ("cases: 3\n".to_owned(), "1:1 `cases` must be a list"),
        ("cases: []\ncase: 1\n".to_owned(), "2:1 unknown key `case` (did you mean `cases`?)"),
        ("- a\n".to_owned(), "1:1"),
    ] {
        let all = cases(&text).expect_err(&text);
        assert!(all.iter().any(|line| line.starts_with(told) || line.contains(told)), "{text}: {all:#?}");
    }
}

fn repository(test: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in [
        ("exboard.toml", "version = 1\n"),
        ("policies/board.toml", BOARD),
        ("policies/tests/a.yaml", test),
        ("policies/tests/README.md", "# Tests\n"),
        (PATH, PROPOSED),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn exboard(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_exboard"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("GITHUB_ACTIONS")
        .output()
        .expect("the program");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

#[test]
fn the_command_prints_what_differs_and_exits_by_it() {
    let clean = repository(&case("", "[]"));
    assert_eq!(
        exboard(clean.path(), &["test"]),
        (0, "Clean: 1 case, all as expected.\n".into(), String::new())
    );
    assert_eq!(exboard(clean.path(), &["test", "-q"]).1, "");
    assert_eq!(
        exboard(clean.path(), &["check", "--now", "2026-05-04T10:00:00Z"]).0,
        0,
        "tests are no policy"
    );

    let off =
        repository(&case("record: {board_tier: working}\n", "[{rule: lane/missed-sla, severity: error}]"));
    let (code, out, _) = exboard(off.path(), &["test"]);
    assert_eq!(code, 1);
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "policies/tests/a.yaml:1:7: a case");
    assert_eq!(lines[1], "  - missing     error[lane/missed-sla] (policies/tests/a.yaml:5:17)");
    assert!(
        lines[2].starts_with("  + unexpected  error[lane/under-routed] at /board_tier: a score of 60"),
        "{out}"
    );
    assert_eq!(lines[3], "1 of 1 case differs from what is expected.");
    let (code, out, _) = exboard(off.path(), &["test", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(code, 1);
    assert_eq!(json["summary"], serde_json::json!({"cases": 1, "passed": 0, "failed": 1}));
    assert_eq!(json["cases"][0]["missing"][0]["line"], 5);
    assert_eq!(json["cases"][0]["unexpected"][0]["rule"], "lane/under-routed");
}

#[test]
fn what_cannot_be_run_exits_3_and_says_where() {
    for (test, told) in [
        (
            case("before: {}\n", "[]"),
            "policies/tests/a.yaml:4:1: error: the case has `before` and no `after`",
        ),
        (
            case("", "[]").replace("0042.yaml", "0043.yaml"),
            "policies/tests/a.yaml:3:7: error: `exceptions/director/2026/SEB-2026-0043.yaml` cannot be read",
        ),
        (case("", "[]").replace("exceptions/", "../exceptions/"), "there is no such record"),
    ] {
        let folder = repository(&test);
        let (code, out, error) = exboard(folder.path(), &["test"]);
        assert_eq!((code, out.as_str()), (3, ""), "{error}");
        assert!(error.contains(told), "{error}");
    }
    let folder = repository(&case("", "[]"));
    fs::write(folder.path().join("policies/expiry.toml"), "max_dayz = 1\n").expect("a file");
    assert_eq!(exboard(folder.path(), &["test"]).0, 3);
    let folder = repository("");
    fs::remove_dir_all(folder.path().join("policies/tests")).expect("a folder");
    let (code, _, error) = exboard(folder.path(), &["test"]);
    assert!(code == 3 && error.contains("no policy tests below `policies/tests/`"), "{error}");
}

#[test]
fn the_examples_policy_tests_pass() {
    let board = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/board");
    let (code, out, error) = exboard(&board, &["test"]);
    assert_eq!(code, 0, "{out}{error}");
    assert!(out.starts_with("Clean: 28 cases"), "{out}");
}
