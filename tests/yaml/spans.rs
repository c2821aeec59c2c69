//! Exact spans: of every value what a person would mark, of every key the key.

use super::{document, slice};

/// A text, a pointer into it, and what its value and its key look like in the source.
type Row = (&'static str, &'static str, &'static str, Option<&'static str>);

fn check(rows: &[Row]) {
    for (text, pointer, value, key) in rows {
        let document = document(text);
        let node = document.get(pointer).unwrap_or_else(|| panic!("{text:?} has no {pointer}"));
        assert_eq!(slice(text, node.span()), *value, "the value of {pointer} in {text:?}");
        assert_eq!(node.raw(), *value);
        let found = document.key_span(pointer).map(|span| slice(text, span));
        assert_eq!(found, *key, "the key of {pointer} in {text:?}");
    }
}

#[test]
fn block_collections() {
    check(&[
        ("a: 1\nb: 2\n", "", "a: 1\nb: 2", None),
        ("a: 1\nb: 2\n", "/b", "2", Some("b")),
        ("# top\na:\n  b: 1 # x\n  c: 2\n\n# end\n", "/a", "b: 1 # x\n  c: 2", Some("a")),
        ("a:\n  b: 1\n\n\nc: 2\n", "/a", "b: 1", Some("a")),
        ("a:\n  - x\n  - y\nb: 1\n", "/a", "- x\n  - y", Some("a")),
        ("a:\n  - x\n  - y\nb: 1\n", "/a/1", "y", None),
        ("a:\n  - b: 1\n    c: 2\n  - d: 3\n", "/a/0", "b: 1\n    c: 2", None),
        ("a:\n  - b: 1\n    c: 2\n  - d: 3\n", "/a/0/c", "2", Some("c")),
        ("a:\n  -\n    b: 1\n", "/a/0", "b: 1", None),
        ("a :   1\nb\t: 2\n", "/a", "1", Some("a")),
        ("a :   1\nb\t: 2\n", "/b", "2", Some("b")),
        ("a: 1", "/a", "1", Some("a")),
        ("---\na: 1\n...\n", "", "a: 1", None),
        ("--- # c\na: 1\n", "", "a: 1", None),
    ]);
}

#[test]
fn lists_that_are_not_indented() {
    check(&[
        ("a:\n- x\n- y\nb: 1\n", "/a", "- x\n- y", Some("a")),
        ("a:\n- x\n- y\nb: 1\n", "/a/0", "x", None),
        ("a:\n-   x\n", "/a", "-   x", Some("a")),
        ("a: # - no | > :\n# - neither\n- x\n", "/a", "- x", Some("a")),
        ("a:\n- # - no\n  x: 1\n- # - no\n- y\n", "/a", "- # - no\n  x: 1\n- # - no\n- y", Some("a")),
        ("a:\n- # - no\n  x: 1\n", "/a/0", "x: 1", None),
        ("a:\n- - x\n  - y\n- z\n", "/a", "- - x\n  - y\n- z", Some("a")),
        ("a:\n- - x\n  - y\n- z\n", "/a/0", "- x\n  - y", None),
        ("a:\n- b:\n  - c\nd: 1\n", "/a/0/b", "- c", Some("b")),
        ("'a-b':\n- -1\n", "/a-b", "- -1", Some("'a-b'")),
        ("a:\n-\n-\nb: 1\n", "/a", "-\n-", Some("a")),
        ("? a\n:\n- x\n", "/a", "- x", Some("a")),
    ]);
}

#[test]
fn lists_in_lists() {
    check(&[
        ("a:\n  - - x\n    - y\n", "/a/0", "- x\n    - y", None),
        ("a:\n  - - x\n    - y\n", "/a/0/1", "y", None),
        ("a:\n  - - - x\n", "/a", "- - - x", Some("a")),
        ("a:\n  - - - x\n", "/a/0", "- - x", None),
        ("a:\n  - - - x\n", "/a/0/0", "- x", None),
        ("a:\n  -   - x\n", "/a/0", "- x", None),
    ]);
}

