//! The event that started a job: its payload, to what is to be judged.

use serde::Deserialize;

use crate::change::is_commit_id;

/// Longer than any payload that is read, in bytes: GitHub sends 25 MB at most.
pub const MAX_EVENT_BYTES: usize = 32 * 1024 * 1024;

/// The events that are judged.
const KNOWN: &str = "pull_request, pull_request_review, merge_group, push, schedule and workflow_dispatch";

/// What an event asks to judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A pull request, or a review of one.
    Pull(Pull),
    /// A pull request in the merge queue.
    Queue(Queue),
    /// The register as it stands.
    Register {
        /// The commit, where the event names one.
        commit: Option<String>,
        /// What the branch stood on before the push.
        before: Option<String>,
    },
}

/// A pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pull {
    /// Its number.
    pub number: u64,
    /// The tip of the target branch, as the forge last saw it: a full id.
    pub base: String,
    /// The tip of the branch: a full id.
    pub head: String,
    /// The login of whoever opened it.
    pub opened_by: Option<String>,
    /// The login of whoever pushed, where the event is a push.
    pub pushed_by: Option<String>,
    /// True where the branch lies in another repository.
    pub is_fork: bool,
}

/// A group of the merge queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// The number of the pull request.
    pub number: u64,
    /// What it would land on: a full id.
    pub base: String,
    /// What would land: a full id.
    pub head: String,
}

/// Why an event cannot be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// Another event.
    #[error("the event `{0}` is not judged: {KNOWN} are")]
    Unknown(String),
    /// The event that hands secrets to strangers.
    #[error(
        "`pull_request_target` is not judged: it runs with the rights of the target branch on what strangers wrote; use `pull_request`"
    )]
    Target,
    /// Not what GitHub sends.
    #[error("the event's payload cannot be understood: {0}")]
    Payload(String),
    /// A branch of the merge queue whose name does not tell the pull request.
    #[error(
        "the merge group `{0}` names no pull request: expected `gh-readonly-queue/BRANCH/pr-NUMBER-COMMIT`"
    )]
    Group(String),
    /// Too long.
    #[error("the event's payload has more than {} MiB", MAX_EVENT_BYTES / 1024 / 1024)]
    TooLarge,
}

#[derive(Deserialize)]
struct PullPayload {
    action: Option<String>,
    pull_request: PullRequest,
    sender: Option<Account>,
}

#[derive(Deserialize)]
struct PullRequest {
    number: u64,
    user: Option<Account>,
    base: Tip,
    head: Tip,
}

#[derive(Deserialize)]
struct Tip {
    sha: String,
    repo: Option<Repo>,
}

#[derive(Deserialize)]
struct Repo {
    id: u64,
}

#[derive(Deserialize)]
struct Account {
    login: String,
}

#[derive(Deserialize)]
struct GroupPayload {
    merge_group: Group,
}

#[derive(Deserialize)]
struct Group {
    head_sha: String,
    head_ref: String,
    base_sha: String,
}

#[derive(Deserialize)]
struct PushPayload {
    before: Option<String>,
    after: Option<String>,
}

/// Reads an event by its name and its payload.
///
/// # Errors
/// Where it is not one that is judged, or not in GitHub's form.
pub fn read_event(name: &str, payload: &[u8]) -> Result<Event, EventError> {
    if payload.len() > MAX_EVENT_BYTES {
        return Err(EventError::TooLarge);
    }
    match name {
        "pull_request" | "pull_request_review" => pull(name, parse(payload)?).map(Event::Pull),
        "merge_group" => queue(parse(payload)?).map(Event::Queue),
        "push" => {
            let PushPayload { before, after } = parse(payload)?;
            // Zeros stand for no commit: before a branch was made, and after it was deleted.
            let is_commit = |id: &String| is_commit_id(id) && id.bytes().any(|byte| byte != b'0');
            let id = |id: Option<String>| id.filter(is_commit);
            Ok(Event::Register { commit: id(after), before: id(before) })
        }
        "schedule" | "workflow_dispatch" => Ok(Event::Register { commit: None, before: None }),
        "pull_request_target" => Err(EventError::Target),
        other => Err(EventError::Unknown(other.escape_debug().to_string())),
    }
}

fn parse<'a, T: Deserialize<'a>>(payload: &'a [u8]) -> Result<T, EventError> {
    serde_json::from_slice(payload).map_err(|error| EventError::Payload(error.to_string()))
}

fn pull(name: &str, payload: PullPayload) -> Result<Pull, EventError> {
    let PullPayload { action, pull_request: PullRequest { number, user, base, head }, sender } = payload;
    // Whoever reviews is the sender, too, of the event of their review.
    let is_push = name == "pull_request" && matches!(action.as_deref(), Some("opened" | "synchronize"));
    let repo = |tip: &Tip| tip.repo.as_ref().map(|repo| repo.id);
    Ok(Pull {
        number,
        is_fork: repo(&head).is_none() || repo(&head) != repo(&base),
        base: commit("pull_request.base.sha", base.sha)?,
        head: commit("pull_request.head.sha", head.sha)?,
        opened_by: user.map(|account| account.login),
        pushed_by: sender.filter(|_| is_push).map(|account| account.login),
    })
}

fn queue(payload: GroupPayload) -> Result<Queue, EventError> {
    let Group { head_sha, head_ref, base_sha } = payload.merge_group;
    let number =
        number_of(&head_ref).ok_or_else(|| EventError::Group(head_ref.escape_debug().to_string()))?;
    Ok(Queue {
        number,
        base: commit("merge_group.base_sha", base_sha)?,
        head: commit("merge_group.head_sha", head_sha)?,
    })
}

/// `refs/heads/gh-readonly-queue/main/pr-104-3f2c…` is of pull request 104. A branch's name may have slashes.
fn number_of(head_ref: &str) -> Option<u64> {
    let name = head_ref.strip_prefix("refs/heads/").unwrap_or(head_ref);
    let (_, last) = name.strip_prefix("gh-readonly-queue/")?.rsplit_once('/')?;
    let (number, commit) = last.strip_prefix("pr-")?.split_once('-')?;
    (is_commit_id(commit) && number.bytes().all(|byte| byte.is_ascii_digit())).then(|| number.parse().ok())?
}

fn commit(field: &str, id: String) -> Result<String, EventError> {
    if is_commit_id(&id) {
        return Ok(id);
    }
    Err(EventError::Payload(format!(
        "`{field}` must be the full id of a commit, found `{}`",
        id.escape_debug()
    )))
}
