//! GitHub's own description of its API, held against what goes over the wire in these tests: contract/README.md.
//!
//! Prism stands between two ends of this process: one sends what a client asked, the other answers what the scripted
//! server answered, and Prism says in a header what GitHub would not have sent or taken.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};
use std::thread;

use exboard::forge::{Event, Pull, Queue, read_event};
use serde_json::{Value, json};

use crate::server::{Answer, Asked, read, write};

const FOLDER: &str = "tests/forge/contract";

/// Tells Prism's requests to this process apart.
const EXCHANGE: &str = "x-exchange";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn json_file(name: &str) -> Value {
    let text = std::fs::read(root().join(FOLDER).join(name)).unwrap();
    serde_json::from_slice(&text).unwrap()
}

/// The description.
static API: LazyLock<Value> = LazyLock::new(|| json_file("api.json"));

/// An answer as GitHub's description gives it for an example.
pub(crate) fn example(name: &str) -> Value {
    API["components"]["examples"][name]["value"].clone()
}

/// Payloads of an event, as GitHub's examples have them.
pub(crate) fn payloads(event: &str) -> Vec<Value> {
    static EVENTS: LazyLock<Value> = LazyLock::new(|| json_file("events.json"));
    let all = EVENTS.as_array().unwrap().iter().filter(|of| of["name"] == event);
    all.map(|of| of["payload"].clone()).collect()
}

/// Prism, and what it is to be answered.
struct Contract {
    prism: SocketAddr,
    answers: &'static Mutex<BTreeMap<String, Answer>>,
    /// Prism ends when this process does, because its standard input does.
    _child: Child,
}

/// None where Prism is not installed and nobody requires it.
static CONTRACT: LazyLock<Option<Contract>> = LazyLock::new(|| {
    let prism = root().join("target/contract/node_modules/@stoplight/prism-cli/dist/index.js");
    let node = Command::new("node").arg("--version").output();
    if prism.is_file() && node.is_ok_and(|node| node.status.success()) {
        return Some(Contract::start(&prism));
    }
    let how = "`.ci/contract` installs what is missing (Node and Prism)";
    let required = std::env::vars_os().any(|(name, word)| name == "EXBOARD_CONTRACT" && word == "required");
    assert!(
        !required,
        "EXBOARD_CONTRACT=required, and GitHub's description cannot be held against anything: {how}"
    );
    // Past the test runner, which shows the words of failed tests alone.
    let mut error = std::io::stderr();
    let _ = writeln!(error, "\nSKIPPED: nothing was held against GitHub's description of its API: {how}");
    None
});

impl Contract {
    fn start(prism: &Path) -> Contract {
        let answers: &'static Mutex<BTreeMap<String, Answer>> = Box::leak(Box::default());
        let upstream = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = upstream.local_addr().unwrap();
        thread::spawn(move || {
            for stream in upstream.incoming() {
                let mut stream = stream.unwrap();
                let Some(asked) = read(&mut stream) else { continue };
                let answer = answers.lock().unwrap().remove(asked.header(EXCHANGE).unwrap()).unwrap();
                write(&mut stream, &answer).unwrap();
            }
        });
        let mut child = Command::new("node")
            .arg("--require")
            .arg(root().join(FOLDER).join("end.js"))
            .arg(prism)
            .arg("proxy")
            .arg(root().join(FOLDER).join("api.json"))
            .args([&format!("http://{address}"), "--port", "0"])
            .env("NO_PROXY", "127.0.0.1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let told = lines.by_ref().map(Result::unwrap).find_map(|line| {
            let (_, address) = line.split_once("listening on http://")?;
            Some(address.trim().parse().unwrap())
        });
        // Whatever else it says: nobody may wait for a full pipe.
        thread::spawn(move || lines.for_each(drop));
        Contract { prism: told.expect("Prism did not start"), answers, _child: child }
    }

    /// What Prism says to an exchange.
    fn violations(&self, asked: &Asked, answer: &Answer) -> Vec<String> {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::SeqCst).to_string();
        self.answers.lock().unwrap().insert(number.clone(), answer.clone());
        let mut stream = TcpStream::connect(self.prism).unwrap();
        write!(
            stream,
            "{} {} HTTP/1.1\r\n{EXCHANGE}: {number}\r\nconnection: close\r\n",
            asked.method, asked.path
        )
        .unwrap();
        for header in
            asked.headers.iter().filter(|line| !line.to_ascii_lowercase().starts_with("connection:"))
        {
            write!(stream, "{header}\r\n").unwrap();
        }
        write!(stream, "\r\n{}", asked.body).unwrap();
        let mut told = String::new();
        stream.read_to_string(&mut told).unwrap();
        let head = told.split("\r\n\r\n").next().unwrap();
        assert!(head.starts_with(&format!("HTTP/1.1 {} ", answer.status)), "Prism failed: {told}");
        let Some(said) = head.lines().find_map(|line| line.strip_prefix("sl-violations: ")) else {
            return Vec::new();
        };
        let said: Vec<Value> = serde_json::from_str(said).unwrap();
        // A warning is an error's status that is not described, as most are not; or a request that is not.
        let counts = |one: &&Value| one["severity"] == "Error" || one["location"] == json!(["request"]);
        said.iter().filter(counts).map(|one| format!("{}: {}", one["location"], one["message"])).collect()
    }
}

