//! `commitment/roadmap`

use crate::commitment::Kind;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject, promises};

rule! {
    /// A text that a buyer reads promises a feature, a fix, a certification or support to come, without a date.
    ///
    /// Every sentence of what a buyer reads is looked at on its own: the fields that `outward` in
    /// `policies/commitments.toml` names. A sentence passes when it stands in the approved language there, or when its
    /// statement cites a live commitment of this kind that says the same.
    ///
    /// ## Why
    /// A plan changes; an answer to a buyer stays.
    ///
    /// ## Fails
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: We will support customer-managed keys for exports.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: We are going to add SCIM provisioning.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: Roadmap items may change and are not a commitment.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: Exports are encrypted with a key that we manage.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    RULE {
        name: "commitment/roadmap",
        summary: "A text that a buyer reads promises something to come, without a date",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Unfinished,
        gate: true,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    promises::report(Kind::Roadmap, subject, out);
}
