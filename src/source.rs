//! A named text, byte spans into it, and edits to it.
//!
//! Everything else in the crate speaks of places as byte spans; lines and columns are made here and nowhere
//! else, so that they cannot be off by one in one format and right in another.

use std::fmt;
use std::sync::OnceLock;

/// Half-open range of byte offsets into one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` up to, and without, `end`; an inverted pair gives the empty span at `start`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Span { start, end: end.max(start) }
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// True where the span covers no byte.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// A place in a text as people count: lines and columns from 1, columns in Unicode scalar values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1. Lines end at `\n`; the `\r` before it belongs to the line.
    pub line: usize,
    /// Column, from 1, in Unicode scalar values. A byte order mark counts as none.
    pub column: usize,
    /// Offset in bytes, from 0.
    pub offset: usize,
}

/// A span with its lines and columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    /// Where the first character stands.
    pub start: Position,
    /// Just after the last character.
    pub end: Position,
}

impl Range {
    /// The byte span of this range.
    #[must_use]
    pub fn span(&self) -> Span {
        Span::new(self.start.offset, self.end.offset)
    }
}

/// A text with the name under which people know it: a path with forward slashes, relative to the repository.
pub struct Source {
    path: Box<str>,
    text: Box<str>,
    invalid_utf8: Option<usize>,
    lines: OnceLock<Vec<usize>>,
}

/// U+FEFF at the start of a text is a signature, not content.
const BYTE_ORDER_MARK: char = '\u{FEFF}';

impl Source {
    /// A source from text.
    #[must_use]
    pub fn new(path: impl Into<Box<str>>, text: impl Into<Box<str>>) -> Self {
        Source { path: path.into(), text: text.into(), invalid_utf8: None, lines: OnceLock::new() }
    }

    /// A source from the bytes of a file. Bytes that are not UTF-8 become U+FFFD, and
    /// [`Source::invalid_utf8`] says where the first of them stands; offsets before it are those of the file.
    #[must_use]
    pub fn from_bytes(path: impl Into<Box<str>>, bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Source::new(path, text),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                Source { invalid_utf8: Some(at), ..Source::new(path, text) }
            }
        }
    }

    /// The name of the text.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Offset of the first byte that was not UTF-8.
    #[must_use]
    pub fn invalid_utf8(&self) -> Option<usize> {
        self.invalid_utf8
    }

    /// The text under a span; empty where the span does not lie on character boundaries of this text.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// Line and column of a byte offset. An offset past the end is the end; one inside a character is its start.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let offset = floor_boundary(&self.text, offset);
        let lines = self.line_starts();
        let line = lines.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|index| lines.get(index)).copied().unwrap_or(0);
        let before = self.text.get(start..offset).unwrap_or_default();
        let signature = usize::from(start == 0 && before.starts_with(BYTE_ORDER_MARK));
        Position { line: line.max(1), column: before.chars().count() - signature + 1, offset }
    }

    /// Lines and columns of a span.
    #[must_use]
    pub fn range(&self, span: Span) -> Range {
        Range { start: self.position(span.start), end: self.position(span.end) }
    }

    /// The span of a line (from 1) without its line ending; empty at the end of the text where there is no such line.
    #[must_use]
    pub fn line(&self, line: usize) -> Span {
        let lines = self.line_starts();
        let Some(start) = line.checked_sub(1).and_then(|index| lines.get(index)).copied() else {
            return Span::new(self.text.len(), self.text.len());
        };
        let end = lines.get(line).copied().unwrap_or(self.text.len());
        let content = self.text.get(start..end).unwrap_or_default().trim_end_matches(['\n', '\r']);
        Span::new(start, start + content.len())
    }

    /// How many lines the text has; an empty text has one.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.line_starts().len()
    }

    fn line_starts(&self) -> &[usize] {
        self.lines.get_or_init(|| {
            std::iter::once(0).chain(self.text.match_indices('\n').map(|(at, _)| at + 1)).collect()
        })
    }
}

/// A text with some of its spans replaced; an empty span inserts. `None` where spans are out of order, overlap, or lie
/// off the text's character boundaries.
#[must_use]
pub fn replaced<'a>(text: &str, edits: impl IntoIterator<Item = (Span, &'a str)>) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut written = 0;
    for (span, new) in edits {
        out.push_str(text.get(written..span.start)?);
        text.get(span.start..span.end)?;
        out.push_str(new);
        written = span.end;
    }
    out.push_str(text.get(written..)?);
    Some(out)
}

/// Offset of the first character of the line that `at` stands on.
#[must_use]
pub fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind(['\n', '\r'])).map_or(0, |line_break| line_break + 1)
}

/// Offset after the last character of the line that `at` stands on, without its line break.
#[must_use]
pub fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find(['\n', '\r'])).map_or(text.len(), |len| at + len)
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({:?}, {} bytes)", self.path, self.text.len())
    }
}

fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_a_signature_counts_as_none() {
        let source = Source::new("a.yaml", "\u{FEFF}é: x\r\nnaïve: y\n");
        let at = source.text().find('x').unwrap();
        assert_eq!(source.position(at), Position { line: 1, column: 4, offset: at });
        let at = source.text().find('y').unwrap();
        assert_eq!(source.position(at), Position { line: 2, column: 8, offset: at });
        assert_eq!(source.slice(source.line(1)), "\u{FEFF}é: x");
        assert_eq!(source.position(999).line, 3);
    }

    #[test]
    fn bytes_that_are_not_text_are_located() {
        let source = Source::from_bytes("a.yaml", b"ok: \xff\n".to_vec());
        assert_eq!(source.invalid_utf8(), Some(4));
        assert_eq!(source.position(4).column, 5);
    }

    #[test]
    fn a_span_off_the_text_is_empty() {
        let source = Source::new("a", "é");
        assert_eq!(source.slice(Span::new(1, 2)), "");
        assert_eq!(source.slice(Span::new(0, 9)), "");
        assert_eq!(source.slice(source.line(7)), "");
    }

    #[test]
    fn edits_apply_in_order_or_not_at_all() {
        let edit = |edits: &[(usize, usize, &'static str)]| {
            replaced("aé: 1", edits.iter().map(|(start, end, new)| (Span::new(*start, *end), *new)))
        };
        assert_eq!(edit(&[(0, 0, "x"), (5, 6, "22")]).as_deref(), Some("xaé: 22"));
        assert_eq!(edit(&[]).as_deref(), Some("aé: 1"));
        assert_eq!(edit(&[(5, 6, "2"), (0, 1, "b")]), None, "out of order");
        assert_eq!(edit(&[(0, 3, "b"), (1, 3, "c")]), None, "overlapping");
        assert_eq!(edit(&[(2, 3, "b")]), None, "inside a character");
        assert_eq!(edit(&[(5, 9, "b")]), None, "past the end");
    }
}
