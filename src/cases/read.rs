//! `policies/tests/*.yaml` to cases: strict, with every problem at its place.

use std::sync::Arc;

use super::{Approval, Case, CaseChange, Expected, Problem, State, fields_of};
use crate::finding::{Severity, closest};
use crate::policy::Policy;
use crate::source::{Source, Span};
use crate::time::parse_now;
use crate::yaml::{self, Entry, Node, Value, shown};

const KEYS: [&str; 11] = [
    "name",
    "now",
    "record",
    "path",
    "files",
    "expect",
    "before",
    "after",
    "author",
    "opened_by",
    "approvals",
];

/// What makes a case a change, and what only a change has.
const STATES: [&str; 2] = ["before", "after"];
const OF_CHANGES: [&str; 3] = ["author", "opened_by", "approvals"];

/// Reads a file of cases: a list below `cases`, or one case. `rules` are the names of all rules.
///
/// # Errors
///
/// Every problem, by place.
pub fn read(source: &Arc<Source>, policy: &Policy, rules: &[&str]) -> Result<Vec<Case>, Vec<Problem>> {
    let parsed = yaml::parse(Arc::clone(source));
    let mut reader = Reader { source, policy, rules, problems: Vec::new() };
    for problem in &parsed.problems {
        reader.tell(problem.span, problem.message.clone(), None);
    }
    let mut cases = Vec::new();
    if let (true, Some(root)) = (parsed.problems.is_empty(), parsed.document.root()) {
        let list = root.entries().find(|entry| entry.key == "cases");
        match list {
            Some(list) => {
                reader.keys(root, &["cases"]);
                cases.extend(reader.list(&list).into_iter().filter_map(|case| reader.case(case)));
            }
            None => cases.extend(reader.case(root)),
        }
    }
    reader.problems.sort_by_key(|problem| problem.span);
    if reader.problems.is_empty() { Ok(cases) } else { Err(reader.problems) }
}

