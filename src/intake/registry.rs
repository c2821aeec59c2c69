//! A new registry record.

use chrono::Datelike;

use super::{Fields, NewEvidence, NewRecord, evidence};
use crate::policy::{Domain, Policy, RiskLevel};
use crate::record::{RegistryRecord, RegistryStatus, answer_due};
use crate::schema::Kind;
use crate::time::{Instant, format_local};
use crate::yaml::{self, Draft};

/// What is known of a buyer's request. Fields that follow from others are not asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is described in the JSON Schema of the kind")]
pub struct RegistryRequest {
    pub exception_id: String,
    pub board_exception_id: Option<String>,
    pub buyer_account: String,
    pub control_domain: Domain,
    pub requested_change: String,
    pub received_at: Instant,
    pub pattern: Option<String>,
    pub risk_level: Option<RiskLevel>,
    pub business_impact: Option<String>,
    pub owner: Option<String>,
    pub status: RegistryStatus,
    pub evidence_links: Vec<NewEvidence>,
    pub escalation: Option<Counsel>,
}

/// The hand-over to counsel.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is described in the JSON Schema of the kind")]
pub struct Counsel {
    pub legal_owner: Option<String>,
    pub reason: Option<String>,
}

impl RegistryRequest {
    /// Where the record belongs.
    #[must_use]
    pub fn path(&self, policy: &Policy) -> String {
        let year = policy.lanes.calendar.date_of(self.received_at).year();
        format!("{}/{year:04}/{}.yaml", policy.exboard.paths.registry, self.exception_id)
    }

    /// When the answer is due; `None` while the request is not rated.
    #[must_use]
    pub fn due(&self, policy: &Policy) -> Option<Instant> {
        let record = RegistryRecord {
            received_at: Some(self.received_at),
            risk_level: self.risk_level,
            ..RegistryRecord::default()
        };
        answer_due(&record, policy)
    }

    /// The record. `header` is the line for the editor, if any.
    #[must_use]
    pub fn record(&self, policy: &Policy, header: &str) -> NewRecord {
        let calendar = &policy.lanes.calendar;
        let mut fields = Fields::default();
        fields.put("schema", Kind::Registry.name());
        fields.put("exception_id", self.exception_id.as_str());
        fields.put_some("board_exception_id", self.board_exception_id.as_deref());
        fields.put("buyer_account", self.buyer_account.as_str());
        fields.put("control_domain", self.control_domain.as_str());
        fields.put("requested_change", self.requested_change.as_str());
        fields.put("received_at", format_local(self.received_at, calendar));
        fields.put_some("pattern", self.pattern.as_deref());
        fields.put_some("risk_level", self.risk_level.map(RiskLevel::as_str));
        fields.put_some("business_impact", self.business_impact.as_deref());
        fields.put_some("owner", self.owner.as_deref());
        fields.put_some("due_at", self.due(policy).map(|due| format_local(due, calendar)));
        fields.put("status", self.status.as_str());
        fields.put_list("evidence_links", evidence(&self.evidence_links));
        fields.put_some("escalation", self.escalation.as_ref().map(counsel));
        NewRecord { path: self.path(policy), text: format!("{header}{}", yaml::write(&fields.0)) }
    }
}

fn counsel(counsel: &Counsel) -> Draft {
    let mut fields = Fields::default();
    fields.put_some("legal_owner", counsel.legal_owner.as_deref());
    fields.put_some("reason", counsel.reason.as_deref());
    Draft::Map(fields.0)
}
