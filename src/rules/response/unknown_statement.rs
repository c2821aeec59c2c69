//! `response/unknown-statement`

use crate::finding::closest;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};

rule! {
    /// `statement` is not in the library of control statements.
    ///
    /// The library is `policies/statements.toml`, laid over the built-in one.
    ///
    /// ## Why
    /// A sentence that names its source and has none looks verified, and is not.
    ///
    /// ## Fails
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: Exports are encrypted with AES-256 under a key that we manage.
    ///       statement: cs-0014
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=ready
    /// response:
    ///   control_statements:
    ///     - text: Exports are encrypted with AES-256 under a key that we manage.
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
        name: "response/unknown-statement",
        summary: "`statement` is not in the library of control statements",
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
    let library = &subject.policy.statements;
    for (index, statement) in response.iter().flat_map(|response| &response.control_statements).enumerate() {
        let Some(id) = statement.statement.filter(|id| !library.contains_key(*id)) else { continue };
        let help = match closest(id, library.keys().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "take one of policies/statements.toml, or add a table [statement.ID] there".to_owned(),
        };
        let place = subject.at(&format!("/response/control_statements/{index}/statement"));
        out.report(out.finding(place, format!("there is no statement `{id}` in the library")).help(help));
    }
}
