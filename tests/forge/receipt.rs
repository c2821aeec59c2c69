//! `exboard receipt` in a job: it reads the forge itself.

use std::fs;

use serde_json::{Value, json};

use crate::server::{Answer, Server};
use crate::stage::{Ran, Stage, base, listed_pull, review};

/// GitHub after a merge: each of these commits is of pull request 104, whose tip is `head`.
fn github(head: &str, commits: &[&str], landed: &str, reviews: Vec<Value>) -> Server {
    let paths: Vec<String> =
        commits.iter().map(|commit| format!("/repos/acme/governance/commits/{commit}/pulls")).collect();
    // One that was closed had the commit, too.
    let pulls =
        json!([listed_pull(99, &"b".repeat(40), None), listed_pull(104, head, Some(landed))]).to_string();
    Server::github(move |asked| {
        let path = asked.path.split('?').next().unwrap().to_owned();
        if path.ends_with("/pulls/104/reviews") {
            Answer::new(200, Value::from(reviews.clone()).to_string())
        } else if paths.contains(&path) {
            Answer::new(200, pulls.clone())
        } else {
            Answer::new(200, "[]")
        }
    })
}

fn receipt(stage: &Stage, server: &Server, before: &str, after: &str, arguments: &[&str]) -> Ran {
    let payload = json!({ "ref": "refs/heads/main", "before": before, "after": after });
    let arguments = [&["receipt"], arguments].concat();
    let key = fs::read_to_string(stage.scratch.key("receipts", "ed25519").private).unwrap();
    // A secret loses the line end at its end.
    stage.run_with("push", &payload, &server.url(), &arguments, &[("EXBOARD_RECEIPT_KEY", key.trim_end())])
}

#[test]
fn a_push_that_landed_a_pull_request_gets_its_receipt() {
    let stage = Stage::approving();
    let reviews = vec![review(71, "dan-whitlock", "APPROVED", &stage.head)];
    let server = github(&stage.head, &[&stage.merge], &stage.merge, reviews);
    let ran = receipt(&stage, &server, &stage.base, &stage.merge, &["--dry-run"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    for line in [
        "Pull-Request: https://github.com/acme/governance/pull/104\n",
        "Opened-by: mia-torres\n",
        &format!("Covers: {}..{}\n", stage.base, stage.merge),
        "Merged-at: 2026-05-04T11:00:00Z\n",
        "Record: SEB-2026-0042 sha256:",
        &format!("Approved-by: Dan Whitlock <dan@vendor.example>; commit {}; digest sha256:", stage.head),
        "; at 2026-05-04T10:00:00Z; review 71\n",
    ] {
        assert!(ran.out.contains(line), "{line}{}", ran.out);
    }
    let ran = receipt(&stage, &server, &stage.base, &stage.merge, &[]);
    assert!(ran.code == 0 && ran.out.contains("1 record, 1 vote"), "{ran:?}");
    let note = stage.scratch.git(&["notes", "--ref=exboard", "show", &stage.merge]);
    assert!(note.contains("BEGIN SSH SIGNATURE"), "{note}");
    // A second run of the job changes nothing.
    let ran = receipt(&stage, &server, &stage.base, &stage.merge, &[]);
    assert!(ran.code == 0 && ran.out.contains("to the letter"), "{ran:?}");
}

#[test]
fn commits_that_a_rebase_landed_one_by_one_share_a_receipt() {
    let stage = Stage::approving();
    let scratch = &stage.scratch;
    let head = scratch.checkout("feature").write("evidence/x.md", "x").commit("more");
    scratch.checkout("main").write("README.md", "x").commit("in between");
    let before = scratch.head();
    let after = scratch.rebase("feature");
    let first = scratch.id("main~");
    let server = github(&head, &[&first, &after], &after, vec![]);
    let ran = receipt(&stage, &server, &before, &after, &["--dry-run"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains(&format!("Covers: {before}..{after}\n")), "{}", ran.out);
    assert_eq!(ran.out.matches("Exboard-Receipt").count(), 1);
}

#[test]
fn without_the_branch_nothing_is_written_that_could_never_be_mended() {
    let stage = Stage::new(&base("just-approved.yaml"));
    let gone = "d".repeat(40);
    let server = github(&gone, &[&stage.merge], &stage.merge, vec![]);
    let ran = receipt(&stage, &server, &stage.base, &stage.merge, &[]);
    assert!(ran.code == 3 && ran.error.contains("git fetch origin refs/pull/104/head"), "{ran:?}");
}

#[test]
fn a_commit_without_a_pull_request_has_no_receipt_and_other_events_have_none() {
    let stage = Stage::approving();
    let server = github(&stage.head, &[], &stage.merge, vec![]);
    let ran = receipt(&stage, &server, &stage.base, &stage.merge, &[]);
    assert!(ran.code == 0 && ran.error.contains("landed with no pull request"), "{ran:?}");
    assert_eq!(server.asked().len(), 3);
    let ran = stage.run("schedule", &json!({}), &server.url(), &["receipt"]);
    assert!(ran.code == 2 && ran.error.contains("after a push"), "{ran:?}");
}
