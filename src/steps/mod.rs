//! A record + a step that somebody takes with it → the record after the step: its status, what the step says, and what
//! follows from that by policy.
//!
//! Every step of either lifecycle is here, and nothing of it is judged here: whether the record may be as it then is,
//! the rules say. What is refused is what makes no sense at all: a step that the lifecycle does not have, an escalation
//! of what is not late, an end without its reason.

mod decide;
mod derive;
mod ending;
mod escalate;
mod review;
mod votes;
mod walk;

use std::sync::Arc;

use chrono::Timelike;

pub use decide::{Decision, Renewal, decide, renew};
pub use ending::{Ending, close};
pub use escalate::{Handover, escalate};
pub use review::{ReviewOutcome, ReviewWord, review};
pub use votes::{Voters, voters};
pub use walk::{Walk, walk};

use crate::change::{Identities, NoWay, Steps, Version, steps};
use crate::edit::{self, Assignment, Data};
use crate::finding::closest;
use crate::policy::{Domain, Policy};
use crate::record::{BoardRecord, Record, RegistryRecord};
use crate::schema::{Kind, field_name, field_order};
use crate::time::{Date, Instant, format_local};

/// A record at the moment of a step.
#[derive(Debug)]
pub struct Case<'a> {
    /// The record's file.
    pub version: &'a Version,
    /// The record in it.
    pub record: Record<'a>,
    /// Its status.
    pub status: &'static str,
    /// The policy.
    pub policy: &'a Policy,
    /// The time of the step, to the second.
    pub now: Instant,
}

/// What a step changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The status after it.
    pub to: &'static str,
    /// The fields.
    pub fields: Vec<Assignment>,
    /// True where the clocks of the record start anew, so that the deadline is another, whatever it was.
    pub restarts: bool,
    /// What was done, as the commit says it.
    pub title: String,
    /// What the one who takes the step should know.
    pub notes: Vec<String>,
    /// Rules whose findings are what the step wants to tell, and no mistake in it.
    pub tells: &'static [&'static str],
}

/// Why a step is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Why: one sentence, no full stop.
    pub message: String,
    /// What to do instead.
    pub help: Option<String>,
    /// True where something was not said, or not rightly; the record has nothing to do with it.
    pub is_usage: bool,
}

impl Refusal {
    fn new(message: impl Into<String>) -> Self {
        Refusal { message: message.into(), help: None, is_usage: false }
    }

    fn usage(message: impl Into<String>) -> Self {
        Refusal { is_usage: true, ..Refusal::new(message) }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl From<edit::Refusal> for Refusal {
    fn from(refusal: edit::Refusal) -> Self {
        Refusal::new(refusal.to_string())
    }
}

impl<'a> Case<'a> {
    /// A record at a time.
    ///
    /// # Errors
    /// Where the file cannot be read as a record, or its status is none.
    pub fn new(version: &'a Version, policy: &'a Policy, now: Instant) -> Result<Self, Refusal> {
        let kind = version.folder.kind;
        let Some(record) = version.record() else {
            return Err(Refusal::new(format!(
                "{} cannot be read as a {} record",
                version.folder.path,
                kind.word()
            ))
            .help(format!("`exboard check {}` says why", version.folder.path)));
        };
        let Some(status) = version.status() else {
            return Err(Refusal::new(format!(
                "{} has no valid `{}`",
                version.folder.path,
                kind.status_field()
            ))
            .help(format!("`exboard check {}` says which there are", version.folder.path)));
        };
        Ok(Case { version, record, status, policy, now: now.with_nanosecond(0).unwrap_or(now) })
    }

    /// The record's id.
    #[must_use]
    pub fn id(&self) -> &'a str {
        self.version.id()
    }

    fn kind(&self) -> Kind {
        self.version.folder.kind
    }

    fn board(&self, command: &str) -> Result<&BoardRecord<'a>, Refusal> {
        match &self.record {
            Record::Board(record) => Ok(record),
            Record::Registry(_) => Err(Refusal::usage(format!(
                "{} is a registry record, and `exboard {command}` is about the decisions of a board",
                self.id()
            ))
            .help(format!("`exboard move {} STATUS` takes it a step further", self.id()))),
        }
    }

