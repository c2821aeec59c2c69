//! Whole histories: one at least for each rule about changes that it breaks, and ten that break none.

use std::collections::BTreeSet;

use exboard::finding::Scope;
use exboard::rules::RULES;
use rayon::prelude::*;

use crate::governed::{ANSWER, Governed, ID, Landing, RECORD, approved, base, proposed, roster, set};

/// When all stories are over.
const END: &str = "2026-05-08T12:00:00Z";

type Story = fn(&Governed);

/// Mia writes the record on a day; those who vote do, and it lands by a merge.
fn act(board: &Governed, day: &str, text: &str, voters: &[&str]) {
    board.propose_at(&format!("{day}T09:00:00Z"), text);
    vote_and_land(board, day, ID, voters);
}

/// The same of the registry record.
fn answer(board: &Governed, day: &str, text: &str, voters: &[&str]) {
    board.git.branch("change", "main");
    board.write(ANSWER, text).commit("mia", &format!("{day}T09:00:00Z"), "Answer");
    vote_and_land(board, day, "REG-2026-0107", voters);
}

/// The same of the policy.
fn govern(board: &Governed, day: &str, path: &str, text: &str, voters: &[&str]) {
    board.git.branch("change", "main");
    board.write(path, text).commit("mia", &format!("{day}T09:00:00Z"), "Govern");
    vote_and_land(board, day, "policy", voters);
}

fn vote_and_land(board: &Governed, day: &str, on: &str, voters: &[&str]) {
    for voter in voters {
        board.at(&format!("{day}T09:20:00Z")).vote(voter, on);
    }
    board.land(Landing::Merge, &format!("{day}T10:00:00Z"));
}

fn decide(board: &Governed) {
    act(board, "2026-05-04", &approved(), &["dan"]);
}

/// A decided record with another status, and how it ended.
fn ended(status: &str, reason: &str) -> String {
    let text = set(&approved(), "decision_status: approved", &format!("decision_status: {status}"));
    format!("{text}closure:\n  at: 2026-05-05T08:00:00Z\n  by: mia\n  reason: {reason}\n")
}

fn high() -> String {
    let scores = "exploitability_score: 60\nimpact_score: 50\ncombined_risk_score: 60";
    let text =
        set(&proposed(), scores, "exploitability_score: 80\nimpact_score: 80\ncombined_risk_score: 85");
    set(&text, "board_tier: director", "board_tier: executive")
}

fn sent() -> String {
    set(&base("ready.yaml"), "status: ready", "status: sent")
}

fn with_approvers(board: &Governed) {
    board.write("policies/registry.toml", "approvers = [\"ana\"]\n");
    board.git.git(&["add", "--all"]);
    board.at("2026-05-04T07:00:00Z").git.git(&["commit", "--quiet", "--amend", "--no-edit"]);
}

