//! Which patterns can match in a sentence at all, by the words in it: one pass over the sentence for all of them.
//!
//! What is needed is a graph that is read from below: what is found makes hold what needs no more than that, and so on
//! up to the patterns. Words that are not there cost nothing.

use std::ops::Range;

use super::needs::{class_index, is_mark};
use super::texts::{Known, Texts};

/// The needs of patterns and of the word classes that they name, ready to test.
#[derive(Debug)]
pub(super) struct Filter {
    texts: Texts,
    /// How many parts of each node must hold for it to hold.
    needed: Vec<u8>,
    /// The wholes that each part is one of, part after part.
    wholes: Vec<usize>,
    /// Where the wholes of each part begin; they end where the next one's begin.
    starts: Vec<usize>,
    /// What holds in every text.
    given: Vec<usize>,
    /// The nodes of the patterns.
    patterns: Range<usize>,
}

/// The first nodes; those of the classes follow, those of the patterns, and all others.
const DIGIT: usize = 0;
const LETTER: usize = 1;
const CLASSES: usize = 2;

impl Filter {
    /// Of the written form of needs, see `needs.rs`.
    pub(super) fn new(patterns: &[&str], classes: &[&str]) -> Self {
        let written = classes.iter().chain(patterns);
        let first = CLASSES + classes.len();
        let patterns = first..first + patterns.len();
        let mut graph = Graph { needed: vec![1; patterns.end], ..Graph::default() };
        let mut given = Vec::new();
        for (node, needs) in (CLASSES..).zip(written) {
            match graph.read(needs) {
                Some(part) => graph.edges.push((part, node)),
                None => given.push(node),
            }
        }
        let Graph { needed, edges, texts } = graph;
        let (wholes, starts) = by_part(&edges, needed.len());
        Filter { texts: texts.finish(), needed, wholes, starts, given, patterns }
    }

    /// The patterns, by their numbers and in order, that may match in the text.
    pub(super) fn may_match(&self, text: &str) -> Vec<usize> {
        let mut reading = Reading { filter: self, held: vec![0; self.needed.len()], fresh: Vec::new() };
        self.given.iter().for_each(|node| reading.found(*node));
        if text.bytes().any(|byte| byte.is_ascii_digit()) {
            reading.found(DIGIT);
        }
        if text.bytes().any(|byte| byte.is_ascii_lowercase()) {
            reading.found(LETTER);
        }
        self.texts.each_in(text, |node| reading.found(node));
        self.patterns
            .clone()
            .filter(|node| reading.holds(*node))
            .map(|node| node - self.patterns.start)
            .collect()
    }

    fn wholes_of(&self, part: usize) -> &[usize] {
        let bound = |node: usize| self.starts.get(node).copied().unwrap_or_default();
        self.wholes.get(bound(part)..bound(part + 1)).unwrap_or_default()
    }
}

/// The wholes of each part, part after part, and where those of each begin. By counting: there are thousands of them,
/// and a run may read few sentences.
fn by_part(edges: &[(usize, usize)], parts: usize) -> (Vec<usize>, Vec<usize>) {
    let mut starts = vec![0; parts + 1];
    for (part, _) in edges {
        if let Some(count) = starts.get_mut(part + 1) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    let (mut wholes, mut next) = (vec![0; edges.len()], starts.clone());
    for (part, whole) in edges {
        if let Some(at) = next.get_mut(*part) {
            if let Some(place) = wholes.get_mut(*at) {
                *place = *whole;
            }
            *at += 1;
        }
    }
    (wholes, starts)
}

/// What one text contains.
struct Reading<'f> {
    filter: &'f Filter,
    /// How many parts of each node hold; of a node without parts, one where it was found.
    held: Vec<u8>,
    /// Nodes that have just come to hold.
    fresh: Vec<usize>,
}

