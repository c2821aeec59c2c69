//! Places as SARIF writes them.

use serde::Serialize;

use super::super::safe;
use super::super::text::uri_path;
use super::log::Text;
use crate::finding::{Place, Related};
use crate::source::Range;

/// What relative addresses are relative to; GitHub and editors know it by this name.
pub(super) const SOURCE_ROOT: &str = "%SRCROOT%";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ArtifactLocation {
    uri: String,
    uri_base_id: &'static str,
}

/// Lines and columns from 1; the end is the column after the last character.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

impl Location {
    pub(super) fn new(prefix: &str, place: &Place) -> Self {
        Location {
            id: None,
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation::new(prefix, &place.path),
                region: place.range.map(Region::new),
            },
            message: None,
        }
    }

    /// A related place; the number is what a message links to.
    pub(super) fn related(prefix: &str, related: &Related, id: usize) -> Self {
        let message = Some(Text { text: safe(&related.message).into_owned() });
        Location { id: Some(id), message, ..Location::new(prefix, &related.place) }
    }
}

impl ArtifactLocation {
    pub(super) fn new(prefix: &str, path: &str) -> Self {
        ArtifactLocation { uri: uri_path(prefix) + &uri_path(path), uri_base_id: SOURCE_ROOT }
    }
}

impl Region {
    pub(super) fn new(range: Range) -> Self {
        Region {
            start_line: range.start.line,
            start_column: range.start.column,
            end_line: range.end.line,
            end_column: range.end.column,
        }
    }
}
