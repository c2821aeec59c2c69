//! Text as it is compared: NFKC, lower case, plain quotes and dashes, single spaces, contractions written out.
//!
//! Every folded character remembers the bytes it came from, so that a match in the folded text is a place in
//! the text that people wrote.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use crate::source::Span;

/// A folded text with the origin of each of its characters.
#[derive(Debug, Default)]
pub(super) struct Folded {
    text: String,
    /// Offset in `text` and span in the original, a pair a character, in order.
    origins: Vec<(usize, Span)>,
}

/// Rounds after which a text that still changes is left as it is. No known text needs more than three.
const ROUNDS: usize = 4;

impl Folded {
    /// Folds a text that stands at byte `base` of its original.
    pub(super) fn new(original: &str, base: usize) -> Self {
        let mut folded = fold_characters(original, base);
        // Lower case, NFKC and the plain punctuation can each make work for the others, but not in ASCII.
        if !original.is_ascii() {
            for _ in 1..ROUNDS {
                let again = fold_characters(&folded.text, 0);
                if again.text == folded.text {
                    break;
                }
                folded = again.over(&folded);
            }
        }
        write_out_contractions(&folded)
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The text in ASCII, byte for byte as long: other letters are `_`, anything else is `#`.
    ///
    /// Word boundaries next to other scripts cost a regular expression twenty times as much. A pattern that has
    /// nothing but ASCII in it can't tell the two texts apart.
    pub(super) fn ascii(&self) -> Cow<'_, str> {
        if self.text.is_ascii() {
            return Cow::Borrowed(&self.text);
        }
        let stand_in = |c: char| match c {
            c if c.is_ascii() => (c, 1),
            c if c.is_alphanumeric() => ('_', c.len_utf8()),
            c => ('#', c.len_utf8()),
        };
        Cow::Owned(
            self.text.chars().map(stand_in).flat_map(|(c, times)| std::iter::repeat_n(c, times)).collect(),
        )
    }

    /// The span in the original of a range of the folded text.
    pub(super) fn origin(&self, start: usize, end: usize) -> Span {
        let first = self.origins.partition_point(|(at, _)| *at < start);
        let after = self.origins.partition_point(|(at, _)| *at < end).max(first + 1);
        let covered = self.origins.get(first..after).unwrap_or_default();
        let from = covered.iter().map(|(_, span)| span.start).min();
        let to = covered.iter().map(|(_, span)| span.end).max();
        Span::new(from.unwrap_or_default(), to.unwrap_or_default())
    }

    fn push(&mut self, c: char, origin: Span) {
        self.origins.push((self.text.len(), origin));
        self.text.push(c);
    }

    /// One space where the text so far ends in something else; none at its start.
    fn push_space(&mut self, origin: Span) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.push(' ', origin);
        }
    }

    fn trim_end(&mut self) {
        while self.text.ends_with(' ') {
            self.text.pop();
            self.origins.pop();
        }
    }

    /// This text, folded from `below`, with origins in the original of `below`.
    fn over(mut self, below: &Folded) -> Self {
        for (_, span) in &mut self.origins {
            *span = below.origin(span.start, span.end);
        }
        self
    }
}

/// The folded text of an ASCII one, for a fraction of what its origins cost; `None` for any other.
pub(super) fn fold_ascii(original: &str) -> Option<String> {
    if !original.is_ascii() {
        return None;
    }
    let mut text = String::with_capacity(original.len() + 16);
    let mut word = 0;
    for c in original.chars() {
        if c.is_ascii_alphanumeric() || c == '\'' {
            text.push(c.to_ascii_lowercase());
            continue;
        }
        // The marks of emphasis part no words.
        if matches!(c, '*' | '`') {
            continue;
        }
        end_word(&mut text, word);
        match c.is_whitespace() || c.is_control() {
            true if text.is_empty() || text.ends_with(' ') => {}
            true => text.push(' '),
            false => text.push(c),
        }
        word = text.len();
    }
    end_word(&mut text, word);
    text.truncate(text.trim_end_matches(' ').len());
    Some(text)
}

