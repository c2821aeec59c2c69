//! What `exboard new` can be told on the command line. A flag has a short name, and its field's name as another one.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, Args, Subcommand};

use crate::policy::{ControlFamily, DataTier, Domain, EvidenceKind, RiskLevel, Tier};
use crate::record::{BoardStatus, RegistryStatus};

#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct NewArgs {
    #[command(subcommand)]
    pub(super) kind: NewKind,
}

#[derive(Debug, Clone, Subcommand)]
pub(super) enum NewKind {
    /// A board record: our own decision about a control gap
    Board(Box<BoardArgs>),
    /// A registry record: a buyer's exception from a questionnaire or a contract review
    Registry(Box<RegistryArgs>),
}

/// What both kinds share.
#[derive(Debug, Clone, Args)]
pub(super) struct Common {
    /// Print the record; write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Ask nothing, even in a terminal
    #[arg(long, env = "EXBOARD_NO_INPUT", hide_env = true)]
    pub(super) no_input: bool,
    /// The record's id; default: the next free one of the year
    #[arg(long, value_name = "ID", alias = "exception-id", value_parser = record_id, conflicts_with = "prefix")]
    pub(super) id: Option<String>,
    /// Begin the id with PREFIX; default: as the other records do
    #[arg(long, value_name = "PREFIX", value_parser = prefix)]
    pub(super) prefix: Option<String>,
}

