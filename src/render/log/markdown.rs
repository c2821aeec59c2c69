//! The log for a page or a comment: GitHub's Markdown.

use std::io::{self, Write};

use super::super::markdown::{code, escaped, is_plain_address};
use super::{Log, View, short, words};
use crate::log::{Entry, Standing};
use crate::time::format_local;

pub(super) fn render(log: &Log<'_>, out: &mut dyn Write) -> io::Result<()> {
    match log.view {
        View::Decisions => writeln!(out, "# Decisions\n")?,
        View::Life(id) => writeln!(out, "# {}\n", escaped(id))?,
        View::Register(at) => writeln!(out, "# Register at {}\n", format_local(at, log.calendar))?,
    }
    let Some(last) = log.entries.last() else { return writeln!(out, "Nothing.") };
    let (record, what) = match log.view {
        View::Decisions => (" Record |", "What"),
        View::Life(_) => ("", "What"),
        View::Register(_) => (" Record |", "Stands"),
    };
    if let View::Life(_) = log.view {
        let stands = last.stands.clone().unwrap_or_default();
        let parts = [stands.account.clone(), Some(standing(&stands)), stands.tier];
        writeln!(out, "{}\n", joined(parts.into_iter().flatten()))?;
    }
    writeln!(out, "| When |{record} {what} | Votes | Evidence | Commit |")?;
    writeln!(out, "|:--|{}:--|:--|:--|:--|", if record.is_empty() { "" } else { ":--|" })?;
    for entry in log.entries {
        writeln!(out, "{}", row(log, entry))?;
    }
    Ok(())
}

fn row(log: &Log<'_>, entry: &Entry) -> String {
    let stands = entry.stands.clone().unwrap_or_default();
    let record = match log.view {
        View::Life(_) => String::new(),
        _ => {
            let about = joined([&stands.account, &stands.tier].into_iter().flatten().cloned());
            let about = if about.is_empty() { about } else { format!("<br>{about}") };
            format!(" **{}**{about} |", escaped(&entry.record))
        }
    };
    let told = match log.view {
        View::Register(_) => standing(&stands),
        _ => words::told(entry),
    };
    let broke = match entry.broke.as_slice() {
        [] => String::new(),
        broke => format!("<br>❌ **broke {}**", escaped(&broke.join(", "))),
    };
    let evidence: Vec<String> = entry.evidence.iter().map(|evidence| escaped(evidence)).collect();
    format!(
        "| {} |{record} {}{broke} | {} | {} | {}{} |",
        when(&format_local(entry.at, log.calendar)),
        escaped(&told),
        escaped(&words::votes(entry).unwrap_or_default()),
        evidence.join("<br>"),
        code(short(&entry.commit)),
        entry.pull_request.as_deref().map(pull_request).unwrap_or_default(),
    )
}

/// The day above the time: a narrow column would break both where they have a dash.
fn when(time: &str) -> String {
    let (day, time) = time.split_once('T').unwrap_or((time, ""));
    format!("{}<br>{time}", day.replace('-', "-&#8288;"))
}

/// `approved until 2026-07-03`
fn standing(stands: &Standing) -> String {
    let until = stands.until.as_ref().map(|until| format!(" until {until}")).unwrap_or_default();
    format!("{}{until}", stands.status.as_deref().unwrap_or("unreadable"))
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.map(|part| escaped(&part)).collect::<Vec<_>>().join(" · ")
}

/// A link to a pull request; what is no plain address is shown as what it is.
fn pull_request(address: &str) -> String {
    let number = address.rsplit('/').next().filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    match number {
        Some(number) if is_plain_address(address) => format!("<br>[#&#8288;{number}]({address})"),
        _ => format!("<br>{}", escaped(address)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_address_becomes_a_link() {
        let link = "<br>[#&#8288;7](https://forge.example/a/b/pull/7)";
        assert_eq!(pull_request("https://forge.example/a/b/pull/7"), link);
        for wrong in
            ["https://forge.example/)[x](/7", "javascript:alert(1)/7", "https://forge.example/pull/x"]
        {
            assert_eq!(pull_request(wrong), format!("<br>{}", escaped(wrong)));
        }
    }

    #[test]
    fn a_day_and_a_time_stand_in_two_lines() {
        assert_eq!(when("2026-05-04T11:00:00+02:00"), "2026-&#8288;05-&#8288;04<br>11:00:00+02:00");
    }
}
