//! What a change of a record is in the log: one row for each thing that can happen.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use exboard::change::{Change, Version, pair};
use exboard::log::events;
use exboard::policy::Policy;
use exboard::record::Folder;
use exboard::schema::Kind;
use exboard::source::Source;

const DRAFT: &str = include_str!("rules/base/draft.yaml");
const PROPOSED: &str = include_str!("rules/base/proposed.yaml");
const APPROVED: &str = include_str!("rules/base/approved.yaml");
const TRIAGED: &str = include_str!("rules/base/triaged.yaml");

const BOARD: &str = "exceptions/director/2026/SEB-2026-0042.yaml";
const REGISTRY: &str = "registry/2026/REG-2026-0107.yaml";
const PLAN: &str = "rollback_plan:\n  trigger: The job fails twice.\n  owner: mia\n  within_hours: 72";

/// A record with some of its lines put in place of others, or at its end.
fn with(record: &str, lines: &[&str]) -> String {
    let mut text = record.to_owned();
    for line in lines {
        let key = format!("{}:", line.split(':').next().unwrap());
        let old = text.lines().find(|old| old.starts_with(&key)).map(str::to_owned);
        match old {
            Some(old) => text = text.replacen(&old, line, 1),
            None => text += &format!("{line}\n"),
        }
    }
    text
}

fn version(path: &str, text: &str) -> Version {
    let root = path.split('/').next().unwrap();
    let kind = if root == "registry" { Kind::Registry } else { Kind::Board };
    let folder = Folder { kind, root: Arc::from(root), path: Arc::from(path) };
    Version::read(folder, text.as_bytes().to_vec())
}

/// The events of a change, each as the log writes it.
fn told_of(before: Option<(&str, &str)>, after: Option<(&str, &str)>) -> Vec<String> {
    let policy = Policy::load(&[Arc::new(Source::new("exboard.toml", "version = 1\n"))], &[]).unwrap();
    let side =
        |side: Option<(&str, &str)>| side.map(|(path, text)| version(path, text)).into_iter().collect();
    let changes: Vec<Change> = pair(side(before), side(after));
    let [change] = changes.as_slice() else { return Vec::new() };
    let line =
        |event: &_| serde_json::to_string(event).unwrap().replace(['"', '{', '}'], "").replace("event:", "");
    events(change, &policy).iter().map(line).collect()
}

fn told(path: &str, before: &str, after: &str) -> Vec<String> {
    told_of(Some((path, before)), Some((path, after)))
}

#[test]
fn what_happens_to_a_board_record() {
    let lane = "escalated_at: 2026-05-05T09:00:00Z";
    let over = |status: &str| with(APPROVED, &[&format!("decision_status: {status}")]);
    let review = "reviews:\n  - { at: 2026-05-02, by: ana, outcome: keep }";
    let second = format!("{review}\n  - {{ at: 2026-06-02, by: ben, outcome: end }}");
    for (before, after, events) in [
        (DRAFT.to_owned(), with(DRAFT, &["decision_status: proposed"]), vec!["proposed"]),
        (PROPOSED.to_owned(), with(PROPOSED, &["combined_risk_score: 70"]), vec!["rescored,from:60,to:70"]),
        (
            PROPOSED.to_owned(),
            with(PROPOSED, &["board_tier: executive"]),
            vec!["rerouted,from:director,to:executive"],
        ),
        (
            PROPOSED.to_owned(),
            with(PROPOSED, &["board_tier: executive", lane]),
            vec!["escalated,to:executive"],
        ),
        // Escalated already: the second tier is a new route.
        (
            with(PROPOSED, &["board_tier: executive", lane]),
            with(PROPOSED, &["board_tier: director", lane]),
            vec!["rerouted,from:executive,to:director"],
        ),
        (
            PROPOSED.to_owned(),
            with(
                PROPOSED,
                &["decision_status: approved", "decided_at: 2026-05-04T09:30:00Z", "decided_by: [dan]"],
            ),
            vec!["decided,approved:true,by:[dan],until:null,took:5400"],
        ),
        (
            PROPOSED.to_owned(),
            with(
                PROPOSED,
                &[
                    "decision_status: rejected",
                    "reopened_at: 2026-05-04T09:00:00Z",
                    "decided_at: 2026-05-04T09:30:00Z",
                    "decided_by: [dan]",
                ],
            ),
            vec!["decided,approved:false,by:[dan],until:null,took:1800"],
        ),
        (
            APPROVED.to_owned(),
            with(APPROVED, &["decided_at: 2026-07-01T08:00:00Z"]),
            vec!["renewed,by:[dan],until:2026-07-20"],
        ),
        (APPROVED.to_owned(), with(APPROVED, &[review]), vec!["reviewed,by:ana,outcome:keep"]),
        (with(APPROVED, &[review]), with(APPROVED, &[&second]), vec!["reviewed,by:ben,outcome:end"]),
        (APPROVED.to_owned(), over("expired"), vec!["lapsed"]),
        (APPROVED.to_owned(), over("revoked"), vec!["revoked"]),
        (PROPOSED.to_owned(), with(PROPOSED, &["decision_status: withdrawn"]), vec!["withdrawn"]),
        (over("expired"), over("proposed"), vec!["reopened"]),
        (over("revoked"), over("proposed"), vec!["reopened"]),
        (over("rejected"), over("proposed"), vec!["reopened"]),
        (
            over("expired"),
            with(&over("closed"), &["closure: { at: 2026-08-01T09:00:00Z, by: ana, reason: superseded }"]),
            vec!["closed,reason:superseded"],
        ),
        // Two steps of the lifecycle in one change are two events.
        (
            DRAFT.to_owned(),
            with(DRAFT, &["decision_status: rejected"]),
            vec!["proposed", "decided,approved:false,by:[],until:null,took:null"],
        ),
        (APPROVED.to_owned(), with(APPROVED, &["decision_notes: Other words."]), vec![]),
        (
            PROPOSED.to_owned(),
            with(PROPOSED, &["close_date_risk_days: 56", "control_family: logging"]),
            vec!["amended,fields:[/control_family]", "progressed,fields:[/close_date_risk_days]"],
        ),
    ] {
        assert_eq!(told(BOARD, &before, &after), events, "{before}\n=>\n{after}");
    }
}

