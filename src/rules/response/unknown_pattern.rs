//! `response/unknown-pattern`

use crate::finding::closest;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};

rule! {
    /// `pattern` is not in the decision matrix.
    ///
    /// The matrix is `policies/patterns.toml`, laid over the built-in one.
    ///
    /// ## Why
    /// The pattern says how risky the request is and when counsel sees it. A pattern that does not exist says nothing.
    ///
    /// ## Fails
    /// ```yaml base=triaged
    /// pattern: architecture-deviaton
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=triaged
    /// pattern: architecture-deviation
    /// ```
    RULE {
        name: "response/unknown-pattern",
        summary: "`pattern` is not in the decision matrix",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Unfinished,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(id) = subject.registry().and_then(|record| record.pattern) else { return };
    let rows = &subject.policy.patterns.rows;
    if rows.contains_key(id) {
        return;
    }
    let help = match closest(id, rows.keys().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "take one of policies/patterns.toml, or add a table [pattern.ID] there".to_owned(),
    };
    out.report(out.finding(subject.at("/pattern"), format!("there is no pattern `{id}`")).help(help));
}
