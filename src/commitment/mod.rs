//! The commitment boundary: does a sentence that a buyer will read promise what nobody approved?
//!
//! A promise is something *we* say about the *future*. Statements of present or past fact, retention periods,
//! disclaimers, hedges, caps on liability and duties of the customer are none. What is looked for is policy:
//! patterns by kind, written in word classes (`words`). What makes a match a promise is grammar and lives here:
//! sentences (`sentence`), clauses, subject, polarity and force (`guard`), and dates (`date`).
//!
//! Most sentences promise nothing, and few runs read many: a pattern is compiled when a sentence first has the words
//! without which it can't match (`needs`, `filter`), and of the grammar what such a sentence comes to.
//!
//! Everything is linear in the text: regular expressions without backtracking, sentences of bounded length, and
//! a bounded number of tries a clause.

mod built_in;
mod classes;
mod clause;
mod date;
mod filter;
mod fold;
mod grammar;
mod guard;
mod kind;
mod lazy;
mod needs;
mod sentence;
mod texts;
mod words;

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

use chrono::NaiveDate;
use regex::Regex;

use crate::source::Span;
use clause::Clause;
use date::Dates;
use filter::Filter;
use fold::Folded;
use grammar::Grammar;
use guard::Reading;
pub use kind::{Kind, UnknownKind};
use lazy::Finder;
use needs::Needs;

/// One pattern of the policy: words that promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromisePattern {
    /// What is promised.
    pub kind: Kind,
    /// The name under which the pattern is shown.
    pub name: String,
    /// A regular expression over the folded text of a clause; may name word classes in braces.
    pub pattern: String,
    /// What is wrong with such a sentence.
    pub message: String,
    /// What to write in its place.
    pub instead: String,
}

/// Language that may always be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Approved {
    /// These sentences, compared in their folded form.
    Text(String),
    /// Every sentence that this regular expression matches from its first to its last character.
    Pattern(String),
}

/// Which list of the policy an unusable pattern stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Which {
    /// `[[promise]]`.
    Promise,
    /// `[[approved]]`.
    Approved,
}

/// A pattern that can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    /// The list it stands in.
    pub which: Which,
    /// Its index in that list.
    pub index: usize,
    /// Why.
    pub message: String,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for PatternError {}

/// A sentence that promises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise<'b> {
    /// The pattern that found it, with its kind, name and messages.
    pub pattern: &'b PromisePattern,
    /// The words that promise, in the text.
    pub span: Span,
    /// The whole sentence, in the text.
    pub sentence: Span,
    /// The latest day that the promising clause names.
    pub date: Option<NaiveDate>,
}

/// The policy, ready to judge. Share it between threads.
#[derive(Debug)]
pub struct Boundary {
    patterns: Vec<Compiled>,
    /// Made for the first text that is read.
    filter: OnceLock<Filter>,
    filtered: bool,
    approved_texts: Vec<String>,
    approved_patterns: Vec<Regex>,
    grammar: Grammar,
    dates: Dates,
}

#[derive(Debug)]
struct Compiled {
    pattern: PromisePattern,
    finder: Finder,
    /// What it needs, in the written form.
    needs: Cow<'static, str>,
    /// The pattern can't match, or avoid, anything but ASCII.
    ascii: bool,
}

impl Compiled {
    fn new(pattern: PromisePattern) -> Result<Self, String> {
        let ascii = pattern.pattern.is_ascii() && !pattern.pattern.contains("\\p");
        let needs = match built_in::needs(&pattern.pattern) {
            Some(needs) => Cow::Borrowed(needs),
            None => {
                words::compile(&pattern.pattern)?;
                // What it needs is looked for in ASCII.
                let needs = if ascii { Needs::of(&pattern.pattern) } else { Needs::Nothing };
                Cow::Owned(needs.to_string())
            }
        };
        Ok(Compiled { pattern, finder: Finder::new(ascii), needs, ascii })
    }
}

/// Matches of one pattern that are tried in one clause before the pattern is given up there.
const TRIES: usize = 8;

