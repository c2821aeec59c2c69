//! `exboard check --fix`: what it changes, and above all what it does not.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock};

use exboard::check::{Input, Options, Outcome, check};
use exboard::finding::{Edit, Finding, Fix, Place, Safety};
use exboard::fix::{Plan, plan};
use exboard::policy::{KnownRule, Policy};
use exboard::rules::{Folder, NoFiles, RULES};
use exboard::schema::Kind;
use exboard::source::{Source, Span};
use exboard::store::{StoreError, WorkTree};
use exboard::time::parse_time;
use exboard::yaml::{self, Document};
use proptest::prelude::*;
use tempfile::TempDir;

const AT: &str = "2026-05-04T10:00:00Z";
const PATH: &str = "exceptions/director/2026/SEB-2026-0042.yaml";

fn base(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/base");
    fs::read_to_string(folder.join(name)).unwrap()
}

// --- In memory --------------------------------------------------------------

static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    let sources = [
        Arc::new(Source::new("exboard.toml", "version = 1\n")),
        Arc::new(Source::new("policies/board.toml", base("board.toml"))),
    ];
    let known: Vec<_> = RULES.iter().map(|rule| KnownRule::from(&rule.info)).collect();
    Policy::load(&sources, &known).expect("the policy of the tests")
});

fn folder(path: &str) -> Folder {
    Folder { kind: Kind::Board, root: Arc::from("exceptions"), path: Arc::from(path) }
}

fn options() -> Options<'static> {
    let now = parse_time(AT).unwrap().to_utc();
    Options { policy: &POLICY, now, rules: None, paths: &[], show_suppressed: false }
}

fn judge(path: &str, text: &str) -> Outcome {
    let records = [folder(path)];
    check(
        Input { records: &records, strays: &[], files: &NoFiles, changes: None },
        &|_| Ok(text.as_bytes().to_vec()),
        &options(),
    )
}

fn planned(path: &str, outcome: &Outcome) -> Plan {
    let records = [folder(path)];
    plan(
        Input { records: &records, strays: &[], files: &NoFiles, changes: None },
        outcome,
        &options(),
        Safety::Safe,
    )
}

fn read(text: &str) -> Document {
    let parsed = yaml::parse(Arc::new(Source::new("a.yaml", text)));
    assert_eq!(parsed.problems, [], "{text}");
    parsed.document
}

/// The text without the values of some fields: what a fix of these leaves as it is.
fn without(text: &str, fields: &[&str]) -> String {
    let document = read(text);
    let mut spans: Vec<Span> =
        fields.iter().filter_map(|field| document.get(&format!("/{field}"))).map(yaml::Node::span).collect();
    spans.sort();
    let edits = spans.into_iter().map(|span| (span, ""));
    exboard::source::replaced(text, edits).unwrap()
}

/// How a value is written.
#[derive(Debug, Clone, Copy)]
enum Quoting {
    Plain,
    Single,
    Double,
    Folded,
}

#[derive(Debug, Clone)]
struct Mutation {
    base: &'static str,
    values: BTreeMap<&'static str, (String, Quoting)>,
    comments: Vec<(usize, bool)>,
    rotate: usize,
    windows: bool,
    signature: bool,
    last_newline: bool,
}

const NUMBERS: [&str; 4] =
    ["exploitability_score", "impact_score", "combined_risk_score", "close_date_risk_days"];

fn mutations() -> impl Strategy<Value = Mutation> {
    let number = (proptest::sample::select(&NUMBERS[..]), 0..=100_u8)
        .prop_map(|(field, number)| (field, (number.to_string(), Quoting::Plain)));
    let quoting =
        proptest::sample::select(&[Quoting::Plain, Quoting::Single, Quoting::Double, Quoting::Folded][..]);
    let word = proptest::sample::select(
        &[
            ("board_tier", "working"),
            ("board_tier", "director"),
            ("board_tier", "executive"),
            ("board_meeting_due_at", "2026-05-09T08:00:00Z"),
            ("board_meeting_due_at", "2026-05-04T09:00:00+02:00"),
            ("next_review_due_at", "2026-07-19"),
            ("close_date", "2026-07-01"),
            ("data_sensitivity_tier", "restricted"),
            ("account_name", "Zürich # Rück"),
        ][..],
    );
    let word = (word, quoting).prop_map(|((field, word), quoting)| (field, (word.to_owned(), quoting)));
    let unquoted = Just(("account_name", ("1871".to_owned(), Quoting::Plain)));
    let values = proptest::collection::vec(prop_oneof![4 => number, 4 => word, 1 => unquoted], 1..6)
        .prop_map(BTreeMap::from_iter);
    (
        proptest::sample::select(&["proposed.yaml", "approved.yaml"][..]),
        values,
        proptest::collection::vec((0..40_usize, any::<bool>()), 0..6),
        0..30_usize,
        any::<[bool; 3]>(),
    )
        .prop_map(|(base, values, comments, rotate, [windows, signature, last_newline])| Mutation {
            base,
            values,
            comments,
            rotate,
            windows,
            signature,
            last_newline,
        })
}

