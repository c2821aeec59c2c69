//! What the commands that take a record a step further can be told.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, ArgGroup, Args};

use crate::record::ClosureReason;
use crate::steps::ReviewOutcome;
use crate::time::{Date, parse_date};

/// What a step changes beside its own fields, and how it is written.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Writing {
    /// Give a field a value: a number, a text, or YAML in brackets or quotes. Fields below others are written
    /// `rollback_plan.owner`, `evidence_link[0].kind` or as a JSON pointer; `+=` adds an entry to a list
    #[arg(long, value_name = "FIELD=VALUE", action = ArgAction::Append)]
    pub(super) set: Vec<String>,
    /// Take a field out
    #[arg(long, value_name = "FIELD", action = ArgAction::Append)]
    pub(super) unset: Vec<String>,
    /// Write nothing: print what would change as a diff
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Write the record even where the gate would then refuse it; it says so, and exits 1
    #[arg(long)]
    pub(super) force: bool,
}

#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("word").required(true).args(["approve", "reject"])),
    after_help = "Example: exboard decide SEB-2026-0042 --approve --by mlopez --notes 'The rotation narrows the window to a month.'\n\nAn approval ends on the latest day that its tier and `expected_duration_days` allow, unless --until names an earlier one."
)]
pub(in crate::cli) struct DecideArgs {
    /// The id of a board record, or the path of its file
    #[arg(value_name = "ID")]
    pub(super) id: String,
    /// Accept the risk
    #[arg(long)]
    pub(super) approve: bool,
    /// Refuse to accept it
    #[arg(long)]
    pub(super) reject: bool,
    /// Who decides, by their keys in policies/board.toml, several times for several; default: you, by git's user.email
    #[arg(long, value_name = "PERSON", action = ArgAction::Append, value_delimiter = ',')]
    pub(super) by: Vec<String>,
    /// Why: what was weighed
    #[arg(long, value_name = "TEXT", value_parser = some_text, allow_hyphen_values = true)]
    pub(super) notes: Option<String>,
    /// The last day of the approval
    #[arg(long, value_name = "DATE", value_parser = date, conflicts_with = "reject")]
    pub(super) until: Option<Date>,
    #[command(flatten)]
    pub(super) writing: Writing,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example: exboard renew SEB-2026-0042 --until 2026-10-18 --by mlopez\n\nA renewal is a decision: it needs the votes of one. What has expired goes before its board once more on the way."
)]
pub(in crate::cli) struct RenewArgs {
    /// The id of a board record that is approved or expired, or the path of its file
    #[arg(value_name = "ID")]
    pub(super) id: String,
    /// The last day; default: the latest that may be
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(super) until: Option<Date>,
    /// Who decides, by their keys in policies/board.toml, several times for several; default: you, by git's user.email
    #[arg(long, value_name = "PERSON", action = ArgAction::Append, value_delimiter = ',')]
    pub(super) by: Vec<String>,
    /// Why once more; default: as before
    #[arg(long, value_name = "TEXT", value_parser = some_text, allow_hyphen_values = true)]
    pub(super) notes: Option<String>,
    #[command(flatten)]
    pub(super) writing: Writing,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples: exboard escalate SEB-2026-0042\n          exboard escalate REG-2026-0107 --legal-owner eszabo --reason 'Clause 22 uncaps liability.'\n\nA board record goes to the tier above, once its board has missed the deadline; a registry record goes to legal counsel."
)]
pub(in crate::cli) struct EscalateArgs {
    /// The id of a record, or the path of its file
    #[arg(value_name = "ID")]
    pub(super) id: String,
    /// The legal counsel who gets a registry record; default: whom it names, or the only one there is
    #[arg(long, value_name = "PERSON")]
    pub(super) legal_owner: Option<String>,
    /// Why a registry record goes to counsel
    #[arg(long, value_name = "TEXT", value_parser = some_text, allow_hyphen_values = true)]
    pub(super) reason: Option<String>,
    #[command(flatten)]
    pub(super) writing: Writing,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example: exboard review SEB-2026-0042 --outcome keep --effective yes --note 'Rotation log of June read.' --evidence E2"
)]
pub(in crate::cli) struct ReviewArgs {
    /// The id of an approved board record, or the path of its file
    #[arg(value_name = "ID")]
    pub(super) id: String,
    /// What is to become of the exception: keep it to its end, renew it, or end it
    #[arg(long, value_name = "WORD", value_parser = outcome())]
    pub(super) outcome: ReviewOutcome,
    /// Whether the compensating controls work
    #[arg(long, value_name = "yes|no", value_parser = yes_or_no(), action = ArgAction::Set)]
    pub(super) effective: bool,
    #[command(flatten)]
    pub(super) word: Word,
    #[command(flatten)]
    pub(super) writing: Writing,
}

