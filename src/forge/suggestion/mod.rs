//! What a safe fix would write, as a suggestion at lines of a pull request: whoever may push commits it with a click.

mod patch;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use similar::{DiffOp, TextDiff};

use super::check_run::CheckRun;
use crate::finding::{Edit, Finding, Safety};
use crate::fix::Mended;
use patch::Hunks;

/// Suggestions of one review: a person reads them one by one.
pub const MOST_SUGGESTIONS: usize = 20;
/// Characters of what replaces the lines: GitHub takes some 65,000 in a comment.
const LONGEST: usize = 20_000;
/// By which a suggestion is known again. No text of GitHub's shows a comment of HTML.
const MARK: &str = "<!-- exboard suggestion ";

/// Lines of a file, and what stands there instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The file, from the top of the git repository.
    path: String,
    /// The first line, from 1.
    first: usize,
    /// The lines as they are, without their ends: at least one.
    before: Vec<String>,
    /// The lines instead.
    after: Vec<String>,
    /// The rules that it answers.
    rules: BTreeSet<String>,
    /// How many suggestions before it say the same of the same file.
    occurrence: usize,
}

/// What fixes would write, as suggestions. `prefix` leads from the top of the git repository to the paths of `mended`.
/// What only moves a file is none.
#[must_use]
pub fn suggestions(mended: &[Mended], findings: &[Finding], prefix: &str) -> Vec<Suggestion> {
    let mut seen: BTreeMap<(&str, Vec<String>, Vec<String>), usize> = BTreeMap::new();
    let mut all = Vec::new();
    for file in mended {
        // A carriage return alone ends no line, to git.
        let before: Vec<&str> = file.before.text().split_terminator('\n').collect();
        let after: Vec<&str> = file.after.text().split_terminator('\n').collect();
        let differences = TextDiff::configure().diff_slices(&before, &after);
        for group in differences.grouped_ops(0) {
            let Some(mut suggestion) = replacement(&group, &before, &after) else { continue };
            suggestion.path = format!("{prefix}{}", file.path);
            suggestion.rules = rules(file, findings, &suggestion);
            let same = (&*file.path, suggestion.before.clone(), suggestion.after.clone());
            let count = seen.entry(same).or_default();
            suggestion.occurrence = *count;
            *count += 1;
            all.push(suggestion);
        }
    }
    all
}

/// A run of lines that differ. An insertion goes with the line before it, or else with the one after: a suggestion
/// replaces lines.
fn replacement(group: &[DiffOp], before: &[&str], after: &[&str]) -> Option<Suggestion> {
    let differs = |op: &&DiffOp| !matches!(op, DiffOp::Equal { .. });
    let (first, last) = (group.iter().find(differs)?, group.iter().rfind(differs)?);
    let (mut old, mut new) =
        (first.old_range().start..last.old_range().end, first.new_range().start..last.new_range().end);
    if old.is_empty() && old.start > 0 {
        (old.start, new.start) = (old.start - 1, new.start.checked_sub(1)?);
    } else if old.is_empty() {
        (old.end, new.end) = (old.end + 1, new.end + 1);
    }
    let owned = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
    Some(Suggestion {
        path: String::new(),
        first: old.start + 1,
        before: owned(before.get(old)?),
        after: owned(after.get(new)?),
        rules: BTreeSet::new(),
        occurrence: 0,
    })
}

/// The rules whose safe fixes write into the lines of a suggestion.
fn rules(file: &Mended, findings: &[Finding], suggestion: &Suggestion) -> BTreeSet<String> {
    let line = |offset: usize| file.before.position(offset).line;
    let is_here = |edit: &Edit| {
        edit.path == file.path
            && line(edit.span.start) <= suggestion.last()
            && line(edit.span.end) >= suggestion.first
    };
    let writes = |finding: &&Finding| {
        let fix = finding.fix.as_ref().filter(|fix| fix.safety == Safety::Safe);
        fix.is_some_and(|fix| fix.edits.iter().any(is_here))
    };
    findings.iter().filter(writes).map(|finding| finding.rule.clone().into_owned()).collect()
}

impl Suggestion {
    /// What stands there instead, line by line.
    pub fn after(&self) -> impl Iterator<Item = &str> {
        self.after.iter().map(String::as_str)
    }

    /// The last line that is replaced.
    fn last(&self) -> usize {
        self.first + self.before.len().saturating_sub(1)
    }

