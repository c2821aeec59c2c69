//! `schema/hidden-characters`

use std::collections::BTreeSet;

use crate::rules::declare::rule;
use crate::rules::{FileContext, Out};
use crate::source::Span;

rule! {
    /// A character that cannot be seen, or that changes the direction of the text around it.
    ///
    /// In the source, comments too, and in texts written with escapes such as `"\u202E"`: soft hyphens, zero-width
    /// characters, direction marks and overrides, a byte order mark other than at the very start, and control
    /// characters other than tab and newline. The zero-width joiners U+200C and U+200D are allowed between two
    /// letters of a script that needs them.
    ///
    /// ## Why
    /// What the board sees on the screen and what the program reads must be the same text.
    ///
    /// ## Fails
    /// ```yaml base=proposed
    /// account_name: "Meridian \u202Eknab\u202C"
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed
    /// account_name: "Zürich Rück – میهن"
    /// ```
    RULE {
        name: "schema/hidden-characters",
        summary: "A character that cannot be seen, or that changes the direction of text",
        scope: Record,
        severity: Error,
        locked: true,
        judges: Every,
        fix: None,
        since: "0.1.0",
    }
    Check::File(check)
}

/// A file made of nothing else is reported this often, and no more.
const MOST: usize = 20;

fn check(file: &FileContext<'_>, out: &mut Out<'_>) {
    // What is not UTF-8 is told as such; read as UTF-8 it would be full of these.
    if file.source().invalid_utf8().is_some() {
        return;
    }
    let text = file.source().text();
    // A carriage return belongs to a Windows line ending; alone it would be one to some readers and none to others.
    let raw = hidden(text).filter(|(at, character)| {
        let line_ending = *character == '\r' && text.get(at + 1..).is_some_and(|rest| rest.starts_with('\n'));
        let signature = *at == 0 && *character == '\u{FEFF}';
        !(line_ending || signature)
    });
    for (at, character) in raw.take(MOST) {
        let place = file.at_span(Span::new(at, at + character.len_utf8()), None);
        let message = format!("{}, a character that cannot be seen, stands here", name(character));
        out.report(
            out.finding(place, message).help("delete it; type the words around it anew if it comes back"),
        );
    }
    for (value, span) in file.document.strings() {
        // A text that stands in the source literally has been seen above.
        let written = file.source().slice(span);
        let escaped: BTreeSet<char> = hidden(value)
            .map(|(_, character)| character)
            .filter(|character| !written.contains(*character))
            .collect();
        if escaped.is_empty() {
            continue;
        }
        let names: Vec<String> = escaped.into_iter().map(name).collect();
        let message = format!("escapes in this text stand for what cannot be seen: {}", names.join(", "));
        out.report(out.finding(file.at_span(span, None), message).help("take the escapes out"));
    }
}

/// True for a text of printable ASCII, tabs and line breaks: nothing hides there, and most texts are such.
fn is_plain(text: &str) -> bool {
    let plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t' | b'\n');
    // Whole chunks at a time, which the processor can do at once.
    text.as_bytes().chunks(64).all(|chunk| chunk.iter().fold(true, |all, byte| all & plain(byte)))
}

fn hidden(text: &str) -> impl Iterator<Item = (usize, char)> {
    let text = if is_plain(text) { "" } else { text };
    text.char_indices().filter(move |(at, character)| match character {
        '\t' | '\n' => false,
        '\u{AD}'
        | '\u{61C}'
        | '\u{180E}'
        | '\u{200B}'
        | '\u{200E}'
        | '\u{200F}'
        | '\u{FEFF}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}' => true,
        '\u{200C}' | '\u{200D}' => !joins(text, *at, *character),
        other => other.is_control(),
    })
}

/// True for a joiner between two characters beyond ASCII, where it shapes the script.
fn joins(text: &str, at: usize, joiner: char) -> bool {
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    let after = text.get(at + joiner.len_utf8()..).and_then(|after| after.chars().next());
    matches!((before, after), (Some(before), Some(after)) if !before.is_ascii() && !after.is_ascii())
}

fn name(character: char) -> String {
    let name = match character {
        '\u{AD}' => " (soft hyphen)",
        '\u{200B}' => " (zero-width space)",
        '\u{200C}' => " (zero-width non-joiner)",
        '\u{200D}' => " (zero-width joiner)",
        '\u{200E}' | '\u{200F}' | '\u{61C}' => " (direction mark)",
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => " (direction override)",
        '\u{FEFF}' => " (byte order mark)",
        '\r' => " (carriage return)",
        _ => "",
    };
    format!("U+{:04X}{name}", u32::from(character))
}
