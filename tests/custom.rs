//! Custom rules: what compiles, what is told of what does not, what they find, and that nothing makes them hang.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use exboard::check::{Input, Options, Outcome, check};
use exboard::expression::{Expression, Fault, Given, Scope, Value, evaluating};
use exboard::finding::Severity;
use exboard::policy::{KnownRule, Policy, Problem};
use exboard::rules::{Folder, NoFiles, RULES};
use exboard::schema::Kind;
use exboard::source::Source;
use exboard::threads;
use exboard::time::parse_time;
use serde_json::json;

const SCOPE: Scope<'_> = Scope {
    variables: &["record", "now", "policy"],
    fields: &[("record", &["id", "list", "text", "map", "end"])],
};

fn compile(text: &str) -> Result<Expression, Vec<Fault>> {
    Expression::compile(text, &SCOPE)
}

fn evaluate_on(text: &str, record: &serde_json::Value) -> Result<bool, String> {
    let expression = compile(text).unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
    let policy = default_policy();
    let record = Value::from(record);
    let policy_value = Value::from(&policy.as_json());
    let given = Given {
        variables: &[("record", &record), ("policy", &policy_value)],
        now: parse_time("2026-11-20T09:00:00Z").expect("a time").to_utc(),
        calendar: &policy.lanes.calendar,
    };
    evaluating([&expression], |evaluator| evaluator.holds(&expression, &given)).expect("no panic")
}

fn evaluate(text: &str) -> Result<bool, String> {
    let record = json!({
        "id": "A-1", "list": [1, 2, 3], "text": "Größe", "end": "2026-12-01", "map": {"a": 1, "b": null}
    });
    evaluate_on(text, &record)
}

