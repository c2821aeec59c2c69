//! YAML text to a tree with a byte span on every key and value.
//!
//! One tree serves everything: spans, duplicate keys, JSON Schema (`schema.rs` of this room), serde (`serde.rs`)
//! and edits by byte span. Reading never panics, is bounded by the limits below, and collects every problem it
//! can instead of stopping at the first. A record is plain data, so what YAML offers beyond that (anchors,
//! aliases, tags, merge keys, several documents) is refused: two readers could understand it differently.

mod build;
mod changes;
mod mistakes;
mod node;
mod places;
mod plain;
mod problem;
mod read;
mod scalar;
mod schema;
mod serde;
mod tree;
mod write;

pub use changes::changes;
pub use node::{Entries, Entry, Items, Node, Value};
pub use plain::{parse_fast, parse_plain};
pub use problem::{Parsed, Problem, ProblemKind, shown};
pub use read::parse;
pub use scalar::quote;
pub use schema::YamlJson;
pub use tree::{Comment, Document, Style, child_pointer, unescape_token};
pub use write::{Draft, is_plain, write};

/// Largest file that is read, in bytes. A record is prose for people; a larger file is not one.
pub const MAX_BYTES: usize = 256 * 1024;
/// Deepest nesting of maps and lists.
pub const MAX_DEPTH: usize = 64;
/// Most nodes (maps, lists and scalars) in one file.
pub const MAX_NODES: usize = 50_000;
/// Most characters of a key; YAML's own limit for keys without a `?`.
pub const MAX_KEY: usize = 1024;
/// Reading stops after so many problems: with a pointer each, the problems of a hostile file could outgrow it by far.
pub const MAX_PROBLEMS: usize = 100;
