//! The response templates of the built-in patterns: what a buyer would read, and what a buyer must never read.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use exboard::check::{Input, Options, check};
use exboard::finding::Severity;
use exboard::policy::{EscalatesOn, KnownRule, Pattern, Policy, RiskLevel};
use exboard::record::{Record, RegistryRecord, answer_due};
use exboard::rules::{Folder, NoFiles, RULES};
use exboard::schema::Kind;
use exboard::source::Source;
use exboard::time::parse_time;
use exboard::yaml;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde_json::{Map, Value};

const NOW: &str = "2026-05-04T10:00:00Z";

/// The fields of a record that a letter may hold.
const OUTWARD: [&str; 7] = [
    "buyer_account",
    "compensating_control",
    "control_domain",
    "control_statements",
    "exception_id",
    "requested_change",
    "risk_note",
];

const BUYER: &str = "Meridian Bank";
const STATEMENTS: [&str; 2] = [
    "Exports are encrypted with AES-256 under a key that we manage.",
    "Each use of the key is written to the audit log.",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The built-in policy with the roster of the rules' examples.
static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    let board = fs::read_to_string(root().join("tests/rules/base/board.toml")).unwrap();
    let sources = [("exboard.toml", "version = 1\n".to_owned()), ("policies/board.toml", board)]
        .map(|(path, text)| Arc::new(Source::new(path, text)));
    let rules: Vec<_> = RULES.iter().map(|rule| KnownRule::from(&rule.info)).collect();
    Policy::load(&sources, &rules).unwrap()
});

fn patterns() -> &'static BTreeMap<String, Pattern> {
    &POLICY.patterns.rows
}

/// A record of a pattern whose answer may go out.
fn ready(id: &str, pattern: &Pattern) -> String {
    let domain = pattern.domain.map_or("encryption", |domain| domain.as_str());
    // The clock starts at eight on a Monday; business hours are nine to five.
    let due = match pattern.risk {
        RiskLevel::Low => "2026-05-11T17:00:00Z",
        RiskLevel::Medium => "2026-05-07T17:00:00Z",
        RiskLevel::High => "2026-05-06T17:00:00Z",
        RiskLevel::Critical => "2026-05-05T08:00:00Z",
    };
    let counsel = pattern.risk == RiskLevel::Critical || pattern.escalates_on == EscalatesOn::Always;
    let escalation =
        if counsel { "escalation: { legal_owner: ben, reason: Terms are counsel's. }\n" } else { "" };
    let burden =
        pattern.burden_hours_month.map_or_else(String::new, |hours| format!("burden_hours_month: {hours}\n"));
    let statements: String = STATEMENTS
        .iter()
        .map(|text| {
            format!(
                "    - text: {text}\n      confirmed: {{ by: mia, at: 2026-05-04 }}\n      evidence: [E1]\n"
            )
        })
        .collect();
    format!(
        "schema: security_exception_registry_v1
exception_id: REG-2026-0107
buyer_account: {BUYER}
control_domain: {domain}
requested_change: |
  Our questionnaire has one more point.
  It says: {}.
received_at: 2026-05-04T08:00:00Z
pattern: {id}
risk_level: {}
business_impact: delay_risk
owner: mia
due_at: {due}
status: ready
evidence_links:
  - id: E1
    kind: architecture
    url: https://wiki.example.com/export-service
    collected_at: 2026-05-04
compensating_control: The export key is rotated every 30 days by a job that the platform team watches.
meets_baseline: true
{burden}response:
  control_statements:
{statements}  risk_note: The key is held by us, and its use is logged.
{escalation}",
        pattern.keywords[0], pattern.risk,
    )
}

/// What a template sees of a record.
fn outward(text: &str) -> Map<String, Value> {
    let document = yaml::parse(Arc::new(Source::new("registry/record.yaml", text))).document;
    match Record::read(Kind::Registry, &document) {
        Some(Record::Registry(record)) => record.outward(),
        _ => RegistryRecord::default().outward(),
    }
}

/// Fills a template. An unknown tag, filter or test is an error; an absent value is none.
fn fill(template: &str, seen: &Map<String, Value>) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Lenient);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.render_str(template, minijinja::value::Serde(seen))
}

