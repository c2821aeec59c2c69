//! Group `evidence`: every claim leads to a proof, and the proof is still what it was.

pub(super) mod changed;
pub(super) mod dangling;
pub(super) mod insecure_url;
pub(super) mod missing;
pub(super) mod not_found;
pub(super) mod outside_repository;
pub(super) mod stale;
pub(super) mod unpinned;
pub(super) mod unused;
