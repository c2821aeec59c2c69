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

/// Texts while they are collected: which of them are known, by a table that is open to all of them. Ordered maps took a
/// third of the time that a filter takes to make.
#[derive(Default)]
pub(super) struct Known<'n> {
    texts: Vec<(&'n str, usize)>,
    /// One more than the place of a text, or 0 for none; as many slots as a power of two.
    slots: Vec<u32>,
}

impl<'n> Known<'n> {
    /// The node of a text: the one that it has, or from now on this one.
    pub(super) fn node(&mut self, written: &'n str, new: usize) -> usize {
        if self.texts.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let mut at = hash(written);
        loop {
            at &= self.slots.len() - 1;
            let Some(slot) = self.slots.get_mut(at) else { return new };
            match (*slot as usize).checked_sub(1).and_then(|place| self.texts.get(place)) {
                Some((known, node)) if *known == written => return *node,
                Some(_) => at += 1,
                None => {
                    self.texts.push((written, new));
                    *slot = u32::try_from(self.texts.len()).unwrap_or_default();
                    return new;
                }
            }
        }
    }

    fn grow(&mut self) {
        let length = (self.slots.len() * 2).max(4096);
        self.slots = vec![0; length];
        for (place, (text, _)) in (1..).zip(&self.texts) {
            let mut at = hash(text) & (length - 1);
            while self.slots.get(at).is_some_and(|slot| *slot != 0) {
                at = (at + 1) & (length - 1);
            }
            if let Some(slot) = self.slots.get_mut(at) {
                *slot = place;
            }
        }
    }

    /// All of them, ready to be looked for.
    pub(super) fn finish(self) -> Texts {
        Texts::new(&self.texts)
    }
}

/// FNV-1a. Whoever writes patterns that meet in it waits for their own filter.
fn hash(text: &str) -> usize {
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325, mix);
    usize::try_from((hash ^ (hash >> 32)) & 0xFFFF_FFFF).unwrap_or_default()
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
