//! `schema/unknown-field`

use crate::finding::Safety;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::schema::ProblemKind;

rule! {
    /// A key that the schema does not know.
    ///
    /// A misspelt field would otherwise be a missing one that nobody misses. A team's own fields go under
    /// `extensions:`, which may hold anything.
    ///
    /// ## Why
    /// `aproved_until: 2026-06-01` must not be an approval without an end.
    ///
    /// ## Fails
    /// ```yaml base=proposed
    /// relatd: [SEB-2026-0007]
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed
    /// extensions:
    ///   dpo_reviewed: true
    /// ```
    RULE {
        name: "schema/unknown-field",
        summary: "A key that the schema does not know",
        scope: Record,
        severity: Error,
        locked: true,
        judges: Every,
        fix: Some(Safety::Unsafe),
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    for problem in subject.schema_problems.iter().filter(|problem| problem.kind == ProblemKind::UnknownField)
    {
        let place = subject.file.at_span(problem.span, Some(&problem.field));
        let mut finding = out.finding(place, problem.message.as_str());
        finding.help.clone_from(&problem.help);
        if let Some(text) = &problem.replacement {
            finding = finding.fix(subject.file.replace(Safety::Unsafe, problem.span, text.as_str()));
        }
        out.report(finding);
    }
}