/// The letters of all built-in patterns over their example records: pattern and text.
fn letters() -> Vec<(String, String)> {
    patterns()
        .iter()
        .map(|(id, pattern)| (id.clone(), fill(&pattern.response, &outward(&ready(id, pattern))).unwrap()))
        .collect()
}

/// What a template says where a field is absent; nothing for one without which a line is merely shorter.
fn fallback<'t>(template: &'t str, field: &str) -> Option<&'t str> {
    let (open, otherwise, close) = match field {
        "control_statements" => (format!("in {field} %}}"), "{%- else %}", "{%- endfor %}"),
        _ => (format!("{{% if {field} %}}"), "{% else %}", "{% endif %}"),
    };
    let block = template.split_once(&open).unwrap().1.split_once(close).unwrap().0;
    block.split_once(otherwise).map(|(_, text)| text.trim())
}

/// What no letter looks like.
fn faults(letter: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for (mark, what) in [
        ("{{", "a tag"),
        ("}}", "a tag"),
        ("{%", "a tag"),
        ("%}", "a tag"),
        ("{#", "a tag"),
        ("undefined", "a value that is not there"),
        ("\n\n\n", "two empty lines"),
        (" \n", "white space at the end of a line"),
    ] {
        if letter.contains(mark) {
            faults.push(format!("{what}: {mark:?}"));
        }
    }
    for pair in letter.lines().collect::<Vec<_>>().windows(2) {
        if pair[0].starts_with('#') && !pair[1].is_empty() {
            faults.push(format!("no empty line below {:?}", pair[0]));
        }
        if pair[1].starts_with('#') && !pair[0].is_empty() {
            faults.push(format!("no empty line above {:?}", pair[1]));
        }
    }
    let mut section = "";
    let mut filled = true;
    for line in letter.lines().chain(["# end"]) {
        if line.starts_with('#') {
            if !filled {
                faults.push(format!("nothing below {section:?}"));
            }
            (section, filled) = (line, false);
        } else {
            filled |= !line.trim().is_empty();
        }
    }
    faults
}

#[test]
fn every_example_record_may_go_out() {
    let now = parse_time(NOW).unwrap().to_utc();
    let options = Options { policy: &POLICY, now, rules: None, paths: &[], show_suppressed: false };
    assert!(patterns().len() >= 42);
    for (id, pattern) in patterns() {
        let text = ready(id, pattern);
        let folder = Folder {
            kind: Kind::Registry,
            root: Arc::from("registry"),
            path: Arc::from("registry/2026/REG-2026-0107.yaml"),
        };
        let input = Input { records: &[folder], strays: &[], files: &NoFiles, changes: None };
        let findings = check(input, &|_| Ok(text.clone().into_bytes()), &options).findings;
        let told: Vec<String> = findings
            .iter()
            .filter(|finding| finding.severity != Severity::Info)
            .map(|finding| format!("{}: {}", finding.rule, finding.message))
            .collect();
        assert!(told.is_empty(), "{id}: {told:#?}\n{text}");
        // Not only not late: right.
        let document = yaml::parse(Arc::new(Source::new("record.yaml", text.as_str()))).document;
        let Some(Record::Registry(record)) = Record::read(Kind::Registry, &document) else { continue };
        assert_eq!(record.due_at, answer_due(&record, &POLICY), "{id}");
        // The request is one of this pattern's.
        let hits = POLICY.patterns.keywords_in(record.requested_change.unwrap());
        assert!(hits.iter().any(|(pattern, _)| pattern == id), "{id}: {hits:?}");
    }
}

#[test]
fn every_letter_is_whole() {
    let letters = letters();
    assert_eq!(letters.len(), patterns().len());
    for (id, letter) in letters {
        assert_eq!(faults(&letter), Vec::<String>::new(), "{id}:\n{letter}");
        assert!(letter.starts_with("# REG-2026-0107: "), "{id}:\n{letter}");
        assert!(letter.contains(BUYER), "{id}:\n{letter}");
        assert!(letter.contains("\n> Our questionnaire has one more point.\n> It says: "), "{id}:\n{letter}");
        for statement in STATEMENTS {
            assert!(letter.contains(&format!("\n- {statement}\n")), "{id}:\n{letter}");
        }
        // A field that is there is not talked away; the word for an absent domain may be the domain itself.
        for field in OUTWARD.into_iter().filter(|field| *field != "control_domain") {
            let fallback = fallback(&patterns()[&id].response, field);
            assert!(!fallback.is_some_and(|text| letter.contains(text)), "{id}, {field}:\n{letter}");
        }
    }
}

