//! Evidence in a real work tree: links, pointers, and what the fixes leave behind.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use exboard::check::{Input, Options, check};
use exboard::finding::{Finding, Severity};
use exboard::policy::{KnownRule, Policy};
use exboard::rules::RULES;
use exboard::store::WorkTree;
use exboard::time::parse_time;

const PROOF: &str = "f6ed42a9d765eeb230a069bbc3d5dc346b2669594bb0b83cc6d14d5d967b8961";
const RECORD: &str = "exceptions/director/2026/SEB-2026-0042.yaml";
const ANSWER: &str = "registry/2026/REG-2026-0107.yaml";

/// A repository with one base record, whose evidence list is replaced.
fn repository(base: &str, evidence: &str) -> tempfile::TempDir {
    let bases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/base");
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "exboard.toml", "version = 1\n");
    write(&folder, "policies/board.toml", &fs::read_to_string(bases.join("board.toml")).unwrap());
    write(&folder, "evidence/a.md", "proof\n");
    let record = fs::read_to_string(bases.join(format!("{base}.yaml"))).unwrap();
    let (path, field) =
        if base == "ready" { (ANSWER, "evidence_links:") } else { (RECORD, "evidence_link:") };
    let (before, list) = record.split_once(field).unwrap();
    let after = list.lines().skip(1).skip_while(|line| line.starts_with([' ', '-']));
    let after: String = after.map(|line| format!("{line}\n")).collect();
    write(&folder, path, &format!("{before}{evidence}{after}"));
    folder
}

fn write(folder: &tempfile::TempDir, path: &str, text: &str) {
    let path = folder.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn judge(folder: &tempfile::TempDir) -> Vec<Finding> {
    let tree = WorkTree::discover(folder.path()).unwrap();
    let mut sources = vec![tree.marker().unwrap()];
    sources.extend(tree.policy_files("policies").unwrap());
    let rules: Vec<_> = RULES.iter().map(|rule| KnownRule::from(&rule.info)).collect();
    let policy = Policy::load(&sources, &rules).unwrap();
    let listing = tree.list(&policy.exboard.paths).unwrap();
    let now = parse_time("2026-05-04T10:00:00Z").unwrap().to_utc();
    let options = Options { policy: &policy, now, rules: None, paths: &[], show_suppressed: false };
    let files = tree.files();
    let input = Input { records: &listing.records, strays: &listing.strays, files: &files, changes: None };
    check(input, &|folder| tree.read(folder), &options).findings
}

fn names(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| &*finding.rule).collect()
}

/// Applies the fixes of all findings, and gives the text of the record.
fn mend(folder: &tempfile::TempDir, findings: &[Finding]) -> String {
    let path = folder.path().join(&*findings[0].place.path);
    let mut text = fs::read_to_string(&path).unwrap();
    let mut edits: Vec<_> = findings
        .iter()
        .flat_map(|finding| finding.fix.clone().unwrap_or_else(|| panic!("{finding:?}")).edits)
        .collect();
    edits.sort_by_key(|edit| edit.span);
    for edit in edits.iter().rev() {
        text.replace_range(edit.span.start..edit.span.end, &edit.text);
    }
    fs::write(&path, &text).unwrap();
    text
}

