//! In what one policy is less strict than another.

use exboard::finding::Severity;
use exboard::policy::{Policy, loosened};

use super::load;

/// People enough for the tests.
const ROSTER: &str = "[people.ana]\nname = \"Ana\"\n[people.ben]\nname = \"Ben\"\n";

fn ways(base: &Policy, head: &Policy) -> Vec<String> {
    let severity = |name: &str| match name {
        "evidence/unused" => Some(Severity::Info),
        "expiry/horizon" => Some(Severity::Error),
        _ => None,
    };
    let told = loosened(base, head, &severity);
    told.into_iter().map(|one| format!("{} {}: {}", one.file, one.key, one.message)).collect()
}

fn policy(file: &str, text: &str) -> Policy {
    let with_roster = format!("{text}\n{ROSTER}");
    match file {
        "exboard.toml" => load(&[(file, &format!("version = 1\n{text}"))]),
        "board.toml" => load(&[("policies/board.toml", &with_roster)]),
        _ => load(&[(&format!("policies/{file}"), text), ("policies/board.toml", ROSTER)]),
    }
}

/// A file, what it says in the stricter and in the looser policy, the key and the line about it.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str);

const ROWS: &[Row] = &[
    (
        "exboard.toml",
        "suppressions.max_days = 30",
        "suppressions.max_days = 31",
        "suppressions.max_days",
        "the days for which a suppression may hide a finding grow from 30 to 31",
    ),
    (
        "exboard.toml",
        "",
        "rules.\"evidence/unused\" = \"off\"",
        "rules.\"evidence/unused\"",
        "`evidence/unused` is off, and was info",
    ),
    (
        "exboard.toml",
        "rules.\"expiry/horizon\" = \"error\"",
        "rules.\"expiry/horizon\" = \"warning\"",
        "rules.\"expiry/horizon\"",
        "`expiry/horizon` is warning, and was error",
    ),
    (
        "exboard.toml",
        "",
        "extensions.progress = [\"ticket\"]",
        "extensions.progress",
        "votes do not cover `ticket` below `extensions` any more",
    ),
    (
        "exboard.toml",
        "",
        "paths.layout = \"any\"",
        "paths.layout",
        "a record need not lie in the folder of its tier, so code owners of folders see less",
    ),
    ("expiry.toml", "", "max_days = 91", "max_days", "the days that an approval may last grow from 90 to 91"),
    (
        "expiry.toml",
        "max_days_by_tier = { executive = 30 }",
        "max_days_by_tier = { executive = 31 }",
        "max_days_by_tier.executive",
        "the days that an approval of the executive tier may last grow from 30 to 31",
    ),
    (
        "expiry.toml",
        "",
        "review_lead_days = 13",
        "review_lead_days",
        "the days between the review and the end of an approval shrink from 14 to 13",
    ),
    (
        "expiry.toml",
        "",
        "monitor_every_days = 46",
        "monitor_every_days",
        "the days after which somebody has to look at an approved exception grow from 45 to 46",
    ),
    (
        "expiry.toml",
        "",
        "warn_days = 41",
        "warn_days",
        "the days before its end on which an approval is pointed out shrink from 42 to 41",
    ),
    (
        "expiry.toml",
        "",
        "max_renewals = 3",
        "max_renewals",
        "the renewals that an exception may have grow from 2 to 3",
    ),
    (
        "expiry.toml",
        "",
        "max_total_days = 366",
        "max_total_days",
        "the days that an exception may last with all its renewals grow from 365 to 366",
    ),
    (
        "expiry.toml",
        "",
        "backdate_days = 8",
        "backdate_days",
        "the days after which a decision may be written down grow from 7 to 8",
    ),
    (
        "evidence.toml",
        "",
        "max_age_days.soc_report = 366",
        "max_age_days.soc_report",
        "the days for which evidence of kind soc_report counts grow from 365 to 366",
    ),
    (
        "evidence.toml",
        "",
        "required_from.board = \"high\"",
        "required_from.board",
        "controls need evidence from the band high up, and from moderate up before",
    ),
    (
        "evidence.toml",
        "",
        "required_from.registry = \"high\"",
        "required_from.registry",
        "answers need evidence from the level high up, and from medium up before",
    ),
    ("evidence.toml", "hosts = [\"a.example\"]", "", "hosts", "evidence may lie on any host"),
    (
        "evidence.toml",
        "hosts = [\"a.example\"]",
        "hosts = [\"a.example\", \"*.b.example\"]",
        "hosts",
        "evidence may lie on `*.b.example` too",
    ),
    (
        "lanes.toml",
        "",
        "score.uplift.restricted = 9",
        "score.uplift.restricted",
        "the points that restricted data adds to the score shrink from 10 to 9",
    ),
    (
        "lanes.toml",
        "",
        "consistency.split_days = 29",
        "consistency.split_days",
        "the days within which requests are seen as one that was split shrink from 30 to 29",
    ),
    (
        "lanes.toml",
        "",
        "consistency.recurrence_days = 364",
        "consistency.recurrence_days",
        "the days within which an account that asks again is pointed out shrink from 365 to 364",
    ),
    (
        "lanes.toml",
        "",
        "calendar.holidays = [2026-12-24]",
        "calendar.holidays",
        "the boards do not work on `2026-12-24` either",
    ),
    (
        "lanes.toml",
        "",
        "calendar.workdays = [\"mon\", \"tue\", \"wed\", \"thu\"]",
        "calendar.workdays",
        "the boards work on fewer days of the week, so business days are further apart",
    ),
    ("lanes.toml", "", "calendar.closes = \"18:00\"", "calendar.closes", "the business day closes later"),
    (
        "lanes.toml",
        "",
        "calendar.opens = \"10:00\"",
        "calendar.opens",
        "the business day opens later, and has fewer hours",
    ),
    (
        "lanes.toml",
        "scope.blanket = [\"production\", \"live\"]",
        "scope.blanket = [\"production\"]",
        "scope.blanket",
        "`live` does not count as a word for everything any more",
    ),
    (
        "board.toml",
        "tiers.working.members = [\"ana\"]",
        "tiers.working.members = [\"ana\", \"ben\"]",
        "tiers.working.members",
        "`ben` votes on the working tier",
    ),
    (
        "board.toml",
        "tiers.working = { members = [\"ana\", \"ben\"], quorum = 2 }",
        "tiers.working = { members = [\"ana\", \"ben\"], quorum = 1 }",
        "tiers.working.quorum",
        "the votes that the working tier needs shrink from 2 to 1",
    ),
    (
        "board.toml",
        "",
        "tiers.director.self_approval = true",
        "tiers.director.self_approval",
        "on the director tier the vote of an author counts",
    ),
    ("board.toml", "", "legal.members = [\"ana\"]", "legal.members", "`ana` votes as legal counsel"),
    (
        "board.toml",
        "approvals.accept = [\"review\"]",
        "approvals.accept = [\"review\", \"signature\"]",
        "approvals.accept",
        "votes by `signature` count",
    ),
    (
        "board.toml",
        "",
        "approvals.policy.tier = \"working\"",
        "approvals.policy.tier",
        "the working tier votes on the policy, and the executive tier before",
    ),
    (
        "board.toml",
        "",
        "approvals.policy.legal_for = [\"commitments.toml\"]",
        "approvals.policy.legal_for",
        "a change of `statements.toml` takes no vote of legal counsel any more",
    ),
    (
        "board.toml",
        "",
        "receipts.keys = [\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKLdsSg3+Ba+UMouvKp41UDHI4gRiipQeZn5MrnFEir9 ci\"]",
        "receipts.keys",
        "receipts signed with `ssh-ed25519 …iipQeZn5MrnFEir9` count",
    ),
    ("registry.toml", "", "approvers = [\"ana\"]", "approvers", "`ana` may let high answers go out"),
    (
        "registry.toml",
        "",
        "sla.high = { business_days = 3 }",
        "sla.high",
        "an answer to a high request may take 3 business days, and 2 business days before",
    ),
    (
        "registry.toml",
        "",
        "triage_hours = 9",
        "triage_hours",
        "the business hours within which a new record is triaged grow from 8 to 9",
    ),
    (
        "registry.toml",
        "",
        "critical_max_hours = 73",
        "critical_max_hours",
        "the hours after which a critical record that is not sent is pointed out grow from 72 to 73",
    ),
    (
        "registry.toml",
        "",
        "confirmed_days = 91",
        "confirmed_days",
        "the days for which a person's word on a sentence counts grow from 90 to 91",
    ),
    (
        "patterns.toml",
        "",
        "pattern.architecture-deviation.risk = \"medium\"",
        "pattern.architecture-deviation.risk",
        "`architecture-deviation` is rated medium at least, and high before",
    ),
    (
        "patterns.toml",
        "",
        "pattern.additional-logging.burden_hours_month = 5",
        "pattern.additional-logging.burden_hours_month",
        "`additional-logging` is escalated over 5 hours a month, and over 4 before",
    ),
    (
        "patterns.toml",
        "pattern.policy-clarification.escalates_on = \"always\"",
        "pattern.policy-clarification.escalates_on = \"buyer_rejected\"",
        "pattern.policy-clarification.escalates_on",
        "`policy-clarification` is escalated on buyer_rejected, and on always before",
    ),
    (
        "statements.toml",
        "",
        "statement.cs-001.verify_every_days = 91",
        "statement.cs-001.verify_every_days",
        "the days for which a look at `cs-001` counts grow from 90 to 91",
    ),
    (
        "patterns.toml",
        "pattern.policy-clarification.keywords = [\"one\", \"two\"]",
        "pattern.policy-clarification.keywords = [\"one\"]",
        "pattern.policy-clarification.keywords",
        "`two` does not show the pattern `policy-clarification` any more",
    ),
    (
        "commitments.toml",
        "outward = [\"response\", \"compensating_control\"]",
        "outward = [\"response\"]",
        "outward",
        "`compensating_control` is not read for promises any more",
    ),
    (
        "commitments.toml",
        "approved = []",
        "approved = [{ text = \"We never fail.\" }]",
        "approved",
        "`We never fail.` may always be written",
    ),
    (
        "controls.toml",
        "",
        "families.backup.nist = [\"CP\", \"AC\"]",
        "families.backup.nist",
        "controls of `AC` serve the family backup too",
    ),
];

