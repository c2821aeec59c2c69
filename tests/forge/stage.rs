//! A governance repository with a pull request that decides a record, and a job of GitHub Actions about it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::TOKEN;
use crate::contract::example;
use crate::scratch::{Scratch, git_in};
use crate::server::{Answer, Asked, Server};

pub(crate) const RECORD: &str = "exceptions/director/2026/SEB-2026-0042.yaml";
/// 2026-05-04T09:00:00Z: an hour after the request was received.
pub(crate) const MORNING: i64 = 1_777_885_200;

pub(crate) fn base(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/base").join(name)).unwrap()
}

pub(crate) struct Stage {
    pub(crate) scratch: Scratch,
    /// The tip of the target branch, of the pull request, and what GitHub merged to try it.
    pub(crate) base: String,
    pub(crate) head: String,
    pub(crate) merge: String,
}

/// What a job printed and wrote.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) error: String,
    pub(crate) summary: String,
    pub(crate) outputs: String,
}

impl Ran {
    /// The value of an output of the step.
    pub(crate) fn output(&self, name: &str) -> &str {
        let line = self.outputs.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        line.unwrap_or_else(|| panic!("no output {name} in {}", self.outputs))
    }
}

impl Stage {
    /// A proposed record on `main`; on `feature` it becomes this.
    pub(crate) fn new(record: &str) -> Stage {
        let scratch = Scratch::new();
        scratch.set_clock(MORNING);
        scratch
            .write("exboard.toml", "version = 1\n")
            .write("policies/board.toml", base("board.toml"))
            .write(RECORD, base("proposed.yaml"));
        let base = scratch.commit("proposed");
        let head = scratch.branch("feature", "main").write(RECORD, record).commit("decided");
        scratch.git(&["checkout", "--quiet", "--detach", "main"]);
        let merge = scratch.merge(&["feature"]);
        Stage { scratch, base, head, merge }
    }

    /// A pull request that approves the record.
    pub(crate) fn approving() -> Stage {
        Stage::new(&base("just-approved.yaml"))
    }

    /// The program in a job.
    pub(crate) fn run(&self, event: &str, payload: &Value, api: &str, arguments: &[&str]) -> Ran {
        self.run_with(event, payload, api, arguments, &[])
    }

    pub(crate) fn run_with(
        &self,
        event: &str,
        payload: &Value,
        api: &str,
        arguments: &[&str],
        more: &[(&str, &str)],
    ) -> Ran {
        let file = |name: &str| -> PathBuf { self.scratch.home().join(name) };
        fs::write(file("event.json"), payload.to_string()).unwrap();
        for name in ["summary", "outputs"] {
            fs::write(file(name), "").unwrap();
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_exboard"));
        // What makes git deaf makes libgit2 deaf too.
        for (name, value) in git_in(self.scratch.root(), self.scratch.home()).get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("GITHUB_") || name.to_ascii_lowercase().ends_with("_proxy") {
                command.env_remove(name);
            }
        }
        command
            .current_dir(self.scratch.root())
            .envs([
                ("GITHUB_ACTIONS", "true"),
                ("GITHUB_EVENT_NAME", event),
                ("GITHUB_REPOSITORY", "acme/governance"),
                ("GITHUB_API_URL", api),
                ("GITHUB_SERVER_URL", "https://github.com"),
                ("GITHUB_TOKEN", TOKEN),
                ("GITHUB_SHA", &self.merge),
            ])
            .env("GITHUB_WORKSPACE", self.scratch.root())
            .env("GITHUB_EVENT_PATH", file("event.json"))
            .env("GITHUB_STEP_SUMMARY", file("summary"))
            .env("GITHUB_OUTPUT", file("outputs"))
            .envs(more.iter().copied())
            .env("EXBOARD_NOW", "2026-05-04T12:00:00Z")
            .args(arguments);
        let Output { status, stdout, stderr } = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let ran = Ran {
            code: status.code().unwrap(),
            out: text(stdout),
            error: text(stderr),
            summary: fs::read_to_string(file("summary")).unwrap(),
            outputs: fs::read_to_string(file("outputs")).unwrap(),
        };
        assert!(!format!("{ran:?}").contains(TOKEN), "the token is told: {ran:?}");
        ran
    }
}

