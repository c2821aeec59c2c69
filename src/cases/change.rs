//! A case that is a change: a record before and after, who made it, who voted.

use std::collections::BTreeSet;

use super::{Case, Fields, Problem, ReadRecord, base_fields, folder_for, laid_over, text_of};
use crate::change::{Ballots, Change, Circumstances, Covers, Stance, Version, Vote, Voter, covers, pair};
use crate::check::{ChangeInput, ChangeSet, Options, Outcome, check_changes};
use crate::policy::{Policy, VoteSource};
use crate::rules::Files;

/// What a case says of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseChange {
    /// The record before; where the case does not say, that of its path.
    pub before: State,
    /// What differs after.
    pub after: State,
    /// The keys of those who wrote it.
    pub authors: Vec<String>,
    /// The key of who opened the pull request.
    pub opened_by: Option<String>,
    /// The votes; absent where the case is not about votes.
    pub approvals: Option<Vec<Approval>>,
}

/// One side of a change, as a case has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// The case does not say.
    Absent,
    /// There is no record.
    None,
    /// These fields, in place of those that were there.
    Fields(Fields),
}

/// A vote, as a case has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// The key of who votes.
    pub person: String,
    /// True where it is on the record as it was before the change.
    pub on_before: bool,
    /// True for an objection.
    pub veto: bool,
}

impl CaseChange {
    /// Judges the change as one of a pull request.
    pub(super) fn judge(
        &self,
        case: &Case,
        files: &dyn Files,
        read: &ReadRecord<'_>,
        options: &Options<'_>,
    ) -> Result<Outcome, Problem> {
        let (before, after) = self.sides(case, options.policy, read)?;
        let mut changes = pair(before.into_iter().collect(), after.into_iter().collect());
        let person = |key: &String| Voter::Person(key.clone());
        for change in &mut changes {
            change.authors = self.authors.iter().map(person).collect();
            if let Some(approvals) = &self.approvals {
                let votes = approvals.iter().map(|approval| vote(approval, change, options.policy));
                change.ballots = Ballots::Read(votes.collect());
            }
        }
        let circumstances =
            Circumstances { opened_by: self.opened_by.as_ref().map(person), ..Circumstances::default() };
        let (unchanged, touched) = (BTreeSet::new(), BTreeSet::new());
        let set = ChangeSet {
            changes: &changes,
            circumstances: &circumstances,
            unchanged: &unchanged,
            head: None,
            lost: &[],
        };
        let input = ChangeInput { set, others: &[], strays: &[], files, touched: &touched };
        Ok(check_changes(input, &|_| Err("a case has one record".to_owned()), options))
    }

    /// The two versions. What is after is laid over what was before, and that over the record of the repository.
    fn sides(
        &self,
        case: &Case,
        policy: &Policy,
        read: &ReadRecord<'_>,
    ) -> Result<(Option<Version>, Option<Version>), Problem> {
        let base = base_fields(case, read)?;
        let before = match &self.before {
            State::Absent => base.clone(),
            State::None => None,
            State::Fields(fields) => Some(laid_over(base.clone().unwrap_or_default(), fields)),
        };
        let after = match &self.after {
            State::Absent => before.clone(),
            State::None => None,
            State::Fields(fields) => Some(laid_over(before.clone().or(base).unwrap_or_default(), fields)),
        };
        let version = |fields: Fields| {
            let text = text_of(&fields);
            Version::read(folder_for(&text, policy), text.into_bytes())
        };
        Ok((before.map(version), after.map(version)))
    }
}

fn vote(approval: &Approval, change: &Change, policy: &Policy) -> Vote {
    let sides = change.before.as_ref().zip(change.after.as_ref()).filter(|_| approval.on_before);
    Vote {
        by: Voter::Person(approval.person.clone()),
        // Whatever the policy accepts: a case is not about where a vote comes from.
        source: policy.board.accept.first().copied().unwrap_or(VoteSource::Review),
        stance: if approval.veto { Stance::Objects } else { Stance::Approves },
        on: None,
        at: None,
        covers: sides.map_or(Covers::Same, |(before, after)| covers(before, after, policy)),
        void: None,
        reference: String::new(),
    }
}
