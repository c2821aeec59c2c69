//! Which fixes of one file can be made at once.

use std::collections::BTreeMap;

use crate::finding::{Edit, Finding, Fix};
use crate::source::Span;

/// So many times a file is edited on trial. Most need it once; each fix that cannot be made costs a few more.
const TRIALS: usize = 200;

/// A fix, and the finding that it mends.
pub(super) type Mending<'a> = (&'a Finding, &'a Fix);

/// Edits of one file, on trial.
pub(super) struct Trial<'a> {
    /// The text after some edits.
    edited: &'a dyn Fn(&[Edit]) -> Result<String, String>,
    left: usize,
    /// The fixes that cannot be made, and why.
    pub(super) refused: Vec<(&'a Finding, String)>,
}

/// What can be made at once.
#[derive(Default, Clone)]
pub(super) struct Choice<'a> {
    pub(super) fixes: Vec<Mending<'a>>,
    pub(super) move_to: Option<&'a String>,
    /// Where the text is edited: first byte → the byte after the last.
    spans: BTreeMap<usize, usize>,
}

impl<'a> Trial<'a> {
    pub(super) fn new(edited: &'a dyn Fn(&[Edit]) -> Result<String, String>) -> Self {
        Trial { edited, left: TRIALS, refused: Vec::new() }
    }

    /// Of fixes that disturb each other the first one wins; the next round sees what is left of the others.
    pub(super) fn choose(&mut self, fixes: &[Mending<'a>]) -> Choice<'a> {
        let mut choice = Choice::default();
        let mut waiting: Vec<Mending<'a>> = fixes.to_vec();
        loop {
            let mut tried = choice.clone();
            let first = tried.fixes.len();
            waiting.retain(|fix| !tried.takes(fix));
            let new = tried.fixes.split_off(first);
            let refused = self.refused.len();
            for fix in self.accepted(&new) {
                choice.takes(&fix);
            }
            if self.refused.len() == refused || waiting.is_empty() {
                return choice;
            }
        }
    }

    /// Those of some fixes that can be made: all of them, or what is left of either half.
    fn accepted(&mut self, fixes: &[Mending<'a>]) -> Vec<Mending<'a>> {
        if fixes.is_empty() {
            return Vec::new();
        }
        let Err(reason) = (self.edited)(&edits(fixes)) else { return fixes.to_vec() };
        self.left = self.left.saturating_sub(1);
        if fixes.len() == 1 || self.left == 0 {
            self.refused.extend(fixes.iter().map(|(finding, _)| (*finding, reason.clone())));
            return Vec::new();
        }
        let (one, other) = fixes.split_at(fixes.len() / 2);
        let mut accepted = self.accepted(one);
        accepted.extend(self.accepted(other));
        accepted
    }
}

impl<'a> Choice<'a> {
    /// Takes a fix that disturbs none of those before it.
    fn takes(&mut self, fix: &Mending<'a>) -> bool {
        let (_, Fix { edits, move_to, .. }) = fix;
        let elsewhere = move_to.as_ref().is_some_and(|to| self.move_to.is_some_and(|other| other != to));
        if elsewhere || edits.iter().any(|edit| self.touches(edit.span)) {
            return false;
        }
        self.move_to = self.move_to.or(move_to.as_ref());
        self.spans.extend(edits.iter().map(|edit| (edit.span.start, edit.span.end)));
        self.fixes.push(*fix);
        true
    }

    /// Two insertions at one place overlap too: which one comes first would be chance.
    fn touches(&self, span: Span) -> bool {
        let at_once = self.spans.contains_key(&span.start);
        let before = self.spans.range(..span.start).next_back().is_some_and(|(_, end)| *end > span.start);
        at_once || before || self.spans.range(span.start..span.end).next().is_some()
    }
}

/// The edits of some fixes.
pub(super) fn edits(fixes: &[Mending<'_>]) -> Vec<Edit> {
    fixes.iter().flat_map(|(_, fix)| fix.edits.iter().cloned()).collect()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::sync::Arc;

    use super::*;
    use crate::finding::{Place, Safety, Severity, Side};

    fn finding(start: usize, end: usize) -> Finding {
        let edit = Edit { path: Arc::from("a.yaml"), span: Span::new(start, end), text: String::new() };
        Finding {
            rule: "a/b".into(),
            severity: Severity::Error,
            message: String::new(),
            help: None,
            place: Place::file("a.yaml"),
            record: None,
            related: Vec::new(),
            fix: Some(Fix { safety: Safety::Safe, edits: vec![edit], move_to: None }),
            side: Side::Head,
            commit: None,
            occurrence: 0,
        }
    }

    /// The starts of what is chosen and of what is refused, and how often the text was edited, where edits at some
    /// starts fail.
    fn chosen(spans: &[(usize, usize)], fails: impl Fn(usize) -> bool) -> (Vec<usize>, usize, usize) {
        let findings: Vec<Finding> = spans.iter().map(|(start, end)| finding(*start, *end)).collect();
        let fixes: Vec<Mending<'_>> =
            findings.iter().filter_map(|finding| Some((finding, finding.fix.as_ref()?))).collect();
        let trials = Cell::new(0);
        let edited = |edits: &[Edit]| {
            trials.set(trials.get() + 1);
            let bad = edits.iter().any(|edit| fails(edit.span.start));
            if bad { Err("no".to_owned()) } else { Ok(String::new()) }
        };
        let mut trial = Trial::new(&edited);
        let choice = trial.choose(&fixes);
        let starts = edits(&choice.fixes).iter().map(|edit| edit.span.start).collect();
        (starts, trial.refused.len(), trials.get())
    }

    #[test]
    fn all_that_can_be_made_is_and_the_first_of_two_wins() {
        assert_eq!(chosen(&[(0, 4), (2, 3), (4, 4), (4, 5), (6, 9)], |_| false), (vec![0, 4, 6], 0, 1));
        assert_eq!(chosen(&[(5, 5), (3, 6)], |_| false).0, [5]);
        // Where the first one cannot be made, the second one gets its turn.
        let (starts, refused, _) = chosen(&[(0, 4), (2, 3), (6, 9)], |start| start == 0);
        assert_eq!((starts, refused), (vec![6, 2], 1));
    }

    #[test]
    fn of_many_fixes_the_bad_ones_are_found_without_trying_each() {
        let spans: Vec<(usize, usize)> = (0..20_000).map(|at| (2 * at, 2 * at + 1)).collect();
        let (starts, refused, trials) = chosen(&spans, |start| start == 5_000 || start == 30_002);
        assert_eq!((starts.len(), refused), (19_998, 2));
        assert!(trials < 80, "{trials}");
        let (starts, refused, trials) = chosen(&spans, |start| start % 4 == 0);
        assert_eq!(starts.len() + refused, 20_000);
        assert!(trials < 3 * TRIALS, "{trials}");
    }
}
