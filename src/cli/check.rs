//! `exboard check`: the gate.

use std::path::PathBuf;
use std::sync::Arc;

use super::TOOL;
use super::args::{CheckArgs, Shared, Sink};
use super::console::{Console, Exit, Failure, write_file};
use super::fix;
use super::workspace::{self, Workspace};
use crate::check::{self, Input, Options, Outcome, RuleFilter};
use crate::finding::{Finding, closest};
use crate::policy::Policy;
use crate::render::{Format, PolicyFrom, Report, render};
use crate::rules::RULES;
use crate::store::{Listing, WorkTree};
use crate::time::Instant;

pub(super) fn run(shared: &Shared, args: &CheckArgs, console: &mut Console<'_>) -> Result<Exit, Failure> {
    let sinks = sinks(shared, args.dry_run, console)?;
    let workspace = workspace::open(shared, console)?;
    let policy = match &workspace.policy {
        Ok(policy) => policy,
        Err(problems) => {
            let outcome = check::check_policy(problems);
            let now = workspace::now(shared, &workspace::default_policy()?.lanes.calendar)?;
            report(&outcome, &workspace.tree, now, shared, &sinks, console)?;
            return Err(Failure::new("the policy is broken, so no record was judged")
                .help("mend what the findings name; `exboard explain policy/invalid` says more"));
        }
    };
    let filter = Filter::new(args, policy)?;
    let filtered = !args.select.is_empty() || !args.ignore.is_empty();
    if filtered && !shared.quiet {
        console.note("note: --select or --ignore leaves rules out; the verdict is not the gate's");
    }
    let now = workspace::now(shared, &policy.lanes.calendar)?;
    let mut paths: Vec<String> =
        args.paths.iter().map(|path| workspace::in_repository(&workspace, path)).collect::<Result<_, _>>()?;
    let bench = Bench { workspace: &workspace, policy, now, shared, args, filter: &filter };
    let (listing, mut outcome) = bench.judge(&paths)?;
    let mut unwritten = None;
    if let Some(which) = args.fix {
        let files = workspace.tree.files();
        let input =
            Input { records: &listing.records, strays: &listing.strays, files: &files, changes: None };
        let plan = crate::fix::plan(input, &outcome, &bench.options(&paths), which.safety());
        if args.dry_run {
            fix::show(&plan, shared, console)?;
        } else {
            let written = !plan.files.is_empty();
            unwritten = fix::write(&plan, &workspace, shared, console).err();
            // A record that moved was asked for all the same.
            if !paths.is_empty() {
                paths.extend(plan.files.into_iter().filter_map(|file| file.move_to));
            }
            if written {
                outcome = bench.judge(&paths)?.1;
            }
        }
    }
    report(&outcome, &workspace.tree, now, shared, &sinks, console)?;
    for (path, reason) in &outcome.unread {
        console.note(&format!("error: cannot read {path}: {reason}"));
    }
    if let Some(failure) = unwritten {
        return Err(failure);
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

/// All that a judging needs but the records.
struct Bench<'a> {
    workspace: &'a Workspace,
    policy: &'a Policy,
    now: Instant,
    shared: &'a Shared,
    args: &'a CheckArgs,
    filter: &'a Filter,
}

impl Bench<'_> {
    fn options<'a>(&'a self, paths: &'a [String]) -> Options<'a> {
        Options {
            policy: self.policy,
            now: self.now,
            rules: Some(self.filter),
            paths,
            show_suppressed: self.args.no_suppressions,
        }
    }

    /// Judges the records as they lie on the disk now.
    fn judge(&self, paths: &[String]) -> Result<(Listing, Outcome), Failure> {
        let tree = &self.workspace.tree;
        workspace::require_named_folders(self.workspace, self.policy)?;
        let listing = tree.list(&self.policy.exboard.paths).map_err(Failure::new)?;
        if listing.records.is_empty() && listing.strays.is_empty() && !self.args.allow_empty {
            let folders = &self.policy.exboard.paths;
            return Err(Failure::new(format_args!(
                "no records below `{}/` and `{}/` of {}",
                folders.board,
                folders.registry,
                tree.root().display()
            ))
            .help("if that is right, say so with `--allow-empty`"));
        }
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(self.shared.jobs.map_or(0, usize::from))
            .build()
            .map_err(|error| Failure::new(format_args!("cannot start threads: {error}")))?;
        let files = tree.files();
        let input =
            Input { records: &listing.records, strays: &listing.strays, files: &files, changes: None };
        let options = self.options(paths);
        let outcome = pool.install(|| check::check(input, &|folder| tree.read(folder), &options));
        if !paths.is_empty()
            && outcome.board + outcome.registry == 0
            && outcome.findings.is_empty()
            && !self.args.allow_empty
        {
            return Err(Failure::new("no record lies under the paths asked for")
                .help("name records, or folders that hold some; `--allow-empty` accepts none"));
        }
        Ok((listing, outcome))
    }
}

fn report(
    outcome: &Outcome,
    tree: &WorkTree,
    now: Instant,
    shared: &Shared,
    sinks: &[Sink],
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    // What a finding about all records, or a second place, points into was let go while judging: read it again.
    let sources =
        |_: &Finding, path: &str| outcome.sources.get(path).map(Arc::clone).or_else(|| tree.reread(path));
    let report = Report {
        tool: TOOL,
        now,
        policy: PolicyFrom::Tree,
        board: outcome.board,
        registry: outcome.registry,
        findings: &outcome.findings,
        suppressed: &outcome.suppressed,
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

/// Where the results go: each `--format`, and `--output` for the one that names no file of its own. In a dry run that
/// one's place is the diff's.
fn sinks(shared: &Shared, dry_run: bool, console: &Console<'_>) -> Result<Vec<Sink>, Failure> {
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
    if dry_run {
        return match sinks.iter().all(|sink: &Sink| sink.file.is_some()) {
            true => Ok(sinks),
            false => Err(Failure::usage("--dry-run prints a diff where this --format would go")
                .help("give the format a file: `--format json=findings.json`")),
        };
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
    let mut files = std::collections::BTreeSet::new();
    let twice = loose.next().is_some();
    if let Some(file) = sinks.iter().filter_map(|sink| sink.file.as_ref()).find(|file| !files.insert(*file)) {
        return Err(Failure::usage(format_args!("two formats would go to {}", file.display()))
            .help("give each a file of its own"));
    }
    if twice {
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