#[test]
fn a_pin_is_written_wherever_the_path_stands() {
    let line = format!("sha256: {PROOF}");
    for (evidence, pinned) in [
        (
            "evidence_link:\n  - id: E1\n    kind: policy\n    path: evidence/a.md # the standard\n    collected_at: 2026-05-04\n",
            format!("    path: evidence/a.md # the standard\n    {line}\n    collected_at"),
        ),
        (
            "evidence_link:\n- path: 'evidence/a.md'\n  id: E1\n  kind: policy\n  collected_at: 2026-05-04\n",
            format!("- path: 'evidence/a.md'\n  {line}\n  id: E1"),
        ),
        (
            "evidence_link: [{id: E1, kind: policy, path: evidence/a.md, collected_at: 2026-05-04}]\n",
            format!("path: evidence/a.md, {line}, collected_at"),
        ),
        (
            "evidence_link:\n  - id: E1\n    kind: policy\n    collected_at: 2026-05-04\n    path: evidence/a.md\n  - { id: E2, kind: policy, collected_at: 2026-05-04, path: evidence/a.md }\n",
            format!(
                "    path: evidence/a.md\n    {line}\n  - {{ id: E2, kind: policy, collected_at: 2026-05-04, path: evidence/a.md, {line} }}"
            ),
        ),
    ] {
        let folder = repository("proposed", evidence);
        let findings = judge(&folder);
        assert!(
            !findings.is_empty() && names(&findings).iter().all(|rule| *rule == "evidence/unpinned"),
            "{findings:?}"
        );
        let text = mend(&folder, &findings);
        assert!(text.contains(&pinned), "{text}");
        assert_eq!(names(&judge(&folder)), [""; 0], "{text}");
    }
}

#[test]
fn one_string_in_place_of_the_list_is_an_undated_entry() {
    let folder = repository("proposed", "evidence_link: evidence/a.md\n");
    let findings = judge(&folder);
    assert_eq!(names(&findings), ["evidence/unpinned"]);
    assert!(findings[0].fix.is_none() && findings[0].place.field.as_deref() == Some("/evidence_link"));
    let folder = repository("approved", "evidence_link: http://wiki.example.com/a\n");
    assert_eq!(names(&judge(&folder)), ["evidence/insecure-url"], "E1 is declared, and it is an address");
    for (evidence, rule) in [
        ("evidence_link: ../a.md\n", "evidence/outside-repository"),
        ("evidence_link: evidence/none.md\n", "evidence/not-found"),
        ("evidence_link: evidence\n", "evidence/not-found"),
    ] {
        assert_eq!(names(&judge(&repository("approved", evidence))), [rule], "{evidence}");
    }
}

#[test]
fn a_list_in_brackets_gets_no_new_entry() {
    let evidence = format!(
        "evidence_link:\n  [{{ id: E1, kind: policy, path: evidence/a.md, sha256: {}, collected_at: 2026-05-01 }}]\n",
        "ab".repeat(32)
    );
    let findings = judge(&repository("approved", &evidence));
    assert_eq!(names(&findings), ["evidence/changed"]);
    assert!(findings[0].fix.is_none());
}

#[test]
fn a_look_at_a_changed_file_is_a_new_entry() {
    let old = "ab".repeat(32);
    for tail in ["", "    excerpt: |\n      A line.\n\n", "    valid_until: 2026-06-01 # then a new one\n"] {
        let evidence = format!(
            "evidence_link:\n  - id: E1\n    kind: policy\n    path: evidence/a.md\n    sha256: {old}\n    collected_at: 2026-05-01\n{tail}"
        );
        let folder = repository("approved", &evidence);
        let findings = judge(&folder);
        assert_eq!(names(&findings), ["evidence/changed"]);
        let text = mend(&folder, &findings);
        assert!(text.contains(&format!(
            "\n  - id: E2\n    kind: policy\n    path: evidence/a.md\n    sha256: {PROOF}\n    collected_at: 2026-05-04\n"
        )));
        assert!(text.contains(&old), "the first look stays");
        assert_eq!(names(&judge(&folder)), [""; 0], "{text}");
    }
}

#[test]
fn a_pointer_is_judged_by_what_it_points_to() {
    let oid = "cd".repeat(32);
    let evidence = format!(
        "evidence_link:\n  - id: E1\n    kind: policy\n    path: evidence/big.pdf\n    sha256: {oid}\n    collected_at: 2026-05-04\n"
    );
    let folder = repository("proposed", &evidence);
    let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 123456\n");
    write(&folder, "evidence/big.pdf", &pointer);
    assert_eq!(names(&judge(&folder)), [""; 0]);
    write(&folder, "evidence/big.pdf", &pointer.replace(&oid, &"ef".repeat(32)));
    assert_eq!(names(&judge(&folder)), ["evidence/changed"]);
}

