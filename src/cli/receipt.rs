//! `exboard receipt`: the votes of a pull request, written down once it has landed.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::args::{ReceiptArgs, Shared};
use super::console::{Console, Exit, Failure};
use super::{check, forge, workspace};
use crate::change::Identity;
use crate::forge::{Event, Forge, LandedPull, PullRequest};
use crate::history::{Filing, file_receipt};
use crate::store::git::{Git, GitError, Id, Step, Written};
use crate::store::{StoreError, git_identity};
use crate::time::{Instant, parse_time};

/// How often a note is tried again that somebody else's came before.
const TRIES: usize = 5;

/// How often the forge is asked for the pull request of a commit that has just landed: it may need a moment.
const LOOKS: usize = 3;
const LOOK_AGAIN: Duration = Duration::from_secs(3);

/// Landed commits of one push beyond which it is no merge.
const MOST_LANDED: usize = 250;

pub(super) fn run(shared: &Shared, args: &ReceiptArgs, console: &mut Console<'_>) -> Result<Exit, Failure> {
    shared.one_format(&[])?;
    let (tree, git) = workspace::repository(shared)?;
    let office = Office { shared, args, root: tree.root(), git: &git };
    match &args.pull_request {
        Some(address) => office.told(address, console)?,
        None => office.asked(console)?,
    }
    Ok(Exit::Clean)
}

/// Where receipts are written.
struct Office<'a> {
    shared: &'a Shared,
    args: &'a ReceiptArgs,
    root: &'a Path,
    git: &'a Git,
}

impl Office<'_> {
    /// The receipt of the pull request that the command line tells of.
    fn told(&self, address: &str, console: &mut Console<'_>) -> Result<(), Failure> {
        let Office { args, git, .. } = *self;
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
        let reviews = args.reviews.as_deref().map(|file| check::read_reviews(file, console)).transpose()?;
        let head = args
            .head
            .as_deref()
            .map(|head| git.resolve(head))
            .transpose()
            .map_err(workspace::store_failure)?;
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
            pull_request: address,
            opened_by: args.opened_by.as_deref(),
            merged_at,
        };
        self.file(&filing, console)
    }

    /// The receipts of the pull requests that a push landed, as the forge knows them.
    fn asked(&self, console: &mut Console<'_>) -> Result<(), Failure> {
        let Event::Register { commit: Some(head), before } = forge::event(console)? else {
            return Err(Failure::usage("receipts are written after a push, and this event is none")
                .help("or say what landed: `--pull-request URL --reviews FILE`"));
        };
        let forge = forge::open(console)?;
        for Landed { range, commits, pull } in self.landed(&forge, &head, before.as_deref())? {
            let Some(pull) = pull else {
                let what =
                    if commits == 1 { "the commit".to_owned() } else { format!("{commits} commits up to") };
                console.note(&format!(
                    "note: {what} {} landed with no pull request: there are no votes to write down",
                    range.1.short()
                ));
                continue;
            };
            let number = pull.number;
            let tip = pull.head.parse::<Id>().ok().filter(|tip| self.git.step(*tip).is_ok());
            let tip = tip.ok_or_else(|| {
                Failure::new(format_args!("the branch of pull request {number} is not in this clone, so its votes cannot be compared with what landed"))
                    .help(format!("`git fetch origin refs/pull/{number}/head` first"))
            })?;
            let reviews = forge::reviews(&forge, number, console)?;
            let filing = Filing {
                landed: range,
                head: Some(tip),
                reviews: &reviews,
                pull_request: &pull.address,
                opened_by: pull.opened_by.as_deref(),
                merged_at: pull.merged_at,
            };
            self.file(&filing, console)?;
        }
        Ok(())
    }

    /// What a push landed, the oldest first: commits that came with one pull request are one landing.
    fn landed(&self, forge: &Forge<'_>, head: &str, before: Option<&str>) -> Result<Vec<Landed>, Failure> {
        let parse = |id: &str| id.parse::<Id>().map_err(|_| Failure::new("the push names no commit"));
        let head = parse(head)?;
        let chain = match before.map(parse).transpose()? {
            // A new branch, or one that was pushed over: only its tip is known to have landed now.
            None => self.git.first_parents(head, None).map(|chain| chain.into_iter().take(1).collect()),
            Some(before) => self.git.first_parents(head, Some(before)),
        };
        let chain: Vec<Step> = chain.map_err(workspace::store_failure)?;
        if chain.len() > MOST_LANDED {
            return Err(Failure::new(format_args!(
                "the push has {} commits, more than any merge",
                chain.len()
            )));
        }
        let mut all: Vec<Landed> = Vec::new();
        for step in chain.iter().rev() {
            let Some(parent) = step.parents.first() else { continue };
            let pull = look(forge, step.id)?;
            let number = |pull: &Option<PullRequest>| pull.as_ref().map(|pull| pull.number);
            match all.last_mut().filter(|last| number(&last.pull) == number(&pull)) {
                Some(last) => (last.range.1, last.commits) = (step.id, last.commits + 1),
                None => all.push(Landed { range: (*parent, step.id), commits: 1, pull }),
            }
        }
        Ok(all)
    }

    /// Makes a receipt, signs it, and puts it on the landed commit.
    fn file(&self, filing: &Filing<'_>, console: &mut Console<'_>) -> Result<(), Failure> {
        let Office { shared, args, root, git } = *self;
        let landed = filing.landed;
        let policy = workspace::policy_at(git, landed.0)?;
        let (receipt, notes) = file_receipt(git, &policy, filing).map_err(workspace::store_failure)?;
        notes.iter().for_each(|note| console.note(&format!("warning: {note}")));
        let failed = |error: &dyn std::fmt::Display| {
            Failure::new(format_args!("the receipt cannot be written: {error}"))
        };
        if args.dry_run {
            return console.print(&receipt.to_text().map_err(|error| failed(&error))?);
        }
        if policy.board.receipt_keys.is_empty() {
            console.note(
                "warning: `[receipts] keys` in policies/board.toml is empty, so nobody will believe this receipt",
            );
        }
        let key = key(args, console)?;
        let text = receipt.sign(&key).map_err(|error| failed(&error))?;
        let by = git_identity(root);
        let by = Identity {
            name: by.name.unwrap_or_else(|| "exboard".to_owned()),
            email: by.email.unwrap_or_else(|| "exboard@localhost".to_owned()),
        };
        let now = workspace::now(shared, &policy.lanes.calendar)?;
        let written = write(git, landed.1, &text, &by, now)?;
        if shared.quiet {
            return Ok(());
        }
        let what = match written {
            Written::New => "wrote the receipt of",
            Written::Same => "the receipt is there already, to the letter:",
        };
        let count =
            |number: usize, noun: &str| format!("{number} {noun}{}", if number == 1 { "" } else { "s" });
        let (records, votes) = (count(receipt.records.len(), "record"), count(receipt.votes.len(), "vote"));
        console.print(&format!("{what} {}: {records}, {votes}\n", landed.1.short()))?;
        console.note("push it: `git push origin refs/notes/exboard`");
        Ok(())
    }
}