/// The parameters of a query that are not described for a request: GitHub passes over them without a word.
fn unknown_parameters(asked: &Asked) -> Vec<String> {
    let Some((path, query)) = asked.path.split_once('?') else { return Vec::new() };
    let fits = |template: &str| {
        let (mut given, mut wanted) = (path.split('/'), template.split('/'));
        let is_same = given
            .by_ref()
            .zip(wanted.by_ref())
            .all(|(given, wanted)| wanted.starts_with('{') || given == wanted);
        is_same && path.split('/').count() == template.split('/').count()
    };
    let (_, item) = API["paths"].as_object().unwrap().iter().find(|(template, _)| fits(template)).unwrap();
    let described: Vec<&str> = item[asked.method.to_ascii_lowercase()]["parameters"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|parameter| {
            let name = parameter["$ref"].as_str().and_then(|path| API.pointer(path.strip_prefix('#')?));
            name.unwrap_or(parameter)["name"].as_str()
        })
        .collect();
    let names = query.split('&').map(|pair| pair.split('=').next().unwrap());
    names.filter(|name| !described.contains(name)).map(|name| format!("unknown parameter `{name}`")).collect()
}

/// Fails where GitHub would not have been asked this, or would not have answered so.
pub(crate) fn hold(asked: &Asked, answer: &Answer) {
    let Some(contract) = &*CONTRACT else { return };
    let mut violations = contract.violations(asked, answer);
    if violations.is_empty() {
        violations = unknown_parameters(asked);
    }
    assert!(violations.is_empty(), "{} {}\n{}", asked.method, asked.path, violations.join("\n"));
}

#[test]
fn what_github_would_not_take_or_send_is_seen() {
    let Some(contract) = &*CONTRACT else { return };
    let path = "/repos/acme/governance/check-runs";
    let asked = |method: &str, path: &str, body: &Value| Asked {
        method: method.to_owned(),
        path: path.to_owned(),
        headers: vec![
            "host: api.github.com".to_owned(),
            "content-type: application/json".to_owned(),
            format!("content-length: {}", body.to_string().len()),
        ],
        body: body.to_string(),
    };
    let body = json!({ "name": "exboard", "head_sha": "a".repeat(40) });
    let run = example("check-run-example-of-completed-conclusion");
    let made = Answer::new(201, run.to_string());
    let seen = |asked: &Asked, answer: &Answer| contract.violations(asked, answer).join("\n");
    assert_eq!(seen(&asked("POST", path, &body), &made), "");
    for (asked, answer, said) in [
        (asked("POST", "/repos/acme/governance/check-run", &body), made.clone(), "route not found"),
        (asked("POST", path, &json!({ "name": "exboard" })), made.clone(), "head_sha"),
        (asked("POST", path, &json!({ "name": "x", "head_sha": "y", "titel": "z" })), made.clone(), "titel"),
        (asked("POST", path, &body), Answer::new(201, r#"{"id": 900}"#), "node_id"),
        (asked("POST", path, &body), Answer::new(200, run.to_string()), "status code"),
    ] {
        let seen = seen(&asked, &answer);
        assert!(seen.contains(said), "{said}: {seen}");
    }
    let page = asked("GET", "/repos/acme/governance/pulls/1/reviews?per_page=100&pge=2", &Value::Null);
    assert_eq!(unknown_parameters(&page), ["unknown parameter `pge`"]);
}

#[test]
fn the_events_of_githubs_examples_are_read() {
    let read = |name: &str, payload: &Value| read_event(name, payload.to_string().as_bytes());
    let somebody = Some("Codertocat".to_owned());
    let mut actions = Vec::new();
    for name in ["pull_request", "pull_request_review"] {
        for payload in payloads(name) {
            let action = payload["action"].as_str().unwrap();
            let Event::Pull(pull) = read(name, &payload).unwrap() else { panic!("{payload}") };
            let text = |pointer: &str| payload.pointer(pointer).unwrap().as_str().unwrap().to_owned();
            let pushes = name == "pull_request" && ["opened", "synchronize"].contains(&action);
            let wanted = Pull {
                number: payload["pull_request"]["number"].as_u64().unwrap(),
                base: text("/pull_request/base/sha"),
                head: text("/pull_request/head/sha"),
                opened_by: somebody.clone(),
                pushed_by: somebody.clone().filter(|_| pushes),
                is_fork: false,
            };
            assert_eq!(pull, wanted, "{name} {action}");
            actions.push(action.to_owned());
        }
    }
    for action in ["opened", "synchronize", "reopened", "submitted", "dismissed"] {
        assert!(actions.iter().any(|seen| seen == action), "no example of {action}");
    }
    let group = read("merge_group", &payloads("merge_group")[0]);
    let wanted = Queue {
        number: 104,
        base: "380387fbc80638b734a49e1be1c4dfec1c01b33c".to_owned(),
        head: "2ffea6db159f6b6c47a24e778fb9ef40cf6b1c7d".to_owned(),
    };
    assert_eq!(group, Ok(Event::Queue(wanted)));
    // What was deleted has no commit, and what is new had none: GitHub writes zeros.
    for payload in payloads("push") {
        let id = |name: &str| {
            payload[name].as_str().filter(|id| id.contains(|digit| digit != '0')).map(str::to_owned)
        };
        let wanted = Event::Register { commit: id("after"), before: id("before") };
        assert_eq!(read("push", &payload), Ok(wanted), "{payload}");
    }
    let pushed = payloads("push");
    let has = |name: &str, flag: &str| {
        pushed.iter().any(|payload| payload[flag] == true && payload[name].is_string())
    };
    assert!(has("after", "deleted") && has("before", "created"));
    for payload in payloads("workflow_dispatch") {
        assert_eq!(read("workflow_dispatch", &payload), Ok(Event::Register { commit: None, before: None }));
    }
}
