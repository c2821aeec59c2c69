//! The log for spreadsheets: a line an event.

use std::borrow::Cow;
use std::io::{self, Write};

use super::super::text::safe;
use super::{Log, words};
use crate::time::format_instant;

const COLUMNS: [&str; 14] = [
    "at", "record", "kind", "event", "told", "status", "account", "tier", "until", "votes", "evidence",
    "broke", "author", "commit",
];

pub(super) fn render(log: &Log<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(out);
    writer.write_record(COLUMNS)?;
    for entry in log.entries {
        let stands = entry.stands.clone().unwrap_or_default();
        let at = format_instant(entry.at);
        let votes = words::votes(entry).unwrap_or_default();
        for event in &entry.events {
            let told = words::event(event);
            let row = [
                at.as_str(),
                &entry.record,
                &entry.kind,
                event.word(),
                &told,
                stands.status.as_deref().unwrap_or_default(),
                stands.account.as_deref().unwrap_or_default(),
                stands.tier.as_deref().unwrap_or_default(),
                stands.until.as_deref().unwrap_or_default(),
                &votes,
                &entry.evidence.join("; "),
                &entry.broke.join("; "),
                &entry.author,
                &entry.commit,
            ]
            .map(|cell| cell_of(cell).into_owned());
            writer.write_record(row)?;
        }
    }
    writer.flush()
}

/// A cell that no spreadsheet takes for a formula.
fn cell_of(text: &str) -> Cow<'_, str> {
    let text = safe(text);
    if text.trim_start().starts_with(['=', '+', '-', '@']) { Cow::Owned(format!("'{text}")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::cell_of;

    #[test]
    fn no_cell_is_a_formula() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            (" @SUM(A1)", "' @SUM(A1)"),
            ("\t=1", "\\t=1"),
            ("Acme, \"Inc\"", "Acme, \"Inc\""),
            ("-1", "'-1"),
        ] {
            assert_eq!(cell_of(text), cell);
        }
    }
}
