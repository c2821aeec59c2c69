//! A change set is judged: its records, what it can have broken of others, and what it excuses.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use exboard::change::{
    Ballots, Change, Circumstances, Covers, LostReceipt, Past, Stance, Version, Vote, Voter, pair,
};
use exboard::check::{ChangeInput, ChangeSet, Input, Options, Outcome, check, check_changes, judge_changes};
use exboard::finding::{Severity, Side};
use exboard::policy::{KnownRule, Policy, Tier, VoteSource};
use exboard::record::Folder;
use exboard::rules::{Digest, Files, Look, NoFiles, RULES};
use exboard::schema::Kind;
use exboard::source::Source;
use exboard::time::{Instant, parse_time};

const DRAFT: &str = include_str!("rules/base/draft.yaml");
const PROPOSED: &str = include_str!("rules/base/proposed.yaml");
const APPROVED: &str = include_str!("rules/base/approved.yaml");
const JUST_APPROVED: &str = include_str!("rules/base/just-approved.yaml");
const READY: &str = include_str!("rules/base/ready.yaml");

const BOARD: &str = "exceptions/director/2026/SEB-2026-0042.yaml";
const REGISTRY: &str = "registry/2026/REG-2026-0107.yaml";

fn policy(exboard: &str) -> Policy {
    let known: Vec<_> = RULES.iter().map(|rule| KnownRule::from(&rule.info)).collect();
    let sources = [
        Arc::new(Source::new("exboard.toml", format!("version = 1\n{exboard}"))),
        Arc::new(Source::new("policies/board.toml", include_str!("rules/base/board.toml"))),
        Arc::new(Source::new("policies/registry.toml", "[owners]\nlow = \"mia\"\n")),
    ];
    Policy::load(&sources, &known).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn time(text: &str) -> Instant {
    parse_time(text).unwrap().to_utc()
}

fn folder(path: &str) -> Folder {
    let root = path.split('/').next().unwrap();
    let kind = if root == "registry" { Kind::Registry } else { Kind::Board };
    Folder { kind, root: Arc::from(root), path: Arc::from(path) }
}

fn versions(files: &[(&str, &str)]) -> Vec<Version> {
    files.iter().map(|(path, text)| Version::read(folder(path), text.as_bytes().to_vec())).collect()
}

/// A scene with its defaults: nothing around, nobody read votes.
struct Scene<'a> {
    before: Vec<(&'a str, &'a str)>,
    after: Vec<(&'a str, &'a str)>,
    others: Vec<(&'a str, &'a str)>,
    exboard: &'a str,
    now: &'a str,
    circumstances: Circumstances,
    touched: BTreeSet<String>,
    past: Option<Past>,
    ballots: Ballots,
}

impl Default for Scene<'_> {
    fn default() -> Self {
        Scene {
            before: Vec::new(),
            after: Vec::new(),
            others: Vec::new(),
            exboard: "",
            now: "2026-05-04T10:00:00Z",
            circumstances: Circumstances::default(),
            touched: BTreeSet::new(),
            past: None,
            ballots: Ballots::Unread,
        }
    }
}

impl Scene<'_> {
    fn judge(&self) -> Outcome {
        let policy = policy(self.exboard);
        let mut changes = pair(versions(&self.before), versions(&self.after));
        for change in &mut changes {
            change.past.clone_from(&self.past);
            change.ballots.clone_from(&self.ballots);
        }
        let set = ChangeSet {
            changes: &changes,
            circumstances: &self.circumstances,
            unchanged: &BTreeSet::new(),
            head: None,
            lost: &[],
        };
        let texts: BTreeMap<&str, &str> = self.others.iter().copied().collect();
        let others: Vec<Folder> = texts.keys().map(|path| folder(path)).collect();
        let input =
            ChangeInput { set, others: &others, strays: &[], files: &NoFiles, touched: &self.touched };
        let read = |folder: &Folder| Ok(texts[&*folder.path].as_bytes().to_vec());
        check_changes(input, &read, &options(&policy, self.now))
    }

    fn told(&self) -> Vec<String> {
        told(&self.judge())
    }
}

