//! What rules about changes look at: one record before and after, and all that changed together.

use std::collections::BTreeSet;

use crate::change::{
    Ballots, Change, Circumstances, Electorate, Excluded, Identities, LostReceipt, NoWay, Steps, Tally,
    Version, Vote, first_status, tally,
};
use crate::finding::{Finding, Place, Side};
use crate::policy::Policy;
use crate::record::{BoardRecord, Record, RegistryRecord};
use crate::schema::Kind;
use crate::time::{Calendar, Date, Instant};
use crate::yaml::Node;

/// One change, with all that a rule may ask about it.
#[derive(Debug)]
pub struct ChangeSubject<'a> {
    /// The change.
    pub change: &'a Change,
    /// The record before, where it could be read.
    pub before: Option<&'a Record<'a>>,
    /// The record after, where it can be read.
    pub after: Option<&'a Record<'a>>,
    /// The steps that it takes; see [`Change::steps`].
    pub steps: Option<Result<Steps, NoWay>>,
    /// What is known of the change set.
    pub circumstances: &'a Circumstances,
    /// The roster of the policy that judges.
    pub people: &'a Identities<'a>,
    /// True where the id is in the snapshot after, in a file that did not change.
    pub is_elsewhere: bool,
    /// The one clock.
    pub now: Instant,
}

/// A board record before and after.
pub(super) type BoardSides<'a> = (Option<&'a BoardRecord<'a>>, &'a BoardRecord<'a>);
/// A registry record before and after.
pub(super) type RegistrySides<'a> = (Option<&'a RegistryRecord<'a>>, &'a RegistryRecord<'a>);

impl<'a> ChangeSubject<'a> {
    /// The policy that judges.
    #[must_use]
    pub fn policy(&self) -> &'a Policy {
        self.people.policy()
    }

    /// The calendar of that policy.
    #[must_use]
    pub fn calendar(&self) -> &'a Calendar {
        &self.policy().lanes.calendar
    }

    /// The board record, where there is one after the change.
    #[must_use]
    pub fn board(&self) -> Option<BoardSides<'a>> {
        let Some(Record::Board(after)) = self.after else { return None };
        let before = match self.before {
            Some(Record::Board(before)) => Some(&**before),
            _ => None,
        };
        Some((before, after))
    }

    /// The registry record, where there is one after the change.
    #[must_use]
    pub fn registry(&self) -> Option<RegistrySides<'a>> {
        let Some(Record::Registry(after)) = self.after else { return None };
        let before = match self.before {
            Some(Record::Registry(before)) => Some(&**before),
            _ => None,
        };
        Some((before, after))
    }

    /// Both versions, where both can be read.
    #[must_use]
    pub fn versions(&self) -> Option<(&'a Version, &'a Version)> {
        self.change.readable_before().zip(self.change.readable_after())
    }

    /// The place of a field after the change; of a record that is gone, before it.
    #[must_use]
    pub fn at(&self, field: &str) -> Place {
        let version = self.change.after.as_ref().or(self.change.before.as_ref());
        version.map_or_else(|| Place::file(""), |version| at(version, field))
    }

    /// Adds the place of a field before the change to a finding, where there was one.
    #[must_use]
    pub fn and_before(&self, finding: Finding, field: &str, message: impl Into<String>) -> Finding {
        match &self.change.before {
            Some(before) if before.document.get(field).is_some() => {
                finding.related(at(before, field), message)
            }
            _ => finding,
        }
    }

    /// When it landed; the one clock where it has not.
    #[must_use]
    pub fn landed_at(&self) -> Instant {
        self.circumstances.landed_at.unwrap_or(self.now)
    }

    /// The steps, where the lifecycle has them.
    #[must_use]
    pub fn lawful_steps(&self) -> Option<&Steps> {
        self.steps.as_ref()?.as_ref().ok()
    }

    /// Counts votes on the change.
    #[must_use]
    pub(super) fn tally<'v>(&self, votes: &'v [Vote], electorate: &Electorate) -> Tally<'v> {
        let excluded = Excluded::of_record(self.change, self.circumstances, self.people);
        tally(votes, electorate, self.people, &excluded, self.landed_at())
    }

    /// The line of a policy file that holds a value; `None` for a built-in default.
    #[must_use]
    pub fn policy_place(&self, file: &str, key: &str) -> Option<Place> {
        policy_place(self.policy(), file, key)
    }
}

