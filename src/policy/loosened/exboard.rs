//! `exboard.toml`: severities, the repository's own rules, folders, and what a vote does not cover.

use std::collections::BTreeSet;

use super::List;
use crate::finding::Severity;
use crate::policy::{CustomRule, Layout, Level, Policy};

const FILE: &str = "exboard.toml";

/// Compares the files.
pub(super) fn compare(list: &mut List<'_>, severity: &dyn Fn(&str) -> Option<Severity>) {
    severities(list, severity);
    own_rules(list);
    folders(list);
    let sets = (&list.base.exboard.extensions.progress, &list.head.exboard.extensions.progress);
    list.added(FILE, "extensions.progress", sets, |keys| {
        format!("votes do not cover {keys} below `extensions` any more")
    });
}

/// The weight of a rule: none where it is off, or the policy does not know it.
fn weight(policy: &Policy, rule: &str, severity: &dyn Fn(&str) -> Option<Severity>) -> Option<Severity> {
    let own = policy.exboard.custom.iter().find(|own| own.id == rule);
    match policy.exboard.rules.get(rule).copied() {
        Some(level) => Level::severity(level),
        None => own.map(|own| own.severity).or_else(|| severity(rule)),
    }
}

fn severities(list: &mut List<'_>, severity: &dyn Fn(&str) -> Option<Severity>) {
    let (base, head) = (list.base, list.head);
    let own = head.exboard.custom.iter().filter(|rule| twin(base, rule).is_some()).map(|rule| &rule.id);
    let names: BTreeSet<&String> =
        base.exboard.rules.keys().chain(head.exboard.rules.keys()).chain(own).collect();
    for name in names {
        let (was, is) = (weight(base, name, severity), weight(head, name, severity));
        let is_gone = severity(name).is_none() && !head.exboard.custom.iter().any(|rule| rule.id == *name);
        if is >= was || is_gone {
            continue;
        }
        let word = |severity: Option<Severity>| severity.map_or("off", Severity::as_str);
        let message = format!("`{name}` is {}, and was {}", word(is), word(was));
        list.tell(FILE, format!("rules.\"{name}\""), message);
    }
}

fn twin<'p>(policy: &'p Policy, rule: &CustomRule) -> Option<&'p CustomRule> {
    policy.exboard.custom.iter().find(|other| other.id == rule.id)
}

fn own_rules(list: &mut List<'_>) {
    let (base, head) = (list.base, list.head);
    for rule in &base.exboard.custom {
        let Some(other) = twin(head, rule) else {
            list.tell(FILE, rule.key.clone(), format!("the rule `{}` is gone", rule.id));
            continue;
        };
        let judges = |rule: &CustomRule| {
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let when = rule.when.as_ref().map(|when| words(when.text()));
            (rule.scope, rule.kind, when, words(rule.assert.text()))
        };
        if judges(rule) != judges(other) {
            let message = format!("the rule `{}` judges something else than before", rule.id);
            list.tell(FILE, format!("{}.assert", other.key), message);
        }
        if other.suppressible && !rule.suppressible {
            let message = format!("a comment in a record may hide `{}`", rule.id);
            list.tell(FILE, format!("{}.suppressible", other.key), message);
        }
    }
}

/// What lies outside of the folders is not judged.
fn folders(list: &mut List<'_>) {
    let (base, head) = (&list.base.exboard.paths, &list.head.exboard.paths);
    let folders = [
        ("board", "board records lie", &base.board, &head.board),
        ("registry", "registry records lie", &base.registry, &head.registry),
        ("policies", "the policy lies", &base.policies, &head.policies),
    ];
    for (key, what, was, is) in folders {
        if was != is {
            let message = format!("{what} in `{is}`, and what is left in `{was}` is not judged any more");
            list.tell(FILE, format!("paths.{key}"), message);
        }
    }
    if base.layout == Layout::Lane && head.layout == Layout::Any {
        let message = "a record need not lie in the folder of its tier, so code owners of folders see less";
        list.tell(FILE, "paths.layout", message.to_owned());
    }
}