/// What a text must contain for any of these patterns to match in it, with the word classes that they name, as the
/// file `built_in.txt` of this room holds it of the built-in ones.
#[must_use]
pub fn table_of_needs<'p>(patterns: impl IntoIterator<Item = &'p PromisePattern>) -> String {
    built_in::table(patterns.into_iter().map(|pattern| pattern.pattern.as_str()))
}

impl Boundary {
    /// Takes patterns and approved language. Those that are not built in are compiled here to know that they can be.
    ///
    /// # Errors
    /// Every pattern that is no regular expression, names an unknown word class, or grows too large.
    pub fn new(patterns: Vec<PromisePattern>, approved: Vec<Approved>) -> Result<Self, Vec<PatternError>> {
        let mut errors = Vec::new();
        let patterns = keep(patterns.into_iter().map(Compiled::new).collect(), Which::Promise, &mut errors);
        let (texts, regexes): (Vec<_>, Vec<_>) = approved.into_iter().map(read_approved).unzip();
        let approved_texts = texts.into_iter().flatten().collect();
        let approved_patterns = keep(regexes, Which::Approved, &mut errors).into_iter().flatten().collect();
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Boundary {
            patterns,
            filter: OnceLock::new(),
            filtered: true,
            approved_texts,
            approved_patterns,
            grammar: Grammar::new(),
            dates: Dates::new(),
        })
    }

    /// The same boundary, which tries every pattern on every sentence: what the filter is tested against.
    #[must_use]
    pub fn unfiltered(self) -> Self {
        Boundary { filtered: false, ..self }
    }

    /// The promises of a text that its approved language does not cover, in the order of the text; at most one a
    /// sentence and kind.
    #[must_use]
    pub fn promises(&self, text: &str, today: NaiveDate) -> Vec<Promise<'_>> {
        sentence::sentences(text)
            .into_iter()
            .flat_map(|sentence| self.sentence_promises(text, sentence, today))
            .collect()
    }

    /// True where the sentence stands in the approved language: equal to an approved sentence but for case, width,
    /// typography, white space and the final full stop; or matched as a whole by an approved pattern.
    #[must_use]
    pub fn is_approved(&self, sentence: &str) -> bool {
        let sentence = comparable(sentence);
        !sentence.is_empty()
            && (self.approved_texts.contains(&sentence)
                || self.approved_patterns.iter().any(|pattern| pattern.is_match(&sentence)))
    }

    /// True where a sentence says what a commitment's wording says: equal in the sense of
    /// [`Boundary::is_approved`], but that the sentence may name later calendar dates than the wording.
    ///
    /// A period ("within 30 days") is not a date: it must be the same.
    #[must_use]
    pub fn matches_wording(&self, sentence: &str, wording: &str, today: NaiveDate) -> bool {
        let (said, agreed) = (comparable(sentence), comparable(wording));
        if said.is_empty() {
            return false;
        }
        let ((said, said_dates), (agreed, agreed_dates)) =
            (self.dates.mask(&said, today), self.dates.mask(&agreed, today));
        said == agreed
            && said_dates.len() == agreed_dates.len()
            && said_dates.iter().zip(&agreed_dates).all(|(said, agreed)| said >= agreed)
    }

    fn sentence_promises(&self, text: &str, span: Span, today: NaiveDate) -> Vec<Promise<'_>> {
        let original = slice(text, span);
        // Most sentences come no further.
        let plain = fold::fold_ascii(original).map(|folded| self.candidates(&folded));
        if plain.as_ref().is_some_and(Vec::is_empty) {
            return Vec::new();
        }
        let folded = Folded::new(original, span.start);
        let ascii = folded.ascii();
        let candidates = plain.unwrap_or_else(|| self.candidates(&ascii));
        let clauses = self.grammar.clauses(&ascii);
        let mut found: Vec<Promise<'_>> = Vec::new();
        for compiled in candidates {
            if found.iter().any(|promise| promise.pattern.kind == compiled.pattern.kind) {
                continue;
            }
            let sentence = if compiled.ascii { ascii.as_ref() } else { folded.text() };
            let first = clauses
                .iter()
                .find_map(|clause| Some((clause, self.find(compiled, sentence, *clause, today)?)));
            if let Some((clause, (start, end))) = first {
                found.push(Promise {
                    pattern: &compiled.pattern,
                    span: folded.origin(start, end),
                    sentence: span,
                    date: self.dates.latest(clause.text(&ascii), today),
                });
            }
        }
        if found.is_empty() || self.grammar.exempts_sentence(&ascii) || self.is_approved(original) {
            return Vec::new();
        }
        settle(&mut found);
        found
    }

    /// The patterns that may match in a sentence.
    fn candidates(&self, ascii: &str) -> Vec<&Compiled> {
        if !self.filtered {
            return self.patterns.iter().collect();
        }
        let passed = self.filter().may_match(ascii);
        passed.into_iter().filter_map(|pattern| self.patterns.get(pattern)).collect()
    }

    fn filter(&self) -> &Filter {
        self.filter.get_or_init(|| {
            let needs: Vec<&str> = self.patterns.iter().map(|compiled| &*compiled.needs).collect();
            Filter::new(&needs, &built_in::classes())
        })
    }

    /// The first match of a pattern in a clause that the grammar lets stand, as a range of the sentence.
    fn find(
        &self,
        compiled: &Compiled,
        sentence: &str,
        clause: Clause,
        today: NaiveDate,
    ) -> Option<(usize, usize)> {
        let text = clause.text(sentence);
        let mut at = 0;
        for _ in 0..TRIES {
            let (start, end) = compiled.finder.find_at(&compiled.pattern.pattern, text, at)?;
            if start == end {
                return None;
            }
            let reading = Reading { sentence, clause: text, start, end };
            if self.grammar.counts(compiled.pattern.kind, &reading, &self.dates, today) {
                return Some((clause.start + start, clause.start + end));
            }
            // Not one character on, but one word: a pattern that fits inside a word would fit there again.
            let word = text.get(start..)?.find(' ')?;
            at = start + word + 1;
        }
        None
    }
}

