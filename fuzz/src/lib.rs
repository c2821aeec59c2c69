//! What holds of any bytes, one module a fuzz target. `tests/fuzz.rs` runs them too, over the inputs that are kept.

pub mod case;
pub mod change;
pub mod edit;
pub mod expression;
pub mod forge;
pub mod ground;
pub mod message;
pub mod object;
pub mod plain;
pub mod policy;
pub mod promise;
pub mod record;
pub mod render;
pub mod signature;
pub mod yaml;

/// A target: its name, and what it does with an input. It panics where something does not hold.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: &[Target] = &[
    ("case", case::run),
    ("change", change::run),
    ("edit", edit::run),
    ("expression", expression::run),
    ("forge", forge::run),
    ("message", message::run),
    ("object", object::run),
    ("plain", plain::run),
    ("policy", policy::run),
    ("promise", promise::run),
    ("record", record::run),
    ("render", render::run),
    ("signature", signature::run),
    ("yaml", yaml::run),
];
