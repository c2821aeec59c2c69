//! The filter before the patterns: it may let too much through, and hides nothing.

use std::path::Path;

use exboard::commitment::{Boundary, Kind, PromisePattern, table_of_needs};
use proptest::prelude::*;
use serde_json::Value;

use super::policy::{boundary, day, default_approved, default_patterns, today, unfiltered};

const TABLE: &str = "src/commitment/built_in.txt";
const SENTENCES: &str = include_str!("../data/commitment_sentences.tsv");
const LABELLED: &str = include_str!("../data/commitments.jsonl");

fn path() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE)
}

#[test]
fn the_table_is_that_of_the_built_in_patterns() {
    let stands = std::fs::read_to_string(path()).unwrap();
    let fresh = stands == table_of_needs(&default_patterns());
    assert!(fresh, "{TABLE} is stale: cargo test --test commitment -- --ignored write_the_table_of_needs");
}

#[test]
#[ignore = "writes the file that the test above reads"]
fn write_the_table_of_needs() {
    std::fs::write(path(), table_of_needs(&default_patterns())).unwrap();
}

/// Sentences that somebody wrote.
fn corpus() -> Vec<String> {
    let ours = SENTENCES.lines().filter_map(|line| line.split_once('\t')).map(|(_, text)| text.to_owned());
    let labelled = LABELLED.lines().map(|line| {
        let row: Value = serde_json::from_str(line).unwrap();
        row["text"].as_str().unwrap().to_owned()
    });
    ours.chain(labelled).collect()
}

fn same(text: &str) {
    for day in [today(), day("2000-01-01")] {
        assert_eq!(boundary().promises(text, day), unfiltered().promises(text, day), "{text:?}");
    }
}

#[test]
fn no_sentence_of_the_corpora_is_hidden() {
    let corpus = corpus();
    assert!(corpus.len() > 1000);
    corpus.iter().for_each(|text| same(text));
}

/// Halves of sentences put together anew: words in reach of each other that nobody put there.
#[test]
fn no_mixture_of_the_corpora_is_hidden() {
    let corpus = corpus();
    let step = if cfg!(debug_assertions) { 7 } else { 1 };
    for (index, first) in corpus.iter().enumerate().step_by(step) {
        let second = &corpus[(index * 37 + 11) % corpus.len()];
        let words: Vec<&str> = second.split(' ').collect();
        same(&format!("{first} {}", words[words.len() / 2..].join(" ")));
        same(&format!("{first}\n\n1. {second}\n"));
        let words: Vec<&str> = first.split(' ').collect();
        same(&format!("{} {second}", words[..words.len() / 2].join(" ")));
    }
}

fn own(pattern: &str) -> PromisePattern {
    let text = |text: &str| text.to_owned();
    PromisePattern {
        kind: Kind::Absolute,
        name: text("p"),
        pattern: text(pattern),
        message: text("m"),
        instead: text("i"),
    }
}

const PARTS: &[&str] = &[
    "a",
    "bc",
    "[ab]c?",
    "cd*",
    r"\b",
    "^",
    "(ab|c)+",
    "(?:ca){1,2}",
    ".",
    "x?",
    "(?i:Ab)",
    "{month}",
    "|",
    "[0-9]",
    r"\d+",
    r"\w",
    " ",
    "[a-c]{2}",
    "(?:ab|ac|bd|cd)",
    "$",
    "[^a-z]",
    "é?",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 64 } else { 4096 }))]

    /// Words of the patterns themselves, in any order.
    #[test]
    fn no_row_of_their_words_is_hidden(words in proptest::collection::vec(
        proptest::sample::select(vocabulary()), 1..14,
    )) {
        same(&words.join(" "));
    }

    /// Patterns that nobody has seen before: whatever a text of theirs is, it passes.
    #[test]
    fn no_pattern_of_ones_own_is_hidden(
        parts in proptest::collection::vec(proptest::sample::select(PARTS), 1..7),
        text in "[abcdx ]{0,12}( may| june|;|,| days| sec)?[abc]{0,3}[0-9]?( but[,]?)?[ab]{0,2}",
    ) {
        let pattern = parts.concat();
        // What the rest of the room does with a match is another matter.
        if let Ok(boundary) = Boundary::new(vec![own(&pattern)], Vec::new()) {
            let filtered = boundary.promises(&text, today()).len();
            let all = boundary.unfiltered().promises(&text, today()).len();
            prop_assert_eq!(filtered, all, "{} in {}", pattern, text);
        }
    }
}

/// The words of the table and of the corpora.
fn vocabulary() -> Vec<String> {
    let table = std::fs::read_to_string(path()).unwrap();
    let rows = table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '));
    let mut words: Vec<String> = rows
        .flat_map(|(_, needs)| needs.split(['[', ']', '<', '>', '{', '}', '|', '*', '#', '@', '~']))
        .filter(|word| !word.is_empty())
        .map(|word| word.trim().to_owned())
        .chain(corpus().iter().flat_map(|text| text.split(' ').map(str::to_owned)))
        .chain([";", ",", "but", "2027", "30", "99.9%", "not", "we", "you"].map(str::to_owned))
        .collect();
    words.sort();
    words.dedup();
    words
}

#[test]
fn the_built_in_list_is_known_and_a_changed_one_is_read_anew() {
    let mut patterns = default_patterns();
    for pattern in &mut patterns {
        pattern.pattern = format!("(?:\n{}\n)", pattern.pattern);
    }
    let anew = Boundary::new(patterns, default_approved()).unwrap();
    for text in corpus().iter().step_by(if cfg!(debug_assertions) { 40 } else { 1 }) {
        let kinds = |boundary: &Boundary| -> Vec<_> {
            boundary
                .promises(text, today())
                .iter()
                .map(|promise| (promise.pattern.kind, promise.span))
                .collect()
        };
        assert_eq!(kinds(&anew), kinds(boundary()), "{text}");
    }
}
