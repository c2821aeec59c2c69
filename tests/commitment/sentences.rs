//! Sentences of our own, each with what a reader sees in it.

use super::policy::{boundary, verdict};

const SENTENCES: &str = include_str!("../data/commitment_sentences.tsv");

#[test]
fn sentences_of_our_own() {
    let rows = SENTENCES.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let rows: Vec<(&str, &str)> = rows.map(|line| line.split_once('\t').expect(line)).collect();
    assert!(rows.len() > 700);
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(expected, sentence)| {
            let found = verdict(boundary(), sentence);
            (found != *expected).then(|| format!("{expected} expected, {found} found: {sentence}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}
