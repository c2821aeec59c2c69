//! Whose votes a decision needs.

use super::{Change, Version};
use crate::policy::{Policy, Tier};
use crate::record::{Record, route};
use crate::time::Instant;

/// The tier whose quorum decides, and why it is that one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Authority {
    /// The tier.
    pub tier: Tier,
    /// Why, where it is not the tier that the record names.
    pub because: Option<&'static str>,
}

/// The tier that votes on a decision: the one that the record names, or a higher one whose lane its risk is in, or was in
/// before the change or since the last decision. So nobody gets away to an easier board by a lower score.
///
/// Where nothing of that can be read, it is the highest.
#[must_use]
pub fn authority(change: &Change, policy: &Policy, now: Instant) -> Authority {
    let named = match change.readable_after().and_then(Version::record) {
        Some(Record::Board(record)) => record.board_tier,
        _ => None,
    };
    let lanes = [
        (lane(change.readable_after(), policy, now), "the lane of its score"),
        (lane(change.readable_before(), policy, now), "its lane before the change"),
        (change.past.as_ref().and_then(|past| past.highest_lane), "its highest lane since the last decision"),
    ];
    let mut authority = named.map(|tier| Authority { tier, because: None });
    for (tier, because) in lanes {
        if let Some(tier) = tier.filter(|tier| authority.is_none_or(|found| *tier > found.tier)) {
            authority = Some(Authority { tier, because: Some(because) });
        }
    }
    authority.unwrap_or(Authority { tier: Tier::Executive, because: Some("nothing says which one it is") })
}

/// The tier of the lane that a version's risk is in.
#[must_use]
pub fn lane(version: Option<&Version>, policy: &Policy, now: Instant) -> Option<Tier> {
    match version?.record()? {
        Record::Board(record) => route(&record, policy, now).map(|routing| routing.lane.tier),
        Record::Registry(_) => None,
    }
}
