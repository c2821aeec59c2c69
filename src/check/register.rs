//! What stays of the records when each has been judged, for what is judged of all together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::places::{Reread, locate};
use super::record::Judged;
use super::suppress::{Allowed, suppress};
use super::{Options, Outcome, run, selected};
use crate::finding::{self, Finding};
use crate::policy::{CODEOWNERS, MAX_CODEOWNERS};
use crate::record::Folder;
use crate::rules::{self, Card, Check, Files, Look, RULES, Roster, Stray};
use crate::schema::Kind;
use crate::source::Source;

/// The cards of all records, and what else the rules about all of them look at.
pub(super) struct Register<'a> {
    roster: &'a Roster<'a>,
    pub(super) cards: Vec<Card>,
    named: BTreeSet<u32>,
    /// True where not all records are known, so that everybody of the roster may be named by one.
    everybody: bool,
    allowed: BTreeMap<Arc<str>, Allowed>,
}

impl<'a> Register<'a> {
    pub(super) fn new(roster: &'a Roster<'a>) -> Self {
        let (cards, named, allowed) = (Vec::new(), BTreeSet::new(), BTreeMap::new());
        Register { roster, cards, named, everybody: false, allowed }
    }

    /// Takes everybody for named.
    pub(super) fn with_everybody(self) -> Self {
        Register { everybody: true, ..self }
    }

    /// Takes what was found on a record.
    pub(super) fn take(
        &mut self,
        folder: &Folder,
        judged: Judged,
        options: &Options<'_>,
        outcome: &mut Outcome,
    ) {
        if selected(&folder.path, options.paths) {
            match folder.kind {
                Kind::Board => outcome.board += 1,
                Kind::Registry => outcome.registry += 1,
            }
        }
        if let Some(reason) = judged.unread {
            outcome.unread.push((Arc::clone(&folder.path), reason));
        }
        if let Some(source) = judged.source {
            outcome.sources.insert(Arc::clone(&folder.path), source);
        }
        outcome.findings.extend(judged.findings);
        self.cards.extend(judged.card);
        self.named.extend(judged.named);
        if let Some(record) = judged.allowed {
            self.allowed.insert(Arc::clone(&folder.path), record);
        }
    }

    /// Judges all of them together.
    pub(super) fn judge(
        &self,
        strays: &[Stray],
        files: &dyn Files,
        options: &Options<'_>,
        outcome: &mut Outcome,
    ) {
        let whole = outcome.unread.is_empty() && !self.everybody;
        let named = if whole { self.roster.keys_of(&self.named) } else { self.roster.everybody() };
        let (policy, now) = (options.policy, options.now);
        let owners = codeowners(files);
        let codeowners = owners.as_ref();
        let register = rules::Register { cards: &self.cards, strays, named: &named, codeowners, policy, now };
        for rule in RULES {
            if let Check::All(check) | Check::RecordAndAll(_, check) = rule.check {
                run(rule, None, options, &mut outcome.findings, |out| check(&register, out));
            }
        }
        if let Some(owners) = owners.filter(|owners| points_into(&outcome.findings, owners)) {
            outcome.sources.insert(Arc::from(owners.path()), owners);
        }
    }

    /// Hides what suppressions hide, drops what was not asked for, and gives all that is left its place.
    pub(super) fn finish(self, reread: &Reread<'_>, options: &Options<'_>, outcome: &mut Outcome) {
        suppress(self.allowed, options, outcome);
        outcome.findings.retain(|finding| selected(&finding.place.path, options.paths));
        locate(outcome, reread);
        finding::sort(&mut outcome.findings);
    }
}

/// The `CODEOWNERS` that the forge reads: the first of its places where something lies.
fn codeowners(files: &dyn Files) -> Option<Arc<Source>> {
    let path = CODEOWNERS.iter().find(|path| files.look(path) != Look::Missing)?;
    files.text(path, MAX_CODEOWNERS)
}

fn points_into(findings: &[Finding], source: &Source) -> bool {
    findings.iter().any(|finding| *finding.place.path == *source.path())
}