impl Mutation {
    fn text(&self) -> String {
        let base = base(self.base);
        let mut blocks: Vec<String> = Vec::new();
        for line in base.lines() {
            match blocks.last_mut() {
                Some(block) if line.starts_with([' ', '-']) => *block = format!("{block}\n{line}"),
                _ => blocks.push(line.to_owned()),
            }
        }
        for block in &mut blocks {
            let key = block.split(':').next().unwrap().to_owned();
            if let Some((value, quoting)) = self.values.get(key.as_str()) {
                *block = match quoting {
                    Quoting::Plain if value.contains(" #") => format!("{key}: '{value}'"),
                    Quoting::Plain => format!("{key}:   {value}"),
                    Quoting::Single => format!("{key}: '{value}'"),
                    Quoting::Double => format!("{key}: \"{value}\""),
                    Quoting::Folded => format!("{key}: >-\n    {value}"),
                };
            }
        }
        let by = self.rotate % blocks.len();
        blocks.rotate_left(by);
        for (at, own_line) in &self.comments {
            let index = at % blocks.len();
            let block = &mut blocks[index];
            let folded = block.contains(">-") || block.contains("'s ");
            match own_line {
                true => *block = format!("# a comment: 'with quotes' \"and\" [brackets\n{block}"),
                false if !folded && block.lines().count() == 1 => block.push_str("  # behind: it"),
                false => block.push_str("\n\n#\n"),
            }
        }
        let mut text = blocks.join("\n");
        if self.last_newline {
            text.push('\n');
        }
        if self.windows {
            text = text.replace('\n', "\r\n");
        }
        if self.signature { format!("\u{FEFF}{text}") } else { text }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_fix_changes_the_fixed_fields_and_not_a_byte_elsewhere(mutation in mutations()) {
        let text = mutation.text();
        let before = judge(PATH, &text);
        let plan = planned(PATH, &before);
        prop_assert!(plan.refused.is_empty(), "{:?}\n{text}", plan.refused);
        let fixable = before.findings.iter().any(|finding| finding.fix.is_some());
        prop_assert_eq!(plan.files.len(), usize::from(fixable));
        let Some(mended) = plan.files.first() else { return Ok(()) };
        let free: &[&str] = if mutation.base == "approved.yaml" {
            &["close_date_risk_days", "next_review_due_at"]
        } else {
            &["close_date_risk_days", "combined_risk_score", "board_tier", "board_meeting_due_at", "account_name"]
        };
        prop_assert_eq!(without(&text, free), without(mended.after.text(), free));
        let (old, new) = (read(&text), read(mended.after.text()));
        for entry in old.root().unwrap().entries() {
            if !free.contains(&entry.key) {
                prop_assert_eq!(new.root().unwrap().child(entry.key), Some(entry.value));
            }
        }
        prop_assert_eq!(old.root().unwrap().entries().len(), new.root().unwrap().entries().len());
        let path = mended.move_to.as_deref().unwrap_or(PATH);
        let after = judge(path, mended.after.text());
        let left: Vec<&Finding> = after.findings.iter().filter(|finding| finding.fix.is_some()).collect();
        prop_assert!(left.is_empty(), "{left:?}\n{}", mended.after.text());
    }
}

/// Without a tier the record belongs in `intake`; the field with its right name has one.
#[test]
fn a_record_that_gets_its_tier_back_stays_where_it_lies() {
    let text = base("proposed.yaml");
    let outcome = judge(PATH, &text.replace("board_tier:", "board_teir:"));
    let records = [folder(PATH)];
    let input = Input { records: &records, strays: &[], files: &NoFiles, changes: None };
    let plan = plan(input, &outcome, &options(), Safety::Unsafe);
    assert!(plan.refused.is_empty(), "{:?}", plan.refused);
    assert_eq!((plan.files[0].after.text(), &plan.files[0].move_to), (text.as_str(), &None));
}

/// A finding with a fix that no rule would give.
fn contrived(text: &str, edits: &[(&str, &str)]) -> Outcome {
    let source = Arc::new(Source::new(PATH, text));
    let edits = edits
        .iter()
        .map(|(old, new)| {
            let start = text.find(old).unwrap();
            Edit { path: Arc::from(PATH), span: Span::new(start, start + old.len()), text: (*new).to_owned() }
        })
        .collect();
    let mut finding = Finding::new(&RULES[0].info, Place::file(PATH), "contrived");
    finding.fix = Some(Fix { safety: Safety::Safe, edits, move_to: None });
    let mut outcome = Outcome { findings: vec![finding], ..Outcome::default() };
    outcome.sources.insert(Arc::from(PATH), source);
    outcome
}

#[test]
fn a_fix_that_does_more_than_it_says_is_refused() {
    let text = "a: 1 # note\nb:\n  c: 2\nd: >-\n  text\ne: 5\n";
    for (edits, reason) in [
        (&[("1 # note", "2")][..], "a comment would be lost"),
        (&[("1", "\"2")], "the file could not be read any more"),
        (&[("1", "[")], "the file could not be read any more"),
        (&[("b:", "b: &x")], "the file could not be read any more"),
        (&[("b:", "b: |")], "it would change `b` too"),
        (&[("1", "1\nb: 7")], "the file could not be read any more"),
        (&[("a: 1 #", "a: 1 #\n#")], "a comment would be lost"),
        (&[("  c: 2", "c: 2"), ("b:\n", "b: 1\n")], ""),
        (&[("a: 1", "a: 2"), (": 1", ": 3")], "its edits overlap"),
    ] {
        let plan = planned(PATH, &contrived(text, edits));
        match reason {
            "" => assert_eq!(plan.files.len(), 1, "{edits:?} {:?}", plan.refused),
            _ => {
                assert!(plan.files.is_empty(), "{edits:?} {}", plan.files[0].after.text());
                let refused = plan.refused.first().expect("a refusal");
                assert!(refused.reason.starts_with(reason), "{edits:?}: {}", refused.reason);
            }
        }
    }
    let plan = planned(PATH, &contrived("a: [\n", &[("a", "b")]));
    assert_eq!(plan.refused.first().unwrap().reason, "the file cannot be read as YAML");
}

#[test]
fn new_lines_end_as_those_of_the_file_do() {
    let plan = planned(PATH, &contrived("a: 1\r\nb: 2\r\n", &[("a: 1", "a: 1\nc: 3")]));
    assert_eq!(plan.files[0].after.text(), "a: 1\r\nc: 3\r\nb: 2\r\n");
}

// --- On disk ----------------------------------------------------------------

struct Ran {
    code: i32,
    out: String,
    error: String,
}

fn run(folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_exboard"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("EXBOARD_")) {
        command.env_remove(name);
    }
    command.env_remove("GITHUB_ACTIONS");
    let output =
        command.arg("check").args(["--now", AT]).args(arguments).current_dir(folder).output().unwrap();
    Ran {
        code: output.status.code().expect("no signal"),
        out: String::from_utf8(output.stdout).unwrap(),
        error: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A repository with one proposed record, changed.
fn repository(changes: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    write(folder.path(), "exboard.toml", "version = 1\n");
    write(folder.path(), "policies/board.toml", &base("board.toml"));
    write(folder.path(), PATH, &changed(&base("proposed.yaml"), changes));
    folder
}

fn changed(text: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    })
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Every file with its bytes; links as where they lead.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| !entry.file_type().is_dir())
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).unwrap().to_owned();
            let bytes = if entry.path_is_symlink() { Vec::new() } else { fs::read(entry.path()).unwrap() };
            (path, bytes)
        })
        .collect()
}

