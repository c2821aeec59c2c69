//! Safe fixes as suggestions at the lines of a pull request: where they stand, and that none is made twice.

use comrak::nodes::NodeValue;
use comrak::{Arena, parse_document};
use serde_json::{Value, json};

use crate::contract::example;
use crate::events::{group, pull};
use crate::server::{Answer, Asked, Server};
use crate::stage::{RECORD, Ran, Stage, answer, base, review, with};

/// The record with two derived values that are not what they are derived from.
fn wrong() -> String {
    base("just-approved.yaml")
        .replace("combined_risk_score: 60", "combined_risk_score: 61")
        .replace("close_date_risk_days: 57", "close_date_risk_days: 58")
}

/// What GitHub lists of the files of the pull request: git's difference without its head.
fn listed(stage: &Stage) -> Vec<Value> {
    let range = format!("{}...{}", stage.base, stage.head);
    let names = stage.scratch.git(&["diff", "--name-only", &range]);
    let entry = |path: &str| {
        let whole = stage.scratch.git(&["diff", &range, "--", path]);
        let patch =
            whole.split_once("\n@@ ").map_or(String::new(), |(_, hunks)| format!("@@ {}", hunks.trim_end()));
        with(example("diff-entry-items")[0].take(), &json!({ "filename": path, "patch": patch }))
    };
    names.lines().map(entry).collect()
}

/// GitHub, with these files and comments of the pull request.
fn github(files: Vec<Value>, comments: &[Value], may_suggest: bool) -> Server {
    let comment = |of: &Value| {
        with(example("pull-request-review-comment-items")[0].take(), &json!({ "body": of["body"] }))
    };
    let comments: Vec<Value> = comments.iter().map(comment).collect();
    Server::github(move |asked| {
        let path = asked.path.split('?').next().unwrap();
        match (asked.method.as_str(), path.strip_prefix("/repos/acme/governance/pulls/104/")) {
            ("GET", Some("files")) => Answer::new(200, Value::from(files.clone()).to_string()),
            ("GET", Some("comments")) => Answer::new(200, Value::from(comments.clone()).to_string()),
            ("POST", Some("reviews")) if may_suggest => {
                Answer::new(200, example("pull-request-review").to_string())
            }
            _ => answer(asked, &[], true, &[]),
        }
    })
}

fn run(stage: &Stage, server: &Server) -> Ran {
    let payload = pull("synchronize", &stage.base, &stage.head, false);
    stage.run("pull_request", &payload, &server.url(), &["check", "--github"])
}

/// The one review that was made, if any.
fn made(server: &Server) -> Option<Value> {
    let posts = |asked: &Asked| asked.method == "POST" && asked.path.ends_with("/reviews");
    let mut all: Vec<Value> = server.asked().iter().filter(|asked| posts(asked)).map(Asked::json).collect();
    assert!(all.len() < 2, "{all:?}");
    all.pop()
}

/// The lines of the suggestion in a comment, as GitHub finds it in the Markdown.
fn suggested(comment: &Value) -> String {
    let arena = Arena::new();
    let root = parse_document(&arena, comment["body"].as_str().unwrap(), &comrak::Options::default());
    let mut blocks = root.descendants().filter_map(|node| match &node.data().value {
        NodeValue::CodeBlock(block) => Some((block.info.clone(), block.literal.clone())),
        _ => None,
    });
    let (info, literal) = blocks.next().unwrap();
    assert_eq!((info.as_str(), blocks.next()), ("suggestion", None), "{comment}");
    literal
}

/// A text with all suggestions taken.
fn taken(text: &str, comments: &[Value]) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    for comment in comments.iter().rev() {
        assert_eq!(comment["side"], json!("RIGHT"));
        let last = usize::try_from(comment["line"].as_u64().unwrap()).unwrap();
        let first = comment["start_line"].as_u64().map_or(last, |first| usize::try_from(first).unwrap());
        lines.splice(first - 1..last, [suggested(comment)]);
    }
    lines.concat()
}