struct Reader<'a> {
    source: &'a Arc<Source>,
    policy: &'a Policy,
    rules: &'a [&'a str],
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn tell(&mut self, span: Span, message: String, help: Option<String>) {
        self.problems.push(Problem { span, message, help });
    }

    /// Tells of keys that are not among these.
    fn keys(&mut self, map: Node<'_>, known: &[&str]) {
        for entry in map.entries().filter(|entry| !known.contains(&entry.key)) {
            let help = match closest(entry.key, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the keys here are {}", known.join(", ")),
            };
            self.tell(entry.key_span, format!("unknown key {}", shown(entry.key)), Some(help));
        }
    }

    fn list<'n>(&mut self, entry: &Entry<'n>) -> Vec<Node<'n>> {
        if entry.value.value() != Value::Sequence {
            let found = entry.value.value().noun();
            self.tell(entry.key_span, format!("`{}` must be a list, found {found}", entry.key), None);
        }
        entry.value.items().collect()
    }

    fn text<'n>(&mut self, entry: &Entry<'n>) -> Option<&'n str> {
        let text = entry.value.as_str().filter(|text| !text.trim().is_empty());
        if text.is_none() {
            let found = entry.value.value().noun();
            self.tell(entry.key_span, format!("`{}` must be a string, found {found}", entry.key), None);
        }
        text
    }

    fn case(&mut self, case: Node<'_>) -> Option<Case> {
        if case.value() != Value::Map {
            self.tell(case.span(), format!("a case is a map, found {}", case.value().noun()), None);
            return None;
        }
        self.keys(case, &KEYS);
        let get = |key: &str| case.entries().find(|entry| entry.key == key);
        let first = case.entries().next().map(|entry| entry.key_span).unwrap_or_default();
        let is_change = STATES.iter().any(|key| get(key).is_some());
        let change = is_change.then(|| self.change(case));
        for entry in case.entries().filter(|entry| !is_change && OF_CHANGES.contains(&entry.key)) {
            let help = "give `before` and `after`, or `path` and `after`, in place of `record`".to_owned();
            let message = format!("`{}` tells of a change, and the case has one state", entry.key);
            self.tell(entry.key_span, message, Some(help));
        }
        if let Some(entry) = get("record").filter(|_| is_change) {
            let help = "a change has `before` and `after` in its place".to_owned();
            self.tell(
                entry.key_span,
                "`record` is one state, and the case is a change".to_owned(),
                Some(help),
            );
        }
        let mut files = Vec::new();
        for file in get("files").map(|entry| self.list(&entry)).unwrap_or_default() {
            match file.as_str() {
                Some(path) => files.push(path.to_owned()),
                None => {
                    self.tell(file.span(), format!("a file is a path, found {}", file.value().noun()), None);
                }
            }
        }
        let name = self
            .need(get("name"), "name", first)
            .and_then(|entry| self.text(&entry).map(|name| (name.to_owned(), entry.value.span())));
        let now = self.need(get("now"), "now", first).and_then(|entry| {
            let text = self.text(&entry)?;
            let now = parse_now(text, &self.policy.lanes.calendar);
            if now.is_none() {
                let message = format!("`now` must be a time or a date, found {}", shown(text));
                self.tell(entry.value.span(), message, Some("as in 2026-11-20T09:00:00Z".to_owned()));
            }
            now
        });
        let path =
            get("path").map(|entry| self.text(&entry).map(|path| (path.to_owned(), entry.value.span())));
        let fields = get("record").map(|entry| {
            if entry.value.value() != Value::Map {
                let found = entry.value.value().noun();
                self.tell(entry.key_span, format!("`record` must be a map, found {found}"), None);
            }
            fields_of(entry.value)
        });
        if path.is_none() && fields.is_none() && !is_change {
            let help = "`record` holds one, `path` names one of the repository".to_owned();
            self.tell(first, "the case has no record".to_owned(), Some(help));
        }
        let expect = self.need(get("expect"), "expect", first).map(|entry| {
            let items = self.list(&entry);
            items.into_iter().filter_map(|item| self.expected(item)).collect()
        });
        let (name, span) = name?;
        let path = match path {
            Some(path) => Some(path?),
            None => None,
        };
        let source = Arc::clone(self.source);
        let (now, expect) = (now?, expect?);
        let change = match change {
            Some(change) => Some(change?),
            None => None,
        };
        Some(Case { name, source, span, now, path, fields, change, files, expect })
    }

    /// What a case says of a change; `None` where it cannot be read.
    fn change(&mut self, case: Node<'_>) -> Option<CaseChange> {
        let get = |key: &str| case.entries().find(|entry| entry.key == key);
        let mut state = |key: &str| match get(key) {
            None => Some(State::Absent),
            Some(entry) => match entry.value.value() {
                Value::Null => Some(State::None),
                Value::Map => Some(State::Fields(fields_of(entry.value))),
                other => {
                    let message = format!("`{key}` must be a map or null, found {}", other.noun());
                    self.tell(entry.key_span, message, None);
                    None
                }
            },
        };
        let (before, after) = (state("before")?, state("after")?);
        let has_before =
            matches!(before, State::Fields(_)) || (before == State::Absent && get("path").is_some());
        if let Some(entry) = get("before").filter(|_| after == State::Absent) {
            let help =
                "say what is after the change: what differs, or null where the record is gone".to_owned();
            self.tell(entry.key_span, "the case has `before` and no `after`".to_owned(), Some(help));
        }
        if let Some(entry) = get("after").filter(|_| after == State::None && !has_before) {
            self.tell(entry.key_span, "nothing is before the change, and nothing after it".to_owned(), None);
        }
        let authors = match get("author") {
            Some(entry) if entry.value.value() == Value::Sequence => entry.value.items().collect(),
            Some(entry) => vec![entry.value],
            None => Vec::new(),
        };
        let authors = authors.into_iter().filter_map(|author| self.person(author)).collect();
        let opened_by = get("opened_by").and_then(|entry| self.person(entry.value));
        let approvals = get("approvals").map(|entry| {
            let items = self.list(&entry);
            items.into_iter().filter_map(|item| self.approval(item, has_before)).collect()
        });
        Some(CaseChange { before, after, authors, opened_by, approvals })
    }

    /// The key of somebody of the roster.
    fn person(&mut self, value: Node<'_>) -> Option<String> {
        let people = &self.policy.board.people;
        let key = value.as_str().unwrap_or_default();
        if people.contains_key(key) {
            return Some(key.to_owned());
        }
        let help = match closest(key, people.keys().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "people are named by their keys in board.toml".to_owned(),
        };
        let message = match value.as_str() {
            Some(key) => format!("{} is nobody of the roster", shown(key)),
            None => format!("a person is the key of one, found {}", value.value().noun()),
        };
        self.tell(value.span(), message, Some(help));
        None
    }

    fn approval(&mut self, item: Node<'_>, has_before: bool) -> Option<Approval> {
        if item.value() != Value::Map {
            let message = format!("an approval is a map, found {}", item.value().noun());
            self.tell(item.span(), message, Some("as in { person: KEY, on: after }".to_owned()));
            return None;
        }
        self.keys(item, &["person", "on", "veto"]);
        let get = |key: &str| item.entries().find(|entry| entry.key == key);
        let person = self.need(get("person"), "person", item.span())?;
        let person = self.person(person.value)?;
        let on = self.need(get("on"), "on", item.span())?;
        let on_before = match on.value.as_str() {
            Some("after") => false,
            Some("before") if has_before => true,
            Some("before") => {
                let message = "nothing is before the change, so nobody can have voted on it".to_owned();
                self.tell(on.value.span(), message, None);
                return None;
            }
            _ => {
                let message = "`on` must be before or after: the state that was voted on".to_owned();
                self.tell(on.value.span(), message, None);
                return None;
            }
        };
        let veto = match get("veto").map(|entry| (entry, entry.value.value())) {
            None => false,
            Some((_, Value::Bool(veto))) => veto,
            Some((entry, other)) => {
                let message = format!("`veto` must be true or false, found {}", other.noun());
                self.tell(entry.value.span(), message, None);
                return None;
            }
        };
        Some(Approval { person, on_before, veto })
    }

    fn need<'n>(&mut self, entry: Option<Entry<'n>>, key: &str, at: Span) -> Option<Entry<'n>> {
        if entry.is_none() {
            let help = (key == "expect").then(|| "`expect: []` means clean".to_owned());
            let what = if key == "person" || key == "on" { "approval" } else { "case" };
            self.tell(at, format!("the {what} has no `{key}`"), help);
        }
        entry
    }

    fn expected(&mut self, item: Node<'_>) -> Option<Expected> {
        if item.value() != Value::Map {
            let message = format!("an expected finding is a map, found {}", item.value().noun());
            self.tell(item.span(), message, Some("as in `rule: lane/under-routed`".to_owned()));
            return None;
        }
        self.keys(item, &["rule", "field", "severity"]);
        let get = |key: &str| item.entries().find(|entry| entry.key == key);
        let rule = self.need(get("rule"), "rule", item.span())?;
        let name = self.text(&rule)?;
        if !self.rules.contains(&name) {
            let help = match closest(name, self.rules.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`exboard rules` lists them".to_owned(),
            };
            self.tell(rule.value.span(), format!("{} is not a rule", shown(name)), Some(help));
        }
        let field = get("field").and_then(|entry| self.text(&entry).map(|text| (text, entry.value.span())));
        if let Some((text, span)) = field.filter(|(text, _)| !text.starts_with('/')) {
            let message = format!("`field` must be a JSON pointer, found {}", shown(text));
            self.tell(span, message, Some("as in /board_tier".to_owned()));
        }
        let severity = get("severity").and_then(|entry| {
            let text = self.text(&entry)?;
            let known = [Severity::Info, Severity::Warning, Severity::Error];
            let severity = known.into_iter().find(|severity| severity.as_str() == text);
            if severity.is_none() {
                let message = format!("`severity` must be info, warning or error, found {}", shown(text));
                self.tell(entry.value.span(), message, None);
            }
            severity
        });
        Some(Expected {
            rule: name.to_owned(),
            field: field.map(|(text, _)| text.to_owned()),
            severity,
            span: rule.value.span(),
        })
    }
}
