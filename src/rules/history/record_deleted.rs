//! `history/record-deleted`

use crate::rules::changed::on_base;
use crate::rules::declare::rule;
use crate::rules::{ChangeSubject, Out};
use crate::schema::Kind;

rule! {
    /// A record is gone from the repository.
    ///
    /// An id that the repository had stays in it for good. A file may move; its id may not change.
    ///
    /// ## Why
    /// A register that forgets is no register. What is over is `closed`, what was never decided is `withdrawn`.
    ///
    /// ## Fails
    /// ```yaml before removed base=draft
    /// decision_status: draft
    /// ```
    ///
    /// ## Passes
    /// ```yaml before base=draft path=exceptions/intake/SEB-2026-0042.yaml
    /// decision_status: draft
    /// ```
    /// ```yaml after base=draft
    /// decision_status: draft
    /// ```
    RULE {
        name: "history/record-deleted",
        summary: "A record is gone from the repository",
        scope: Change,
        severity: Error,
        locked: true,
        judges: Every,
        fix: None,
        since: "0.1.0",
    }
    Check::Change(check)
}

fn check(subject: &ChangeSubject<'_>, out: &mut Out<'_>) {
    let (Some(before), None) = (&subject.change.before, &subject.change.after) else { return };
    if subject.is_elsewhere {
        return;
    }
    let (id, kind) = (&subject.change.id, subject.change.kind);
    let end = match (kind, before.status()) {
        (Kind::Board, Some("draft" | "proposed")) => format!("`exboard move {id} withdrawn` ends it"),
        (_, Some("withdrawn" | "closed")) => "it is over, and stays where it is".to_owned(),
        _ => format!("`exboard close {id} --reason not_needed` ends it"),
    };
    let message = format!("the {} record {id} is gone from the repository", kind.word());
    let help = format!("put {} back; {end}", before.folder.path);
    out.report(on_base(out.finding(subject.at("/exception_id"), message).help(help)));
}
