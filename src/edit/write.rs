//! Values as YAML text, the way people write it: plain where that reads back as the same, prose folded, no line too
//! long.
//!
//! Whether a way of writing is right is not reasoned out: it is read back, in the surroundings in which it will stand.

use std::sync::Arc;

use super::Data;
use crate::schema::Kind;
use crate::schema::field_order;
use crate::source::Source;
use crate::yaml::{self, Style, child_pointer, is_plain, quote};

/// Longest line that is written where the text can be broken, in characters.
const WIDTH: usize = 100;

/// How a file indents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Indents {
    /// A map below its key.
    pub(super) map: usize,
    /// The dashes of a list below its key.
    pub(super) dash: usize,
}

/// Where a value is going to stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot<'a> {
    /// The kind of the record: it orders the fields of maps that are written anew.
    pub(super) kind: Kind,
    /// JSON pointer of the value.
    pub(super) field: &'a str,
    /// Column of the key, or of the dash.
    pub(super) column: usize,
    /// Columns that the key takes, with its colon.
    pub(super) taken: usize,
    /// How the file indents.
    pub(super) indents: Indents,
    /// How the value was written that stood there before.
    pub(super) style: Option<Style>,
    /// True where the rest of the line is free, so that a text of several lines may begin there.
    pub(super) line_is_free: bool,
    /// True where nothing below would become a part of such a text.
    pub(super) below_is_free: bool,
}

impl Spot<'_> {
    fn takes_lines(&self) -> bool {
        self.line_is_free && self.below_is_free
    }
}

/// A value after its key and colon, or its dash, outside of all brackets: with the blank or the line break before it.
pub(super) fn block(data: &Data, spot: Spot<'_>) -> String {
    let fits = |written: &str| spot.column + spot.taken + 1 + written.chars().count() <= WIDTH;
    let in_brackets = flow_in_order(data, spot);
    match data {
        _ if data.is_collection() && spot.style == Some(Style::Flow) && fits(&in_brackets) => {
            format!(" {in_brackets}")
        }
        Data::List(items)
            if !items.is_empty()
                && (spot.style == Some(Style::Block) || !is_short(items) || !fits(&in_brackets)) =>
        {
            let column = spot.column + spot.indents.dash;
            items.iter().enumerate().map(|(index, item)| line_of_list(item, index, column, spot)).collect()
        }
        Data::Map(entries) if !entries.is_empty() => {
            let column = spot.column + spot.indents.map;
            let lines = ordered(entries, spot).into_iter();
            lines.map(|(key, value)| format!("\n{}", entry(key, value, column, spot))).collect()
        }
        Data::List(_) | Data::Map(_) => format!(" {}", flow(data)),
        scalar => format!(" {}", self::scalar(scalar, spot)),
    }
}

fn line_of_list(item: &Data, index: usize, column: usize, spot: Spot<'_>) -> String {
    let field = child_pointer(spot.field, &index.to_string());
    let inner = Spot { field: &field, ..spot };
    format!("\n{:column$}-{}", "", self::item(item, column, inner))
}

/// An entry of a list after its dash, which stands in `column`: with the blank before it.
pub(super) fn item(data: &Data, column: usize, spot: Spot<'_>) -> String {
    let spot = Spot { column, taken: 1, style: None, line_is_free: true, ..spot };
    match data {
        Data::Map(entries) if !entries.is_empty() => {
            let inner = column + 2;
            let lines: Vec<String> = ordered(entries, spot)
                .into_iter()
                .map(|(key, value)| entry(key, value, inner, spot).trim_start_matches(' ').to_owned())
                .collect();
            format!(" {}", lines.join(&format!("\n{:inner$}", "")))
        }
        Data::Map(_) | Data::List(_) => format!(" {}", flow(data)),
        scalar => format!(" {}", self::scalar(scalar, spot)),
    }
}

/// `key: value` with its indentation; `spot` is that of the map.
fn entry(key: &str, value: &Data, column: usize, spot: Spot<'_>) -> String {
    let field = child_pointer(spot.field, key);
    let key = self::key(key);
    let taken = key.chars().count() + 1;
    let inner = Spot { field: &field, column, taken, style: None, line_is_free: true, ..spot };
    format!("{:column$}{key}:{}", "", block(value, inner))
}

/// Known fields in the order of the schema, others behind them as they come.
fn ordered<'d>(entries: &'d [(String, Data)], spot: Spot<'_>) -> Vec<(&'d str, &'d Data)> {
    let order = field_order(spot.kind, spot.field);
    let mut entries: Vec<(&str, &Data)> = entries.iter().map(|(key, value)| (&**key, value)).collect();
    entries.sort_by_key(|(key, _)| order.iter().position(|known| known == key).unwrap_or(order.len()));
    entries
}

/// Ids and numbers stand in one line; prose and maps each in their own.
fn is_short(items: &[Data]) -> bool {
    items.iter().all(|item| match item {
        Data::Text(text) => !text.contains(char::is_whitespace),
        other => !other.is_collection(),
    })
}

