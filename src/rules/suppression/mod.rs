//! Group `suppression`: comments that hide a rule's findings on one field for a while.

pub(super) mod lapsed;
pub(super) mod malformed;
pub(super) mod unused;
