//! `history/immutable-field`

use crate::rules::changed::changed_immutables;
use crate::rules::declare::rule;
use crate::rules::{ChangeSubject, Out};
use crate::schema::field_name;

rule! {
    /// What was asked, or when, or what a review found, is written anew.
    ///
    /// Once a record has left `draft` or `new`, `request_received_at` and `original_requirement` (in the registry
    /// `received_at` and `requested_change`) stay what they are. Reviews are only ever added, at the end of their list.
    ///
    /// ## Why
    /// Every clock starts at the time of the request, and every decision answers its words. Who may rewrite them may stop
    /// the clock, and change what was decided.
    ///
    /// ## Fails
    /// ```yaml before base=proposed
    /// request_received_at: 2026-05-04T08:00:00Z
    /// ```
    /// ```yaml after base=proposed
    /// request_received_at: 2026-05-04T09:00:00Z
    /// ```
    /// ```yaml before base=approved
    /// reviews:
    ///   - { at: 2026-05-01, by: dan, outcome: keep, controls_effective: true, note: The key was rotated on time. }
    /// ```
    /// ```yaml after base=approved
    /// reviews:
    ///   - { at: 2026-05-01, by: dan, outcome: keep, controls_effective: true, note: Nothing to see here. }
    /// ```
    ///
    /// ## Passes
    /// ```yaml before base=draft
    /// original_requirement: Keys are managed by the customer.
    /// ```
    /// ```yaml after base=draft
    /// original_requirement: Keys that encrypt customer data are managed by the customer.
    /// ```
    /// ```yaml before base=approved
    /// reviews:
    ///   - { at: 2026-05-01, by: dan, outcome: keep, controls_effective: true, note: The key was rotated on time. }
    /// ```
    /// ```yaml after base=approved
    /// reviews:
    ///   - { at: 2026-05-01, by: dan, outcome: keep, controls_effective: true, note: The key was rotated on time. }
    ///   - { at: 2026-05-03, by: dan, outcome: keep, controls_effective: true, note: And again. }
    /// ```
    RULE {
        name: "history/immutable-field",
        summary: "What was asked, or when, or what a review found, is written anew",
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
    for field in changed_immutables(before, after) {
        let name = field_name(&field);
        let (message, help) = if field.starts_with("/reviews") {
            let message = format!("`{name}` is not what it was: reviews are only ever added, at the end");
            (message, "put the review back as it was, and add what you have to say as another one")
        } else {
            let status = before.status().unwrap_or_default();
            let message = format!("`{name}` changes, and the record was `{status}` already");
            (message, "put back what was there; what was asked for later is another record")
        };
        let finding = out.finding(subject.at(&field), message).help(help);
        out.report(subject.and_before(finding, &field, "what was there"));
    }
}