fn default_policy() -> Policy {
    load("").unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn load(rules: &str) -> Result<Policy, Vec<Problem>> {
    let known: Vec<_> = RULES.iter().map(|rule| KnownRule::from(&rule.info)).collect();
    let board = include_str!("rules/base/board.toml");
    let sources = [
        Arc::new(Source::new("exboard.toml", format!("version = 1\n{rules}"))),
        Arc::new(Source::new("policies/board.toml", board)),
    ];
    Policy::load(&sources, &known)
}

#[test]
fn what_cel_says_holds() {
    for text in [
        "true",
        "record.id == 'A-1' && record.id.startsWith('A-') && record.id.matches('^[A-Z]-[0-9]+$')",
        "matches(record.id, 'A')",
        "size(record.list) == 3 && record.list.size() == 3 && 2 in record.list && 'a' in record.map",
        "record.list.all(x, x > 0) && record.list.exists(x, x == 2) && record.list.exists_one(x, x == 3)",
        "record.list.map(x, x * 2) == [2, 4, 6] && record.list.filter(x, x > 1)[0] == 2",
        "has(record.text) && !has(record.map.c) && record.map.b == null",
        "record.end < '2026-12-02' && date(record.end) > now",
        "date(record.end) - date('2026-11-01') == days(30) && days(1) == duration('24h')",
        "timestamp('2026-11-20T09:00:00Z') == now && now + duration('30m') > now && now.getFullYear() == 2026",
        "policy.expiry.max_days == 90 && policy.lanes.score.weights.impact == 0.5",
        "policy.exboard.paths.board == 'exceptions' && policy.lanes.lane.exists(l, l.tier == 'executive')",
        "record.text.size() == 5 && record.text.contains('öß') && ' a '.trim().upperAscii() == 'A'",
        "(record.map.c == 1) || true",
        "type(record.id) == string && int('3') == 3",
        "[[1, 2], [3]].all(l, l.all(x, x < 4))",
    ] {
        assert_eq!(evaluate(text), Ok(true), "{text}");
    }
    assert_eq!(evaluate("record.end > '2027-01-01'"), Ok(false));
}

#[test]
fn a_failure_at_run_time_is_told_and_never_passes() {
    for (text, reason) in [
        ("record.map.c == 1", "there is no `c`"),
        ("1 / (size(record.list) - 3) == 1", "division by zero"),
        ("9223372036854775807 + size(record.list) > 0", "too large"),
        ("record.id > 1", "does not take (string, int)"),
        ("record.id", "it is a string, and must be true or false"),
        ("record.list[7] == 1", "no such entry"),
        ("date(record.id) > now", "date(): `A-1` is not a date"),
        ("days(99999999999) > days(1)", "days(): the number is too large"),
        ("timestamp(record.id) > now", "timestamp"),
        ("record.map + record.map == record.map", "does not take a map and a map"),
    ] {
        let told = evaluate(text).expect_err(text);
        assert!(told.contains(reason), "{text}: {told}");
        assert!(told.len() < 300, "{text}: {told}");
    }
}

#[test]
fn what_the_parser_quotes_is_told_on_one_line_and_not_all_of_it() {
    let told = faults(&format!("record.id == '\u{1}\n{}", "x".repeat(1000)));
    assert!(told.len() == 1 && told[0].1.contains("\\u{1}\\n"), "{told:?}");
    assert!(told[0].1.chars().count() < 200 && !told[0].1.contains(char::is_control), "{told:?}");
}

/// `start..end message (help)` of each fault.
fn faults(text: &str) -> Vec<(String, String)> {
    let faults = compile(text).expect_err(text);
    let place = |fault: &Fault| text.get(fault.start..fault.end).unwrap_or("(not a place)").to_owned();
    let words = |fault: &Fault| format!("{} ({})", fault.message, fault.help.as_deref().unwrap_or(""));
    faults.iter().map(|fault| (place(fault), words(fault))).collect()
}

#[test]
fn what_does_not_compile_is_told_at_its_place() {
    for (text, place, words) in [
        ("recrod.id == 'x'", "recrod", "there is no variable `recrod` (did you mean `record`?)"),
        ("'é' == record.txet", "txet", "`record` has no field `txet` (did you mean `text`?)"),
        ("has(record.lisst)", "lisst", "`record` has no field `lisst` (did you mean `list`?)"),
        ("'é' == 'x' && startWith(record.id)", "startWith", "did you mean `startsWith`?"),
        ("record.id.startWith('A')", "startWith", "did you mean `startsWith`?"),
        ("startsWith('A', 'B')", "startsWith", "it is value.startsWith(…)"),
        ("size(1, 2) == 3", "size", "value.size() or size(…)"),
        ("record.list.all(x > 1)", "all", "is called in a way"),
        ("record.list.map(x, y) == []", "y", "there is no variable `y`"),
        ("record.id.matches(record.text)", "record.text", "must be a string literal"),
        ("record.id.matches('[a')", "'[a'", "not a pattern: unclosed character class"),
        ("record.id.matches('(a{100}){100}{100}')", "'(a{100}){100}{100}'", "needs more than 256 KiB"),
        ("before == null", "before", "there is no variable `before`"),
        ("1 + 2", "+", "the expression is a sum, and must be true or false"),
        ("record", "record", "the expression is a map"),
        ("record.id == 'a' && 'b'", "'b'", "this is a string"),
        ("record.list.filter(x, 1) == []", "1", "this is a number"),
        ("record.list.map(x, x)", "record.list.map(x, x)", "the expression is a list"),
        ("google.protobuf.Duration{}", "google.protobuf.Duration", "there is no type"),
        ("record.?id == 1", "", "not a CEL expression"),
        ("'A' == record.id ==", "=", "not a CEL expression"),
        ("'unclosed", "", "not a CEL expression"),
        ("", "", "not a CEL expression"),
    ] {
        let told = faults(text);
        let found = told.iter().find(|(_, said)| said.contains(words));
        let near =
            |(at, _): &(String, String)| place.is_empty() || !at.is_empty() && place.contains(at.as_str());
        assert!(found.is_some_and(near), "{text}: {told:?}");
    }
}

#[test]
fn deep_and_long_expressions_are_refused_and_do_not_overflow_the_stack() {
    let nest = |open: &str, inner: &str, close: &str, depth: usize| {
        format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
    };
    let mut hostile = vec!["(".repeat(100_000), "x".repeat(100_000)];
    for depth in [40, 100, 500, 2000] {
        hostile.extend([
            nest("(", "true", "", depth),
            nest("[", "", "]", depth),
            nest("[", "", "", depth),
            nest("{1:", "1", "}", depth),
            nest("{", "", "", depth),
            nest("!(", "true", ")", depth),
            nest("-", "1", "", depth),
            nest("- ", "now", "", depth),
            nest("true?true:", "1", "", depth),
            nest("size(", "1", ")", depth),
            nest("f(", "", "", depth),
            nest("[1].map(x,", "1", ")", depth),
            nest("", "1", "+1", depth),
            nest("", "1", "==1", depth),
            nest("", "record", ".a", depth),
            nest("", "record.list", "[0]", depth),
            nest("", "record.id", ".trim()", depth),
            nest("", "record.list", ".map(x,x)", depth),
            nest("", "a", "{b:", depth),
            nest("", "1", "?(", depth),
            nest("a ? b ((?))", "", "", depth / 4),
            nest("\"", "", "", depth),
            nest("'''", "", "", depth),
            nest("\\", "", "", depth),
            nest("\u{0}é\u{202e}", "", "", depth / 4),
        ]);
    }
    for text in &hostile {
        let _ = compile(text);
    }
    let told = faults(&nest("(", "1", ")", 2000));
    assert!(told[0].1.contains("nested deeper than 64"), "{told:?}");
    let told = faults(&"x".repeat(100_000));
    assert!(told[0].1.contains("at most 4096"), "{told:?}");
    // As deep as it may be, on a thread whose stack is small, as those of the pool are.
    let deep = format!("{} == 1", nest("", "1", "+1-1", 30));
    assert_eq!(evaluate(&deep), Ok(true));
}

#[test]
fn what_compiles_is_evaluated_on_the_stack_of_a_thread_of_the_pool() {
    let deepest = |written: &dyn Fn(usize) -> String| {
        let compiles = |text: &String| compile(text).is_ok();
        (1..=70).map(written).rfind(compiles).unwrap_or_else(|| panic!("{}", written(1)))
    };
    let nested = |open: &'static str, inner: &'static str, close: &'static str| {
        move |depth: usize| format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
    };
    let texts = [
        deepest(&nested("!(", "record.map.a == 1", ")")),
        deepest(&nested("record.list.all(x, ", "x > 0", ")")),
        deepest(&nested("[1].exists(x, ", "record.list == record.list", ")")),
        deepest(&nested("true ? (", "record.id == ''", ") : true")),
        deepest(&|depth| format!("0 < {}", nested("(1 + ", "1", ")")(depth))),
        deepest(&|depth| format!("{} != [record]", nested("[", "record.list", "]")(depth))),
        deepest(&|depth| format!("{} != {{}}", nested("{'a': ", "record", "}")(depth))),
        deepest(&|depth| format!("{} != []", nested("", "record.list", ".map(x, [x])")(depth))),
    ];
    // Running out of budget is an answer; running out of stack would end the program.
    let told = threads::map(texts.to_vec(), 0, |text| evaluate(&text));
    assert_eq!(told.iter().filter(|told| told.is_ok()).count(), 7, "{told:?}");
}

