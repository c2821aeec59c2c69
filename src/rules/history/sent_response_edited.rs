//! `history/sent-response-edited`

use crate::change::{Difference, voted_changes};
use crate::rules::declare::rule;
use crate::rules::{ChangeSubject, Out};
use crate::schema::{Kind, field_name};

rule! {
    /// An answer changes after it went out.
    ///
    /// While a registry record is `sent`, `accepted` or `closed`, its `response` stays what the buyer read. After `rejected`
    /// it goes back to `drafted`, and there it may be written anew.
    ///
    /// ## Why
    /// The record says what the buyer was told. If it can be edited, it says nothing.
    ///
    /// ## Fails
    /// ```yaml before base=ready
    /// board_exception_id: SEB-2026-0042
    /// status: sent
    /// ```
    /// ```yaml after base=ready
    /// board_exception_id: SEB-2026-0042
    /// status: sent
    /// response:
    ///   control_statements:
    ///     - text: Exports are encrypted with AES-256 under a key that we manage.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///       evidence: [E1]
    ///   risk_note: The key is held by us.
    /// ```
    /// ```yaml with base=approved
    /// decision_status: approved
    /// ```
    ///
    /// ## Passes
    /// ```yaml before base=ready
    /// board_exception_id: SEB-2026-0042
    /// status: sent
    /// ```
    /// ```yaml after base=ready
    /// board_exception_id: SEB-2026-0042
    /// status: accepted
    /// ```
    /// ```yaml with base=approved
    /// decision_status: approved
    /// ```
    RULE {
        name: "history/sent-response-edited",
        summary: "An answer changes after it went out",
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
    // Where it goes back to be drafted in the same change, it may be written anew.
    let is_redrafted = subject.lawful_steps().is_some_and(|steps| steps.reaches("drafted"));
    if subject.change.kind != Kind::Registry || !before.is_decided() || is_redrafted {
        return;
    }
    let changed = voted_changes(before, after, subject.policy());
    let is_below = |difference: &&Difference| {
        let rest = difference.field.strip_prefix("/response");
        difference.suppression.is_none() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let Some(first) = changed.iter().find(is_below) else { return };
    let status = before.status().unwrap_or_default();
    let message =
        format!("the answer was {status}, and `{}` is not what the buyer read", field_name(&first.field));
    let help = match status {
        "sent" => "put back what went out; when the buyer rejects it, it goes back to `drafted`",
        _ => "put back what went out; a new answer is another record",
    };
    let finding = out.finding(subject.at(&first.field), message).help(help);
    out.report(subject.and_before(finding, &first.field, "what went out"));
}
