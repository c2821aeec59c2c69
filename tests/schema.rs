//! The record schemas: valid themselves, complete, and right about what each status requires.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::sync::Arc;

use exboard::record::Record;
use exboard::schema::{CHECK_OUTPUT, Kind, Problem, ProblemKind, validate};
use exboard::source::Source;
use exboard::yaml;
use serde_json::{Value, json};

fn schema(kind: Kind) -> Value {
    serde_json::from_str(kind.schema_text()).unwrap()
}

fn problems(kind: Kind, text: &str) -> Vec<Problem> {
    let parsed = yaml::parse(Arc::new(Source::new("record.yaml", text)));
    assert!(parsed.problems.is_empty(), "{:?}\n{text}", parsed.problems);
    validate(kind, &parsed.document)
}

/// JSON is YAML.
fn problems_of(kind: Kind, record: &Value) -> Vec<Problem> {
    problems(kind, &serde_json::to_string_pretty(record).unwrap())
}

#[test]
fn the_schemas_are_valid_themselves() {
    for text in [Kind::Board.schema_text(), Kind::Registry.schema_text(), CHECK_OUTPUT] {
        let schema: Value = serde_json::from_str(text).unwrap();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        jsonschema::meta::validate(&schema).unwrap_or_else(|error| panic!("{}: {error}", schema["$id"]));
    }
}

/// Every subschema, with its path. Walks the keywords that hold schemas, so that a property called `type` is not one.
fn subschemas<'s>(schema: &'s Value, path: &str, found: &mut Vec<(String, &'s Value)>) {
    found.push((path.to_owned(), schema));
    let Some(map) = schema.as_object() else { return };
    for (keyword, value) in map {
        match keyword.as_str() {
            "properties" | "$defs" => {
                for (name, value) in value.as_object().unwrap() {
                    subschemas(value, &format!("{path}/{keyword}/{name}"), found);
                }
            }
            "allOf" | "anyOf" | "oneOf" => {
                for (index, value) in value.as_array().unwrap().iter().enumerate() {
                    subschemas(value, &format!("{path}/{keyword}/{index}"), found);
                }
            }
            "items"
            | "not"
            | "if"
            | "then"
            | "else"
            | "additionalProperties"
            | "propertyNames"
            | "contains" => {
                subschemas(value, &format!("{path}/{keyword}"), found);
            }
            _ => {}
        }
    }
}

/// An unknown keyword passes every validator silently, so a misspelt one would forbid nothing.
#[test]
fn the_schemas_use_known_keywords_alone() {
    let known: BTreeSet<&str> = [
        "$schema",
        "$id",
        "$defs",
        "$ref",
        "$comment",
        "title",
        "description",
        "examples",
        "default",
        "type",
        "const",
        "enum",
        "properties",
        "required",
        "additionalProperties",
        "propertyNames",
        "items",
        "minItems",
        "maxItems",
        "uniqueItems",
        "minimum",
        "maximum",
        "minLength",
        "pattern",
        "format",
        "allOf",
        "anyOf",
        "oneOf",
        "not",
        "if",
        "then",
        "else",
    ]
    .into();
    for text in [Kind::Board.schema_text(), Kind::Registry.schema_text(), CHECK_OUTPUT] {
        let schema: Value = serde_json::from_str(text).unwrap();
        let mut found = Vec::new();
        subschemas(&schema, "", &mut found);
        for (path, subschema) in found {
            for keyword in subschema.as_object().into_iter().flat_map(|map| map.keys()) {
                assert!(known.contains(keyword.as_str()), "{path}: `{keyword}`");
            }
        }
    }
}

#[test]
fn every_field_is_titled_described_and_exemplified() {
    for kind in Kind::ALL {
        let schema = schema(kind);
        let mut found = Vec::new();
        subschemas(&schema, "", &mut found);
        let fields = found.iter().filter(|(path, _)| {
            path.rsplit('/').nth(1) == Some("properties")
                && !path.contains("/if/")
                && !path.contains("/then/")
        });
        let mut count = 0;
        for (path, field) in fields {
            count += 1;
            for keyword in ["title", "description", "examples"] {
                assert!(field.get(keyword).is_some(), "{} {path} has no {keyword}", kind.name());
            }
        }
        assert!(count > 40, "{} has {count} fields", kind.name());
    }
}

