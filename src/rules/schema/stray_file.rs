//! `schema/stray-file`

use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use crate::finding::Place;
use crate::rules::declare::rule;
use crate::rules::{Out, Register, StrayKind};

rule! {
    /// Something in the record folders is not a record.
    ///
    /// The record folders hold regular files called `*.yaml`; `README.md` and dotfiles are let be. A `.yml`, a link,
    /// a submodule or a device is a finding, and so are two paths that differ in case or Unicode form alone: one
    /// file on some machines, two on others.
    ///
    /// ## Why
    /// A record that the gate does not read is an exception that nobody judged.
    ///
    /// ## Fails
    /// ```yaml base=proposed path=exceptions/director/2026/SEB-2026-0042.yml
    /// account_name: Meridian Bank
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed path=exceptions/director/2026/SEB-2026-0042.yaml
    /// account_name: Meridian Bank
    /// ```
    RULE {
        name: "schema/stray-file",
        summary: "Something in the record folders is not a record",
        scope: All,
        severity: Error,
        locked: true,
        judges: Every,
        fix: None,
        since: "0.1.0",
    }
    Check::All(check)
}

fn check(register: &Register<'_>, out: &mut Out<'_>) {
    for stray in register.strays {
        let (message, help) = match stray.kind {
            StrayKind::OtherName => (
                "this file is not a record: its name does not end in `.yaml`",
                "rename it, or move it elsewhere",
            ),
            StrayKind::Link => ("this is a link, not a record", "put the record itself here"),
            StrayKind::Repository => {
                ("this folder is a repository of its own", "move it out of the record folders")
            }
            StrayKind::Special => ("this is not a regular file", "move it out of the record folders"),
            StrayKind::NotUnicode => ("this path is not Unicode", "rename it"),
            StrayKind::TooDeep => {
                ("this folder lies so deep that nothing in it is judged", "move what is in it further up")
            }
        };
        out.report(out.finding(Place::file(stray.path.as_str()), message).help(help));
    }
    // Sorted, and not a map: the paths come in order, and most of them stay so.
    let mut folded: Vec<(String, &Arc<str>)> =
        register.cards.iter().map(|card| (one_form(&card.folder.path), &card.folder.path)).collect();
    folded.sort();
    for alike in folded.chunk_by(|(one, _), (other, _)| one == other).filter(|alike| alike.len() > 1) {
        for (_, path) in alike {
            let Some((_, other)) = alike.iter().find(|(_, other)| other != path) else { continue };
            let message = format!("this path differs from `{other}` in case or Unicode form alone");
            let finding = out.finding(Place::file(Arc::clone(path)), message);
            out.report(finding.help("rename one of the two: some file systems cannot hold both"));
        }
    }
}

/// The one form of all paths that differ in case or Unicode form alone.
fn one_form(path: &str) -> String {
    if path.is_ascii() { path.to_ascii_lowercase() } else { path.nfc().collect::<String>().to_lowercase() }
}
