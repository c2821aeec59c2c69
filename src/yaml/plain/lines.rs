//! Where the plain reader is in its text: bytes, columns and line ends.

use memchr::{memchr, memchr3_iter};

use crate::source::Span;
use crate::yaml::tree::Comment;

/// True for a text of characters that mean nothing special to YAML and hide nothing from people: printable ASCII and
/// line feeds (no tabs, no carriage returns), and of the rest what is neither a control, nor a line break, nor unseen.
pub(super) fn is_ordinary(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Without a branch, so that it takes many bytes at a time.
    let control = |found, byte: &u8| found | ((*byte < b' ') & (*byte != b'\n')) | (*byte == 0x7F);
    if bytes.iter().fold(false, control) {
        return false;
    }
    text.is_ascii()
        || memchr3_iter(0xC2, 0xE2, 0xEF, bytes).all(|at| match bytes.get(at..).unwrap_or_default() {
            // C1 controls, U+00A0 and U+00AD.
            [0xC2, next, ..] => *next > 0xA0 && *next != 0xAD,
            // Zero width and directional characters, line and paragraph separators.
            [0xE2, 0x80, next, ..] => !matches!(next, 0x8B..=0x8F | 0xA8..=0xAE),
            [0xE2, 0x81, next, ..] => *next < 0xA0,
            // Variation selectors, the byte order mark, and the last of the plane: U+FFF0 and up.
            [0xEF, 0xB8, ..] | [0xEF, 0xBB, 0xBF, ..] => false,
            [0xEF, 0xBF, next, ..] => *next < 0xB0,
            _ => true,
        })
}

/// A column, from 1; the end of the text has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Column(usize);

impl Column {
    pub(super) const NONE: Column = Column(0);
    pub(super) const FIRST: Column = Column(1);

    /// The column behind so many spaces.
    pub(super) fn behind(spaces: usize) -> Column {
        Column(spaces + 1)
    }
}

pub(super) struct Lines<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    /// Where the line of `at` starts.
    start: usize,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Lines { text, at: 0, start: 0 }
    }

    /// The byte at a place; 0, which is in no ordinary text, at the end.
    pub(super) fn byte_at(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    pub(super) fn byte(&self) -> u8 {
        self.byte_at(self.at)
    }

    pub(super) fn column(&self) -> Column {
        if self.at < self.text.len() { self.column_of(self.at) } else { Column::NONE }
    }

    /// The column of a place on this line with nothing but spaces and dashes before it.
    pub(super) fn column_of(&self, at: usize) -> Column {
        Column::behind(at - self.start)
    }

    /// True where a blank or the end of the line or of the text stands.
    pub(super) fn is_blank_at(&self, at: usize) -> bool {
        matches!(self.byte_at(at), b' ' | b'\n' | 0)
    }

    /// True at a `-` of a list.
    pub(super) fn at_dash(&self) -> bool {
        self.byte() == b'-' && self.is_blank_at(self.at + 1)
    }

    pub(super) fn skip(&mut self, token: &str) -> bool {
        let found = self.text.get(self.at..).is_some_and(|rest| rest.starts_with(token));
        self.at += if found { token.len() } else { 0 };
        found
    }

    pub(super) fn spaces_at(&self, at: usize) -> usize {
        let bytes = self.text.as_bytes().get(at..).unwrap_or_default();
        bytes.iter().take_while(|byte| **byte == b' ').count()
    }

    pub(super) fn skip_spaces(&mut self) {
        self.at += self.spaces_at(self.at);
    }

    /// The end of the line that a place stands on, without its line break.
    pub(super) fn end_from(&self, at: usize) -> usize {
        let rest = self.text.as_bytes().get(at..).unwrap_or_default();
        memchr(b'\n', rest).map_or(self.text.len(), |len| at + len)
    }

    /// The rest of a line behind a token, and its line break; an empty comment where there is none.
    pub(super) fn end_of_line(&mut self) -> Option<Comment> {
        let token = self.at;
        self.skip_spaces();
        let end = match self.byte() {
            b'\n' | 0 => self.at,
            b'#' if self.at > token || self.byte_at(token.wrapping_sub(1)) == b' ' => self.end_from(self.at),
            _ => return None,
        };
        let comment = Comment { span: Span::new(self.at, end), own_line: false };
        self.start_line(end + 1);
        Some(comment)
    }

    /// From the start of a line to the next token, or to the next comment before it.
    pub(super) fn next_comment(&mut self) -> Option<Comment> {
        loop {
            self.skip_spaces();
            match self.byte() {
                b'\n' => self.start_line(self.at + 1),
                b'#' => {
                    let span = Span::new(self.at, self.end_from(self.at));
                    self.start_line(span.end + 1);
                    return Some(Comment { span, own_line: true });
                }
                _ => return None,
            }
        }
    }

    pub(super) fn start_line(&mut self, at: usize) {
        self.at = at.min(self.text.len());
        self.start = self.at;
    }
}