#[test]
fn the_mess_that_a_letter_must_not_be_is_seen() {
    let fine = "# A title\n\nA text.\n\n## A section\n\n- a point\n";
    assert_eq!(faults(fine), Vec::<String>::new());
    for (from, to) in [
        ("A text.", "A {{ text }}."),
        ("A text.", "{% endif %}"),
        ("A text.\n", "A text.\n\n"),
        ("A text.", "A text. "),
        ("A text.", ""),
        ("- a point", ""),
        ("title\n", "title"),
        ("text.\n", "text."),
        ("a point", "undefined"),
    ] {
        assert_ne!(faults(&fine.replace(from, to)), Vec::<String>::new(), "{from:?} -> {to:?}");
    }
}

/// A record with every field of the schema. What is inside says so: canaries, and the year 2031; what the buyer may
/// read says `OUT`.
const CANARIES: &str = "schema: security_exception_registry_v1
exception_id: OUT-id
board_exception_id: CANARY-board-exception-id
buyer_account: OUT-account
control_domain: OUT-domain
requested_change: OUT-request
received_at: 2031-01-01T08:00:00Z
pattern: CANARY-pattern
risk_level: critical
business_impact: CANARY-business-impact
owner: CANARY-owner
reopened_at: 2031-01-02T08:00:00Z
due_at: 2031-01-03T08:00:00Z
status: escalated
evidence_links:
  - id: CANARY-evidence-id
    kind: screenshot
    path: CANARY-evidence-path
    url: https://CANARY-evidence-url.example
    sha256: CANARY-evidence-sha256
    excerpt: CANARY-evidence-excerpt
    collected_at: 2031-01-04
    valid_until: 2031-01-05
compensating_control: OUT-compensating
meets_baseline: false
burden_hours_month: 2031.5
response:
  control_statements:
    - text: OUT-statement-1
      statement: CANARY-statement
      confirmed: { by: CANARY-confirmed-by, at: 2031-01-06 }
      evidence: [CANARY-statement-evidence]
      commitments: [CANARY-commitment]
    - text: OUT-statement-2
  risk_note: OUT-note
escalation: { legal_owner: CANARY-legal-owner, reason: CANARY-escalation-reason }
closure:
  at: 2031-01-07T08:00:00Z
  by: CANARY-closure-by
  reason: deal_lost
  note: CANARY-closure-note
  evidence: [CANARY-closure-evidence]
last_updated_at: 2031-01-08T08:00:00Z
extensions: { secret: CANARY-extension }
";

const CANARIES_OUT: [&str; 8] = [
    "OUT-account",
    "OUT-compensating",
    "OUT-domain",
    "OUT-id",
    "OUT-note",
    "OUT-request",
    "OUT-statement-1",
    "OUT-statement-2",
];

/// The words of a text that are canaries of either kind.
fn canaries(text: &str) -> BTreeSet<&str> {
    text.split(|char: char| !char.is_ascii_alphanumeric() && char != '-')
        .filter(|word| ["CANARY", "OUT-", "2031"].iter().any(|mark| word.contains(mark)))
        .collect()
}

/// The names of all fields of the schema, by their paths.
fn fields(schema: &Value, node: &Value, path: &str, found: &mut BTreeSet<String>) {
    if let Some(name) = node["$ref"].as_str() {
        fields(schema, schema.pointer(name.trim_start_matches('#')).unwrap(), path, found);
    }
    for (key, child) in node["properties"].as_object().into_iter().flatten() {
        let path = format!("{path}/{key}");
        fields(schema, child, &path, found);
        found.insert(path);
    }
    if node["items"].is_object() {
        fields(schema, &node["items"], &format!("{path}/0"), found);
    }
}

#[test]
fn the_record_of_canaries_has_every_field() {
    let text = fs::read_to_string(root().join("schemas/security_exception_registry_v1.json")).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    let mut all = BTreeSet::new();
    fields(&schema, &schema, "", &mut all);
    assert!(all.len() > 40, "{all:?}");
    let document = yaml::parse(Arc::new(Source::new("record.yaml", CANARIES))).document;
    let absent: Vec<&String> = all.iter().filter(|field| document.get(field).is_none()).collect();
    assert!(absent.is_empty(), "no canary in {absent:?}");
}