fn options<'a>(policy: &'a Policy, now: &str) -> Options<'a> {
    Options { policy, now: time(now), rules: None, paths: &[], show_suppressed: false }
}

fn told(outcome: &Outcome) -> Vec<String> {
    outcome.findings.iter().map(|finding| format!("{}[{}]", finding.severity, finding.rule)).collect()
}

#[test]
fn a_lapse_from_before_is_a_warning_in_somebody_elses_change() {
    let late = "2026-05-05T09:30:00Z";
    let typo = PROPOSED.replace("a month", "one month").replace("the one place left", "the last place left");
    let mut scene =
        Scene { before: vec![(BOARD, PROPOSED)], after: vec![(BOARD, &typo)], now: late, ..Scene::default() };
    assert_eq!(scene.told(), ["warning[lane/missed-sla]"]);
    // Who brings it brings an error, and so does who was not late before.
    scene.before.clear();
    assert_eq!(scene.told(), ["error[lane/missed-sla]"]);
    let draft = PROPOSED.replace("decision_status: proposed", "decision_status: draft");
    scene.before = vec![(BOARD, &draft)];
    assert_eq!(scene.told(), ["error[lane/missed-sla]"]);
    // Only what time did is excused.
    let wrong = PROPOSED.replace("combined_risk_score: 60", "combined_risk_score: 61");
    let also = wrong.replace("left.", "left!");
    let scene = Scene { before: vec![(BOARD, &wrong)], after: vec![(BOARD, &also)], ..Scene::default() };
    assert_eq!(scene.told(), ["error[lane/score-mismatch]"]);
}

#[test]
fn without_votes_a_decision_is_told_as_unjudged_and_nothing_else_is() {
    let decision =
        Scene { before: vec![(BOARD, PROPOSED)], after: vec![(BOARD, JUST_APPROVED)], ..Scene::default() };
    let outcome = decision.judge();
    assert_eq!(told(&outcome), [""; 0]);
    let rules: Vec<&str> = outcome.unjudged.iter().map(|one| one.rule.as_ref()).collect();
    assert_eq!(
        rules,
        ["lane/approval-missing", "lane/decider-mismatch", "lane/self-approval", "lane/stale-approval"]
    );
    assert_eq!(outcome.unjudged[0].reason, "votes are read in the pull request");
    let edit = PROPOSED.replace("left.", "left!");
    let edit = Scene { before: vec![(BOARD, PROPOSED)], after: vec![(BOARD, &edit)], ..Scene::default() };
    assert_eq!(edit.judge().unjudged, []);
}

fn vote(person: &str) -> Vote {
    Vote {
        by: Voter::Person(person.to_owned()),
        source: VoteSource::Signature,
        stance: Stance::Approves,
        on: None,
        at: None,
        covers: Covers::Same,
        void: None,
        reference: String::new(),
    }
}

#[test]
fn a_lower_lane_is_decided_by_the_higher_tier_of_the_past() {
    let past = Past { highest_lane: Some(Tier::Executive), ..Past::default() };
    let decided = JUST_APPROVED.replace("decided_by: [dan]", "decided_by: [dan, eva]");
    let mut scene = Scene {
        before: vec![(BOARD, PROPOSED)],
        after: vec![(BOARD, &decided)],
        ballots: Ballots::Read(vec![vote("dan")]),
        past: Some(past),
        ..Scene::default()
    };
    let outcome = scene.judge();
    assert_eq!(told(&outcome), ["error[lane/approval-missing]"]);
    let message = &outcome.findings[0].message;
    assert!(
        message.contains("2 votes of the tier `executive` (its highest lane since the last decision)"),
        "{message}"
    );
    // The record had none of its evidence when it was there, and so what it has now is new.
    scene.ballots = Ballots::Read(vec![vote("dan"), vote("eva")]);
    assert_eq!(scene.told(), [""; 0]);
    scene.past.as_mut().unwrap().evidence_then.insert("E1".to_owned());
    assert_eq!(scene.told(), ["error[lane/score-shopping]"]);
}

