//! What is wrong with a policy: places in its files, in plain words. The rule `policy/invalid` makes findings of it.

use std::cell::RefCell;
use std::sync::Arc;

use crate::source::{Source, Span};

/// One thing that is wrong with a policy file.
#[derive(Debug, Clone)]
pub struct Problem {
    /// Path of the file, as it was given.
    pub path: Arc<str>,
    /// The text of the file; empty where it is the file that is missing.
    pub source: Arc<Source>,
    /// The offending value; the key where that is what is wrong; the table's header where something is missing
    /// in it; empty at the start where it is about the file.
    pub span: Span,
    /// The dotted key, as TOML would write it, with list entries by their number from 0 (`lane.2.scores`); empty
    /// where the problem is about the file.
    pub key: String,
    /// What is wrong: one sentence, no full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Other places that matter, each with the reason.
    pub related: Vec<(Arc<Source>, Span, String)>,
}

impl Problem {
    /// A problem at a place.
    pub(super) fn new(source: &Arc<Source>, span: Span, key: &str, message: impl Into<String>) -> Self {
        Problem {
            path: Arc::from(source.path()),
            source: Arc::clone(source),
            span,
            key: key.to_owned(),
            message: message.into(),
            help: None,
            related: Vec::new(),
        }
    }

    /// A problem about a file as such.
    #[must_use]
    pub fn file(source: &Arc<Source>, message: impl Into<String>) -> Self {
        Problem::new(source, Span::default(), "", message)
    }

    /// Says what to do.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says what to do, where there is something to say.
    pub(super) fn help_if(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    /// Adds a second place.
    pub(super) fn related(mut self, source: &Arc<Source>, span: Span, message: impl Into<String>) -> Self {
        self.related.push((Arc::clone(source), span, message.into()));
        self
    }
}

/// Most problems that are kept of one policy: past that, a person mends the first ones and asks again.
const MOST: usize = 1000;

/// Collects problems while readers share it.
#[derive(Debug, Default)]
pub(super) struct Problems(RefCell<Vec<Problem>>);

impl Problems {
    /// Adds one.
    pub(super) fn push(&self, problem: Problem) {
        let mut all = self.0.borrow_mut();
        match all.len() {
            ..MOST => all.push(problem),
            MOST => all.push(Problem {
                message: format!("more than {MOST} problems: the rest is not shown"),
                ..problem
            }),
            _ => {}
        }
    }

    /// True as long as nothing is wrong.
    pub(super) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// True where no more are kept: looking for the cause of the next one would be for nothing.
    pub(super) fn is_full(&self) -> bool {
        self.0.borrow().len() > MOST
    }

    /// All of them, by path and place.
    pub(super) fn into_sorted(self) -> Vec<Problem> {
        let mut all = self.0.into_inner();
        all.sort_by(|a, b| (&a.path, a.span, &a.message).cmp(&(&b.path, b.span, &b.message)));
        all
    }
}
