//! The votes on a change set, from all their sources.

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};

use super::hands::Hand;
use super::receipts::Filed;
use super::set::{is_policy, scope};
use super::version::version_in;
use crate::change::{
    Ballots, Change, Covers, Identities, POLICY, SignedVote, Surroundings, Version, Vote, covers,
    covers_digest, digest, signed_votes,
};
use crate::forge::Review;
use crate::policy::Policy;
use crate::signature::Keyring;
use crate::store::StoreError;
use crate::store::git::{Git, Id};

/// Where votes on one change set come from.
#[derive(Debug, Clone, Copy)]
pub struct Polls<'a> {
    /// The repository.
    pub git: &'a Git,
    /// The policy that judges.
    pub policy: &'a Policy,
    /// The tree after the change set.
    pub tree: Id,
    /// The reviews of the pull request, where somebody asked the forge.
    pub reviews: Option<&'a [Review]>,
    /// The receipt of the landed commit.
    pub receipt: Option<&'a Filed>,
    /// The commits of the change set: votes are among them.
    pub hands: &'a [Hand],
    /// True where votes are counted even if there are none to see: in history.
    pub always: bool,
}

impl Polls<'_> {
    /// True where votes can be read.
    fn are_open(&self, signed: bool) -> bool {
        self.always || self.reviews.is_some() || self.receipt.is_some() || signed
    }

    /// The votes on a record.
    ///
    /// # Errors
    /// Where what was voted on cannot be read from the repository.
    pub fn on(&self, change: &Change) -> Result<Ballots, StoreError> {
        let Some(after) = change.readable_after() else {
            return Ok(if self.are_open(false) { Ballots::Read(Vec::new()) } else { Ballots::Unread });
        };
        let mut votes = Vec::new();
        if let Some(filed) = self.receipt {
            votes
                .extend(self.of_receipt(filed, &change.id, |voted| covers_digest(voted, after, self.policy)));
        }
        for review in self.reviews.unwrap_or_default() {
            let covers = match &review.commit_id {
                None => Covers::Unknown("the forge does not say which commit was reviewed".to_owned()),
                Some(commit) => self.covers(commit, change, after)?,
            };
            votes.push(review.vote(covers));
        }
        let mut signed = false;
        for hand in self.hands {
            for cast in self.signed(hand)? {
                signed = true;
                if *cast.id == *change.id {
                    votes.push(self.of_signature(hand, cast, change, after)?);
                }
            }
        }
        sort(&mut votes);
        Ok(if self.are_open(signed) { Ballots::Read(votes) } else { Ballots::Unread })
    }

    /// The votes on the policy part of the change set.
    ///
    /// # Errors
    /// As for [`Polls::on`].
    pub fn on_policy(&self, paths: &BTreeSet<String>) -> Result<Ballots, StoreError> {
        let now = policy_digest(self.git, self.policy, self.tree)?;
        let mut votes = Vec::new();
        if let Some(filed) = self.receipt {
            votes.extend(self.of_receipt(filed, POLICY, |voted| voted == now));
        }
        for review in self.reviews.unwrap_or_default() {
            let covers = match &review.commit_id {
                None => Covers::Unknown("the forge does not say which commit was reviewed".to_owned()),
                Some(commit) => self.covers_policy(commit, paths)?,
            };
            votes.push(review.vote(covers));
        }
        let mut signed = false;
        for hand in self.hands {
            for cast in self.signed(hand)? {
                signed = true;
                if cast.id == POLICY {
                    let holds = cast.digest == now;
                    let covers =
                        if holds { Covers::Same } else { self.covers_policy(&hand.commit.id, paths)? };
                    votes.push(Vote { covers, ..cast.vote });
                }
            }
        }
        sort(&mut votes);
        Ok(if self.are_open(signed) { Ballots::Read(votes) } else { Ballots::Unread })
    }

    fn of_receipt(&self, filed: &Filed, id: &str, holds: impl Fn(&str) -> bool) -> Vec<Vote> {
        match &filed.note {
            Ok(note) => note.votes_on(id, holds),
            // What cannot be read says nothing of votes; that there is something is told by the log.
            Err(_) => Vec::new(),
        }
    }

    /// The votes that a commit casts.
    fn signed(&self, hand: &Hand) -> Result<Vec<SignedVote>, StoreError> {
        if !hand.is_ballot() {
            return Ok(Vec::new());
        }
        let parent_committed_at = match hand.step.parents.first() {
            Some(parent) => self.git.commit(*parent)?.committed_at,
            None => None,
        };
        let around = Surroundings { same_tree: hand.keeps_tree, parent_committed_at };
        let keys = Keyring::of_people(&self.policy.board);
        Ok(signed_votes(&hand.commit, &around, &Identities::of(self.policy), &keys))
    }

    /// A signed vote, held against the record at its commit: a digest of something else is a vote on nothing.
    fn of_signature(
        &self,
        hand: &Hand,
        cast: SignedVote,
        change: &Change,
        after: &Version,
    ) -> Result<Vote, StoreError> {
        let mut vote = cast.vote;
        match self.version(hand.step.tree, change)? {
            Some(then) => {
                if vote.void.is_none() && digest(&then, self.policy).as_deref() != Some(&cast.digest) {
                    vote.void = Some("its digest is not that of the record at the commit".to_owned());
                }
                vote.covers = covers(&then, after, self.policy);
            }
            None => vote.covers = Covers::Unknown(format!("{} is not in that commit", change.id)),
        }
        Ok(vote)
    }

    fn covers(&self, commit: &str, change: &Change, after: &Version) -> Result<Covers, StoreError> {
        let Some(tree) = self.tree_of(commit) else { return Ok(unseen(commit)) };
        Ok(match self.version(tree, change)? {
            Some(then) => covers(&then, after, self.policy),
            None => Covers::Unknown(format!("{} is not in commit {}", change.id, short(commit))),
        })
    }

    fn covers_policy(&self, commit: &str, paths: &BTreeSet<String>) -> Result<Covers, StoreError> {
        let Some(tree) = self.tree_of(commit) else { return Ok(unseen(commit)) };
        let places = [&self.policy.exboard.paths];
        let changed = self.git.diff(Some(tree), Some(self.tree), &scope(&places, false))?;
        let changed = changed.iter().filter_map(|delta| {
            let path = delta.text()?;
            let path = if delta.outside { format!("/{path}") } else { path.to_owned() };
            paths.contains(&path).then_some(path)
        });
        let changed: Vec<String> = changed.collect();
        Ok(if changed.is_empty() { Covers::Same } else { Covers::Changed(changed) })
    }

    fn version(&self, tree: Id, change: &Change) -> Result<Option<Version>, StoreError> {
        version_in(self.git, &self.policy.exboard.paths, tree, self.tree, change)
    }

    /// The tree of a commit; `None` where it is not here: the branch may be gone.
    fn tree_of(&self, commit: &str) -> Option<Id> {
        let id: Id = commit.parse().ok()?;
        self.git.step(id).ok().map(|step| step.tree)
    }
}

/// What a vote on the policy is about: `sha256:` over the names and the contents of all its files.
///
/// # Errors
/// Where the tree cannot be read.
pub fn policy_digest(git: &Git, policy: &Policy, tree: Id) -> Result<String, StoreError> {
    let places = [&policy.exboard.paths];
    let mut hash = Sha256::new();
    for (path, entry) in git.files(tree, &scope(&places, false))? {
        if is_policy(&path, &places) {
            hash.update(format!("{:o} {} {path}\n", entry.mode, entry.id));
        }
    }
    let hash: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("sha256:{hash}"))
}

fn unseen(commit: &str) -> Covers {
    Covers::Unknown(format!("commit {} is not in this repository; fetch it", short(commit)))
}

fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}

/// The oldest first, as they are counted; what has no time comes before all others.
fn sort(votes: &mut [Vote]) {
    votes.sort_by_key(|vote| vote.at);
}
