//! Repositories made to crash whoever reads them, or to put words into its output.

use std::fmt::Write as _;

use crate::governed::{Governed, ID, Landing, NOW, RECORD, approved, set};

const VOTE: &str = "2026-05-04T09:20:00Z";
const LANDED: &str = "2026-05-04T10:00:00Z";

/// Nothing of what a terminal or a forge takes for a command reaches the output.
#[track_caller]
fn no_forgery(board: &Governed) {
    let reviews = board.reviews(&[]);
    for arguments in [
        &["check", "--diff", "main..change", "--reviews", &reviews][..],
        &["verify", "--rev", "change"],
        &["log", "--rev", "change", "--all", "--no-cache"],
        &["check", "--rev", "change"],
    ] {
        for format in ["human", "json", "markdown", "github"] {
            if arguments[0] == "log" && format == "github" {
                continue;
            }
            let run = board.exboard(&[arguments, &["--now", NOW, "--format", format]].concat());
            assert!(matches!(run.code, 0 | 1), "{arguments:?} {format}: {run:#?}");
            for text in [&run.out, &run.error] {
                assert!(!text.contains('\u{1b}'), "{arguments:?} {format}: {text:?}");
                let forged = text
                    .lines()
                    .any(|line| line.starts_with("::error::forged") || line.starts_with("Clean: forged"));
                assert!(!forged, "{arguments:?} {format}: {text}");
            }
        }
    }
}

#[test]
fn names_with_newlines_and_escapes() {
    let board = Governed::new();
    board.git.branch("change", "main");
    board.write("exceptions/director/2026/A\u{1b}[31m\nClean: forged.yaml", approved());
    board.write("exceptions/director/2026/b\n::error::forged.yaml", "schema: [\n");
    board.write("exceptions/\u{202e}lmay.yml", "");
    board.write(RECORD, approved());
    board.commit("mia", "2026-05-04T09:00:00Z", "Names");
    no_forgery(&board);
}

#[test]
fn people_and_messages_with_escapes() {
    let board = Governed::new();
    board.git.branch("change", "main");
    board.write(RECORD, set(&approved(), "Priya Raman", "\"Priya \\e[31m\""));
    let message =
        "Title \u{1b}[31m\n\n::error::forged\n\nApproved-by: \u{1b}]0;x\u{7} <dan@vendor.example>\n";
    board.git.committing(message).by("Mia\u{1b}[31m", "mia@vendor.example").at(1_777_885_200).go();
    no_forgery(&board);
}

#[test]
fn a_message_of_a_million_lines() {
    let board = Governed::new();
    board.git.branch("change", "main");
    board.write(RECORD, approved());
    board.git.git(&["add", "--all"]);
    let mut message = "Title\n\n".to_owned();
    for number in 0..500_000 {
        let _ = writeln!(message, "Approved-by: A{number} <a{number}@x>\nDigest: {ID} sha256:0");
    }
    board.at("2026-05-04T09:00:00Z");
    board.git.feed(&["commit", "--quiet", "--file=-"], message.as_bytes());
    let reviews = board.reviews(&[]);
    board.diff_at(NOW, &["--reviews", &reviews]).red(&["lane/approval-missing"]);
    board.land(Landing::Merge, LANDED);
    board.verify().red(&["lane/approval-missing"]);
}

#[test]
fn deep_folders_and_wide_trees() {
    let board = Governed::new();
    // Deeper than any path on disk may be, and more in one folder than anybody writes.
    let deep = format!("{}x.yaml", "d/".repeat(3000));
    let wide: Vec<String> = (0..5000).map(|number| format!("f{number}.yaml")).collect();
    for (name, files) in [("deep", vec![deep]), ("wide", wide)] {
        let mut stream = format!(
            "commit refs/heads/{name}\ncommitter Mia <mia@vendor.example> 1777885200 +0000\ndata 1\nx\nfrom {}\n",
            board.git.id("main")
        );
        for file in files {
            let _ = writeln!(stream, "M 100644 inline exceptions/{name}/{file}\ndata 1\nx");
        }
        board.git.feed(&["fast-import", "--quiet"], stream.as_bytes());
        let commit = board.git.id(name);
        for arguments in [
            &["check", "--format", "json", "--diff"][..],
            &["verify", "--format", "json", "--rev"],
            &["log", "--no-cache", "--rev"],
        ] {
            let target = if arguments[0] == "check" { format!("main..{commit}") } else { commit.clone() };
            let run = board.exboard(&[arguments, &[&target, "--now", NOW]].concat());
            assert!(matches!(run.code, 0 | 1 | 3), "{name} {arguments:?}: {}", run.error);
            // History is about changes: that a folder is no record's place is for the judging of a state to say.
            let silent = arguments[0] == "log" || (arguments[0] == "verify" && name == "deep");
            assert!(silent || run.code != 0, "{name} {arguments:?}: {}", run.error);
        }
    }
}

