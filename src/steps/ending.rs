//! The end of a record: closed, withdrawn, revoked.

use super::{Case, Refusal, Step, or};
use crate::edit::{Assignment, Data};
use crate::record::{ClosureReason, Record};
use crate::schema::Kind;

/// How a record ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// Why.
    pub reason: ClosureReason,
    /// Key of who ends it.
    pub by: String,
    /// What there is to say.
    pub note: Option<String>,
    /// Ids of evidence of the record.
    pub evidence: Vec<String>,
}

/// Closes a record.
///
/// # Errors
/// Where the lifecycle has no such step, the reason does not fit, or its proof is missing.
pub fn close(case: &Case<'_>, ending: &Ending) -> Result<Step, Refusal> {
    end(case, "closed", ending)
}

/// Ends a record in one of the statuses that are an end.
pub(super) fn end(case: &Case<'_>, to: &'static str, ending: &Ending) -> Result<Step, Refusal> {
    let id = case.id();
    if let Err(refusal) = case.steps_to(to) {
        let withdraws = to == "closed" && case.steps_to("withdrawn").is_ok();
        let reason = ending.reason.as_str();
        return Err(match withdraws {
            true => refusal.help(format!(
                "what no board has decided is withdrawn: `exboard move {id} withdrawn --reason {reason}`"
            )),
            false => refusal,
        });
    }
    if case.status == to {
        return Err(Refusal::new(format!("{id} is {to} already")));
    }
    if case.kind() == Kind::Registry && ending.reason == ClosureReason::RolledBack {
        return Err(Refusal::usage(format!(
            "{id} is a registry record: an answer to a buyer is not rolled back"
        ))
        .help(format!("its reason is {}", reasons(case.kind()))));
    }
    case.known(std::slice::from_ref(&ending.by))?;
    proven(case, to, ending)?;
    let mut closure = vec![
        ("at".to_owned(), case.time(case.now)),
        ("by".to_owned(), Data::text(ending.by.as_str())),
        ("reason".to_owned(), Data::text(ending.reason.as_str())),
    ];
    closure.extend(ending.note.as_ref().map(|note| ("note".to_owned(), Data::text(note.as_str()))));
    if !ending.evidence.is_empty() {
        closure.push(("evidence".to_owned(), Data::texts(&ending.evidence)));
    }
    let mut fields = vec![case.status_field(to), Assignment::set("/closure", Data::Map(closure))];
    fields.extend(case.touched());
    let title = format!("{to}, {}", ending.reason.as_str().replace('_', " "));
    Ok(Step { to, fields, restarts: false, title, notes: Vec::new(), tells: &[] })
}

/// The reasons that a record of a kind can end for, in words.
pub(super) fn reasons(kind: Kind) -> String {
    let fits = |reason: &&ClosureReason| kind == Kind::Board || **reason != ClosureReason::RolledBack;
    let words: Vec<&str> = ClosureReason::ALL.iter().filter(fits).map(|reason| reason.as_str()).collect();
    or(&words)
}

/// An approved gap that is said to be gone is shown to be gone (`expiry/unproven-closure`).
fn proven(case: &Case<'_>, to: &str, ending: &Ending) -> Result<(), Refusal> {
    let Record::Board(record) = &case.record else { return Ok(()) };
    let claims = matches!(ending.reason, ClosureReason::Remediated | ClosureReason::RolledBack);
    if !claims || record.approved_until.is_none() || !ending.evidence.is_empty() || to == "withdrawn" {
        return Ok(());
    }
    let declared: Vec<String> = record
        .evidence_link
        .iter()
        .filter_map(|entry| {
            let what = entry.path.or(entry.url).unwrap_or("nothing");
            Some(format!("{} ({what})", entry.id?))
        })
        .collect();
    let declared = match declared.len() {
        0 => "it declares none yet".to_owned(),
        _ => format!("it declares {}", declared.join(", ")),
    };
    let numbers =
        record.evidence_link.iter().filter_map(|entry| entry.id?.strip_prefix('E')?.parse::<u32>().ok());
    let next = numbers.max().unwrap_or(0).saturating_add(1);
    let id = case.id();
    Err(Refusal::new(format!(
        "{id} was approved, so ending it as {} takes proof: evidence that shows it",
        ending.reason.as_str()
    ))
    .help(format!(
        "add `--evidence E1`; {declared}; new evidence can be declared with it: --set \
         'evidence_link+={{id: E{next}, kind: test_result, path: evidence/…, collected_at: {}}}' --evidence E{next}",
        case.today(),
    )))
}