#[test]
fn every_example_is_valid_where_it_stands() {
    for kind in Kind::ALL {
        let schema = schema(kind);
        let mut found = Vec::new();
        subschemas(&schema, "", &mut found);
        for (path, subschema) in found {
            for example in subschema.get("examples").and_then(Value::as_array).into_iter().flatten() {
                let mut own = subschema.clone();
                own["$defs"] = schema["$defs"].clone();
                let validator = jsonschema::options().should_validate_formats(true).build(&own).unwrap();
                assert!(validator.is_valid(example), "{} {path}: {example}", kind.name());
            }
        }
    }
}

const BOARD_DRAFT: &[&str] = &[
    "schema",
    "exception_id",
    "opportunity_id",
    "account_name",
    "requester_name",
    "requester_team",
    "request_received_at",
    "control_family",
    "original_requirement",
    "requested_exception",
    "business_justification",
    "decision_status",
];
const BOARD_PROPOSED: &[&str] = &[
    "data_sensitivity_tier",
    "impacted_assets",
    "expected_duration_days",
    "close_date",
    "close_date_risk_days",
    "exploitability_score",
    "impact_score",
    "combined_risk_score",
    "recommended_compensating_controls",
    "mitigation_owner",
    "board_tier",
    "board_meeting_due_at",
    "rollback_plan",
    "evidence_link",
];
const BOARD_DECIDED: &[&str] = &["decision_notes", "decided_at", "decided_by"];
const BOARD_APPROVED: &[&str] = &["approved_until", "next_review_due_at"];
const BOARD_NEVER: &[&str] =
    &["escalated_at", "reopened_at", "reviews", "related", "csf_functions", "extensions"];

/// The table of records.md: which fields a status requires.
fn board_required(status: &str) -> Vec<&'static str> {
    let mut required = BOARD_DRAFT.to_vec();
    if !matches!(status, "draft" | "withdrawn") {
        required.extend(BOARD_PROPOSED);
    }
    if matches!(status, "approved" | "rejected" | "revoked" | "expired" | "closed") {
        required.extend(BOARD_DECIDED);
    }
    if matches!(status, "approved" | "revoked" | "expired") {
        required.extend(BOARD_APPROVED);
    }
    if matches!(status, "revoked" | "withdrawn" | "closed") {
        required.push("closure");
    }
    required
}

fn closure() -> Value {
    json!({"at": "2026-05-01T09:00:00Z", "by": "ana", "reason": "remediated", "evidence": ["E1"]})
}

fn full_board(status: &str) -> Value {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rules/base/approved.yaml"))
            .unwrap();
    let parsed = yaml::parse(Arc::new(Source::new("base.yaml", text)));
    let mut record = parsed.document.root().unwrap().to_json();
    record["decision_status"] = json!(status);
    record["escalated_at"] = json!("2026-04-21T10:00:00Z");
    record["reopened_at"] = json!("2026-04-20T10:00:00Z");
    record["reviews"] = json!([]);
    record["related"] = json!(["SEB-2026-0007"]);
    record["csf_functions"] = json!(["protect"]);
    record["extensions"] = json!({"anything": [null, 1, {"at": "all"}]});
    if matches!(status, "revoked" | "withdrawn" | "closed") {
        record["closure"] = closure();
    }
    record
}

fn full_registry(status: &str) -> Value {
    let mut record = json!({
        "schema": "security_exception_registry_v1",
        "exception_id": "REG-2026-0107",
        "board_exception_id": "SEB-2026-0042",
        "buyer_account": "Meridian Bank",
        "control_domain": "encryption",
        "requested_change": "Add customer-managed keys for exports.",
        "received_at": "2026-04-20T09:00:00Z",
        "pattern": "architecture-deviation",
        "risk_level": "high",
        "business_impact": "blocker",
        "owner": "ana",
        "reopened_at": "2026-04-20T10:00:00Z",
        "due_at": "2026-04-22T17:00:00Z",
        "status": status,
        "evidence_links": [{"id": "E1", "kind": "ticket", "url": "https://example.com/1", "collected_at": "2026-04-20"}],
        "compensating_control": "Exports are encrypted with a key that rotates monthly.",
        "meets_baseline": true,
        "burden_hours_month": 0.5,
        "response": {
            "control_statements": [{"text": "Exports are encrypted.", "evidence": ["E1"], "confirmed": {"by": "ana", "at": "2026-04-20"}}],
            "risk_note": "The key is ours."
        },
        "escalation": {"legal_owner": "ben", "reason": "liability"},
        "last_updated_at": "2026-04-20T10:00:00Z",
        "extensions": {},
    });
    if status == "closed" {
        record["closure"] = closure();
    }
    record
}

