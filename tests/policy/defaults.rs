//! The built-in policy is the documented one, and a repository overrides single keys of it.

use chrono::{NaiveTime, Weekday};
use exboard::policy::{
    BUILT_IN, Band, DataTier, Domain, EscalatesOn, Layout, Level, RiskLevel, Tier, VoteSource, folder,
};
use exboard::source::Source;
use exboard::time::{Sla, parse_date};

use super::{load, try_load};

#[test]
fn the_built_in_exboard_toml_is_the_documented_one() {
    let exboard = load(&[]).exboard;
    assert_eq!(exboard.version, 1);
    let paths = &exboard.paths;
    assert_eq!([&paths.board, &paths.registry], ["exceptions", "registry"]);
    assert_eq!([&paths.policies, &paths.evidence], ["policies", "evidence"]);
    assert_eq!(paths.layout, Layout::Lane);
    assert!(exboard.rules.is_empty() && exboard.extensions.progress.is_empty());
    assert_eq!(exboard.suppressions.max_days, 30);
}

#[test]
fn the_built_in_lanes_are_the_documented_ones() {
    let lanes = load(&[]).lanes;
    assert_eq!(lanes.score.exploitability.to_string(), "0.5");
    assert_eq!(lanes.score.impact.to_string(), "0.5");
    let uplift: Vec<(DataTier, u8)> = lanes.score.uplift.clone().into_iter().collect();
    assert_eq!(
        uplift,
        [
            (DataTier::Public, 0),
            (DataTier::Internal, 0),
            (DataTier::Confidential, 5),
            (DataTier::Restricted, 10)
        ]
    );
    let all: Vec<_> = lanes
        .all()
        .map(|lane| {
            (lane.band, lane.tier, lane.name.as_str(), lane.first, lane.last, lane.sla, lane.escalates_to)
        })
        .collect();
    assert_eq!(
        all,
        [
            (Band::Low, Tier::Working, "Working security board", 0, 34, Sla::Hours(48), Some(Tier::Director)),
            (
                Band::Moderate,
                Tier::Director,
                "Director-level security board",
                35,
                69,
                Sla::Hours(24),
                Some(Tier::Executive)
            ),
            (Band::High, Tier::Executive, "Executive risk forum", 70, 100, Sla::SameBusinessDay, None),
        ]
    );
    let calendar = &lanes.calendar;
    assert_eq!(calendar.timezone.name(), "UTC");
    assert_eq!(calendar.opens, NaiveTime::from_hms_opt(9, 0, 0).expect("nine"));
    assert_eq!(calendar.closes, NaiveTime::from_hms_opt(17, 0, 0).expect("five"));
    let week: Vec<Weekday> = calendar.workdays.iter(Weekday::Mon).collect();
    assert_eq!(week, [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri]);
    assert!(calendar.holidays.is_empty());
    let blanket: Vec<&str> = lanes.blanket.iter().map(String::as_str).collect();
    let documented = "dev development live prod production qa sandbox stage staging test uat"
        .split(' ')
        .collect::<Vec<_>>();
    assert_eq!(blanket, documented);
    assert_eq!((lanes.consistency.recurrence_days, lanes.consistency.split_days), (365, 30));
}

#[test]
fn the_built_in_board_has_no_people() {
    let board = load(&[]).board;
    assert!(board.people.is_empty() && board.legal.is_empty() && board.receipt_keys.is_empty());
    for tier in Tier::ALL {
        let rules = board.tier(*tier);
        assert!(rules.members.is_empty() && rules.quorum == 1 && !rules.self_approval);
    }
    let accept: Vec<VoteSource> = board.accept.into_iter().collect();
    assert_eq!(accept, [VoteSource::Review, VoteSource::Signature, VoteSource::Receipt]);
    assert_eq!(board.policy_votes.tier, Tier::Executive);
    let legal_for: Vec<String> = board.policy_votes.legal_for.into_iter().collect();
    assert_eq!(legal_for, ["commitments.toml", "statements.toml"]);
}

#[test]
fn the_built_in_expiry_is_the_documented_one() {
    let expiry = load(&[]).expiry;
    assert_eq!((expiry.max_days, expiry.max_total_days, expiry.max_renewals), (90, 365, 2));
    assert_eq!((expiry.review_lead_days, expiry.monitor_every_days), (14, 45));
    assert_eq!((expiry.warn_days, expiry.backdate_days), (42, 7));
    assert!(expiry.max_days_by_tier.is_empty());
}

