//! Options that come from the environment: `EXBOARD_<FLAG>`.

#![expect(clippy::disallowed_methods, reason = "cli reads the environment, and hands it down")]

use std::env;

use clap::{Arg, Command};

/// The command line without the variables that are empty: whoever sets one to nothing, as workflows do with an input
/// that nobody gave, asks for nothing.
pub(super) fn without_empty(command: Command) -> Command {
    let is_empty = |arg: &Arg| arg.get_env().and_then(env::var_os).is_some_and(|value| value.is_empty());
    let command = command.mut_args(|arg| if is_empty(&arg) { arg.env(None::<&str>) } else { arg });
    command.mut_subcommands(without_empty)
}

/// The variables that the command line takes options from, as they are set: somebody whose arguments are refused may
/// not know of them.
pub(super) fn set(command: &Command) -> Vec<String> {
    let mut names: Vec<_> = all(command).into_iter().filter(|name| env::var_os(name).is_some()).collect();
    names.sort();
    names.dedup();
    names
}

fn all(command: &Command) -> Vec<String> {
    let own = command.get_arguments().filter_map(|arg| Some(arg.get_env()?.to_str()?.to_owned()));
    own.chain(command.get_subcommands().flat_map(all)).collect()
}
