//! `commitment/timeline`

use crate::commitment::Kind;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject, promises};

rule! {
    /// A text that a buyer reads promises a deliverable by a date, within a period or by a deadline.
    ///
    /// Every sentence of what a buyer reads is looked at on its own: the fields that `outward` in
    /// `policies/commitments.toml` names. A sentence passes when it stands in the approved language there, or when its
    /// statement cites a live commitment of this kind that says the same.
    ///
    /// ## Why
    /// A date in an answer is a term of the contract. Whoever writes it must be allowed to.
    ///
    /// ## Fails
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: Customer-managed keys will be available by 31 December 2026.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: We will deliver single sign-on within 90 days.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: Logs are kept for 90 days.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: The SOC 2 Type II examination was completed in March 2025.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    RULE {
        name: "commitment/timeline",
        summary: "A text that a buyer reads promises a deliverable by a date or within a period",
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
    promises::report(Kind::Timeline, subject, out);
}
