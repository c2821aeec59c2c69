//! One side of a change, and both together.

use std::sync::Arc;

use super::{Ballots, Past, Voter};
use crate::record::{Folder, Record};
use crate::schema::Kind;
use crate::source::Source;
use crate::yaml::{self, Document, Node};

/// A record as it was on one side of a change.
#[derive(Debug, Clone)]
pub struct Version {
    /// Where it lies.
    pub folder: Folder,
    /// Its tree; without a root where it is not YAML.
    pub document: Arc<Document>,
    /// True where the text is YAML and names the kind of its folder: what the rules about changes can compare.
    pub readable: bool,
}

impl Version {
    /// Reads a version from the bytes of its file.
    #[must_use]
    pub fn read(folder: Folder, bytes: Vec<u8>) -> Version {
        let source = Arc::new(Source::from_bytes(&*folder.path, bytes));
        let parsed = yaml::parse(source);
        let kind = parsed
            .document
            .root()
            .and_then(|root| root.child("schema"))
            .and_then(Node::as_str)
            .and_then(Kind::from_name);
        let readable = parsed.problems.is_empty() && kind == Some(folder.kind);
        Version { folder, document: Arc::new(parsed.document), readable }
    }

    /// The record's id; of a file that cannot be read, its stem.
    #[must_use]
    pub fn id(&self) -> &str {
        self.document.get("/exception_id").and_then(Node::as_str).unwrap_or_else(|| self.folder.stem())
    }

    /// The typed record; `None` where it cannot be read.
    #[must_use]
    pub fn record(&self) -> Option<Record<'_>> {
        if self.readable { Record::read(self.folder.kind, &self.document) } else { None }
    }
}

/// One record before → after.
#[derive(Debug, Clone)]
pub struct Change {
    /// The kind of the record.
    pub kind: Kind,
    /// The record's id.
    pub id: Arc<str>,
    /// Before; absent where the record is new.
    pub before: Option<Version>,
    /// After; absent where the record is gone.
    pub after: Option<Version>,
    /// Authors, committers and co-authors of the commits that change the record's file.
    pub authors: Vec<Voter>,
    /// The votes on it.
    pub ballots: Ballots,
    /// What went before, where somebody looked.
    pub past: Option<Past>,
}
