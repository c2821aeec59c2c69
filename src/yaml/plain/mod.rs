//! A reader of the YAML that records are really written in, in front of the general parser.
//!
//! It reads block maps and lists, scalars and brackets that end on the line they start on, block scalars and comments
//! straight into the tree, at a tenth of the general parser's cost. It is a filter, not a second opinion: as soon as
//! it meets anything else (tabs, anchors, tags, odd indentation, text over several lines without a `|`, a duplicate
//! key, a mistake), it gives up, and the general parser reads the file from the start and says what is wrong. What it
//! does read is the general parser's tree to the last byte: both fill the same builder, and `tests/yaml/plain.rs`
//! compares them on mutants by the million. Where a form is rare, giving up is the right answer here.

mod block_text;
mod flow;
mod lines;
mod scalars;

use std::cmp::Ordering;
use std::sync::Arc;

use super::build::Builder;
use super::problem::Parsed;
use super::tree::{Data, Document, Style};
use super::{MAX_BYTES, MAX_KEY, read};
use crate::source::{Source, Span};
use lines::{Column, Lines};
use scalars::Word;

/// Reads a text as [`parse`](super::parse) does, and most records ten times faster.
#[must_use]
pub fn parse_fast(source: Arc<Source>) -> Parsed {
    match parse_plain(&source) {
        Some(document) => Parsed { document, problems: Vec::new() },
        None => read::parse(source),
    }
}

/// The tree of a text within the plain subset: that of [`parse`](super::parse), which finds no problem in it. `None`
/// says nothing about the text but that the general parser has to read it.
#[must_use]
pub fn parse_plain(source: &Arc<Source>) -> Option<Document> {
    let text = source.text();
    if text.len() > MAX_BYTES || source.invalid_utf8().is_some() || !lines::is_ordinary(text) {
        return None;
    }
    let builder = Builder::sized(text, Document::empty(Arc::clone(source)));
    let mut reader = Reader { lines: Lines::new(text), builder };
    reader.document()?;
    let Parsed { document, problems } = reader.builder.finish();
    problems.is_empty().then_some(document)
}

struct Reader<'t> {
    lines: Lines<'t>,
    builder: Builder<'t>,
}

/// Every reader leaves off at the first token of a later line; `None` is for whatever is not plain.
impl Reader<'_> {
    fn document(&mut self) -> Option<()> {
        self.next_token();
        if self.lines.column() == Column::FIRST && self.lines.skip("---") {
            self.end_of_line()?;
        }
        if self.lines.column() != Column::FIRST {
            return None;
        }
        self.node(Column::NONE)?;
        (self.lines.column() == Column::NONE).then_some(())
    }

    /// The node that starts here, on its own line or behind a dash, inside of what starts at the column `parent`.
    fn node(&mut self, parent: Column) -> Option<()> {
        let start = self.lines.at;
        match self.lines.byte() {
            b'-' if self.lines.at_dash() => return self.list(),
            b'|' | b'>' => return self.block_text(parent),
            b'[' | b'{' => self.flow()?,
            _ => {
                let word = self.word()?;
                if word.is_key {
                    return self.map(start, word);
                }
                self.scalar(word)?;
            }
        }
        // What could have become a key has the bounds of one.
        if self.lines.at - start > MAX_KEY {
            return None;
        }
        self.end_of_line()
    }

    fn map(&mut self, start: usize, first: Word) -> Option<()> {
        let column = self.lines.column_of(start);
        self.builder.open_map(Style::Block, Span::new(start, start));
        self.go_on()?;
        let mut word = first;
        loop {
            self.key(word)?;
            self.value(column)?;
            match self.lines.column().cmp(&column) {
                Ordering::Less => break,
                Ordering::Equal => word = self.word()?,
                Ordering::Greater => return None,
            }
        }
        self.close(Span::default())
    }

    /// The value behind the `:` of a key at a column.
    fn value(&mut self, column: Column) -> Option<()> {
        let colon = self.lines.at;
        self.lines.skip_spaces();
        match self.lines.byte() {
            b'|' | b'>' => return self.block_text(column),
            b'[' | b'{' => self.flow()?,
            0 | b'\n' | b'#' => {
                self.end_of_line()?;
                return match self.lines.column().cmp(&column) {
                    Ordering::Greater => self.node(column),
                    Ordering::Equal if self.lines.at_dash() => self.list(),
                    _ => self.absent(colon),
                };
            }
            _ => {
                let word = self.word().filter(|word| !word.is_key)?;
                self.scalar(word)?;
            }
        }
        self.end_of_line()
    }

    fn list(&mut self) -> Option<()> {
        let column = self.lines.column();
        self.builder.open_sequence(Style::Block, Span::new(self.lines.at, self.lines.at));
        self.go_on()?;
        while self.lines.column() == column && self.lines.at_dash() {
            self.lines.at += 1;
            let dash = self.lines.at;
            self.lines.skip_spaces();
            if matches!(self.lines.byte(), 0 | b'\n' | b'#') {
                self.end_of_line()?;
                if self.lines.column() <= column {
                    self.absent(dash)?;
                    continue;
                }
            }
            self.node(column)?;
        }
        if self.lines.column() > column {
            return None;
        }
        self.close(Span::default())
    }

    fn absent(&mut self, at: usize) -> Option<()> {
        self.add(Data::Null, Style::Plain, Span::new(at, at))
    }

    fn add(&mut self, data: Data, style: Style, span: Span) -> Option<()> {
        self.builder.add(data, style, span);
        self.go_on()
    }

    fn close(&mut self, end: Span) -> Option<()> {
        self.builder.close(end);
        self.go_on()
    }

    /// `None` once the tree is as deep or as large as one may be: the reader's own recursion follows it.
    fn go_on(&self) -> Option<()> {
        (!self.builder.done).then_some(())
    }

    /// The rest of a line behind a token: nothing, or a comment; then all lines without a token.
    fn end_of_line(&mut self) -> Option<()> {
        let comment = self.lines.end_of_line()?;
        if !comment.span.is_empty() {
            self.builder.comment(comment);
        }
        self.next_token();
        Some(())
    }

    /// From the start of a line to the next token, over blank lines and comments.
    fn next_token(&mut self) {
        while let Some(comment) = self.lines.next_comment() {
            self.builder.comment(comment);
        }
    }
}
