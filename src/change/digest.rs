//! What a vote covers of a record, as canonical JSON, as a digest, and as the difference of two versions.
//!
//! The digest is a contract: votes and receipts carry it. It is the SHA-256 of the RFC 8785 JSON of
//! `{"record": voted fields, "suppressions": […]}`, in which every run of white space in a string is one space, the
//! evidence is a list even where one string stands for it, and what is empty and optional is left out. So neither the
//! order of keys nor quotes, comments, line breaks or the file's place make a vote stale.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value as Json};
use sha2::{Digest as _, Sha256};

use super::{Covers, Version};
use crate::policy::Policy;
use crate::record::{is_voted, is_written, suppressions};
use crate::schema::Kind;
use crate::yaml::{Node, Value, child_pointer};

/// Most entries of evidence that may have been added since a vote of which only the digest is known.
const MOST_ADDED: usize = 256;

/// The digest of what a vote covers: `sha256:` and 64 hexadecimal digits. `None` where the version cannot be read.
#[must_use]
pub fn digest(version: &Version, policy: &Policy) -> Option<String> {
    canonical(version, policy).map(|json| hash(json.as_bytes()))
}

/// What the digest is made of: the RFC 8785 JSON. `None` where the version cannot be read.
#[must_use]
pub fn canonical(version: &Version, policy: &Policy) -> Option<String> {
    Content::of(version, policy)?.canonical(usize::MAX)
}

/// True where a digest is that of the version as it is, or as it was before evidence was added at the end of its list.
#[must_use]
pub fn covers_digest(voted: &str, version: &Version, policy: &Policy) -> bool {
    let Some(content) = Content::of(version, policy) else { return false };
    let entries = content.evidence.len();
    (0..=entries.min(MOST_ADDED))
        .any(|added| content.canonical(entries - added).is_some_and(|json| hash(json.as_bytes()) == voted))
}

/// Whether a vote on one version is a vote on another.
#[must_use]
pub fn covers(voted: &Version, judged: &Version, policy: &Policy) -> Covers {
    if voted.folder.kind != judged.folder.kind || Content::of(voted, policy).is_none() {
        return Covers::Unknown(format!("the record at {} cannot be read as it was then", voted.folder.path));
    }
    let changed = voted_changes(voted, judged, policy);
    if changed.is_empty() {
        Covers::Same
    } else {
        Covers::Changed(changed.iter().map(ToString::to_string).collect())
    }
}

/// One way in which two versions of a record differ.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// JSON pointer of the field; of a suppression that of the field it covers.
    pub field: String,
    /// The rule that a suppression hides, where it is one that differs.
    pub suppression: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.suppression {
            None => f.write_str(&self.field),
            Some(rule) => write!(f, "{} (suppression of {rule})", self.field),
        }
    }
}

/// Where two versions differ in what a vote covers. Evidence is compared by its ids, and what is only added is passed
/// over. Where one of them cannot be read, the record as a whole differs.
#[must_use]
pub fn voted_changes(before: &Version, after: &Version, policy: &Policy) -> Vec<Difference> {
    let (Some(one), Some(two)) = (Content::of(before, policy), Content::of(after, policy)) else {
        return vec![Difference { field: String::new(), suppression: None }];
    };
    one.differences(&two)
}

/// Where two versions differ in what a decision freezes: what its votes cover, without the status, and what it wrote
/// down itself.
#[must_use]
pub fn frozen_changes(before: &Version, after: &Version, policy: &Policy) -> Vec<Difference> {
    let mut changed = voted_changes(before, after, policy);
    let status = format!("/{}", before.folder.kind.status_field());
    changed.retain(|difference| difference.field != status);
    let kind = before.folder.kind;
    let written = |version: &Version| -> Map<String, Json> {
        let entries = version.document.root().into_iter().flat_map(Node::entries);
        let entries = entries.filter(|entry| is_written(kind, entry.key));
        entries.filter_map(|entry| Some((entry.key.to_owned(), plain(entry.value)?))).collect()
    };
    let mut fields = Vec::new();
    compare_maps(&written(before), &written(after), "", &mut fields);
    changed.extend(fields.into_iter().map(|field| Difference { field, suppression: None }));
    changed.sort();
    changed
}

