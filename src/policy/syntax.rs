//! The text of a policy file to its tree, or to everything that is wrong with its TOML.
//!
//! The toml crate keeps a file's nesting within bounds, but not that of its keys: dotted keys inside nested inline
//! tables make of eleven kilobytes a tree so deep that dropping it overflows the stack. So long keys are refused
//! before the parser sees them.

use std::collections::BTreeMap;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};
use toml_parser::lexer::TokenKind;

use super::problem::{Problem, Problems};
use super::tree::{Data, Entry, Node, Origin};
use crate::source::{Source, Span};
use crate::time::Date;

/// Largest policy file that is read, in bytes.
pub const MAX_BYTES: usize = 1024 * 1024;

/// Most dots in one key; no policy has more than two.
const MAX_DOTS: usize = 6;

/// Deepest nesting; no policy needs more than five.
const MAX_DEPTH: usize = 16;

/// Reads a policy file; absent where it is not TOML, of which all problems are told.
pub(super) fn parse(source: &Arc<Source>, origin: Origin, problems: &Problems) -> Option<Node> {
    if let Some(refusal) = refuse(source) {
        problems.push(refusal);
        return None;
    }
    let (table, errors) = DeTable::parse_recoverable(source.text());
    let mut too_deep = None;
    let entries = convert_table(table.into_inner(), origin, 1, &mut too_deep);
    let root = Node { data: Data::Table(entries), span: Span::default(), origin };
    if let Some(span) = too_deep {
        problems.push(
            Problem::new(source, span, "", format!("nested deeper than {MAX_DEPTH} levels"))
                .help("no policy needs that many: see the built-in files"),
        );
    }
    let tables = if errors.is_empty() { Vec::new() } else { tables_of(&root) };
    for error in &errors {
        if problems.is_full() {
            break;
        }
        let span = error.span().map(|range| Span::new(range.start, range.end)).unwrap_or_default();
        problems.push(describe(source, span, error.message(), &tables));
    }
    (errors.is_empty() && too_deep.is_none()).then_some(root)
}

/// What must not reach the parser.
fn refuse(source: &Arc<Source>) -> Option<Problem> {
    if source.text().len() > MAX_BYTES {
        return Some(
            Problem::file(source, format!("the file has more than {MAX_BYTES} bytes"))
                .help("a policy is prose for people: split or shorten it"),
        );
    }
    if let Some(at) = source.invalid_utf8() {
        let text = source.text();
        let end = text.get(at..).and_then(|rest| rest.chars().next()).map_or(at, |char| at + char.len_utf8());
        let message = format!("not UTF-8: the byte at offset {at} belongs to no character");
        return Some(Problem::new(source, Span::new(at, end), "", message).help("save the file as UTF-8"));
    }
    let mut dots = 0;
    for token in toml_parser::Source::new(source.text()).lex() {
        dots = match token.kind() {
            TokenKind::Dot => dots + 1,
            TokenKind::Atom
            | TokenKind::Whitespace
            | TokenKind::BasicString
            | TokenKind::LiteralString
            | TokenKind::MlBasicString
            | TokenKind::MlLiteralString => dots,
            _ => 0,
        };
        if dots > MAX_DOTS {
            let span = Span::new(token.span().start(), token.span().end());
            return Some(Problem::new(source, span, "", format!("a key has more than {MAX_DOTS} dots")));
        }
    }
    None
}

/// An error of the parser in our words; of a key that is set twice, with its first place.
fn describe(source: &Arc<Source>, span: Span, message: &str, tables: &[Table<'_>]) -> Problem {
    if message != "duplicate key" {
        let help = "a line is `key = value`: texts stand in \"straight quotes\", dates are 2026-12-31, lists stand in [ ]";
        return Problem::new(source, span, "", format!("not valid TOML: {message}")).help(help);
    }
    let key = source.slice(span);
    let problem =
        Problem::new(source, span, key, format!("`{key}` is set twice")).help("remove one of the two");
    // A table of a dotted key has no place of its own in the file, so nothing is said about its first key.
    let dotted = source.text().get(..span.start).is_some_and(|before| before.trim_end().ends_with('.'));
    let name = key.trim_matches(['"', '\'']);
    match enclosing_table(source, tables, span.start).and_then(|entries| entries.get(name)) {
        Some(first) if !dotted && first.key_span.start < span.start => {
            problem.related(source, first.key_span, "first set here")
        }
        _ => problem,
    }
}

/// A table with its place.
type Table<'a> = (Span, &'a BTreeMap<String, Entry>);

fn tables_of(root: &Node) -> Vec<Table<'_>> {
    let mut tables = Vec::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        match &node.data {
            Data::List(items) => open.extend(items),
            Data::Table(entries) => {
                open.extend(entries.values().map(|entry| &entry.node));
                tables.push((node.span, entries));
            }
            _ => {}
        }
    }
    tables
}

/// The innermost inline table around an offset, or else the table whose header stands last before it.
fn enclosing_table<'a>(
    source: &Source,
    tables: &[Table<'a>],
    offset: usize,
) -> Option<&'a BTreeMap<String, Entry>> {
    let around = |span: Span| match source.slice(span).as_bytes().first() {
        Some(b'{') => (span.start..span.end).contains(&offset),
        Some(b'[') => span.start < offset,
        // The whole file has an empty span; any other is that of a table without a place of its own.
        first => first.is_none(),
    };
    let enclosing = tables.iter().filter(|(span, _)| around(*span));
    enclosing.max_by_key(|(span, _)| span.start).map(|(_, entries)| *entries)
}

fn convert_table(
    table: DeTable<'_>,
    origin: Origin,
    depth: usize,
    too_deep: &mut Option<Span>,
) -> BTreeMap<String, Entry> {
    let convert = |(key, value): (toml::Spanned<toml::de::DeString<'_>>, toml::Spanned<DeValue<'_>>)| {
        let key_span = Span::new(key.span().start, key.span().end);
        let node = convert_value(value, origin, depth, too_deep);
        (key.into_inner().into_owned(), Entry { key_span, node })
    };
    table.into_iter().map(convert).collect()
}

fn convert_value(
    value: toml::Spanned<DeValue<'_>>,
    origin: Origin,
    depth: usize,
    too_deep: &mut Option<Span>,
) -> Node {
    let span = Span::new(value.span().start, value.span().end);
    let value = value.into_inner();
    let data = match value {
        DeValue::Table(_) | DeValue::Array(_) if depth >= MAX_DEPTH => {
            too_deep.get_or_insert(span);
            Data::List(Vec::new())
        }
        DeValue::Table(table) => Data::Table(convert_table(table, origin, depth + 1, too_deep)),
        DeValue::Array(items) => Data::List(
            items.into_iter().map(|item| convert_value(item, origin, depth + 1, too_deep)).collect(),
        ),
        DeValue::String(text) => Data::Text(text.into_owned()),
        DeValue::Integer(number) => {
            let out_of_range = if number.as_str().starts_with('-') { i64::MIN } else { i64::MAX };
            Data::Integer(i64::from_str_radix(number.as_str(), number.radix()).unwrap_or(out_of_range))
        }
        DeValue::Float(_) => Data::Float,
        DeValue::Boolean(value) => Data::Bool(value),
        DeValue::Datetime(moment) => Data::Moment {
            date: moment.date.and_then(|date| {
                Date::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
            }),
            time: moment.time.is_some(),
        },
    };
    Node { data, span, origin }
}
