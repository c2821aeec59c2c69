//! The program as people start it: output, exit code, files.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

const NOW: &str = "2026-11-20T09:00:00Z";

fn examples(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

/// The program, deaf to the environment that the tests run in.
fn exboard(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_exboard"));
    command.args(arguments);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("EXBOARD_")
            || text.starts_with("GITHUB_")
            || ["NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS"].contains(&&*text)
        {
            command.env_remove(&name);
        }
    }
    command.env("LANG", "C.UTF-8").env_remove("LC_ALL");
    command
}

struct Ran {
    code: i32,
    out: String,
    error: String,
}

fn ran(output: Output) -> Ran {
    Ran {
        code: output.status.code().expect("no signal"),
        out: String::from_utf8(output.stdout).unwrap(),
        error: String::from_utf8(output.stderr).unwrap(),
    }
}

fn run(arguments: &[&str]) -> Ran {
    ran(exboard(arguments).output().unwrap())
}

fn run_in(folder: &Path, arguments: &[&str]) -> Ran {
    ran(exboard(arguments).current_dir(folder).output().unwrap())
}

/// A repository with the base records of the rules' examples.
fn repository() -> TempDir {
    let folder = TempDir::new().unwrap();
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/base");
    let lane = folder.path().join("exceptions/director/2026");
    fs::create_dir_all(&lane).unwrap();
    fs::create_dir_all(folder.path().join("policies")).unwrap();
    fs::write(folder.path().join("exboard.toml"), "version = 1\n").unwrap();
    fs::copy(base.join("board.toml"), folder.path().join("policies/board.toml")).unwrap();
    fs::copy(base.join("proposed.yaml"), lane.join("SEB-2026-0042.yaml")).unwrap();
    folder
}

const AT: &str = "2026-05-04T10:00:00Z";

fn record(folder: &TempDir) -> PathBuf {
    folder.path().join("exceptions/director/2026/SEB-2026-0042.yaml")
}

fn change(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{from}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn a_clean_repository_exits_0_with_a_verdict() {
    let folder = repository();
    let ran = run_in(folder.path(), &["check", "--now", AT]);
    assert_eq!((ran.code, ran.error.as_str()), (0, ""));
    assert_eq!(ran.out, "Clean: 1 board and 0 registry records, judged at 2026-05-04T10:00:00Z.\n");
    assert_eq!(run_in(folder.path(), &["check", "--now", AT, "-q"]).out, "");
}

#[test]
fn findings_exit_1_and_the_fail_level_decides() {
    let folder = repository();
    change(&record(&folder), "close_date_risk_days: 57", "close_date_risk_days: 58");
    let ran = run_in(folder.path(), &["check", "--now", AT]);
    assert_eq!(ran.code, 0, "a warning is below the default");
    assert!(ran.out.contains("warning[lane/close-date-mismatch]"), "{}", ran.out);
    assert_eq!(run_in(folder.path(), &["check", "--now", AT, "--fail-level", "warning"]).code, 1);
    assert_eq!(run_in(folder.path(), &["check", "--now", AT, "--fail-level", "info"]).code, 1);
    change(&record(&folder), "combined_risk_score: 60", "combined_risk_score: 61");
    let ran = run_in(folder.path(), &["check", "--now", AT]);
    assert_eq!(ran.code, 1);
    let line = "exceptions/director/2026/SEB-2026-0042.yaml:19:22: error[lane/score-mismatch] `combined_risk_score` is 61, \
                but the formula gives 60: 0.5 × 60 + 0.5 × 50 + 5 (confidential) = 60";
    assert!(ran.out.contains(line), "{}", ran.out);
}

#[test]
fn it_finds_its_repository_upwards_and_takes_another_with_c() {
    let folder = repository();
    let deep = folder.path().join("exceptions/director");
    assert_eq!(run_in(&deep, &["check", "--now", AT]).code, 0);
    let elsewhere = TempDir::new().unwrap();
    let path = folder.path().to_str().unwrap();
    assert_eq!(run_in(elsewhere.path(), &["-C", path, "check", "--now", AT]).code, 0);
    assert_eq!(run_in(elsewhere.path(), &["check", "-C", path, "--now", AT]).code, 0);
}

#[test]
fn what_is_no_repository_exits_3_and_says_what_to_do() {
    let elsewhere = TempDir::new().unwrap();
    let ran = run_in(elsewhere.path(), &["check"]);
    assert_eq!((ran.code, ran.out.as_str()), (3, ""));
    assert!(ran.error.starts_with("error: no governance repository here"), "{}", ran.error);
    assert!(
        ran.error.contains("help: run it in a folder that has an `exboard.toml`, or name one with `-C DIR`")
    );
    let ran = run(&["-C", "/nowhere/at/all", "check"]);
    assert_eq!(ran.code, 3);
    assert!(ran.error.contains("/nowhere/at/all"), "{}", ran.error);
}

#[test]
fn no_records_exit_3_unless_that_is_allowed() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("exboard.toml"), "version = 1\n").unwrap();
    let ran = run_in(folder.path(), &["check"]);
    assert_eq!(ran.code, 3);
    assert!(ran.error.contains("no records below `exceptions/` and `registry/`"), "{}", ran.error);
    assert!(ran.error.contains("--allow-empty"), "{}", ran.error);
    assert_eq!(run_in(folder.path(), &["check", "--allow-empty"]).code, 0);
}

