//! The plain reader's scalars that end on the line they start on.

use memchr::{memchr2, memchr3};

use super::Reader;
use crate::source::Span;
use crate::yaml::MAX_KEY;
use crate::yaml::scalar;
use crate::yaml::tree::{Data, Style, Text};

/// A scalar on one line, or a key.
#[derive(Clone, Copy)]
pub(super) struct Word {
    pub(super) text: Text,
    pub(super) style: Style,
    pub(super) span: Span,
    /// True where a `:` and a blank follow.
    pub(super) is_key: bool,
}

impl Reader<'_> {
    /// The scalar that starts here, outside of brackets.
    pub(super) fn word(&mut self) -> Option<Word> {
        match self.lines.byte() {
            quote @ (b'"' | b'\'') => self.quoted(quote),
            _ if self.starts_plain() => self.plain(),
            _ => None,
        }
    }

    /// True where an unquoted scalar can start. Some more could: they are rarely meant.
    pub(super) fn starts_plain(&self) -> bool {
        let next = self.lines.byte_at(self.lines.at + 1);
        match self.lines.byte() {
            b'-' | b'.' => next.is_ascii_alphanumeric() || next == b'/',
            b'_' | b'(' | b'/' | b'~' | b'+' | b'$' | b'<' | b'=' | b'^' | b';' | b'\\' => true,
            byte => byte.is_ascii_alphanumeric() || byte >= 0x80,
        }
    }

    fn plain(&mut self) -> Option<Word> {
        let start = self.lines.at;
        let mut at = start;
        let (end, is_key) = loop {
            let rest = self.lines.text.as_bytes().get(at..)?;
            let Some(len) = memchr3(b'\n', b':', b'#', rest) else { break (self.lines.text.len(), false) };
            at += len;
            match self.lines.byte_at(at) {
                b'\n' => break (at, false),
                b':' if self.lines.is_blank_at(at + 1) => break (at, true),
                b'#' if self.lines.byte_at(at - 1) == b' ' => break (at, false),
                _ => at += 1,
            }
        };
        self.unquoted(start, end, is_key)
    }

    /// An unquoted scalar with the spaces behind it.
    pub(super) fn unquoted(&mut self, start: usize, end: usize, is_key: bool) -> Option<Word> {
        let mut last = end;
        while last > start && self.lines.byte_at(last - 1) == b' ' {
            last -= 1;
        }
        let span = Span::new(start, last);
        // A space before the colon is rare.
        if is_key && span.end != end {
            return None;
        }
        self.lines.at = span.end;
        Some(Word { text: Text::source(span), style: Style::Plain, span, is_key })
    }

    pub(super) fn quoted(&mut self, quote: u8) -> Option<Word> {
        let start = self.lines.at;
        let content = start + 1;
        let (style, closing) = if quote == b'"' {
            (Style::DoubleQuoted, self.double_quoted(content)?)
        } else {
            (Style::SingleQuoted, self.single_quoted(content)?)
        };
        let (end, text) = closing;
        self.lines.at = end + 1;
        let is_key = self.lines.byte() == b':' && self.lines.is_blank_at(end + 2);
        Some(Word { text, style, span: Span::new(start, end + 1), is_key })
    }

    /// Where the closing quote stands, and the text before it.
    fn single_quoted(&mut self, content: usize) -> Option<(usize, Text)> {
        let mut decoded = None;
        let mut from = content;
        loop {
            let end = self.before_line_end(from, |rest| memchr2(b'\'', b'\n', rest))?;
            if self.lines.byte_at(end + 1) != b'\'' {
                return Some((end, self.text(content, from, end, decoded)?));
            }
            // Two quotes are one.
            let part = self.lines.text.get(from..=end)?;
            let start = decoded.unwrap_or_else(|| self.builder.decoded().len());
            self.builder.decoded().push_str(part);
            decoded = Some(start);
            from = end + 2;
        }
    }

    fn double_quoted(&mut self, content: usize) -> Option<(usize, Text)> {
        let mut decoded = None;
        let mut from = content;
        loop {
            let end = self.before_line_end(from, |rest| memchr3(b'"', b'\\', b'\n', rest))?;
            if self.lines.byte_at(end) == b'"' {
                return Some((end, self.text(content, from, end, decoded)?));
            }
            let character = match self.lines.byte_at(end + 1) {
                b'"' => '"',
                b'\\' => '\\',
                b'/' => '/',
                b'n' => '\n',
                b't' => '\t',
                _ => return None,
            };
            let part = self.lines.text.get(from..end)?;
            let start = decoded.unwrap_or_else(|| self.builder.decoded().len());
            self.builder.decoded().push_str(part);
            self.builder.decoded().push(character);
            decoded = Some(start);
            from = end + 2;
        }
    }

    /// What is found from a place on, on the same line.
    fn before_line_end(&self, from: usize, find: impl Fn(&[u8]) -> Option<usize>) -> Option<usize> {
        let found = from + find(self.lines.text.as_bytes().get(from..)?)?;
        (self.lines.byte_at(found) != b'\n').then_some(found)
    }

    /// The text of a quoted scalar: of the source, or from `decoded` on with what is left from `from` to `end`.
    fn text(&mut self, content: usize, from: usize, end: usize, decoded: Option<usize>) -> Option<Text> {
        let Some(start) = decoded else { return Some(Text::source(Span::new(content, end))) };
        let rest = self.lines.text.get(from..end)?;
        let decoded = self.builder.decoded();
        decoded.push_str(rest);
        Some(Text::decoded(Span::new(start, decoded.len())))
    }

    /// A key, up to behind its `:`.
    pub(super) fn key(&mut self, word: Word) -> Option<()> {
        let Word { text, style, span, is_key } = word;
        // The bound counts characters, of which there are not more than bytes.
        if !is_key || span.len() > MAX_KEY {
            return None;
        }
        if style == Style::Plain {
            let text = self.lines.text.get(span.start..span.end)?;
            if text == "<<" || scalar::resolve(text).is_some() {
                return None;
            }
        }
        self.builder.named(text, span);
        self.lines.at = span.end + 1;
        Some(())
    }

    pub(super) fn scalar(&mut self, word: Word) -> Option<()> {
        let Word { text, style, span, .. } = word;
        let resolved = match style {
            Style::Plain => scalar::resolve(self.lines.text.get(span.start..span.end)?),
            _ => None,
        };
        match resolved {
            Some(Data::Float(number)) if !number.is_finite() => None,
            Some(data) => self.add(data, style, span),
            None => self.add(Data::String(text), style, span),
        }
    }
}
