//! `response/unsourced-statement`

use std::collections::BTreeSet;

use crate::change::{Part, Voter};
use crate::record::{Confirmation, ControlStatement};
use crate::rules::declare::rule;
use crate::rules::{ChangeSubject, Out, Subject};
use crate::time::Date;

rule! {
    /// A control statement has neither `statement` nor `confirmed`, or its author confirmed it.
    ///
    /// Every sentence that goes out either stands in the library, or a named person confirmed that it is true of
    /// production: somebody else than the authors of the change that brings the sentence or the confirmation.
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
    /// ```yaml before base=triaged
    /// status: triaged
    /// ```
    /// ```yaml after base=ready author=mia
    /// response:
    ///   control_statements:
    ///     - text: Exports are encrypted with AES-256 under a key that we manage.
    ///       confirmed: { by: mia, at: 2026-05-04 }
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
    /// ```yaml before base=triaged
    /// status: triaged
    /// ```
    /// ```yaml after base=ready author=dan
    /// response:
    ///   control_statements:
    ///     - text: Exports are encrypted with AES-256 under a key that we manage.
    ///       confirmed: { by: mia, at: 2026-05-04 }
    ///       evidence: [E1]
    ///   risk_note: The key is held by us, and its use is logged.
    /// ```
    RULE {
        name: "response/unsourced-statement",
        summary: "A control statement has neither `statement` nor `confirmed`, or its author confirmed it",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Unfinished,
        gate: true,
        fix: None,
        since: "0.1.0",
    }
    Check::RecordAndChange(check, check_author)
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

/// Nobody confirms what they wrote themselves. A sentence that was there before, with the same word on it, was judged
/// by the change that brought it.
fn check_author(subject: &ChangeSubject<'_>, out: &mut Out<'_>) {
    let Some((before, after)) = subject.registry() else { return };
    let known: Vec<&ControlStatement<'_>> = before
        .and_then(|record| record.response.as_ref())
        .iter()
        .flat_map(|response| &response.control_statements)
        .collect();
    let is_known = |statement: &ControlStatement<'_>| {
        known.iter().any(|other| other.text == statement.text && word(other) == word(statement))
    };
    let hands = subject.change.authors.iter().flat_map(|author| subject.people.hands(author));
    let authors: BTreeSet<&str> = hands.collect();
    let statements = after.response.iter().flat_map(|response| &response.control_statements).enumerate();
    for (index, statement) in statements.filter(|(_, statement)| !is_known(statement)) {
        let Some((by, _)) = word(statement) else { continue };
        let person = subject.people.voter(&Voter::Person(by.to_owned()));
        if person.is_some_and(|person| authors.contains(person)) {
            let field = format!("/response/control_statements/{index}/confirmed/by");
            let message = format!("{by} confirmed this sentence, and is {}", Part::Author);
            let help = "have somebody else look who knows, and name them; or cite an entry of policies/statements.toml";
            out.report(out.finding(subject.at(&field), message).help(help));
        }
    }
}

/// Who confirmed a sentence, and when.
fn word<'a>(statement: &ControlStatement<'a>) -> Option<(&'a str, Option<Date>)> {
    let Confirmation { by, at } = statement.confirmed.as_ref()?;
    Some(((*by)?, *at))
}
