//! What a vote covers: the digest as a contract, and what does and does not change it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::Arc;

use exboard::change::{
    Change, Covers, Version, canonical, covers, covers_digest, digest, frozen_changes, pair, voted_changes,
};
use exboard::policy::{KnownRule, Policy};
use exboard::record::Folder;
use exboard::rules::RULES;
use exboard::schema::{self, Kind};
use exboard::source::Source;
use proptest::prelude::*;

const APPROVED: &str = include_str!("rules/base/approved.yaml");
const PROPOSED: &str = include_str!("rules/base/proposed.yaml");
const READY: &str = include_str!("rules/base/ready.yaml");

fn policy() -> Policy {
    let known: Vec<_> = RULES.iter().map(|rule| KnownRule::from(&rule.info)).collect();
    let text = "version = 1\n[extensions]\nprogress = [\"ticket\"]\n";
    let sources = [
        Arc::new(Source::new("exboard.toml", text)),
        Arc::new(Source::new("policies/board.toml", include_str!("rules/base/board.toml"))),
    ];
    Policy::load(&sources, &known).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn version(text: &str) -> Version {
    let (kind, path) = match text.contains("_registry_v1") {
        true => (Kind::Registry, "registry/2026/REG-2026-0107.yaml"),
        false => (Kind::Board, "exceptions/director/2026/SEB-2026-0042.yaml"),
    };
    let root = Arc::from(path.split('/').next().unwrap());
    Version::read(Folder { kind, root, path: Arc::from(path) }, text.as_bytes().to_vec())
}

fn digest_of(text: &str) -> String {
    let version = version(text);
    assert!(version.readable, "{text}");
    digest(&version, &policy()).unwrap()
}

fn voted(before: &str, after: &str) -> Vec<String> {
    let changes = voted_changes(&version(before), &version(after), &policy());
    changes.iter().map(ToString::to_string).collect()
}

fn frozen(before: &str, after: &str) -> Vec<String> {
    let changes = frozen_changes(&version(before), &version(after), &policy());
    changes.iter().map(ToString::to_string).collect()
}

/// Votes and receipts carry these: a change here makes every vote that was ever cast stale.
#[test]
fn digests_are_a_contract() {
    for (text, expected) in [
        (APPROVED, "sha256:3cba681adad1b0e2df03e4f21557454e4054ee2e423cb452ed1d9fd4a82d294d"),
        (PROPOSED, "sha256:6ee0a4230451afc4c057bba7c95f5beaf9be132f0cc4899e3ab155b0189158a6"),
        (READY, "sha256:31e70eaa58975daa86582d028a2322d1e3166b5ffd9d04df49b1d20a81c42160"),
        (
            "schema: security_exception_board_record_v1\nexception_id: SEB-2026-0042\n",
            "sha256:91843335662b9479b218234665340b44bc9965c82b105fa3499f389e162eaaec",
        ),
    ] {
        assert_eq!(digest_of(text), expected, "{}", canonical(&version(text), &policy()).unwrap());
    }
}

#[test]
fn the_canonical_form_is_as_it_is_written_down() {
    let text = "\
# exboard: allow(lane/close-date-mismatch) until=2026-05-20 reason=\"the  CRM is down\"
close_date_risk_days: 3
schema: security_exception_board_record_v1
extensions: {ticket: 4, dpo: 7.0}
exception_id: SEB-2026-0042
decision_status: approved
decision_notes: why
rollback_plan: {executed_at: 2026-04-21T08:00:00Z, trigger: ' a\t b '}
recommended_compensating_controls: [{status: planned, id: c, evidence: [E1]}]
evidence_link: evidence/a.md
";
    let expected = concat!(
        r#"{"record":{"decision_status":"approved","evidence_link":[{"id":"E1","kind":"other","path":"evidence/a.md"}],"#,
        r#""exception_id":"SEB-2026-0042","extensions":{"dpo":7},"recommended_compensating_controls":[{"id":"c"}],"#,
        r#""rollback_plan":{"trigger":"a b"},"schema":"security_exception_board_record_v1"},"#,
        r#""suppressions":[{"field":"/close_date_risk_days","reason":"the CRM is down","#,
        r#""rule":"lane/close-date-mismatch","until":"2026-05-20"}]}"#
    );
    assert_eq!(canonical(&version(text), &policy()).unwrap(), expected);
    // Without what is optional and empty.
    let small = "schema: security_exception_board_record_v1\nextensions: {ticket: 1}\nevidence_link: []\n";
    let expected = r#"{"record":{"schema":"security_exception_board_record_v1"}}"#;
    assert_eq!(canonical(&version(small), &policy()).unwrap(), expected);
    // What cannot be read has no digest.
    assert_eq!(digest(&version("schema: [\n"), &policy()), None);
    assert_eq!(digest(&version("a: 1\na: 2\n"), &policy()), None);
}

/// The fields of records.md that no vote covers.
const FREE_BOARD: [&str; 8] = [
    "decision_notes",
    "decided_at",
    "decided_by",
    "next_review_due_at",
    "close_date_risk_days",
    "csf_functions",
    "reviews",
    "closure",
];

const VOTED_REGISTRY: [&str; 8] = [
    "exception_id",
    "pattern",
    "risk_level",
    "compensating_control",
    "meets_baseline",
    "response",
    "escalation",
    "evidence_links",
];

/// A record with another value in one top-level field.
fn altered(text: &str, field: &str) -> String {
    let mut kept = true;
    let rest: String = text
        .lines()
        .filter(|line| {
            if !line.starts_with([' ', '-']) {
                kept = line.split(':').next() != Some(field);
            }
            kept
        })
        .map(|line| format!("{line}\n"))
        .collect();
    match field {
        "evidence_link" | "evidence_links" => format!("{rest}{field}: [{{id: E9, kind: other}}]\n"),
        _ => format!("{rest}{field}: {{altered: true}}\n"),
    }
}

#[test]
fn each_field_is_voted_on_or_free() {
    for (text, kind) in [(APPROVED, Kind::Board), (READY, Kind::Registry)] {
        for field in schema::fields(kind).into_iter().filter(|field| *field != "schema") {
            let other = altered(text, field);
            let covered = match kind {
                Kind::Board => !FREE_BOARD.contains(&field),
                Kind::Registry => VOTED_REGISTRY.contains(&field),
            };
            assert_eq!(digest_of(text) != digest_of(&other), covered, "{field}");
            assert_eq!(!voted(text, &other).is_empty(), covered, "{field}: {:?}", voted(text, &other));
            if covered {
                let named = voted(text, &other);
                assert!(named.iter().all(|name| name.starts_with(&format!("/{field}"))), "{named:?}");
            }
            let written = ["decision_notes", "decided_at", "decided_by"].contains(&field);
            let is_frozen = (covered || written) && field != "decision_status" && field != "status";
            assert_eq!(!frozen(text, &other).is_empty(), is_frozen, "{field}");
        }
    }
    for (from, to, field) in [
        ("    status: implemented\n", "    status: verified\n", None),
        ("    completed_at: 2026-04-29\n", "", None),
        ("    evidence: [E1]\n", "    evidence: []\n", None),
        ("  within_hours: 72\n", "  within_hours: 72\n  triggered_at: 2026-05-01T00:00:00Z\n", None),
        ("  within_hours: 72\n", "  within_hours: 73\n", Some("/rollback_plan/within_hours")),
        ("    due: 2026-05-01\n", "    due: 2026-05-02\n", Some("/recommended_compensating_controls/0/due")),
        ("evidence_link:\n", "extensions: {ticket: open}\nevidence_link:\n", None),
        ("evidence_link:\n", "extensions: {dpo: true}\nevidence_link:\n", Some("/extensions")),
    ] {
        let other = APPROVED.replace(from, to);
        assert_ne!(other, APPROVED);
        assert_eq!(voted(APPROVED, &other), field.into_iter().collect::<Vec<_>>(), "{to}");
        assert_eq!(digest_of(APPROVED) != digest_of(&other), field.is_some(), "{to}");
    }
}

#[test]
fn suppressions_are_voted_on() {
    let with = |until: &str| {
        let comment = format!("# exboard: allow(mitigation/late) until={until} reason=\"x\"\n");
        APPROVED.replace("mitigation_owner:", &format!("{comment}mitigation_owner:"))
    };
    let (may, june) = (with("2026-05-20"), with("2026-06-20"));
    assert_eq!(voted(APPROVED, &may), ["/mitigation_owner (suppression of mitigation/late)"]);
    assert_eq!(voted(&may, &june), ["/mitigation_owner (suppression of mitigation/late)"]);
    assert_eq!(voted(&may, &may), [""; 0]);
    assert_ne!(digest_of(&may), digest_of(&june));
    // Any other comment is no part of it.
    assert_eq!(
        digest_of(&APPROVED.replace("mitigation_owner:", "# why\nmitigation_owner:")),
        digest_of(APPROVED)
    );
}

#[test]
fn evidence_that_is_only_added_makes_no_vote_stale() {
    let entry =
        "  - id: E2\n    kind: test_result\n    url: https://a.example/b\n    collected_at: 2026-04-21\n";
    let added = format!("{APPROVED}{entry}");
    assert_eq!(voted(APPROVED, &added), [""; 0]);
    assert_eq!(covers(&version(APPROVED), &version(&added), &policy()), Covers::Same);
    assert!(covers_digest(&digest_of(APPROVED), &version(&added), &policy()));
    // Removed again, it is missed; and a vote is no vote on less than it saw.
    let removed = ["/evidence_link/1".to_owned()];
    assert_eq!(covers(&version(&added), &version(APPROVED), &policy()), Covers::Changed(removed.into()));
    assert!(!covers_digest(&digest_of(&added), &version(APPROVED), &policy()));
    // Put before the others it is still only added, as far as one can see both versions.
    let before = APPROVED.replace("evidence_link:\n", &format!("evidence_link:\n{entry}"));
    assert_eq!(voted(APPROVED, &before), [""; 0]);
    assert!(!covers_digest(&digest_of(APPROVED), &version(&before), &policy()));
    // An entry that changed has changed, wherever it stands.
    let swapped = before.replace("export-service\n    collected_at", "other\n    collected_at");
    assert_eq!(voted(APPROVED, &swapped), ["/evidence_link/1/url"]);
    // A registry record may have had none.
    let none = altered(READY, "evidence_links").replace("evidence_links: [{id: E9, kind: other}]\n", "");
    assert!(covers_digest(&digest_of(&none), &version(READY), &policy()));
    // One string is an entry.
    let short = altered(APPROVED, "evidence_link").replace("[{id: E9, kind: other}]", "https://a.example/x");
    let long = short.replace(
        "evidence_link: https://a.example/x",
        "evidence_link: [{id: E1, kind: other, url: https://a.example/x}]",
    );
    assert_eq!(digest_of(&short), digest_of(&long));
    assert_eq!(voted(&short, &long), [""; 0]);
}

#[test]
fn another_record_or_none_is_not_covered() {
    let other = version(&APPROVED.replace("exception_id: SEB-2026-0042", "exception_id: SEB-2026-0043"));
    assert_eq!(
        covers(&version(APPROVED), &other, &policy()),
        Covers::Changed(vec!["/exception_id".to_owned()])
    );
    let broken = version("schema: [\n");
    assert!(matches!(covers(&broken, &other, &policy()), Covers::Unknown(_)));
    assert_eq!(covers(&other, &broken, &policy()), Covers::Changed(vec![String::new()]));
    assert!(!covers_digest("sha256:00", &other, &policy()));
}

fn change(before: Option<&str>, after: Option<&str>) -> Change {
    let side = |text: Option<&str>| text.map(version).into_iter().collect();
    pair(side(before), side(after)).pop().unwrap()
}

#[test]
fn a_change_decides_when_its_status_or_its_decision_is_new() {
    let again = APPROVED.replace("decided_at: 2026-04-21T08:00:00Z", "decided_at: 2026-07-01T08:00:00Z");
    let same_instant =
        APPROVED.replace("decided_at: 2026-04-21T08:00:00Z", "decided_at: 2026-04-21T10:00:00+02:00");
    let undated = altered(APPROVED, "decided_at");
    let revoked = APPROVED.replace("decision_status: approved", "decision_status: revoked");
    let misspelt = APPROVED.replace("decision_status: approved", "decision_status: aproved");
    for (before, after, path, decides) in [
        (None, Some(APPROVED), Some(vec!["draft", "proposed", "approved"]), true),
        (Some(PROPOSED), Some(APPROVED), Some(vec!["proposed", "approved"]), true),
        (Some(APPROVED), Some(&*again), Some(vec!["approved", "approved"]), true),
        (Some(APPROVED), Some(&*same_instant), Some(vec!["approved"]), false),
        (Some(APPROVED), Some(&*undated), Some(vec!["approved"]), false),
        (Some(APPROVED), Some(&*revoked), Some(vec!["approved", "revoked"]), false),
        (Some(APPROVED), Some(&*misspelt), None, false),
        (Some(APPROVED), None, None, false),
        (Some("schema: [\n"), Some(APPROVED), Some(vec!["draft", "proposed", "approved"]), true),
        (None, Some(READY), Some(vec!["new", "triaged", "drafted", "ready"]), false),
    ] {
        let change = change(before, after);
        let steps = change.steps().map(|steps| steps.unwrap().path);
        assert_eq!((steps, change.decides()), (path, decides));
    }
}

/// The top-level fields of a record as blocks of lines.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks: Vec<String> = Vec::new();
    for line in text.lines() {
        match blocks.last_mut() {
            Some(block) if line.starts_with([' ', '-']) => block.push_str(&format!("{line}\n")),
            _ => blocks.push(format!("{line}\n")),
        }
    }
    blocks
}

