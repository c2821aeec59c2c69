//! The receipts of a repository, and the landed commits that they are about.

use std::collections::BTreeMap;

use crate::change::{LostReceipt, Note, Receipt};
use crate::policy::Policy;
use crate::signature::Keyring;
use crate::store::StoreError;
use crate::store::git::{Git, Id, Step};
use crate::time::Instant;

/// All receipts of a repository.
#[derive(Debug)]
pub struct Receipts {
    notes: BTreeMap<Id, String>,
    /// Numbers of commits in the chain, by their ids.
    places: BTreeMap<Id, usize>,
    /// Of receipts that cover more than one commit: the first commit, and the last.
    spans: BTreeMap<usize, Vec<usize>>,
}

/// The receipt of a landed commit.
#[derive(Debug, Clone)]
pub struct Filed {
    /// What it says, and whether it may be believed; or why it cannot be read.
    pub note: Result<Note, String>,
}

impl Filed {
    /// The receipt, where it is signed and about this commit.
    #[must_use]
    pub fn valid(&self) -> Option<&Receipt> {
        self.note.as_ref().ok().filter(|note| note.fault.is_none()).map(|note| &note.receipt)
    }

    /// Why it counts for nothing.
    #[must_use]
    pub fn fault(&self) -> Option<&str> {
        match &self.note {
            Ok(note) => note.fault.as_deref(),
            Err(why) => Some(why),
        }
    }

    /// When the pull request was merged, as a valid receipt has it.
    #[must_use]
    pub fn merged_at(&self) -> Option<Instant> {
        self.valid().map(|receipt| receipt.merged_at)
    }
}

impl Receipts {
    /// Reads the receipts. `chain` is the first-parent history, the oldest first.
    ///
    /// # Errors
    /// Where the notes cannot be read.
    pub fn read(git: &Git, chain: &[Step]) -> Result<Receipts, StoreError> {
        let notes = git.notes()?;
        let places: BTreeMap<Id, usize> = chain.iter().enumerate().map(|(at, step)| (step.id, at)).collect();
        let mut spans: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (id, text) in &notes {
            // Whether it may be believed is asked when somebody wants to act on it.
            let Some((last, base)) = places.get(id).zip(covers(text)) else { continue };
            let first = base.parse().ok().and_then(|base: Id| places.get(&base)).map(|base| base + 1);
            if let Some(first) = first.filter(|first| first < last) {
                spans.entry(first).or_default().push(*last);
            }
        }
        Ok(Receipts { notes, places, spans })
    }

    /// The receipt on a commit, judged by the keys of a policy.
    #[must_use]
    pub fn of(&self, commit: Id, policy: &Policy) -> Option<Filed> {
        let text = self.notes.get(&commit)?;
        Some(Filed { note: read(text, commit, policy) })
    }

    /// The last of the commits that one valid receipt covers together from a commit on, by their numbers.
    #[must_use]
    pub fn covered_from(&self, first: usize, policy: &Policy) -> Option<usize> {
        let lasts = self.spans.get(&first)?;
        let id = |last: usize| self.places.iter().find(|(_, place)| **place == last).map(|(id, _)| *id);
        lasts.iter().copied().find(|last| {
            id(*last).and_then(|id| self.of(id, policy)).is_some_and(|filed| filed.valid().is_some())
        })
    }

    /// Signed receipts of commits that are not in the history.
    #[must_use]
    pub fn lost(&self, policy: &Policy) -> Vec<LostReceipt> {
        let keys = Keyring::of_receipts(&policy.board);
        let lost = self.notes.iter().filter_map(|(on, text)| {
            let note = Note::read(text.as_bytes(), &on.to_string(), &keys).ok()?;
            let names: Id = note.receipt.covers.1.parse().ok()?;
            // A note that was moved to another commit is told there, as a receipt that counts for nothing.
            let is_lost = note.signed_by.is_some() && !self.places.contains_key(&names);
            is_lost.then(|| LostReceipt {
                commit: names.to_string(),
                pull_request: Some(note.receipt.pull_request.clone()),
                records: note.receipt.records.iter().map(|(id, _)| id.clone()).collect(),
            })
        });
        lost.collect()
    }

    /// The blob of the note on a commit, as a text by which somebody can tell whether it is still the same.
    #[must_use]
    pub fn text(&self, commit: Id) -> Option<&str> {
        self.notes.get(&commit).map(String::as_str)
    }
}

fn read(text: &str, commit: Id, policy: &Policy) -> Result<Note, String> {
    let keys = Keyring::of_receipts(&policy.board);
    Note::read(text.as_bytes(), &commit.to_string(), &keys)
        .map_err(|error| format!("the note on it is no receipt: {error}"))
}

/// The base that a receipt says it covers from.
fn covers(text: &str) -> Option<&str> {
    let line = text.lines().find_map(|line| line.strip_prefix("Covers: "))?;
    line.split_once("..").map(|(base, _)| base)
}
