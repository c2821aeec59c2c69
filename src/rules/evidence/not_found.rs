//! `evidence/not-found`

use crate::rules::declare::rule;
use crate::rules::{Look, Out, Subject};

rule! {
    /// The file that is the evidence is not there.
    ///
    /// `path` names a regular file of the state of the repository that is judged, from its root. Files that git does
    /// not keep with it, of a submodule for one, are not there.
    ///
    /// ## Why
    /// What only one person's disk has proves nothing to the others.
    ///
    /// ## Fails
    /// ```yaml base=proposed
    /// evidence_link:
    ///   - id: E1
    ///     kind: test_result
    ///     path: evidence/rotation-2026-05.md
    ///     sha256: f6ed42a9d765eeb230a069bbc3d5dc346b2669594bb0b83cc6d14d5d967b8961
    ///     collected_at: 2026-05-04
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed
    /// evidence_link:
    ///   - id: E1
    ///     kind: test_result
    ///     path: evidence/rotation-2026-05.md
    ///     sha256: f6ed42a9d765eeb230a069bbc3d5dc346b2669594bb0b83cc6d14d5d967b8961
    ///     collected_at: 2026-05-04
    /// ```
    /// ```text with evidence=evidence/rotation-2026-05.md
    /// proof
    /// ```
    RULE {
        name: "evidence/not-found",
        summary: "The file that is the evidence is not there",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Unfinished,
        suppressible: true,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (index, entry) in subject.record.evidence().iter().enumerate() {
        let Some(path) = entry.path else { continue };
        let (message, help) = match subject.look(path) {
            Look::File | Look::Outside(_) => continue,
            Look::Missing => (
                format!("there is no file `{path}` in the repository"),
                "add the file to the repository, or correct `path`: from the root, with forward slashes, and in \
                 the same case",
            ),
            Look::Folder => (
                format!("`{path}` is a folder, and evidence is a file"),
                "name the file that is the evidence",
            ),
            Look::Unreadable(reason) => {
                (format!("`{path}` cannot be read: {reason}"), "see to it that this run may read it")
            }
        };
        let place = subject.at(&subject.record.evidence_pointer(index, "path"));
        out.report(out.finding(place, message).help(help));
    }
}