impl Reading<'_> {
    /// Takes a node for one that holds, and all that follows from it.
    fn found(&mut self, node: usize) {
        if self.holds(node) {
            return;
        }
        if let (Some(held), Some(needed)) = (self.held.get_mut(node), self.filter.needed.get(node)) {
            *held = *needed;
            self.fresh.push(node);
        }
        while let Some(part) = self.fresh.pop() {
            for whole in self.filter.wholes_of(part) {
                if let (Some(held), Some(needed)) =
                    (self.held.get_mut(*whole), self.filter.needed.get(*whole))
                    && *held < *needed
                {
                    *held += 1;
                    if held == needed {
                        self.fresh.push(*whole);
                    }
                }
            }
        }
    }

    fn holds(&self, node: usize) -> bool {
        self.held.get(node) >= self.filter.needed.get(node)
    }
}

/// The graph while it is read.
#[derive(Default)]
struct Graph<'n> {
    needed: Vec<u8>,
    /// A part, and the whole that it is one of.
    edges: Vec<(usize, usize)>,
    /// The texts, as they are written, and the node of each.
    texts: Known<'n>,
}

impl<'n> Graph<'n> {
    /// The node of what is written; none where it holds in every text. What can't be read hides nothing.
    fn read(&mut self, needs: &'n str) -> Option<usize> {
        let (node, rest) = self.parse(needs)?;
        node.filter(|_| rest.is_empty())
    }

    fn node(&mut self, needed: u8) -> usize {
        self.needed.push(needed);
        self.needed.len() - 1
    }

    /// The node that a text begins with, none where it always holds; and the rest of the text.
    fn parse(&mut self, text: &'n str) -> Option<(Option<usize>, &'n str)> {
        let (open, inside) = (text.bytes().next()?, text.get(1..).unwrap_or_default());
        match open {
            b'*' => Some((None, inside)),
            b'#' => Some((Some(DIGIT), inside)),
            b'@' => Some((Some(LETTER), inside)),
            b'{' => {
                let (name, rest) = inside.split_once('}')?;
                Some((Some(CLASSES + class_index(name)?), rest))
            }
            b'<' => self.group(inside, '>'),
            b'[' => self.group(inside, ']'),
            _ => {
                let end = text.bytes().position(is_mark).unwrap_or(text.len());
                let (text, rest) = text.split_at_checked(end).filter(|(text, _)| !text.is_empty())?;
                Some((self.text(text), rest))
            }
        }
    }

    /// The parts of a group, up to its end.
    fn group(&mut self, inside: &'n str, close: char) -> Option<(Option<usize>, &'n str)> {
        let (mut rest, mut all) = (inside, Vec::new());
        loop {
            let (part, after) = self.parse(rest)?;
            all.push(part);
            match after.strip_prefix('|') {
                Some(next) => rest = next,
                None => {
                    rest = after.strip_prefix(close)?;
                    break;
                }
            }
        }
        let parts: Vec<usize> = all.iter().flatten().copied().collect();
        let always = if close == ']' { parts.len() < all.len() } else { parts.is_empty() };
        if always {
            return Some((None, rest));
        }
        let node = self.node(if close == ']' { 1 } else { u8::try_from(parts.len()).ok()? });
        self.edges.extend(parts.into_iter().map(|part| (part, node)));
        Some((Some(node), rest))
    }

    fn text(&mut self, written: &'n str) -> Option<usize> {
        if !Texts::takes(written) {
            return None;
        }
        let next = self.needed.len();
        let node = self.texts.node(written, next);
        if node == next {
            self.needed.push(1);
        }
        Some(node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(needs: &str, text: &str) -> bool {
        Filter::new(&[needs], &["[will|~shall~]"]).may_match(text) == [0]
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
            ("{adverbs}", "we will", "marshalled"),
            ("<by|{adverbs}>", "will by", "shall be"),
            ("q1", "in q1", "in q"),
            ("~q1~", "q1", "q12"),
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
