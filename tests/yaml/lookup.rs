//! Nodes by pointer, places for findings, and typed records.

use std::collections::BTreeMap;

use exboard::yaml::{Document, Style, Value as Kind, child_pointer, unescape_token};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde::Deserialize;
use serde_json::Value;

use super::render::{render, text, tree};
use super::{document, read, slice};

#[test]
fn pointers_find_what_rfc_6901_says() {
    let text = "\"\": 0\na/b: 1\n\"m~n\": 2\n~1: 3\nlist: [x, {y: z}]\n\"0\": 4\n";
    let document = document(text);
    for (pointer, raw) in [
        ("/", Some("0")),
        ("/a~1b", Some("1")),
        ("/m~0n", Some("2")),
        ("/~01", Some("3")),
        ("/list", Some("[x, {y: z}]")),
        ("/list/0", Some("x")),
        ("/list/1/y", Some("z")),
        ("/0", Some("4")),
        ("/~1", None),
        ("/list/2", None),
        ("/list/-", None),
        ("/list/00", None),
        ("/list/01", None),
        ("/list/+1", None),
        ("/list/-1", None),
        ("/list/ 1", None),
        ("/list/99999999999999999999", None),
        ("/list/0/x", None),
        ("/list/1/y/", None),
        ("list", None),
        ("x/list", None),
        ("//", None),
    ] {
        assert_eq!(document.get(pointer).map(exboard::yaml::Node::raw), raw, "{pointer}");
    }
    assert_eq!(document.get("").unwrap().value(), Kind::Map);
    let key = |pointer: &str| document.key_span(pointer).map(|span| slice(text, span));
    assert_eq!(key("/"), Some("\"\""));
    assert_eq!(key("/a~1b"), Some("a/b"));
    assert_eq!(key("/m~0n"), Some("\"m~n\""));
    assert_eq!(key("/~01"), Some("~1"));
    assert_eq!(key("/list/1/y"), Some("y"));
    assert_eq!(key("/list/1"), None);
    assert_eq!(key(""), None);
    assert_eq!(key("a"), None);
    assert_eq!(child_pointer("/x", "a/b~c"), "/x/a~1b~0c");
    assert_eq!(unescape_token("a~1b~0c~01"), "a/b~c~1");
}