#[derive(Debug, Clone, Args)]
pub(super) struct BoardArgs {
    #[command(flatten)]
    pub(super) common: Common,
    /// The buyer for whom the exception is asked
    #[arg(long, value_name = "NAME", alias = "account-name", value_parser = some_text, help_heading = RECORD)]
    pub(super) account: Option<String>,
    /// The deal in the CRM, or `none`
    #[arg(long, value_name = "ID", alias = "opportunity-id", value_parser = some_text, help_heading = RECORD)]
    pub(super) opportunity: Option<String>,
    /// Who asked
    #[arg(long, value_name = "NAME", alias = "requester-name", value_parser = some_text, help_heading = RECORD)]
    pub(super) requester: Option<String>,
    /// The team of whoever asked
    #[arg(long, value_name = "TEAM", alias = "requester-team", value_parser = PossibleValuesParser::new(TEAMS), help_heading = RECORD)]
    pub(super) team: Option<String>,
    /// When the request arrived; default: now
    #[arg(long, value_name = "TIME", alias = "request-received-at", help_heading = RECORD)]
    pub(super) received: Option<String>,
    /// The kind of control that is not fully met
    #[arg(long, value_name = "FAMILY", alias = "control-family", value_parser = words(ControlFamily::ALL, ControlFamily::as_str), help_heading = RECORD)]
    pub(super) family: Option<ControlFamily>,
    /// What the buyer or the policy demands
    #[arg(long, value_name = "TEXT", alias = "original-requirement", value_parser = some_text, help_heading = RECORD)]
    pub(super) requirement: Option<String>,
    /// What is asked for instead
    #[arg(long, value_name = "TEXT", alias = "requested-exception", value_parser = some_text, help_heading = RECORD)]
    pub(super) exception: Option<String>,
    /// Why it is worth its risk
    #[arg(long, value_name = "TEXT", alias = "business-justification", value_parser = some_text, help_heading = RECORD)]
    pub(super) justification: Option<String>,
    /// The status; `proposed` needs everything below
    #[arg(long, value_name = "STATUS", alias = "decision-status", value_parser = words(&[BoardStatus::Draft, BoardStatus::Proposed], BoardStatus::as_str), help_heading = RECORD)]
    pub(super) status: Option<BoardStatus>,
    /// The most sensitive data that the gap touches
    #[arg(long, value_name = "TIER", alias = "data-sensitivity-tier", value_parser = words(DataTier::ALL, DataTier::as_str), help_heading = PROPOSED)]
    pub(super) data: Option<DataTier>,
    /// A system that the exception covers, by its name; several times for several
    #[arg(long, value_name = "NAME", alias = "impacted-asset", value_parser = some_text, action = ArgAction::Append, help_heading = PROPOSED)]
    pub(super) asset: Vec<String>,
    /// How long the exception will be needed, in days
    #[arg(long, value_name = "DAYS", alias = "expected-duration-days", value_parser = clap::value_parser!(u16).range(1..=365), help_heading = PROPOSED)]
    pub(super) days: Option<u16>,
    /// The day on which the deal is due to close
    #[arg(long, value_name = "DATE", help_heading = PROPOSED)]
    pub(super) close_date: Option<String>,
    /// Exploitability, 0–100
    #[arg(long, value_name = "SCORE", alias = "exploitability-score", value_parser = clap::value_parser!(u8).range(0..=100), help_heading = PROPOSED)]
    pub(super) exploitability: Option<u8>,
    /// Impact, 0–100
    #[arg(long, value_name = "SCORE", alias = "impact-score", value_parser = clap::value_parser!(u8).range(0..=100), help_heading = PROPOSED)]
    pub(super) impact: Option<u8>,
    /// A tier above that of the lane
    #[arg(long, value_name = "TIER", alias = "board-tier", value_parser = words(Tier::ALL, Tier::as_str), help_heading = PROPOSED)]
    pub(super) tier: Option<Tier>,
    /// A compensating control, by its key in `policies/controls.toml`; several times for several
    #[arg(long, value_name = "KEY", action = ArgAction::Append, help_heading = PROPOSED)]
    pub(super) control: Vec<String>,
    /// Who is accountable for the controls: a key of the roster
    #[arg(long, value_name = "PERSON", alias = "mitigation-owner", value_parser = some_text, help_heading = PROPOSED)]
    pub(super) owner: Option<String>,
    /// The failure condition of the rollback plan
    #[arg(long, value_name = "TEXT", value_parser = some_text, help_heading = PROPOSED)]
    pub(super) rollback_trigger: Option<String>,
    /// A step of the rollback plan; several times for several
    #[arg(long, value_name = "TEXT", value_parser = some_text, action = ArgAction::Append, help_heading = PROPOSED)]
    pub(super) rollback_step: Vec<String>,
    /// Who carries the rollback out; default: the owner
    #[arg(long, value_name = "PERSON", value_parser = some_text, help_heading = PROPOSED)]
    pub(super) rollback_owner: Option<String>,
    /// How fast, in hours; 72 where nothing is said
    #[arg(long, value_name = "HOURS", value_parser = clap::value_parser!(u32).range(1..=8760), help_heading = PROPOSED)]
    pub(super) rollback_hours: Option<u32>,
    /// A file of the repository or a web address, with its kind (`test_result=evidence/scan.txt`) if it is no `other`;
    /// several times for several
    #[arg(long, value_name = "[KIND=]PATH|URL", action = ArgAction::Append, help_heading = PROPOSED)]
    pub(super) evidence: Vec<String>,
    /// An exception that belongs with this one; several times for several
    #[arg(long, value_name = "ID", value_parser = record_id, action = ArgAction::Append, help_heading = PROPOSED)]
    pub(super) related: Vec<String>,
}

const RECORD: &str = "The record";

const PROPOSED: &str = "What the board needs to see";

