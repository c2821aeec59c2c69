//! `evidence/unpinned`

use crate::finding::{Fix, Safety};
use crate::record::{BoardStatus, Evidence, Record, RegistryStatus};
use crate::rules::declare::rule;
use crate::rules::{Look, Out, Subject};
use crate::source::Span;
use crate::yaml::{Node, Style};

rule! {
    /// The file that is the evidence has no checksum.
    ///
    /// From `proposed` (a registry record: `drafted`) on, an entry with a `path` has the `sha256` of the file. Of a
    /// file that Git LFS keeps, it is that of the content: the `oid` of its pointer.
    ///
    /// ## Why
    /// Who voted saw these bytes. Without a checksum the file can change under the vote, and nobody notices.
    ///
    /// ## Fails
    /// ```yaml base=proposed
    /// evidence_link:
    ///   - id: E1
    ///     kind: test_result
    ///     path: evidence/rotation.md
    ///     collected_at: 2026-05-04
    /// ```
    /// ```text with evidence=evidence/rotation.md
    /// proof
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
        name: "evidence/unpinned",
        summary: "The file that is the evidence has no checksum",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Unfinished,
        fix: Some(Safety::Safe),
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    if !must_be_pinned(subject.record) {
        return;
    }
    for (index, entry) in subject.record.evidence().iter().enumerate() {
        let Some(path) = entry.path else { continue };
        let pin = subject.record.evidence_pointer(index, "sha256");
        if (!entry.short && subject.has(&pin)) || subject.look(path) != Look::File {
            continue;
        }
        let place = subject.at(&subject.record.evidence_pointer(index, "path"));
        let message = format!("`{path}` is not pinned: nothing would show that the file changed");
        // A file that cannot be read is told all the same: without a pin nobody knows what was looked at.
        let digest = subject.files.digest(path).ok();
        let help = match &digest {
            Some(digest) if entry.short => format!(
                "write `evidence_link` as a list, with `id: E1`, `kind`, `path`, `sha256: {}` and `collected_at`",
                digest.content()
            ),
            Some(digest) => format!("add `sha256: {}` below `path`", digest.content()),
            None => "add the SHA-256 of the file as `sha256`".to_owned(),
        };
        let mut finding = out.finding(place, message).help(help);
        finding.fix = digest.and_then(|digest| pin_fix(subject, index, entry, digest.content()));
        out.report(finding);
    }
}

fn must_be_pinned(record: &Record<'_>) -> bool {
    match record {
        Record::Board(record) => record.decision_status.is_some_and(|status| status != BoardStatus::Draft),
        Record::Registry(record) => record.status.is_some_and(|status| {
            !matches!(status, RegistryStatus::New | RegistryStatus::Triaged | RegistryStatus::Escalated)
        }),
    }
}

/// Writes the checksum behind the path: on a line of its own, or within the braces. One string in place of the list
/// has no room for it, and the day on which it was looked at is nobody's to guess.
fn pin_fix(subject: &Subject<'_>, index: usize, entry: &Evidence<'_>, sha256: &str) -> Option<Fix> {
    if entry.short {
        return None;
    }
    let document = subject.file.document;
    let list: Node<'_> = document.get(subject.record.evidence_field())?;
    let map = list.items().nth(index)?;
    let path = map.entries().find(|entry| entry.key == "path")?;
    let value = path.value.span();
    let source = subject.file.source();
    let (at, text) = match map.style() {
        Style::Flow => (value.end, format!(", sha256: {sha256}")),
        _ if path.value.raw().contains('\n') => return None,
        _ => {
            let key = source.position(path.key_span.start);
            let line = source.line(key.line);
            let before = source.slice(Span::new(line.start, key.offset));
            // What stands before the key is blanks and the dash of the list; the next key lines up behind them.
            let indent = " ".repeat(before.chars().filter(|c| *c != '\u{FEFF}').count());
            let newline = if source.text().contains("\r\n") { "\r\n" } else { "\n" };
            (source.line(source.position(value.end).line).end, format!("{newline}{indent}sha256: {sha256}"))
        }
    };
    Some(subject.file.replace(Safety::Safe, Span::new(at, at), text))
}