#[test]
fn flow_collections() {
    check(&[
        ("a: [1, 2] # c\n", "/a", "[1, 2]", Some("a")),
        ("a: [1, 2]\n", "/a/1", "2", None),
        ("a: {b: 1, 'c' : 2}\n", "/a", "{b: 1, 'c' : 2}", Some("a")),
        ("a: {b: 1, 'c' : 2}\n", "/a/c", "2", Some("'c'")),
        ("{a: {b: [], c: {}}}", "", "{a: {b: [], c: {}}}", None),
        ("{a: {b: [], c: {}}}", "/a/b", "[]", Some("b")),
        ("{a: {b: [], c: {}}}", "/a/c", "{}", Some("c")),
        ("a: [\n  1, # one\n  2,\n  ]\nb: 1\n", "/a", "[\n  1, # one\n  2,\n  ]", Some("a")),
        ("a: [\n  1, # one\n  2,\n  ]\nb: 1\n", "/a/1", "2", None),
        ("{\"a\":1,\"b\":[\"x\"]}", "/b/0", "\"x\"", None),
        ("{\"a\":1,\"b\":[\"x\"]}", "/a", "1", Some("\"a\"")),
        // The one pair of a list is a map without braces.
        ("a: [b: 1 , c]\n", "/a/0", "b: 1", None),
        ("a: [b: 1 , c]\n", "/a/0/b", "1", Some("b")),
        ("a: [? b : 1]\n", "/a/0", "? b : 1", None),
        ("a: [{b: 1}, c: {d: 1} ]\n", "/a/0", "{b: 1}", None),
        ("a: [{b: 1}, c: {d: 1} ]\n", "/a/1", "c: {d: 1}", None),
    ]);
}

#[test]
fn block_scalars() {
    check(&[
        ("a: |\n  one\n  two\n\nb: 1\n", "/a", "|\n  one\n  two", Some("a")),
        ("a: >\n  one\n  two\nb: 1\n", "/a", ">\n  one\n  two", Some("a")),
        ("a: |2-\n    one\n  two\nb: 1\n", "/a", "|2-\n    one\n  two", Some("a")),
        ("a: >+\n  one\n\n\n# c\nb: 1\n", "/a", ">+\n  one", Some("a")),
        ("a: | # a | b > c - d\n  one\nb: 1\n", "/a", "| # a | b > c - d\n  one", Some("a")),
        ("a: # | > -\n  |\n  one\nb: 1\n", "/a", "|\n  one", Some("a")),
        ("a: |\n\n\n  one\n", "/a", "|\n\n\n  one", Some("a")),
        ("a: |-\n  # not a comment\nb: 1\n", "/a", "|-\n  # not a comment", Some("a")),
        ("a: |+ # c\n\n\nb: 1\n", "/a", "|+", Some("a")),
        ("a: |\nb: 1\n", "/a", "|", Some("a")),
        ("a: >-", "/a", ">-", Some("a")),
        ("a:\n- |\n  x\n- >-\n  y\n", "/a/0", "|\n  x", None),
        ("a:\n- |\n  x\n- >-\n  y\n", "/a/1", ">-\n  y", None),
        ("a:\n- |\n x\n- # c\n  >-\n y\n", "/a/1", ">-\n y", None),
        ("a:\n  - b: |\n      x\n    c: 1\n", "/a/0/b", "|\n      x", Some("b")),
        ("a: |\n  x \u{a0}\nb: 1\n", "/a", "|\n  x \u{a0}", Some("a")),
        ("a: |\n  \u{a0}\nb: 1\n", "/a", "|\n  \u{a0}", Some("a")),
        ("a: |\n  x\t\n \nb: 1\n", "/a", "|\n  x", Some("a")),
        ("? a\n: |\n  x\n", "/a", "|\n  x", Some("a")),
    ]);
}

#[test]
fn line_ends_byte_order_mark_and_other_scripts() {
    check(&[
        ("a: 1\r\nb:\r\n- x\r\n- y\r\n", "/b", "- x\r\n- y", Some("b")),
        ("a: |\r\n  x\r\n  y\r\n\r\nb: 1\r\n", "/a", "|\r\n  x\r\n  y", Some("a")),
        ("a: # - c\r\n- x\r\n", "/a", "- x", Some("a")),
        ("a: # - c\r- x\rb: 1\r", "/a", "- x", Some("a")),
        ("\u{feff}a: 1\nb: [2]\n", "/a", "1", Some("a")),
        ("\u{feff}a: 1\nb: [2]\n", "/b", "[2]", Some("b")),
        ("\u{feff}# c\n---\na: 1\n", "/a", "1", Some("a")),
        ("名前: 値 # 註\n次: \"é\"\n", "/名前", "値", Some("名前")),
        ("名前: 値 # 註\n次: \"é\"\n", "/次", "\"é\"", Some("次")),
        ("é: |\n  ü\n  😀\nb: 1\n", "/é", "|\n  ü\n  😀", Some("é")),
    ]);
}

