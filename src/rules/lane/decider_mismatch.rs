//! `lane/decider-mismatch`

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::finding::{Edit, Fix, Safety};
use crate::rules::declare::rule;
use crate::rules::voting::decision;
use crate::rules::{ChangeSubject, Out};
use crate::yaml::Style;

rule! {
    /// `decided_by` is not who voted.
    ///
    /// It names those whose votes count, and at least as many of them as the quorum. The rule speaks where the quorum is
    /// reached; `lane/approval-missing` and its like speak where it is not.
    ///
    /// ## Why
    /// `decided_by` is what a reader of the record sees. It must be what the votes say.
    ///
    /// ## Fails
    /// ```yaml before base=proposed
    /// decision_status: proposed
    /// ```
    /// ```yaml after base=just-approved
    /// decided_by: [eva]
    /// ```
    /// ```yaml votes
    /// - { person: dan, on: after }
    /// ```
    ///
    /// ## Passes
    /// ```yaml before base=proposed
    /// decision_status: proposed
    /// ```
    /// ```yaml after base=just-approved
    /// decided_by: [dan]
    /// ```
    /// ```yaml votes
    /// - { person: dan, on: after }
    /// - { person: eva, on: after }
    /// ```
    RULE {
        name: "lane/decider-mismatch",
        summary: "`decided_by` is not who voted",
        scope: Change,
        severity: Error,
        locked: true,
        judges: Every,
        votes: true,
        fix: Some(Safety::Safe),
        since: "0.1.0",
    }
    Check::Change(check)
}

fn check(subject: &ChangeSubject<'_>, out: &mut Out<'_>) {
    let (Some(question), Some((_, record))) = (decision(subject), subject.board()) else { return };
    let Some(votes) = out.votes(&subject.change.ballots) else { return };
    let tally = subject.tally(votes, &question.electorate);
    let named: BTreeSet<&str> = record.decided_by.iter().flatten().copied().collect();
    // What is absent or no list is the schema's affair.
    if !tally.passes() || named.is_empty() {
        return;
    }
    let voted: Vec<&str> = tally.counted.keys().map(String::as_str).collect();
    let strangers: Vec<&str> = named.iter().copied().filter(|person| !voted.contains(person)).collect();
    let message = match strangers.as_slice() {
        [] if named.len() >= tally.quorum as usize => return,
        [] => format!("`decided_by` names {} of a quorum of {}", named.len(), tally.quorum),
        strangers => format!("`decided_by` names {}, whose vote does not count", strangers.join(", ")),
    };
    let voted_list = voted.join(", ");
    let finding = out
        .finding(subject.at("/decided_by"), format!("{message}; the votes that count are by {voted_list}"))
        .help(format!("set `decided_by: [{voted_list}]`"));
    out.report(match fix(subject, &voted) {
        Some(fix) => finding.fix(fix),
        None => finding,
    });
}

/// Writes the list anew, in the style that it has.
fn fix(subject: &ChangeSubject<'_>, voted: &[&str]) -> Option<Fix> {
    let after = subject.change.readable_after()?;
    let list = after.document.get("/decided_by")?;
    let column = list.source().position(list.span().start).column;
    let text = match list.style() {
        Style::Block => {
            let lines: Vec<String> = voted.iter().map(|person| format!("- {person}")).collect();
            lines.join(&format!("\n{}", " ".repeat(column.saturating_sub(1))))
        }
        _ => format!("[{}]", voted.join(", ")),
    };
    let edit = Edit { path: Arc::clone(&after.folder.path), span: list.span(), text };
    Some(Fix { safety: Safety::Safe, edits: vec![edit], move_to: None })
}
