//! A line a finding, in the form that editors jump by; then what was hidden, what was not judged, and the verdict.

use std::io::{self, Write};

use super::text::write_lines;
use super::{Paint, Report, Terminal, location, safe, version};

pub(super) fn render(report: &Report<'_>, terminal: Terminal, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint { color: terminal.color };
    findings(report, paint, out)?;
    rest(report, paint, out)
}

/// A line a finding.
pub(super) fn findings(report: &Report<'_>, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    for finding in report.findings {
        let word =
            paint.severity(finding.severity, &format!("{}[{}]", finding.severity, safe(&finding.rule)));
        let (place, message) = (location(&finding.place), safe(&finding.message));
        let version = version(finding).map(|version| format!(" ({version})")).unwrap_or_default();
        write_lines(out, &format!("{place}: {word} {message}{version}\n"))?;
    }
    Ok(())
}

/// What was hidden, what was not judged, and the verdict.
pub(super) fn rest(report: &Report<'_>, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    for hidden in report.suppressed {
        let (place, rule, reason) = (location(&hidden.place), safe(&hidden.rule), safe(&hidden.reason));
        let word = paint.faint(&format!("suppressed[{rule}]"));
        write_lines(out, &format!("{place}: {word} until {}: {reason}\n", hidden.until))?;
    }
    for (rules, reason) in report.unjudged_by_reason() {
        writeln!(out, "not judged: {rules}: {reason}")?;
    }
    let mut verdict = report.verdict();
    if !report.suppressed.is_empty() {
        verdict.push_str(&format!("; {} suppressed", report.suppressed.len()));
    }
    if let Some(mendable) = report.mendable() {
        verdict.push_str(&format!("; {mendable}"));
    }
    writeln!(out, "{verdict}")
}
