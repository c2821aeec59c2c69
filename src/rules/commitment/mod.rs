//! Group `commitment`: no unapproved promise in what a buyer reads.

pub(super) mod absolute;
pub(super) mod audit_rights;
pub(super) mod guarantee;
pub(super) mod lapsed;
pub(super) mod liability;
pub(super) mod roadmap;
pub(super) mod timeline;
pub(super) mod unknown;
