//! Receipts: what a merge was made of, told once by CI in a note on the landed commit, and signed.
//!
//! ```text
//! Exboard-Receipt: 1
//! Pull-Request: https://example.com/acme/governance/pull/104
//! Opened-by: jdoe
//! Authors: Jane Doe <jane@example.com>, …
//! Covers: BASE..HEAD
//! Merged-at: 2026-04-21T15:10:00Z
//! Record: SEB-2026-0042 sha256:…
//! Approved-by: NAME <ADDRESS>; commit 3f2c…; digest sha256:…; at 2026-04-21T15:04:05Z; review 123456
//!
//! -----BEGIN SSH SIGNATURE-----
//! ```
//!
//! A receipt has exactly one form: what is read must be, byte by byte, what would be written. So nothing that a name or
//! an address says can make a line of its own, and nothing can stand in a receipt that readers skip.

mod line;
mod note;
mod read;

pub use note::Note;

use std::collections::BTreeSet;
use std::fmt;

use super::token::{is_commit_id, is_digest, is_subject};
use super::{Covers, Identity, Stance, Vote, Voter};
use crate::policy::VoteSource;
use crate::signature::{RECEIPTS, SignError, sign};
use crate::time::{Instant, format_instant, parse_time};

/// Longer than any receipt, in bytes.
pub const MAX_RECEIPT_BYTES: usize = 1024 * 1024;

/// The version of the format that is written, and the only one that is read.
const VERSION: &str = "1";

/// What a merge was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The address of the pull request.
    pub pull_request: String,
    /// The login of whoever opened it; absent where the forge no longer knows.
    pub opened_by: Option<String>,
    /// The authors of its commits.
    pub authors: Vec<Identity>,
    /// The parent of the first landed commit, and the last one: that on which the note lies. Full ids.
    pub covers: (String, String),
    /// When it landed.
    pub merged_at: Instant,
    /// Each record that it changed, by its id, with the digest of what landed; [`super::POLICY`] is the policy.
    pub records: Vec<(String, String)>,
    /// The votes, the oldest first.
    pub votes: Vec<ReceiptVote>,
}

/// A vote as a receipt has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptVote {
    /// Who. A person of whom no address is known goes by that which the forge makes up from the login.
    pub by: Identity,
    /// What it says.
    pub stance: Stance,
    /// The commit that was voted on: its full id.
    pub commit: Option<String>,
    /// The digest of each record, by its id, as it was at that commit.
    pub digests: Vec<(String, String)>,
    /// When.
    pub at: Option<Instant>,
    /// Where it was cast.
    pub reference: Option<Reference>,
}

/// Where a vote of a receipt was cast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// In a review of the forge, by its number.
    Review(u64),
    /// In a signed commit, by its full id.
    Signature(String),
}

impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reference::Review(number) => write!(formatter, "review {number}"),
            Reference::Signature(commit) => write!(formatter, "signature {commit}"),
        }
    }
}

/// Why a text is no receipt, or why a receipt cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// A line that is not as it has to be.
    #[error("line {line}: {message}")]
    Line {
        /// Its number, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// Something about the whole.
    #[error("{0}")]
    Whole(String),
    /// The key does not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
}

impl Receipt {
    /// The text of the receipt, without a signature.
    ///
    /// # Errors
    ///
    /// Where something is in it that a receipt cannot say, so that it would be read as something else.
    pub fn to_text(&self) -> Result<String, ReceiptError> {
        self.check().map_err(ReceiptError::Whole)?;
        let text = self.write();
        if text.len() > MAX_RECEIPT_BYTES {
            let message = format!("a receipt has at most {} KiB", MAX_RECEIPT_BYTES / 1024);
            return Err(ReceiptError::Whole(message));
        }
        Ok(text)
    }

    /// Reads the text of a receipt, without a signature.
    ///
    /// # Errors
    ///
    /// The first line that is not as [`Receipt::to_text`] would write it.
    pub fn parse(text: &str) -> Result<Receipt, ReceiptError> {
        let receipt = read::read(text)?;
        receipt.check().map_err(ReceiptError::Whole)?;
        let written = receipt.write();
        if written == text {
            return Ok(receipt);
        }
        let pairs = text.lines().zip(written.lines());
        let differs = pairs.enumerate().find(|(_, (read, written))| read != written);
        Err(match differs {
            Some((number, (_, written))) => {
                ReceiptError::Line { line: number + 1, message: format!("would be written `{written}`") }
            }
            None => ReceiptError::Whole("the lines do not end as a receipt's do".to_owned()),
        })
    }

