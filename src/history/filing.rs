//! A landed pull request to its receipt.

use super::ballots::policy_digest;
use super::hands::{Hand, hands};
use super::overtaken::Target;
use super::policies::{Loaded, load};
use super::set::{Set, Side, assemble, scope, stayed};
use super::version::version_in;
use crate::change::{
    Identities, Identity, POLICY, Receipt, ReceiptVote, Reference, Surroundings, Voter, digest, signed_votes,
};
use crate::forge::Review;
use crate::policy::{Person, Policy};
use crate::signature::Keyring;
use crate::store::StoreError;
use crate::store::git::{Entry, Git, Id, Step};
use crate::time::Instant;

/// What a receipt is made from.
#[derive(Debug, Clone, Copy)]
pub struct Filing<'a> {
    /// The commit before the landed ones, and the last of them.
    pub landed: (Id, Id),
    /// The last commit of the pull request's branch, where it is still there.
    pub head: Option<Id>,
    /// The reviews of the pull request.
    pub reviews: &'a [Review],
    /// The address of the pull request.
    pub pull_request: &'a str,
    /// The login of whoever opened it.
    pub opened_by: Option<&'a str>,
    /// When it was merged; otherwise the landed commit says.
    pub merged_at: Option<Instant>,
}

/// Makes the receipt of a landed pull request, and says what it has to leave out. The policy is that of the state
/// before.
///
/// # Errors
/// Where git cannot be read.
pub fn file_receipt(
    git: &Git,
    policy: &Policy,
    filing: &Filing<'_>,
) -> Result<(Receipt, Vec<String>), StoreError> {
    let (base, landed) = filing.landed;
    let (before, after) = (git.step(base)?, git.step(landed)?);
    let head = filing.head.or_else(|| after.parents.get(1).copied());
    let set = landed_set(git, policy, &before, &after)?;
    let people = Identities::of(policy);
    let branch = match head {
        Some(head) => git.between(base, head)?,
        None => git.between(base, landed)?,
    };
    let hands = hands(git, &branch, &scope(&[&policy.exboard.paths], false))?;
    let mut notes = Vec::new();
    let mut records: Vec<(String, String)> = Vec::new();
    for change in &set.changes {
        if let Some(digest) = change.readable_after().and_then(|after| digest(after, policy)) {
            records.push((change.id.to_string(), digest));
        }
    }
    if !set.policy_paths.is_empty() {
        records.push((POLICY.to_owned(), policy_digest(git, policy, after.tree)?));
    }
    let target = Target { git, paths: &policy.exboard.paths, base: Some(base), tree: after.tree };
    let mut votes = Vec::new();
    for review in filing.reviews {
        let mut vote = ReceiptVote {
            by: identity(policy, &people, &Voter::Login(review.login.clone())),
            stance: review.stance,
            commit: review.commit_id.clone(),
            digests: Vec::new(),
            at: review.submitted_at,
            reference: Some(Reference::Review(review.id)),
        };
        match review.commit_id.as_ref().and_then(|commit| git.step(commit.parse().ok()?).ok()) {
            Some(step) => vote.digests = digests(&target, policy, &set, &step, &records)?,
            None => notes.push(format!(
                "review {} by @{} is on a commit that is not here, so it cannot count; fetch `refs/pull/NUMBER/head` first",
                review.id, review.login
            )),
        }
        votes.push(vote);
    }
    votes.extend(signatures(&target, policy, &people, &hands, &set, &records)?);
    let mut authors: Vec<Identity> = Vec::new();
    let made = || hands.iter().filter(|hand| !hand.is_ballot());
    // Whoever pushed last has a part in the change, even without a hand in a record; the newest commit comes first.
    let pusher = made().next().map(|hand| hand.commit.committer.clone());
    let contributors =
        made().filter(|hand| !hand.paths.is_empty()).flat_map(|hand| hand.commit.contributors());
    let contributors = contributors.filter_map(|voter| match voter {
        Voter::Git { name, email } => Some(Identity { name, email }),
        Voter::Login(_) | Voter::Person(_) => None,
    });
    for author in contributors.chain(pusher) {
        if !authors.contains(&author) {
            authors.push(author);
        }
    }
    let landed_at = git.commit(landed)?.committed_at.unwrap_or_default();
    let receipt = Receipt {
        pull_request: filing.pull_request.to_owned(),
        opened_by: filing.opened_by.map(str::to_owned),
        authors,
        covers: (base.to_string(), landed.to_string()),
        merged_at: filing.merged_at.unwrap_or(landed_at),
        records,
        votes,
    };
    Ok((receipt, notes))
}

