//! SARIF: valid, whole, and within what GitHub takes.

use std::sync::{Arc, LazyLock};

use exboard::finding::{Edit, Finding, Fix, Place, Safety, Severity, Suppressed};
use exboard::policy::{KnownRule, Policy};
use exboard::render::{Format, Report, Repository, safe};
use exboard::rules::RULES;
use exboard::source::{Source, Span, replaced};
use proptest::prelude::*;
use serde_json::Value;

use super::fixture::{TEXTS, hostile, rule};
use super::github::says;
use super::{PLAIN, bytes, of_one_record, place, text};

static VALIDATOR: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(include_str!("../data/sarif-schema-2.1.0.json")).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
});

fn valid(output: &str) -> Value {
    let log = serde_json::from_str(output).unwrap();
    let errors: Vec<String> =
        VALIDATOR.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(errors, [""; 0]);
    log
}

fn run(report: &Report<'_>) -> Value {
    valid(&bytes(report, Format::Sarif, PLAIN))["runs"][0].take()
}

pub(crate) fn results(run: &Value) -> &[Value] {
    run["results"].as_array().unwrap()
}

/// The path that a location's address names.
pub(crate) fn path(location: &Value) -> String {
    let address = &location["physicalLocation"]["artifactLocation"];
    assert_eq!(address["uriBaseId"], "%SRCROOT%");
    let uri = address["uri"].as_str().unwrap();
    assert!(uri.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"%/-._~".contains(&byte)), "{uri}");
    let parts = uri.split('%');
    let mut path = Vec::new();
    for (index, part) in parts.enumerate() {
        let rest = if index == 0 {
            part
        } else {
            path.push(u8::from_str_radix(&part[..2], 16).unwrap());
            &part[2..]
        };
        path.extend(rest.bytes());
    }
    String::from_utf8(path).unwrap()
}

/// The links in a plain text message: `[text](target)` with brackets of its own behind backslashes.
fn links(message: &str) -> Vec<(String, String)> {
    let mut links = Vec::new();
    let characters: Vec<char> = message.chars().collect();
    let (mut open, mut at) = (None, 0);
    while at < characters.len() {
        match characters[at] {
            '\\' => at += 1,
            '[' => open = Some(at + 1),
            ']' if characters.get(at + 1) == Some(&'(') => {
                let end = characters[at..].iter().position(|character| *character == ')');
                if let (Some(start), Some(end)) = (open.take(), end) {
                    let text = characters[start..at].iter().collect();
                    links.push((text, characters[at + 2..at + end].iter().collect()));
                }
            }
            ']' => open = None,
            _ => {}
        }
        at += 1;
    }
    links
}

#[test]
fn the_whole_is_valid_and_the_validator_bites() {
    let output = text(&hostile(), Format::Sarif, PLAIN);
    let mut log = valid(&output);
    assert_eq!(output.lines().count(), 1);
    assert!(!output.is_ascii() && !output.contains(|c: char| c.is_control() && c != '\n'));
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0.into();
    assert!(!VALIDATOR.is_valid(&log));
}

#[test]
fn every_rule_is_in_the_table() {
    let run = run(&of_one_record(&[], &|_, _| None));
    let table = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(table.len(), RULES.len());
    for (entry, rule) in table.iter().zip(RULES) {
        assert_eq!(entry["id"], rule.info.name);
        assert_eq!(entry["properties"]["locked"], rule.info.locked);
        assert_eq!(entry["properties"]["scope"], rule.info.scope.as_str());
        assert_eq!(entry["properties"]["since"], rule.info.since);
        assert_eq!(entry["properties"]["tags"][1], rule.info.group());
        let level = entry["defaultConfiguration"]["level"].as_str().unwrap();
        assert_eq!(level.replace("note", "info"), rule.info.severity.as_str());
        assert!(entry["helpUri"].as_str().unwrap().ends_with(&format!("/docs/rules/{}.md", rule.info.name)));
        assert_eq!(entry["help"]["markdown"], exboard::rules::page(&rule.info));
        for text in ["shortDescription", "fullDescription"] {
            let text = entry[text]["text"].as_str().unwrap();
            assert!((20..=1024).contains(&text.chars().count()), "{}: {text}", rule.info.name);
        }
    }
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    assert_eq!(run["invocations"][0]["exitCode"], 0);
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(run["results"], Value::Array(Vec::new()));
}

