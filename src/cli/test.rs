//! `exboard test`: the policy tests.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::TOOL;
use super::args::Shared;
use super::console::{Console, Exit, Failure};
use super::workspace::{self, Workspace};
use crate::cases::{self, Case, Difference, Expected, Problem};
use crate::finding::Finding;
use crate::policy::Policy;
use crate::render::safe;
use crate::rules::{Folder, RULES};
use crate::source::{Source, Span};

/// A case with its difference.
type Ran = (Case, Difference);

pub(super) fn run(shared: &Shared, console: &mut Console<'_>) -> Result<Exit, Failure> {
    let json = shared.one_format(&["human", "json"])? == Some("json");
    let workspace = workspace::open(shared, console)?;
    let policy = workspace.policy()?;
    let folder = format!("{}/tests", policy.exboard.paths.policies);
    let files = workspace.tree.policy_files(&folder).map_err(Failure::new)?;
    if files.is_empty() {
        return Err(Failure::new(format_args!("no policy tests below `{folder}/`"))
            .help("docs/policy-tests.md shows how one is written"));
    }
    let mut ran = Vec::new();
    let mut broken = Vec::new();
    for file in &files {
        match run_file(file, &workspace, policy)? {
            Ok(cases) => ran.extend(cases),
            Err(problems) => broken.extend(problems.into_iter().map(|problem| (Arc::clone(file), problem))),
        }
    }
    for (file, problem) in &broken {
        console.note(&format!("{}: error: {}", place(file, problem.span), problem.message));
        if let Some(help) = &problem.help {
            console.note(&format!("  help: {help}"));
        }
    }
    if !broken.is_empty() {
        let count = broken.len();
        let word = if count == 1 { "problem" } else { "problems" };
        return Err(Failure::new(format_args!("{count} {word} in the policy tests, so none was judged")));
    }
    let differ = ran.iter().any(|(_, difference)| !difference.is_none());
    let text = if json { as_json(&ran)? } else { as_text(&ran, shared.quiet) };
    console.result(shared, &text)?;
    Ok(if differ { Exit::Findings } else { Exit::Clean })
}

fn run_file(
    file: &Arc<Source>,
    workspace: &Workspace,
    policy: &Policy,
) -> Result<Result<Vec<Ran>, Vec<Problem>>, Failure> {
    if !file.path().ends_with(".yaml") {
        let message = "policy tests are `*.yaml` files".to_owned();
        return Ok(Err(vec![Problem { span: Span::default(), message, help: None }]));
    }
    let own = policy.exboard.custom.iter().map(|rule| rule.id.as_str());
    let rules: Vec<&str> = RULES.iter().map(|rule| rule.info.name).chain(own).collect();
    let cases = match cases::read(file, policy, &rules) {
        Ok(cases) => cases,
        Err(problems) => return Ok(Err(problems)),
    };
    let listing = workspace.tree.list(&policy.exboard.paths).map_err(Failure::new)?;
    let records: BTreeMap<&str, &Folder> =
        listing.records.iter().map(|folder| (&*folder.path, folder)).collect();
    let read = |path: &str| match records.get(path) {
        Some(folder) => workspace.tree.read(folder),
        None => Err("there is no such record".to_owned()),
    };
    let files = workspace.tree.files();
    let mut ran = Vec::new();
    let mut problems = Vec::new();
    for case in cases {
        match cases::run(&case, policy, &files, &read) {
            Ok(difference) => ran.push((case, difference)),
            Err(problem) => problems.push(problem),
        }
    }
    Ok(if problems.is_empty() { Ok(ran) } else { Err(problems) })
}

fn place(source: &Source, span: Span) -> String {
    let at = source.position(span.start);
    format!("{}:{}:{}", source.path(), at.line, at.column)
}