fn landed_set(git: &Git, policy: &Policy, before: &Step, after: &Step) -> Result<Set, StoreError> {
    let head: Loaded = load(&*git.at(after.id)?)?;
    let paths = &policy.exboard.paths;
    let new_paths = head.paths().unwrap_or(paths);
    let sides = [paths, new_paths];
    let mut deltas = git.diff(Some(before.tree), Some(after.tree), &scope(&sides, false))?;
    if new_paths != paths {
        deltas.extend(stayed(git, Some(before.tree), &deltas, &sides)?);
    }
    let read = |_: &str, entry: Entry| git.read(entry.id);
    assemble(&deltas, Side { paths, read: &read }, Side { paths: new_paths, read: &read })
}

/// The digests of the records as they were at a commit, but of those that took a step on the target branch since: a
/// vote there does not hold for them.
fn digests(
    target: &Target<'_>,
    policy: &Policy,
    set: &Set,
    voted: &Step,
    records: &[(String, String)],
) -> Result<Vec<(String, String)>, StoreError> {
    let mut found = Vec::new();
    for change in &set.changes {
        let is_on_it = records.iter().any(|(id, _)| **id == *change.id);
        if let Some(version) =
            version_in(target.git, target.paths, voted.tree, target.tree, change)?.filter(|_| is_on_it)
            && let Some(digest) = digest(&version, policy)
            && !target.has_stepped(voted.id, change)?
        {
            found.push((change.id.to_string(), digest));
        }
    }
    if records.iter().any(|(id, _)| id == POLICY)
        && target.changed_policy(voted.id, &set.policy_paths)?.is_empty()
    {
        found.push((POLICY.to_owned(), policy_digest(target.git, policy, voted.tree)?));
    }
    Ok(found)
}

/// The signed voting commits of the branch: only those that prove something.
fn signatures(
    target: &Target<'_>,
    policy: &Policy,
    people: &Identities<'_>,
    hands: &[Hand],
    set: &Set,
    records: &[(String, String)],
) -> Result<Vec<ReceiptVote>, StoreError> {
    let git = target.git;
    let keys = Keyring::of_people(&policy.board);
    let mut votes: Vec<ReceiptVote> = Vec::new();
    for hand in hands.iter().rev().filter(|hand| hand.is_ballot()) {
        let parent_committed_at = match hand.step.parents.first() {
            Some(parent) => git.commit(*parent)?.committed_at,
            None => None,
        };
        let around = Surroundings { same_tree: hand.keeps_tree, parent_committed_at };
        for cast in signed_votes(&hand.commit, &around, people, &keys) {
            // Of a digest that is not what lay there, or of what has moved on since, nothing is written down.
            let held = digests(target, policy, set, &hand.step, records)?;
            if cast.vote.void.is_some() || !held.contains(&(cast.id.clone(), cast.digest.clone())) {
                continue;
            }
            let reference = Some(Reference::Signature(hand.commit.id.clone()));
            let digest = (cast.id, cast.digest);
            match votes.iter_mut().find(|vote| vote.reference == reference && vote.stance == cast.vote.stance)
            {
                Some(vote) => vote.digests.push(digest),
                None => votes.push(ReceiptVote {
                    by: identity(policy, people, &cast.vote.by),
                    stance: cast.vote.stance,
                    commit: cast.vote.on,
                    digests: vec![digest],
                    at: cast.vote.at,
                    reference,
                }),
            }
        }
    }
    Ok(votes)
}

/// The address that the forge gives to a login, and that leads back to it.
fn hidden(person: &Person) -> Option<String> {
    person.github.as_ref().map(|login| format!("{login}@users.noreply.github.com"))
}

/// Name and address of a voter, as the roster has them: a login alone means nothing once the forge is gone.
fn identity(policy: &Policy, people: &Identities<'_>, voter: &Voter) -> Identity {
    let known = people.voter(voter).and_then(|key| Some((key, policy.board.people.get(key)?)));
    match (known, voter) {
        (Some((key, person)), _) => Identity {
            name: person.name.clone(),
            email: person
                .emails
                .first()
                .cloned()
                .or_else(|| hidden(person))
                .unwrap_or_else(|| key.to_owned()),
        },
        (None, Voter::Git { name, email }) => Identity { name: name.clone(), email: email.clone() },
        (None, Voter::Login(login)) => {
            Identity { name: format!("@{login}"), email: format!("{login}@users.noreply.github.com") }
        }
        (None, Voter::Person(key)) => Identity { name: key.clone(), email: String::new() },
    }
}
