//! `commitment/audit-rights`

use crate::commitment::Kind;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject, promises};

rule! {
    /// A text that a buyer reads grants rights to audit, inspect or test us.
    ///
    /// Every sentence of what a buyer reads is looked at on its own: the fields that `outward` in
    /// `policies/commitments.toml` names. A sentence passes when it stands in the approved language there, or when its
    /// statement cites a live commitment of this kind that says the same.
    ///
    /// ## Why
    /// Each right of this kind costs weeks of work a year, for every buyer who has it.
    ///
    /// ## Fails
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: You may audit our facilities at any time.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: We grant you the right to conduct penetration tests of our production systems.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: An independent firm audits us every year.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: The report of the last audit is available under a confidentiality agreement.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    RULE {
        name: "commitment/audit-rights",
        summary: "A text that a buyer reads grants rights to audit, inspect or test",
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
    promises::report(Kind::AuditRights, subject, out);
}
