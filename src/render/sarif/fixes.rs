//! Fixes as SARIF writes them: replacements of regions.

use std::sync::Arc;

use serde::Serialize;

use super::super::Report;
use super::log::Text;
use super::place::{ArtifactLocation, Region};
use crate::finding::{self, Edit, Finding, Safety};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Fix<'a> {
    description: Text,
    artifact_changes: Vec<ArtifactChange<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange<'a> {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region,
    inserted_content: Content<'a>,
}

#[derive(Serialize)]
struct Content<'a> {
    text: &'a str,
}

impl<'a> Fix<'a> {
    /// A fix of a finding. None where it only moves the file, which the standard cannot say, and where the text is not
    /// at hand, whose lines and columns a region needs: an offset in bytes would be one into something binary.
    pub(super) fn new(report: &Report<'_>, finding: &Finding, fix: &'a finding::Fix) -> Option<Self> {
        let mut changes: Vec<(&Arc<str>, Vec<Replacement<'a>>)> = Vec::new();
        for edit in &fix.edits {
            let replacement = replacement(report, finding, edit)?;
            match changes.iter_mut().find(|(path, _)| *path == &edit.path) {
                Some((_, replacements)) => replacements.push(replacement),
                None => changes.push((&edit.path, vec![replacement])),
            }
        }
        if changes.is_empty() {
            return None;
        }
        let what = match (fix.safety, fix.move_to.is_some()) {
            (Safety::Safe, false) => "what `exboard check --fix` does",
            (Safety::Safe, true) => "what `exboard check --fix` does, which also moves the file",
            (Safety::Unsafe, false) => "a guess; what `exboard check --fix=all` does",
            (Safety::Unsafe, true) => {
                "a guess; what `exboard check --fix=all` does, which also moves the file"
            }
        };
        let prefix = report.repository.prefix;
        Some(Fix {
            description: Text { text: what.to_owned() },
            artifact_changes: changes
                .into_iter()
                .map(|(path, replacements)| ArtifactChange {
                    artifact_location: ArtifactLocation::new(prefix, path),
                    replacements,
                })
                .collect(),
        })
    }
}

fn replacement<'a>(report: &Report<'_>, finding: &Finding, edit: &'a Edit) -> Option<Replacement<'a>> {
    let source = (report.sources)(finding, &edit.path)?;
    // A text that changed since it was judged has other lines.
    let same =
        finding.place.range.is_none() || finding.place.path != edit.path || finding.place.quotes(&source);
    let region =
        (same && edit.span.end <= source.text().len()).then(|| Region::new(source.range(edit.span)))?;
    Some(Replacement { deleted_region: region, inserted_content: Content { text: &edit.text } })
}
