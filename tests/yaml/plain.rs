//! The plain reader against the general parser: what it reads is the same tree, to the last byte.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use exboard::source::Source;
use exboard::yaml::{
    Document, MAX_BYTES, MAX_DEPTH, MAX_KEY, MAX_NODES, Node, Value, parse, parse_fast, parse_plain,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};

use super::mutants::{Dice, collect, corpus, mutant};
use super::render::{render, tame, tree};

/// True where the plain reader answers; then its tree is that of the general parser.
fn agrees(bytes: Vec<u8>) -> bool {
    let source = Arc::new(Source::from_bytes("test.yaml", bytes));
    let Some(plain) = parse_plain(&source) else { return false };
    let text = source.text();
    let general = parse(Arc::clone(&source));
    assert!(general.problems.is_empty(), "{text:?}: {:#?}", general.problems);
    same(&plain, &general.document);
    // The arenas themselves, with all that no caller sees.
    assert_eq!(format!("{plain:?}"), format!("{:?}", general.document), "{text:?}");
    true
}

/// All that a caller can see of two trees.
fn same(one: &Document, two: &Document) {
    let text = one.source().text();
    assert_eq!(one.comments(), two.comments(), "{text:?}");
    assert!(one.strings().eq(two.strings()), "{text:?}");
    same_nodes(one.root().unwrap(), two.root().unwrap(), text);
}

fn same_nodes(one: Node<'_>, two: Node<'_>, text: &str) {
    let at = (one.span(), one.style());
    assert_eq!(at, (two.span(), two.style()), "{text:?}");
    match (one.value(), two.value()) {
        (Value::Float(one), Value::Float(two)) => assert_eq!(one.to_bits(), two.to_bits(), "{text:?}"),
        (one, two) => assert_eq!(one, two, "{at:?} in {text:?}"),
    }
    assert_eq!(one.entries().len(), two.entries().len(), "{at:?} in {text:?}");
    for (one_entry, two_entry) in one.entries().zip(two.entries()) {
        let entry = (one_entry.key, one_entry.key_span);
        assert_eq!(entry, (two_entry.key, two_entry.key_span), "{text:?}");
        assert_eq!(one.entry(entry.0).unwrap().key_span, entry.1, "{text:?}");
        same_nodes(one_entry.value, two_entry.value, text);
    }
    assert_eq!(one.items().len(), two.items().len(), "{at:?} in {text:?}");
    for (one, two) in one.items().zip(two.items()) {
        same_nodes(one, two, text);
    }
}

/// Runs on all cores; in how many of so many cases the plain reader answered.
fn answered(cases: usize, case: impl Fn(&mut Dice) -> Vec<u8> + Sync) -> usize {
    let (next, answered) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= cases {
                        return;
                    }
                    let bytes = case(&mut Dice((number as u64).wrapping_mul(0x5851_F42D_4C95_7F2D)));
                    answered.fetch_add(usize::from(agrees(bytes)), Ordering::Relaxed);
                }
            });
        }
    });
    answered.into_inner()
}

#[expect(clippy::disallowed_methods, reason = "how long to search is for whoever runs the test to say")]
fn from_environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// `EXBOARD_MUTANTS=4000000 cargo test --release --test yaml mutants` searches on, over the YAML below the folder
/// `EXBOARD_YAML` too.
#[test]
fn mutants() {
    let mut texts = corpus();
    if let Some(folder) = from_environment("EXBOARD_YAML") {
        collect(std::path::Path::new(&folder), &mut texts);
    }
    let mut runner = TestRunner::deterministic();
    for seed in 0..200 {
        let tree = tree().new_tree(&mut runner).unwrap().current();
        texts.push(tame(&tree, seed));
    }
    let cases = from_environment("EXBOARD_MUTANTS").map_or(100_000, |count| count.parse().unwrap());
    let answered = answered(cases, |dice| mutant(&texts, dice));
    assert!(answered > cases / 4, "only {answered} of {cases}");
}

