//! The one command of a workflow: what its event is about is judged, with the votes, and told in all places where
//! people of GitHub look: the log, the job's summary, a check on the commit, the outputs of the step.

use std::cell::RefCell;
use std::fs::OpenOptions;
use std::io::Write as _;

use super::change::{Mender, Session};
use super::{state, suggest};
use crate::change::is_commit_id;
use crate::cli::args::{CheckArgs, Shared};
use crate::cli::console::{Console, Exit, Failure, shell_word};
use crate::cli::report::Reader;
use crate::cli::{actions, forge, workspace};
use crate::finding::{Finding, Severity, Side};
use crate::fix::Plan;
use crate::forge::{
    Annotation, AnnotationLevel, CheckRun, CheckState, Event, Forge, Pull, Queue, Suggestion,
};
use crate::history::{Known, Target};
use crate::policy::Tier;
use crate::render::{Format, Report, Standing, Terminal, annotate, render, safe};
use crate::store::git::{Git, Id};

/// What is kept of a report once it is written.
struct Paper {
    standing: Standing,
    title: String,
    page: String,
    annotations: Vec<Annotation>,
    /// The same for the log, as commands to GitHub's runner.
    commands: String,
    findings: usize,
    lane: Option<Tier>,
    missing: usize,
}

pub(super) fn run(shared: &Shared, args: &CheckArgs, console: &mut Console<'_>) -> Result<Exit, Failure> {
    if !args.select.is_empty() || !args.ignore.is_empty() {
        return Err(Failure::usage("--select and --ignore leave rules out, and the check `exboard` stands for all of them")
            .help("take them (EXBOARD_SELECT, EXBOARD_IGNORE) away; how grave a rule is stands in `[rules]` of exboard.toml, where the boards vote on it"));
    }
    let event = forge::event(console)?;
    let paper: RefCell<Option<Paper>> = RefCell::new(None);
    let reader = |report: &Report<'_>, lane: Option<Tier>| {
        paper.replace(Some(Paper::of(report, lane)));
    };
    // Each finding is a line of the log. Whether it is an annotation there, too, depends on the check, which is last.
    let is_log = shared.format.is_empty() && shared.output.is_none() && actions::is_on(console);
    let lines = is_log.then(|| Shared { format: vec![Format::Concise.to_string()], ..shared.clone() });
    let shared = lines.as_ref().unwrap_or(shared);
    let suggestions: RefCell<Vec<Suggestion>> = RefCell::default();
    let forge = forge::open(console);
    let judged = match (&event, &forge) {
        // Votes were asked for: without them there is no verdict.
        (Event::Pull(_) | Event::Queue(_), Err(failure)) => Err(failure.clone()),
        (Event::Pull(pull), Ok(forge)) => {
            Job { shared, args, forge, reader: &reader }.of_pull(pull, &suggestions, console)
        }
        (Event::Queue(queue), Ok(forge)) => {
            Job { shared, args, forge, reader: &reader }.of_queue(queue, console)
        }
        (Event::Register { .. }, _) => state::run(shared, args, Some(&reader), console),
    };
    let paper = paper.into_inner();
    let told = Told { paper: paper.as_ref(), failure: judged.as_ref().err() };
    let state = told.state(&event);
    told.append(console, "GITHUB_STEP_SUMMARY", &told.page())?;
    told.append(console, "GITHUB_OUTPUT", &told.outputs(state))?;
    let written = match (head(&event, console), &forge) {
        (Some(head), Ok(forge)) => told.write_check(forge, head, state, console),
        _ => Ok(false),
    };
    if let (Some(paper), true) = (&paper, is_log && !matches!(written, Ok(true))) {
        console.write_with(|out| out.write_all(paper.commands.as_bytes()))?;
    }
    if let (Event::Pull(pull), Ok(forge)) = (&event, &forge) {
        suggest::post(forge, pull, &suggestions.take(), console);
    }
    let (exit, is_written) = match (judged, written) {
        (Err(failure), _) | (Ok(_), Err(failure)) => return Err(failure),
        (Ok(exit), Ok(is_written)) => (exit, is_written),
    };
    match (state, is_written) {
        // The check on the commit is yellow: it holds the merge until the votes are there, and nothing has failed.
        (CheckState::Waiting, true) => Ok(Exit::Clean),
        (CheckState::Waiting, false) => {
            console.note("note: the job fails because votes are missing: it may not write the check `exboard`, which would wait for them (`checks: write`; a fork's job never may)");
            Ok(Exit::Findings)
        }
        _ => Ok(exit),
    }
}

/// What is judged with votes.
struct Job<'a> {
    shared: &'a Shared,
    args: &'a CheckArgs,
    forge: &'a Forge<'a>,
    reader: &'a Reader<'a>,
}