/// Writes out the last word of a text.
fn end_word(text: &mut String, start: usize) {
    if let Some(long) = text.get(start..).and_then(written_out) {
        text.truncate(start);
        text.push_str(&long);
    }
}

fn fold_characters(original: &str, base: usize) -> Folded {
    let mut folded = Folded::default();
    let mut cluster = String::new();
    let mut span = Span::new(base, base);
    for (at, c) in original.char_indices() {
        let end = base + at + c.len_utf8();
        if is_unseen(c) {
            span.end = end;
            continue;
        }
        if starts_cluster(c) {
            emit(&mut folded, &cluster, span);
            cluster.clear();
            span = Span::new(base + at, end);
        }
        cluster.push(plain(c));
        span.end = end;
    }
    emit(&mut folded, &cluster, span);
    folded.trim_end();
    folded
}

/// True where normalization of what follows does not depend on what came before.
fn starts_cluster(c: char) -> bool {
    if c.is_ascii() {
        return true;
    }
    std::iter::once(c).nfkd().next().is_none_or(|first| {
        unicode_normalization::char::canonical_combining_class(first) == 0
            && is_nfkc_quick(std::iter::once(first)) != IsNormalized::Maybe
    })
}

fn emit(folded: &mut Folded, cluster: &str, origin: Span) {
    for c in cluster.nfkc().flat_map(char::to_lowercase) {
        match c {
            '\u{2014}' | '\u{2015}' => {
                folded.push_space(origin);
                folded.push('-', origin);
                folded.push_space(origin);
            }
            c if c.is_whitespace() || c.is_control() => folded.push_space(origin),
            // The space before an accent that stands alone, and the marks of emphasis.
            '*' | '`' => {}
            c => folded.push(plain(c), origin),
        }
    }
}

/// Typographic punctuation as the keyboard has it. Before NFKC, which would take some of it apart.
fn plain(c: char) -> char {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{201B}' | '\u{2032}' | '\u{02BC}' | '\u{00B4}' => '\'',
        '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{201F}' | '\u{2033}' | '\u{00AB}' | '\u{00BB}' => '"',
        '\u{2010}' | '\u{2011}' | '\u{2012}' | '\u{2013}' | '\u{2212}' | '\u{2043}' => '-',
        c => c,
    }
}

/// Characters that a reader does not see: they part words for a program, and for nobody else.
pub(super) fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{E0000}'..='\u{E0FFF}')
}

/// Words that are not made of a stem and an ending of their own.
const WHOLE: [(&str, &str); 26] = [
    ("won't", "will not"),
    ("can't", "can not"),
    ("cannot", "can not"),
    ("shan't", "shall not"),
    ("ain't", "is not"),
    ("dont", "do not"),
    ("doesnt", "does not"),
    ("didnt", "did not"),
    ("wont", "will not"),
    ("cant", "can not"),
    ("isnt", "is not"),
    ("let's", "let us"),
    ("it's", "it is"),
    ("that's", "that is"),
    ("there's", "there is"),
    ("here's", "here is"),
    ("what's", "what is"),
    ("where's", "where is"),
    ("who's", "who is"),
    ("he's", "he is"),
    ("she's", "she is"),
    ("everything's", "everything is"),
    ("y'all", "you all"),
    ("gonna", "going to"),
    ("wanna", "want to"),
    ("'til", "until"),
];

const ENDINGS: [(&str, &str); 6] =
    [("n't", " not"), ("'ll", " will"), ("'re", " are"), ("'ve", " have"), ("'d", " would"), ("'m", " am")];

fn write_out_contractions(folded: &Folded) -> Folded {
    let mut out = Folded::default();
    let mut word = String::new();
    let mut start = 0;
    for (at, c) in folded.text.char_indices() {
        if c.is_alphanumeric() || c == '\'' {
            if word.is_empty() {
                start = at;
            }
            word.push(c);
            continue;
        }
        push_word(&mut out, folded, &word, start);
        word.clear();
        out.push(c, folded.origin(at, at + c.len_utf8()));
    }
    push_word(&mut out, folded, &word, start);
    out
}

