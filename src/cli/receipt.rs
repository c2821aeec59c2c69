//! `exboard receipt`: the votes of a pull request, written down once it has landed.

use std::fs;

use super::args::{ReceiptArgs, Shared};
use super::console::{Console, Exit, Failure};
use super::{check, workspace};
use crate::change::Identity;
use crate::history::{Filing, file_receipt};
use crate::store::git::{GitError, Written};
use crate::store::{StoreError, git_identity};
use crate::time::parse_time;

/// How often a note is tried again that somebody else's came before.
const TRIES: usize = 5;

pub(super) fn run(shared: &Shared, args: &ReceiptArgs, console: &mut Console<'_>) -> Result<Exit, Failure> {
    shared.one_format(&[])?;
    let (tree, git) = workspace::repository(shared)?;
    let landed = match &args.covers {
        Some(range) => git.range(range).map_err(workspace::store_failure)?,
        None => {
            let head = git.resolve("HEAD").map_err(workspace::store_failure)?;
            let step = git.step(head).map_err(workspace::store_failure)?;
            let parent = step.parents.first().ok_or_else(|| {
                Failure::new("the landed commit is the first one: nothing was voted on before it")
            })?;
            (*parent, head)
        }
    };
    let policy = workspace::policy_at(&git, landed.0)?;
    let reviews = args.reviews.as_deref().map(|file| check::read_reviews(file, console)).transpose()?;
    let head =
        args.head.as_deref().map(|head| git.resolve(head)).transpose().map_err(workspace::store_failure)?;
    let merged_at = match &args.merged_at {
        None => None,
        Some(text) => Some(parse_time(text).map(|time| time.to_utc()).ok_or_else(|| {
            Failure::usage(format_args!("--merged-at: `{text}` is no time"))
                .help("as in 2026-04-21T15:04:05Z")
        })?),
    };
    let filing = Filing {
        landed,
        head,
        reviews: reviews.as_deref().unwrap_or_default(),
        pull_request: &args.pull_request,
        opened_by: args.opened_by.as_deref(),
        merged_at,
    };
    let (receipt, notes) = file_receipt(&git, &policy, &filing).map_err(workspace::store_failure)?;
    notes.iter().for_each(|note| console.note(&format!("warning: {note}")));
    let failed =
        |error: &dyn std::fmt::Display| Failure::new(format_args!("the receipt cannot be written: {error}"));
    if args.dry_run {
        console.print(&receipt.to_text().map_err(|error| failed(&error))?)?;
        return Ok(Exit::Clean);
    }
    if policy.board.receipt_keys.is_empty() {
        console.note(
            "warning: `[receipts] keys` in policies/board.toml is empty, so nobody will believe this receipt",
        );
    }
    let key = key(args, console)?;
    let text = receipt.sign(&key).map_err(|error| failed(&error))?;
    let by = git_identity(tree.root());
    let by = Identity {
        name: by.name.unwrap_or_else(|| "exboard".to_owned()),
        email: by.email.unwrap_or_else(|| "exboard@localhost".to_owned()),
    };
    let now = workspace::now(shared, &policy.lanes.calendar)?;
    let mut tries = 0;
    let written = loop {
        tries += 1;
        match git.write_note(landed.1, &text, &by, now) {
            Err(StoreError::Git(GitError::Moved(_))) if tries < TRIES => {}
            Err(StoreError::Git(GitError::NoteExists(_))) => {
                return Err(Failure::new(format_args!(
                    "{} has another receipt already, and receipts are never overwritten",
                    landed.1.short()
                ))
                .help("`git log -1 --notes=exboard` shows it"));
            }
            other => break other.map_err(workspace::store_failure)?,
        }
    };
    if !shared.quiet {
        let what = match written {
            Written::New => "wrote the receipt of",
            Written::Same => "the receipt is there already, to the letter:",
        };
        let count =
            |number: usize, noun: &str| format!("{number} {noun}{}", if number == 1 { "" } else { "s" });
        let (records, votes) = (count(receipt.records.len(), "record"), count(receipt.votes.len(), "vote"));
        console.print(&format!("{what} {}: {records}, {votes}\n", landed.1.short()))?;
        console.note("push it: `git push origin refs/notes/exboard`");
    }
    Ok(Exit::Clean)
}

/// The private key: a file, or the text in the environment, as CI gives secrets out.
fn key(args: &ReceiptArgs, console: &Console<'_>) -> Result<String, Failure> {
    if let Some(file) = &args.key {
        return fs::read_to_string(file)
            .map_err(|error| Failure::new(format_args!("cannot read the key {}: {error}", file.display())));
    }
    console.variable("EXBOARD_RECEIPT_KEY").map(str::to_owned).ok_or_else(|| {
        Failure::usage("there is no key to sign with")
            .help("`--key FILE`, or the key's text in EXBOARD_RECEIPT_KEY")
    })
}
