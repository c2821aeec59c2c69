//! `response/no-legal-owner`

use crate::policy::RiskLevel;
use crate::record::RegistryStatus;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};

rule! {
    /// A critical request lies with no legal counsel.
    ///
    /// From `triaged` on, a critical record has an `escalation` whose `legal_owner` is one of `[legal] members` in
    /// `policies/board.toml`.
    ///
    /// ## Why
    /// Unlimited audit rights and open-ended liability are not security's to give. Counsel reviews before anybody answers.
    ///
    /// ## Fails
    /// ```yaml base=triaged
    /// risk_level: critical
    /// due_at: 2026-05-05T08:00:00Z
    /// ```
    /// ```yaml base=triaged
    /// risk_level: critical
    /// due_at: 2026-05-05T08:00:00Z
    /// escalation:
    ///   legal_owner: mia
    ///   reason: The bank asks for the master key.
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=triaged
    /// risk_level: critical
    /// due_at: 2026-05-05T08:00:00Z
    /// escalation:
    ///   legal_owner: ben
    ///   reason: The bank asks for the master key.
    /// ```
    RULE {
        name: "response/no-legal-owner",
        summary: "A critical request lies with no legal counsel",
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
    let triaged = record.status.is_some_and(|status| status != RegistryStatus::New);
    if !triaged || record.risk_level != Some(RiskLevel::Critical) {
        return;
    }
    let legal = &subject.policy.board.legal;
    let (field, message) = match record.escalation.as_ref().and_then(|escalation| escalation.legal_owner) {
        Some(owner) if legal.contains(owner) => return,
        Some(owner) => {
            ("/escalation/legal_owner", format!("`{owner}` is not legal counsel, and the risk is critical"))
        }
        None if subject.file.document.get("/escalation").is_none() => (
            "/escalation",
            "the risk is critical, and no counsel has it: there is no `escalation`".to_owned(),
        ),
        // The schema says what is wrong with it.
        None => return,
    };
    let counsel: Vec<&str> = legal.iter().map(String::as_str).collect();
    let help = if counsel.is_empty() {
        "name legal counsel in `[legal] members` of policies/board.toml first".to_owned()
    } else {
        format!("set `escalation.legal_owner` to one of {}", counsel.join(", "))
    };
    let mut finding = out.finding(subject.at(field), message).help(help);
    if let Some(place) = subject.policy_place("board.toml", "legal.members") {
        finding = finding.related(place, "legal counsel");
    }
    out.report(finding);
}
