//! `response/drifted-statement`

use crate::finding::{Fix, Safety};
use crate::policy::fold;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::yaml::quote;

rule! {
    /// The text of a control statement differs from the library's.
    ///
    /// White space and case do not count. The fix writes the library's text into the record; it is a guess, since the other
    /// way to mend it is to let go of `statement` and have a person confirm the sentence.
    ///
    /// ## Why
    /// The library is what somebody verified. A sentence that was edited on its way to the buyer is one that nobody did.
    ///
    /// ## Fails
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: Exports are encrypted with AES-128.
    ///       statement: exports
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    /// ```toml with file=policies/statements.toml
    /// [statement.exports]
    /// domain = "encryption"
    /// text = "Exports are encrypted with AES-256 under a key that we manage."
    /// owner = "mia"
    /// verified_at = 2026-05-01
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: >-
    ///         exports are encrypted with AES-256
    ///         under a key that we manage.
    ///       statement: exports
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    /// ```toml with file=policies/statements.toml
    /// [statement.exports]
    /// domain = "encryption"
    /// text = "Exports are encrypted with AES-256 under a key that we manage."
    /// owner = "mia"
    /// verified_at = 2026-05-01
    /// ```
    RULE {
        name: "response/drifted-statement",
        summary: "The text of a control statement differs from the library's",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Unfinished,
        gate: true,
        fix: Some(Safety::Unsafe),
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let statements = subject.registry().and_then(|record| record.response.as_ref());
    for (index, statement) in statements.iter().flat_map(|response| &response.control_statements).enumerate()
    {
        let (Some(id), Some(text)) = (statement.statement, statement.text) else { continue };
        let Some(entry) = subject.policy.statements.get(id) else { continue };
        if same(text, &entry.text) {
            continue;
        }
        let field = format!("/response/control_statements/{index}/text");
        let mut finding = out
            .finding(
                subject.at(&field),
                format!("the text is not that of `{id}` in the library: {:?}", entry.text),
            )
            .help(format!("take the library's text, or remove `statement: {id}` and have it confirmed"));
        if let Some(place) = subject.policy_place("statements.toml", &format!("statement.{id}.text")) {
            finding = finding.related(place, "the library's text");
        }
        finding.fix = rewrite(subject, &field, &entry.text);
        out.report(finding);
    }
}

fn same(text: &str, library: &str) -> bool {
    let (text, library) = (fold(text), fold(library));
    text.split_whitespace().eq(library.split_whitespace())
}

/// The library's text in quotation marks, which hold any text wherever it stands.
fn rewrite(subject: &Subject<'_>, field: &str, text: &str) -> Option<Fix> {
    let node = subject.file.document.get(field)?;
    Some(subject.file.replace(Safety::Unsafe, node.span(), quote(text)))
}
