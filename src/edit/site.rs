//! Where in the text a field is changed, and how.

use super::lines::{after, column, keeps_blank_lines, last_of, line_indent, look_at_indents, stray_below};
use super::write::{self, Indents, Spot};
use super::{Data, nested};
use crate::schema::{Kind, field_order};
use crate::source::{Span, line_end, line_start};
use crate::yaml::{Document, Entry, Node, Style, Value, child_pointer, unescape_token};

type Edits = Vec<(Span, String)>;

/// A document that is being edited.
pub(super) struct Site<'a> {
    kind: Kind,
    document: &'a Document,
    text: &'a str,
    indents: Indents,
}

impl<'a> Site<'a> {
    pub(super) fn new(kind: Kind, document: &'a Document, root: Node<'a>) -> Self {
        let text = document.source().text();
        let mut indents = (None, None);
        look_at_indents(text, root, &mut indents);
        let indents = Indents { map: indents.0.unwrap_or(2), dash: indents.1.unwrap_or(2) };
        Site { kind, document, text, indents }
    }

    /// The edits that give a field a value.
    pub(super) fn set(&self, field: &str, tokens: &[String], value: &Data) -> Result<Edits, String> {
        if let Some(node) = self.document.get(field) {
            return Ok(if value.is(node) { Vec::new() } else { self.replace(field, node, value) });
        }
        // The nearest map on the way to it.
        let mut map = field;
        let mut missing = 0;
        let node = loop {
            let Some((parent, _)) = map.rsplit_once('/') else { return Err("it is no field".to_owned()) };
            map = parent;
            missing += 1;
            if let Some(node) = self.document.get(map) {
                break node;
            }
        };
        let (_, absent) = tokens.split_at(tokens.len().saturating_sub(missing));
        let Some((key, rest)) = absent.split_first() else { return Err("it is no field".to_owned()) };
        let value = nested(rest, value.clone());
        match node.value() {
            Value::Map => Ok(self.insert(map, node, key, &value)),
            Value::Null => Ok(self.replace(map, node, &Data::Map(vec![(key.clone(), value)]))),
            Value::Sequence => Err(match node.items().len() {
                1 => "the list has 1 entry, which is number 0".to_owned(),
                entries => format!("the list has {entries} entries, and the first one is number 0"),
            }),
            other => Err(format!("`{}` is {}", crate::schema::field_name(map), other.noun())),
        }
    }

    /// The edits that add an entry to a list.
    pub(super) fn append(&self, field: &str, tokens: &[String], value: &Data) -> Result<Edits, String> {
        let Some(node) = self.document.get(field) else {
            return self.set(field, tokens, &Data::List(vec![value.clone()]));
        };
        let last = match node.value() {
            Value::Null => None,
            Value::Sequence => node.items().last(),
            other => return Err(format!("it is {}, and entries are added to a list", other.noun())),
        };
        let Some(last) = last else {
            return Ok(self.replace(field, node, &Data::List(vec![value.clone()])));
        };
        let pointer = child_pointer(field, &node.items().len().to_string());
        let column = column(self.text, node.span().start);
        let spot = self.spot(&pointer, column, 1, after(self.text, last));
        if node.style() == Style::Flow {
            let at = last.span().end;
            return Ok(vec![(Span::new(at, at), format!(", {}", write::flow_in_order(value, spot)))]);
        }
        // As the entry above it is written.
        let item = match (last.value(), last.style()) {
            (Value::Map, Style::Flow) => format!(" {}", write::flow_in_order(value, spot)),
            _ => write::item(value, column, spot),
        };
        let at = after(self.text, last);
        Ok(vec![(Span::new(at, at), format!("\n{:column$}-{item}", ""))])
    }

