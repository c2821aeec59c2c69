//! Untrusted text made harmless: what a record, a path or a commit says must not move a cursor, reorder a line,
//! start a new one, or speak to the machine that reads the log.

use std::borrow::Cow;
use std::io::{self, Write};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The text with every character that is not seen as itself written out: `\n`, `\t`, `\u{1b}`, `\u{202e}`. The
/// result is one line. A backslash stays as it is: the text is for reading, not for parsing back.
#[must_use]
pub fn safe(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) && !text.contains(LEGACY_COMMAND) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        push_safe(&mut safe, character);
    }
    Cow::Owned(safe)
}

/// True for a character that a terminal obeys, hides or reorders text by: controls, line separators, directional
/// marks, and what Unicode calls ignorable. Variation selectors are left, because emoji and Han text need them;
/// joiners are not, because terminals disagree on how wide the joined thing is.
#[must_use]
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}')
}

/// A text as one line of a log: written out as [`safe`] does, and no command to GitHub's runner.
#[must_use]
pub fn safe_line(text: &str) -> Cow<'_, str> {
    match safe(text) {
        Cow::Borrowed(text) => no_command(text),
        Cow::Owned(text) => Cow::Owned(no_command(&text).into_owned()),
    }
}

/// A finished text, of lines, with the commands of GitHub's runner in it broken. The escapes are those of JSON, so
/// that a JSON document says the same as before.
#[must_use]
pub fn no_commands(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let content = line.trim_start();
        match content.strip_prefix("::") {
            Some(rest) => {
                whole.push_str(line.strip_suffix(content).unwrap_or_default());
                whole.push_str("\\u003a:");
                whole.push_str(&rest.replace(LEGACY_COMMAND, "##\\u005b"));
            }
            None => whole.push_str(&line.replace(LEGACY_COMMAND, "##\\u005b")),
        }
    }
    whole
}

/// GitHub's runner reads `##[command]` anywhere in a line of the log.
pub(super) const LEGACY_COMMAND: &str = "##[";

/// All but what RFC 3986 never reserves, and the slash: a colon in the first part would make it a scheme.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A path as a part of an address.
pub(super) fn uri_path(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

/// Appends one character of an untrusted text.
pub(super) fn push_safe(into: &mut String, character: char) {
    match character {
        '\n' => into.push_str("\\n"),
        '\r' => into.push_str("\\r"),
        '\t' => into.push_str("\\t"),
        '[' if into.ends_with("##") => into.push_str("\\u{5b}"),
        _ if is_hidden(character) => into.extend(character.escape_unicode()),
        _ => into.push(character),
    }
}

/// The text cut to `most` characters, and then `sign` to say that something is missing.
pub(super) fn clip<'a>(text: &'a str, most: usize, sign: &str) -> Cow<'a, str> {
    match text.char_indices().nth(most) {
        None => Cow::Borrowed(text),
        Some((at, _)) => Cow::Owned(format!("{}{sign}", text.get(..at).unwrap_or_default())),
    }
}

/// Writes finished lines, none of them a command.
pub(super) fn write_lines(out: &mut dyn Write, lines: &str) -> io::Result<()> {
    lines.split_inclusive('\n').try_for_each(|line| out.write_all(no_command(line).as_bytes()))
}

/// A line that begins with `::` (after blanks) is a command to GitHub's runner, wherever wrapping or a strange path
/// put it there, so its first colon is written out.
pub(super) fn no_command(line: &str) -> Cow<'_, str> {
    let content = line.trim_start();
    match content.strip_prefix("::") {
        None => Cow::Borrowed(line),
        Some(rest) => {
            let indent = line.get(..line.len() - content.len()).unwrap_or_default();
            Cow::Owned(format!("{indent}\\u{{3a}}:{rest}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clean_text_is_not_copied() {
        let text = "Zürich 日本 e\u{301} ❤\u{fe0f} ## heading std::env";
        assert!(matches!(safe(text), Cow::Borrowed(same) if same == text));
    }

    #[test]
    fn what_is_not_seen_is_written_out() {
        assert_eq!(safe("a\x1b[31mb\r\n\tc\u{7f}\u{9b}"), "a\\u{1b}[31mb\\r\\n\\tc\\u{7f}\\u{9b}");
        assert_eq!(
            safe("\u{202e}x\u{2069}\u{200b}\u{2028}\u{e0041}"),
            "\\u{202e}x\\u{2069}\\u{200b}\\u{2028}\\u{e0041}"
        );
        assert_eq!(safe("a ##[error]b"), "a ##\\u{5b}error]b");
    }

    #[test]
    fn no_line_is_a_command() {
        let mut out = Vec::new();
        write_lines(&mut out, "ok ::error::x\n  ::error::y\n::add-mask::z\n").unwrap();
        assert_eq!(out, b"ok ::error::x\n  \\u{3a}:error::y\n\\u{3a}:add-mask::z\n");
    }

    #[test]
    fn a_finished_text_keeps_its_lines_and_loses_its_commands() {
        let text = "{\n  \"a\": \"##[error]x ::y\"\n}\n::error::z ##[w\n \u{a0}::v";
        let broken = "{\n  \"a\": \"##\\u005berror]x ::y\"\n}\n\\u003a:error::z ##\\u005bw\n \u{a0}\\u003a:v";
        assert_eq!(no_commands(text), broken);
        assert_eq!(safe_line(" ::error::x\n"), " \\u{3a}:error::x\\n");
        assert_eq!(safe_line("x ::error::x"), "x ::error::x");
    }

    #[test]
    fn a_clipped_text_says_so() {
        assert_eq!(clip("äöü", 3, "…"), "äöü");
        assert_eq!(clip("äöü", 2, "…"), "äö…");
    }
}
