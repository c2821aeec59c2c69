//! The count of votes: who may vote on something, whose vote counts, and what an uncounted one lacks.
//!
//! One mechanism serves decisions of a board, changes of the policy, and answers that leave the house: they differ in
//! the electorate alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{Change, Circumstances, Covers, Identities, Stance, Version, Vote, Voter};
use crate::policy::{Policy, Tier, VoteSource};
use crate::record::Record;
use crate::time::{Date, Instant};

/// Those who may vote on something, and how many of them it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Electorate {
    /// What messages call it: ``the tier `executive` ``.
    pub name: String,
    /// What it is called among people: `the executive board`.
    pub board: String,
    /// Keys of people.
    pub members: BTreeSet<String>,
    /// How many of them it takes; at least 1.
    pub quorum: u32,
    /// Whether the vote of somebody with a part in the change counts.
    pub self_approval: bool,
}

impl Electorate {
    /// The members of a tier and of every higher one, and the quorum of the tier.
    #[must_use]
    pub fn tier(policy: &Policy, tier: Tier) -> Electorate {
        let rules = policy.board.tier(tier);
        let higher = Tier::ALL.iter().filter(|other| **other >= tier);
        Electorate {
            name: format!("the tier `{tier}`"),
            board: format!("the {tier} board"),
            members: higher.flat_map(|tier| policy.board.tier(*tier).members.iter().cloned()).collect(),
            quorum: rules.quorum,
            self_approval: rules.self_approval,
        }
    }

    /// Those who vote on changes of the policy.
    #[must_use]
    pub fn policy(policy: &Policy) -> Electorate {
        Electorate::tier(policy, policy.board.policy_votes.tier)
    }

    /// Legal counsel: one of them.
    #[must_use]
    pub fn legal(policy: &Policy) -> Electorate {
        Electorate::one_of("`[legal] members`", "legal counsel", &policy.board.legal)
    }

    /// Those who let a high answer go out: one of them.
    #[must_use]
    pub fn approvers(policy: &Policy) -> Electorate {
        Electorate::one_of("`[registry] approvers`", "the registry approvers", &policy.registry.approvers)
    }

    fn one_of(name: &str, board: &str, members: &BTreeSet<String>) -> Electorate {
        Electorate {
            name: name.to_owned(),
            board: board.to_owned(),
            members: members.clone(),
            quorum: 1,
            self_approval: false,
        }
    }
}

/// A part in a change that keeps one's own vote on it from counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Author, committer or co-author of a commit.
    Author,
    /// Who opened the pull request.
    Opener,
    /// Who pushed last.
    Pusher,
    /// Who asked for the exception.
    Requester,
    /// Who is accountable for its controls.
    MitigationOwner,
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Part::Author => "an author of the change",
            Part::Opener => "the one who opened the pull request",
            Part::Pusher => "the one who pushed last",
            Part::Requester => "the requester",
            Part::MitigationOwner => "the mitigation owner",
        })
    }
}

/// The people who have a part in a change, by their keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Excluded {
    parts: BTreeMap<String, BTreeSet<Part>>,
}

impl Excluded {
    /// Those with a part in the change of a record.
    #[must_use]
    pub fn of_record(change: &Change, circumstances: &Circumstances, people: &Identities<'_>) -> Excluded {
        let mut excluded = Excluded::of_change(&change.authors, circumstances, people);
        // A change that gives the request to somebody else does not free who asked.
        for version in change.before.iter().chain(&change.after) {
            if let Some(Record::Board(record)) = version.record() {
                let requesters = record.requester_name.map(|name| people.named(name));
                requesters.iter().flatten().for_each(|person| excluded.add(person, Part::Requester));
            }
        }
        if let Some(Record::Board(record)) = change.after.as_ref().and_then(Version::record) {
            let owner = record.mitigation_owner.and_then(|key| people.voter(&Voter::Person(key.to_owned())));
            owner.iter().for_each(|person| excluded.add(person, Part::MitigationOwner));
        }
        excluded
    }

    /// Those with a part in the change of the policy.
    #[must_use]
    pub fn of_policy(circumstances: &Circumstances, people: &Identities<'_>) -> Excluded {
        Excluded::of_change(&circumstances.policy_authors, circumstances, people)
    }

    fn of_change(authors: &[Voter], circumstances: &Circumstances, people: &Identities<'_>) -> Excluded {
        let mut excluded = Excluded::default();
        let opener = circumstances.opened_by.iter().map(|voter| (Part::Opener, voter));
        let pushers = circumstances.pushed_by.iter().map(|voter| (Part::Pusher, voter));
        let authors = authors.iter().map(|voter| (Part::Author, voter));
        for (part, voter) in authors.chain(opener).chain(pushers) {
            people.hands(voter).into_iter().for_each(|person| excluded.add(person, part));
        }
        excluded
    }

