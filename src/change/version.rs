//! One side of a change, and both together.

use std::sync::Arc;

use super::lifecycle::{NoWay, Steps, is_decision, known, steps};
use super::{Ballots, Past, Voter};
use crate::record::{Folder, Record, is_decided};
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
    /// What is wrong with its text, as the general parser says.
    pub problems: Arc<[yaml::Problem]>,
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
        Version { folder, document: Arc::new(parsed.document), problems: parsed.problems.into(), readable }
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

impl Version {
    /// The record's status, as it is written; `None` where it cannot be read or is none of the lifecycle.
    #[must_use]
    pub fn status(&self) -> Option<&'static str> {
        let kind = self.folder.kind;
        let root = self.document.root().filter(|_| self.readable)?;
        let status = root.child(kind.status_field()).and_then(Node::as_str)?;
        known(kind, status)
    }

    /// True where the status says that the board has decided, or that the answer has left the house.
    #[must_use]
    pub fn is_decided(&self) -> bool {
        self.document.root().is_some_and(|root| self.readable && is_decided(self.folder.kind, root))
    }
}

impl Change {
    /// The version before, where it can be read: what could not be read before is as good as new.
    #[must_use]
    pub fn readable_before(&self) -> Option<&Version> {
        self.before.as_ref().filter(|version| version.readable)
    }

    /// The version after, where there is one that can be read.
    #[must_use]
    pub fn readable_after(&self) -> Option<&Version> {
        self.after.as_ref().filter(|version| version.readable)
    }

    /// The steps of the lifecycle that the change takes; `None` where there is nothing to read them from: the record
    /// is gone, cannot be read, or has a status of no lifecycle, which the schema tells.
    #[must_use]
    pub fn steps(&self) -> Option<Result<Steps, NoWay>> {
        let after = self.readable_after()?.status()?;
        let Some(before) = self.readable_before() else { return Some(steps(self.kind, None, after)) };
        let from = before.status()?;
        if from == after && !self.is_decided_anew() {
            return Some(Ok(Steps { path: vec![known(self.kind, from)?], decides: false }));
        }
        Some(steps(self.kind, Some(from), after))
    }

    /// True where the change is a decision of the board: it approves or rejects the record, or does so again.
    #[must_use]
    pub fn decides(&self) -> bool {
        let Some(after) = self.readable_after().and_then(Version::status) else { return false };
        let before = self.readable_before();
        is_decision(self.kind, after)
            && (before.and_then(Version::status) != Some(after) || self.is_decided_anew())
    }

    /// True where both versions are decided at different times.
    fn is_decided_anew(&self) -> bool {
        let decided_at = |version: Option<&Version>| match version?.record()? {
            Record::Board(record) => record.decided_at,
            Record::Registry(_) => None,
        };
        let after = decided_at(self.readable_after());
        after.is_some() && after != decided_at(self.readable_before())
    }
}
