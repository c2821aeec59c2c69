//! Whose votes a step will need when it lands.

use crate::change::{Change, Circumstances, Electorate, Excluded, Identities, Version, authority, tally};
use crate::policy::{Policy, RiskLevel};
use crate::record::Record;
use crate::time::Instant;

/// Those who vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voters {
    /// What messages call them together.
    pub name: String,
    /// How many votes it takes.
    pub quorum: u32,
    /// True where whoever makes the change may vote too.
    pub self_approval: bool,
    /// Keys of those whose vote would count, as far as the record tells: whoever makes the change is left out later.
    pub may: Vec<String>,
}

/// Whose votes a change will need; `None` where it needs none.
#[must_use]
pub fn voters(change: &Change, policy: &Policy, now: Instant) -> Option<Voters> {
    let electorate = match change.readable_after()?.record()? {
        Record::Board(_) if change.decides() => Electorate::tier(policy, authority(change, policy, now).tier),
        Record::Board(_) => return None,
        Record::Registry(record) => {
            let steps = change.steps()?.ok()?;
            let was = change.readable_before().and_then(Version::status);
            let reaches = |status: &str| steps.reaches(status) && was != Some(status);
            match record.risk_level? {
                RiskLevel::Critical if reaches("ready") || reaches("sent") => Electorate::legal(policy),
                RiskLevel::High if reaches("sent") => Electorate::approvers(policy),
                _ => return None,
            }
        }
    };
    let people = Identities::of(policy);
    let excluded = Excluded::of_record(change, &Circumstances::default(), &people);
    let count = tally(&[], &electorate, &people, &excluded, now);
    Some(Voters {
        name: electorate.name,
        quorum: count.quorum,
        self_approval: electorate.self_approval,
        may: count.may_still_vote.into_iter().collect(),
    })
}