    /// Adds a part of somebody, by the key.
    pub fn add(&mut self, person: &str, part: Part) {
        self.parts.entry(person.to_owned()).or_default().insert(part);
    }

    /// The parts that somebody has.
    pub fn parts(&self, person: &str) -> impl Iterator<Item = Part> + '_ {
        self.parts.get(person).into_iter().flatten().copied()
    }

    /// The keys of those who have a part.
    pub fn people(&self) -> impl Iterator<Item = &str> {
        self.parts.keys().map(String::as_str)
    }
}

/// What a vote lacks, to count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lack {
    /// `approvals.accept` does not list its source.
    Source(VoteSource),
    /// It counts for nobody, whoever cast it.
    Void(String),
    /// Nobody in the roster is its voter.
    Unknown,
    /// The voter is not of the electorate, whose name this is.
    Member(String),
    /// The voter had left; this was the last day.
    Left(Date),
    /// These fields changed after it; none where only digests could be compared.
    Stale(Vec<String>),
    /// What was voted on cannot be had.
    Unseen(String),
    /// The voter has a part in the change.
    Own(Part),
}

impl fmt::Display for Lack {
    /// Reads on after the voter's name: `jd: is the requester`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lack::Source(source) => write!(formatter, "`approvals.accept` does not list `{source}`"),
            Lack::Void(why) => formatter.write_str(why),
            Lack::Unknown => formatter.write_str("is nobody of the roster"),
            Lack::Member(electorate) => write!(formatter, "is not of {electorate}"),
            Lack::Left(day) => write!(formatter, "left on {day}"),
            Lack::Stale(fields) if fields.is_empty() => {
                formatter.write_str("voted on another state of the record")
            }
            Lack::Stale(fields) => {
                let fields: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
                write!(formatter, "voted before {} changed", fields.join(", "))
            }
            Lack::Unseen(why) => write!(formatter, "voted on what cannot be compared: {why}"),
            Lack::Own(part) => write!(formatter, "is {part}"),
        }
    }
}

/// A vote that does not count, and all that it lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncounted<'v> {
    /// The vote.
    pub vote: &'v Vote,
    /// The voter's key, where the roster knows them.
    pub person: Option<String>,
    /// At least one.
    pub lacks: Vec<Lack>,
}

impl Uncounted<'_> {
    /// Whether every lack is of one sort.
    fn only(&self, sort: impl Fn(&Lack) -> bool) -> bool {
        self.vote.stance == Stance::Approves && self.lacks.iter().all(sort)
    }
}

/// Why a quorum is not reached: of the rules about votes, the one that speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortfall {
    /// Votes on an earlier state would have completed it.
    Stale,
    /// Votes of those with a part in the change would have completed it.
    Own,
    /// Votes are missing, or somebody objects.
    Missing,
}

/// The outcome of a vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally<'v> {
    /// How many votes it takes.
    pub quorum: u32,
    /// The votes that count, one for each person, by the keys.
    pub counted: BTreeMap<String, &'v Vote>,
    /// Keys of those among the counted who have a part in the change, where that is allowed.
    pub own: BTreeSet<String>,
    /// The standing objections, by the keys of the people.
    pub vetoes: BTreeMap<String, &'v Vote>,
    /// The votes that do not count, in the order in which they were cast; of each voter the latest.
    pub uncounted: Vec<Uncounted<'v>>,
    /// Keys of the electors whose vote would still count.
    pub may_still_vote: BTreeSet<String>,
}

impl Tally<'_> {
    /// Whether the votes suffice, and nobody objects.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.vetoes.is_empty() && self.counted.len() >= self.quorum as usize
    }

    /// How many votes are missing.
    #[must_use]
    pub fn missing(&self) -> usize {
        (self.quorum as usize).saturating_sub(self.counted.len())
    }

    /// Whether it passes only with the votes of those who have a part in the change.
    #[must_use]
    pub fn is_self_approved(&self) -> bool {
        self.passes() && self.counted.len() - self.own.len() < self.quorum as usize
    }

    /// Why it does not pass; `None` where it does.
    #[must_use]
    pub fn shortfall(&self) -> Option<Shortfall> {
        if self.passes() {
            return None;
        }
        let completes = |sort: fn(&Lack) -> bool| {
            self.uncounted.iter().filter(|vote| vote.only(sort)).count() >= self.missing()
        };
        Some(if !self.vetoes.is_empty() {
            Shortfall::Missing
        } else if completes(|lack| matches!(lack, Lack::Stale(_))) {
            Shortfall::Stale
        } else if completes(|lack| matches!(lack, Lack::Own(_))) {
            Shortfall::Own
        } else {
            Shortfall::Missing
        })
    }
}