fn registry_required(status: &str) -> Vec<&'static str> {
    let mut required = vec![
        "schema",
        "exception_id",
        "buyer_account",
        "control_domain",
        "requested_change",
        "received_at",
        "status",
    ];
    if !matches!(status, "new" | "closed") {
        required.extend(["pattern", "risk_level", "business_impact", "owner", "due_at"]);
    }
    if matches!(status, "drafted" | "ready" | "sent" | "accepted" | "rejected") {
        required.push("response");
    }
    if status == "escalated" {
        required.push("escalation");
    }
    if status == "closed" {
        required.push("closure");
    }
    required
}

/// For a full record of each status and each of its fields: taken out, it is missed exactly where the table says so.
fn matrix(kind: Kind, statuses: &[&str], full: fn(&str) -> Value, required: fn(&str) -> Vec<&'static str>) {
    for status in statuses {
        let whole = full(status);
        assert_eq!(problems_of(kind, &whole), [], "{status}");
        let required = required(status);
        let fields: Vec<String> = whole.as_object().unwrap().keys().cloned().collect();
        for field in &required {
            assert!(fields.iter().any(|known| known == field), "{status}: the full record lacks {field}");
        }
        for field in fields {
            let mut record = whole.clone();
            record.as_object_mut().unwrap().remove(&field);
            let found = problems_of(kind, &record);
            if required.contains(&field.as_str()) {
                let told: Vec<_> = found.iter().map(|problem| problem.field.as_str()).collect();
                assert_eq!(told, [format!("/{field}")], "{status} without {field}: {found:?}");
                assert!(found[0].message.contains("is missing"), "{}", found[0].message);
            } else {
                assert_eq!(found, [], "{status} does not need {field}");
            }
        }
    }
}

#[test]
fn each_status_of_a_board_record_requires_its_fields() {
    let statuses = ["draft", "proposed", "approved", "rejected", "withdrawn", "revoked", "expired", "closed"];
    matrix(Kind::Board, &statuses, full_board, board_required);
    assert!(BOARD_NEVER.iter().all(|field| full_board("approved").get(field).is_some()));
}

#[test]
fn each_status_of_a_registry_record_requires_its_fields() {
    let statuses =
        ["new", "triaged", "drafted", "ready", "sent", "accepted", "rejected", "escalated", "closed"];
    matrix(Kind::Registry, &statuses, full_registry, registry_required);
}

#[test]
fn without_a_deal_there_is_no_close_date_to_give() {
    let mut record = full_board("proposed");
    record["opportunity_id"] = json!("none");
    record.as_object_mut().unwrap().remove("close_date");
    record.as_object_mut().unwrap().remove("close_date_risk_days");
    assert_eq!(problems_of(Kind::Board, &record), []);
}

#[test]
fn a_closure_belongs_to_ended_records_alone() {
    for status in ["draft", "proposed", "approved", "rejected", "expired"] {
        let mut record = full_board(status);
        record["closure"] = closure();
        let found = problems_of(Kind::Board, &record);
        assert_eq!(found.len(), 1, "{status}: {found:?}");
        assert!(found[0].message.contains("`closure` does not belong in"), "{}", found[0].message);
    }
}

