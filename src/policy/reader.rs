//! From the tree to typed values: every method says what is wrong, once, and goes on.
//!
//! A reader gives `None` where it has already told a [`Problem`]. So a policy file is read by taking all of its
//! values first and putting them together last: nothing stops at the first mistake.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::RangeInclusive;
use std::rc::Rc;
use std::sync::Arc;

use super::decimal::Decimal;
use super::problem::{Problem, Problems};
use super::tree::{Data, Entry, Node, Origin};
use super::words::Word;
use crate::finding::closest;
use crate::source::{Source, Span};
use crate::time::Date;

/// A policy file: its built-in text, the repository's own, and the tree of the one laid over the other.
#[derive(Debug, Clone)]
pub(super) struct File {
    pub(super) built_in: Arc<Source>,
    pub(super) own: Option<Arc<Source>>,
    pub(super) root: Node,
}

impl File {
    /// The text that a value of this origin stands in.
    pub(super) fn source(&self, origin: Origin) -> &Arc<Source> {
        match (&self.own, origin) {
            (Some(own), Origin::Repository) => own,
            _ => &self.built_in,
        }
    }
}

/// A value in a policy file, with its dotted key.
#[derive(Clone)]
pub(super) struct Field<'a> {
    file: &'a File,
    problems: &'a Problems,
    node: &'a Node,
    /// Where problems point: the value, or the key.
    span: Span,
    /// The last step of its way from the root.
    step: Option<Rc<Step<'a>>>,
}

/// One part of a dotted key. Most keys are never told, so they are put together when they are.
struct Step<'a> {
    before: Option<Rc<Step<'a>>>,
    name: Name<'a>,
}

#[derive(Clone, Copy)]
enum Name<'a> {
    Key(&'a str),
    Index(usize),
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Name::Index(index) => return write!(f, "{index}"),
            Name::Key(name) => name,
        };
        let bare = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        if bare && !name.is_empty() { f.write_str(name) } else { write!(f, "\"{}\"", name.escape_debug()) }
    }
}

/// A table whose keys are known; those that are not have been told.
#[derive(Clone)]
pub(super) struct Table<'a> {
    field: Field<'a>,
    entries: &'a BTreeMap<String, Entry>,
}

impl<'a> Field<'a> {
    /// The whole file.
    pub(super) fn root(file: &'a File, problems: &'a Problems) -> Self {
        Field { file, problems, node: &file.root, span: file.root.span, step: None }
    }

