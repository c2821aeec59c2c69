//! The tree as a JSON representation of the `jsonschema` crate: records are validated without conversion.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use jsonschema::JsonType;
use jsonschema::json::{Array, Json, JsonNumber, NodeIdentity, Object, cmp};
use jsonschema_value::LazyInstance;
use serde_json::{Map, Number};

use super::node::{Entries, Entry, Items, Node, Value};
use super::tree::{Data, Document, NodeData, Style, Text};
use crate::source::Source;

/// The representation; see [`jsonschema::json`].
#[derive(Debug)]
pub struct YamlJson;

/// Storage for the one string node that `propertyNames` asks for: a document of nothing else.
#[derive(Debug)]
pub struct StringBuffer(Document);

impl Default for StringBuffer {
    fn default() -> Self {
        StringBuffer(Document::empty(Arc::new(Source::new("", ""))))
    }
}

impl Json for YamlJson {
    type Node<'a> = Node<'a>;
    type PreparedKey = Box<str>;
    type StringBuffer = StringBuffer;

    fn prepare_key(key: &str) -> Box<str> {
        key.into()
    }

    fn with_string_node<T>(buffer: &mut StringBuffer, string: &str, f: impl FnOnce(Node<'_>) -> T) -> T {
        let document = &mut buffer.0;
        document.decoded.clear();
        document.decoded.push_str(string);
        document.nodes.clear();
        // Fits: property names come from our files and schemas, both far below 4 GiB.
        let end = u32::try_from(string.len()).unwrap_or(u32::MAX);
        let data = Data::String(Text::Decoded(0, end));
        document.nodes.push(NodeData { data, span: (0, 0), style: Style::Plain });
        f(Node { document, id: 0 })
    }
}

/// A number of the tree.
#[derive(Debug, Clone, Copy)]
pub enum YamlNumber {
    /// Fits 64 bits with a sign.
    Int(i64),
    /// Fits 64 bits without one.
    UInt(u64),
    /// Any other; finite.
    Float(f64),
}

impl JsonNumber for YamlNumber {
    fn as_u64(&self) -> Option<u64> {
        match *self {
            YamlNumber::Int(value) => u64::try_from(value).ok(),
            YamlNumber::UInt(value) => Some(value),
            YamlNumber::Float(_) => None,
        }
    }

    fn as_i64(&self) -> Option<i64> {
        match *self {
            YamlNumber::Int(value) => Some(value),
            YamlNumber::UInt(_) | YamlNumber::Float(_) => None,
        }
    }

    fn as_f64(&self) -> Option<f64> {
        self.to_number().as_f64()
    }

    fn as_str(&self) -> Cow<'_, str> {
        Cow::Owned(self.to_number().to_string())
    }

    fn to_number(&self) -> Cow<'_, Number> {
        Cow::Owned(match *self {
            YamlNumber::Int(value) => Number::from(value),
            YamlNumber::UInt(value) => Number::from(value),
            // Reading refuses numbers that are not finite.
            YamlNumber::Float(value) => Number::from_f64(value).unwrap_or_else(|| Number::from(0)),
        })
    }
}

