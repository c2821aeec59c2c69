//! The board record: `security_exception_board_record_v1`.

use std::fmt;

use serde::Deserialize;

use super::evidence::{Evidence, evidence_list};
use super::lenient::{borrowed, date, integer, list, optional, score, text, time};
use crate::policy::{DataTier, Tier};
use crate::time::{Date, Instant};

/// The vendor's own decision about a control gap. The fields are those of the JSON Schema, which describes them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
#[expect(missing_docs, reason = "each field is described in the JSON Schema of the kind")]
pub struct BoardRecord<'a> {
    #[serde(deserialize_with = "text")]
    pub exception_id: Option<&'a str>,
    #[serde(deserialize_with = "text")]
    pub opportunity_id: Option<&'a str>,
    #[serde(deserialize_with = "text")]
    pub account_name: Option<&'a str>,
    #[serde(deserialize_with = "text")]
    pub requester_name: Option<&'a str>,
    #[serde(deserialize_with = "text")]
    pub requester_team: Option<&'a str>,
    #[serde(deserialize_with = "time")]
    pub request_received_at: Option<Instant>,
    #[serde(deserialize_with = "text")]
    pub control_family: Option<&'a str>,
    #[serde(deserialize_with = "text")]
    pub original_requirement: Option<&'a str>,
    #[serde(deserialize_with = "text")]
    pub requested_exception: Option<&'a str>,
    #[serde(deserialize_with = "text")]
    pub business_justification: Option<&'a str>,
    #[serde(deserialize_with = "optional")]
    pub data_sensitivity_tier: Option<DataTier>,
    #[serde(deserialize_with = "list")]
    pub impacted_assets: Vec<Option<&'a str>>,
    #[serde(deserialize_with = "integer")]
    pub expected_duration_days: Option<u16>,
    #[serde(deserialize_with = "date")]
    pub close_date: Option<Date>,
    #[serde(deserialize_with = "integer")]
    pub close_date_risk_days: Option<i64>,
    #[serde(deserialize_with = "score")]
    pub exploitability_score: Option<u8>,
    #[serde(deserialize_with = "score")]
    pub impact_score: Option<u8>,
    #[serde(deserialize_with = "score")]
    pub combined_risk_score: Option<u8>,
    #[serde(deserialize_with = "list")]
    pub recommended_compensating_controls: Vec<Control<'a>>,
    #[serde(deserialize_with = "text")]
    pub mitigation_owner: Option<&'a str>,
    #[serde(deserialize_with = "optional")]
    pub board_tier: Option<Tier>,
    #[serde(deserialize_with = "time")]
    pub board_meeting_due_at: Option<Instant>,
    #[serde(deserialize_with = "time")]
    pub escalated_at: Option<Instant>,
    #[serde(deserialize_with = "time")]
    pub reopened_at: Option<Instant>,
    #[serde(deserialize_with = "optional")]
    pub decision_status: Option<BoardStatus>,
    #[serde(deserialize_with = "text")]
    pub decision_notes: Option<&'a str>,
    #[serde(deserialize_with = "time")]
    pub decided_at: Option<Instant>,
    #[serde(deserialize_with = "list")]
    pub decided_by: Vec<Option<&'a str>>,
    #[serde(deserialize_with = "date")]
    pub approved_until: Option<Date>,
    #[serde(deserialize_with = "date")]
    pub next_review_due_at: Option<Date>,
    #[serde(deserialize_with = "list")]
    pub reviews: Vec<Review<'a>>,
    #[serde(deserialize_with = "borrowed")]
    pub rollback_plan: Option<RollbackPlan<'a>>,
    #[serde(deserialize_with = "evidence_list")]
    pub evidence_link: Vec<Evidence<'a>>,
    #[serde(deserialize_with = "borrowed")]
    pub closure: Option<Closure<'a>>,
    #[serde(deserialize_with = "list")]
    pub related: Vec<Option<&'a str>>,
}

impl BoardRecord<'_> {
    /// True for a record that is approved.
    #[must_use]
    pub fn is_approved(&self) -> bool {
        self.decision_status == Some(BoardStatus::Approved)
    }
}

/// `decision_status`: where a board record stands in its lifecycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BoardStatus {
    /// Being written.
    Draft,
    /// Before the board.
    Proposed,
    /// Accepted until a day.
    Approved,
    /// Refused.
    Rejected,
    /// Taken back by the requester.
    Withdrawn,
    /// Approval taken back.
    Revoked,
    /// Approval over.
    Expired,
    /// Over for good.
    Closed,
}

impl BoardStatus {
    /// All, in the order of the lifecycle.
    pub const ALL: [BoardStatus; 8] = [
        BoardStatus::Draft,
        BoardStatus::Proposed,
        BoardStatus::Approved,
        BoardStatus::Rejected,
        BoardStatus::Withdrawn,
        BoardStatus::Revoked,
        BoardStatus::Expired,
        BoardStatus::Closed,
    ];

