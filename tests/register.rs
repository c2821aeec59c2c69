//! A hostile register: every record of one account and family. It is judged in bounded work, and each record says
//! little.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use exboard::check::{Input, Options, Outcome, RuleFilter, check};

use exboard::policy::Policy;
use exboard::rules::{Folder, NoFiles};
use exboard::schema::Kind;
use exboard::source::Source;
use exboard::time::parse_time;

/// How many records a hostile register has here.
const MANY: usize = 5_000;

#[derive(Debug)]
struct Consistency;

impl RuleFilter for Consistency {
    fn allows(&self, rule: &str) -> bool {
        rule.starts_with("consistency/")
    }
}

/// Judges the `consistency` rules over records made of the fields that they read.
fn judge(count: usize, record: &(dyn Fn(usize) -> String + Sync)) -> Outcome {
    let root: Arc<str> = Arc::from("exceptions");
    let records: Vec<Folder> = (0..count)
        .map(|index| {
            let path = Arc::from(format!("exceptions/{index:06}.yaml"));
            Folder { kind: Kind::Board, root: Arc::clone(&root), path }
        })
        .collect();
    let policy = Policy::load(&[Arc::new(Source::new("exboard.toml", "version = 1\n"))], &[]).unwrap();
    let now = parse_time("2026-11-20T09:00:00Z").unwrap().to_utc();
    let options =
        Options { policy: &policy, now, rules: Some(&Consistency), paths: &[], show_suppressed: false };
    let read = |folder: &Folder| {
        let index: usize = folder.stem().parse().map_err(|_| folder.path.to_string())?;
        Ok(format!(
            "schema: security_exception_board_record_v1\nexception_id: SEB-{index:06}\n{}",
            record(index)
        )
        .into_bytes())
    };
    check(Input { records: &records, strays: &[], files: &NoFiles, changes: None }, &read, &options)
}

fn counts(outcome: &Outcome) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for finding in &outcome.findings {
        *counts.entry(finding.rule.as_ref()).or_default() += 1;
    }
    counts
}

const SUBJECT: &str =
    "account_name: Meridian Bank\ncontrol_family: access\ndata_sensitivity_tier: internal\n";

#[test]
fn of_many_records_about_one_thing_each_says_one_sentence_a_rule() {
    // All approved, all on one asset.
    let outcome = judge(MANY, &|index| {
        let (exploitability, impact) = (60 + index % 5, 50);
        let received = format!("2026-10-{:02}T09:00:00Z", 1 + index % 28);
        format!(
            "{SUBJECT}decision_status: approved\nimpacted_assets: [wh-{index}, export-service]\n\
             exploitability_score: {exploitability}\nimpact_score: {impact}\nrequest_received_at: {received}\n"
        )
    });
    assert_eq!(counts(&outcome), BTreeMap::from([("consistency/overlap", MANY)]));
    for finding in &outcome.findings {
        assert_eq!(finding.related.len(), 3);
        assert!(finding.message.len() < 200, "{}", finding.message);
    }
    // All proposed: half of them easily exploited, the others with a hard impact.
    let split = judge(MANY, &|index| {
        let (exploitability, impact) = if index % 2 == 0 { (95, index % 40) } else { (index % 40, 95) };
        let received = format!("2026-10-{:02}T09:00:00Z", 1 + index % 28);
        format!(
            "{SUBJECT}decision_status: proposed\nexploitability_score: {exploitability}\n\
             impact_score: {impact}\nrequest_received_at: {received}\n"
        )
    });
    assert_eq!(counts(&split), BTreeMap::from([("consistency/split", MANY)]));
    assert!(split.findings.iter().all(|finding| finding.related.len() == 1));
}

#[test]
fn of_many_records_that_are_over_each_but_the_first_repeats_one() {
    let outcome = judge(MANY, &|index| {
        let received = format!("2026-{:02}-{:02}T09:00:00Z", 1 + index % 10, 1 + index % 28);
        format!("{SUBJECT}decision_status: rejected\nrequest_received_at: {received}\n")
    });
    assert_eq!(counts(&outcome), BTreeMap::from([("consistency/recurrence", MANY - 1)]));
}

#[test]
fn records_that_list_each_other_are_not_split_however_many_they_are() {
    const LINKED: usize = 400;
    let outcome = judge(LINKED, &|index| {
        let (exploitability, impact) = if index % 2 == 0 { (95, 0) } else { (0, 95) };
        let mut text = format!(
            "{SUBJECT}decision_status: proposed\nexploitability_score: {exploitability}\n\
             impact_score: {impact}\nrequest_received_at: 2026-10-01T09:00:00Z\nrelated: ["
        );
        // Each lists those after it; the last but one forgets the last.
        for other in (index + 1..LINKED).filter(|_| index != LINKED - 2) {
            write!(text, "SEB-{other:06}, ").unwrap();
        }
        text + "]\n"
    });
    let found: Vec<(&str, &str)> = outcome
        .findings
        .iter()
        .map(|finding| (finding.record.as_deref().unwrap(), finding.rule.as_ref()))
        .collect();
    let split = "consistency/split";
    assert_eq!(found, [("SEB-000398", split), ("SEB-000399", split)]);
}

/// The pairs of `consistency/split`, tried one by one.
fn split_by_trying(requests: &[(u8, u8, i64)]) -> Vec<usize> {
    let lane =
        |exploitability: u8, impact: u8| match (u32::from(exploitability) + u32::from(impact)).div_ceil(2) {
            0..=34 => 0,
            35..=69 => 1,
            _ => 2,
        };
    let reaches = |one: &(u8, u8, i64), other: &(u8, u8, i64)| {
        (one.2 - other.2).abs() <= 30
            && lane(one.0.max(other.0), one.1.max(other.1)) > lane(one.0, one.1).max(lane(other.0, other.1))
    };
    let found = |index: &usize| requests.iter().any(|other| reaches(&requests[*index], other));
    (0..requests.len()).filter(found).collect()
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 200, ..Default::default() })]
    #[test]
    fn split_finds_what_trying_every_pair_finds(
        requests in proptest::collection::vec((0_u8..=100, 0_u8..=100, 0_i64..=90), 0..12),
    ) {
        let first = exboard::time::parse_date("2026-01-01").expect("a date");
        let outcome = judge(requests.len(), &|index| {
            let (exploitability, impact, day) = requests[index];
            let day = first + chrono::TimeDelta::days(day);
            format!(
                "{SUBJECT}decision_status: proposed\nexploitability_score: {exploitability}\n\
                 impact_score: {impact}\nrequest_received_at: {day}T09:00:00Z\n"
            )
        });
        let found: Vec<usize> = outcome
            .findings
            .iter()
            .map(|finding| Path::new(&*finding.place.path).file_stem().unwrap().to_str().unwrap().parse().unwrap())
            .collect();
        proptest::prop_assert_eq!(found, split_by_trying(&requests));
    }
}
