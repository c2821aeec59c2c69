//! `policies/registry.toml`: how fast buyers are answered, and who lets an answer go out.

use std::collections::{BTreeMap, BTreeSet};

use super::board::read_member;
use super::exboard::MAX_DAYS;
use super::lanes::read_sla;
use super::reader::{Field, Table};
use super::words::{Domain, RiskLevel, Word};
use crate::time::Sla;

/// `policies/registry.toml`. Every person that it names is one of the board's people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registry {
    /// Business hours within which a new record is triaged.
    pub triage_hours: u32,
    /// Hours after which a critical record that is not sent is pointed out.
    pub critical_max_hours: u32,
    /// Days for which a person's word counts for a sentence outside the library.
    pub confirmed_days: u32,
    /// Keys of the people of whom one lets a high answer go out.
    pub approvers: BTreeSet<String>,
    /// `[sla]`: all levels.
    sla: BTreeMap<RiskLevel, Sla>,
    /// `[owners]` by level.
    owners_by_level: BTreeMap<RiskLevel, String>,
    /// `[owners]` by domain.
    owners_by_domain: BTreeMap<Domain, String>,
}

impl Registry {
    /// How long an answer of this level may take.
    #[must_use]
    pub fn sla(&self, level: RiskLevel) -> Sla {
        // Reading fills in every level.
        self.sla.get(&level).copied().unwrap_or(Sla::SameBusinessDay)
    }

    /// Who owns a record by default: by its level, or else by its domain.
    #[must_use]
    pub fn owner(&self, level: Option<RiskLevel>, domain: Option<Domain>) -> Option<&str> {
        let by_level = level.and_then(|level| self.owners_by_level.get(&level));
        by_level.or_else(|| self.owners_by_domain.get(&domain?)).map(String::as_str)
    }

    /// Keys of all people whom the file names: approvers and owners.
    pub fn people(&self) -> impl Iterator<Item = &str> {
        let owners = self.owners_by_level.values().chain(self.owners_by_domain.values());
        self.approvers.iter().chain(owners).map(String::as_str)
    }
}

const KEYS: [&str; 6] =
    ["triage_hours", "critical_max_hours", "confirmed_days", "approvers", "sla", "owners"];

/// Reads the file. `people` are the keys of the roster, where it can be read.
pub(super) fn read(root: &Field<'_>, people: Option<&BTreeSet<&str>>) -> Option<Registry> {
    let root = root.table(&KEYS)?;
    let number = |key, most| root.need(key).and_then(|field| field.integer(1..=most));
    let triage_hours = number("triage_hours", 8760);
    let critical_max_hours = number("critical_max_hours", 8760);
    let confirmed_days = number("confirmed_days", MAX_DAYS);
    let approvers =
        root.need("approvers").and_then(|field| field.distinct(|member| read_person(member, people)));
    let sla = root.need("sla").and_then(|field| read_slas(&field));
    let owners = root.need("owners").and_then(|field| read_owners(&field, people));
    let (owners_by_level, owners_by_domain) = owners?;
    Some(Registry {
        triage_hours: triage_hours?,
        critical_max_hours: critical_max_hours?,
        confirmed_days: confirmed_days?,
        approvers: approvers?,
        sla: sla?,
        owners_by_level,
        owners_by_domain,
    })
}

/// The key of a person of the roster; any key where the roster cannot be read.
pub(super) fn read_person(field: &Field<'_>, people: Option<&BTreeSet<&str>>) -> Option<String> {
    match people {
        Some(people) => read_member(field, people),
        None => field.text(),
    }
}

fn read_slas(field: &Field<'_>) -> Option<BTreeMap<RiskLevel, Sla>> {
    let names: Vec<&str> = RiskLevel::ALL.iter().map(|level| level.as_str()).collect();
    let table = field.table(&names)?;
    let slas: Vec<Option<(RiskLevel, Sla)>> =
        RiskLevel::ALL.iter().map(|level| Some((*level, read_sla(&table.need(level.as_str())?)?))).collect();
    slas.into_iter().collect()
}

type Owners = (BTreeMap<RiskLevel, String>, BTreeMap<Domain, String>);

fn read_owners(field: &Field<'_>, people: Option<&BTreeSet<&str>>) -> Option<Owners> {
    let levels = RiskLevel::ALL.iter().map(|level| level.as_str());
    let names: Vec<&str> = levels.chain(Domain::ALL.iter().map(|domain| domain.as_str())).collect();
    let table = field.table(&names)?;
    let (by_level, by_domain) = (owners_by(&table, people), owners_by(&table, people));
    Some((by_level?, by_domain?))
}

/// The owners under the keys of one kind, where there are any.
fn owners_by<K: Word + Ord>(
    table: &Table<'_>,
    people: Option<&BTreeSet<&str>>,
) -> Option<BTreeMap<K, String>> {
    let there = K::ALL.iter().filter_map(|key| Some((*key, table.get(key.word())?)));
    let owners: Vec<Option<(K, String)>> =
        there.map(|(key, field)| Some((key, read_person(&field, people)?))).collect();
    owners.into_iter().collect()
}
