//! `response/send-approval-missing`

use crate::change::sending;
use crate::rules::declare::rule;
use crate::rules::voting::answer;
use crate::rules::{ChangeSubject, Out};

rule! {
    /// A risky answer goes out, and nobody who may let it out agreed.
    ///
    /// A `high` answer goes to `sent` with the vote of one of `[registry] approvers` (`policies/registry.toml`); a `critical`
    /// one goes to `ready`, and to `sent`, with the vote of one of `[legal] members` (`policies/board.toml`).
    ///
    /// ## Why
    /// What is sent cannot be taken back.
    ///
    /// ## Fails
    /// ```yaml before base=ready
    /// board_exception_id: SEB-2026-0042
    /// ```
    /// ```yaml after base=ready
    /// board_exception_id: SEB-2026-0042
    /// status: sent
    /// ```
    /// ```yaml votes
    /// []
    /// ```
    /// ```yaml with base=approved
    /// decision_status: approved
    /// ```
    ///
    /// ## Passes
    /// ```yaml before base=ready
    /// board_exception_id: SEB-2026-0042
    /// ```
    /// ```yaml after base=ready
    /// board_exception_id: SEB-2026-0042
    /// status: sent
    /// ```
    /// ```yaml votes
    /// - { person: dan, on: before }
    /// ```
    /// ```toml with file=policies/registry.toml
    /// approvers = ["dan"]
    /// ```
    /// ```yaml with base=approved
    /// decision_status: approved
    /// ```
    RULE {
        name: "response/send-approval-missing",
        summary: "A risky answer goes out, and nobody who may let it out agreed",
        scope: Change,
        severity: Error,
        locked: true,
        judges: Every,
        votes: true,
        fix: None,
        since: "0.1.0",
    }
    Check::Change(check)
}

fn check(subject: &ChangeSubject<'_>, out: &mut Out<'_>) {
    let Some(question) = sending(subject.change, subject.policy()) else { return };
    if let Some(finding) = answer(subject, &question, "/status", out) {
        out.report(subject.and_before(finding, "/status", "the status before"));
    }
}