#[test]
fn adoption_takes_all_as_it_is_but_what_goes_away() {
    let circumstances = Circumstances { adoption: true, ..Circumstances::default() };
    let mut scene = Scene { after: vec![(BOARD, APPROVED)], circumstances, ..Scene::default() };
    let outcome = scene.judge();
    assert_eq!((told(&outcome), outcome.unjudged.len(), outcome.board), (vec![], 0, 1));
    scene.before = vec![("exceptions/old/SEB-2026-0001.yaml", "schema: [\n")];
    let outcome = scene.judge();
    assert_eq!(told(&outcome), ["error[history/record-deleted]"]);
    let gone = &outcome.findings[0];
    assert_eq!((gone.side, gone.record.as_deref()), (Side::Base, Some("SEB-2026-0001")));
    let source = outcome.source(gone, &gone.place.path).unwrap();
    assert_eq!(source.text(), "schema: [\n");
    // Anywhere else the same is a decision without its votes.
    scene.circumstances.adoption = false;
    scene.ballots = Ballots::Read(Vec::new());
    assert!(scene.told().contains(&"error[lane/approval-missing]".to_owned()));
}

#[test]
fn of_other_records_only_what_the_change_broke_is_told() {
    // The answer is out on the strength of a board record.
    let sent = READY.replace("status: ready", "status: sent\nboard_exception_id: SEB-2026-0042");
    let rejected = JUST_APPROVED
        .replace("decision_status: approved", "decision_status: rejected")
        .replace("approved_until: 2026-07-20\nnext_review_due_at: 2026-07-06\n", "");
    let mut scene = Scene {
        before: vec![(BOARD, PROPOSED)],
        after: vec![(BOARD, &rejected)],
        others: vec![(REGISTRY, &sent)],
        ..Scene::default()
    };
    // It was in conflict before, and is now: whoever decides is not the one to be told.
    assert_eq!(scene.told(), [""; 0]);
    scene.before = vec![(BOARD, JUST_APPROVED)];
    let outcome = scene.judge();
    assert_eq!(told(&outcome), ["error[consistency/conflicting-decision]"]);
    assert_eq!(&*outcome.findings[0].place.path, REGISTRY);
    assert!(outcome.findings[0].place.range.is_some());
    assert_eq!((outcome.board, outcome.registry), (1, 0));
    // What is wrong with another record by itself is its own affair.
    let wrong = sent.replace("pattern: architecture-deviation", "pattern: nonsense");
    scene.before = vec![(BOARD, PROPOSED)];
    scene.others = vec![(REGISTRY, &wrong)];
    assert_eq!(scene.told(), [""; 0]);
    // An id that is taken is told on what takes it, and on the other.
    let copy = "exceptions/intake/2026/SEB-2026-0042.yaml";
    let scene =
        Scene { after: vec![(copy, DRAFT)], others: vec![(BOARD, JUST_APPROVED)], ..Scene::default() };
    assert_eq!(scene.told(), ["error[schema/duplicate-id]"; 2]);
}

#[test]
fn a_record_that_lives_on_elsewhere_is_not_gone() {
    let copy = "exceptions/intake/2026/SEB-2026-0042.yaml";
    let mut scene =
        Scene { before: vec![(copy, DRAFT)], others: vec![(BOARD, APPROVED)], ..Scene::default() };
    assert_eq!(scene.told(), [""; 0]);
    scene.others.clear();
    assert_eq!(scene.told(), ["error[history/record-deleted]"]);
}

#[test]
fn evidence_that_the_change_removed_is_missed_where_it_is_cited() {
    let cites = APPROVED.replace("url: https://wiki.example.com/export-service", "path: evidence/a.md");
    let edited = READY.replace("its use is logged", "every use is logged");
    let mut scene = Scene {
        before: vec![(REGISTRY, READY)],
        after: vec![(REGISTRY, &edited)],
        others: vec![(BOARD, &cites)],
        ..Scene::default()
    };
    assert_eq!(scene.told(), [""; 0]);
    scene.touched.insert("evidence/a.md".to_owned());
    assert_eq!(scene.told(), ["error[evidence/not-found]"]);
}

