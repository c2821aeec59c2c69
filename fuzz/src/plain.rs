//! What the plain reader of YAML reads is the general parser's tree, to the last byte.

use std::sync::Arc;

use exboard::source::Source;
use exboard::yaml::{parse, parse_plain};

/// The target.
pub fn run(bytes: &[u8]) {
    let source = Arc::new(Source::from_bytes("fuzz.yaml", bytes.to_vec()));
    if let Some(plain) = parse_plain(&source) {
        let general = parse(source);
        assert!(general.problems.is_empty(), "{:#?}", general.problems);
        // The arenas with all that is in them.
        assert_eq!(format!("{plain:?}"), format!("{:?}", general.document));
    }
}