#[test]
fn the_corpus_is_plain() {
    // The votes of an example are a list, and a record is a map.
    let texts: Vec<String> = corpus().into_iter().filter(|text| !text.starts_with(['-', '['])).collect();
    let plain = texts.iter().filter(|text| agrees(text.as_bytes().to_vec())).count();
    // The odd cases of the rules are odd in their form, too.
    assert!(plain >= texts.len() - texts.len() / 10, "{plain} of {}", texts.len());
}

#[test]
fn records_of_all_shapes() {
    let mut runner = TestRunner::new(Config { cases: 3_000, failure_persistence: None, ..Config::default() });
    let answered = AtomicUsize::new(0);
    let check = |(tree, seed): (serde_json::Value, u64)| {
        answered.fetch_add(usize::from(agrees(tame(&tree, seed).into_bytes())), Ordering::Relaxed);
        agrees(render(&tree, seed).into_bytes());
        Ok(())
    };
    runner.run(&(tree(), any::<u64>()), check).unwrap_or_else(|error| panic!("{error}"));
    let answered = answered.into_inner();
    assert!(answered > 1_000, "only {answered} of 3,000");
}

/// Forms that records are written in: each is read without the general parser.
#[rustfmt::skip]
const PLAIN: [&str; 47] = [
    "a: 1\n", "a: 1", "{a: 1}\n", "---\na: 1\n", "# c\n\n--- # c\n# c\na: 1\n", "a:\nb:\n", "a: # c\n", "a:\n  b:\n    c: 1\nd: 2\n",
    "a:\n  - x\n  - y\nb: 1\n", "a:\n- x\n- y\nb: 1\n", "a:\n- b: 1\n  c:\n  - 2\n- d: 3\n", "a:\n  -\n    b: 1\n  -\n",
    "a:\n  - - x\n    - y\n  - z\n", "a:\n\n  # c\n  b: 1\n# c\n\n", "a:\n  text\nb: 'x'\n", "a:\n  'text' # c\n", "a:\n  [x]\n",
    "a: text with # no comment:here, [b] {c} & *d !e | > f - g ? h @ % `i` 'j' \"k\"\n",
    "a: x#y # c\n", "a:   spaces   \n", "a: -1\nb: -x\nc: .5\nd: ./x\n", "a: ~\nb: null\nc: true\nd: 0x1F\ne: 1.5e3\n",
    "a: 2026-11-20T09:00:00Z\n", "a: https://example.com/a?b=c#d\n", "'a b': 'it''s'\n\"c\": \"d\"\n", "a: \"x \\\"y\\\" \\\\ \\n \\t \\/\"\n",
    "a: ''\nb: \"\"\n", "a: 'x' # c\n", "a: |\n  x\n\n   y\nb: 1\n", "a: |-\n  x\n\n\nb: 1\n", "a: |+\n  x\n\n\nb: 1\n",
    "a: >\n  x\n  y\n\n  z\n    - i\n    - j\n  k\n", "a: >- # c\n  x\n  y\n# c\nb: 1\n", "a: >+\n  x\n\n", "a: |\n\n\n  x  \n", "a: |\n    x\n",
    "a:\n- |\n  x\n- >-\n  y\n", "a:\n  |\n  x\n", "a: []\nb: {}\n", "a: [1, 'x', \"y\", [z], {k: v}] # c\n", "a: {b: 1, 'c': [d], \"e\": f g}\n",
    "a: [ x , y ]\n", "a: {b: c:d}\n", "é: ü – 日本 😀\n", "a: x\n   \n\n  \n", "a.b/c-d_e: 1\n", "a: (x) = $y + ~z < w ^ \\ ;\n",
];

