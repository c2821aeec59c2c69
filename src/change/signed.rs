//! Votes as signed commits: made by `exboard approve`, without a change of any file.

use super::token::is_subject;
use super::trailers::trailers;
use super::{Commit, Covers, Identities, Identity, Stance, Vote, Voter, is_digest};
use crate::policy::VoteSource;
use crate::signature::{COMMITS, Keyring};
use crate::time::{Instant, format_instant};

/// What stands around a commit, that it does not tell itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Surroundings {
    /// Whether its tree is that of its first parent.
    pub same_tree: bool,
    /// The committer's time of its first parent.
    pub parent_committed_at: Option<Instant>,
}

/// A vote on one record, and what it was cast on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedVote {
    /// The record's id, or [`super::POLICY`].
    pub id: String,
    /// The record's digest, as the voter saw it.
    pub digest: String,
    /// The vote. Whether it covers what is judged, only the digest can say: until then that is unknown.
    pub vote: Vote,
}

impl SignedVote {
    /// The vote, with what the digest says of it: `holds` where it is one of what is judged.
    #[must_use]
    pub fn against(self, holds: bool) -> Vote {
        Vote { covers: if holds { Covers::Same } else { Covers::Changed(Vec::new()) }, ..self.vote }
    }
}

/// Whether a commit is a ballot: it has a vote in its trailers, and says on what. It is then no contribution: its
/// committer is neither an author of the change nor the one who pushed last. Only one that changes no file can be that.
#[must_use]
pub fn is_ballot(commit: &Commit, same_tree: bool) -> bool {
    same_tree && commit.parents.len() == 1 && !ballot(commit).is_empty()
}

/// The votes of a commit: one for each `Approved-by` or `Changes-requested-by` and each `Digest: ID sha256:…` of its
/// trailers; none where it has not both. A vote that proves nothing is void, and says why. `people` and `keys` are those
/// of the policy that judges.
#[must_use]
pub fn signed_votes(
    commit: &Commit,
    around: &Surroundings,
    people: &Identities<'_>,
    keys: &Keyring,
) -> Vec<SignedVote> {
    let ballot = ballot(commit);
    if ballot.is_empty() {
        return Vec::new();
    }
    let signer = signer(commit, keys);
    let fault = signer.as_ref().err().cloned().or_else(|| fault(commit, around));
    let vote = |(stance, by, id, digest): (Stance, Identity, String, String)| {
        let git = Voter::Git { name: by.name, email: by.email };
        let stranger = || {
            let owner = signer.as_ref().ok().filter(|owner| people.voter(&git) != Some(**owner))?;
            Some(format!("the commit is signed with the key of {owner}, and {} is not theirs", shown(&git)))
        };
        let void = fault.clone().or_else(stranger);
        let by = match &signer {
            Ok(owner) => Voter::Person((*owner).to_owned()),
            Err(_) => git.clone(),
        };
        let covers = Covers::Unknown("its digest is not compared".to_owned());
        let vote = Vote {
            by,
            source: VoteSource::Signature,
            stance,
            on: commit.parents.first().cloned(),
            at: commit.committed_at,
            covers,
            void,
            reference: commit.id.clone(),
        };
        SignedVote { id, digest, vote }
    };
    ballot.into_iter().map(vote).collect()
}

/// The stances of a commit's trailers, on each record.
fn ballot(commit: &Commit) -> Vec<(Stance, Identity, String, String)> {
    let trailers = trailers(&commit.message);
    let digests: Vec<(&str, &str)> = trailers
        .iter()
        .filter(|trailer| trailer.is("Digest"))
        .filter_map(|trailer| trailer.value.split_once(' '))
        .filter(|(id, digest)| is_subject(id) && is_digest(digest))
        .take(MAX_SUBJECTS)
        .collect();
    let stances = trailers.iter().filter_map(|trailer| {
        let stance = if trailer.is("Approved-by") {
            Stance::Approves
        } else if trailer.is("Changes-requested-by") {
            Stance::Objects
        } else {
            return None;
        };
        Some((stance, trailer.identity()?))
    });
    let each = |(stance, by): (Stance, Identity)| {
        digests.iter().map(move |(id, digest)| (stance, by.clone(), (*id).to_owned(), (*digest).to_owned()))
    };
    stances.take(MAX_VOTERS).flat_map(each).collect()
}

/// One commit votes on as many records at most, so that a message of a megabyte is no million of votes.
const MAX_SUBJECTS: usize = 1000;

/// One commit is one person's; a second name is shown as what it is, a hundred are not.
const MAX_VOTERS: usize = 4;

fn signer<'k>(commit: &Commit, keys: &'k Keyring) -> Result<&'k str, String> {
    let Some(signature) = &commit.signature else { return Err("the commit is not signed".to_owned()) };
    let signer = keys.verify(signature, COMMITS, &commit.signed);
    signer.map(|signer| signer.owner).map_err(|fault| format!("of the commit, {fault}"))
}

/// What keeps a signed commit from being a ballot.
fn fault(commit: &Commit, around: &Surroundings) -> Option<String> {
    if commit.parents.len() != 1 {
        return Some(format!("the commit has {} parents, and a voting commit has one", commit.parents.len()));
    }
    if !around.same_tree {
        return Some("the commit changes files, and a voting commit changes none".to_owned());
    }
    match (commit.committed_at, around.parent_committed_at) {
        (Some(at), Some(parent)) if at < parent => {
            let (at, parent) = (format_instant(at), format_instant(parent));
            Some(format!("the commit is dated {at}, before the one that it was made on ({parent})"))
        }
        (Some(_), Some(_)) => None,
        _ => Some("the commit, or the one that it was made on, has no date that can be read".to_owned()),
    }
}

fn shown(voter: &Voter) -> String {
    match voter {
        Voter::Git { name, email } => format!("`{} <{}>`", name.escape_debug(), email.escape_debug()),
        Voter::Login(text) | Voter::Person(text) => format!("`{}`", text.escape_debug()),
    }
}
