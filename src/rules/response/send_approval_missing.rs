//! `response/send-approval-missing`

use crate::change::Electorate;
use crate::record::RiskLevel;
use crate::rules::declare::rule;
use crate::rules::voting::{Question, answer};
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
    let (Some((_, record)), Some(steps)) = (subject.registry(), subject.lawful_steps()) else { return };
    let policy = subject.policy();
    let (electorate, status) = match record.risk_level {
        Some(RiskLevel::Critical) if steps.reaches("sent") => (Electorate::legal(policy), "sent"),
        Some(RiskLevel::Critical) if steps.reaches("ready") => (Electorate::legal(policy), "ready"),
        Some(RiskLevel::High) if steps.reaches("sent") => (Electorate::approvers(policy), "sent"),
        _ => return,
    };
    let act = format!("making {} {status}", subject.change.id);
    let question = Question { act, electorate, because: None };
    if let Some(finding) = answer(subject, &question, "/status", out) {
        out.report(subject.and_before(finding, "/status", "the status before"));
    }
}
