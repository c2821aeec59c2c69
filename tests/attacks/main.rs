//! Attacks: repositories that plain git accepts and exboard does not, each beside its honest twin.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod ballots;
mod decisions;
#[path = "../support/governed.rs"]
#[expect(clippy::allow_attributes, reason = "no test uses all of it")]
#[allow(dead_code, reason = "no test uses all of it")]
mod governed;
mod hostile;
mod policy;
mod quorum;
mod receipts;
mod records;
#[path = "../support/scratch.rs"]
#[expect(clippy::allow_attributes, reason = "no test uses all of it")]
#[allow(dead_code, reason = "no test uses all of it")]
mod scratch;
