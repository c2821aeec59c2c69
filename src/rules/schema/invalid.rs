//! `schema/invalid`

use crate::finding::Safety;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::schema::ProblemKind;

rule! {
    /// The JSON Schema of the record's kind says no.
    ///
    /// One finding for each thing that is missing, misplaced or not what it must be. Which fields are required
    /// depends on the status: `exboard schema board` and `exboard schema registry` print the schemas, and an editor
    /// shows them while you type, with this as the record's first line:
    /// `# yaml-language-server: $schema=…/schemas/security_exception_board_record_v1.json`.
    ///
    /// A value that is refused here reads as absent everywhere else: the rules that need it stay silent until it
    /// is mended.
    ///
    /// ## Why
    /// What a field means is fixed, so that a board, a buyer's answer and an auditor's script read the same.
    ///
    /// ## Fails
    /// ```yaml base=proposed
    /// impact_score: 140
    /// ```
    /// ```yaml base=proposed
    /// close_date: 2026-02-30
    /// ```
    /// ```yaml base=proposed remove=mitigation_owner
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed
    /// close_date: 2026-06-30
    /// close_date_risk_days: 57
    /// ```
    RULE {
        name: "schema/invalid",
        summary: "The JSON Schema of the record's kind says no",
        scope: Record,
        severity: Error,
        locked: true,
        judges: Every,
        fix: Some(Safety::Safe),
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    for problem in subject.schema_problems.iter().filter(|problem| problem.kind == ProblemKind::Invalid) {
        let mut finding = out.finding(subject.at(&problem.field), problem.message.as_str());
        finding.help.clone_from(&problem.help);
        if let Some(text) = &problem.replacement {
            finding = finding.fix(subject.file.replace(Safety::Safe, problem.span, text.as_str()));
        }
        out.report(finding);
    }
}