#[test]
fn a_panic_of_the_interpreter_is_told_and_ends_no_thread() {
    let told = threads::map(vec![(); 4], 0, |()| {
        evaluating([], |_| {
            if compile("true").is_ok() {
                panic!("on purpose")
            }
        })
    });
    assert_eq!(told, vec![Err("the interpreter failed".to_owned()); 4]);
}

#[test]
fn hostile_expressions_run_out_of_budget_instead_of_time_and_memory() {
    let list: Vec<u32> = (0..20_000).collect();
    let record = json!({
        "id": "x".repeat(10_000), "list": list, "text": "a".repeat(200_000), "map": {}, "end": ""
    });
    let nested = |depth: usize, macro_name: &str| {
        let open: String = (0..depth).map(|at| format!("record.list.{macro_name}(x{at}, ")).collect();
        format!("{open}true{}", ")".repeat(depth))
    };
    let grown = |step: &str, times: usize| format!("[[1]]{}.size() >= 0", step.repeat(times));
    for text in [
        nested(3, "all"),
        nested(6, "exists_one"),
        nested(3, "exists").replace("true", "false"),
        format!("{} == []", nested(4, "map")),
        grown(".map(x, [x, x])", 40),
        grown(".map(x, x + x)", 40),
        "[record.text].map(x, x + x)".to_owned() + &".map(x, x + x)".repeat(20) + " == []",
        "record.list.all(x, record.list == record.list)".to_owned(),
        "record.list.all(x, x in record.list)".to_owned(),
        "record.list.all(x, record.text.contains('b') || true)".to_owned(),
        "record.list.exists(x, record.text.matches('(a|a)*b') && false)".to_owned(),
        "record.list.all(x, [record, record, record].size() == 3)".to_owned(),
        "record.list.map(x, record).size() > 0".to_owned(),
        "record.list.all(x, {'a': record.list}.size() > 0)".to_owned(),
        // What runs out inside may not be absorbed outside.
        format!("({}) || true", nested(3, "all")),
        format!("true || ({})", nested(3, "all")).replace("true || ", "(1 / 0 == 1) || true || "),
        format!("[1].exists(y, ({}) || true)", nested(3, "all")),
    ] {
        let told = evaluate_on(&text, &record);
        let absorbed_before = text.starts_with("(1 / 0");
        match told {
            Err(reason) => assert!(reason.contains("costs more than a rule may"), "{text}: {reason}"),
            Ok(value) => assert!(absorbed_before && value, "{text} passed"),
        }
    }
}

