//! A new board record.

use chrono::{Datelike, TimeDelta};

use super::{Fields, NewEvidence, NewRecord, evidence, texts};
use crate::policy::{ControlFamily, DataTier, Policy, Tier};
use crate::record::{BoardRecord, BoardStatus, Routing, route};
use crate::schema::Kind;
use crate::time::{Date, Instant, format_local};
use crate::yaml::{self, Draft};

/// What is known of a request for an exception of our own. Fields that follow from others are not asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is described in the JSON Schema of the kind")]
pub struct BoardRequest {
    pub exception_id: String,
    pub opportunity_id: String,
    pub account_name: String,
    pub requester_name: String,
    pub requester_team: String,
    pub request_received_at: Instant,
    pub control_family: ControlFamily,
    pub original_requirement: String,
    pub requested_exception: String,
    pub business_justification: String,
    pub data_sensitivity_tier: Option<DataTier>,
    pub impacted_assets: Vec<String>,
    pub expected_duration_days: Option<u16>,
    pub close_date: Option<Date>,
    pub exploitability_score: Option<u8>,
    pub impact_score: Option<u8>,
    pub controls: Vec<PlannedControl>,
    pub mitigation_owner: Option<String>,
    /// A tier above that of the lane.
    pub board_tier: Option<Tier>,
    pub decision_status: BoardStatus,
    pub rollback_plan: Option<Rollback>,
    pub evidence_link: Vec<NewEvidence>,
    pub related: Vec<String>,
}

/// A compensating control that was chosen, and is not in place yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedControl {
    /// Its key in the catalogue.
    pub catalogue: String,
    /// What will be in place.
    pub description: String,
    /// Who puts it in place.
    pub owner: Option<String>,
    /// By when.
    pub due: Date,
    /// How somebody else checks it.
    pub test: String,
    /// Controls of NIST SP 800-53 Rev. 5.
    pub nist: Vec<String>,
}

impl PlannedControl {
    /// A control of the policy's catalogue, due as long from today as putting it in place usually takes; `None` where
    /// the catalogue has no such key.
    #[must_use]
    pub fn from_catalogue(policy: &Policy, key: &str, owner: Option<&str>, today: Date) -> Option<Self> {
        let control = policy.controls.catalogue.get(key)?;
        let usual = TimeDelta::try_days(i64::from(control.usual_days))?;
        Some(PlannedControl {
            catalogue: key.to_owned(),
            description: control.description.clone(),
            owner: owner.map(str::to_owned),
            due: today.checked_add_signed(usual)?,
            test: control.test.clone(),
            nist: control.nist.iter().cloned().collect(),
        })
    }
}

/// What happens when the exception fails.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is described in the JSON Schema of the kind")]
pub struct Rollback {
    pub trigger: Option<String>,
    pub steps: Vec<String>,
    pub owner: Option<String>,
    pub within_hours: Option<u32>,
}

impl BoardRequest {
    /// Where the request's risk sends it; `None` while it is not rated.
    #[must_use]
    pub fn routing<'p>(&self, policy: &'p Policy, now: Instant) -> Option<Routing<'p>> {
        let record = BoardRecord {
            exploitability_score: self.exploitability_score,
            impact_score: self.impact_score,
            data_sensitivity_tier: self.data_sensitivity_tier,
            request_received_at: Some(self.request_received_at),
            ..BoardRecord::default()
        };
        route(&record, policy, now)
    }

    /// Where the record belongs.
    #[must_use]
    pub fn path(&self, policy: &Policy, now: Instant) -> String {
        let year = policy.lanes.calendar.date_of(self.request_received_at).year();
        let folder = self.tier(self.routing(policy, now).as_ref()).map_or("intake", Tier::as_str);
        format!("{}/{folder}/{year:04}/{}.yaml", policy.exboard.paths.board, self.exception_id)
    }

    /// The lane's tier, or the higher one that was asked for.
    fn tier(&self, routing: Option<&Routing<'_>>) -> Option<Tier> {
        routing.map(|routing| routing.lane.tier).max(self.board_tier)
    }

    /// The record. `header` is the line for the editor, if any.
    #[must_use]
    pub fn record(&self, policy: &Policy, now: Instant, header: &str) -> NewRecord {
        let calendar = &policy.lanes.calendar;
        let routing = self.routing(policy, now);
        let mut fields = Fields::default();
        fields.put("schema", Kind::Board.name());
        fields.put("exception_id", self.exception_id.as_str());
        fields.put("opportunity_id", self.opportunity_id.as_str());
        fields.put("account_name", self.account_name.as_str());
        fields.put("requester_name", self.requester_name.as_str());
        fields.put("requester_team", self.requester_team.as_str());
        fields.put("request_received_at", format_local(self.request_received_at, calendar));
        fields.put("control_family", self.control_family.as_str());
        fields.put("original_requirement", self.original_requirement.as_str());
        fields.put("requested_exception", self.requested_exception.as_str());
        fields.put("business_justification", self.business_justification.as_str());
        fields.put_some("data_sensitivity_tier", self.data_sensitivity_tier.map(DataTier::as_str));
        fields.put_list("impacted_assets", texts(&self.impacted_assets));
        fields.put_some("expected_duration_days", self.expected_duration_days.map(number));
        if let Some(close) = self.close_date {
            fields.put("close_date", close.to_string());
            let days = (close - calendar.date_of(self.request_received_at)).num_days();
            fields.put("close_date_risk_days", Draft::Number(days));
        }
        fields.put_some("exploitability_score", self.exploitability_score.map(number));
        fields.put_some("impact_score", self.impact_score.map(number));
        fields.put_some("combined_risk_score", routing.as_ref().map(|routing| number(routing.sum.score)));
        fields.put_list("recommended_compensating_controls", self.controls());
        fields.put_some("mitigation_owner", self.mitigation_owner.as_deref());
        fields.put_some("board_tier", self.tier(routing.as_ref()).map(Tier::as_str));
        let due = routing.as_ref().and_then(|routing| routing.deadline);
        fields.put_some("board_meeting_due_at", due.map(|due| format_local(due, calendar)));
        fields.put("decision_status", self.decision_status.as_str());
        fields.put_some("rollback_plan", self.rollback_plan.as_ref().map(rollback));
        fields.put_list("evidence_link", evidence(&self.evidence_link));
        fields.put_list("related", texts(&self.related));
        NewRecord { path: self.path(policy, now), text: format!("{header}{}", yaml::write(&fields.0)) }
    }

    fn controls(&self) -> Vec<Draft> {
        let entry = |(number, control): (usize, &PlannedControl)| {
            let mut fields = Fields::default();
            fields.put("id", format!("C{number}"));
            fields.put("description", control.description.as_str());
            fields.put_some("owner", control.owner.as_deref());
            fields.put("due", control.due.to_string());
            fields.put("test", control.test.as_str());
            fields.put_list("nist", texts(&control.nist));
            fields.put("catalogue", control.catalogue.as_str());
            fields.put("status", "planned");
            Draft::Map(fields.0)
        };
        (1..).zip(&self.controls).map(entry).collect()
    }
}

fn rollback(plan: &Rollback) -> Draft {
    let mut fields = Fields::default();
    fields.put_some("trigger", plan.trigger.as_deref());
    fields.put_list("steps", texts(&plan.steps));
    fields.put_some("owner", plan.owner.as_deref());
    fields.put_some("within_hours", plan.within_hours.map(number));
    Draft::Map(fields.0)
}

fn number(number: impl Into<i64>) -> Draft {
    Draft::Number(number.into())
}
