//! To a higher board, or to counsel.

use super::{Case, Refusal, Step, or};
use crate::edit::{Assignment, Data};
use crate::record::{BoardRecord, Record, RegistryRecord, route};
use crate::time::describe_duration;

/// To whom an answer to a buyer is handed over, and why. What the record says already need not be said again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Handover {
    /// Key of the legal counsel.
    pub legal_owner: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// Escalates a record: a board record to the next tier, a registry record to counsel.
///
/// # Errors
/// Where a board record is not late or nobody stands above its board, and where nobody says which counsel and why.
pub fn escalate(case: &Case<'_>, handover: &Handover) -> Result<Step, Refusal> {
    match &case.record {
        Record::Board(record) => {
            let said = [("--legal-owner", &handover.legal_owner), ("--reason", &handover.reason)];
            if let Some((flag, _)) = said.iter().find(|(_, said)| said.is_some()) {
                return Err(Refusal::usage(format!(
                    "{flag} is about registry records, and {} is a board record",
                    case.id()
                )));
            }
            to_next_tier(case, record)
        }
        Record::Registry(record) => to_counsel(case, record, handover),
    }
}

fn to_next_tier(case: &Case<'_>, record: &BoardRecord<'_>) -> Result<Step, Refusal> {
    let id = case.id();
    if !["draft", "proposed"].contains(&case.status) {
        return Err(Refusal::new(format!(
            "{id} is {}: only what is proposed waits for its board",
            case.status
        )));
    }
    let Some(routing) = route(record, case.policy, case.now) else {
        return Err(Refusal::new(format!(
            "{id} has no score yet, so it has no deadline that could be missed"
        ))
        .help("it needs `exploitability_score`, `impact_score` and `data_sensitivity_tier`"));
    };
    let tier = record.board_tier.map_or(routing.lane.tier, |tier| tier.max(routing.lane.tier));
    let above = case.policy.lanes.lane_of_tier(tier).and_then(|lane| lane.escalates_to);
    let earliest = record.board_meeting_due_at.min(routing.deadline).or(routing.deadline);
    // Before the lane's own deadline no escalation counts, however early the stored one is.
    let deadline = earliest.max(routing.lane_deadline);
    let Some(deadline) = deadline else {
        return Err(Refusal::new(format!("{id} has no deadline that could be missed"))
            .help("it follows from `request_received_at` and the lane's SLA"));
    };
    if case.now <= deadline {
        let left = describe_duration(deadline - case.now);
        let refusal = Refusal::new(format!(
            "the {tier} tier has until {} to decide {id}, {left} from now",
            case.local(deadline)
        ));
        return Err(refusal.help(match above {
            Some(above) => format!(
                "a higher tier may decide without an escalation: `exboard move {id} proposed --set board_tier={above}`"
            ),
            None => "nobody stands above it".to_owned(),
        }));
    }
    let late = describe_duration(case.now - deadline);
    let Some(above) = above else {
        return Err(Refusal::new(format!(
            "the {tier} tier had until {} to decide {id}, {late} ago, and nobody stands above it",
            case.local(deadline)
        ))
        .help(format!("decide it now: `exboard decide {id} --approve` or `--reject`")));
    };
    // A draft that comes too late for its board is proposed to the one above.
    let proposed = (case.status == "draft").then(|| case.status_field("proposed"));
    let mut fields: Vec<Assignment> = proposed.into_iter().collect();
    fields.extend([
        Assignment::set("/board_tier", Data::text(above.as_str())),
        Assignment::set("/escalated_at", case.time(case.now)),
    ]);
    let title = format!("escalated to the {above} tier");
    let notes = vec![format!("the {tier} tier had until {}, {late} ago", case.local(deadline))];
    Ok(Step { to: "proposed", fields, restarts: true, title, notes, tells: &[] })
}

fn to_counsel(case: &Case<'_>, record: &RegistryRecord<'_>, handover: &Handover) -> Result<Step, Refusal> {
    let id = case.id();
    if case.status == "escalated" {
        return Err(Refusal::new(format!("{id} is escalated already")).help(format!(
            "to hand it to somebody else: `exboard move {id} escalated --set escalation.legal_owner=PERSON`"
        )));
    }
    case.steps_to("escalated")?;
    case.known(handover.legal_owner.as_slice())?;
    let legal: Vec<&str> = case.policy.board.legal.iter().map(String::as_str).collect();
    let named = record.escalation.as_ref();
    let only = match legal.as_slice() {
        [only] => Some(*only),
        _ => None,
    };
    let owner = handover.legal_owner.as_deref().or(named.and_then(|named| named.legal_owner)).or(only);
    let Some(owner) = owner else {
        return Err(Refusal::usage(format!("nobody says which counsel {id} goes to")).help(
            match legal.as_slice() {
                [] => "add `--legal-owner PERSON`; `[legal] members` of policies/board.toml names nobody yet"
                    .to_owned(),
                some => format!("add `--legal-owner` with {}", or(some)),
            },
        ));
    };
    let reason = handover.reason.as_deref().or(named.and_then(|named| named.reason));
    let Some(reason) = reason else {
        return Err(
            Refusal::usage(format!("nobody says why {id} goes to counsel")).help("add `--reason TEXT`")
        );
    };
    let mut fields = vec![
        case.status_field("escalated"),
        Assignment::set("/escalation/legal_owner", Data::text(owner)),
        Assignment::set("/escalation/reason", Data::text(reason)),
    ];
    fields.extend(case.triage());
    fields.extend(case.touched());
    let mut notes = Vec::new();
    if !legal.contains(&owner) {
        let who = if legal.is_empty() { "nobody".to_owned() } else { legal.join(", ") };
        notes.push(format!("`{owner}` is not legal counsel; `[legal] members` has {who}"));
    }
    let title = format!("escalated to {owner}");
    Ok(Step { to: "escalated", fields, restarts: false, title, notes, tells: &[] })
}
