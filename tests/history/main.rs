//! History: scripted repositories, made by the real git, and what `verify`, `log`, `receipt` and the hooks say of them.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "a test fails by panicking"
)]

mod checkouts;
#[path = "../support/governed.rs"]
#[expect(clippy::allow_attributes, reason = "no test uses all of it")]
#[allow(dead_code, reason = "no test uses all of it")]
mod governed;
mod hooks;
mod landings;
mod log;
mod mending;
mod page;
#[path = "../support/scratch.rs"]
#[expect(clippy::allow_attributes, reason = "no test uses all of it")]
#[allow(dead_code, reason = "no test uses all of it")]
mod scratch;
mod stories;
