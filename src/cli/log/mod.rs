//! `exboard log`: the decision log.

mod cache;
mod pager;

use super::TOOL;
use super::args::{LogArgs, Shared};
use super::console::{Console, Exit, Failure, write_file};
use super::verify::{OfChanges, elsewhere};
use super::workspace;
use crate::check::{self, ChangeSet, Options};
use crate::history::{Landing, Pasts, Replay};
use crate::log::{Entry, entries, register};
use crate::policy::{Policy, Tier, fold};
use crate::record::{BoardStatus, RegistryStatus};
use crate::render::{Log, LogFormat, View, render_log};
use crate::store::StoreError;
use crate::store::git::{Git, Id};
use crate::time::{Calendar, Instant, parse_now};
use cache::Cache;

pub(super) fn run(shared: &Shared, args: &LogArgs, console: &mut Console<'_>) -> Result<Exit, Failure> {
    let format = format(shared, console)?;
    check_words(args)?;
    let (_, git) = workspace::repository(shared)?;
    let tip = git.resolve(args.rev.as_deref().unwrap_or("HEAD")).map_err(workspace::store_failure)?;
    let policy = workspace::policy_at(&git, tip)?;
    let calendar = &policy.lanes.calendar;
    let now = workspace::now(shared, calendar)?;
    let all = read(&git, tip, now, args.no_cache, console)?;
    let wanted = Wanted::new(args, calendar)?;
    let (view, shown): (View<'_>, Vec<&Entry>) = match (&args.id, &args.at) {
        (Some(id), _) => {
            let life: Vec<&Entry> = all.iter().filter(|entry| entry.record == *id).collect();
            if life.is_empty() {
                return Err(unknown(id, &all));
            }
            (View::Life(id), life.into_iter().filter(|entry| wanted.takes(entry)).collect())
        }
        (None, Some(at)) => {
            let at = time("--at", at, calendar)?;
            let stood = register(&all, at);
            (View::Register(at), stood.into_iter().filter(|entry| wanted.takes(entry)).collect())
        }
        (None, None) => {
            let of_interest = |entry: &&Entry| (args.all || entry.is_decision()) && wanted.takes(entry);
            (View::Decisions, all.iter().rev().filter(of_interest).collect())
        }
    };
    let log = Log { tool: TOOL, view, entries: &shown, calendar };
    let terminal = console.terminal(shared, shared.output.is_some());
    match &shared.output {
        Some(file) => write_file(file, |out| render_log(&log, format, terminal, out))?,
        None if format == LogFormat::Human && console.out_is_terminal() => {
            pager::print(console, terminal, |out, terminal| render_log(&log, format, terminal, out))?;
        }
        None => console.write_with(|out| render_log(&log, format, terminal, out))?,
    }
    Ok(Exit::Clean)
}

fn format(shared: &Shared, console: &Console<'_>) -> Result<LogFormat, Failure> {
    let known: Vec<&'static str> = LogFormat::ALL.iter().map(|format| format.as_str()).collect();
    let asked = shared.one_format(&known)?;
    let found = LogFormat::ALL.iter().find(|format| Some(format.as_str()) == asked).copied();
    let _ = console;
    Ok(found.unwrap_or(LogFormat::Human))
}

/// A misspelt filter would show an empty log, and an empty log says that nothing happened.
fn check_words(args: &LogArgs) -> Result<(), Failure> {
    if let Some(tier) = &args.tier
        && !Tier::ALL.iter().any(|known| known.as_str() == tier)
    {
        return Err(Failure::usage(format_args!("--tier: `{tier}` is no tier"))
            .help("one of working, director, executive"));
    }
    let statuses: Vec<&str> = BoardStatus::ALL
        .iter()
        .map(|status| status.as_str())
        .chain(RegistryStatus::ALL.iter().map(|status| status.as_str()))
        .collect();
    match &args.status {
        Some(status) if !statuses.contains(&status.as_str()) => {
            Err(Failure::usage(format_args!("--status: `{status}` is no status"))
                .help(format!("one of {}", statuses.join(", "))))
        }
        _ => Ok(()),
    }
}

fn unknown(id: &str, all: &[Entry]) -> Failure {
    let failure = Failure::new(format_args!("history knows no record `{id}`"));
    match crate::finding::closest(id, all.iter().map(|entry| entry.record.as_str())) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("the log tells what is committed; `exboard explain ID` tells of the work tree"),
    }
}

