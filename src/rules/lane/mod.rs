//! Group `lane`: risk score → authority tier → deadline.

pub(super) mod approval_missing;
pub(super) mod close_date_mismatch;
pub(super) mod codeowners_drift;
pub(super) mod decider_mismatch;
pub(super) mod due_mismatch;
pub(super) mod escalation_invalid;
pub(super) mod folder_mismatch;
pub(super) mod intake_stalled;
pub(super) mod missed_sla;
pub(super) mod score_mismatch;
pub(super) mod score_shopping;
pub(super) mod self_approval;
pub(super) mod stale_approval;
pub(super) mod under_routed;
