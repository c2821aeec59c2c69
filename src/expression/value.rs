//! Records and policies as the interpreter's values.

use cel::common::types::{
    CelBool, CelDouble, CelInt, CelList, CelMap, CelMapKey, CelNull, CelString, CelTimestamp, CelUInt,
};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use serde_json::Value as Json;

use super::Given;
use crate::yaml::{self, Node};

/// A value that expressions can look into.
#[derive(Debug)]
pub struct Value(Box<dyn Val>);

impl From<&Json> for Value {
    fn from(json: &Json) -> Self {
        Value(convert(json))
    }
}

impl Value {
    /// A map as expressions see it, with an empty one under a key that it lacks.
    #[must_use]
    pub fn of_map(map: Node<'_>, wanted: &str) -> Self {
        let mut fields = fields(map);
        let empty = || -> Box<dyn Val> { Box::new(CelMap::from(Fields::new())) };
        fields.entry(CelMapKey::from(wanted.to_owned())).or_insert_with(empty);
        Value(Box::new(CelMap::from(fields)))
    }
}

#[expect(
    clippy::disallowed_types,
    reason = "the library's maps are made of it, and their order is never shown"
)]
type HashMap<K, V> = std::collections::HashMap<K, V>;
type Fields = HashMap<CelMapKey<'static>, Box<dyn Val>>;

fn convert(json: &Json) -> Box<dyn Val> {
    match json {
        Json::Null => Box::new(CelNull),
        Json::Bool(value) => Box::new(CelBool::from(*value)),
        Json::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(value), _) => Box::new(CelInt::from(value)),
            (None, Some(value)) => Box::new(CelUInt::from(value)),
            (None, None) => Box::new(CelDouble::from(number.as_f64().unwrap_or(f64::NAN))),
        },
        Json::String(text) => Box::new(CelString::from(text.clone())),
        Json::Array(items) => Box::new(CelList::from(items.iter().map(convert).collect::<Vec<_>>())),
        Json::Object(entries) => {
            let entry = |(key, value): (&String, &Json)| (CelMapKey::from(key.clone()), convert(value));
            Box::new(CelMap::from(entries.iter().map(entry).collect::<HashMap<_, _>>()))
        }
    }
}

fn convert_node(node: Node<'_>) -> Box<dyn Val> {
    match node.value() {
        yaml::Value::Null => Box::new(CelNull),
        yaml::Value::Bool(value) => Box::new(CelBool::from(value)),
        yaml::Value::Int(value) => Box::new(CelInt::from(value)),
        yaml::Value::UInt(value) => Box::new(CelUInt::from(value)),
        yaml::Value::Float(value) => Box::new(CelDouble::from(value)),
        yaml::Value::String(text) => Box::new(CelString::from(text.to_owned())),
        yaml::Value::Sequence => Box::new(CelList::from(node.items().map(convert_node).collect::<Vec<_>>())),
        yaml::Value::Map => Box::new(CelMap::from(fields(node))),
    }
}

fn fields(map: Node<'_>) -> Fields {
    map.entries().map(|entry| (CelMapKey::from(entry.key.to_owned()), convert_node(entry.value))).collect()
}

/// The variables of one evaluation, lent and never copied.
pub(super) struct Variables<'a> {
    given: Given<'a>,
    now: CelTimestamp,
}

impl<'a> Variables<'a> {
    pub(super) fn new(given: &Given<'a>) -> Self {
        Variables { given: *given, now: CelTimestamp::from(given.now.fixed_offset()) }
    }
}

impl VariableResolver for Variables<'_> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        if variable == "now" {
            return Some(CowVal::Borrowed(&self.now));
        }
        let (_, value) = self.given.variables.iter().find(|(name, _)| *name == variable)?;
        Some(CowVal::Borrowed(value.0.as_ref()))
    }
}

/// The word for a value in messages.
pub(super) fn noun(value: &cel::Value) -> &'static str {
    match value {
        cel::Value::Null => "null",
        cel::Value::Bool(_) => "a truth value",
        cel::Value::Int(_) | cel::Value::UInt(_) | cel::Value::Float(_) => "a number",
        cel::Value::String(_) => "a string",
        cel::Value::Bytes(_) => "bytes",
        cel::Value::List(_) => "a list",
        cel::Value::Map(_) => "a map",
        cel::Value::Timestamp(_) => "a timestamp",
        cel::Value::Duration(_) => "a duration",
        _ => "no truth value",
    }
}
