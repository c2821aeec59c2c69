//! The tree as the validator sees it: the same as JSON, and never in quadratic time.

use exboard::yaml::{Node, YamlJson};
use jsonschema::Validator;
use jsonschema::json::conformance::{assert_conformance, document as conformance_document};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::document;
use super::hostile::within;
use super::render::{render, tree};

#[test]
fn the_validator_can_rely_on_the_tree() {
    let yaml = "string: héllo\ninteger: 42\nfloat: 1.5\nboolean: true\n'null':\narray:\n- 10\n- 20\n- 30\n\
        duplicates: [1, {a: 1}, {\"a\": 1}]\nobject: {nested: value}\n";
    let json = conformance_document().to_string();
    let pretty = serde_json::to_string_pretty(&conformance_document()).unwrap();
    for text in [yaml, &json, &pretty] {
        let document = document(text);
        assert_eq!(document.root().unwrap().to_json(), conformance_document());
        assert_conformance::<YamlJson>(&document.root().unwrap());
    }
    for seed in 0..300 {
        let document = document(&render(&conformance_document(), seed));
        assert_conformance::<YamlJson>(&document.root().unwrap());
    }
}

fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "a": {"type": ["string", "integer", "null"], "minLength": 2, "pattern": "^[a-z]", "maximum": 9},
            "b": {"type": "array", "uniqueItems": true, "minItems": 1, "items": {"$ref": "#/$defs/node"}},
            "c": {"enum": ["one two", 1, null, [1], {"a": 1}, 1.5, true]},
            "d": {"const": 0},
        },
        "propertyNames": {"minLength": 1, "maxLength": 6, "pattern": "^[a-z_]+$"},
        "additionalProperties": {"$ref": "#/$defs/node"},
        "required": ["a"],
        "dependentRequired": {"a": ["b"]},
        "minProperties": 1,
        "$defs": {"node": {
            "anyOf": [
                {"type": "object", "additionalProperties": {"$ref": "#/$defs/node"}, "maxProperties": 2},
                {"type": "array", "contains": {"type": "number"}, "items": {"$ref": "#/$defs/node"}},
                {"type": "number", "multipleOf": 2},
                {"type": "string", "maxLength": 5},
            ],
        }},
    })
}

#[test]
fn verdicts_are_those_of_json() {
    let ours = jsonschema::options_for::<YamlJson>().build(&schema()).unwrap();
    let json = jsonschema::validator_for(&schema()).unwrap();
    let mut runner = TestRunner::new(Config { cases: 2_000, failure_persistence: None, ..Config::default() });
    let check = |(mut tree, seed, rename): (Value, u64, [bool; 4])| {
        // Keys of the schema, that all of it is met.
        let map = tree.as_object_mut().unwrap();
        for (name, _) in ["a", "b", "c", "d"].into_iter().zip(rename).filter(|(_, rename)| *rename) {
            if let Some(value) = map.keys().next().cloned().and_then(|key| map.remove(&key)) {
                map.insert(name.to_owned(), value);
            }
        }
        let yaml = render(&tree, seed);
        let document = document(&yaml);
        let root = document.root().unwrap();
        let error =
            |error: jsonschema::ValidationError<'_>| (error.to_string(), error.instance_path().to_string());
        let mut found: Vec<_> = ours.iter_errors(root).map(error).collect();
        let mut expected: Vec<_> = json.iter_errors(&tree).map(error).collect();
        found.sort();
        expected.sort();
        prop_assert_eq!(found, expected, "{}", yaml);
        prop_assert_eq!(ours.is_valid(root), json.is_valid(&tree));
        Ok(())
    };
    let renames = prop::array::uniform4(any::<bool>());
    runner.run(&(tree(), any::<u64>(), renames), check).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn a_hostile_map_does_not_take_quadratic_time() {
    const KEYS: usize = 30_000;
    let known: serde_json::Map<_, _> =
        (0..40).map(|n| (format!("field_{n}"), json!({"type": "string", "minLength": 1}))).collect();
    let required: Vec<_> = known.keys().cloned().collect();
    let strict =
        json!({"type": "object", "properties": known, "required": required, "additionalProperties": false});
    let named = json!({"type": "object", "propertyNames": {"pattern": "^[a-j]+$", "maxLength": 3}});
    let each = json!({"type": "object", "additionalProperties": {"type": "string"}});
    let lists = json!({"additionalProperties": {"type": "array", "uniqueItems": true, "items": {"enum": ["x", "y"]}}});
    let build = |schema: &Value| jsonschema::options_for::<YamlJson>().build(schema).unwrap();

    let keys: String = (0..KEYS).map(|n| format!("{n:x}k:\n")).collect();
    let document = document(&keys);
    let root = document.root().unwrap();
    let count = |validator: &Validator<YamlJson>, root: Node<'_>| validator.iter_errors(root).count();
    within(10, || assert_eq!(count(&build(&strict), root), 41));
    within(10, || assert!(count(&build(&named), root) > KEYS));
    within(10, || assert_eq!(count(&build(&each), root), KEYS));
    within(10, || assert!(root.entries().all(|entry| root.child(entry.key) == Some(entry.value))));
    within(10, || assert!(root == root));
    within(10, || {
        for entry in root.entries() {
            assert_eq!(document.locate(&exboard::yaml::child_pointer("", entry.key)), entry.key_span);
        }
    });
    let long = super::document(&format!("a: [{}]\n", "x, ".repeat(45_000)));
    within(10, || assert_eq!(count(&build(&lists), long.root().unwrap()), 1));
}