#[test]
fn replaced_objects_and_grafts_are_refused() {
    let board = Governed::new();
    board.propose(&approved()).at(VOTE).vote("dan", ID);
    board.land(Landing::Merge, LANDED);
    let honest = board.git.id("main^2~1");
    board.git.git(&["replace", &board.git.id("main^2"), &honest]);
    board.verify().fails("replaced objects");
    board.git.git(&["replace", "-d", &board.git.id("main^2")]);
    board.write(".git/info/grafts", format!("{}\n", board.git.id("main")));
    board.verify().fails("grafts");
    board.git.remove(".git/info/grafts");
    board.verify().green();
}

#[test]
fn attributes_and_filters_change_nothing_that_is_judged() {
    // What is committed counts, whatever a checkout would make of it.
    let board = Governed::new();
    board.git.branch("change", "main");
    board.write(".gitattributes", "*.yaml filter=evil ident text eol=crlf export-ignore -diff\n");
    board.git.git(&["config", "filter.evil.smudge", "false"]);
    board.git.git(&["config", "filter.evil.clean", "cat"]);
    board.write(RECORD, approved());
    board.commit("mia", "2026-05-04T09:00:00Z", "Attributes");
    let reviews = board.reviews(&[]);
    board.diff_at(NOW, &["--reviews", &reviews]).red(&["lane/approval-missing"]);
    board.at(VOTE).vote("dan", ID).diff().green();
}

#[test]
fn dates_of_the_far_future_and_of_none() {
    let board = Governed::new();
    board.propose(&approved());
    let commit = board.git.raw(&["cat-file", "commit", "change"]);
    let text = String::from_utf8(commit).unwrap();
    for date in ["99999999999999 +0000", "-1 +0000", "9223372036854775807 -9999", "x", ""] {
        let forged = text.replace("1777885200 +0000", date);
        assert_ne!(forged, text);
        let id = board
            .git
            .feed(&["hash-object", "-t", "commit", "-w", "--literally", "--stdin"], forged.as_bytes());
        board.git.git(&["update-ref", "refs/heads/change", &id]);
        let reviews = board.reviews(&[]);
        let run = board.diff_at(NOW, &["--reviews", &reviews]);
        assert!(
            run.code == 3 || run.rules("error").contains(&"lane/approval-missing".to_owned()),
            "{date}: {run:#?}"
        );
        let run = board.verify_at(NOW, &["--rev", "change"]);
        assert!(
            run.code == 3 || run.rules("error").contains(&"lane/approval-missing".to_owned()),
            "{date}: {run:#?}"
        );
    }
}

#[test]
fn a_record_that_breaks_is_a_finding_at_its_commit_and_no_end() {
    let board = Governed::new();
    board.propose(&approved()).at(VOTE).vote("dan", ID);
    board.land(Landing::Merge, LANDED);
    let mut broken = Vec::new();
    for (hour, bytes) in [("11", &b"\xff\xfe"[..]), ("12", b"a: &a [*a]\n"), ("13", b""), ("14", b"- 1\n")] {
        board.git.branch("change", "main");
        board.write("exceptions/director/2026/SEB-2026-0050.yaml", bytes);
        board.commit("mia", &format!("2026-05-04T{hour}:00:00Z"), "Break");
        broken.push(board.land(Landing::Merge, &format!("2026-05-04T{hour}:10:00Z")));
    }
    let run = board.verify_at("2026-05-04T15:00:00Z", &[]);
    run.red(&["schema/syntax"]);
    let mut at: Vec<_> =
        run.findings().iter().map(|one| one["commit"].as_str().unwrap().to_owned()).collect();
    at.sort();
    broken.sort();
    assert_eq!(at, broken);
    let log = board.exboard(&["log", "SEB-2026-0050"]);
    assert!(log.code == 0 && log.out.contains("unreadable"), "{log:#?}");
}
