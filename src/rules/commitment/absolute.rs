//! `commitment/absolute`

use crate::commitment::Kind;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject, promises};

rule! {
    /// A text that a buyer reads says "never", "always", "100%" or "cannot be breached" about security.
    ///
    /// Every sentence of what a buyer reads is looked at on its own: the fields that `outward` in
    /// `policies/commitments.toml` names. A sentence passes when it stands in the approved language there, or when its
    /// statement cites a live commitment of this kind that says the same.
    ///
    /// ## Why
    /// Nobody can keep it, and every incident proves it wrong.
    ///
    /// ## Fails
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: Our systems cannot be breached.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: We have never had and will never have a security incident.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: Exports are encrypted with AES-256.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: Access is reviewed every quarter.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    RULE {
        name: "commitment/absolute",
        summary: "A text that a buyer reads speaks in absolutes about security",
        scope: Record,
        severity: Warning,
        locked: false,
        judges: Unfinished,
        gate: true,
        suppressible: true,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    promises::report(Kind::Absolute, subject, out);
}
