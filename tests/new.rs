//! `exboard new`: the record that is written, and what is said of it.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use exboard::source::Source;
use exboard::yaml::{self, Node};
use proptest::prelude::*;
use tempfile::TempDir;

const NOW: &str = "2026-05-04T10:00:00Z";

struct Ran {
    code: i32,
    out: String,
    error: String,
}

fn run(folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_exboard"));
    command.current_dir(folder).args(arguments).args(["--now", NOW]).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("EXBOARD_") {
            command.env_remove(&name);
        }
    }
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().expect("no signal"),
        out: String::from_utf8(output.stdout).unwrap(),
        error: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A repository with a roster and a record of each kind.
fn repository() -> TempDir {
    let folder = TempDir::new().unwrap();
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/base");
    for (from, to) in [
        ("board.toml", "policies/board.toml"),
        ("proposed.yaml", "exceptions/director/2026/SEB-2026-0042.yaml"),
        ("triaged.yaml", "registry/2026/REG-2026-0107.yaml"),
    ] {
        let to = folder.path().join(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(base.join(from), to).unwrap();
    }
    fs::create_dir_all(folder.path().join("evidence")).unwrap();
    fs::write(folder.path().join("evidence/scan.txt"), "proof\n").unwrap();
    fs::write(folder.path().join("policies/registry.toml"), "[owners]\nlow = \"mia\"\n").unwrap();
    fs::write(folder.path().join("exboard.toml"), "version = 1\n").unwrap();
    folder
}

const DRAFT: [&str; 18] = [
    "new",
    "board",
    "--account",
    "Harbor Bank",
    "--opportunity",
    "none",
    "--requester",
    "Dana Reyes",
    "--team",
    "sales",
    "--family",
    "logging",
    "--requirement",
    "Logs are kept for a year.",
    "--exception",
    "Logs of two hosts are kept for 90 days.",
    "--justification",
    "Their disks are too small until July.",
];

const PROPOSED: [&str; 26] = [
    "--status",
    "proposed",
    "--data",
    "confidential",
    "--asset",
    "log-host-1",
    "--asset",
    "log-host-2",
    "--days",
    "60",
    "--exploitability",
    "20",
    "--impact",
    "80",
    "--control",
    "cc-logging-weekly-export",
    "--owner",
    "mia",
    "--rollback-trigger",
    "A host loses a day of logs.",
    "--rollback-step",
    "Mount the spare volume.",
    "--evidence",
    "test_result=evidence/scan.txt",
    "--evidence",
    "https://tickets.example.com/DP-1",
];

fn with<'a>(base: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    base.iter().chain(more).copied().collect()
}

fn read(folder: &TempDir, path: &str) -> String {
    fs::read_to_string(folder.path().join(path)).expect(path)
}

fn files(folder: &TempDir) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(folder.path()).sort_by_file_name();
    walk.into_iter().map(|entry| entry.unwrap().into_path()).collect()
}

#[test]
fn a_draft_lies_in_intake_and_is_clean() {
    let folder = repository();
    let ran = run(folder.path(), &DRAFT);
    assert_eq!((ran.code, ran.error.as_str()), (0, ""), "{}", ran.out);
    let path = "exceptions/intake/2026/SEB-2026-0043.yaml";
    assert!(ran.out.starts_with(&format!("Wrote {path}\nClean: 1 board")), "{}", ran.out);
    assert!(ran.out.contains("To propose it, add data_sensitivity_tier, impacted_assets"), "{}", ran.out);
    assert!(ran.out.contains(&format!("git add {path}\n")), "{}", ran.out);
    let text = read(&folder, path);
    assert!(text.starts_with("schema: security_exception_board_record_v1\nexception_id: SEB-2026-0043\n"));
    assert!(text.contains("\nrequest_received_at: 2026-05-04T10:00:00Z\n"), "{text}");
    assert!(text.ends_with("\ndecision_status: draft\n"), "{text}");
}

