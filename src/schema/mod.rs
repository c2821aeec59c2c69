//! The JSON Schemas of the record kinds, compiled once, and what they say about a record in plain words.
//!
//! The schemas are the contract that editors and other tools read; this room only translates. What a schema
//! cannot express (a list entry's id is unique in its list) is added here, so that the rules see one answer.

mod names;
mod order;
mod words;

use std::sync::LazyLock;

use jsonschema::{Draft, PatternOptions, Registry, Validator};
use serde_json::Value as Json;

use crate::source::Span;
use crate::time;
use crate::yaml::{Document, Node, YamlJson};

pub use names::field_name;
pub use order::field_order;

/// The kinds of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The vendor's own decision about a control gap.
    Board,
    /// A buyer's exception from a questionnaire or a contract review.
    Registry,
}

impl Kind {
    /// Both kinds.
    pub const ALL: [Kind; 2] = [Kind::Board, Kind::Registry];

    /// The value of a record's `schema` field.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Board => "security_exception_board_record_v1",
            Kind::Registry => "security_exception_registry_v1",
        }
    }

    /// The word for it in messages and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Kind::Board => "board",
            Kind::Registry => "registry",
        }
    }

    /// The field that holds a record's status.
    #[must_use]
    pub fn status_field(self) -> &'static str {
        match self {
            Kind::Board => "decision_status",
            Kind::Registry => "status",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The JSON Schema (draft 2020-12), as it is published.
    #[must_use]
    pub fn schema_text(self) -> &'static str {
        match self {
            Kind::Board => include_str!("../../schemas/security_exception_board_record_v1.json"),
            Kind::Registry => include_str!("../../schemas/security_exception_registry_v1.json"),
        }
    }
}

/// The JSON Schema of `exboard check --format json`, version 1.
pub const CHECK_OUTPUT: &str = include_str!("../../schemas/check_v1.json");

/// What sort of problem a schema sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemKind {
    /// A value is missing, misplaced or not what it must be.
    Invalid,
    /// A key that the schema does not know.
    UnknownField,
}

/// One way in which a record differs from its schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What sort.
    pub kind: ProblemKind,
    /// JSON pointer of the field; it may be absent from the record.
    pub field: String,
    /// Where a person looks: the value, the key of an unknown field, or the key of the map that lacks the field.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// A replacement of [`Problem::span`] that mends it.
    pub replacement: Option<String>,
}

/// A schema as it was read, and ready to validate. Who asks for the fields alone waits for no validator.
struct Schema {
    json: LazyLock<Option<Json>>,
    validator: LazyLock<Option<Validator<YamlJson>>>,
}

static BOARD: Schema =
    Schema { json: LazyLock::new(|| read(Kind::Board)), validator: LazyLock::new(|| compile(Kind::Board)) };
static REGISTRY: Schema = Schema {
    json: LazyLock::new(|| read(Kind::Registry)),
    validator: LazyLock::new(|| compile(Kind::Registry)),
};

fn schema(kind: Kind) -> &'static Schema {
    match kind {
        Kind::Board => &BOARD,
        Kind::Registry => &REGISTRY,
    }
}

/// The fields that a record of a kind can have at its top.
#[must_use]
pub fn fields(kind: Kind) -> Vec<&'static str> {
    let properties = schema(kind).json.as_ref().and_then(|json| json.get("properties")?.as_object());
    properties.into_iter().flat_map(|properties| properties.keys().map(String::as_str)).collect()
}

/// `None` only if a compiled-in schema is broken, which `tests/schema.rs` rules out.
fn read(kind: Kind) -> Option<Json> {
    serde_json::from_str(kind.schema_text()).ok()
}

/// As [`read`].
///
/// The crate holds whatever it compiles against the schema of its draft, and takes twice as long to make that ready as
/// all of ours. So what it compiles here is a reference to ours, of the draft whose own schema is the smallest; what is
/// referred to keeps its draft, and that it is a schema the tests have said.
fn compile(kind: Kind) -> Option<Validator<YamlJson>> {
    let schema = schema(kind).json.as_ref()?;
    let id = schema.get("$id")?.as_str()?;
    let registry = Registry::new().add(id, schema).ok()?.prepare().ok()?;
    jsonschema::options_for::<YamlJson>()
        .offline()
        .with_pattern_options(PatternOptions::regex())
        .should_validate_formats(true)
        .should_ignore_unknown_formats(false)
        // The formats are read by the parser that the rules use, so that what passes here is never silent there.
        .with_format("date", |text: &str| time::parse_date(text).is_some())
        .with_format("date-time", |text: &str| time::parse_time(text).is_some())
        .with_draft(Draft::Draft4)
        .with_registry(&registry)
        .build(&serde_json::json!({ "$ref": id }))
        .ok()
}

/// Everything that the schema of a kind has against a record, sorted by place.
#[must_use]
pub fn validate(kind: Kind, document: &Document) -> Vec<Problem> {
    let Schema { json, validator } = schema(kind);
    let (Some(root), Some(schema), Some(validator)) = (document.root(), json.as_ref(), validator.as_ref())
    else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    for error in validator.iter_errors(root) {
        words::explain(&error, &words::Context { kind, schema, document }, &mut problems);
    }
    repeated_ids(root, document, &mut problems);
    problems.sort_by(|a, b| (a.span, &a.field, &a.message).cmp(&(b.span, &b.field, &b.message)));
    // Several keywords may say the same of one value, as every type keyword does of a null.
    problems.dedup_by(|a, b| (&a.field, &a.message) == (&b.field, &b.message));
    problems
}

/// The lists whose entries carry an id that the record cites.
const LISTS_WITH_IDS: [&str; 3] = ["evidence_link", "evidence_links", "recommended_compensating_controls"];

fn repeated_ids(root: Node<'_>, document: &Document, problems: &mut Vec<Problem>) {
    for list in LISTS_WITH_IDS {
        let Some(entries) = root.child(list) else { continue };
        let mut seen = std::collections::BTreeMap::new();
        for (index, entry) in entries.items().enumerate() {
            let Some(id) = entry.child("id").and_then(Node::as_str) else { continue };
            let Some(first) = seen.insert(id, index) else { continue };
            seen.insert(id, first);
            let field = format!("/{list}/{index}/id");
            problems.push(Problem {
                kind: ProblemKind::Invalid,
                span: document.locate(&field),
                message: format!("`{}` repeats the id `{id}` of {list}[{first}]", field_name(&field)),
                field,
                help: Some("give each entry an id of its own".to_owned()),
                replacement: None,
            });
        }
    }
}
