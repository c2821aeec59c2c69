//! `exboard explain`: what a rule wants, with a failing and a passing record.

use super::args::{ExplainArgs, Shared};
use super::console::{Console, Exit, Failure};
use super::workspace;
use crate::custom;
use crate::finding::closest;
use crate::rules::{RULES, find, page};

pub(super) fn run(shared: &Shared, args: &ExplainArgs, console: &mut Console<'_>) -> Result<Exit, Failure> {
    shared.one_format(&["human", "markdown"])?;
    if let Some(page) = own_page(shared, args, console)? {
        console.result(shared, &page)?;
        return Ok(Exit::Clean);
    }
    let Some(rule) = find(&args.rule) else {
        let names = RULES.iter().map(|rule| rule.info.name);
        let same_name = RULES.iter().find(|rule| rule.info.short_name() == args.rule);
        let help = match same_name.map(|rule| rule.info.name).or_else(|| closest(&args.rule, names)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`exboard rules` lists the rules".to_owned(),
        };
        return Err(Failure::usage(format_args!("`{}` is not a rule", args.rule)).help(help));
    };
    console.result(shared, &page(&rule.info))?;
    Ok(Exit::Clean)
}

/// The page of one of the repository's own rules.
fn own_page(
    shared: &Shared,
    args: &ExplainArgs,
    console: &mut Console<'_>,
) -> Result<Option<String>, Failure> {
    if !args.rule.starts_with("custom/") {
        return Ok(None);
    }
    let workspace = workspace::open(shared, console)?;
    let own = &workspace.policy()?.exboard.custom;
    if let Some(rule) = own.iter().find(|rule| rule.id == args.rule) {
        return Ok(Some(custom::page(rule)));
    }
    let help = match closest(&args.rule, own.iter().map(|rule| rule.id.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`[[rule]]` in exboard.toml makes one".to_owned(),
    };
    Err(Failure::usage(format_args!("this repository has no rule `{}`", args.rule)).help(help))
}
