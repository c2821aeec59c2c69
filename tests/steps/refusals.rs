//! What is refused, with the reason, what to do, and the exit code; and then not a byte is another.

use super::{BOARD, House, REGISTRY, base, changed, proposed};

/// Where a record lies that has no tier yet.
const INTAKE: &str = "exceptions/intake/2026/SEB-2026-0042.yaml";

const NOW: &str = "2026-04-20T12:00:00Z";

#[track_caller]
fn refuses(house: &House, now: &str, arguments: &[&str], code: i32, message: &str) {
    let before = house.files();
    let ran = house.run(now, arguments);
    assert_eq!(ran.refused(), (code, message), "{arguments:?}\n{}", ran.out);
    assert_eq!(house.files(), before);
}

#[test]
fn a_record_that_is_not_there_or_not_readable() {
    let broken = "exceptions/director/2026/SEB-2026-0043.yaml";
    let wordless = "exceptions/director/2026/SEB-2026-0044.yaml";
    let house = House::new(&[
        (BOARD, &proposed()),
        (broken, "schema: [\n"),
        (
            wordless,
            &changed(
                &proposed(),
                &[("decision_status: proposed", "decision_status: maybe"), ("-0042", "-0044")],
            ),
        ),
        (REGISTRY, &base("ready.yaml")),
    ]);
    let expire = |id| ["move", id, "draft"];
    refuses(
        &house,
        NOW,
        &expire("SEB-2026-0024"),
        3,
        "error: there is no record `SEB-2026-0024`\n  help: did you mean `SEB-2026-0042`?",
    );
    refuses(
        &house,
        NOW,
        &expire("X"),
        3,
        "error: there is no record `X`\n  help: an id is the name of the record's file without `.yaml`",
    );
    refuses(
        &house,
        NOW,
        &expire("SEB-2026-0043"),
        1,
        &format!(
            "error: {broken} cannot be read as a board record\n  help: `exboard check {broken}` says why"
        ),
    );
    refuses(
        &house,
        NOW,
        &expire("SEB-2026-0044"),
        1,
        &format!(
            "error: {wordless} has no valid `decision_status`\n  help: `exboard check {wordless}` says which there are"
        ),
    );
    refuses(
        &house,
        NOW,
        &expire("policies/board.toml"),
        3,
        "error: policies/board.toml is no record\n  help: records are the `.yaml` files below the folders that exboard.toml names",
    );
    // By its path it is found from anywhere.
    let folder = house.path("exceptions/director");
    house.run_in(&folder, NOW, &["move", "2026/SEB-2026-0042.yaml", "draft"]).ok();
}