/// What a short form stands for.
fn written_out(word: &str) -> Option<String> {
    let whole = WHOLE.iter().find(|(short, _)| *short == word).map(|(_, long)| (*long).to_owned());
    whole.or_else(|| {
        let (ending, rest) = ENDINGS.iter().find(|(ending, _)| word.ends_with(ending))?;
        let stem = word.strip_suffix(ending).filter(|stem| stem.ends_with(char::is_alphanumeric))?;
        Some(format!("{stem}{rest}"))
    })
}

fn push_word(out: &mut Folded, folded: &Folded, word: &str, start: usize) {
    match written_out(word) {
        Some(long) => {
            let origin = folded.origin(start, start + word.len());
            long.chars().for_each(|c| out.push(c, origin));
        }
        None => {
            for (at, c) in word.char_indices() {
                out.push(c, folded.origin(start + at, start + at + c.len_utf8()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fold(text: &str) -> String {
        Folded::new(text, 0).text
    }

    #[test]
    fn one_text_for_every_way_to_write_it() {
        assert_eq!(fold("  We\u{2019}LL\u{00A0} ship\r\n it "), "we will ship it");
        assert_eq!(fold("Ｗｅ ｗｉｌｌ ship"), "we will ship");
        assert_eq!(fold("we **will** sh\u{00AD}ip\u{200B}"), "we will ship");
        assert_eq!(fold("2\u{2013}4 weeks\u{2014}at most"), "2-4 weeks - at most");
        assert_eq!(fold("we can't, won't, and don't"), "we can not, will not, and do not");
        assert_eq!(fold("the customer's data"), "the customer's data");
        assert_eq!(fold("cafe\u{301} 99.9％ ①"), "café 99.9% 1");
    }

    #[test]
    fn a_match_is_a_place_in_the_original() {
        let text = "é: “We\u{2019}ll  SHIP ﬁxes”";
        let folded = Folded::new(text, 0);
        let at = folded.text().find("will ship").unwrap();
        let span = folded.origin(at, at + "will ship".len());
        assert_eq!(text.get(span.start..span.end), Some("We\u{2019}ll  SHIP"));
        let at = folded.text().find("ixes").unwrap();
        let span = folded.origin(at, at + 4);
        assert_eq!(text.get(span.start..span.end), Some("ﬁxes"));
    }

    #[test]
    fn ascii_is_folded_alike_with_origins_and_without() {
        for (short, _) in WHOLE.iter().chain(&ENDINGS) {
            for text in
                [format!("We {short}, {short}"), format!("x{short}."), format!("*{short}* 'a{short}'")]
            {
                assert_eq!(fold_ascii(&text), Some(fold(&text)), "{text}");
            }
        }
        assert_eq!(fold_ascii("é"), None);
    }

    proptest! {
        #[test]
        fn any_ascii_is_folded_alike_with_origins_and_without(
            text in "[ -~\\t\\n\\r\u{0}\u{7f}]{0,40}|([a-c*` ']|can't|DONT|'ll|n't){0,12}",
        ) {
            prop_assert_eq!(fold_ascii(&text), Some(fold(&text)));
        }

        #[test]
        fn folding_twice_is_folding_once(text in "\\PC*|[a-zA-Z'’ \\u{301}\\u{3099}\\u{ff76}\\u{ff9e}\\u{200b}*ŉİΪ\\u{1161}\\u{1100}]{0,24}") {
            let once = fold(&text);
            prop_assert_eq!(&fold(&once), &once);
        }

        #[test]
        fn origins_lie_on_characters(text in "\\PC*") {
            let folded = Folded::new(&text, 0);
            for (at, c) in folded.text().char_indices() {
                let span = folded.origin(at, at + c.len_utf8());
                prop_assert!(text.get(span.start..span.end).is_some_and(|slice| !slice.is_empty()));
            }
        }
    }
}
