//! `evidence/outside-repository`

use crate::rules::declare::rule;
use crate::rules::{Look, Out, Subject};

rule! {
    /// The path of the evidence leaves the repository.
    ///
    /// `path` is not absolute, has no `..`, and passes through no link that leads to the outside; a link to an
    /// absolute path always does. Links between files of the repository are fine.
    ///
    /// ## Why
    /// What lies outside is not what others see, is not kept, and may be something that nobody meant to read.
    ///
    /// ## Fails
    /// ```yaml base=proposed
    /// evidence_link:
    ///   - id: E1
    ///     kind: test_result
    ///     path: ../reports/rotation.md
    ///     collected_at: 2026-05-04
    /// ```
    /// ```yaml base=proposed
    /// evidence_link:
    ///   - id: E1
    ///     kind: test_result
    ///     path: /home/mia/rotation.md
    ///     collected_at: 2026-05-04
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed
    /// evidence_link:
    ///   - id: E1
    ///     kind: test_result
    ///     path: evidence/rotation.md
    ///     sha256: f6ed42a9d765eeb230a069bbc3d5dc346b2669594bb0b83cc6d14d5d967b8961
    ///     collected_at: 2026-05-04
    /// ```
    /// ```text with evidence=evidence/rotation.md
    /// proof
    /// ```
    RULE {
        name: "evidence/outside-repository",
        summary: "The path of the evidence leaves the repository",
        scope: Record,
        severity: Error,
        locked: true,
        judges: Every,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (index, entry) in subject.record.evidence().iter().enumerate() {
        let Some(path) = entry.path else { continue };
        let Look::Outside(reason) = subject.look(path) else { continue };
        let message = format!("`{path}` leaves the repository: {reason}");
        let place = subject.at(&subject.record.evidence_pointer(index, "path"));
        let help = format!(
            "copy the file into `{}`, and name it from the root of the repository",
            subject.policy.exboard.paths.evidence
        );
        out.report(out.finding(place, message).help(help));
    }
}