/// What a vote covers.
struct Content {
    /// The voted fields but the evidence.
    fields: Map<String, Json>,
    /// The name of the evidence field, and its entries.
    evidence_field: &'static str,
    evidence: Vec<Json>,
    suppressions: BTreeSet<Suppressed>,
}

/// A suppression as it is voted on, in the order of the digest.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Suppressed {
    field: String,
    rule: String,
    until: String,
    reason: String,
}

impl Content {
    fn of(version: &Version, policy: &Policy) -> Option<Content> {
        let root = version.document.root().filter(|_| version.readable)?;
        let kind = version.folder.kind;
        let progress = &policy.exboard.extensions.progress;
        let evidence_field = evidence_field(kind);
        let mut fields = Map::new();
        for entry in root.entries().filter(|entry| entry.key != evidence_field) {
            if is_voted(kind, &[entry.key], progress) {
                let value = covered(entry.value, kind, &mut vec![entry.key.to_owned()], progress)?;
                let is_empty = value.as_object().is_some_and(Map::is_empty);
                if !(entry.key == "extensions" && is_empty) {
                    fields.insert(entry.key.to_owned(), value);
                }
            }
        }
        let evidence = match root.child(evidence_field) {
            Some(given) => evidence(given)?,
            None => Vec::new(),
        };
        let suppressions = suppressions(&version.document).into_iter().filter_map(|suppression| {
            // What is no suppression, or stands above no field, hides nothing.
            let allow = suppression.says.ok()?;
            Some(Suppressed {
                field: suppression.field?,
                rule: allow.rule.to_owned(),
                until: allow.until.to_string(),
                reason: squeeze(allow.reason),
            })
        });
        Some(Content { fields, evidence_field, evidence, suppressions: suppressions.collect() })
    }

    /// The JSON, with the first entries of the evidence only.
    fn canonical(&self, entries: usize) -> Option<String> {
        let mut record = self.fields.clone();
        let evidence: Vec<Json> = self.evidence.iter().take(entries).cloned().collect();
        if !evidence.is_empty() {
            record.insert(self.evidence_field.to_owned(), Json::Array(evidence));
        }
        let mut whole = Map::new();
        whole.insert("record".to_owned(), Json::Object(record));
        if !self.suppressions.is_empty() {
            let suppression = |one: &Suppressed| {
                let parts = [
                    ("field", &one.field),
                    ("rule", &one.rule),
                    ("until", &one.until),
                    ("reason", &one.reason),
                ];
                parts.map(|(name, text)| (name.to_owned(), Json::from(text.as_str()))).into_iter().collect()
            };
            let suppressions = self.suppressions.iter().map(suppression).map(Json::Object).collect();
            whole.insert("suppressions".to_owned(), Json::Array(suppressions));
        }
        // It fails on a map with two equal keys alone, and a map here has none.
        serde_json_canonicalizer::to_string(&Json::Object(whole)).ok()
    }

    fn differences(&self, after: &Content) -> Vec<Difference> {
        let mut fields = Vec::new();
        compare_maps(&self.fields, &after.fields, "", &mut fields);
        self.compare_evidence(after, &mut fields);
        let mut found: Vec<Difference> =
            fields.into_iter().map(|field| Difference { field, suppression: None }).collect();
        found.extend(
            self.suppressions
                .symmetric_difference(&after.suppressions)
                .map(|one| Difference { field: one.field.clone(), suppression: Some(one.rule.clone()) }),
        );
        found.sort();
        found.dedup();
        found
    }

    /// By id, so that it does not matter where an entry was added; entries without an id, or with one that was there
    /// already, by their number.
    fn compare_evidence(&self, after: &Content, found: &mut Vec<String>) {
        let list = child_pointer("", self.evidence_field);
        let theirs = keyed(&after.evidence);
        for (key, (index, entry)) in keyed(&self.evidence) {
            match theirs.get(&key) {
                Some((there, other)) => {
                    compare(entry, other, child_pointer(&list, &there.to_string()), found);
                }
                None => found.push(child_pointer(&list, &index.to_string())),
            }
        }
    }
}

