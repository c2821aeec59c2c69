//! `exboard check --github`: each event, from the job's environment to the check on the commit.

use serde_json::{Value, json};

use crate::TOKEN;
use crate::events::{group, pull};
use crate::scratch::Scratch;
use crate::server::{Answer, Server};
use crate::stage::{RECORD, Ran, Stage, base, check_runs, github, review};

const DAN: &str = "dan-whitlock";

fn of_pull(stage: &Stage, server: &Server) -> Ran {
    let payload = pull("synchronize", &stage.base, &stage.head, false);
    stage.run("pull_request", &payload, &server.url(), &["check", "--github"])
}

/// The check run that was made: status, conclusion, title.
fn told(run: &Value) -> (Option<&str>, Option<&str>, &str) {
    (run["status"].as_str(), run["conclusion"].as_str(), run["output"]["title"].as_str().unwrap())
}

#[test]
fn while_votes_are_all_that_is_missing_the_check_is_yellow_and_the_job_is_green() {
    let stage = Stage::approving();
    let server = github(vec![], true, vec![]);
    let ran = of_pull(&stage, &server);
    assert_eq!(ran.code, 0, "{ran:?}");
    let runs = check_runs(&server);
    assert_eq!(told(&runs[0]), (Some("in_progress"), None, "Waiting for the director board: 0 of 1"));
    assert_eq!(runs[0]["head_sha"], json!(stage.head));
    assert_eq!(runs[0]["output"]["annotations"][0]["path"], json!(RECORD));
    // The check carries the annotations: in the log, a finding is a line.
    assert!(!ran.out.contains("::error"), "{}", ran.out);
    assert!(ran.out.contains(&format!("{RECORD}:31:18: error[lane/approval-missing] ")), "{}", ran.out);
    assert!(ran.summary.contains("## ⏳ Waiting for the director board: 0 of 1"), "{}", ran.summary);
    assert!(
        ran.summary.contains("| ⏳ | approving SEB-2026-0042 | 0 of 1 | `dan`, `eva` | the director board |"),
        "{}",
        ran.summary
    );
    assert!(ran.summary.contains("\n| ⏳&nbsp;vote |") && !ran.summary.contains('❌'), "{}", ran.summary);
    let outputs = ["result", "findings", "lane", "approvals-needed"].map(|name| ran.output(name));
    assert_eq!(outputs, ["waiting", "1", "director", "1"]);
}

#[test]
fn with_its_votes_it_is_green() {
    let stage = Stage::approving();
    let server = github(vec![review(1, DAN, "APPROVED", &stage.head)], true, vec![]);
    let ran = of_pull(&stage, &server);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(told(&check_runs(&server)[0]), (Some("completed"), Some("success"), "In order"));
    assert_eq!([ran.output("result"), ran.output("approvals-needed")], ["clean", "0"]);
    assert!(ran.summary.contains("| ✅ | approving SEB-2026-0042 |"), "{}", ran.summary);
}