/// What breaks which rules; each of them is found, and no other.
const BROKEN: &[(&[&str], Story)] = &[
    (&["lane/approval-missing"], |board| act(board, "2026-05-04", &approved(), &[])),
    (&["lane/approval-missing"], |board| act(board, "2026-05-04", &approved(), &["ben"])),
    (&["lane/self-approval"], |board| {
        act(board, "2026-05-04", &set(&approved(), "Priya Raman", "Dan Whitlock"), &["dan"]);
    }),
    (&["lane/stale-approval"], |board| {
        board.propose(&approved()).at("2026-05-04T09:20:00Z").vote("dan", ID);
        board.write(RECORD, set(&approved(), "impacted_assets: [", "impacted_assets: [billing, "));
        board.commit("mia", "2026-05-04T09:30:00Z", "More");
        board.land(Landing::Merge, "2026-05-04T10:00:00Z");
    }),
    (&["lane/decider-mismatch"], |board| {
        act(board, "2026-05-04", &set(&approved(), "decided_by: [dan]", "decided_by: [eva]"), &["dan"]);
    }),
    (&["lane/score-shopping"], |board| {
        act(board, "2026-05-04", &high(), &[]);
        act(board, "2026-05-05", &proposed(), &[]);
    }),
    (&["expiry/silent-extension"], |board| {
        decide(board);
        act(board, "2026-05-05", &set(&approved(), "2026-07-20", "2026-07-21"), &["dan"]);
    }),
    (&["expiry/renewal-limit"], |board| {
        govern(board, "2026-05-04", "policies/expiry.toml", "max_renewals = 0\n", &["dan", "eva"]);
        for day in ["2026-05-05", "2026-05-06"] {
            act(
                board,
                day,
                &set(&approved(), "decided_at: 2026-05-04", &format!("decided_at: {day}")),
                &["dan"],
            );
        }
    }),
    (&["response/rating-lowered"], |board| {
        with_approvers(board);
        answer(board, "2026-05-04", &base("triaged.yaml"), &[]);
        answer(
            board,
            "2026-05-05",
            &set(&base("triaged.yaml"), "risk_level: high", "risk_level: medium"),
            &["dan"],
        );
    }),
    (&["response/send-approval-missing"], |board| {
        with_approvers(board);
        answer(board, "2026-05-04", &base("ready.yaml"), &[]);
        answer(board, "2026-05-05", &sent(), &["dan"]);
    }),
    (&["history/illegal-transition"], |board| {
        act(board, "2026-05-04", &set(&proposed(), "status: proposed", "status: withdrawn"), &[]);
        act(board, "2026-05-05", &proposed(), &[]);
    }),
    (&["history/immutable-field"], |board| {
        act(board, "2026-05-04", &proposed(), &[]);
        act(
            board,
            "2026-05-05",
            &set(&proposed(), "received_at: 2026-05-04T08", "received_at: 2026-05-04T09"),
            &[],
        );
    }),
    (&["history/decided-record-edited"], |board| {
        decide(board);
        act(
            board,
            "2026-05-05",
            &set(&approved(), "decision_notes: The", "decision_notes: Then the"),
            &["dan"],
        );
    }),
    (&["history/sent-response-edited"], |board| {
        with_approvers(board);
        answer(board, "2026-05-04", &base("ready.yaml"), &[]);
        answer(board, "2026-05-05", &sent(), &["ana"]);
        answer(board, "2026-05-06", &set(&sent(), "AES-256", "AES-128"), &["ana"]);
    }),
    (&["history/record-deleted"], |board| {
        decide(board);
        board.git.branch("change", "main").remove(RECORD);
        board.commit("mia", "2026-05-05T09:00:00Z", "Delete");
        board.land(Landing::Merge, "2026-05-05T10:00:00Z");
    }),
    (&["history/backdated"], |board| act(board, "2026-05-06", &approved(), &["dan"])),
    (&["history/policy-mixed"], |board| {
        board.propose(&proposed()).write("policies/expiry.toml", "warn_days = 50\n");
        board.commit("mia", "2026-05-04T09:10:00Z", "Mix");
        vote_and_land(board, "2026-05-04", "policy", &["dan", "eva"]);
    }),
    (&["history/rewritten"], |board| {
        let before = board.git.id("main");
        decide(board);
        board.receipt(&before, &[]);
        board.git.git(&["reset", "--quiet", "--hard", &before]);
    }),
    (&["policy/approval-missing"], |board| {
        govern(board, "2026-05-04", "policies/expiry.toml", "warn_days = 50\n", &["eva"]);
    }),
    (&["policy/loosened"], |board| {
        govern(board, "2026-05-04", "policies/expiry.toml", "max_days = 365\n", &["dan", "eva"]);
    }),
    // Several at once, over several change sets.
    (&["history/record-deleted", "lane/approval-missing", "policy/approval-missing"], |board| {
        act(board, "2026-05-04", &approved(), &[]);
        govern(board, "2026-05-05", "policies/expiry.toml", "warn_days = 50\n", &[]);
        board.git.branch("change", "main").remove(RECORD);
        board.commit("mia", "2026-05-06T09:00:00Z", "Delete");
        board.land(Landing::Merge, "2026-05-06T10:00:00Z");
    }),
];