#[test]
fn quoted_scalars_and_scalars_over_several_lines() {
    check(&[
        ("\"a b\": 'x'\n'c': \"y\" # z\n", "/a b", "'x'", Some("\"a b\"")),
        ("\"a b\": 'x'\n'c': \"y\" # z\n", "/c", "\"y\"", Some("'c'")),
        ("\"\": 1\n", "/", "1", Some("\"\"")),
        ("a: ''\nb: \"\"\n", "/a", "''", Some("a")),
        ("a: 'it''s'\n", "/a", "'it''s'", Some("a")),
        ("a: one\n  two\n\n  three # c\nb: 1\n", "/a", "one\n  two\n\n  three", Some("a")),
        ("a:\n  one\n  two\nb: 1\n", "/a", "one\n  two", Some("a")),
        ("a: 'one\n\n  two'  # c\nb: 1\n", "/a", "'one\n\n  two'", Some("a")),
        ("a: \"one \\\n  two\"\nb: 1\n", "/a", "\"one \\\n  two\"", Some("a")),
        ("a: [one\n  two, 'x\n  y']\n", "/a/0", "one\n  two", None),
        ("a: [one\n  two, 'x\n  y']\n", "/a/1", "'x\n  y'", None),
        ("a: # c\n  # d\n  x # e\n", "/a", "x", Some("a")),
        ("a:\n\n  # d\n\n  b: 1\n", "/a", "b: 1", Some("a")),
    ]);
}

#[test]
fn absent_values() {
    check(&[
        ("a:\nb: 1\n", "/a", "", Some("a")),
        ("a:", "/a", "", Some("a")),
        ("{a: , b, c: }", "/b", "", Some("b")),
        ("{a: , b, c: }", "/c", "", Some("c")),
    ]);
    for (text, pointer, before) in [
        ("a:\nb: 1\n", "/a", "a:"),
        ("a: # c\n  # d\nb: 1\n", "/a", "a:"),
        ("a :\nb: 1\n", "/a", "a :"),
        ("a:", "/a", "a:"),
        ("b:\n  a:\n\nc: 1\n", "/b/a", "b:\n  a:"),
        ("a:\n  -\n  - x\n", "/a/0", "a:\n  -"),
        ("a:\n  - x\n  - # c\n  - y\n", "/a/1", "a:\n  - x\n  -"),
        ("a:\n-\n- x\n", "/a/0", "a:\n-"),
        ("a:\n- # - c\n- x\n", "/a/0", "a:\n-"),
        ("a:\n- x\n- # - c\n", "/a/1", "a:\n- x\n-"),
        ("a:\n- - x\n  -\n- y\n", "/a/0/1", "a:\n- - x\n  -"),
        ("{a: , b, c: }", "/a", "{a:"),
        ("{a: , b, c: }", "/b", "{a: , b"),
        ("{\"a\":}", "/a", "{\"a\":"),
        ("[b: ]", "/0/b", "[b:"),
        ("? a\n? b\n: # c\n? c\n", "/a", "? a"),
        ("? a\n? b\n: # c\n? c\n", "/b", "? a\n? b\n:"),
        ("? a # :\n# :\n:\n", "/a", "? a # :\n# :\n:"),
    ] {
        let document = super::read(text).document;
        let span = document.get(pointer).unwrap().span();
        assert!(span.is_empty(), "{pointer} in {text:?}");
        assert_eq!(&text[..span.start], before, "{pointer} in {text:?}");
    }
}

#[test]
fn explicit_keys() {
    check(&[
        ("? a\n: 1\n? b\n: - x\n  - y\n", "", "? a\n: 1\n? b\n: - x\n  - y", None),
        ("? a\n: 1\n? b\n: - x\n  - y\n", "/a", "1", Some("a")),
        ("? a\n: 1\n? b\n: - x\n  - y\n", "/b", "- x\n  - y", Some("b")),
        ("? 'a' # c\n: 1\n", "/a", "1", Some("'a'")),
        ("? a\n# c\n: # d\n  b: 1\n", "/a", "b: 1", Some("a")),
        ("? |-\n  a\n: 1\n", "/a", "1", Some("|-\n  a")),
        ("{? a : 1, ? b}", "/a", "1", Some("a")),
    ]);
}

#[test]
fn comments_have_their_place() {
    let text = "\u{feff}# top\na: 1 # right\n  # own\nb: # of b\n  - # of item\n    x\n  # in list\nc: |\n  # text\n\n# end";
    let document = document(text);
    let comments: Vec<_> =
        document.comments().iter().map(|comment| (slice(text, comment.span), comment.own_line)).collect();
    let expected = [
        ("# top", true),
        ("# right", false),
        ("# own", true),
        ("# of b", false),
        ("# of item", false),
        ("# in list", true),
        ("# end", true),
    ];
    assert_eq!(comments, expected);
    let quoted = super::document("a: 'x # y'\nb: x#y\n\"#c\": 1\n");
    assert!(quoted.comments().is_empty());
    let returns = "a: 1\r# own\r\n\u{a0}: 2 # right\n";
    let comments: Vec<_> = super::document(returns).comments().iter().map(|c| c.own_line).collect();
    assert_eq!(comments, [true, false]);
}
