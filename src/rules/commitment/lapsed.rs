//! `commitment/lapsed`

use crate::rules::declare::rule;
use crate::rules::{Out, Subject, cited};
use crate::time::days;

rule! {
    /// A control statement cites a commitment that may no longer be given.
    ///
    /// Its `valid_until` in `policies/commitments.toml` is over. The day itself still counts.
    ///
    /// ## Why
    /// What was decided last year was decided for last year.
    ///
    /// ## Fails
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: Exports are encrypted with AES-256 under a key that we manage.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///       evidence: [E1]
    ///       commitments: [cm-001]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    /// ```toml file=policies/commitments.toml with
    /// [commitment.cm-001]
    /// kind = "timeline"
    /// wording = ["Customer-managed keys will be available by 30 April 2026."]
    /// approved_by = "eva"
    /// approved_at = 2026-02-01
    /// valid_until = 2026-04-30
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: Exports are encrypted with AES-256 under a key that we manage.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///       evidence: [E1]
    ///       commitments: [cm-001]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    /// ```toml file=policies/commitments.toml with
    /// [commitment.cm-001]
    /// kind = "timeline"
    /// wording = ["Customer-managed keys will be available by 31 December 2026."]
    /// approved_by = "eva"
    /// approved_at = 2026-02-01
    /// valid_until = 2026-05-04
    /// ```
    RULE {
        name: "commitment/lapsed",
        summary: "A control statement cites a commitment that may no longer be given",
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
    let today = subject.policy.lanes.calendar.date_of(subject.now);
    for (field, id) in cited(subject) {
        let Some(commitment) = subject.policy.commitments.register.get(id) else { continue };
        let over = (today - commitment.valid_until).num_days();
        if over <= 0 {
            continue;
        }
        let message = format!("`{id}` could be given until {}, {} ago", commitment.valid_until, days(over));
        let mut finding =
            out.finding(subject.at(&field), message).help("have it approved anew, or say what is true today");
        if let Some(place) = subject.policy_place("commitments.toml", &format!("commitment.{id}.valid_until"))
        {
            finding = finding.related(place, "its last day is set here");
        }
        out.report(finding);
    }
}
