//! A field is given a value in whatever style the file is written, and nothing else in it changes.

use std::sync::Arc;

use exboard::edit::{Assignment, Data, assign};
use exboard::schema::Kind;
use exboard::source::Source;
use exboard::yaml::{Document, Node, child_pointer, unescape_token};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use super::document;
use super::render::{render, text, tree};

/// What is done to a field of a tree: the assignment, and the same to JSON.
#[derive(Debug, Clone)]
enum Act {
    Set(Value),
    Append(Value),
    Remove,
}

fn data(value: &Value) -> Data {
    match value {
        Value::Null => Data::Null,
        Value::Bool(value) => Data::Bool(*value),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => Data::Int(number),
            (None, Some(number)) => Data::UInt(number),
            (None, None) => Data::Float(number.as_f64().unwrap()),
        },
        Value::String(text) => Data::text(text),
        Value::Array(items) => Data::List(items.iter().map(data).collect()),
        Value::Object(entries) => {
            Data::Map(entries.iter().map(|(key, value)| (key.clone(), data(value))).collect())
        }
    }
}

fn fields(node: Node<'_>, pointer: &str, found: &mut Vec<String>) {
    let entries = node.entries().map(|entry| (entry.key.to_owned(), entry.value));
    let items = node.items().enumerate().map(|(index, item)| (index.to_string(), item));
    for (token, child) in entries.chain(items) {
        let field = child_pointer(pointer, &token);
        fields(child, &field, found);
        found.push(field);
    }
}

/// The same on JSON; `None` where it makes no sense there.
fn expected(tree: &Value, field: &str, act: &Act) -> Option<Value> {
    let mut tree = tree.clone();
    match act {
        Act::Set(value) => match tree.pointer_mut(field) {
            Some(place) => *place = value.clone(),
            None => {
                let (map, key) = field.rsplit_once('/')?;
                let map = tree.pointer_mut(map)?;
                if map.is_null() {
                    *map = Value::Object(serde_json::Map::new());
                }
                map.as_object_mut()?.insert(unescape_token(key), value.clone());
            }
        },
        Act::Append(value) => match tree.pointer_mut(field)? {
            Value::Array(items) => items.push(value.clone()),
            absent @ Value::Null => *absent = Value::Array(vec![value.clone()]),
            _ => return None,
        },
        Act::Remove => {
            let (map, key) = field.rsplit_once('/')?;
            let entries = tree.pointer_mut(map)?.as_object_mut()?;
            entries.remove(&unescape_token(key))?;
            if map.is_empty() && entries.is_empty() {
                return None;
            }
        }
    }
    Some(tree)
}

fn act() -> impl Strategy<Value = Act> {
    let value = prop_oneof![
        2 => text().prop_map(Value::String),
        1 => any::<i64>().prop_map(Value::from),
        1 => proptest::collection::vec(text().prop_map(Value::String), 0..3).prop_map(Value::Array),
        1 => tree(),
    ];
    prop_oneof![
        3 => value.clone().prop_map(Act::Set),
        2 => value.prop_map(Act::Append),
        2 => Just(Act::Remove),
    ]
}

fn comments(document: &Document) -> Vec<String> {
    document.comments().iter().map(|comment| document.source().slice(comment.span).to_owned()).collect()
}

