//! The tree: nodes in one arena, strings as spans of the source wherever they stand there literally.

use std::fmt;
use std::sync::Arc;

use crate::source::{Source, Span};

/// A read document: its source, its tree and its comments.
#[derive(Debug, Clone)]
pub struct Document {
    pub(super) source: Arc<Source>,
    pub(super) nodes: Vec<NodeData>,
    pub(super) items: Vec<u32>,
    pub(super) entries: Vec<EntryData>,
    pub(super) decoded: Vec<Box<str>>,
    pub(super) comments: Vec<Comment>,
    pub(super) root: Option<u32>,
}

/// How a scalar or a collection is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Unquoted scalar.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// A collection by indentation.
    Block,
    /// A collection in brackets or braces.
    Flow,
}

/// A comment with its `#`, without the line break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// Where it stands.
    pub span: Span,
    /// True where nothing but white space stands before it on its line.
    pub own_line: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Text {
    Source(u32, u32),
    Decoded(u32),
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Data {
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Float(f64),
    String(Text),
    Sequence { first: u32, len: u32 },
    Map { first: u32, len: u32 },
}

#[derive(Debug, Clone, Copy)]
pub(super) struct NodeData {
    pub(super) data: Data,
    pub(super) span: (u32, u32),
    pub(super) style: Style,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct EntryData {
    pub(super) key: Text,
    pub(super) key_span: (u32, u32),
    pub(super) value: u32,
}

/// A reference to one node; cheap to copy.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    pub(super) document: &'a Document,
    pub(super) id: u32,
}

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

impl Document {
    /// A document that holds nothing, of a source that could not be read as YAML.
    #[must_use]
    pub fn empty(source: Arc<Source>) -> Self {
        Document {
            source,
            nodes: Vec::new(),
            items: Vec::new(),
            entries: Vec::new(),
            decoded: Vec::new(),
            comments: Vec::new(),
            root: None,
        }
    }

    /// The text that the document was read from.
    #[must_use]
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// The top of the tree; absent where the text has none.
    #[must_use]
    pub fn root(&self) -> Option<Node<'_>> {
        self.root.map(|id| Node { document: self, id })
    }

    /// All comments, in the order of the text.
    #[must_use]
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// All scalars that are strings, keys included, with their spans, in the order of the text.
    pub fn strings(&self) -> impl Iterator<Item = (&str, Span)> {
        let keys = self.entries.iter().map(|entry| (self.resolve(entry.key), span(entry.key_span)));
        let values = self.nodes.iter().filter_map(|node| match node.data {
            Data::String(text) => Some((self.resolve(text), span(node.span))),
            _ => None,
        });
        keys.chain(values)
    }

    /// The node under a JSON pointer (RFC 6901); the empty pointer is the root.
    #[must_use]
    pub fn get(&self, pointer: &str) -> Option<Node<'_>> {
        let mut node = self.root()?;
        for token in pointer.split('/').skip(1) {
            node = node.child(&unescape_token(token))?;
        }
        Some(node)
    }

    /// The span of the key that a JSON pointer ends with; absent for list entries and the root.
    #[must_use]
    pub fn key_span(&self, pointer: &str) -> Option<Span> {
        let (parent, token) = pointer.rsplit_once('/')?;
        let token = unescape_token(token);
        self.get(parent)?.entries().find(|entry| entry.key == token).map(|entry| entry.key_span)
    }

    /// Where a finding about a field points: at its value; at its key where the value is absent or a block
    /// collection; where there is no such field, at the key of the nearest map that lacks it, and for a field of
    /// the record itself at the record's first key.
    #[must_use]
    pub fn locate(&self, pointer: &str) -> Span {
        if let Some(node) = self.get(pointer) {
            let unwieldy = node.span().is_empty() || node.style() == Style::Block;
            return match self.key_span(pointer) {
                Some(key) if unwieldy => key,
                None if unwieldy => node.first_key_span().unwrap_or(node.span()),
                _ => node.span(),
            };
        }
        match pointer.rsplit_once('/') {
            Some((parent, _)) => self.locate(parent),
            None => self.root().and_then(Node::first_key_span).unwrap_or_default(),
        }
    }

    pub(super) fn resolve(&self, text: Text) -> &str {
        match text {
            Text::Source(start, end) => self.source.slice(span((start, end))),
            Text::Decoded(index) => self.decoded.get(index as usize).map(AsRef::as_ref).unwrap_or_default(),
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
    /// first bracket, dash or key to the end of its last child.
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
    pub fn entries(self) -> impl ExactSizeIterator<Item = Entry<'a>> + use<'a> {
        let document = self.document;
        let range = match self.data().map(|node| node.data) {
            Some(Data::Map { first, len }) => first as usize..(first + len) as usize,
            _ => 0..0,
        };
        document.entries.get(range).unwrap_or_default().iter().map(move |entry| Entry {
            key: document.resolve(entry.key),
            key_span: span(entry.key_span),
            value: Node { document, id: entry.value },
        })
    }

    /// The entries of a list, in order; none of anything else.
    pub fn items(self) -> impl ExactSizeIterator<Item = Node<'a>> + use<'a> {
        let document = self.document;
        let range = match self.data().map(|node| node.data) {
            Some(Data::Sequence { first, len }) => first as usize..(first + len) as usize,
            _ => 0..0,
        };
        document.items.get(range).unwrap_or_default().iter().map(move |id| Node { document, id: *id })
    }

    /// The value under a key of a map (of equal keys the first), or the entry of a list under a decimal index.
    #[must_use]
    pub fn child(self, token: &str) -> Option<Node<'a>> {
        match self.value() {
            Value::Map => self.entries().find(|entry| entry.key == token).map(|entry| entry.value),
            Value::Sequence => self.items().nth(token.parse().ok()?),
            _ => None,
        }
    }

    fn first_key_span(self) -> Option<Span> {
        self.entries().next().map(|entry| entry.key_span)
    }
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value() {
            Value::Map => f
                .debug_map()
                .entries(self.entries().map(|entry| (entry.key.to_owned(), entry.value)))
                .finish(),
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
                    && self.entries().all(|entry| other.child(entry.key) == Some(entry.value))
            }
            (Value::Sequence, Value::Sequence) => self.items().eq(other.items()),
            (one, two) => one == two,
        }
    }
}

/// The JSON pointer of a child.
#[must_use]
pub fn child_pointer(parent: &str, token: &str) -> String {
    format!("{parent}/{}", token.replace('~', "~0").replace('/', "~1"))
}

/// A token of a JSON pointer as the key that it names.
#[must_use]
pub fn unescape_token(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

pub(super) fn span((start, end): (u32, u32)) -> Span {
    Span::new(start as usize, end as usize)
}
