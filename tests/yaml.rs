//! The YAML room, proved from outside: what is read, where it stands, what is refused, and in which words.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

use std::sync::Arc;

use exboard::source::{Source, Span};
use exboard::yaml::{Document, Parsed, parse};

#[path = "yaml/assign.rs"]
mod assign;
#[path = "yaml/hostile.rs"]
mod hostile;
#[path = "yaml/lookup.rs"]
mod lookup;
#[path = "yaml/mutants.rs"]
mod mutants;
#[path = "yaml/plain.rs"]
mod plain;
#[path = "yaml/problems.rs"]
mod problems;
#[path = "yaml/render.rs"]
mod render;
#[path = "yaml/replace.rs"]
mod replace;
#[path = "yaml/schema.rs"]
mod schema;
#[path = "yaml/spans.rs"]
mod spans;

fn read(text: &str) -> Parsed {
    parse(Arc::new(Source::new("test.yaml", text)))
}

/// The document of a text with which nothing is wrong.
fn document(text: &str) -> Document {
    let parsed = read(text);
    assert!(parsed.problems.is_empty(), "{text:?}: {:#?}", parsed.problems);
    parsed.document
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.start..span.end).unwrap_or_else(|| panic!("{span:?} is off the text {text:?}"))
}