/// Counts the votes, the oldest first, on something that landed at `landed_at` (or is judged now).
///
/// A person's latest word counts: an objection stands until they approve, whether that approval counts or not. An
/// objection needs less than an approval, so that nobody loses it by having a part in the change or by a later commit:
/// any elector's is a veto.
#[must_use]
pub fn tally<'v>(
    votes: &'v [Vote],
    electorate: &Electorate,
    people: &Identities<'_>,
    excluded: &Excluded,
    landed_at: Instant,
) -> Tally<'v> {
    let mut tally = Tally {
        quorum: electorate.quorum.max(1),
        counted: BTreeMap::new(),
        own: BTreeSet::new(),
        vetoes: BTreeMap::new(),
        uncounted: Vec::new(),
        may_still_vote: BTreeSet::new(),
    };
    for vote in votes {
        let person = people.voter(&vote.by);
        let lacks = lacks(vote, person, electorate, people, excluded, landed_at);
        match person.filter(|_| lacks.iter().all(is_word)) {
            None => {}
            Some(person) if vote.stance == Stance::Objects => {
                tally.counted.remove(person);
                tally.vetoes.insert(person.to_owned(), vote);
                continue;
            }
            Some(person) => {
                tally.vetoes.remove(person);
            }
        }
        match person.filter(|_| lacks.is_empty()) {
            Some(person) => {
                tally.counted.insert(person.to_owned(), vote);
            }
            None => tally.uncounted.push(Uncounted { vote, person: person.map(str::to_owned), lacks }),
        }
    }
    keep_latest(&mut tally);
    let has_part = |person: &str| excluded.parts(person).next().is_some();
    tally.own = tally.counted.keys().filter(|person| has_part(person)).cloned().collect();
    let may_vote = |person: &&String| {
        let spoke = tally.counted.contains_key(*person) || tally.vetoes.contains_key(*person);
        let own = !electorate.self_approval && has_part(person);
        !spoke && !own && people.left_by(person, landed_at).is_none()
    };
    tally.may_still_vote = electorate.members.iter().filter(may_vote).cloned().collect();
    tally
}

/// All that a vote lacks.
fn lacks(
    vote: &Vote,
    person: Option<&str>,
    electorate: &Electorate,
    people: &Identities<'_>,
    excluded: &Excluded,
    landed_at: Instant,
) -> Vec<Lack> {
    let mut lacks = Vec::new();
    if !people.policy().board.accept.contains(&vote.source) {
        lacks.push(Lack::Source(vote.source));
    }
    lacks.extend(vote.void.clone().map(Lack::Void));
    match person {
        None => lacks.push(Lack::Unknown),
        Some(person) => {
            if !electorate.members.contains(person) {
                lacks.push(Lack::Member(electorate.name.clone()));
            }
            let until = vote.at.map_or(landed_at, |at| at.max(landed_at));
            lacks.extend(people.left_by(person, until).map(Lack::Left));
            if !electorate.self_approval {
                lacks.extend(excluded.parts(person).map(Lack::Own));
            }
        }
    }
    match &vote.covers {
        Covers::Same => {}
        Covers::Changed(fields) => lacks.push(Lack::Stale(fields.clone())),
        Covers::Unknown(why) => lacks.push(Lack::Unseen(why.clone())),
    }
    lacks
}

/// Whether a vote that lacks this is still its voter's word: an objection that stands, or an approval that takes an
/// earlier objection back.
fn is_word(lack: &Lack) -> bool {
    match lack {
        Lack::Own(_) | Lack::Stale(_) | Lack::Unseen(_) => true,
        Lack::Source(_) | Lack::Void(_) | Lack::Unknown | Lack::Member(_) | Lack::Left(_) => false,
    }
}

/// Of those whose vote counts or stands, nothing else is told; of all others the latest uncounted vote, and rather one
/// that is their word than a claim.
fn keep_latest(tally: &mut Tally<'_>) {
    let (counted, vetoes) = (&tally.counted, &tally.vetoes);
    let spoke = |person: &String| counted.contains_key(person) || vetoes.contains_key(person);
    let all = std::mem::take(&mut tally.uncounted);
    // By the person, or else the stranger: whether the vote is a word of theirs, and its number.
    let mut latest: BTreeMap<Result<&str, &Voter>, (bool, usize)> = BTreeMap::new();
    for (number, vote) in all.iter().enumerate() {
        let rank = (vote.lacks.iter().all(is_word), number);
        let best = latest.entry(vote.person.as_deref().ok_or(&vote.vote.by)).or_insert(rank);
        *best = rank.max(*best);
    }
    let kept: BTreeSet<usize> = latest.values().map(|(_, number)| *number).collect();
    let is_kept = |(number, vote): &(usize, Uncounted<'_>)| {
        kept.contains(number) && !vote.person.as_ref().is_some_and(spoke)
    };
    tally.uncounted = all.into_iter().enumerate().filter(is_kept).map(|(_, vote)| vote).collect();
}
