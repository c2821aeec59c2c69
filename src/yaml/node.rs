//! One node of the tree: what it is, where it stands, and what it holds.

use std::fmt;
use std::ops::Range;
use std::slice;
use std::sync::Arc;

use super::tree::{Data, Document, EntryData, NodeData, Style, span};
use crate::source::{Source, Span};

/// A reference to one node; cheap to copy.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    pub(super) document: &'a Document,
    pub(super) id: u32,
}

/// In so many entries a key is found sooner by its length than by the order of the keys.
const FEW: usize = 64;

/// One entry of a map.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The key, decoded.
    pub key: &'a str,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node<'a>,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// `null`, `~`, or nothing.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// An integer that fits 64 bits with a sign.
    Int(i64),
    /// An integer above that which fits 64 bits without one.
    UInt(u64),
    /// Any other number; finite.
    Float(f64),
    /// A string, decoded.
    String(&'a str),
    /// A list.
    Sequence,
    /// A map.
    Map,
}

impl Value<'_> {
    /// The word for it in messages, with its article.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "a truth value",
            Value::Int(_) | Value::UInt(_) | Value::Float(_) => "a number",
            Value::String(_) => "a string",
            Value::Sequence => "a list",
            Value::Map => "a map",
        }
    }
}

impl<'a> Node<'a> {
    fn data(self) -> Option<&'a NodeData> {
        self.document.nodes.get(self.id as usize)
    }

    /// What the node is.
    #[must_use]
    pub fn value(self) -> Value<'a> {
        match self.data().map(|node| node.data) {
            None | Some(Data::Null) => Value::Null,
            Some(Data::Bool(value)) => Value::Bool(value),
            Some(Data::Int(value)) => Value::Int(value),
            Some(Data::UInt(value)) => Value::UInt(value),
            Some(Data::Float(value)) => Value::Float(value),
            Some(Data::String(text)) => Value::String(self.document.resolve(text)),
            Some(Data::Sequence { .. }) => Value::Sequence,
            Some(Data::Map { .. }) => Value::Map,
        }
    }

    /// The decoded string, where the node is one.
    #[must_use]
    pub fn as_str(self) -> Option<&'a str> {
        match self.value() {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Where the node stands: a scalar with its quotes, a block scalar from its `|` or `>`, a collection from its
    /// first bracket, dash or key to the end of its last child. Of an absent value the empty span after its `:` or
    /// `-`; in `? key` and `{key}`, which have neither, that after the key, where no value can be put.
    ///
    /// Any other node is replaced by putting a quoted text in its span, and an absent one by a space and the text.
    /// A block list needs that space too: it may stand in the column of its key, a text may not.
    #[must_use]
    pub fn span(self) -> Span {
        self.data().map(|node| span(node.span)).unwrap_or_default()
    }

    /// How the node is written.
    #[must_use]
    pub fn style(self) -> Style {
        self.data().map_or(Style::Plain, |node| node.style)
    }

    /// The text that the node stands in.
    #[must_use]
    pub fn source(self) -> &'a Arc<Source> {
        &self.document.source
    }

    /// The node as it is written in the source.
    #[must_use]
    pub fn raw(self) -> &'a str {
        self.document.source.slice(self.span())
    }

    /// The entries of a map, in the order of the text; none of anything else.
    #[must_use]
    pub fn entries(self) -> Entries<'a> {
        let entries = self.document.entries.get(self.map_range()).unwrap_or_default();
        Entries { document: self.document, entries: entries.iter() }
    }

    /// Where the entries of a map lie in the document; nowhere for anything else.
    fn map_range(self) -> Range<usize> {
        match self.data().map(|node| node.data) {
            Some(Data::Map { first, len }) => range(first, len),
            _ => 0..0,
        }
    }

    /// The entries of a list, in order; none of anything else.
    #[must_use]
    pub fn items(self) -> Items<'a> {
        let range = match self.data().map(|node| node.data) {
            Some(Data::Sequence { first, len }) => range(first, len),
            _ => 0..0,
        };
        let items = self.document.items.get(range).unwrap_or_default();
        Items { document: self.document, items: items.iter() }
    }

    /// The entry of a map under a key; of equal keys the first.
    #[must_use]
    pub fn entry(self, key: &str) -> Option<Entry<'a>> {
        let mut entries = self.entries();
        if entries.entries.len() <= FEW {
            let long = u32::try_from(key.len()).ok()?;
            let is_it = |entry: &&EntryData| {
                entry.key.len() == long && self.document.bytes(entry.key) == key.as_bytes()
            };
            return entries.entries.as_slice().iter().find(is_it).map(|entry| entries.entry(entry));
        }
        let order = self.document.order.get(self.map_range())?;
        let key_of = |at: u32| entries.entries.as_slice().get(at as usize).map(|entry| entry.key);
        let at = order.partition_point(|at| {
            key_of(*at).is_some_and(|candidate| self.document.bytes(candidate) < key.as_bytes())
        });
        entries.nth(*order.get(at)? as usize).filter(|entry| entry.key == key)
    }

    /// The entries of a map in the order of their keys.
    fn sorted(self) -> impl Iterator<Item = Entry<'a>> {
        let entries = self.entries();
        let order = self.document.order.get(self.map_range()).unwrap_or_default();
        order.iter().filter_map(move |at| entries.clone().nth(*at as usize))
    }

    /// The value under a key of a map (of equal keys the first), or the entry of a list under a decimal index.
    #[must_use]
    pub fn child(self, token: &str) -> Option<Node<'a>> {
        match self.data()?.data {
            Data::Map { .. } => self.entry(token).map(|entry| entry.value),
            // RFC 6901: no sign and no leading zero, so that one entry has one pointer.
            Data::Sequence { .. }
                if token == "0" || token.starts_with(|first| matches!(first, '1'..='9')) =>
            {
                self.items().nth(token.parse().ok()?)
            }
            _ => None,
        }
    }
}