#[test]
fn completion_evidence_and_registry_reasons_are_conditional_too() {
    let mut record = full_board("proposed");
    record["recommended_compensating_controls"][0].as_object_mut().unwrap().remove("completed_at");
    let found = problems_of(Kind::Board, &record);
    assert_eq!(found[0].field, "/recommended_compensating_controls/0/completed_at");
    record["recommended_compensating_controls"][0]["status"] = json!("planned");
    assert_eq!(problems_of(Kind::Board, &record), []);

    let mut record = full_board("proposed");
    record["evidence_link"][0]["path"] = json!("evidence/a.md");
    assert_eq!(problems_of(Kind::Board, &record)[0].message, "`evidence_link[0]` has `path` and `url`");
    record["evidence_link"][0].as_object_mut().unwrap().remove("url");
    assert_eq!(problems_of(Kind::Board, &record), []);
    record["evidence_link"][0].as_object_mut().unwrap().remove("path");
    assert_eq!(problems_of(Kind::Board, &record)[0].message, "`evidence_link[0]` needs `path` or `url`");
    record["evidence_link"] = json!("evidence/a.md");
    assert_eq!(problems_of(Kind::Board, &record), []);

    let mut record = full_registry("closed");
    record["closure"]["reason"] = json!("rolled_back");
    assert_eq!(problems_of(Kind::Registry, &record)[0].field, "/closure/reason");
}

#[test]
fn null_is_never_a_value_but_below_extensions() {
    for (kind, full) in [(Kind::Board, full_board("closed")), (Kind::Registry, full_registry("closed"))] {
        for field in full.as_object().unwrap().keys().filter(|field| *field != "schema") {
            let mut record = full.clone();
            record[field] = Value::Null;
            let found = problems_of(kind, &record);
            assert_eq!(found.len(), 1, "{field}: {found:?}");
            assert_eq!(found[0].message, format!("`{field}` is null"));
        }
    }
}

#[test]
fn ids_within_a_list_are_unique() {
    let mut record = full_board("proposed");
    let entry = record["evidence_link"][0].clone();
    record["evidence_link"].as_array_mut().unwrap().push(entry);
    let found = problems_of(Kind::Board, &record);
    assert_eq!(found[0].message, "`evidence_link[1].id` repeats the id `E1` of evidence_link[0]");
}

/// What is written, where the finding points, what it says, what helps, and what a fix would write.
#[test]
fn problems_are_told_in_plain_words() {
    let base =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rules/base/proposed.yaml"))
            .unwrap();
    let cases: &[(&str, &str, &str, &str, Option<&str>)] = &[
        ("impact_score: 50", "impact_score: 140", "`impact_score` must be 0–100, found 140", "", None),
        (
            "impact_score: 50",
            "impact_score: 3.5",
            "`impact_score` must be a whole number, found 3.5",
            "",
            None,
        ),
        (
            "impact_score: 50",
            "impact_score: \"50\"",
            "`impact_score` must be a whole number, found the text \"50\"",
            "remove the quotes",
            None,
        ),
        ("impact_score: 50", "impact_score: null", "`impact_score` is null", "leave the field out", None),
        (
            "impact_score: 50",
            "impact_scor: 50",
            "`impact_scor` is not a field of a record",
            "did you mean `impact_score`?",
            Some("impact_score"),
        ),
        (
            "account_name: Meridian Bank",
            "account_name: 1000",
            "`account_name` must be a string, found 1000",
            "put it in quotes",
            Some("\"1000\""),
        ),
        (
            "account_name: Meridian Bank",
            "account_name: \"  \"",
            "`account_name` is blank",
            "for example",
            None,
        ),
        (
            "account_name: Meridian Bank",
            "account_name: [a]",
            "`account_name` must be a string, found a list",
            "",
            None,
        ),
        (
            "requester_team: sales",
            "requester_team: sale",
            "`requester_team` cannot be `sale`",
            "did you mean `sales`?",
            None,
        ),
        (
            "close_date: 2026-06-30",
            "close_date: 2026-02-30",
            "`close_date` must be a calendar day, found `2026-02-30`",
            "YYYY-MM-DD",
            None,
        ),
        (
            "close_date: 2026-06-30",
            "close_date: 30.6.2026",
            "`close_date` must be a calendar day, found `30.6.2026`",
            "YYYY-MM-DD",
            None,
        ),
        (
            "board_meeting_due_at: 2026-05-05T08:00:00Z",
            "board_meeting_due_at: 2026-05-05",
            "`board_meeting_due_at` must be a time with an offset, found `2026-05-05`",
            "RFC 3339",
            None,
        ),
        (
            "exception_id: SEB-2026-0042",
            "exception_id: seb42",
            "`exception_id` is not a valid",
            "for example",
            None,
        ),
        (
            "impacted_assets: [export-service]",
            "impacted_assets: []",
            "`impacted_assets` needs at least 1 entry, found 0",
            "",
            None,
        ),
        (
            "impacted_assets: [export-service]",
            "impacted_assets: export-service",
            "`impacted_assets` must be a list, found `export-service`",
            "`- `",
            None,
        ),
        (
            "    owner: mia\n    due",
            "    ownr: mia\n    due",
            "`recommended_compensating_controls[0].owner` is missing",
            "",
            None,
        ),
        (
            "mitigation_owner: mia\n",
            "",
            "`mitigation_owner` is missing; a proposed record needs it",
            "",
            None,
        ),
        (
            "expected_duration_days: 90",
            "expected_duration_days: 0",
            "`expected_duration_days` must be 1–365, found 0",
            "",
            None,
        ),
    ];
    for (from, to, message, help, replacement) in cases {
        assert!(base.contains(from), "{from}");
        let text = base.replacen(from, to, 1);
        let found = problems(Kind::Board, &text);
        let problem = found
            .iter()
            .find(|problem| problem.message.starts_with(message))
            .unwrap_or_else(|| panic!("{to}: expected {message}, found {found:#?}"));
        assert!(problem.help.as_deref().unwrap_or_default().contains(help), "{problem:#?}");
        assert_eq!(problem.replacement.as_deref(), *replacement, "{problem:#?}");
        if let Some(replacement) = replacement {
            let mut mended = text.clone();
            mended.replace_range(problem.span.start..problem.span.end, replacement);
            assert!(problems(Kind::Board, &mended).len() < found.len(), "{mended}");
        }
        let unknown = problem.kind == ProblemKind::UnknownField;
        assert_eq!(unknown, message.contains("is not a field"), "{problem:?}");
    }
}