#[test]
fn what_has_one_right_answer_is_suggested_where_it_stands_and_only_once() {
    let stage = Stage::new(&wrong());
    let server = github(listed(&stage), &[], true);
    let ran = run(&stage, &server);
    assert_eq!((ran.code, ran.output("result")), (1, "findings"), "{ran:?}");
    assert!(ran.error.contains("2 suggestions made in the pull request\n"), "{}", ran.error);
    let review = made(&server).unwrap();
    assert_eq!((&review["event"], &review["commit_id"]), (&json!("COMMENT"), &json!(stage.head)));
    let comments = review["comments"].as_array().unwrap();
    let line = |text: &str| wrong().lines().position(|line| line == text).unwrap() + 1;
    for (comment, text, rule) in [
        (&comments[0], "close_date_risk_days: 58", "`lane/close-date-mismatch`"),
        (&comments[1], "combined_risk_score: 61", "`lane/score-mismatch`"),
    ] {
        assert_eq!((&comment["path"], &comment["line"]), (&json!(RECORD), &json!(line(text))));
        assert!(comment["body"].as_str().unwrap().contains(rule), "{comment}");
    }
    assert_eq!(taken(&wrong(), comments), base("just-approved.yaml"));
    // The next run finds them made, also where a new commit moved the lines.
    let scratch = stage.scratch.checkout("feature");
    let head = scratch.write(RECORD, format!("# Decided in May.\n{}", wrong())).commit("a comment");
    let moved = Stage { scratch: stage.scratch, head, ..stage };
    let server = github(listed(&moved), comments, true);
    let ran = run(&moved, &server);
    assert!(ran.code == 1 && made(&server).is_none() && !ran.error.contains("suggestion"), "{ran:?}");
}

