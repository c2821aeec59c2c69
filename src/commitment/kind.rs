//! What a sentence promises.

use std::fmt;
use std::str::FromStr;

/// The kinds of promise; each has its rule, `commitment/<kind>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Uncapped liability, open-ended indemnity.
    Liability,
    /// Rights to audit, inspect or test us.
    AuditRights,
    /// A warranty, an uptime figure, credits.
    Guarantee,
    /// A deliverable by a date, within a period or at once.
    Timeline,
    /// A feature, fix, certification or support to come, undated.
    Roadmap,
    /// "Never", "always", "100%" about security.
    Absolute,
}

impl Kind {
    /// Every kind, in the order in which they are listed.
    pub const ALL: [Kind; 6] =
        [Kind::Liability, Kind::AuditRights, Kind::Guarantee, Kind::Timeline, Kind::Roadmap, Kind::Absolute];

    /// The word used in policies and in rule names.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Liability => "liability",
            Kind::AuditRights => "audit-rights",
            Kind::Guarantee => "guarantee",
            Kind::Timeline => "timeline",
            Kind::Roadmap => "roadmap",
            Kind::Absolute => "absolute",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no kind of promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownKind(pub String);

impl fmt::Display for UnknownKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = Kind::ALL.map(Kind::as_str).join(", ");
        write!(f, "`{}` is no kind of promise; the kinds are {known}", self.0)
    }
}

impl std::error::Error for UnknownKind {}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Kind::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or_else(|| UnknownKind(word.to_owned()))
    }
}
