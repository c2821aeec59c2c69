//! Regular expressions that are compiled when a text first asks for them.
//!
//! All of them together took a hundred times as long to compile as a small register takes to judge.

use std::sync::OnceLock;

use regex::{Captures, Match, Regex};
use regex_automata::nfa::thompson::WhichCaptures;
use regex_automata::{Input, meta, util::syntax};

use super::words;

/// A pattern of this room's grammar, compiled when it is first asked: most texts ask for few of them.
#[derive(Debug)]
pub(super) struct Phrase {
    pattern: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl Phrase {
    pub(super) const fn new(pattern: &'static str) -> Self {
        Phrase { pattern, compiled: OnceLock::new() }
    }

    /// Absent only where the pattern is broken, which the tests exclude.
    pub(super) fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| words::compile(self.pattern).ok()).as_ref()
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        self.regex().is_some_and(|regex| regex.is_match(text))
    }

    pub(super) fn find<'t>(&self, text: &'t str) -> Option<Match<'t>> {
        self.regex()?.find(text)
    }

    pub(super) fn find_iter<'t>(&self, text: &'t str) -> impl Iterator<Item = Match<'t>> {
        self.regex().map(|regex| regex.find_iter(text)).into_iter().flatten()
    }

    pub(super) fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        self.regex()?.captures(text)
    }

    pub(super) fn captures_iter<'t>(&self, text: &'t str) -> impl Iterator<Item = Captures<'t>> {
        self.regex().map(|regex| regex.captures_iter(text)).into_iter().flatten()
    }
}

/// A pattern of the policy that is known to compile, compiled when a text first comes near it.
///
/// What one start has to compile decides how long it takes, so these do without whatever serves only other searches:
/// groups, a search for literals (that is `filter`'s), and scripts, where neither text nor pattern has any.
#[derive(Debug)]
pub(super) struct Finder {
    ascii: bool,
    compiled: OnceLock<Option<meta::Regex>>,
}

impl Finder {
    /// `ascii`: only ASCII texts will be searched.
    pub(super) const fn new(ascii: bool) -> Self {
        Finder { ascii, compiled: OnceLock::new() }
    }

    /// The first match at or after an offset of the text.
    pub(super) fn find_at(&self, pattern: &str, text: &str, at: usize) -> Option<(usize, usize)> {
        let build = || build(pattern, !self.ascii).or_else(|| build(pattern, true));
        let regex = self.compiled.get_or_init(build).as_ref()?;
        regex.search(&Input::new(text).span(at..text.len())).map(|found| (found.start(), found.end()))
    }
}

fn build(pattern: &str, unicode: bool) -> Option<meta::Regex> {
    let config = meta::Config::new()
        .utf8_empty(unicode)
        .auto_prefilter(false)
        .onepass(false)
        .which_captures(WhichCaptures::Implicit);
    let written_out = words::written_out(pattern).ok()?;
    let syntax = syntax::Config::new().unicode(unicode).utf8(unicode);
    meta::Builder::new().configure(config).syntax(syntax).build(&written_out).ok()
}
