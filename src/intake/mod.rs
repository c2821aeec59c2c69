//! What people say of a new exception → its record: the next free id, the fields that follow from others, the text in
//! the schema's order, and where it belongs.
//!
//! Nothing is judged here. What is missing or wrong the rules say of the record, as of every other.

mod board;
mod id;
mod registry;

pub use board::{BoardRequest, PlannedControl, Rollback};
pub use id::{next_id, prefix_of};
pub use registry::{Counsel, RegistryRequest};

use crate::policy::EvidenceKind;
use crate::schema::{self, Kind};
use crate::source::Source;
use crate::time::Date;
use crate::yaml::{self, Draft};

/// A new record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecord {
    /// Its path from the repository's root.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// A piece of evidence that a new record declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvidence {
    /// What it is.
    pub kind: EvidenceKind,
    /// Where it is.
    pub at: Location,
    /// The day on which it was collected.
    pub collected_at: Date,
}

/// Where evidence is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A file of the repository, and its SHA-256.
    File {
        /// Path from the repository's root.
        path: String,
        /// 64 hexadecimal digits.
        sha256: String,
    },
    /// A web address.
    Url(String),
}

/// The line by which an editor finds the schema of a record at a path, of which a copy lies at another.
#[must_use]
pub fn schema_line(record: &str, schema: &str) -> String {
    let up = "../".repeat(record.matches('/').count());
    format!("# yaml-language-server: $schema={up}{schema}\n")
}

/// The fields that a record of a kind would still need for a status, in the order of the schema.
#[must_use]
pub fn missing_for(kind: Kind, text: &str, status: &str) -> Vec<String> {
    let line = format!("{}: ", kind.status_field());
    let lines = text.lines().map(|old| match old.starts_with(&line) {
        true => format!("{line}{status}\n"),
        false => format!("{old}\n"),
    });
    let parsed = yaml::parse(std::sync::Arc::new(Source::new("record", lines.collect::<String>())));
    let problems = schema::validate(kind, &parsed.document);
    let is_missing = |field: &str| {
        let pointer = format!("/{field}");
        parsed.document.get(&pointer).is_none() && problems.iter().any(|problem| problem.field == pointer)
    };
    let mut missing: Vec<String> =
        schema::fields(kind).into_iter().filter(|field| is_missing(field)).map(str::to_owned).collect();
    let order = schema::field_order(kind, "");
    missing.sort_by_key(|field| order.iter().position(|known| known == field));
    missing
}

/// The fields of a record as they are put together: absent ones are left out.
#[derive(Debug, Default)]
struct Fields(Vec<(&'static str, Draft)>);

impl Fields {
    fn put(&mut self, key: &'static str, value: impl Into<Draft>) {
        self.0.push((key, value.into()));
    }

    fn put_some(&mut self, key: &'static str, value: Option<impl Into<Draft>>) {
        self.0.extend(value.map(|value| (key, value.into())));
    }

    fn put_list(&mut self, key: &'static str, items: Vec<Draft>) {
        if !items.is_empty() {
            self.put(key, Draft::List(items));
        }
    }
}

fn texts(items: &[String]) -> Vec<Draft> {
    items.iter().map(|item| Draft::from(item.as_str())).collect()
}

fn evidence(items: &[NewEvidence]) -> Vec<Draft> {
    let entry = |(number, item): (usize, &NewEvidence)| {
        let mut fields = Fields::default();
        fields.put("id", format!("E{number}"));
        fields.put("kind", item.kind.as_str());
        match &item.at {
            Location::File { path, sha256 } => {
                fields.put("path", path.as_str());
                fields.put("sha256", sha256.as_str());
            }
            Location::Url(url) => fields.put("url", url.as_str()),
        }
        fields.put("collected_at", item.collected_at.to_string());
        Draft::Map(fields.0)
    };
    (1..).zip(items).map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_found_from_any_depth() {
        assert_eq!(
            schema_line("exceptions/intake/2026/A.yaml", "schemas/a.json"),
            "# yaml-language-server: $schema=../../../schemas/a.json\n"
        );
    }
}
