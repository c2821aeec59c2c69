//! What a schema error means, in the words of the person who wrote the record.
//!
//! The crate's own texts name keywords and dump values; these name the field, the value found and what it must be.

use std::collections::BTreeMap;

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value as Json;

use super::names::field_name;
use super::{Kind, Problem, ProblemKind};
use crate::finding::closest;
use crate::source::Span;
use crate::yaml::{self, Document, Node, Style, Value, child_pointer};

/// What an explanation draws on.
pub(super) struct Context<'a> {
    pub(super) kind: Kind,
    pub(super) schema: &'a Json,
    pub(super) document: &'a Document,
}

/// Longest value quoted in a message, in characters.
const QUOTED: usize = 40;

/// Adds what one error means; an error about alternatives can mean several things.
pub(super) fn explain(error: &ValidationError<'_>, context: &Context<'_>, problems: &mut Vec<Problem>) {
    let field = error.instance_path().as_str();
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            unknown_fields(field, unexpected, error, context, problems);
        }
        ValidationErrorKind::Required { property } => {
            problems.push(missing(
                &child_pointer(field, property.as_str().unwrap_or_default()),
                error,
                context,
            ));
        }
        ValidationErrorKind::OneOfNotValid { context: branches }
        | ValidationErrorKind::AnyOf { context: branches } => {
            alternatives(field, branches, error, context, problems);
        }
        _ => {
            let (message, help) = value_words(field, error, context);
            let help = help.or_else(|| purpose(schema_beside(error, context)?));
            problems.push(Problem {
                kind: ProblemKind::Invalid,
                field: field.to_owned(),
                span: context.document.locate(field),
                message,
                help,
                replacement: missing_quotes(field, error, context),
            });
        }
    }
}

/// One problem for each key that the schema does not know. There may be tens of thousands of them, so what they share
/// is looked up once.
fn unknown_fields(
    parent: &str,
    keys: &[String],
    error: &ValidationError<'_>,
    context: &Context<'_>,
    problems: &mut Vec<Problem>,
) {
    let known: Vec<&str> = schema_beside(error, context)
        .and_then(|schema| schema.get("properties"))
        .and_then(Json::as_object)
        .map(|properties| properties.keys().map(String::as_str).collect())
        .unwrap_or_default();
    let entries = context.document.get(parent).into_iter().flat_map(Node::entries);
    let places: BTreeMap<&str, Span> = entries.map(|entry| (entry.key, entry.key_span)).collect();
    let place = if parent.is_empty() { "a record".to_owned() } else { format!("`{}`", field_name(parent)) };
    problems.extend(keys.iter().map(|key| {
        let near = closest(key, known.iter().copied());
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None if parent.is_empty() => "a team's own fields go under `extensions:`".to_owned(),
            None => format!("known here: {}", known.join(", ")),
        };
        Problem {
            kind: ProblemKind::UnknownField,
            span: places.get(key.as_str()).copied().unwrap_or_default(),
            message: format!("`{}` is not a field of {place}", clip(key)),
            field: child_pointer(parent, key),
            help: Some(help),
            replacement: near.filter(|near| !places.contains_key(near)).map(str::to_owned),
        }
    }));
}

fn missing(field: &str, error: &ValidationError<'_>, context: &Context<'_>) -> Problem {
    let name = field_name(field);
    let conditional = error.schema_path().as_str().contains("/then/");
    let owner = match field.rsplit_once('/').map(|(parent, _)| parent).filter(|_| conditional) {
        Some("") => status(context).map(|status| format!("{} {status} record", article(status))),
        Some(parent) => nested_status(parent, context).map(|status| format!("one that is {status}")),
        None => None,
    };
    let message = match owner {
        Some(owner) => format!("`{name}` is missing; {owner} needs it"),
        None => format!("`{name}` is missing"),
    };
    let help = property_schema(field, error, context).and_then(|schema| {
        let key = field.rsplit('/').next().unwrap_or_default();
        // An example person would be somebody outside the reader's roster.
        let is_person =
            schema.get("$ref").and_then(Json::as_str).is_some_and(|name| name.ends_with("/person"));
        let example = example(schema, context).filter(|_| !is_person);
        example.map(|example| format!("for example `{key}: {example}`")).or_else(|| purpose(schema))
    });
    Problem {
        kind: ProblemKind::Invalid,
        field: field.to_owned(),
        span: context.document.locate(field),
        message,
        help,
        replacement: None,
    }
}

