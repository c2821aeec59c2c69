//! Group `expiry`: every approval ends, and is reviewed before it ends.

pub(super) mod expired;
pub(super) mod expiring_soon;
pub(super) mod horizon;
pub(super) mod renewal_limit;
pub(super) mod review_overdue;
pub(super) mod review_window;
pub(super) mod silent_extension;
pub(super) mod unmonitored;
pub(super) mod unproven_closure;
