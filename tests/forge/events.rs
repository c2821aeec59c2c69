//! Payloads of events, cut down to what is read of them: each is shaped as GitHub sends it.

use exboard::forge::{Event, EventError, Pull, Queue, read_event};
use serde_json::{Value, json};

/// A full id of one digit.
pub(crate) fn id(digit: char) -> String {
    digit.to_string().repeat(40)
}

/// A pull request's payload.
pub(crate) fn pull(action: &str, base: &str, head: &str, is_fork: bool) -> Value {
    json!({
        "action": action,
        "number": 104,
        "pull_request": {
            "id": 1, "number": 104, "state": "open", "draft": false,
            "user": { "login": "mia-torres", "id": 5, "type": "User" },
            "base": { "ref": "main", "sha": base, "repo": { "id": 7, "full_name": "acme/governance" } },
            "head": {
                "ref": "feature", "sha": head,
                "repo": { "id": if is_fork { 8 } else { 7 }, "full_name": "somebody/governance" },
            },
        },
        "repository": { "id": 7, "full_name": "acme/governance", "default_branch": "main" },
        "sender": { "login": "ana-sorel", "id": 6, "type": "User" },
    })
}

/// A merge group's payload.
pub(crate) fn group(base: &str, head: &str) -> Value {
    json!({
        "action": "checks_requested",
        "merge_group": {
            "head_sha": head,
            "head_ref": format!("refs/heads/gh-readonly-queue/release/1.x/pr-104-{base}"),
            "base_sha": base,
            "base_ref": "refs/heads/release/1.x",
        },
        "repository": { "id": 7, "full_name": "acme/governance" },
    })
}

fn read(name: &str, payload: &Value) -> Result<Event, EventError> {
    read_event(name, payload.to_string().as_bytes())
}

#[test]
fn a_pull_request_says_what_who_and_from_where() {
    let wanted = Pull {
        number: 104,
        base: id('a'),
        head: id('b'),
        opened_by: Some("mia-torres".to_owned()),
        pushed_by: Some("ana-sorel".to_owned()),
        is_fork: false,
    };
    for action in ["opened", "synchronize"] {
        let payload = pull(action, &id('a'), &id('b'), false);
        assert_eq!(read("pull_request", &payload), Ok(Event::Pull(wanted.clone())));
    }
    // Whoever reopens, labels or reviews has pushed nothing.
    let silent = Event::Pull(Pull { pushed_by: None, ..wanted.clone() });
    for (name, action) in
        [("pull_request", "reopened"), ("pull_request", "labeled"), ("pull_request_review", "submitted")]
    {
        assert_eq!(
            read(name, &pull(action, &id('a'), &id('b'), false)),
            Ok(silent.clone()),
            "{name} {action}"
        );
    }
    let mut gone = pull("reopened", &id('a'), &id('b'), true);
    let fork = Event::Pull(Pull { pushed_by: None, is_fork: true, ..wanted });
    assert_eq!(read("pull_request", &gone), Ok(fork.clone()));
    gone["pull_request"]["head"]["repo"] = Value::Null;
    assert_eq!(read("pull_request", &gone), Ok(fork));
}

#[test]
fn a_merge_group_tells_its_pull_request_by_its_branch() {
    let wanted = Queue { number: 104, base: id('a'), head: id('b') };
    assert_eq!(read("merge_group", &group(&id('a'), &id('b'))), Ok(Event::Queue(wanted)));
    for name in [
        "refs/heads/main",
        "refs/heads/gh-readonly-queue/main/pr-x-1",
        "gh-readonly-queue/main/pr-104-abc",
        "gh-readonly-queue/pr-104",
    ] {
        let mut payload = group(&id('a'), &id('b'));
        payload["merge_group"]["head_ref"] = json!(name);
        assert_eq!(read("merge_group", &payload), Err(EventError::Group(name.to_owned())));
    }
}

#[test]
fn a_push_and_the_clock_are_about_the_register() {
    let push = json!({ "ref": "refs/heads/main", "before": id('a'), "after": id('b'), "commits": [] });
    assert_eq!(read("push", &push), Ok(Event::Register { commit: Some(id('b')), before: Some(id('a')) }));
    let gone = json!({ "ref": "refs/heads/main", "after": "nonsense", "deleted": true });
    assert_eq!(read("push", &gone), Ok(Event::Register { commit: None, before: None }));
    assert_eq!(
        read("schedule", &json!({ "schedule": "17 6 * * *" })),
        Ok(Event::Register { commit: None, before: None })
    );
}

#[test]
fn what_is_not_judged_says_so() {
    assert_eq!(read("pull_request_target", &json!({})), Err(EventError::Target));
    assert_eq!(read("issues", &json!({})), Err(EventError::Unknown("issues".to_owned())));
    for payload in
        [json!({}), json!([]), json!({ "pull_request": null }), pull("opened", "main", &id('b'), false)]
    {
        assert!(matches!(read("pull_request", &payload), Err(EventError::Payload(_))), "{payload}");
    }
    assert!(matches!(read_event("pull_request", b"{"), Err(EventError::Payload(_))));
    assert_eq!(read_event("push", &vec![b' '; 33 * 1024 * 1024]), Err(EventError::TooLarge));
}
