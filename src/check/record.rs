//! One record + policy + now → findings, and the little that stays of it.

use std::sync::Arc;

use super::suppress::Allowed;
use super::withhold::withhold_fixes;
use super::{Before, Options, run};
use crate::custom;
use crate::finding::{Finding, Judges, RuleInfo, Severity};
use crate::record::{Folder, Record, RegistryStatus, suppressions};
use crate::rules::{self, Card, Check, Facts, FileContext, Files, RULES, Roster, Subject};
use crate::schema::{self, Kind};
use crate::source::Source;
use crate::yaml::{self, Document, Node, Parsed};

/// What the record of an id was before.
pub(super) type Was<'w> = dyn Fn(&str) -> Before<'w> + 'w;

/// All that judging a record needs but the record.
pub(super) struct Bench<'a> {
    pub(super) options: &'a Options<'a>,
    pub(super) files: &'a (dyn Files + 'a),
    pub(super) custom: &'a custom::Rules<'a>,
    pub(super) roster: &'a Roster<'a>,
    /// Which of the rules about files and records speak; the custom ones come with the built-in ones that are no clocks.
    pub(super) speaks: fn(&RuleInfo) -> bool,
    /// Whether the repository's own rules speak.
    pub(super) with_custom: bool,
    /// Reads a record; what is decided upon is read by the general parser alone.
    pub(super) parse: fn(Arc<Source>) -> Parsed,
}

#[derive(Default)]
pub(super) struct Judged {
    pub(super) findings: Vec<Finding>,
    pub(super) card: Option<Card>,
    /// People of the roster, by their numbers.
    pub(super) named: Box<[u32]>,
    pub(super) allowed: Option<Allowed>,
    pub(super) source: Option<Arc<Source>>,
    pub(super) unread: Option<String>,
}

impl Bench<'_> {
    /// Judges a record by its text.
    pub(super) fn judge(&self, folder: &Folder, source: Arc<Source>, before: &Was<'_>) -> Judged {
        let Parsed { document, problems } = (self.parse)(source);
        self.judge_tree(folder, &document, &problems, before)
    }

    /// Judges a record by its tree.
    pub(super) fn judge_tree(
        &self,
        folder: &Folder,
        document: &Document,
        problems: &[yaml::Problem],
        before: &Was<'_>,
    ) -> Judged {
        let kind = document
            .root()
            .and_then(|root| root.child("schema"))
            .and_then(Node::as_str)
            .and_then(Kind::from_name);
        let file = FileContext { folder, document, problems, kind };
        let id = document.get("/exception_id").and_then(Node::as_str);
        let record_id: Option<Arc<str>> = id.map(Arc::from);
        let before = before(id.unwrap_or_else(|| folder.stem()));
        let mut judged = Judged::default();
        for rule in RULES.iter().filter(|rule| (self.speaks)(&rule.info)) {
            if let Check::File(check) = rule.check {
                run(rule, record_id.as_ref(), self.options, &mut judged.findings, |out| check(&file, out));
            }
        }
        // What cannot be read, or is of no known kind, is judged no further.
        if problems.is_empty()
            && kind == Some(folder.kind)
            && let Some(record) = Record::read(folder.kind, document)
        {
            let found = &mut judged.findings;
            let (facts, allowed) = self.judge_record(&file, &record, before, record_id.as_ref(), found);
            judged.card = Some(Card { folder: folder.clone(), id: id.map(Box::from), facts });
            judged.named = self.roster.named_in(&record);
            judged.allowed = allowed;
        } else {
            judged.named = self.roster.named_in_text(document.source().text());
        }
        withhold_fixes(&file, before, self.options.policy, &mut judged.findings);
        judged.source = (!judged.findings.is_empty()).then(|| Arc::clone(document.source()));
        judged
    }

    fn judge_record(
        &self,
        file: &FileContext<'_>,
        record: &Record<'_>,
        before: Before<'_>,
        id: Option<&Arc<str>>,
        findings: &mut Vec<Finding>,
    ) -> (Facts, Option<Allowed>) {
        let Options { policy, now, .. } = *self.options;
        let kind = file.folder.kind;
        let schema_problems = schema::validate(kind, file.document);
        let suppressions = suppressions(file.document);
        let subject = Subject::new(file, &schema_problems, record, &suppressions, policy, self.files, now);
        for rule in RULES.iter().filter(|rule| (self.speaks)(&rule.info)) {
            let (Check::Record(check) | Check::RecordAndAll(check, _) | Check::RecordAndChange(check, _)) =
                rule.check
            else {
                continue;
            };
            if judges(rule.info.judges, record, before) {
                let first = findings.len();
                run(rule, id, self.options, findings, |out| check(&subject, out));
                weigh(&rule.info, record, findings.iter_mut().skip(first));
            }
        }
        if self.with_custom && judges(Judges::Unfinished, record, before) {
            self.custom.judge(kind, file.document, id, findings);
        }
        let all = rules::allowances(&subject);
        let (id, finished, source) = (id.cloned(), record.is_finished(), Arc::clone(file.source()));
        let allowed = (!all.is_empty()).then_some(Allowed { all, id, finished, source });
        (Facts::of(record, file.document, policy), allowed)
    }
}

/// Gives the findings of a gate the weight that they have on a record: an answer that is not ready may still be wrong.
/// Board records keep the rule's own severity.
pub(super) fn weigh<'f>(
    rule: &RuleInfo,
    record: &Record<'_>,
    findings: impl Iterator<Item = &'f mut Finding>,
) {
    let Record::Registry(record) = record else { return };
    if !rule.gate {
        return;
    }
    let severity = match record.status {
        Some(
            RegistryStatus::Ready
            | RegistryStatus::Sent
            | RegistryStatus::Accepted
            | RegistryStatus::Rejected
            | RegistryStatus::Closed,
        ) => Severity::Error,
        _ => Severity::Warning,
    };
    findings.for_each(|finding| finding.severity = severity);
}

/// True where a rule looks at a record in its status. Where nobody knows what was before, an approved record counts as
/// approved just now.
fn judges(which: Judges, record: &Record<'_>, before: Before<'_>) -> bool {
    let decided_now = || match before {
        Before::Unknown => matches!(record, Record::Board(record) if record.is_approved()),
        Before::Same => false,
        Before::Changed(change) => change.decides(),
    };
    match which {
        Judges::Every => true,
        Judges::Unfinished => !record.is_finished(),
        Judges::Deciding => record.is_open() || decided_now(),
    }
}
