//! `exboard check --fix`: what a plan of fixes does to the disk, or to a diff.

use super::actions;
use super::args::Shared;
use super::console::{Console, Failure, write_file};
use crate::fix::{Mended, Plan};
use crate::render::{Changed, diff};
use crate::store::{StoreError, WorkTree};

/// Prints what would change.
pub(super) fn show(plan: &Plan, shared: &Shared, console: &mut Console<'_>) -> Result<(), Failure> {
    let changed: Vec<Changed<'_>> = plan
        .files
        .iter()
        .map(|file| Changed {
            from: &file.path,
            to: file.move_to.as_deref().unwrap_or(&file.path),
            before: file.before.text(),
            after: file.after.text(),
        })
        .collect();
    let terminal = console.terminal(shared, shared.output.is_some());
    // `git apply` reads from a pipe; a log of GitHub Actions is for people, and GitHub reads commands in it.
    let for_people = shared.output.is_none() && (console.out_is_terminal() || actions::is_on(console));
    match &shared.output {
        Some(file) => write_file(file, |out| diff(&changed, terminal, for_people, out))?,
        None => console.write_with(|out| diff(&changed, terminal, for_people, out))?,
    }
    refusals(plan, console);
    if !shared.quiet {
        let files: Vec<&Mended> = plan.files.iter().collect();
        console.note(&match told("would fix", "move", &files) {
            Some(told) => format!("{told}; nothing was written"),
            None => "nothing to fix".to_owned(),
        });
    }
    Ok(())
}

/// Writes what changes. Each file is written for itself: one that cannot be does not hold up the others.
pub(super) fn write(
    plan: &Plan,
    tree: &WorkTree,
    shared: &Shared,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    let mut written = Vec::new();
    let mut failed = 0;
    for file in &plan.files {
        let (before, after) = (file.before.text().as_bytes(), file.after.text().as_bytes());
        match tree.replace(&file.path, before, after, file.move_to.as_deref()) {
            Ok(()) => written.push(file),
            Err(error @ (StoreError::Changed(_) | StoreError::Occupied { .. })) => {
                console.note(&format!("not fixed: {error}"));
            }
            Err(error) => {
                console.note(&format!("error: {error}"));
                failed += 1;
            }
        }
    }
    let touched = plan.files.iter().flat_map(|file| [Some(&*file.path), file.move_to.as_deref()]);
    tree.sweep(touched.flatten());
    refusals(plan, console);
    if !shared.quiet {
        let nothing = if plan.files.is_empty() { "nothing to fix" } else { "nothing was fixed" };
        console.note(&told("fixed", "moved", &written).unwrap_or_else(|| nothing.to_owned()));
    }
    if failed > 0 {
        return Err(Failure::new(format_args!("{} could not be written", count(failed, "record"))));
    }
    Ok(())
}

fn refusals(plan: &Plan, console: &mut Console<'_>) {
    for refusal in &plan.refused {
        console.note(&format!("not fixed: {}: {}: {}", refusal.path, refusal.rule, refusal.reason));
    }
}

/// `fixed 3 findings in 2 files, moved 1`
fn told(fixed: &str, moved: &str, files: &[&Mended]) -> Option<String> {
    if files.is_empty() {
        return None;
    }
    let findings = files.iter().map(|file| file.fixed).sum();
    let moves = files.iter().filter(|file| file.move_to.is_some()).count();
    let moves = if moves == 0 { String::new() } else { format!(", {moved} {moves}") };
    Some(format!("{fixed} {} in {}{moves}", count(findings, "finding"), count(files.len(), "file")))
}

fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
