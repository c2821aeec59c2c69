//! The gate's word on a record after a step, before it is written.

use std::collections::BTreeSet;

use crate::change::{Change, Circumstances, Version};
use crate::check::{ChangeInput, ChangeSet, Input, Options, Outcome, check, check_changes};
use crate::cli::console::Failure;
use crate::cli::workspace::Workspace;
use crate::finding::{Finding, Severity};
use crate::policy::Policy;
use crate::record::Folder;
use crate::store::Listing;
use crate::time::Instant;

/// What the gate says.
pub(super) struct Verdict {
    /// All of it: about the record, and about others that it meets.
    pub(super) outcome: Outcome,
    /// How many of the errors stand in the way: those of the record that it did not have before.
    pub(super) in_the_way: usize,
}

/// All that the judging needs but the change.
pub(super) struct Bench<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) policy: &'a Policy,
    pub(super) now: Instant,
    pub(super) listing: &'a Listing,
}

impl Bench<'_> {
    /// Judges a change among all records. `tells` are rules whose findings the step wants.
    pub(super) fn judge(&self, change: &Change, tells: &[&str]) -> Result<Verdict, Failure> {
        let (Some(before), Some(after)) = (&change.before, &change.after) else {
            return Err(Failure::new("a step has a record before and after it"));
        };
        let others: Vec<Folder> =
            self.listing.records.iter().filter(|folder| folder.path != before.folder.path).cloned().collect();
        let tree = &self.workspace.tree;
        let files = tree.files();
        let (circumstances, nothing, none) = (Circumstances::default(), BTreeSet::new(), BTreeSet::new());
        let changes = std::slice::from_ref(change);
        let set =
            ChangeSet { changes, circumstances: &circumstances, unchanged: &nothing, head: None, lost: &[] };
        let input = ChangeInput { set, others: &others, strays: &[], files: &files, touched: &none };
        let options =
            Options { policy: self.policy, now: self.now, rules: None, paths: &[], show_suppressed: false };
        let read = |folder: &Folder| tree.read(folder);
        let outcome = check_changes(input, &read, &options);
        if let Some((path, reason)) = outcome.unread.first() {
            return Err(Failure::new(format_args!("cannot read {path}: {reason}"))
                .help("what the step meets there cannot be told, so nothing is written"));
        }
        let is_own = |finding: &Finding| *finding.place.path == *after.folder.path;
        let errors: Vec<&Finding> = outcome
            .findings
            .iter()
            .filter(|finding| is_own(finding) && finding.severity == Severity::Error)
            .filter(|finding| !tells.contains(&&*finding.rule))
            .collect();
        let in_the_way = if errors.is_empty() {
            0
        } else {
            let known = self.findings_before(before, &options);
            errors.iter().filter(|error| !known.contains(&mark(error))).count()
        };
        Ok(Verdict { outcome, in_the_way })
    }

    /// What the record had already: rules and fields.
    fn findings_before(&self, before: &Version, options: &Options<'_>) -> BTreeSet<(String, Option<String>)> {
        let tree = &self.workspace.tree;
        let files = tree.files();
        let input = Input { records: &self.listing.records, strays: &[], files: &files, changes: Some(&[]) };
        let paths = [before.folder.path.to_string()];
        let outcome = check(input, &|folder| tree.read(folder), &Options { paths: &paths, ..*options });
        let errors = outcome.findings.iter().filter(|finding| finding.severity == Severity::Error);
        errors.map(mark).collect()
    }
}

fn mark(finding: &Finding) -> (String, Option<String>) {
    (finding.rule.to_string(), finding.place.field.clone())
}