    /// The edits that take a field away.
    pub(super) fn remove(&self, field: &str) -> Result<Edits, String> {
        let Some(node) = self.document.get(field) else { return Ok(Vec::new()) };
        let Some((map_field, token)) = field.rsplit_once('/') else {
            return Err("it is no field".to_owned());
        };
        let Some(map) = self.document.get(map_field).filter(|map| map.value() == Value::Map) else {
            return Err("one entry of a list is not taken out alone; set the whole list".to_owned());
        };
        let key = unescape_token(token);
        let mut entries: Vec<Entry<'_>> = Vec::new();
        let mut next = None;
        for entry in map.entries() {
            if entries.last().is_some_and(|last| last.key == key) {
                next = Some(entry);
                break;
            }
            entries.push(entry);
        }
        let Some(entry) = entries.pop() else { return Ok(Vec::new()) };
        let previous = entries.last();
        if previous.is_none() && next.is_none() {
            return match map_field {
                "" => Err("a record has at least one field".to_owned()),
                _ => Ok(self.replace(map_field, map, &Data::Map(Vec::new()))),
            };
        }
        let key_start = entry.key_span.start;
        if map.style() == Style::Flow {
            let span = match (previous, next) {
                (Some(previous), _) => {
                    Span::new(previous.value.span().end.max(previous.key_span.end), node.span().end)
                }
                (None, Some(next)) => Span::new(key_start, next.key_span.start),
                (None, None) => return Ok(Vec::new()),
            };
            let pad = line_indent(self.text, key_start);
            let kept: String = self.comments(span).iter().map(|kept| format!(" {kept}\n{pad}  ")).collect();
            return Ok(vec![(span, kept)]);
        }
        let column = column(self.text, map.span().start);
        let start = line_start(self.text, key_start);
        let begins_line = self.text.get(start..key_start).is_some_and(|before| before.trim().is_empty());
        match next {
            Some(next) if start == 0 || !begins_line || previous.is_none() => {
                let span = Span::new(key_start, next.key_span.start);
                let kept: String =
                    self.comments(span).iter().map(|kept| format!("{kept}\n{:column$}", "")).collect();
                Ok(vec![(span, kept)])
            }
            _ => {
                let keeps = previous.is_some_and(|previous| keeps_blank_lines(last_of(previous.value)));
                let before = self.text.get(..start).unwrap_or_default();
                let before = before.strip_suffix('\n').unwrap_or(before);
                let before = before.strip_suffix('\r').unwrap_or(before);
                // What stands below it may not fall to a block scalar above it.
                let span =
                    Span::new(before.len(), stray_below(self.text, after(self.text, node), column, keeps));
                let kept: String =
                    self.comments(span).iter().map(|kept| format!("\n{:column$}{kept}", "")).collect();
                Ok(vec![(span, kept)])
            }
        }
    }

    /// Writes another value in the place of one.
    fn replace(&self, field: &str, node: Node<'a>, value: &Data) -> Edits {
        let span = node.span();
        let (parent, token) = field.rsplit_once('/').unwrap_or_default();
        let in_brackets = self.in_brackets(parent);
        let line = self.text.get(span.end..line_end(self.text, span.end)).unwrap_or_default();
        let key = self.document.key_span(field);
        let start = key.map_or(span.start, |key| key.start);
        let column = match self.document.get(parent) {
            Some(map) if key.is_some() => column(self.text, map.span().start),
            _ => column(self.text, span.start),
        };
        // Neither a number nor `[]` says how a text or a list would be written.
        let says = node.as_str().is_some() || node.entries().len() + node.items().len() > 0;
        let spot = Spot {
            style: Some(node.style()).filter(|_| says),
            line_is_free: line.trim().is_empty(),
            ..self.spot(field, column, unescape_token(token).chars().count() + 1, span.end)
        };
        let lacks_colon = key.is_some_and(|key| key.end == span.start);
        let written = match key {
            _ if in_brackets => format!(" {}", write::flow_in_order(value, spot)),
            None => format!(" {}", self.as_item(value, spot)),
            Some(_) => write::block(value, spot),
        };
        // A block list may stand in the column of its key, where no scalar may: then it goes with the gap before it.
        let whole = written.starts_with('\n')
            || (node.style() == Style::Block && !in_brackets)
            // The comments in it will stand above the key, so those in the gap before it too.
            || !self.comments(span).is_empty();
        let from = match key {
            Some(key) if whole => key.end,
            _ => span.start,
        };
        // Behind several lines, a comment would belong to the last of them, and blanks could become part of it.
        let several = !in_brackets && written.contains('\n');
        let end = if several { line_end(self.text, span.end) } else { span.end };
        let text = match key {
            Some(_) if whole => format!(":{written}"),
            Some(_) if lacks_colon => format!(":{written}"),
            _ if span.is_empty() => written,
            _ => written.strip_prefix(' ').map(str::to_owned).unwrap_or(written),
        };
        let replaced = Span::new(from, end);
        if in_brackets {
            // Within brackets a comment may stand anywhere.
            let pad = line_indent(self.text, start);
            let kept = self.comments(replaced);
            let kept: String = kept.iter().map(|kept| format!(" {kept}\n{pad}  ")).collect();
            return vec![(replaced, text + &kept)];
        }
        let mut edits = self.above(start, replaced);
        edits.push((replaced, text));
        edits
    }