const HIGH: &[(&str, &str)] = &[
    ("exploitability_score: 60", "exploitability_score: 90 # high"),
    ("impact_score: 50", "impact_score: 90"),
    ("board_meeting_due_at: 2026-05-05T08:00:00Z", "board_meeting_due_at: '2026-05-05T08:00:00Z'"),
];

#[test]
fn a_chain_of_fixes_ends_in_a_clean_repository() {
    let folder = repository(HIGH);
    let path = folder.path().join(PATH);
    let text = fs::read_to_string(&path).unwrap().replace('\n', "\r\n");
    fs::write(&path, &text).unwrap();
    let ran = run(folder.path(), &["--fix"]);
    assert_eq!((ran.code, ran.error.as_str()), (0, "fixed 3 findings in 1 file, moved 1\n"), "{}", ran.out);
    assert!(ran.out.starts_with("Clean: 1 board"), "{}", ran.out);
    assert!(!path.exists());
    let moved = folder.path().join("exceptions/executive/2026/SEB-2026-0042.yaml");
    let wanted = changed(
        &text,
        &[
            ("combined_risk_score: 60", "combined_risk_score: 95"),
            ("board_tier: director", "board_tier: executive"),
            ("'2026-05-05T08:00:00Z'", "2026-05-04T17:00:00Z"),
        ],
    );
    assert_eq!(fs::read_to_string(&moved).unwrap(), wanted);
    let before = snapshot(folder.path());
    let ran = run(folder.path(), &["--fix=all"]);
    assert_eq!((ran.code, ran.error.as_str()), (0, "nothing to fix\n"));
    assert_eq!(snapshot(folder.path()), before);
}

