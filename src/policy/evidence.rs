//! `policies/evidence.toml`: what must be backed, how old the proof may be, and where it may lie.

use std::collections::{BTreeMap, BTreeSet};

use super::exboard::MAX_DAYS;
use super::reader::Field;
use super::words::{Band, EvidenceKind, RiskLevel};

/// `policies/evidence.toml`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// `required_from.board`: from this band up, controls that are in place cite evidence.
    pub board_from: Band,
    /// `required_from.registry`: from this level up, control statements cite evidence.
    pub registry_from: RiskLevel,
    /// `max_age_days`: the kinds whose age is limited.
    pub max_age_days: BTreeMap<EvidenceKind, u32>,
    /// `hosts`: where web addresses may lead; none means anywhere.
    pub hosts: BTreeSet<Host>,
}

impl Evidence {
    /// True where an address on this host may be evidence. The host is compared case aside.
    #[must_use]
    pub fn allows_host(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        self.hosts.is_empty() || self.hosts.iter().any(|allowed| allowed.matches(&host))
    }
}

/// One of `hosts`, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Host {
    /// `docs.example.com`: this one.
    Exact(String),
    /// `*.example.com`: all below it, it not.
    Below(String),
}

impl std::fmt::Display for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Host::Exact(name) => f.write_str(name),
            Host::Below(domain) => write!(f, "*.{domain}"),
        }
    }
}

impl Host {
    fn matches(&self, host: &str) -> bool {
        match self {
            Host::Exact(name) => host == name,
            Host::Below(domain) => {
                let below = host.strip_suffix(domain.as_str()).and_then(|rest| rest.strip_suffix('.'));
                below.is_some_and(|below| !below.is_empty())
            }
        }
    }
}

/// Reads the file.
pub(super) fn read(root: &Field<'_>) -> Option<Evidence> {
    let root = root.table(&["required_from", "max_age_days", "hosts"])?;
    let required_from = root.need("required_from").and_then(|field| {
        let table = field.table(&["board", "registry"])?;
        let board = table.need("board").and_then(|field| field.word());
        let registry = table.need("registry").and_then(|field| field.word());
        Some((board?, registry?))
    });
    let max_age_days = root.need("max_age_days").and_then(|field| read_ages(&field));
    let hosts = root.need("hosts").and_then(|field| field.distinct(read_host));
    let (board_from, registry_from) = required_from?;
    Some(Evidence { board_from, registry_from, max_age_days: max_age_days?, hosts: hosts? })
}

fn read_ages(field: &Field<'_>) -> Option<BTreeMap<EvidenceKind, u32>> {
    let names: Vec<&str> = EvidenceKind::ALL.iter().map(|kind| kind.as_str()).collect();
    let table = field.table(&names)?;
    let ages: Vec<Option<(EvidenceKind, u32)>> = EvidenceKind::ALL
        .iter()
        .filter_map(|kind| Some((*kind, table.get(kind.as_str())?)))
        .map(|(kind, field)| Some((kind, field.integer(1..=MAX_DAYS)?)))
        .collect();
    ages.into_iter().collect()
}

fn read_host(field: &Field<'_>) -> Option<Host> {
    let text = field.text()?;
    let lower = text.to_lowercase();
    let (name, below) = match lower.strip_prefix("*.") {
        Some(name) => (name, true),
        None => (lower.as_str(), false),
    };
    let reason = match host_fault(name) {
        None if below => return Some(Host::Below(name.to_owned())),
        None => return Some(Host::Exact(name.to_owned())),
        Some(reason) => reason,
    };
    let message = format!("`{}` must be the name of a host, found {}: {reason}", field.key(), field.shown());
    field.tell(
        field.problem(message).help("write \"docs.example.com\", or \"*.example.com\" for its subdomains"),
    );
    None
}

fn host_fault(name: &str) -> Option<&'static str> {
    if name.contains("://") {
        Some("it is a web address")
    } else if name.contains('/') {
        Some("it has a path")
    } else if name.contains('@') {
        Some("it has a user")
    } else if name.contains('*') {
        Some("`*` stands alone before the first dot, or nowhere")
    } else if name.contains(':') {
        Some("it has a port, and ports are not compared")
    } else if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')) {
        Some(
            "only letters, digits, `-`, `_` and dots stand in one; of other scripts, write the form with `xn--`",
        )
    } else if name.split('.').any(str::is_empty) {
        Some("a dot has nothing before or after it")
    } else {
        None
    }
}
