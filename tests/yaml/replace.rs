//! Whatever is read can be edited by its span: the rest of the file means and looks the same.

use std::collections::BTreeSet;

use exboard::yaml::{Document, Node, Style, Value as Kind, child_pointer, quote};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use super::render::{render, text, tree};
use super::{document, slice};

#[test]
fn a_tree_in_any_style_reads_back_as_itself_and_each_node_can_be_replaced() {
    let mut runner = TestRunner::new(Config { cases: 3_000, failure_persistence: None, ..Config::default() });
    let result = runner.run(&(tree(), any::<u64>(), text()), |(tree, seed, new)| {
        let yaml = render(&tree, seed);
        let document = document(&yaml);
        let root = document.root().unwrap();
        prop_assert_eq!(root.to_json(), tree.clone(), "{}", yaml);
        let mut pointers = Vec::new();
        collect(root, String::new(), &mut pointers);
        for pointer in pointers {
            replace(&yaml, &document, &tree, &pointer, &new)?;
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

fn collect(node: Node<'_>, pointer: String, pointers: &mut Vec<String>) {
    for entry in node.entries() {
        collect(entry.value, child_pointer(&pointer, entry.key), pointers);
    }
    for (index, item) in node.items().enumerate() {
        collect(item, child_pointer(&pointer, &index.to_string()), pointers);
    }
    if !pointer.is_empty() {
        pointers.push(pointer);
    }
}

fn replace(
    yaml: &str,
    document: &Document,
    tree: &Value,
    pointer: &str,
    new: &str,
) -> Result<(), TestCaseError> {
    let node = document.get(pointer).unwrap();
    let span = node.span();
    let (before, after) = (&yaml[..span.start], &yaml[span.end..]);
    if document.key_span(pointer).is_some_and(|key| key.end == span.start) {
        // `{a}` or `? a`: no place for a value without a `:`.
        return Ok(());
    }
    // A value needs a space after its `:`; a list may stand in the column of its key, a text may not.
    let space = if span.is_empty() || (node.value() == Kind::Sequence && node.style() == Style::Block) {
        " "
    } else {
        ""
    };
    let edited = format!("{before}{space}{}{after}", quote(new));

    let reread = super::document(&edited);
    let mut expected = tree.clone();
    *expected.pointer_mut(pointer).unwrap() = Value::String(new.to_owned());
    prop_assert_eq!(
        reread.root().unwrap().to_json(),
        expected,
        "{} in\n{}\nbecame\n{}",
        pointer,
        yaml,
        edited
    );
    prop_assert_eq!(slice(&edited, reread.get(pointer).unwrap().span()), quote(new));

    let outside: Vec<_> = document
        .comments()
        .iter()
        .filter(|comment| comment.span.end <= span.start || comment.span.start >= span.end)
        .map(|comment| (slice(yaml, comment.span), comment.own_line))
        .collect();
    let kept: Vec<_> =
        reread.comments().iter().map(|comment| (slice(&edited, comment.span), comment.own_line)).collect();
    prop_assert_eq!(outside, kept, "{} in\n{}\nbecame\n{}", pointer, yaml, edited);
    Ok(())
}

#[test]
fn quoting_keeps_every_text() {
    let mut runner = TestRunner::new(Config { cases: 4_000, failure_persistence: None, ..Config::default() });
    let check = |text: String| {
        for yaml in [
            format!("a: {}\n", quote(&text)),
            format!("{}: 1\n", quote(&text)),
            format!("a: [{}]", quote(&text)),
        ] {
            let document = document(&yaml);
            prop_assert!(document.strings().any(|(found, _)| found == text), "{}", yaml);
        }
        Ok(())
    };
    runner.run(&prop_oneof![text(), any::<String>()], check).unwrap_or_else(|error| panic!("{error}"));
    let all: BTreeSet<char> = (0..=0x11_0000).filter_map(char::from_u32).collect();
    for chunk in all.into_iter().collect::<Vec<_>>().chunks(20_000) {
        let text: String = chunk.iter().collect();
        let yaml = format!("a: {}\n", quote(&text));
        assert_eq!(document(&yaml).get("/a").unwrap().as_str(), Some(text.as_str()));
    }
}
