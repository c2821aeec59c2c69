//! `exboard new`: a record from flags, or from answers in a terminal.

mod args;
mod ask;
mod board;
mod desk;
mod registry;

use clap::Parser;

pub(super) use args::NewArgs;
use args::{Common, NewKind};
use desk::Desk;

use super::args::{Cli, Command, Shared};
use super::check;
use super::console::{Console, Exit, Failure, shell_word};
use super::workspace;
use crate::intake::{NewRecord, missing_for};
use crate::schema::Kind;
use crate::store::StoreError;

pub(super) fn run(shared: &Shared, mut args: NewArgs, console: &mut Console<'_>) -> Result<Exit, Failure> {
    let (kind, common) = match &args.kind {
        NewKind::Board(args) => (Kind::Board, &args.common),
        NewKind::Registry(args) => (Kind::Registry, &args.common),
    };
    let workspace = workspace::open(shared, console)?;
    let policy = workspace.policy()?;
    workspace::require_named_folders(&workspace, policy)?;
    let asks = !common.no_input && console.is_interactive();
    ask::in_color(console.colors_questions(shared));
    let desk = Desk {
        kind,
        workspace: &workspace,
        policy,
        now: workspace::now(shared, &policy.lanes.calendar)?,
        listing: workspace.tree.list(&policy.exboard.paths).map_err(Failure::new)?,
        asks,
    };
    let (record, status, line) = match &mut args.kind {
        NewKind::Board(args) => {
            let (record, status, line) = board::record(&desk, args)?;
            (record, status.as_str(), line)
        }
        NewKind::Registry(args) => {
            let (record, status, line) = registry::record(&desk, args)?;
            (record, status.as_str(), line)
        }
    };
    let common = match &args.kind {
        NewKind::Board(args) => &args.common,
        NewKind::Registry(args) => &args.common,
    };
    if common.dry_run {
        console.result(shared, &record.text)?;
        if !shared.quiet {
            console.note(&format!("would write {}", record.path));
        }
        return Ok(Exit::Clean);
    }
    write(&desk, common, &record)?;
    tell(shared, &record, line.as_deref(), console)?;
    let exit = judge(shared, &desk, &record, console)?;
    next(shared, kind, &record, status, exit, console)?;
    Ok(exit)
}

fn write(desk: &Desk<'_>, common: &Common, record: &NewRecord) -> Result<(), Failure> {
    desk.workspace.tree.create(&record.path, &record.text).map_err(|error| {
        let failure = Failure::new(&error);
        match error {
            StoreError::Exists(_) if common.id.is_none() => {
                failure.help("somebody made it just now: run the command again for the next id")
            }
            _ => failure,
        }
    })
}

/// Where the record is, and where its risk sends it. The report of the judging follows, in the format asked for; so
/// what is said beside it goes to standard error where that is for machines.
fn tell(
    shared: &Shared,
    record: &NewRecord,
    line: Option<&str>,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    say(shared, &format!("Wrote {}", record.path), console)?;
    line.map_or(Ok(()), |line| say(shared, &format!("  {line}"), console))
}

fn say(shared: &Shared, text: &str, console: &mut Console<'_>) -> Result<(), Failure> {
    if shared.quiet {
        return Ok(());
    }
    if shared.format.is_empty() && shared.output.is_none() {
        return console.print(&format!("{text}\n"));
    }
    console.note(text);
    Ok(())
}

/// The gate's word on the new record, as `exboard check PATH` would give it.
fn judge(
    shared: &Shared,
    desk: &Desk<'_>,
    record: &NewRecord,
    console: &mut Console<'_>,
) -> Result<Exit, Failure> {
    let path = desk.workspace.tree.root().join(&record.path);
    let words = ["exboard".into(), "check".into(), path.into_os_string()];
    // Read as a command line, so that the options which nobody gave have the values that they have there.
    match Cli::try_parse_from(words).map(|cli| cli.command) {
        Ok(Some(Command::Check(args))) => check::run(shared, &args, console),
        _ => Err(Failure::new("the record was written, and could not be judged; `exboard check` will")),
    }
}

/// The fields that nobody has to find out.
const DERIVED: [&str; 5] =
    ["close_date_risk_days", "combined_risk_score", "board_tier", "board_meeting_due_at", "due_at"];

/// What is still missing for the next step, and the commands that lead to it.
fn next(
    shared: &Shared,
    kind: Kind,
    record: &NewRecord,
    status: &str,
    exit: Exit,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    let then = match (kind, status) {
        (Kind::Board, "draft") => Some(("proposed", "propose it")),
        (Kind::Registry, "new") => Some(("triaged", "triage it")),
        _ => None,
    };
    if let Some((then, words)) = then {
        let (derived, missing): (Vec<String>, Vec<String>) = missing_for(kind, &record.text, then)
            .into_iter()
            .partition(|field| DERIVED.contains(&field.as_str()));
        if !missing.is_empty() {
            let mut text = format!("\nTo {words}, add {}", missing.join(", "));
            if !derived.is_empty() {
                text.push_str(&format!("; from these follow {}", derived.join(", ")));
            }
            say(shared, &text, console)?;
        }
    }
    let stem = record.path.rsplit('/').next().unwrap_or_default();
    let id = stem.strip_suffix(".yaml").unwrap_or(stem);
    let path = shell_word(&record.path);
    let first = match exit {
        Exit::Clean => String::new(),
        _ => format!("  exboard check --fix {path}   # once what it lacks is there\n"),
    };
    let then = match kind {
        Kind::Board => "   # then open the pull request: the board's meeting",
        Kind::Registry => "   # then open the pull request",
    };
    let text = format!(
        "\nNext:\n{first}  git switch -c {id}\n  git add {path}\n  git commit -m \"{id}: {status}\"\n  \
         git push -u origin {id}{then}"
    );
    say(shared, &text, console)
}
