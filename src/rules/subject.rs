//! What rules look at, and how they report.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::card::Card;
use super::files::{Files, Look, leaves_by_name};
use super::promises::{self, Uncovered};
use crate::finding::{Edit, Finding, Fix, Place, RuleInfo, Safety};
use crate::policy::Policy;
use crate::record::{BoardRecord, Folder, Record, RegistryRecord, Suppression};
use crate::schema::{self, Kind};
use crate::source::{Source, Span};
use crate::time::{Date, Instant};
use crate::yaml::{self, Document, Value};

/// A file of a record folder as it was read.
#[derive(Debug)]
pub struct FileContext<'a> {
    /// Where it lies.
    pub folder: &'a Folder,
    /// Its tree; without a root where it is not YAML.
    pub document: &'a Document,
    /// What is wrong with it as YAML.
    pub problems: &'a [yaml::Problem],
    /// The kind that its `schema` field names.
    pub kind: Option<Kind>,
}

impl FileContext<'_> {
    /// The text.
    #[must_use]
    pub fn source(&self) -> &Arc<Source> {
        self.document.source()
    }

    /// A place by span.
    #[must_use]
    pub fn at_span(&self, span: Span, field: Option<&str>) -> Place {
        Place::in_source(self.source(), span, field.map(str::to_owned))
    }

    /// The place of a field, by JSON pointer; see [`Document::locate`].
    #[must_use]
    pub fn at(&self, field: &str) -> Place {
        self.at_span(self.document.locate(field), Some(field))
    }

    /// Reports what is wrong with the file as YAML, of one sort.
    pub(super) fn report(&self, kind: yaml::ProblemKind, out: &mut Out<'_>) {
        for problem in self.problems.iter().filter(|problem| problem.kind == kind) {
            let place = self.at_span(problem.span, problem.field.as_deref());
            let mut finding = out.finding(place, problem.message.as_str());
            finding.help.clone_from(&problem.help);
            if let Some((span, message)) = &problem.related {
                finding = finding.related(self.at_span(*span, None), message);
            }
            out.report(finding);
        }
    }

    /// A fix that replaces a span.
    #[must_use]
    pub fn replace(&self, safety: Safety, span: Span, text: impl Into<String>) -> Fix {
        let edit = Edit { path: Arc::clone(&self.folder.path), span, text: text.into() };
        Fix { safety, edits: vec![edit], move_to: None }
    }
}

/// One record, with all that a rule may ask about it.
#[derive(Debug)]
pub struct Subject<'a> {
    /// The file.
    pub file: &'a FileContext<'a>,
    /// The kind: of the `schema` field, and of the folder too.
    pub kind: Kind,
    /// What the JSON Schema has against it.
    pub schema_problems: &'a [schema::Problem],
    /// The typed record; what the schema refuses reads as absent.
    pub record: &'a Record<'a>,
    /// Its comments that are, or were meant to be, suppressions.
    pub suppressions: &'a [Suppression<'a>],
    /// The policy that judges.
    pub policy: &'a Policy,
    /// The files beside the record.
    pub files: &'a (dyn Files + 'a),
    /// The one clock.
    pub now: Instant,
    /// What its outward texts promise, read when a rule first asks.
    pub(super) promises: OnceCell<Vec<Uncovered>>,
}

