//! What the gate says: a finding, its rule, its severity, its fix, and the fingerprint by which another tool
//! recognizes it tomorrow.
//!
//! A finding is data, never an `Err`: the record or the change is wrong, the tool is not.

mod rule;
mod suggest;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use crate::source::{Range, Source, Span};

pub use rule::{Judges, RuleInfo, Safety, Scope, Severity};
pub use suggest::closest;

/// Where a finding stands: a file, the field in it as a JSON pointer, and the range of characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Path from the repository's root, with forward slashes.
    pub path: Arc<str>,
    /// JSON pointer (RFC 6901) of the field; empty for the whole record, absent where the file has no fields.
    pub field: Option<String>,
    /// The characters; absent where the finding is about the file itself.
    pub range: Option<Range>,
    /// The text under the range; goes into the fingerprint, never into a format.
    quoted: u64,
}

impl Place {
    /// A place about a file as such.
    #[must_use]
    pub fn file(path: impl Into<Arc<str>>) -> Self {
        Place { path: path.into(), field: None, range: None, quoted: 0 }
    }

    /// A place in a text.
    #[must_use]
    pub fn in_source(source: &Source, span: Span, field: Option<String>) -> Self {
        Place {
            path: Arc::from(source.path()),
            field,
            range: Some(source.range(span)),
            quoted: hash_of(source.slice(span)),
        }
    }

    /// The place of a field in a file that is not at hand: without characters until somebody reads it.
    #[must_use]
    pub fn of_field(path: impl Into<Arc<str>>, field: &str) -> Self {
        Place { path: path.into(), field: Some(field.to_owned()), range: None, quoted: 0 }
    }

    /// True where `source` has at this place what the place was made from. A path alone does not say which side
    /// of a change a text is, and an excerpt of the wrong one would underline something else.
    #[must_use]
    pub fn quotes(&self, source: &Source) -> bool {
        self.range.is_some_and(|range| {
            source.range(range.span()) == range && hash_of(source.slice(range.span())) == self.quoted
        })
    }

    /// Offset by which findings of one file are sorted; a finding about the file comes first.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.range.map_or(0, |range| range.start.offset)
    }
}

fn hash_of(text: &str) -> u64 {
    let hash = Sha256::digest(text.as_bytes());
    let mut first = [0_u8; 8];
    for (into, from) in first.iter_mut().zip(hash.iter()) {
        *into = *from;
    }
    u64::from_be_bytes(first)
}

/// A second place that a finding points at, and what it is there for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub place: Place,
    /// Why.
    pub message: String,
}

/// The replacement of a span of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The file.
    pub path: Arc<str>,
    /// What is replaced; empty to insert.
    pub span: Span,
    /// What stands there instead.
    pub text: String,
}

/// How a finding can be mended by the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// Whether it may be applied without a look.
    pub safety: Safety,
    /// The edits; they do not overlap.
    pub edits: Vec<Edit>,
    /// The path that the file moves to.
    pub move_to: Option<String>,
}

/// Which side of a change a finding's place belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Before the change.
    Base,
    /// After the change, or no change at all.
    Head,
}

impl Side {
    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Side::Base => "base",
            Side::Head => "head",
        }
    }
}

/// One thing that is wrong, where, why, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Name of the rule; custom rules own theirs.
    pub rule: Cow<'static, str>,
    /// After the policy's word on it.
    pub severity: Severity,
    /// What is wrong, with the numbers that prove it: one sentence, no full stop.
    pub message: String,
    /// What to do, with the exact command where there is one.
    pub help: Option<String>,
    /// Where.
    pub place: Place,
    /// Id of the record, where the finding is about one.
    pub record: Option<Arc<str>>,
    /// Other places that matter.
    pub related: Vec<Related>,
    /// How the program can mend it.
    pub fix: Option<Fix>,
    /// The side of the change that the place belongs to.
    pub side: Side,
    /// The commit it is about, in history.
    pub commit: Option<String>,
    /// How many findings before it say the same of the same text: two files that share an id, one field wrong twice.
    /// Counted by [`sort`]; keeps fingerprints apart.
    pub occurrence: usize,
}

impl Finding {
    /// A finding of a built-in rule, at its default severity.
    #[must_use]
    pub fn new(rule: &RuleInfo, place: Place, message: impl Into<String>) -> Self {
        Finding {
            rule: Cow::Borrowed(rule.name),
            severity: rule.severity,
            message: message.into(),
            help: None,
            place,
            record: None,
            related: Vec::new(),
            fix: None,
            side: Side::Head,
            commit: None,
            occurrence: 0,
        }
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn related(mut self, place: Place, message: impl Into<String>) -> Self {
        self.related.push(Related { place, message: message.into() });
        self
    }

    /// Adds a fix.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// Names the record.
    #[must_use]
    pub fn record(mut self, id: impl Into<Arc<str>>) -> Self {
        self.record = Some(id.into());
        self
    }

    /// Thirty-two hex digits that stay the same while the finding is the same: made of the rule, the record
    /// (or else the path), the field and the quoted text, and never of offsets.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.rule, self.record.as_ref(), &self.place, self.occurrence)
    }

