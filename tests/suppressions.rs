//! Suppressions: what they hide, for how long, and that nobody loses sight of it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

const AT: &str = "2026-05-04T10:00:00Z";
const PATH: &str = "exceptions/director/2026/SEB-2026-0042.yaml";
const FIELD: &str = "close_date_risk_days: 57";

/// A repository of one record, in which a field stands as given with the lines above it.
fn repository(base: &str, from: &str, to: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let bases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/base");
    let text = fs::read_to_string(bases.join(base)).unwrap();
    assert!(text.contains(from), "{from}");
    let lane = folder.path().join("exceptions/director/2026");
    fs::create_dir_all(&lane).unwrap();
    fs::create_dir_all(folder.path().join("policies")).unwrap();
    fs::write(folder.path().join("exboard.toml"), "version = 1\n").unwrap();
    fs::copy(bases.join("board.toml"), folder.path().join("policies/board.toml")).unwrap();
    fs::write(folder.path().join(PATH), text.replacen(from, to, 1)).unwrap();
    folder
}

fn allow(rule: &str, until: &str) -> String {
    format!("# exboard: allow({rule}) until={until} reason=\"The buyer moves the date.\"")
}

/// What `check` finds, as JSON: rules of the findings, rules of what is hidden, and the exit code.
fn check(folder: &TempDir, arguments: &[&str]) -> (Vec<String>, Vec<String>, i32, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_exboard"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("EXBOARD_")) {
        command.env_remove(name);
    }
    command.args(["check", "--format", "json", "--fail-level", "info"]).current_dir(folder.path());
    if !arguments.contains(&"--now") {
        command.args(["--now", AT]);
    }
    let output = command.args(arguments).output().unwrap();
    let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let rules = |key: &str| -> Vec<String> {
        json[key].as_array().unwrap().iter().map(|one| one["rule"].as_str().unwrap().to_owned()).collect()
    };
    (rules("findings"), rules("suppressed"), output.status.code().unwrap(), json)
}

fn found(folder: &TempDir, arguments: &[&str]) -> (Vec<String>, Vec<String>) {
    let (findings, suppressed, ..) = check(folder, arguments);
    (findings, suppressed)
}

