//! The table of rules: ours, with their pages, and the repository's own.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::ser::Serializer;

use super::super::{page_of, safe};
use super::level;
use super::log::Text;
use crate::finding::{RuleInfo, Safety, Scope};
use crate::policy::CustomRule;
use crate::rules::{RULES, page};

/// Characters of a description, beyond which GitHub cuts it.
const LONGEST: usize = 1024;

/// The rules in the order of the table, and their places in it.
pub(super) struct Rules<'a> {
    table: Vec<Rule>,
    index: BTreeMap<&'a str, usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: String,
    short_description: Text,
    full_description: Text,
    help: Help,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
    default_configuration: Configuration,
    properties: Properties,
}

#[derive(Serialize)]
struct Help {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<String>,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Properties {
    scope: &'static str,
    locked: bool,
    gate: bool,
    suppressible: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<&'static str>,
    tags: Vec<&'static str>,
}

impl<'a> Rules<'a> {
    pub(super) fn new(custom: &'a [CustomRule]) -> Self {
        let names = RULES.iter().map(|rule| rule.info.name).chain(custom.iter().map(|rule| rule.id.as_str()));
        Rules {
            index: names.zip(0..).collect(),
            table: RULES
                .iter()
                .map(|rule| Rule::from(&rule.info))
                .chain(custom.iter().map(Rule::from))
                .collect(),
        }
    }

    /// Where a rule stands in the table.
    pub(super) fn index(&self, rule: &str) -> Option<usize> {
        self.index.get(rule).copied()
    }
}

impl Serialize for Rules<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.table.serialize(serializer)
    }
}

impl From<&RuleInfo> for Rule {
    fn from(info: &RuleInfo) -> Self {
        let page = page(info);
        Rule {
            id: info.name.to_owned(),
            short_description: Text { text: format!("{}.", info.summary) },
            full_description: Text { text: introduction(info.docs) },
            help: Help { text: page.clone(), markdown: Some(page) },
            help_uri: page_of(info.name),
            default_configuration: Configuration { level: level(info.severity) },
            properties: Properties {
                scope: info.scope.as_str(),
                locked: info.locked,
                gate: info.gate,
                suppressible: info.suppressible,
                fix: info.fix.map(Safety::as_str),
                since: Some(info.since),
                tags: tags(info.group(), info.scope),
            },
        }
    }
}

impl From<&CustomRule> for Rule {
    /// Its words are those of `exboard.toml`: text, and never Markdown.
    fn from(rule: &CustomRule) -> Self {
        let message = safe(&rule.message).into_owned();
        let when =
            rule.when.as_ref().map(|when| format!("where {}, ", safe(when.text()))).unwrap_or_default();
        let help = format!(
            "A rule of this repository, in exboard.toml. On a record of {}: {when}{} must hold.",
            rule.kind.name(),
            safe(rule.assert.text())
        );
        Rule {
            id: rule.id.clone(),
            short_description: Text { text: message.clone() },
            full_description: Text { text: message },
            help: Help { text: help, markdown: None },
            help_uri: None,
            default_configuration: Configuration { level: level(rule.severity) },
            properties: Properties {
                scope: rule.scope.as_str(),
                locked: false,
                gate: false,
                suppressible: rule.suppressible,
                fix: None,
                since: None,
                tags: tags("custom", rule.scope),
            },
        }
    }
}

fn tags(group: &'static str, scope: Scope) -> Vec<&'static str> {
    let scope = match scope {
        Scope::Record => "record",
        Scope::Change => "change",
        Scope::All => "register",
        Scope::Policy => "policy-file",
    };
    vec!["governance", group, scope]
}

/// What a page says before its first heading, as one paragraph.
fn introduction(docs: &str) -> String {
    let lines = docs.lines().map(str::trim).take_while(|line| !line.starts_with('#'));
    let words: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
    super::super::text::clip(&words.join(" "), LONGEST - 1, "…").into_owned()
}