#[test]
fn rules_of_the_repository_judge_changes() {
    let rule = |assert: &str| {
        format!(
            "[[rule]]\nid = 'custom/slow'\nscope = 'change'\nkind = 'security_exception_board_record_v1'\n\
             severity = 'error'\nassert = \"{assert}\"\nfield = '/impact_score'\nmessage = 'one step at a time'\n"
        )
    };
    let higher =
        PROPOSED.replace("impact_score: 50", "impact_score: 52").replace("risk_score: 60", "risk_score: 61");
    let falls = rule("before == null || record.impact_score <= before.impact_score");
    let mut scene = Scene {
        before: vec![(BOARD, PROPOSED)],
        after: vec![(BOARD, &higher)],
        exboard: &falls,
        ..Scene::default()
    };
    let outcome = scene.judge();
    assert_eq!((told(&outcome), outcome.unjudged.len()), (vec!["error[custom/slow]".to_owned()], 0));
    assert_eq!(outcome.findings[0].record.as_deref(), Some("SEB-2026-0042"));
    scene.before.clear();
    assert_eq!(scene.told(), [""; 0]);
    // A comment in the record may hide it, where the rule says so.
    let soft = format!("{falls}suppressible = true\n");
    let comment = "# exboard: allow(custom/slow) until=2026-05-20 reason=\"agreed\"\nimpact_score";
    let hidden = higher.replace("impact_score", comment);
    let hiding = Scene {
        before: vec![(BOARD, PROPOSED)],
        after: vec![(BOARD, &hidden)],
        exboard: &soft,
        ..Scene::default()
    };
    let outcome = hiding.judge();
    assert_eq!((told(&outcome), outcome.suppressed.len()), (vec![], 1));
    let broken = rule("record.impact_score <= before.impact_score");
    scene.exboard = &broken;
    assert_eq!(scene.told(), ["error[custom/slow]"]);
    scene.circumstances.adoption = true;
    assert_eq!(scene.told(), [""; 0]);
}

/// Judges a whole register of one record with what is known of its change.
fn whole(before: Option<&str>, after: &str) -> Outcome {
    let policy = policy("");
    let changes = pair(
        versions(&before.map(|text| (BOARD, text)).into_iter().collect::<Vec<_>>()),
        versions(&[(BOARD, after)]),
    );
    let records = [folder(BOARD)];
    let input = Input { records: &records, strays: &[], files: &NoFiles, changes: Some(&changes) };
    check(input, &|_| Ok(after.as_bytes().to_vec()), &options(&policy, "2026-05-04T10:00:00Z"))
}

#[test]
fn a_whole_register_knows_what_is_decided_just_now() {
    let wrong = |text: &str| text.replace("combined_risk_score: 60", "combined_risk_score: 61");
    // Decided long ago, it is history's affair.
    assert_eq!(told(&whole(Some(&wrong(APPROVED)), &wrong(APPROVED))), [""; 0]);
    // Just now, it is judged and can be mended.
    for before in [None, Some(PROPOSED)] {
        let outcome = whole(before, &wrong(JUST_APPROVED));
        assert_eq!(told(&outcome), ["error[lane/score-mismatch]"]);
        assert!(outcome.findings[0].fix.is_some());
    }
    // Decided before and edited since, nothing that is frozen is mended.
    let unpinned = APPROVED.replace("export-service\n    collected_at", "export-service2\n    collected_at");
    let moved = unpinned.replace("next_review_due_at: 2026-07-06", "next_review_due_at: 2026-07-07");
    assert_eq!(told(&whole(Some(&unpinned), &moved)), [""; 0]);
    let again = moved.replace("decided_at: 2026-04-21T08:00:00Z", "decided_at: 2026-05-01T08:00:00Z");
    let outcome = whole(Some(&unpinned), &again);
    assert_eq!(told(&outcome), ["error[expiry/review-window]"]);
}

struct OneFile;

impl std::fmt::Debug for OneFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OneFile")
    }
}

impl Files for OneFile {
    fn look(&self, _path: &str) -> Look {
        Look::File
    }

    fn digest(&self, _path: &str) -> Result<Digest, Arc<str>> {
        Ok(Digest { sha256: Arc::from("ab".repeat(32)), lfs: None })
    }
}

