//! `policies/history.toml`: mistakes of the past that somebody answers for.

use std::collections::BTreeSet;

use super::KnownRule;
use super::reader::Field;
use super::registry::read_person;
use crate::finding::closest;

/// `policies/history.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// What is acknowledged, in the order of the file.
    pub acknowledged: Vec<Acknowledged>,
}

/// One finding of history that is known: it is shown and counted, and fails nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledged {
    /// The landed commit: its full id, in lower case.
    pub commit: String,
    /// The rule that it broke.
    pub rule: String,
    /// The record; absent where the finding is about none.
    pub record: Option<String>,
    /// Why it is left as it is.
    pub reason: String,
    /// Who answers for it.
    pub by: String,
}

impl History {
    /// What acknowledges a finding of a rule at a commit.
    #[must_use]
    pub fn acknowledges(&self, commit: &str, rule: &str, record: Option<&str>) -> Option<&Acknowledged> {
        self.acknowledged
            .iter()
            .find(|known| known.commit == commit && known.rule == rule && known.record.as_deref() == record)
    }
}

/// Reads the file. `people` are the keys of the roster, where it can be read.
pub(super) fn read(
    root: &Field<'_>,
    rules: &[KnownRule<'_>],
    people: Option<&BTreeSet<&str>>,
) -> Option<History> {
    let root = root.table(&["acknowledged"])?;
    let tables = root.get("acknowledged").map(|field| field.tables()).unwrap_or_default();
    let read: Vec<Option<Acknowledged>> =
        tables.iter().map(|table| read_acknowledged(table, rules, people)).collect();
    Some(History { acknowledged: read.into_iter().collect::<Option<_>>()? })
}

fn read_acknowledged(
    field: &Field<'_>,
    rules: &[KnownRule<'_>],
    people: Option<&BTreeSet<&str>>,
) -> Option<Acknowledged> {
    let table = field.table(&["commit", "rule", "record", "reason", "by"])?;
    let commit = table.need("commit").and_then(|field| read_commit(&field));
    let rule = table.need("rule").and_then(|field| read_rule(&field, rules));
    let record = table.get("record").map_or(Some(None), |field| field.text().map(Some));
    let reason = table.need("reason").and_then(|field| field.text());
    let by = table.need("by").and_then(|field| read_person(&field, people));
    Some(Acknowledged { commit: commit?, rule: rule?, record: record?, reason: reason?, by: by? })
}

/// A short id may one day name two commits.
fn read_commit(field: &Field<'_>) -> Option<String> {
    let id = field.text()?.to_lowercase();
    if id.len() == 40 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Some(id);
    }
    let message = format!("`{}` must be the full id of a commit, 40 hexadecimal digits", field.key());
    field.tell(field.problem(message).help("`git rev-parse COMMIT` prints it"));
    None
}

fn read_rule(field: &Field<'_>, rules: &[KnownRule<'_>]) -> Option<String> {
    let name = field.text()?;
    if rules.iter().any(|rule| rule.name == name) {
        return Some(name);
    }
    let help = match closest(&name, rules.iter().map(|rule| rule.name)) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => "`exboard rules` lists all rules".to_owned(),
    };
    field.tell(field.problem(format!("there is no rule {}", field.shown())).help(help));
    None
}