#[test]
fn each_way_is_told_at_its_key_and_its_opposite_is_not() {
    let mut wrong = Vec::new();
    for (file, base, head, key, message) in ROWS {
        let (base, head) = (policy(file, base), policy(file, head));
        let found = ways(&base, &head);
        let expected = format!("{file} {key}: {message}");
        if found != [expected.as_str()] {
            wrong.push(format!("expected {expected}\n   found {found:?}"));
        }
        let back = ways(&head, &base);
        if !back.is_empty() {
            wrong.push(format!("{expected}\n   and the other way round {back:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

const LANES: &str = "[[lane]]\nband = \"low\"\ntier = \"working\"\nname = \"W\"\nscores = [0, LOW]\nsla = { hours = 48 }\n\
    escalates_to = \"director\"\n[[lane]]\nband = \"moderate\"\ntier = \"director\"\nname = \"D\"\nscores = [MID, 69]\n\
    sla = DIRECTOR\nescalates_to = \"executive\"\n[[lane]]\nband = \"high\"\ntier = \"executive\"\nname = \"E\"\n\
    scores = [70, 100]\nsla = { same_business_day = true }\nescalates_to = \"none\"\n";

#[test]
fn lanes_are_compared_by_the_scores_that_come_before_a_tier() {
    let lanes = |low: u8, sla: &str| {
        let text = LANES.replace("LOW", &low.to_string()).replace("MID", &(low + 1).to_string());
        policy("lanes.toml", &text.replace("DIRECTOR", sla))
    };
    let day = "{ hours = 24 }";
    // All scores to the working tier, so that no other decides anything.
    let flat =
        LANES.split("[[lane]]").nth(1).expect("a lane").replace("LOW", "100").replace("director", "none");
    let (flat, three) = (policy("lanes.toml", &format!("[[lane]]{flat}")), lanes(34, day));
    assert_eq!(
        ways(&three, &flat),
        [
            "lanes.toml lane: no score comes before the director tier any more",
            "lanes.toml lane: no score comes before the executive tier any more",
            "lanes.toml lane.0.escalates_to: what the working tier does not decide in time goes to nobody, and to \
             director before",
        ]
    );
    assert_eq!(ways(&flat, &three), [""; 0]);
    assert_eq!(
        ways(&lanes(34, day), &lanes(39, day)),
        ["lanes.toml lane.1.scores: scores come before the director tier from 40 up, and from 35 up before"]
    );
    assert_eq!(ways(&lanes(39, day), &lanes(34, day)), [""; 0]);
    assert_eq!(
        ways(&lanes(34, day), &lanes(34, "{ hours = 25 }")),
        ["lanes.toml lane.1.sla: the director tier may take 25 hours, and 24 hours before"]
    );
    // Two business days from a Friday are later than any 24 hours, and a day's close can be earlier than that.
    assert_eq!(ways(&lanes(34, day), &lanes(34, "{ business_days = 2 }")).len(), 1);
    assert_eq!(ways(&lanes(34, "{ business_days = 2 }"), &lanes(34, day)), [""; 0]);
    // Of two that each end later for somebody, neither is the stricter.
    let business = "{ business_days = 1 }";
    assert_eq!(ways(&lanes(34, day), &lanes(34, business)).len(), 1);
    assert_eq!(ways(&lanes(34, business), &lanes(34, day)).len(), 1);
    // From a Friday a business day is far away, and 89 hours reach over that weekend.
    let told = "lanes.toml lane.1.sla: the director tier may take 1 business day, and 48 hours before";
    assert_eq!(ways(&lanes(34, "{ hours = 48 }"), &lanes(34, business)), [told]);
    assert_eq!(ways(&lanes(34, "{ hours = 88 }"), &lanes(34, business)).len(), 1);
    assert_eq!(ways(&lanes(34, "{ hours = 89 }"), &lanes(34, business)), [""; 0]);
    // Each weight can be the one that matters, so either way is told.
    let weights = policy("lanes.toml", "score.weights = { exploitability = 0.6, impact = 0.4 }");
    let told = "lanes.toml score.weights: the score weighs exploitability 0.6 and impact 0.4, and 0.5 and 0.5 before";
    assert_eq!(ways(&policy("lanes.toml", ""), &weights), [told]);
    assert_eq!(ways(&weights, &policy("lanes.toml", "")).len(), 1);
}

#[test]
fn what_is_not_decided_in_time_goes_up_as_far_as_before() {
    let lanes = |to: &str| {
        let text = LANES.replace("LOW", "34").replace("MID", "35").replace("DIRECTOR", "{ hours = 24 }");
        policy("lanes.toml", &text.replacen("= \"director\"\n[[", &format!("= \"{to}\"\n[["), 1))
    };
    let told = "lanes.toml lane.0.escalates_to: what the working tier does not decide in time goes to director, and \
                to executive before";
    assert_eq!(ways(&lanes("executive"), &lanes("director")), [told]);
    assert_eq!(ways(&lanes("director"), &lanes("executive")), [""; 0]);
}

#[test]
fn who_somebody_is_can_be_loosened_too() {
    let person = |more: &str| {
        let text = format!("[people.cho]\nname = \"Cho\"\n{more}");
        load(&[("policies/board.toml", &text)])
    };
    let base = person("left = 2026-01-31\nemails = [\"cho@example.com\"]\ngithub = \"cho\"");
    let head = person("emails = [\"Cho@example.com\", \"x@example.com\"]\ngithub = \"eve\"");
    assert_eq!(
        ways(&base, &head),
        [
            "board.toml people.cho.emails: commits from `x@example.com` count as cho's",
            "board.toml people.cho.github: what `eve` does on the forge counts as cho's",
            "board.toml people.cho.left: cho has not left, and left on 2026-01-31 before",
        ]
    );
    let (january, march) = (person("left = 2026-01-31"), person("left = 2026-03-31"));
    assert_eq!(
        ways(&january, &march),
        ["board.toml people.cho.left: cho leaves on 2026-03-31, and on 2026-01-31 before"]
    );
    assert_eq!(ways(&march, &january), [""; 0]);
    assert_eq!(ways(&january, &january), [""; 0]);
    // Somebody new has no say until some list names them.
    assert_eq!(ways(&load(&[]), &base), [""; 0]);
}

#[test]
fn the_repositorys_own_rules_are_compared() {
    let rule_with = |severity: &str, assert: &str, more: &str| {
        let text = format!(
            "[[rule]]\nid = 'custom/dpo'\nscope = 'record'\nkind = 'security_exception_board_record_v1'\n\
             severity = '{severity}'\nassert = '{assert}'\nfield = '/impact_score'\nmessage = 'x'\n{more}"
        );
        policy("exboard.toml", &text)
    };
    let rule = |severity: &str, assert: &str| rule_with(severity, assert, "");
    let base = rule("error", "record.impact_score < 50");
    let softer = rule("info", "record.impact_score < 90");
    assert_eq!(
        ways(&base, &softer),
        [
            "exboard.toml rule.0.assert: the rule `custom/dpo` judges something else than before",
            "exboard.toml rules.\"custom/dpo\": `custom/dpo` is info, and was error",
        ]
    );
    assert_eq!(
        ways(&base, &policy("exboard.toml", "")),
        ["exboard.toml rule.0: the rule `custom/dpo` is gone"]
    );
    assert_eq!(ways(&policy("exboard.toml", ""), &base), [""; 0]);
    assert_eq!(ways(&base, &rule("error", "record.impact_score   < 50")), [""; 0]);
    let hidden = rule_with("error", "record.impact_score < 50", "suppressible = true");
    assert_eq!(
        ways(&base, &hidden),
        ["exboard.toml rule.0.suppressible: a comment in a record may hide `custom/dpo`"]
    );
    assert_eq!(ways(&hidden, &base), [""; 0]);
    assert_eq!(ways(&hidden, &hidden), [""; 0]);
}

#[test]
fn promises_and_commitments_are_compared() {
    let promise = |pattern: &str| {
        format!(
            "[[promise]]\nkind = \"absolute\"\nname = \"never\"\npattern = \"{pattern}\"\nmessage = \"m\"\ninstead = \"i\"\n"
        )
    };
    let one = policy("commitments.toml", &promise("never"));
    let other = policy("commitments.toml", &promise("nevermore"));
    let told =
        "commitments.toml promise: the promises that `never` finds are not found any more, or not as before";
    assert_eq!(ways(&one, &other), [told]);
    let commitment = |more: &str| {
        let text = format!(
            "[commitment.cm-1]\nkind = \"timeline\"\nwording = [\"We will.\"]\napproved_by = \"ana\"\n\
             approved_at = 2026-01-01\n{more}"
        );
        policy("commitments.toml", &text)
    };
    let base = commitment("valid_until = 2026-06-30\naccounts = [\"A\"]");
    assert_eq!(
        ways(&policy("commitments.toml", ""), &base),
        ["commitments.toml commitment.cm-1: the timeline `cm-1` may be given to buyers"]
    );
    assert_eq!(
        ways(&base, &commitment("valid_until = 2026-07-31")),
        [
            "commitments.toml commitment.cm-1.accounts: `cm-1` may be given to any buyer",
            "commitments.toml commitment.cm-1.valid_until: `cm-1` may be given until 2026-07-31, and until 2026-06-30 before",
        ]
    );
    assert_eq!(ways(&base, &base), [""; 0]);
    let two = commitment("valid_until = 2026-06-30\naccounts = [\"A\", \"B\"]");
    assert_eq!(
        ways(&base, &two),
        ["commitments.toml commitment.cm-1.accounts: `cm-1` may be given to `B` too"]
    );
    assert_eq!(ways(&commitment("valid_until = 2026-06-30"), &two), [""; 0]);
}
