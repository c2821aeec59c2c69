//! Parts of a sentence that stand for themselves: what is negated or hedged in one is not so in the next.

use super::lazy::Phrase;

/// A byte range of a folded sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clause {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Clause {
    pub(super) fn text(self, sentence: &str) -> &str {
        sentence.get(self.start..self.end).unwrap_or_default()
    }
}

/// What parts clauses. Not commas and not "and": they part list items and subjects as often.
pub(super) const BREAK: &str = r"; |;$|[!?] |,? (?:but|however|although|though|whereas|nevertheless)\b,?";

/// What follows a break that is none: "but not limited to", "; or that the service will …".
pub(super) const JOINT: &str = r"^ ?(?:not limited to|also|only|for|including|(?:(?:and|or|and/or),? )?(?:that|whether|to)\b|or\b|(?:and |or )?\([a-z0-9]{1,4}\))";

/// What comes before a "but" that means "except": "no one but you".
pub(super) const HINGE: &str = r"\b(?:no one|nobody|nothing|none|anyone|anybody|anything|everyone|all)$";

pub(super) fn clauses(sentence: &str, breaks: &Phrase, hinge: &Phrase, joint: &Phrase) -> Vec<Clause> {
    let mut clauses = Vec::new();
    let mut start = 0;
    for found in breaks.find_iter(sentence) {
        let before = sentence.get(start..found.start()).unwrap_or_default();
        if joint.is_match(sentence.get(found.end()..).unwrap_or_default()) || hinge.is_match(before) {
            continue;
        }
        clauses.push(Clause { start, end: found.start() });
        start = found.end();
    }
    clauses.push(Clause { start, end: sentence.len() });
    clauses.retain(|clause| clause.text(sentence).contains(char::is_alphanumeric));
    clauses
}