#[test]
fn a_broken_policy_exits_3_with_its_findings_and_no_record_is_judged() {
    let folder = repository();
    fs::write(folder.path().join("policies/expiry.toml"), "max_dayz = 30\nwarn_days = \"soon\"\n").unwrap();
    let ran = run_in(folder.path(), &["check", "--now", AT]);
    assert_eq!(ran.code, 3);
    assert!(ran.out.contains("policies/expiry.toml:1:1: error[policy/invalid]"), "{}", ran.out);
    assert!(ran.out.contains("policies/expiry.toml:2:13: error[policy/invalid]"), "{}", ran.out);
    assert!(!ran.out.contains("SEB-2026-0042"), "{}", ran.out);
    assert!(ran.error.contains("the policy is broken, so no record was judged"), "{}", ran.error);
}

#[test]
fn wrong_usage_exits_2_on_standard_error() {
    let folder = repository();
    for arguments in [
        &["check", "--nonsense"][..],
        &["chek"],
        &["check", "--format", "xml"],
        &["check", "--format", "json", "--format", "human"],
        &["check", "--fail-level", "never"],
        &["check", "--now", "yesterday"],
        &["check", "--jobs", "0"],
        &["check", "--select", "lane/under-rooted"],
        &["explain", "under-rooted"],
        &["score"],
        &["schema", "boards"],
        &["rules", "--format", "yaml"],
    ] {
        let ran = run_in(folder.path(), arguments);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}: {}", ran.error);
        assert!(!ran.error.is_empty(), "{arguments:?}");
    }
    let ran = run_in(folder.path(), &["check", "--select", "lane/under-rooted"]);
    assert!(ran.error.contains("did you mean `lane/under-routed`?"), "{}", ran.error);
}