#[test]
fn any_field_of_any_tree_in_any_style() {
    let mut runner = TestRunner::new(Config { cases: 2_000, failure_persistence: None, ..Config::default() });
    let given = (tree(), any::<u64>(), act(), any::<prop::sample::Index>(), prop::option::of(text()));
    let result = runner.run(&given, |(tree, seed, act, at, new)| {
        let yaml = render(&tree, seed);
        let before = document(&yaml);
        let mut fields_of_it = vec![];
        fields(before.root().unwrap(), "", &mut fields_of_it);
        let mut field = fields_of_it.get(at.index(fields_of_it.len().max(1))).cloned().unwrap_or_default();
        if let (Some(new), Act::Set(_)) = (new, &act) {
            field = child_pointer(&field, &new);
        }
        let source = Arc::new(Source::new("a.yaml", &*yaml));
        let assignment = match &act {
            Act::Set(value) => Assignment::set(&*field, data(value)),
            Act::Append(value) => Assignment::append(&*field, data(value)),
            Act::Remove => Assignment::remove(&*field),
        };
        let found = assign(Kind::Board, &source, &[assignment]);
        let expected = expected(&tree, &field, &act).filter(|_| !field.is_empty());
        match (found, expected) {
            (Ok(after), Some(expected)) => {
                let after = document(after.text());
                prop_assert_eq!(after.root().unwrap().to_json(), expected, "{}", yaml);
                prop_assert_eq!(comments(&after), comments(&before));
            }
            (Ok(_), None) => prop_assert!(matches!(act, Act::Remove), "{field} {act:?}\n{yaml}"),
            // A key behind a question mark, or blank lines that are text: nobody writes a record so, and where such a
            // file cannot be edited, nothing is written.
            (Err(refusal), Some(_)) => {
                prop_assert!(yaml.contains(['?', '+']), "{refusal}: {field} {act:?}\n{yaml}");
            }
            (Err(_), None) => {}
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

/// A text after assignments.
fn after(text: &str, assignments: &[Assignment]) -> String {
    let source = Arc::new(Source::new("a.yaml", text));
    assign(Kind::Board, &source, assignments).unwrap_or_else(|refusal| panic!("{refusal}")).text().to_owned()
}

fn texts(texts: &[&str]) -> Data {
    Data::texts(texts)
}

fn map(entries: &[(&str, Data)]) -> Data {
    Data::Map(entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
}

#[test]
fn a_value_keeps_the_style_of_the_one_before_it() {
    let set = |text: &str, value: Data| after(text, &[Assignment::set("/account_name", value)]);
    for (before, value, expected) in [
        ("account_name: a # x\n", Data::text("b"), "account_name: b # x\n"),
        ("account_name: 'a'\n", Data::text("it's"), "account_name: 'it''s'\n"),
        ("account_name: \"a\"\n", Data::text("b"), "account_name: \"b\"\n"),
        ("account_name: >-\n  a\n  b\n\nz: 1", Data::text("c"), "account_name: >-\n  c\n\nz: 1"),
        ("account_name: |\n  a\n", Data::text("b\nc\n"), "account_name: |\n  b\n  c\n"),
        ("account_name: a\n", Data::text("a: b"), "account_name: \"a: b\"\n"),
        ("account_name: a\n", Data::text("no"), "account_name: \"no\"\n"),
        ("account_name: a\n", Data::text("2026-04-23"), "account_name: 2026-04-23\n"),
        ("account_name: a\n", Data::text("12:30"), "account_name: \"12:30\"\n"),
        ("account_name: a\n", Data::text("1\n\u{7}"), "account_name: \"1\\n\\u0007\"\n"),
        ("account_name: a\r\nz: 1\r\n", Data::text("b\nc"), "account_name: |-\r\n  b\r\n  c\r\nz: 1\r\n"),
        ("account_name:   # x\n", Data::text("b"), "account_name: b   # x\n"),
        ("{account_name: a, z: 1}\n", Data::text("b, c"), "{account_name: \"b, c\", z: 1}\n"),
        ("account_name: [a]\n", texts(&["b", "c"]), "account_name: [b, c]\n"),
        ("account_name:\n- a # x\n", texts(&["b", "c"]), "# x\naccount_name:\n- b\n- c\n"),
        ("account_name: a # x\n", texts(&["b b", "c"]), "# x\naccount_name:\n  - b b\n  - c\n"),
        ("# y\naccount_name: [ # x\n  a ]\n", Data::Int(1), "# y\n# x\naccount_name: 1\n"),
    ] {
        assert_eq!(set(before, value), expected, "{before:?}");
    }
    let long = "word ".repeat(30);
    let folded = set("account_name: a\n", Data::text(long.trim()));
    assert!(folded.starts_with("account_name: >-\n  word word"), "{folded}");
    assert!(folded.lines().all(|line| line.chars().count() <= 100), "{folded}");
    let quoted = set("account_name: a # not to be swallowed\n", Data::text(format!("{long}\nx")));
    assert!(quoted.starts_with("account_name: \"word"), "{quoted}");
}

#[test]
fn a_new_field_stands_where_the_schema_puts_it() {
    let text = "schema: x\nexception_id: A\n# status\ndecision_status: draft # now\n\nrelated: [B]\nextensions:\n  k: 1";
    let closure =
        map(&[("reason", Data::text("deal_lost")), ("by", Data::text("a")), ("at", Data::text("t"))]);
    let written = after(
        text,
        &[
            Assignment::set("/closure", closure),
            Assignment::set("/decided_by", texts(&["a", "b"])),
            Assignment::set("/decided_at", Data::text("2026-04-23T10:00:00Z")),
            Assignment::append("/reviews", map(&[("by", Data::text("a")), ("at", Data::text("d"))])),
            Assignment::set("/extensions/l/m", Data::Bool(true)),
            Assignment::remove("/related"),
            Assignment::remove("/nothing"),
        ],
    );
    let expected = "schema: x\nexception_id: A\n# status\ndecision_status: draft # now\ndecided_at: 2026-04-23T10:00:00Z\n\
                    decided_by: [a, b]\nreviews:\n  - at: d\n    by: a\nclosure:\n  at: t\n  by: a\n  reason: deal_lost\n\n\
                    extensions:\n  k: 1\n  l:\n    m: true";
    assert_eq!(written, expected);
    let written = after("# top\nexception_id: A\n", &[Assignment::set("/schema", Data::text("x"))]);
    assert_eq!(written, "# top\nschema: x\nexception_id: A\n");
    let written = after("{exception_id: A}", &[Assignment::set("/decided_by", texts(&["a"]))]);
    assert_eq!(written, "{exception_id: A, decided_by: [a]}");
}

#[test]
fn an_entry_is_written_as_the_one_above_it() {
    let review = || map(&[("by", Data::text("b")), ("at", Data::text("2026-01-02"))]);
    let add = |text: &str| after(text, &[Assignment::append("/reviews", review())]);
    for (before, expected) in [
        ("reviews:\n- at: x\n  by: a\n", "reviews:\n- at: x\n  by: a\n- at: 2026-01-02\n  by: b\n"),
        (
            "reviews:\n    - { at: x } # y\n    # z\nk: 1\n",
            "reviews:\n    - { at: x } # y\n    - { at: 2026-01-02, by: b }\n    # z\nk: 1\n",
        ),
        ("reviews: [{at: x}]", "reviews: [{at: x}, { at: 2026-01-02, by: b }]"),
        ("reviews: [] # none\nk: 1\n", "# none\nreviews:\n  - at: 2026-01-02\n    by: b\nk: 1\n"),
        ("schema: 1", "schema: 1\nreviews:\n  - at: 2026-01-02\n    by: b"),
        (
            "impacted_assets:\n- 1\nboard_tier: 1\r\n",
            "impacted_assets:\n- 1\nboard_tier: 1\nreviews:\n- at: 2026-01-02\n  by: b\r\n",
        ),
    ] {
        assert_eq!(add(before), expected, "{before:?}");
    }
}

#[test]
fn what_goes_leaves_its_comments() {
    let remove = |text: &str| after(text, &[Assignment::remove("/closure")]);
    for (before, expected) in [
        ("a: 1\nclosure:\n  # why\n  by: x # who\nb: 2\n", "a: 1\n# why\n# who\nb: 2\n"),
        ("a: 1\n# above\nclosure: {by: x}\n", "a: 1\n# above\n"),
        ("a: 1\r\nclosure: x", "a: 1"),
        ("closure: x # y\n\na: 1\n", "# y\na: 1\n"),
        ("{a: 1, closure: x, b: 2}", "{a: 1, b: 2}"),
    ] {
        assert_eq!(remove(before), expected, "{before:?}");
    }
}

#[test]
fn what_cannot_be_set_is_refused_with_the_reason() {
    let refused = |text: &str, assignment: Assignment| {
        let source = Arc::new(Source::new("a.yaml", text));
        assign(Kind::Board, &source, &[assignment]).unwrap_err().to_string()
    };
    let one = || Data::Int(1);
    for (text, assignment, expected) in [
        ("a: 1\n", Assignment::set("/a/b", one()), "`a.b` cannot be set: `a` is a number"),
        (
            "a: [1]\n",
            Assignment::set("/a/1", one()),
            "`a[1]` cannot be set: the list has 1 entry, which is number 0",
        ),
        (
            "a: x\n",
            Assignment::append("/a", one()),
            "`a` cannot be set: it is a string, and entries are added to a list",
        ),
        (
            "a: [1]\n",
            Assignment::remove("/a/0"),
            "`a[0]` cannot be set: one entry of a list is not taken out alone; set the whole list",
        ),
        ("a: 1\n", Assignment::remove("/a"), "`a` cannot be set: a record has at least one field"),
        ("a: 1\n", Assignment::set("", one()), "`the record` cannot be set: it is the record as a whole"),
        ("a: &x 1\n", Assignment::set("/a", one()), "`a` cannot be set: the file cannot be read as YAML"),
        (
            "a: 1\n",
            Assignment::set("/b", Data::text("x".repeat(300_000))),
            "`b` cannot be set: the file could not be read any more: the file has more than 262144 bytes",
        ),
    ] {
        assert_eq!(refused(text, assignment), expected);
    }
}
