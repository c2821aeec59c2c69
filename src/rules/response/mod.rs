//! Group `response`: the answers to buyers.

pub(super) mod aging_critical;
pub(super) mod drifted_statement;
pub(super) mod due_mismatch;
pub(super) mod incomplete;
pub(super) mod no_legal_owner;
pub(super) mod not_escalated;
pub(super) mod overdue;
pub(super) mod pattern_mismatch;
pub(super) mod rating_lowered;
pub(super) mod send_approval_missing;
pub(super) mod under_rated;
pub(super) mod unknown_pattern;
pub(super) mod unknown_statement;
pub(super) mod unsourced_statement;
pub(super) mod untriaged;
pub(super) mod unverified_statement;
