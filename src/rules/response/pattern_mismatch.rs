//! `response/pattern-mismatch`

use crate::finding::Severity;
use crate::policy::RiskLevel;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};

rule! {
    /// The request has the words of a riskier pattern than the record's.
    ///
    /// Keywords of `policies/patterns.toml` are looked for in `requested_change`, as whole phrases within a sentence, case
    /// and the form of characters aside. Where they belong to a critical pattern, the finding is an error.
    ///
    /// ## Why
    /// A clause on unlimited audits does not become a question about policy by being filed as one.
    ///
    /// ## Fails
    /// ```yaml base=triaged
    /// requested_change: The bank has an unlimited right to audit, and our exports use keys of the bank.
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=triaged
    /// requested_change: Please explain how exports are encrypted, and send a copy of your security policy.
    /// ```
    RULE {
        name: "response/pattern-mismatch",
        summary: "The request has the words of a riskier pattern than the record's",
        scope: Record,
        severity: Warning,
        locked: false,
        judges: Unfinished,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

/// How many phrases a finding quotes.
const QUOTED: usize = 3;

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(record) = subject.registry() else { return };
    let (Some(id), Some(text)) = (record.pattern, record.requested_change) else { return };
    let patterns = &subject.policy.patterns;
    let Some(own) = patterns.rows.get(id) else { return };
    let mut found: Vec<(RiskLevel, &str, &str)> = patterns
        .keywords_in(text)
        .into_iter()
        .filter_map(|(pattern, keyword)| Some((patterns.rows.get(pattern)?.risk, pattern, keyword)))
        .filter(|(risk, ..)| *risk > own.risk)
        .collect();
    // Stable: of one risk, in the order of the text.
    found.sort_by_key(|(risk, ..)| std::cmp::Reverse(*risk));
    let Some((worst, likely, _)) = found.first().copied() else { return };
    let quotes: Vec<String> = found
        .iter()
        .take(QUOTED)
        .map(|(risk, pattern, keyword)| format!("\"{keyword}\" ({pattern}, {risk})"))
        .collect();
    let more = if found.len() > QUOTED { " and more" } else { "" };
    let message =
        format!("the pattern is `{id}` ({}), and the request says {}{more}", own.risk, quotes.join(", "));
    let mut finding = out
        .finding(subject.at("/pattern"), message)
        .help(format!("set `pattern: {likely}`, and rate the record anew; or ask the buyer for other words"))
        .related(subject.at("/requested_change"), "the buyer's words");
    if worst == RiskLevel::Critical {
        finding.severity = Severity::Error;
    }
    out.report(finding);
}