    /// True where GitHub takes it as it is meant.
    fn is_plain(&self) -> bool {
        let length: usize = self.after().map(|line| line.chars().count() + 1).sum();
        length <= LONGEST && self.before.iter().chain(&self.after).all(|line| !line.contains('\r'))
    }

    /// The comment of HTML by which it is known again, wherever its lines have got to.
    fn mark(&self) -> String {
        let mut hash = Sha256::new();
        for (name, lines) in [("before", &self.before), ("after", &self.after)] {
            hash.update(format!("{name} {}\n", lines.len()));
            lines.iter().for_each(|line| hash.update(format!("{line}\n")));
        }
        hash.update(format!("{} {}", self.occurrence, self.path));
        let hex: String = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        format!("{MARK}{hex} -->")
    }

    /// The comment: the suggestion in a fence that nothing in it can end.
    fn comment(&self) -> Value {
        let runs = self.after().flat_map(|line| line.split(|char| char != '`')).map(str::len);
        let fence = "`".repeat(runs.max().unwrap_or(0).max(2) + 1);
        let lines: String = self.after().flat_map(|line| [line, "\n"]).collect();
        let names: Vec<String> = self.rules.iter().map(|rule| format!("`{rule}`")).collect();
        let why = match names.as_slice() {
            [] => "This follows from the other suggestions.".to_owned(),
            names => format!("This has one right answer: {}.", names.join(", ")),
        };
        let body = format!("{why}\n\n{fence}suggestion\n{lines}{fence}\n\n{}\n", self.mark());
        let mut comment = json!({ "path": self.path, "line": self.last(), "side": "RIGHT", "body": body });
        if let (Value::Object(fields), true) = (&mut comment, self.before.len() > 1) {
            fields.insert("start_line".to_owned(), json!(self.first));
            fields.insert("start_side".to_owned(), json!("RIGHT"));
        }
        comment
    }
}

/// The body of a review that makes suggestions on a commit: no vote.
pub(super) fn review(head: &str, suggestions: &[Suggestion]) -> Value {
    let name = CheckRun::NAME;
    json!({
        "commit_id": head,
        "event": "COMMENT",
        "body": format!("What `{name} check --fix` would write. Who commits it is an author of the change, and has no vote on it."),
        "comments": suggestions.iter().map(Suggestion::comment).collect::<Vec<Value>>(),
    })
}

/// A file of a pull request, as GitHub lists it.
#[derive(Deserialize)]
struct RawFile {
    filename: String,
    patch: Option<String>,
}

/// Those suggestions whose lines stand in the difference that GitHub shows, within one hunk: no other line of a pull
/// request takes a comment. `files` is what GitHub lists of it, page after page.
pub(super) fn in_difference(suggestions: &[Suggestion], files: &[u8]) -> serde_json::Result<Vec<Suggestion>> {
    let mut hunks: BTreeMap<String, Hunks> = BTreeMap::new();
    for page in serde_json::Deserializer::from_slice(files).into_iter::<Vec<RawFile>>() {
        for RawFile { filename, patch } in page? {
            hunks.insert(filename, Hunks::read(&patch.unwrap_or_default()));
        }
    }
    let shown = |one: &&Suggestion| {
        one.is_plain() && hunks.get(&one.path).is_some_and(|hunks| hunks.have(one.first, &one.before))
    };
    Ok(suggestions.iter().filter(shown).cloned().collect())
}

/// A comment at a line of a pull request.
#[derive(Deserialize)]
struct RawComment {
    body: String,
}

/// Those suggestions that no comment makes already, answered or not. `comments` is what GitHub lists of a pull request.
/// Whoever copies a mark keeps a suggestion away, and nothing else: the finding stays.
pub(super) fn new_ones(suggestions: Vec<Suggestion>, comments: &[u8]) -> serde_json::Result<Vec<Suggestion>> {
    let mut known: Vec<String> = Vec::new();
    for page in serde_json::Deserializer::from_slice(comments).into_iter::<Vec<RawComment>>() {
        known.extend(page?.into_iter().map(|comment| comment.body).filter(|body| body.contains(MARK)));
    }
    let is_new = |one: &Suggestion| {
        let mark = one.mark();
        !known.iter().any(|body| body.contains(&mark))
    };
    Ok(suggestions.into_iter().filter(is_new).collect())
}
