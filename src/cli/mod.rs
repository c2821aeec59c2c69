//! The command line: one file a command; parse → read → call → render.
//!
//! The clock, the environment, colour and progress are known here and nowhere else.

mod actions;
mod approve;
mod args;
mod check;
mod completions;
mod console;
mod explain;
mod export;
mod fix;
mod forge;
mod log;
mod hook;
mod init;
mod man;
mod new;
mod receipt;
mod report;
mod resources;
mod rules;
mod schema;
mod score;
mod step;
mod test;
mod variables;
mod verify;
mod workspace;

use std::ffi::OsString;
use std::io::{self, Write};

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};

use args::{Cli, Command};
use console::{Console, Exit, Failure};
use step::Asked;

/// The program's name and version, as outputs carry it.
const TOOL: &str = concat!("exboard ", env!("CARGO_PKG_VERSION"));

/// The program: what the process was started with and writes to. Returns the exit code.
pub fn main() -> u8 {
    resources::on_enough_stack(|| {
        run(std::env::args_os(), &mut io::stdout().lock(), &mut io::stderr().lock())
    })
}

/// Runs the program: arguments with the program's name first, and the two streams. Returns the exit code.
pub fn run(args: impl IntoIterator<Item = OsString>, out: &mut dyn Write, error: &mut dyn Write) -> u8 {
    let mut console = Console::new(out, error);
    let mut command = variables::without_empty(Cli::command());
    let read = command.try_get_matches_from_mut(args).and_then(|found| Cli::from_arg_matches(&found));
    let cli = match read {
        Ok(cli) => cli,
        Err(error) => return usage(&error, &command, &mut console) as u8,
    };
    resources::limit_threads(&cli.shared);
    let exit = match dispatch(&cli, &mut console) {
        Ok(exit) => exit,
        Err(failure) => {
            console.failure(&failure, Some(&cli.shared));
            if failure.exit == Exit::Usage {
                tell_variables(&command, &mut console);
            }
            failure.exit
        }
    };
    exit as u8
}

fn usage(error: &clap::Error, command: &clap::Command, console: &mut Console<'_>) -> Exit {
    let text = error.render();
    let asked_for = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if asked_for {
        let text = if console.plain() { text.to_string() } else { text.ansi().to_string() };
        let printed = console.print(&text);
        return printed.map_or_else(
            |failure| {
                console.failure(&failure, None);
                failure.exit
            },
            |()| Exit::Clean,
        );
    }
    console.note_text(&text.to_string());
    tell_variables(command, console);
    Exit::Usage
}

/// Says which options nobody wrote on the command line.
fn tell_variables(command: &clap::Command, console: &mut Console<'_>) {
    let set = variables::set(command);
    if !set.is_empty() {
        console.note(&format!("note: options come from the environment too: {}", set.join(", ")));
    }
}

fn dispatch(cli: &Cli, console: &mut Console<'_>) -> Result<Exit, Failure> {
    match &cli.command {
        None => help(console),
        Some(Command::Check(args)) => check::run(&cli.shared, args, console),
        Some(Command::Explain(args)) => explain::run(&cli.shared, args, console),
        Some(Command::Init(args)) => init::run(&cli.shared, args, console),
        Some(Command::New(args)) => new::run(&cli.shared, args.clone(), console),
        Some(Command::Rules) => rules::run(&cli.shared, console),
        Some(Command::Score(args)) => score::run(&cli.shared, args, console),
        Some(Command::Export(args)) => export::run(&cli.shared, args, console),
        Some(Command::Hook(args)) => hook::run(&cli.shared, args, console),
        Some(Command::Test) => test::run(&cli.shared, console),
        Some(Command::Decide(args)) => step::run(&cli.shared, Asked::Decide(args), console),
        Some(Command::Renew(args)) => step::run(&cli.shared, Asked::Renew(args), console),
        Some(Command::Escalate(args)) => step::run(&cli.shared, Asked::Escalate(args), console),
        Some(Command::Review(args)) => step::run(&cli.shared, Asked::Review(args), console),
        Some(Command::Close(args)) => step::run(&cli.shared, Asked::Close(args), console),
        Some(Command::Move(args)) => step::run(&cli.shared, Asked::Move(args), console),
        Some(Command::Log(args)) => log::run(&cli.shared, args, console),
        Some(Command::Verify(args)) => verify::run(&cli.shared, args, console),
        Some(Command::Approve(args)) => approve::run(&cli.shared, args, console),
        Some(Command::Receipt(args)) => receipt::run(&cli.shared, args, console),
        Some(Command::Schema(args)) => schema::run(&cli.shared, args, console),
        Some(Command::Completions(args)) => completions::run(&cli.shared, args, console),
        Some(Command::Man(args)) => man::run(&cli.shared, args, console),
    }
}

fn help(console: &mut Console<'_>) -> Result<Exit, Failure> {
    let mut command = Cli::command();
    let text = command.render_help();
    let text = if console.plain() { text.to_string() } else { text.ansi().to_string() };
    console.print(&text)?;
    Ok(Exit::Clean)
}
