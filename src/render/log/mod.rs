//! The decision log to paper: one format a file.

mod csv;
mod human;
mod json;
mod markdown;
mod words;

use std::fmt;
use std::io::{self, Write};

use super::Terminal;
use crate::log::Entry;
use crate::time::{Calendar, Instant};

/// The formats of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogFormat {
    /// For people at a terminal.
    Human,
    /// For programs.
    Json,
    /// For spreadsheets: a line an event.
    Csv,
    /// For a page or a comment.
    Markdown,
}

impl LogFormat {
    /// Every format.
    pub const ALL: &'static [LogFormat] =
        &[LogFormat::Human, LogFormat::Json, LogFormat::Csv, LogFormat::Markdown];

    /// The word for `--format`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            LogFormat::Human => "human",
            LogFormat::Json => "json",
            LogFormat::Csv => "csv",
            LogFormat::Markdown => "markdown",
        }
    }
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What of the log is shown.
#[derive(Debug, Clone, Copy)]
pub enum View<'a> {
    /// Entries of many records, in the order given.
    Decisions,
    /// The life of one record, the oldest entry first.
    Life(&'a str),
    /// The last entry of every record, as of a time.
    Register(Instant),
}

/// The log as it is to be printed.
#[derive(Debug, Clone, Copy)]
pub struct Log<'a> {
    /// The program and its version.
    pub tool: &'a str,
    /// What is shown.
    pub view: View<'a>,
    /// The entries, in the order in which they are printed.
    pub entries: &'a [&'a Entry],
    /// The zone in which people read times.
    pub calendar: &'a Calendar,
}

/// Writes the log in one format.
///
/// # Errors
/// What `out` answers.
pub fn render_log(
    log: &Log<'_>,
    format: LogFormat,
    terminal: Terminal,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    match format {
        LogFormat::Human => human::render(log, terminal, &mut out)?,
        LogFormat::Json => json::render(log, &mut out)?,
        LogFormat::Csv => csv::render(log, &mut out)?,
        LogFormat::Markdown => markdown::render(log, &mut out)?,
    }
    out.flush()
}

/// The first letters of a commit's id, as people name it.
fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}
