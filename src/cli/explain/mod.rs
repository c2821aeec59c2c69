//! `exboard explain`: what a rule wants, with a failing and a passing record; how one record came about; or what a
//! control of SP 800-53 is.

mod record;

use std::sync::Arc;

use super::args::{ExplainArgs, Shared};
use super::console::{Console, Exit, Failure};
use super::workspace;
use crate::catalogue::{self, Control};
use crate::check::{self, Input, Options};
use crate::custom;
use crate::finding::closest;
use crate::record::Record;
use crate::rules::{Folder, RULES, find, page};
use crate::source::Source;
use crate::yaml;
use record::Story;

pub(super) fn run(shared: &Shared, args: &ExplainArgs, console: &mut Console<'_>) -> Result<Exit, Failure> {
    shared.one_format(&["human", "markdown"])?;
    let asked = args.topic.as_str();
    if let Some(page) = own_page(shared, asked, console)? {
        console.result(shared, &page)?;
        return Ok(Exit::Clean);
    }
    let text = match (find(asked), catalogue::find(asked)) {
        (Some(rule), _) => page(&rule.info),
        (None, Some(control)) => control_page(control),
        (None, None) => match own_record(shared, asked, console)? {
            Some(story) => story,
            None => return Err(unknown(asked)),
        },
    };
    console.result(shared, &text)?;
    Ok(Exit::Clean)
}

/// A control as a page, in Markdown.
fn control_page(control: &Control) -> String {
    let letters = control.family();
    let family = catalogue::family(letters).unwrap_or_default();
    let mut page = format!("# {control}\n\nNIST SP 800-53 Rev. 5 · family {letters}, {family}\n\n");
    if let Some(fate) = control.withdrawn {
        page.push_str(&format!("Withdrawn: {fate}.\n"));
        for next in control.successors() {
            page.push_str(&format!("- {next}\n"));
        }
        return page;
    }
    let baselines: Vec<&str> = control.baselines().collect();
    page.push_str(&match baselines.as_slice() {
        [] => "In no baseline: chosen where the risk asks for it.\n".to_owned(),
        [only] => format!("In the baseline {only}.\n"),
        several => format!("In the baselines {}.\n", several.join(", ")),
    });
    let enhancements: Vec<&Control> =
        catalogue::controls().iter().filter(|other| other.parent() == Some(control)).collect();
    if !enhancements.is_empty() {
        page.push_str("\nEnhancements:\n");
    }
    for other in enhancements {
        let fate = other.withdrawn.map(|fate| format!(" (withdrawn: {fate})")).unwrap_or_default();
        page.push_str(&format!("- {} {}{fate}\n", other.id, other.title));
    }
    page
}

fn unknown(asked: &str) -> Failure {
    if means_control(asked) {
        let help = match catalogue::closest(asked) {
            Some(near) => format!("did you mean `{}` ({})?", near.id, near.title),
            None => "write the family, a dash and the number, as in AC-2(1)".to_owned(),
        };
        return Failure::usage(format_args!("`{asked}` is not a control of SP 800-53 Rev. 5")).help(help);
    }
    let names = RULES.iter().map(|rule| rule.info.name);
    let same_name = RULES.iter().find(|rule| rule.info.short_name() == asked);
    let help = match same_name.map(|rule| rule.info.name).or_else(|| closest(asked, names)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`exboard rules` lists the rules".to_owned(),
    };
    Failure::usage(format_args!("`{asked}` is not a rule")).help(help)
}

/// True for the letters of a family, a dash and a digit: so a control is meant.
fn means_control(asked: &str) -> bool {
    asked.split_once('-').is_some_and(|(family, _)| {
        asked.chars().any(|c| c.is_ascii_digit()) && catalogue::family(&family.to_ascii_uppercase()).is_some()
    })
}

/// True for what may be the id of a record, well or badly spelt. A rule has a slash and no digits.
fn is_id(asked: &str) -> bool {
    !asked.contains('/') && !means_control(asked) && asked.chars().any(|letter| letter.is_ascii_digit())
}

/// What there is to tell of a record of the repository; `None` where the word is no record's id.
fn own_record(shared: &Shared, asked: &str, console: &mut Console<'_>) -> Result<Option<String>, Failure> {
    let workspace = match workspace::open(shared, console) {
        Ok(workspace) => workspace,
        // A word with digits and without a slash is no rule: there would be the record.
        Err(failure) if is_id(asked) => return Err(failure),
        Err(_) => return Ok(None),
    };
    let policy = workspace.policy()?;
    let listing = workspace.tree.list(&policy.exboard.paths).map_err(Failure::new)?;
    let Some(folder) = listing.records.iter().find(|folder| folder.stem() == asked) else {
        return match closest(asked, listing.records.iter().map(Folder::stem)).filter(|_| is_id(asked)) {
            Some(near) => Err(Failure::new(format_args!("there is no record `{asked}`"))
                .help(format!("did you mean `{near}`?"))),
            None => Ok(None),
        };
    };
    let now = workspace::now(shared, &policy.lanes.calendar)?;
    let files = workspace.tree.files();
    let input = Input { records: &listing.records, strays: &listing.strays, files: &files, changes: None };
    let paths = [folder.path.to_string()];
    let options = Options { policy, now, rules: None, paths: &paths, show_suppressed: false };
    let outcome = check::check(input, &|folder| workspace.tree.read(folder), &options);
    let bytes = workspace
        .tree
        .read(folder)
        .map_err(|reason| Failure::new(format_args!("cannot read {}: {reason}", folder.path)))?;
    let parsed = yaml::parse(Arc::new(Source::from_bytes(&*folder.path, bytes)));
    let Some(record) = Record::read(folder.kind, &parsed.document).filter(|_| parsed.problems.is_empty())
    else {
        return Err(Failure::new(format_args!("{asked} cannot be read")).help("`exboard check` says why"));
    };
    let width = console.terminal(shared, shared.output.is_some()).width;
    let findings = &outcome.findings;
    Ok(Some(Story { folder, record: &record, policy, now, findings, width }.tell()))
}

/// The page of one of the repository's own rules.
fn own_page(shared: &Shared, asked: &str, console: &mut Console<'_>) -> Result<Option<String>, Failure> {
    if !asked.starts_with("custom/") {
        return Ok(None);
    }
    let workspace = workspace::open(shared, console)?;
    let own = &workspace.policy()?.exboard.custom;
    if let Some(rule) = own.iter().find(|rule| rule.id == asked) {
        return Ok(Some(custom::page(rule)));
    }
    let help = match closest(asked, own.iter().map(|rule| rule.id.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`[[rule]]` in exboard.toml makes one".to_owned(),
    };
    Err(Failure::usage(format_args!("this repository has no rule `{asked}`")).help(help))
}
