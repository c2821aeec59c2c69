//! `policy/approval-missing`

use crate::change::{Excluded, POLICY, PolicyQuestion, policy_change, tally};
use crate::finding::Place;
use crate::rules::declare::rule;
use crate::rules::voting::tell;
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
    let asked = policy_change(subject.circumstances, subject.policy());
    if asked.is_empty() {
        return;
    }
    let Some(votes) = out.votes(&subject.circumstances.policy_ballots) else { return };
    let excluded = Excluded::of_policy(subject.circumstances, subject.people);
    for PolicyQuestion { question, path, key } in &asked {
        let votes = tally(votes, &question.electorate, subject.people, &excluded, subject.landed_at());
        if votes.passes() {
            continue;
        }
        let finding = tell(question, &votes, Place::file(path.as_str()), POLICY, out);
        out.report(match subject.policy().place("board.toml", key) {
            Some((source, span)) => {
                finding.related(Place::in_source(&source, span, None), "who votes is set here")
            }
            None => finding,
        });
    }
}