/// A number that the schema accepts, however it is written, is one that the rules can read: what reads as absent there
/// would switch them off, and nothing reads as another number.
#[test]
fn every_number_that_passes_reaches_the_rules() {
    let base =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rules/base/proposed.yaml"))
            .unwrap();
    let numbers = [
        ("70", Some(70)),
        ("70.0", Some(70)),
        ("7e1", Some(70)),
        ("0x46", Some(70)),
        ("0o106", Some(70)),
        ("+70", Some(70)),
        ("-0", Some(0)),
        ("-0.0", Some(0)),
        ("0.7e2", Some(70)),
        ("7000e-2", Some(70)),
        ("100.00000000000000000001", Some(100)),
        ("1e30", None),
        ("-1e30", None),
        ("99999999999999999999", None),
        ("9223372036854775808", None),
        ("-36500", Some(-36500)),
        ("36500", Some(36500)),
        ("36501", Some(36501)),
        ("1e-400", Some(0)),
        ("255", Some(255)),
        ("65536", Some(65536)),
        ("8760", Some(8760)),
        ("8761", Some(8761)),
        ("70.5", None),
    ];
    for field in [
        "exploitability_score: 60",
        "combined_risk_score: 60",
        "expected_duration_days: 90",
        "close_date_risk_days: 57",
        "within_hours: 72",
    ] {
        let (name, _) = field.split_once(':').unwrap();
        for (number, means) in numbers {
            let text = base.replacen(field, &format!("{name}: {number}"), 1);
            let parsed = yaml::parse(Arc::new(Source::new("record.yaml", text)));
            let pointer = if name == "within_hours" {
                "/rollback_plan/within_hours".into()
            } else {
                format!("/{name}")
            };
            let passes =
                validate(Kind::Board, &parsed.document).iter().all(|problem| problem.field != pointer);
            let Some(Record::Board(record)) = Record::read(Kind::Board, &parsed.document) else {
                panic!("{number}")
            };
            let read = match name {
                "exploitability_score" => record.exploitability_score.map(i64::from),
                "combined_risk_score" => record.combined_risk_score.map(i64::from),
                "expected_duration_days" => record.expected_duration_days.map(i64::from),
                "close_date_risk_days" => record.close_date_risk_days,
                _ => record.rollback_plan.unwrap().within_hours.map(i64::from),
            };
            assert!(read.is_some() || !passes, "{name}: {number} passes the schema and reads as absent");
            assert!(read.is_none() || read == means, "{name}: {number} reads as {read:?}");
        }
    }
}
