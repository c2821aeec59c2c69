//! Group `policy`: what a board decided for itself holds together.

pub(super) mod invalid;
pub(super) mod unapproved_promise;
