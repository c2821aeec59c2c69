//! Texts + findings with fixes → new texts, and paths to move to.
//!
//! Nothing is taken on trust: a text is read again after its edits (`edit`), and one that is no YAML any more, that
//! differs from the old tree anywhere but where it was edited, or that has lost a comment, is thrown away. What is not
//! edited stays as it is, byte for byte.

mod trial;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::check::{Input, Options, Outcome, check};
use crate::edit;
use crate::finding::{Edit, Finding, Safety};
use crate::rules::Folder;
use crate::source::{self, Source, Span};
use crate::yaml::{self, Parsed};
use trial::{Choice, Mending, Trial, edits};

/// What to write.
#[derive(Debug, Default)]
pub struct Plan {
    /// The files that change, by their paths.
    pub files: Vec<Mended>,
    /// The fixes that were not applied, each once.
    pub refused: BTreeSet<Refusal>,
}

/// A file as it will be.
#[derive(Debug, Clone)]
pub struct Mended {
    /// Where it lies.
    pub path: Arc<str>,
    /// Its text as it was judged.
    pub before: Arc<Source>,
    /// Its text as it will be.
    pub after: Arc<Source>,
    /// Where it moves to.
    pub move_to: Option<String>,
    /// How many findings that mends.
    pub fixed: usize,
}

/// A fix that was not applied.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// The file.
    pub path: Arc<str>,
    /// The rule whose finding stays.
    pub rule: Cow<'static, str>,
    /// Why.
    pub reason: String,
}

/// One fix may make the next one possible: a score gives a tier, a tier a folder. No chain is as long as this.
const ROUNDS: usize = 8;

/// Plans the fixes of all findings, up to a safety, until nothing is left to fix. `outcome` is what judging `input`
/// under `options` found.
#[must_use]
pub fn plan(input: Input<'_>, outcome: &Outcome, options: &Options<'_>, safety: Safety) -> Plan {
    let mut desk = Desk::new(input, outcome);
    let mut changed = desk.round(&outcome.findings, safety);
    for _ in 1..ROUNDS {
        if changed.is_empty() {
            break;
        }
        let folders: Vec<Folder> = changed.iter().map(|path| desk.folder(path)).collect();
        let records = Input { records: &folders, strays: &[], ..input };
        let read = |folder: &Folder| {
            desk.texts.get(&folder.path).map(|text| text.as_bytes().to_vec()).ok_or_else(String::new)
        };
        let found = check(records, &read, &Options { paths: &[], ..*options });
        changed = desk.round(&found.findings, safety);
    }
    Plan { files: desk.drafts.into_values().filter(|draft| draft.fixed > 0).collect(), refused: desk.refused }
}

/// The files that are being worked on.
struct Desk<'a> {
    input: Input<'a>,
    outcome: &'a Outcome,
    /// By the path where the file lies.
    drafts: BTreeMap<Arc<str>, Mended>,
    /// The texts by the paths where they will lie, and whence.
    texts: BTreeMap<Arc<str>, Arc<str>>,
    origins: BTreeMap<Arc<str>, Arc<str>>,
    /// Paths where something lies, or will.
    taken: BTreeSet<Cow<'a, str>>,
    refused: BTreeSet<Refusal>,
}

impl<'a> Desk<'a> {
    fn new(input: Input<'a>, outcome: &'a Outcome) -> Self {
        let records = input.records.iter().map(|folder| Cow::Borrowed(&*folder.path));
        let strays = input.strays.iter().map(|stray| Cow::Borrowed(stray.path.as_str()));
        Desk {
            input,
            outcome,
            drafts: BTreeMap::new(),
            texts: BTreeMap::new(),
            origins: BTreeMap::new(),
            taken: records.chain(strays).collect(),
            refused: BTreeSet::new(),
        }
    }

    /// Where a file on the desk will lie, as a record of the kind that it is now.
    fn folder(&self, path: &Arc<str>) -> Folder {
        let origin = self.origins.get(path).unwrap_or(path);
        let records = self.input.records;
        let index = records.binary_search_by(|folder| folder.path.cmp(origin)).ok();
        let folder = index.and_then(|index| records.get(index));
        let kind = folder.map_or(crate::schema::Kind::Board, |folder| folder.kind);
        let root = folder.map_or_else(|| Arc::clone(path), |folder| Arc::clone(&folder.root));
        Folder { kind, root, path: Arc::clone(path) }
    }

    fn is_record(&self, path: &Arc<str>) -> bool {
        let origin = self.origins.get(path).unwrap_or(path);
        self.input.records.binary_search_by(|folder| folder.path.cmp(origin)).is_ok()
    }

