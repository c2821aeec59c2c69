//! What was found, to where it was asked for: formats, files, standard output.

use std::path::PathBuf;

use super::TOOL;
use super::actions;
use super::args::{Shared, Sink};
use super::console::{Console, Failure, write_file};
use super::workspace;
use crate::change::Asked;
use crate::check::Outcome;
use crate::finding::Severity;
use crate::policy::{CustomRule, Tier};
use crate::render::{Format, PolicyFrom, Report, Repository, Sources, Terminal, render};
use crate::store::WorkTree;
use crate::time::Instant;

/// All that a report needs but what was found.
pub(super) struct Desk<'a> {
    pub(super) tree: &'a WorkTree,
    pub(super) now: Instant,
    pub(super) policy: PolicyFrom<'a>,
    pub(super) custom: &'a [CustomRule],
    pub(super) fail_level: Severity,
    /// What was judged, where that is not the number of records.
    pub(super) subject: Option<&'a str>,
    /// The questions of the judged change that votes answer, and the highest lane that it touches.
    pub(super) asked: &'a [Asked],
    pub(super) lane: Option<Tier>,
    /// The branch that a change would land on, as git calls it here.
    pub(super) base: Option<&'a str>,
    /// Reads the report beside what was asked for.
    pub(super) reader: Option<&'a Reader<'a>>,
    pub(super) shared: &'a Shared,
}

/// Reads a report, and the highest lane that the judged change touches.
pub(super) type Reader<'a> = dyn Fn(&Report<'_>, Option<Tier>) + 'a;

impl Desk<'_> {
    pub(super) fn report(
        &self,
        outcome: &Outcome,
        failure: Option<&Failure>,
        sources: &Sources<'_>,
        sinks: &[Sink],
        console: &mut Console<'_>,
    ) -> Result<(), Failure> {
        let prefix = workspace::prefix(self.tree);
        let address = actions::address(console, workspace::git_root(self.tree));
        let repository = Repository { prefix: &prefix, address: address.as_deref(), base: self.base };
        let report = self.of(outcome, failure, sources, repository);
        if let Some(reader) = self.reader {
            reader(&report, self.lane);
        }
        for sink in sinks {
            let terminal = console.terminal(self.shared, sink.file.is_some());
            let nothing = outcome.findings.is_empty() && failure.is_none();
            match &sink.file {
                _ if self.shared.quiet && nothing && !sink.format.is_for_programs() => {}
                Some(file) => write_file(file, |out| render(&report, sink.format, terminal, out))?,
                None => console.write_with(|out| render(&report, sink.format, terminal, out))?,
            }
        }
        Ok(())
    }

    /// The findings as JSON, for an answer that has them among other things.
    pub(super) fn json(
        &self,
        outcome: &Outcome,
        sources: &Sources<'_>,
    ) -> serde_json::Result<serde_json::Value> {
        let report = self.of(outcome, None, sources, Repository::default());
        let mut text = Vec::new();
        let terminal = Terminal { color: false, width: 100, unicode: true };
        // Nothing is written to but memory.
        let _ = render(&report, Format::Json, terminal, &mut text);
        let mut answer: serde_json::Value = serde_json::from_slice(&text)?;
        Ok(answer.get_mut("findings").map(serde_json::Value::take).unwrap_or_default())
    }

    fn of<'r>(
        &'r self,
        outcome: &'r Outcome,
        failure: Option<&'r Failure>,
        sources: &'r Sources<'r>,
        repository: Repository<'r>,
    ) -> Report<'r> {
        Report {
            tool: TOOL,
            now: self.now,
            policy: self.policy,
            board: outcome.board,
            registry: outcome.registry,
            subject: self.subject,
            findings: &outcome.findings,
            suppressed: &outcome.suppressed,
            unjudged: &outcome.unjudged,
            sources,
            custom: self.custom,
            fail_level: self.fail_level,
            failure: failure.map(|failure| failure.message.as_str()),
            asked: self.asked,
            repository,
        }
    }
}

/// Says that records could not be read, where some could not.
pub(super) fn unread(outcome: &Outcome) -> Option<Failure> {
    let count = outcome.unread.len();
    let failure =
        || Failure::new(format_args!("{count} of the records could not be read; the others were judged"));
    (count > 0).then(failure)
}

/// Where the results go: each `--format`, and `--output` for the one that names no file of its own. In a dry run that
/// one's place is the diff's.
pub(super) fn sinks(shared: &Shared, dry_run: bool, console: &Console<'_>) -> Result<Vec<Sink>, Failure> {
    let mut sinks = Vec::new();
    for text in &shared.format {
        let (name, file) = match text.split_once('=') {
            Some((name, "")) => return Err(Failure::usage(format_args!("--format {name}= names no file"))),
            Some((name, file)) => (name, Some(PathBuf::from(file))),
            None => (text.as_str(), None),
        };
        let format = name.parse().map_err(|error| Failure::usage(format_args!("--format: {error}")))?;
        sinks.push(Sink { format, file });
    }
    if dry_run {
        return match sinks.iter().all(|sink: &Sink| sink.file.is_some()) {
            true => Ok(sinks),
            false => Err(Failure::usage("--dry-run prints a diff where this --format would go")
                .help("give the format a file: `--format json=findings.json`")),
        };
    }
    if sinks.is_empty() {
        let format = match shared.output {
            None if actions::is_on(console) => Format::Github,
            None if console.out_is_terminal() => Format::Human,
            _ => Format::Concise,
        };
        sinks.push(Sink { format, file: None });
    }
    let mut loose = sinks.iter_mut().filter(|sink| sink.file.is_none());
    if let Some(sink) = loose.next() {
        sink.file.clone_from(&shared.output);
    } else if shared.output.is_some() {
        return Err(Failure::usage("--output is given, but every --format names a file of its own"));
    }
    let mut files = std::collections::BTreeSet::new();
    let twice = loose.next().is_some();
    if let Some(file) = sinks.iter().filter_map(|sink| sink.file.as_ref()).find(|file| !files.insert(*file)) {
        return Err(Failure::usage(format_args!("two formats would go to {}", file.display()))
            .help("give each a file of its own"));
    }
    if twice {
        return Err(Failure::usage("two formats would go to the same place")
            .help("give all but one a file: `--format json=findings.json --format human`"));
    }
    Ok(sinks)
}
