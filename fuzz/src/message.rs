//! Commit messages, receipts and notes: trailers are pieces of the message, and what is read as a receipt has one form.

use exboard::change::{Note, Receipt, trailers};
use exboard::signature::Keyring;

/// The target.
pub fn run(bytes: &[u8]) {
    let message = String::from_utf8_lossy(bytes);
    for trailer in trailers(&message) {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        assert!(!trailer.token.is_empty() && trailer.token.bytes().all(is_name), "{trailer:?}");
        // What git takes for white space.
        let blank = [' ', '\t', '\n', '\r'];
        assert!(trailer.value.trim_matches(blank) == trailer.value, "{trailer:?}");
        assert!(!trailer.value.contains(['\n', '\0']), "{trailer:?}");
        assert!(trailer.is(&trailer.token.to_ascii_uppercase()));
        if let Some(identity) = trailer.identity() {
            assert!(!identity.email.contains(['<', '>']), "{identity:?}");
        }
    }
    if let Ok(receipt) = Receipt::parse(&message) {
        assert_eq!(receipt.to_text().as_deref(), Ok(&*message));
        for (id, digest) in &receipt.records {
            assert!(receipt.digest(id).is_some(), "{digest}");
        }
    }
    // Nobody's keys: whoever signed it, it counts for nothing.
    if let Ok(note) = Note::read(bytes, "0123456789012345678901234567890123456789", &Keyring::default()) {
        assert!(note.fault.is_some() && note.signed_by.is_none());
        for (id, _) in &note.receipt.records {
            assert!(note.votes_on(id, |_| true).iter().all(|vote| vote.void.is_some()));
        }
    }
}
