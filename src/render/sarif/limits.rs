//! What GitHub takes of a log: the worst results, as long as they fit.

use std::cmp::Reverse;
use std::io;

use super::super::{Report, count, counts};
use super::Entry;
use crate::finding::Finding;

/// Results of a run; of more GitHub refuses the file. It keeps the worst 5,000 of them.
const MOST_RESULTS: usize = 25_000;
/// Bytes of the file. GitHub counts them compressed; a file within the limit as it is needs no compressor to tell.
const MOST_BYTES: usize = 10_000_000;
/// Bytes that the notification about what was left out may take.
const RESERVE: usize = 1000;

/// The results that are written, in the order of the report, and those that are not.
#[derive(Default)]
pub(super) struct Kept<'a> {
    pub(super) entries: Vec<Entry<'a>>,
    findings_left_out: Vec<&'a Finding>,
    suppressed_left_out: usize,
}

impl<'a> Kept<'a> {
    /// Takes results until one does not fit: the gravest first, and suppressed ones before mere information, because
    /// what was hidden must be seen to be hidden.
    pub(super) fn choose(
        report: &Report<'a>,
        bare: usize,
        bytes: &dyn Fn(Entry<'a>) -> io::Result<usize>,
    ) -> io::Result<Self> {
        let findings = report.findings.iter().map(Entry::Finding);
        let all: Vec<Entry<'a>> = findings.chain(report.suppressed.iter().map(Entry::Suppressed)).collect();
        let mut order: Vec<usize> = (0..all.len()).collect();
        let weight = |index: &usize| match all.get(*index) {
            Some(Entry::Finding(finding)) => 2 * finding.severity as usize,
            Some(Entry::Suppressed(_)) | None => 1,
        };
        order.sort_by_key(|index| Reverse(weight(index)));
        let mut left = MOST_BYTES.saturating_sub(bare + RESERVE);
        let mut fits = vec![false; all.len()];
        for index in order.into_iter().take(MOST_RESULTS) {
            let (Some(entry), Some(fits)) = (all.get(index), fits.get_mut(index)) else { break };
            // With the comma before it.
            let Some(rest) = left.checked_sub(bytes(*entry)? + 1) else { break };
            left = rest;
            *fits = true;
        }
        let mut kept = Kept::default();
        for (entry, fits) in all.into_iter().zip(fits) {
            match entry {
                _ if fits => kept.entries.push(entry),
                Entry::Finding(finding) => kept.findings_left_out.push(finding),
                Entry::Suppressed(_) => kept.suppressed_left_out += 1,
            }
        }
        Ok(kept)
    }

    /// Says what was left out, where anything was.
    pub(super) fn left_out(&self) -> Option<String> {
        let suppressed = match self.suppressed_left_out {
            0 => None,
            number => Some(count(number, "suppressed finding")),
        };
        let findings = counts(self.findings_left_out.iter().copied());
        let parts: Vec<String> =
            Some(findings).filter(|text| !text.is_empty()).into_iter().chain(suppressed).collect();
        if parts.is_empty() {
            return None;
        }
        Some(format!(
            "{} left out: a log holds at most {MOST_RESULTS} results and {MOST_BYTES} bytes, the gravest first. \
             `exboard check --format json` has them all.",
            parts.join(", ")
        ))
    }
}
