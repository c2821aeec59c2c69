//! Where the sentences of a text begin and end.
//!
//! A line break is white space: only a blank line, a list marker, a heading or a table row ends a sentence
//! without punctuation, so that re-wrapping a paragraph changes nothing.

use super::fold::is_unseen;
use crate::source::Span;

/// Longest sentence that is read as one; a longer run of words is cut at white space. It bounds the work that a
/// text without any full stop can cause.
const LONGEST: usize = 4096;

/// The spans of the sentences of a text, in order, without the white space and the list marker before them.
pub(super) fn sentences(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    for block in blocks(text) {
        split_block(text, block, &mut found);
    }
    found
}

/// Runs of lines that belong together.
fn blocks(text: &str) -> Vec<Span> {
    let mut blocks: Vec<Span> = Vec::new();
    let mut open = false;
    let mut at = 0;
    for line in text.split_inclusive(['\n', '\u{2028}', '\u{2029}', '\u{000B}', '\u{000C}']) {
        let start = at;
        at += line.len();
        let content = line.trim();
        let quoted = content.trim_start_matches(['>', ' ']);
        if !quoted.chars().any(char::is_alphanumeric) {
            open = false;
            continue;
        }
        let marker = marker_length(quoted);
        let alone = quoted.starts_with(['#', '|']);
        let lead = line.find(quoted).unwrap_or(0) + marker;
        match blocks.last_mut() {
            Some(last) if open && marker == 0 && !alone => last.end = at,
            _ => blocks.push(Span::new(start + lead, at)),
        }
        open = !alone;
    }
    blocks
}

/// Length of a list marker (`-`, `•`, `1.`, `(a)`, `[x]`, `##`) with the space after it; 0 where there is none.
fn marker_length(line: &str) -> usize {
    let mut rest = line;
    loop {
        let word = rest.split(char::is_whitespace).next().unwrap_or_default();
        let after = rest.get(word.len()..).unwrap_or_default();
        let trimmed = after.trim_start();
        // `[ ]` is a check box in two words.
        let word_is_marker = is_marker(word) || (word == "[" && trimmed.starts_with(']')) || word == "]";
        if !word_is_marker || trimmed.is_empty() {
            return line.len() - rest.len();
        }
        rest = trimmed;
    }
}

fn is_marker(word: &str) -> bool {
    if matches!(word, "-" | "*" | "+" | "•" | "◦" | "▪" | "‣" | "·" | "●" | "[x]" | "[X]" | "[]") {
        return true;
    }
    if !word.is_empty() && word.len() <= 6 && word.chars().all(|c| c == '#') {
        return true;
    }
    let open = word.strip_prefix('(');
    let Some(inner) = open.unwrap_or(word).strip_suffix([')', '.']) else { return false };
    if open.is_some() && !word.ends_with(')') {
        return false;
    }
    let number = !inner.is_empty() && inner.len() <= 3 && inner.chars().all(|c| c.is_ascii_digit());
    let letter = inner.len() == 1 && inner.chars().all(|c| c.is_ascii_alphabetic()) && word.ends_with(')');
    number || letter
}

fn split_block(text: &str, block: Span, found: &mut Vec<Span>) {
    let body = text.get(block.start..block.end).unwrap_or_default();
    let mut start = 0;
    let mut chars = body.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if !matches!(c, '.' | '!' | '?' | '\u{2026}' | '\u{3002}' | '\u{FF01}' | '\u{FF1F}' | '\u{FF0E}') {
            continue;
        }
        while chars.next_if(|(_, next)| closes(*next)).is_some() {}
        let end = chars.peek().map_or(body.len(), |(next, _)| *next);
        let sentence = body.get(start..at).unwrap_or_default();
        let tail = body.get(at..end).unwrap_or_default();
        let rest = body.get(end..).unwrap_or_default();
        if ends_sentence(sentence, tail, rest) {
            push(text, block.start + start, block.start + end, found);
            start = end;
        }
    }
    push(text, block.start + start, block.end, found);
}

