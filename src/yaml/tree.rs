//! The tree: nodes in one arena, strings as spans of the source wherever they stand there literally.

use std::borrow::Cow;
use std::sync::Arc;

use super::node::Node;
use crate::source::{Source, Span};

/// A read document: its source, its tree and its comments.
#[derive(Debug, Clone)]
pub struct Document {
    pub(super) source: Arc<Source>,
    pub(super) nodes: Vec<NodeData>,
    pub(super) items: Vec<u32>,
    pub(super) entries: Vec<EntryData>,
    /// Beside the entries of each map their indices within it, in the order of the keys: neither looking up every
    /// key of a hostile file nor finding its duplicates may take quadratic time.
    pub(super) order: Vec<u32>,
    pub(super) decoded: String,
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

/// A string: a span of the source, or of [`Document::decoded`] where the source writes it differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    Source(u32, u32),
    Decoded(u32, u32),
    /// The key of an entry that has none which could be named; the file is refused.
    Nameless,
}

impl Text {
    /// A text that stands literally in the source.
    pub(super) fn source(at: Span) -> Text {
        Text::Source(offset(at.start), offset(at.end))
    }

    /// A text that stands in [`Document::decoded`].
    pub(super) fn decoded(at: Span) -> Text {
        Text::Decoded(offset(at.start), offset(at.end))
    }

    /// Its length in bytes.
    pub(super) fn len(self) -> u32 {
        match self {
            Text::Source(start, end) | Text::Decoded(start, end) => end.saturating_sub(start),
            Text::Nameless => 0,
        }
    }
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

impl Document {
    /// A document that holds nothing, of a source that could not be read as YAML.
    #[must_use]
    pub fn empty(source: Arc<Source>) -> Self {
        Document {
            source,
            nodes: Vec::new(),
            items: Vec::new(),
            entries: Vec::new(),
            order: Vec::new(),
            decoded: String::new(),
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
        let mut strings: Vec<_> = keys.chain(values).collect();
        strings.sort_unstable_by_key(|(_, span)| *span);
        strings.into_iter()
    }

    /// The node under a JSON pointer (RFC 6901); the empty pointer is the root.
    #[must_use]
    pub fn get(&self, pointer: &str) -> Option<Node<'_>> {
        let mut tokens = pointer.split('/');
        if tokens.next() != Some("") {
            return None;
        }
        tokens.try_fold(self.root()?, |node, token| node.child(&unescaped(token)))
    }

    /// The span of the key that a JSON pointer ends with; absent for list entries and the root.
    #[must_use]
    pub fn key_span(&self, pointer: &str) -> Option<Span> {
        let (parent, token) = pointer.rsplit_once('/')?;
        self.get(parent)?.entry(&unescaped(token)).map(|entry| entry.key_span)
    }

    /// Where a finding about a field points: at its value; at its key where the value is absent or a block
    /// collection; where there is no such field, at the key of the nearest map that lacks it, and for a field of
    /// the record itself at the record's first key. What has no key shows its own first key instead.
    #[must_use]
    pub fn locate(&self, pointer: &str) -> Span {
        if let Some(node) = self.get(pointer) {
            let unwieldy = node.span().is_empty() || node.style() == Style::Block;
            return if unwieldy { self.heading(pointer, node) } else { node.span() };
        }
        let mut known = pointer;
        while let Some((parent, _)) = known.rsplit_once('/') {
            if let Some(node) = self.get(parent) {
                return self.heading(parent, node);
            }
            known = parent;
        }
        self.root().map(|root| self.heading("", root)).unwrap_or_default()
    }

    fn heading(&self, pointer: &str, node: Node<'_>) -> Span {
        self.key_span(pointer)
            .or_else(|| node.entries().next().map(|entry| entry.key_span))
            .unwrap_or_else(|| node.span())
    }

    /// The start of a text as a number: in the order of the texts, wherever it tells two of them apart.
    pub(super) fn head(&self, text: Text) -> u128 {
        let (stored, (start, end)) = self.stored(text);
        let bytes = stored.as_bytes().get(start as usize..).unwrap_or_default();
        let head = u128::from_be_bytes(bytes.first_chunk().copied().unwrap_or_else(|| {
            let mut head = [0; 16];
            head.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
            head
        }));
        // Without what stands behind the text.
        head & !u128::MAX.checked_shr((end - start) * 8).unwrap_or(0)
    }

    /// A text as bytes, which are in the same order, and got without looking for the ends of characters.
    pub(super) fn bytes(&self, text: Text) -> &[u8] {
        let (stored, (start, end)) = self.stored(text);
        stored.as_bytes().get(start as usize..end as usize).unwrap_or_default()
    }

    pub(super) fn resolve(&self, text: Text) -> &str {
        let (stored, (start, end)) = self.stored(text);
        stored.get(start as usize..end as usize).unwrap_or_default()
    }

    fn stored(&self, text: Text) -> (&str, (u32, u32)) {
        match text {
            Text::Source(start, end) => (self.source.text(), (start, end)),
            Text::Decoded(start, end) => (&self.decoded, (start, end)),
            Text::Nameless => ("", (0, 0)),
        }
    }
}

/// The JSON pointer of a child.
#[must_use]
pub fn child_pointer(parent: &str, token: &str) -> String {
    let mut pointer = String::with_capacity(parent.len() + 1 + token.len());
    pointer.push_str(parent);
    push_token(&mut pointer, token);
    pointer
}

pub(super) fn push_token(pointer: &mut String, token: &str) {
    pointer.push('/');
    for character in token.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

/// A token of a JSON pointer as the key that it names.
#[must_use]
pub fn unescape_token(token: &str) -> String {
    unescaped(token).into_owned()
}

fn unescaped(token: &str) -> Cow<'_, str> {
    if token.contains('~') {
        Cow::Owned(token.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(token)
    }
}

pub(super) fn span((start, end): (u32, u32)) -> Span {
    Span::new(start as usize, end as usize)
}

/// Offsets fit: [`super::MAX_BYTES`] is far below 2³².
pub(super) fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
