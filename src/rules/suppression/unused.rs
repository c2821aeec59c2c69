//! `suppression/unused`

use crate::rules::declare::rule;
use crate::rules::{Allowance, Out};

rule! {
    /// A suppression has nothing to hide.
    ///
    /// The rule that it names finds nothing on its field. A run that leaves the rule out (`--select`, `--ignore`)
    /// does not ask.
    ///
    /// ## Why
    /// A comment that hides nothing today hides the next mistake tomorrow.
    ///
    /// ## Fails
    /// ```yaml base=proposed
    /// # exboard: allow(lane/close-date-mismatch) until=2026-05-20 reason="The buyer moves the date this week."
    /// close_date_risk_days: 57
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed
    /// # exboard: allow(lane/close-date-mismatch) until=2026-05-20 reason="The buyer moves the date this week."
    /// close_date_risk_days: 50
    /// ```
    RULE {
        name: "suppression/unused",
        summary: "A suppression has nothing to hide",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Unfinished,
        fix: None,
        since: "0.1.0",
    }
    Check::Suppressions(check)
}

fn check(allowances: &[Allowance], out: &mut Out<'_>) {
    for allowance in allowances.iter().filter(|allowance| allowance.hides == 0) {
        let message = format!("`{}` finds nothing here that this suppression could hide", allowance.rule);
        out.report(out.finding(allowance.place.clone(), message).help("delete the comment"));
    }
}
