//! Reading YAML never panics, and every span slices to what it names.

use std::sync::Arc;

use exboard::source::{Source, Span};
use exboard::yaml::{Node, Style, Value, parse};

/// The target.
pub fn run(bytes: &[u8]) {
    let source = Arc::new(Source::from_bytes("fuzz.yaml", bytes.to_vec()));
    let parsed = parse(Arc::clone(&source));
    let text = source.text();
    for problem in &parsed.problems {
        slice(text, problem.span);
        if let Some((span, _)) = &problem.related {
            slice(text, *span);
        }
    }
    for comment in parsed.document.comments() {
        assert!(slice(text, comment.span).starts_with('#'));
    }
    for (string, span) in parsed.document.strings() {
        let written = slice(text, span);
        assert!(!written.is_empty() || string.is_empty(), "{string:?}");
    }
    if let Some(root) = parsed.document.root() {
        // A tree that was refused may be incomplete.
        if parsed.problems.is_empty() {
            assert_eq!(root.value(), Value::Map);
            node(text, root);
        }
        slice(text, parsed.document.locate("/a/0/b"));
    }
    assert!(parsed.document.root().is_some() || !parsed.problems.is_empty());
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.start..span.end).expect("a span lies on the boundaries of characters")
}

fn node(text: &str, node: Node<'_>) {
    let written = slice(text, node.span());
    match node.style() {
        Style::SingleQuoted => assert!(written.starts_with('\'') && written.ends_with('\'')),
        Style::DoubleQuoted => assert!(written.starts_with('"') && written.ends_with('"')),
        Style::Literal => assert!(written.starts_with('|')),
        Style::Folded => assert!(written.starts_with('>')),
        Style::Plain => assert_eq!(written, written.trim_matches([' ', '\n', '\r'])),
        Style::Block | Style::Flow => assert!(matches!(node.value(), Value::Map | Value::Sequence)),
    }
    let inside = |child: Span| node.span().start <= child.start && child.end <= node.span().end;
    for entry in node.entries() {
        slice(text, entry.key_span);
        assert!(inside(entry.key_span) && inside(entry.value.span()), "{:?}", entry.key);
        assert_eq!(node.entry(entry.key).map(|found| found.key_span), Some(entry.key_span));
        self::node(text, entry.value);
    }
    for item in node.items() {
        assert!(inside(item.span()));
        self::node(text, item);
    }
}
