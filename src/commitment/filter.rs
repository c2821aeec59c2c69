//! Which patterns can match in a sentence at all, by the words in it: one pass over the sentence for all of them.

use std::cell::Cell;

use super::needs::{BOUND, MARKS, class_index};

/// The needs of patterns and of the word classes that they name, ready to test.
#[derive(Debug, Default)]
pub(super) struct Filter {
    texts: Texts,
    tests: Vec<Test>,
    /// Where the test of each pattern begins.
    patterns: Vec<usize>,
    /// The same of each class.
    classes: Vec<usize>,
}

/// One part of what is needed; the parts of a group follow it.
#[derive(Debug, Clone, Copy)]
enum Test {
    Nothing,
    Digit,
    Letter,
    Text(usize),
    Class(usize),
    /// All parts up to this one.
    All(usize),
    /// One of them.
    Any(usize),
}

impl Filter {
    /// Of the written form of needs, see `needs.rs`.
    pub(super) fn new<'p, 'c>(
        patterns: impl Iterator<Item = &'p str>,
        classes: impl Iterator<Item = &'c str>,
    ) -> Self {
        let mut filter = Filter::default();
        filter.patterns = patterns.map(|needs| filter.add(needs)).collect();
        filter.classes = classes.map(|needs| filter.add(needs)).collect();
        filter
    }

    /// For each pattern, in order, whether it may match in the text.
    pub(super) fn may_match<'f>(&'f self, text: &str) -> impl Iterator<Item = bool> + use<'f> {
        let reading = Reading {
            filter: self,
            has: self.texts.in_text(text),
            digit: text.bytes().any(|byte| byte.is_ascii_digit()),
            letter: text.bytes().any(|byte| byte.is_ascii_lowercase()),
            classes: self.classes.iter().map(|_| Cell::new(None)).collect(),
        };
        self.patterns.iter().map(move |at| reading.holds(*at))
    }

    /// Adds a test; where it begins. What can't be read hides nothing.
    fn add(&mut self, needs: &str) -> usize {
        let start = self.tests.len();
        if self.parse(needs) != Some("") {
            self.tests.truncate(start);
            self.tests.push(Test::Nothing);
        }
        start
    }

    /// Adds the test that a text begins with; the rest of the text.
    fn parse<'n>(&mut self, text: &'n str) -> Option<&'n str> {
        let at = self.tests.len();
        let (open, inside) = (text.bytes().next()?, text.get(1..).unwrap_or_default());
        let (test, rest) = match open {
            b'*' => (Test::Nothing, inside),
            b'#' => (Test::Digit, inside),
            b'@' => (Test::Letter, inside),
            b'{' => {
                let (name, rest) = inside.split_once('}')?;
                (Test::Class(class_index(name)?), rest)
            }
            b'<' | b'[' => {
                self.tests.push(Test::Nothing);
                let mut rest = self.parse(inside)?;
                while let Some(next) = rest.strip_prefix('|') {
                    rest = self.parse(next)?;
                }
                let (close, group): (char, fn(usize) -> Test) =
                    if open == b'<' { ('>', Test::All) } else { (']', Test::Any) };
                let end = self.tests.len();
                *self.tests.get_mut(at)? = group(end);
                return rest.strip_prefix(close);
            }
            _ => {
                let is_mark = |byte: u8| MARKS.contains(&char::from(byte));
                let end = text.bytes().position(is_mark).unwrap_or(text.len());
                let (text, rest) = text.split_at_checked(end).filter(|(text, _)| !text.is_empty())?;
                (self.texts.number(text).map_or(Test::Nothing, Test::Text), rest)
            }
        };
        self.tests.push(test);
        Some(rest)
    }
}

/// What one text contains.
struct Reading<'f> {
    filter: &'f Filter,
    /// For each of the filter's texts.
    has: Vec<bool>,
    digit: bool,
    letter: bool,
    classes: Vec<Cell<Option<bool>>>,
}

impl Reading<'_> {
    /// Does the text pass the test that begins there?
    fn holds(&self, at: usize) -> bool {
        match self.filter.tests.get(at) {
            None | Some(Test::Nothing) => true,
            Some(Test::Digit) => self.digit,
            Some(Test::Letter) => self.letter,
            Some(Test::Text(number)) => self.has.get(*number).copied().unwrap_or(true),
            Some(Test::Class(index)) => self.class(*index),
            Some(Test::All(end)) => self.parts(at, *end).all(|part| self.holds(part)),
            Some(Test::Any(end)) => self.parts(at, *end).any(|part| self.holds(part)),
        }
    }

    /// Where the parts of a group begin.
    fn parts(&self, group: usize, end: usize) -> impl Iterator<Item = usize> {
        let after = |part: &usize| match self.filter.tests.get(*part) {
            Some(Test::All(end) | Test::Any(end)) => *end,
            _ => part + 1,
        };
        let next = move |part: &usize| Some(after(part)).filter(|next| *next < end);
        std::iter::successors(Some(group + 1), next)
    }

    fn class(&self, index: usize) -> bool {
        let (Some(known), Some(start)) = (self.classes.get(index), self.filter.classes.get(index)) else {
            return true;
        };
        known.get().unwrap_or_else(|| {
            let holds = self.holds(*start);
            known.set(Some(holds));
            holds
        })
    }
}