#[test]
fn fixes_of_what_a_decision_froze_are_withheld_by_the_true_before() {
    let policy = policy("");
    let unpinned =
        |text: &str| text.replace("url: https://wiki.example.com/export-service", "path: evidence/a.md");
    let judge = |before: &str, after: &str| {
        let changes = pair(versions(&[(BOARD, before)]), versions(&[(BOARD, after)]));
        let records = [folder(BOARD)];
        let input = Input { records: &records, strays: &[], files: &OneFile, changes: Some(&changes) };
        let outcome =
            check(input, &|_| Ok(after.as_bytes().to_vec()), &options(&policy, "2026-05-04T10:00:00Z"));
        let finding =
            outcome.findings.into_iter().find(|finding| finding.rule == "evidence/unpinned").unwrap();
        finding.fix.is_some()
    };
    let (proposed, decided) = (unpinned(PROPOSED), unpinned(JUST_APPROVED));
    assert!(judge(&proposed, &decided), "being decided just now");
    assert!(!judge(&decided, &decided), "decided before");
    assert!(!judge(&decided, &decided.replace("left.", "left!")), "decided before, and edited");
    let again = decided.replace("decided_at: 2026-05-04T09:30:00Z", "decided_at: 2026-05-04T09:45:00Z");
    assert!(judge(&decided, &again), "decided anew");
}

#[test]
fn suppressions_hide_in_a_change_set_as_anywhere() {
    let comment = "# exboard: allow(scope/blanket) until=2026-05-20 reason=\"being listed\"\n";
    let all = PROPOSED.replace("impacted_assets: [export-service]", "impacted_assets: [production]");
    let hidden = all.replace("impacted_assets", &format!("{comment}impacted_assets"));
    let scene =
        |after| Scene { before: vec![(BOARD, PROPOSED)], after: vec![(BOARD, after)], ..Scene::default() };
    assert_eq!(scene(&all).told(), ["error[scope/blanket]"]);
    let outcome = scene(&hidden).judge();
    assert_eq!((told(&outcome), outcome.suppressed.len()), (vec![], 1));
    // Those of other records are not asked for.
    let mut other = scene(PROPOSED);
    let elsewhere = APPROVED.replace("impacted_assets", &format!("{comment}impacted_assets"));
    other.after.clear();
    other.before.clear();
    other.others = vec![(BOARD, &elsewhere)];
    assert_eq!(other.told(), [""; 0]);
}

#[test]
fn history_judges_changes_alone_and_says_which_commit() {
    let policy = policy("");
    let edited = APPROVED.replace("[export-service]", "[export-service, billing]");
    let mut wrong: Vec<Change> = pair(versions(&[(BOARD, APPROVED)]), versions(&[(BOARD, &edited)]));
    wrong[0].ballots = Ballots::Read(Vec::new());
    let circumstances = Circumstances { commit: Some("ab".repeat(20)), ..Circumstances::default() };
    let lost = [LostReceipt { commit: "cd".repeat(20), pull_request: None, records: Vec::new() }];
    let unchanged = BTreeSet::new();
    let set = ChangeSet {
        changes: &wrong,
        circumstances: &circumstances,
        unchanged: &unchanged,
        head: None,
        lost: &lost,
    };
    // In 2027 the approval is long over, and that is no affair of the change.
    let outcome = judge_changes(&set, &options(&policy, "2027-05-04T10:00:00Z"));
    assert_eq!(told(&outcome), ["error[history/rewritten]", "error[history/decided-record-edited]"]);
    assert!(outcome.findings.iter().all(|finding| finding.commit == circumstances.commit));
    assert!(outcome.findings.iter().all(|finding| finding.severity == Severity::Error));
}

#[test]
fn a_finding_shows_what_stood_there_before_where_something_did() {
    let edited = APPROVED.replace("twice in a row", "ten times in a row");
    let added = format!("{APPROVED}extensions:\n  dpo: true\n");
    for (after, rule, shown) in [
        (&edited, "history/decided-record-edited", vec!["what was decided"]),
        (&added, "history/decided-record-edited", vec![]),
    ] {
        let scene =
            Scene { before: vec![(BOARD, APPROVED)], after: vec![(BOARD, after)], ..Scene::default() };
        let outcome = scene.judge();
        let finding = outcome.findings.iter().find(|finding| finding.rule == rule).unwrap();
        let related: Vec<&str> = finding.related.iter().map(|related| related.message.as_str()).collect();
        assert_eq!(related, shown);
    }
}