/// The branch that fits best speaks; where no branch is nearer than another, the choice itself is named.
fn alternatives(
    field: &str,
    branches: &[Vec<ValidationError<'static>>],
    error: &ValidationError<'_>,
    context: &Context<'_>,
    problems: &mut Vec<Problem>,
) {
    let required: Option<Vec<String>> = branches
        .iter()
        .map(|errors| match errors.as_slice() {
            [only] => match only.kind() {
                ValidationErrorKind::Required { property } => {
                    property.as_str().map(|name| format!("`{name}`"))
                }
                _ => None,
            },
            _ => None,
        })
        .collect();
    let invalid = |message: String, help: Option<String>| Problem {
        kind: ProblemKind::Invalid,
        field: field.to_owned(),
        span: context.document.locate(field),
        message,
        help,
        replacement: None,
    };
    if let Some(names) = required {
        let message = format!("`{}` needs {}", field_name(field), names.join(" or "));
        problems.push(invalid(message, Some("give exactly one of them".to_owned())));
        return;
    }
    let wrong_type = |errors: &[ValidationError<'static>]| {
        errors.iter().any(|error| {
            matches!(error.kind(), ValidationErrorKind::Type { .. })
                && error.instance_path().as_str() == field
        })
    };
    match branches.iter().filter(|errors| !wrong_type(errors)).max_by_key(|errors| depth(errors)) {
        Some(errors) => errors.iter().for_each(|error| explain(error, context, problems)),
        None => {
            let titles = schema_beside(error, context)
                .and_then(|schema| schema.get(error.kind().keyword()))
                .and_then(Json::as_array)
                .map(|branches| {
                    branches.iter().filter_map(|branch| branch.get("title")?.as_str()).collect::<Vec<_>>()
                })
                .unwrap_or_default();
            let found = found(context.document.get(field));
            let message = format!("`{}` is {found}", field_name(field));
            problems
                .push(invalid(message, Some(format!("it can be: {}", titles.join("; or: ").to_lowercase()))));
        }
    }
}

fn depth(errors: &[ValidationError<'static>]) -> usize {
    errors.iter().map(|error| error.instance_path().as_str().matches('/').count()).max().unwrap_or_default()
}

/// Message and help about a value that is there.
fn value_words(field: &str, error: &ValidationError<'_>, context: &Context<'_>) -> (String, Option<String>) {
    let name = field_name(field);
    let node = context.document.get(field);
    if node.is_some_and(|node| node.value() == Value::Null) {
        return (format!("`{name}` is null"), Some("leave the field out where it has no value".to_owned()));
    }
    let found = found(node);
    let beside = schema_beside(error, context);
    let limits = beside.map(|schema| (schema.get("minimum"), schema.get("maximum")));
    let such_as = || {
        beside.and_then(|schema| example(schema, context)).map(|example| format!("for example `{example}`"))
    };
    match error.kind() {
        ValidationErrorKind::Minimum { limit } | ValidationErrorKind::Maximum { limit } => {
            let range = match limits {
                Some((Some(low), Some(high))) => format!("{low}–{high}"),
                Some((Some(_), None)) => format!("at least {limit}"),
                _ => format!("at most {limit}"),
            };
            (format!("`{name}` must be {range}, found {found}"), None)
        }
        ValidationErrorKind::Type { kind } => type_words(&name, kind, node, &found),
        ValidationErrorKind::Enum { options } => enum_words(&name, options, node, &found),
        ValidationErrorKind::Pattern { pattern } if pattern == r"\S" => {
            (format!("`{name}` is blank"), such_as())
        }
        ValidationErrorKind::Pattern { .. } => {
            let title =
                beside.and_then(|schema| schema.get("title")?.as_str()).unwrap_or("value").to_lowercase();
            (format!("`{name}` is not a valid {title}: {found}"), such_as())
        }
        ValidationErrorKind::Format { format } if format == "date" => (
            format!("`{name}` must be a calendar day, found {found}"),
            Some("write it as YYYY-MM-DD, for example 2026-04-23".to_owned()),
        ),
        ValidationErrorKind::Format { .. } => (
            format!("`{name}` must be a time with an offset, found {found}"),
            Some("write it as RFC 3339 has it, for example 2026-04-21T15:04:05Z".to_owned()),
        ),
        ValidationErrorKind::MinItems { limit } => {
            let count = node.map_or(0, |node| node.items().len());
            (format!("`{name}` needs at least {limit} entry, found {count}"), such_as())
        }
        ValidationErrorKind::MaxItems { limit } => {
            let count = node.map_or(0, |node| node.items().len());
            (format!("`{name}` has at most {limit} entries, found {count}"), None)
        }
        ValidationErrorKind::UniqueItems => (format!("`{name}` has an entry twice"), None),
        ValidationErrorKind::OneOfMultipleValid { .. } => {
            let titles = beside
                .and_then(|schema| schema.get("oneOf"))
                .and_then(Json::as_array)
                .map(|branches| branches.iter().filter_map(|branch| branch.get("required")?.get(0)?.as_str()))
                .map(|names| names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and "))
                .unwrap_or_default();
            (format!("`{name}` has {titles}"), Some("give exactly one of them".to_owned()))
        }
        ValidationErrorKind::FalseSchema => {
            let status = status(context).unwrap_or_default();
            let message = format!("`{name}` does not belong in {} {status} record", article(status));
            (
                message,
                Some(format!("remove it, or set the `{}` that it goes with", context.kind.status_field())),
            )
        }
        other => (format!("`{name}` fails `{}`: {found}", other.keyword()), such_as()),
    }
}

fn type_words(name: &str, kind: &TypeKind, node: Option<Node<'_>>, found: &str) -> (String, Option<String>) {
    let wanted = match kind {
        TypeKind::Single(kind) => kind.to_string(),
        TypeKind::Multiple(_) => "value of another type".to_owned(),
    };
    let noun = match wanted.as_str() {
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "`true` or `false`",
        "array" => "a list",
        "object" => "a map",
        "string" => "a string",
        other => other,
    };
    let quoted = node.is_some_and(|node| matches!(node.style(), Style::SingleQuoted | Style::DoubleQuoted));
    let text = node.and_then(Node::as_str).unwrap_or_default();
    let help = match wanted.as_str() {
        "integer" | "number" if quoted && text.parse::<f64>().is_ok() => Some("remove the quotes".to_owned()),
        "boolean" if ["yes", "no", "on", "off"].contains(&text) => {
            Some("YAML 1.2 knows only `true` and `false`".to_owned())
        }
        "string" if node.is_some_and(|node| node.style() == Style::Plain) => {
            Some("put it in quotes".to_owned())
        }
        "array" => Some("start each entry on a line of its own with `- `".to_owned()),
        _ => None,
    };
    (format!("`{name}` must be {noun}, found {found}"), help)
}

fn enum_words(name: &str, options: &Json, node: Option<Node<'_>>, found: &str) -> (String, Option<String>) {
    let options: Vec<&str> = options.as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    let near = node.and_then(Node::as_str).and_then(|text| closest(text, options.iter().copied()));
    let list = options.iter().map(|option| format!("`{option}`")).collect::<Vec<_>>().join(", ");
    let help = match near {
        Some(near) => format!("did you mean `{near}`? Known: {list}"),
        None => format!("known: {list}"),
    };
    (format!("`{name}` cannot be {found}"), Some(help))
}

/// The source text in quotes, where an unquoted scalar stands for a string.
fn missing_quotes(field: &str, error: &ValidationError<'_>, context: &Context<'_>) -> Option<String> {
    let ValidationErrorKind::Type { kind: TypeKind::Single(kind) } = error.kind() else { return None };
    let node = context.document.get(field)?;
    let scalar = matches!(node.value(), Value::Bool(_) | Value::Int(_) | Value::UInt(_) | Value::Float(_));
    (kind.to_string() == "string" && scalar && node.style() == Style::Plain).then(|| yaml::quote(node.raw()))
}

/// The value as a message quotes it.
fn found(node: Option<Node<'_>>) -> String {
    let Some(node) = node else { return "nothing".to_owned() };
    match node.value() {
        // Written with quotes it is shown with them: they, or a blank inside, may be what is wrong.
        Value::String(_) if matches!(node.style(), Style::SingleQuoted | Style::DoubleQuoted) => {
            format!("the text {}", clip(node.raw()))
        }
        Value::String(text) => format!("`{}`", clip(text)),
        Value::Bool(_) | Value::Int(_) | Value::UInt(_) | Value::Float(_) => clip(node.raw()),
        other => other.noun().to_owned(),
    }
}

fn clip(text: &str) -> String {
    let line = text.replace(['\n', '\r'], " ");
    if line.chars().count() <= QUOTED {
        return line;
    }
    line.chars().take(QUOTED - 1).chain(['…']).collect()
}

fn status<'a>(context: &Context<'a>) -> Option<&'a str> {
    context.document.root()?.child(context.kind.status_field())?.as_str()
}

/// The status of a map within the record, such as a compensating control.
fn nested_status<'a>(parent: &str, context: &Context<'a>) -> Option<&'a str> {
    context.document.get(parent)?.child("status")?.as_str()
}

