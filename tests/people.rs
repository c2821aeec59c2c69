//! Whom records name, and whom nobody does.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use exboard::check::{Input, Options, RuleFilter, check};
use exboard::policy::Policy;
use exboard::record::Record;
use exboard::rules::{Folder, NoFiles};
use exboard::schema::Kind;
use exboard::source::Source;
use exboard::time::parse_time;
use exboard::yaml;
use serde_json::Value;

const BOARD: &str = "schema: security_exception_board_record_v1
recommended_compensating_controls: [{ id: c, owner: control-owner }]
mitigation_owner: mitigation-owner
decided_by: [decider]
reviews: [{ by: reviewer }]
rollback_plan: { owner: rollback-owner }
closure: { by: closer }
";

const REGISTRY: &str = "schema: security_exception_registry_v1
owner: answer-owner
response: { control_statements: [{ text: We do., confirmed: { by: confirmer } }] }
escalation: { legal_owner: counsel }
closure: { by: closer }
";

/// The fields of a schema that hold people, as JSON pointers into a record with one entry in each list.
fn people_fields(schema: &Value, node: &Value, path: &str, found: &mut BTreeSet<String>) {
    if let Some(name) = node.get("$ref").and_then(Value::as_str) {
        if name == "#/$defs/person" {
            found.insert(path.to_owned());
            return;
        }
        people_fields(schema, schema.pointer(name.trim_start_matches('#')).unwrap(), path, found);
    }
    for (key, child) in node.get("properties").and_then(Value::as_object).into_iter().flatten() {
        people_fields(schema, child, &format!("{path}/{key}"), found);
    }
    if let Some(items) = node.get("items") {
        people_fields(schema, items, &format!("{path}/0"), found);
    }
}

#[test]
fn every_field_of_a_person_counts() {
    for (kind, file, text) in [
        (Kind::Board, "security_exception_board_record_v1", BOARD),
        (Kind::Registry, "security_exception_registry_v1", REGISTRY),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/{file}.json"));
        let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let mut fields = BTreeSet::new();
        people_fields(&schema, &schema, "", &mut fields);
        let document = yaml::parse(Arc::new(Source::new("record.yaml", text))).document;
        let in_fields: BTreeSet<&str> = fields
            .iter()
            .map(|field| {
                let node = document.get(field).unwrap_or_else(|| panic!("{file}: nobody in {field}"));
                node.as_str().unwrap()
            })
            .collect();
        let named: BTreeSet<&str> = Record::read(kind, &document).unwrap().people().into_iter().collect();
        assert_eq!(named, in_fields, "{file}");
        assert!(named.len() >= 4);
    }
}

#[derive(Debug)]
struct Unused;

impl RuleFilter for Unused {
    fn allows(&self, rule: &str) -> bool {
        rule == "policy/unused"
    }
}

/// The people of a roster of `zoe` (Zoe Hart, also Zo Hart), of whom `policy/unused` speaks; `None` is a file that
/// cannot be read.
fn unused(records: &[(&str, Option<&str>)], policy_file: (&str, &str)) -> Vec<String> {
    let roster = "[people.zoe]\nname = \"Zoe Hart\"\naliases = [\"Zo Hart\"]\n";
    let mut files = BTreeMap::from([
        ("exboard.toml", "version = 1\n".to_owned()),
        ("policies/board.toml", roster.to_owned()),
    ]);
    files.entry(policy_file.0).or_default().push_str(policy_file.1);
    let sources: Vec<_> = files.into_iter().map(|(path, text)| Arc::new(Source::new(path, text))).collect();
    let policy = Policy::load(&sources, &[]).unwrap();
    let folder = |path: &str| {
        let kind = if path.starts_with("registry/") { Kind::Registry } else { Kind::Board };
        Folder { kind, root: Arc::from(path.split('/').next().unwrap()), path: Arc::from(path) }
    };
    let folders: Vec<Folder> = records.iter().map(|(path, _)| folder(path)).collect();
    let read = |folder: &Folder| {
        let text = records.iter().find(|(path, _)| *path == &*folder.path).and_then(|(_, text)| *text);
        text.map(|text| text.as_bytes().to_vec()).ok_or_else(|| "no such luck".to_owned())
    };
    let now = parse_time("2026-05-04T10:00:00Z").unwrap().to_utc();
    let options = Options { policy: &policy, now, rules: Some(&Unused), paths: &[], show_suppressed: false };
    let outcome =
        check(Input { records: &folders, strays: &[], files: &NoFiles, changes: None }, &read, &options);
    outcome.findings.into_iter().filter_map(|finding| finding.place.field).collect()
}

#[test]
fn who_is_named_anywhere_is_not_reported() {
    const NOTHING: (&str, &str) = ("exboard.toml", "");
    const A: &str = "exceptions/a.yaml";
    const B: &str = "registry/b.yaml";
    let (nobody, reported) = (Vec::<String>::new(), vec!["/people/zoe".to_owned()]);
    let other = (A, Some(BOARD));
    assert_eq!(unused(&[other], NOTHING), reported);
    assert_eq!(unused(&[], NOTHING), nobody, "of no records");
    // A name within another word, and a stranger's name, are not hers.
    for text in ["owner: zoey\n", "owner: x\nevidence_links: [{ path: zoe }]\n", "requester_name: Zoe Hart\n"]
    {
        let text = format!("schema: security_exception_registry_v1\n{text}");
        assert_eq!(unused(&[other, (B, Some(&text))], NOTHING), reported, "{text}");
    }
    for (path, text) in [
        (A, BOARD.replace("reviewer", "zoe")),
        (A, format!("{BOARD}requester_name: ZO HART\n")),
        (B, REGISTRY.replace("closer", "zoe")),
        // What cannot be read as a record, may be one.
        (B, "owner: zoe\nowner: mia\n".to_owned()),
        (B, "decided_by: [zoe\n".to_owned()),
        (B, "schema: later_v9\nrequester_name: \"Zoe Hart\"\n".to_owned()),
    ] {
        let first = ("exceptions/0.yaml", Some(BOARD));
        assert_eq!(unused(&[first, (path, Some(&text))], NOTHING), nobody, "{text}");
    }
    assert_eq!(unused(&[other, (B, None)], NOTHING), nobody, "of a file that could not be read");
    let statement = "[statement.cs-900]\ndomain = \"access\"\ntext = \"We do.\"\nowner = \"zoe\"\n";
    for policy in [
        ("policies/board.toml", "[tiers.working]\nmembers = [\"zoe\"]\n"),
        ("policies/board.toml", "[legal]\nmembers = [\"zoe\"]\n"),
        ("policies/board.toml", "left = 2026-01-01\n"),
        ("policies/registry.toml", "approvers = [\"zoe\"]\n"),
        ("policies/registry.toml", "[owners]\nlow = \"zoe\"\n"),
        ("policies/registry.toml", "[owners]\naccess = \"zoe\"\n"),
        ("policies/statements.toml", statement),
    ] {
        assert_eq!(unused(&[other], policy), nobody, "{policy:?}");
    }
}
