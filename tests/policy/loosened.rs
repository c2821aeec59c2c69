//! In what one policy is less strict than another.

mod rows;

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

#[test]
fn each_way_is_told_at_its_key_and_its_opposite_is_not() {
    let mut wrong = Vec::new();
    for (file, base, head, key, message) in rows::ROWS {
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
fn deadlines_are_compared_for_the_first_and_the_last_who_come() {
    let lanes = |sla: &str, calendar: &str| {
        let text = LANES.replace("LOW", "34").replace("MID", "35").replace("DIRECTOR", sla);
        policy("lanes.toml", &format!("{text}[calendar]\n{calendar}"))
    };
    let is_longer = |was: &str, is: &str, calendar: &str| {
        let told = ways(&lanes(was, calendar), &lanes(is, calendar));
        assert!(told.iter().all(|one| one.starts_with("lanes.toml lane.1.sla: ")), "{told:?}");
        !told.is_empty()
    };
    let late = "closes = \"17:20\"";
    let every_day = "workdays = [\"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\", \"sun\"]";
    let india = format!("{late}\ntimezone = \"Asia/Kolkata\"");
    let holiday = format!("{every_day}\nholidays = [2026-01-06]");
    for (was, is, calendar, expected) in [
        // What comes just before closing is due at once, and an hour reaches over that.
        ("{ same_business_day = true }", "{ hours = 1 }", "", true),
        // What comes at closing, on the last day of the week.
        ("{ hours = 71 }", "{ same_business_day = true }", "", true),
        ("{ hours = 72 }", "{ same_business_day = true }", "", false),
        // What comes just before midnight.
        ("{ business_days = 1 }", "{ hours = 18 }", "", true),
        ("{ business_days = 1 }", "{ hours = 17 }", "", false),
        ("{ business_days = 1 }", "{ hours = 17 }", late, false),
        ("{ business_days = 1 }", "{ hours = 18 }", late, true),
        // What comes at midnight, in a zone too that is half an hour off.
        ("{ hours = 89 }", "{ business_days = 1 }", late, true),
        ("{ hours = 90 }", "{ business_days = 1 }", late, false),
        ("{ hours = 89 }", "{ business_days = 1 }", &india, true),
        ("{ hours = 90 }", "{ business_days = 1 }", &india, false),
        // Some day's holiday says nothing about the two.
        ("{ hours = 40 }", "{ business_days = 1 }", &holiday, true),
        ("{ hours = 41 }", "{ business_days = 1 }", &holiday, false),
        ("{ same_business_day = true }", "{ business_days = 1 }", "", true),
        ("{ business_days = 1 }", "{ same_business_day = true }", "", false),
    ] {
        assert_eq!(is_longer(was, is, calendar), expected, "{was} to {is}, {calendar}");
    }
}

#[test]
fn closing_hours_are_looser_either_way() {
    let closes = |time: &str| policy("lanes.toml", &format!("calendar.closes = \"{time}\""));
    let (five, six) = (closes("17:00"), closes("18:00"));
    assert_eq!(ways(&five, &six), ["lanes.toml calendar.closes: the business day closes later"]);
    // What has business hours to be done in then takes longer.
    let told = "lanes.toml calendar.closes: the business day closes earlier, and has fewer hours";
    assert_eq!(ways(&six, &five), [told]);
    assert_eq!(ways(&six, &six), [""; 0]);
}

#[test]
fn only_always_escalates_whatever_another_condition_does() {
    let values = ["buyer_rejected", "burden_over", "below_baseline", "always"];
    let pattern =
        |on: &str| policy("patterns.toml", &format!("pattern.additional-logging.escalates_on = \"{on}\""));
    for was in values {
        for is in values {
            let told = format!(
                "patterns.toml pattern.additional-logging.escalates_on: `additional-logging` is escalated on {is}, and \
                 on {was} before"
            );
            let expected = if was == is || is == "always" { vec![] } else { vec![told] };
            assert_eq!(ways(&pattern(was), &pattern(is)), expected);
        }
    }
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
    // A sentence may name any day but an earlier one than `by_date`.
    let by = |date: &str| commitment(&format!("valid_until = 2026-06-30\n{date}"));
    let (november, december, none) = (by("by_date = 2026-11-30"), by("by_date = 2026-12-31"), by(""));
    assert_eq!(
        ways(&december, &none),
        [
            "commitments.toml commitment.cm-1.by_date: `cm-1` may promise any day, and none before 2026-12-31 until now"
        ]
    );
    assert_eq!(
        ways(&december, &november),
        [
            "commitments.toml commitment.cm-1.by_date: `cm-1` may promise 2026-11-30 at the earliest, and 2026-12-31 before"
        ]
    );
    assert_eq!(ways(&november, &december), [""; 0]);
    assert_eq!(ways(&december, &december), [""; 0]);
    assert_eq!(ways(&none, &november), [""; 0]);
}
