//! A few lines of a source, made fit to print: hidden characters written out, tabs expanded, long lines cut
//! around what matters. Spans are carried over, so that an underline stays under its value.
//!
//! Replacing a hidden character by something of equal byte length would carry spans over for free, but shows `???`
//! where the reader must see `\u{202e}`, and a cut line moves the offsets anyway.

use unicode_width::UnicodeWidthChar;

use super::Terminal;
use super::text::{is_hidden, push_safe};
use crate::source::{Range, Source, Span};

/// Lines shown before and after what is marked.
const CONTEXT: usize = 1;
/// Lines of one mark that are shown.
const MOST_LINES: usize = 6;
/// Columns left to a source line however narrow the terminal is.
const NARROWEST: usize = 20;
const TAB: usize = 4;

/// Lines of a source, each ended by a newline, that hold nothing but what a terminal shows.
#[derive(Debug)]
pub(super) struct Excerpt {
    pub(super) text: String,
    /// Number of the first line, from 1.
    pub(super) first_line: usize,
    pub(super) line_count: usize,
    /// Where the ranges lie in `text`, in the order in which they were given.
    pub(super) spans: Vec<Span>,
    /// How many lines of the first range are left out at its end.
    pub(super) lines_left_out: usize,
}

impl Excerpt {
    /// The lines of `ranges`, which lie close together; a line too long is cut around the first range on it.
    pub(super) fn new(source: &Source, ranges: &[Range], terminal: Terminal) -> Self {
        let marks: Vec<Mark> = ranges.iter().map(|range| Mark::new(source, *range)).collect();
        let first = marks.iter().map(|mark| mark.first).min().unwrap_or(1);
        let last = marks.iter().map(|mark| mark.last).max().unwrap_or(1);
        let from = first.saturating_sub(CONTEXT).max(1);
        let lines_left_out = marks.first().map_or(0, |mark| mark.lines_left_out);
        // What follows a mark that is shown in part is still the mark, and what follows the last newline no line.
        let after = source.line((last + CONTEXT).min(source.line_count()));
        let bare = lines_left_out > 0 || (after.is_empty() && after.end == source.text().len());
        let to = if bare { last } else { (last + CONTEXT).min(source.line_count()) };
        let mut drawing = Drawing { text: String::new(), offsets: Vec::new(), cut: terminal.ellipsis() };
        let room = room_for_text(&marks, to, terminal);
        for number in from..=to {
            let line = source.line(number);
            let focus =
                marks.iter().find_map(|mark| mark.on(line)).unwrap_or(Span::new(line.start, line.start));
            drawing.line(source, line, focus, room);
        }
        Excerpt {
            spans: marks.iter().map(|mark| drawing.carry(mark.span)).collect(),
            text: drawing.text,
            first_line: from,
            line_count: to + 1 - from,
            lines_left_out,
        }
    }
}

/// Columns that the line numbers, the frame and the brackets of spans over several lines leave to the text.
pub(super) fn room_beside_numbers(last_line: usize, brackets: usize, terminal: Terminal) -> usize {
    let numbers = last_line.to_string().len() + 4;
    let gutter = if brackets == 0 { 0 } else { brackets + 3 };
    terminal.width.saturating_sub(numbers + gutter).max(NARROWEST)
}

fn room_for_text(marks: &[Mark], last_line: usize, terminal: Terminal) -> usize {
    room_beside_numbers(last_line, marks.iter().filter(|mark| mark.first < mark.last).count(), terminal)
}

/// A range, as far as it is shown.
struct Mark {
    span: Span,
    first: usize,
    last: usize,
    lines_left_out: usize,
}

impl Mark {
    fn new(source: &Source, range: Range) -> Self {
        let (first, mut last) = (range.start.line, range.end.line.max(range.start.line));
        // A block scalar ends where the next line begins; nothing of that line belongs to it.
        if last > first && source.line(last).start == range.end.offset {
            last -= 1;
        }
        let shown = last.min(first.saturating_add(MOST_LINES - 1));
        let start = range.start.offset.min(source.line(first).end);
        let end = range.end.offset.min(source.line(shown).end);
        Mark { span: Span::new(start, end), first, last: shown, lines_left_out: last - shown }
    }

    /// The part of the mark on a line; an empty mark is on the line where it stands.
    fn on(&self, line: Span) -> Option<Span> {
        let (start, end) = (self.span.start.max(line.start), self.span.end.min(line.end));
        (start <= end).then_some(Span::new(start, end))
    }
}

struct Drawing {
    text: String,
    /// For the characters that were drawn, and for the end of each line: offset in the source, offset in `text`.
    offsets: Vec<(usize, usize)>,
    cut: &'static str,
}

impl Drawing {
    fn line(&mut self, source: &Source, line: Span, focus: Span, room: usize) {
        let text = source.slice(line);
        let text = if line.start == 0 { text.trim_start_matches('\u{feff}') } else { text };
        let base = line.end - text.len();
        let focus = (focus.start.saturating_sub(base), focus.end.saturating_sub(base));
        let (from, to) = visible(text, focus, room, columns(self.cut));
        if from > 0 {
            self.text.push_str(self.cut);
        }
        let mut column = 0;
        for (at, character) in text.get(from..to).unwrap_or_default().char_indices() {
            self.offsets.push((base + from + at, self.text.len()));
            let columns = columns_of(character, column);
            column += columns;
            if character == '\t' {
                self.text.extend(std::iter::repeat_n(' ', columns));
            } else {
                push_safe(&mut self.text, character);
            }
        }
        if to < text.len() {
            self.offsets.push((base + to, self.text.len()));
            self.text.push_str(self.cut);
        }
        self.offsets.push((line.end, self.text.len()));
        self.text.push('\n');
    }

