//! `evidence/dangling`

use crate::finding::closest;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::schema::field_name;
use crate::yaml::Value;

rule! {
    /// The record cites evidence that it does not declare.
    ///
    /// Controls, reviews, control statements and closures cite entries of the record's own evidence list by their
    /// `id`.
    ///
    /// ## Why
    /// A citation that leads nowhere looks like a proof to everybody who does not follow it.
    ///
    /// ## Fails
    /// ```yaml base=approved
    /// reviews:
    ///   - at: 2026-05-02
    ///     by: ana
    ///     outcome: keep
    ///     controls_effective: true
    ///     evidence: [E2]
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=approved
    /// reviews:
    ///   - at: 2026-05-02
    ///     by: ana
    ///     outcome: keep
    ///     controls_effective: true
    ///     evidence: [E1]
    /// ```
    RULE {
        name: "evidence/dangling",
        summary: "The record cites evidence that it does not declare",
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
    let evidence = subject.record.evidence();
    let list = subject.record.evidence_field();
    let declared: Vec<&str> = evidence.iter().filter_map(|entry| entry.id).filter(|id| is_id(id)).collect();
    // An entry without a readable id may be the one that is meant.
    let readable = subject
        .file
        .document
        .get(list)
        .is_none_or(|node| matches!(node.value(), Value::Sequence | Value::String(_)));
    if !readable || declared.len() < evidence.len() {
        return;
    }
    for citation in subject.record.citations() {
        let Some(id) = citation.id.filter(|id| is_id(id) && !declared.contains(id)) else { continue };
        let known = match declared.len() {
            0 => "no evidence at all".to_owned(),
            _ => declared.join(", "),
        };
        let message = format!("`{id}` is not among the evidence of this record, which declares {known}");
        let help = match closest(id, declared.iter().copied()) {
            Some(near) => format!("did you mean `{near}`? If not, declare `{id}` in `{}`", field_name(list)),
            None => format!("declare `{id}` in `{}`, or cite another entry", field_name(list)),
        };
        out.report(out.finding(subject.at(&citation.field), message).help(help));
    }
}

/// What is no id is the schema's affair.
fn is_id(text: &str) -> bool {
    text.strip_prefix('E').is_some_and(|digits| {
        !digits.is_empty() && !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}
