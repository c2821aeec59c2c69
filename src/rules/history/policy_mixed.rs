//! `history/policy-mixed`

use crate::finding::Place;
use crate::rules::changed::at;
use crate::rules::declare::rule;
use crate::rules::{ChangeSetSubject, Out};

rule! {
    /// One change set edits the policy together with records.
    ///
    /// The policy is `exboard.toml`, the policy folder, `CODEOWNERS` and `.github/`.
    ///
    /// ## Why
    /// Who may change the ruler while measuring, measures what they want. A policy change is voted on alone, and records are
    /// judged by the policy that was there before them.
    ///
    /// ## Fails
    /// ```toml before file=policies/expiry.toml
    /// max_days = 90
    /// ```
    /// ```toml after file=policies/expiry.toml
    /// max_days = 60
    /// ```
    /// ```yaml with new base=draft
    /// decision_status: draft
    /// ```
    ///
    /// ## Passes
    /// ```toml before file=policies/expiry.toml
    /// max_days = 90
    /// ```
    /// ```toml after file=policies/expiry.toml
    /// max_days = 60
    /// ```
    RULE {
        name: "history/policy-mixed",
        summary: "One change set edits the policy together with records",
        scope: Change,
        severity: Error,
        locked: true,
        judges: Every,
        fix: None,
        since: "0.1.0",
    }
    Check::ChangeSet(check)
}

fn check(subject: &ChangeSetSubject<'_>, out: &mut Out<'_>) {
    let (Some(path), Some(change)) = (subject.policy_paths().first(), subject.changes.first()) else {
        return;
    };
    let more = |number: usize| if number > 1 { format!(" and {} more", number - 1) } else { String::new() };
    let message = format!(
        "the change set edits the policy ({path}{}) together with records ({}{})",
        more(subject.policy_paths().len()),
        change.id,
        more(subject.changes.len())
    );
    let help = "make two pull requests of it: the policy first, then the records under it";
    let mut finding = out.finding(Place::file(path.as_str()), message).help(help);
    if let Some(version) = change.after.as_ref().or(change.before.as_ref()) {
        finding = finding.related(at(version, "/exception_id"), "one of the records");
    }
    out.report(finding);
}
