//! The commitment boundary, with the default policy.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot set itself up should stop"
)]

mod boundary;
mod labelled;
mod needs;
mod policy;
mod sentences;
mod text;