#[test]
fn the_built_in_registry_is_the_documented_one() {
    let registry = load(&[]).registry;
    assert_eq!((registry.triage_hours, registry.critical_max_hours, registry.confirmed_days), (8, 72, 90));
    let slas: Vec<Sla> = RiskLevel::ALL.iter().map(|level| registry.sla(*level)).collect();
    assert_eq!(slas, [Sla::BusinessDays(5), Sla::BusinessDays(3), Sla::BusinessDays(2), Sla::Hours(24)]);
    assert!(registry.approvers.is_empty());
    assert_eq!(registry.owner(Some(RiskLevel::High), Some(Domain::Access)), None);
}

#[test]
fn the_built_in_matrix_begins_with_the_documented_rows() {
    let patterns = load(&[]).patterns;
    let row = |id: &str| {
        let row = &patterns.rows[id];
        (row.risk, row.escalates_on, row.burden_hours_month.map(|hours| hours.to_string()))
    };
    assert_eq!(row("policy-clarification"), (RiskLevel::Low, EscalatesOn::BuyerRejected, None));
    assert_eq!(row("additional-logging"), (RiskLevel::Medium, EscalatesOn::BurdenOver, Some("4".to_owned())));
    assert_eq!(row("architecture-deviation"), (RiskLevel::High, EscalatesOn::BelowBaseline, None));
    assert_eq!(row("unlimited-audit-or-liability"), (RiskLevel::Critical, EscalatesOn::Always, None));
}

#[test]
fn nobody_has_verified_the_built_in_statements() {
    let statements = load(&[]).statements;
    assert!(statements.len() > 30);
    for statement in statements.values() {
        assert!(statement.owner.is_none() && statement.verified_at.is_none());
        assert_eq!(statement.verify_every_days, 90);
    }
}

#[test]
fn an_sla_replaces_the_built_in_one_whatever_its_unit() {
    let registry =
        load(&[("policies/registry.toml", "[sla]\nlow = { hours = 24 }\nhigh.hours = 8\n")]).registry;
    let slas: Vec<Sla> = RiskLevel::ALL.iter().map(|level| registry.sla(*level)).collect();
    assert_eq!(slas, [Sla::Hours(24), Sla::BusinessDays(3), Sla::Hours(8), Sla::Hours(24)]);
}

#[test]
fn an_owner_by_level_goes_before_one_by_domain() {
    let people = "[people.jd]\nname = \"J\"\n[people.mk]\nname = \"M\"\n";
    let owners = "approvers = [\"jd\"]\n[owners]\ncritical = \"jd\"\naccess = \"mk\"\n";
    let registry = load(&[("policies/board.toml", people), ("policies/registry.toml", owners)]).registry;
    assert_eq!(registry.owner(Some(RiskLevel::Critical), Some(Domain::Access)), Some("jd"));
    assert_eq!(registry.owner(Some(RiskLevel::Low), Some(Domain::Access)), Some("mk"));
    assert_eq!(registry.owner(None, Some(Domain::Logging)), None);
}

#[test]
fn a_phrase_stands_in_a_text_as_a_whole() {
    let own = "[pattern.ours]\nname = \"Ours\"\nrisk = \"low\"\nkeywords = [\"Große Prüfung\", \"tls 1.2\"]\n\
               default_action = \"x\"\nescalates_on = \"always\"\nresponse = \"x\"\n";
    let patterns = load(&[("policies/patterns.toml", own)]).patterns;
    let found = |text: &str| -> Vec<String> {
        let hits = patterns.keywords_in(text).into_iter();
        hits.filter(|(id, _)| *id == "ours").map(|(_, keyword)| keyword.to_owned()).collect()
    };
    assert_eq!(found("eine GROSSE\n  prüfung, bitte"), ["Große Prüfung"]);
    assert_eq!(found("(TLS 1.2) and again tls-1.2"), ["tls 1.2"]);
    assert_eq!(found("ＴＬＳ 1.2"), ["tls 1.2"]);
    for other in ["größe prüfung", "große prüfungen", "TLS 1. 2", "TLS 1.23", "große. Prüfung", ""] {
        assert!(found(other).is_empty(), "{other}");
    }
}

