//! A record, judged and mended: findings lie within the text, a fix changes the fields it names and keeps every comment,
//! and after the fixes there is nothing left to fix.

use std::collections::BTreeSet;
use std::sync::Arc;

use exboard::check::{Input, Options, Outcome, check};
use exboard::finding::{Finding, Place, Safety};
use exboard::fix::{Mended, plan};
use exboard::rules::{Folder, NoFiles};
use exboard::source::Source;
use exboard::yaml::{Document, changes, parse};

use super::ground::{POLICY, folder, now, slice};

/// The fields that follow from others: one fix may make the next one possible.
const DERIVED: &[&str] = &[
    "board_meeting_due_at",
    "board_tier",
    "close_date_risk_days",
    "combined_risk_score",
    "due_at",
    "next_review_due_at",
];

/// The target.
pub fn run(bytes: &[u8]) {
    let folder = folder(bytes);
    let outcome = judge(&folder, bytes);
    outcome.findings.iter().for_each(|finding| well_formed(finding, &outcome));
    for hidden in &outcome.suppressed {
        within(&hidden.place, &outcome, None);
    }
    let again = judge(&folder, bytes);
    assert_eq!(format!("{:?}", outcome.findings), format!("{:?}", again.findings));
    for safety in [Safety::Safe, Safety::Unsafe] {
        mend(&folder, &outcome, safety);
    }
}

fn options() -> Options<'static> {
    Options { policy: &POLICY, now: now(), rules: None, paths: &[], show_suppressed: false }
}

/// What is found in one record.
pub fn judge(folder: &Folder, bytes: &[u8]) -> Outcome {
    let records = [folder.clone()];
    let input = Input { records: &records, strays: &[], files: &NoFiles, changes: None };
    check(input, &|_| Ok(bytes.to_vec()), &options())
}

fn well_formed(finding: &Finding, outcome: &Outcome) {
    // What a finding quotes may have lines; the formats write them out.
    assert!(!finding.message.is_empty() && finding.help.as_deref() != Some(""));
    within(&finding.place, outcome, Some(finding));
    for related in &finding.related {
        assert!(!related.message.is_empty());
    }
    for edit in finding.fix.iter().flat_map(|fix| &fix.edits) {
        let source = outcome.sources.get(&edit.path).expect("a fix is of a text that was read");
        slice(source.text(), edit.span);
    }
}

/// The place is one of the text, and quotes it.
pub fn within(place: &Place, outcome: &Outcome, finding: Option<&Finding>) {
    let (Some(range), Some(source)) = (place.range, outcome.sources.get(&place.path)) else { return };
    slice(source.text(), range.span());
    assert_eq!(source.range(range.span()), range);
    assert!(place.quotes(source), "{finding:?}");
}

fn mend(folder: &Folder, outcome: &Outcome, safety: Safety) {
    let records = [folder.clone()];
    let input = Input { records: &records, strays: &[], files: &NoFiles, changes: None };
    let fixes = plan(input, outcome, &options(), safety);
    for mended in &fixes.files {
        differs_as_said(mended, outcome, safety);
        let moved = Folder {
            path: mended.move_to.as_deref().map_or_else(|| Arc::clone(&folder.path), Arc::from),
            ..folder.clone()
        };
        let outcome = judge(&moved, mended.after.text().as_bytes());
        let records = [moved];
        let input = Input { records: &records, strays: &[], files: &NoFiles, changes: None };
        let again = plan(input, &outcome, &options(), safety);
        assert!(again.files.is_empty(), "{:#?}\nafter\n{}", again.files, mended.after.text());
    }
    for refusal in &fixes.refused {
        assert!(!refusal.reason.is_empty());
    }
}

fn differs_as_said(mended: &Mended, outcome: &Outcome, safety: Safety) {
    let (before, after) = (read(&mended.before), read(&mended.after));
    let (old, new) = (before.root().expect("a root"), after.root().expect("a root"));
    let fixed = outcome.findings.iter().filter(|finding| finding.fix.is_some());
    let fixed: BTreeSet<&str> = fixed.filter_map(|finding| first(finding.place.field.as_deref()?)).collect();
    // A guess may give a field another name, and what has a name again is judged, and mended, for the first time.
    for field in changes(old, new).iter().filter(|_| safety == Safety::Safe) {
        let is_said = first(field).is_some_and(|field| fixed.contains(field) || DERIVED.contains(&field));
        assert!(is_said, "`{field}` changed\n{}\n---\n{}", mended.before.text(), mended.after.text());
    }
    let comments = |document: &Document| {
        let texts =
            document.comments().iter().map(|comment| document.source().slice(comment.span).to_owned());
        texts.collect::<Vec<_>>()
    };
    assert_eq!(comments(&before), comments(&after));
}

/// The field of the record that a pointer leads into.
fn first(pointer: &str) -> Option<&str> {
    pointer.split('/').nth(1)
}

fn read(source: &Arc<Source>) -> Document {
    let parsed = parse(Arc::clone(source));
    assert!(parsed.problems.is_empty(), "{:?}\n{}", parsed.problems, source.text());
    parsed.document
}
