//! What happened to the records, told from their changes: who decided what, when, on which evidence, how long it took.
//!
//! The log is computed from history and written by nobody, so that it cannot say what history does not.

mod entries;
mod events;
mod register;

pub use entries::entries;
pub use events::events;
pub use register::{Standing, register};

use serde::{Deserialize, Serialize};

use crate::time::Instant;

/// One change of one record, as the log tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The record's id.
    pub record: String,
    /// `board` or `registry`.
    pub kind: String,
    /// Where its file lies after the change; where it lay, if it is gone.
    pub path: String,
    /// The landed commit: its full id.
    pub commit: String,
    /// When the change landed.
    pub at: Instant,
    /// Who made it, by the landed commit's author line or the receipt's.
    pub author: String,
    /// The pull request, where a verified receipt names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pull_request: Option<String>,
    /// What happened, in the order of the lifecycle.
    pub events: Vec<Event>,
    /// The record as it stood afterwards; absent where it is gone or cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stands: Option<Standing>,
    /// Of a decision: what it was made on, id and place of each piece of evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// Of a decision: the votes that count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub votes: Vec<CountedVote>,
    /// True where a vote that counts is by somebody who has a part in the change, which the tier's policy allows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub self_approved: bool,
    /// True for what was there when governance began.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub adopted: bool,
    /// Names of the rules about changes that the change broke.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub broke: Vec<String>,
}

/// A vote that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedVote {
    /// The key of the person.
    pub person: String,
    /// `review`, `signature` or `receipt`.
    pub source: String,
    /// Where to find it.
    pub reference: String,
}

/// What happened to a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The record is new.
    Opened,
    /// Its score is another.
    Rescored {
        /// Before; absent where there was none.
        from: Option<u8>,
        /// After; absent where there is none.
        to: Option<u8>,
    },
    /// Another tier is to decide.
    Rerouted {
        /// Before; absent where there was none.
        from: Option<String>,
        /// After; absent where there is none.
        to: Option<String>,
    },
    /// A deadline was missed, and the tier was raised.
    Escalated {
        /// The tier; of a registry record, the legal owner.
        to: Option<String>,
    },
    /// It went before its board.
    Proposed,
    /// The board decided.
    Decided {
        /// The decision.
        approved: bool,
        /// The people whom the record names.
        by: Vec<String>,
        /// The last day of an approval.
        until: Option<String>,
        /// Seconds from the start of the clock to the decision.
        took: Option<i64>,
    },
    /// The board approved once more.
    Renewed {
        /// The people whom the record names.
        by: Vec<String>,
        /// The last day.
        until: Option<String>,
    },
    /// Somebody looked at it while it was approved.
    Reviewed {
        /// Who.
        by: Option<String>,
        /// `keep`, `renew` or `end`.
        outcome: Option<String>,
    },
    /// The failure condition of the rollback plan held.
    Triggered,
    /// The rollback plan was carried out.
    RolledBack,
    /// The approval came to its end.
    Lapsed,
    /// The approval was taken back.
    Revoked,
    /// It goes before its board again.
    Reopened,
    /// The requester took it back.
    Withdrawn,
    /// It is over for good.
    Closed {
        /// Why.
        reason: Option<String>,
    },
    /// A registry record was rated and has an owner.
    Triaged,
    /// It has an answer.
    Drafted,
    /// The answer may go out.
    Ready,
    /// The answer is out.
    Sent,
    /// The buyer agrees.
    Accepted,
    /// The buyer does not.
    Refused,
    /// Controls, deadlines or notes moved on, and nothing that a vote covers.
    Progressed {
        /// The fields, as JSON pointers.
        fields: Vec<String>,
    },
    /// Fields that a vote covers are others.
    Amended {
        /// The fields, as JSON pointers.
        fields: Vec<String>,
    },
    /// The file lies elsewhere.
    Moved {
        /// Where it lay.
        from: String,
    },
    /// The record is gone.
    Removed,
    /// The file cannot be read as a record.
    Unreadable,
}

impl Event {
    /// The word for it, in every format.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Event::Opened => "opened",
            Event::Rescored { .. } => "rescored",
            Event::Rerouted { .. } => "rerouted",
            Event::Escalated { .. } => "escalated",
            Event::Proposed => "proposed",
            Event::Decided { approved: true, .. } => "approved",
            Event::Decided { approved: false, .. } => "rejected",
            Event::Renewed { .. } => "renewed",
            Event::Reviewed { .. } => "reviewed",
            Event::Triggered => "triggered",
            Event::RolledBack => "rolled back",
            Event::Lapsed => "lapsed",
            Event::Revoked => "revoked",
            Event::Reopened => "reopened",
            Event::Withdrawn => "withdrawn",
            Event::Closed { .. } => "closed",
            Event::Triaged => "triaged",
            Event::Drafted => "drafted",
            Event::Ready => "ready",
            Event::Sent => "sent",
            Event::Accepted => "accepted",
            Event::Refused => "refused by the buyer",
            Event::Progressed { .. } => "progressed",
            Event::Amended { .. } => "amended",
            Event::Moved { .. } => "moved",
            Event::Removed => "removed",
            Event::Unreadable => "unreadable",
        }
    }

    /// True for what somebody with authority decided, or let end.
    #[must_use]
    pub fn is_decision(&self) -> bool {
        matches!(
            self,
            Event::Decided { .. } | Event::Renewed { .. } | Event::Revoked | Event::Lapsed | Event::Sent
        )
    }
}

impl Entry {
    /// True where a decision is among its events.
    #[must_use]
    pub fn is_decision(&self) -> bool {
        self.events.iter().any(Event::is_decision)
    }
}
