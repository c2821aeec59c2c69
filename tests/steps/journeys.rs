//! Every step of both lifecycles is taken, each from a state that a command made, and after each the gate is content:
//! with the change before it is committed, and with the record after that.

use std::collections::BTreeSet;

use exboard::change::next;
use exboard::record::{BoardStatus, RegistryStatus};
use exboard::schema::Kind;

use super::{BOARD, House, REGISTRY, base, changed, proposed};

/// A command without its id, the instant, and the status after it.
type Leg<'a> = (&'a [&'a str], &'a str, &'a str);

/// Takes a record along; gives the steps that it took.
fn travel(kind: Kind, path: &str, text: &str, legs: &[Leg<'_>]) -> BTreeSet<(String, String)> {
    let house = House::new(&[(path, text)]);
    let id = if kind == Kind::Board { "SEB-2026-0042" } else { "REG-2026-0107" };
    let (mut taken, mut last) = (BTreeSet::new(), "");
    for (command, now, status) in legs {
        let (name, options) = command.split_first().unwrap();
        let arguments = [&[*name, id], options].concat();
        let ran = house.run(now, &arguments);
        assert_eq!(ran.code, 0, "{arguments:?} at {now}:\n{}{}", ran.out, ran.error);
        assert_eq!(ran.error, "", "{arguments:?}");
        let head = ran.out.lines().next().unwrap();
        let (from, to) = match head.strip_prefix(&format!("{id}: ")).unwrap().split_once(" → ") {
            Some((from, to)) => (from, to),
            // A step that ends where it began says what was done.
            None => (*status, *status),
        };
        assert_eq!(to, *status, "{head}");
        house.check(now);
        house.follow(&ran.out);
        last = now;
        if *name != "review" && !options.contains(&"--set") || from != to {
            taken.insert((from.to_owned(), to.to_owned()));
        }
    }
    house.check(last);
    taken
}

fn all_steps(kind: Kind, statuses: &[&'static str]) -> BTreeSet<(String, String)> {
    let of = |from: &&str| {
        next(kind, from).into_iter().map(|to| ((*from).to_owned(), to.to_owned())).collect::<Vec<_>>()
    };
    statuses.iter().flat_map(of).collect()
}

const YES: &[&str] =
    &["decide", "--approve", "--by", "dan", "--notes", "Narrow enough: a month, on request alone."];
const NO: &[&str] = &["decide", "--reject", "--by", "dan", "--notes", "No: the risk outlives the deal."];
const RENEW: &[&str] = &["renew", "--by", "dan"];
const PROPOSE: &[&str] = &["move", "proposed"];
const CLOSE: &[&str] = &["close", "--reason", "deal_lost", "--note", "Lost to another vendor."];
const PROVEN: &[&str] = &["close", "--reason", "remediated", "--evidence", "E1"];
const EXPIRE: &[&str] = &["move", "expired"];
const REVOKE: &[&str] = &["move", "revoked", "--reason", "superseded"];
const WITHDRAW: &[&str] = &["move", "withdrawn", "--reason", "not_needed"];
const REVIEW: &[&str] = &["review", "--outcome", "keep", "--effective", "yes", "--evidence", "E1"];

#[test]
fn a_board_record_takes_every_step() {
    let go = |legs: &[Leg<'_>]| travel(Kind::Board, BOARD, &proposed(), legs);
    let mut taken = go(&[
        (&["move", "draft"], "2026-04-20T09:30:00Z", "draft"),
        (PROPOSE, "2026-04-20T10:00:00Z", "proposed"),
        (YES, "2026-04-20T12:00:00Z", "approved"),
        (REVIEW, "2026-06-01T09:00:00Z", "approved"),
        (RENEW, "2026-07-10T09:00:00Z", "approved"),
        (EXPIRE, "2026-10-09T09:00:00Z", "expired"),
        (PROPOSE, "2026-10-12T09:00:00Z", "proposed"),
        (NO, "2026-10-12T12:00:00Z", "rejected"),
        (PROPOSE, "2026-10-13T09:00:00Z", "proposed"),
        (YES, "2026-10-13T10:00:00Z", "approved"),
        (REVOKE, "2026-11-02T09:00:00Z", "revoked"),
        (PROPOSE, "2026-11-03T09:00:00Z", "proposed"),
        (WITHDRAW, "2026-11-03T10:00:00Z", "withdrawn"),
    ]);
    taken.extend(go(&[
        (YES, "2026-04-20T12:00:00Z", "approved"),
        (EXPIRE, "2026-07-20T00:00:00Z", "expired"),
        (RENEW, "2026-07-21T09:00:00Z", "approved"),
        (PROVEN, "2026-08-03T09:00:00Z", "closed"),
    ]));
    taken.extend(go(&[(NO, "2026-04-20T12:00:00Z", "rejected"), (CLOSE, "2026-04-21T09:00:00Z", "closed")]));
    taken.extend(go(&[
        (YES, "2026-04-20T12:00:00Z", "approved"),
        (EXPIRE, "2026-07-20T00:00:00Z", "expired"),
        (CLOSE, "2026-07-20T09:00:00Z", "closed"),
    ]));
    taken.extend(go(&[
        (YES, "2026-04-20T12:00:00Z", "approved"),
        (REVOKE, "2026-05-04T09:00:00Z", "revoked"),
        (CLOSE, "2026-05-05T09:00:00Z", "closed"),
    ]));
    taken.extend(go(&[
        (&["move", "draft"], "2026-04-20T09:30:00Z", "draft"),
        (WITHDRAW, "2026-04-20T10:00:00Z", "withdrawn"),
    ]));
    let wanted = all_steps(Kind::Board, &BoardStatus::ALL.map(BoardStatus::as_str));
    let missing: Vec<_> = wanted.difference(&taken).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn one_pull_request_can_be_the_whole_meeting() {
    let taken = travel(
        Kind::Board,
        BOARD,
        &changed(&proposed(), &[("decision_status: proposed", "decision_status: draft")]),
        &[
            (YES, "2026-04-20T12:00:00Z", "approved"),
            (EXPIRE, "2026-07-20T09:00:00Z", "expired"),
            (&[YES, &["--until", "2026-09-30"]].concat(), "2026-07-20T10:00:00Z", "approved"),
        ],
    );
    assert!(taken.contains(&("draft".to_owned(), "approved".to_owned())), "{taken:?}");
}

const TRIAGE: &[&str] =
    &["move", "triaged", "--set", "pattern=policy-clarification", "--set", "business_impact=delay_risk"];
const DRAFT: &[&str] = &[
    "move",
    "drafted",
    "--set",
    "evidence_links+={id: E1, kind: policy, url: 'https://wiki.example.com/keys', collected_at: 2026-05-04}",
    "--set",
    "response={control_statements: [{text: Exports are encrypted with AES-256 under a key that we manage., confirmed: {by: mia, at: 2026-05-04}, evidence: [E1]}], risk_note: 'The key is held by us, and its use is logged.'}",
];
const COUNSEL: &[&str] = &["escalate", "--reason", "The buyer's counsel calls it a term of the contract."];
const READY: &[&str] = &["move", "ready"];
const SEND: &[&str] = &["move", "sent"];
const OVER: &[&str] = &["close", "--reason", "not_needed"];

#[test]
fn a_registry_record_takes_every_step() {
    let go = |legs: &[Leg<'_>]| travel(Kind::Registry, REGISTRY, &base("new.yaml"), legs);
    let at = "2026-05-04T09:00:00Z";
    let rejected: &[&str] = &[
        "move",
        "rejected",
        "--set",
        "escalation.legal_owner=ben",
        "--set",
        "escalation.reason=Baseline refused.",
    ];
    let mut taken = go(&[
        (TRIAGE, at, "triaged"),
        (DRAFT, at, "drafted"),
        (READY, at, "ready"),
        (&["move", "drafted"], at, "drafted"),
        (READY, at, "ready"),
        (SEND, at, "sent"),
        (rejected, "2026-05-11T09:00:00Z", "rejected"),
        (&["move", "drafted"], "2026-05-12T09:00:00Z", "drafted"),
        (READY, "2026-05-12T10:00:00Z", "ready"),
        (SEND, "2026-05-12T11:00:00Z", "sent"),
        (&["move", "accepted"], "2026-05-14T11:00:00Z", "accepted"),
        (OVER, "2026-05-15T11:00:00Z", "closed"),
    ]);
    let escalates: &[&str] = &["escalate"];
    taken.extend(go(&[
        (&[COUNSEL, TRIAGE.get(2..).unwrap()].concat(), at, "escalated"),
        (DRAFT, at, "drafted"),
        (escalates, at, "escalated"),
        (&["move", "drafted"], at, "drafted"),
        (READY, at, "ready"),
        (escalates, at, "escalated"),
        (&["move", "drafted"], at, "drafted"),
        (READY, at, "ready"),
        (SEND, at, "sent"),
        (escalates, at, "escalated"),
        (OVER, at, "closed"),
    ]));
    taken.extend(go(&[(TRIAGE, at, "triaged"), (COUNSEL, at, "escalated"), (OVER, at, "closed")]));
    taken.extend(go(&[
        (TRIAGE, at, "triaged"),
        (DRAFT, at, "drafted"),
        (READY, at, "ready"),
        (SEND, at, "sent"),
        (rejected, at, "rejected"),
        (escalates, at, "escalated"),
    ]));
    taken.extend(go(&[(OVER, at, "closed")]));
    taken.extend(go(&[(TRIAGE, at, "triaged"), (OVER, at, "closed")]));
    taken.extend(go(&[(TRIAGE, at, "triaged"), (DRAFT, at, "drafted"), (OVER, at, "closed")]));
    taken.extend(go(&[
        (TRIAGE, at, "triaged"),
        (DRAFT, at, "drafted"),
        (READY, at, "ready"),
        (OVER, at, "closed"),
    ]));
    let to_sent: &[Leg<'_>] =
        &[(TRIAGE, at, "triaged"), (DRAFT, at, "drafted"), (READY, at, "ready"), (SEND, at, "sent")];
    taken.extend(go(&[to_sent, &[(OVER, at, "closed")]].concat()));
    taken.extend(go(&[to_sent, &[(rejected, at, "rejected"), (OVER, at, "closed")]].concat()));
    let wanted = all_steps(Kind::Registry, &RegistryStatus::ALL.map(RegistryStatus::as_str));
    let missing: Vec<_> = wanted.difference(&taken).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn what_its_board_left_lying_goes_to_the_next_one_and_the_file_with_it() {
    let text = changed(
        &base("proposed.yaml"),
        &[
            ("exploitability_score: 60", "exploitability_score: 20"),
            ("impact_score: 50", "impact_score: 30"),
            ("combined_risk_score: 60", "combined_risk_score: 30"),
            ("board_tier: director", "board_tier: working"),
            ("board_meeting_due_at: 2026-05-05T08:00:00Z", "board_meeting_due_at: 2026-05-06T08:00:00Z"),
        ],
    );
    let (working, executive) = (BOARD.replace("director", "working"), BOARD.replace("director", "executive"));
    let house = House::new(&[(&working, &text)]);
    let now = "2026-05-06T09:00:00Z";
    let told = house.run(now, &["escalate", "SEB-2026-0042"]).ok().out;
    assert!(told.contains("board_tier            working → director\n"), "{told}");
    assert!(told.contains("escalated_at          2026-05-06T09:00:00Z\n"), "{told}");
    assert!(told.contains("board_meeting_due_at  2026-05-06T08:00:00Z → 2026-05-07T09:00:00Z\n"), "{told}");
    assert!(told.contains(&format!("Wrote {BOARD}\nMoved from {working}\n")), "{told}");
    assert!(told.contains("Note: the working tier had until 2026-05-06T08:00:00Z, 1 hour ago\n"), "{told}");
    house.check(now);
    house.follow(&told);
    // Once more, to the top.
    let now = "2026-05-07T10:00:00Z";
    let told = house.run(now, &["escalate", "SEB-2026-0042"]).ok().out;
    house.check(now);
    house.follow(&told);
    assert!(
        house
            .text(&executive)
            .contains("board_tier: executive\nboard_meeting_due_at: 2026-05-07T17:00:00Z\n")
    );
    let refused = house.run("2026-05-08T10:00:00Z", &["escalate", "SEB-2026-0042"]);
    assert_eq!(
        refused.refused(),
        (
            1,
            "error: the executive tier had until 2026-05-07T17:00:00Z to decide SEB-2026-0042, 17 hours ago, and nobody stands above it\n  \
             help: decide it now: `exboard decide SEB-2026-0042 --approve` or `--reject`"
        )
    );
}

#[test]
fn a_higher_risk_moves_the_record_to_its_board() {
    let draft = changed(&base("proposed.yaml"), &[("decision_status: proposed", "decision_status: draft")]);
    let house = House::new(&[(BOARD, &draft)]);
    let now = "2026-05-04T09:00:00Z";
    let told = house
        .run(
            now,
            &[
                "move",
                "SEB-2026-0042",
                "proposed",
                "--set",
                "impact_score=95",
                "--set",
                "exploitability_score=90",
            ],
        )
        .ok()
        .out;
    let executive = BOARD.replace("director", "executive");
    assert!(told.contains("combined_risk_score   60 → 98\n"), "{told}");
    assert!(told.contains("board_tier            director → executive\n"), "{told}");
    assert!(told.contains(&format!("Wrote {executive}\nMoved from {BOARD}\n")), "{told}");
    assert!(told.contains("Lane: high, 98 points; the executive tier decides\n"), "{told}");
    house.check(now);
    house.follow(&told);
}
