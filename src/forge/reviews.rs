//! Reviews of a pull request, as `GET /repos/{owner}/{repo}/pulls/{number}/reviews` returns them, to votes.
//!
//! All reviews are returned, the oldest first, in pages. A person's stance is their last review that is not a comment;
//! one that was dismissed is none, and never an older approval.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::change::{Covers, Stance, Vote, Voter, is_commit_id};
use crate::policy::{VoteSource, fold};
use crate::time::{Instant, parse_time};

/// Longer than any answer that is read, in bytes: some ten thousand reviews.
pub const MAX_REVIEW_BYTES: usize = 64 * 1024 * 1024;

/// The stance that somebody took in a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// The login.
    pub login: String,
    /// What it says.
    pub stance: Stance,
    /// The commit that was reviewed: its full id. Absent only of an objection.
    pub commit_id: Option<String>,
    /// When.
    pub submitted_at: Option<Instant>,
    /// The number of the review.
    pub id: u64,
}

impl Review {
    /// The review as a vote. `covers` says whether what was reviewed is what is judged.
    #[must_use]
    pub fn vote(&self, covers: Covers) -> Vote {
        Vote {
            by: Voter::Login(self.login.clone()),
            source: VoteSource::Review,
            stance: self.stance,
            on: self.commit_id.clone(),
            at: self.submitted_at,
            covers,
            void: None,
            reference: format!("review {}", self.id),
        }
    }
}

/// What the reviews of a pull request come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reviews {
    /// The stances, one for each login, in the order of their reviews.
    pub stances: Vec<Review>,
    /// What was passed over, and why: one line each.
    pub notes: Vec<String>,
}

/// Why a text is no list of reviews.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReviewsError {
    /// Not JSON, or not that JSON.
    #[error("line {line}, column {column}: {message}")]
    Place {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// A review that cannot be understood.
    #[error("review {id}: {message}")]
    Review {
        /// Its number.
        id: u64,
        /// What is wrong.
        message: String,
    },
    /// Too long.
    #[error("the reviews have more than {} MiB", MAX_REVIEW_BYTES / 1024 / 1024)]
    TooLarge,
}

/// A review, as GitHub has it.
#[derive(Deserialize)]
struct Raw {
    id: u64,
    user: Option<RawUser>,
    state: String,
    commit_id: Option<String>,
    submitted_at: Option<String>,
}

#[derive(Deserialize)]
struct RawUser {
    login: String,
}

/// A list of reviews, or of lists of them: pages put together.
struct Page(Vec<Raw>);

/// A review or a page of them.
enum Item {
    One(Raw),
    Many(Vec<Raw>),
}

/// Reads reviews: one list, a list of lists (`gh api --paginate --slurp`), or lists one after the other
/// (`gh api --paginate`).
///
/// # Errors
///
/// Where it is none of these, or a review in it cannot be understood: a vote that cannot be read must not get lost.
pub fn read_reviews(bytes: &[u8]) -> Result<Reviews, ReviewsError> {
    if bytes.len() > MAX_REVIEW_BYTES {
        return Err(ReviewsError::TooLarge);
    }
    let mut all: Vec<Raw> = Vec::new();
    let mut pages = serde_json::Deserializer::from_slice(bytes).into_iter::<Page>();
    loop {
        match pages.next() {
            Some(Ok(Page(page))) => all.extend(page),
            Some(Err(error)) => return Err(place(&error)),
            None if all.is_empty() && bytes.trim_ascii().is_empty() => {
                let message = "expected a list of reviews, and there is nothing".to_owned();
                return Err(ReviewsError::Place { line: 1, column: 1, message });
            }
            None => break,
        }
    }
    stances(all)
}

