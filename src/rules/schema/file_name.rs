//! `schema/file-name`

use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::yaml::Node;

rule! {
    /// The file's name is not the record's id.
    ///
    /// One file is one record, and its name without `.yaml` is its `exception_id`.
    ///
    /// ## Why
    /// People find a record by its name, the decision log follows it by its id; the two must not part.
    ///
    /// ## Fails
    /// ```yaml base=proposed
    /// exception_id: SEB-2026-0043
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed
    /// exception_id: SEB-2026-0042
    /// ```
    RULE {
        name: "schema/file-name",
        summary: "The file's name is not the record's id",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Every,
        suppressible: true,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let id = subject.file.document.get("/exception_id").and_then(Node::as_str);
    let stem = subject.file.folder.stem();
    if let Some(id) = id.filter(|id| *id != stem) {
        let message = format!("the file is called `{stem}.yaml`, but its `exception_id` is `{id}`");
        let help = format!("rename the file to `{id}.yaml`, or set `exception_id: {stem}`");
        out.report(out.finding(subject.at("/exception_id"), message).help(help));
    }
}