/// Who says it, what they say, and what shows it.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Word {
    /// Who says so, by their key in policies/board.toml; default: you, by git's user.email
    #[arg(long, value_name = "PERSON")]
    pub(super) by: Option<String>,
    /// What there is to say about it
    #[arg(long, value_name = "TEXT", value_parser = some_text, allow_hyphen_values = true)]
    pub(super) note: Option<String>,
    /// An entry of the record's evidence that shows it; several times for several
    #[arg(long, value_name = "E1", action = ArgAction::Append, value_delimiter = ',')]
    pub(super) evidence: Vec<String>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example: exboard close SEB-2026-0042 --reason remediated --evidence E3 --note 'Customer-managed keys cover exports.'\n\nWhat was approved and is said to be remediated or rolled back takes evidence of the record that shows it."
)]
pub(in crate::cli) struct CloseArgs {
    /// The id of a record, or the path of its file
    #[arg(value_name = "ID")]
    pub(super) id: String,
    /// Why it is over
    #[arg(long, value_name = "REASON", value_parser = reason())]
    pub(super) reason: ClosureReason,
    #[command(flatten)]
    pub(super) word: Word,
    #[command(flatten)]
    pub(super) writing: Writing,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples: exboard move SEB-2026-0042 proposed --set impact_score=50 --set data_sensitivity_tier=internal\n          exboard move SEB-2026-0042 withdrawn --reason deal_lost\n          exboard move REG-2026-0107 triaged --set pattern=policy-clarification --set business_impact=delay_risk\n\nWhat follows from other fields is computed: scores, tiers, deadlines, default owners. Decisions have commands of their own: decide, renew."
)]
pub(in crate::cli) struct MoveArgs {
    /// The id of a record, or the path of its file
    #[arg(value_name = "ID")]
    pub(super) id: String,
    /// The status that it gets; with --set also the one that it has
    #[arg(value_name = "STATUS")]
    pub(super) status: String,
    /// Why the record ends, where it does: closed, withdrawn, revoked
    #[arg(long, value_name = "REASON", value_parser = reason())]
    pub(super) reason: Option<ClosureReason>,
    #[command(flatten)]
    pub(super) word: Word,
    #[command(flatten)]
    pub(super) writing: Writing,
}

fn some_text(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Err("it says nothing".to_owned()) } else { Ok(text.to_owned()) }
}

fn date(text: &str) -> Result<Date, String> {
    parse_date(text).ok_or_else(|| "write a day of the calendar as 2026-07-20".to_owned())
}

fn reason() -> impl TypedValueParser<Value = ClosureReason> {
    PossibleValuesParser::new(ClosureReason::ALL.map(ClosureReason::as_str)).try_map(|word| {
        ClosureReason::ALL.into_iter().find(|reason| reason.as_str() == word).ok_or("no reason")
    })
}

fn outcome() -> impl TypedValueParser<Value = ReviewOutcome> {
    let all = [ReviewOutcome::Keep, ReviewOutcome::Renew, ReviewOutcome::End];
    PossibleValuesParser::new(all.map(ReviewOutcome::as_str))
        .try_map(move |word| all.into_iter().find(|outcome| outcome.as_str() == word).ok_or("no outcome"))
}

fn yes_or_no() -> impl TypedValueParser<Value = bool> {
    PossibleValuesParser::new(["yes", "no"]).map(|word| word == "yes")
}