#[test]
fn steps_that_the_lifecycle_does_not_have() {
    let house = House::new(&[(BOARD, &proposed()), (REGISTRY, &base("ready.yaml"))]);
    let (seb, reg) = ("SEB-2026-0042", "REG-2026-0107");
    for (arguments, code, message) in [
        (
            &["close", seb, "--reason", "deal_lost"][..],
            1,
            "error: SEB-2026-0042 is proposed, and no step leads from there to closed\n  help: what no board has decided is withdrawn: `exboard move SEB-2026-0042 withdrawn --reason deal_lost`",
        ),
        (
            &["move", seb, "expired"],
            1,
            "error: SEB-2026-0042 is proposed, and no step leads from there to expired\n  help: from proposed a record goes to draft, approved, rejected or withdrawn",
        ),
        (
            &["move", reg, "accepted"],
            1,
            "error: REG-2026-0107 is ready, and no step leads from there to accepted\n  help: from ready a record goes to drafted, sent, escalated or closed",
        ),
        (
            &["move", seb, "proposed"],
            1,
            "error: SEB-2026-0042 is proposed already\n  help: from proposed a record goes to draft, approved, rejected or withdrawn",
        ),
        (
            &["move", seb, "aproved"],
            2,
            "error: `aproved` is no status of a board record\n  help: did you mean `approved`?",
        ),
        (
            &["move", reg, "nowhere"],
            2,
            "error: `nowhere` is no status of a registry record\n  help: it begins as new, and the others are triaged, drafted, ready, sent, accepted, rejected, escalated or closed",
        ),
        (
            &["move", seb, "approved"],
            2,
            "error: approved is a decision, and says who made it and why\n  help: `exboard decide SEB-2026-0042 --approve --notes TEXT`",
        ),
        (
            &["renew", seb],
            1,
            "error: SEB-2026-0042 is proposed: only what is approved or expired is renewed\n  help: `exboard decide SEB-2026-0042 --approve` approves it",
        ),
        (
            &["review", seb, "--outcome", "keep", "--effective", "yes"],
            1,
            "error: SEB-2026-0042 is proposed: only what is approved is reviewed",
        ),
        (
            &["escalate", seb],
            1,
            "error: the director tier has until 2026-04-21T09:00:00Z to decide SEB-2026-0042, 21 hours from now\n  help: a higher tier may decide without an escalation: `exboard move SEB-2026-0042 proposed --set board_tier=executive`",
        ),
        (
            &["decide", reg, "--approve", "--notes", "x"],
            2,
            "error: REG-2026-0107 is a registry record, and `exboard decide` is about the decisions of a board\n  help: `exboard move REG-2026-0107 STATUS` takes it a step further",
        ),
        (
            &["close", reg, "--reason", "rolled_back"],
            2,
            "error: REG-2026-0107 is a registry record: an answer to a buyer is not rolled back\n  help: its reason is remediated, superseded, deal_lost or not_needed",
        ),
        (
            &["escalate", seb, "--legal-owner", "ben"],
            2,
            "error: --legal-owner is about registry records, and SEB-2026-0042 is a board record",
        ),
    ] {
        refuses(&house, NOW, arguments, code, message);
    }
}

