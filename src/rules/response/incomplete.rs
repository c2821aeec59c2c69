//! `response/incomplete`

use crate::policy::RiskLevel;
use crate::record::RegistryStatus;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::yaml::{Node, Value};

rule! {
    /// The answer lacks what its risk asks for.
    ///
    /// From `drafted` on, a record names its evidence. A high or critical one names its compensating control, and a high
    /// one says with `meets_baseline` whether that keeps the minimum baseline.
    ///
    /// ## Why
    /// An answer without evidence is an opinion, and a yes to a high risk without a compensating control is a gift.
    ///
    /// ## Fails
    /// ```yaml base=ready remove=evidence_links
    /// pattern: policy-clarification
    /// risk_level: low
    /// response:
    ///   control_statements:
    ///     - text: Exports are encrypted with AES-256 under a key that we manage.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    /// ```yaml base=ready remove=compensating_control,meets_baseline
    /// status: drafted
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=ready
    /// status: drafted
    /// ```
    /// ```yaml base=ready remove=compensating_control,meets_baseline
    /// pattern: policy-clarification
    /// risk_level: low
    /// status: drafted
    /// ```
    RULE {
        name: "response/incomplete",
        summary: "The answer lacks what its risk asks for: evidence, compensating control, or baseline",
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
    let Some(record) = subject.registry() else { return };
    let Some(status) = record.status.filter(|status| has_answer(*status)) else { return };
    let absent = |field: &str| subject.file.document.get(field).is_none();
    let no_evidence = match subject.file.document.get("/evidence_links").map(Node::value) {
        None => true,
        Some(Value::Sequence) => record.evidence_links.is_empty(),
        Some(_) => false,
    };
    if no_evidence {
        let message = format!("the answer is {status}, and `evidence_links` names no evidence");
        let help = "add what shows that the sentences are true to `evidence_links`, and cite it by its id";
        out.report(out.finding(subject.at("/evidence_links"), message).help(help));
    }
    let Some(level) = record.risk_level.filter(|level| *level >= RiskLevel::High) else { return };
    if absent("/compensating_control") {
        let message = format!("the risk is {level}, and there is no `compensating_control`");
        let help = "say what is done instead of what the buyer asks for";
        out.report(out.finding(subject.at("/compensating_control"), message).help(help));
    }
    if level == RiskLevel::High && absent("/meets_baseline") {
        let message = "the risk is high, and `meets_baseline` does not say whether the baseline is kept";
        let help =
            "set `meets_baseline: true` or `false`: can the compensating control keep the minimum baseline?";
        out.report(out.finding(subject.at("/meets_baseline"), message).help(help));
    }
}

fn has_answer(status: RegistryStatus) -> bool {
    matches!(
        status,
        RegistryStatus::Drafted | RegistryStatus::Ready | RegistryStatus::Sent | RegistryStatus::Rejected
    )
}
