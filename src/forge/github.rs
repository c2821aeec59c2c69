//! What is asked of GitHub's API: reviews, pull requests, check runs of one repository.

use serde::Deserialize;
use serde_json::Value;

use super::check_run::{CheckRun, CheckState};
use super::http::Http;
use super::http_error::HttpError;
use super::reviews::{Reviews, ReviewsError, read_reviews};
use super::suggestion::{MOST_SUGGESTIONS, Suggestion, in_difference, new_ones, review};
use crate::time::{Instant, parse_time};

/// A repository on GitHub.
#[derive(Debug)]
pub struct Forge<'a> {
    http: Http<'a>,
    /// `/repos/OWNER/NAME`.
    path: String,
}

/// Why GitHub could not be asked, or not be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ForgeError {
    /// No answer, or not the one asked for.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// Reviews that cannot be read.
    #[error("the reviews of pull request {number}: {error}")]
    Reviews {
        /// The pull request.
        number: u64,
        /// Why.
        error: ReviewsError,
    },
    /// Not the name of a repository.
    #[error("`{0}` is no repository: expected OWNER/NAME")]
    Repository(String),
}

/// What is asked of a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequest {
    /// Its number.
    pub number: u64,
    /// Its address for people.
    pub address: String,
    /// The login of whoever opened it.
    pub opened_by: Option<String>,
    /// The tip of the branch.
    pub head: String,
    /// When it was merged.
    pub merged_at: Option<Instant>,
    /// The commit that it became.
    pub landed: Option<String>,
}

/// The pull request that a commit landed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LandedPull {
    /// This one.
    One(PullRequest),
    /// None: it was pushed.
    None,
    /// Several, by their numbers.
    Several(Vec<u64>),
}

/// What became of suggestions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suggested {
    /// So many were made, and so many more are left for a later run. Those that are there already, and those at lines
    /// that GitHub does not show, are not counted.
    Made {
        /// Made now.
        now: usize,
        /// Left.
        left: usize,
    },
    /// So many would have been made, and the token may not.
    Refused(usize),
}

#[derive(Deserialize)]
struct RawPull {
    number: u64,
    html_url: String,
    user: Option<RawUser>,
    head: RawTip,
    merged_at: Option<String>,
    merge_commit_sha: Option<String>,
}

#[derive(Deserialize)]
struct RawUser {
    login: String,
}

#[derive(Deserialize)]
struct RawTip {
    sha: String,
}

impl From<RawPull> for PullRequest {
    fn from(raw: RawPull) -> Self {
        PullRequest {
            number: raw.number,
            address: raw.html_url,
            opened_by: raw.user.map(|user| user.login),
            head: raw.head.sha,
            merged_at: raw.merged_at.and_then(|time| parse_time(&time)).map(|time| time.to_utc()),
            landed: raw.merge_commit_sha,
        }
    }
}

#[derive(Deserialize)]
struct RawRun {
    id: u64,
    #[serde(default)]
    status: String,
    external_id: Option<String>,
}

#[derive(Deserialize)]
struct RawRuns {
    check_runs: Vec<RawRun>,
}

impl<'a> Forge<'a> {
    /// A repository by its name, `OWNER/NAME`.
    ///
    /// # Errors
    /// Where that is no name of a repository.
    pub fn new(http: Http<'a>, repository: &str) -> Result<Forge<'a>, ForgeError> {
        let is_name = |name: &str| {
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            !matches!(name, "" | "." | "..") && name.bytes().all(is_plain)
        };
        match repository.split_once('/') {
            Some((owner, name)) if is_name(owner) && is_name(name) => {
                Ok(Forge { http, path: format!("/repos/{owner}/{name}") })
            }
            _ => Err(ForgeError::Repository(repository.escape_debug().to_string())),
        }
    }

    /// The reviews of a pull request: all of them, or an error.
    ///
    /// # Errors
    /// Where they cannot be read: a vote must not get lost.
    pub fn reviews(&self, number: u64) -> Result<Reviews, ForgeError> {
        let pages = self.http.pages(&format!("{}/pulls/{number}/reviews?per_page=100", self.path))?;
        read_reviews(&pages).map_err(|error| ForgeError::Reviews { number, error })
    }

    /// A pull request.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn pull(&self, number: u64) -> Result<PullRequest, ForgeError> {
        Ok(self.http.get::<RawPull>(&format!("{}/pulls/{number}", self.path))?.into())
    }