/// The last word of each login.
fn stances(all: Vec<Raw>) -> Result<Reviews, ReviewsError> {
    let mut reviews = Reviews::default();
    // By the login as it is compared: the number of the review, and the stance.
    let mut last: BTreeMap<String, (usize, Option<Review>)> = BTreeMap::new();
    for (number, raw) in all.into_iter().enumerate() {
        let id = raw.id;
        let note = |what: &str| format!("review {id} {what}");
        let state = raw.state.to_ascii_uppercase();
        if matches!(state.as_str(), "COMMENTED" | "PENDING") {
            continue;
        }
        let Some(RawUser { login }) = raw.user else {
            reviews.notes.push(note("is by an account that is gone, and counts for nobody"));
            continue;
        };
        let commit_id = raw.commit_id.map(|commit| read_commit(id, commit)).transpose()?;
        let submitted_at = raw.submitted_at.map(|time| read_time(id, &time)).transpose()?;
        let review = |stance| Review { login: login.clone(), stance, commit_id, submitted_at, id };
        let stance = match state.as_str() {
            "APPROVED" => Some(review(Stance::Approves)).filter(|review| {
                let seen = review.commit_id.is_some();
                if !seen {
                    reviews.notes.push(note(&format!(
                        "by `{}` approves a commit that the forge no longer names, and does not count",
                        login.escape_debug()
                    )));
                }
                seen
            }),
            // Whatever it was about, it stands until it is dismissed.
            "CHANGES_REQUESTED" => Some(review(Stance::Objects)),
            "DISMISSED" => None,
            other => {
                reviews.notes.push(note(&format!(
                    "by `{}` has the unknown state `{}`, and does not count",
                    login.escape_debug(),
                    other.escape_debug()
                )));
                None
            }
        };
        last.insert(fold(&login), (number, stance));
    }
    let mut stances: Vec<(usize, Option<Review>)> = last.into_values().collect();
    stances.sort_by_key(|(number, _)| *number);
    reviews.stances = stances.into_iter().filter_map(|(_, stance)| stance).collect();
    Ok(reviews)
}

fn read_commit(id: u64, commit: String) -> Result<String, ReviewsError> {
    if is_commit_id(&commit) {
        return Ok(commit);
    }
    let message = format!("`commit_id` must be the full id of a commit, found `{}`", commit.escape_debug());
    Err(ReviewsError::Review { id, message })
}

fn read_time(id: u64, text: &str) -> Result<Instant, ReviewsError> {
    parse_time(text).map(|time| time.to_utc()).ok_or_else(|| ReviewsError::Review {
        id,
        message: format!("`submitted_at` must be a time, found `{}`", text.escape_debug()),
    })
}

fn place(error: &serde_json::Error) -> ReviewsError {
    let text = error.to_string();
    // The library says the place at the end; here it comes first.
    let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
    ReviewsError::Place { line: error.line(), column: error.column().max(1), message: message.to_owned() }
}

impl<'de> Deserialize<'de> for Page {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PageVisitor)
    }
}

struct PageVisitor;

impl<'de> Visitor<'de> for PageVisitor {
    type Value = Page;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of reviews")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Page, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element::<Item>()? {
            match item {
                Item::One(review) => all.push(review),
                Item::Many(reviews) => all.extend(reviews),
            }
        }
        Ok(Page(all))
    }

    /// GitHub answers an error with a map.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Page, A::Error> {
        let mut said = String::new();
        while let Some(key) = map.next_key::<String>()? {
            if key == "message" {
                said = map.next_value::<String>()?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        let said = if said.is_empty() { String::new() } else { format!(": `{}`", said.escape_debug()) };
        Err(serde::de::Error::custom(format!("expected a list of reviews, found one map{said}")))
    }
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ItemVisitor)
    }
}

struct ItemVisitor;

impl<'de> Visitor<'de> for ItemVisitor {
    type Value = Item;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a review")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Item, A::Error> {
        Raw::deserialize(MapAccessDeserializer::new(map)).map(Item::One)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Item, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(items)).map(Item::Many)
    }
}
