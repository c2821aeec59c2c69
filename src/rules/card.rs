//! What stays of a record when it has been judged: the little that the rules about all records together need.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Folder;
use crate::finding::Place;
use crate::policy::{DataTier, Policy, RiskLevel, fold};
use crate::record::{BoardRecord, BoardStatus, ClosureReason, Record, RegistryStatus};
use crate::time::Date;
use crate::yaml::Document;

/// What the rules about all records together need of each one. One card a record is kept for the whole run, so it
/// holds little, and no places: a finding names its field, and `check` looks the place up afterwards.
#[derive(Debug, Clone)]
pub struct Card {
    /// Where the record lies.
    pub folder: Folder,
    /// Its `exception_id`, where it is a string.
    pub id: Option<Box<str>>,
    /// What else matters of it.
    pub facts: Facts,
}

/// What matters of a record, by its kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Facts {
    /// Of a board record.
    Board(Box<BoardFacts>),
    /// Of a registry record.
    Registry(Box<RegistryFacts>),
}

/// What matters of a board record. What is invalid in it is absent here.
#[derive(Debug, Clone, PartialEq)]
pub struct BoardFacts {
    /// `decision_status`
    pub status: Option<BoardStatus>,
    /// Account and control family, as they are compared.
    pub subject: Option<Box<str>>,
    /// The day on which the request arrived.
    pub received: Option<Date>,
    /// `approved_until`
    pub approved_until: Option<Date>,
    /// The day on which it was closed, and why.
    pub closed: Option<(Date, Option<ClosureReason>)>,
    /// Exploitability, impact and data tier of a live record.
    pub inputs: Option<(u8, u8, DataTier)>,
    /// `related` of a live record.
    pub related: Box<[Box<str>]>,
    /// Assets of an approved record, as they are compared.
    pub assets: Box<[Box<str>]>,
}

/// What matters of a registry record.
#[derive(Debug, Clone, PartialEq)]
pub struct RegistryFacts {
    /// `status`
    pub status: Option<RegistryStatus>,
    /// `risk_level`
    pub level: Option<RiskLevel>,
    /// `board_exception_id`
    pub decision: Option<Box<str>>,
    /// True where there is no `board_exception_id` at all.
    pub undecided: bool,
}

impl Card {
    /// The id, or else the name of the file.
    #[must_use]
    pub fn name(&self) -> &str {
        self.id.as_deref().unwrap_or_else(|| self.folder.stem())
    }

    /// The place of a field, by JSON pointer.
    #[must_use]
    pub fn at(&self, field: &str) -> Place {
        Place::of_field(Arc::clone(&self.folder.path), field)
    }

    /// The facts of a board record.
    #[must_use]
    pub fn board(&self) -> Option<&BoardFacts> {
        match &self.facts {
            Facts::Board(facts) => Some(facts),
            Facts::Registry(_) => None,
        }
    }

    /// The facts of a registry record.
    #[must_use]
    pub fn registry(&self) -> Option<&RegistryFacts> {
        match &self.facts {
            Facts::Registry(facts) => Some(facts),
            Facts::Board(_) => None,
        }
    }
}

impl Facts {
    /// The facts of a record.
    #[must_use]
    pub fn of(record: &Record<'_>, document: &Document, policy: &Policy) -> Facts {
        match record {
            Record::Board(record) => Facts::Board(Box::new(BoardFacts::of(record, policy))),
            Record::Registry(record) => Facts::Registry(Box::new(RegistryFacts {
                status: record.status,
                level: record.risk_level,
                decision: record.board_exception_id.filter(|id| is_id(id)).map(Box::from),
                undecided: document.get("/board_exception_id").is_none(),
            })),
        }
    }
}

/// The values of `control_family`.
const FAMILIES: [&str; 5] = ["access", "encryption", "logging", "backup", "incident"];

impl BoardFacts {
    fn of(record: &BoardRecord<'_>, policy: &Policy) -> BoardFacts {
        let calendar = &policy.lanes.calendar;
        let live = record.decision_status.is_some_and(|status| !status.is_finished());
        let family = record.control_family.filter(|family| FAMILIES.contains(family));
        let subject = record.account_name.zip(family);
        let closure = record.closure.as_ref();
        let scores = record.exploitability_score.zip(record.impact_score);
        let inputs = scores.zip(record.data_sensitivity_tier).map(|((e, i), data)| (e, i, data));
        let related = record.related.iter().flatten().filter(|_| live);
        let assets = record.impacted_assets.iter().flatten().filter(|_| record.is_approved());
        BoardFacts {
            status: record.decision_status,
            subject: subject.map(|(account, family)| format!("{}\n{family}", fold(account)).into()),
            received: record.request_received_at.map(|at| calendar.date_of(at)),
            approved_until: record.approved_until,
            closed: closure.and_then(|closure| Some((calendar.date_of(closure.at?), closure.reason))),
            inputs: inputs.filter(|_| live),
            related: related.map(|id| Box::from(*id)).collect(),
            assets: assets.map(|asset| fold(asset).into()).collect(),
        }
    }

    /// The control family; empty where there is no subject.
    #[must_use]
    pub fn family(&self) -> &str {
        self.subject.as_deref().and_then(|subject| subject.rsplit_once('\n')).map_or("", |(_, family)| family)
    }
}

/// The board records that share account and control family, by both; those without either are left out.
#[must_use]
pub fn by_subject(cards: &[Card]) -> BTreeMap<&str, Vec<(&Card, &BoardFacts)>> {
    let mut groups: BTreeMap<&str, Vec<(&Card, &BoardFacts)>> = BTreeMap::new();
    for card in cards {
        let Some(facts) = card.board() else { continue };
        if let Some(subject) = &facts.subject {
            groups.entry(subject).or_default().push((card, facts));
        }
    }
    groups.retain(|_, group| group.len() > 1);
    groups
}

/// What is no id is the schema's affair: capitals, and groups of digits after dashes.
fn is_id(text: &str) -> bool {
    let mut parts = text.split('-');
    let letters = parts.next().unwrap_or_default();
    let digits: Vec<&str> = parts.collect();
    letters.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && letters.starts_with(|first: char| first.is_ascii_uppercase())
        && !digits.is_empty()
        && digits.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}