#[test]
fn a_proposal_has_what_follows_from_its_answers_and_is_clean() {
    let folder = repository();
    let key = exboard::policy::BUILT_IN.iter().find(|(name, _)| *name == "controls.toml").unwrap().1;
    let key = key.lines().find_map(|line| line.strip_prefix("[control.cc-logging-")?.strip_suffix(']'));
    let control = format!("cc-logging-{}", key.expect("a control for logging"));
    let arguments: Vec<&str> = with(&DRAFT, &PROPOSED)
        .into_iter()
        .map(|argument| if argument == "cc-logging-weekly-export" { &control } else { argument })
        .collect();
    let ran = run(folder.path(), &arguments);
    assert_eq!((ran.code, ran.error.as_str()), (0, ""), "{}", ran.out);
    assert!(
        ran.out.contains("score 55 → moderate lane (35–69) → director: Director-level security board"),
        "{}",
        ran.out
    );
    let text = read(&folder, "exceptions/director/2026/SEB-2026-0043.yaml");
    for line in [
        "combined_risk_score: 55",
        "board_tier: director",
        "board_meeting_due_at: 2026-05-05T10:00:00Z",
        "impacted_assets: [log-host-1, log-host-2]",
        "    catalogue: ",
        "    owner: mia",
        "    status: planned",
        "    kind: test_result",
        "    sha256: f6ed42a9d765eeb230a069bbc3d5dc346b2669594bb0b83cc6d14d5d967b8961",
    ] {
        assert!(text.contains(&format!("\n{line}")), "{line}\n{text}");
    }
    let schema: serde_json::Value = serde_json::from_str(exboard::schema::Kind::Board.schema_text()).unwrap();
    let order: Vec<&str> = exboard::schema::Kind::Board
        .schema_text()
        .lines()
        .filter_map(|line| line.strip_prefix("    \"")?.strip_suffix("\": {"))
        .filter(|name| schema["properties"].get(name).is_some())
        .collect();
    let written = text.lines().filter_map(|line| line.split_once(':').map(|(key, _)| key));
    let places: Vec<usize> = written.filter_map(|key| order.iter().position(|name| *name == key)).collect();
    assert!(places.is_sorted() && places.len() > 20, "{text}");
}

#[test]
fn what_is_missing_for_a_status_is_told_as_findings() {
    let folder = repository();
    let ran = run(folder.path(), &with(&DRAFT, &["--status", "proposed"]));
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.contains("error[schema/invalid]") && ran.out.contains("mitigation_owner"), "{}", ran.out);
    assert!(folder.path().join("exceptions/intake/2026/SEB-2026-0043.yaml").exists());
}

#[test]
fn a_registry_record_is_rated_by_its_pattern_and_owned_by_policy() {
    let folder = repository();
    let new =
        ["new", "registry", "--account", "Harbor Bank", "--domain", "access", "--change", "Explain SSO."];
    let triage =
        ["--status", "triaged", "--pattern", "policy-clarification", "--business-impact", "informational"];
    let ran = run(folder.path(), &with(&new, &triage));
    assert_eq!((ran.code, ran.error.as_str()), (0, ""), "{}", ran.out);
    assert!(
        ran.out.contains("low risk → 5 business days → answer due by 2026-05-11T17:00:00Z"),
        "{}",
        ran.out
    );
    let text = read(&folder, "registry/2026/REG-2026-0108.yaml");
    assert!(
        text.contains("\nrisk_level: low\nbusiness_impact: informational\nowner: mia\ndue_at: "),
        "{text}"
    );
    let ran = run(folder.path(), &new);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(
        ran.out.contains(
            "To triage it, add pattern, risk_level, business_impact, owner; from these follow due_at"
        )
    );
}

#[test]
fn ids_continue_and_nothing_is_overwritten() {
    let folder = repository();
    assert_eq!(run(folder.path(), &DRAFT).code, 0);
    assert_eq!(run(folder.path(), &DRAFT).code, 0);
    assert!(folder.path().join("exceptions/intake/2026/SEB-2026-0044.yaml").exists());
    assert_eq!(run(folder.path(), &with(&DRAFT, &["--prefix", "EXC", "--received", "2025-02-01"])).code, 0);
    assert!(folder.path().join("exceptions/intake/2025/EXC-2025-0001.yaml").exists());
    let before = files(&folder);
    let ran = run(folder.path(), &with(&DRAFT, &["--id", "SEB-2026-0042"]));
    assert_eq!(ran.code, 2);
    assert!(ran.error.contains("SEB-2026-0042 is taken: exceptions/director/2026/"), "{}", ran.error);
    // What is no record is in the way all the same.
    fs::create_dir_all(folder.path().join("exceptions/intake/2026/SEB-2026-0050.yaml")).unwrap();
    let ran = run(folder.path(), &with(&DRAFT, &["--id", "SEB-2026-0050"]));
    assert_eq!(ran.code, 3);
    assert!(ran.error.contains("SEB-2026-0050.yaml exists already"), "{}", ran.error);
    fs::remove_dir(folder.path().join("exceptions/intake/2026/SEB-2026-0050.yaml")).unwrap();
    assert_eq!(files(&folder), before);
}

#[test]
fn a_dry_run_prints_the_text_and_writes_nothing() {
    let folder = repository();
    let before = files(&folder);
    let ran = run(folder.path(), &with(&DRAFT, &["--dry-run"]));
    assert_eq!(ran.code, 0);
    assert!(ran.out.starts_with("schema: ") && ran.out.ends_with("decision_status: draft\n"), "{}", ran.out);
    assert_eq!(ran.error, "would write exceptions/intake/2026/SEB-2026-0043.yaml\n");
    assert_eq!(files(&folder), before);
}

