//! Votes as data: who, from where, on what.

use super::Identity;
use crate::policy::VoteSource;
use crate::time::Instant;

/// Somebody, as the source of a vote or a commit names them. Who that is in the roster is for the judging to say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Voter {
    /// A name and an address, as git has them.
    Git {
        /// The name.
        name: String,
        /// The address.
        email: String,
    },
    /// A login of the forge.
    Login(String),
    /// The key of a person of the roster: of a policy test, or of whoever's SSH key made a signature.
    Person(String),
}

impl From<&Identity> for Voter {
    fn from(identity: &Identity) -> Self {
        Voter::Git { name: identity.name.clone(), email: identity.email.clone() }
    }
}

/// What a vote says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stance {
    /// Yes.
    Approves,
    /// No: a veto until it is withdrawn or dismissed.
    Objects,
}

/// Whether what was voted on is what is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Covers {
    /// Every voted field is the same.
    Same,
    /// What changed after the vote: voted fields as JSON pointers, suppressions in words; none where only the digests
    /// could be compared.
    Changed(Vec<String>),
    /// What was voted on cannot be had: why.
    Unknown(String),
}

/// One vote on one record, or on the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// Who.
    pub by: Voter,
    /// Where it comes from.
    pub source: VoteSource,
    /// What it says.
    pub stance: Stance,
    /// The commit that was voted on: its full id.
    pub on: Option<String>,
    /// When.
    pub at: Option<Instant>,
    /// Whether it is about what is judged.
    pub covers: Covers,
    /// Why it counts for nobody, whoever cast it: an unsigned claim, a signature that does not verify.
    pub void: Option<String>,
    /// Where to find it: the number of a review, the id of a commit.
    pub reference: String,
}

/// The votes on one thing, or why they are not known here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Ballots {
    /// Nobody asked for votes here, and there are none to see: the rules about votes are not judged.
    #[default]
    Unread,
    /// The votes, the oldest first; a voter's latest word counts.
    Read(Vec<Vote>),
}
