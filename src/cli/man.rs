//! `exboard man`: manual pages.

use clap::CommandFactory;
use clap_mangen::Man;

use super::args::{Cli, ManArgs, Shared};
use super::console::{Console, Exit, Failure};
use crate::finding::closest;

pub(super) fn run(shared: &Shared, args: &ManArgs, console: &mut Console<'_>) -> Result<Exit, Failure> {
    shared.one_format(&[])?;
    let mut root = Cli::command();
    root.build();
    let command = match &args.command {
        None => root,
        Some(name) => root.find_subcommand(name).cloned().ok_or_else(|| {
            let failure = Failure::usage(format_args!("`{name}` is not a command"));
            match closest(name, Cli::command().get_subcommands().map(clap::Command::get_name)) {
                Some(near) => failure.help(format!("did you mean `{near}`?")),
                None => failure,
            }
        })?,
    };
    let mut page = Vec::new();
    Man::new(command)
        .render(&mut page)
        .map_err(|error| Failure::new(format_args!("cannot write the page: {error}")))?;
    console.result(shared, &String::from_utf8_lossy(&page))?;
    Ok(Exit::Clean)
}
