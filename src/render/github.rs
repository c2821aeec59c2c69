//! For the log of a GitHub workflow: commands that annotate the files of a pull request, and the plain lines beside.
//!
//! The runner makes annotations of the first ten commands of each severity in a step, and drops the rest without a
//! word. So every finding stands in the log as a plain line first; then the worst are commands, and a notice says how
//! many are not.

use std::io::{self, Write};

use super::text::clip;
use super::{Paint, Report, concise, counts, location, safe, version};
use crate::finding::{Finding, Severity};

/// Annotations of one severity that a step may have.
const MOST: usize = 10;
/// Characters of a message and of a help. With the related places, less than the 4,096 that the runner keeps.
const LONGEST: usize = 1200;
/// Related places that are named.
const MOST_RELATED: usize = 3;
/// Characters of what is said about one.
const LONGEST_RELATED: usize = 240;
/// Characters of a title that are shown.
const LONGEST_TITLE: usize = 120;

pub(super) fn render(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let plain = Paint { color: false };
    if !report.findings.is_empty() {
        writeln!(out, "::group::{}: every finding with its place", counts(report.findings.iter()))?;
        concise::findings(report, plain, out)?;
        writeln!(out, "::endgroup::")?;
    }
    commands(report, out)?;
    concise::rest(report, plain, out)
}

/// The commands alone.
pub(super) fn commands(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    if let Some(failure) = report.failure {
        writeln!(out, "::error title=exboard::{}", data(&safe(failure)))?;
    }
    let (shown, rest) = shown(report);
    for finding in shown {
        writeln!(out, "{}", command(report, finding))?;
    }
    if !rest.is_empty() {
        let stand = if rest.len() == 1 { "stands" } else { "stand" };
        writeln!(
            out,
            "::notice title=exboard::{} more {stand} in the log of this step: GitHub shows {MOST} annotations of a kind",
            counts(rest.into_iter())
        )?;
    }
    Ok(())
}

/// The findings that become annotations, worst first, and those that do not.
fn shown<'a>(report: &'a Report<'_>) -> (Vec<&'a Finding>, Vec<&'a Finding>) {
    let summary = report.summary();
    let errors = MOST - usize::from(report.failure.is_some());
    // The notice about the rest takes a place itself.
    let all_fit = summary.errors <= errors && summary.warnings <= MOST && summary.infos <= MOST;
    let room = |severity| match severity {
        Severity::Error => errors,
        Severity::Warning => MOST,
        Severity::Info => MOST - usize::from(!all_fit),
    };
    let mut taken = 0;
    let mut last = None;
    report.gravest().into_iter().partition(|finding| {
        if last != Some(finding.severity) {
            (last, taken) = (Some(finding.severity), 0);
        }
        taken += 1;
        taken <= room(finding.severity)
    })
}

fn command(report: &Report<'_>, finding: &Finding) -> String {
    let word = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let path = format!("{}{}", report.repository.prefix, finding.place.path);
    let mut properties = format!("file={}", property(&safe(&path)));
    if let Some(range) = finding.place.range {
        let (start, mut last) = (range.start, range.end.line);
        // What ends before the first character of a line has nothing of that line.
        if range.end.column == 1 && last > start.line {
            last -= 1;
        }
        properties.push_str(&format!(",line={},endLine={last}", start.line));
        // GitHub takes columns on one line alone.
        if range.end.line == start.line {
            properties.push_str(&format!(",col={},endColumn={}", start.column, range.end.column));
        }
    }
    let record = finding.record.as_ref().map(|id| format!(" · {}", safe(id))).unwrap_or_default();
    let title = format!("{}{record}", safe(&finding.rule));
    properties.push_str(&format!(",title={}", property(&clip(&title, LONGEST_TITLE, "…"))));
    let mut message = clip(&safe(&finding.message), LONGEST, "…").into_owned();
    if let Some(version) = version(finding) {
        message.push_str(&format!(" ({version})"));
    }
    for related in finding.related.iter().take(MOST_RELATED) {
        let (place, why) = (location(&related.place), safe(&related.message));
        message.push_str(&format!("\nsee {place}: {}", clip(&why, LONGEST_RELATED, "…")));
    }
    if let Some(help) = &finding.help {
        message.push_str(&format!("\nhelp: {}", clip(&safe(help), LONGEST, "…")));
    }
    format!("::{word} {properties}::{}", data(&message))
}

/// The text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a command's property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_runner_would_read_is_written_out() {
        assert_eq!(data("50%0A\r\n::x"), "50%250A%0D%0A::x");
        assert_eq!(property("a:b,c=d%2C"), "a%3Ab%2Cc=d%252C");
    }
}