/// The entries of a map, in the order of the text.
#[derive(Debug, Clone)]
pub struct Entries<'a> {
    document: &'a Document,
    entries: slice::Iter<'a, EntryData>,
}

/// The entries of a list, in order.
#[derive(Debug, Clone)]
pub struct Items<'a> {
    document: &'a Document,
    items: slice::Iter<'a, u32>,
}

impl<'a> Entries<'a> {
    fn entry(&self, data: &EntryData) -> Entry<'a> {
        Entry {
            key: self.document.resolve(data.key),
            key_span: span(data.key_span),
            value: Node { document: self.document, id: data.value },
        }
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        self.entries.next().map(|data| self.entry(data))
    }

    fn nth(&mut self, n: usize) -> Option<Entry<'a>> {
        self.entries.nth(n).map(|data| self.entry(data))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.entries.size_hint()
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        self.items.next().map(|id| Node { document: self.document, id: *id })
    }

    fn nth(&mut self, n: usize) -> Option<Node<'a>> {
        self.items.nth(n).map(|id| Node { document: self.document, id: *id })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.items.size_hint()
    }
}

impl ExactSizeIterator for Entries<'_> {}
impl ExactSizeIterator for Items<'_> {}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value() {
            Value::Map => {
                f.debug_map().entries(self.entries().map(|entry| (entry.key, entry.value))).finish()
            }
            Value::Sequence => f.debug_list().entries(self.items()).finish(),
            scalar => write!(f, "{scalar:?}"),
        }
    }
}

/// Two nodes are equal when they hold the same data, however it is written; a map's order does not count.
impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self.value(), other.value()) {
            (Value::Map, Value::Map) => {
                self.entries().len() == other.entries().len()
                    && self
                        .sorted()
                        .map(|entry| (entry.key, entry.value))
                        .eq(other.sorted().map(|entry| (entry.key, entry.value)))
            }
            (Value::Sequence, Value::Sequence) => self.items().eq(other.items()),
            (one, two) => one == two,
        }
    }
}

fn range(first: u32, len: u32) -> Range<usize> {
    first as usize..first as usize + len as usize
}
