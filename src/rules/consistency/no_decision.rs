//! `consistency/no-decision`

use std::collections::BTreeSet;

use crate::finding::closest;
use crate::policy::RiskLevel;
use crate::record::RegistryStatus;
use crate::rules::declare::rule;
use crate::rules::{Out, Register, RegistryFacts};

rule! {
    /// A risky answer is out, and no board has decided it.
    ///
    /// A registry record that is sent, accepted or rejected, and high or critical, names the board record that decided it
    /// in `board_exception_id`.
    ///
    /// ## Why
    /// An answer to a buyer is not an authority to take a risk. The board is, and its decision has to be found from here.
    ///
    /// ## Fails
    /// ```yaml base=ready
    /// status: sent
    /// ```
    /// ```yaml base=ready
    /// status: sent
    /// board_exception_id: SEB-2026-0043
    /// ```
    /// ```yaml base=approved with
    /// decision_status: approved
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
        name: "consistency/no-decision",
        summary: "A risky answer is out, and no board has decided it",
        scope: All,
        severity: Error,
        locked: true,
        judges: Every,
        fix: None,
        since: "0.1.0",
    }
    Check::All(check)
}

fn check(register: &Register<'_>, out: &mut Out<'_>) {
    let decisions = register.cards.iter().filter(|card| card.board().is_some());
    let decisions: BTreeSet<&str> = decisions.filter_map(|card| card.id.as_deref()).collect();
    for card in register.cards {
        let Some(RegistryFacts { status: Some(status), level: Some(level), decision, undecided }) =
            card.registry()
        else {
            continue;
        };
        let is_out =
            matches!(status, RegistryStatus::Sent | RegistryStatus::Accepted | RegistryStatus::Rejected);
        if !is_out || *level < RiskLevel::High {
            continue;
        }
        let (message, guess) = match decision.as_deref() {
            Some(id) if decisions.contains(id) => continue,
            Some(id) => {
                let near = closest(id, decisions.iter().copied());
                (
                    format!(
                        "the answer is {status}, its risk is {level}, and there is no board record `{id}`"
                    ),
                    near,
                )
            }
            None if *undecided => (
                format!(
                    "the answer is {status}, its risk is {level}, and no `board_exception_id` says who decided"
                ),
                None,
            ),
            // The schema says what is wrong with it.
            None => continue,
        };
        let help = match guess {
            Some(near) => format!("did you mean `{near}`?"),
            None => "let the board decide on a record of its own, and name it: `board_exception_id: ID`"
                .to_owned(),
        };
        out.report(out.finding(card.at("/board_exception_id"), message).record(card.name()).help(help));
    }
}
