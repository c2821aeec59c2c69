//! Any step of either lifecycle, by the status that it leads to.

use super::ending::{Ending, end, reasons};
use super::escalate::{Handover, escalate};
use super::{Case, Refusal, Step, or};
use crate::change::{first_status, is_decision, next};
use crate::edit::Assignment;
use crate::finding::closest;
use crate::record::{BoardStatus, RegistryStatus};
use crate::schema::{Kind, field_name};
use crate::time::days;

/// Where to, and what the end of a record needs.
#[derive(Debug, Clone)]
pub struct Walk<'a> {
    /// The status.
    pub to: &'a str,
    /// How it ends, where it does.
    pub ending: Option<Ending>,
    /// The fields that are set by hand.
    pub by_hand: &'a [Assignment],
}

/// Takes a record to a status.
///
/// # Errors
/// Where the lifecycle has no such step, or the step has a command of its own.
pub fn walk(case: &Case<'_>, walk: &Walk<'_>) -> Result<Step, Refusal> {
    let id = case.id();
    let to = known(case.kind(), walk.to)?;
    let ends = is_end(case.kind(), to);
    if walk.ending.is_some() && !ends {
        return Err(Refusal::usage(format!("a reason is given for an end, and {to} is none")));
    }
    if case.status == to && !walk.by_hand.is_empty() {
        return Ok(stay(case, walk.by_hand));
    }
    if is_decision(case.kind(), to) {
        let command = match (case.status, to) {
            ("approved", "approved") => format!("exboard renew {id}"),
            (_, "approved") => format!("exboard decide {id} --approve --notes TEXT"),
            _ => format!("exboard decide {id} --reject --notes TEXT"),
        };
        return Err(Refusal::usage(format!("{to} is a decision, and says who made it and why"))
            .help(format!("`{command}`")));
    }
    if case.status == to {
        let next = next(case.kind(), case.status);
        let refusal = Refusal::new(format!("{id} is {to} already"));
        return Err(match next.as_slice() {
            [] => refusal,
            some => refusal.help(format!("from {to} a record goes to {}", or(some))),
        });
    }
    let steps = case.steps_to(to)?;
    if ends {
        let Some(ending) = &walk.ending else {
            return Err(Refusal::usage(format!("nobody says why {id} is {to}"))
                .help(format!("add `--reason` with {}", reasons(case.kind()))));
        };
        return end(case, to, ending);
    }
    if (case.kind(), to) == (Kind::Registry, "escalated") {
        return escalate(case, &Handover::default());
    }
    if to == "expired" {
        over(case)?;
    }
    let mut fields = vec![case.status_field(to)];
    let reopening = case.reopening(&steps);
    let restarts = !reopening.is_empty();
    fields.extend(reopening);
    fields.extend(case.triage());
    fields.extend(case.touched());
    let title = if restarts { format!("reopened, {to}") } else { to.to_owned() };
    Ok(Step { to, fields, restarts, title, notes: Vec::new(), tells: &[] })
}

/// Fields alone, and no step.
fn stay(case: &Case<'_>, by_hand: &[Assignment]) -> Step {
    let mut names: Vec<String> = by_hand.iter().map(|own| field_name(&own.field)).collect();
    names.dedup();
    let title = match names.as_slice() {
        [one] => format!("{one} changed"),
        [most @ .., last] => format!("{} and {last} changed", most.join(", ")),
        [] => String::new(),
    };
    let fields = case.touched().into_iter().collect();
    Step { to: case.status, fields, restarts: false, title, notes: Vec::new(), tells: &[] }
}

fn is_end(kind: Kind, status: &str) -> bool {
    match kind {
        Kind::Board => matches!(status, "withdrawn" | "revoked" | "closed"),
        Kind::Registry => status == "closed",
    }
}

fn known(kind: Kind, word: &str) -> Result<&'static str, Refusal> {
    let all: Vec<&'static str> = match kind {
        Kind::Board => BoardStatus::ALL.iter().map(|status| status.as_str()).collect(),
        Kind::Registry => RegistryStatus::ALL.iter().map(|status| status.as_str()).collect(),
    };
    if let Some(status) = all.iter().find(|status| **status == word) {
        return Ok(status);
    }
    let refusal = Refusal::usage(format!("`{word}` is no status of a {} record", kind.word()));
    Err(match closest(word, all.iter().copied()) {
        Some(near) => refusal.help(format!("did you mean `{near}`?")),
        None => refusal.help(format!(
            "it begins as {}, and the others are {}",
            first_status(kind),
            or(all.get(1..).unwrap_or_default())
        )),
    })
}

/// Refuses to call an approval expired that is not over.
fn over(case: &Case<'_>) -> Result<(), Refusal> {
    let id = case.id();
    let until = case.board("move")?.approved_until;
    match until.filter(|until| *until >= case.today()) {
        None => Ok(()),
        Some(until) => Err(Refusal::new(format!(
            "{id} is approved until {until}, which is {}",
            match (until - case.today()).num_days() {
                0 => "today, the whole day".to_owned(),
                left => format!("{} from now", days(left)),
            }
        ))
        .help(format!(
            "to end it earlier: `exboard close {id} --reason REASON`, or `exboard move {id} revoked --reason REASON`"
        ))),
    }
}
