//! `response/unverified-statement`

use crate::policy::Statement;
use crate::record::Confirmation;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::time::{Date, days};

rule! {
    /// Nobody has verified a control statement lately.
    ///
    /// A statement of the library counts for `verify_every_days` (90 by default) after its `verified_at`, and without one
    /// not at all. A sentence outside the library counts for `confirmed_days` (90 by default) after `confirmed.at`.
    ///
    /// ## Why
    /// Production changes and sentences do not. What was true in spring is a guess in autumn.
    ///
    /// ## Fails
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: Customer data in databases and object storage is encrypted at rest with AES-256.
    ///       statement: cs-014
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: Exports are encrypted with AES-256 under a key that we manage.
    ///       confirmed: { by: mia, at: 2026-02-02 }
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: Exports are encrypted with AES-256 under a key that we manage.
    ///       confirmed: { by: mia, at: 2026-02-03 }
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    RULE {
        name: "response/unverified-statement",
        summary: "Nobody has verified a control statement lately",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Unfinished,
        gate: true,
        clock: true,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let response = subject.registry().and_then(|record| record.response.as_ref());
    for (index, statement) in response.iter().flat_map(|response| &response.control_statements).enumerate() {
        let field = |key: &str| format!("/response/control_statements/{index}/{key}");
        let entry = statement.statement.and_then(|id| subject.policy.statements.get_key_value(id));
        if let Some((id, entry)) = entry {
            library(subject, &field("statement"), id, entry, out);
        } else if let Some(confirmed) = &statement.confirmed {
            word(subject, &field("confirmed/at"), confirmed, out);
        }
    }
}

/// Judges an entry of the library.
fn library(subject: &Subject<'_>, field: &str, id: &str, entry: &Statement, out: &mut Out<'_>) {
    let most = entry.verify_every_days;
    let message = match entry.verified_at {
        None => format!("nobody has verified the statement `{id}`"),
        Some(at) => match age(subject, at) {
            age if age < 0 => format!("the statement `{id}` is said to be verified on {at}, a day to come"),
            age if age > i64::from(most) => {
                format!(
                    "the statement `{id}` was last verified on {at}, {} ago, and {most} are the most",
                    days(age)
                )
            }
            _ => return,
        },
    };
    let owner = entry.owner.as_deref().unwrap_or("its owner");
    let help =
        format!("{owner} looks whether it is still true, and sets `verified_at` in policies/statements.toml");
    let mut finding = out.finding(subject.at(field), message).help(help);
    let key = if entry.verified_at.is_some() { ".verified_at" } else { "" };
    if let Some(place) = subject.policy_place("statements.toml", &format!("statement.{id}{key}")) {
        finding = finding.related(place, "the entry in the library");
    }
    out.report(finding);
}

/// Judges a person's word on a sentence outside the library. One of a day to come is `schema/time-order`.
fn word(subject: &Subject<'_>, field: &str, confirmed: &Confirmation<'_>, out: &mut Out<'_>) {
    let most = subject.policy.registry.confirmed_days;
    let Some(at) = confirmed.at else { return };
    let age = age(subject, at);
    if age <= i64::from(most) {
        return;
    }
    let who = confirmed.by.unwrap_or("somebody");
    let message = format!("{who} confirmed this on {at}, {} ago, and {most} are the most", days(age));
    let mut finding =
        out.finding(subject.at(field), message).help(format!("{who} looks again, and sets `confirmed.at`"));
    if let Some(place) = subject.policy_place("registry.toml", "confirmed_days") {
        finding = finding.related(place, "the policy's limit");
    }
    out.report(finding);
}

fn age(subject: &Subject<'_>, at: Date) -> i64 {
    (subject.policy.lanes.calendar.date_of(subject.now) - at).num_days()
}
