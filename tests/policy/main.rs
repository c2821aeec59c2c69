//! Policies: the built-in one, what overrides do to it, and every way to be wrong.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot set itself up should stop")]

mod broken;
mod controls;
mod defaults;
mod evidence;
mod hostile;
mod loosened;
mod people;
mod score;

use std::sync::Arc;

use exboard::policy::{KnownRule, Policy, Problem};
use exboard::source::Source;

/// The rules that the tests' policies know.
const RULES: [KnownRule<'_>; 3] = [
    KnownRule { name: "evidence/unused", locked: false },
    KnownRule { name: "expiry/horizon", locked: false },
    KnownRule { name: "lane/under-routed", locked: true },
];

/// Reads a policy of these files; an `exboard.toml` is added where there is none.
fn try_load(files: &[(&str, &str)]) -> Result<Policy, Vec<Problem>> {
    let mut sources: Vec<Arc<Source>> =
        files.iter().map(|(path, text)| Arc::new(Source::new(*path, *text))).collect();
    if files.iter().all(|(path, _)| *path != "exboard.toml") {
        sources.push(Arc::new(Source::new("exboard.toml", "version = 1\n")));
    }
    Policy::load(&sources, &RULES)
}

fn load(files: &[(&str, &str)]) -> Policy {
    try_load(files).unwrap_or_else(|problems| panic!("{}", show(&problems)))
}

fn problems(files: &[(&str, &str)]) -> Vec<Problem> {
    try_load(files).expect_err("a policy with problems")
}

/// One line for each problem: `path:line:column key: message (help) [related line: why]`.
fn show(problems: &[Problem]) -> String {
    let line = |problem: &Problem| {
        let at = problem.source.position(problem.span.start);
        let help = problem.help.as_deref().map(|help| format!(" ({help})")).unwrap_or_default();
        let related = problem.related.iter().map(|(source, span, why)| {
            format!(" [{}:{}: {why}]", source.path(), source.position(span.start).line)
        });
        let key = if problem.key.is_empty() { "-" } else { &problem.key };
        format!(
            "{}:{}:{} {key}: {}{help}{}\n",
            problem.path,
            at.line,
            at.column,
            problem.message,
            related.collect::<String>()
        )
    };
    problems.iter().map(line).collect()
}
