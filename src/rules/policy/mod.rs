//! Group `policy`: what a board decided for itself holds together.

pub(super) mod approval_missing;
pub(super) mod invalid;
pub(super) mod loosened;
pub(super) mod unapproved_promise;
pub(super) mod unused;
