//! Columns, indentation, and where the lines of a value end.

use crate::source::{line_end, line_start};
use crate::yaml::{Node, Style, Value};

/// How many characters stand before an offset on its line.
pub(super) fn column(text: &str, at: usize) -> usize {
    let before = text.get(line_start(text, at)..at).unwrap_or_default();
    before.trim_start_matches('\u{FEFF}').chars().count()
}

/// What stands last in a node.
pub(super) fn last_of(node: Node<'_>) -> Node<'_> {
    let inner = node.entries().last().map(|entry| entry.value).or_else(|| node.items().last());
    match inner {
        Some(inner) if node.style() == Style::Block => last_of(inner),
        _ => node,
    }
}

/// True for a block scalar with a `+`.
pub(super) fn keeps_blank_lines(node: Node<'_>) -> bool {
    matches!(node.style(), Style::Literal | Style::Folded)
        && node.raw().lines().next().is_some_and(|header| header.contains('+'))
}

/// How the first map and the first list below a key are indented.
pub(super) fn look_at_indents(text: &str, map: Node<'_>, found: &mut (Option<usize>, Option<usize>)) {
    if map.style() != Style::Block || (found.0.is_some() && found.1.is_some()) {
        return;
    }
    let own = column(text, map.span().start);
    for entry in map.entries().filter(|entry| entry.value.style() == Style::Block) {
        let deeper = column(text, entry.value.span().start).saturating_sub(own);
        match entry.value.value() {
            Value::Map => {
                found.0.get_or_insert(deeper);
            }
            Value::Sequence => {
                found.1.get_or_insert(deeper);
            }
            _ => {}
        }
        look_at_indents(text, entry.value, found);
        entry.value.items().for_each(|item| look_at_indents(text, item, found));
    }
}

/// The end of the last of the comments and blanks below the line of an offset that stand further right than a
/// column: below a block scalar they would be its text, and below one that `keeps` blank lines these too. The end of
/// that line itself where there are none.
pub(super) fn stray_below(text: &str, at: usize, column: usize, keeps: bool) -> usize {
    let mut end = line_end(text, at);
    let mut line = end;
    loop {
        let rest = text.get(line..).unwrap_or_default();
        let Some(rest) = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\n', '\r'])) else {
            return end;
        };
        let start = text.len() - rest.len();
        line = line_end(text, start);
        let found = text.get(start..line).unwrap_or_default();
        let content = found.trim_start_matches([' ', '\t']);
        let is_right = found.len() - content.len() > column;
        match content.chars().next() {
            None | Some('#') if is_right => end = line,
            None if keeps => end = line,
            None => {}
            Some(_) => return end,
        }
    }
}

/// The end of the last line of a node, where something can follow it. Blank lines that belong to a block scalar are
/// its own.
pub(super) fn after(text: &str, node: Node<'_>) -> usize {
    let last = last_of(node);
    let end = line_end(text, node.span().end);
    if !matches!(last.style(), Style::Literal | Style::Folded) {
        return end;
    }
    let keeps = keeps_blank_lines(last);
    let (mut at, mut line) = (end, end);
    loop {
        let rest = text.get(line..).unwrap_or_default();
        let Some(rest) = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')) else { return at };
        let start = text.len() - rest.len();
        line = line_end(text, start);
        let blanks = text.get(start..line).unwrap_or_default();
        // The break at the end of the text ends a line; it begins none.
        if line == text.len() || !blanks.trim_matches([' ', '\t']).is_empty() {
            return at;
        }
        // Blanks further right than the text are text.
        if keeps || !blanks.is_empty() {
            at = line;
        }
    }
}

/// The blanks at the start of the line of an offset.
pub(super) fn line_indent(text: &str, at: usize) -> &str {
    let line = text.get(line_start(text, at)..).unwrap_or_default();
    let line = line.strip_prefix('\u{FEFF}').unwrap_or(line);
    line.get(..line.len() - line.trim_start_matches(' ').len()).unwrap_or_default()
}
