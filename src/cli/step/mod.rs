//! The commands that take a record a step further: decide, renew, escalate, review, close, move.
//!
//! One way for all: the record is found, the step fills its fields, what follows from them is computed, the gate
//! judges the result, and only then the file is written, as a whole, and moved where its tier is another.

mod args;
mod fields;
mod find;
mod json;
mod judge;
mod tell;

use std::sync::Arc;

use chrono::Timelike;

pub(super) use args::{CloseArgs, DecideArgs, EscalateArgs, MoveArgs, RenewArgs, ReviewArgs};
use args::{Word, Writing};
use judge::{Bench, Verdict};
use tell::Tale;

use super::args::Shared;
use super::console::{Console, Exit, Failure};
use super::workspace::{self, Workspace};
use crate::change::{Ballots, Change, Identities, Version, Voter};
use crate::edit::Assignment;
use crate::history;
use crate::policy::Policy;
use crate::schema::Kind;
use crate::steps::{self, Case, Decision, Ending, Handover, Refusal, Renewal, ReviewWord, Step, Walk};
use crate::store::git::Git;
use crate::store::{StoreError, git_identity, is_tracked};
use crate::time::Instant;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Asked<'a> {
    Decide(&'a DecideArgs),
    Renew(&'a RenewArgs),
    Escalate(&'a EscalateArgs),
    Review(&'a ReviewArgs),
    Close(&'a CloseArgs),
    Move(&'a MoveArgs),
}

impl<'a> Asked<'a> {
    fn command(self) -> &'static str {
        match self {
            Asked::Decide(_) => "decide",
            Asked::Renew(_) => "renew",
            Asked::Escalate(_) => "escalate",
            Asked::Review(_) => "review",
            Asked::Close(_) => "close",
            Asked::Move(_) => "move",
        }
    }

    fn id(self) -> &'a str {
        match self {
            Asked::Decide(args) => &args.id,
            Asked::Renew(args) => &args.id,
            Asked::Escalate(args) => &args.id,
            Asked::Review(args) => &args.id,
            Asked::Close(args) => &args.id,
            Asked::Move(args) => &args.id,
        }
    }

    fn writing(self) -> &'a Writing {
        match self {
            Asked::Decide(args) => &args.writing,
            Asked::Renew(args) => &args.writing,
            Asked::Escalate(args) => &args.writing,
            Asked::Review(args) => &args.writing,
            Asked::Close(args) => &args.writing,
            Asked::Move(args) => &args.writing,
        }
    }

    /// The one kind that the command is about, where it is about one.
    fn kind(self) -> Option<Kind> {
        match self {
            Asked::Decide(_) | Asked::Renew(_) | Asked::Review(_) => Some(Kind::Board),
            Asked::Escalate(_) | Asked::Close(_) | Asked::Move(_) => None,
        }
    }
}

pub(super) fn run(shared: &Shared, asked: Asked<'_>, console: &mut Console<'_>) -> Result<Exit, Failure> {
    let writing = asked.writing();
    let json = shared.one_format(&["human", "json"])? == Some("json");
    if json && writing.dry_run {
        return Err(Failure::usage("--dry-run prints a diff where --format json would go"));
    }
    let workspace = workspace::open(shared, console)?;
    let policy = workspace.policy()?;
    workspace::require_named_folders(&workspace, policy)?;
    let now = workspace::now(shared, &policy.lanes.calendar)?;
    let now = now.with_nanosecond(0).unwrap_or(now);
    let listing = workspace.tree.list(&policy.exboard.paths).map_err(workspace::store_failure)?;
    let before = find::record(&workspace, &listing, asked.id(), asked.kind())?;
    let by_hand = fields::assignments(&writing.set, &writing.unset)?;
    let from = Case::new(&before, policy, now).map_err(refused)?.status;
    let edited = steps::with_fields(&before, &by_hand).map_err(refused)?;
    let case = Case::new(&edited, policy, now).map_err(refused)?;
    let me = || me(&workspace, policy);
    let step = step(&case, asked, &by_hand, &me)?;
    let taken = steps::take(&case, &step, &before, &by_hand).map_err(refused)?;
    if taken.fields.is_empty() && taken.after.folder.path == before.folder.path {
        if !shared.quiet {
            console.note(&format!("{} is as asked for already; nothing was written", before.id()));
        }
        return Ok(Exit::Clean);
    }
    unoccupied(&listing, &before, &taken.after)?;
    let mut change = Change {
        kind: before.folder.kind,
        id: Arc::from(before.id()),
        before: Some(before.clone()),
        after: Some(taken.after.clone()),
        authors: Vec::new(),
        ballots: Ballots::Unread,
        past: None,
    };
    look_back(&workspace, policy, now, &mut change);
    let bench = Bench { workspace: &workspace, policy, now, listing: &listing };
    let verdict = bench.judge(&change, step.tells)?;
    let writes = !writing.dry_run && (verdict.in_the_way == 0 || writing.force);
    if writes {
        write(&workspace, &before, &taken.after)?;
    }
    let tale = Tale {
        command: asked.command(),
        workspace: &workspace,
        policy,
        now,
        me: me().ok(),
        shared,
        from,
        step: &step,
        taken: &taken,
        change: &change,
        verdict: &verdict,
        is_written: writes,
    };
    if json {
        tale.as_json(console)?;
    } else if writing.dry_run {
        tale.as_diff(console)?;
    } else if writes {
        tale.tell(console)?;
    } else {
        tale.findings(console)?;
    }
    ending(&tale, &verdict, writing, console)
}

/// How the command ends, once all is told.
fn ending(
    tale: &Tale<'_>,
    verdict: &Verdict,
    writing: &Writing,
    console: &mut Console<'_>,
) -> Result<Exit, Failure> {
    if verdict.in_the_way == 0 {
        return Ok(Exit::Clean);
    }
    let errors = match verdict.in_the_way {
        1 => "1 error".to_owned(),
        several => format!("{several} errors"),
    };
    let id = &tale.change.id;
    let derived = tale.missing_derived();
    if !derived.is_empty() && !tale.shared.quiet {
        console.note(&format!("note: computed once the others are there: {}", derived.join(", ")));
    }
    if tale.is_written {
        if !tale.shared.quiet {
            console.note(&format!("{id} was written with {errors}: the gate refuses it as it is"));
        }
        return Ok(Exit::Findings);
    }
    let would = if writing.dry_run { "would have" } else { "would then have" };
    Err(Failure {
        exit: Exit::Findings,
        ..Failure::new(format_args!("{id} {would} {errors}; nothing was written"))
    }
    .help(
        "mend what the findings name, on the command line or in the file; `--force` writes it all the same",
    ))
}

fn step(
    case: &Case<'_>,
    asked: Asked<'_>,
    by_hand: &[Assignment],
    me: &dyn Fn() -> Result<String, Failure>,
) -> Result<Step, Failure> {
    let several = |by: &[String]| if by.is_empty() { me().map(|me| vec![me]) } else { Ok(by.to_vec()) };
    let one = |word: &Word| word.by.clone().map_or_else(me, Ok);
    let found = match asked {
        Asked::Decide(args) => {
            let decision = Decision {
                approves: args.approve,
                by: several(&args.by)?,
                notes: args.notes.clone(),
                until: args.until,
            };
            steps::decide(case, &decision)
        }
        Asked::Renew(args) => {
            let renewal = Renewal { by: several(&args.by)?, notes: args.notes.clone(), until: args.until };
            steps::renew(case, &renewal)
        }
        Asked::Escalate(args) => {
            let handover = Handover { legal_owner: args.legal_owner.clone(), reason: args.reason.clone() };
            steps::escalate(case, &handover)
        }
        Asked::Review(args) => {
            let word = ReviewWord {
                outcome: args.outcome,
                effective: args.effective,
                by: one(&args.word)?,
                note: args.word.note.clone(),
                evidence: args.word.evidence.clone(),
            };
            steps::review(case, &word)
        }
        Asked::Close(args) => steps::close(case, &ended(args.reason, &args.word, one(&args.word)?)),
        Asked::Move(args) => {
            let ending = match args.reason {
                Some(reason) => Some(ended(reason, &args.word, one(&args.word)?)),
                None => {
                    said_in_vain(&args.word)?;
                    None
                }
            };
            steps::walk(case, &Walk { to: &args.status, ending, by_hand })
        }
    };
    found.map_err(refused)
}

fn ended(reason: crate::record::ClosureReason, word: &Word, by: String) -> Ending {
    Ending { reason, by, note: word.note.clone(), evidence: word.evidence.clone() }
}

/// Refuses what belongs to an end where there is none.
fn said_in_vain(word: &Word) -> Result<(), Failure> {
    let said = [
        ("--by", word.by.is_some()),
        ("--note", word.note.is_some()),
        ("--evidence", !word.evidence.is_empty()),
    ];
    match said.into_iter().find(|(_, said)| *said) {
        Some((flag, _)) => Err(Failure::usage(format_args!("{flag} says something of the end of a record"))
            .help("with it goes `--reason`, and STATUS is closed, withdrawn or revoked")),
        None => Ok(()),
    }
}

/// The key of whoever works here.
fn me(workspace: &Workspace, policy: &Policy) -> Result<String, Failure> {
    let identity = git_identity(workspace.tree.root());
    let Some(email) = identity.email else {
        return Err(Failure::usage("nobody says who does it: git has no `user.email` here")
            .help("add `--by PERSON`, with a key of policies/board.toml"));
    };
    let name = identity.name.unwrap_or_default();
    let voter = Voter::Git { name, email: email.clone() };
    Identities::of(policy).voter(&voter).map(str::to_owned).ok_or_else(|| {
        Failure::usage(format_args!("nobody says who does it: {email} is nobody in policies/board.toml"))
            .help("add `--by PERSON`, with a key of policies/board.toml, or have your address added there")
    })
}

/// What the steps refuse, as the program ends: wrong words are usage; a record that is not ready for the step is told
/// as a finding would be.
fn refused(refusal: Refusal) -> Failure {
    let exit = if refusal.is_usage { Exit::Usage } else { Exit::Findings };
    Failure { message: refusal.message, help: refusal.help, exit }
}

/// Tells the change what history knows of the record: how often it was approved, and how high its risk was. Outside of
/// git, and where a clone is too shallow, the rules make do with what the record says itself.
fn look_back(workspace: &Workspace, policy: &Policy, now: Instant, change: &mut Change) {
    let root = workspace.tree.root();
    let is_committed = change.before.as_ref().is_some_and(|before| is_tracked(root, &before.folder.path));
    let Ok(Some(git)) = Git::open(root) else { return };
    if let (true, Ok(Some(head))) = (is_committed, git.head()) {
        let _ = history::look_back(&git, head, std::slice::from_mut(change), policy, now);
        // What moved or was approved since, and is not committed, history does not know.
        let is_approved = change.readable_before().and_then(Version::status) == Some("approved");
        change.past.take_if(|past| is_approved && past.approvals == 0);
    }
}

/// Refuses to move a record to where another one lies, before anything is told.
fn unoccupied(listing: &crate::store::Listing, before: &Version, after: &Version) -> Result<(), Failure> {
    let moves = before.folder.path != after.folder.path;
    if moves && listing.records.iter().any(|folder| folder.path == after.folder.path) {
        let (path, to) = (before.folder.path.to_string(), after.folder.path.to_string());
        return Err(workspace::store_failure(StoreError::Occupied { path, to }));
    }
    Ok(())
}

fn write(workspace: &Workspace, before: &Version, after: &Version) -> Result<(), Failure> {
    let (old, new) = (before.document.source().text(), after.document.source().text());
    let to = Some(&*after.folder.path).filter(|to| *to != &*before.folder.path);
    workspace
        .tree
        .replace(&before.folder.path, old.as_bytes(), new.as_bytes(), to)
        .map_err(workspace::store_failure)?;
    workspace.tree.sweep([&*before.folder.path, &*after.folder.path]);
    Ok(())
}
