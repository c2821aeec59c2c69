//! The `exboard` program.

fn main() {}
