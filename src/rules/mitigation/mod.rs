//! Group `mitigation`: compensating controls are real ones, in time, and in somebody's hands.

pub(super) mod late;
pub(super) mod unknown_control;
pub(super) mod unknown_person;
pub(super) mod wrong_family;