/// A value within brackets, or on the line of its key: it never breaks the line.
pub(super) fn flow(data: &Data) -> String {
    match data {
        Data::List(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Data::Map(entries) if entries.is_empty() => "{}".to_owned(),
        Data::Map(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{}: {}", self::key(key), flow(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        Data::Text(text) if is_plain_in_brackets(text) => text.clone(),
        Data::Text(text) => quote(text),
        other => number(other),
    }
}

/// A map in brackets in the order of the schema.
pub(super) fn flow_in_order(data: &Data, spot: Spot<'_>) -> String {
    match data {
        Data::Map(entries) => {
            let entries = ordered(entries, spot).into_iter();
            flow(&Data::Map(entries.map(|(key, value)| (key.to_owned(), value.clone())).collect()))
        }
        other => flow(other),
    }
}

/// A key.
pub(super) fn key(text: &str) -> String {
    let in_front = |written: &str| {
        reads(format!("{written}: 1\n"), |root| root.entries().next().is_some_and(|entry| entry.key == text))
            && reads(format!("{{ {written}: 1 }}\n"), |root| {
                root.entries().next().is_some_and(|entry| entry.key == text)
            })
    };
    if is_plain(text) && in_front(text) { text.to_owned() } else { quote(text) }
}

/// A scalar outside of brackets. It keeps the style of the one before it where it can.
pub(super) fn scalar(data: &Data, spot: Spot<'_>) -> String {
    let Data::Text(text) = data else { return number(data) };
    let fits = |written: &str| spot.column + spot.taken + 1 + written.chars().count() <= WIDTH;
    let plain = || Some(text.clone()).filter(|text| is_plain(text) && holds(text, text));
    let single = || {
        let written = format!("'{}'", text.replace('\'', "''"));
        Some(written).filter(|written| !text.contains(['\n', '\r']) && holds(written, text))
    };
    let folded = || folded(text, spot);
    let literal = || literal(text, spot);
    let double = quote(text);
    let by_style = match spot.style {
        Some(Style::SingleQuoted) => single().filter(|written| fits(written)),
        Some(Style::DoubleQuoted) => {
            Some(double.clone()).filter(|written| fits(written) && !text.contains('\n'))
        }
        Some(Style::Folded) => folded(),
        Some(Style::Literal) => literal(),
        _ => None,
    };
    // What has no blank cannot be broken, however long it is.
    let is_solid = !text.contains([' ', '\n']);
    by_style
        .or_else(|| plain().filter(|written| is_solid || fits(written)))
        .or_else(|| {
            Some(double.clone()).filter(|written| is_solid || (fits(written) && !text.contains('\n')))
        })
        .or_else(folded)
        .or_else(literal)
        .or_else(plain)
        .unwrap_or(double)
}

/// Prose over several lines that are one.
fn folded(text: &str, spot: Spot<'_>) -> Option<String> {
    if !spot.takes_lines() || text.contains(['\n', '\r', '\t']) || text.trim() != text || text.contains("  ")
    {
        return None;
    }
    let column = spot.column + 2;
    let room = WIDTH.saturating_sub(column).max(40);
    let mut written = String::from(">-");
    let mut used = room;
    for word in text.split(' ') {
        let length = word.chars().count();
        if used + 1 + length > room {
            written.push_str(&format!("\n{:column$}", ""));
            used = length;
        } else {
            written.push(' ');
            used += 1 + length;
        }
        written.push_str(word);
    }
    Some(written).filter(|written| holds(written, text))
}

/// Lines as they are.
fn literal(text: &str, spot: Spot<'_>) -> Option<String> {
    if !spot.takes_lines() || !text.contains('\n') || text.contains('\r') {
        return None;
    }
    let column = spot.column + 2;
    let (header, lines) = match text.strip_suffix('\n') {
        Some(lines) => ("|", lines),
        None => ("|-", text),
    };
    let mut written = header.to_owned();
    for line in lines.split('\n') {
        written.push('\n');
        if !line.is_empty() {
            written.push_str(&format!("{:column$}{line}", ""));
        }
    }
    Some(written).filter(|written| holds(written, text))
}

/// What is neither text nor collection.
fn number(data: &Data) -> String {
    match data {
        Data::Bool(value) => value.to_string(),
        Data::Int(value) => value.to_string(),
        Data::UInt(value) => value.to_string(),
        // With a fraction or an exponent, so that it stays what it is.
        Data::Float(value) => format!("{value:?}"),
        _ => "null".to_owned(),
    }
}

/// True for a text that needs no quotes between brackets.
fn is_plain_in_brackets(text: &str) -> bool {
    is_plain(text)
        && reads(format!("k: [{text}, {{ k: {text} }}, 1]\n"), |root| {
            let list = root.child("k");
            let items: Vec<_> = list.into_iter().flat_map(yaml::Node::items).collect();
            matches!(items.as_slice(), [one, two, _]
                if one.as_str() == Some(text) && two.child("k").and_then(yaml::Node::as_str) == Some(text))
        })
}

/// True where something written after a key reads back as a text.
fn holds(written: &str, text: &str) -> bool {
    reads(format!("k: {written}\nz: 1\n"), |root| {
        root.entries().len() == 2 && root.child("k").and_then(yaml::Node::as_str) == Some(text)
    })
}

fn reads(written: String, right: impl Fn(yaml::Node<'_>) -> bool) -> bool {
    let parsed = yaml::parse(Arc::new(Source::new("", written)));
    parsed.problems.is_empty()
        && parsed.document.comments().is_empty()
        && parsed.document.root().is_some_and(right)
}