#[test]
fn every_pointer_that_is_made_is_found() {
    let mut runner = TestRunner::new(Config { cases: 500, failure_persistence: None, ..Config::default() });
    let check = |(tree, seed): (Value, u64)| {
        let yaml = render(&tree, seed);
        let document = document(&yaml);
        let mut keys = Vec::new();
        for entry in document.root().unwrap().entries() {
            let pointer = child_pointer("", entry.key);
            prop_assert_eq!(document.get(&pointer), Some(entry.value));
            prop_assert_eq!(document.key_span(&pointer), Some(entry.key_span));
            prop_assert_eq!(tree.pointer(&pointer), Some(&entry.value.to_json()));
            keys.push(entry.key_span);
        }
        prop_assert!(keys.is_sorted());
        prop_assert!(document.strings().map(|(_, span)| span).is_sorted());
        Ok(())
    };
    runner.run(&(tree(), any::<u64>()), check).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn strings_are_all_scalars_that_are_strings() {
    let document = document("b: x\na:\n- \"y\\u0021\"\n- c: z\n- 1\n'd': |\n  t\n");
    let strings: Vec<_> = document.strings().map(|(text, _)| text).collect();
    assert_eq!(strings, ["b", "x", "a", "y!", "c", "z", "d", "t\n"]);
}

#[test]
fn findings_point_where_a_person_would_look() {
    let text = "\
# a record
id: X-1
empty:
flow: {a: 1, b: []}
block:
  c: 1
  d:
    - e: 1
      f: 2
    -
      - g
    - {}
text: |
  one
  two
";
    let document = document(text);
    for (pointer, expected) in [
        ("", "id"),
        ("/id", "X-1"),
        ("/empty", "empty"),
        ("/flow", "{a: 1, b: []}"),
        ("/flow/b", "[]"),
        ("/block", "block"),
        ("/block/c", "1"),
        ("/block/d", "d"),
        ("/block/d/0", "e"),
        ("/block/d/0/f", "2"),
        ("/block/d/1", "- g"),
        ("/block/d/2", "{}"),
        ("/text", "|\n  one\n  two"),
        // What is not there: the key of the map that lacks it.
        ("/missing", "id"),
        ("/missing/deeper", "id"),
        ("/block/x", "block"),
        ("/block/x/y/z", "block"),
        ("/block/d/0/x", "e"),
        ("/block/d/9", "d"),
        ("/block/d/2/x", "{}"),
        ("/flow/x", "flow"),
        ("/empty/x", "empty"),
        ("/id/x", "id"),
        ("nonsense", "id"),
    ] {
        assert_eq!(slice(text, document.locate(pointer)), expected, "{pointer}");
    }
    assert_eq!(slice("{}\n", super::document("{}\n").locate("/x")), "{}");
    assert!(read("").document.locate("/x").is_empty());
    assert!(document.locate(&"/x".repeat(100_000)).start == 11);
}

#[test]
fn equality_is_of_data() {
    let one = document("a: [1, 'x']\nb: {c: null, d: 1.5}\n");
    let other = document("\"b\":\n  d: 1.50\n  c:\na:\n- 0x1\n- |-\n  x\n");
    assert_eq!(one.root(), other.root());
    assert_ne!(one.root(), document("a: [1, 'x']\nb: {c: null, d: 2}\n").root());
    assert_ne!(one.get("/a"), one.get("/b"));
    assert_eq!(one.get("/a/0").unwrap().style(), Style::Plain);
    assert_eq!(
        format!("{:?}", one.root().unwrap()),
        r#"{"a": [Int(1), String("x")], "b": {"c": Null, "d": Float(1.5)}}"#
    );
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Record<'a> {
    #[serde(borrow)]
    id: &'a str,
    tier: Tier,
    score: u8,
    offset: i64,
    weight: f64,
    whole: f64,
    done: bool,
    note: Option<&'a str>,
    absent: Option<u8>,
    none: Option<Tier>,
    folded: String,
    names: Vec<&'a str>,
    controls: Vec<Control>,
    pair: (u8, String),
    wrapped: Wrapped,
    either: Either,
    #[serde(borrow)]
    keys: BTreeMap<&'a str, char>,
    extensions: Value,
}

#[derive(Debug, Deserialize, PartialEq, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Tier {
    Working,
    Director,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Control {
    owner: String,
    #[serde(default)]
    due: Option<String>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Wrapped(u16);

#[derive(Debug, Deserialize, PartialEq)]
#[serde(untagged)]
enum Either {
    Link(String),
    Links(Vec<String>),
}

const RECORD: &str = "\
id: X-1
tier: director
score: 255
offset: -3
weight: 0.25
whole: 3
done: true
note: 'a note'
none: null
folded: >-
  one
  two
names: [é, \"b\"]
controls:
- owner: ana
  due: 2026-04-23
  unknown: {ignored: [1, {2x: 3}]}
- owner: bob
pair: [1, two]
wrapped: 7
either: [a, b]
keys: {a: x, \"b\": é}
extensions: {n: [18446744073709551615, -1, 1.5, null], s: x}
";

fn typed<'a, T: Deserialize<'a>>(document: &'a Document) -> Result<T, String> {
    T::deserialize(document.root().unwrap()).map_err(|error| error.to_string())
}

#[test]
fn typed_records_borrow_from_the_tree() {
    let document = document(RECORD);
    let record: Record<'_> = typed(&document).unwrap();
    let expected = Record {
        id: "X-1",
        tier: Tier::Director,
        score: 255,
        offset: -3,
        weight: 0.25,
        whole: 3.0,
        done: true,
        note: Some("a note"),
        absent: None,
        none: None,
        folded: "one two".to_owned(),
        names: vec!["é", "b"],
        controls: vec![
            Control { owner: "ana".to_owned(), due: Some("2026-04-23".to_owned()) },
            Control { owner: "bob".to_owned(), due: None },
        ],
        pair: (1, "two".to_owned()),
        wrapped: Wrapped(7),
        either: Either::Links(vec!["a".to_owned(), "b".to_owned()]),
        keys: BTreeMap::from([("a", 'x'), ("b", 'é')]),
        extensions: serde_json::json!({"n": [18446744073709551615_u64, -1, 1.5, null], "s": "x"}),
    };
    assert_eq!(record, expected);
    // Borrowed, not copied.
    let source = document.source().text().as_bytes().as_ptr_range();
    assert!(
        source.contains(&record.id.as_ptr()) && source.contains(&record.keys.keys().next().unwrap().as_ptr())
    );
}

#[test]
fn wrong_types_are_errors() {
    for (from, to, message) in [
        ("score: 255", "score: 256", "invalid value: integer `256`"),
        ("score: 255", "score: -1", "invalid value: integer `-1`"),
        ("score: 255", "score: 2.0", "invalid type: floating point"),
        ("score: 255", "score: '2'", "invalid type: string \"2\""),
        ("tier: director", "tier: other", "unknown variant `other`"),
        ("tier: director", "tier: 1", "a string was expected, found a number"),
        ("tier: director", "tier: {director: 1}", "a string was expected, found a map"),
        ("id: X-1", "id: 1", "invalid type: integer"),
        ("pair: [1, two]", "pair: [1, two, 3]", "invalid length 3"),
        ("pair: [1, two]", "pair: [1]", "invalid length 1"),
        ("note: 'a note'", "note: []", "invalid type: sequence"),
        ("wrapped: 7\n", "", "missing field `wrapped`"),
        ("wrapped: 7", "wrap: 7", "unknown field `wrap`"),
        ("done: true", "done: yes", "invalid type: string \"yes\""),
    ] {
        assert!(RECORD.contains(from));
        let document = document(&RECORD.replace(from, to));
        let error = typed::<Record<'_>>(&document).unwrap_err();
        assert!(error.contains(message), "{to}: {error}");
    }
}

#[test]
fn serde_sees_the_same_json() {
    let mut runner = TestRunner::new(Config { cases: 500, failure_persistence: None, ..Config::default() });
    let check = |(tree, seed, key): (Value, u64, String)| {
        let yaml = render(&tree, seed);
        let document = document(&yaml);
        prop_assert_eq!(typed::<Value>(&document).unwrap(), document.root().unwrap().to_json());
        prop_assert!(document.root().unwrap().child(&key).is_none() || tree.get(&key).is_some());
        Ok(())
    };
    runner.run(&(tree(), any::<u64>(), text()), check).unwrap_or_else(|error| panic!("{error}"));
}