#[test]
fn the_rules_of_the_repository_are_in_the_table_too() {
    let exboard = Source::new(
        "exboard.toml",
        "version = 1\n[[rule]]\nid = \"custom/x\"\nscope = \"record\"\nkind = \"security_exception_board_record_v1\"\n\
         severity = \"warning\"\nwhen = \"record.board_tier == 'working'\"\nassert = \"has(record.account_name)\"\n\
         field = \"/account_name\"\nmessage = \"<b>a [title](http://x.example)</b>\"\n",
    );
    let known: Vec<_> = RULES.iter().map(|rule| KnownRule::from(&rule.info)).collect();
    let policy = Policy::load(&[Arc::new(exboard)], &known).unwrap();
    let findings = [Finding::new(&rule("custom/x", Severity::Error), Place::file("a.yaml"), "m")];
    let report = Report { custom: &policy.exboard.custom, ..of_one_record(&findings, &|_, _| None) };
    let run = run(&report);
    let entry = &run["tool"]["driver"]["rules"][RULES.len()];
    assert_eq!(entry["id"], "custom/x");
    assert_eq!(entry["defaultConfiguration"]["level"], "warning");
    assert_eq!(entry["help"]["markdown"], Value::Null, "its words are no Markdown");
    let help = entry["help"]["text"].as_str().unwrap();
    assert!(
        help.contains("where record.board_tier == 'working', has(record.account_name) must hold"),
        "{help}"
    );
    let result = &results(&run)[0];
    assert_eq!((&result["ruleIndex"], &result["level"]), (&RULES.len().into(), &"error".into()));
    assert_eq!(run["invocations"][0]["exitCode"], 1);
}

#[test]
fn a_result_has_all_that_a_finding_has() {
    let fixture = hostile();
    let run = valid(&text(&fixture, Format::Sarif, PLAIN))["runs"][0].take();
    for (result, finding) in results(&run).iter().zip(&fixture.findings) {
        assert_eq!(result["ruleId"], &*finding.rule);
        assert_eq!(result["partialFingerprints"]["exboard/v1"], finding.fingerprint());
        let has_line = finding.place.range.is_some();
        assert_eq!(result["partialFingerprints"].get("primaryLocationLineHash").is_none(), has_line);
        assert_eq!(result["properties"]["record"].as_str(), finding.record.as_deref());
        assert_eq!(result["properties"]["field"].as_str(), finding.place.field.as_deref());
        let related = result["relatedLocations"].as_array().map_or(0, Vec::len);
        assert_eq!(related, finding.related.len());
        let targets: Vec<String> = links(result["message"]["text"].as_str().unwrap())
            .into_iter()
            .map(|(_, target)| target)
            .collect();
        assert_eq!(targets, (1..=related).map(|id| id.to_string()).collect::<Vec<_>>());
    }
    let hidden = &results(&run)[fixture.findings.len()];
    assert_eq!(hidden["ruleId"], "evidence/stale");
    assert_eq!(hidden["level"], "note");
    let suppression = &hidden["suppressions"][0];
    assert_eq!((&suppression["kind"], &suppression["status"]), (&"inSource".into(), &"accepted".into()));
    assert_eq!(suppression["justification"], *safe(&fixture.suppressed[0].reason));
    assert_eq!(suppression["properties"]["until"], "2026-12-01");
    let notes = run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(notes.len(), fixture.unjudged.len());
    assert_eq!(notes[0]["associatedRule"]["id"], "lane/approval-missing");
}

