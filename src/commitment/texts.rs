//! Many short texts, looked for in one pass over a sentence.
//!
//! They lie in chains by their first three letters. An automaton for so many takes longer to build than most runs have
//! sentences to read.

use super::needs::BOUND;

/// Texts to look for.
#[derive(Debug)]
pub(super) struct Texts {
    /// The bytes of all of them, without their bounds.
    bytes: Vec<u8>,
    /// Chain after chain.
    all: Vec<Text>,
    /// Where each chain begins; it ends where the next one begins.
    chains: Vec<u32>,
}

/// Texts while they are collected: which of them are known. An ordered map took a third of the time that a filter takes
/// to make; who writes policies must not know where their texts meet, so the hash is keyed.
#[derive(Default)]
pub(super) struct Known<'n> {
    #[expect(
        clippy::disallowed_types,
        reason = "asked for one text at a time; the order is that of `texts`"
    )]
    nodes: std::collections::HashMap<&'n str, usize>,
    texts: Vec<(&'n str, usize)>,
}

impl<'n> Known<'n> {
    /// The node of a text: the one that it has, or from now on this one.
    pub(super) fn node(&mut self, written: &'n str, new: usize) -> usize {
        *self.nodes.entry(written).or_insert_with(|| {
            self.texts.push((written, new));
            new
        })
    }

    /// All of them, ready to be looked for.
    pub(super) fn finish(self) -> Texts {
        Texts::new(&self.texts)
    }
}

#[derive(Debug, Clone, Copy)]
struct Text {
    /// Its first four bytes, and which bits of them it has.
    head: u32,
    mask: u32,
    /// Where it begins in the bytes, and ends.
    start: usize,
    end: usize,
    /// A word begins with it, and ends with it.
    begins: bool,
    ends: bool,
    /// What is said where it is found.
    node: usize,
}

const CHAINS: usize = 4096;

/// A text without its bounds.
fn bare(mut written: &str) -> &str {
    while let Some(rest) = written.strip_prefix(BOUND) {
        written = rest;
    }
    while let Some(rest) = written.strip_suffix(BOUND) {
        written = rest;
    }
    written
}

/// The chain of texts that begin with these bytes, the first in the lowest.
fn chain(head: u32) -> usize {
    // Folded text is mostly letters, which differ in their lower five bits.
    let letters = ((head & 0x1F) << 10) ^ ((head >> 3) & 0x3E0) ^ ((head >> 16) & 0x1F);
    letters as usize % CHAINS
}

impl Texts {
    /// True for a text that is long enough to be looked for.
    pub(super) fn takes(written: &str) -> bool {
        bare(written).len() >= 2
    }

    /// Texts with their bounds, and what to say of each.
    fn new(texts: &[(&str, usize)]) -> Self {
        let mut bytes = Vec::new();
        let mut all: Vec<(usize, Text)> = Vec::with_capacity(texts.len());
        for (written, node) in texts {
            let (begins, ends) = (written.starts_with(BOUND), written.ends_with(BOUND));
            let bare = bare(written).as_bytes();
            let (head, mask) = window(bare);
            let start = bytes.len();
            bytes.extend_from_slice(bare);
            let text = Text { head, mask, start, end: bytes.len(), begins, ends, node: *node };
            // The few texts of two letters lie in the chain of each third one.
            let thirds = if bare.len() == 2 { 0..0x20 } else { 0..1 };
            all.extend(thirds.map(|third| (chain(head | third << 16), text)));
        }
        all.sort_by_key(|(chain, _)| *chain);
        let mut chains = Vec::with_capacity(CHAINS + 1);
        for (at, (chain, _)) in (0..).zip(&all) {
            chains.resize(chains.len().max(chain + 1), at);
        }
        chains.resize(CHAINS + 1, u32::try_from(all.len()).unwrap_or(u32::MAX));
        Texts { bytes, all: all.into_iter().map(|(_, text)| text).collect(), chains }
    }

    /// Says what there is to say of each text that stands in another, as often as it stands there.
    pub(super) fn each_in(&self, text: &str, mut say: impl FnMut(usize)) {
        let mut rest = text.as_bytes();
        let mut in_word = false;
        while let [first, after @ ..] = rest {
            let (head, _) = window(rest);
            let goes_on = is_word(*first);
            for known in self.chain(chain(head)) {
                if head & known.mask == known.head
                    && !(known.begins && in_word && goes_on)
                    && self.stands(known, rest)
                {
                    say(known.node);
                }
            }
            (rest, in_word) = (after, goes_on);
        }
    }

    fn chain(&self, chain: usize) -> &[Text] {
        let bound = |chain: usize| self.chains.get(chain).map_or(0, |at| *at as usize);
        self.all.get(bound(chain)..bound(chain + 1)).unwrap_or_default()
    }

    /// True where a text stands at the beginning of another, and ends where it has to.
    fn stands(&self, known: &Text, text: &[u8]) -> bool {
        let bytes = self.bytes.get(known.start..known.end).unwrap_or_default();
        let ends = |byte: Option<&u8>| byte.is_some_and(|byte| is_word(*byte));
        text.strip_prefix(bytes)
            .is_some_and(|after| !(known.ends && ends(bytes.last()) && ends(after.first())))
    }
}

/// The first four bytes, the first in the lowest, and which bits there are.
fn window(bytes: &[u8]) -> (u32, u32) {
    match bytes {
        [a, b, c, d, ..] => (u32::from_le_bytes([*a, *b, *c, *d]), u32::MAX),
        [a, b, c] => (u32::from_le_bytes([*a, *b, *c, 0]), 0x00FF_FFFF),
        [a, b] => (u32::from_le_bytes([*a, *b, 0, 0]), 0xFFFF),
        [a] => (u32::from(*a), 0xFF),
        [] => (0, 0),
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