#[test]
fn an_ordinary_rule_is_far_from_its_budget_on_the_largest_record() {
    let controls: Vec<_> = (0..200).map(|at| json!({"id": format!("C{at}"), "status": "planned"})).collect();
    let record = json!({"list": controls, "text": "word ".repeat(20_000)});
    let text =
        "record.list.all(c, record.list.exists_one(d, d.id == c.id)) && record.text.matches('word$|\\\\s')";
    assert_eq!(evaluate_on(text, &record), Ok(true));
}

/// A rule in `exboard.toml`, with some of its lines put in place of the good ones.
fn rule(lines: &[(&str, &str)]) -> String {
    let mut text = "[[rule]]\n".to_owned();
    let good = [
        ("id", "'custom/restricted-needs-dpo'"),
        ("scope", "'record'"),
        ("kind", "'security_exception_board_record_v1'"),
        ("severity", "'warning'"),
        ("when", "\"record.data_sensitivity_tier == 'confidential'\""),
        ("assert", "'has(record.extensions.dpo_reviewed) && record.extensions.dpo_reviewed'"),
        ("field", "'/extensions/dpo_reviewed'"),
        ("message", "'confidential data needs a review'"),
    ];
    for (key, value) in good {
        let value = lines.iter().find(|(name, _)| *name == key).map_or(value, |(_, value)| value);
        if !value.is_empty() {
            text.push_str(&format!("{key} = {value}\n"));
        }
    }
    for (key, value) in lines.iter().filter(|(key, _)| good.iter().all(|(name, _)| name != key)) {
        text.push_str(&format!("{key} = {value}\n"));
    }
    text
}

fn problems(rules: &str) -> Vec<String> {
    let problems = load(rules).expect_err(rules);
    let line = |problem: &Problem| {
        let at = problem.source.position(problem.span.start);
        let text = problem.source.slice(problem.span);
        format!(
            "{}:{} [{text}] {} ({})",
            at.line,
            at.column,
            problem.message,
            problem.help.as_deref().unwrap_or("")
        )
    };
    problems.iter().map(line).collect()
}

