//! Where things stand, where the parser's spans and errors are not what a person would point at.
//!
//! A block scalar starts after its `|`, a list that is not indented starts after its first dash, and an absent
//! value lies at the next token or behind a comment. All of it is found again in the gap between two events: there
//! stand only punctuation, white space and comments (and tags and anchors, which are refused).

use crate::source::Span;
pub(super) use crate::source::{line_end, line_start};

/// What separates tokens. Deliberately not Unicode's white space: to YAML a no-break space is text.
pub(super) const BLANK: [char; 4] = [' ', '\t', '\r', '\n'];

/// The first of some characters in `from..until`, comments left out.
pub(super) fn find_outside_comments(text: &str, from: usize, until: usize, wanted: &[char]) -> Option<usize> {
    let gap = text.get(from..until)?;
    let mut in_comment = false;
    let mut before = ' ';
    for (at, character) in gap.char_indices() {
        match character {
            '\n' | '\r' => in_comment = false,
            '#' if BLANK.contains(&before) => in_comment = true,
            _ if !in_comment && wanted.contains(&character) => return Some(from + at),
            _ => {}
        }
        before = character;
    }
    None
}

/// Just after the `:` that follows a key; just after the key where none does.
pub(super) fn after_colon(text: &str, key_end: usize) -> usize {
    let is_token = |character: char| !BLANK.contains(&character);
    let mut at = key_end;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let Some(blanks) = rest.find(is_token) else { return key_end };
        at += blanks;
        match rest.get(blanks..).and_then(|rest| rest.chars().next()) {
            Some(':') => return at + 1,
            Some('#') if blanks > 0 => at = line_end(text, at),
            _ => return key_end,
        }
    }
}

/// A block scalar from its `|` or `>` to the end of its last line that is not blank. `content` is the parser's
/// span, `gap` the end of the event before it.
pub(super) fn block_scalar(text: &str, gap: usize, content: Span, value: &str) -> Span {
    let start = find_outside_comments(text, gap, content.start, &['|', '>']).unwrap_or(content.start);
    let header = text.get(start..).unwrap_or_default();
    let is_header = |character: char| matches!(character, '|' | '>' | '+' | '-' | '0'..='9');
    let header_end = start + header.find(|character| !is_header(character)).unwrap_or(header.len());
    if value.trim_matches(BLANK).is_empty() {
        return Span::new(start, header_end);
    }
    let lines = text.get(content.start..content.end).unwrap_or_default();
    Span::new(start, (content.start + lines.trim_end_matches(BLANK).len()).max(header_end))
}

/// The character at an offset; nothing at the end of a line.
pub(super) fn character(text: &str, at: usize) -> Span {
    let found = text.get(at..).and_then(|rest| rest.chars().next());
    Span::new(at, at + found.filter(|found| !matches!(found, '\n' | '\r')).map_or(0, char::len_utf8))
}

/// A span without the blanks at its ends.
pub(super) fn trimmed(text: &str, start: usize, end: usize) -> Span {
    let line = text.get(start..end).unwrap_or_default();
    let content = line.trim_start_matches(BLANK);
    let start = end - content.len();
    Span::new(start, start + content.trim_end_matches(BLANK).len())
}

/// The first tab in the indentation of this line or, where the text begins above, of a later one.
pub(super) fn indenting_tab(text: &str, at: usize) -> Option<Span> {
    let mut at = line_start(text, at);
    while let Some(line) = text.get(at..line_end(text, at)) {
        let content = line.trim_start_matches([' ', '\t']);
        let indentation = line.get(..line.len() - content.len()).unwrap_or_default();
        match indentation.find('\t') {
            Some(tab) if !content.is_empty() => return Some(Span::new(at + tab, at + tab + 1)),
            _ => at += line.len() + 1,
        }
    }
    None
}

/// The first line of a range that starts with a `%YAML` or any other directive; a comment behind it left out.
pub(super) fn directive(text: &str, from: usize, until: usize, start: &str) -> Option<Span> {
    let mut at = line_start(text, from);
    while at < until {
        let end = line_end(text, at);
        let line = text.get(at..end).unwrap_or_default().trim_start_matches('\u{FEFF}');
        if line.starts_with(start) {
            let comment = line.find(" #").unwrap_or(line.len());
            return Some(trimmed(text, end - line.len(), end - line.len() + comment));
        }
        at = end + 1;
    }
    None
}