/// The place of a field of a version.
pub(super) fn at(version: &Version, field: &str) -> Place {
    let document = &version.document;
    Place::in_source(document.source(), document.locate(field), Some(field.to_owned()))
}

fn policy_place(policy: &Policy, file: &str, key: &str) -> Option<Place> {
    let (source, span) = policy.place(file, key)?;
    Some(Place::in_source(&source, span, None))
}

/// The end of a decided record before and after, where it moves later and no board decided that.
pub(super) fn extension(subject: &ChangeSubject<'_>) -> Option<(Date, Date)> {
    let (before, after) = subject.versions()?;
    let (Some(was), is) = subject.board()? else { return None };
    let (was, is) = (was.approved_until?, is.approved_until?);
    let is_settled = before.is_decided() && after.is_decided() && !subject.change.decides();
    (is_settled && is > was).then_some((was, is))
}

/// Fields, by JSON pointer, that may not change any more and did.
pub(super) fn changed_immutables(before: &Version, after: &Version) -> Vec<String> {
    let kind = before.folder.kind;
    let mut changed = Vec::new();
    if before.status().is_some_and(|status| status != first_status(kind)) {
        let fields = match kind {
            Kind::Board => ["/request_received_at", "/original_requirement"],
            Kind::Registry => ["/received_at", "/requested_change"],
        };
        let words = |version: &Version, field: &str| {
            let text = version.document.get(field).and_then(Node::as_str);
            text.map(|text| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        };
        let differs = |field: &&str| {
            // What was no text before is mended, not rewritten.
            words(before, field).is_some_and(|was| words(after, field) != Some(was))
        };
        changed.extend(fields.into_iter().filter(differs).map(str::to_owned));
    }
    let reviews = |version: &'_ Version| -> usize {
        version.document.get("/reviews").map_or(0, |list| list.items().len())
    };
    let review = |index: usize| format!("/reviews/{index}");
    changed.extend((0..reviews(before)).map(review).filter(|field| {
        let (was, is) = (before.document.get(field), after.document.get(field));
        was.zip(is).is_none_or(|(was, is)| was != is)
    }));
    changed
}

/// All that changed together.
#[derive(Debug)]
pub struct ChangeSetSubject<'a> {
    /// The records that changed.
    pub changes: &'a [Change],
    /// What else is known.
    pub circumstances: &'a Circumstances,
    /// The roster of the policy that judges.
    pub people: &'a Identities<'a>,
    /// The policy after, where the change set has another one and it can be read.
    pub head: Option<&'a Policy>,
    /// Receipts of what is no longer in the history.
    pub lost: &'a [LostReceipt],
    /// The one clock.
    pub now: Instant,
}

impl<'a> ChangeSetSubject<'a> {
    /// The policy that judges.
    #[must_use]
    pub fn policy(&self) -> &'a Policy {
        self.people.policy()
    }

    /// The paths of the policy that it changes.
    #[must_use]
    pub fn policy_paths(&self) -> &'a BTreeSet<String> {
        &self.circumstances.policy_paths
    }

    /// When it landed; the one clock where it has not.
    #[must_use]
    pub fn landed_at(&self) -> Instant {
        self.circumstances.landed_at.unwrap_or(self.now)
    }
}

/// A finding about what stands before the change only.
pub(super) fn on_base(finding: Finding) -> Finding {
    Finding { side: Side::Base, ..finding }
}

impl super::Out<'_> {
    /// The votes, where somebody read them. Where nobody did, the rule is told as not judged.
    pub(super) fn votes<'b>(&mut self, ballots: &'b Ballots) -> Option<&'b [Vote]> {
        match ballots {
            Ballots::Read(votes) => Some(votes),
            Ballots::Unread => {
                self.note_unread();
                None
            }
        }
    }
}
