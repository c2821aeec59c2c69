//! What becomes of the file: whole or untouched, in its own style, whatever is put into it.

use std::fs;

use exboard::source::Source;
use exboard::yaml;
use proptest::prelude::*;

use super::{BOARD, House, REGISTRY, base, changed, proposed};

const NOW: &str = "2026-04-20T12:00:00Z";
const NO: [&str; 6] = ["decide", "SEB-2026-0042", "--reject", "--notes", "No: too long.", "--by=dan"];

#[test]
fn a_file_keeps_its_style() {
    let text = changed(
        &proposed(),
        &[
            ("decision_status: proposed", "# before the board\ndecision_status: 'proposed'   # since Monday"),
            ("impacted_assets: [export-service]", "impacted_assets: [ export-service ] # one"),
        ],
    );
    let expected = changed(
        &text,
        &[(
            "decision_status: 'proposed'   # since Monday\n",
            "decision_status: 'rejected'   # since Monday\ndecision_notes: \"No: too long.\"\n\
             decided_at: 2026-04-20T12:00:00Z\ndecided_by: [dan]\n",
        )],
    );
    let house = House::new(&[(BOARD, &text)]);
    house.run(NOW, &NO).ok();
    assert_eq!(house.text(BOARD), expected);
    // With the line endings of another system, and none at the end.
    let windows = |text: &str| text.trim_end().replace('\n', "\r\n");
    let house = House::new(&[(BOARD, &windows(&text))]);
    house.run(NOW, &NO).ok();
    assert_eq!(house.text(BOARD), windows(&expected));
}

#[test]
fn a_record_in_brackets_stays_in_brackets() {
    let document = yaml::parse(Source::new("a", proposed()).into()).document;
    let json = format!("{}\n", document.root().unwrap().to_json());
    let house = House::new(&[(BOARD, &json)]);
    house.run(NOW, &NO).ok();
    house.check(NOW);
    let text = house.text(BOARD);
    assert_eq!(text.lines().count(), 1, "{text}");
    let after = yaml::parse(Source::new("a", text.as_str()).into());
    assert_eq!(after.problems, []);
    let mut wanted = document.root().unwrap().to_json();
    let fields = [
        ("decision_status", serde_json::json!("rejected")),
        ("decision_notes", serde_json::json!("No: too long.")),
        ("decided_at", serde_json::json!("2026-04-20T12:00:00Z")),
        ("decided_by", serde_json::json!(["dan"])),
    ];
    for (field, value) in fields {
        wanted[field] = value;
    }
    assert_eq!(after.document.root().unwrap().to_json(), wanted);
}

#[test]
fn reopening_leaves_the_comments_of_what_goes() {
    let text = changed(&base("approved.yaml"), &[("decision_status: approved", "decision_status: revoked")])
        + "closure:\n  # The bank asked for it.\n  at: 2026-05-02T10:00:00Z\n  by: mia # on call\n  reason: superseded";
    let house = House::new(&[(BOARD, &text)]);
    let now = "2026-05-04T12:00:00Z";
    house.run(now, &["move", "SEB-2026-0042", "proposed"]).ok();
    house.check(now);
    let text = house.text(BOARD);
    assert!(text.ends_with("    collected_at: 2026-04-20\n# The bank asked for it.\n# on call"), "{text}");
    assert!(
        text.contains("board_meeting_due_at: 2026-05-05T12:00:00Z\nreopened_at: 2026-05-04T12:00:00Z\n"),
        "{text}"
    );
    for gone in
        ["closure", "decided_at", "decided_by", "decision_notes", "approved_until", "next_review_due_at"]
    {
        assert!(!text.contains(gone), "{gone}: {text}");
    }
}