#[cfg(unix)]
#[test]
fn permissions_are_kept() {
    use std::os::unix::fs::PermissionsExt;
    for changes in [HIGH, &[("combined_risk_score: 60", "combined_risk_score: 6")]] {
        let folder = repository(changes);
        fs::set_permissions(folder.path().join(PATH), fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(run(folder.path(), &["--fix"]).code, 0);
        let file = walkdir::WalkDir::new(folder.path().join("exceptions"))
            .into_iter()
            .map(Result::unwrap)
            .find(|entry| entry.file_type().is_file())
            .unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    }
}

#[test]
fn a_dry_run_writes_nothing_and_prints_what_git_applies() {
    let folder = repository(HIGH);
    let before = snapshot(folder.path());
    let ran = run(folder.path(), &["--fix", "--dry-run"]);
    assert_eq!(ran.code, 1, "the findings are still there");
    assert_eq!(ran.error, "would fix 3 findings in 1 file, move 1; nothing was written\n");
    assert_eq!(snapshot(folder.path()), before);
    assert!(ran.out.contains(&format!("rename from {PATH}\n")), "{}", ran.out);
    assert!(ran.out.contains("-combined_risk_score: 60\n+combined_risk_score: 95\n"), "{}", ran.out);
    fs::write(folder.path().join("fix.diff"), &ran.out).unwrap();
    let git = Command::new("git").args(["apply", "fix.diff"]).current_dir(folder.path()).output().unwrap();
    assert!(git.status.success(), "{}", String::from_utf8_lossy(&git.stderr));
    fs::remove_file(folder.path().join("fix.diff")).unwrap();
    let applied = snapshot(folder.path());
    let other = repository(HIGH);
    assert_eq!(run(other.path(), &["--fix"]).code, 0);
    assert_eq!(applied, snapshot(other.path()), "the diff says what --fix does");
}

#[test]
fn a_dry_run_leaves_standard_output_to_the_diff() {
    let folder = repository(HIGH);
    let ran = run(folder.path(), &["--fix", "--dry-run", "--format", "json"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    let ran =
        run(folder.path(), &["--fix", "--dry-run", "--format", "json=out.json", "--output", "fix.diff"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(
        fs::read_to_string(folder.path().join("fix.diff")).unwrap().starts_with("diff --git a/exceptions")
    );
    assert!(fs::read_to_string(folder.path().join("out.json")).unwrap().contains("lane/under-routed"));
    assert_eq!(run(folder.path(), &["--dry-run"]).code, 2, "without --fix there is nothing to try");
}

#[test]
fn only_what_speaks_is_fixed() {
    let folder = repository(&[
        ("combined_risk_score: 60", "combined_risk_score: 61"),
        ("close_date_risk_days: 57", "close_date_risk_days: 58"),
    ]);
    let other = "exceptions/director/2026/SEB-2026-0043.yaml";
    let text = fs::read_to_string(folder.path().join(PATH)).unwrap();
    write(folder.path(), other, &text.replace("SEB-2026-0042", "SEB-2026-0043"));
    let ran = run(folder.path(), &["--fix", "--select", "lane/score-mismatch", PATH]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.error.ends_with("\nfixed 1 finding in 1 file\n"), "{}", ran.error);
    let now = fs::read_to_string(folder.path().join(PATH)).unwrap();
    assert_eq!(now, text.replace("combined_risk_score: 61", "combined_risk_score: 60"));
    assert!(fs::read_to_string(folder.path().join(other)).unwrap().contains("combined_risk_score: 61"));
    let ran = run(folder.path(), &["--fix", "--ignore", "lane/close-date-mismatch", "-q"]);
    assert_eq!((ran.code, ran.out.as_str(), ran.error.as_str()), (0, "", ""));
    assert!(fs::read_to_string(folder.path().join(other)).unwrap().contains("close_date_risk_days: 58"));
}

#[test]
fn a_record_asked_for_by_its_path_is_judged_where_it_moved_to() {
    let folder = repository(HIGH);
    let ran = run(folder.path(), &["--fix", PATH]);
    assert_eq!(ran.code, 0, "{}", ran.error);
    assert!(ran.out.starts_with("Clean: 1 board"), "{}", ran.out);
}

#[test]
fn guesses_wait_for_all() {
    let folder = repository(&[("impacted_assets", "impacted_asets")]);
    let before = snapshot(folder.path());
    let ran = run(folder.path(), &["--fix"]);
    assert_eq!((ran.code, ran.error.as_str()), (1, "nothing to fix\n"));
    assert_eq!(snapshot(folder.path()), before);
    assert_eq!(run(folder.path(), &["--fix=all"]).code, 0);
    assert_eq!(fs::read_to_string(folder.path().join(PATH)).unwrap(), base("proposed.yaml"));
}

#[test]
fn a_decision_is_not_edited() {
    let folder = repository(&[]);
    let text = changed(
        &base("approved.yaml"),
        &[
            ("combined_risk_score: 60", "combined_risk_score: 61"),
            ("next_review_due_at: 2026-07-06", "next_review_due_at: 2026-07-16"),
            ("close_date_risk_days: 71", "close_date_risk_days: 7"),
            ("requester_name: Priya Raman", "requester_name: 12"),
        ],
    );
    write(folder.path(), PATH, &text);
    let ran = run(folder.path(), &["--fix=all", "--format", "human"]);
    assert_eq!((ran.code, ran.error.as_str()), (1, "fixed 2 findings in 1 file\n"), "{}", ran.out);
    let wanted = changed(
        &text,
        &[
            ("next_review_due_at: 2026-07-16", "next_review_due_at: 2026-07-06"),
            ("close_date_risk_days: 7", "close_date_risk_days: 71"),
        ],
    );
    assert_eq!(fs::read_to_string(folder.path().join(PATH)).unwrap(), wanted);
    assert!(ran.out.contains("this takes a new decision"), "{}", ran.out);
    assert!(!ran.out.contains("can be mended"), "{}", ran.out);
}

#[test]
fn nothing_is_overwritten_by_a_move() {
    let folder = repository(HIGH);
    let other = "exceptions/executive/2026/SEB-2026-0042.yaml";
    write(folder.path(), other, "not: a record\n");
    let before = snapshot(folder.path());
    let ran = run(folder.path(), &["--fix", "--ignore", "lane/score-mismatch,lane/due-mismatch"]);
    assert_eq!(ran.code, 1);
    let told = format!(
        "not fixed: {PATH}: lane/under-routed: it would move to {other}, where something lies already"
    );
    assert!(ran.error.contains(&told), "{}", ran.error);
    assert_eq!(snapshot(folder.path()), before);
}

#[test]
fn a_disk_that_says_no_exits_3_and_leaves_whole_files() {
    let folder = repository(HIGH);
    write(folder.path(), "exceptions/executive", "a file where a folder should be\n");
    let other = "exceptions/director/2026/SEB-2026-0043.yaml";
    let wrong = [("SEB-2026-0042", "SEB-2026-0043"), ("combined_risk_score: 60", "combined_risk_score: 1")];
    write(folder.path(), other, &changed(&base("proposed.yaml"), &wrong));
    let mut before = snapshot(folder.path());
    let ran = run(folder.path(), &["--fix"]);
    assert_eq!(ran.code, 3, "{}", ran.out);
    assert!(ran.error.contains("cannot write exceptions/executive/2026/SEB-2026-0042.yaml"), "{}", ran.error);
    assert!(ran.error.contains("fixed 1 finding in 1 file"), "the other one is: {}", ran.error);
    assert!(ran.out.contains("lane/under-routed"), "{}", ran.out);
    let right = changed(&base("proposed.yaml"), &wrong[..1]);
    before.insert(PathBuf::from(other), right.into_bytes());
    assert_eq!(snapshot(folder.path()), before, "and no temporary file");
}

#[cfg(unix)]
#[test]
fn a_read_only_folder_exits_3_and_leaves_whole_files() {
    use std::os::unix::fs::PermissionsExt;
    let folder = repository(&[("combined_risk_score: 60", "combined_risk_score: 61")]);
    let before = snapshot(folder.path());
    let lane = folder.path().join(PATH).parent().unwrap().to_owned();
    fs::set_permissions(&lane, fs::Permissions::from_mode(0o555)).unwrap();
    let may_write = fs::write(lane.join("probe"), "").is_ok();
    let ran = run(folder.path(), &["--fix"]);
    fs::set_permissions(&lane, fs::Permissions::from_mode(0o755)).unwrap();
    if may_write {
        eprintln!("this user writes everywhere; the test says nothing here");
        return;
    }
    assert_eq!(ran.code, 3, "{}", ran.error);
    assert_eq!(snapshot(folder.path()), before);
}

#[cfg(unix)]
#[test]
fn a_link_leads_no_file_out_of_the_repository() {
    let outside = TempDir::new().unwrap();
    let folder = repository(HIGH);
    std::os::unix::fs::symlink(outside.path(), folder.path().join("exceptions/executive")).unwrap();
    let before = snapshot(folder.path());
    let ran = run(folder.path(), &["--fix"]);
    assert_eq!(ran.code, 3, "{}", ran.error);
    assert!(ran.error.contains("a link is in the way"), "{}", ran.error);
    assert_eq!(snapshot(folder.path()), before);
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[test]
fn a_file_that_changed_meanwhile_is_left_alone() {
    let folder = repository(&[]);
    let tree = WorkTree::discover(folder.path()).unwrap();
    let before = snapshot(folder.path());
    for to in [None, Some("exceptions/executive/2026/SEB-2026-0042.yaml")] {
        let error = tree.replace(PATH, b"what was judged\n", b"new\n", to).unwrap_err();
        assert!(matches!(error, StoreError::Changed(_)), "{error}");
        assert_eq!(snapshot(folder.path()), before);
    }
    let judged = base("proposed.yaml");
    let taken = "exceptions/director/2026/SEB-2026-0043.yaml";
    write(folder.path(), taken, "other\n");
    let before = snapshot(folder.path());
    let error = tree.replace(PATH, judged.as_bytes(), b"new\n", Some(taken)).unwrap_err();
    assert!(matches!(error, StoreError::Occupied { .. }), "{error}");
    assert_eq!(snapshot(folder.path()), before);
    tree.replace(PATH, judged.as_bytes(), b"new\n", None).unwrap();
    assert_eq!(fs::read(folder.path().join(PATH)).unwrap(), b"new\n");
}

#[test]
fn a_file_that_does_not_parse_is_not_fixed() {
    let folder = repository(&[("schema: security_exception_board_record_v1", "schema: nonsense\nx: &a 1")]);
    let before = snapshot(folder.path());
    let ran = run(folder.path(), &["--fix=all"]);
    assert_eq!((ran.code, ran.error.as_str()), (1, "nothing to fix\n"));
    assert!(!ran.out.contains("can be mended"), "{}", ran.out);
    assert_eq!(snapshot(folder.path()), before);
}
