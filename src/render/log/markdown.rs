//! The log for a page or a comment: GitHub's Markdown.

use std::io::{self, Write};

use super::super::text::safe;
use super::{Log, View, short, words};
use crate::log::Entry;
use crate::time::format_local;

pub(super) fn render(log: &Log<'_>, out: &mut dyn Write) -> io::Result<()> {
    match log.view {
        View::Decisions => writeln!(out, "# Decisions\n")?,
        View::Life(id) => writeln!(out, "# {}\n", text(id))?,
        View::Register(at) => writeln!(out, "# Register at {}\n", format_local(at, log.calendar))?,
    }
    if log.entries.is_empty() {
        return writeln!(out, "Nothing.");
    }
    writeln!(out, "| when | record | what | votes | evidence | commit |\n|---|---|---|---|---|---|")?;
    for entry in log.entries {
        writeln!(out, "{}", row(log, entry))?;
    }
    Ok(())
}

fn row(log: &Log<'_>, entry: &Entry) -> String {
    let stands = entry.stands.clone().unwrap_or_default();
    let about: Vec<String> = [stands.account, stands.tier].into_iter().flatten().collect();
    let told = match log.view {
        View::Register(_) => {
            let until = stands.until.map(|until| format!(" until {until}")).unwrap_or_default();
            format!("{}{until}", stands.status.unwrap_or_else(|| "unreadable".to_owned()))
        }
        _ => words::told(entry),
    };
    let broke = match entry.broke.as_slice() {
        [] => String::new(),
        broke => format!("<br>**broke {}**", text(&broke.join(", "))),
    };
    format!(
        "| {} | {}<br>{} | {}{broke} | {} | {} | {} |",
        format_local(entry.at, log.calendar),
        text(&entry.record),
        text(&about.join(" · ")),
        text(&told),
        text(&words::votes(entry).unwrap_or_default()),
        text(&entry.evidence.join(", ")),
        text(short(&entry.commit)),
    )
}

/// A text that Markdown and HTML take for nothing but itself, in a table too.
fn text(untrusted: &str) -> String {
    let mut text = String::new();
    for character in safe(untrusted).chars() {
        match character {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            // No mention, and no link that the text makes by itself.
            '@' => text.push_str("&#64;"),
            ':' => text.push_str("&#58;"),
            character if character.is_ascii_punctuation() && !matches!(character, ',' | ';' | '/' | '%') => {
                text.push('\\');
                text.push(character);
            }
            character => text.push(character),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(text("a|b <img> [x](y) @me `c`"), "a\\|b &lt;img&gt; \\[x\\]\\(y\\) &#64;me \\`c\\`");
        assert_eq!(text("https://evil.example"), "https&#58;//evil\\.example");
    }
}
