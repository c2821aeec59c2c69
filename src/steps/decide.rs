//! What a board decides: yes, no, and yes once more.

use chrono::Days;

use super::{Case, Refusal, Step};
use crate::edit::{Assignment, Data};
use crate::policy::Tier;
use crate::record::{BoardRecord, route};
use crate::time::Date;

/// A decision of a board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Yes or no.
    pub approves: bool,
    /// Keys of those who decide.
    pub by: Vec<String>,
    /// Why.
    pub notes: Option<String>,
    /// The last day of an approval; the latest that may be where nobody says.
    pub until: Option<Date>,
}

/// A renewal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewal {
    /// Keys of those who decide.
    pub by: Vec<String>,
    /// Why; as before where nobody says.
    pub notes: Option<String>,
    /// The last day; the latest that may be where nobody says.
    pub until: Option<Date>,
}

/// Decides a record.
///
/// # Errors
/// Where it is decided already, or nobody says why.
pub fn decide(case: &Case<'_>, decision: &Decision) -> Result<Step, Refusal> {
    let record = case.board("decide")?;
    let id = case.id();
    let to = if decision.approves { "approved" } else { "rejected" };
    if case.status == "approved" {
        return Err(Refusal::new(format!("{id} is approved")).help(format!(
            "to approve it once more: `exboard renew {id}`; to take it back: `exboard move {id} revoked --reason REASON`"
        )));
    }
    if case.status == to {
        return Err(Refusal::new(format!("{id} is {to} already"))
            .help(format!("before it is decided anew it is reopened: `exboard move {id} proposed`")));
    }
    let steps = case.steps_to(to)?;
    case.known(&decision.by)?;
    let reopening = case.reopening(&steps);
    let notes = decision.notes.as_deref().or(record.decision_notes.filter(|_| reopening.is_empty()));
    let Some(notes) = notes else {
        return Err(Refusal::usage(format!("nobody says why {id} is {to}"))
            .help("add `--notes TEXT`: what the board weighed, for whoever reads it in a year"));
    };
    let mut fields = vec![case.status_field(to)];
    let restarts = !reopening.is_empty();
    fields.extend(reopening.into_iter().filter(|field| !DECISION.contains(&&*field.field)));
    fields.push(Assignment::set("/decision_notes", Data::text(notes)));
    fields.extend(signed(case, &decision.by));
    let title = if decision.approves {
        let until = decision.until.unwrap_or_else(|| latest_end(case, record));
        fields.push(Assignment::set("/approved_until", Data::Text(until.to_string())));
        format!("approved until {until}")
    } else {
        let left = ["/approved_until", "/next_review_due_at"];
        fields.extend(left.into_iter().filter(|field| case.has(field)).map(Assignment::remove));
        to.to_owned()
    };
    Ok(Step { to, fields, restarts, title, notes: Vec::new(), tells: &[] })
}

/// Fields of a decision, which the next one writes anew.
const DECISION: [&str; 5] =
    ["/decision_notes", "/decided_at", "/decided_by", "/approved_until", "/next_review_due_at"];

fn signed(case: &Case<'_>, by: &[String]) -> [Assignment; 2] {
    [Assignment::set("/decided_at", case.time(case.now)), Assignment::set("/decided_by", Data::texts(by))]
}

/// Renews an approval, or approves anew what has expired.
///
/// # Errors
/// Where the record is neither approved nor expired.
pub fn renew(case: &Case<'_>, renewal: &Renewal) -> Result<Step, Refusal> {
    let record = case.board("renew")?;
    let id = case.id();
    if !["approved", "expired"].contains(&case.status) {
        let refusal =
            Refusal::new(format!("{id} is {}: only what is approved or expired is renewed", case.status));
        return Err(match case.steps_to("approved") {
            Ok(_) => refusal.help(format!("`exboard decide {id} --approve` approves it")),
            Err(_) => refusal,
        });
    }
    let steps = case.steps_to("approved")?;
    case.known(&renewal.by)?;
    let reopening = case.reopening(&steps);
    let restarts = !reopening.is_empty();
    let mut fields = Vec::new();
    if restarts {
        fields.push(case.status_field("approved"));
    }
    fields.extend(reopening.into_iter().filter(|field| !DECISION.contains(&&*field.field)));
    fields.extend(
        renewal.notes.as_ref().map(|notes| Assignment::set("/decision_notes", Data::text(notes.as_str()))),
    );
    fields.extend(signed(case, &renewal.by));
    // All renewals together have a longest time too, from the first decision, which is not later than the last one.
    let last = record.decided_at.map(|at| case.policy.lanes.calendar.date_of(at));
    let tier = tier(case, record);
    let cap = last
        .filter(|_| Some(&tier) != Tier::ALL.last())
        .and_then(|last| last.checked_add_days(Days::new(u64::from(case.policy.expiry.max_total_days))));
    let latest = latest_end(case, record);
    let until = renewal
        .until
        .unwrap_or_else(|| cap.filter(|cap| *cap >= case.today()).map_or(latest, |cap| latest.min(cap)));
    fields.push(Assignment::set("/approved_until", Data::Text(until.to_string())));
    let title = format!("renewed until {until}");
    Ok(Step { to: "approved", fields, restarts, title, notes: Vec::new(), tells: &[] })
}

/// The tier that decides: the one named, or that of the lane.
fn tier(case: &Case<'_>, record: &BoardRecord<'_>) -> Tier {
    let lane = route(record, case.policy, case.now).map(|routing| routing.lane.tier);
    record.board_tier.max(lane).unwrap_or(Tier::Executive)
}

/// The latest day on which an approval of today may end.
fn latest_end(case: &Case<'_>, record: &BoardRecord<'_>) -> Date {
    let most = case.policy.expiry.max_days_for(tier(case, record));
    let asked = record.expected_duration_days.map_or(most, u32::from);
    case.today().checked_add_days(Days::new(u64::from(most.min(asked)))).unwrap_or(Date::MAX)
}
