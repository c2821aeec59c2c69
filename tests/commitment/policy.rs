//! The default policy, read as the policy room will read it.

use std::sync::OnceLock;

use chrono::NaiveDate;
use exboard::commitment::{Approved, Boundary, PromisePattern};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

const DEFAULT: &str = include_str!("../../policies/commitments.toml");

/// The tables of one array of the policy, and a reader of their strings.
fn tables<R>(name: &str, read: impl Fn(&dyn Fn(&str) -> String) -> R) -> Vec<R> {
    let policy = DeTable::parse(DEFAULT).unwrap();
    let tables = policy.get_ref().get(name).unwrap().get_ref().as_array().unwrap();
    let texts = |table: &Spanned<DeValue<'_>>, key: &str| {
        table.get_ref().get(key).unwrap().get_ref().as_str().unwrap().to_owned()
    };
    tables.iter().map(|table| read(&|key| texts(table, key))).collect()
}

pub(super) fn default_patterns() -> Vec<PromisePattern> {
    tables("promise", |text| PromisePattern {
        kind: text("kind").parse().unwrap(),
        name: text("name"),
        pattern: text("pattern"),
        message: text("message"),
        instead: text("instead"),
    })
}

pub(super) fn default_approved() -> Vec<Approved> {
    tables("approved", |text| Approved::Text(text("text")))
}

/// The boundary of the default policy.
pub(super) fn boundary() -> &'static Boundary {
    static BOUNDARY: OnceLock<Boundary> = OnceLock::new();
    BOUNDARY.get_or_init(|| Boundary::new(default_patterns(), default_approved()).unwrap())
}

/// The same without the filter.
pub(super) fn unfiltered() -> &'static Boundary {
    static BOUNDARY: OnceLock<Boundary> = OnceLock::new();
    BOUNDARY.get_or_init(|| Boundary::new(default_patterns(), default_approved()).unwrap().unfiltered())
}

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn today() -> NaiveDate {
    day("2026-11-11")
}

/// The kinds of the promises of a text, sorted, joined by `+`; `ok` where there are none.
pub(super) fn verdict(boundary: &Boundary, text: &str) -> String {
    let mut kinds: Vec<&str> =
        boundary.promises(text, today()).iter().map(|promise| promise.pattern.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    if kinds.is_empty() { "ok".to_owned() } else { kinds.join("+") }
}

#[test]
fn the_default_patterns_have_names_of_their_own_and_every_kind_has_one() {
    let patterns = default_patterns();
    let mut names: Vec<_> = patterns.iter().map(|pattern| (pattern.kind, pattern.name.clone())).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), patterns.len());
    for kind in exboard::commitment::Kind::ALL {
        assert!(patterns.iter().any(|pattern| pattern.kind == kind), "{kind}");
    }
    assert!(patterns.iter().all(|pattern| !pattern.message.is_empty() && !pattern.instead.is_empty()));
}