#[test]
fn a_suppressed_finding_is_known_again_when_it_returns() {
    let source = Source::new("a.yaml", "collected_at: 2026-01-01\n");
    let at = Place::in_source(&source, Span::new(14, 24), Some("/collected_at".to_owned()));
    let finding = Finding::new(&rule("evidence/stale", Severity::Error), at.clone(), "m").record("X");
    let hidden = Suppressed {
        rule: "evidence/stale".into(),
        place: at,
        record: Some("X".into()),
        until: chrono::NaiveDate::from_ymd_opt(2026, 12, 1).unwrap(),
        reason: "why".to_owned(),
    };
    assert_eq!(hidden.fingerprint(), finding.fingerprint());
}

/// Does what a viewer does with the replacements of a result.
fn applied(result: &Value, source: &Source) -> String {
    let replacements = result["fixes"][0]["artifactChanges"][0]["replacements"].as_array().unwrap();
    let offset = |line: &Value, column: &Value| {
        let line = source.line(usize::try_from(line.as_u64().unwrap()).unwrap());
        let text = source.slice(line).trim_start_matches('\u{feff}');
        let column = usize::try_from(column.as_u64().unwrap()).unwrap() - 1;
        let base = line.end - text.len();
        base + text.char_indices().nth(column).map_or(text.len(), |(at, _)| at)
    };
    let edits = replacements.iter().map(|replacement| {
        let region = &replacement["deletedRegion"];
        let start = offset(&region["startLine"], &region["startColumn"]);
        let end = offset(&region["endLine"], &region["endColumn"]);
        (Span::new(start, end), replacement["insertedContent"]["text"].as_str().unwrap())
    });
    replaced(source.text(), edits).unwrap()
}

#[test]
fn a_fix_does_what_ours_does() {
    let source = Arc::new(Source::new("a.yaml", "\u{feff}a: é\nb: 日本 x\n"));
    let edit = |start: usize, end: usize, text: &str| Edit {
        path: "a.yaml".into(),
        span: Span::new(start, end),
        text: text.to_owned(),
    };
    let fix = |edits: Vec<Edit>, move_to: Option<&str>| Fix {
        safety: Safety::Safe,
        edits,
        move_to: move_to.map(str::to_owned),
    };
    let finding = |fix| Finding::new(&rule("a/b", Severity::Error), place(&source, (6, 8)), "m").fix(fix);
    let edits = vec![edit(6, 8, "ü"), edit(12, 18, "本\nc:"), edit(19, 19, "y")];
    let wanted = "\u{feff}a: ü\nb: 本\nc: yx\n";
    let findings = [finding(fix(edits.clone(), Some("b.yaml"))), finding(fix(Vec::new(), Some("b.yaml")))];
    let at_hand = |_: &Finding, _: &str| Some(source.clone());
    let run = run(&of_one_record(&findings, &at_hand));
    assert_eq!(applied(&results(&run)[0], &source), wanted);
    assert_eq!(
        results(&run)[0]["fixes"][0]["description"]["text"],
        "what `exboard check --fix` does, which also moves the file"
    );
    assert_eq!(results(&run)[1]["fixes"], Value::Null, "a move alone cannot be said");
    assert_eq!(results(&run)[1]["properties"]["moveTo"], "b.yaml");

    let changed = |_: &Finding, path: &str| Some(Arc::new(Source::new(path, "# new\na: é\nb: 日本 x\n")));
    for sources in [&changed as &exboard::render::Sources<'_>, &|_, _| None] {
        let run = super::sarif::run(&of_one_record(&findings[..1], sources));
        assert_eq!(results(&run)[0]["fixes"], Value::Null, "of a text that is not the one judged");
    }
}

