//! `policies/tests/*.yaml` to cases: strict, with every problem at its place.

use std::sync::Arc;

use super::{Case, Expected, Problem, fields_of};
use crate::finding::{Severity, closest};
use crate::policy::Policy;
use crate::source::{Source, Span};
use crate::time::parse_now;
use crate::yaml::{self, Entry, Node, Value};

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

/// What only a change has.
const OF_CHANGES: [&str; 5] = ["before", "after", "author", "opened_by", "approvals"];

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
            self.tell(entry.key_span, format!("unknown key `{}`", entry.key), Some(help));
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
        for entry in case.entries().filter(|entry| OF_CHANGES.contains(&entry.key)) {
            let help = "give the record as it is after the change, as `record`".to_owned();
            let message = format!("`{}` tells of a change, and this version judges one state", entry.key);
            self.tell(entry.key_span, message, Some(help));
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
                let message = format!("`now` must be a time or a date, found `{text}`");
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
        let is_change = OF_CHANGES.iter().any(|key| get(key).is_some());
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
        Some(Case { name, source, span, now: now?, path, fields, files, expect: expect? })
    }

    fn need<'n>(&mut self, entry: Option<Entry<'n>>, key: &str, at: Span) -> Option<Entry<'n>> {
        if entry.is_none() {
            let help = (key == "expect").then(|| "`expect: []` means clean".to_owned());
            self.tell(at, format!("the case has no `{key}`"), help);
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
            self.tell(rule.value.span(), format!("`{name}` is not a rule"), Some(help));
        }
        let field = get("field").and_then(|entry| self.text(&entry).map(|text| (text, entry.value.span())));
        if let Some((text, span)) = field.filter(|(text, _)| !text.starts_with('/')) {
            let message = format!("`field` must be a JSON pointer, found `{text}`");
            self.tell(span, message, Some("as in /board_tier".to_owned()));
        }
        let severity = get("severity").and_then(|entry| {
            let text = self.text(&entry)?;
            let known = [Severity::Info, Severity::Warning, Severity::Error];
            let severity = known.into_iter().find(|severity| severity.as_str() == text);
            if severity.is_none() {
                let message = format!("`severity` must be info, warning or error, found `{text}`");
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