    /// The pull request that a commit of the default branch landed with.
    ///
    /// # Errors
    /// Where that cannot be read.
    pub fn landed_with(&self, commit: &str) -> Result<LandedPull, ForgeError> {
        let pulls: Vec<RawPull> =
            self.http.get(&format!("{}/commits/{commit}/pulls?per_page=100", self.path))?;
        // One that only contains the commit, or was closed, is not the one that brought it.
        let mut merged: Vec<PullRequest> =
            pulls.into_iter().map(PullRequest::from).filter(|pull| pull.merged_at.is_some()).collect();
        if let Some(own) = merged.iter().position(|pull| pull.landed.as_deref() == Some(commit)) {
            return Ok(LandedPull::One(merged.swap_remove(own)));
        }
        Ok(match merged.pop() {
            None => LandedPull::None,
            Some(one) if merged.is_empty() => LandedPull::One(one),
            Some(last) => LandedPull::Several(merged.iter().chain([&last]).map(|pull| pull.number).collect()),
        })
    }

    /// Writes a check run, in place of one that an earlier job left waiting. `Ok(false)` where the token may not.
    ///
    /// # Errors
    /// Where the forge does not answer, or refuses for another reason.
    pub fn write_check_run(&self, run: &CheckRun) -> Result<bool, ForgeError> {
        let may_not = |error: &HttpError| matches!(error.status(), Some(401 | 403 | 404));
        let waiting = match self.waiting_runs(&run.head) {
            Ok(waiting) => waiting,
            Err(error) if may_not(&error) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        let runs = format!("{}/check-runs", self.path);
        for id in waiting {
            match self.http.send::<Value>("PATCH", &format!("{runs}/{id}"), &CheckRun::supersede()) {
                Ok(_) => {}
                Err(error) if may_not(&error) => return Ok(false),
                Err(error) => return Err(error.into()),
            }
        }
        let made: RawRun = match self.http.send("POST", &runs, &run.create()) {
            Ok(made) => made,
            Err(error) if may_not(&error) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        for body in run.more() {
            let _: Value = self.http.send("PATCH", &format!("{runs}/{}", made.id), &body)?;
        }
        Ok(true)
    }

    /// Makes suggestions at the lines of a pull request whose tip is `head`, in one review that is no vote. None is made
    /// twice.
    ///
    /// # Errors
    /// Where the forge does not answer, or refuses for another reason than that the token may not.
    pub fn suggest(
        &self,
        number: u64,
        head: &str,
        suggestions: &[Suggestion],
    ) -> Result<Suggested, ForgeError> {
        let pull = format!("{}/pulls/{number}", self.path);
        let nothing = Suggested::Made { now: 0, left: 0 };
        if suggestions.is_empty() {
            return Ok(nothing);
        }
        let files = format!("{pull}/files?per_page=100");
        let shown = in_difference(suggestions, &self.http.pages(&files)?);
        let shown = shown.map_err(|error| self.http.unreadable(&format!("GET {files}"), &error))?;
        if shown.is_empty() {
            return Ok(nothing);
        }
        let comments = format!("{pull}/comments?per_page=100");
        let new = new_ones(shown, &self.http.pages(&comments)?);
        let mut new = new.map_err(|error| self.http.unreadable(&format!("GET {comments}"), &error))?;
        let left = new.len().saturating_sub(MOST_SUGGESTIONS);
        new.truncate(MOST_SUGGESTIONS);
        if new.is_empty() {
            return Ok(nothing);
        }
        match self.http.send::<Value>("POST", &format!("{pull}/reviews"), &review(head, &new)) {
            Ok(_) => Ok(Suggested::Made { now: new.len(), left }),
            Err(error) if matches!(error.status(), Some(401 | 403 | 404)) => {
                Ok(Suggested::Refused(new.len() + left))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The numbers of the runs of this check that wait on a commit.
    fn waiting_runs(&self, head: &str) -> Result<Vec<u64>, HttpError> {
        let name = CheckRun::NAME;
        let path = format!("{}/commits/{head}/check-runs?check_name={name}&per_page=100", self.path);
        let runs: RawRuns = self.http.get(&path)?;
        let waits = |run: &&RawRun| run.status != "completed" && run.external_id.as_deref() == Some(name);
        Ok(runs.check_runs.iter().filter(waits).map(|run| run.id).collect())
    }
}

impl CheckState {
    /// The word of the output `result`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            CheckState::Waiting => "waiting",
            CheckState::Success => "clean",
            CheckState::Failure => "findings",
        }
    }
}
