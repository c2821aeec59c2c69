//! The decision log: what it tells, how it is asked, and that its cache changes nothing.

use std::fs;

use crate::governed::{ANSWER, Governed, ID, Landing, RECORD, approved, base, set};

/// A repository with a decision, an end, and an answer on its way.
fn told() -> Governed {
    let board = Governed::new();
    board.propose(&approved()).at("2026-05-04T09:20:00Z").vote("dan", ID);
    board.land(Landing::Merge, "2026-05-04T10:00:00Z");
    board.git.branch("change", "main");
    board.write(ANSWER, base("triaged.yaml"));
    board.commit("ana", "2026-05-05T09:00:00Z", "Triage");
    board.land(Landing::Merge, "2026-05-05T10:00:00Z");
    let closure = "closure:\n  at: 2026-05-06T09:00:00Z\n  by: mia\n  reason: deal_lost\n";
    let closed = set(&approved(), "decision_status: approved", "decision_status: closed") + closure;
    board.propose_at("2026-05-06T09:00:00Z", &closed);
    board.land(Landing::Merge, "2026-05-06T10:00:00Z");
    board
}

fn log(board: &Governed, arguments: &[&str]) -> String {
    let run = board.exboard(&[&["log"], arguments].concat());
    assert_eq!((run.code, run.error.as_str()), (0, ""), "{run:#?}");
    run.out
}

#[test]
fn decisions_are_told_newest_first_and_a_record_has_a_life() {
    let board = told();
    let out = log(&board, &[]);
    assert!(out.contains("opened, proposed, approved until 2026-07-20 by dan"), "{out}");
    assert!(out.contains("votes: dan (signature"), "{out}");
    assert!(out.contains("took 1 hour 30 minutes"), "{out}");
    assert!(!out.contains("REG-2026-0107"), "{out}");
    let all = log(&board, &["--all"]);
    assert!(all.contains("REG-2026-0107"), "{all}");
    let life = log(&board, &[ID]);
    let (opened, closed) = (life.find("opened").unwrap(), life.find("closed as deal lost").unwrap());
    assert!(opened < closed, "{life}");
    // What it was decided on stands with the decision, and with nothing else that happened to it.
    assert_eq!(life.matches("on E1 ").count(), 1, "{life}");
    let run = board.exboard(&["log", "SEB-2026-0043"]);
    run.fails("history knows no record `SEB-2026-0043`");
    assert!(run.error.contains("did you mean `SEB-2026-0042`?"), "{run:#?}");
}

#[test]
fn the_register_as_it_stood() {
    let board = told();
    for (at, status, registry) in [
        ("2026-05-04T09:00:00Z", None, false),
        ("2026-05-04T12:00:00Z", Some("approved"), false),
        ("2026-05-05T12:00:00Z", Some("approved"), true),
        ("2026-05-06T12:00:00Z", Some("closed"), true),
    ] {
        let out = log(&board, &["--at", at]);
        assert_eq!(out.contains(ID), status.is_some(), "{at}: {out}");
        assert!(out.contains(status.unwrap_or_default()), "{at}: {out}");
        assert_eq!(out.contains("REG-2026-0107"), registry, "{at}: {out}");
    }
}

#[test]
fn filters_narrow_and_misspelt_ones_are_refused() {
    let board = told();
    let count = |arguments: &[&str]| log(&board, &[&["--all"], arguments].concat()).matches(" · Sam").count();
    let all = count(&[]);
    assert_eq!(all, 3);
    assert_eq!(count(&["--since", "2026-05-05"]), 2);
    assert_eq!(count(&["--until", "2026-05-05"]), 1);
    assert_eq!(count(&["--tier", "director"]), 2);
    assert_eq!(count(&["--status", "closed"]), 1);
    assert_eq!(count(&["--account", "meridian BANK"]), 3);
    assert_eq!(count(&["--account", "nobody"]), 0);
    for arguments in
        [["--tier", "directer"], ["--status", "aproved"], ["--since", "yesterday"], ["--at", "x"]]
    {
        let run = board.exboard(&[&["log"], &arguments[..]].concat());
        assert_eq!(run.code, 2, "{run:#?}");
    }
}

#[test]
fn four_formats_tell_the_same_decisions() {
    let board = told();
    for format in ["human", "json", "csv", "markdown"] {
        let out = log(&board, &["--all", "--format", format]);
        let bare = out.replace('\\', "");
        for word in [ID, "REG-2026-0107", "dan"] {
            assert!(bare.contains(word), "{format}: {out}");
        }
        if format == "json" {
            let json: serde_json::Value = serde_json::from_str(&out).unwrap();
            assert_eq!(json["entries"].as_array().unwrap().len(), 3, "{json:#}");
        }
    }
    assert_eq!(board.exboard(&["log", "--format", "yaml"]).code, 2);
}

#[test]
fn the_cache_changes_nothing() {
    let board = told();
    let file = board.git.root().join(".git/exboard/log-1.jsonl");
    let same = |what: &str| {
        let fresh = log(&board, &["--all", "--no-cache"]);
        assert_eq!(log(&board, &["--all"]), fresh, "{what}: read and kept");
        assert_eq!(log(&board, &["--all"]), fresh, "{what}: kept");
        fresh
    };
    let first = same("at first");
    assert!(file.exists());
    // It goes on where it ended.
    board.git.branch("change", "main");
    board.write(ANSWER, base("ready.yaml"));
    board.commit("ana", "2026-05-07T09:00:00Z", "Ready");
    board.land(Landing::Merge, "2026-05-07T10:00:00Z");
    let more = same("one more");
    assert_ne!(first, more);
    // A force push takes it back, and puts another in its place.
    board.git.git(&["reset", "--quiet", "--hard", "HEAD~"]);
    assert_eq!(same("forced"), first);
    // Votes come later, with a note.
    let before = board.git.id("main~1");
    board.receipt(&before, &[]);
    same("a note");
    // Damage, and what is of another kind.
    let text = fs::read_to_string(&file).unwrap();
    for damaged in [
        "",
        "{}",
        "\u{0}",
        &text[..text.len() / 2],
        &text.replacen(ID, "SEB", 1).replacen("exboard 0", "exboard 9", 1),
    ] {
        fs::write(&file, damaged).unwrap();
        same("damaged");
    }
    fs::remove_dir_all(file.parent().unwrap()).unwrap();
    same("deleted");
    // Where it cannot be kept, nothing is.
    fs::remove_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file.parent().unwrap(), "in the way").unwrap();
    same("in the way");
}

#[test]
fn a_removed_record_is_told_too() {
    let board = told();
    board.git.branch("change", "main").remove(RECORD);
    board.commit("mia", "2026-05-07T09:00:00Z", "Delete");
    board.land(Landing::Merge, "2026-05-07T10:00:00Z");
    let life = log(&board, &[ID]);
    assert!(life.contains("removed") && life.contains("history/record-deleted"), "{life}");
    assert!(!log(&board, &["--at", "2026-05-08"]).contains(ID));
}
