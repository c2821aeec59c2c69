//! Fields to YAML text: in the order given, in the form in which people write records, and readable back as the same
//! values.
//!
//! A string is plain where that is safe, folded where it is long, literal where it has lines, and quoted everywhere
//! else. What is plain here is plain to a reader of YAML 1.1 too: `no` and `12:30` get their quotes.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use super::scalar::{quote, resolve};

/// A value that is yet to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Draft {
    /// A string.
    Text(String),
    /// A whole number.
    Number(i64),
    /// True or false.
    Bool(bool),
    /// A list.
    List(Vec<Draft>),
    /// A map, in the order of its keys here.
    Map(Vec<(&'static str, Draft)>),
}

impl From<&str> for Draft {
    fn from(text: &str) -> Self {
        Draft::Text(text.to_owned())
    }
}

impl From<String> for Draft {
    fn from(text: String) -> Self {
        Draft::Text(text)
    }
}

/// Columns that a line of prose or a short list may reach.
const WIDTH: usize = 100;

/// The text of a map at the top of a document.
#[must_use]
pub fn write(fields: &[(&'static str, Draft)]) -> String {
    let mut out = String::new();
    for (key, value) in fields {
        field(&mut out, 0, key, value);
    }
    out
}

/// A key with its value, on a line that is indented already.
fn field(out: &mut String, indent: usize, key: &str, value: &Draft) {
    out.push_str(key);
    out.push(':');
    match value {
        Draft::List(items) if !items.is_empty() => match in_brackets(items, indent + key.len()) {
            Some(line) => line_end(out, &line),
            None => {
                out.push('\n');
                list(out, indent + 2, items);
            }
        },
        Draft::Map(fields) if !fields.is_empty() => {
            out.push('\n');
            for (key, value) in fields {
                blanks(out, indent + 2);
                field(out, indent + 2, key, value);
            }
        }
        Draft::List(_) => line_end(out, "[]"),
        Draft::Map(_) => line_end(out, "{}"),
        Draft::Text(text) => string(out, indent, key.len() + 2, text),
        Draft::Number(number) => line_end(out, &number.to_string()),
        Draft::Bool(value) => line_end(out, if *value { "true" } else { "false" }),
    }
}

fn list(out: &mut String, indent: usize, items: &[Draft]) {
    for item in items {
        blanks(out, indent);
        out.push('-');
        match item {
            // The first field stands behind the dash, the others below it.
            Draft::Map(fields) if !fields.is_empty() => {
                for (index, (key, value)) in fields.iter().enumerate() {
                    if index == 0 {
                        out.push(' ');
                    } else {
                        blanks(out, indent + 2);
                    }
                    field(out, indent + 2, key, value);
                }
            }
            Draft::List(items) if !items.is_empty() => {
                out.push('\n');
                list(out, indent + 2, items);
            }
            Draft::Map(_) => line_end(out, "{}"),
            Draft::List(_) => line_end(out, "[]"),
            Draft::Text(text) => string(out, indent, 2, text),
            Draft::Number(number) => line_end(out, &number.to_string()),
            Draft::Bool(value) => line_end(out, if *value { "true" } else { "false" }),
        }
    }
}

fn line_end(out: &mut String, value: &str) {
    out.push(' ');
    out.push_str(value);
    out.push('\n');
}

fn blanks(out: &mut String, number: usize) {
    out.extend(std::iter::repeat_n(' ', number));
}

/// A list of short words on one line; `None` where it is too long for that, or holds anything else.
fn in_brackets(items: &[Draft], before: usize) -> Option<String> {
    let words: Option<Vec<String>> = items
        .iter()
        .map(|item| match item {
            Draft::Text(text) if is_word(text) => Some(text.clone()),
            // `AC-2(1)`: the brackets of a list are not far.
            Draft::Text(text) if text.chars().all(|char| is_word_char(char) || "()".contains(char)) => {
                Some(quote(text))
            }
            _ => None,
        })
        .collect();
    let line = format!("[{}]", words?.join(", "));
    (before + line.len() <= WIDTH).then_some(line)
}

fn is_word(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.chars().all(is_word_char)
        && is_plain(text)
}

fn is_word_char(char: char) -> bool {
    char.is_ascii_alphanumeric() || "._/-@+".contains(char)
}

/// A string behind `before` columns of a line of that indentation.
fn string(out: &mut String, indent: usize, before: usize, text: &str) {
    let fits = indent + before + text.width() <= WIDTH;
    if fits && is_plain(text) {
        line_end(out, text);
    } else if !fits && folds(text) {
        out.push_str(" >-\n");
        let options = textwrap::Options::new(WIDTH.saturating_sub(indent + 2))
            .break_words(false)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        for line in textwrap::wrap(text, options) {
            blanks(out, indent + 2);
            out.push_str(&line);
            out.push('\n');
        }
    } else if is_literal(text) {
        out.push_str(if text.ends_with('\n') { " |\n" } else { " |-\n" });
        for line in text.lines() {
            if !line.is_empty() {
                blanks(out, indent + 2);
                out.push_str(line);
            }
            out.push('\n');
        }
    } else {
        let _ = writeln!(out, " {}", quote(text));
    }
}

/// What readers of YAML 1.1 take for something else than a string.
const OLD_WORDS: [&str; 8] = ["y", "n", "yes", "no", "on", "off", "<<", "="];

/// True for a string that needs no quotes in a block, on one line, to any reader.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    let is_day = crate::time::parse_date(text).is_some() || crate::time::parse_time(text).is_some();
    if is_day {
        return true;
    }
    let first_is_fine =
        text.starts_with(|first: char| first.is_alphanumeric() || matches!(first, '/' | '_' | '(' | '“'));
    first_is_fine
        && resolve(text).is_none()
        && !looks_like_number(text)
        && !OLD_WORDS.contains(&text.to_ascii_lowercase().as_str())
        && text.trim() == text
        && text.chars().all(is_visible)
        && !text.contains(": ")
        && !text.ends_with(':')
        && !text.contains(" #")
}

/// `12:30`, `1_000`: numbers to readers of YAML 1.1.
fn looks_like_number(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit())
        && text.chars().all(|char| char.is_ascii_digit() || matches!(char, ':' | '_' | '.' | ','))
}

/// True for a text that is the same after its line breaks were chosen anew.
fn folds(text: &str) -> bool {
    text.contains(' ')
        && text.chars().all(is_visible)
        && text.split(' ').all(|word| !word.is_empty() && word.trim() == word)
}

/// True for a text whose lines can stand as they are.
fn is_literal(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    text.contains('\n')
        && !body.ends_with('\n')
        && !text.starts_with([' ', '\n'])
        && text.chars().all(|char| char == '\n' || is_visible(char))
        && text.lines().all(|line| line.trim_end() == line)
        && !body.is_empty()
}

/// True for what may stand in a text as it is: not what a terminal, an editor or YAML itself would take for a break,
/// a mark or nothing.
fn is_visible(char: char) -> bool {
    !char.is_control()
        && !matches!(char,
            '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::source::Source;
    use crate::yaml::{Node, Value, parse};

    /// A node as the draft that it would be written from.
    fn draft(node: Node<'_>) -> Draft {
        match node.value() {
            Value::String(text) => Draft::from(text),
            Value::Int(number) => Draft::Number(number),
            Value::Bool(value) => Draft::Bool(value),
            Value::Sequence => Draft::List(node.items().map(draft).collect()),
            Value::Map => Draft::Map(node.entries().map(|entry| (KEY, draft(entry.value))).collect()),
            other => panic!("{other:?}"),
        }
    }

    const KEY: &str = "key";

    fn read_back(value: &Draft) -> (String, Draft) {
        let text = write(&[(KEY, value.clone())]);
        let parsed = parse(Arc::new(Source::new("a.yaml", text.clone())));
        assert!(parsed.problems.is_empty(), "{text}\n{:?}", parsed.problems);
        let read = draft(parsed.document.get("/key").expect("the key"));
        (text, read)
    }

    #[test]
    fn each_string_gets_the_form_that_people_would_choose() {
        for (text, line) in [
            ("Northwind Health", "key: Northwind Health\n"),
            ("2026-04-21T10:00:00Z", "key: 2026-04-21T10:00:00Z\n"),
            ("Standard AC-01: no", "key: \"Standard AC-01: no\"\n"),
            ("no", "key: \"no\"\n"),
            ("12:30", "key: \"12:30\"\n"),
            ("007", "key: \"007\"\n"),
            ("", "key: \"\"\n"),
            ("# not a comment", "key: \"# not a comment\"\n"),
            ("a #b", "key: \"a #b\"\n"),
            ("two\nlines", "key: |-\n  two\n  lines\n"),
            ("two\n\nlines\n", "key: |\n  two\n\n  lines\n"),
            ("\u{202E}evil", "key: \"\u{202E}evil\"\n"),
        ] {
            assert_eq!(write(&[(KEY, Draft::from(text))]), line);
        }
        let prose = "word ".repeat(40);
        let text = write(&[(KEY, Draft::from(prose.trim()))]);
        assert!(text.starts_with("key: >-\n  word word"), "{text}");
        assert!(text.lines().all(|line| line.len() <= WIDTH), "{text}");
    }

    #[test]
    fn short_words_share_a_line_and_others_have_one_each() {
        let list = |items: &[&str]| Draft::List(items.iter().map(|item| Draft::from(*item)).collect());
        assert_eq!(write(&[(KEY, list(&["AC-2", "AC-6(7)"]))]), "key: [AC-2, \"AC-6(7)\"]\n");
        assert_eq!(write(&[(KEY, list(&["One: two"]))]), "key:\n  - \"One: two\"\n");
        assert_eq!(write(&[(KEY, list(&["Disable codes."]))]), "key:\n  - Disable codes.\n");
        let maps = Draft::List(vec![Draft::Map(vec![("a", Draft::Number(1)), ("b", list(&["x"]))])]);
        assert_eq!(write(&[(KEY, maps)]), "key:\n  - a: 1\n    b: [x]\n");
    }

    /// Strings that a writer of YAML gets wrong: indicators, breaks, blanks, and everything else.
    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[a-z]{1,8}",
            "[ \\t]{1,3}",
            "[-?:,\\[\\]{}#&*!|>'\"%@`~=<.]{1,3}",
            "[\\n\\r\\u{85}\\u{2028}\\u{FEFF}\\u{0}\\u{1b}\\u{202e}]",
            "[0-9]{1,3}",
            "\\PC{1,4}",
            any::<char>().prop_map(String::from),
            Just(" #".to_owned()),
            Just(": ".to_owned()),
            Just("---".to_owned()),
            Just("word ".repeat(30)),
        ];
        proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    fn value() -> impl Strategy<Value = Draft> {
        let leaf = prop_oneof![
            text().prop_map(Draft::Text),
            any::<i64>().prop_map(Draft::Number),
            any::<bool>().prop_map(Draft::Bool),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Draft::List),
                inner.prop_map(|value| Draft::Map(vec![(KEY, value)])),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_is_written_reads_back_as_it_was(value in value()) {
            let (text, read) = read_back(&value);
            prop_assert_eq!(read, value, "{}", text);
        }
    }
}