#[test]
fn without_a_terminal_nothing_is_asked_and_what_is_missing_is_named() {
    let folder = repository();
    let ran = run(folder.path(), &["new", "board", "--account", "Harbor Bank", "--team", "sales"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    let named =
        "not given: --opportunity, --requester, --family, --requirement, --exception, --justification";
    assert!(ran.error.contains(named), "{}", ran.error);
    let ran = run(folder.path(), &["new", "registry", "--no-input"]);
    assert_eq!(ran.code, 2);
    assert!(ran.error.contains("not given: --account, --domain, --change"), "{}", ran.error);
}

#[test]
fn what_a_flag_cannot_mean_is_refused_before_anything_is_written() {
    let folder = repository();
    let before = files(&folder);
    for (more, message) in [
        (["--control", "cc-logging-nonsense"], "`cc-logging-nonsense` is not in the catalogue"),
        (["--evidence", "evidence/none.txt"], "`evidence/none.txt` cannot be cited"),
        (["--evidence", "/etc/hostname"], "`/etc/hostname` cannot be cited"),
        (["--received", "yesterday"], "`yesterday` is neither a time nor a date"),
        (["--close-date", "2026-02-30"], "`2026-02-30` is no date"),
        (["--impact", "101"], "101 is not in 0..=100"),
        (["--id", "seb-1"], "an id is a prefix of capitals"),
        (["--owner", "  "], "it is empty"),
    ] {
        let ran = run(folder.path(), &with(&DRAFT, &more));
        assert_eq!(ran.code, 2, "{more:?} {}", ran.error);
        assert!(ran.error.contains(message), "{more:?} {}", ran.error);
    }
    assert_eq!(files(&folder), before);
}

#[test]
fn the_line_for_the_editor_points_to_a_schema_that_is_there() {
    let folder = repository();
    fs::create_dir_all(folder.path().join("schemas")).unwrap();
    fs::write(folder.path().join("schemas/security_exception_board_record_v1.json"), "{}").unwrap();
    let ran = run(folder.path(), &with(&DRAFT, &["--dry-run"]));
    let line = "# yaml-language-server: $schema=../../../schemas/security_exception_board_record_v1.json\n";
    assert!(ran.out.starts_with(line), "{}", ran.out);
    fs::remove_dir_all(folder.path().join("schemas")).unwrap();
    let neighbour = "exceptions/director/2026/SEB-2026-0042.yaml";
    let text = read(&folder, neighbour);
    let header = "# yaml-language-server: $schema=../../../../elsewhere/board.json\n";
    fs::write(folder.path().join(neighbour), format!("{header}{text}")).unwrap();
    assert!(run(folder.path(), &with(&DRAFT, &["--dry-run"])).out.starts_with(header));
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    let folder = repository();
    let outside = TempDir::new().unwrap();
    std::os::unix::fs::symlink(outside.path(), folder.path().join("exceptions/intake")).unwrap();
    let ran = run(folder.path(), &DRAFT);
    assert_eq!(ran.code, 3);
    assert!(ran.error.contains("exceptions/intake is a link"), "{}", ran.error);
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_people_say_is_read_back_as_they_said_it(
        words in proptest::collection::vec("[^\\x00]{1,40}|[-?:,{}#&*!|>'\"%@` \\n]{1,9}", 5)
    ) {
        // White space at the ends is nobody's word, and a flag needs one.
        let words: Vec<String> = words.iter().map(|word| format!("x{}", word.trim())).collect();
        let folder = repository();
        let mut arguments = DRAFT.to_vec();
        let flags = ["--account", "--requester", "--requirement", "--exception", "--justification"];
        let joined: Vec<String> =
            flags.iter().zip(&words).map(|(flag, word)| format!("{flag}={word}")).collect();
        arguments.retain(|argument| !flags.contains(argument) && (argument.starts_with("--") || argument.len() < 10));
        arguments.extend(joined.iter().map(String::as_str));
        arguments.push("--dry-run");
        let ran = run(folder.path(), &arguments);
        prop_assert_eq!(ran.code, 0, "{}", ran.error);
        let parsed = yaml::parse(Arc::new(Source::new("new.yaml", ran.out.clone())));
        prop_assert!(parsed.problems.is_empty(), "{}\n{:?}", ran.out, parsed.problems);
        let fields =
            ["account_name", "requester_name", "original_requirement", "requested_exception", "business_justification"];
        for (field, word) in fields.iter().zip(&words) {
            let found = parsed.document.get(&format!("/{field}")).and_then(Node::as_str);
            prop_assert_eq!(found, Some(word.trim()), "{}", ran.out);
        }
    }
}