#[test]
fn a_dry_run_prints_the_diff_alone_and_git_applies_it() {
    let text = changed(
        &proposed(),
        &[("impact_score: 50", "impact_score: 90"), ("exploitability_score: 60", "exploitability_score: 90")],
    );
    let house = House::new(&[(BOARD, &text)]);
    let before = house.files();
    let arguments = ["move", "SEB-2026-0042", "draft", "--set", "account_name=Zürich Rück", "--dry-run"];
    let ran = house.run(NOW, &arguments).ok();
    assert_eq!(ran.error, "");
    assert!(ran.out.starts_with("diff --git "), "{}", ran.out);
    assert_eq!(house.files(), before);
    house.scratch.feed(&["apply", "-"], ran.out.as_bytes());
    let applied = house.files();
    house.scratch.git(&["checkout", "--quiet", "."]);
    house.scratch.git(&["clean", "--quiet", "--force", "-d"]);
    house.run(NOW, &arguments[..5]).ok();
    assert_eq!(house.files(), applied, "what was shown is what is written");
    // Where the gate would refuse it, that stands beside the diff.
    house.scratch.git(&["checkout", "--quiet", "."]);
    house.scratch.git(&["clean", "--quiet", "--force", "-d"]);
    let ran = house.run(NOW, &["move", "SEB-2026-0042", "draft", "--set", "account_name=5", "--dry-run"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("+account_name: 5\n"), "{}", ran.out);
    assert!(ran.error.contains("error[schema/invalid] `account_name` must be"), "{}", ran.error);
}

#[test]
fn nothing_to_change_is_told_and_nothing_written() {
    let house = House::new(&[(BOARD, &proposed())]);
    let modified = fs::metadata(house.path(BOARD)).unwrap().modified().unwrap();
    let ran =
        house.run(NOW, &["move", "SEB-2026-0042", "proposed", "--set", "account_name=Meridian Bank"]).ok();
    assert_eq!(
        (ran.out.as_str(), ran.error.as_str()),
        ("", "SEB-2026-0042 is as asked for already; nothing was written\n")
    );
    assert_eq!(fs::metadata(house.path(BOARD)).unwrap().modified().unwrap(), modified);
}

#[test]
fn something_at_the_new_place_stops_the_move() {
    let text = changed(&proposed(), &[("decision_status: proposed", "decision_status: draft")]);
    let executive = BOARD.replace("director", "executive");
    let arguments =
        ["move", "SEB-2026-0042", "proposed", "--set", "impact_score=99", "--set", "exploitability_score=99"];
    let house = House::new(&[(BOARD, &text), (&executive, "x: 1\n")]);
    let before = house.files();
    // The path tells which of the two is meant.
    let by_path = [&["move", BOARD][..], &arguments[2..]].concat();
    let ran = house.run(NOW, &by_path);
    assert_eq!(ran.refused().0, 3);
    assert!(
        ran.error.contains(&format!("{BOARD} is not moved: {executive} exists already")),
        "{}",
        ran.error
    );
    assert_eq!(house.files(), before);
    let ran = house.run(NOW, &arguments);
    assert!(ran.error.starts_with("error: 2 records are called `SEB-2026-0042`: "), "{}", ran.error);
    assert_eq!(house.files(), before);
    // What is no record is seen when it is written.
    let house = House::new(&[(BOARD, &text)]);
    fs::create_dir_all(house.path(&executive)).unwrap();
    let before = house.files();
    let ran = house.run(NOW, &arguments);
    assert_eq!(ran.code, 3, "{}{}", ran.out, ran.error);
    assert_eq!(house.files(), before);
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_leaves_the_record_whole() {
    use std::os::unix::fs::PermissionsExt;
    let house = House::new(&[(BOARD, &proposed())]);
    let folder = house.path("exceptions/director/2026");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
    let may_write = fs::write(folder.join("probe"), "").is_ok();
    let ran = house.run(NOW, &NO);
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    if may_write {
        eprintln!("this user writes everywhere; the test says nothing here");
        return;
    }
    assert_eq!(ran.code, 3, "{}", ran.error);
    assert!(ran.error.contains(&format!("cannot write {BOARD}")), "{}", ran.error);
    assert_eq!(house.text(BOARD), proposed());
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "and no temporary file");
}

#[cfg(unix)]
#[test]
fn a_link_in_the_way_leads_nothing_out_of_the_repository() {
    let text = changed(&proposed(), &[("decision_status: proposed", "decision_status: draft")]);
    let house = House::new(&[(BOARD, &text)]);
    let outside = tempfile::TempDir::new().unwrap();
    std::os::unix::fs::symlink(outside.path(), house.path("exceptions/executive")).unwrap();
    let ran = house.run(
        NOW,
        &[
            "move",
            "SEB-2026-0042",
            "proposed",
            "--set",
            "impact_score=99",
            "--set",
            "exploitability_score=99",
        ],
    );
    assert_eq!(ran.code, 3, "{}{}", ran.out, ran.error);
    assert!(ran.error.contains("a link is in the way"), "{}", ran.error);
    assert_eq!(house.text(BOARD), text);
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[test]
fn hostile_values_are_texts_and_never_reach_the_terminal() {
    let house = House::new(&[(BOARD, &proposed())]);
    for value in [
        "one\ntwo\n",
        "\u{1b}[2Jgone\u{7}",
        "- a: [b, {c: d}] # e",
        "*alias &anchor !tag | > % @ `",
        "'",
        "\" : ",
        "::error::x ##[warning]y",
        "\u{202e}reversed\u{2028}",
        "---\n...\n",
        "a\r\nb",
        "~",
        "12:30",
        &"wörd ".repeat(2_000),
        &"x".repeat(20_000),
    ] {
        let arguments = ["decide", "SEB-2026-0042", "--reject", "--by", "dan", "--force", "--notes", value];
        let ran = house.run(NOW, &arguments);
        assert!(ran.code <= 1, "{value:?}: {}", ran.error);
        let text = house.text(BOARD);
        let parsed = yaml::parse(Source::new("a", text.as_str()).into());
        assert_eq!(parsed.problems, [], "{value:?}");
        assert_eq!(parsed.document.get("/decision_notes").and_then(yaml::Node::as_str), Some(value));
        let is_hidden = |character: char| character != '\n' && exboard::render::is_hidden(character);
        assert!(!(ran.out.clone() + &ran.error).contains(is_hidden), "{value:?}");
        assert!(ran.out.lines().all(|line| !line.trim_start().starts_with("::")), "{}", ran.out);
        house.scratch.git(&["checkout", "--quiet", "."]);
    }
    // A record is prose for people; nobody puts a book into it.
    let book = "x".repeat(100_000);
    let value = format!("extensions.book={book}");
    let second = format!("extensions.copy={book}");
    let third = format!("extensions.last={book}");
    let ran = house
        .run(NOW, &["move", "SEB-2026-0042", "proposed", "--set", &value, "--set", &second, "--set", &third]);
    assert_eq!(ran.code, 1, "{}", ran.error);
    assert!(ran.error.contains("`extensions.last` cannot be set: the file could not be read any more: the file has more than 262144 bytes"), "{}", ran.error);
    assert_eq!(house.text(BOARD), proposed());
}

#[test]
fn strange_paths_are_quoted_for_the_shell() {
    let odd = "exceptions/it's $(touch pwned) & co/SEB-2026-0042.yaml";
    let house = House::new(&[(odd, &proposed())]);
    house.scratch.write("exboard.toml", "version = 1\n[paths]\nlayout = \"any\"\n");
    house.scratch.git(&["commit", "--quiet", "--all", "--message", "Any layout"]);
    let told = house.run(NOW, &NO).ok().out;
    house.follow(&told);
    assert!(!house.path("pwned").exists());
    // From a folder below, and from one above.
    let told = house
        .run_in(&house.path("exceptions"), "2026-04-20T13:00:00Z", &["move", "SEB-2026-0042", "proposed"])
        .ok()
        .out;
    assert!(told.contains("  git -C .. add -- "), "{told}");
    house.follow_in(&house.path("exceptions"), &told);
    let root = house.root().file_name().unwrap().to_str().unwrap().to_owned();
    let told = house
        .run_in(
            house.scratch.home(),
            "2026-04-20T14:00:00Z",
            &["-C", &root, "move", "SEB-2026-0042", "draft"],
        )
        .ok()
        .out;
    assert!(told.contains(&format!("  git -C {root} add -- ")), "{told}");
}

#[test]
fn a_file_that_git_does_not_know_yet_can_move_too() {
    let text = changed(&proposed(), &[("decision_status: proposed", "decision_status: draft")]);
    let house = House::new(&[(REGISTRY, &base("triaged.yaml"))]);
    house.scratch.write(BOARD, &text);
    let told = house
        .run(
            NOW,
            &[
                "move",
                "SEB-2026-0042",
                "proposed",
                "--set",
                "impact_score=99",
                "--set",
                "exploitability_score=99",
            ],
        )
        .ok()
        .out;
    assert!(told.contains("  git add -- exceptions/executive/2026/SEB-2026-0042.yaml\n"), "{told}");
    house.follow(&told);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is said on the command line stands in the record as it was said, and the rest as it was.
    #[test]
    fn any_text_arrives(text in "[^\0]{1,60}") {
        prop_assume!(!text.trim().is_empty());
        let house = House::new(&[(BOARD, &proposed())]);
        let ran = house.run(NOW, &["decide", "SEB-2026-0042", "--reject", "--by=dan", "--force", &format!("--notes={text}")]);
        prop_assert!(ran.code <= 1, "{}", ran.error);
        let after = yaml::parse(Source::new("a", house.text(BOARD)).into());
        prop_assert_eq!(&after.problems, &[]);
        let mut after = after.document.root().unwrap().to_json();
        prop_assert_eq!(after["decision_notes"].as_str(), Some(&*text));
        let record = after.as_object_mut().unwrap();
        for field in ["decision_notes", "decided_at", "decided_by"] {
            record.remove(field);
        }
        record["decision_status"] = "proposed".into();
        let before = yaml::parse(Source::new("a", proposed()).into()).document;
        prop_assert_eq!(after, before.root().unwrap().to_json());
    }
}
