//! `expiry/silent-extension`

use crate::rules::changed::extension;
use crate::rules::declare::rule;
use crate::rules::{ChangeSubject, Out};

rule! {
    /// An approval lasts longer than its board said.
    ///
    /// `approved_until` of a decided record moves later in a change that is no new decision.
    ///
    /// ## Why
    /// An end that moves quietly is no end. Who wants more time asks for it: a renewal is a decision, with votes.
    ///
    /// ## Fails
    /// ```yaml before base=approved
    /// approved_until: 2026-07-10
    /// next_review_due_at: 2026-06-26
    /// ```
    /// ```yaml after base=approved
    /// approved_until: 2026-07-20
    /// ```
    ///
    /// ## Passes
    /// ```yaml before base=approved
    /// approved_until: 2026-07-10
    /// next_review_due_at: 2026-06-26
    /// ```
    /// ```yaml after base=approved
    /// decided_at: 2026-05-04T09:00:00Z
    /// approved_until: 2026-07-20
    /// next_review_due_at: 2026-07-06
    /// ```
    RULE {
        name: "expiry/silent-extension",
        summary: "An approval lasts longer than its board said",
        scope: Change,
        severity: Error,
        locked: true,
        judges: Every,
        fix: None,
        since: "0.1.0",
    }
    Check::Change(check)
}

fn check(subject: &ChangeSubject<'_>, out: &mut Out<'_>) {
    let Some((before, after)) = extension(subject) else { return };
    let id = &subject.change.id;
    let message = format!("`approved_until` moves from {before} to {after}, and no board decided that");
    let help =
        format!("put {before} back, or ask for the time: `exboard renew {id}`, on which the board votes");
    let finding = out.finding(subject.at("/approved_until"), message).help(help);
    out.report(subject.and_before(finding, "/approved_until", "the end that was decided"));
}
