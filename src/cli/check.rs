//! `exboard check`: the gate.

use std::path::PathBuf;
use std::sync::Arc;

use super::TOOL;
use super::args::{CheckArgs, Shared, Sink};
use super::console::{Console, Exit, Failure, write_file};
use super::workspace::{self, Workspace};
use crate::check::{self, Input, Options, Outcome, RuleFilter};
use crate::finding::{Finding, closest};
use crate::policy::Policy;
use crate::render::{Format, PolicyFrom, Report, render};
use crate::rules::RULES;
use crate::time::Instant;

pub(super) fn run(shared: &Shared, args: &CheckArgs, console: &mut Console<'_>) -> Result<Exit, Failure> {
    let sinks = sinks(shared, console)?;
    let workspace = workspace::open(shared, console)?;
    let policy = match &workspace.policy {
        Ok(policy) => policy,
        Err(problems) => {
            let outcome = check::check_policy(problems);
            let now = workspace::now(shared, &workspace::default_policy()?.lanes.calendar)?;
            report(&outcome, now, shared, &sinks, console)?;
            return Err(Failure::new("the policy is broken, so no record was judged")
                .help("mend what the findings name; `exboard explain policy/invalid` says more"));
        }
    };
    let filter = Filter::new(args, policy)?;
    let now = workspace::now(shared, &policy.lanes.calendar)?;
    let outcome = judge(&workspace, policy, now, shared, args, &filter)?;
    report(&outcome, now, shared, &sinks, console)?;
    for (path, reason) in &outcome.unread {
        console.note(&format!("error: cannot read {path}: {reason}"));
    }
    if !outcome.unread.is_empty() {
        let count = outcome.unread.len();
        return Err(Failure::new(format_args!(
            "{count} of the records could not be read; the others were judged"
        )));
    }
    let worst = outcome.findings.iter().map(|finding| finding.severity).max();
    Ok(if worst >= Some(args.fail_level.severity()) { Exit::Findings } else { Exit::Clean })
}

fn judge(
    workspace: &Workspace,
    policy: &Policy,
    now: Instant,
    shared: &Shared,
    args: &CheckArgs,
    filter: &Filter,
) -> Result<Outcome, Failure> {
    let paths: Vec<String> =
        args.paths.iter().map(|path| workspace::in_repository(workspace, path)).collect::<Result<_, _>>()?;
    let listing = workspace.tree.list(&policy.exboard.paths).map_err(Failure::new)?;
    if listing.records.is_empty() && listing.strays.is_empty() && !args.allow_empty {
        let folders = &policy.exboard.paths;
        return Err(Failure::new(format_args!(
            "no records below `{}/` and `{}/` of {}",
            folders.board,
            folders.registry,
            workspace.tree.root().display()
        ))
        .help("if that is right, say so with `--allow-empty`"));
    }
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(shared.jobs.map_or(0, usize::from))
        .build()
        .map_err(|error| Failure::new(format_args!("cannot start threads: {error}")))?;
    let options = Options { policy, now, rules: Some(filter), paths: &paths };
    let input = Input { records: &listing.records, strays: &listing.strays };
    let outcome = pool.install(|| check::check(input, &|folder| workspace.tree.read(folder), &options));
    if !paths.is_empty()
        && outcome.board + outcome.registry == 0
        && outcome.findings.is_empty()
        && !args.allow_empty
    {
        return Err(Failure::new("no record lies under the paths asked for")
            .help("name records, or folders that hold some; `--allow-empty` accepts none"));
    }
    Ok(outcome)
}

fn report(
    outcome: &Outcome,
    now: Instant,
    shared: &Shared,
    sinks: &[Sink],
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    let sources = |_: &Finding, path: &str| outcome.sources.get(path).map(Arc::clone);
    let report = Report {
        tool: TOOL,
        now,
        policy: PolicyFrom::Tree,
        board: outcome.board,
        registry: outcome.registry,
        findings: &outcome.findings,
        suppressed: &[],
        unjudged: &outcome.unjudged,
        sources: &sources,
    };
    for sink in sinks {
        let terminal = console.terminal(shared, sink.file.is_some());
        let silent = shared.quiet && outcome.findings.is_empty() && sink.format != Format::Json;
        match &sink.file {
            _ if silent => {}
            Some(file) => write_file(file, |out| render(&report, sink.format, terminal, out))?,
            None => console.write_with(|out| render(&report, sink.format, terminal, out))?,
        }
    }
    Ok(())
}

/// Where the results go: each `--format`, and `--output` for the one that names no file of its own.
fn sinks(shared: &Shared, console: &Console<'_>) -> Result<Vec<Sink>, Failure> {
    let mut sinks = Vec::new();
    for text in &shared.format {
        let (name, file) = match text.split_once('=') {
            Some((name, "")) => return Err(Failure::usage(format_args!("--format {name}= names no file"))),
            Some((name, file)) => (name, Some(PathBuf::from(file))),
            None => (text.as_str(), None),
        };
        let format = name.parse().map_err(|error| Failure::usage(format_args!("--format: {error}")))?;
        sinks.push(Sink { format, file });
    }
    if sinks.is_empty() {
        let to_terminal = console.out_is_terminal() && shared.output.is_none();
        let format = if to_terminal { Format::Human } else { Format::Concise };
        sinks.push(Sink { format, file: None });
    }
    let mut loose = sinks.iter_mut().filter(|sink| sink.file.is_none());
    if let Some(sink) = loose.next() {
        sink.file.clone_from(&shared.output);
    } else if shared.output.is_some() {
        return Err(Failure::usage("--output is given, but every --format names a file of its own"));
    }
    if loose.next().is_some() {
        return Err(Failure::usage("two formats would go to the same place")
            .help("give all but one a file: `--format json=findings.json --format human`"));
    }
    Ok(sinks)
}

#[derive(Debug)]
struct Filter {
    select: Vec<String>,
    ignore: Vec<String>,
}

impl Filter {
    fn new(args: &CheckArgs, policy: &Policy) -> Result<Filter, Failure> {
        let own = policy.exboard.custom.iter().map(|rule| rule.id.as_str()).chain(["custom"]);
        let names: Vec<&str> =
            RULES.iter().flat_map(|rule| [rule.info.name, rule.info.group()]).chain(own).collect();
        for name in args.select.iter().chain(&args.ignore) {
            if !names.contains(&name.as_str()) {
                let help = match closest(name, names.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`exboard rules` lists them".to_owned(),
                };
                return Err(Failure::usage(format_args!("`{name}` is not a rule")).help(help));
            }
        }
        Ok(Filter { select: args.select.clone(), ignore: args.ignore.clone() })
    }
}

impl RuleFilter for Filter {
    fn allows(&self, rule: &str) -> bool {
        let group = rule.split_once('/').map(|(group, _)| group);
        let named = |names: &[String]| names.iter().any(|name| name == rule || Some(name.as_str()) == group);
        (self.select.is_empty() || named(&self.select)) && !named(&self.ignore)
    }
}
