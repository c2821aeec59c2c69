//! The command line as clap reads it.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

use super::console::Failure;
use super::new::NewArgs;
use super::step::{CloseArgs, DecideArgs, EscalateArgs, MoveArgs, RenewArgs, ReviewArgs};
use crate::finding::{Safety, Severity};
use crate::policy::DataTier;
use crate::render::Format;
use crate::schema::Kind;

/// Security exceptions as code: one YAML file a record, a pull request the board meeting.
#[derive(Debug, Parser)]
#[command(name = "exboard", version, propagate_version = true, disable_help_subcommand = true)]
#[command(
    after_help = "Exit codes: 0 clean · 1 findings at or above --fail-level · 2 wrong usage · 3 the tool, its configuration or its input failed"
)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) shared: Shared,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

/// What every command shares.
#[derive(Debug, Clone, Args)]
pub(super) struct Shared {
    /// Run as if started in DIR
    #[arg(short = 'C', value_name = "DIR", global = true, value_hint = ValueHint::DirPath)]
    pub(super) directory: Option<PathBuf>,
    /// Judge every clock at TIME: RFC 3339, or a date (its first instant in the policy's zone); default now
    #[arg(long, value_name = "TIME", global = true, env = "EXBOARD_NOW", hide_env = true)]
    pub(super) now: Option<String>,
    /// FORMAT, or FORMAT=FILE; several times for several outputs
    #[arg(long, value_name = "FORMAT[=FILE]", global = true, env = "EXBOARD_FORMAT", hide_env = true, action = ArgAction::Append, value_delimiter = ',')]
    pub(super) format: Vec<String>,
    /// Write to FILE instead of standard output
    #[arg(long, value_name = "FILE", global = true, env = "EXBOARD_OUTPUT", hide_env = true, value_hint = ValueHint::FilePath)]
    pub(super) output: Option<PathBuf>,
    /// Colour the output
    #[arg(
        long,
        value_name = "WHEN",
        global = true,
        env = "EXBOARD_COLOR",
        hide_env = true,
        default_value = "auto"
    )]
    pub(super) color: ColorWhen,
    /// Print nothing but findings
    #[arg(short, long, global = true, env = "EXBOARD_QUIET", hide_env = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Say on standard error what is read
    #[arg(short, long, global = true, env = "EXBOARD_VERBOSE", hide_env = true)]
    pub(super) verbose: bool,
    /// Use N threads; default: one a core
    #[arg(long, value_name = "N", global = true, env = "EXBOARD_JOBS", hide_env = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) jobs: Option<u16>,
}