#[test]
fn broken_rules_are_told_at_their_place_in_exboard_toml() {
    for (lines, told) in [
        (
            ("assert", "'recrod.id == 1'"),
            "8:11 [recrod] `rule.0.assert`: there is no variable `recrod` (did you mean `record`?)",
        ),
        (("assert", "\"\"\"\nrecord.status ==\n  'x' && nix\"\"\""), "9:8 [status]"),
        (("assert", "\"record.\\u0069d\""), "8:10 [\"record.\\u0069d\"] `rule.0.assert`"),
        (("when", "'record.exception_id ='"), "7:29 [=]"),
        (("id", "'lane/under-routed'"), "3:6 ['lane/under-routed'] `lane/under-routed` is a built-in rule"),
        (("id", "'custom/Big'"), "must be `custom/` and words with hyphens"),
        (("id", "''"), "3:6 [''] `rule.0.id` must not be blank"),
        (("scope", "'all'"), "4:9 ['all'] `rule.0.scope` must be record or change"),
        (("kind", "'security_exception_board_v1'"), "did you mean \"security_exception_board_record_v1\"?"),
        (("severity", "'off'"), "must be info, warning or error"),
        (("field", "'extensions'"), "must be a JSON pointer"),
        (("field", "'/extension'"), "did you mean \"/extensions\"?"),
        (("assert", ""), "`rule.0` has no `assert`"),
        (("asert", "'true'"), "unknown key `rule.0.asert` (did you mean `assert`?)"),
        (("suppressible", "'no'"), "must be true or false"),
    ] {
        let all = problems(&rule(&[lines]));
        assert!(all.iter().any(|line| line.contains(told)), "{lines:?}: {all:#?}");
    }
    let twice = problems(&format!("{}{}", rule(&[]), rule(&[])));
    assert!(twice[0].starts_with("12:6") && twice[0].contains("two rules are called"), "{twice:?}");
    assert!(problems("rule = 3\n")[0].contains("must be a list"));
}

fn judge(rules: &str, edit: (&str, &str)) -> Outcome {
    let policy = load(rules).unwrap_or_else(|problems| panic!("{problems:?}"));
    let text = include_str!("rules/base/approved.yaml").replace(edit.0, edit.1);
    let path: Arc<str> = Arc::from("exceptions/director/2026/SEB-2026-0042.yaml");
    let folder = Folder { kind: Kind::Board, root: Arc::from("exceptions"), path };
    let options = Options {
        policy: &policy,
        now: parse_time("2026-05-04T10:00:00Z").expect("a time").to_utc(),
        rules: None,
        paths: &[],
        show_suppressed: false,
    };
    let input = Input { records: &[folder], strays: &[], files: &NoFiles, changes: None };
    check(input, &|_| Ok(text.clone().into_bytes()), &options)
}

#[test]
fn a_rule_that_does_not_hold_is_a_finding_at_its_field() {
    let outcome = judge(&rule(&[]), ("", ""));
    let [finding] = outcome.findings.as_slice() else { panic!("{:?}", outcome.findings) };
    assert_eq!(finding.rule, "custom/restricted-needs-dpo");
    assert_eq!(finding.severity, Severity::Warning);
    assert_eq!(finding.message, "confidential data needs a review");
    assert_eq!(finding.place.field.as_deref(), Some("/extensions/dpo_reviewed"));
    assert!(finding.place.range.is_some());
    assert_eq!(finding.record.as_deref(), Some("SEB-2026-0042"));
    assert!(finding.help.as_deref().is_some_and(|help| help.contains("has(record.extensions.dpo_reviewed)")));
    assert_eq!(&*finding.related[0].place.path, "exboard.toml");
    // What holds, and what the rule does not judge, is clean.
    let reviewed = "exception_id: SEB-2026-0042\nextensions: {dpo_reviewed: true}\n";
    for (rules, edit) in [
        (rule(&[]), ("exception_id: SEB-2026-0042\n", reviewed)),
        (rule(&[("when", "'false'")]), ("", "")),
        (
            rule(&[("kind", "'security_exception_registry_v1'"), ("when", ""), ("assert", "'false'")]),
            ("", ""),
        ),
        (rule(&[]) + "[rules]\n'custom/restricted-needs-dpo' = 'off'\n", ("", "")),
    ] {
        let outcome = judge(&rules, edit);
        assert!(outcome.findings.is_empty(), "{rules}: {:?}", outcome.findings);
    }
    let louder = judge(&(rule(&[]) + "[rules]\n'custom/restricted-needs-dpo' = 'error'\n"), ("", ""));
    assert_eq!(louder.findings[0].severity, Severity::Error);
}

