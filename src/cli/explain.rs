//! `exboard explain`: what a rule wants, with a failing and a passing record.

use super::args::{ExplainArgs, Shared};
use super::console::{Console, Exit, Failure};
use crate::finding::closest;
use crate::rules::{RULES, find, page};

pub(super) fn run(shared: &Shared, args: &ExplainArgs, console: &mut Console<'_>) -> Result<Exit, Failure> {
    shared.one_format(&["human", "markdown"])?;
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