/// Forms that are not, or not sure to mean what they seem to.
#[rustfmt::skip]
const UNUSUAL: [&str; 63] = [
    "", "# c\n", "---\n", "text\n", "- a\n", "[a]\n", " a: 1\n", "--- a: 1\n", "---\n---\na: 1\n", "%YAML 1.2\n---\na: 1\n",
    "a: 1\n...\n", "a: 1\n--- \nb: 1\n", "\u{feff}a: 1\n", "a: 1\r\n", "a: 1\rb: 2\n", "a:\t1\n", "a: x\ty\n", "a: |\n  x\ty\n", "a: \u{7f}\n",
    "a: \u{85}\n", "a: \u{a0}x\n", "a: \u{200b}x\n", "a: \u{2028}x\n", "a: \u{202e}x\n", "a: \u{feff}x\n", "a: \u{fffe}\n", "a: \0\n", "a: &x 1\n", "a: *x\n", "a: !t x\n",
    "<<: {a: 1}\n", "? a\n: 1\n", "a : 1\n", "1: a\n", "true: a\n", "~: a\n", "a: 1\na: 2\n", "a: 1\n'a': 2\n", "a: {b: 1, b: 2}\n", "a: .inf\n", "a: 1e999\n",
    "a: x\n  y\n", "a: 'x\n  y'\n", "a: \"x\n  y\"\n", "a: \"\\u0041\"\n", "a: \"\\x41\"\n", "a: [x,\n  y]\n", "a: [x, ]\n", "a: [b: 1]\n", "a: {b}\n", "a: {\"b\":1}\n", "a: {b: }\n",
    "a: |2\n  x\n", "a: |\n", "a: |\n\nb: 1\n", "a: |\n  x", "a: |\n   \n  x\n", "a: |\n    x\n  y\n", "a: b: c\n", "a: - b\n", "a: 'x' y\n", "a:\n    b: 1\n  c: 2\n", "a: x\n# c\n  y\n",
];

#[test]
fn what_is_usual_needs_no_general_parser() {
    for text in PLAIN {
        assert!(agrees(text.as_bytes().to_vec()), "{text:?}");
    }
}

#[test]
fn what_is_unusual_is_left_to_the_general_parser() {
    for text in UNUSUAL {
        assert!(!agrees(text.as_bytes().to_vec()), "{text:?}");
        falls_back(text.as_bytes());
    }
    assert!(!agrees(b"a: \xff\n".to_vec()));
    falls_back(b"a: \xff\n");
}

/// What the general parser says is what is said.
fn falls_back(bytes: &[u8]) {
    let source = Arc::new(Source::from_bytes("test.yaml", bytes.to_vec()));
    let (fast, general) = (parse_fast(Arc::clone(&source)), parse(source));
    assert_eq!(fast.problems, general.problems);
    assert_eq!(format!("{:?}", fast.document), format!("{:?}", general.document));
}

#[test]
fn the_limits_are_the_same() {
    let deep = |depth: usize| {
        let block: String = (1..depth).map(|n| format!("{}a:\n", " ".repeat(n - 1))).collect();
        format!("{block}{}a: 1\n", " ".repeat(depth - 1))
    };
    let brackets = |depth: usize| format!("a: {}{}\n", "[".repeat(depth - 1), "]".repeat(depth - 1));
    let nodes = |count: usize| format!("a: [{}1]\n", "1,".repeat(count - 3));
    let key = |len: usize| format!("{}: 1\n'{}': 1\n", "k".repeat(len), "q".repeat(len - 2));
    let bytes = |len: usize| format!("a: {}\n", "x".repeat(len - 4));
    let limits: [(&dyn Fn(usize) -> String, usize); 5] = [
        (&deep, MAX_DEPTH),
        (&brackets, MAX_DEPTH),
        (&nodes, MAX_NODES),
        (&key, MAX_KEY),
        (&bytes, MAX_BYTES),
    ];
    for (text, limit) in limits {
        assert!(agrees(text(limit).into_bytes()), "{limit}");
        assert!(!agrees(text(limit + 1).into_bytes()), "{limit}");
        falls_back(text(limit + 1).as_bytes());
    }
}
