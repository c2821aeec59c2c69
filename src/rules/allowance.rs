//! Suppressions that are in force: what they hide, and whether there was anything to hide.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;

use super::{RULES, Subject, find};
use crate::finding::{Finding, Place, Suppressed, closest};
use crate::record::{Allow, FORM, Suppression};
use crate::source::Span;
use crate::time::{Date, days};

/// A suppression in force.
#[derive(Debug, Clone)]
pub struct Allowance {
    /// The rule that it hides.
    pub rule: String,
    /// JSON pointer of the field that it covers, with all below it.
    pub field: String,
    /// The last day on which it hides anything.
    pub until: Date,
    /// Why.
    pub reason: String,
    /// The comment.
    pub place: Place,
    /// How many findings it hides.
    pub hides: usize,
}

/// What a suppression is worth today.
pub(super) enum Standing<'a> {
    /// It hides what it names.
    InForce { field: &'a str, allow: Allow<'a> },
    /// Its last day is over.
    Lapsed { field: &'a str, allow: Allow<'a> },
    /// It hides nothing, and never did.
    Malformed { span: Span, message: String, help: String, first: Option<Span> },
}

/// The suppressions of a record, each with what it is worth.
pub(super) fn standings<'a>(subject: &Subject<'a>) -> Vec<(&'a Suppression<'a>, Standing<'a>)> {
    let mut judged: Vec<(&Suppression<'_>, Standing<'_>)> = Vec::new();
    for suppression in subject.suppressions {
        let mut standing = standing(suppression, subject);
        if let Standing::InForce { field, allow } = standing {
            let twin = judged.iter().find(|(_, other)| {
                matches!(other, Standing::InForce { field: at, allow: other } if *at == field && other.rule == allow.rule)
            });
            if let Some((first, _)) = twin {
                standing = Standing::Malformed {
                    span: suppression.span,
                    message: format!("a second suppression of `{}` on the same field", allow.rule),
                    help: "keep one of the two".to_owned(),
                    first: Some(first.span),
                };
            }
        }
        judged.push((suppression, standing));
    }
    judged
}

fn standing<'a>(suppression: &'a Suppression<'a>, subject: &Subject<'a>) -> Standing<'a> {
    let malformed = |span, message, help: String| Standing::Malformed { span, message, help, first: None };
    let allow = match &suppression.says {
        Ok(allow) => *allow,
        Err(slip) => return malformed(slip.span, slip.message.clone(), format!("write `{FORM}`")),
    };
    let own = || subject.policy.exboard.custom.iter().find(|rule| rule.id == allow.rule);
    let known =
        find(allow.rule).map(|rule| rule.info.suppressible).or_else(|| own().map(|rule| rule.suppressible));
    let Some(suppressible) = known else {
        let names = RULES.iter().filter(|rule| rule.info.suppressible).map(|rule| rule.info.name);
        let help = match closest(allow.rule, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`exboard rules` lists the rules".to_owned(),
        };
        return malformed(allow.rule_span, format!("`{}` is not a rule", allow.rule), help);
    };
    if !suppressible {
        let message = format!("`{}` cannot be suppressed", allow.rule);
        let help =
            format!("delete the comment, and mend what the rule finds: `exboard explain {}`", allow.rule);
        return malformed(allow.rule_span, message, help);
    }
    let Some(field) = suppression.field.as_deref() else {
        let help = "move it to the line above the field that it covers";
        return malformed(
            suppression.span,
            "no field begins on the line below this suppression".to_owned(),
            help.to_owned(),
        );
    };
    let today = subject.policy.lanes.calendar.date_of(subject.now);
    let most = subject.policy.exboard.suppressions.max_days;
    let ahead = (allow.until - today).num_days();
    if ahead > i64::from(most) {
        let message = format!(
            "the suppression ends {} ahead; the policy allows {most}, so {} at the latest",
            days(ahead),
            today + TimeDelta::days(i64::from(most)),
        );
        return malformed(allow.until_span, message, "choose an earlier day, and look again then".to_owned());
    }
    if ahead < 0 { Standing::Lapsed { field, allow } } else { Standing::InForce { field, allow } }
}

/// The suppressions of a record that are in force.
#[must_use]
pub fn allowances(subject: &Subject<'_>) -> Vec<Allowance> {
    let in_force = standings(subject).into_iter().filter_map(|(suppression, standing)| match standing {
        Standing::InForce { field, allow } => Some(Allowance {
            rule: allow.rule.to_owned(),
            field: field.to_owned(),
            until: allow.until,
            reason: allow.reason.to_owned(),
            place: subject.file.at_span(suppression.span, Some(field)),
            hides: 0,
        }),
        Standing::Lapsed { .. } | Standing::Malformed { .. } => None,
    });
    in_force.collect()
}

/// Takes the findings that are hidden out of a list. Of two suppressions that cover a finding, the one nearer to its
/// field hides it.
pub fn hide<A: AsMut<[Allowance]>>(
    findings: &mut Vec<Finding>,
    by_path: &mut BTreeMap<Arc<str>, A>,
) -> Vec<(Finding, Suppressed)> {
    if by_path.is_empty() {
        return Vec::new();
    }
    let mut hidden = Vec::new();
    let mut left = Vec::with_capacity(findings.len());
    for finding in findings.drain(..) {
        let allowance = by_path.get_mut(&finding.place.path).and_then(|record| {
            let covering = record.as_mut().iter_mut().filter(|allowance| allowance.covers(&finding));
            covering.max_by_key(|allowance| allowance.field.len())
        });
        let Some(allowance) = allowance else {
            left.push(finding);
            continue;
        };
        allowance.hides += 1;
        let suppressed = Suppressed {
            rule: finding.rule.clone(),
            place: finding.place.clone(),
            record: finding.record.clone(),
            until: allowance.until,
            reason: allowance.reason.clone(),
        };
        hidden.push((finding, suppressed));
    }
    *findings = left;
    hidden
}

impl Allowance {
    fn covers(&self, finding: &Finding) -> bool {
        let below = finding.place.field.as_deref().and_then(|field| field.strip_prefix(&*self.field));
        finding.rule == self.rule && below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}