impl<'a> jsonschema::json::Node<'a, YamlJson> for Node<'a> {
    type Object = MapView<'a>;
    type Array = ListView<'a>;
    type Number = YamlNumber;

    fn as_object(&self) -> Option<MapView<'a>> {
        (self.value() == Value::Map).then_some(MapView(*self))
    }

    fn as_array(&self) -> Option<ListView<'a>> {
        (self.value() == Value::Sequence).then_some(ListView(*self))
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        self.as_str().map(Cow::Borrowed)
    }

    fn as_number(&self) -> Option<YamlNumber> {
        match self.value() {
            Value::Int(value) => Some(YamlNumber::Int(value)),
            Value::UInt(value) => Some(YamlNumber::UInt(value)),
            Value::Float(value) => Some(YamlNumber::Float(value)),
            _ => None,
        }
    }

    fn as_boolean(&self) -> Option<bool> {
        match self.value() {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        self.value() == Value::Null
    }

    fn json_type(&self) -> JsonType {
        match self.value() {
            Value::Null => JsonType::Null,
            Value::Bool(_) => JsonType::Boolean,
            Value::Int(_) | Value::UInt(_) | Value::Float(_) => JsonType::Number,
            Value::String(_) => JsonType::String,
            Value::Sequence => JsonType::Array,
            Value::Map => JsonType::Object,
        }
    }

    /// Strings, which `enum` and `const` mostly are, are compared without a copy.
    fn equals_value(&self, expected: &serde_json::Value) -> bool {
        match (self.value(), expected) {
            (Value::String(text), expected) => expected.as_str() == Some(text),
            (_, serde_json::Value::String(_)) => false,
            _ => cmp::equal(&self.to_json(), expected),
        }
    }

    fn to_value(&self) -> Cow<'a, serde_json::Value> {
        Cow::Owned(self.to_json())
    }

    /// Read again from the source when somebody asks, which nobody here does: as a copy in each error the map of a
    /// hostile file would be there once for each of its keys.
    fn lazy_value(&self) -> LazyInstance<'a> {
        let document = self.document;
        let (bytes, tag) = match self.as_str() {
            Some(text) => (text, STRING),
            None => (document.source.text(), self.id),
        };
        LazyInstance::Deferred { bytes: bytes.as_bytes(), tag, make: read_again, cell: OnceLock::new() }
    }

    fn identity(&self) -> Option<NodeIdentity> {
        Some(NodeIdentity::tagged(std::ptr::from_ref(self.document) as usize, self.id))
    }
}

/// Marks the bytes of one string, in the place of the number of a node.
const STRING: u32 = u32::MAX;

fn read_again(bytes: &[u8], tag: u32) -> serde_json::Value {
    let text = String::from_utf8_lossy(bytes);
    if tag == STRING {
        return serde_json::Value::String(text.into_owned());
    }
    let parsed = super::parse(Arc::new(Source::new("", text)));
    Node { document: &parsed.document, id: tag }.to_json()
}

impl Node<'_> {
    /// The node as plain JSON. Nesting is bounded by [`super::MAX_DEPTH`].
    #[must_use]
    pub fn to_json(self) -> serde_json::Value {
        use jsonschema::json::Node as _;
        match self.value() {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => serde_json::Value::Bool(value),
            Value::String(text) => serde_json::Value::String(text.to_owned()),
            Value::Sequence => serde_json::Value::Array(self.items().map(Node::to_json).collect()),
            Value::Map => serde_json::Value::Object(
                self.entries()
                    .map(|entry| (entry.key.to_owned(), entry.value.to_json()))
                    .collect::<Map<_, _>>(),
            ),
            Value::Int(_) | Value::UInt(_) | Value::Float(_) => {
                self.as_number().map_or(serde_json::Value::Null, |number| {
                    serde_json::Value::Number(number.to_number().into_owned())
                })
            }
        }
    }
}

/// A map as the validator sees it.
#[derive(Debug, Clone, Copy)]
pub struct MapView<'a>(Node<'a>);

/// A list as the validator sees it.
#[derive(Debug, Clone, Copy)]
pub struct ListView<'a>(Node<'a>);

impl<'a> Object<'a, YamlJson> for MapView<'a> {
    type Node = Node<'a>;
    type MemberName = &'a str;
    type MembersIter = std::iter::Map<Entries<'a>, fn(Entry<'a>) -> (&'a str, Node<'a>)>;

    fn len(&self) -> usize {
        self.0.entries().len()
    }

    fn get(&self, key: &Box<str>) -> Option<Node<'a>> {
        self.0.entry(key).map(|entry| entry.value)
    }

    fn members(&self) -> Self::MembersIter {
        self.0.entries().map(|entry| (entry.key, entry.value))
    }
}

impl<'a> Array<'a, YamlJson> for ListView<'a> {
    type Node = Node<'a>;
    type ElementsIter = Items<'a>;

    fn len(&self) -> usize {
        self.0.items().len()
    }

    fn elements(&self) -> Self::ElementsIter {
        self.0.items()
    }
}
