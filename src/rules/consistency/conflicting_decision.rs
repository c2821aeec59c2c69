//! `consistency/conflicting-decision`

use std::collections::BTreeMap;

use crate::record::{BoardStatus, RegistryStatus};
use crate::rules::declare::rule;
use crate::rules::{BoardFacts, Card, Out, Register};
use crate::time::Date;

rule! {
    /// The buyer's answer and the board's decision contradict each other.
    ///
    /// A sent answer needs a board record that is approved and not past its end. An accepted one needs a board record that
    /// was approved and was not rejected or revoked. A `closed` board record with `approved_until` counts as approved, one
    /// without it as rejected; an open one with `approved_until` was approved once.
    ///
    /// ## Why
    /// What the buyer was told is what the company is held to, whatever the board decided.
    ///
    /// ## Fails
    /// ```yaml base=ready
    /// status: sent
    /// board_exception_id: SEB-2026-0042
    /// ```
    /// ```yaml base=proposed with
    /// decision_status: proposed
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=ready
    /// status: sent
    /// board_exception_id: SEB-2026-0042
    /// ```
    /// ```yaml base=approved with
    /// decision_status: approved
    /// ```
    RULE {
        name: "consistency/conflicting-decision",
        summary: "The buyer's answer and the board's decision contradict each other",
        scope: All,
        severity: Error,
        locked: false,
        judges: Every,
        fix: None,
        since: "0.1.0",
    }
    Check::All(check)
}

fn check(register: &Register<'_>, out: &mut Out<'_>) {
    let named = register.cards.iter().filter_map(|card| Some((card.id.as_deref()?, (card, card.board()?))));
    let decisions: BTreeMap<&str, (&Card, &BoardFacts)> = named.collect();
    let today = register.policy.lanes.calendar.date_of(register.now);
    for card in register.cards {
        let Some(facts) = card.registry() else { continue };
        let decision = facts.decision.as_deref().and_then(|id| decisions.get(id));
        let (Some(status), Some((board, decision))) = (facts.status, decision) else { continue };
        let conflict = match status {
            RegistryStatus::Sent => against_sending(decision, today),
            RegistryStatus::Accepted => against_accepting(decision),
            _ => None,
        };
        let Some(conflict) = conflict else { continue };
        let message = format!("the answer is {status}, and the board record `{}` {conflict}", board.name());
        let help = match status {
            RegistryStatus::Sent => "take the answer back, or let the board decide before the buyer does",
            _ => "tell the buyer what the board decided, or bring the exception before the board again",
        };
        out.report(
            out.finding(card.at("/board_exception_id"), message)
                .record(card.name())
                .help(help)
                .related(board.at("/decision_status"), "the board's decision"),
        );
    }
}

/// Why an answer must not be on its way: the decision is not a yes, or no longer one.
fn against_sending(decision: &BoardFacts, today: Date) -> Option<String> {
    let until = match (decision.status?, decision.approved_until) {
        (BoardStatus::Approved | BoardStatus::Closed, Some(until)) => until,
        (BoardStatus::Closed, None) => return Some("is closed without an approval".to_owned()),
        // The schema asks for the end of an approval.
        (BoardStatus::Approved, None) => return None,
        (status, _) => return Some(format!("is {status}")),
    };
    (until < today).then(|| format!("was approved until {until}, which is over"))
}

/// Why an answer must not have been accepted: there never was a yes, or it was taken back.
fn against_accepting(decision: &BoardFacts) -> Option<String> {
    match (decision.status?, decision.approved_until) {
        (status @ (BoardStatus::Rejected | BoardStatus::Revoked), _) => Some(format!("is {status}")),
        (BoardStatus::Approved | BoardStatus::Expired, _) | (_, Some(_)) => None,
        (BoardStatus::Closed, None) => Some("is closed without an approval".to_owned()),
        (status, None) => Some(format!("is {status}, and never was approved")),
    }
}