    /// An entry of a list, on the line of its dash.
    fn as_item(&self, value: &Data, spot: Spot<'_>) -> String {
        if value.is_collection() {
            return write::flow_in_order(value, spot);
        }
        // What is below the dash must be further right than it, wherever the dash is.
        write::scalar(value, spot)
    }

    /// Puts the comments that stand in a span on lines of their own above the line of an offset.
    fn above(&self, at: usize, span: Span) -> Edits {
        let comments = self.comments(span);
        if comments.is_empty() {
            return Vec::new();
        }
        let start = line_start(self.text, at);
        let signature = self.text.get(start..).is_some_and(|line| line.starts_with('\u{FEFF}'));
        let start = if signature { start + '\u{FEFF}'.len_utf8() } else { start };
        let pad = line_indent(self.text, at);
        let lines: String = comments.iter().map(|comment| format!("{pad}{comment}\n")).collect();
        vec![(Span::new(start, start), lines)]
    }

    /// Puts a new field into a map, behind the nearest of those that come before it.
    fn insert(&self, map_field: &str, map: Node<'a>, key: &str, value: &Data) -> Edits {
        let field = child_pointer(map_field, key);
        let order = field_order(self.kind, map_field);
        let rank = |key: &str| order.iter().position(|known| *known == key);
        let before = |entry: &Entry<'_>| match (rank(entry.key), rank(key)) {
            (Some(other), Some(own)) => other < own,
            // What the schema does not know comes last, as it comes.
            (_, None) => true,
            (None, Some(_)) => false,
        };
        let previous = match rank(key) {
            None => map.entries().last(),
            Some(_) => map.entries().filter(before).max_by_key(|entry| rank(entry.key)),
        };
        let written_key = write::key(key);
        let column = column(self.text, map.span().start);
        let first = map.entries().next();
        let at = match previous {
            Some(previous) => {
                after(self.text, previous.value).max(line_end(self.text, previous.key_span.end))
            }
            None => first.map_or(map.span().start, |first| first.key_span.start),
        };
        let mut spot = self.spot(&field, column, written_key.chars().count() + 1, at);
        if map.style() == Style::Flow {
            // The one pair in `[key: value]` has no braces for a second.
            if !map.raw().starts_with('{')
                && let Data::Map(mut entries) = Data::of(map)
            {
                entries.push((key.to_owned(), value.clone()));
                return self.replace(map_field, map, &Data::Map(entries));
            }
            let entry = format!("{written_key}: {}", write::flow_in_order(value, spot));
            return match (previous, first) {
                (Some(previous), _) => {
                    let at = previous.value.span().end.max(previous.key_span.end);
                    vec![(Span::new(at, at), format!(", {entry}"))]
                }
                (None, Some(first)) => {
                    let at = first.key_span.start;
                    vec![(Span::new(at, at), format!("{entry}, "))]
                }
                // `{}` becomes a map of lines where it can.
                (None, None) => {
                    self.replace(map_field, map, &Data::Map(vec![(key.to_owned(), value.clone())]))
                }
            };
        }
        // In front of the first field stands no comment that could become text.
        spot.below_is_free |= previous.is_none();
        let entry = format!("{written_key}:{}", write::block(value, spot));
        let text = match previous {
            Some(_) => format!("\n{:column$}{entry}", ""),
            None => format!("{entry}\n{:column$}", ""),
        };
        vec![(Span::new(at, at), text)]
    }

    /// The spot of a value that will end on the line of `end`.
    fn spot<'s>(&self, field: &'s str, column: usize, taken: usize, end: usize) -> Spot<'s> {
        Spot {
            kind: self.kind,
            field,
            column,
            taken,
            indents: self.indents,
            style: None,
            line_is_free: true,
            below_is_free: stray_below(self.text, end, column, false) == line_end(self.text, end),
        }
    }

    /// True where a map or a list, or one around it, is in brackets.
    fn in_brackets(&self, field: &str) -> bool {
        let ends = field.match_indices('/').map(|(at, _)| at).chain([field.len()]);
        ends.filter_map(|end| self.document.get(field.get(..end)?)).any(|node| node.style() == Style::Flow)
    }

    /// The comments that begin in a span.
    fn comments(&self, span: Span) -> Vec<&'a str> {
        let within = |at: usize| span.start <= at && at < span.end;
        let comments = self.document.comments().iter().filter(|comment| within(comment.span.start));
        comments.map(|comment| self.document.source().slice(comment.span)).collect()
    }
}
