//! What is known of the built-in patterns before anybody reads them: that they compile, and what a text must contain
//! for them to match. `built_in.txt` holds it; the tests compare it with the patterns.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use super::classes::CLASSES;
use super::needs::Needs;

const TABLE: &str = include_str!("built_in.txt");

static ROWS: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| {
    let row = |line: &'static str| line.split_once(' ').filter(|_| !line.starts_with('#'));
    TABLE.lines().filter_map(row).collect()
});

/// What a built-in pattern needs, in its written form; `None` for every other.
pub(super) fn needs(pattern: &str) -> Option<&'static str> {
    ROWS.get(pattern_key(pattern).as_str()).copied()
}

/// What each word class needs, in the order of the classes. Of a class that had no row, nothing would be known.
pub(super) fn classes() -> Vec<&'static str> {
    let needs = |name: &str| ROWS.get(class_key(name).as_str()).copied().unwrap_or_default();
    CLASSES.iter().map(|(name, _)| needs(name)).collect()
}

/// The table as it should stand, of patterns as they are written.
pub(super) fn table<'p>(patterns: impl Iterator<Item = &'p str>) -> String {
    let mut table = "# What a text must contain for a word class or a built-in pattern to match in it.\n\
                     # Made by: cargo test --test commitment -- --ignored write_the_table_of_needs\n"
        .to_owned();
    let classes = CLASSES.iter().map(|(name, text)| (class_key(name), *text));
    for (key, pattern) in classes.chain(patterns.map(|pattern| (pattern_key(pattern), pattern))) {
        // Writing to a string does not fail.
        let _ = writeln!(table, "{key} {}", Needs::of(pattern));
    }
    table
}

fn class_key(name: &str) -> String {
    format!("{{{name}}}")
}

/// A pattern as it is written, in 128 bits of SHA-256: whoever could make two of the same could hide one of them.
fn pattern_key(pattern: &str) -> String {
    let digest = Sha256::digest(pattern.as_bytes());
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
