//! `consistency/recurrence`

use crate::record::{BoardStatus, ClosureReason};
use crate::rules::declare::rule;
use crate::rules::{BoardFacts, Card, Out, Register, by_subject};
use crate::time::{Date, days};

rule! {
    /// An account asks again for an exception of a control family.
    ///
    /// The later record is judged: an earlier one of the same account and family that is over (rejected, withdrawn, revoked,
    /// expired or closed) arrived within `recurrence_days` (365 by default) before it. The nearest one is named.
    ///
    /// ## Why
    /// The second exception is where the first one did not lead to a remedy. The board should know how that one ended
    /// before it gives another.
    ///
    /// ## Fails
    /// ```yaml base=proposed
    /// exception_id: SEB-2026-0042
    /// ```
    /// ```yaml base=approved with path=exceptions/director/2026/SEB-2026-0017.yaml
    /// exception_id: SEB-2026-0017
    /// decision_status: closed
    /// closure:
    ///   at: 2026-05-02T10:00:00Z
    ///   by: mia
    ///   reason: deal_lost
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed
    /// exception_id: SEB-2026-0042
    /// ```
    /// ```yaml base=approved with path=exceptions/director/2026/SEB-2026-0017.yaml
    /// exception_id: SEB-2026-0017
    /// account_name: Calder Freight
    /// decision_status: closed
    /// closure:
    ///   at: 2026-05-02T10:00:00Z
    ///   by: mia
    ///   reason: deal_lost
    /// ```
    RULE {
        name: "consistency/recurrence",
        summary: "An account asks again for an exception of a control family",
        scope: All,
        severity: Warning,
        locked: false,
        judges: Every,
        suppressible: true,
        fix: None,
        since: "0.1.0",
    }
    Check::All(check)
}

fn check(register: &Register<'_>, out: &mut Out<'_>) {
    let most = i64::from(register.policy.lanes.consistency.recurrence_days);
    for group in by_subject(register.cards).into_values() {
        let dated = group.into_iter().filter_map(|(card, facts)| Some((facts.received?, card, facts)));
        let mut dated: Vec<(Date, &Card, &BoardFacts)> = dated.collect();
        // Of one day, what is over comes first: withdrawn and asked again is the case to catch.
        let is_over = |facts: &BoardFacts| facts.status.is_some_and(BoardStatus::is_finished);
        dated.sort_by_key(|(received, card, facts)| (*received, !is_over(facts), card.name()));
        let mut last: Option<(Date, &Card, &BoardFacts)> = None;
        for (received, card, facts) in dated {
            if let Some((before, earlier, ended)) = last {
                let after = (received - before).num_days();
                if after <= most {
                    report((card, facts), (earlier, ended), after, out);
                }
            }
            if is_over(facts) {
                last = Some((received, card, facts));
            }
        }
    }
}

fn report(later: (&Card, &BoardFacts), earlier: (&Card, &BoardFacts), after: i64, out: &mut Out<'_>) {
    let ((card, facts), (earlier, ended)) = (later, earlier);
    let when = if after == 0 { "on the same day".to_owned() } else { format!("{} before", days(after)) };
    let message = format!(
        "this account asked for {} exception {when}: `{}`, {}",
        article(facts.family()),
        earlier.name(),
        ending(ended)
    );
    out.report(
        out.finding(card.at("/control_family"), message)
            .record(card.name())
            .help("say in the record why it is needed again, and what will end the need for good")
            .related(earlier.at("/decision_status"), "how the earlier one ended"),
    );
}

fn article(family: &str) -> String {
    format!("{} `{family}`", if family.starts_with(['a', 'e', 'i']) { "an" } else { "a" })
}

/// How a record ended.
fn ending(facts: &BoardFacts) -> String {
    let status = facts.status.map_or("", BoardStatus::as_str);
    match (facts.closed, facts.approved_until) {
        (Some((at, Some(reason))), _) => format!("{status} on {at}: {}", words(reason)),
        (Some((at, None)), _) => format!("{status} on {at}"),
        (None, Some(until)) => format!("{status}, after it was approved until {until}"),
        (None, None) => status.to_owned(),
    }
}

fn words(reason: ClosureReason) -> &'static str {
    match reason {
        ClosureReason::Remediated => "remediated",
        ClosureReason::RolledBack => "rolled back",
        ClosureReason::Superseded => "superseded",
        ClosureReason::DealLost => "the deal was lost",
        ClosureReason::NotNeeded => "not needed",
    }
}
