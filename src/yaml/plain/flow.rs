//! The plain reader's brackets: lists and maps on one line.

use super::Reader;
use super::scalars::Word;
use crate::source::Span;
use crate::yaml::tree::Style;

impl Reader<'_> {
    /// The list or map in brackets that starts here.
    pub(super) fn flow(&mut self) -> Option<()> {
        let open = Span::new(self.lines.at, self.lines.at + 1);
        let is_map = self.lines.byte() == b'{';
        let close = if is_map { b'}' } else { b']' };
        if is_map {
            self.builder.open_map(Style::Flow, open);
        } else {
            self.builder.open_sequence(Style::Flow, open);
        }
        self.go_on()?;
        self.lines.at += 1;
        self.lines.skip_spaces();
        if self.lines.byte() != close {
            loop {
                self.flow_entry(is_map)?;
                self.lines.skip_spaces();
                match self.lines.byte() {
                    b',' => self.lines.at += 1,
                    byte if byte == close => break,
                    _ => return None,
                }
                self.lines.skip_spaces();
            }
        }
        self.lines.at += 1;
        self.close(Span::new(self.lines.at - 1, self.lines.at))
    }

    fn flow_entry(&mut self, is_map: bool) -> Option<()> {
        if is_map {
            let word = self.flow_word()?;
            self.key(word)?;
            self.lines.skip_spaces();
        }
        if matches!(self.lines.byte(), b'[' | b'{') {
            return self.flow();
        }
        let word = self.flow_word().filter(|word| !word.is_key)?;
        self.scalar(word)
    }

    fn flow_word(&mut self) -> Option<Word> {
        match self.lines.byte() {
            quote @ (b'"' | b'\'') => self.quoted(quote),
            _ if self.starts_plain() => self.flow_plain(),
            _ => None,
        }
    }

    fn flow_plain(&mut self) -> Option<Word> {
        let start = self.lines.at;
        let mut at = start + 1;
        let is_key = loop {
            match self.lines.byte_at(at) {
                b',' | b']' | b'}' => break false,
                b':' if self.lines.is_blank_at(at + 1) => break true,
                b':' if matches!(self.lines.byte_at(at + 1), b',' | b'[' | b']' | b'{' | b'}') => {
                    return None;
                }
                b'#' if self.lines.byte_at(at - 1) == b' ' => return None,
                b'[' | b'{' | b'\n' | 0 => return None,
                _ => at += 1,
            }
        };
        self.unquoted(start, at, is_key)
    }
}
