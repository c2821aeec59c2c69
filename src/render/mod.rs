//! Findings to paper: one format a file, all reading the same report.
//!
//! A renderer decides nothing: what is a finding, how grave it is and in which order they come is settled before.
//! Nothing here reads the clock, the environment or the disk, so equal reports give equal bytes. Every word of a
//! report is untrusted, paths included; it reaches an output through [`safe`] or, in JSON, through its escapes, and
//! then through the escapes of the format.

mod concise;
mod diff;
mod escaping;
mod excerpt;
mod github;
mod human;
mod json;
mod log;
mod markdown;
mod sarif;
mod standing;
mod text;

use std::fmt;
use std::io::{self, BufWriter, Write};
use std::str::FromStr;
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};

use crate::change::Asked;
use crate::finding::{Finding, Place, Safety, Severity, Side, Suppressed, Unjudged};
use crate::policy::CustomRule;
use crate::rules;
use crate::source::Source;

pub use diff::{Changed, diff};
pub use log::{Log, LogFormat, View, render_log};
pub use standing::Standing;
use text::no_command;
pub use text::{is_hidden, no_commands, safe, safe_line};

/// Writes a report in one format. An error is one of `out`: a closed pipe is the caller's to judge.
///
/// # Errors
/// What `out` answers.
pub fn render(
    report: &Report<'_>,
    format: Format,
    terminal: Terminal,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    match format {
        Format::Human => human::render(report, terminal, &mut out)?,
        Format::Concise => concise::render(report, terminal, &mut out)?,
        Format::Json => json::render(report, &mut out)?,
        Format::Sarif => sarif::render(report, &mut out)?,
        Format::Github => github::render(report, &mut out)?,
        Format::Markdown => markdown::render(report, &mut out)?,
    }
    out.flush()
}

/// The commands of [`Format::Github`] alone: they annotate files, for a log that has the findings as lines already.
///
/// # Errors
/// What `out` answers.
pub fn annotate(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    github::commands(report, out)
}

/// Any answer of a command as JSON for people and programs, every hidden character escaped.
///
/// # Errors
/// What serde answers.
pub fn pretty_json(answer: &impl serde::Serialize) -> serde_json::Result<String> {
    let mut out = Vec::new();
    let formatter = escaping::Escaping(serde_json::ser::PrettyFormatter::new());
    answer.serialize(&mut serde_json::Serializer::with_formatter(&mut out, formatter))?;
    out.push(b'\n');
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// What a check found, and under which circumstances.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    /// The program and its version: `exboard 0.1.0`.
    pub tool: &'a str,
    /// The instant against which every clock was judged.
    pub now: DateTime<Utc>,
    /// Where the policy was read.
    pub policy: PolicyFrom<'a>,
    /// How many board records were judged.
    pub board: usize,
    /// How many registry records were judged.
    pub registry: usize,
    /// What was judged, in words, where that is not the number of records.
    pub subject: Option<&'a str>,
    /// What is wrong, sorted ([`crate::finding::sort`]).
    pub findings: &'a [Finding],
    /// What suppressions hide.
    pub suppressed: &'a [Suppressed],
    /// What could not be judged.
    pub unjudged: &'a [Unjudged],
    /// The texts, for excerpts.
    pub sources: &'a Sources<'a>,
    /// The repository's own rules, which a table of rules holds too.
    pub custom: &'a [CustomRule],
    /// Findings of this severity, and graver ones, fail the check.
    pub fail_level: Severity,
    /// Why not all that was asked for could be judged; absent where it was.
    pub failure: Option<&'a str>,
    /// The questions of the judged change that votes answer.
    pub asked: &'a [Asked],
    /// Where the judged files are, for readers elsewhere.
    pub repository: Repository<'a>,
}

/// Where the judged files are, for readers who have the git repository or a browser, and not the folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Repository<'a> {
    /// Path of the governance repository in its git repository: empty, or ending with a slash.
    pub prefix: &'a str,
    /// Address below which a browser shows the git repository's files as they were judged: `https://…/`.
    pub address: Option<&'a str>,
    /// What a branch was compared with, as git calls it: with it `--fix` finds again what was found in commits.
    pub base: Option<&'a str>,
}

/// The text of a path as a finding saw it: on the finding's side of the change, or in its commit. The path is the
/// finding's own, or that of a related place. Without a text there is no excerpt, and nothing else is missing.
pub type Sources<'a> = dyn Fn(&Finding, &str) -> Option<Arc<Source>> + 'a;

