//! The plain reader's texts below a `|` or `>`.

use memchr::memchr;

use super::Reader;
use super::lines::Column;
use crate::source::Span;
use crate::yaml::tree::{Data, Style, Text};

impl Reader<'_> {
    /// The text that starts here with its `|` or `>`, further right than the column of what it belongs to.
    pub(super) fn block_text(&mut self, parent: Column) -> Option<()> {
        let start = self.lines.at;
        let style = if self.lines.byte() == b'>' { Style::Folded } else { Style::Literal };
        let chomping = self.lines.byte_at(start + 1);
        self.lines.at += if matches!(chomping, b'-' | b'+') { 2 } else { 1 };
        if !self.lines.is_blank_at(self.lines.at) {
            return None;
        }
        let comment = self.lines.end_of_line()?;
        if !comment.span.is_empty() {
            self.builder.comment(comment);
        }
        let decoded = self.builder.decoded().len();
        let (end, blank_lines) = self.text_lines(style, parent)?;
        // A line that is neither inside the text nor outside of what it belongs to.
        if self.lines.column() > parent {
            return None;
        }
        let text = self.builder.decoded();
        if chomping != b'-' {
            text.push('\n');
        }
        if chomping == b'+' {
            text.extend(std::iter::repeat_n('\n', blank_lines));
        }
        let text = Text::decoded(Span::new(decoded, text.len()));
        self.add(Data::String(text), style, Span::new(start, end))?;
        self.next_token();
        Some(())
    }

    /// The lines of a text; where the last of them ends, and how many blank ones follow it.
    fn text_lines(&mut self, style: Style, parent: Column) -> Option<(usize, usize)> {
        let mut blank = self.blank_lines();
        let indent = blank.spaces;
        if Column::behind(indent) <= parent {
            return None;
        }
        let mut before = None;
        loop {
            // Blank lines that are wider than the text belong to it, and so do spaces alone at its end.
            if blank.widest > indent || (self.lines.byte() == 0 && blank.spaces > 0) {
                return None;
            }
            if self.lines.byte() == 0 || blank.spaces < indent {
                return before.map(|line: Line| (line.end, blank.lines));
            }
            self.lines.at -= blank.spaces - indent;
            let line = self.line()?;
            let text = self.builder.decoded();
            // One line break between two lines of a folded text is a space; of more the first is none.
            match before {
                Some(Line { indented: false, .. }) if style == Style::Folded && !line.indented => {
                    text.extend((blank.lines == 0).then_some(' '));
                }
                Some(_) => text.push('\n'),
                None => {}
            }
            text.extend(std::iter::repeat_n('\n', blank.lines));
            text.push_str(self.lines.text.get(line.content.start..line.content.end)?);
            before = Some(line);
            blank = self.blank_lines();
        }
    }

    /// A line of a text, of which the indentation is read. A last line without a line break is rare.
    fn line(&mut self) -> Option<Line> {
        let start = self.lines.at;
        let len = memchr(b'\n', self.lines.text.as_bytes().get(start..)?)?;
        let line = self.lines.text.get(start..start + len)?;
        self.lines.start_line(start + len + 1);
        let end = start + line.trim_end_matches(' ').len();
        Some(Line { content: Span::new(start, start + len), end, indented: line.starts_with(' ') })
    }

    /// From the start of a line over blank lines, to the first character of the next line.
    fn blank_lines(&mut self) -> Blank {
        let mut blank = Blank { lines: 0, widest: 0, spaces: 0 };
        loop {
            blank.spaces = self.lines.spaces_at(self.lines.at);
            self.lines.at += blank.spaces;
            if self.lines.byte() != b'\n' {
                return blank;
            }
            blank.lines += 1;
            blank.widest = blank.widest.max(blank.spaces);
            self.lines.start_line(self.lines.at + 1);
        }
    }
}

struct Line {
    content: Span,
    /// Of its last character that is no space.
    end: usize,
    /// Further than the text.
    indented: bool,
}

/// Blank lines, and the start of the line after them.
struct Blank {
    lines: usize,
    /// The most spaces in one of them.
    widest: usize,
    /// The spaces before the next character.
    spaces: usize,
}