    /// The order of every format: path, offset, rule, then the message, so that it is total.
    fn key(&self) -> (&str, usize, &str, &str, &str) {
        let field = self.place.field.as_deref().unwrap_or("");
        (&self.place.path, self.place.offset(), &self.rule, field, &self.message)
    }
}

fn fingerprint(rule: &str, record: Option<&Arc<str>>, place: &Place, occurrence: usize) -> String {
    let mut hash = Sha256::new();
    let owner = record.unwrap_or(&place.path);
    for part in [rule, owner.as_ref(), place.field.as_deref().unwrap_or("")] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.update(place.quoted.to_be_bytes());
    if occurrence > 0 {
        hash.update(occurrence.to_be_bytes());
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Sorts findings by path, offset and rule, and drops those that say the same of the same place twice.
pub fn sort(findings: &mut Vec<Finding>) {
    findings.sort_by(|a, b| a.key().cmp(&b.key()));
    findings.dedup();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings {
        finding.occurrence = 0;
        let count = seen.entry(finding.fingerprint()).or_default();
        finding.occurrence = *count;
        *count += 1;
    }
}

/// A finding that a suppression in its record hides: out of the exit code, never out of sight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppressed {
    /// The rule that fired.
    pub rule: Cow<'static, str>,
    /// Where the hidden finding stands.
    pub place: Place,
    /// Id of the record that has the suppression.
    pub record: Option<Arc<str>>,
    /// The last day on which it hides anything.
    pub until: NaiveDate,
    /// Why, in the words of the suppression.
    pub reason: String,
}

impl Suppressed {
    /// The fingerprint of the first finding that it hides: who knew the finding knows it again.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.rule, self.record.as_ref(), &self.place, 0)
    }
}

/// A rule that this run could not judge. Silence would read as "it passed".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unjudged {
    /// The rule.
    pub rule: Cow<'static, str>,
    /// Why not, and where it is judged instead.
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: RuleInfo = RuleInfo {
        name: "group/name",
        summary: "",
        scope: Scope::Record,
        severity: Severity::Error,
        locked: false,
        judges: Judges::Every,
        gate: false,
        suppressible: false,
        votes: false,
        clock: false,
        fix: None,
        since: "0.1.0",
        docs: "",
    };

    #[test]
    fn a_fingerprint_ignores_offsets_and_wording() {
        let at = |text: &str, from: usize, to: usize| {
            let source = Source::new("a.yaml", text);
            let place = Place::in_source(&source, Span::new(from, to), Some("/a".into()));
            Finding::new(&RULE, place, text).record("SEB-1").fingerprint()
        };
        assert_eq!(at("a: 1", 3, 4), at("# moved\na: 1", 11, 12));
        assert_ne!(at("a: 1", 3, 4), at("a: 2", 3, 4));
    }

    #[test]
    fn a_place_knows_the_text_it_was_made_from() {
        let source = Source::new("a.yaml", "a: 1\nb: 2\n");
        let place = Place::in_source(&source, Span::new(8, 9), None);
        assert!(place.quotes(&source));
        assert!(place.quotes(&Source::new("a.yaml", "c: 4\nb: 2\n")));
        assert!(!place.quotes(&Source::new("a.yaml", "a: 1\nb: 3\n")));
        assert!(!place.quotes(&Source::new("a.yaml", "a: 12 # 2")));
        let missing = Place::in_source(&source, Span::new(5, 5), None);
        assert!(missing.quotes(&source));
        assert!(!missing.quotes(&Source::new("a.yaml", "a: 12\nb: 2\n")));
    }

    #[test]
    fn findings_that_say_the_same_twice_have_fingerprints_of_their_own() {
        let place =
            |path: &str| Place::in_source(&Source::new(path, "id: A"), Span::new(4, 5), Some("/id".into()));
        let mut all: Vec<Finding> =
            ["b.yaml", "a.yaml"].map(|path| Finding::new(&RULE, place(path), "twice").record("A")).into();
        sort(&mut all);
        assert_ne!(all[0].fingerprint(), all[1].fingerprint());
        let first = all[0].fingerprint();
        sort(&mut all);
        assert_eq!(all[0].fingerprint(), first);
    }

    #[test]
    fn findings_sort_by_path_offset_and_rule_and_equal_ones_are_one() {
        let source = Source::new("b.yaml", "a: 1");
        let late = Finding::new(&RULE, Place::in_source(&source, Span::new(3, 4), None), "late");
        let early = Finding::new(&RULE, Place::in_source(&source, Span::new(0, 1), None), "early");
        let first = Finding::new(&RULE, Place::file("a.yaml"), "first");
        let mut all = vec![late.clone(), early.clone(), first.clone(), late.clone()];
        sort(&mut all);
        assert_eq!(all, [first, early, late]);
    }
}