/// Texts to look for, in chains by their first two bytes. An automaton for so many takes longer to build than most
/// runs have sentences to read.
#[derive(Debug)]
struct Texts {
    /// The bytes of all of them.
    bytes: Vec<u8>,
    all: Vec<Text>,
    /// The last text of each chain.
    chains: Vec<Option<usize>>,
}

#[derive(Debug, Clone, Copy)]
struct Text {
    /// Where it begins in the bytes, and ends.
    start: usize,
    end: usize,
    /// A word begins with it, and ends with it.
    begins: bool,
    ends: bool,
    /// The text before it in its chain.
    before: Option<usize>,
}

const CHAINS: usize = 1024;

/// Folded text is mostly letters, which differ in their lower five bits.
fn chain(first: u8, second: u8) -> usize {
    ((usize::from(first) << 5) ^ usize::from(second)) % CHAINS
}

impl Default for Texts {
    fn default() -> Self {
        Texts { bytes: Vec::new(), all: Vec::new(), chains: vec![None; CHAINS] }
    }
}

impl Texts {
    /// The number of a text with its bounds; none of one that is too short to look for.
    fn number(&mut self, written: &str) -> Option<usize> {
        let bare = written.trim_matches(BOUND).as_bytes();
        let [first, second, ..] = bare else { return None };
        let chain = chain(*first, *second);
        let (begins, ends) = (written.starts_with(BOUND), written.ends_with(BOUND));
        let same = |text: &Text| self.bytes_of(text) == bare && text.begins == begins && text.ends == ends;
        let known = self.chain(chain).find(|(_, text)| same(text)).map(|(number, _)| number);
        known.or_else(|| {
            let (number, start) = (self.all.len(), self.bytes.len());
            self.bytes.extend(bare);
            let last = self.chains.get_mut(chain)?;
            self.all.push(Text { start, end: start + bare.len(), begins, ends, before: *last });
            *last = Some(number);
            Some(number)
        })
    }

    fn bytes_of(&self, text: &Text) -> &[u8] {
        self.bytes.get(text.start..text.end).unwrap_or_default()
    }

    fn chain(&self, chain: usize) -> impl Iterator<Item = (usize, &Text)> {
        let entry = |number: usize| self.all.get(number).map(|text| (number, text));
        let last = self.chains.get(chain).copied().flatten();
        std::iter::successors(last.and_then(entry), move |(_, text)| text.before.and_then(entry))
    }

    /// For each text, whether it stands in another.
    fn in_text(&self, text: &str) -> Vec<bool> {
        let mut has = vec![false; self.all.len()];
        let text = text.as_bytes();
        for (at, pair) in text.windows(2).enumerate() {
            let [first, second] = pair else { continue };
            for (number, known) in self.chain(chain(*first, *second)) {
                if let Some(has) = has.get_mut(number)
                    && !*has
                {
                    *has = self.is_at(known, text, at);
                }
            }
        }
        has
    }

    /// True where a text stands at an offset of another.
    fn is_at(&self, known: &Text, text: &[u8], at: usize) -> bool {
        let bytes = self.bytes_of(known);
        let (before, from) = text.split_at_checked(at).unwrap_or_default();
        let Some(after) = from.strip_prefix(bytes) else { return false };
        let parted = |inner: Option<&u8>, outer: Option<&u8>| !(is_word(inner) && is_word(outer));
        (!known.begins || parted(bytes.first(), before.last()))
            && (!known.ends || parted(bytes.last(), after.first()))
    }
}

fn is_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(needs: &str, text: &str) -> bool {
        Filter::new([needs].into_iter(), std::iter::empty()).may_match(text).eq([true])
    }

    #[test]
    fn what_is_needed_has_to_be_there() {
        for (needs, there, not_there) in [
            ("will", "swill", "wil l"),
            ("~will~", "we will.", "we willingly"),
            ("~99%", "is 99%", "a99%"),
            ("<a b|[cd|ef]>", "ef a b", "a b"),
            ("[<ab|#>|<cd|@|[ef|gh]>|ij]", "cd gh", "cd ab"),
            ("#", "a1", "a"),
            ("@", "1a", "1A"),
        ] {
            assert!(passes(needs, there), "{needs}: {there}");
            assert!(!passes(needs, not_there), "{needs}: {not_there}");
        }
    }

    #[test]
    fn what_cannot_be_read_hides_nothing() {
        for needs in ["", "*", "a", "ab]", "[ab", "<ab|", "[ab>", "{nothing}", "{audits", "]", "ab|cd", "<>"]
        {
            assert!(passes(needs, "x"), "{needs}");
        }
    }
}