/// What a field is for: the first sentence of its description.
fn purpose(schema: &Json) -> Option<String> {
    let description = schema.get("description")?.as_str()?;
    let sentence = description.split_once(". ").map_or(description, |(first, _)| first);
    let mut letters = sentence.trim_end_matches('.').chars();
    let first = letters.next()?;
    Some(format!("{}: {}{}", schema.get("title")?.as_str()?, first.to_lowercase(), letters.as_str()))
}

fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

/// The schema that holds the failed keyword.
fn schema_beside<'s>(error: &ValidationError<'_>, context: &Context<'s>) -> Option<&'s Json> {
    let (parent, _) = error.schema_path().as_str().rsplit_once('/')?;
    context.schema.pointer(parent)
}

/// The schema of a missing property: beside its `required`, or in the nearest schema around a conditional one.
fn property_schema<'s>(field: &str, error: &ValidationError<'_>, context: &Context<'s>) -> Option<&'s Json> {
    let name = field.rsplit('/').next()?;
    let mut path = error.schema_path().as_str();
    while let Some((parent, _)) = path.rsplit_once('/') {
        path = parent;
        let property = context.schema.pointer(path).and_then(|schema| schema.get("properties")?.get(name));
        if property.is_some() {
            return property;
        }
    }
    None
}

/// The first example of a schema that fits on one line.
fn example(schema: &Json, context: &Context<'_>) -> Option<String> {
    let referred = schema
        .get("$ref")
        .and_then(Json::as_str)
        .and_then(|reference| context.schema.pointer(reference.strip_prefix('#')?));
    let examples = schema.get("examples").or_else(|| referred?.get("examples"))?;
    match examples.get(0)? {
        Json::String(text) if text.chars().count() <= 60 => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}