    fn registry(&self) -> Option<&RegistryRecord<'a>> {
        match &self.record {
            Record::Board(_) => None,
            Record::Registry(record) => Some(record),
        }
    }

    /// The local day.
    fn today(&self) -> Date {
        self.policy.lanes.calendar.date_of(self.now)
    }

    fn local(&self, at: Instant) -> String {
        format_local(at, &self.policy.lanes.calendar)
    }

    /// An instant as records have it.
    fn time(&self, at: Instant) -> Data {
        Data::Text(self.local(at))
    }

    fn has(&self, field: &str) -> bool {
        self.version.document.get(field).is_some()
    }

    /// The steps to a status.
    fn steps_to(&self, to: &str) -> Result<Steps, Refusal> {
        steps(self.kind(), Some(self.status), to).map_err(|no_way| self.no_way(&no_way))
    }

    fn no_way(&self, no_way: &NoWay) -> Refusal {
        let NoWay { from, to, next } = no_way;
        if next.is_empty() {
            return Refusal::new(format!("{} is {from}, and that is final", self.id()))
                .help("what comes up again is a new record: `exboard new`");
        }
        Refusal::new(format!("{} is {from}, and no step leads from there to {to}", self.id()))
            .help(format!("from {from} a record goes to {}", or(next)))
    }

    /// The status with its field.
    fn status_field(&self, to: &str) -> Assignment {
        Assignment::set(format!("/{}", self.kind().status_field()), Data::text(to))
    }

    /// What goes with every step of a registry record.
    fn touched(&self) -> Option<Assignment> {
        self.registry().map(|_| Assignment::set("/last_updated_at", self.time(self.now)))
    }

    /// What the triage of a buyer's exception can be spared: the level of its pattern, and the owner of the level or of
    /// the domain.
    fn triage(&self) -> Vec<Assignment> {
        let Some(record) = self.registry().filter(|_| self.status == "new") else { return Vec::new() };
        let policy = self.policy;
        let pattern = record.pattern.and_then(|pattern| policy.patterns.rows.get(pattern));
        let level = record.risk_level.or(pattern.map(|pattern| pattern.risk));
        let domain = record.control_domain;
        let domain = domain.and_then(|word| Domain::ALL.iter().find(|domain| domain.as_str() == word));
        let owner = policy.registry.owner(level, domain.copied()).filter(|_| record.owner.is_none());
        let level = level.filter(|_| record.risk_level.is_none());
        let level = level.map(|level| Assignment::set("/risk_level", Data::text(level.as_str())));
        level.into_iter().chain(owner.map(|owner| Assignment::set("/owner", Data::text(owner)))).collect()
    }

    /// Refuses people whom the roster does not have; a roster of nobody knows everybody.
    fn known(&self, people: &[String]) -> Result<(), Refusal> {
        let roster = &self.policy.board.people;
        let Some(stranger) = people.iter().find(|person| !roster.is_empty() && !roster.contains_key(*person))
        else {
            return Ok(());
        };
        let named = Identities::of(self.policy).named(stranger);
        let near = closest(stranger, roster.keys().map(String::as_str));
        let help = match near.or_else(|| named.first().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "people are named by their keys in policies/board.toml".to_owned(),
        };
        Err(Refusal::usage(format!("nobody in policies/board.toml has the key `{stranger}`")).help(help))
    }

    /// What a record loses and gets that comes before its board once more: the clocks start, and nothing of the last
    /// decision stands that the next one could be taken for. Its reviews stay: they were held.
    fn reopening(&self, steps: &Steps) -> Vec<Assignment> {
        let pairs = || steps.path.iter().zip(steps.path.iter().skip(1));
        let ended = ["rejected", "expired", "revoked"];
        let reopens = match self.kind() {
            Kind::Board => pairs().any(|(from, to)| *to == "proposed" && ended.contains(from)),
            Kind::Registry => pairs().any(|(from, to)| *from == "rejected" && *to == "drafted"),
        };
        if !reopens {
            return Vec::new();
        }
        let mut fields = vec![Assignment::set("/reopened_at", self.time(self.now))];
        if self.kind() == Kind::Board {
            let gone = [
                "/escalated_at",
                "/decision_notes",
                "/decided_at",
                "/decided_by",
                "/approved_until",
                "/next_review_due_at",
                "/closure",
            ];
            fields.extend(gone.into_iter().filter(|field| self.has(field)).map(Assignment::remove));
        }
        fields
    }
}