#[test]
fn exboard_alone_prints_help() {
    let ran = run(&[]);
    assert_eq!((ran.code, ran.error.as_str()), (0, ""));
    assert!(ran.out.contains("Usage: exboard") && ran.out.contains("check"), "{}", ran.out);
    let ran = run(&["--version"]);
    assert_eq!((ran.code, ran.out), (0, format!("exboard {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn a_broken_record_never_hides_another_ones_findings() {
    let folder = repository();
    let lane = folder.path().join("exceptions/director/2026");
    fs::copy(record(&folder), lane.join("SEB-2026-0043.yaml")).unwrap();
    change(&lane.join("SEB-2026-0043.yaml"), "SEB-2026-0042", "SEB-2026-0043");
    change(&lane.join("SEB-2026-0043.yaml"), "combined_risk_score: 60", "combined_risk_score: 7");
    fs::write(record(&folder), "schema: [\n").unwrap();
    let ran = run_in(folder.path(), &["check", "--now", AT]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("SEB-2026-0042.yaml:1:9: error[schema/syntax]"), "{}", ran.out);
    assert!(ran.out.contains("SEB-2026-0043.yaml:19:22: error[lane/score-mismatch]"), "{}", ran.out);
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_exits_3_after_judging_the_others() {
    use std::os::unix::fs::PermissionsExt;
    let folder = repository();
    let lane = folder.path().join("exceptions/director/2026");
    let hidden = lane.join("SEB-2026-0043.yaml");
    fs::copy(record(&folder), &hidden).unwrap();
    fs::set_permissions(&hidden, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&hidden).is_ok() {
        eprintln!("this user reads everything; the test says nothing here");
        return;
    }
    change(&record(&folder), "combined_risk_score: 60", "combined_risk_score: 7");
    let ran = run_in(folder.path(), &["check", "--now", AT]);
    assert_eq!(ran.code, 3);
    assert!(ran.out.contains("lane/score-mismatch"), "{}", ran.out);
    assert!(ran.error.contains("cannot read exceptions/director/2026/SEB-2026-0043.yaml"), "{}", ran.error);
}

#[cfg(unix)]
#[test]
fn links_devices_and_other_names_are_strays_and_never_opened() {
    let folder = repository();
    let lane = folder.path().join("exceptions/director/2026");
    let outside = TempDir::new().unwrap();
    fs::write(outside.path().join("secret.yaml"), "secret: 1\n").unwrap();
    std::os::unix::fs::symlink(outside.path().join("secret.yaml"), lane.join("SEB-2026-0050.yaml")).unwrap();
    std::os::unix::fs::symlink(outside.path(), lane.join("linked")).unwrap();
    std::os::unix::fs::symlink(&lane, lane.join("loop")).unwrap();
    let pipe = Command::new("mkfifo").arg(lane.join("SEB-2026-0051.yaml")).status().unwrap();
    assert!(pipe.success());
    fs::write(lane.join("SEB-2026-0052.yml"), "x: 1\n").unwrap();
    fs::write(lane.join("README.md"), "fine\n").unwrap();
    fs::write(lane.join(".keep"), "").unwrap();
    fs::create_dir_all(lane.join("clone/.git")).unwrap();
    fs::write(lane.join("clone/a.yaml"), "x: 1\n").unwrap();
    let ran = run_in(folder.path(), &["check", "--now", AT]);
    assert_eq!(ran.code, 1);
    let strays: Vec<&str> = ran.out.lines().filter(|line| line.contains("schema/stray-file")).collect();
    assert_eq!(strays.len(), 6, "{}", ran.out);
    assert_eq!(ran.out.lines().count(), 7, "{}", ran.out);
    assert!(!ran.out.contains("secret"), "{}", ran.out);
}

#[test]
fn paths_choose_whose_findings_count() {
    let folder = repository();
    let lane = folder.path().join("exceptions/director/2026");
    fs::write(lane.join("SEB-2026-0043.yaml"), "a: 1\n").unwrap();
    change(&record(&folder), "combined_risk_score: 60", "combined_risk_score: 7");
    let one = run_in(&lane, &["check", "SEB-2026-0043.yaml", "--now", AT]);
    assert!(one.out.contains("schema/unknown-kind") && !one.out.contains("score-mismatch"), "{}", one.out);
    assert!(one.out.contains("1 record (1 board, 0 registry)"), "{}", one.out);
    let all = run_in(folder.path(), &["check", "exceptions", "--now", AT]);
    assert!(all.out.contains("schema/unknown-kind") && all.out.contains("score-mismatch"), "{}", all.out);
    assert_eq!(run_in(folder.path(), &["check", "nowhere", "--now", AT]).code, 3);
    assert_eq!(run_in(folder.path(), &["check", "policies", "--now", AT]).code, 3);
    assert_eq!(run_in(folder.path(), &["check", "..", "--now", AT]).code, 3);
}

#[test]
fn rules_can_be_selected_and_ignored() {
    let folder = repository();
    change(&record(&folder), "combined_risk_score: 60", "combined_risk_score: 7");
    change(&record(&folder), "close_date_risk_days: 57", "close_date_risk_days: 58");
    let rules = |arguments: &[&str]| -> Vec<String> {
        let ran = run_in(folder.path(), &[&["check", "--now", AT], arguments].concat());
        ran.out
            .lines()
            .filter_map(|line| Some(line.split_once('[')?.1.split_once(']')?.0.to_owned()))
            .collect()
    };
    assert_eq!(rules(&[]), ["lane/close-date-mismatch", "lane/score-mismatch"]);
    assert_eq!(rules(&["--select", "lane/score-mismatch"]), ["lane/score-mismatch"]);
    assert_eq!(rules(&["--ignore", "lane/score-mismatch"]), ["lane/close-date-mismatch"]);
    assert_eq!(rules(&["--select", "lane", "--ignore", "lane/score-mismatch"]), ["lane/close-date-mismatch"]);
    assert_eq!(rules(&["--ignore", "lane"]), Vec::<String>::new());
}

#[test]
fn the_policy_changes_a_severity_unless_it_is_locked() {
    let folder = repository();
    change(&record(&folder), "combined_risk_score: 60", "combined_risk_score: 7");
    let policy = folder.path().join("exboard.toml");
    fs::write(&policy, "version = 1\n[rules]\n\"lane/score-mismatch\" = \"warning\"\n").unwrap();
    let ran = run_in(folder.path(), &["check", "--now", AT]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("warning[lane/score-mismatch]"), "{}", ran.out);
    fs::write(&policy, "version = 1\n[rules]\n\"lane/score-mismatch\" = \"off\"\n").unwrap();
    assert!(!run_in(folder.path(), &["check", "--now", AT]).out.contains("score-mismatch"));
    fs::write(&policy, "version = 1\n[rules]\n\"lane/under-routed\" = \"off\"\n").unwrap();
    assert_eq!(run_in(folder.path(), &["check", "--now", AT]).code, 3);
}

#[test]
fn several_formats_go_to_their_own_places() {
    let folder = repository();
    change(&record(&folder), "combined_risk_score: 60", "combined_risk_score: 7");
    let json = folder.path().join("findings.json");
    let format = format!("json={}", json.display());
    let ran = run_in(folder.path(), &["check", "--now", AT, "--format", &format, "--format", "concise"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("error[lane/score-mismatch]"), "{}", ran.out);
    let report: serde_json::Value = serde_json::from_str(&fs::read_to_string(&json).unwrap()).unwrap();
    assert_eq!(report["findings"][0]["rule"], "lane/score-mismatch");
    assert_eq!(report["summary"]["errors"], 1);
    let out = folder.path().join("out.txt");
    let ran = run_in(folder.path(), &["check", "--now", AT, "--output", out.to_str().unwrap()]);
    assert_eq!(ran.out, "");
    assert!(fs::read_to_string(out).unwrap().contains("lane/score-mismatch"));
    let ran = run_in(folder.path(), &["check", "--now", AT, "--output", "/nowhere/out.txt"]);
    assert_eq!(ran.code, 3);
    assert!(ran.error.contains("cannot write /nowhere/out.txt"), "{}", ran.error);
}

#[test]
fn json_keeps_to_its_published_schema() {
    let schema = serde_json::from_str(exboard::schema::CHECK_OUTPUT).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    for (name, arguments) in
        [("board", &[][..]), ("broken", &[]), ("broken-policy/unknown-key", &["--fail-level", "info"])]
    {
        let path = examples(name);
        let base = ["-C", path.to_str().unwrap(), "check", "--now", NOW, "--format", "json"];
        let ran = run(&[&base, arguments].concat());
        let report: serde_json::Value =
            serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{name}: {error}\n{}", ran.error));
        let faults: Vec<String> = validator
            .iter_errors(&report)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{name}: {faults:#?}");
    }
}

#[test]
fn a_flag_beats_the_environment() {
    let folder = repository();
    let with = |arguments: &[&str]| {
        ran(exboard(arguments)
            .current_dir(folder.path())
            .env("EXBOARD_NOW", "2026-06-01")
            .env("EXBOARD_FORMAT", "json")
            .output()
            .unwrap())
    };
    assert!(with(&["check"]).out.contains("\"now\": \"2026-06-01T00:00:00Z\""));
    assert!(with(&["check", "--now", AT]).out.contains("\"now\": \"2026-05-04T10:00:00Z\""));
    assert!(with(&["check", "--now", AT, "--format", "concise"]).out.starts_with("Clean"));
}

#[test]
fn colour_is_on_where_asked_for_and_nowhere_else() {
    let folder = repository();
    change(&record(&folder), "combined_risk_score: 60", "combined_risk_score: 7");
    let coloured = |arguments: &[&str], environment: &[(&str, &str)]| {
        let mut command = exboard(&[&["check", "--now", AT, "--format", "human"], arguments].concat());
        ran(command.current_dir(folder.path()).envs(environment.iter().copied()).output().unwrap())
            .out
            .contains('\x1b')
    };
    assert!(!coloured(&[], &[]), "a pipe");
    assert!(coloured(&["--color", "always"], &[]));
    assert!(coloured(&["--color", "always"], &[("NO_COLOR", "1")]), "the flag beats NO_COLOR");
    assert!(coloured(&[], &[("FORCE_COLOR", "1")]));
    assert!(coloured(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&[], &[("CLICOLOR_FORCE", "0")]));
    assert!(!coloured(&[], &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")]));
    assert!(!coloured(&["--color", "never"], &[("FORCE_COLOR", "1")]));
}

#[test]
fn it_is_readable_in_60_columns() {
    let folder = repository();
    change(&record(&folder), "combined_risk_score: 60", "combined_risk_score: 7");
    let mut command = exboard(&["check", "--now", AT, "--format", "human"]);
    let ran = ran(command.current_dir(folder.path()).env("COLUMNS", "60").output().unwrap());
    for line in ran.out.lines() {
        assert!(line.chars().count() <= 60 || line.starts_with("exceptions/"), "{line}");
    }
    assert!(ran.out.contains("19 │ combined_risk_score: 7"), "{}", ran.out);
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let path = examples("broken");
    let with = |jobs: &str| {
        run(&["-C", path.to_str().unwrap(), "check", "--now", NOW, "--format", "json", "--jobs", jobs]).out
    };
    let one = with("1");
    assert!(one.len() > 1000);
    assert_eq!(one, with("2"));
    assert_eq!(one, with("7"));
}

/// A disk lists files in an order of its own; here they are made in one order, and in the other.
#[test]
fn the_same_bytes_in_every_format_whatever_order_the_files_were_made_in() {
    let from = examples("broken");
    let walk = walkdir::WalkDir::new(&from).sort_by_file_name().into_iter().map(Result::unwrap);
    let mut files: Vec<PathBuf> =
        walk.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect();
    let copy = |files: &[PathBuf]| {
        let folder = TempDir::new().unwrap();
        for file in files {
            let to = folder.path().join(file.strip_prefix(&from).unwrap());
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(file, to).unwrap();
        }
        folder
    };
    let forwards = copy(&files);
    files.reverse();
    let backwards = copy(&files);
    for format in ["human", "concise", "json", "sarif", "github", "markdown"] {
        let said = |folder: &TempDir| {
            run_in(folder.path(), &["check", "--now", NOW, "--format", format, "--jobs", "3"]).out
        };
        let first = said(&forwards);
        assert!(first.len() > 1000, "{first}");
        assert_eq!(first, said(&backwards), "{format}");
    }
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_failure() {
    let path = examples("broken");
    let script = format!(
        "{} -C {} check --now {NOW} | head -n 1; exit ${{PIPESTATUS[0]}}",
        env!("CARGO_BIN_EXE_exboard"),
        path.display()
    );
    let ran = ran(Command::new("bash").args(["-c", &script]).output().unwrap());
    assert_eq!((ran.code, ran.error.as_str()), (1, ""), "{}", ran.out);
    assert_eq!(ran.out.lines().count(), 1);
}

#[test]
fn explain_and_rules_tell_of_each_rule() {
    let ran = run(&["rules", "--format", "json"]);
    let catalogue: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let rules = catalogue["rules"].as_array().unwrap();
    assert!(rules.len() >= 25);
    let table = run(&["rules"]).out;
    for rule in rules {
        let name = rule["name"].as_str().unwrap();
        assert!(table.contains(name), "{name}");
        let page = run(&["explain", name]);
        assert_eq!(page.code, 0);
        assert!(page.out.starts_with(&format!("# {name}\n")), "{}", page.out);
    }
    let ran = run(&["explain", "under-routed"]);
    assert_eq!(ran.code, 2);
    assert!(ran.error.contains("did you mean `lane/under-routed`?"), "{}", ran.error);
}

#[test]
fn explain_tells_of_controls_of_sp_800_53() {
    let ran = run(&["explain", "AC-2(1)"]);
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (
            0,
            "# AC-2(1) Account Management | Automated System Account Management\n\n\
             NIST SP 800-53 Rev. 5 · family AC, Access Control\n\nIn the baselines moderate, high.\n"
        )
    );
    let ran = run(&["explain", "AC-3(6)"]);
    assert!(
        ran.out.ends_with("Withdrawn: Incorporated into MP-4 and SC-28.\n- MP-4 Media Storage\n- SC-28 Protection of Information at Rest\n"),
        "{}",
        ran.out
    );
    assert!(run(&["explain", "SC-12"]).out.contains("\nEnhancements:\n- SC-12(1) Availability\n"));
    let ran = run(&["explain", "ac-02"]);
    assert_eq!(ran.code, 2);
    assert!(ran.error.contains("did you mean `AC-2` (Account Management)?"), "{}", ran.error);
}

#[test]
fn score_shows_the_sum_the_lane_and_the_deadline() {
    let folder = repository();
    let ran = run_in(folder.path(), &["score", "SEB-2026-0042", "--now", AT]);
    assert_eq!(ran.code, 0, "{}", ran.error);
    for part in [
        "0.5 × 60",
        "0.5 × 50",
        "confidential",
        "moderate (35–69) → director",
        "24 hours",
        "2026-05-05T08:00:00Z",
    ] {
        assert!(ran.out.contains(part), "{part}\n{}", ran.out);
    }
    let ran = run_in(folder.path(), &["score", "SEB-2026-0042", "--now", AT, "--format", "json"]);
    let answer: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((answer["score"].as_u64(), answer["tier"].as_str()), (Some(60), Some("director")));
    let ran = run_in(folder.path(), &["score", "SEB-2026-0041"]);
    assert_eq!(ran.code, 3);
    assert!(ran.error.contains("did you mean `SEB-2026-0042`?"), "{}", ran.error);
    // Outside a repository the built-in policy answers.
    let elsewhere = TempDir::new().unwrap();
    let arguments = [
        "score",
        "--exploitability",
        "90",
        "--impact",
        "91",
        "--data",
        "restricted",
        "--received",
        "2026-05-08T17:00:00Z",
    ];
    let ran = run_in(elsewhere.path(), &arguments);
    assert_eq!(ran.code, 0, "{}", ran.error);
    for part in ["45.5", "100.5", "rounded", "101", "held within", "100", "executive", "2026-05-11T17:00:00Z"]
    {
        assert!(ran.out.contains(part), "{part}\n{}", ran.out);
    }
}

#[test]
fn explain_tells_how_a_record_came_about() {
    let board = examples("board");
    let explain = |id: &str| run(&["-C", board.to_str().unwrap(), "explain", id, "--now", NOW]);
    let approved = explain("SEB-2026-0041");
    assert_eq!((approved.code, approved.error.as_str()), (0, ""));
    for part in [
        "0.5 × 38 + 0.5 × 55 + 0 (internal) = 46.5, rounded to 47",
        "47 is in the moderate lane (35–69), which the director tier decides",
        "Approved for 89 days, until 2027-01-12, in 53 days",
        "A review is due by 2026-12-29",
        "C3 (kyoon): planned, due 2027-01-08, in 49 days",
        "E2: evidence/SEB-2026-0041/restore-drill-2026-10-12.csv, collected 2026-10-12, 39 days ago (may be 180 days old)",
        "by 2027-01-08, in 49 days: kyoon: put `C3` in place",
    ] {
        let told = approved.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(part), "{part}\n{}", approved.out);
    }
    let proposed = explain("SEB-2026-0090").out;
    assert!(proposed.contains("Escalated to the executive tier at 2026-11-19T17:05:00Z"), "{proposed}");
    assert!(proposed.contains("The executive tier has 8 hours left."), "{proposed}");
    let answer = explain("REG-2026-0088").out;
    assert!(
        answer.contains("Its risk is high (architecture-deviation): that gives 2 business days"),
        "{answer}"
    );
    let misspelt = explain("SEB-2026-0042");
    assert_eq!(misspelt.code, 3);
    assert!(misspelt.error.contains("did you mean `SEB-2026-"), "{}", misspelt.error);
}

#[test]
fn schemas_completions_and_manual_pages_are_printed() {
    for kind in ["board", "registry", "check"] {
        let ran = run(&["schema", kind]);
        assert_eq!(ran.code, 0);
        serde_json::from_str::<serde_json::Value>(&ran.out).unwrap();
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = run(&["completions", shell]);
        assert_eq!(ran.code, 0);
        assert!(ran.out.contains("exboard"), "{shell}");
    }
    let ran = run(&["man"]);
    assert!(ran.out.contains(".TH exboard 1"), "{}", ran.out);
    assert!(run(&["man", "check"]).out.contains("fail\\-level"));
    assert_eq!(run(&["man", "chek"]).code, 2);
}

#[cfg(unix)]
#[test]
fn a_record_folder_that_is_a_link_is_told_and_not_followed() {
    let folder = repository();
    let outside = TempDir::new().unwrap();
    fs::create_dir_all(outside.path().join("2026")).unwrap();
    fs::write(outside.path().join("2026/REG-2026-0001.yaml"), "secret: 1\n").unwrap();
    std::os::unix::fs::symlink(outside.path(), folder.path().join("registry")).unwrap();
    let ran = run_in(folder.path(), &["check", "--now", AT]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("registry: error[schema/stray-file] this is a link"), "{}", ran.out);
    assert!(
        ran.out.contains("1 record (1 board, 0 registry)") && !ran.out.contains("REG-2026-0001"),
        "{}",
        ran.out
    );
}

#[test]
fn a_verdict_of_some_rules_says_so() {
    let folder = repository();
    let ran = run_in(folder.path(), &["check", "--now", AT, "--ignore", "lane/under-routed"]);
    assert!(ran.error.contains("leaves rules out"), "{}", ran.error);
    let json = folder.path().join("out.json");
    let format = format!("json={}", json.display());
    let ran = run_in(
        folder.path(),
        &["check", "--format", &format, "--format", &format.replace("json=", "concise=")],
    );
    assert_eq!(ran.code, 2);
    assert!(!json.exists());
}

/// In a workflow of GitHub's.
fn in_actions(arguments: &[&str], folder: &Path) -> Ran {
    let mut command = exboard(arguments);
    command.current_dir(folder).env("GITHUB_ACTIONS", "true").env("GITHUB_WORKSPACE", folder);
    command.env("GITHUB_SERVER_URL", "https://github.example").env("GITHUB_REPOSITORY", "o/r");
    ran(command.env("GITHUB_SHA", "c0ffee").output().unwrap())
}

#[test]
fn in_a_workflow_findings_are_annotations() {
    let folder = repository();
    change(&record(&folder), "board_tier: director", "board_tier: working");
    let annotated = in_actions(&["check", "--now", AT], folder.path());
    assert_eq!(annotated.code, 1);
    let start = "::error file=exceptions/director/2026/SEB-2026-0042.yaml,line=";
    assert!(annotated.out.lines().any(|line| line.starts_with(start)), "{}", annotated.out);
    // What was asked for stands, and a file is no log.
    for arguments in
        [&["check", "--now", AT, "--format", "concise"][..], &["check", "--now", AT, "--output", "x.txt"]]
    {
        let plain = in_actions(arguments, folder.path());
        assert_eq!(plain.code, 1);
        assert!(!plain.out.contains("::error"), "{}", plain.out);
    }
    let concise = fs::read_to_string(folder.path().join("x.txt")).unwrap();
    assert!(concise.contains(": error[lane/under-routed] "), "{concise}");
}

#[test]
fn paths_for_github_are_those_of_its_repository() {
    let folder = repository();
    change(&record(&folder), "board_tier: director", "board_tier: working");
    let git = TempDir::new().unwrap();
    fs::create_dir(git.path().join(".git")).unwrap();
    fs::rename(folder.path(), git.path().join("sec")).unwrap();
    let inside = ["-C", "sec", "check", "--now", AT];
    let annotated = in_actions(&inside, git.path());
    assert!(annotated.out.contains("::error file=sec/exceptions/director/2026/SEB-2026-0042.yaml,"));
    assert!(
        annotated.out.contains("\nexceptions/director/2026/SEB-2026-0042.yaml:"),
        "as people here know it"
    );
    let page = in_actions(&[&inside[..], &["--format", "markdown"]].concat(), git.path()).out;
    let address =
        "](https://github.example/o/r/blob/c0ffee/sec/exceptions/director/2026/SEB-2026-0042.yaml#L";
    assert!(page.contains(address), "{page}");
    // Of another repository, that the job fetched into a folder, nothing is known.
    let mut elsewhere = exboard(&[&inside[..], &["--format", "markdown"]].concat());
    elsewhere
        .current_dir(git.path())
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_WORKSPACE", folder.path().parent().unwrap());
    elsewhere
        .env("GITHUB_SERVER_URL", "https://github.example")
        .env("GITHUB_REPOSITORY", "o/r")
        .env("GITHUB_SHA", "c0ffee");
    assert!(!ran(elsewhere.output().unwrap()).out.contains("github.example"));
}

#[test]
fn programs_get_a_whole_document_and_people_nothing_where_all_is_quiet() {
    let folder = repository();
    let formats = ["json", "sarif", "markdown", "github", "concise", "human"];
    let sizes = formats
        .map(|format| run_in(folder.path(), &["check", "--now", AT, "-q", "--format", format]).out.len());
    assert!(sizes[0] > 100 && sizes[1] > 1000, "{sizes:?}");
    assert_eq!(sizes[2..], [0; 4]);
}

#[test]
fn a_failure_is_in_every_format() {
    let folder = repository();
    fs::write(folder.path().join("exboard.toml"), "version = 1\nx = 1\n").unwrap();
    let of = |format: &str| in_actions(&["check", "--now", AT, "--format", format], folder.path());
    let failed = "the policy is broken, so no record was judged";
    for format in ["github", "sarif", "markdown"] {
        let ran = of(format);
        assert_eq!(ran.code, 3);
        assert!(ran.out.contains(failed), "{format}: {}", ran.out);
    }
    assert!(of("github").out.contains(&format!("::error title=exboard::{failed}")));
    assert!(of("sarif").out.contains("\"executionSuccessful\":false,\"exitCode\":3"));
    assert!(of("markdown").out.contains("## 🚫 Not judged in full\n"));
}

#[test]
fn no_line_of_any_output_is_a_command_to_github() {
    let folder = repository();
    change(
        &record(&folder),
        "combined_risk_score: 60",
        "extensions:\n  x: |\n    ::error::a\n    ##[error]b\ncombined_risk_score: 61",
    );
    let diff = in_actions(&["check", "--now", AT, "--fix", "--dry-run"], folder.path());
    assert!(diff.out.contains("\\u{3a}:error::a"), "{}{}", diff.out, diff.error);
    let exact = run_in(folder.path(), &["check", "--now", AT, "--fix", "--dry-run"]).out;
    assert!(exact.contains("     ::error::a\n"), "`git apply` takes it as it is: {exact}");
    let usage = in_actions(&["check", "--no\n::error::x"], folder.path());
    let missing = in_actions(&["check", "##[error]x"], folder.path());
    let topic = in_actions(&["explain", "\n::error::x ##[error]"], folder.path());
    let explained = in_actions(&["explain", "SEB-2026-0042"], folder.path());
    for ran in [&diff, &usage, &missing, &topic, &explained] {
        for line in ran.out.lines().chain(ran.error.lines()) {
            assert!(!line.trim_start().starts_with("::") && !line.contains("##["), "{line}");
        }
    }
    assert!(
        usage.error.contains("u{3a}:error::x") || usage.error.contains("\\n::error::x"),
        "{}",
        usage.error
    );
}
