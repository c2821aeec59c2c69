//! exboard: security exceptions as code.
//!
//! **The order of the modules below is the architecture**: a room may use only the rooms listed before it, and
//! `tests/tidy.rs` refuses an import that points up. Everything below `cli` is a pure function of its arguments;
//! only `store` reads and writes the repository, and only `cli` reads the clock and the environment.

pub mod threads;
pub mod source;
pub mod time;
pub mod finding;
pub mod yaml;
pub mod schema;
pub mod edit;
pub mod catalogue;
pub mod commitment;
pub mod expression;
pub mod policy;
pub mod record;
pub mod signature;
pub mod change;
pub mod steps;
pub mod custom;
pub mod rules;
pub mod check;
pub mod fix;
pub mod cases;
pub mod intake;
pub mod starter;
pub mod store;
pub mod forge;
pub mod history;
pub mod log;
pub mod render;
pub mod cli;
