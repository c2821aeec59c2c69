//! Landed change sets to entries.

use super::{CountedVote, Entry, Standing, events};
use crate::change::{
    Authority, Ballots, Change, Electorate, Excluded, Identities, Version, authority, tally,
};
use crate::finding::Finding;
use crate::history::{Filed, Landing};
use crate::policy::Policy;
use crate::record::Record;

/// The entries of a landed change set, one for each record that changed. `findings` are what the rules about changes
/// have against it.
#[must_use]
pub fn entries(landing: &Landing, policy: &Policy, findings: &[Finding]) -> Vec<Entry> {
    let people = Identities::of(policy);
    let entry = |change: &Change| entry(change, landing, policy, &people, findings);
    landing.set.changes.iter().map(entry).collect()
}

fn entry(
    change: &Change,
    landing: &Landing,
    policy: &Policy,
    people: &Identities<'_>,
    findings: &[Finding],
) -> Entry {
    let version = change.after.as_ref().or(change.before.as_ref());
    let receipt = landing.receipt.as_ref().and_then(Filed::valid);
    let authors = receipt.map(|receipt| receipt.authors.as_slice()).unwrap_or_default();
    let author = authors.first().unwrap_or(&landing.commit.author);
    let mut broke: Vec<String> = findings
        .iter()
        .filter(|finding| finding.record.as_deref() == Some(&*change.id))
        .map(|finding| finding.rule.to_string())
        .collect();
    broke.sort();
    broke.dedup();
    let mut entry = Entry {
        record: change.id.to_string(),
        kind: change.kind.word().to_owned(),
        path: version.map(|version| version.folder.path.to_string()).unwrap_or_default(),
        commit: landing.commit.id.clone(),
        at: landing.landed_at(),
        author: format!("{} <{}>", author.name, author.email),
        pull_request: receipt.map(|receipt| receipt.pull_request.clone()),
        events: events(change, policy),
        stands: change.readable_after().and_then(|version| Some(Standing::of(&version.record()?))),
        evidence: Vec::new(),
        votes: Vec::new(),
        self_approved: false,
        adopted: landing.circumstances.adoption,
        broke,
    };
    if change.decides() && !entry.adopted {
        entry.evidence = evidence(change);
        (entry.votes, entry.self_approved) = votes(change, landing, policy, people);
    }
    entry
}

/// What a decision was made on: id and place of each piece of evidence.
fn evidence(change: &Change) -> Vec<String> {
    let record = change.readable_after().and_then(Version::record);
    let Some(Record::Board(record)) = record else { return Vec::new() };
    let told = record.evidence_link.iter().map(|evidence| {
        let place = evidence.path.or(evidence.url).unwrap_or("nowhere");
        format!("{} {place}", evidence.id.unwrap_or("E?"))
    });
    told.collect()
}

/// The votes that count on a decision, and whether it would have fallen short without those of people who have a part
/// in it.
fn votes(
    change: &Change,
    landing: &Landing,
    policy: &Policy,
    people: &Identities<'_>,
) -> (Vec<CountedVote>, bool) {
    let Ballots::Read(votes) = &change.ballots else { return (Vec::new(), false) };
    let Authority { tier, .. } = authority(change, policy, landing.landed_at());
    let excluded = Excluded::of_record(change, &landing.circumstances, people);
    let tally = tally(votes, &Electorate::tier(policy, tier), people, &excluded, landing.landed_at());
    let counted = tally.counted.iter().map(|(person, vote)| CountedVote {
        person: person.clone(),
        source: vote.source.as_str().to_owned(),
        reference: vote.reference.clone(),
    });
    (counted.collect(), tally.is_self_approved())
}