    /// Applies what can be applied at once; says where files that changed will lie.
    fn round(&mut self, findings: &[Finding], safety: Safety) -> Vec<Arc<str>> {
        let mut by_path: BTreeMap<&Arc<str>, Vec<Mending<'_>>> = BTreeMap::new();
        for finding in findings {
            let path = &finding.place.path;
            // Later rounds judge the new records, and everything else as it still lies on the disk.
            if !self.is_record(path) && self.drafts.contains_key(path) {
                continue;
            }
            if let Some(fix) = finding.fix.as_ref().filter(|fix| fix.safety <= safety) {
                by_path.entry(&finding.place.path).or_default().push((finding, fix));
            }
        }
        by_path.into_iter().filter_map(|(path, fixes)| self.mend(path, &fixes)).collect()
    }

    /// Applies fixes to one file; says where it will lie, where there was something to apply and it is a record.
    fn mend(&mut self, path: &Arc<str>, fixes: &[Mending<'_>]) -> Option<Arc<str>> {
        let origin = self.origins.get(path).unwrap_or(path).clone();
        let mut draft = match self.drafts.get(&origin) {
            Some(draft) => draft.clone(),
            None => {
                let before = Arc::clone(self.outcome.sources.get(path)?);
                let after = Arc::clone(&before);
                Mended { path: Arc::clone(path), before, after, move_to: None, fixed: 0 }
            }
        };
        let is_record = self.is_record(path);
        let old = yaml::parse(Arc::clone(&draft.after));
        let edited = |edits: &[Edit]| match is_record {
            true => edited(&old, path, edits),
            false => replaced(old.document.source(), edits),
        };
        // Back to where it lies is a way too: a field with its right name again may say so.
        let is_taken = |to: &String| self.taken.contains(to.as_str()) && to.as_str() != &*draft.path;
        let (taken, free): (Vec<Mending<'_>>, Vec<Mending<'_>>) =
            fixes.iter().partition(|(_, fix)| fix.move_to.as_ref().is_some_and(is_taken));
        for (finding, fix) in taken {
            let to = fix.move_to.as_deref().unwrap_or_default();
            let reason = format!("it would move to {to}, where something lies already");
            self.refuse(&draft.path, finding, reason);
        }
        let mut trial = Trial::new(&edited);
        let Choice { fixes, move_to, .. } = trial.choose(&free);
        for (finding, reason) in trial.refused {
            self.refuse(&draft.path, finding, reason);
        }
        if fixes.is_empty() {
            return None;
        }
        match edited(&edits(&fixes)) {
            Ok(text) => draft.after = Arc::new(Source::new(&*draft.path, text)),
            Err(reason) => {
                fixes.iter().for_each(|(finding, _)| self.refuse(&draft.path, finding, reason.clone()));
                return None;
            }
        }
        draft.fixed += fixes.len();
        let mut lies_at = Arc::clone(path);
        if let Some(to) = move_to {
            if *path != draft.path {
                self.taken.remove(&**path);
            }
            self.taken.insert(Cow::Owned(to.clone()));
            self.texts.remove(path);
            lies_at = Arc::from(to.as_str());
            draft.move_to = Some(to.clone()).filter(|to| to.as_str() != &*draft.path);
        }
        self.texts.insert(Arc::clone(&lies_at), Arc::from(draft.after.text()));
        self.origins.insert(Arc::clone(&lies_at), origin.clone());
        self.drafts.insert(origin, draft);
        is_record.then_some(lies_at)
    }

    fn refuse(&mut self, path: &Arc<str>, finding: &Finding, reason: String) {
        self.refused.insert(Refusal { path: Arc::clone(path), rule: finding.rule.clone(), reason });
    }
}

/// A text that is no record after some edits.
fn replaced(source: &Source, edits: &[Edit]) -> Result<String, String> {
    let text = source.text();
    let breaks = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut edits: Vec<(Span, String)> =
        edits.iter().map(|edit| (edit.span, edit.text.replace('\n', breaks))).collect();
    edits.sort_by_key(|(span, _)| *span);
    source::replaced(text, edits.iter().map(|(span, text)| (*span, text.as_str())))
        .ok_or_else(|| "its edits overlap".to_owned())
}

/// The text after some edits, proved to differ nowhere else.
fn edited(old: &Parsed, path: &str, edits: &[Edit]) -> Result<String, String> {
    if edits.iter().any(|edit| *edit.path != *path) {
        return Err("the fix is about another file too".to_owned());
    }
    let edits: Vec<(Span, String)> = edits.iter().map(|edit| (edit.span, edit.text.clone())).collect();
    edit::edited(old, &edits)
}
