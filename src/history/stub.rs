//! stub
use crate::change::{Commit, Vote};
use crate::policy::Board;
use crate::time::Instant;
pub(super) fn signed_votes(_: &Commit, _: Option<Instant>, _: &Board) -> Vec<(String, String, Vote)> {
    Vec::new()
}