impl Shared {
    /// The one format asked for, of those that a command has; `None` where the choice is the command's.
    pub(super) fn one_format(&self, known: &[&'static str]) -> Result<Option<&'static str>, Failure> {
        let asked = match self.format.as_slice() {
            [] => return Ok(None),
            [one] => one,
            _ => return Err(Failure::usage("this command has one output, so one --format")),
        };
        known.iter().copied().find(|format| format == asked).map(Some).ok_or_else(|| {
            let failure = Failure::usage(format_args!("--format: this command has no format `{asked}`"));
            if known.is_empty() { failure } else { failure.help(format!("it has: {}", known.join(", "))) }
        })
    }
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorWhen {
    /// In a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a governance repository that checks green
    Init(InitArgs),
    /// Write a new record, from flags or by asking
    New(NewArgs),
    /// Judge the records of a governance repository: the gate
    Check(CheckArgs),
    /// Explain a rule, with a failing and a passing record; how a record came about; or a control of SP 800-53
    Explain(ExplainArgs),
    /// List the rules
    Rules,
    /// Show how a score, its lane and its deadline come about
    Score(ScoreArgs),
    /// Print the register for another program
    Export(ExportArgs),
    /// Run the policy tests: the cases of `policies/tests/`
    Test,
    /// Write the decision of a board into its record: approved until a day, or rejected
    Decide(DecideArgs),
    /// Approve a board record once more, before or after its end
    Renew(RenewArgs),
    /// Send a record that its board left lying to the tier above, or a buyer's exception to legal counsel
    Escalate(EscalateArgs),
    /// Add a review to an approved record
    Review(ReviewArgs),
    /// Close a record for good
    Close(CloseArgs),
    /// Take a record to another status, and set fields of it
    Move(MoveArgs),
    /// Tell the decisions, newest first; or the life of one record
    Log(LogArgs),
    /// Replay the rules about changes over all history since adoption
    Verify(VerifyArgs),
    /// Vote for records as they are in HEAD: an empty commit, signed with your SSH key
    Approve(ApproveArgs),
    /// After a merge, in CI: write the votes of the pull request down as a signed note on the landed commit
    Receipt(ReceiptArgs),
    /// The check before each commit, for plain git
    Hook(HookArgs),
    /// Print the JSON Schema of a record kind, or of the output of `check --format json`
    Schema(SchemaArgs),
    /// Print a script that completes exboard's commands in a shell
    Completions(CompletionsArgs),
    /// Print the manual page of exboard, or of one of its commands
    Man(ManArgs),
}

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// The folder; made where it is missing. Default: the current one
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) dir: Option<PathBuf>,
    /// Where the repository will be reviewed
    #[arg(long, value_name = "FORGE", default_value = "github")]
    pub(super) forge: ForgeArg,
    /// List what would be written; write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}

/// Where a repository is reviewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ForgeArg {
    /// GitHub: workflows, forms, code owners
    Github,
    /// Nowhere in particular
    None,
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Files or folders whose findings count; default: the whole repository
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,
    /// Judge a commit instead of the work tree: a branch, a tag, or any other revision
    #[arg(long, value_name = "REV", conflicts_with = "fix")]
    pub(super) rev: Option<String>,
    /// Judge what a branch adds to another, as a change: `main`, or `main..feature`; with --fix, mend in the work tree
    /// what that finds
    #[arg(long, value_name = "BASE[..HEAD]", conflicts_with = "rev")]
    pub(super) diff: Option<String>,
    /// Judge what is about to be committed, as a change
    #[arg(long, conflicts_with_all = ["fix", "rev", "diff"])]
    pub(super) staged: bool,
    /// In a workflow of GitHub: judge what its event is about, with the votes, and write the check, the job's summary
    /// and the outputs of the step
    #[arg(long, conflicts_with_all = ["fix", "rev", "diff", "staged", "paths"])]
    pub(super) github: bool,
    /// Count the votes in FILE: the reviews of the pull request, as the forge's API returns them
    #[arg(long, value_name = "FILE", requires = "diff", value_hint = ValueHint::FilePath)]
    pub(super) reviews: Option<PathBuf>,
    /// The login of whoever opened the pull request: their own vote does not count
    #[arg(long, value_name = "LOGIN", requires = "diff")]
    pub(super) opened_by: Option<String>,
    /// The login of whoever pushed last: their own vote does not count
    #[arg(long, value_name = "LOGIN", requires = "diff")]
    pub(super) pushed_by: Option<String>,
    /// Let only these rules or groups speak
    #[arg(long, value_name = "RULE", env = "EXBOARD_SELECT", hide_env = true, action = ArgAction::Append, value_delimiter = ',')]
    pub(super) select: Vec<String>,
    /// Let these rules or groups not speak
    #[arg(long, value_name = "RULE", env = "EXBOARD_IGNORE", hide_env = true, action = ArgAction::Append, value_delimiter = ',')]
    pub(super) ignore: Vec<String>,
    /// Mend what has a fix, and judge what is left; `all` applies guesses too
    #[arg(long, value_name = "WHICH", num_args = 0..=1, require_equals = true, default_missing_value = "safe")]
    pub(super) fix: Option<FixArg>,
    /// Write nothing: print what --fix would change as a diff
    #[arg(long, requires = "fix")]
    pub(super) dry_run: bool,
    /// Show what suppressions hide among the other findings
    #[arg(long, env = "EXBOARD_NO_SUPPRESSIONS", hide_env = true)]
    pub(super) no_suppressions: bool,
    /// Exit 1 on findings of this severity or above
    #[arg(long, value_name = "LEVEL", env = "EXBOARD_FAIL_LEVEL", hide_env = true, default_value = "error")]
    pub(super) fail_level: Level,
    /// A repository without records is clean
    #[arg(long, env = "EXBOARD_ALLOW_EMPTY", hide_env = true)]
    pub(super) allow_empty: bool,
}

/// A severity, as `--fail-level` takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Level {
    Error,
    Warning,
    Info,
}

