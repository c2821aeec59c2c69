//! A policy file as a small tree with a span on every key and value, and one tree laid over another.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::source::{Source, Span};
use crate::time::Date;

/// Whether a value is the built-in one or the repository's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// Compiled in.
    BuiltIn,
    /// Written in the repository.
    Repository,
}

/// A value with its place.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) data: Data,
    /// Of a table written with a header, the header.
    pub(super) span: Span,
    pub(super) origin: Origin,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(super) enum Data {
    Text(String),
    /// One that does not fit is the largest or smallest that does: no limit of a policy comes near it.
    Integer(i64),
    /// Read from the source where it is needed, so that its digits stay exact.
    Float,
    Bool(bool),
    /// A date, a time of day, or both.
    Moment {
        date: Option<Date>,
        time: bool,
    },
    List(Vec<Node>),
    Table(BTreeMap<String, Entry>),
}

/// One entry of a table.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key_span: Span,
    pub(super) node: Node,
}

impl Data {
    /// The words for it in messages.
    pub(super) fn noun(&self) -> &'static str {
        match self {
            Data::Text(_) => "a string",
            Data::Integer(_) => "a whole number",
            Data::Float => "a decimal number",
            Data::Bool(_) => "a truth value",
            Data::Moment { time: false, .. } => "a date",
            Data::Moment { date: None, .. } => "a time of day",
            Data::Moment { .. } => "a date with a time",
            Data::List(_) => "a list",
            Data::Table(_) => "a table",
        }
    }
}

impl Node {
    /// The node under a dotted key. Keys may hold dots themselves, and may stand in quotation marks.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        let ends = key.match_indices('.').map(|(at, _)| at).chain([key.len()]);
        for end in ends {
            let (first, rest) = (key.get(..end)?, key.get(end + 1..));
            let child = match &self.data {
                Data::Table(entries) => entries.get(first.trim_matches('"')).map(|entry| &entry.node),
                Data::List(items) => first.parse::<usize>().ok().and_then(|index| items.get(index)),
                _ => None,
            };
            let found = match (child, rest) {
                (Some(child), Some(rest)) => child.get(rest),
                (child, _) => child,
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// The node as plain data; dates are strings, as in records.
    pub(super) fn as_json<'s>(&self, source: &impl Fn(Origin) -> &'s Arc<Source>) -> Json {
        match &self.data {
            Data::Text(text) => Json::from(text.as_str()),
            Data::Integer(number) => Json::from(*number),
            Data::Float => source(self.origin)
                .slice(self.span)
                .replace('_', "")
                .parse::<f64>()
                .map_or(Json::Null, Json::from),
            Data::Bool(value) => Json::from(*value),
            Data::Moment { .. } => Json::from(source(self.origin).slice(self.span)),
            Data::List(items) => items.iter().map(|item| item.as_json(source)).collect(),
            Data::Table(entries) => {
                entries.iter().map(|(key, entry)| (key.clone(), entry.node.as_json(source))).collect()
            }
        }
    }

    /// Lays this tree over another: tables merge, anything else takes the other's place.
    pub(super) fn over(self, below: Node) -> Node {
        match (self.data, below.data) {
            (Data::Table(own), Data::Table(mut merged)) => {
                for (key, entry) in own {
                    let node = match merged.remove(&key) {
                        Some(below) => entry.node.over(below.node),
                        None => entry.node,
                    };
                    merged.insert(key, Entry { node, ..entry });
                }
                Node { data: Data::Table(merged), span: self.span, origin: self.origin }
            }
            (data, _) => Node { data, span: self.span, origin: self.origin },
        }
    }
}
