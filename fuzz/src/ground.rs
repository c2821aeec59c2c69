//! What the targets stand on: one policy, one clock, and inputs of several parts.

use std::sync::{Arc, LazyLock};

use exboard::policy::{KnownRule, Policy};
use exboard::rules::{Folder, RULES};
use exboard::schema::Kind;
use exboard::source::{Source, Span};
use exboard::time::{Instant, parse_time};

/// A roster of people for every part.
pub const ROSTER: &str = include_str!("../../tests/rules/base/board.toml");

/// The built-in policy with that roster.
pub static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    let sources = [
        Arc::new(Source::new("exboard.toml", "version = 1\n")),
        Arc::new(Source::new("policies/board.toml", ROSTER)),
    ];
    load(&sources).expect("the policy of the targets")
});

/// Reads a policy.
pub fn load(sources: &[Arc<Source>]) -> Result<Policy, Vec<exboard::policy::Problem>> {
    let known: Vec<_> = RULES.iter().map(|rule| KnownRule::from(&rule.info)).collect();
    Policy::load(sources, &known)
}

/// When all is judged.
pub fn now() -> Instant {
    parse_time("2026-05-04T10:00:00Z").expect("a time").to_utc()
}

/// The parts of an input: a line `%%` is between them.
pub fn parts(bytes: &[u8]) -> Vec<&[u8]> {
    const BETWEEN: &[u8] = b"\n%%\n";
    let mut parts = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(BETWEEN.len()).position(|window| window == BETWEEN) {
        parts.push(rest.get(..at).unwrap_or_default());
        rest = rest.get(at + BETWEEN.len()..).unwrap_or_default();
    }
    parts.push(rest);
    parts
}

/// Where a record lies, by what it says it is.
pub fn folder(bytes: &[u8]) -> Folder {
    let answer: &[u8] = b"security_exception_registry";
    let registry = bytes.windows(answer.len()).any(|window| window == answer);
    let (kind, root, path) = match registry {
        true => (Kind::Registry, "registry", "registry/2026/REG-2026-0107.yaml"),
        false => (Kind::Board, "exceptions", "exceptions/director/2026/SEB-2026-0042.yaml"),
    };
    Folder { kind, root: root.into(), path: path.into() }
}

/// A piece of a text; a span that is none fails the target.
pub fn slice(text: &str, span: Span) -> &str {
    text.get(span.start..span.end).expect("a span lies on the boundaries of characters")
}

/// A message for people: one line, and not an empty one.
pub fn is_message(message: &str) {
    assert!(!message.is_empty() && message.lines().count() == 1, "{message:?}");
}
