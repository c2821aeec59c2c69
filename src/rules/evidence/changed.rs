//! `evidence/changed`

use crate::finding::{Fix, Safety};
use crate::rules::declare::rule;
use crate::rules::files::is_sha256;
use crate::rules::{Look, Out, Subject};
use crate::source::Span;
use crate::yaml::{Node, Style};

rule! {
    /// The evidence is not the file that was looked at.
    ///
    /// The SHA-256 of the file differs from the entry's `sha256` (of a file that Git LFS keeps: the `oid` of its
    /// pointer). The entry stays: it says what was looked at then. Once somebody has looked again, a new entry for
    /// the same `path` with the new checksum answers this finding.
    ///
    /// ## Why
    /// A claim rests on what the file said when it was made. What it says now may be something else.
    ///
    /// ## Fails
    /// ```yaml base=proposed
    /// evidence_link:
    ///   - id: E1
    ///     kind: test_result
    ///     path: evidence/rotation.md
    ///     sha256: f6ed42a9d765eeb230a069bbc3d5dc346b2669594bb0b83cc6d14d5d967b8961
    ///     collected_at: 2026-05-04
    /// ```
    /// ```text with evidence=evidence/rotation.md
    /// Better proof
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed
    /// evidence_link:
    ///   - id: E1
    ///     kind: test_result
    ///     path: evidence/rotation.md
    ///     sha256: 3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b
    ///     collected_at: 2026-05-02
    ///   - id: E2
    ///     kind: test_result
    ///     path: evidence/rotation.md
    ///     sha256: f6ed42a9d765eeb230a069bbc3d5dc346b2669594bb0b83cc6d14d5d967b8961
    ///     collected_at: 2026-05-04
    /// ```
    /// ```text with evidence=evidence/rotation.md
    /// proof
    /// ```
    RULE {
        name: "evidence/changed",
        summary: "The evidence is not the file that was looked at",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Unfinished,
        fix: Some(Safety::Unsafe),
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let evidence = subject.record.evidence();
    // One new entry a file, however many entries name it, and an id of its own for each.
    let mut mended: Vec<&str> = Vec::new();
    for (index, entry) in evidence.iter().enumerate() {
        let (Some(path), Some(pinned)) = (entry.path, entry.sha256.filter(|pin| is_sha256(pin))) else {
            continue;
        };
        if subject.look(path) != Look::File {
            continue;
        }
        let place = || subject.at(&subject.record.evidence_pointer(index, "sha256"));
        let digest = match subject.files.digest(path) {
            Ok(digest) => digest,
            Err(reason) => {
                let message = format!("`{path}` cannot be compared with its checksum: {reason}");
                out.report(out.finding(place(), message).help("see to it that this run may read the file"));
                continue;
            }
        };
        let found = digest.content();
        let looked_again = evidence.iter().any(|other| {
            other.path == Some(path)
                && other.sha256 == Some(found)
                && other.collected_at >= entry.collected_at
        });
        if found == pinned || looked_again {
            continue;
        }
        let message = format!(
            "`{path}` is not what it was: its SHA-256 is {}…, and {}… is pinned{}",
            short(found),
            short(pinned),
            entry.collected_at.map(|at| format!(" since {at}")).unwrap_or_default()
        );
        let help = format!(
            "see whether the claim still holds; then add an entry for the same `path`, collected today, with \
             `sha256: {found}`, and cite that"
        );
        let mut finding = out.finding(place(), message).help(help);
        if !mended.contains(&path) {
            finding.fix = new_entry(subject, index, mended.len(), found);
            mended.extend(finding.fix.as_ref().map(|_| path));
        }
        out.report(finding);
    }
}

fn short(sha256: &str) -> &str {
    sha256.get(..12).unwrap_or(sha256)
}

/// Adds an entry behind the last one and those that are to be `added` before it, as today's look at the file; only
/// where the list is written line by line.
fn new_entry(subject: &Subject<'_>, index: usize, added: usize, sha256: &str) -> Option<Fix> {
    let entry = subject.record.evidence().get(index)?;
    let list: Node<'_> = subject.file.document.get(subject.record.evidence_field())?;
    let path = list.items().nth(index)?.child("path")?.raw();
    let kind = entry.kind?;
    if list.style() != Style::Block || path.contains('\n') {
        return None;
    }
    let numbers =
        subject.record.evidence().iter().filter_map(|entry| entry.id?.strip_prefix('E')?.parse::<u32>().ok());
    let next = numbers.max()?.checked_add(1)?.checked_add(u32::try_from(added).ok()?)?;
    let source = subject.file.source();
    let dash = source.position(list.span().start);
    let indent = source.slice(Span::new(source.line(dash.line).start, dash.offset));
    if !indent.chars().all(|c| c == ' ') {
        return None;
    }
    let text = source.slice(Span::new(0, list.items().last()?.span().end)).trim_end();
    let at = source.line(source.position(text.len()).line).end;
    let newline = if source.text().contains("\r\n") { "\r\n" } else { "\n" };
    let lines = [
        format!("- id: E{next}"),
        format!("  kind: {kind}"),
        format!("  path: {path}"),
        format!("  sha256: {sha256}"),
        format!("  collected_at: {}", subject.today()),
    ];
    let text: String = lines.iter().map(|line| format!("{newline}{indent}{line}")).collect();
    Some(subject.file.replace(Safety::Unsafe, Span::new(at, at), text))
}