    /// As it is written in a record.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            BoardStatus::Draft => "draft",
            BoardStatus::Proposed => "proposed",
            BoardStatus::Approved => "approved",
            BoardStatus::Rejected => "rejected",
            BoardStatus::Withdrawn => "withdrawn",
            BoardStatus::Revoked => "revoked",
            BoardStatus::Expired => "expired",
            BoardStatus::Closed => "closed",
        }
    }

    /// Not decided yet: draft or proposed.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, BoardStatus::Draft | BoardStatus::Proposed)
    }

    /// Neither open nor approved.
    #[must_use]
    pub fn is_finished(self) -> bool {
        !self.is_open() && self != BoardStatus::Approved
    }
}

impl fmt::Display for BoardStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A compensating control.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
#[expect(missing_docs, reason = "each field is described in the JSON Schema of the kind")]
pub struct Control<'a> {
    #[serde(deserialize_with = "text")]
    pub id: Option<&'a str>,
    #[serde(deserialize_with = "text")]
    pub description: Option<&'a str>,
    #[serde(deserialize_with = "text")]
    pub owner: Option<&'a str>,
    #[serde(deserialize_with = "date")]
    pub due: Option<Date>,
    #[serde(deserialize_with = "text")]
    pub test: Option<&'a str>,
    #[serde(deserialize_with = "list")]
    pub nist: Vec<Option<&'a str>>,
    #[serde(deserialize_with = "text")]
    pub catalogue: Option<&'a str>,
    #[serde(deserialize_with = "optional")]
    pub status: Option<ControlStatus>,
    #[serde(deserialize_with = "date")]
    pub completed_at: Option<Date>,
    #[serde(deserialize_with = "list")]
    pub evidence: Vec<Option<&'a str>>,
}

/// How far a compensating control is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ControlStatus {
    /// Agreed, not in place.
    Planned,
    /// In place.
    Implemented,
    /// In place, and its test passed.
    Verified,
}

impl ControlStatus {
    /// As it is written in a record.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ControlStatus::Planned => "planned",
            ControlStatus::Implemented => "implemented",
            ControlStatus::Verified => "verified",
        }
    }
}

/// One review of an approved record.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
#[expect(missing_docs, reason = "each field is described in the JSON Schema of the kind")]
pub struct Review<'a> {
    #[serde(deserialize_with = "date")]
    pub at: Option<Date>,
    #[serde(deserialize_with = "text")]
    pub by: Option<&'a str>,
    #[serde(deserialize_with = "text")]
    pub outcome: Option<&'a str>,
    #[serde(deserialize_with = "optional")]
    pub controls_effective: Option<bool>,
    #[serde(deserialize_with = "text")]
    pub note: Option<&'a str>,
    #[serde(deserialize_with = "list")]
    pub evidence: Vec<Option<&'a str>>,
}

/// What happens when the exception fails.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
#[expect(missing_docs, reason = "each field is described in the JSON Schema of the kind")]
pub struct RollbackPlan<'a> {
    #[serde(deserialize_with = "text")]
    pub trigger: Option<&'a str>,
    #[serde(deserialize_with = "list")]
    pub steps: Vec<Option<&'a str>>,
    #[serde(deserialize_with = "text")]
    pub owner: Option<&'a str>,
    #[serde(deserialize_with = "integer")]
    pub within_hours: Option<u32>,
    #[serde(deserialize_with = "time")]
    pub triggered_at: Option<Instant>,
    #[serde(deserialize_with = "time")]
    pub executed_at: Option<Instant>,
}

/// How a record ended.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
#[expect(missing_docs, reason = "each field is described in the JSON Schema of the kind")]
pub struct Closure<'a> {
    #[serde(deserialize_with = "time")]
    pub at: Option<Instant>,
    #[serde(deserialize_with = "text")]
    pub by: Option<&'a str>,
    #[serde(deserialize_with = "optional")]
    pub reason: Option<ClosureReason>,
    #[serde(deserialize_with = "text")]
    pub note: Option<&'a str>,
    #[serde(deserialize_with = "list")]
    pub evidence: Vec<Option<&'a str>>,
}

/// Why a record ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosureReason {
    /// The gap is gone.
    Remediated,
    /// The rollback plan was carried out.
    RolledBack,
    /// Another record takes its place.
    Superseded,
    /// The deal it was for is lost.
    DealLost,
    /// It turned out not to be needed.
    NotNeeded,
}

impl ClosureReason {
    /// All.
    pub const ALL: [ClosureReason; 5] = [
        ClosureReason::Remediated,
        ClosureReason::RolledBack,
        ClosureReason::Superseded,
        ClosureReason::DealLost,
        ClosureReason::NotNeeded,
    ];

    /// As it is written in a record.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ClosureReason::Remediated => "remediated",
            ClosureReason::RolledBack => "rolled_back",
            ClosureReason::Superseded => "superseded",
            ClosureReason::DealLost => "deal_lost",
            ClosureReason::NotNeeded => "not_needed",
        }
    }
}