impl Level {
    pub(super) fn severity(self) -> Severity {
        match self {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Info => Severity::Info,
        }
    }
}

/// Which fixes to apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FixArg {
    /// Those with one right answer
    Safe,
    /// Guesses too
    All,
}

impl FixArg {
    pub(super) fn safety(self) -> Safety {
        match self {
            FixArg::Safe => Safety::Safe,
            FixArg::All => Safety::Unsafe,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// The name of a rule, such as lane/under-routed; the id of a record of this repository; or the id of a control of
    /// NIST SP 800-53 Rev. 5, such as AC-2(1)
    #[arg(value_name = "RULE|ID|CONTROL")]
    pub(super) topic: String,
}

#[derive(Debug, Args)]
#[command(
    override_usage = "exboard score <ID>\n       exboard score --exploitability <SCORE> --impact <SCORE> --data <TIER> [--received <TIME>]"
)]
pub(super) struct ScoreArgs {
    /// The id of a board record
    #[arg(value_name = "ID", required_unless_present_all = ["exploitability", "impact", "data"], conflicts_with_all = ["exploitability", "impact", "data", "received"])]
    pub(super) id: Option<String>,
    /// Exploitability, 0–100
    #[arg(long, value_name = "SCORE", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(super) exploitability: Option<u8>,
    /// Impact, 0–100
    #[arg(long, value_name = "SCORE", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(super) impact: Option<u8>,
    /// Sensitivity of the data: public, internal, confidential or restricted
    #[arg(long, value_name = "TIER", value_parser = data_tier)]
    pub(super) data: Option<DataTier>,
    /// When the request arrived; default: now
    #[arg(long, value_name = "TIME")]
    pub(super) received: Option<String>,
}

fn data_tier(word: &str) -> Result<DataTier, String> {
    DataTier::ALL.iter().find(|tier| tier.as_str() == word).copied().ok_or_else(|| {
        format!("one of {}", DataTier::ALL.iter().map(|tier| tier.as_str()).collect::<Vec<_>>().join(", "))
    })
}

#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// What to print
    #[arg(value_name = "FORMAT")]
    pub(super) what: ExportFormat,
}

/// What can be exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ExportFormat {
    /// CODEOWNERS for a forge: whose review it asks for, by board
    Codeowners,
}

#[derive(Debug, Args)]
pub(super) struct HookArgs {
    #[command(subcommand)]
    pub(super) command: HookCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum HookCommand {
    /// Let git run `exboard check --staged` before each commit of this clone
    Install(HookInstallArgs),
}

#[derive(Debug, Args)]
pub(super) struct HookInstallArgs {
    /// Remove the hook again; somebody else's stays
    #[arg(long)]
    pub(super) uninstall: bool,
}

#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// What to print the schema of
    #[arg(value_name = "KIND")]
    pub(super) kind: SchemaKind,
}

/// The schemas there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaKind {
    /// Board records
    #[value(alias = "security_exception_board_record_v1")]
    Board,
    /// Registry records
    #[value(alias = "security_exception_registry_v1")]
    Registry,
    /// The output of `check --format json`
    Check,
}