/// A thing of GitHub's, as its description gives one, with some fields of its own.
pub(crate) fn with(mut thing: Value, fields: &Value) -> Value {
    for (name, value) in fields.as_object().unwrap() {
        match value {
            Value::Object(_) if thing[name].is_object() => thing[name] = with(thing[name].take(), value),
            _ => thing[name] = value.clone(),
        }
    }
    thing
}

/// A review.
pub(crate) fn review(id: u64, login: &str, state: &str, commit: &str) -> Value {
    let fields = json!({
        "id": id,
        "user": { "login": login },
        "state": state,
        "commit_id": commit,
        "submitted_at": "2026-05-04T10:00:00Z",
    });
    with(example("pull-request-review-items")[0].take(), &fields)
}

/// A check run that waits, or was just made.
fn check_run(id: u64) -> Value {
    let fields = json!({ "id": id, "status": "in_progress", "external_id": "exboard" });
    with(example("check-run-example-of-in-progress-conclusion"), &fields)
}

/// GitHub, with these reviews; `may_write` where the token has `checks: write`, and `waiting` for runs that are there.
pub(crate) fn github(reviews: Vec<Value>, may_write: bool, waiting: Vec<u64>) -> Server {
    Server::github(move |asked| answer(asked, &reviews, may_write, &waiting))
}

/// What GitHub answers.
pub(crate) fn answer(asked: &Asked, reviews: &[Value], may_write: bool, waiting: &[u64]) -> Answer {
    let path = asked.path.split('?').next().unwrap();
    match (asked.method.as_str(), path) {
        ("GET", "/repos/acme/governance/pulls/104/reviews") => {
            Answer::new(200, Value::from(reviews).to_string())
        }
        ("GET", "/repos/acme/governance/pulls/104") => {
            let fields = json!({ "number": 104, "user": { "login": "mia-torres" }, "requested_teams": [] });
            Answer::new(200, with(example("pull-request"), &fields).to_string())
        }
        ("GET", path) if path.ends_with("/check-runs") => {
            let runs: Vec<Value> = waiting.iter().map(|id| check_run(*id)).collect();
            Answer::new(200, json!({ "total_count": runs.len(), "check_runs": runs }).to_string())
        }
        ("POST", "/repos/acme/governance/check-runs") if may_write => {
            Answer::new(201, check_run(900).to_string())
        }
        ("PATCH", path) if may_write && path.starts_with("/repos/acme/governance/check-runs/") => {
            Answer::new(200, check_run(900).to_string())
        }
        ("POST" | "PATCH", _) => Answer::new(403, r#"{"message": "Resource not accessible by integration"}"#),
        _ => Answer::new(404, r#"{"message": "Not Found"}"#),
    }
}

/// A pull request of the list of those that a commit is in, merged where it landed as a commit.
pub(crate) fn listed_pull(number: u64, head: &str, landed: Option<&str>) -> Value {
    let fields = json!({
        "number": number,
        "html_url": format!("https://github.com/acme/governance/pull/{number}"),
        "user": { "login": "mia-torres" },
        "head": { "sha": head },
        // The example's teams lack a field that the description demands of them.
        "requested_teams": [],
        "merged_at": landed.map(|_| "2026-05-04T11:00:00Z"),
        "merge_commit_sha": landed,
    });
    with(example("pull-request-simple-items")[0].take(), &fields)
}

/// The check runs that a server was told to make.
pub(crate) fn check_runs(server: &Server) -> Vec<Value> {
    let made = |asked: &Asked| asked.method == "POST" && asked.path.ends_with("/check-runs");
    server.asked().iter().filter(|asked| made(asked)).map(Asked::json).collect()
}
