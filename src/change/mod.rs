//! A record before → after, the commits that made the change, and the votes on it: all as data.
//!
//! Nothing here reads git or the forge; `store`, `forge` and `cases` (policy tests) fill these types in, and the rules
//! judge them. A record is the same record as long as its id is the same, wherever its file lies.

mod asked;
mod authority;
mod ballot;
mod commit;
mod digest;
mod identity;
mod lifecycle;
mod pair;
mod question;
mod receipt;
mod signed;
mod tally;
mod token;
mod trailers;
mod version;

pub use asked::{Asked, Count, asked, highest_lane};
pub use authority::{Authority, authority, lane};
pub use ballot::{Ballots, Covers, Stance, Vote, Voter};
pub use commit::{Commit, Identity};
pub use digest::{Difference, canonical, covers, covers_digest, digest, frozen_changes, voted_changes};
pub use identity::Identities;
pub use lifecycle::{NoWay, Steps, first_status, is_decision, next, steps};
pub use pair::pair;
pub use question::{PolicyQuestion, Question, decision, lower_rating, policy_change, sending};
pub use receipt::{MAX_RECEIPT_BYTES, Note, Receipt, ReceiptError, ReceiptVote, Reference};
pub use signed::{SignedVote, Surroundings, is_ballot, signed_votes};
pub use tally::{Electorate, Excluded, Lack, Part, Shortfall, Tally, Uncounted, tally};
pub use token::{POLICY, is_commit_id, is_digest};
pub use trailers::{Trailer, trailers};
pub use version::{Change, Version};

use std::collections::BTreeSet;

use crate::time::Instant;

/// What is known of the change set that a change belongs to.
#[derive(Debug, Clone, Default)]
pub struct Circumstances {
    /// When it landed: the committer date of the landed commit, or a receipt's `Merged-at`. Absent while it has not:
    /// the one clock stands in for it.
    pub landed_at: Option<Instant>,
    /// The earliest author date among its commits, where they are at hand.
    pub first_commit_at: Option<Instant>,
    /// The full id of the landed commit that is judged, in history.
    pub commit: Option<String>,
    /// True where nothing was governed before it: the rules about lifecycles, and about votes that nobody could have
    /// cast under a roster that did not exist, rest.
    pub adoption: bool,
    /// Who opened the pull request.
    pub opened_by: Option<Voter>,
    /// Who pushed last: the head commit's committer, and the sender of the latest push.
    pub pushed_by: Vec<Voter>,
    /// Those who vote on changes of the policy made these commits: authors of any policy file.
    pub policy_authors: Vec<Voter>,
    /// The votes on the policy part of the change set.
    pub policy_ballots: Ballots,
    /// Paths of the policy that it changes: `exboard.toml`, the policy folder, `CODEOWNERS`, `.github/`.
    pub policy_paths: BTreeSet<String>,
}

/// What went before the change in the life of one record, as far as rules ask for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Past {
    /// The highest tier whose lane the record's score was in since its last decision.
    pub highest_lane: Option<crate::policy::Tier>,
    /// Ids of evidence that the record had when it was in that lane.
    pub evidence_then: BTreeSet<String>,
    /// How often it was approved.
    pub approvals: u32,
    /// `decided_at` of its first decision that approved it.
    pub first_approved_at: Option<Instant>,
}

/// A signed receipt that names a landed commit which is no longer in the first-parent history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostReceipt {
    /// The full id of the commit that it names.
    pub commit: String,
    /// The pull request, as the receipt has it.
    pub pull_request: Option<String>,
    /// The ids of the records that it is about.
    pub records: Vec<String>,
}