#[test]
fn a_template_sees_the_outward_fields_and_no_other() {
    let seen = outward(CANARIES);
    assert_eq!(seen.keys().map(String::as_str).collect::<BTreeSet<_>>(), BTreeSet::from(OUTWARD));
    let text = serde_json::to_string(&seen).unwrap();
    assert_eq!(canaries(&text), BTreeSet::from(CANARIES_OUT));
    assert_eq!(outward("status: new\n"), Map::new());
    // A template that asks for more gets nothing.
    for greedy in
        ["{{ owner }}", "{{ escalation }}", "{{ response }}", "{{ control_statements[0].evidence }}"]
    {
        assert_eq!(fill(greedy, &seen).unwrap(), "", "{greedy}");
    }
}

#[test]
fn no_canary_gets_out() {
    let seen = outward(CANARIES);
    for (id, pattern) in patterns() {
        let letter = fill(&pattern.response, &seen).unwrap();
        assert_eq!(canaries(&letter), BTreeSet::from(CANARIES_OUT), "{id}:\n{letter}");
        for word in ["critical", "escalated", "deal_lost", "screenshot"] {
            assert!(!letter.contains(word), "{id} tells `{word}`:\n{letter}");
        }
    }
}

#[test]
fn a_letter_without_a_field_has_other_words_for_it() {
    for (id, pattern) in patterns() {
        let whole = outward(&ready(id, pattern));
        assert_eq!(whole.len(), OUTWARD.len());
        for field in OUTWARD {
            let mut seen = whole.clone();
            seen.remove(field);
            let letter = fill(&pattern.response, &seen).unwrap();
            assert_eq!(faults(&letter), Vec::<String>::new(), "{id} without {field}:\n{letter}");
            match fallback(&pattern.response, field) {
                Some(text) => {
                    assert!(!text.is_empty() && letter.contains(text), "{id} without {field}:\n{letter}");
                }
                None => {
                    assert_eq!(field, "exception_id", "{id} has no words for an absent {field}");
                    assert!(
                        letter.starts_with(&format!("# {}", &title(&pattern.response))),
                        "{id}:\n{letter}"
                    );
                }
            }
        }
        let nothing = fill(&pattern.response, &Map::new()).unwrap();
        assert_eq!(faults(&nothing), Vec::<String>::new(), "{id} without anything:\n{nothing}");
    }
}

/// The heading of a template without the id.
fn title(template: &str) -> &str {
    template.lines().next().unwrap().rsplit_once("%}").unwrap().1
}

#[test]
fn an_unknown_tag_filter_or_test_is_an_error() {
    for template in ["{% fi x %}", "{% if x %}", "{{ x | shout }}", "{% if x is loud %}{% endif %}", "{{ x"] {
        let seen = Map::from_iter([("x".to_owned(), Value::from("x"))]);
        assert!(fill(template, &seen).is_err(), "{template}");
    }
}

/// The product's own texts stay behind the boundary that it draws: letters, control statements, and controls.
#[test]
fn no_built_in_text_promises_anything() {
    let exboard = Arc::new(Source::new("exboard.toml", "version = 1\n"));
    let policy = Policy::load(&[exboard], &[]).unwrap();
    let boundary = policy.commitments.boundary.as_ref().unwrap();
    // A letter quotes what the buyer asked for; that is no word of ours.
    let ours =
        |text: String| text.lines().filter(|line| !line.starts_with('>')).collect::<Vec<_>>().join("\n");
    let letters = letters().into_iter().map(|(id, text)| (id, ours(text)));
    let statements = policy.statements.iter().map(|(id, statement)| (id.clone(), statement.text.clone()));
    let controls =
        policy.controls.catalogue.iter().map(|(id, control)| (id.clone(), control.description.clone()));
    let mut told = Vec::new();
    let mut count = 0;
    for (id, text) in letters.chain(statements).chain(controls) {
        count += 1;
        for promise in boundary.promises(&text, exboard::time::parse_date("2026-05-04").unwrap()) {
            told.push(format!(
                "{id}: {} in {:?}",
                promise.pattern.name,
                text.get(promise.sentence.start..promise.sentence.end)
            ));
        }
    }
    assert!(count > 130, "{count}");
    assert!(told.is_empty(), "{told:#?}");
}
