//! The votes on a change set, from all their sources.

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};

use super::hands::Hand;
use super::overtaken::{Target, policy_changes};
use super::policies::places;
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
use crate::store::git::{Git, Id, Step};

/// Where votes on one change set come from.
#[derive(Debug, Clone, Copy)]
pub struct Polls<'a> {
    /// The repository.
    pub git: &'a Git,
    /// The policy that judges.
    pub policy: &'a Policy,
    /// The commit that the change set lands on; `None` where there is none.
    pub base: Option<Id>,
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
                    let mut vote = cast.vote;
                    if vote.void.is_none()
                        && policy_digest(self.git, self.policy, hand.step.tree)? != cast.digest
                    {
                        vote.void = Some("its digest is not that of the policy at the commit".to_owned());
                    }
                    let covers = self.covers_policy(&hand.commit.id, paths)?;
                    votes.push(Vote { covers, ..vote });
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
                vote.covers = match self.target().has_stepped(hand.step.id, change)? {
                    true => overtaken(change),
                    false => covers(&then, after, self.policy),
                };
            }
            None => vote.covers = Covers::Unknown(format!("{} is not in that commit", change.id)),
        }
        Ok(vote)
    }

    fn covers(&self, commit: &str, change: &Change, after: &Version) -> Result<Covers, StoreError> {
        let Some(step) = self.step_of(commit) else { return Ok(unseen(commit)) };
        Ok(match self.version(step.tree, change)? {
            Some(_) if self.target().has_stepped(step.id, change)? => overtaken(change),
            Some(then) => covers(&then, after, self.policy),
            None => Covers::Unknown(format!("{} is not in commit {}", change.id, short(commit))),
        })
    }

    fn covers_policy(&self, commit: &str, paths: &BTreeSet<String>) -> Result<Covers, StoreError> {
        let Some(step) = self.step_of(commit) else { return Ok(unseen(commit)) };
        let mut changed = self.target().changed_policy(step.id, paths)?;
        if changed.is_empty() {
            changed = policy_changes(self.git, Some(step.tree), self.tree, paths)?;
        }
        Ok(if changed.is_empty() { Covers::Same } else { Covers::Changed(changed) })
    }

    fn target(&self) -> Target<'_> {
        Target { git: self.git, paths: &self.policy.exboard.paths, base: self.base, tree: self.tree }
    }

    fn version(&self, tree: Id, change: &Change) -> Result<Option<Version>, StoreError> {
        version_in(self.git, &self.policy.exboard.paths, tree, self.tree, change)
    }

    /// A commit; `None` where it is not here: the branch may be gone.
    fn step_of(&self, commit: &str) -> Option<Step> {
        self.git.step(commit.parse().ok()?).ok()
    }
}

/// What a vote on the policy is about: `sha256:` over the names and the contents of all its files. Where they lie, the
/// tree says itself; where it does not, the policy given.
///
/// # Errors
/// Where the tree cannot be read.
pub fn policy_digest(git: &Git, policy: &Policy, tree: Id) -> Result<String, StoreError> {
    let own = places(git, tree)?;
    let places = [own.as_ref().unwrap_or(&policy.exboard.paths)];
    let mut hash = Sha256::new();
    for (path, entry) in git.files(tree, &scope(&places, false))? {
        if is_policy(&path, &places) {
            hash.update(format!("{:o} {} {path}\n", entry.mode, entry.id));
        }
    }
    let hash: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("sha256:{hash}"))
}

/// What was voted on is there again, but in between the record took a step that nobody voted to undo.
pub(super) fn overtaken(change: &Change) -> Covers {
    Covers::Changed(vec![format!("/{}", change.kind.status_field())])
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