/// Where the policy that judged was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyFrom<'a> {
    /// The work tree.
    Tree,
    /// The index.
    Index,
    /// A commit, by its full id.
    Commit(&'a str),
}

/// The formats of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// For people: the source with the place underlined.
    Human,
    /// For people and editors: a line a finding.
    Concise,
    /// For programs: version 1 of the published schema.
    Json,
    /// For code scanning and editors: SARIF 2.1.0.
    Sarif,
    /// For the log of a GitHub workflow: commands that annotate the files.
    Github,
    /// For the summary of a job, or a comment in a pull request.
    Markdown,
}

impl Format {
    /// Every format.
    pub const ALL: &'static [Format] =
        &[Format::Human, Format::Concise, Format::Json, Format::Sarif, Format::Github, Format::Markdown];

    /// The word for `--format`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Human => "human",
            Format::Concise => "concise",
            Format::Json => "json",
            Format::Sarif => "sarif",
            Format::Github => "github",
            Format::Markdown => "markdown",
        }
    }

    /// True where programs read it: they want a whole document, even one that says that there is nothing to say.
    #[must_use]
    pub fn is_for_programs(self) -> bool {
        matches!(self, Format::Json | Format::Sarif)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let known = Format::ALL.iter().find(|format| format.as_str() == word);
        known.copied().ok_or_else(|| UnknownFormat(safe(word).into_owned()))
    }
}

/// A word that names no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown format `{0}`: one of {names}", names = format_names())]
pub struct UnknownFormat(String);

fn format_names() -> String {
    Format::ALL.iter().map(|format| format.as_str()).collect::<Vec<_>>().join(", ")
}

/// What the output can show. The caller asks the terminal; only the formats for people regard it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terminal {
    /// Colours, as SGR escapes.
    pub color: bool,
    /// Columns. Text is wrapped, and source lines are cut, to it; paths never are.
    pub width: usize,
    /// Box drawing characters instead of ASCII ones. The record's own text stays as it is.
    pub unicode: bool,
}

impl Terminal {
    /// The sign that something was left out.
    fn ellipsis(self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }
}

/// The counts of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Findings that are errors.
    pub errors: usize,
    /// Findings that are warnings.
    pub warnings: usize,
    /// Findings that are mere information.
    pub infos: usize,
    /// Findings that have a fix.
    pub fixable: usize,
    /// Findings that have a safe fix: what `--fix` alone mends.
    pub safely_fixable: usize,
    /// Findings that a suppression hides; they count nowhere else.
    pub suppressed: usize,
}

impl Report<'_> {
    /// Counts the findings.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let mut summary = Summary { suppressed: self.suppressed.len(), ..Summary::default() };
        for finding in self.findings {
            match finding.severity {
                Severity::Error => summary.errors += 1,
                Severity::Warning => summary.warnings += 1,
                Severity::Info => summary.infos += 1,
            }
            if let Some(fix) = &finding.fix {
                summary.fixable += 1;
                summary.safely_fixable += usize::from(fix.safety == Safety::Safe);
            }
        }
        summary
    }

    /// The gravest severity there is; none where the report is clean.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    /// How `exboard check` ends with this report: what `docs` call the exit code.
    fn exit_code(&self) -> u8 {
        match (self.failure, self.worst()) {
            (Some(_), _) => 3,
            (None, Some(worst)) if worst >= self.fail_level => 1,
            (None, _) => 0,
        }
    }

    /// The findings, gravest first, and among equals in their order.
    fn gravest(&self) -> Vec<&Finding> {
        let mut findings: Vec<&Finding> = self.findings.iter().collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        findings
    }

    /// The verdict: a sentence without what could not be judged, and without what could be mended.
    fn verdict(&self) -> String {
        let records = self.board + self.registry;
        if let (true, Some(failure)) = (self.findings.is_empty(), self.failure) {
            return format!("Not judged in full: {}.", safe(failure));
        }
        if let Some(subject) = self.subject {
            return match self.findings.is_empty() {
                true => format!("Clean: {}, judged at {}.", safe(subject), instant(self.now)),
                false => format!("{} in {}", counts(self.findings.iter()), safe(subject)),
            };
        }
        if self.findings.is_empty() {
            let noun = if self.registry == 1 { "record" } else { "records" };
            let (board, registry, now) = (self.board, self.registry, instant(self.now));
            return format!("Clean: {board} board and {registry} registry {noun}, judged at {now}.");
        }
        let counts = counts(self.findings.iter());
        if records == 0 {
            return counts;
        }
        let records = count(records, "record");
        format!("{counts} in {records} ({} board, {} registry)", self.board, self.registry)
    }

    /// What `--fix` would mend.
    fn mendable(&self) -> Option<String> {
        let Summary { fixable, safely_fixable: sure, .. } = self.summary();
        let diff = self.repository.base.map(|base| format!(" --diff {}", safe(base))).unwrap_or_default();
        match (sure, fixable - sure) {
            (0, 0) => None,
            (sure, 0) => Some(format!("{sure} can be mended with `exboard check --fix{diff}`")),
            (0, guess) => Some(format!("{guess} can be mended with `exboard check --fix=all{diff}`")),
            (sure, guess) => Some(format!(
                "{sure} can be mended with `exboard check --fix{diff}`, {guess} more with `--fix=all`"
            )),
        }
    }

    /// What could not be judged, a line a reason: rules that read the same thing share one.
    fn unjudged_by_reason(&self) -> Vec<(String, String)> {
        let mut lines: Vec<(Vec<&str>, &str)> = Vec::new();
        for unjudged in self.unjudged {
            match lines.iter_mut().find(|(_, reason)| *reason == unjudged.reason) {
                Some((rules, _)) => rules.push(&unjudged.rule),
                None => lines.push((vec![&unjudged.rule], &unjudged.reason)),
            }
        }
        lines
            .into_iter()
            .map(|(rules, why)| (safe(&rules.join(", ")).into_owned(), safe(why).into_owned()))
            .collect()
    }
}

