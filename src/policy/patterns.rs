//! `policies/patterns.toml`: the decision matrix, and the phrases by which a request shows its pattern.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::decimal::Decimal;
use super::part::built_in;
use super::reader::{Field, Table};
use super::spelling::{fold, words};
use super::words::{Domain, EscalatesOn, RiskLevel};

/// `policies/patterns.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Patterns {
    /// The rows of the matrix by their ids.
    pub rows: BTreeMap<String, Pattern>,
    phrases: Phrases,
}

/// One `[pattern]`: a kind of request that buyers make again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// For people.
    pub name: String,
    /// What it is about, where it is about one thing.
    pub domain: Option<Domain>,
    /// The lowest level that a record of this pattern may have.
    pub risk: RiskLevel,
    /// Phrases as buyers write them; at least one.
    pub keywords: Vec<String>,
    /// What the owner does.
    pub default_action: String,
    /// When counsel gets it.
    pub escalates_on: EscalatesOn,
    /// Hours of manual work a month above which it is escalated; there wherever `burden_over` is.
    pub burden_hours_month: Option<Decimal>,
    /// What the buyer reads: the text of a template.
    pub response: String,
}

/// Keywords by their first words, so that a request is read once for all of them.
type Phrases = BTreeMap<String, Vec<Phrase>>;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Phrase {
    /// The words after the first.
    rest: Vec<String>,
    /// Id of the pattern.
    pattern: String,
    keyword: String,
}

impl Patterns {
    /// The keywords that stand in a text as whole phrases, each with its pattern's id, in the text's order. Case and
    /// the form of characters aside.
    #[must_use]
    pub fn keywords_in(&self, text: &str) -> Vec<(&str, &str)> {
        let folded = fold(text);
        let words = words(&folded);
        let mut found = Vec::new();
        for (index, word) in words.iter().enumerate() {
            let after = words.get(index + 1..).unwrap_or_default();
            for phrase in self.phrases.get(*word).into_iter().flatten() {
                let hit = (phrase.pattern.as_str(), phrase.keyword.as_str());
                let stands = after.get(..phrase.rest.len()).is_some_and(|next| *next == phrase.rest);
                if stands && !found.contains(&hit) {
                    found.push(hit);
                }
            }
        }
        found
    }
}

const KEYS: [&str; 8] = [
    "name",
    "domain",
    "risk",
    "keywords",
    "default_action",
    "escalates_on",
    "burden_hours_month",
    "response",
];

/// The built-in matrix.
pub(super) static DEFAULT: LazyLock<Patterns> = LazyLock::new(|| built_in("patterns.toml", read));

/// Reads the file.
pub(super) fn read(root: &Field<'_>) -> Option<Patterns> {
    let mut fine = true;
    let mut rows = BTreeMap::new();
    for (id, key, value) in root.table(&["pattern"])?.need("pattern")?.map()? {
        match (read_key(&key, id, "policy-clarification"), read_pattern(&value)) {
            (Some(id), Some(pattern)) => {
                rows.insert(id, pattern);
            }
            _ => fine = false,
        }
    }
    let phrases = phrases(&rows);
    fine.then_some(Patterns { rows, phrases })
}

/// The key of a table, where it is one that a record can name.
pub(super) fn read_key(field: &Field<'_>, key: &str, example: &str) -> Option<String> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let first = key.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    if first && key.bytes().all(allowed) {
        return Some(key.to_owned());
    }
    let message = format!(
        "an id must be letters, digits, `.`, `_` and `-`, and begin with one of the first two, found {}",
        field.shown()
    );
    field.tell(field.problem(message).help(format!("records name it by this id, as in `{example}`")));
    None
}

fn read_pattern(field: &Field<'_>) -> Option<Pattern> {
    let table = field.table(&KEYS)?;
    let name = table.need("name").and_then(|field| field.text());
    let domain = table.get("domain").map_or(Some(None), |field| field.word().map(Some));
    let risk = table.need("risk").and_then(|field| field.word());
    let keywords = table.need("keywords").and_then(|field| read_keywords(&field));
    let default_action = table.need("default_action").and_then(|field| field.text());
    let escalates_on = table.need("escalates_on").and_then(|field| field.word());
    let burden_hours_month = read_burden(&table, escalates_on);
    let response = table.need("response").and_then(|field| field.text());
    Some(Pattern {
        name: name?,
        domain: domain?,
        risk: risk?,
        keywords: keywords?,
        default_action: default_action?,
        escalates_on: escalates_on?,
        burden_hours_month: burden_hours_month?,
        response: response?,
    })
}

fn read_keywords(field: &Field<'_>) -> Option<Vec<String>> {
    let keywords = field.list_of(|keyword| {
        let text = keyword.text()?;
        let folded = fold(&text);
        let (fault, help) = match phrase(&folded).as_slice() {
            [] => ("has neither letter nor digit", "write a phrase as buyers do"),
            words if words.contains(&"") => {
                ("runs over the end of a sentence", "a keyword is a phrase within one sentence")
            }
            _ => return Some(text),
        };
        keyword.tell(keyword.problem(format!("`{}` {fault}", keyword.key())).help(help));
        None
    })?;
    if keywords.is_empty() {
        let message = format!("`{}` must name at least one phrase", field.key());
        field.tell(field.problem(message).help("without one, no request shows that it belongs here"));
        return None;
    }
    Some(keywords)
}

/// The words of a keyword; the end of its sentence, if it has one, is no part of it.
fn phrase(folded: &str) -> Vec<&str> {
    let mut words = words(folded);
    while words.last() == Some(&"") {
        words.pop();
    }
    words
}

fn read_burden(table: &Table<'_>, escalates_on: Option<EscalatesOn>) -> Option<Option<Decimal>> {
    if let Some(field) = table.get("burden_hours_month") {
        return field.amount().map(Some);
    }
    if escalates_on != Some(EscalatesOn::BurdenOver) {
        return Some(None);
    }
    let field = table.need("escalates_on")?;
    let message = format!("`{}` is burden_over without a `burden_hours_month`", field.key());
    field.tell(
        field.problem(message).help("say how many hours a month are too many: `burden_hours_month = 4`"),
    );
    None
}

fn phrases(rows: &BTreeMap<String, Pattern>) -> Phrases {
    let mut phrases = Phrases::new();
    for (id, pattern) in rows {
        for keyword in &pattern.keywords {
            let folded = fold(keyword);
            let mut words = phrase(&folded).into_iter().map(str::to_owned);
            let Some(first) = words.next() else { continue };
            let phrase = Phrase { rest: words.collect(), pattern: id.clone(), keyword: keyword.clone() };
            phrases.entry(first).or_default().push(phrase);
        }
    }
    phrases
}
