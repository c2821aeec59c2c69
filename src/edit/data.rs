//! A value as plain data: what a field should be, whatever way it will be written.

use std::fmt;

use super::write;
use crate::yaml::{Node, Value};

/// A value that a field is given. A map keeps the order of its entries, which is the order in which they are written;
/// to compare, it has none.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// An integer that fits 64 bits with a sign.
    Int(i64),
    /// An integer above that.
    UInt(u64),
    /// Any other number.
    Float(f64),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<Data>),
    /// A map.
    Map(Vec<(String, Data)>),
}

impl Data {
    /// A string.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Data {
        Data::Text(text.into())
    }

    /// A list of strings.
    #[must_use]
    pub fn texts<T: AsRef<str>>(texts: &[T]) -> Data {
        Data::List(texts.iter().map(|text| Data::text(text.as_ref())).collect())
    }

    /// What a node holds.
    #[must_use]
    pub fn of(node: Node<'_>) -> Data {
        match node.value() {
            Value::Null => Data::Null,
            Value::Bool(value) => Data::Bool(value),
            Value::Int(value) => Data::Int(value),
            Value::UInt(value) => Data::UInt(value),
            Value::Float(value) => Data::Float(value),
            Value::String(text) => Data::text(text),
            Value::Sequence => Data::List(node.items().map(Data::of).collect()),
            Value::Map => {
                Data::Map(node.entries().map(|entry| (entry.key.to_owned(), Data::of(entry.value))).collect())
            }
        }
    }

    /// True where a node holds this.
    #[must_use]
    pub fn is(&self, node: Node<'_>) -> bool {
        match (self, node.value()) {
            (Data::Null, Value::Null) => true,
            (Data::Bool(one), Value::Bool(two)) => *one == two,
            (Data::Int(one), Value::Int(two)) => *one == two,
            (Data::UInt(one), Value::UInt(two)) => *one == two,
            // Bits: a zero with a sign is another text.
            (Data::Float(one), Value::Float(two)) => one.to_bits() == two.to_bits(),
            (Data::Text(one), Value::String(two)) => one == two,
            (Data::List(items), Value::Sequence) => {
                items.len() == node.items().len()
                    && items.iter().zip(node.items()).all(|(item, node)| item.is(node))
            }
            (Data::Map(entries), Value::Map) => {
                entries.len() == node.entries().len()
                    && entries.iter().all(|(key, value)| node.child(key).is_some_and(|node| value.is(node)))
            }
            _ => false,
        }
    }

    /// True for a list or a map.
    #[must_use]
    pub fn is_collection(&self) -> bool {
        matches!(self, Data::List(_) | Data::Map(_))
    }

    /// The value under the tokens of a pointer.
    pub(super) fn at(&mut self, tokens: &[String]) -> Option<&mut Data> {
        let Some((token, rest)) = tokens.split_first() else { return Some(self) };
        match self {
            Data::Map(entries) => entries.iter_mut().find(|(key, _)| key == token)?.1.at(rest),
            Data::List(items) => items.get_mut(token.parse::<usize>().ok()?)?.at(rest),
            _ => None,
        }
    }
}

/// On one line, as YAML writes it in brackets.
impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&write::flow(self))
    }
}