/// What may stand between the full stop and the space after it.
fn closes(c: char) -> bool {
    matches!(
        c,
        '.' | '!' | '?' | '"' | '\'' | '\u{201D}' | '\u{2019}' | '\u{BB}' | ')' | ']' | '*' | '_' | '`'
    ) || is_unseen(c)
}

fn ends_sentence(sentence: &str, tail: &str, rest: &str) -> bool {
    if tail.starts_with(['\u{3002}', '\u{FF01}', '\u{FF1F}']) {
        return true;
    }
    let Some(space) = rest.chars().next() else { return true };
    if !space.is_whitespace() {
        return false;
    }
    let next = rest.trim_start().trim_start_matches(['"', '\'', '(', '[', '\u{201C}', '\u{2018}', '*', '_']);
    let lower = next.starts_with(char::is_lowercase);
    if !tail.starts_with('.') || tail.starts_with("...") {
        return !lower;
    }
    let word = sentence.rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '"' | '\u{201C}')).next();
    let word = word.unwrap_or_default();
    let list_number = is_number(word) && sentence.trim_start() == word;
    !list_number && !is_abbreviation(word, next, lower)
}

/// Abbreviations that never end a sentence.
const INNER: [&str; 36] = [
    "e.g", "i.e", "eg", "ie", "vs", "cf", "viz", "no", "nos", "sec", "art", "para", "fig", "ref", "approx",
    "ca", "incl", "excl", "max", "min", "resp", "est", "dept", "mr", "mrs", "ms", "dr", "prof", "st", "jan",
    "feb", "apr", "sept", "oct", "nov", "dec",
];
/// Abbreviations that can end one: they do where a common first word follows.
const EITHER: [&str; 13] =
    ["inc", "ltd", "corp", "co", "llc", "plc", "etc", "a.m", "p.m", "u.s", "u.k", "e.u", "al"];
const OPENERS: [&str; 34] = [
    "we",
    "our",
    "the",
    "this",
    "these",
    "that",
    "those",
    "it",
    "its",
    "in",
    "if",
    "you",
    "your",
    "all",
    "any",
    "no",
    "by",
    "for",
    "as",
    "when",
    "once",
    "upon",
    "customer",
    "customers",
    "supplier",
    "provider",
    "vendor",
    "each",
    "such",
    "please",
    "i",
    "they",
    "there",
    "nothing",
];

fn is_abbreviation(word: &str, next: &str, lower: bool) -> bool {
    let folded = word.to_lowercase();
    // "No. 5" is a number; "No." is an answer.
    if folded == "no" || folded == "nos" {
        return next.starts_with(|c: char| c.is_ascii_digit());
    }
    if INNER.contains(&folded.as_str()) {
        return true;
    }
    let either = EITHER.contains(&folded.as_str());
    let initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase) && word != "I";
    if !either && !initial {
        return false;
    }
    let first = next.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let opens = OPENERS.contains(&first.to_lowercase().as_str());
    lower || !opens
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_digit() || c == '.')
}

fn push(text: &str, start: usize, end: usize, found: &mut Vec<Span>) {
    let raw = text.get(start..end).unwrap_or_default();
    let content = raw.trim();
    if !content.chars().any(char::is_alphanumeric) {
        return;
    }
    let start = start + (raw.len() - raw.trim_start().len());
    let mut at = start;
    let mut rest = content;
    while rest.len() > LONGEST {
        let cut = cut_point(rest);
        let (piece, remainder) = rest.split_at(cut);
        let trimmed = piece.trim_end();
        found.push(Span::new(at, at + trimmed.len()));
        let next = remainder.trim_start();
        at += cut + (remainder.len() - next.len());
        rest = next;
    }
    if !rest.is_empty() {
        found.push(Span::new(at, at + rest.len()));
    }
}

/// The last white space in the longest piece, or its last character boundary. Never 0.
fn cut_point(text: &str) -> usize {
    let mut boundary = LONGEST.min(text.len());
    while !text.is_char_boundary(boundary) {
        boundary -= 1;
    }
    let window = text.get(..boundary).unwrap_or_default();
    window.rfind(char::is_whitespace).filter(|at| *at > LONGEST / 2).unwrap_or(boundary)
}
