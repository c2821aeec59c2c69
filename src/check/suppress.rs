//! Findings + suppressions → what stays, and what is hidden.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Options, Outcome, allows, run, selected};
use crate::finding::{self, Judges};
use crate::rules::{self, Allowance, Check, RULES};
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
        // Whoever was not asked found nothing.
        record.all.retain(|allowance| allows(options, &allowance.rule));
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
