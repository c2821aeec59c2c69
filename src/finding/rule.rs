//! What a rule says of itself, and how much its findings weigh.

use std::fmt;

/// How much a finding weighs. The order is that of `--fail-level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Worth mending; never fails a check by default.
    Warning,
    /// Fails the check.
    Error,
}

impl Severity {
    /// The word used in every format and in `exboard.toml`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// One record.
    Record,
    /// One change: a record before and after.
    Change,
    /// All records together.
    All,
    /// The policy.
    Policy,
}

impl Scope {
    /// The word used in the catalogue.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Scope::Record => "record",
            Scope::Change => "change",
            Scope::All => "all",
            Scope::Policy => "policy",
        }
    }
}

/// Which records a rule judges, by their status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Judges {
    /// Every record, finished ones too.
    Every,
    /// Records that are not finished.
    Unfinished,
    /// Open records, and those that the judged change decides (marked ° in the design).
    Deciding,
}

impl Judges {
    /// The words used in the catalogue.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Judges::Every => "every record",
            Judges::Unfinished => "records that are not finished",
            Judges::Deciding => "open records, and those that the judged change decides",
        }
    }
}

/// Whether a fix may be applied without a person's look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Safety {
    /// There is one right answer.
    Safe,
    /// A guess: applied only where it is asked for.
    Unsafe,
}

impl Safety {
    /// The word used in every format.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Safety::Safe => "safe",
            Safety::Unsafe => "unsafe",
        }
    }
}

/// A rule's metadata: what `exboard rules`, `exboard explain` and `docs/rules/` show.
#[derive(Debug, Clone, Copy)]
pub struct RuleInfo {
    /// `group/name`; never changes meaning.
    pub name: &'static str,
    /// One line, a whole sentence without the full stop.
    pub summary: &'static str,
    /// What the rule looks at.
    pub scope: Scope,
    /// The severity unless `exboard.toml` says otherwise.
    pub severity: Severity,
    /// True where `exboard.toml` may not change the severity.
    pub locked: bool,
    /// Which records it judges.
    pub judges: Judges,
    /// True for a gate of a buyer's answer: on a registry record a warning before `ready`, an error from there on,
    /// whatever `exboard.toml` says.
    pub gate: bool,
    /// True where a comment in the record may hide its finding for a while.
    pub suppressible: bool,
    /// True where the rule needs the votes on a change: where nobody reads them, it is not judged.
    pub votes: bool,
    /// True where time alone can make a record fail: in a change set such a finding is a warning where the record had
    /// it before the change.
    pub clock: bool,
    /// The safety of its fix, where it has one.
    pub fix: Option<Safety>,
    /// The version that first had the rule.
    pub since: &'static str,
    /// The page that users read, in Markdown: the doc comment of the rule.
    pub docs: &'static str,
}

impl RuleInfo {
    /// The part of the name before the slash.
    #[must_use]
    pub fn group(&self) -> &'static str {
        self.name.split_once('/').map_or(self.name, |(group, _)| group)
    }

    /// The part of the name after the slash.
    #[must_use]
    pub fn short_name(&self) -> &'static str {
        self.name.split_once('/').map_or(self.name, |(_, name)| name)
    }
}
