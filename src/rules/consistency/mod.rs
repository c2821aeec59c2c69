//! Group `consistency`: records that do not go together.

pub(super) mod conflicting_decision;
pub(super) mod no_decision;
pub(super) mod overlap;
pub(super) mod recurrence;
pub(super) mod split;
