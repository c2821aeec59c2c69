//! Findings + suppressions → what stays, and what is hidden.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Options, Outcome, allows, run, selected};
use crate::change::Version;
use crate::finding::{self, Finding, Judges, Scope, Suppressed};
use crate::record::suppressions;
use crate::rules::{self, Allowance, Check, FileContext, NoFiles, RULES, Subject};
use crate::source::Source;

/// The suppressions in force of one record. Few records have any, so that few texts outlive their judging.
pub(super) struct Allowed {
    pub(super) all: Vec<Allowance>,
    pub(super) id: Option<Arc<str>>,
    pub(super) finished: bool,
    pub(super) source: Arc<Source>,
}

impl AsMut<[Allowance]> for Allowed {
    fn as_mut(&mut self) -> &mut [Allowance] {
        &mut self.all
    }
}

/// Takes out what the suppressions of a version hide of the findings about its change.
pub(super) fn suppress_in(
    version: &Version,
    findings: &mut Vec<Finding>,
    options: &Options<'_>,
) -> Vec<Suppressed> {
    let Some(record) = version.record().filter(|_| !findings.is_empty()) else { return Vec::new() };
    let (folder, document) = (&version.folder, &*version.document);
    let file = FileContext { folder, document, problems: &[], kind: Some(folder.kind) };
    let comments = suppressions(document);
    let subject = Subject::new(&file, &[], &record, &comments, options.policy, &NoFiles, options.now);
    let mut allowed = BTreeMap::from([(Arc::clone(&folder.path), rules::allowances(&subject))]);
    let mut suppressed = Vec::new();
    for (finding, hidden) in rules::hide(findings, &mut allowed) {
        if options.show_suppressed {
            findings.push(finding);
        } else {
            suppressed.push(hidden);
        }
    }
    suppressed
}

fn judges_changes(options: &Options<'_>, rule: &str) -> bool {
    let mut own = options.policy.exboard.custom.iter();
    own.any(|own| own.id == rule && own.scope == Scope::Change)
}

/// Takes out what suppressions hide, and judges those that hide nothing.
pub(super) fn suppress(
    mut allowed: BTreeMap<Arc<str>, Allowed>,
    options: &Options<'_>,
    outcome: &mut Outcome,
) {
    finding::sort(&mut outcome.findings);
    for (hidden, suppressed) in rules::hide(&mut outcome.findings, &mut allowed) {
        if options.show_suppressed {
            outcome.findings.push(hidden);
        } else if selected(&suppressed.place.path, options.paths) {
            outcome.suppressed.push(suppressed);
        }
    }
    for (path, mut record) in allowed {
        // Whoever was not asked found nothing, and the repository's rules about changes are asked elsewhere.
        record.all.retain(|allowance| {
            allows(options, &allowance.rule) && !judges_changes(options, &allowance.rule)
        });
        let before = outcome.findings.len();
        for rule in RULES.iter().filter(|rule| rule.info.judges == Judges::Every || !record.finished) {
            if let Check::Suppressions(check) = rule.check {
                run(rule, record.id.as_ref(), options, &mut outcome.findings, |out| check(&record.all, out));
            }
        }
        if outcome.findings.len() > before {
            outcome.sources.insert(path, record.source);
        }
    }
}