/// What compiled; what did not becomes an error with its index.
fn keep<T>(compiled: Vec<Result<T, String>>, which: Which, errors: &mut Vec<PatternError>) -> Vec<T> {
    let mut kept = Vec::new();
    for (index, result) in compiled.into_iter().enumerate() {
        match result {
            Ok(value) => kept.push(value),
            Err(message) => errors.push(PatternError { which, index, message }),
        }
    }
    kept
}

/// The comparable sentences of an approved text, or its pattern.
fn read_approved(approved: Approved) -> (Vec<String>, Result<Option<Regex>, String>) {
    match approved {
        Approved::Text(text) => {
            let sentences = sentence::sentences(&text);
            (sentences.iter().map(|span| comparable(slice(&text, *span))).collect(), Ok(None))
        }
        Approved::Pattern(pattern) => (Vec::new(), words::compile(&format!("^(?:{pattern})$")).map(Some)),
    }
}

/// A feature is a roadmap item only where the same words promise nothing more definite; then the order of the text.
fn settle(found: &mut Vec<Promise<'_>>) {
    let definite: Vec<(Kind, Span)> =
        found.iter().map(|promise| (promise.pattern.kind, promise.span)).collect();
    found.retain(|promise| {
        promise.pattern.kind != Kind::Roadmap
            || !definite.iter().any(|(kind, span)| {
                *kind == Kind::Timeline
                    || (!matches!(kind, Kind::Roadmap | Kind::Absolute) && overlap(*span, promise.span))
            })
    });
    found.sort_by_key(|promise| (promise.span, promise.pattern.kind));
}

fn overlap(a: Span, b: Span) -> bool {
    a.start < b.end && b.start < a.end
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.start..span.end).unwrap_or_default()
}

/// A sentence as it is compared with approved language: folded, without quotes and stops around it.
fn comparable(sentence: &str) -> String {
    let folded = Folded::new(sentence, 0);
    let edges = |c: char| matches!(c, '.' | '!' | '"' | '\'' | ' ' | ';');
    folded.text().trim_matches(edges).to_owned()
}
