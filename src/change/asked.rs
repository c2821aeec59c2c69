//! What a change set asks of whom, and how far the answers are: for reports.

use super::question::{Question, decision, lower_rating, policy_change, sending};
use super::{Ballots, Change, Circumstances, Excluded, Identities, POLICY, authority, lane, tally};
use crate::policy::{Policy, Tier};
use crate::record::{Record, route};
use crate::time::Instant;

/// A question of a change set that votes answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The id of the record; `policy` where it is about the policy.
    pub about: String,
    /// What is asked: `approving SEB-2026-0042`.
    pub act: String,
    /// The file.
    pub path: String,
    /// The tier of the lane that the record's score is in.
    pub lane: Option<Tier>,
    /// The tier whose quorum decides, where a board does.
    pub tier: Option<Tier>,
    /// Why it is that one, where that is not plain.
    pub because: Option<&'static str>,
    /// Whose votes it takes: `the director board`.
    pub board: String,
    /// By when.
    pub deadline: Option<Instant>,
    /// The votes; `None` where nobody read them.
    pub count: Option<Count>,
}

/// How far the answers are. People by their keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// How many votes it takes.
    pub quorum: usize,
    /// Whose votes count.
    pub counted: Vec<String>,
    /// Who objects.
    pub objections: Vec<String>,
    /// Whose vote would still count.
    pub may_still_vote: Vec<String>,
}

impl Asked {
    /// How many votes are missing; none where nobody read them.
    #[must_use]
    pub fn missing(&self) -> usize {
        self.count.as_ref().map_or(0, |count| count.quorum.saturating_sub(count.counted.len()))
    }

    /// True where votes were read and do not suffice, or somebody objects.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.missing() > 0 || self.count.as_ref().is_some_and(|count| !count.objections.is_empty())
    }
}

/// All questions of a change set: of its records in their order, then of the policy. At adoption there is none: nobody
/// could have voted under a roster that did not exist.
#[must_use]
pub fn asked(changes: &[Change], circumstances: &Circumstances, policy: &Policy, now: Instant) -> Vec<Asked> {
    if circumstances.adoption {
        return Vec::new();
    }
    let people = Identities::of(policy);
    let landed_at = circumstances.landed_at.unwrap_or(now);
    let count = |question: &Question, ballots: &Ballots, excluded: &Excluded| {
        let Ballots::Read(votes) = ballots else { return None };
        let tally = tally(votes, &question.electorate, &people, excluded, landed_at);
        Some(Count {
            quorum: tally.quorum as usize,
            counted: tally.counted.keys().cloned().collect(),
            objections: tally.vetoes.keys().cloned().collect(),
            may_still_vote: tally.may_still_vote.iter().cloned().collect(),
        })
    };
    let mut all = Vec::new();
    for change in changes {
        let excluded = Excluded::of_record(change, circumstances, &people);
        let board = decision(change, policy, now);
        let tier = board.as_ref().map(|_| authority(change, policy, now).tier);
        let answers = [lower_rating(change, policy), sending(change, policy)];
        for (question, tier) in board
            .map(|question| (question, tier))
            .into_iter()
            .chain(answers.into_iter().flatten().map(|question| (question, None)))
        {
            let path = change.after.as_ref().map(|version| version.folder.path.to_string());
            all.push(Asked {
                about: change.id.to_string(),
                path: path.unwrap_or_default(),
                lane: lane(change.readable_after(), policy, now),
                tier,
                deadline: deadline(change, policy, now),
                count: count(&question, &change.ballots, &excluded),
                act: question.act,
                because: question.because,
                board: question.electorate.board,
            });
        }
    }
    let excluded = Excluded::of_policy(circumstances, &people);
    for asked in policy_change(circumstances, policy) {
        all.push(Asked {
            about: POLICY.to_owned(),
            path: asked.path,
            lane: None,
            tier: None,
            deadline: None,
            count: count(&asked.question, &circumstances.policy_ballots, &excluded),
            act: asked.question.act,
            because: asked.question.because,
            board: asked.question.electorate.board,
        });
    }
    all
}

/// The tier of the highest lane that a change set touches: before, after, or by whose votes it is decided.
#[must_use]
pub fn highest_lane(changes: &[Change], policy: &Policy, now: Instant) -> Option<Tier> {
    let of = |change: &Change| {
        let decided = change.decides().then(|| authority(change, policy, now).tier);
        [lane(change.readable_before(), policy, now), lane(change.readable_after(), policy, now), decided]
    };
    changes.iter().flat_map(of).flatten().max()
}

/// The earlier of the stored and of the right deadline.
fn deadline(change: &Change, policy: &Policy, now: Instant) -> Option<Instant> {
    match change.readable_after()?.record()? {
        Record::Board(record) => {
            let right = route(&record, policy, now).and_then(|routing| routing.deadline);
            record.board_meeting_due_at.into_iter().chain(right).min()
        }
        Record::Registry(record) => record.due_at,
    }
}