#[test]
fn what_init_writes_out_loads_and_changes_nothing() {
    let files: Vec<(String, &str)> = BUILT_IN
        .iter()
        .map(|(name, text)| match *name {
            "exboard.toml" => ((*name).to_owned(), *text),
            _ => (format!("policies/{name}"), *text),
        })
        .collect();
    let borrowed: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let (written, built_in) = (load(&borrowed), load(&[]));
    assert_eq!(written.exboard, built_in.exboard);
    assert_eq!(written.lanes, built_in.lanes);
    assert_eq!(written.board, built_in.board);
    assert_eq!(written.expiry, built_in.expiry);
    assert_eq!(written.evidence, built_in.evidence);
    assert_eq!(*written.controls, *built_in.controls);
    assert_eq!(written.registry, built_in.registry);
    assert_eq!(*written.patterns, *built_in.patterns);
    assert_eq!(*written.statements, *built_in.statements);
    // People read these files in a terminal. A sentence that is data stands on one line, however long it is.
    for (path, text) in borrowed {
        if matches!(path, "policies/patterns.toml" | "policies/statements.toml" | "policies/commitments.toml")
        {
            continue;
        }
        let mut lines = text.lines().filter(|line| !line.ends_with('"'));
        assert!(lines.all(|line| line.chars().count() <= 120), "{path}");
    }
}

#[test]
fn tables_merge_and_lists_replace() {
    let lanes = "[score]\nuplift.restricted = 20\n[calendar]\ntimezone = \"Europe/Berlin\"\nworkdays = [\"sun\"]\n\
                 holidays = [2026-12-25]\n[scope]\nblanket = [\" The Lot \"]\n";
    let expiry = "max_days = 60\n[max_days_by_tier]\nexecutive = 30\n";
    let policy = load(&[("policies/lanes.toml", lanes), ("policies/expiry.toml", expiry)]);
    assert_eq!(policy.lanes.score.uplift[&DataTier::Restricted], 20);
    assert_eq!(policy.lanes.score.uplift[&DataTier::Confidential], 5);
    assert_eq!(policy.lanes.calendar.timezone.name(), "Europe/Berlin");
    assert_eq!(policy.lanes.calendar.workdays.iter(Weekday::Mon).collect::<Vec<_>>(), [Weekday::Sun]);
    assert_eq!(policy.lanes.calendar.holidays.first().copied(), parse_date("2026-12-25"));
    assert_eq!(policy.lanes.blanket.iter().collect::<Vec<_>>(), ["the lot"]);
    assert_eq!(policy.lanes.all().count(), 3);
    assert_eq!(policy.expiry.max_days_for(Tier::Executive), 30);
    assert_eq!(policy.expiry.max_days_for(Tier::Working), 60);
    assert_eq!(policy.expiry.review_lead_days, 14);
}

#[test]
fn lanes_of_the_repository_replace_all_the_built_in_ones() {
    let lanes = "[[lane]]\nband = \"low\"\ntier = \"working\"\nname = \"W\"\nscores = [0, 49]\n\
                 sla = { business_days = 2 }\nescalates_to = \"executive\"\n\
                 [[lane]]\nband = \"high\"\ntier = \"executive\"\nname = \"E\"\nscores = [50, 100]\n\
                 sla.hours = 4\nescalates_to = \"none\"\n";
    let policy = load(&[("policies/lanes.toml", lanes)]);
    assert_eq!(policy.lanes.all().count(), 2);
    assert_eq!(policy.lanes.lane_of(49).name, "W");
    assert_eq!(policy.lanes.lane_of(50).name, "E");
    assert_eq!(policy.lanes.lane_of(255).name, "E");
    assert_eq!(policy.lanes.lane_of_tier(Tier::Director), None);
    let high = policy.lanes.lane_of_tier(Tier::Executive).expect("a lane");
    let (source, span) = policy.place("lanes.toml", &high.key("scores")).expect("a place");
    assert_eq!((source.path(), source.slice(span)), ("policies/lanes.toml", "[50, 100]"));
    let (source, span) = policy.place("lanes.toml", &high.key("sla.hours")).expect("a place");
    assert_eq!(source.slice(span), "4");
}

