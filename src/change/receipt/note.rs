//! A receipt as it lies on a commit, and whether it may be believed.

use super::{MAX_RECEIPT_BYTES, Receipt, ReceiptError};
use crate::change::Vote;
use crate::signature::{Keyring, RECEIPTS};

/// A receipt on a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What it says.
    pub receipt: Receipt,
    /// Why it is only a claim, and counts for nothing: it is not signed by a key that counts, or lies elsewhere.
    pub fault: Option<String>,
    /// The fingerprint of the key that signed it.
    pub signed_by: Option<String>,
}

/// Before the signature.
const BREAK: &str = "\n\n";

impl Note {
    /// Reads the note on a commit (its full id), with the keys that sign receipts.
    ///
    /// # Errors
    ///
    /// Where it is no receipt at all. One that is signed badly, or not, is one with a fault.
    pub fn read(bytes: &[u8], commit: &str, keys: &Keyring) -> Result<Note, ReceiptError> {
        // More than the largest receipt with the longest signature is neither.
        if bytes.len() > 2 * MAX_RECEIPT_BYTES {
            let message =
                format!("a receipt has at most {} KiB, and this has more", MAX_RECEIPT_BYTES / 1024);
            return Err(ReceiptError::Whole(message));
        }
        let text = std::str::from_utf8(bytes)
            .map_err(|_| ReceiptError::Whole("the note is not a text in UTF-8".to_owned()))?;
        let (payload, signature) = match text.find(BREAK).and_then(|at| text.split_at_checked(at + 1)) {
            Some((payload, rest)) => (payload, rest.trim_start_matches('\n')),
            None => (text, ""),
        };
        let receipt = Receipt::parse(payload)?;
        let mut note = Note { receipt, fault: None, signed_by: None };
        if signature.is_empty() {
            note.fault = Some("the receipt is not signed".to_owned());
            return Ok(note);
        }
        match keys.verify(signature.as_bytes(), RECEIPTS, payload.as_bytes()) {
            Ok(signer) => note.signed_by = Some(signer.owner.to_owned()),
            Err(fault) => note.fault = Some(format!("of the receipt, {fault}")),
        }
        let head = &note.receipt.covers.1;
        if note.fault.is_none() && head != commit {
            note.fault = Some(format!("the receipt is that of the commit {head}, and lies on {commit}"));
        }
        Ok(note)
    }

    /// The votes on a record; see [`Receipt::votes_on`]. Those of a claim are void.
    #[must_use]
    pub fn votes_on(&self, id: &str, holds: impl Fn(&str) -> bool) -> Vec<Vote> {
        self.receipt.votes_on(id, self.fault.as_deref(), holds)
    }
}