impl fmt::Debug for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Report({:?}, {} findings at {})", self.tool, self.findings.len(), instant(self.now))
    }
}

/// `path:line:col`, or the path alone where the finding is about the file.
fn location(place: &Place) -> String {
    let path = safe(&place.path);
    let location = match place.range {
        Some(range) => format!("{path}:{}:{}", range.start.line, range.start.column),
        None => path.into_owned(),
    };
    no_command(&location).into_owned()
}

/// Which version of the file a finding speaks of, where it is not the one at hand.
fn version(finding: &Finding) -> Option<String> {
    match (&finding.commit, finding.side) {
        (Some(commit), _) => Some(format!("commit {}", safe(commit.get(..12).unwrap_or(commit)))),
        (None, Side::Base) => Some("before the change".to_owned()),
        (None, Side::Head) => None,
    }
}

fn instant(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Findings by severity: `8 errors, 1 info`. Empty where there is none.
fn counts<'a>(findings: impl Iterator<Item = &'a Finding>) -> String {
    let mut numbers = [(Severity::Error, 0), (Severity::Warning, 0), (Severity::Info, 0)];
    for finding in findings {
        for (severity, number) in &mut numbers {
            *number += usize::from(*severity == finding.severity);
        }
    }
    let counted = numbers.iter().filter(|(_, number)| *number > 0);
    counted.map(|(severity, number)| count(*number, severity.as_str())).collect::<Vec<_>>().join(", ")
}

/// The address of a rule's page. The repository's own rules have none.
fn page_of(rule: &str) -> Option<String> {
    const PAGES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/HEAD/docs/rules/");
    // Names never change meaning, so the newest page is right for every version.
    rules::find(rule).map(|rule| format!("{PAGES}{}.md", rule.info.name))
}

fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Colours, or none. Only these few: terminals map them to their own palette, light or dark.
#[derive(Debug, Clone, Copy)]
struct Paint {
    color: bool,
}

impl Paint {
    fn severity(self, severity: Severity, text: &str) -> String {
        match severity {
            Severity::Error => self.paint("1;31", text),
            Severity::Warning => self.paint("1;33", text),
            Severity::Info => self.paint("1;34", text),
        }
    }

    fn good(self, text: &str) -> String {
        self.paint("1;32", text)
    }

    fn added(self, text: &str) -> String {
        self.paint("32", text)
    }

    fn removed(self, text: &str) -> String {
        self.paint("31", text)
    }

    fn strong(self, text: &str) -> String {
        self.paint("1", text)
    }

    fn faint(self, text: &str) -> String {
        self.paint("2", text)
    }

    fn paint(self, codes: &str, text: &str) -> String {
        if self.color { format!("\x1b[{codes}m{text}\x1b[0m") } else { text.to_owned() }
    }
}