fn keyed(entries: &[Json]) -> BTreeMap<String, (usize, &Json)> {
    let mut keyed = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let id = entry.get("id").and_then(Json::as_str).filter(|id| !keyed.contains_key(*id));
        // No id begins with a blank: texts here have none at their ends.
        let key = id.map_or_else(|| format!(" {index}"), str::to_owned);
        keyed.insert(key, (index, entry));
    }
    keyed
}

fn evidence_field(kind: Kind) -> &'static str {
    match kind {
        Kind::Board => "evidence_link",
        Kind::Registry => "evidence_links",
    }
}

/// The entries of a list of evidence, or the one that a string stands for; `None` where a number has no JSON.
fn evidence(given: Node<'_>) -> Option<Vec<Json>> {
    let Some(text) = given.as_str() else {
        return match plain(given)? {
            Json::Array(entries) => Some(entries),
            other => Some(vec![other]),
        };
    };
    let place = if text.contains("://") { "url" } else { "path" };
    let entry = [("id", "E1".to_owned()), ("kind", "other".to_owned()), (place, squeeze(text))];
    let entry: Map<String, Json> =
        entry.into_iter().map(|(key, text)| (key.to_owned(), Json::from(text))).collect();
    Some(vec![Json::Object(entry)])
}

/// A value without what a vote does not cover in it.
fn covered(node: Node<'_>, kind: Kind, path: &mut Vec<String>, progress: &BTreeSet<String>) -> Option<Json> {
    let mut child = |token: String, value: Node<'_>| {
        path.push(token);
        let tokens: Vec<&str> = path.iter().map(String::as_str).collect();
        let value = is_voted(kind, &tokens, progress).then(|| covered(value, kind, path, progress));
        path.pop();
        value
    };
    match node.value() {
        Value::Map => {
            let mut map = Map::new();
            for entry in node.entries() {
                if let Some(value) = child(entry.key.to_owned(), entry.value) {
                    map.insert(entry.key.to_owned(), value?);
                }
            }
            Some(Json::Object(map))
        }
        Value::Sequence => {
            let items = node.items().enumerate();
            items
                .filter_map(|(index, item)| child(index.to_string(), item))
                .collect::<Option<_>>()
                .map(Json::Array)
        }
        _ => plain(node),
    }
}

/// A value as JSON, its strings with single spaces.
fn plain(node: Node<'_>) -> Option<Json> {
    fn squeezed(value: Json) -> Json {
        match value {
            Json::String(text) => Json::String(squeeze(&text)),
            Json::Array(items) => Json::Array(items.into_iter().map(squeezed).collect()),
            Json::Object(map) => {
                Json::Object(map.into_iter().map(|(key, value)| (key, squeezed(value))).collect())
            }
            other => other,
        }
    }
    Json::deserialize(node).ok().map(squeezed)
}

/// A text whose runs of white space are one space each, with none at its ends.
fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn compare(before: &Json, after: &Json, at: String, found: &mut Vec<String>) {
    match (before, after) {
        (Json::Object(one), Json::Object(two)) => compare_maps(one, two, &at, found),
        (Json::Array(one), Json::Array(two)) => {
            for (index, (one, two)) in one.iter().zip(two).enumerate() {
                compare(one, two, child_pointer(&at, &index.to_string()), found);
            }
            let unmatched = one.len().min(two.len())..one.len().max(two.len());
            found.extend(unmatched.map(|index| child_pointer(&at, &index.to_string())));
        }
        // The digest does not tell 70 from 70.0.
        (Json::Number(one), Json::Number(two)) if one == two || is_same_number(one, two) => {}
        (one, two) if one == two => {}
        _ => found.push(at),
    }
}

fn compare_maps(before: &Map<String, Json>, after: &Map<String, Json>, at: &str, found: &mut Vec<String>) {
    for (key, value) in before {
        let field = child_pointer(at, key);
        match after.get(key) {
            Some(other) => compare(value, other, field, found),
            None => found.push(field),
        }
    }
    let added = after.keys().filter(|key| !before.contains_key(*key));
    found.extend(added.map(|key| child_pointer(at, key)));
}

fn is_same_number(one: &serde_json::Number, two: &serde_json::Number) -> bool {
    (one.is_f64() || two.is_f64()) && one.as_f64() == two.as_f64()
}

fn hash(bytes: &[u8]) -> String {
    let digits: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{digits}")
}