/// A block in another dress: what it says is the same.
fn dressed(block: &str, dress: u8) -> String {
    if block.lines().count() > 1 {
        // Deeper, whatever it is.
        let margin = " ".repeat(usize::from(dress));
        let line = |(index, line)| if index == 0 { format!("{line}\n") } else { format!("{margin}{line}\n") };
        return block.lines().enumerate().map(line).collect();
    }
    let (key, value) = block.split_once(": ").map_or((block, ""), |(key, value)| (key, value.trim_end()));
    let is_text = !value.is_empty()
        && !value.starts_with(['[', '{'])
        && value.parse::<f64>().is_err()
        && value != "true";
    match dress {
        0 if is_text => format!("{key}: \"{value}\"\n"),
        1 if is_text => format!("{key}: '{}'\n", value.replace('\'', "''")),
        2 if is_text => format!("{key}: |-\n  {}\n", value.replace(". ", ".\n  ")),
        3 if is_text => format!("{key}: >-\n    {}\n", value.replace(' ', "\n    ")),
        4 => format!("# a comment\n\n{}", block.replace('\n', "   # and another\n")),
        _ => block.to_owned(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn dress_and_order_do_not_matter(
        base in prop::sample::select(vec![APPROVED, PROPOSED, READY]),
        order in Just((0..60).collect::<Vec<usize>>()).prop_shuffle(),
        dress in prop::collection::vec(0_u8..6, 60),
    ) {
        let blocks = blocks(base);
        let text: String = order
            .iter()
            .filter_map(|at| Some((blocks.get(*at)?, dress[*at])))
            .map(|(block, dress)| dressed(block, dress))
            .collect();
        prop_assert_eq!(digest_of(&text), digest_of(base), "{}", text);
        prop_assert_eq!(voted(base, &text), Vec::<String>::new());
        prop_assert_eq!(frozen(base, &text), Vec::<String>::new());
    }
}
