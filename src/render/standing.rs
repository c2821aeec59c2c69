//! How a report stands, in the one line that a member of a board reads.

use std::collections::BTreeMap;

use super::{Report, count, counts, safe};
use crate::change::{Asked, Count};
use crate::finding::Finding;
use crate::rules;

/// A rule about votes that speaks when there are enough of them: no vote mends what it tells.
const NOT_OF_MISSING_VOTES: &str = "lane/decider-mismatch";

/// How a report stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Not all that was asked for could be judged.
    Failed,
    /// Something must be mended.
    Wrong,
    /// Nothing is wrong, but somebody who may objects.
    Objected,
    /// Nothing is missing but votes.
    Waiting,
    /// In order.
    Clean,
}

impl Report<'_> {
    /// How the report stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        if self.failure.is_some() {
            return Standing::Failed;
        }
        let failing = self.failing();
        if failing.is_empty() {
            return Standing::Clean;
        }
        if !failing.iter().all(|finding| is_of_votes(finding)) || !self.asked.iter().any(Asked::is_open) {
            return Standing::Wrong;
        }
        let objects = |count: &Count| !count.objections.is_empty();
        match self.asked.iter().filter_map(|asked| asked.count.as_ref()).any(objects) {
            true => Standing::Objected,
            false => Standing::Waiting,
        }
    }

    /// The line.
    #[must_use]
    pub fn title(&self) -> String {
        let failing = self.failing();
        match self.standing() {
            Standing::Failed => match self.failure {
                Some(failure) => format!("Not judged in full: {}", safe(failure)),
                None => "Not judged in full".to_owned(),
            },
            Standing::Wrong => {
                format!("Not in order: {} in {}", count(failing.len(), "finding"), owners(&failing))
            }
            Standing::Objected => objections(self.asked),
            Standing::Waiting => waiting(self.asked),
            Standing::Clean => match counts(self.findings.iter()) {
                none if none.is_empty() => "In order".to_owned(),
                some => format!("In order, with {some}"),
            },
        }
    }

    /// The findings that fail the check.
    pub(super) fn failing(&self) -> Vec<&Finding> {
        self.findings.iter().filter(|finding| finding.severity >= self.fail_level).collect()
    }
}

/// True for a finding that votes would end.
pub(super) fn is_of_votes(finding: &Finding) -> bool {
    finding.rule != NOT_OF_MISSING_VOTES && rules::find(&finding.rule).is_some_and(|rule| rule.info.votes)
}

/// In how many records findings are, or files where not all are in records.
pub(super) fn owners(findings: &[&Finding]) -> String {
    let paths: std::collections::BTreeSet<&str> =
        findings.iter().map(|finding| &*finding.place.path).collect();
    let noun = if findings.iter().all(|finding| finding.record.is_some()) { "record" } else { "file" };
    count(paths.len(), noun)
}

/// `Waiting for the director board: 0 of 1`. What one board is asked several times is summed up.
fn waiting(asked: &[Asked]) -> String {
    let mut boards: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    for asked in asked.iter().filter(|asked| asked.is_open()) {
        let Some(votes) = &asked.count else { continue };
        let (questions, counted, quorum) = boards.entry(&asked.board).or_default();
        *questions += 1;
        *counted += votes.counted.len();
        *quorum += votes.quorum;
    }
    let told: Vec<String> = boards
        .iter()
        .map(|(board, (questions, counted, quorum))| match questions {
            1 => format!("{board}: {counted} of {quorum}"),
            _ => format!("{board}: {counted} of {quorum} on {}", count(*questions, "question")),
        })
        .collect();
    format!("Waiting for {}", told.join(", and for "))
}

/// `The director board objects: dan, on approving SEB-2026-0042`.
fn objections(asked: &[Asked]) -> String {
    let mut told = Vec::new();
    for asked in asked {
        let who = asked.count.as_ref().map(|count| count.objections.join(", ")).unwrap_or_default();
        if !who.is_empty() {
            told.push(format!("{who} ({}) on {}", asked.board, safe(&asked.act)));
        }
    }
    format!("An objection stands: {}", told.join("; "))
}