#[test]
fn without_the_permission_the_verdict_is_the_same() {
    let stage = Stage::new(&wrong());
    let ran = run(&stage, &github(listed(&stage), &[], false));
    assert_eq!((ran.code, ran.output("result"), ran.output("findings")), (1, "findings", "3"), "{ran:?}");
    assert!(
        ran.error.contains("note: 2 suggestions not made: the job has no `pull-requests: write`"),
        "{}",
        ran.error
    );
    // Nor does anything else that goes wrong with them count.
    let server = Server::new(|asked| match asked.path.contains("/files") {
        true => Answer::new(422, r#"{"message": "Unprocessable"}"#),
        false => answer(asked, &[], true, &[]),
    });
    let ran = run(&stage, &server);
    assert_eq!((ran.code, ran.output("result")), (1, "findings"), "{ran:?}");
    assert!(
        ran.error.contains("note: no suggestions were made: GET /repos/acme/governance/pulls/104/files"),
        "{}",
        ran.error
    );
}

#[test]
fn a_line_that_the_pull_request_does_not_show_gets_none() {
    let stage = Stage::new(&wrong());
    // GitHub shows one of the two lines, and no difference of a file that is too large.
    let mut files = listed(&stage);
    let number = wrong().lines().position(|line| line.starts_with("combined_risk_score")).unwrap() + 1;
    let patch = format!("@@ -{number},1 +{number},1 @@\n+combined_risk_score: 61");
    files[0]["patch"] = json!(patch);
    let server = github(files.clone(), &[], true);
    let ran = run(&stage, &server);
    assert!(ran.error.contains("1 suggestion made in the pull request\n"), "{ran:?}");
    assert_eq!(suggested(&made(&server).unwrap()["comments"][0]), "combined_risk_score: 60\n");
    files[0].as_object_mut().unwrap().remove("patch");
    let server = github(files, &[], true);
    run(&stage, &server);
    assert!(made(&server).is_none());
    assert!(!server.lines().iter().any(|line| line.contains("/comments")), "{:?}", server.lines());
}

#[test]
fn a_line_that_is_missing_is_suggested_with_the_one_before_it() {
    let url = "    url: https://wiki.example.com/export-service\n";
    let path = "    path: evidence/rotation.md\n";
    let record = base("just-approved.yaml").replace(url, path);
    let stage = Stage::new(&record);
    let head = stage.scratch.checkout("feature").write("evidence/rotation.md", "proof\n").commit("proof");
    let stage = Stage { head, ..stage };
    let server = github(listed(&stage), &[], true);
    let ran = run(&stage, &server);
    let review = made(&server).unwrap();
    let comments = review["comments"].as_array().unwrap();
    let pin = "    sha256: f6ed42a9d765eeb230a069bbc3d5dc346b2669594bb0b83cc6d14d5d967b8961\n";
    assert_eq!(taken(&record, comments), record.replace(path, &format!("{path}{pin}")), "{ran:?}");
    assert!(comments[0]["body"].as_str().unwrap().contains("`evidence/unpinned`"), "{comments:?}");
    assert_eq!(comments.len(), 1);
}

#[test]
fn several_lines_are_one_suggestion_and_a_move_is_none() {
    let stage = Stage::approving();
    // What the roster says of the owners, in a file that the pull request writes otherwise.
    let scratch = stage.scratch.checkout("feature");
    let here = "exceptions/working/2026/SEB-2026-0042.yaml";
    scratch.remove(RECORD).write(here, base("just-approved.yaml"));
    let owners = "# Who is asked.\n/exceptions/ @somebody\n/policies/ @somebody\n";
    let head = scratch.write("CODEOWNERS", owners).commit("owners, and a record out of its lane");
    let stage = Stage { scratch: stage.scratch, head, ..stage };
    let server = github(listed(&stage), &[], true);
    let ran = run(&stage, &server);
    assert!(
        ran.out.contains("lane/folder-mismatch") && ran.out.contains("lane/codeowners-drift"),
        "{}",
        ran.out
    );
    let review = made(&server).unwrap();
    let comments = review["comments"].as_array().unwrap();
    let right = stage.run("push", &json!({}), &server.url(), &["export", "codeowners"]).out;
    assert_eq!(taken(owners, comments), right, "{review}");
    let lines = |name: &str| comments[0][name].as_u64();
    assert_eq!((comments.len(), lines("start_line"), lines("line")), (1, Some(1), Some(3)), "{review}");
    assert_eq!(comments[0]["start_side"], json!("RIGHT"));
}

#[test]
fn nothing_in_a_line_ends_the_suggestion() {
    let hostile = "``` ~~~ ````` --> <!-- exboard suggestion 00 --> @acme/board ]( <script>";
    let wrong = wrong().replace("_score: 61", &format!("_score: 61 # {hostile}"));
    let stage = Stage::new(&wrong);
    let server = github(listed(&stage), &[], true);
    let ran = run(&stage, &server);
    let review = made(&server).unwrap();
    let comments = review["comments"].as_array().unwrap();
    assert_eq!(suggested(&comments[1]), format!("combined_risk_score: 60 # {hostile}\n"), "{ran:?}");
    // A line with characters that nobody sees is not put before anybody to be taken.
    let stage = Stage::new(&wrong.replace(hostile, "\u{202e}txet"));
    let server = github(listed(&stage), &[], true);
    run(&stage, &server);
    assert_eq!(made(&server).unwrap()["comments"].as_array().unwrap().len(), 1);
}

#[test]
fn a_review_has_so_many_suggestions_and_the_next_one_the_rest() {
    let stage = Stage::approving();
    let scratch = stage.scratch.checkout("feature");
    for number in 1..=24 {
        let id = format!("SEB-2026-01{number:02}");
        let record = wrong()
            .replace("SEB-2026-0042", &id)
            .replace("close_date_risk_days: 58", "close_date_risk_days: 57");
        scratch.write(&format!("exceptions/director/2026/{id}.yaml"), record);
    }
    let head = scratch.commit("24 wrong scores");
    let stage = Stage { scratch: stage.scratch, head, ..stage };
    let server = github(listed(&stage), &[], true);
    let ran = run(&stage, &server);
    assert!(
        ran.error.contains("20 suggestions made in the pull request; 4 more are for a later run"),
        "{}",
        ran.error
    );
    let first = made(&server).unwrap();
    let server = github(listed(&stage), first["comments"].as_array().unwrap(), true);
    run(&stage, &server);
    assert_eq!(made(&server).unwrap()["comments"].as_array().unwrap().len(), 4);
}

#[test]
fn a_pull_request_that_is_in_order_and_other_events_ask_for_none() {
    let stage = Stage::new(&wrong());
    let server = github(vec![], &[], true);
    stage.run("merge_group", &group(&stage.base, &stage.merge), &server.url(), &["check", "--github"]);
    stage.run("push", &json!({ "after": stage.merge }), &server.url(), &["check", "--github"]);
    let approving = Stage::approving();
    let approved = review(1, "dan-whitlock", "APPROVED", &approving.head);
    let fine = Server::github(move |asked| answer(asked, std::slice::from_ref(&approved), true, &[]));
    assert_eq!(run(&approving, &fine).output("result"), "clean");
    for line in server.lines().iter().chain(&fine.lines()) {
        assert!(!line.contains("/files") && !line.contains("/comments"), "{line}");
    }
}
