//! What an earlier `exboard log` found, kept in the git directory: a convenience, which nobody judges by.
//!
//! It may be deleted at any time. One that is of another version, of other notes, or damaged, is not read.

use std::fs;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::cli::TOOL;
use crate::history::Pasts;
use crate::log::Entry;
use crate::store::git::{Git, Id};

/// What is kept.
#[derive(Debug)]
pub(super) struct Cache {
    /// The commit up to which it goes.
    pub(super) tip: Id,
    notes: Option<Id>,
    pub(super) entries: Vec<Entry>,
    /// What is needed to go on from there.
    pub(super) pasts: Pasts,
}

/// The first line of the file.
#[derive(Serialize, Deserialize)]
struct Head {
    tool: String,
    governed: String,
    tip: String,
    notes: Option<String>,
    pasts: Pasts,
    entries: usize,
}

impl Cache {
    /// One that holds nothing yet.
    pub(super) fn new(tip: Id, notes: Option<Id>) -> Cache {
        Cache { tip, notes, entries: Vec::new(), pasts: Pasts::default() }
    }

    /// What an earlier run kept, where it is of any use.
    pub(super) fn read(git: &Git, notes: Option<Id>) -> Option<Cache> {
        let file = fs::File::open(path(git)).ok()?;
        let mut lines = BufReader::with_capacity(1 << 20, file);
        let mut line = String::new();
        lines.read_line(&mut line).ok()?;
        let head: Head = serde_json::from_str(&line).ok()?;
        let id = |text: &str| text.parse::<Id>().ok();
        // Votes may have come with the notes: entries of other notes tell less than there is to tell.
        let is_current = head.tool == TOOL
            && head.governed == git.governed()
            && head.notes.as_deref().map(id) == notes.map(Some);
        if !is_current {
            return None;
        }
        let mut entries = Vec::with_capacity(head.entries.min(1 << 20));
        loop {
            line.clear();
            if lines.read_line(&mut line).ok()? == 0 {
                break;
            }
            entries.push(serde_json::from_str(&line).ok()?);
        }
        (entries.len() == head.entries).then_some(Cache {
            tip: id(&head.tip)?,
            notes,
            entries,
            pasts: head.pasts,
        })
    }

    /// Keeps it for the next run. Where that cannot be done, the next run reads history again.
    pub(super) fn write(&self, git: &Git) {
        let path = path(git);
        let write = || -> std::io::Result<()> {
            let folder = path.parent().unwrap_or(&path);
            fs::create_dir_all(folder)?;
            let file = tempfile::Builder::new().prefix("log-").tempfile_in(folder)?;
            let mut out = BufWriter::new(file);
            let head = Head {
                tool: TOOL.to_owned(),
                governed: git.governed(),
                tip: self.tip.to_string(),
                notes: self.notes.map(|notes| notes.to_string()),
                pasts: self.pasts.clone(),
                entries: self.entries.len(),
            };
            serde_json::to_writer(&mut out, &head)?;
            out.write_all(b"\n")?;
            for entry in &self.entries {
                serde_json::to_writer(&mut out, entry)?;
                out.write_all(b"\n")?;
            }
            out.into_inner().map_err(std::io::IntoInnerError::into_error)?.persist(&path)?;
            Ok(())
        };
        let _ = write();
    }
}

fn path(git: &Git) -> PathBuf {
    git.folder().join("exboard").join("log-1.jsonl")
}