#[test]
fn what_is_short_of_votes_says_who_may_still_vote() {
    let objection = Vote { stance: Stance::Objects, ..vote("dan") };
    let high = JUST_APPROVED.replace("decided_by: [dan]", "decided_by: [dan, eva]");
    let executive = Past { highest_lane: Some(Tier::Executive), ..Past::default() };
    for (after, authors, past, votes, help) in [
        (JUST_APPROVED, vec![], None, vec![], "may still vote: `dan`, `eva`; by an approving review"),
        (JUST_APPROVED, vec!["dan"], None, vec![], "may still vote: `eva`; by an approving review"),
        (
            JUST_APPROVED,
            vec!["dan", "eva"],
            None,
            vec![],
            "nobody may still vote: name more people in the tier `director`",
        ),
        (JUST_APPROVED, vec![], None, vec![objection], "answer the objection: it stands until"),
        (
            &high,
            vec!["dan"],
            Some(executive.clone()),
            vec![],
            "only `eva` may still vote: name more people in the tier `executive`",
        ),
        (&high, vec![], Some(executive), vec![], "may still vote: `dan`, `eva`; by"),
    ] {
        let mut changes = pair(versions(&[(BOARD, PROPOSED)]), versions(&[(BOARD, after)]));
        for change in &mut changes {
            change.authors.extend(authors.iter().map(|person| Voter::Person((*person).to_owned())));
            change.past.clone_from(&past);
            change.ballots = Ballots::Read(votes.clone());
        }
        let set = ChangeSet {
            changes: &changes,
            circumstances: &Circumstances::default(),
            unchanged: &BTreeSet::new(),
            head: None,
            lost: &[],
        };
        let touched = BTreeSet::new();
        let input = ChangeInput { set, others: &[], strays: &[], files: &NoFiles, touched: &touched };
        let policy = policy("");
        let outcome = check_changes(input, &|_| Ok(Vec::new()), &options(&policy, "2026-05-04T10:00:00Z"));
        let finding =
            outcome.findings.iter().find(|finding| finding.rule == "lane/approval-missing").unwrap();
        assert!(finding.help.as_deref().unwrap().starts_with(help), "{help}\n{finding:?}");
    }
}

#[test]
fn what_proves_a_lower_score_is_new_since_it_was_in_the_higher_lane() {
    let high = PROPOSED
        .replace("exploitability_score: 60", "exploitability_score: 90")
        .replace("impact_score: 50", "impact_score: 90")
        .replace("combined_risk_score: 60", "combined_risk_score: 95");
    let told = |past: Option<Tier>, before: &str| {
        let past = past.map(|lane| Past { highest_lane: Some(lane), ..Past::default() });
        let scene =
            Scene { before: vec![(BOARD, before)], after: vec![(BOARD, PROPOSED)], past, ..Scene::default() };
        let outcome = scene.judge();
        let finding = outcome.findings.iter().find(|finding| finding.rule == "lane/score-shopping");
        finding.map(|finding| finding.message.clone()).unwrap_or_default()
    };
    // Its architecture was there before, and so proves nothing: neither with a past of lower lanes, nor of none.
    for past in [None, Some(Tier::Working), Some(Tier::Director)] {
        let message = told(past, &high);
        assert!(message.contains("before this change it was in that of the executive tier"), "{message}");
    }
    // Of the past nothing was there, and so what it has now is new.
    assert_eq!(told(Some(Tier::Executive), &high), "");
    // A later change that leaves the score alone is not the one to be told.
    let small = PROPOSED.replace("the one place left", "the last place left");
    let mut past = Past { highest_lane: Some(Tier::Executive), ..Past::default() };
    past.evidence_then.insert("E1".to_owned());
    let scene = Scene {
        before: vec![(BOARD, &small)],
        after: vec![(BOARD, PROPOSED)],
        past: Some(past),
        ..Scene::default()
    };
    assert_eq!(scene.told(), [""; 0]);
}