/// Commits that landed together.
struct Landed {
    range: (Id, Id),
    commits: usize,
    /// What they landed with; `None` where they were pushed.
    pull: Option<PullRequest>,
}

/// The pull request of a landed commit.
fn look(forge: &Forge<'_>, commit: Id) -> Result<Option<PullRequest>, Failure> {
    for left in (0..LOOKS).rev() {
        match forge.landed_with(&commit.to_string()).map_err(|error| forge::unread(&error))? {
            LandedPull::One(pull) => return Ok(Some(pull)),
            LandedPull::Several(numbers) => {
                let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
                return Err(Failure::new(format_args!(
                    "{} is of several merged pull requests: {}",
                    commit.short(),
                    numbers.join(", ")
                ))
                .help("say which one it is: `--pull-request URL --reviews FILE --covers BASE..HEAD`"));
            }
            LandedPull::None if left > 0 => thread::sleep(LOOK_AGAIN),
            LandedPull::None => {}
        }
    }
    Ok(None)
}

/// Puts a note on a commit. Somebody else's may come in between.
fn write(git: &Git, commit: Id, text: &str, by: &Identity, now: Instant) -> Result<Written, Failure> {
    let mut tries = 0;
    loop {
        tries += 1;
        match git.write_note(commit, text, by, now) {
            Err(StoreError::Git(GitError::Moved(_))) if tries < TRIES => {}
            Err(StoreError::Git(GitError::NoteExists(_))) => {
                return Err(Failure::new(format_args!(
                    "{} has another receipt already, and receipts are never overwritten",
                    commit.short()
                ))
                .help("`git log -1 --notes=exboard` shows it"));
            }
            other => return other.map_err(workspace::store_failure),
        }
    }
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