/// A rough reading of the tokens of a range, just good enough to find what is open at its end.
pub(super) fn scan(text: &str, from: usize, until: usize) -> Scan {
    let mut brackets = Vec::new();
    let mut last_quote = None;
    let mut starts_token = true;
    let mut before = ' ';
    let mut at = from;
    while let Some(character) = text.get(at..until).and_then(|rest| rest.chars().next()) {
        let here = at;
        at += character.len_utf8();
        let rest = text.get(at..until).unwrap_or_default();
        match character {
            '#' if BLANK.contains(&before) => at = line_end(text, here),
            '"' | '\'' if starts_token => {
                let Some(len) = closing_quote(rest, character) else {
                    return Scan { open: Some((here, character)), last_quote };
                };
                last_quote = Some(here);
                starts_token = false;
                at += len;
            }
            '[' | '{' if starts_token || !brackets.is_empty() => {
                brackets.push((here, character));
                starts_token = true;
            }
            ']' | '}' => {
                brackets.pop();
                starts_token = false;
            }
            ',' if !brackets.is_empty() => starts_token = true,
            ':' | '-' | '?' => {
                let next = rest.chars().next().unwrap_or(' ');
                starts_token =
                    BLANK.contains(&next) || (!brackets.is_empty() && matches!(next, '"' | '\'' | '[' | '{'));
            }
            '\n' | '\r' => starts_token = true,
            ' ' | '\t' => {}
            _ => starts_token = false,
        }
        before = character;
    }
    Scan { open: brackets.pop(), last_quote }
}

/// What [`scan`] found.
pub(super) struct Scan {
    /// The innermost quote or bracket that is open.
    pub(super) open: Option<(usize, char)>,
    /// Where the last text in quotes starts.
    pub(super) last_quote: Option<usize>,
}

/// How far behind the opening quote a text in quotes ends, its closing quote included.
fn closing_quote(rest: &str, quote: char) -> Option<usize> {
    let mut characters = rest.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        if character == '\\' && quote == '"' {
            characters.next();
        } else if character == quote {
            if quote == '\'' && characters.next_if(|(_, next)| *next == '\'').is_some() {
                continue;
            }
            return Some(at + 1);
        }
    }
    None
}

/// The first escape that stands for nothing in the double-quoted text that starts at `open`.
pub(super) fn bad_escape(text: &str, open: usize) -> Option<Span> {
    let mut at = open + 1;
    loop {
        at += text.get(at..)?.find('\\')?;
        let escape = text.get(at..)?;
        let letter = escape.chars().nth(1)?;
        let digits = match letter {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            '0' | 'a' | 'b' | 't' | '\t' | 'n' | 'v' | 'f' | 'r' | 'e' | ' ' | '"' | '/' | '\\' | 'N'
            | '_' | 'L' | 'P' | '\n' | '\r' => 0,
            _ => return Some(Span::new(at, at + 1 + letter.len_utf8())),
        };
        let code = escape.get(2..).unwrap_or_default();
        let len = code.chars().take(digits).take_while(char::is_ascii_hexdigit).count();
        let end = at + 1 + letter.len_utf8() + len;
        let value = code.get(..len).and_then(|code| u32::from_str_radix(code, 16).ok());
        if len < digits || (digits > 0 && value.and_then(char::from_u32).is_none()) {
            let low =
                text.get(end..).and_then(|rest| rest.strip_prefix("\\u")).and_then(|rest| rest.get(..4));
            let low = low.and_then(|low| u32::from_str_radix(low, 16).ok());
            let is_pair = len == 4
                && value.is_some_and(|value| (0xD800..0xDC00).contains(&value))
                && low.is_some_and(|low| (0xDC00..0xE000).contains(&low));
            if !is_pair {
                return Some(Span::new(at, end));
            }
            at = end + 6;
        } else {
            at = end;
        }
    }
}
