//! The streams, what the terminal can show, and how a command ends.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use super::actions;
use super::args::{ColorWhen, Shared};
use crate::render::{Terminal, no_commands, safe, safe_line};
use crate::store::{Draft, Use};

/// How a command ended, as the shell sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// Nothing at or above the fail level.
    Clean = 0,
    /// Findings at or above the fail level.
    Findings = 1,
    /// Wrong usage.
    Usage = 2,
    /// The tool, its configuration or its input failed.
    Failed = 3,
}

/// Why a command could not do its work: one sentence, what to do, and the exit code.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub(super) message: String,
    pub(super) help: Option<String>,
    pub(super) exit: Exit,
}

impl Failure {
    pub(super) fn new(message: impl fmt::Display) -> Self {
        Failure { message: message.to_string(), help: None, exit: Exit::Failed }
    }

    pub(super) fn usage(message: impl fmt::Display) -> Self {
        Failure { exit: Exit::Usage, ..Failure::new(message) }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// What the program was started with: the environment and the streams.
pub(super) struct Console<'s> {
    environment: BTreeMap<OsString, OsString>,
    out: &'s mut dyn Write,
    error: &'s mut dyn Write,
    out_is_terminal: bool,
    error_is_terminal: bool,
}

/// Narrowest and widest output; a line of prose wider than this is hard to read.
const WIDTHS: (usize, usize) = (40, 120);

impl<'s> Console<'s> {
    pub(super) fn new(out: &'s mut dyn Write, error: &'s mut dyn Write) -> Self {
        Console {
            environment: std::env::vars_os().collect(),
            out,
            error,
            out_is_terminal: io::stdout().is_terminal(),
            error_is_terminal: io::stderr().is_terminal(),
        }
    }

    pub(super) fn out_is_terminal(&self) -> bool {
        self.out_is_terminal
    }

    /// True where somebody can be asked: questions stand on standard error, answers come from standard input.
    pub(super) fn is_interactive(&self) -> bool {
        self.out_is_terminal && self.error_is_terminal && io::stdin().is_terminal()
    }

    /// True where questions get colours.
    pub(super) fn colors_questions(&self, shared: &Shared) -> bool {
        self.color(shared, self.error_is_terminal)
    }

    fn set(&self, name: &str) -> bool {
        self.environment.get(&OsString::from(name)).is_some_and(|value| !value.is_empty())
    }

    /// A variable of the environment that is text.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.environment.get(&OsString::from(name))?.to_str()
    }

    /// True where a stream gets colours. `--color` beats `NO_COLOR`, which beats what forces colour.
    fn color(&self, shared: &Shared, is_terminal: bool) -> bool {
        let forced = |name: &str| {
            self.environment.get(&OsString::from(name)).is_some_and(|value| !value.is_empty() && value != "0")
        };
        match shared.color {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto if self.set("NO_COLOR") => false,
            ColorWhen::Auto if forced("FORCE_COLOR") || forced("CLICOLOR_FORCE") => true,
            ColorWhen::Auto => {
                is_terminal && self.environment.get(&OsString::from("TERM")).is_none_or(|term| term != "dumb")
            }
        }
    }

    /// What standard output, or a file in its place, can show.
    pub(super) fn terminal(&self, shared: &Shared, to_file: bool) -> Terminal {
        let is_terminal = self.out_is_terminal && !to_file;
        let columns = self
            .environment
            .get(&OsString::from("COLUMNS"))
            .and_then(|columns| columns.to_str()?.parse().ok())
            .or_else(|| {
                is_terminal
                    .then(terminal_size::terminal_size)
                    .flatten()
                    .map(|(width, _)| usize::from(width.0))
            });
        Terminal {
            color: self.color(shared, is_terminal),
            width: columns.unwrap_or(100).clamp(WIDTHS.0, WIDTHS.1),
            unicode: self.unicode(),
        }
    }

    /// False where the locale says outright that it knows ASCII alone.
    fn unicode(&self) -> bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
            .iter()
            .find_map(|name| self.environment.get(&OsString::from(name)).filter(|value| !value.is_empty()));
        !locale.is_some_and(|locale| locale == "C" || locale == "POSIX")
    }

    /// Writes a result to standard output. In a log that GitHub reads, none of its lines is a command.
    pub(super) fn print(&mut self, text: &str) -> Result<(), Failure> {
        let tamed = actions::is_on(self).then(|| no_commands(text));
        let text = tamed.as_deref().unwrap_or(text);
        self.write_with(|out| out.write_all(text.as_bytes()))
    }

    /// Lets a function write to standard output. A closed pipe is the reader's choice, not a failure.
    pub(super) fn write_with(
        &mut self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        match write(self.out).and_then(|()| self.out.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Failure::new(format_args!("cannot write to standard output: {error}")))
            }
            _ => Ok(()),
        }
    }

    /// Writes the one result of a command to where it was asked for.
    pub(super) fn result(&mut self, shared: &Shared, text: &str) -> Result<(), Failure> {
        match &shared.output {
            Some(file) => write_file(file, |out| out.write_all(text.as_bytes())),
            None => self.print(text),
        }
    }

    /// True where help texts go without colour: there is no command line yet that could ask for it.
    pub(super) fn plain(&self) -> bool {
        !self.out_is_terminal || self.set("NO_COLOR")
    }

    /// Passes a text of several lines on to standard error.
    pub(super) fn note_text(&mut self, text: &str) {
        for line in text.lines() {
            self.note(line);
        }
    }

    /// Says something beside the result.
    pub(super) fn note(&mut self, text: &str) {
        // Nobody is left to tell where standard error is gone.
        let _ = writeln!(self.error, "{}", safe_line(text));
    }

    /// Says how far long work is, on a terminal alone.
    pub(super) fn progress(&mut self, what: &str, done: usize, total: usize) {
        // Often enough to be seen moving, seldom enough to cost nothing.
        if self.error_is_terminal && done.is_multiple_of(256) {
            let _ = write!(self.error, "\r{what}: {done} of {total} commits");
            let _ = self.error.flush();
        }
    }

    /// Takes back what [`Console::progress`] wrote.
    pub(super) fn progress_done(&mut self) {
        if self.error_is_terminal {
            let _ = write!(self.error, "\r\x1b[K");
        }
    }

    /// Says why a command failed.
    pub(super) fn failure(&mut self, failure: &Failure, shared: Option<&Shared>) {
        let color = shared.is_some_and(|shared| self.color(shared, self.error_is_terminal));
        let word = if color { "\x1b[1;31merror\x1b[0m" } else { "error" };
        let _ = writeln!(self.error, "{word}: {}", safe(&failure.message));
        if let Some(help) = &failure.help {
            let _ = writeln!(self.error, "  help: {}", safe(help));
        }
    }
}

/// A word of a command for people to copy into their shell: in quotes where the shell would read it differently.
pub(super) fn shell_word(word: &str) -> String {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || "._/-+@%:,=".contains(char);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// Writes a whole file or nothing: to a temporary file beside it, then renamed. What is no regular file (a pipe, a
/// terminal) is written to as it is.
pub(super) fn write_file(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::new(format_args!("cannot write {}: {error}", path.display()));
    if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
        let mut file = std::fs::OpenOptions::new().write(true).open(path).map_err(failed)?;
        return write(&mut file).map_err(failed);
    }
    let mut draft = Draft::beside(path, Use::Text).map_err(failed)?;
    write(&mut draft).map_err(failed)?;
    draft.put(path).map_err(failed)
}