impl<'a> Subject<'a> {
    /// A subject, of all that is known of it but what has to be worked out.
    #[must_use]
    pub fn new(
        file: &'a FileContext<'a>,
        schema_problems: &'a [schema::Problem],
        record: &'a Record<'a>,
        suppressions: &'a [Suppression<'a>],
        policy: &'a Policy,
        files: &'a (dyn Files + 'a),
        now: Instant,
    ) -> Self {
        let kind = file.folder.kind;
        Subject {
            file,
            kind,
            schema_problems,
            record,
            suppressions,
            policy,
            files,
            now,
            promises: OnceCell::new(),
        }
    }

    /// The promises of its outward texts that nothing covers.
    pub(super) fn promises(&self) -> &[Uncovered] {
        self.promises.get_or_init(|| promises::uncovered(self))
    }

    /// The record, where it is a board record.
    #[must_use]
    pub fn board(&self) -> Option<&'a BoardRecord<'a>> {
        match self.record {
            Record::Board(record) => Some(record),
            Record::Registry(_) => None,
        }
    }

    /// The record, where it is a registry record.
    #[must_use]
    pub fn registry(&self) -> Option<&'a RegistryRecord<'a>> {
        match self.record {
            Record::Registry(record) => Some(record),
            Record::Board(_) => None,
        }
    }

    /// The place of a field, by JSON pointer.
    #[must_use]
    pub fn at(&self, field: &str) -> Place {
        self.file.at(field)
    }

    /// A safe fix that sets a scalar field to a text that needs no quotes; `None` where the field is absent.
    #[must_use]
    pub fn set_scalar(&self, field: &str, text: impl Into<String>) -> Option<Fix> {
        let span = self.file.document.get(field)?.span();
        Some(self.file.replace(Safety::Safe, span, text))
    }

    /// What lies at a path that the record names. A path that leaves the repository by its letters leads nowhere.
    #[must_use]
    pub fn look(&self, path: &str) -> Look {
        match leaves_by_name(path) {
            Some(reason) => Look::Outside(Arc::from(reason)),
            None => self.files.look(path),
        }
    }

    /// True where a list field is absent or empty; what is there and is no list is the schema's affair.
    #[must_use]
    pub fn has_no_entries(&self, field: &str) -> bool {
        let node = self.file.document.get(field);
        node.is_none_or(|node| node.value() == Value::Sequence && node.items().len() == 0)
    }

    /// True where a field is there, whatever it holds.
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        self.file.document.get(field).is_some()
    }

    /// The local day of the one clock.
    #[must_use]
    pub fn today(&self) -> Date {
        self.policy.lanes.calendar.date_of(self.now)
    }

    /// The line of a policy file that holds a value; `None` for a built-in default.
    #[must_use]
    pub fn policy_place(&self, file: &str, key: &str) -> Option<Place> {
        let (source, span) = self.policy.place(file, key)?;
        Some(Place::in_source(&source, span, None))
    }
}

/// What else lies in the record folders.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stray {
    /// Path from the repository's root, with forward slashes.
    pub path: String,
    /// What it is.
    pub kind: StrayKind,
}

/// Why something in a record folder is not a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StrayKind {
    /// A regular file that is not called `*.yaml`.
    OtherName,
    /// A symbolic link.
    Link,
    /// Another repository: a submodule, or a clone.
    Repository,
    /// A device, a pipe, a socket.
    Special,
    /// A path that is not Unicode.
    NotUnicode,
    /// A folder that lies below more folders than anybody made by hand.
    TooDeep,
}

/// All records together.
#[derive(Debug)]
pub struct Register<'a> {
    /// The records, sorted by path.
    pub cards: &'a [Card],
    /// What else lies in the record folders.
    pub strays: &'a [Stray],
    /// Keys of the people of the roster whom records name; everybody where a file could not be read.
    pub named: &'a BTreeSet<&'a str>,
    /// The `CODEOWNERS` that the forge reads, where there is one.
    pub codeowners: Option<&'a Arc<Source>>,
    /// The policy that judges.
    pub policy: &'a Policy,
    /// The one clock.
    pub now: Instant,
}

/// Takes the findings of one rule.
#[derive(Debug)]
pub struct Out<'f> {
    rule: &'static RuleInfo,
    record: Option<Arc<str>>,
    findings: &'f mut Vec<Finding>,
    is_unread: bool,
}

impl<'f> Out<'f> {
    /// A sink for a rule's findings about one record, or about none.
    #[must_use]
    pub fn new(rule: &'static RuleInfo, record: Option<Arc<str>>, findings: &'f mut Vec<Finding>) -> Self {
        Out { rule, record, findings, is_unread: false }
    }

    /// A finding of this rule, yet to be reported.
    #[must_use]
    pub fn finding(&self, place: Place, message: impl Into<String>) -> Finding {
        let mut finding = Finding::new(self.rule, place, message);
        finding.record = self.record.clone();
        finding
    }

    /// Notes that the rule needs votes that nobody read.
    pub(super) fn note_unread(&mut self) {
        self.is_unread = true;
    }

    /// True where the rule found no votes to judge by.
    #[must_use]
    pub fn is_unread(&self) -> bool {
        self.is_unread
    }

    /// Reports a finding.
    pub fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }
}