#[test]
fn a_failure_is_told() {
    let report = Report { failure: Some("the policy is broken"), ..of_one_record(&[], &|_, _| None) };
    let invocation = &run(&report)["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(invocation["exitCode"], 3);
    assert_eq!(invocation["toolExecutionNotifications"][0]["level"], "error");
}

#[test]
fn paths_are_those_of_the_git_repository() {
    let findings = [Finding::new(&rule("a/b", Severity::Error), Place::file("a b/ü:%.yaml"), "m")];
    let repository = Repository { prefix: "sec/x y/", address: None, base: None };
    let run = run(&Report { repository, ..of_one_record(&findings, &|_, _| None) });
    let location = &results(&run)[0]["locations"][0];
    assert_eq!(location["physicalLocation"]["artifactLocation"]["uri"], "sec/x%20y/a%20b/%C3%BC%3A%25.yaml");
    assert_eq!(path(location), "sec/x y/a b/ü:%.yaml");
}

/// Findings of which every hundredth is an error, and every tenth a warning.
fn crowd(number: usize, message: &str) -> Vec<Finding> {
    let severity = |index| match index {
        index if index % 100 == 99 => Severity::Error,
        index if index % 10 == 0 => Severity::Warning,
        _ => Severity::Info,
    };
    let one =
        |index| Finding::new(&rule("a/b", severity(index)), Place::file(format!("{index:06}.yaml")), message);
    (0..number).map(one).collect()
}

fn levels(run: &Value, level: &str) -> usize {
    results(run).iter().filter(|result| result["level"] == level).count()
}

#[test]
fn of_too_many_results_the_worst_are_kept() {
    let findings = crowd(25_300, "m");
    let run = run(&of_one_record(&findings, &|_, _| None));
    assert_eq!(results(&run).len(), 25_000);
    assert_eq!((levels(&run, "error"), levels(&run, "warning")), (253, 2530));
    let paths: Vec<String> = results(&run).iter().map(|result| path(&result["locations"][0])).collect();
    assert!(paths.is_sorted(), "in the order of the report");
    let note = &run["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(note["level"], "warning");
    assert_eq!(
        note["message"]["text"],
        "300 infos left out: a log holds at most 25000 results and 10000000 bytes, the gravest first. \
         `exboard check --format json` has them all."
    );
}

#[test]
fn too_long_a_log_is_cut_to_its_worst() {
    let findings = crowd(2000, &"é".repeat(3000));
    let output = bytes(&of_one_record(&findings, &|_, _| None), Format::Sarif, PLAIN);
    assert!((9_980_000..=10_000_000).contains(&output.len()), "{}", output.len());
    let run = valid(&output)["runs"][0].take();
    assert_eq!((levels(&run, "error"), levels(&run, "warning")), (20, 200));
    assert!((1300..1700).contains(&results(&run).len()));
    let note = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str().unwrap();
    assert!(note.starts_with(&format!("{} infos left out", 2000 - results(&run).len())), "{note}");
}

#[test]
fn of_too_many_related_places_a_hundred_are_kept() {
    let mut finding = Finding::new(&rule("a/b", Severity::Error), Place::file("a.yaml"), "m");
    for _ in 0..1200 {
        finding = finding.related(Place::file("b.yaml"), "the same");
    }
    let run = run(&of_one_record(&[finding], &|_, _| None));
    assert_eq!(results(&run)[0]["relatedLocations"].as_array().unwrap().len(), 100);
    assert_eq!(links(results(&run)[0]["message"]["text"].as_str().unwrap()).len(), 10);
}

fn check(hostile: &str) -> Result<(), TestCaseError> {
    let findings = [says(hostile)];
    let run = run(&of_one_record(&findings, &|_, _| None));
    prop_assert_eq!(results(&run).len(), 1);
    let result = &results(&run)[0];
    prop_assert_eq!(path(&result["locations"][0]), format!("a{hostile}"));
    let message = result["message"]["text"].as_str().unwrap();
    let links = links(message);
    prop_assert_eq!(links.len(), 1, "{}", message);
    prop_assert_eq!(&links[0].1, "1");
    let plain: String = message.chars().filter(|character| *character != '\\').collect();
    let safe = safe(hostile).replace('\\', "");
    prop_assert!(plain.starts_with(&safe), "{}", message);
    prop_assert_eq!(plain.matches(&*safe).count() >= 3, true, "{}", message);
    Ok(())
}

#[test]
fn no_text_is_a_link() {
    for text in TEXTS {
        check(text).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_mixture_is_a_link(parts in prop::collection::vec(prop::sample::select(TEXTS), 1..6)) {
        check(&parts.concat())?;
    }
}
