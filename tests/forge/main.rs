//! The forge: events, the connection, and the one command of a workflow, against a scripted server on this machine.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod command;
mod connection;
mod contract;
mod events;
mod receipt;
#[path = "../support/scratch.rs"]
#[expect(clippy::allow_attributes, reason = "no test uses all of it")]
#[allow(dead_code, reason = "no test uses all of it")]
mod scratch;
mod server;
mod stage;
mod suggestion;
mod tls;

/// What must appear nowhere but in the header that it is for.
const TOKEN: &str = "ghs_Zm9yIG5vYm9keSdzIGV5ZXM";
