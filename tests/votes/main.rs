//! Votes: who somebody is, whose vote counts, and what proves that it is theirs.

#![expect(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "a test fails by panicking")]

mod ballots;
mod count;
mod hostile;
mod keys;
mod receipts;
mod reviews;
mod ssh;
mod trailers;
mod who;

use std::sync::Arc;

use exboard::policy::Policy;
use exboard::source::Source;

/// A policy of this `board.toml`.
fn policy(board: &str) -> Policy {
    let files = [("exboard.toml", "version = 1\n"), ("policies/board.toml", board)];
    let sources = files.map(|(path, text)| Arc::new(Source::new(path, text)));
    Policy::load(&sources, &[]).unwrap_or_else(|problems| panic!("{problems:?}"))
}
