//! `history/decided-record-edited`

use crate::change::{Difference, frozen_changes};
use crate::rules::changed::{changed_immutables, extension};
use crate::rules::declare::rule;
use crate::rules::{ChangeSubject, Out};
use crate::schema::Kind;

rule! {
    /// A decided record changes, and no board decided that.
    ///
    /// A decision freezes all that its votes cover, and its own words: `decision_notes`, `decided_at`, `decided_by`. Free
    /// stay the status, `closure`, `reviews`, `next_review_due_at`, `close_date_risk_days`, `csf_functions`, the times of a
    /// rollback, the progress of controls (`status`, `completed_at`, `evidence`), evidence that is only added, and the
    /// `extensions` keys that `exboard.toml` calls progress. A step back to `proposed` frees everything.
    ///
    /// ## Why
    /// A decision is about a text. When the text changes afterwards, nobody has decided.
    ///
    /// ## Fails
    /// ```yaml before base=approved
    /// impacted_assets: [export-service]
    /// ```
    /// ```yaml after base=approved
    /// impacted_assets: [export-service, billing]
    /// ```
    ///
    /// ## Passes
    /// ```yaml before base=approved
    /// csf_functions: [protect]
    /// ```
    /// ```yaml after base=approved
    /// csf_functions: [protect, recover]
    /// original_requirement: >-
    ///   Keys that encrypt customer data
    ///   are managed by the customer.
    /// ```
    RULE {
        name: "history/decided-record-edited",
        summary: "A decided record changes, and no board decided that",
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
    let Some((before, after)) = subject.versions() else { return };
    let is_settled = before.is_decided() && after.is_decided() && !subject.change.decides();
    if subject.change.kind != Kind::Board || !is_settled {
        return;
    }
    // What other rules have a name for is told once.
    let immutable = changed_immutables(before, after);
    let is_told = |difference: &Difference| {
        difference.suppression.is_none()
            && (immutable.contains(&difference.field)
                || (difference.field == "/approved_until" && extension(subject).is_some()))
    };
    let mut changed = frozen_changes(before, after, subject.policy());
    changed.retain(|difference| !is_told(difference));
    let Some(first) = changed.first() else { return };
    let names: Vec<String> = changed.iter().map(|difference| format!("`{difference}`")).collect();
    let (status, id) = (before.status().unwrap_or_default(), &subject.change.id);
    let message = format!("the record was {status}, and {} changed without a new decision", list(&names));
    let help = match status {
        "approved" => format!("put back what was decided, or decide anew: `exboard renew {id}`"),
        "closed" => "put back what was decided: a closed record is final".to_owned(),
        _ => format!("put back what was decided, or take it back to the board: `exboard move {id} proposed`"),
    };
    let finding = out.finding(subject.at(&first.field), message).help(help);
    out.report(subject.and_before(finding, &first.field, "what was decided"));
}

/// The first few of many names.
fn list(names: &[String]) -> String {
    const SHOWN: usize = 6;
    let shown = names.get(..SHOWN).unwrap_or(names).join(", ");
    match names.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => format!("{shown} and {more} more"),
        _ => shown,
    }
}
