//! Hostile input: no panic, no deep recursion, no long wait.

use std::sync::Arc;
use std::time::{Duration, Instant};

use exboard::source::Source;
use exboard::yaml::{MAX_BYTES, Parsed, parse, parse_fast};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde::Deserialize as _;

use super::read;
use super::render::{render, tree};

/// A main thread has 8 MiB; this is what a deep recursion would not survive.
const SMALL_STACK: usize = 512 * 1024;

/// Runs on a small stack, in at most so many seconds: far more than it takes, far less than quadratic time would.
pub(crate) fn within(seconds: u64, run: impl FnOnce() + Send) {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(SMALL_STACK).spawn_scoped(scope, || {
            let took = clock(run);
            assert!(took < Duration::from_secs(seconds), "took {took:?}");
        });
        if let Err(panic) = thread.unwrap().join() {
            std::panic::resume_unwind(panic);
        }
    });
}

#[expect(clippy::disallowed_methods, reason = "the product reads no clock; this measures it")]
fn clock(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

/// Everything that a caller may do with what was read; every span lies on the boundaries of characters.
fn use_all(text: &str, parsed: &Parsed) {
    let document = &parsed.document;
    let on_text = |span: exboard::source::Span| text.get(span.start..span.end).is_some();
    for problem in &parsed.problems {
        assert!(on_text(problem.span), "{text:?}: {problem:?}");
        assert!(problem.related.as_ref().is_none_or(|(span, _)| on_text(*span)), "{text:?}: {problem:?}");
        assert!(!problem.message.is_empty() && problem.message.chars().count() < 200, "{problem:?}");
        assert!(!problem.message.contains(char::is_control), "{problem:?}");
    }
    assert!(document.comments().iter().all(|comment| super::slice(text, comment.span).starts_with('#')));
    assert!(document.strings().all(|(_, span)| on_text(span)));
    if let Some(root) = document.root() {
        assert!(on_text(root.span()));
        let json = root.to_json();
        assert_eq!(serde_json::Value::deserialize(root).unwrap(), json);
        assert_eq!(Some(root), document.root());
        assert!(on_text(document.locate("/a/b")) && !format!("{root:?}").is_empty());
    }
    assert!(document.root().is_some() || !parsed.problems.is_empty());
}

#[rustfmt::skip]
const UNITS: [&str; 87] = [
    "[", "{", "]", "}", "{a: ", "{a: [", "[a: ", "- ", "-\n", "? ", ": ", "? - ", "- ? ", "a:\n", "a: ",
    "&a *a ", "*a ", "&a ", "- &a\n", "- *a\n", "!a ", "!!str ", "<<: ", "\"", "'", "\\", "\"\\", "\"a\": ",
    "a: b\n", "a: b: ", "#", "# c\n", "#\n", " #", "\n", "\r", "\r\n", " ", "\t", "\t\n", " \n", "a", "a ",
    "a\n", "é", "😀", ",", "[]", "{}", "[],", "[1,", "{a,", "|", ">\n", "- |\n", "a: |\n", "- >+\n\n", "---\n",
    "...\n", "--- a\n", "%a\n", "%YAML 1.2\n", "\u{feff}", "\0", "x\0", "0", "9", "1.", "-", "--", "-1\n",
    "?", "?\n", ":", ":\n", "'a' ", "\"a\"\n", "[\n", "[ # c\n", "{ # c\n", "a: # c\n", "- # c\n", "? # c\n",
    ": # c\n", "\"a\n", "a\n\n", "|2-\n",
];

/// By both readers: the general one, and the one in front of it.
fn read_by_both(text: &str) {
    drop(read(text));
    drop(parse_fast(Arc::new(Source::new("a.yaml", text))));
}

#[test]
fn deep_and_long_inputs() {
    for unit in UNITS {
        let full = unit.repeat(MAX_BYTES / unit.len());
        within(20, || read_by_both(&full));
        let part = unit.repeat(MAX_BYTES / 4 / unit.len());
        for (before, after) in [
            ("a: ", ""),
            ("a: [", "]"),
            ("a:\n  - ", "\n"),
            ("a: \"", "\""),
            ("a: |\n  ", ""),
            ("? ", "\n: 1"),
        ] {
            let text = format!("{before}{part}{after}");
            within(20, || read_by_both(&text));
        }
    }
    // Deeper and deeper.
    for step in ["- a:\n", "a:\n", "-\n"] {
        let stairs: String = (0..700).map(|n| format!("{}{step}", " ".repeat(n))).collect();
        within(20, || use_all(&stairs, &read(&stairs)));
        within(20, || read_by_both(&stairs));
    }
    let nested = format!("{}{}", "[".repeat(60), "]".repeat(60));
    let many = format!("a:\n{}", format!("- {nested}\n").repeat(1_500));
    within(20, || use_all(&many, &read(&many)));
}

#[test]
fn many_keys_duplicates_and_problems() {
    let keys = |count: usize, modulo: usize| {
        (0..count).map(|n| format!("{:x}: \n", n % modulo + 0xa000)).collect::<String>()
    };
    let texts = [
        keys(30_000, 30_000).replace(':', "k:"),
        keys(30_000, 100).replace(':', "k:"),
        "a: 1\n".repeat(40_000),
        format!("{{{}}}", "a, ".repeat(45_000)),
        // Many problems under a long pointer.
        format!("? \"{}\"\n: [{}]\n", "k".repeat(100_000), "*a,".repeat(40_000)),
        format!("{}: [{}]\n", "k".repeat(1_000), "*a,".repeat(40_000)),
        format!("{}: {{{}}}\n", "k".repeat(1_000), "b,".repeat(45_000)),
        format!("a: [{}]\n", "{b: 1, b: 2},".repeat(15_000)),
        format!("a:\n{}", "- ? [x]\n  : 1\n".repeat(12_000)),
        // Long keys with a common start.
        (0..250).map(|n| format!("{}{n}:\n", "k".repeat(1_000))).collect(),
        // Many comments, then a block scalar, a list and an absent value that are found behind them.
        format!("a:\n{}  |\n  x\n", " # | -\n".repeat(30_000)),
        format!("a:\n{}- x\n", "# | -\n".repeat(30_000)),
        format!("? a\n{}: \n", "# : c\n".repeat(30_000)),
        "a: # | c\n- # | c\n  |\n  x\n".repeat(8_000),
        format!("a:\n{}", "- # - c\n".repeat(30_000)),
    ];
    for text in &texts {
        assert!(text.len() <= MAX_BYTES, "{}", text.len());
        within(20, || {
            let parsed = read(text);
            use_all(text, &parsed);
            let size: usize =
                parsed.problems.iter().map(|problem| problem.field.as_ref().map_or(0, String::len)).sum();
            assert!(size < 64 * 1024 * 1024);
        });
    }
}

fn run<T: std::fmt::Debug>(
    cases: u32,
    strategy: &impl Strategy<Value = T>,
    text: impl Fn(T) -> String + Send + Sync,
) where
    for<'a> &'a T: Send,
{
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let check = |value: T| {
        let text = text(value);
        use_all(&text, &read(&text));
        Ok(())
    };
    if let Err(error) = runner.run(strategy, check) {
        panic!("{error}");
    }
}

#[test]
fn any_text() {
    within(120, || run(4_000, &any::<String>(), |text| text));
}

#[test]
fn any_bytes() {
    let bytes = prop::collection::vec(any::<u8>(), 0..200);
    within(120, || {
        let mut runner =
            TestRunner::new(Config { cases: 4_000, failure_persistence: None, ..Config::default() });
        let check = |bytes: Vec<u8>| {
            let source = Arc::new(Source::from_bytes("x", bytes));
            let parsed = parse(Arc::clone(&source));
            use_all(source.text(), &parsed);
            Ok(())
        };
        runner.run(&bytes, check).unwrap_or_else(|error| panic!("{error}"));
    });
}

#[rustfmt::skip]
const TOKENS: [&str; 75] = [
    "a", "b", "c: ", "d:", ": ", ":", "- ", "-", "? ", "?", "\n", "\n", "\n", "\n  ", "\n    ", "\n ", "\n\t",
    " ", "  ", "\t", "[", "]", "{", "}", ", ", ",", "'", "\"", "'x'", "\"y\"", "# z", " # w", "|", "|\n",
    ">\n", "|2-\n", ">+ # c\n", "&a", "&a ", "*a", "*a ", "!", "!!str ", "!x!y", "!<z>", "%YAML 1.2\n",
    "%x\n", "---", "---\n", "...\n", "\u{feff}", "\r\n", "\r", "\\", "\\x4", "\\u12", "\\\n", "é", "😀",
    "\u{a0}", "\u{85}", "\u{2028}", "\0", "\u{7}", "1", ".inf", "~", "null", "<<: ", "@", "`",
    "text with words", "a: b\n", "- c\n", "x: |\n  y\n",
];

#[test]
fn any_soup_of_tokens() {
    let soup = prop::collection::vec(prop::sample::select(TOKENS.to_vec()), 0..40);
    within(240, || run(20_000, &soup, |tokens: Vec<&str>| tokens.concat()));
}

#[test]
fn any_mutation_of_a_record() {
    let edits =
        prop::collection::vec((any::<prop::sample::Index>(), 0..7_u8, any::<char>(), 0..12_usize), 1..5);
    within(240, || {
        run(5_000, &(tree(), any::<u64>(), edits), |(tree, seed, edits)| {
            let mut text: Vec<char> = render(&tree, seed).chars().collect();
            for (at, edit, wild, len) in edits {
                let at = at.index(text.len().max(1)).min(text.len());
                let end = (at + len).min(text.len());
                match edit {
                    0 => drop(text.drain(at..end)),
                    1 => text.insert(at, wild),
                    2 => {
                        text.insert(
                            at,
                            ['\t', ' ', '\n', ':', '-', '#', '"', '\'', '[', '}', '|', '\r'][len],
                        );
                    }
                    3 => {
                        let copy: Vec<char> = text[at..end].to_vec();
                        text.splice(at..at, copy);
                    }
                    4 => text.truncate(at),
                    5 => text[at..end].reverse(),
                    _ => {
                        let block: Vec<char> = text.drain(at..end).collect();
                        text.extend(block);
                    }
                }
            }
            text.into_iter().collect()
        });
    });
}
