//! The repository's own rules, on a record or on a change.
//!
//! A rule that cannot be judged on a record, because a field is missing or of another type or the evaluation costs too
//! much, is an error finding on it: silence would read as "it passed".

use std::borrow::Cow;
use std::sync::Arc;

use crate::change::Change;
use crate::expression::{Evaluator, Expression, Given, Value, evaluating};
use crate::finding::{Finding, Place, Related, Scope, Severity, Side, Unjudged};
use crate::policy::{CustomRule, Level, Policy};
use crate::schema::Kind;
use crate::time::Instant;
use crate::yaml::Document;

/// The custom rules of a policy, ready to judge records.
#[derive(Debug)]
pub struct Rules<'a> {
    policy: &'a Policy,
    now: Instant,
    /// Rules of one record that may speak, with their severities.
    of_records: Vec<(&'a CustomRule, Severity)>,
    /// The same of one change.
    of_changes: Vec<(&'a CustomRule, Severity)>,
    /// The policy as expressions see it, where one of them does.
    policy_value: Value,
}

impl<'a> Rules<'a> {
    /// The rules that may speak.
    #[must_use]
    pub fn new(policy: &'a Policy, now: Instant, allows: &dyn Fn(&str) -> bool) -> Self {
        let severity = |rule: &CustomRule| {
            policy.exboard.rules.get(&rule.id).copied().map_or(Some(rule.severity), Level::severity)
        };
        let (of_changes, of_records): (Vec<_>, Vec<_>) = policy
            .exboard
            .custom
            .iter()
            .filter(|rule| allows(&rule.id))
            .filter_map(|rule| severity(rule).map(|severity| (rule, severity)))
            .partition(|(rule, _)| rule.scope == Scope::Change);
        let speaks = |expression: &Expression| expression.speaks_of("policy");
        let speak = |rule: &CustomRule| speaks(&rule.assert) || rule.when.as_ref().is_some_and(speaks);
        let any = of_records.iter().chain(&of_changes).any(|(rule, _)| speak(rule));
        let json = if any { policy.as_json() } else { false.into() };
        Rules { policy, now, of_records, of_changes, policy_value: Value::from(&json) }
    }

    /// Judges a record of a kind.
    pub fn judge(&self, kind: Kind, document: &Document, id: Option<&Arc<str>>, findings: &mut Vec<Finding>) {
        let rules: Vec<_> = self.of_records.iter().filter(|(rule, _)| rule.kind == kind).collect();
        if rules.is_empty() {
            return;
        }
        let Some(record) = as_value(document) else { return };
        let variables = [("record", &record), ("policy", &self.policy_value)];
        self.judge_by(&rules, &variables, document, id, findings);
    }

    /// Judges a change: `before` is null where the record is new. One that is gone, or cannot be read, is not judged.
    pub fn judge_change(&self, change: &Change, findings: &mut Vec<Finding>) {
        let rules: Vec<_> = self.of_changes.iter().filter(|(rule, _)| rule.kind == change.kind).collect();
        let Some(after) = change.readable_after().filter(|_| !rules.is_empty()) else { return };
        let Some(record) = as_value(&after.document) else { return };
        let before = change.readable_before().and_then(|before| as_value(&before.document));
        let before = before.unwrap_or_else(|| Value::from(&serde_json::Value::Null));
        let variables = [("record", &record), ("before", &before), ("policy", &self.policy_value)];
        self.judge_by(&rules, &variables, &after.document, Some(&change.id), findings);
    }

    fn judge_by(
        &self,
        rules: &[&(&CustomRule, Severity)],
        variables: &[(&str, &Value)],
        document: &Document,
        id: Option<&Arc<str>>,
        findings: &mut Vec<Finding>,
    ) {
        let given = Given { variables, now: self.now, calendar: &self.policy.lanes.calendar };
        let expressions = rules.iter().flat_map(|(rule, _)| rule.when.iter().chain([&rule.assert]));
        let verdicts = evaluating(expressions, |evaluator| {
            rules.iter().map(|(rule, _)| judge(rule, evaluator, &given)).collect::<Vec<_>>()
        });
        let verdicts = verdicts.unwrap_or_else(|reason| {
            rules.iter().map(|_| Verdict::Unknown("when", reason.clone())).collect()
        });
        for ((rule, severity), verdict) in rules.iter().zip(verdicts) {
            let finding = match verdict {
                Verdict::Passes => continue,
                Verdict::Fails => self.finding(rule, "assert", rule.message.clone(), document),
                Verdict::Unknown(which, reason) => {
                    let message = format!("the rule cannot be judged here: {reason}");
                    Finding { severity: Severity::Error, ..self.finding(rule, which, message, document) }
                }
            };
            let severity = finding.severity.max(*severity);
            findings.push(Finding { severity, record: id.cloned(), ..finding });
        }
    }

    /// A finding that weighs nothing yet.
    fn finding(&self, rule: &CustomRule, which: &str, message: String, document: &Document) -> Finding {
        let expression = rule.when.as_ref().filter(|_| which == "when").unwrap_or(&rule.assert);
        let place =
            Place::in_source(document.source(), document.locate(&rule.field), Some(rule.field.clone()));
        let written = self.policy.place("exboard.toml", &format!("{}.{which}", rule.key));
        let related = written.map(|(source, span)| Related {
            place: Place::in_source(&source, span, None),
            message: "the rule's expression".to_owned(),
        });
        Finding {
            rule: Cow::Owned(rule.id.clone()),
            severity: Severity::Info,
            message,
            help: Some(format!("the repository's own rule wants {which}: {}", one_line(expression.text()))),
            place,
            record: None,
            related: related.into_iter().collect(),
            fix: None,
            side: Side::Head,
            commit: None,
            occurrence: 0,
        }
    }
}

/// A record as expressions see it.
fn as_value(document: &Document) -> Option<Value> {
    // A team's own fields are what custom rules are mostly about: `has(record.extensions.x)` is to say no where
    // there are none at all, and CEL would fail.
    Some(Value::of_map(document.root()?, "extensions"))
}

/// The custom rules that only a change can be judged by, where nobody knows what changed.
#[must_use]
pub fn unjudged(policy: &Policy, allows: &dyn Fn(&str) -> bool) -> Vec<Unjudged> {
    let rules = policy.exboard.custom.iter().filter(|rule| rule.scope == Scope::Change && allows(&rule.id));
    rules
        .filter(|rule| policy.exboard.rules.get(&rule.id) != Some(&Level::Off))
        .map(|rule| Unjudged {
            rule: Cow::Owned(rule.id.clone()),
            reason: "it judges changes, and nobody knows here what changed".to_owned(),
        })
        .collect()
}

/// A rule as a page: what `exboard explain` prints.
#[must_use]
pub fn page(rule: &CustomRule) -> String {
    let mut facts = vec![format!("**{}**", rule.severity)];
    facts.push(match rule.scope {
        Scope::Change => format!("judges changes of {} records", rule.kind.word()),
        _ => format!("judges {} records that are not finished", rule.kind.word()),
    });
    if rule.suppressible {
        facts.push("can be suppressed".to_owned());
    }
    facts.push("the repository's own, in `exboard.toml`".to_owned());
    let code = |heading: &str, text: &str| format!("\n\n## {heading}\n```\n{}\n```", text.trim());
    let when = rule.when.as_ref().map(|when| code("When", when.text())).unwrap_or_default();
    format!(
        "# {}\n\n{}\n\n{}{when}{}\n\nFindings point at `{}`.\n",
        rule.id,
        facts.join(" · "),
        rule.message,
        code("Must hold", rule.assert.text()),
        rule.field
    )
}

enum Verdict {
    Passes,
    Fails,
    /// Which of its expressions, and why.
    Unknown(&'static str, String),
}

fn judge(rule: &CustomRule, evaluator: &Evaluator, given: &Given<'_>) -> Verdict {
    let applies = rule.when.as_ref().map_or(Ok(true), |when| evaluator.holds(when, given));
    match applies {
        Ok(false) => return Verdict::Passes,
        Ok(true) => {}
        Err(reason) => return Verdict::Unknown("when", reason),
    }
    match evaluator.holds(&rule.assert, given) {
        Ok(true) => Verdict::Passes,
        Ok(false) => Verdict::Fails,
        Err(reason) => Verdict::Unknown("assert", reason),
    }
}

/// An expression without its line breaks, cut where it is long.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    let short: String = line.chars().take(160).collect();
    if short.len() < line.len() { format!("{short}…") } else { short }
}