impl SchemaKind {
    pub(super) fn record_kind(self) -> Option<Kind> {
        match self {
            SchemaKind::Board => Some(Kind::Board),
            SchemaKind::Registry => Some(Kind::Registry),
            SchemaKind::Check => None,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(super) shell: Shell,
}

#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// The command; default: exboard itself
    #[arg(value_name = "COMMAND")]
    pub(super) command: Option<String>,
}

/// One output: a format, and the file that it goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sink {
    pub(super) format: Format,
    pub(super) file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct LogArgs {
    /// The id of a record: its whole life, the oldest first
    #[arg(value_name = "ID")]
    pub(super) id: Option<String>,
    /// The register as it stood at TIME, every record with its status
    #[arg(long, value_name = "TIME", conflicts_with_all = ["id", "since", "until"])]
    pub(super) at: Option<String>,
    /// What landed at TIME or later
    #[arg(long, value_name = "TIME")]
    pub(super) since: Option<String>,
    /// What landed before TIME
    #[arg(long, value_name = "TIME")]
    pub(super) until: Option<String>,
    /// Records of this buyer
    #[arg(long, value_name = "NAME")]
    pub(super) account: Option<String>,
    /// Records of this tier
    #[arg(long, value_name = "TIER")]
    pub(super) tier: Option<String>,
    /// Records that came to have this status
    #[arg(long, value_name = "STATUS")]
    pub(super) status: Option<String>,
    /// Every change, not decisions alone
    #[arg(long)]
    pub(super) all: bool,
    /// The branch whose history is told; default: HEAD
    #[arg(long, value_name = "REV")]
    pub(super) rev: Option<String>,
    /// Read all history, and not what an earlier run kept in the git directory
    #[arg(long)]
    pub(super) no_cache: bool,
}

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// Judge what landed after this commit; default: everything since adoption
    #[arg(long, value_name = "REV")]
    pub(super) since: Option<String>,
    /// The branch whose history is judged; default: HEAD
    #[arg(long, value_name = "REV")]
    pub(super) rev: Option<String>,
    /// Exit 1 on findings of this severity or above
    #[arg(long, value_name = "LEVEL", env = "EXBOARD_FAIL_LEVEL", hide_env = true, default_value = "error")]
    pub(super) fail_level: Level,
}

#[derive(Debug, Args)]
pub(super) struct ApproveArgs {
    /// The ids of records; `policy` for a change of the policy
    #[arg(value_name = "ID", required = true)]
    pub(super) ids: Vec<String>,
    /// Object instead: a veto that stands until you approve
    #[arg(long)]
    pub(super) object: bool,
    /// The SSH key to sign with, a private key file or the public one of a key in the agent; default: git's
    /// `user.signingkey`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) key: Option<PathBuf>,
    /// Print the message that would be signed, and make no commit
    #[arg(long)]
    pub(super) dry_run: bool,
}

#[derive(Debug, Args)]
pub(super) struct ReceiptArgs {
    /// The address of the pull request; default, in a workflow of GitHub: each one that the push landed, with its
    /// reviews, as the forge has them
    #[arg(long, value_name = "URL")]
    pub(super) pull_request: Option<String>,
    /// The reviews of the pull request, as the forge's API returns them
    #[arg(long, value_name = "FILE", requires = "pull_request", value_hint = ValueHint::FilePath)]
    pub(super) reviews: Option<PathBuf>,
    /// The login of whoever opened it
    #[arg(long, value_name = "LOGIN", requires = "pull_request")]
    pub(super) opened_by: Option<String>,
    /// The last commit of the pull request's branch; default: the second parent of a merge
    #[arg(long, value_name = "REV", requires = "pull_request")]
    pub(super) head: Option<String>,
    /// The landed commits, all of them where a rebase landed several; default: HEAD alone
    #[arg(long, value_name = "BASE..HEAD", requires = "pull_request")]
    pub(super) covers: Option<String>,
    /// When it was merged; default: when the landed commit was made
    #[arg(long, value_name = "TIME", requires = "pull_request")]
    pub(super) merged_at: Option<String>,
    /// The private key to sign with, unencrypted, in OpenSSH's format; default: the text in EXBOARD_RECEIPT_KEY
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) key: Option<PathBuf>,
    /// Print the receipt, and write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}
