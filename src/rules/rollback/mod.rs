//! Group `rollback`: when the exception fails, the plan is carried out.

pub(super) mod ineffective_control;
pub(super) mod not_executed;
pub(super) mod triggered;
