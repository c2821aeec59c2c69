//! Rules about the decision log: what may change, and how.

pub(super) mod backdated;
pub(super) mod decided_record_edited;
pub(super) mod illegal_transition;
pub(super) mod immutable_field;
pub(super) mod policy_mixed;
pub(super) mod record_deleted;
pub(super) mod rewritten;
pub(super) mod sent_response_edited;
