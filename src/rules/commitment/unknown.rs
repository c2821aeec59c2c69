//! `commitment/unknown`

use crate::finding::closest;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject, cited};

rule! {
    /// A control statement cites a commitment that the register does not have.
    ///
    /// The register is `[commitment.…]` in `policies/commitments.toml`: each entry is a promise that somebody approved,
    /// for a while, in its wording.
    ///
    /// ## Why
    /// A promise is covered by the decision that stands behind it. One that nobody wrote down covers nothing.
    ///
    /// ## Fails
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: Exports are encrypted with AES-256 under a key that we manage.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///       evidence: [E1]
    ///       commitments: [cm-404]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: Customer-managed keys will be available by 31 December 2026.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///       evidence: [E1]
    ///       commitments: [cm-001]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    /// ```toml file=policies/commitments.toml with
    /// [commitment.cm-001]
    /// kind = "timeline"
    /// wording = ["Customer-managed keys will be available by 31 December 2026."]
    /// by_date = 2026-12-31
    /// approved_by = "eva"
    /// approved_at = 2026-05-01
    /// valid_until = 2026-12-31
    /// ```
    RULE {
        name: "commitment/unknown",
        summary: "A control statement cites a commitment that the register does not have",
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
    let register = &subject.policy.commitments.register;
    for (field, id) in cited(subject).into_iter().filter(|(_, id)| !register.contains_key(*id)) {
        let help = match closest(id, register.keys().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None if register.is_empty() => {
                "the register is empty: somebody has to approve the promise first".to_owned()
            }
            None => format!("known: {}", register.keys().cloned().collect::<Vec<_>>().join(", ")),
        };
        let message = format!("`{id}` is not in the register of commitments (`policies/commitments.toml`)");
        out.report(out.finding(subject.at(&field), message).help(help));
    }
}