    /// The text of the note: the receipt, a blank line, and a signature made with a private key (the text of its
    /// OpenSSH file).
    ///
    /// # Errors
    ///
    /// As [`Receipt::to_text`], and where the key does not sign.
    pub fn sign(&self, private_key: &str) -> Result<String, ReceiptError> {
        let text = self.to_text()?;
        let signature = sign(private_key, RECEIPTS, text.as_bytes())?;
        Ok(format!("{text}\n{signature}"))
    }

    /// The digest of what landed of a record.
    #[must_use]
    pub fn digest(&self, id: &str) -> Option<&str> {
        digest_of(&self.records, id)
    }

    /// The votes on a record, or on [`super::POLICY`]. `holds` says whether a vote on that digest is one on what is
    /// judged, and `void` why none counts.
    #[must_use]
    pub fn votes_on(&self, id: &str, void: Option<&str>, holds: impl Fn(&str) -> bool) -> Vec<Vote> {
        let vote = |vote: &ReceiptVote| Vote {
            by: Voter::Git { name: vote.by.name.clone(), email: vote.by.email.clone() },
            source: VoteSource::Receipt,
            stance: vote.stance,
            on: vote.commit.clone(),
            at: vote.at,
            covers: match digest_of(&vote.digests, id) {
                Some(digest) if holds(digest) => Covers::Same,
                Some(_) => Covers::Changed(Vec::new()),
                None => Covers::Unknown(format!("the receipt has no digest of {id} for this vote")),
            },
            void: void.map(str::to_owned),
            reference: vote.reference.as_ref().map(Reference::to_string).unwrap_or_default(),
        };
        self.votes.iter().map(vote).collect()
    }

    /// What a receipt cannot say.
    fn check(&self) -> Result<(), String> {
        let is_word = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_word(&self.pull_request) {
            return Err(format!("`{}` is no address of a pull request", self.pull_request.escape_debug()));
        }
        if let Some(login) = self.opened_by.as_ref().filter(|login| !is_word(login)) {
            return Err(format!("`{}` is no login", login.escape_debug()));
        }
        let votes = || self.votes.iter();
        let signatures = votes().filter_map(|vote| match &vote.reference {
            Some(Reference::Signature(commit)) => Some(commit),
            Some(Reference::Review(_)) | None => None,
        });
        let (base, head) = &self.covers;
        let mut commits = [base, head].into_iter().chain(votes().filter_map(|vote| vote.commit.as_ref()));
        if let Some(commit) = commits.by_ref().chain(signatures).find(|commit| !is_commit_id(commit)) {
            return Err(format!("`{}` is not the full id of a commit", commit.escape_debug()));
        }
        let times = std::iter::once(self.merged_at).chain(votes().filter_map(|vote| vote.at));
        if let Some(time) = times.into_iter().find(|time| !can_be_written(*time)) {
            return Err(format!("{time} is out of the range of times"));
        }
        let known = check_digests(&self.records)?;
        for vote in &self.votes {
            check_digests(&vote.digests)?;
            let stranger = vote.digests.iter().find(|(id, _)| !known.contains(id.as_str()));
            if let Some((id, _)) = stranger {
                return Err(format!("a vote is on `{id}`, which no `Record:` line has"));
            }
        }
        Ok(())
    }
}

/// Only what reads back as the same instant.
fn can_be_written(time: Instant) -> bool {
    parse_time(&format_instant(time)).is_some_and(|read| read == time)
}

fn digest_of<'d>(digests: &'d [(String, String)], id: &str) -> Option<&'d str> {
    digests.iter().find(|(other, _)| other == id).map(|(_, digest)| digest.as_str())
}

/// The ids, once each.
fn check_digests(digests: &[(String, String)]) -> Result<BTreeSet<&str>, String> {
    let mut seen = BTreeSet::new();
    for (id, digest) in digests {
        if !is_subject(id) {
            return Err(format!("`{}` is no id of a record", id.escape_debug()));
        }
        if !is_digest(digest) {
            return Err(format!("`{}` is no digest of a record", digest.escape_debug()));
        }
        if !seen.insert(id.as_str()) {
            return Err(format!("`{id}` stands there twice"));
        }
    }
    Ok(seen)
}