#[test]
fn a_review_judges_anew_and_ends_the_run_that_waited() {
    let stage = Stage::approving();
    let server = github(vec![review(1, DAN, "APPROVED", &stage.head)], true, vec![41, 42]);
    let payload = pull("submitted", &stage.base, &stage.head, false);
    let ran = stage.run("pull_request_review", &payload, &server.url(), &["check", "--github"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let lines: Vec<String> = server.lines().into_iter().filter(|line| !line.starts_with("GET")).collect();
    let path = "/repos/acme/governance/check-runs";
    assert_eq!(lines, [format!("PATCH {path}/41"), format!("PATCH {path}/42"), format!("POST {path}")]);
}

#[test]
fn a_job_that_may_write_no_check_fails_while_votes_are_missing() {
    let stage = Stage::approving();
    let server = github(vec![], false, vec![]);
    let payload = pull("opened", &stage.base, &stage.head, true);
    let ran = stage.run("pull_request", &payload, &server.url(), &["check", "--github"]);
    assert_eq!((ran.code, ran.output("result")), (1, "waiting"), "{ran:?}");
    assert!(ran.error.contains("`checks: write`"), "{}", ran.error);
    // Without a check, the annotations are those of the log.
    assert!(ran.out.contains(&format!("{RECORD}:31:18: error[lane/approval-missing] ")), "{}", ran.out);
    assert_eq!(ran.out.matches(&format!("::error file={RECORD},")).count(), 1, "{}", ran.out);
    assert!(ran.summary.contains("Waiting for the director board: 0 of 1"));
    // With the votes, the same job is green.
    let server = github(vec![review(1, DAN, "APPROVED", &stage.head)], false, vec![]);
    let ran = stage.run("pull_request", &payload, &server.url(), &["check", "--github"]);
    assert_eq!((ran.code, ran.output("result")), (0, "clean"), "{ran:?}");
}

#[test]
fn an_objection_is_red_and_so_is_a_vote_of_an_author() {
    let stage = Stage::approving();
    let server = github(vec![review(1, DAN, "CHANGES_REQUESTED", &stage.head)], true, vec![]);
    let ran = of_pull(&stage, &server);
    let runs = check_runs(&server);
    let title = "An objection stands: dan (the director board) on approving SEB-2026-0042";
    assert_eq!((ran.code, told(&runs[0])), (1, (Some("completed"), Some("failure"), title)), "{ran:?}");
    // Whoever pushed last cannot vote: `ana-sorel` sent the event, and is no director either.
    let server = github(vec![review(1, "ana-sorel", "APPROVED", &stage.head)], true, vec![]);
    assert_eq!(of_pull(&stage, &server).output("result"), "waiting");
}

#[test]
fn a_broken_record_is_red_whatever_its_votes() {
    let wrong = base("just-approved.yaml").replace("combined_risk_score: 60", "combined_risk_score: 61");
    let stage = Stage::new(&wrong);
    let server = github(vec![], true, vec![]);
    let ran = of_pull(&stage, &server);
    let runs = check_runs(&server);
    let title = "Not in order: 2 findings in 1 record";
    assert_eq!((ran.code, told(&runs[0])), (1, (Some("completed"), Some("failure"), title)), "{ran:?}");
    assert_eq!([ran.output("result"), ran.output("findings")], ["findings", "2"]);
    let points = "- **1 error** must be mended.\n- The votes are not in order yet: see below.\n";
    assert!(ran.summary.contains(points), "{}", ran.summary);
}

#[test]
fn the_merge_queue_does_not_wait() {
    let stage = Stage::approving();
    let server = github(vec![], true, vec![]);
    let payload = group(&stage.base, &stage.merge);
    let ran = stage.run("merge_group", &payload, &server.url(), &["check", "--github"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let runs = check_runs(&server);
    assert_eq!((&runs[0]["conclusion"], &runs[0]["head_sha"]), (&json!("failure"), &json!(stage.merge)));
    let server = github(vec![review(1, DAN, "APPROVED", &stage.head)], true, vec![]);
    let ran = stage.run("merge_group", &payload, &server.url(), &["check", "--github"]);
    assert_eq!((ran.code, ran.output("result")), (0, "clean"), "{ran:?}");
}

#[test]
fn a_push_and_the_clock_judge_the_register_as_it_stands() {
    let stage = Stage::approving();
    for (event, payload) in [("push", json!({ "after": stage.merge })), ("schedule", json!({}))] {
        let server = github(vec![], true, vec![]);
        let ran = stage.run(event, &payload, &server.url(), &["check", "--github"]);
        assert_eq!((ran.code, ran.output("result")), (0, "clean"), "{ran:?}");
        assert_eq!(check_runs(&server)[0]["head_sha"], json!(stage.merge));
        assert!(ran.summary.contains("## ✅ In order"), "{}", ran.summary);
    }
    // Time alone makes it red: the approval has run out.
    let server = github(vec![], true, vec![]);
    let check = ["--now", "2026-09-01", "check", "--github"];
    let ran = stage.run("schedule", &json!({}), &server.url(), &check);
    assert_eq!((ran.code, ran.output("result")), (1, "findings"), "{ran:?}");
    assert_eq!(check_runs(&server)[0]["conclusion"], json!("failure"));
}

#[test]
fn the_policy_of_the_tip_judges_and_only_githubs_own_merge_tells_the_tip() {
    let stage = Stage::approving();
    // Since the branch was made, eva has become the one director.
    stage.scratch.checkout("main");
    let policy = base("board.toml")
        .replace("members = [\"dan\"]\nquorum = 1", "members = [\"eva\"]\nquorum = 1")
        .replace("members = [\"eva\", \"dan\"]\nquorum = 2", "members = [\"eva\"]\nquorum = 1");
    let tip = stage.scratch.write("policies/board.toml", policy).commit("another board");
    stage.scratch.git(&["checkout", "--quiet", "--detach", "main"]);
    let merge = stage.scratch.merge(&["feature"]);
    let payload = pull("synchronize", &stage.base, &stage.head, false);
    let approved = || github(vec![review(1, DAN, "APPROVED", &stage.head)], true, vec![]);
    let run = |sha: &str| {
        let server = approved();
        stage.run_with(
            "pull_request",
            &payload,
            &server.url(),
            &["check", "--github"],
            &[("GITHUB_SHA", sha)],
        )
    };
    assert_eq!(run(&merge).output("result"), "waiting");
    // A commit that GitHub did not name tells nothing: the payload does.
    assert_eq!(run(&tip).output("result"), "clean");
}

#[test]
fn where_votes_cannot_be_read_nothing_is_judged() {
    let stage = Stage::approving();
    for (answer, help) in [
        (Answer::new(404, r#"{"message": "Not Found"}"#), "pull-requests: read"),
        (Answer::new(200, "[{"), "the reviews of pull request 104"),
        (Answer::new(200, r#"{"message": "x"}"#), "expected a list of reviews"),
        (Answer::new(401, format!(r#"{{"message": "{TOKEN}"}}"#)), "not valid here"),
    ] {
        let server = Server::new(move |_| answer.clone());
        let ran = of_pull(&stage, &server);
        assert_eq!((ran.code, ran.output("result")), (3, "failed"), "{ran:?}");
        assert!(ran.error.contains(help), "{}", ran.error);
        assert!(ran.summary.contains("Not judged"), "{}", ran.summary);
    }
    let server = github(vec![], true, vec![]);
    let payload = pull("opened", &stage.base, &stage.head, false);
    let check = ["check", "--github"];
    let ran = stage.run_with("pull_request", &payload, &server.url(), &check, &[("GITHUB_TOKEN", "")]);
    assert!(ran.code == 3 && ran.error.contains("there is no token"), "{ran:?}");
    assert!(server.asked().is_empty());
}

#[test]
fn the_formats_that_are_asked_for_are_written_as_elsewhere() {
    let stage = Stage::approving();
    let payload = pull("synchronize", &stage.base, &stage.head, false);
    let run = |arguments: &[&str]| {
        let server = github(vec![], true, vec![]);
        let arguments = [&["check", "--github"], arguments].concat();
        stage.run("pull_request", &payload, &server.url(), &arguments)
    };
    let ran = run(&["--format", "github"]);
    assert!(ran.out.contains(&format!("::error file={RECORD},")), "{}", ran.out);
    let ran = run(&["--format", "json"]);
    assert!(serde_json::from_str::<Value>(&ran.out).is_ok(), "{}", ran.out);
}

#[test]
fn the_check_stands_for_all_rules() {
    let stage = Stage::approving();
    let payload = pull("synchronize", &stage.base, &stage.head, false);
    let server = github(vec![], true, vec![]);
    let refused = |arguments: &[&str], more: &[(&str, &str)]| {
        let ran = stage.run_with("pull_request", &payload, &server.url(), arguments, more);
        assert!(ran.code == 2 && ran.error.contains("the check `exboard` stands for all of them"), "{ran:?}");
        assert_eq!((ran.summary.as_str(), ran.outputs.as_str()), ("", ""));
    };
    refused(&["check", "--github", "--select", "schema"], &[]);
    refused(&["check", "--github", "--ignore", "lane/approval-missing"], &[]);
    refused(&["check", "--github"], &[("EXBOARD_IGNORE", "lane")]);
    refused(&["check", "--github"], &[("EXBOARD_SELECT", "schema")]);
    assert!(server.asked().is_empty());
}

#[test]
fn what_is_no_job_or_no_event_of_ours_says_so() {
    let stage = Stage::approving();
    let check = ["check", "--github"];
    let nowhere = "http://127.0.0.1:9";
    let payload = pull("opened", &stage.base, &stage.head, false);
    let ran = stage.run("pull_request_target", &payload, nowhere, &check);
    assert!(ran.code == 3 && ran.error.contains("use `pull_request`"), "{ran:?}");
    let ran = stage.run_with("", &payload, nowhere, &check, &[]);
    assert!(ran.code == 2 && ran.error.contains("GITHUB_EVENT_NAME is not set"), "{ran:?}");
    let ran = stage.run("pull_request", &payload, "http://api.example.com", &check);
    assert!(ran.code == 3 && ran.error.contains("cannot be the address"), "{ran:?}");
    let ran =
        stage.run_with("pull_request", &payload, nowhere, &check, &[("GITHUB_REPOSITORY", "../../user")]);
    assert!(ran.code == 3 && ran.error.contains("is no repository"), "{ran:?}");
    let ran = stage.run("pull_request", &payload, nowhere, &["check", "--github", "--diff", "main"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    let unknown = pull("opened", &"e".repeat(40), &stage.head, false);
    let server = github(vec![], true, vec![]);
    let ran = stage.run_with("pull_request", &unknown, &server.url(), &check, &[("GITHUB_SHA", "")]);
    assert!(ran.code == 3 && ran.error.contains("fetch-depth: 0"), "{ran:?}");
}

#[test]
fn more_findings_than_one_request_takes_go_in_several() {
    let stage = Stage::approving();
    let scratch: &Scratch = &stage.scratch;
    scratch.checkout("feature");
    for number in 1..=60 {
        scratch.write(&format!("exceptions/director/2026/SEB-2026-1{number:03}.yaml"), "schema: nonsense\n");
    }
    let head = scratch.commit("sixty broken records");
    let server = github(vec![], true, vec![]);
    let payload = pull("synchronize", &stage.base, &head, false);
    let ran = stage.run("pull_request", &payload, &server.url(), &["check", "--github"]);
    assert_eq!(ran.code, 1, "{}", ran.error);
    let sent: Vec<usize> = server
        .asked()
        .iter()
        .filter(|asked| asked.method != "GET")
        .map(|asked| asked.json()["output"]["annotations"].as_array().unwrap().len())
        .collect();
    assert_eq!(sent[0], 50);
    assert_eq!(sent.iter().sum::<usize>().to_string(), ran.output("findings"));
}
