//! What is wrong with a text.

use super::tree::Document;
use super::{MAX_DEPTH, MAX_KEY};
use crate::source::Span;

/// What went wrong while reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// Not one plain YAML document with a map at the top.
    Syntax,
    /// A map has a key twice.
    DuplicateKey,
}

/// One thing that is wrong with the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What sort of problem.
    pub kind: ProblemKind,
    /// Where.
    pub span: Span,
    /// JSON pointer of the field, where it is inside one.
    pub field: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// A second place that matters.
    pub related: Option<(Span, String)>,
}

/// A document with all that is wrong with it. With any problem the tree may be incomplete.
#[derive(Debug)]
pub struct Parsed {
    /// The tree.
    pub document: Document,
    /// What is wrong, in the order of the text.
    pub problems: Vec<Problem>,
}

/// A problem of the syntax, of no field yet.
pub(super) fn syntax(span: Span, message: impl Into<String>, help: &str) -> Problem {
    Problem {
        kind: ProblemKind::Syntax,
        span,
        field: None,
        message: message.into(),
        help: Some(help).filter(|help| !help.is_empty()).map(str::to_owned),
        related: None,
    }
}

/// A text of the file as messages show it: in back quotes, on one line, and not too long of it.
#[must_use]
pub fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut out = String::from("`");
    for character in text.chars().take(LONGEST) {
        if character.is_control() {
            out.push_str(&format!("\\u{:04X}", u32::from(character)));
        } else {
            out.push(character);
        }
    }
    out.push_str(if text.chars().nth(LONGEST).is_some() { "…`" } else { "`" });
    out
}

pub(super) fn tab(span: Span) -> Problem {
    syntax(span, "a tab indents this line", "YAML is indented with spaces")
}

pub(super) fn too_deep() -> String {
    format!("lists and maps are nested deeper than {MAX_DEPTH}")
}

pub(super) fn key_too_long() -> String {
    format!("this key has more than {MAX_KEY} characters")
}