    /// A problem here, yet to be told.
    pub(super) fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::new(self.source(), self.span, &self.key(), message)
    }

    /// A problem at a part of the string: byte offsets into its value. Where the string is not written as it reads,
    /// because of escapes, the whole of it.
    pub(super) fn problem_within(&self, start: usize, end: usize, message: impl Into<String>) -> Problem {
        let raw = self.source().slice(self.node.span);
        let quotes = raw.bytes().take_while(|byte| Some(byte) == raw.as_bytes().first()).count();
        let quotes = if quotes >= 3 { 3 } else { 1 };
        let written = raw.get(quotes..raw.len().saturating_sub(quotes)).unwrap_or_default();
        // A line break right after the three quotation marks belongs to them.
        let body = written.strip_prefix("\r\n").or(written.strip_prefix('\n')).filter(|_| quotes == 3);
        let skipped = quotes + body.map_or(0, |body| written.len() - body.len());
        let mut problem = self.problem(message);
        if self.as_text() == Some(body.unwrap_or(written)) {
            let at = self.node.span.start + skipped;
            problem.span = Span::new(at + start, at + end);
        }
        problem
    }

    /// Tells a problem.
    pub(super) fn tell(&self, problem: Problem) {
        self.problems.push(problem);
    }

    /// The dotted key.
    pub(super) fn key(&self) -> String {
        let mut names = Vec::new();
        let mut step = self.step.as_deref();
        while let Some(Step { before, name }) = step {
            names.push(name.to_string());
            step = before.as_deref();
        }
        names.reverse();
        names.join(".")
    }

    /// The text that the value stands in.
    pub(super) fn source(&self) -> &Arc<Source> {
        self.file.source(self.node.origin)
    }

    /// True where the repository wrote the value.
    pub(super) fn is_own(&self) -> bool {
        self.node.origin == Origin::Repository
    }

    /// The value as a string, where it is one; nothing is told.
    pub(super) fn as_text(&self) -> Option<&'a str> {
        match &self.node.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value under a key of this table; the table itself where it has none. Nothing is told.
    pub(super) fn child_at(&self, name: &str) -> Self {
        match &self.node.data {
            Data::Table(entries) => {
                entries.get_key_value(name).map(|(name, entry)| self.child(Name::Key(name), &entry.node))
            }
            _ => None,
        }
        .unwrap_or_else(|| self.clone())
    }

    /// Adds this place to a problem told elsewhere, where it is one that the repository wrote.
    pub(super) fn point_at(&self, problem: Problem, message: &str) -> Problem {
        if self.is_own() { problem.related(self.source(), self.span, message) } else { problem }
    }

    /// Of two fields that contradict each other, the one that the repository wrote; of two such, this one.
    pub(super) fn or_own<'f>(&'f self, other: &'f Self) -> &'f Self {
        if self.is_own() { self } else { other }
    }

    /// What stands at the place, the value or the key, as it is written; cut where it is long.
    pub(super) fn shown(&self) -> String {
        let raw = self.source().slice(self.span).lines().next().unwrap_or_default();
        let short: String = raw.chars().take(40).collect();
        if short.len() < raw.len() { format!("{short}…") } else { short }
    }

    fn wrong_type<T>(&self, wanted: &str, help: Option<String>) -> Option<T> {
        let message = format!("`{}` must be {wanted}, found {}", self.key(), self.node.data.noun());
        self.tell(self.problem(message).help_if(help));
        None
    }

    fn child(&self, name: Name<'a>, node: &'a Node) -> Self {
        let step = Some(Rc::new(Step { before: self.step.clone(), name }));
        Field { file: self.file, problems: self.problems, node, span: node.span, step }
    }

    /// A table with these keys and no others.
    pub(super) fn table(&self, keys: &[&str]) -> Option<Table<'a>> {
        let Data::Table(entries) = &self.node.data else { return self.wrong_type("a table", None) };
        for (name, entry) in entries.iter().filter(|(name, _)| !keys.contains(&name.as_str())) {
            let unknown = Field { span: entry.key_span, ..self.child(Name::Key(name), &entry.node) };
            let guess = self.closest(name, keys).map(|key| format!("did you mean `{key}`?"));
            let help = guess.unwrap_or_else(|| format!("the keys here are {}", keys.join(", ")));
            self.tell(unknown.problem(format!("unknown key `{}`", unknown.key())).help(help));
        }
        Some(Table { field: self.clone(), entries })
    }

    /// A table whose keys are the reader's to judge: each with a field that points at the key, and the value.
    pub(super) fn map(&self) -> Option<Vec<(&'a str, Field<'a>, Field<'a>)>> {
        let Data::Table(entries) = &self.node.data else { return self.wrong_type("a table", None) };
        let pair = |(name, entry): (&'a String, &'a Entry)| {
            let value = self.child(Name::Key(name), &entry.node);
            (name.as_str(), Field { span: entry.key_span, ..value.clone() }, value)
        };
        Some(entries.iter().map(pair).collect())
    }

    /// The keys of a table; nothing is told.
    pub(super) fn names(&self) -> Option<BTreeSet<&'a str>> {
        match &self.node.data {
            Data::Table(entries) => Some(entries.keys().map(String::as_str).collect()),
            _ => None,
        }
    }

    /// A list.
    pub(super) fn list(&self) -> Option<Vec<Field<'a>>> {
        let Data::List(items) = &self.node.data else {
            let header = self.shown() == format!("[{}]", self.key());
            return self.wrong_type("a list", header.then(|| format!("write [[{}]]", self.key())));
        };
        Some(items.iter().enumerate().map(|(index, node)| self.child(Name::Index(index), node)).collect())
    }

    /// The entries of a list; none of anything else, and nothing is told.
    pub(super) fn tables(&self) -> Vec<Field<'a>> {
        match &self.node.data {
            Data::List(_) => self.list().unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// A list whose entries `read` reads; absent where one of them is wrong. All of them are read.
    pub(super) fn list_of<T>(&self, read: impl Fn(&Field<'a>) -> Option<T>) -> Option<Vec<T>> {
        let values: Vec<Option<T>> = self.list()?.iter().map(read).collect();
        values.into_iter().collect()
    }

    /// A list in which no value stands twice.
    pub(super) fn distinct<T: Ord>(&self, read: impl Fn(&Field<'a>) -> Option<T>) -> Option<BTreeSet<T>> {
        let mut seen: BTreeMap<T, Field<'a>> = BTreeMap::new();
        let mut fine = true;
        for field in self.list()? {
            let Some(value) = read(&field) else {
                fine = false;
                continue;
            };
            if let Some(first) = seen.get(&value) {
                fine = false;
                let message = format!("{} stands twice in `{}`", field.shown(), self.key());
                self.tell(first.point_at(field.problem(message), "first stands here"));
            } else {
                seen.insert(value, field);
            }
        }
        fine.then(|| seen.into_keys().collect())
    }

    /// A string with at least one character that is not white space.
    pub(super) fn text(&self) -> Option<String> {
        let Data::Text(text) = &self.node.data else { return self.wrong_type("a string", None) };
        if text.trim().is_empty() {
            self.tell(self.problem(format!("`{}` must not be blank", self.key())));
            return None;
        }
        Some(text.clone())
    }

    /// The string of a time of day. TOML has times of its own, but policies write them as people do.
    pub(super) fn time_text(&self) -> Option<String> {
        match self.node.data {
            Data::Moment { .. } => self.wrong_type("a string", Some(format!("write \"{}\"", self.shown()))),
            _ => self.text(),
        }
    }

    /// A whole number within a range.
    pub(super) fn integer(&self, range: RangeInclusive<u32>) -> Option<u32> {
        let Data::Integer(value) = self.node.data else { return self.wrong_type("a whole number", None) };
        let found = u32::try_from(value).ok().filter(|value| range.contains(value));
        if found.is_none() {
            let (low, high, shown) = (range.start(), range.end(), self.shown());
            let wanted = if low == high { low.to_string() } else { format!("{low}–{high}") };
            self.tell(self.problem(format!("`{}` must be {wanted}, found {shown}", self.key())));
        }
        found
    }

    /// A score or a part of one: 0–100.
    pub(super) fn score(&self) -> Option<u8> {
        self.integer(0..=100).and_then(|value| u8::try_from(value).ok())
    }

    /// A decimal number from 0 to 1 with at most four decimals, from its digits as they are written.
    pub(super) fn share(&self) -> Option<Decimal> {
        if !matches!(self.node.data, Data::Float | Data::Integer(_)) {
            return self.wrong_type("a number", None);
        }
        let written = self.source().slice(self.node.span);
        let value = Decimal::parse(written).filter(|value| *value <= Decimal::ONE);
        if value.is_none() {
            let message =
                format!("`{}` must be 0–1 with at most 4 decimals, found {}", self.key(), self.shown());
            self.tell(self.problem(message));
        }
        value
    }

    /// A number from 0 with at most four decimals, from its digits as they are written.
    pub(super) fn amount(&self) -> Option<Decimal> {
        if !matches!(self.node.data, Data::Float | Data::Integer(_)) {
            return self.wrong_type("a number", None);
        }
        let value = Decimal::parse(self.source().slice(self.node.span));
        if value.is_none() {
            let message =
                format!("`{}` must be 0 or more with at most 4 decimals, found {}", self.key(), self.shown());
            self.tell(self.problem(message));
        }
        value
    }

    /// `true` or `false`.
    pub(super) fn boolean(&self) -> Option<bool> {
        match self.node.data {
            Data::Bool(value) => Some(value),
            _ => self.wrong_type("true or false", None),
        }
    }

    /// A date, which TOML writes without quotation marks. That the calendar has the day, the parser has seen to.
    pub(super) fn date(&self) -> Option<Date> {
        if let Data::Moment { date: Some(date), time: false } = self.node.data {
            return Some(date);
        }
        let help = "write it as YYYY-MM-DD, without quotation marks and without a time";
        self.wrong_type("a date", Some(help.to_owned()))
    }

    /// One of a few words.
    pub(super) fn word<T: Word>(&self) -> Option<T> {
        let text = self.text()?;
        let found = T::ALL.iter().copied().find(|value| value.word() == text);
        if found.is_none() {
            let words: Vec<&str> = T::ALL.iter().map(|value| value.word()).collect();
            self.tell_not_among(&text, &words, &join_or(&words));
        }
        found
    }

    /// The word that was most likely meant, unless it could not be told any more.
    pub(super) fn closest<'w>(
        &self,
        found: &str,
        words: impl IntoIterator<Item = &'w &'w str>,
    ) -> Option<&'w str> {
        let words = words.into_iter().copied();
        if self.problems.is_full() { None } else { closest(found, words) }
    }

    /// Tells that a string is not among those that may stand here, with the nearest of them.
    pub(super) fn tell_not_among(&self, found: &str, words: &[&str], wanted: &str) {
        let guess = self.closest(found, words).map(|word| format!("did you mean \"{word}\"?"));
        let message = format!("`{}` must be {wanted}, found {}", self.key(), self.shown());
        self.tell(self.problem(message).help_if(guess));
    }
}

impl<'a> Table<'a> {
    /// The value under a key, where there is one.
    pub(super) fn get(&self, key: &str) -> Option<Field<'a>> {
        let found = self.entries.get_key_value(key);
        found.map(|(key, entry)| self.field.child(Name::Key(key), &entry.node))
    }

    /// The value under a key that has to be there.
    pub(super) fn need(&self, key: &str) -> Option<Field<'a>> {
        let found = self.get(key);
        if found.is_none() {
            let missing = format!("`{}` has no `{key}`", self.field.key());
            self.field.tell(self.field.problem(missing));
        }
        found
    }
}

/// "a, b or c".
pub(super) fn join_or(words: &[&str]) -> String {
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}