#[test]
fn a_place_is_that_of_the_repository_or_none() {
    let exboard = "[rules]\n\"evidence/unused\" = \"off\"\n";
    let expiry = "max_days = 60\nmax_days_by_tier.director = 50\n";
    let board = "[people.\"jane.doe\"]\nname = \"Jane\"\n[tiers.working]\nmembers = [\"jane.doe\"]\n";
    let policy =
        load(&[("exboard.toml", exboard), ("policies/expiry.toml", expiry), ("policies/board.toml", board)]);
    let quote =
        |file: &str, key: &str| policy.place(file, key).map(|(source, span)| source.slice(span).to_owned());
    assert_eq!(quote("expiry.toml", &policy.expiry.max_days_key(Tier::Working)).as_deref(), Some("60"));
    assert_eq!(quote("expiry.toml", &policy.expiry.max_days_key(Tier::Director)).as_deref(), Some("50"));
    assert_eq!(quote("exboard.toml", "rules.evidence/unused").as_deref(), Some("\"off\""));
    assert_eq!(quote("exboard.toml", "rules.\"evidence/unused\"").as_deref(), Some("\"off\""));
    assert_eq!(quote("board.toml", "people.jane.doe.name").as_deref(), Some("\"Jane\""));
    assert_eq!(quote("board.toml", "people.\"jane.doe\".name").as_deref(), Some("\"Jane\""));
    assert_eq!(quote("board.toml", "tiers.working").as_deref(), Some("[tiers.working]"));
    assert_eq!(quote("board.toml", "tiers.working.members.0").as_deref(), Some("\"jane.doe\""));
    assert_eq!(policy.exboard.rules["evidence/unused"], Level::Off);
    for (file, key) in [
        ("expiry.toml", "warn_days"),
        ("lanes.toml", "lane.2.scores"),
        ("board.toml", "tiers.working.quorum"),
        ("board.toml", "tiers.working.members.9"),
        ("expiry.toml", "no.such.key"),
        ("none.toml", "max_days"),
    ] {
        assert_eq!(quote(file, key), None, "{file} {key}");
    }
}

#[test]
fn the_policy_folder_moves_with_its_path() {
    let exboard = "[paths]\npolicies = \"governance/rules\"\n";
    let moved = [("exboard.toml", exboard), ("governance/rules/expiry.toml", "max_days = 60\n")];
    assert_eq!(load(&moved).expiry.max_days, 60);
    let source = |text: &str| std::sync::Arc::new(Source::new("exboard.toml", text));
    assert_eq!(folder(&source(exboard)), "governance/rules");
    for other in ["", "paths = 1\n", "[paths]\npolicies = \"../x\"\n", "[paths\n"] {
        assert_eq!(folder(&source(other)), "policies", "{other}");
    }
}

#[test]
fn what_may_lie_beside_the_policy_does() {
    let beside =
        [("policies/README.md", "# Us"), ("policies/.keep", ""), ("policies/.draft/lanes.toml", "x")];
    assert!(try_load(&beside).is_ok());
}

#[test]
fn a_finding_is_acknowledged_at_its_commit_by_its_rule_for_its_record() {
    let (commit, other) = ("a".repeat(40), "b".repeat(40));
    let history = format!(
        "[[acknowledged]]\ncommit = \"{commit}\"\nrule = \"expiry/horizon\"\nrecord = \"SEB-2026-0042\"\n\
         reason = \"Mended the day after.\"\nby = \"ana\"\n"
    );
    let board = "[people.ana]\nname = \"Ana\"\n";
    let history =
        load(&[("policies/board.toml", board), ("policies/history.toml", history.as_str())]).history;
    let known = |commit: &str, rule, record| history.acknowledges(commit, rule, record).is_some();
    assert!(known(&commit, "expiry/horizon", Some("SEB-2026-0042")));
    assert!(!known(&other, "expiry/horizon", Some("SEB-2026-0042")));
    assert!(!known(&commit, "evidence/unused", Some("SEB-2026-0042")));
    assert!(!known(&commit, "expiry/horizon", Some("SEB-2026-0043")));
    assert!(!known(&commit, "expiry/horizon", None));
}

#[test]
fn a_file_is_the_repositorys_own_where_it_has_one() {
    let policy = load(&[("policies/expiry.toml", "warn_days = 7\n"), ("policies/patterns.toml", "")]);
    assert!(policy.has_own("expiry.toml") && policy.has_own("patterns.toml"));
    assert!(!policy.has_own("lanes.toml") && !policy.has_own("statements.toml"));
}

#[test]
fn a_commitment_may_be_given_on_the_day_of_its_approval_alone() {
    let text = "[commitment.cm-1]\nkind = \"timeline\"\nwording = [\"We will.\"]\napproved_by = \"ana\"\n\
                approved_at = 2026-01-01\nvalid_until = 2026-01-01\n";
    let board = ("policies/board.toml", "[people.ana]\nname = \"Ana\"\n");
    let commitment = &load(&[board, ("policies/commitments.toml", text)]).commitments.register["cm-1"];
    assert_eq!(commitment.valid_until, commitment.approved_at);
}