/// What the filters ask for.
struct Wanted {
    since: Option<Instant>,
    until: Option<Instant>,
    account: Option<String>,
    tier: Option<String>,
    status: Option<String>,
}

impl Wanted {
    fn new(args: &LogArgs, calendar: &Calendar) -> Result<Wanted, Failure> {
        let at = |name: &str, text: &Option<String>| {
            text.as_ref().map(|text| time(name, text, calendar)).transpose()
        };
        Ok(Wanted {
            since: at("--since", &args.since)?,
            until: at("--until", &args.until)?,
            account: args.account.as_deref().map(fold),
            tier: args.tier.clone(),
            status: args.status.clone(),
        })
    }

    fn takes(&self, entry: &Entry) -> bool {
        let stands = entry.stands.as_ref();
        let is = |wanted: &Option<String>, found: Option<&String>| {
            wanted.as_ref().is_none_or(|wanted| found == Some(wanted))
        };
        let account = stands.and_then(|stands| stands.account.as_deref()).map(fold);
        self.since.is_none_or(|since| entry.at >= since)
            && self.until.is_none_or(|until| entry.at < until)
            && is(&self.account, account.as_ref())
            && is(&self.tier, stands.and_then(|stands| stands.tier.as_ref()))
            && is(&self.status, stands.and_then(|stands| stands.status.as_ref()))
    }
}

fn time(name: &str, text: &str, calendar: &Calendar) -> Result<Instant, Failure> {
    parse_now(text, calendar).ok_or_else(|| {
        Failure::usage(format_args!("{name}: `{text}` is neither a time nor a date"))
            .help("write 2026-04-21T15:04:05Z, or 2026-04-21 for its first instant in the policy's zone")
    })
}

/// All entries up to a commit, in the order of history: those of an earlier run, and what has landed since.
fn read(
    git: &Git,
    tip: Id,
    now: Instant,
    afresh: bool,
    console: &mut Console<'_>,
) -> Result<Vec<Entry>, Failure> {
    let notes = git.notes_tip().map_err(workspace::store_failure)?;
    let cache = if afresh { None } else { Cache::read(git, notes) };
    if let Some(cache) = cache.as_ref().filter(|cache| cache.tip == tip) {
        return Ok(cache.entries.clone());
    }
    // A tip that is not on the way any more was forced away: what was kept of it is of no use.
    let known =
        cache.and_then(|cache| Replay::new(git, tip, Some(cache.tip)).ok().map(|replay| (replay, cache)));
    let (replay, mut cache) = match known {
        Some((replay, cache)) => (replay, cache),
        None => (Replay::new(git, tip, None).map_err(workspace::store_failure)?, Cache::new(tip, notes)),
    };
    let total = replay.len();
    replay
        .run(&mut |landing, done| -> Result<(), StoreError> {
            cache.entries.extend(tell(landing, git, now, &mut cache.pasts)?);
            console.progress("log", done, total);
            Ok(())
        })
        .map_err(workspace::store_failure)?;
    console.progress_done();
    cache.tip = tip;
    cache.write(git);
    Ok(cache.entries)
}

/// The entries of one landed change set.
fn tell(mut landing: Landing, git: &Git, now: Instant, pasts: &mut Pasts) -> Result<Vec<Entry>, StoreError> {
    for change in &mut landing.set.changes {
        change.past = Some(pasts.of(change));
    }
    let Some(policy) = landing.policy() else { return Ok(Vec::new()) };
    let findings = broken(&landing, policy, git, now)?;
    let told = entries(&landing, policy, &findings);
    for change in &landing.set.changes {
        pasts.advance(change, policy, landing.landed_at());
    }
    Ok(told)
}

fn broken(
    landing: &Landing,
    policy: &Policy,
    git: &Git,
    now: Instant,
) -> Result<Vec<crate::finding::Finding>, StoreError> {
    let unchanged = elsewhere(git, landing, policy)?;
    let set = ChangeSet {
        changes: &landing.set.changes,
        circumstances: &landing.circumstances,
        unchanged: &unchanged,
        head: None,
        lost: &[],
    };
    let options = Options { policy, now, rules: Some(&OfChanges), paths: &[], show_suppressed: false };
    Ok(check::judge_changes(&set, &options).findings)
}