#[test]
fn decided_records_and_final_ones() {
    let closed = "exceptions/director/2026/SEB-2026-0043.yaml";
    let closure = "closure:\n  at: 2026-05-02T10:00:00Z\n  by: mia\n  reason: deal_lost\n";
    let house = House::new(&[
        (BOARD, &base("approved.yaml")),
        (
            closed,
            &(changed(
                &base("approved.yaml"),
                &[("decision_status: approved", "decision_status: closed"), ("-0042", "-0043")],
            ) + closure),
        ),
    ]);
    let now = "2026-05-04T12:00:00Z";
    let (seb, over) = ("SEB-2026-0042", "SEB-2026-0043");
    for (arguments, code, message) in [
        (
            &["decide", seb, "--approve", "--notes", "x"][..],
            1,
            "error: SEB-2026-0042 is approved\n  help: to approve it once more: `exboard renew SEB-2026-0042`; to take it back: `exboard move SEB-2026-0042 revoked --reason REASON`",
        ),
        (
            &["move", seb, "approved"],
            2,
            "error: approved is a decision, and says who made it and why\n  help: `exboard renew SEB-2026-0042`",
        ),
        (
            &["move", seb, "expired"],
            1,
            "error: SEB-2026-0042 is approved until 2026-07-20, which is 77 days from now\n  help: to end it earlier: `exboard close SEB-2026-0042 --reason REASON`, or `exboard move SEB-2026-0042 revoked --reason REASON`",
        ),
        (
            &["move", seb, "revoked"],
            2,
            "error: nobody says why SEB-2026-0042 is revoked\n  help: add `--reason` with remediated, rolled_back, superseded, deal_lost or not_needed",
        ),
        (
            &["close", seb, "--reason", "remediated"],
            1,
            "error: SEB-2026-0042 was approved, so ending it as remediated takes proof: evidence that shows it\n  help: add `--evidence E1`; it declares E1 (https://wiki.example.com/export-service); new evidence can be declared with it: --set 'evidence_link+={id: E2, kind: test_result, path: evidence/…, collected_at: 2026-05-04}' --evidence E2",
        ),
        (&["close", over, "--reason", "deal_lost"], 1, "error: SEB-2026-0043 is closed already"),
        (
            &["move", over, "draft"],
            1,
            "error: SEB-2026-0043 is closed, and that is final\n  help: what comes up again is a new record: `exboard new`",
        ),
        (
            &["move", seb, "approved", "--set", "impact_score=10", "--reason", "deal_lost"],
            2,
            "error: a reason is given for an end, and approved is none",
        ),
    ] {
        refuses(&house, now, arguments, code, message);
    }
    // What the decision froze: the gate says so.
    let ran =
        house.run(now, &["move", seb, "approved", "--set", "impacted_assets=[export-service, mail-service]"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("error[history/decided-record-edited]"), "{}", ran.out);
    // What it left free may be set.
    house
        .run(now, &["move", seb, "approved", "--set", "rollback_plan.triggered_at=2026-05-04T10:00:00Z"])
        .ok();
    house.check(now);
}

#[test]
fn what_was_not_said_or_not_rightly() {
    let house = House::new(&[(BOARD, &proposed()), (REGISTRY, &base("triaged.yaml"))]);
    let (seb, reg) = ("SEB-2026-0042", "REG-2026-0107");
    for (arguments, message) in [
        (
            &["decide", seb, "--approve"][..],
            "error: nobody says why SEB-2026-0042 is approved\n  help: add `--notes TEXT`: what the board weighed, for whoever reads it in a year",
        ),
        (
            &["decide", seb, "--approve", "--notes", "x", "--by", "dann"],
            "error: nobody in policies/board.toml has the key `dann`\n  help: did you mean `dan`?",
        ),
        (
            &["decide", seb, "--approve", "--notes", "x", "--by", "Dan Whitlock"],
            "error: nobody in policies/board.toml has the key `Dan Whitlock`\n  help: did you mean `dan`?",
        ),
        (
            &["move", reg, "closed"],
            "error: nobody says why REG-2026-0107 is closed\n  help: add `--reason` with remediated, superseded, deal_lost or not_needed",
        ),
        (
            &["move", seb, "draft", "--note", "x"],
            "error: --note says something of the end of a record\n  help: with it goes `--reason`, and STATUS is closed, withdrawn or revoked",
        ),
        (
            &["move", seb, "draft", "--set", "decision_status=draft"],
            "error: `decision_status` is not set by hand\n  help: the status to move to is said behind the id",
        ),
        (
            &["move", seb, "draft", "--set", "exception_id=SEB-1"],
            "error: `exception_id` says which record it is, and stays\n  help: another record is made with `exboard new`",
        ),
        (
            &["move", seb, "draft", "--set", "impact_score"],
            "error: --set: `impact_score` gives no value\n  help: write `--set FIELD=VALUE`, as in `--set impact_score=50`",
        ),
        (
            &["move", seb, "draft", "--set", "impacted_assets=[a"],
            "error: --set: the value of `impacted_assets` cannot be read: this `[` is not closed\n  help: a text that begins with a bracket or a quote is put in quotes as a whole",
        ),
        (
            &["decide", seb, "--reject", "--notes", "x", "--format", "json", "--dry-run"],
            "error: --dry-run prints a diff where --format json would go",
        ),
    ] {
        refuses(&house, NOW, arguments, 2, message);
    }
    for arguments in [
        &["decide", seb][..],
        &["decide", seb, "--approve", "--reject"],
        &["decide", seb, "--reject", "--until", "2026-05-01"],
        &["decide", seb, "--approve", "--until", "tomorrow"],
        &["decide", seb, "--approve", "--notes", "  "],
        &["close", seb],
        &["close", seb, "--reason", "because"],
        &["review", seb, "--outcome", "keep"],
        &["review", seb, "--outcome", "keep", "--effective", "maybe"],
    ] {
        let before = house.files();
        assert_eq!(house.run(NOW, arguments).code, 2, "{arguments:?}");
        assert_eq!(house.files(), before);
    }
}

#[test]
fn whoever_git_does_not_know_is_named() {
    let house = House::new(&[(BOARD, &proposed())]);
    house.scratch.git(&["config", "user.email", "stranger@example.com"]);
    let arguments = ["decide", "SEB-2026-0042", "--reject", "--notes", "x"];
    refuses(
        &house,
        NOW,
        &arguments,
        2,
        "error: nobody says who does it: stranger@example.com is nobody in policies/board.toml\n  help: add `--by PERSON`, with a key of policies/board.toml, or have your address added there",
    );
    house.scratch.git(&["config", "--unset", "user.email"]);
    refuses(
        &house,
        NOW,
        &arguments,
        2,
        "error: nobody says who does it: git has no `user.email` here\n  help: add `--by PERSON`, with a key of policies/board.toml",
    );
    // Who needs no name is not asked for one.
    house.run(NOW, &["move", "SEB-2026-0042", "draft"]).ok();
}

#[test]
fn what_the_gate_would_refuse_is_not_written_without_force() {
    let house =
        House::new(&[(INTAKE, &base("draft.yaml").replace("2026-05-04T08:00:00Z", "2026-04-20T09:00:00Z"))]);
    let before = house.files();
    let ran = house.run(NOW, &["move", "SEB-2026-0042", "proposed", "--set", "impact_score=40"]);
    assert_eq!(ran.code, 1);
    assert_eq!(house.files(), before);
    assert!(
        ran.out
            .contains("error[schema/invalid] `exploitability_score` is missing; a proposed record needs it")
    );
    assert_eq!(
        ran.error,
        "note: computed once the others are there: board_meeting_due_at, board_tier, close_date_risk_days, combined_risk_score\n\
         error: SEB-2026-0042 would then have 14 errors; nothing was written\n  \
         help: mend what the findings name, on the command line or in the file; `--force` writes it all the same\n"
            .replace("14", &ran.out.matches(": error[").count().to_string())
    );
    let ran = house.run(NOW, &["move", "SEB-2026-0042", "proposed", "--set", "impact_score=40", "--force"]);
    assert_eq!(ran.code, 1, "{}", ran.error);
    assert!(ran.error.contains("errors: the gate refuses it as it is"), "{}", ran.error);
    assert!(!ran.out.contains("Next:"), "{}", ran.out);
    let text = house.text(INTAKE);
    assert!(text.contains("impact_score: 40\n") && text.contains("decision_status: proposed\n"), "{text}");
    // What was wrong before is in nobody's way.
    let ran = house.run(NOW, &["move", "SEB-2026-0042", "proposed", "--set", "impact_score=41"]);
    assert_eq!(ran.code, 0, "{}", ran.error);
    assert!(ran.out.contains("error[schema/invalid]"), "but it is told: {}", ran.out);
}

#[test]
fn a_renewal_beyond_its_limits_is_told() {
    let house = House::new(&[(BOARD, &base("approved.yaml"))]);
    house.scratch.write("policies/expiry.toml", "max_total_days = 120\n");
    let now = "2026-07-15T09:00:00Z";
    let told = house.run(now, &["renew", "SEB-2026-0042", "--by", "dan"]).ok().out;
    assert!(
        told.contains("approved_until      2026-07-20 → 2026-08-19\n"),
        "120 days after the first: {told}"
    );
    house.scratch.git(&["checkout", "--quiet", "."]);
    let ran = house.run(now, &["renew", "SEB-2026-0042", "--by", "dan", "--until", "2026-08-20"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.out.contains("the exception lasts 121 days since it was first approved on 2026-04-21"),
        "{}",
        ran.out
    );
    house.scratch.write("policies/expiry.toml", "max_renewals = 0\n");
    let ran = house.run(now, &["renew", "SEB-2026-0042", "--by", "dan"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("this is renewal 1, and the policy allows 0"), "{}", ran.out);
}
