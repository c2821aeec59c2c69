//! The two record kinds as typed values, their lifecycles, and what follows from them: score, lane, deadline.
//!
//! Reading is lenient on purpose: a value that the schema refuses reads as absent, so a rule that needs it stays
//! silent and `schema/invalid` alone speaks. Strings borrow from the document; places are looked up by field when
//! there is something to report.

mod board;
mod evidence;
mod folder;
mod frozen;
mod lenient;
mod people;
mod registry;
mod routing;
mod suppression;

pub use crate::policy::{EvidenceKind, RiskLevel};
pub use board::{
    BoardRecord, BoardStatus, Closure, ClosureReason, Control, ControlStatus, Review, RollbackPlan,
};
pub use evidence::{Citation, Evidence};
pub use folder::Folder;
pub use frozen::{is_decided, is_frozen, is_voted, is_written};
pub use registry::{Confirmation, ControlStatement, Escalation, RegistryRecord, RegistryStatus, Response};
pub use routing::{EscalationFault, Routing, answer_due, latest_review_due, route, slowest_deadline};
pub use suppression::{Allow, FORM, Slip, Suppression, suppressions};

use serde::Deserialize;

use crate::schema::Kind;
use crate::time::Instant;
use crate::yaml::Document;

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
}