#[derive(Debug, Clone, Args)]
pub(super) struct RegistryArgs {
    #[command(flatten)]
    pub(super) common: Common,
    /// The buyer
    #[arg(long, value_name = "NAME", alias = "buyer-account", value_parser = some_text, help_heading = RECORD)]
    pub(super) account: Option<String>,
    /// What the request is about
    #[arg(long, value_name = "DOMAIN", alias = "control-domain", value_parser = words(Domain::ALL, Domain::as_str), help_heading = RECORD)]
    pub(super) domain: Option<Domain>,
    /// What the buyer asks for, in the buyer's words
    #[arg(long, value_name = "TEXT", alias = "requested-change", value_parser = some_text, help_heading = RECORD)]
    pub(super) change: Option<String>,
    /// When the request arrived; default: now
    #[arg(long, value_name = "TIME", alias = "received-at", help_heading = RECORD)]
    pub(super) received: Option<String>,
    /// The board record that decided it
    #[arg(long, value_name = "ID", alias = "board-exception-id", value_parser = record_id, help_heading = RECORD)]
    pub(super) board_exception: Option<String>,
    /// The status; `triaged` needs everything below
    #[arg(long, value_name = "STATUS", value_parser = words(&[RegistryStatus::New, RegistryStatus::Triaged], RegistryStatus::as_str), help_heading = RECORD)]
    pub(super) status: Option<RegistryStatus>,
    /// The row of the decision matrix: a key of `policies/patterns.toml`
    #[arg(long, value_name = "KEY", help_heading = TRIAGED)]
    pub(super) pattern: Option<String>,
    /// The risk level; default: the pattern's
    #[arg(long, value_name = "LEVEL", alias = "risk-level", value_parser = words(RiskLevel::ALL, RiskLevel::as_str), help_heading = TRIAGED)]
    pub(super) risk: Option<RiskLevel>,
    /// What it means for the deal
    #[arg(long, value_name = "IMPACT", value_parser = PossibleValuesParser::new(IMPACTS), help_heading = TRIAGED)]
    pub(super) business_impact: Option<String>,
    /// Who answers: a key of the roster; default: `[owners]` of `policies/registry.toml`
    #[arg(long, value_name = "PERSON", value_parser = some_text, help_heading = TRIAGED)]
    pub(super) owner: Option<String>,
    /// Legal counsel with whom it lies: a key of the roster
    #[arg(long, value_name = "PERSON", value_parser = some_text, requires = "escalation_reason", help_heading = TRIAGED)]
    pub(super) legal_owner: Option<String>,
    /// Why counsel has it
    #[arg(long, value_name = "TEXT", value_parser = some_text, requires = "legal_owner", help_heading = TRIAGED)]
    pub(super) escalation_reason: Option<String>,
    /// A file of the repository or a web address, with its kind (`policy=evidence/standard.md`) if it is no `other`;
    /// several times for several
    #[arg(long, value_name = "[KIND=]PATH|URL", action = ArgAction::Append, help_heading = TRIAGED)]
    pub(super) evidence: Vec<String>,
}

const TRIAGED: &str = "What triage settles";

/// `requester_team`, as the schema lists it.
pub(super) const TEAMS: [&str; 6] = ["legal", "procurement", "security", "sales", "engineering", "other"];

/// `business_impact`, as the schema lists it.
pub(super) const IMPACTS: [&str; 3] = ["blocker", "delay_risk", "informational"];

/// One of the words of a closed vocabulary.
fn words<T: Copy + Send + Sync + 'static>(
    all: &'static [T],
    name: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(all.iter().map(|word| name(*word))).try_map(move |text| {
        all.iter().copied().find(|word| name(*word) == text).ok_or("there is no such word")
    })
}

/// A kind of evidence by its word.
pub(super) fn evidence_kind(word: &str) -> Option<EvidenceKind> {
    EvidenceKind::ALL.iter().copied().find(|kind| kind.as_str() == word)
}

pub(super) fn some_text(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() { Err("it is empty".to_owned()) } else { Ok(text.to_owned()) }
}

fn record_id(text: &str) -> Result<String, String> {
    let wrong = || "an id is a prefix of capitals, a year and a number: SEB-2026-0042".to_owned();
    let (prefix_part, rest) = text.split_once('-').ok_or_else(wrong)?;
    prefix(prefix_part).map_err(|_| wrong())?;
    let digits = |part: &str, most| part.len() <= most && part.bytes().all(|byte| byte.is_ascii_digit());
    let fine = match rest.split_once('-') {
        Some((year, number)) => year.len() == 4 && digits(year, 4) && !number.is_empty() && digits(number, 6),
        None => !rest.is_empty() && digits(rest, 6),
    };
    if fine { Ok(text.to_owned()) } else { Err(wrong()) }
}

fn prefix(text: &str) -> Result<String, String> {
    let fine = (2..=10).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_uppercase())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if fine {
        Ok(text.to_owned())
    } else {
        Err("a prefix is 2 to 10 capitals and digits, a capital first".to_owned())
    }
}
