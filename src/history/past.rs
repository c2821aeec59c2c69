//! What went before in the life of a record.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::change::{Change, Past, Version, pair};
use crate::policy::{Policy, Tier};
use crate::record::{Record, route};
use crate::schema::Kind;
use crate::store::StoreError;
use crate::store::git::{Git, Scope, Step};
use crate::time::Instant;

use super::set::record_folder;

/// The pasts of all records of a history that is walked forwards.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Pasts {
    /// By id: only board records have one.
    known: BTreeMap<String, Past>,
}

impl Pasts {
    /// What went before the next change of a record.
    #[must_use]
    pub fn of(&self, change: &Change) -> Past {
        match change.kind {
            Kind::Board => self.known.get(&*change.id).cloned().unwrap_or_default(),
            Kind::Registry => Past::default(),
        }
    }

    /// Takes a change into the past of its record.
    pub fn advance(&mut self, change: &Change, policy: &Policy, at: Instant) {
        // Of buyers' exceptions nobody asks.
        if change.kind == Kind::Board {
            advance(self.known.entry(change.id.to_string()).or_default(), change, policy, at);
        }
    }
}

/// Takes one change into a past.
fn advance(past: &mut Past, change: &Change, policy: &Policy, at: Instant) {
    let Some(version) = change.readable_after() else { return };
    let Some(Record::Board(record)) = version.record() else { return };
    let lane: Option<Tier> = route(&record, policy, at).map(|routing| routing.lane.tier);
    let decides = change.decides();
    if decides || lane > past.highest_lane {
        past.highest_lane = lane;
        let ids = record.evidence_link.iter().filter_map(|evidence| evidence.id);
        past.evidence_then = ids.map(str::to_owned).collect();
    }
    if decides && record.is_approved() {
        past.approvals = past.approvals.saturating_add(1);
        if past.first_approved_at.is_none() {
            past.first_approved_at = record.decided_at;
        }
    }
}

/// What went before in the life of one record, read from history: `walk` is the first-parent chain from the state
/// before the change, the newest first, and `path` is where the record lies there.
///
/// # Errors
/// Where history cannot be read.
pub fn past_of(
    git: &Git,
    walk: &[Step],
    path: &str,
    policy: &Policy,
    scope: &Scope,
) -> Result<Past, StoreError> {
    let mut past = Past::default();
    let mut before: Option<Version> = None;
    let mut versions = git.follow(walk, path, scope)?;
    versions.reverse();
    for state in versions {
        let folder = record_folder(&policy.exboard.paths, &state.path);
        let (Some(folder), Some(entry)) = (folder, state.entry) else {
            before = None;
            continue;
        };
        let after = Version::read(folder, git.read(entry.id)?);
        let at = walk.get(state.at).map_or(0, |step| step.committed);
        let at = Instant::from_timestamp(at, 0).unwrap_or_default();
        for change in pair(before.take().into_iter().collect(), vec![after.clone()]) {
            if change.after.is_some() {
                advance(&mut past, &change, policy, at);
            }
        }
        before = Some(after);
    }
    Ok(past)
}
