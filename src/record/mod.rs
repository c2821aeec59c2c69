//! The two record kinds as typed values, their lifecycles, and what follows from them: score, lane, deadline.
//!
//! Reading is lenient on purpose: a value that the schema refuses reads as absent, so a rule that needs it stays
//! silent and `schema/invalid` alone speaks. Strings borrow from the document; places are looked up by field when
//! there is something to report.

mod board;
mod lenient;
mod registry;
mod routing;

pub use board::{
    BoardRecord, BoardStatus, Closure, ClosureReason, Control, ControlStatus, Review, RollbackPlan,
};
pub use registry::{Confirmation, ControlStatement, Escalation, RegistryRecord, RegistryStatus, Response};
pub use routing::{EscalationFault, Routing, answer_due, latest_review_due, route, slowest_deadline};

use serde::Deserialize;

use crate::schema::Kind;
use crate::time::{Date, Instant};
use crate::yaml::Document;
use lenient::{date, list, optional, text};

/// A record of either kind.
#[derive(Debug, Clone)]
pub enum Record<'a> {
    /// The vendor's own decision.
    Board(Box<BoardRecord<'a>>),
    /// A buyer's exception.
    Registry(Box<RegistryRecord<'a>>),
}

impl<'a> Record<'a> {
    /// Reads a document as a record of a kind; `None` where its top is not a map.
    #[must_use]
    pub fn read(kind: Kind, document: &'a Document) -> Option<Record<'a>> {
        let root = document.root()?;
        match kind {
            Kind::Board => BoardRecord::deserialize(root).ok().map(|record| Record::Board(Box::new(record))),
            Kind::Registry => {
                RegistryRecord::deserialize(root).ok().map(|record| Record::Registry(Box::new(record)))
            }
        }
    }

    /// True where the record is at the end of its lifecycle for now: what held at its decision is proved by
    /// history. A record whose status is invalid is not.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        match self {
            Record::Board(record) => record.decision_status.is_some_and(BoardStatus::is_finished),
            Record::Registry(record) => record.status.is_some_and(RegistryStatus::is_finished),
        }
    }

    /// True while the record still waits for something. A record whose status is invalid does not count.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self {
            Record::Board(record) => record.decision_status.is_some_and(BoardStatus::is_open),
            Record::Registry(record) => record.status.is_some_and(RegistryStatus::is_open),
        }
    }

    /// When the request arrived.
    #[must_use]
    pub fn received_at(&self) -> Option<Instant> {
        match self {
            Record::Board(record) => record.request_received_at,
            Record::Registry(record) => record.received_at,
        }
    }

    /// The record's evidence list.
    #[must_use]
    pub fn evidence(&self) -> &[Evidence<'a>] {
        match self {
            Record::Board(record) => &record.evidence_link,
            Record::Registry(record) => &record.evidence_links,
        }
    }
}

/// One piece of evidence; at most one of `path` and `url` in a valid record.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub struct Evidence<'a> {
    /// `E` and a number.
    #[serde(deserialize_with = "text")]
    pub id: Option<&'a str>,
    /// What it is.
    #[serde(deserialize_with = "optional")]
    pub kind: Option<EvidenceKind>,
    /// A file, relative to the repository's root.
    #[serde(deserialize_with = "text")]
    pub path: Option<&'a str>,
    /// A web address.
    #[serde(deserialize_with = "text")]
    pub url: Option<&'a str>,
    /// SHA-256 of the file as it was looked at, in hex.
    #[serde(deserialize_with = "text")]
    pub sha256: Option<&'a str>,
    /// What matters of it, quoted.
    #[serde(deserialize_with = "text")]
    pub excerpt: Option<&'a str>,
    /// The day on which it was made or last looked at.
    #[serde(deserialize_with = "date")]
    pub collected_at: Option<Date>,
    /// The last day on which it holds.
    #[serde(deserialize_with = "date")]
    pub valid_until: Option<Date>,
}

/// What a piece of evidence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the field's own")]
pub enum EvidenceKind {
    SocReport,
    PenetrationTest,
    Policy,
    Architecture,
    Runbook,
    TestResult,
    Certificate,
    Ticket,
    Screenshot,
    Other,
}

/// Evidence as a list; the short form, one path or address, is left to `schema` and `evidence` rules.
fn evidence_list<'de: 'a, 'a, D>(deserializer: D) -> Result<Vec<Evidence<'a>>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    list(deserializer)
}