#[test]
fn a_rule_that_cannot_be_judged_is_an_error_whatever_its_severity() {
    for (key, which) in [("assert", "assert"), ("when", "when")] {
        let outcome = judge(&rule(&[(key, "'record.extensions.dpo_reviewed'")]), ("", ""));
        let [finding] = outcome.findings.as_slice() else { panic!("{:?}", outcome.findings) };
        assert_eq!(finding.severity, Severity::Error);
        assert!(finding.message.starts_with("the rule cannot be judged here: there is no `dpo_reviewed`"));
        assert!(finding.help.as_deref().is_some_and(|help| help.contains(&format!("wants {which}:"))));
    }
}

#[test]
fn rules_of_changes_compile_and_are_told_as_unjudged() {
    let rules = rule(&[
        ("scope", "'change'"),
        ("assert", "'before == null || before.exception_id == record.exception_id'"),
    ]);
    let outcome = judge(&rules, ("", ""));
    assert!(outcome.findings.is_empty(), "{:?}", outcome.findings);
    assert_eq!(outcome.unjudged.len(), 1);
    assert_eq!(outcome.unjudged[0].rule, "custom/restricted-needs-dpo");
    assert!(problems(&rule(&[("assert", "'before == null'")]))[0].contains("no variable `before`"));
}

/// Runs the program in a repository with a custom rule: exit code, standard output, standard error.
fn run(arguments: &[&str]) -> (i32, String, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    write("exboard.toml", &format!("version = 1\n{}", rule(&[("severity", "'error'")])));
    write("policies/board.toml", include_str!("rules/base/board.toml"));
    write("exceptions/director/2026/SEB-2026-0042.yaml", include_str!("rules/base/approved.yaml"));
    let output = std::process::Command::new(Path::new(env!("CARGO_BIN_EXE_exboard")))
        .args(arguments)
        .args(["--now", "2026-05-04T10:00:00Z"])
        .current_dir(folder.path())
        .env_remove("GITHUB_ACTIONS")
        .output()
        .expect("the program");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

#[test]
fn the_commands_know_the_repositorys_rules() {
    let (code, out, error) = run(&["check"]);
    assert_eq!(code, 1, "{error}");
    assert!(out.contains("error[custom/restricted-needs-dpo] confidential data needs a review"), "{out}");
    assert_eq!(run(&["check", "--select", "custom"]).0, 1);
    assert_eq!(run(&["check", "--ignore", "custom/restricted-needs-dpo"]).0, 0);
    let (code, _, error) = run(&["check", "--select", "custom/restricted-need-dpo"]);
    assert!(code == 2 && error.contains("did you mean `custom/restricted-needs-dpo`?"), "{error}");
    let (code, out, _) = run(&["explain", "custom/restricted-needs-dpo"]);
    assert!(code == 0 && out.contains("## Must hold") && out.contains("has(record.extensions"), "{out}");
    assert_eq!(run(&["explain", "custom/nothing"]).0, 2);
    assert!(run(&["rules"]).1.contains("custom/restricted-needs-dpo"));
    assert!(run(&["rules", "--format", "json"]).1.contains("\"custom/restricted-needs-dpo\""));
}
