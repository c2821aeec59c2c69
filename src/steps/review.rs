//! A review of an approved record.

use super::{Case, Refusal, Step};
use crate::edit::{Assignment, Data};

/// What a review found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewWord {
    /// What is to become of the exception.
    pub outcome: ReviewOutcome,
    /// Whether the compensating controls work.
    pub effective: bool,
    /// Key of who held it.
    pub by: String,
    /// What there is to say.
    pub note: Option<String>,
    /// Ids of evidence of the record.
    pub evidence: Vec<String>,
}

/// What a review says of the exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewOutcome {
    /// It stands until its end.
    Keep,
    /// It will be renewed.
    Renew,
    /// It will end.
    End,
}

impl ReviewOutcome {
    /// As it is written in a record.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ReviewOutcome::Keep => "keep",
            ReviewOutcome::Renew => "renew",
            ReviewOutcome::End => "end",
        }
    }
}

/// Adds a review.
///
/// # Errors
/// Where the record is not approved.
pub fn review(case: &Case<'_>, word: &ReviewWord) -> Result<Step, Refusal> {
    case.board("review")?;
    let id = case.id();
    if case.status != "approved" {
        return Err(Refusal::new(format!("{id} is {}: only what is approved is reviewed", case.status)));
    }
    case.known(std::slice::from_ref(&word.by))?;
    let mut entry = vec![
        ("at".to_owned(), Data::Text(case.today().to_string())),
        ("by".to_owned(), Data::text(word.by.as_str())),
        ("outcome".to_owned(), Data::text(word.outcome.as_str())),
        ("controls_effective".to_owned(), Data::Bool(word.effective)),
    ];
    entry.extend(word.note.as_ref().map(|note| ("note".to_owned(), Data::text(note.as_str()))));
    if !word.evidence.is_empty() {
        entry.push(("evidence".to_owned(), Data::texts(&word.evidence)));
    }
    let then = match word.outcome {
        ReviewOutcome::Keep => None,
        ReviewOutcome::Renew => Some(format!("to renew it: `exboard renew {id}`")),
        ReviewOutcome::End => Some(format!(
            "to end it: `exboard close {id} --reason REASON`, or `exboard move {id} revoked --reason REASON`"
        )),
    };
    let mut notes: Vec<String> = then.into_iter().collect();
    if !word.effective {
        notes.push(
            "controls that do not work are the failure condition of the rollback plan: mend them or end it"
                .to_owned(),
        );
    }
    Ok(Step {
        to: "approved",
        fields: vec![Assignment::append("/reviews", Data::Map(entry))],
        restarts: false,
        title: format!("reviewed, {}", word.outcome.as_str()),
        notes,
        tells: &["rollback/ineffective-control"],
    })
}