impl Job<'_> {
    /// Judges a pull request: what it adds to the tip of its target branch. `suggestions` gets what could be suggested.
    fn of_pull(
        &self,
        pull: &Pull,
        suggestions: &RefCell<Vec<Suggestion>>,
        console: &mut Console<'_>,
    ) -> Result<Exit, Failure> {
        let Job { shared, args, forge, reader } = *self;
        let (tree, git) = workspace::repository(shared)?;
        let head = commit(&git, &pull.head, "the tip of the pull request")?;
        let base = match merged_onto(&git, head, console)? {
            Some(base) => base,
            None => commit(&git, &pull.base, "the tip of the target branch")?,
        };
        let reviews = forge::reviews(forge, pull.number, console)?;
        let known = Known {
            reviews: Some(&reviews),
            opened_by: pull.opened_by.as_deref(),
            pushed_by: pull.pushed_by.as_deref(),
        };
        let mender = |plan: &Plan, findings: &[Finding]| {
            suggestions.replace(suggest::of_plan(plan, findings, &workspace::prefix(&tree)));
        };
        let (reader, mender) = (Some(reader), Some(&mender as &Mender<'_>));
        let base_name = target_branch(console);
        let session =
            Session { shared, args, tree: &tree, git: &git, base: Some(&base_name), reader, mender };
        session.judge(Target::Range { base, head }, known, console)
    }

    /// Judges what the merge queue is about to land. The votes are those of the pull request.
    fn of_queue(&self, queue: &Queue, console: &mut Console<'_>) -> Result<Exit, Failure> {
        let Job { shared, args, forge, reader } = *self;
        let (tree, git) = workspace::repository(shared)?;
        let head = commit(&git, &queue.head, "the head of the merge group")?;
        let base = commit(&git, &queue.base, "the base of the merge group")?;
        let pull = forge.pull(queue.number).map_err(|error| forge::unread(&error))?;
        let reviews = forge::reviews(forge, queue.number, console)?;
        let known = Known { reviews: Some(&reviews), opened_by: pull.opened_by.as_deref(), pushed_by: None };
        let (base_name, reader) = (target_branch(console), Some(reader));
        let session =
            Session { shared, args, tree: &tree, git: &git, base: Some(&base_name), reader, mender: None };
        session.judge(Target::Range { base, head }, known, console)
    }
}

/// What a clone calls the target branch.
fn target_branch(console: &Console<'_>) -> String {
    match console.variable("GITHUB_BASE_REF").filter(|name| !name.is_empty()) {
        Some(name) => shell_word(&format!("origin/{name}")),
        None => "BASE".to_owned(),
    }
}

/// The first parent of the merge that GitHub made to try the pull request, where that is what is checked out: the tip of
/// the target branch as it is now. Only the commit that GitHub names counts: any other could be the author's.
fn merged_onto(git: &Git, head: Id, console: &Console<'_>) -> Result<Option<Id>, Failure> {
    let Some(named) = console.variable("GITHUB_SHA").and_then(|sha| sha.parse::<Id>().ok()) else {
        return Ok(None);
    };
    let checked_out = git.resolve("HEAD").map_err(workspace::store_failure)?;
    if checked_out != named {
        return Ok(None);
    }
    let step = git.step(checked_out).map_err(workspace::store_failure)?;
    Ok(match step.parents.as_slice() {
        [base, merged] if *merged == head => Some(*base),
        _ => None,
    })
}

fn commit(git: &Git, id: &str, what: &str) -> Result<Id, Failure> {
    let missing = || {
        let short = id.get(..12).unwrap_or(id);
        Failure::new(format_args!("{what}, {short}, is not in this clone"))
            .help("check out with `fetch-depth: 0`: votes and changes are read from all history")
    };
    let id: Id = id.parse().map_err(|_| missing())?;
    git.step(id).map(|step| step.id).map_err(|_| missing())
}

/// The commit that the check stands on.
fn head(event: &Event, console: &Console<'_>) -> Option<String> {
    match event {
        Event::Pull(pull) => Some(pull.head.clone()),
        Event::Queue(queue) => Some(queue.head.clone()),
        Event::Register { commit, .. } => {
            commit.clone().or_else(|| console.variable("GITHUB_SHA").map(str::to_owned))
        }
    }
    .filter(|id| is_commit_id(id))
}

impl Paper {
    fn of(report: &Report<'_>, lane: Option<Tier>) -> Paper {
        let (mut page, mut commands) = (Vec::new(), Vec::new());
        let terminal = Terminal { color: false, width: 100, unicode: true };
        // Writing to memory does not fail.
        let _ = render(report, Format::Markdown, terminal, &mut page);
        let _ = annotate(report, &mut commands);
        let mut findings: Vec<&Finding> = report.findings.iter().collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        let annotations = findings.iter().map(|finding| annotation(finding, report.repository.prefix));
        Paper {
            standing: report.standing(),
            title: report.title(),
            page: String::from_utf8_lossy(&page).into_owned(),
            annotations: annotations.collect(),
            commands: String::from_utf8_lossy(&commands).into_owned(),
            findings: report.findings.len(),
            lane,
            missing: report.asked.iter().map(crate::change::Asked::missing).sum(),
        }
    }
}

fn annotation(finding: &Finding, prefix: &str) -> Annotation {
    let place = &finding.place;
    let range = place.range.filter(|_| finding.side == Side::Head);
    let lines = range.map_or((1, 1), |range| {
        // What ends before the first character of a line has nothing of that line.
        let is_before = range.end.column == 1 && range.end.line > range.start.line;
        (range.start.line, range.end.line - usize::from(is_before))
    });
    let record = finding.record.as_deref().map(|id| format!(" · {}", safe(id))).unwrap_or_default();
    Annotation {
        path: format!("{prefix}{}", place.path),
        lines,
        columns: range.map(|range| (range.start.column, range.end.column)),
        level: match finding.severity {
            Severity::Error => AnnotationLevel::Failure,
            Severity::Warning => AnnotationLevel::Warning,
            Severity::Info => AnnotationLevel::Notice,
        },
        title: format!("{}{record}", finding.rule),
        message: safe(&finding.message).into_owned(),
        details: finding.help.as_deref().map(|help| safe(help).into_owned()),
    }
}

/// What there is to tell: a report, a failure, or both.
struct Told<'a> {
    paper: Option<&'a Paper>,
    failure: Option<&'a Failure>,
}

