//! Which patterns can match in a sentence at all, by the words in it: one pass over the sentence for all of them.

use std::borrow::Cow;
use std::cell::Cell;

use super::needs::Needs;

/// The needs of patterns and of the word classes that they name.
#[derive(Debug)]
pub(super) struct Filter {
    texts: Texts,
    patterns: Vec<Test>,
    classes: Vec<Test>,
}

/// [`Needs`], with texts by their numbers.
#[derive(Debug)]
enum Test {
    Nothing,
    Digit,
    Text(usize),
    Class(usize),
    All(Vec<Test>),
    Any(Vec<Test>),
}

impl Filter {
    pub(super) fn new(patterns: Vec<Needs>, classes: Vec<Needs>) -> Self {
        let mut texts = Vec::new();
        patterns.iter().chain(&classes).for_each(|needs| collect(needs, &mut texts));
        let texts = Texts::new(texts);
        let test = |needs: Vec<Needs>| needs.iter().map(|needs| test(needs, &texts)).collect();
        let (patterns, classes) = (test(patterns), test(classes));
        Filter { texts, patterns, classes }
    }

    /// For each pattern, in order, whether it may match in the text.
    pub(super) fn may_match<'f>(&'f self, text: &str) -> impl Iterator<Item = bool> + use<'f> {
        let reading = Reading {
            filter: self,
            has: self.texts.in_text(text),
            digit: text.bytes().any(|byte| byte.is_ascii_digit()),
            classes: self.classes.iter().map(|_| Cell::new(None)).collect(),
        };
        self.patterns.iter().map(move |test| reading.holds(test))
    }
}

/// What one text contains.
struct Reading<'f> {
    filter: &'f Filter,
    /// For each of the filter's texts.
    has: Vec<bool>,
    digit: bool,
    classes: Vec<Cell<Option<bool>>>,
}

impl Reading<'_> {
    fn holds(&self, test: &Test) -> bool {
        match test {
            Test::Nothing => true,
            Test::Digit => self.digit,
            Test::Text(number) => self.has.get(*number).copied().unwrap_or(true),
            Test::Class(index) => self.class(*index),
            Test::All(parts) => parts.iter().all(|part| self.holds(part)),
            Test::Any(parts) => parts.iter().any(|part| self.holds(part)),
        }
    }

    fn class(&self, index: usize) -> bool {
        let (Some(known), Some(test)) = (self.classes.get(index), self.filter.classes.get(index)) else {
            return true;
        };
        if let Some(holds) = known.get() {
            return holds;
        }
        let holds = self.holds(test);
        known.set(Some(holds));
        holds
    }
}

fn collect<'n>(needs: &'n Needs, texts: &mut Vec<&'n Cow<'static, str>>) {
    match needs {
        Needs::Text(text) => texts.push(text),
        Needs::All(parts) | Needs::Any(parts) => parts.iter().for_each(|part| collect(part, texts)),
        Needs::Nothing | Needs::Digit | Needs::Class(_) => {}
    }
}

fn test(needs: &Needs, texts: &Texts) -> Test {
    match needs {
        Needs::Nothing => Test::Nothing,
        Needs::Digit => Test::Digit,
        Needs::Text(text) => texts.number(text).map_or(Test::Nothing, Test::Text),
        Needs::Class(index) => Test::Class(*index),
        Needs::All(parts) => Test::All(parts.iter().map(|part| test(part, texts)).collect()),
        Needs::Any(parts) => Test::Any(parts.iter().map(|part| test(part, texts)).collect()),
    }
}

/// Texts to look for, by their first two bytes. An automaton for so many takes longer to build than most runs have
/// sentences to read.
#[derive(Debug)]
struct Texts {
    /// In the order of their buckets.
    sorted: Vec<Cow<'static, str>>,
    /// Where each bucket begins in `sorted`; one more entry at the end.
    starts: Vec<usize>,
}

const BUCKETS: usize = 1024;

/// Folded text is mostly letters, which differ in their lower five bits.
fn bucket(first: u8, second: u8) -> usize {
    (usize::from(first) << 5 ^ usize::from(second)) % BUCKETS
}

fn bucket_of(text: &str) -> Option<usize> {
    match text.as_bytes() {
        [first, second, ..] => Some(bucket(*first, *second)),
        _ => None,
    }
}

impl Texts {
    fn new(texts: Vec<&Cow<'static, str>>) -> Self {
        let mut keyed: Vec<(usize, &Cow<'static, str>)> =
            texts.into_iter().filter_map(|text| Some((bucket_of(text)?, text))).collect();
        keyed.sort_unstable();
        keyed.dedup();
        let starts =
            (0..=BUCKETS).map(|bucket| keyed.partition_point(|(other, _)| *other < bucket)).collect();
        Texts { sorted: keyed.into_iter().map(|(_, text)| text.clone()).collect(), starts }
    }

    fn bucket(&self, bucket: usize) -> std::ops::Range<usize> {
        let start = |bucket| self.starts.get(bucket).copied().unwrap_or_default();
        start(bucket)..start(bucket + 1)
    }

    fn number(&self, text: &str) -> Option<usize> {
        self.bucket(bucket_of(text)?)
            .find(|number| self.sorted.get(*number).is_some_and(|known| known == text))
    }

    fn in_text(&self, text: &str) -> Vec<bool> {
        let mut has = vec![false; self.sorted.len()];
        let bytes = text.as_bytes();
        for (at, pair) in bytes.windows(2).enumerate() {
            let [first, second] = pair else { continue };
            let (range, rest) = (self.bucket(bucket(*first, *second)), bytes.get(at..).unwrap_or_default());
            let known = self.sorted.get(range.clone()).unwrap_or_default();
            for (known, has) in known.iter().zip(has.get_mut(range).unwrap_or_default()) {
                *has = *has || rest.starts_with(known.as_bytes());
            }
        }
        has
    }
}
