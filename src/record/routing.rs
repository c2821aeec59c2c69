//! Lane routing: score → lane → tier and deadline, and what a valid escalation changes.

use super::{BoardRecord, RegistryRecord};
use crate::policy::{Lane, Policy, ScoreSum, Tier};
use crate::time::{Date, Instant};

/// Where a record's risk sends it, and by when it must be decided.
#[derive(Debug, Clone)]
pub struct Routing<'p> {
    /// The score and how it comes about.
    pub sum: ScoreSum,
    /// The lane of the recomputed score.
    pub lane: &'p Lane,
    /// Where the clock starts: `reopened_at`, or else `request_received_at`.
    pub clock_start: Option<Instant>,
    /// The lane's own deadline; absent where the clock's start is, or no business day can be reached.
    pub lane_deadline: Option<Instant>,
    /// What makes `escalated_at` void; a void escalation moves no deadline.
    pub escalation_fault: Option<EscalationFault>,
    /// The tier that a valid escalation raised the record to.
    pub escalated_to: Option<Tier>,
    /// The deadline that holds: that of the escalation where there is a valid one, else the lane's.
    pub deadline: Option<Instant>,
}

/// Why an escalation does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EscalationFault {
    /// `board_tier` is not above the lane's tier.
    TierNotRaised,
    /// It happened before the lane's deadline was missed.
    BeforeDeadline(Instant),
    /// It lies in the future.
    InFuture,
}

/// Routes a record; `None` where a value that the score needs is missing or invalid.
#[must_use]
pub fn route<'p>(record: &BoardRecord<'_>, policy: &'p Policy, now: Instant) -> Option<Routing<'p>> {
    let sum =
        policy.lanes.score(record.exploitability_score?, record.impact_score?, record.data_sensitivity_tier?);
    let lane = policy.lanes.lane_of(sum.score);
    let calendar = &policy.lanes.calendar;
    let clock_start = record.reopened_at.or(record.request_received_at);
    let lane_deadline = clock_start.and_then(|start| calendar.due(start, lane.sla));
    let mut routing = Routing {
        sum,
        lane,
        clock_start,
        lane_deadline,
        escalation_fault: None,
        escalated_to: None,
        deadline: lane_deadline,
    };
    if let (Some(at), Some(tier)) = (record.escalated_at, record.board_tier) {
        routing.escalation_fault = escalation_fault(at, tier, lane.tier, lane_deadline, now);
        if routing.escalation_fault.is_none() {
            let sla = policy.lanes.lane_of_tier(tier).map_or(lane.sla, |lane| lane.sla);
            routing.escalated_to = Some(tier);
            routing.deadline = calendar.due(at, sla);
        }
    }
    Some(routing)
}

fn escalation_fault(
    at: Instant,
    tier: Tier,
    lane: Tier,
    deadline: Option<Instant>,
    now: Instant,
) -> Option<EscalationFault> {
    if tier <= lane {
        return Some(EscalationFault::TierNotRaised);
    }
    if at > now {
        return Some(EscalationFault::InFuture);
    }
    deadline.filter(|deadline| at < *deadline).map(EscalationFault::BeforeDeadline)
}

/// The latest deadline that any lane would give a request that arrived then.
#[must_use]
pub fn slowest_deadline(policy: &Policy, arrived: Instant) -> Option<Instant> {
    policy.lanes.all().filter_map(|lane| policy.lanes.calendar.due(arrived, lane.sla)).max()
}

/// When the answer to a buyer is due: the SLA of the risk level after the clock's start.
#[must_use]
pub fn answer_due(record: &RegistryRecord<'_>, policy: &Policy) -> Option<Instant> {
    policy.lanes.calendar.due(record.clock_start()?, policy.registry.sla(record.risk_level?))
}

/// The latest day that `next_review_due_at` may be: `approved_until` − min(lead, ⌊days from the decision to it / 2⌋).
/// `None` where the approval ends before the decision.
#[must_use]
pub fn latest_review_due(policy: &Policy, decided_on: Date, approved_until: Date) -> Option<Date> {
    let days = (approved_until - decided_on).num_days();
    if days < 0 {
        return None;
    }
    let lead = i64::from(policy.expiry.review_lead_days).min(days / 2);
    approved_until.checked_sub_signed(chrono::TimeDelta::try_days(lead)?)
}