    fn carry(&self, span: Span) -> Span {
        Span::new(self.carry_offset(span.start), self.carry_offset(span.end))
    }

    /// The first thing drawn at or after an offset of the source: what was cut away lies at the cut.
    fn carry_offset(&self, offset: usize) -> usize {
        let index = self.offsets.partition_point(|(original, _)| *original < offset);
        self.offsets.get(index).or(self.offsets.last()).map_or(0, |(_, drawn)| *drawn)
    }
}

/// The part of a line that fits, with the start of `focus` in it. Costs what it shows, not what the line holds.
fn visible(text: &str, focus: (usize, usize), room: usize, sign: usize) -> (usize, usize) {
    if forward(text, 0, room) == text.len() {
        return (0, text.len());
    }
    let room = room.saturating_sub(2 * sign);
    let to = forward(text, 0, room);
    if focus.1 <= to {
        return (0, to);
    }
    let from = backward(text, focus.0, room / 3);
    let to = forward(text, from, room);
    if to == text.len() { (backward(text, to, room), to) } else { (from, to) }
}

/// How far `columns` reach from an offset. Characters without width are bounded too.
fn forward(text: &str, from: usize, columns: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let mut column = 0;
    for (count, (at, character)) in rest.char_indices().enumerate() {
        column += columns_of(character, column);
        if column > columns || count > 8 * columns {
            return from + at;
        }
    }
    text.len()
}

/// How far `columns` reach back from an offset.
fn backward(text: &str, from: usize, columns: usize) -> usize {
    let before = text.get(..from).unwrap_or_default();
    let mut column = 0;
    for (count, (at, character)) in before.char_indices().rev().enumerate() {
        column += columns_of(character, 0);
        if column > columns || count > 8 * columns {
            return at + character.len_utf8();
        }
    }
    0
}

/// Columns of a text that begins a line.
pub(super) fn columns(text: &str) -> usize {
    text.chars().fold(0, |column, character| column + columns_of(character, column))
}

fn columns_of(character: char, column: usize) -> usize {
    match character {
        '\t' => TAB - column % TAB,
        _ if is_hidden(character) => character.escape_unicode().len(),
        _ => character.width().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMINAL: Terminal = Terminal { color: false, width: 40, unicode: true };

    fn marked(text: &str, value: &str) -> (String, String) {
        let source = Source::new("a.yaml", text);
        let start = text.find(value).unwrap();
        let range = source.range(Span::new(start, start + value.len()));
        let excerpt = Excerpt::new(&source, &[range], TERMINAL);
        let span = excerpt.spans[0];
        (excerpt.text.clone(), excerpt.text.get(span.start..span.end).unwrap().to_owned())
    }

    #[test]
    fn a_line_of_context_stands_on_both_sides() {
        let (text, value) = marked("a: 1\nb: 2\nc: 3\nd: 4\ne: 5\n", "3");
        assert_eq!((text.as_str(), value.as_str()), ("b: 2\nc: 3\nd: 4\n", "3"));
    }

    #[test]
    fn what_is_hidden_is_written_out_and_stays_marked() {
        let (text, value) = marked("\u{feff}a\u{200b}b:\tx\u{202e}y # ##[z\r\n", "x\u{202e}y");
        assert_eq!(text, "a\\u{200b}b: x\\u{202e}y # ##\\u{5b}z\n");
        assert_eq!(value, "x\\u{202e}y");
    }

    #[test]
    fn a_long_line_is_cut_around_the_mark() {
        let long = format!("a: {}, {{x: here}}, {}\n", "b".repeat(3000), "c".repeat(3000));
        let (text, value) = marked(&long, "here");
        assert_eq!(text, "…bbbbb, {x: here}, ccccccccccccccc…\n");
        assert_eq!(value, "here");
        let (text, value) = marked(&format!("a: {} end\n", "日本".repeat(100)), "end");
        assert_eq!((text.as_str(), value.as_str()), ("…日本日本日本日本日本日本日本 end\n", "end"));
        let (_, value) = marked(&long, &"b".repeat(3000));
        assert_eq!(value, format!("{}…", "b".repeat(30)));
    }

    #[test]
    fn many_lines_are_shown_in_part() {
        let text = "a: |\n".to_owned() + &"  line\n".repeat(50) + "b: 1\n";
        let source = Source::new("a.yaml", text.as_str());
        let range = source.range(Span::new(3, text.find("b:").unwrap()));
        let excerpt = Excerpt::new(&source, &[range], TERMINAL);
        assert_eq!((excerpt.first_line, excerpt.line_count, excerpt.lines_left_out), (1, 6, 45));
        assert!(excerpt.text.get(excerpt.spans[0].start..).unwrap().starts_with("|\n  line\n"));
    }

    #[test]
    fn an_empty_mark_at_the_end_has_a_place() {
        for text in ["", "a: 1", "a: 1\n", "a: 1\r\n"] {
            let source = Source::new("a.yaml", text);
            let excerpt = Excerpt::new(&source, &[source.range(Span::new(99, 99))], TERMINAL);
            assert!(excerpt.text.ends_with('\n'));
            assert_eq!(
                excerpt.spans,
                [Span::new(excerpt.text.len() - 1, excerpt.text.len() - 1)],
                "{text:?}"
            );
        }
    }
}
