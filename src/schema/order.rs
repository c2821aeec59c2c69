//! The order in which the fields of a record stand: that of the schema's own text, which is that of the documentation.
//!
//! A parsed JSON object has no order, but its text has; and JSON is YAML, which this crate reads with its order kept.

use std::sync::{Arc, LazyLock};

use super::Kind;
use crate::source::Source;
use crate::yaml::{self, Document, Node, unescape_token};

static BOARD: LazyLock<Document> = LazyLock::new(|| read(Kind::Board));
static REGISTRY: LazyLock<Document> = LazyLock::new(|| read(Kind::Registry));

fn read(kind: Kind) -> Document {
    yaml::parse(Arc::new(Source::new(kind.name(), kind.schema_text()))).document
}

/// The fields that a map of a record can have, in their order; none where the schema leaves them open. `map` is the
/// JSON pointer of the map in a record, empty for the record itself.
#[must_use]
pub fn field_order(kind: Kind, map: &str) -> Vec<&'static str> {
    let document: &'static Document = match kind {
        Kind::Board => &BOARD,
        Kind::Registry => &REGISTRY,
    };
    let Some(root) = document.root() else { return Vec::new() };
    let mut schemas = vec![root];
    for token in map.split('/').skip(1).map(unescape_token) {
        schemas = schemas
            .into_iter()
            .flat_map(|schema| alternatives(document, schema))
            .filter_map(|schema| {
                let field = schema.child("properties").and_then(|properties| properties.child(&token));
                field.or_else(|| schema.child("items"))
            })
            .collect();
    }
    let mut maps = schemas.into_iter().flat_map(|schema| alternatives(document, schema));
    let properties = maps.find_map(|schema| schema.child("properties"));
    properties.into_iter().flat_map(Node::entries).map(|entry| entry.key).collect()
}

/// A schema and those that it stands for.
fn alternatives<'d>(document: &'d Document, schema: Node<'d>) -> Vec<Node<'d>> {
    let named = schema.child("$ref").and_then(Node::as_str).and_then(|name| name.strip_prefix('#'));
    let mut found = vec![schema];
    found.extend(named.and_then(|pointer| document.get(pointer)));
    found.extend(schema.child("oneOf").into_iter().flat_map(Node::items));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_stand_in_the_order_of_the_schemas_text() {
        let board = field_order(Kind::Board, "");
        assert_eq!(board.first(), Some(&"schema"));
        assert_eq!(board.last(), Some(&"extensions"));
        assert_eq!(board.len(), crate::schema::fields(Kind::Board).len());
        assert_eq!(field_order(Kind::Board, "/closure"), ["at", "by", "reason", "note", "evidence"]);
        assert_eq!(field_order(Kind::Board, "/evidence_link/3").first(), Some(&"id"));
        let confirmed = "/response/control_statements/0/confirmed";
        assert_eq!(field_order(Kind::Registry, confirmed), ["by", "at"]);
        for open in ["/extensions", "/extensions/a~1b", "/decided_by", "/nothing/here"] {
            assert_eq!(field_order(Kind::Board, open), [""; 0], "{open}");
        }
    }
}