#[cfg(unix)]
#[test]
fn a_link_to_the_outside_is_never_followed_not_even_for_a_finished_record() {
    let evidence = "evidence_link:\n  - id: E1\n    kind: policy\n    path: evidence/out/secret\n    collected_at: 2026-04-20\n";
    for status in ["approved", "expired"] {
        let folder = repository("approved", evidence);
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret"), "x").unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("evidence/out")).unwrap();
        let path = folder.path().join(RECORD);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("decision_status: approved", &format!("decision_status: {status}")))
            .unwrap();
        let findings = judge(&folder);
        assert_eq!(names(&findings), ["evidence/outside-repository"]);
        assert!(findings[0].message.contains("`evidence/out` is a link"), "{}", findings[0].message);
    }
}

#[test]
fn a_gate_weighs_more_once_the_answer_is_ready() {
    let evidence = "evidence_links:\n  - id: E7\n    kind: architecture\n    url: https://wiki.example.com/a\n    collected_at: 2026-05-04\n";
    for (status, severity) in [("ready", Severity::Error), ("drafted", Severity::Warning)] {
        let folder = repository("ready", evidence);
        let path = folder.path().join(ANSWER);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("status: ready", &format!("status: {status}"))).unwrap();
        let findings = judge(&folder);
        let dangling = findings.iter().find(|finding| finding.rule == "evidence/dangling").unwrap();
        assert_eq!(dangling.severity, severity, "{status}");
        assert!(findings.iter().any(|finding| finding.rule == "evidence/unused"), "{findings:?}");
    }
}

#[test]
fn an_empty_roster_is_told_once_and_as_a_warning() {
    let evidence = "evidence_link:\n  - id: E1\n    kind: policy\n    url: https://wiki.example.com/a\n    collected_at: 2026-05-04\n";
    let folder = repository("approved", evidence);
    let text = fs::read_to_string(folder.path().join(RECORD)).unwrap();
    write(
        &folder,
        &RECORD.replace("42", "43"),
        &text.replace("0042", "0043").replace("Meridian Bank", "Another Bank"),
    );
    fs::remove_file(folder.path().join("policies/board.toml")).unwrap();
    let findings = judge(&folder);
    assert_eq!(names(&findings), ["mitigation/unknown-person"]);
    let only = &findings[0];
    assert_eq!((only.severity, &*only.place.path), (Severity::Warning, "policies/board.toml"));
}

#[test]
fn what_cannot_be_read_is_the_schemas_affair_alone() {
    let evidence = "evidence_link:\n  - id: e1\n    kind: policy\n    path: evidence/a.md\n    sha256: abc\n    collected_at: soon\n    valid_until: 1\n";
    let findings = judge(&repository("approved", evidence));
    assert!(!findings.is_empty());
    assert!(names(&findings).iter().all(|rule| *rule == "schema/invalid"), "{findings:?}");
}

#[test]
fn several_changed_files_get_an_entry_each() {
    let old = "ab".repeat(32);
    let entry = |id: &str, path: &str| {
        format!(
            "  - id: {id}\n    kind: policy\n    path: evidence/{path}\n    sha256: {old}\n    collected_at: 2026-05-01\n"
        )
    };
    let list = entry("E1", "a.md") + &entry("E2", "b.md") + &entry("E3", "a.md");
    let folder = repository("approved", &format!("evidence_link:\n{list}"));
    write(&folder, "evidence/b.md", "more proof\n");
    let findings = judge(&folder);
    assert_eq!(names(&findings), ["evidence/changed"; 3]);
    let fixable: Vec<Finding> = findings.into_iter().filter(|finding| finding.fix.is_some()).collect();
    assert_eq!(fixable.len(), 2);
    let text = mend(&folder, &fixable);
    assert!(text.contains("- id: E4\n") && text.contains("- id: E5\n"), "{text}");
    assert_eq!(names(&judge(&folder)), [""; 0], "{text}");
}
