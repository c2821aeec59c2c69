//! `evidence/unused`

use crate::rules::declare::rule;
use crate::rules::{Out, Subject};

rule! {
    /// Evidence is declared and cited nowhere.
    ///
    /// Only of registry records, and only once there is an answer that could cite it.
    ///
    /// ## Why
    /// What backs no statement is either a statement's missing proof, or a document that leaves the house for nothing.
    ///
    /// ## Fails
    /// ```yaml base=ready
    /// evidence_links:
    ///   - id: E1
    ///     kind: architecture
    ///     url: https://wiki.example.com/export-service
    ///     collected_at: 2026-05-04
    ///   - id: E2
    ///     kind: runbook
    ///     url: https://wiki.example.com/key-rotation
    ///     collected_at: 2026-05-04
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=ready
    /// evidence_links:
    ///   - id: E1
    ///     kind: architecture
    ///     url: https://wiki.example.com/export-service
    ///     collected_at: 2026-05-04
    /// ```
    /// ```yaml base=triaged
    /// evidence_links:
    ///   - id: E1
    ///     kind: architecture
    ///     url: https://wiki.example.com/export-service
    ///     collected_at: 2026-05-04
    /// ```
    RULE {
        name: "evidence/unused",
        summary: "Evidence is declared and cited nowhere",
        scope: Record,
        severity: Info,
        locked: false,
        judges: Unfinished,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    if subject.registry().is_none_or(|record| record.response.is_none()) {
        return;
    }
    let citations = subject.record.citations();
    for (index, entry) in subject.record.evidence().iter().enumerate() {
        let Some(id) = entry.id else { continue };
        // A citation that cannot be read may be the one.
        if citations.iter().any(|citation| citation.id.is_none_or(|cited| cited == id)) {
            continue;
        }
        let message = format!("`{id}` is declared, and nothing cites it");
        let place = subject.at(&subject.record.evidence_pointer(index, "id"));
        out.report(out.finding(place, message).help("cite it where it proves something, or take it out"));
    }
}
