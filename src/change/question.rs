//! The questions of a change that votes answer: what is asked, and of whom.
//!
//! The rules about votes judge the answers; reports tell how far they are. Both read the questions here.

use super::{Authority, Change, Circumstances, Electorate, Version, authority};
use crate::policy::Policy;
use crate::record::{Record, RegistryRecord, RiskLevel};
use crate::time::Instant;

/// A question that votes answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What the votes are on, as the subject of a sentence: `approving SEB-2026-0042`.
    pub act: String,
    /// Who votes.
    pub electorate: Electorate,
    /// Why it is they, where that is not plain.
    pub because: Option<&'static str>,
}

/// Whether the policy may change: asked of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyQuestion {
    /// The question.
    pub question: Question,
    /// The first file that it is about.
    pub path: String,
    /// The key of `board.toml` that says who votes.
    pub key: &'static str,
}

/// The decision of a board, where the change is one.
#[must_use]
pub fn decision(change: &Change, policy: &Policy, now: Instant) -> Option<Question> {
    if !change.decides() {
        return None;
    }
    let Authority { tier, because } = authority(change, policy, now);
    let was = change.readable_before().and_then(Version::status);
    let act = match change.readable_after().and_then(Version::status) {
        Some("rejected") => "rejecting",
        status if status == was => "renewing",
        _ => "approving",
    };
    let electorate = Electorate::tier(policy, tier);
    Some(Question { act: format!("{act} {}", change.id), electorate, because })
}

/// Whether the risk of an answer may be rated lower, where the change does that.
#[must_use]
pub fn lower_rating(change: &Change, policy: &Policy) -> Option<Question> {
    let before = registry(change.readable_before())?;
    let after = registry(change.readable_after())?;
    let (was, is) = (before.risk_level?, after.risk_level?);
    if is >= was {
        return None;
    }
    let electorate = match was {
        RiskLevel::Critical => Electorate::legal(policy),
        _ => Electorate::approvers(policy),
    };
    let act = format!("rating {} {is} instead of {was}", change.id);
    Some(Question { act, electorate, because: None })
}

/// Whether a risky answer may go out, where the change lets it.
#[must_use]
pub fn sending(change: &Change, policy: &Policy) -> Option<Question> {
    let record = registry(change.readable_after())?;
    let steps = change.steps()?.ok()?;
    let (electorate, status) = match record.risk_level {
        Some(RiskLevel::Critical) if steps.reaches("sent") => (Electorate::legal(policy), "sent"),
        Some(RiskLevel::Critical) if steps.reaches("ready") => (Electorate::legal(policy), "ready"),
        Some(RiskLevel::High) if steps.reaches("sent") => (Electorate::approvers(policy), "sent"),
        _ => return None,
    };
    let act = format!("making {} {status}", change.id);
    Some(Question { act, electorate, because: None })
}

/// Whether the policy may change, where the change set does that.
#[must_use]
pub fn policy_change(circumstances: &Circumstances, policy: &Policy) -> Vec<PolicyQuestion> {
    let paths = &circumstances.policy_paths;
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let needs_legal = |path: &&String| policy.board.policy_votes.legal_for.contains(&name(path));
    let ask = |path: &String, electorate, key| {
        let question = Question { act: format!("changing {path}"), electorate, because: None };
        PolicyQuestion { question, path: path.clone(), key }
    };
    let board = paths.first().map(|path| ask(path, Electorate::policy(policy), "approvals.policy.tier"));
    let legal = paths.iter().find(needs_legal);
    let legal = legal.map(|path| ask(path, Electorate::legal(policy), "approvals.policy.legal_for"));
    board.into_iter().chain(legal).collect()
}

fn registry(version: Option<&Version>) -> Option<Box<RegistryRecord<'_>>> {
    match version?.record()? {
        Record::Registry(record) => Some(record),
        Record::Board(_) => None,
    }
}
