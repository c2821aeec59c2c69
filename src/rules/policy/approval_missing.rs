//! `policy/approval-missing`

use crate::change::{Electorate, Excluded, POLICY, tally};
use crate::finding::Place;
use crate::rules::declare::rule;
use crate::rules::voting::{Question, tell};
use crate::rules::{ChangeSetSubject, Out};

rule! {
    /// The policy changes without the votes that it asks for.
    ///
    /// A change of `exboard.toml`, the policy folder, `CODEOWNERS` or `.github/` takes the quorum of the tier that
    /// `[approvals] policy` names in `policies/board.toml`; a change of the files that its `legal_for` lists also the vote of
    /// one of `[legal] members`. The policy before the change says who they are.
    ///
    /// ## Why
    /// Whoever can change the policy alone can decide anything alone.
    ///
    /// ## Fails
    /// ```toml before file=policies/expiry.toml
    /// max_days = 90
    /// ```
    /// ```toml after file=policies/expiry.toml
    /// max_days = 60
    /// ```
    /// ```yaml votes=policy
    /// - { person: eva }
    /// ```
    ///
    /// ## Passes
    /// ```toml before file=policies/expiry.toml
    /// max_days = 90
    /// ```
    /// ```toml after file=policies/expiry.toml
    /// max_days = 60
    /// ```
    /// ```yaml votes=policy
    /// - { person: eva }
    /// - { person: dan }
    /// ```
    RULE {
        name: "policy/approval-missing",
        summary: "The policy changes without the votes that it asks for",
        scope: Change,
        severity: Error,
        locked: true,
        judges: Every,
        votes: true,
        fix: None,
        since: "0.1.0",
    }
    Check::ChangeSet(check)
}

fn check(subject: &ChangeSetSubject<'_>, out: &mut Out<'_>) {
    let Some(first) = subject.policy_paths().first() else { return };
    let Some(votes) = out.votes(&subject.circumstances.policy_ballots) else { return };
    let policy = subject.policy();
    let excluded = Excluded::of_policy(subject.circumstances, subject.people);
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let needs_legal = |path: &&String| policy.board.policy_votes.legal_for.contains(&name(path));
    let legal = subject.policy_paths().iter().find(needs_legal);
    let asked = [
        Some((first, Electorate::policy(policy), "approvals.policy.tier")),
        legal.map(|path| (path, Electorate::legal(policy), "approvals.policy.legal_for")),
    ];
    for (path, electorate, key) in asked.into_iter().flatten() {
        let votes = tally(votes, &electorate, subject.people, &excluded, subject.landed_at());
        if votes.passes() {
            continue;
        }
        let question = Question { act: format!("changing {path}"), electorate, because: None };
        let finding = tell(&question, &votes, Place::file(path.as_str()), POLICY, out);
        out.report(match policy.place("board.toml", key) {
            Some((source, span)) => {
                finding.related(Place::in_source(&source, span, None), "who votes is set here")
            }
            None => finding,
        });
    }
}
