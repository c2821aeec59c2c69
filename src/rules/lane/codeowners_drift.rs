//! `lane/codeowners-drift`

use std::sync::Arc;

use crate::finding::{Edit, Fix, Place, Safety};
use crate::policy::codeowners;
use crate::rules::declare::rule;
use crate::rules::{Out, Register};
use crate::source::Span;

rule! {
    /// `CODEOWNERS` is not what the roster says.
    ///
    /// Compared is the file that GitHub reads, the first of `.github/CODEOWNERS`, `CODEOWNERS` and `docs/CODEOWNERS`,
    /// with what `exboard export codeowners` writes; line ends aside. The rule is silent where there is no such file,
    /// and where nobody of the roster who could own anything has a `github` login. Whoever has `left` owns nothing from
    /// the next day on.
    ///
    /// ## Why
    /// A forge asks for reviews by `CODEOWNERS`, and votes are counted by the roster. Where they differ, the pull
    /// request waits for people whose vote does not count, and those whose vote does are never asked.
    ///
    /// ## Fails
    /// ```yaml base=proposed
    /// mitigation_owner: mia
    /// ```
    /// ```toml with file=policies/board.toml
    /// [people.mia]
    /// name = "Mia Torres"
    /// [people.leo]
    /// name = "Leo Brandt"
    /// github = "leo-brandt"
    /// [tiers.executive]
    /// members = ["leo"]
    /// ```
    /// ```text with evidence=.github/CODEOWNERS
    /// /exceptions/ @somebody-else
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed
    /// mitigation_owner: mia
    /// ```
    /// ```toml with file=policies/board.toml
    /// [people.mia]
    /// name = "Mia Torres"
    /// [people.leo]
    /// name = "Leo Brandt"
    /// github = "leo-brandt"
    /// [tiers.executive]
    /// members = ["leo"]
    /// ```
    /// ```text with evidence=.github/CODEOWNERS
    /// # Made from policies/board.toml by `exboard export codeowners`; `exboard check --fix` brings it up to date.
    /// # Whose review GitHub asks for. How many votes a decision needs, and whose count, the `exboard` check says.
    /// # The last line that fits a path counts.
    ///
    /// /exceptions/working/ @leo-brandt
    /// /exceptions/director/ @leo-brandt
    /// /exceptions/executive/ @leo-brandt
    ///
    /// /policies/ @leo-brandt
    /// /policies/commitments.toml @leo-brandt
    /// /policies/statements.toml @leo-brandt
    /// /exboard.toml @leo-brandt
    /// /.github/ @leo-brandt
    /// /CODEOWNERS @leo-brandt
    /// /docs/CODEOWNERS @leo-brandt
    /// ```
    RULE {
        name: "lane/codeowners-drift",
        summary: "`CODEOWNERS` is not what the roster says",
        scope: Policy,
        severity: Warning,
        locked: false,
        judges: Every,
        fix: Some(Safety::Safe),
        since: "0.1.0",
    }
    Check::All(check)
}

fn check(register: &Register<'_>, out: &mut Out<'_>) {
    let Some(file) = register.codeowners else { return };
    let today = register.policy.lanes.calendar.date_of(register.now);
    let Some(right) = codeowners(register.policy, today) else { return };
    if file.text().lines().eq(right.lines()) {
        return;
    }
    let (span, message) = difference(file.text(), &right);
    let edit = Edit { path: Arc::from(file.path()), span: Span::new(0, file.text().len()), text: right };
    let fix = Fix { safety: Safety::Safe, edits: vec![edit], move_to: None };
    let help = format!("`exboard check --fix`, or `exboard export codeowners --output {}`", file.path());
    out.report(out.finding(Place::in_source(file, span, None), message).help(help).fix(fix));
}

/// A line that gives a path its owners.
struct Line<'t> {
    path: &'t str,
    owners: &'t str,
    span: Span,
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut start = 0;
    let mut lines = Vec::new();
    for whole in text.split_inclusive('\n') {
        let line = whole.trim_end();
        if !line.is_empty() && !line.starts_with('#') {
            let blank = line
                .match_indices(' ')
                .find(|(at, _)| !line.get(..*at).is_some_and(|path| path.ends_with('\\')));
            let (path, owners) = blank.map_or((line, ""), |(at, _)| line.split_at(at));
            lines.push(Line { path, owners: owners.trim(), span: Span::new(start, start + line.len()) });
        }
        start += whole.len();
    }
    lines
}

/// The first difference that matters, and where it stands in the file.
fn difference(file: &str, right: &str) -> (Span, String) {
    let (found, wanted) = (lines(file), lines(right));
    let start = Span::new(0, 0);
    for line in &wanted {
        let Line { path, owners, .. } = line;
        match found.iter().find(|other| other.path == *path) {
            None => return (start, format!("`{path}` belongs to {owners}, and has no line here")),
            Some(other) if other.owners != *owners => {
                let here = if other.owners.is_empty() { "nobody" } else { other.owners };
                return (other.span, format!("`{path}` belongs to {owners}, and here to {here}"));
            }
            Some(_) => {}
        }
    }
    let foreign = found.iter().find(|line| wanted.iter().all(|other| other.path != line.path));
    match foreign {
        Some(line) => (line.span, format!("`{}` is no path of the roster", line.path)),
        None => (start, "its lines stand in another order, stand twice, or have other comments".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn the_first_difference_that_matters_is_told() {
        let right = "# x\n\n/a/ @ann @bea\n/b\\ c/ @cem\n";
        for (file, at, message) in [
            ("", 0, "`/a/` belongs to @ann @bea, and has no line here"),
            ("/a/ @ann\n/b\\ c/ @cem\n", 0, "`/a/` belongs to @ann @bea, and here to @ann"),
            ("/a/ @ann @bea\n/b\\ c/\n", 14, "`/b\\ c/` belongs to @cem, and here to nobody"),
            ("/a/ @ann @bea\n/b\\ c/ @cem\n* @dan\n", 26, "`*` is no path of the roster"),
            ("/b\\ c/ @cem\n/a/ @ann @bea\n", 0, "its lines stand in another order"),
        ] {
            let (span, told) = difference(file, right);
            assert_eq!(span.start, at, "{file}");
            assert!(told.starts_with(message), "{told}");
        }
    }
}
