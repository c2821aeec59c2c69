//! The registry record: `security_exception_registry_v1`.

use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::Closure;
use super::evidence::{Evidence, evidence_list};
use super::lenient::{borrowed, date, list, optional, text, time};
use crate::policy::RiskLevel;
use crate::time::{Date, Instant};

/// A buyer's exception, answered with evidence. The fields are those of the JSON Schema, which describes them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
#[expect(missing_docs, reason = "each field is described in the JSON Schema of the kind")]
pub struct RegistryRecord<'a> {
    #[serde(deserialize_with = "text")]
    pub exception_id: Option<&'a str>,
    #[serde(deserialize_with = "text")]
    pub board_exception_id: Option<&'a str>,
    #[serde(deserialize_with = "text")]
    pub buyer_account: Option<&'a str>,
    #[serde(deserialize_with = "text")]
    pub control_domain: Option<&'a str>,
    #[serde(deserialize_with = "text")]
    pub requested_change: Option<&'a str>,
    #[serde(deserialize_with = "time")]
    pub received_at: Option<Instant>,
    #[serde(deserialize_with = "text")]
    pub pattern: Option<&'a str>,
    #[serde(deserialize_with = "optional")]
    pub risk_level: Option<RiskLevel>,
    #[serde(deserialize_with = "text")]
    pub business_impact: Option<&'a str>,
    #[serde(deserialize_with = "text")]
    pub owner: Option<&'a str>,
    #[serde(deserialize_with = "time")]
    pub reopened_at: Option<Instant>,
    #[serde(deserialize_with = "time")]
    pub due_at: Option<Instant>,
    #[serde(deserialize_with = "optional")]
    pub status: Option<RegistryStatus>,
    #[serde(deserialize_with = "evidence_list")]
    pub evidence_links: Vec<Evidence<'a>>,
    #[serde(deserialize_with = "text")]
    pub compensating_control: Option<&'a str>,
    #[serde(deserialize_with = "optional")]
    pub meets_baseline: Option<bool>,
    #[serde(deserialize_with = "optional")]
    pub burden_hours_month: Option<f64>,
    #[serde(deserialize_with = "borrowed")]
    pub response: Option<Response<'a>>,
    #[serde(deserialize_with = "borrowed")]
    pub escalation: Option<Escalation<'a>>,
    #[serde(deserialize_with = "borrowed")]
    pub closure: Option<Closure<'a>>,
    #[serde(deserialize_with = "time")]
    pub last_updated_at: Option<Instant>,
}

impl RegistryRecord<'_> {
    /// Where the clock of the answer starts: `reopened_at`, or else `received_at`.
    #[must_use]
    pub fn clock_start(&self) -> Option<Instant> {
        self.reopened_at.or(self.received_at)
    }

    /// All that a response template may see of the record; what is absent in the record is absent here.
    ///
    /// A letter leaves the house, and templates are policy that anybody may word. So the border is here and not in
    /// each of them: owners, counsel, deadlines, risk levels, burdens, internal notes, evidence paths and
    /// `extensions` are not hidden from a template, they do not exist for it. Of a control statement it gets the
    /// sentence alone: who confirmed it, and with what, is for those who check. These are the texts that the
    /// commitment boundary judges, and the names by which the buyer knows the matter; a field that is neither has no
    /// place in this list.
    #[must_use]
    pub fn outward(&self) -> Map<String, Value> {
        let response = self.response.as_ref();
        let statements = response.into_iter().flat_map(|response| &response.control_statements);
        let texts: Vec<&str> = statements.filter_map(|statement| statement.text).collect();
        let fields = [
            ("exception_id", self.exception_id.map(Value::from)),
            ("buyer_account", self.buyer_account.map(Value::from)),
            ("control_domain", self.control_domain.map(Value::from)),
            ("requested_change", self.requested_change.map(Value::from)),
            ("control_statements", (!texts.is_empty()).then(|| Value::from(texts))),
            ("compensating_control", self.compensating_control.map(Value::from)),
            ("risk_note", response.and_then(|response| response.risk_note).map(Value::from)),
        ];
        fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }
}

/// `status`: where a registry record stands in its lifecycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistryStatus {
    /// Arrived.
    New,
    /// Rated, with an owner.
    Triaged,
    /// Has an answer.
    Drafted,
    /// The answer may go out.
    Ready,
    /// The answer is out.
    Sent,
    /// The buyer agrees.
    Accepted,
    /// The buyer does not.
    Rejected,
    /// With counsel.
    Escalated,
    /// Over for good.
    Closed,
}

impl RegistryStatus {
    /// All, in the order of the lifecycle.
    pub const ALL: [RegistryStatus; 9] = [
        RegistryStatus::New,
        RegistryStatus::Triaged,
        RegistryStatus::Drafted,
        RegistryStatus::Ready,
        RegistryStatus::Sent,
        RegistryStatus::Accepted,
        RegistryStatus::Rejected,
        RegistryStatus::Escalated,
        RegistryStatus::Closed,
    ];

    /// As it is written in a record.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            RegistryStatus::New => "new",
            RegistryStatus::Triaged => "triaged",
            RegistryStatus::Drafted => "drafted",
            RegistryStatus::Ready => "ready",
            RegistryStatus::Sent => "sent",
            RegistryStatus::Accepted => "accepted",
            RegistryStatus::Rejected => "rejected",
            RegistryStatus::Escalated => "escalated",
            RegistryStatus::Closed => "closed",
        }
    }

    /// Accepted or closed.
    #[must_use]
    pub fn is_finished(self) -> bool {
        matches!(self, RegistryStatus::Accepted | RegistryStatus::Closed)
    }

    /// Not finished.
    #[must_use]
    pub fn is_open(self) -> bool {
        !self.is_finished()
    }
}

impl fmt::Display for RegistryStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the buyer will read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
#[expect(missing_docs, reason = "each field is described in the JSON Schema of the kind")]
pub struct Response<'a> {
    #[serde(deserialize_with = "list")]
    pub control_statements: Vec<ControlStatement<'a>>,
    #[serde(deserialize_with = "text")]
    pub risk_note: Option<&'a str>,
}

/// One sentence of a response, with its proof.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
#[expect(missing_docs, reason = "each field is described in the JSON Schema of the kind")]
pub struct ControlStatement<'a> {
    #[serde(deserialize_with = "text")]
    pub text: Option<&'a str>,
    #[serde(deserialize_with = "text")]
    pub statement: Option<&'a str>,
    #[serde(deserialize_with = "borrowed")]
    pub confirmed: Option<Confirmation<'a>>,
    #[serde(deserialize_with = "list")]
    pub evidence: Vec<Option<&'a str>>,
    #[serde(deserialize_with = "list")]
    pub commitments: Vec<Option<&'a str>>,
}

/// A named person's word that a sentence is true of production that day.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
#[expect(missing_docs, reason = "each field is described in the JSON Schema of the kind")]
pub struct Confirmation<'a> {
    #[serde(deserialize_with = "text")]
    pub by: Option<&'a str>,
    #[serde(deserialize_with = "date")]
    pub at: Option<Date>,
}

/// The hand-over to counsel.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
#[expect(missing_docs, reason = "each field is described in the JSON Schema of the kind")]
pub struct Escalation<'a> {
    #[serde(deserialize_with = "text")]
    pub legal_owner: Option<&'a str>,
    #[serde(deserialize_with = "text")]
    pub reason: Option<&'a str>,
}
