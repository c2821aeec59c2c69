//! The git adapter against the real git.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod check;
mod diff;
mod history;
mod hooks;
mod kinds;
mod notes;
#[path = "../support/scratch.rs"]
#[expect(clippy::allow_attributes, reason = "no test uses all of it")]
#[allow(dead_code, reason = "no test uses all of it")]
mod scratch;
mod snapshots;
mod work_tree;

use exboard::store::git::{Delta, Entry, Git, Id};
use scratch::Scratch;

/// The git repository of a scratch repository.
fn open(scratch: &Scratch) -> Git {
    Git::open(scratch.root()).unwrap().expect("there is a repository")
}

fn id(text: &str) -> Id {
    text.parse().unwrap()
}

/// The tree of a revision.
fn tree(scratch: &Scratch, revision: &str) -> Option<Id> {
    Some(id(&scratch.id(&format!("{revision}^{{tree}}"))))
}

/// A difference as `git diff-tree --raw` writes it, and its path.
fn raw(delta: &Delta) -> String {
    let mode = |entry: Option<Entry>| entry.map_or(0, |entry| entry.mode);
    let id = |entry: Option<Entry>| entry.map_or(Id::NONE, |entry| entry.id);
    let path = String::from_utf8_lossy(&delta.path);
    let (before, after) = (delta.before, delta.after);
    format!("{:06o} {:06o} {} {} {path:?}", mode(before), mode(after), id(before), id(after))
}

/// What `git diff-tree --raw -z` and its like print, a line a difference, sorted as bytes.
fn raw_of_git(output: &[u8]) -> Vec<String> {
    let mut fields = output.split(|byte| *byte == 0);
    let mut lines = Vec::new();
    while let (Some(head), Some(path)) = (fields.next().filter(|head| !head.is_empty()), fields.next()) {
        let head = std::str::from_utf8(head).unwrap().trim_start_matches('\n').trim_start_matches(':');
        let head: Vec<&str> = head.split(' ').take(4).collect();
        lines.push((path.to_vec(), format!("{} {:?}", head.join(" "), String::from_utf8_lossy(path))));
    }
    lines.sort();
    lines.into_iter().map(|(_, line)| line).collect()
}