#[test]
fn what_a_plan_meets() {
    let plan = |more: &str| {
        let (head, _) = APPROVED.split_once("rollback_plan:").unwrap();
        format!("{head}{PLAN}\n{more}")
    };
    let (triggered, executed) =
        ("  triggered_at: 2026-05-03T09:00:00Z\n", "  executed_at: 2026-05-03T12:00:00Z\n");
    let both = format!("{triggered}{executed}");
    let first = |before: &str, after: &str| told(BOARD, &plan(before), &plan(after));
    assert_eq!(first("", triggered)[0], "triggered");
    assert_eq!(first(triggered, &both)[0], "rolled_back");
    assert_eq!(first("", &both)[..2], ["triggered", "rolled_back"]);
    let later = both.replace("T12", "T13");
    assert_eq!(first(&both, &later)[0], "rolled_back");
    for (before, after) in [(&*both, ""), (&*both, triggered)] {
        let events = first(before, after);
        assert!(events.iter().all(|event| event != "triggered" && event != "rolled_back"), "{events:?}");
    }
}

#[test]
fn what_happens_to_a_registry_record() {
    let status = |status: &str| with(TRIAGED, &[&format!("status: {status}")]);
    let escalated =
        with(&status("escalated"), &["escalation: { legal_owner: ben, reason: It is critical. }"]);
    let closed =
        with(&status("closed"), &["closure: { at: 2026-08-01T09:00:00Z, by: ana, reason: deal_lost }"]);
    for (before, after, events) in [
        (status("new"), status("triaged"), vec!["triaged"]),
        (status("triaged"), status("drafted"), vec!["drafted"]),
        (status("drafted"), status("ready"), vec!["ready"]),
        (status("ready"), status("sent"), vec!["sent"]),
        (status("sent"), status("accepted"), vec!["accepted"]),
        (status("sent"), status("rejected"), vec!["refused"]),
        (status("rejected"), status("drafted"), vec!["reopened"]),
        (status("triaged"), escalated, vec!["escalated,to:ben"]),
        (status("accepted"), closed, vec!["closed,reason:deal_lost"]),
        (status("triaged"), status("sent"), vec!["drafted", "ready", "sent"]),
        (status("triaged"), with(TRIAGED, &["owner: ana"]), vec!["progressed,fields:[/owner]"]),
        (status("triaged"), with(TRIAGED, &["risk_level: critical"]), vec!["amended,fields:[/risk_level]"]),
    ] {
        assert_eq!(told(REGISTRY, &before, &after), events, "{before}\n=>\n{after}");
    }
}

#[test]
fn new_records_files_that_move_and_what_is_gone() {
    let new = |path: &'static str, text: &str| told_of(None, Some((path, text)));
    assert_eq!(new(BOARD, PROPOSED), ["opened", "proposed"]);
    assert_eq!(new(REGISTRY, TRIAGED), ["opened", "triaged"]);
    assert_eq!(told_of(Some((BOARD, PROPOSED)), None), ["removed"]);
    assert_eq!(told(BOARD, PROPOSED, "exception_id: SEB-2026-0042\nid: [\n"), ["unreadable"]);
    let elsewhere = "exceptions/executive/2026/SEB-2026-0042.yaml";
    let raised = with(PROPOSED, &["board_tier: executive"]);
    assert_eq!(
        told_of(Some((BOARD, PROPOSED)), Some((elsewhere, &raised))),
        ["rerouted,from:director,to:executive".to_owned(), format!("moved,from:{BOARD}")]
    );
}

#[test]
fn new_evidence_moves_a_record_on_and_other_evidence_amends_it() {
    let (added, other) = (
        format!("{APPROVED}  - id: E2\n    kind: test_result\n    url: https://ci.example.com/7\n"),
        APPROVED.replace("wiki.example.com", "docs.example.com"),
    );
    assert_eq!(told(BOARD, APPROVED, &added), ["progressed,fields:[/evidence_link/1]"]);
    assert_eq!(told(BOARD, APPROVED, &other), ["amended,fields:[/evidence_link/0/url]"]);
    assert_eq!(told(BOARD, &added, APPROVED), ["amended,fields:[/evidence_link/1]"]);
}