impl Told<'_> {
    fn state(&self, event: &Event) -> CheckState {
        match self.paper.map(|paper| paper.standing).filter(|_| self.failure.is_none()) {
            Some(Standing::Clean) => CheckState::Success,
            // The merge queue does not wait for people.
            Some(Standing::Waiting) if matches!(event, Event::Pull(_)) => CheckState::Waiting,
            _ => CheckState::Failure,
        }
    }

    fn title(&self) -> String {
        match (self.paper, self.failure) {
            (Some(paper), None) => paper.title.clone(),
            (_, Some(failure)) => format!("Not judged: {}", safe(&failure.message)),
            (None, None) => "Not judged".to_owned(),
        }
    }

    fn page(&self) -> String {
        match (self.paper, self.failure) {
            (Some(paper), _) => paper.page.clone(),
            (None, Some(failure)) => {
                let mut text = failure.message.clone();
                text.extend(failure.help.iter().flat_map(|help| ["\nhelp: ", help]));
                // Somebody else's words, in which nothing may be Markdown: an indented block has no escapes.
                let lines: String = text.lines().map(|line| format!("    {}\n", safe(line))).collect();
                format!("## 🚫 Not judged\n\n{lines}")
            }
            (None, None) => String::new(),
        }
    }

    fn outputs(&self, state: CheckState) -> String {
        let result = if self.failure.is_some() { "failed" } else { state.as_str() };
        let of_paper = |number: fn(&Paper) -> usize| self.paper.map_or(0, number).to_string();
        let lane = self.paper.and_then(|paper| paper.lane).map(|lane| lane.to_string()).unwrap_or_default();
        [
            output("result", result),
            output("findings", &of_paper(|paper| paper.findings)),
            output("lane", &lane),
            output("approvals-needed", &of_paper(|paper| paper.missing)),
            output("title", &self.title()),
        ]
        .concat()
    }

    /// Adds a text to the file that a variable names; without one, nobody reads it.
    fn append(&self, console: &Console<'_>, variable: &str, text: &str) -> Result<(), Failure> {
        let Some(path) = console.variable(variable).filter(|path| !path.is_empty()) else { return Ok(()) };
        let file = OpenOptions::new().create(true).append(true).open(path);
        file.and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(|error| Failure::new(format_args!("cannot write to {path} ({variable}): {error}")))
    }

    /// Writes the check; false where the job may not.
    fn write_check(
        &self,
        forge: &Forge<'_>,
        head: String,
        state: CheckState,
        console: &mut Console<'_>,
    ) -> Result<bool, Failure> {
        let run = CheckRun {
            head,
            state,
            title: self.title(),
            summary: self.page(),
            annotations: self.paper.map(|paper| paper.annotations.clone()).unwrap_or_default(),
        };
        let written = forge.write_check_run(&run).map_err(|error| {
            Failure::new(format_args!("the check `{}` cannot be written: {error}", CheckRun::NAME))
        });
        match &written {
            Ok(true) => console.note(&format!("check `{}`: {}", CheckRun::NAME, run.title)),
            Ok(false) => console.note(&format!(
                "note: the job has no `checks: write`, so there is no check `{}`: this log and the job's summary have it all",
                CheckRun::NAME
            )),
            Err(failure) if self.failure.is_some() => console.note(&failure.message),
            Err(_) => {}
        }
        written
    }
}

/// An output of a step. Where a value has several lines, they end with a line that it does not contain.
fn output(name: &str, value: &str) -> String {
    if !value.contains(['\n', '\r']) {
        return format!("{name}={value}\n");
    }
    let mut end = "END".to_owned();
    while value.contains(&end) {
        end.push('_');
    }
    format!("{name}<<{end}\n{value}\n{end}\n")
}

#[cfg(test)]
mod tests {
    use super::output;

    #[test]
    fn no_value_ends_its_own_output() {
        assert_eq!(output("title", "In order"), "title=In order\n");
        assert_eq!(output("title", "a\nEND\nresult=clean"), "title<<END_\na\nEND\nresult=clean\nEND_\n");
    }
}