fn as_text(ran: &[Ran], quiet: bool) -> String {
    let mut text = String::new();
    let mut passed = 0;
    for (case, difference) in ran {
        if difference.is_none() {
            passed += 1;
            continue;
        }
        text.push_str(&format!("{}: {}\n", place(&case.source, case.span), safe(&case.name)));
        for expected in &difference.missing {
            text.push_str(&format!(
                "  - missing     {} ({})\n",
                wanted(expected),
                place(&case.source, expected.span)
            ));
        }
        for finding in &difference.unexpected {
            text.push_str(&format!("  + unexpected  {}\n", said(finding)));
        }
    }
    if !quiet || passed < ran.len() {
        let differ = ran.len() - passed;
        let cases = if ran.len() == 1 { "case" } else { "cases" };
        let verb = if differ == 1 { "differs" } else { "differ" };
        text.push_str(&match differ {
            0 => format!("Clean: {} {cases}, all as expected.\n", ran.len()),
            _ => format!("{differ} of {} {cases} {verb} from what is expected.\n", ran.len()),
        });
    }
    text
}

/// `error[lane/under-routed] at /board_tier`, as far as the case says.
fn wanted(expected: &Expected) -> String {
    let rule = match expected.severity {
        Some(severity) => format!("{severity}[{}]", expected.rule),
        None => expected.rule.clone(),
    };
    match &expected.field {
        Some(field) => format!("{rule} at {}", safe(field)),
        None => rule,
    }
}

fn said(finding: &Finding) -> String {
    let field = finding.place.field.as_deref().map(|field| format!(" at {field}")).unwrap_or_default();
    let line = format!("{}[{}]{field}: {}", finding.severity, finding.rule, finding.message);
    safe(&line).into_owned()
}

/// Version 1 of the command's JSON.
#[derive(Serialize)]
struct Answer<'a> {
    version: u32,
    tool: &'static str,
    cases: Vec<CaseAnswer<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct CaseAnswer<'a> {
    name: &'a str,
    path: &'a str,
    line: usize,
    column: usize,
    passed: bool,
    missing: Vec<Missing<'a>>,
    unexpected: Vec<Unexpected<'a>>,
}

#[derive(Serialize)]
struct Missing<'a> {
    rule: &'a str,
    field: Option<&'a str>,
    severity: Option<&'static str>,
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct Unexpected<'a> {
    rule: &'a str,
    field: Option<&'a str>,
    severity: &'static str,
    message: &'a str,
}

#[derive(Serialize)]
struct Summary {
    cases: usize,
    passed: usize,
    failed: usize,
}

fn as_json(ran: &[Ran]) -> Result<String, Failure> {
    let passed = ran.iter().filter(|(_, difference)| difference.is_none()).count();
    let answer = Answer {
        version: 1,
        tool: TOOL,
        cases: ran.iter().map(case_answer).collect(),
        summary: Summary { cases: ran.len(), passed, failed: ran.len() - passed },
    };
    serde_json::to_string_pretty(&answer)
        .map(|text| text + "\n")
        .map_err(|error| Failure::new(format_args!("cannot write the answer: {error}")))
}

fn case_answer((case, difference): &Ran) -> CaseAnswer<'_> {
    let at = case.source.position(case.span.start);
    let missing = |expected: &Expected| case.source.position(expected.span.start);
    CaseAnswer {
        name: &case.name,
        path: case.source.path(),
        line: at.line,
        column: at.column,
        passed: difference.is_none(),
        missing: difference
            .missing
            .iter()
            .map(|expected| Missing {
                rule: &expected.rule,
                field: expected.field.as_deref(),
                severity: expected.severity.map(crate::finding::Severity::as_str),
                line: missing(expected).line,
                column: missing(expected).column,
            })
            .collect(),
        unexpected: difference
            .unexpected
            .iter()
            .map(|finding| Unexpected {
                rule: &finding.rule,
                field: finding.place.field.as_deref(),
                severity: finding.severity.as_str(),
                message: &finding.message,
            })
            .collect(),
    }
}
