//! What both kinds of a new record need to know of the repository.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::args::{Common, evidence_kind};
use crate::cli::console::Failure;
use crate::cli::workspace::{self, Workspace};
use crate::intake::{Location, NewEvidence, next_id, prefix_of, schema_line};
use crate::policy::{EvidenceKind, Policy, fold};
use crate::render::safe;
use crate::rules::{Files, Folder};
use crate::schema::Kind;
use crate::source::Source;
use crate::store::{Listing, Place, place_of};
use crate::time::{Date, Instant, parse_now};
use crate::yaml::{self, Node};

/// The repository, its policy, the clock, and the records that there are.
pub(super) struct Desk<'a> {
    pub(super) kind: Kind,
    pub(super) workspace: &'a Workspace,
    pub(super) policy: &'a Policy,
    pub(super) now: Instant,
    pub(super) listing: Listing,
    /// True where questions can be asked.
    pub(super) asks: bool,
}

impl Desk<'_> {
    /// The local day of the one clock.
    pub(super) fn today(&self) -> Date {
        self.policy.lanes.calendar.date_of(self.now)
    }

    /// `--received`, or now, to the second.
    pub(super) fn received(&self, told: Option<&str>) -> Result<Instant, Failure> {
        use chrono::Timelike;
        let Some(text) = told else { return Ok(self.now.with_nanosecond(0).unwrap_or(self.now)) };
        parse_now(text, &self.policy.lanes.calendar).ok_or_else(|| {
            Failure::usage(format_args!("--received: `{text}` is neither a time nor a date"))
                .help("write 2026-04-21T15:04:05Z, or 2026-04-21")
        })
    }

    /// The records of the kind.
    fn records(&self) -> impl Iterator<Item = &Folder> {
        self.listing.records.iter().filter(|folder| folder.kind == self.kind)
    }

    /// The id asked for, or the next free one of the year.
    pub(super) fn id(&self, common: &Common, received: Instant) -> Result<String, Failure> {
        use chrono::Datelike;
        let stems = || self.records().map(Folder::stem);
        if let Some(id) = &common.id {
            if let Some(folder) = self.records().find(|folder| folder.stem() == id) {
                return Err(Failure::usage(format_args!("{id} is taken: {}", folder.path))
                    .help("leave --id out, and the next free one is taken"));
            }
            return Ok(id.clone());
        }
        let year = self.policy.lanes.calendar.date_of(received).year();
        let prefix = common.prefix.as_deref().unwrap_or_else(|| prefix_of(self.kind, stems()));
        next_id(prefix, year, stems()).ok_or_else(|| {
            Failure::new(format_args!("{prefix}-{year} has no id left")).help("choose another --prefix")
        })
    }

    /// The line by which an editor finds the schema: of the copy in `schemas/`, or else of the one that the first
    /// record of the kind points to. Empty where there is none: a line that leads nowhere is worse.
    pub(super) fn header(&self, path: &str) -> String {
        let schema = format!("schemas/{}.json", self.kind.name());
        let is_there = matches!(place_of(self.workspace.tree.root(), &schema), Ok(Place::Taken(_)));
        if is_there {
            return schema_line(path, &schema);
        }
        self.neighbours_schema().map_or_else(String::new, |schema| schema_line(path, &schema))
    }

    /// The schema of another record, as a path from the repository's root, or as the address that it is.
    fn neighbours_schema(&self) -> Option<String> {
        let record = self.records().next()?;
        let text = self.workspace.tree.read(record).ok()?;
        let line = text.split(|byte| *byte == b'\n').next()?;
        let line = std::str::from_utf8(line).ok()?;
        let schema = line.trim_end().strip_prefix("# yaml-language-server: $schema=")?;
        let up = "../".repeat(record.path.matches('/').count());
        schema.strip_prefix(&up).filter(|rest| !rest.contains(char::is_whitespace)).map(str::to_owned)
    }

    /// `[KIND=]PATH|URL` as evidence of today.
    pub(super) fn evidence(&self, told: &[String]) -> Result<Vec<NewEvidence>, Failure> {
        told.iter().map(|text| self.one_evidence(text)).collect()
    }

    fn one_evidence(&self, text: &str) -> Result<NewEvidence, Failure> {
        let named = text.split_once('=').and_then(|(kind, rest)| Some((evidence_kind(kind)?, rest)));
        let (kind, place) = named.unwrap_or((EvidenceKind::Other, text));
        let collected_at = self.today();
        if place.contains("://") {
            return Ok(NewEvidence { kind, at: Location::Url(place.to_owned()), collected_at });
        }
        let told = |reason: &dyn std::fmt::Display| {
            Failure::usage(format_args!("--evidence: `{place}` cannot be cited: {reason}"))
                .help("name a file of the repository, or an https:// address")
        };
        let path = workspace::in_repository(self.workspace, std::path::Path::new(place))
            .map_err(|failure| told(&failure.message))?;
        let digest = self.workspace.tree.files().digest(&path).map_err(|reason| told(&reason))?;
        let at = Location::File { path, sha256: digest.content().to_owned() };
        Ok(NewEvidence { kind, at, collected_at })
    }

    /// The accounts of the register in the order of the alphabet, each spelled as most of its records spell it. A record
    /// that cannot be read has none.
    pub(super) fn accounts(&self) -> Vec<String> {
        let mut spellings: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
        for folder in &self.listing.records {
            let Ok(bytes) = self.workspace.tree.read(folder) else { continue };
            let document = yaml::parse(Arc::new(Source::from_bytes(&*folder.path, bytes))).document;
            let field = match folder.kind {
                Kind::Board => "/account_name",
                Kind::Registry => "/buyer_account",
            };
            let account = document.get(field).and_then(Node::as_str).map(str::trim).unwrap_or_default();
            if !account.is_empty() && account == safe(account) {
                *spellings.entry(fold(account)).or_default().entry(account.to_owned()).or_default() += 1;
            }
        }
        let usual = |of: BTreeMap<String, usize>| of.into_iter().max_by_key(|(_, records)| *records);
        spellings.into_values().filter_map(usual).map(|(account, _)| account).collect()
    }

    /// The people of the roster who are still there, for a choice.
    pub(super) fn people(&self) -> Vec<(String, String)> {
        let people = self.policy.board.people.iter();
        people
            .filter(|(_, person)| person.left.is_none_or(|left| left >= self.today()))
            .map(|(key, person)| (key.clone(), person.name.clone()))
            .collect()
    }
}

/// Refuses to go on without what nobody said and nobody can be asked for.
pub(super) fn need(missing: &[&str], command: &str) -> Result<(), Failure> {
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!("not given: {}", missing.join(", "));
    Err(Failure::usage(message).help(format!("in a terminal, `{command}` asks for what is missing")))
}