fn rules(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

const RULE: &str = "lane/close-date-mismatch";

#[test]
fn a_suppression_hides_a_finding_and_shows_that_it_does() {
    let wrong = format!("{}\nclose_date_risk_days: 50", allow(RULE, "2026-05-20"));
    let folder = repository("proposed.yaml", FIELD, &wrong);
    let (findings, suppressed, code, json) = check(&folder, &[]);
    assert_eq!((findings, suppressed, code), (rules(&[]), rules(&[RULE]), 0));
    let hidden = &json["suppressed"][0];
    assert_eq!(hidden["until"], "2026-05-20");
    assert_eq!(hidden["reason"], "The buyer moves the date.");
    assert_eq!(hidden["field"], "/close_date_risk_days");
    assert_eq!(hidden["span"]["start"]["line"], 17);
    assert_eq!(json["summary"]["suppressed"], 1);
    let (findings, suppressed, code, _) = check(&folder, &["--no-suppressions"]);
    assert_eq!((findings, suppressed, code), (rules(&[RULE]), rules(&[]), 1));
    // And in the words for people.
    let output = Command::new(env!("CARGO_BIN_EXE_exboard"))
        .args(["check", "--now", AT, "--format", "concise", "--format", "human=human.txt"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let concise = String::from_utf8(output.stdout).unwrap();
    assert!(
        concise.contains("suppressed[lane/close-date-mismatch] until 2026-05-20: The buyer"),
        "{concise}"
    );
    let human = fs::read_to_string(folder.path().join("human.txt")).unwrap();
    assert!(human.contains("Suppressed") && human.contains("until 2026-05-20"), "{human}");
}

#[test]
fn it_hides_one_rule_on_one_field() {
    // Another rule on this field, and this rule on another field, stay.
    let wrong = format!("{}\ncombined_risk_score: 61", allow(RULE, "2026-05-20"));
    let folder = repository("proposed.yaml", "combined_risk_score: 60", &wrong);
    assert_eq!(found(&folder, &[]), (rules(&["suppression/unused", "lane/score-mismatch"]), rules(&[])));
    let wrong = format!("{}\nclose_date: 2026-06-29", allow(RULE, "2026-05-20"));
    let folder = repository("proposed.yaml", "close_date: 2026-06-30", &wrong);
    assert_eq!(found(&folder, &[]), (rules(&["suppression/unused", RULE]), rules(&[])));
}

#[test]
fn its_last_day_is_a_local_day_and_counts() {
    let wrong = format!("{}\nclose_date_risk_days: 50", allow(RULE, "2026-05-05"));
    let folder = repository("proposed.yaml", FIELD, &wrong);
    fs::create_dir_all(folder.path().join("policies")).unwrap();
    fs::write(folder.path().join("policies/lanes.toml"), "[calendar]\ntimezone = \"America/New_York\"\n")
        .unwrap();
    let select = ["--select", "lane/close-date-mismatch,suppression"];
    let at = |now: &'static str| found(&folder, &[select[0], select[1], "--now", now]);
    // Still 5 May in New York.
    assert_eq!(at("2026-05-06T03:59:59Z"), (rules(&[]), rules(&[RULE])));
    assert_eq!(at("2026-05-06T04:00:00Z"), (rules(&["suppression/lapsed", RULE]), rules(&[])));
    // At most 30 days ahead: 5 April is the first day on which it could be written.
    assert_eq!(at("2026-04-05T12:00:00Z"), (rules(&[]), rules(&[RULE])));
    assert_eq!(at("2026-04-04T12:00:00Z"), (rules(&["suppression/malformed", RULE]), rules(&[])));
}

#[test]
fn the_policy_says_how_far_ahead() {
    let wrong = format!("{}\nclose_date_risk_days: 50", allow(RULE, "2026-05-20"));
    let folder = repository("proposed.yaml", FIELD, &wrong);
    fs::write(folder.path().join("exboard.toml"), "version = 1\n[suppressions]\nmax_days = 15\n").unwrap();
    let (findings, suppressed, _, json) = check(&folder, &[]);
    assert_eq!((findings, suppressed), (rules(&["suppression/malformed", RULE]), rules(&[])));
    assert_eq!(
        json["findings"][0]["message"],
        "the suppression ends 16 days ahead; the policy allows 15, so 2026-05-19 at the latest"
    );
}

#[test]
fn what_hides_nothing_says_why() {
    for (comment, message, help) in [
        (
            allow("lane/close-date-mismatc", "2026-05-20"),
            "`lane/close-date-mismatc` is not a rule",
            "did you mean `lane/close-date-mismatch`?",
        ),
        (
            allow("lane/under-routed", "2026-05-20"),
            "`lane/under-routed` cannot be suppressed",
            "exboard explain lane/under-routed",
        ),
        (allow("lane/*", "2026-05-20"), "`lane/*` is not a rule", ""),
        (allow("suppression/unused", "2026-05-20"), "`suppression/unused` cannot be suppressed", ""),
        (
            "#exboard: alow(lane/close-date-mismatch)".to_owned(),
            "`allow(` should stand where `alow(lane/close-date-mismatch)` does",
            "# exboard: allow(RULE) until=YYYY-MM-DD reason=",
        ),
        (
            format!("{}\n", allow(RULE, "2026-05-20")),
            "no field begins on the line below this suppression",
            "line above",
        ),
    ] {
        let folder = repository("proposed.yaml", FIELD, &format!("{comment}\nclose_date_risk_days: 50"));
        let (findings, suppressed, code, json) = check(&folder, &[]);
        assert_eq!(
            (findings, suppressed, code),
            (rules(&["suppression/malformed", RULE]), rules(&[]), 1),
            "{comment}"
        );
        assert_eq!(json["findings"][0]["message"], message);
        assert!(json["findings"][0]["help"].as_str().unwrap().contains(help), "{comment}");
    }
}

#[test]
fn a_second_one_is_told_and_the_first_one_holds() {
    let one = allow(RULE, "2026-05-20");
    let folder = repository(
        "proposed.yaml",
        FIELD,
        &format!("{one}\n# a word between\n{one}\nclose_date_risk_days: 50"),
    );
    let (findings, suppressed, _, json) = check(&folder, &[]);
    assert_eq!((findings, suppressed), (rules(&["suppression/malformed"]), rules(&[RULE])));
    assert_eq!(json["findings"][0]["related"][0]["span"]["start"]["line"], 16);
    // A lapsed one is no twin: the one below it took its place.
    let old = allow(RULE, "2026-05-03");
    let folder = repository("proposed.yaml", FIELD, &format!("{old}\n{one}\nclose_date_risk_days: 50"));
    assert_eq!(found(&folder, &[]), (rules(&["suppression/lapsed"]), rules(&[RULE])));
}

#[test]
fn a_rule_that_was_not_asked_is_no_reason_to_call_it_unused() {
    let folder = repository("proposed.yaml", FIELD, &format!("{}\n{FIELD}", allow(RULE, "2026-05-20")));
    assert_eq!(found(&folder, &[]), (rules(&["suppression/unused"]), rules(&[])));
    assert_eq!(found(&folder, &["--ignore", RULE]), (rules(&[]), rules(&[])));
    assert_eq!(found(&folder, &["--select", "suppression"]), (rules(&[]), rules(&[])));
    assert_eq!(
        found(&folder, &["--select", "suppression,lane"]),
        (rules(&["suppression/unused"]), rules(&[]))
    );
    // Switched off for the whole repository, the rule will never find anything.
    let off = "version = 1\n[rules]\n\"lane/close-date-mismatch\" = \"off\"\n";
    fs::write(folder.path().join("exboard.toml"), off).unwrap();
    assert_eq!(found(&folder, &[]), (rules(&["suppression/unused"]), rules(&[])));
}

#[test]
fn a_finished_record_may_keep_its_old_ones() {
    let renamed = format!("{}\nexception_id: SEB-2026-0043", allow("schema/file-name", "2026-05-20"));
    let folder = repository("proposed.yaml", "exception_id: SEB-2026-0042", &renamed);
    assert_eq!(found(&folder, &[]), (rules(&[]), rules(&["schema/file-name"])));
    let path = folder.path().join(PATH);
    let text = fs::read_to_string(&path).unwrap().replace(
        "decision_status: proposed",
        "decision_status: withdrawn\nclosure:\n  at: 2026-05-04T09:00:00Z\n  by: ana\n  reason: deal_lost",
    );
    fs::write(&path, &text).unwrap();
    assert_eq!(found(&folder, &[]), (rules(&[]), rules(&["schema/file-name"])));
    // Frozen as it is, nobody could take the comment out; what it hid is found again.
    assert_eq!(found(&folder, &["--now", "2026-06-04"]), (rules(&["schema/file-name"]), rules(&[])));
}

#[test]
fn a_suppressed_finding_is_not_fixed_and_its_comment_stays() {
    let wrong = format!("{}\nclose_date_risk_days: 50", allow(RULE, "2026-05-20"));
    let folder = repository("proposed.yaml", FIELD, &wrong);
    let before = fs::read_to_string(folder.path().join(PATH)).unwrap();
    check(&folder, &["--fix=all"]);
    assert_eq!(fs::read_to_string(folder.path().join(PATH)).unwrap(), before);
    check(&folder, &["--fix=all", "--no-suppressions"]);
    let after = fs::read_to_string(folder.path().join(PATH)).unwrap();
    assert_eq!(after, before.replace("close_date_risk_days: 50", FIELD));
}

#[test]
fn paths_choose_what_is_shown_hidden_too() {
    let wrong = format!("{}\nclose_date_risk_days: 50", allow(RULE, "2026-05-20"));
    let folder = repository("proposed.yaml", FIELD, &wrong);
    let other = folder.path().join("exceptions/director/2026/SEB-2026-0043.yaml");
    let text = fs::read_to_string(folder.path().join(PATH)).unwrap();
    fs::write(&other, text.replace("SEB-2026-0042", "SEB-2026-0043")).unwrap();
    assert_eq!(check(&folder, &[]).3["summary"]["suppressed"], 2);
    assert_eq!(check(&folder, &[PATH]).3["summary"]["suppressed"], 1);
}
