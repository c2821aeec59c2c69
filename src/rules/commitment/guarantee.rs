//! `commitment/guarantee`

use crate::commitment::Kind;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject, promises};

rule! {
    /// A text that a buyer reads guarantees or warrants something, or promises uptime or credits.
    ///
    /// Every sentence of what a buyer reads is looked at on its own: the fields that `outward` in
    /// `policies/commitments.toml` names. A sentence passes when it stands in the approved language there, or when its
    /// statement cites a live commitment of this kind that says the same.
    ///
    /// ## Why
    /// A guarantee is owed whatever happens. Only the contract gives one.
    ///
    /// ## Fails
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: We guarantee that exports are encrypted.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: We warrant 99.99% uptime, with service credits.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: The measured availability of the last quarter was 99.97%.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: Exports are encrypted with AES-256.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    RULE {
        name: "commitment/guarantee",
        summary: "A text that a buyer reads guarantees, warrants, or promises uptime or credits",
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
    promises::report(Kind::Guarantee, subject, out);
}