/// A record after a step, and what of it is another.
#[derive(Debug)]
pub struct Taken {
    /// The record, where it will lie.
    pub after: Version,
    /// The fields that are another now: the status, and then the others in the order of the schema.
    pub fields: Vec<Told>,
}

/// A field before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// JSON pointer.
    pub field: String,
    /// Its value before; absent where there was none.
    pub before: Option<Data>,
    /// Its value after; absent where there is none.
    pub after: Option<Data>,
}

/// The record with some of its fields set by hand.
///
/// # Errors
/// Where a field cannot be set, or is not set by hand.
pub fn with_fields(version: &Version, fields: &[Assignment]) -> Result<Version, Refusal> {
    let status = format!("/{}", version.folder.kind.status_field());
    for assignment in fields {
        if assignment.field == status {
            return Err(Refusal::usage(format!("`{}` is not set by hand", field_name(&status)))
                .help("the status to move to is said behind the id"));
        }
        if ["/schema", "/exception_id"].contains(&&*assignment.field) {
            return Err(Refusal::usage(format!(
                "`{}` says which record it is, and stays",
                field_name(&assignment.field)
            ))
            .help("another record is made with `exboard new`"));
        }
    }
    edited(version, fields)
}

fn edited(version: &Version, fields: &[Assignment]) -> Result<Version, Refusal> {
    let source = edit::assign(version.folder.kind, version.document.source(), fields)?;
    Ok(Version::read(version.folder.clone(), source.text().as_bytes().to_vec()))
}

/// Takes a step: writes its fields, and what follows from them. `by_hand` are the fields that were set before, on
/// purpose: they stay as they are. `origin` is the record as it was before these.
///
/// # Errors
/// Where the file cannot be edited.
pub fn take(
    case: &Case<'_>,
    step: &Step,
    origin: &Version,
    by_hand: &[Assignment],
) -> Result<Taken, Refusal> {
    let free = |assignment: &Assignment| !by_hand.iter().any(|own| overlap(&own.field, &assignment.field));
    let fields: Vec<Assignment> = step.fields.iter().filter(|assignment| free(assignment)).cloned().collect();
    let mut after = edited(case.version, &fields)?;
    let mut told: Vec<String> =
        fields.iter().chain(by_hand).map(|assignment| assignment.field.clone()).collect();
    // The tier follows from the score, the deadline from the tier, and the folder from both.
    for follows in [derive::score_and_tier, derive::dates] {
        let derived: Vec<Assignment> = {
            let case = Case::new(&after, case.policy, case.now)?;
            follows(&case, step).into_iter().filter(free).collect()
        };
        told.extend(derived.iter().map(|assignment| assignment.field.clone()));
        after = edited(&after, &derived)?;
    }
    if let Some(path) = derive::place(&Case::new(&after, case.policy, case.now)?, step) {
        after.folder.path = Arc::from(path);
        after = Version::read(after.folder.clone(), after.document.source().text().as_bytes().to_vec());
    }
    Ok(Taken { fields: compare(told, origin, &after), after })
}

fn compare(fields: Vec<String>, origin: &Version, after: &Version) -> Vec<Told> {
    let value = |version: &Version, field: &str| version.document.get(field).map(Data::of);
    let mut told: Vec<Told> = Vec::new();
    for field in fields {
        // Of a list that grew, the new entry is told.
        let grown = match (origin.document.get(&field), after.document.get(&field)) {
            (before, Some(after))
                if after.items().len() == 1 + before.map_or(0, |list| list.items().len()) =>
            {
                Some(format!("{field}/{}", after.items().len() - 1)).filter(|_| before.is_some())
            }
            _ => None,
        };
        let field = grown.unwrap_or(field);
        let (before, after) = (value(origin, &field), value(after, &field));
        if before != after && !told.iter().any(|told| told.field == field) {
            told.push(Told { field, before, after });
        }
    }
    let (kind, order) = (origin.folder.kind, field_order(origin.folder.kind, ""));
    told.sort_by_key(|told| {
        let name = told.field.split('/').nth(1).unwrap_or_default();
        let rank = order.iter().position(|known| *known == name).unwrap_or(order.len());
        if name == kind.status_field() { 0 } else { rank + 1 }
    });
    told
}

/// True where one of two fields is the other, or holds it.
fn overlap(one: &str, other: &str) -> bool {
    let holds = |outer: &str, inner: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    holds(one, other) || holds(other, one)
}

/// `a, b or c`
fn or(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}
