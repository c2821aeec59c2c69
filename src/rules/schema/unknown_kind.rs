//! `schema/unknown-kind`

use crate::finding::{Edit, Fix, Safety};
use crate::rules::declare::rule;
use crate::rules::{FileContext, Out};
use crate::schema::Kind;
use crate::source::Span;
use crate::yaml::Node;

rule! {
    /// `schema` is missing or not a known kind, or the kind does not belong in this folder.
    ///
    /// The key `schema`, by custom the first, says the kind of a record. Board records live below `exceptions/`,
    /// registry records below `registry/` (or wherever `[paths]` of `exboard.toml` puts them). Nothing else is
    /// judged in a file of an unknown kind.
    ///
    /// ## Why
    /// The kind decides which rules hold; a record of no kind would be held to none.
    ///
    /// ## Fails
    /// ```yaml base=proposed
    /// schema: security_exception_board_record_v2
    /// ```
    /// ```yaml base=proposed
    /// schema: security_exception_registry_v1
    /// ```
    /// ```yaml base=none
    /// exception_id: SEB-2026-0042
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed
    /// schema: security_exception_board_record_v1
    /// ```
    RULE {
        name: "schema/unknown-kind",
        summary: "`schema` is missing, unknown, or names a kind that does not belong in this folder",
        scope: Record,
        severity: Error,
        locked: true,
        judges: Every,
        fix: Some(Safety::Unsafe),
        since: "0.1.0",
    }
    Check::File(check)
}

fn check(file: &FileContext<'_>, out: &mut Out<'_>) {
    let Some(root) = file.document.root() else { return };
    let wanted = file.folder.kind;
    if file.kind == Some(wanted) {
        return;
    }
    let help = format!("records below `{}/` have `schema: {}`", file.folder.root, wanted.name());
    let finding = match (root.child("schema"), file.kind) {
        (None, _) => {
            let start = root.span().start;
            let text = format!("schema: {}\n", wanted.name());
            let edit = Edit { path: file.folder.path.clone(), span: Span::new(start, start), text };
            let fix = Fix { safety: Safety::Unsafe, edits: vec![edit], move_to: None };
            out.finding(file.at("/schema"), "`schema` is missing, so the kind of this record is unknown")
                .fix(fix)
        }
        (Some(_), Some(kind)) => {
            let message =
                format!("this is a {} record in the folder of {} records", kind.word(), wanted.word());
            // No fix: the folder is the likelier mistake, and a record of the other kind would be mangled.
            out.finding(file.at("/schema"), message)
        }
        (Some(value), None) => {
            let found = value.as_str().unwrap_or_else(|| value.value().noun());
            let known = Kind::ALL.map(|kind| format!("`{}`", kind.name())).join(" and ");
            let message = format!("`{found}` is not a kind of record; known: {known}");
            out.finding(file.at("/schema"), message).fix(file.replace(
                Safety::Unsafe,
                value.span(),
                wanted.name(),
            ))
        }
    };
    let help = match root.child("schema").and_then(Node::as_str).and_then(Kind::from_name) {
        Some(kind) => format!("{help}; move the file if it is a {} record", kind.word()),
        None => help,
    };
    out.report(finding.help(help));
}
