//! `[[rule]]` in `exboard.toml`: the repository's own rules, compiled.

use std::collections::BTreeMap;

use super::KnownRule;
use super::reader::Field;
use super::words::Word;
use crate::expression::{Expression, Scope as Names};
use crate::finding::{Scope, Severity, closest};
use crate::schema::{self, Kind};

/// Most custom rules: each is run on every record.
const MOST: usize = 200;

/// What the name of a custom rule begins with.
const GROUP: &str = "custom/";

/// A rule that the repository adds to the built-in ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomRule {
    /// `custom/…`
    pub id: String,
    /// One record, or one change.
    pub scope: Scope,
    /// The kind of record that it judges.
    pub kind: Kind,
    /// The severity, unless `[rules]` says otherwise.
    pub severity: Severity,
    /// Which records it judges; absent for all of the kind.
    pub when: Option<Expression>,
    /// What must hold.
    pub assert: Expression,
    /// JSON pointer of the field that its findings point at.
    pub field: String,
    /// What is wrong where it does not hold.
    pub message: String,
    /// True where a comment in the record may hide its finding for a while.
    pub suppressible: bool,
    /// Its dotted key in `exboard.toml` (`rule.0`), for [`super::Policy::place`].
    pub key: String,
}

impl Word for Severity {
    const ALL: &'static [Self] = &[Severity::Info, Severity::Warning, Severity::Error];

    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Word for Scope {
    const ALL: &'static [Self] = &[Scope::Record, Scope::Change];

    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Word for Kind {
    const ALL: &'static [Self] = &Kind::ALL;

    fn word(self) -> &'static str {
        self.name()
    }
}

/// The ids as they stand there, for what names them; nothing is told.
pub(super) fn ids(field: &Field<'_>) -> Vec<String> {
    let rules = field.tables();
    rules.iter().filter_map(|rule| rule.child_at("id").as_text().map(str::to_owned)).collect()
}

/// Reads the tables.
pub(super) fn read(field: &Field<'_>, built_in: &[KnownRule<'_>]) -> Option<Vec<CustomRule>> {
    let fields = field.list()?;
    if fields.len() > MOST {
        field.tell(
            field.problem(format!("there are {} custom rules, and at most {MOST} are read", fields.len())),
        );
        return None;
    }
    let mut seen: BTreeMap<String, Field<'_>> = BTreeMap::new();
    let mut fine = true;
    let mut rules = Vec::new();
    for rule in &fields {
        let Some(read) = read_rule(rule, built_in) else {
            fine = false;
            continue;
        };
        let id = rule.child_at("id");
        if let Some(first) = seen.get(&read.id) {
            fine = false;
            id.tell(
                first
                    .point_at(id.problem(format!("two rules are called `{}`", read.id)), "the first is here"),
            );
        }
        seen.entry(read.id.clone()).or_insert(id);
        rules.push(read);
    }
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    fine.then_some(rules)
}

const KEYS: [&str; 9] =
    ["id", "scope", "kind", "severity", "when", "assert", "field", "message", "suppressible"];

fn read_rule(rule: &Field<'_>, built_in: &[KnownRule<'_>]) -> Option<CustomRule> {
    let table = rule.table(&KEYS)?;
    let id = table.need("id").and_then(|id| read_id(&id, built_in));
    let scope: Option<Scope> = table.need("scope").and_then(|scope| scope.word());
    let kind: Option<Kind> = table.need("kind").and_then(|kind| kind.word());
    let severity: Option<Severity> = table.need("severity").and_then(|severity| severity.word());
    let message = table.need("message").and_then(|message| message.text());
    let suppressible = table.get("suppressible").map_or(Some(false), |value| value.boolean());
    let (assert, field) = (table.need("assert"), table.need("field"));
    // What the rest may speak of depends on these two.
    let (scope, kind) = (scope?, kind?);
    let fields = schema::fields(kind);
    let assert = assert.and_then(|assert| read_expression(&assert, scope, &fields));
    let when = match table.get("when") {
        Some(when) => read_expression(&when, scope, &fields).map(Some),
        None => Some(None),
    };
    let field = field.and_then(|field| read_field(&field, kind, &fields));
    Some(CustomRule {
        id: id?,
        scope,
        kind,
        severity: severity?,
        when: when?,
        assert: assert?,
        field: field?,
        message: message?,
        suppressible: suppressible?,
        key: rule.key().to_owned(),
    })
}

fn read_id(field: &Field<'_>, built_in: &[KnownRule<'_>]) -> Option<String> {
    let id = field.text()?;
    let words = |name: &str| {
        name.split('-').all(|word| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        })
    };
    if id.strip_prefix(GROUP).is_some_and(words) && id.len() <= 80 {
        return Some(id);
    }
    let message = if built_in.iter().any(|rule| rule.name == id) {
        format!("`{id}` is a built-in rule")
    } else {
        format!("`{}` must be `custom/` and words with hyphens, found {}", field.key(), field.shown())
    };
    field.tell(field.problem(message).help("as in \"custom/restricted-needs-dpo\""));
    None
}

fn read_expression(field: &Field<'_>, scope: Scope, fields: &[&str]) -> Option<Expression> {
    let text = field.text()?;
    let variables: &[&str] = match scope {
        Scope::Change => &["record", "before", "now", "policy"],
        _ => &["record", "now", "policy"],
    };
    let names = Names { variables, fields: &[("record", fields), ("before", fields)] };
    let faults = match Expression::compile(&text, &names) {
        Ok(expression) => return Some(expression),
        Err(faults) => faults,
    };
    for fault in faults {
        let message = format!("`{}`: {}", field.key(), fault.message);
        field.tell(field.problem_within(fault.start, fault.end, message).help_if(fault.help));
    }
    None
}

/// Where findings point: at a field that a record of the kind can have.
fn read_field(field: &Field<'_>, kind: Kind, fields: &[&str]) -> Option<String> {
    let pointer = field.text()?;
    let Some(rest) = pointer.strip_prefix('/') else {
        let message = format!("`{}` must be a JSON pointer, found {}", field.key(), field.shown());
        field.tell(field.problem(message).help("as in \"/extensions/dpo_reviewed\""));
        return None;
    };
    let first = rest.split('/').next().unwrap_or_default();
    if fields.contains(&first) {
        return Some(pointer);
    }
    let help = match closest(first, fields.iter().copied()) {
        Some(near) => format!("did you mean \"/{near}\"?"),
        None => "a team's own fields stand below \"/extensions\"".to_owned(),
    };
    let message = format!("a {} record has no field `{first}`", kind.word());
    field.tell(field.problem(message).help(help));
    None
}
