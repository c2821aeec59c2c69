//! The log for people at a terminal.

use std::io::{self, Write};

use super::super::text::{no_command, safe, safe_line};
use super::super::{Paint, Terminal, count};
use super::{Log, View, short, words};
use crate::log::{Entry, Event};
use crate::time::format_local;

pub(super) fn render(log: &Log<'_>, terminal: Terminal, out: &mut dyn Write) -> io::Result<()> {
    let page = Page { log, paint: Paint { color: terminal.color }, terminal };
    if log.entries.is_empty() {
        let nothing = match log.view {
            View::Decisions => "No decision matches.".to_owned(),
            View::Life(id) => format!("Nothing is known of {}.", safe(id)),
            View::Register(at) => format!("No record at {}.", format_local(at, log.calendar)),
        };
        return writeln!(out, "{nothing}");
    }
    page.head(out)?;
    for entry in log.entries {
        page.entry(entry, out)?;
    }
    if let View::Decisions = log.view {
        writeln!(
            out,
            "{}",
            page.paint.faint(&count(log.entries.len(), "entry").replace("entrys", "entries"))
        )?;
    }
    Ok(())
}

struct Page<'a> {
    log: &'a Log<'a>,
    paint: Paint,
    terminal: Terminal,
}

impl Page<'_> {
    fn head(&self, out: &mut dyn Write) -> io::Result<()> {
        match self.log.view {
            View::Decisions => Ok(()),
            View::Life(id) => {
                let last = self.log.entries.last().and_then(|entry| entry.stands.as_ref());
                let stands = last.map(|stands| {
                    let until = stands.until.as_ref().map(|until| format!(" until {until}"));
                    let parts = [
                        stands.account.clone(),
                        stands.status.clone().map(|status| status + until.as_deref().unwrap_or_default()),
                    ];
                    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
                });
                let stands = stands.unwrap_or_default();
                writeln!(out, "{}  {}\n", self.paint.strong(&safe_line(id)), safe_line(&stands))
            }
            View::Register(at) => {
                let records = count(self.log.entries.len(), "record");
                writeln!(out, "{records} at {}\n", format_local(at, self.log.calendar))
            }
        }
    }

    fn entry(&self, entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
        if let View::Register(_) = self.log.view {
            return self.standing(entry, out);
        }
        let at = format_local(entry.at, self.log.calendar);
        let id = match self.log.view {
            View::Life(_) => String::new(),
            // Wrapped, it may begin a line, and its colour would hide that from what looks at lines.
            _ => format!("  {}", self.paint.strong(&safe_line(&entry.record))),
        };
        let told = words::told(entry);
        self.wrapped(&format!("{}{id}  {}", self.paint.faint(&at), self.coloured(entry, &told)), "", out)?;
        let mut about: Vec<String> = Vec::new();
        if let (View::Decisions, Some(stands)) = (self.log.view, &entry.stands) {
            about.extend([&stands.account, &stands.tier].into_iter().flatten().cloned());
        }
        about.extend(words::took(entry).map(|took| format!("took {took}")));
        self.detail(&about.join(" · "), out)?;
        let votes = words::votes(entry).unwrap_or_default();
        self.detail(&if entry.votes.is_empty() { votes } else { format!("votes: {votes}") }, out)?;
        if !entry.evidence.is_empty() {
            self.detail(&format!("on {}", entry.evidence.join(", ")), out)?;
        }
        let request = entry.pull_request.as_ref().map(|url| format!(" · {url}")).unwrap_or_default();
        self.detail(&format!("{} · {}{request}", short(&entry.commit), entry.author), out)?;
        if !entry.broke.is_empty() {
            let broke = format!("broke {}", entry.broke.join(", "));
            self.wrapped(&self.paint.severity(crate::finding::Severity::Error, &safe(&broke)), "    ", out)?;
        }
        writeln!(out)
    }

    fn coloured(&self, entry: &Entry, told: &str) -> String {
        let told = safe(told);
        let good = |event: &Event| {
            matches!(event, Event::Decided { approved: true, .. } | Event::Renewed { .. } | Event::Accepted)
        };
        let bad = |event: &Event| {
            matches!(
                event,
                Event::Decided { approved: false, .. }
                    | Event::Revoked
                    | Event::Lapsed
                    | Event::Removed
                    | Event::Unreadable
            )
        };
        if entry.events.iter().any(bad) {
            self.paint.removed(&told)
        } else if entry.events.iter().any(good) {
            self.paint.good(&told)
        } else {
            told.into_owned()
        }
    }

    fn standing(&self, entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
        let stands = entry.stands.clone().unwrap_or_default();
        let status = stands.status.unwrap_or_else(|| "unreadable".to_owned());
        let until = stands.until.map(|until| format!(" until {until}")).unwrap_or_default();
        let rest: Vec<String> = [stands.account, stands.tier].into_iter().flatten().collect();
        let line = format!(
            "{}  {}  {}",
            self.paint.strong(&safe_line(&entry.record)),
            // The id, or the status, may be empty: what follows it begins the line.
            safe_line(&(status + &until)),
            safe_line(&rest.join(" · "))
        );
        self.wrapped(&line, "", out)
    }

    fn detail(&self, text: &str, out: &mut dyn Write) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        self.wrapped(&self.paint.faint(&safe_line(text)), "    ", out)
    }

    fn wrapped(&self, text: &str, indent: &str, out: &mut dyn Write) -> io::Result<()> {
        let options = textwrap::Options::new(self.terminal.width)
            .initial_indent(indent)
            .subsequent_indent("    ")
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        for line in textwrap::fill(text, options).lines() {
            writeln!(out, "{}", no_command(line))?;
        }
        Ok(())
    }
}
