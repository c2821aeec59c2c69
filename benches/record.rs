//! What one record of 2 KiB costs, step by step: `cargo bench`.

#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::sync::Arc;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use exboard::policy::Policy;
use exboard::record::Record;
use exboard::schema::{self, Kind};
use exboard::source::Source;
use exboard::time::parse_date;
use exboard::yaml;

fn main() {
    divan::main();
}

/// Of the example's records the one whose size is nearest to 2 KiB.
fn record() -> Arc<Source> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/board/exceptions");
    let texts = walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| std::fs::read_to_string(entry.path()).unwrap());
    Arc::new(Source::new("record.yaml", texts.min_by_key(|text| text.len().abs_diff(2048)).unwrap()))
}

#[divan::bench]
fn read_plain(bencher: Bencher<'_, '_>) {
    let source = record();
    bencher
        .counter(BytesCount::of_str(source.text()))
        .bench(|| yaml::parse_plain(black_box(&source)).unwrap());
}

#[divan::bench]
fn read_general(bencher: Bencher<'_, '_>) {
    let source = record();
    bencher.counter(BytesCount::of_str(source.text())).bench(|| yaml::parse(Arc::clone(black_box(&source))));
}

#[divan::bench]
fn validate(bencher: Bencher<'_, '_>) {
    let document = yaml::parse(record()).document;
    bencher.bench(|| schema::validate(Kind::Board, black_box(&document)));
}

#[divan::bench]
fn typed(bencher: Bencher<'_, '_>) {
    let document = yaml::parse(record()).document;
    bencher.bench(|| drop(black_box(Record::read(Kind::Board, black_box(&document)))));
}

/// What a buyer reads in it: its longest text, in which nothing is promised.
#[divan::bench]
fn boundary(bencher: Bencher<'_, '_>) {
    let policy = Policy::load(&[Arc::new(Source::new("exboard.toml", "version = 1\n"))], &[]).unwrap();
    let boundary = policy.commitments.boundary.as_deref().unwrap();
    let document = yaml::parse(record()).document;
    let text = document.strings().map(|(text, _)| text).max_by_key(|text| text.len()).unwrap();
    let today = parse_date("2026-11-20").unwrap();
    bencher.counter(BytesCount::of_str(text)).bench(|| boundary.promises(black_box(text), today).len());
}