const CLEAN: &[Story] = &[
    |_| {},
    |board| act(board, "2026-05-04", &proposed(), &[]),
    decide,
    |board| {
        // Two meetings: proposed, then decided.
        act(board, "2026-05-04", &base("draft.yaml"), &[]);
        board.git.branch("change", "main").rename("exceptions/director/2026/SEB-2026-0042.yaml", RECORD);
        act(
            board,
            "2026-05-05",
            &set(&approved(), "decided_at: 2026-05-04", "decided_at: 2026-05-05"),
            &["dan"],
        );
    },
    |board| {
        // A veto is answered.
        board.propose(&approved()).at("2026-05-04T09:10:00Z");
        assert_eq!(board.try_vote("eva", &[ID, "--object"]).code, 0);
        board.at("2026-05-04T09:15:00Z").vote("eva", ID);
        vote_and_land(board, "2026-05-04", ID, &["dan"]);
    },
    |board| {
        // A life: approved, worked on, reviewed, revoked, closed.
        decide(board);
        let done = set(
            &approved(),
            "status: planned",
            "status: verified\n    completed_at: 2026-05-05\n    evidence: [E1]",
        );
        act(board, "2026-05-05", &done, &[]);
        let reviewed = format!(
            "{done}reviews:\n  - {{ at: 2026-05-06, by: dan, outcome: keep, controls_effective: true, note: Fine. }}\n"
        );
        act(board, "2026-05-06", &reviewed, &[]);
        let end = "closure:\n  at: 2026-05-07T08:00:00Z\n  by: mia\n  reason: deal_lost\n";
        let revoked = set(&reviewed, "decision_status: approved", "decision_status: revoked") + end;
        act(board, "2026-05-07", &revoked, &[]);
        act(board, "2026-05-08", &set(&revoked, "decision_status: revoked", "decision_status: closed"), &[]);
    },
    |board| {
        // An answer goes out, and is taken.
        with_approvers(board);
        answer(board, "2026-05-04", &base("new.yaml"), &[]);
        answer(board, "2026-05-05", &base("triaged.yaml"), &[]);
        answer(board, "2026-05-06", &base("ready.yaml"), &[]);
        answer(board, "2026-05-07", &sent(), &["ana"]);
        answer(board, "2026-05-08", &set(&sent(), "status: sent", "status: accepted"), &[]);
    },
    |board| {
        // The policy changes with its votes, and what comes after is judged by the new one.
        govern(
            board,
            "2026-05-04",
            "policies/board.toml",
            &set(&roster(), "[\"dan\"]", "[\"dan\", \"ben\"]"),
            &["dan", "eva"],
        );
        let by_ben = set(&approved(), "decided_by: [dan]", "decided_by: [ben]");
        act(board, "2026-05-05", &set(&by_ben, "decided_at: 2026-05-04", "decided_at: 2026-05-05"), &["ben"]);
    },
    |board| {
        // Reopened, and decided anew by new votes.
        decide(board);
        act(board, "2026-05-05", &ended("revoked", "not_needed"), &[]);
        let again = set(&approved(), "decided_at: 2026-05-04", "decided_at: 2026-05-06");
        act(board, "2026-05-06", &again, &["dan"]);
    },
    |board| {
        // Two pull requests side by side, merged one after the other, with other work in between.
        let second = approved().replace(ID, "SEB-2026-0043").replace("export-service", "billing");
        board.git.branch("second", "main");
        board.write("exceptions/director/2026/SEB-2026-0043.yaml", second);
        board.commit("mia", "2026-05-04T09:05:00Z", "Second");
        board.at("2026-05-04T09:10:00Z").vote("dan", "SEB-2026-0043");
        board.propose(&approved());
        vote_and_land(board, "2026-05-04", ID, &["dan"]);
        board.write("README.md", "words").commit("ana", "2026-05-04T10:10:00Z", "Words");
        board.git.branch("change", "second");
        board.land(Landing::Merge, "2026-05-04T10:20:00Z");
    },
];

#[test]
fn each_rule_about_changes_is_broken_by_some_history_and_found() {
    let told = |(number, (rules, story)): (usize, &(&[&str], Story))| {
        let board = Governed::new();
        story(&board);
        let run = board.verify_at(END, &["--fail-level", "warning"]);
        let mut found = [run.rules("error"), run.rules("warning")].concat();
        found.sort();
        (found != *rules || run.code != 1).then(|| format!("{number}: {rules:?}, found {found:?}: {run:#?}"))
    };
    let faults: Vec<String> = BROKEN.par_iter().enumerate().filter_map(told).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let broken: BTreeSet<&str> = BROKEN.iter().flat_map(|(rules, _)| rules.iter().copied()).collect();
    let all = RULES.iter().filter(|rule| rule.info.scope == Scope::Change).map(|rule| rule.info.name);
    assert_eq!(broken, all.collect());
}

#[test]
fn clean_histories_are_clean() {
    assert_eq!(CLEAN.len(), 10);
    let told = |(number, story): (usize, &Story)| {
        let board = Governed::new();
        story(&board);
        let run = board.verify_at(END, &["--fail-level", "error"]);
        (run.code != 0 || !run.rules("error").is_empty()).then(|| format!("{number}: {run:#?}"))
    };
    let faults: Vec<String> = CLEAN.par_iter().enumerate().filter_map(told).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
