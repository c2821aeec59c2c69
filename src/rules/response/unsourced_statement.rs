//! `response/unsourced-statement`

use crate::rules::declare::rule;
use crate::rules::{Out, Subject};

rule! {
    /// A control statement has neither `statement` nor `confirmed`.
    ///
    /// Every sentence that goes out either stands in the library, or a named person confirmed that it is true of
    /// production. That the person is not the author is not judged yet by this version.
    ///
    /// ## Why
    /// What the buyer reads, the buyer relies on. A sentence that nobody stands for is one that nobody checked.
    ///
    /// ## Fails
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: Exports are encrypted with AES-256 under a key that we manage.
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: Exports are encrypted with AES-256 under a key that we manage.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    RULE {
        name: "response/unsourced-statement",
        summary: "A control statement has neither `statement` nor `confirmed`",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Unfinished,
        gate: true,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let response = subject.registry().and_then(|record| record.response.as_ref());
    for (index, statement) in response.iter().flat_map(|response| &response.control_statements).enumerate() {
        let field = |key: &str| format!("/response/control_statements/{index}/{key}");
        let absent = |key: &str| subject.file.document.get(&field(key)).is_none();
        // Without a text it is no statement, and the schema says so.
        if statement.text.is_some() && absent("statement") && absent("confirmed") {
            let message = "nobody stands for this sentence: it has neither `statement` nor `confirmed`";
            let help = "name its entry in policies/statements.toml as `statement: ID`, or have somebody who \
                        knows confirm it: `confirmed: { by: PERSON, at: YYYY-MM-DD }`";
            out.report(out.finding(subject.at(&field("text")), message).help(help));
        }
    }
}
