//! What every format says of one report: that they agree, that no text of a record gets out of its place, that
//! nothing breaks them, and how they look (`tests/render/`).

#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "render/fixture.rs"]
mod fixture;
#[path = "render/github.rs"]
mod github;
#[path = "render/markdown.rs"]
mod markdown;
#[path = "render/sarif.rs"]
mod sarif;

use std::cell::Cell;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use exboard::finding::{Finding, Place, Severity, sort};
use exboard::render::{Format, PolicyFrom, Report, Repository, Sources, Terminal, render, safe};
use exboard::source::{Source, Span};
use fixture::{Fixture, hostile, now, rule};
use proptest::prelude::*;
use serde_json::Value;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

const PLAIN: Terminal = Terminal { color: false, width: 100, unicode: true };

fn bytes(report: &Report<'_>, format: Format, terminal: Terminal) -> String {
    let mut out = Vec::new();
    render(report, format, terminal, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The report of one record.
fn of_one_record<'a>(findings: &'a [Finding], sources: &'a Sources<'a>) -> Report<'a> {
    Report {
        tool: "exboard 0.1.0",
        now: now(),
        policy: PolicyFrom::Tree,
        board: 1,
        registry: 0,
        subject: None,
        findings,
        suppressed: &[],
        unjudged: &[],
        sources,
        custom: &[],
        fail_level: Severity::Error,
        failure: None,
        asked: &[],
        repository: Repository::default(),
    }
}

fn text(fixture: &Fixture, format: Format, terminal: Terminal) -> String {
    fixture.with_report(|report| bytes(report, format, terminal))
}

fn json(fixture: &Fixture) -> Value {
    serde_json::from_str(&text(fixture, Format::Json, PLAIN)).unwrap()
}

/// Every format in every dress.
fn all_dresses() -> Vec<(Format, Terminal)> {
    let mut dresses = Vec::new();
    for format in Format::ALL {
        for (color, width, unicode) in [
            (false, 100, true),
            (true, 100, true),
            (false, 60, false),
            (true, 0, false),
            (false, usize::MAX, true),
        ] {
            dresses.push((*format, Terminal { color, width, unicode }));
        }
    }
    dresses
}

/// Takes out the colours that we made.
fn uncolored(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |mut whole, part| {
        let end = part.find(|c: char| !(c.is_ascii_digit() || c == ';')).unwrap();
        assert!(part[end..].starts_with('m'), "not a colour: {part:?}");
        whole.push_str(&part[end + 1..]);
        whole
    })
}

#[test]
fn formats_look_as_expected() {
    let narrow = Terminal { width: 60, ..PLAIN };
    let ascii = Terminal { unicode: false, ..narrow };
    let color = Terminal { color: true, ..PLAIN };
    let fixture = hostile();
    for (name, format, terminal) in [
        ("human_60.txt", Format::Human, narrow),
        ("human_60_ascii.txt", Format::Human, ascii),
        ("human_100_color.txt", Format::Human, color),
        ("concise.txt", Format::Concise, narrow),
        ("concise_color.txt", Format::Concise, color),
        ("check.json", Format::Json, narrow),
        ("github.txt", Format::Github, narrow),
        ("check.md", Format::Markdown, narrow),
    ] {
        // Escapes are kept as a picture, so that a look at the file is not a look through it.
        expect(name, &text(&fixture, format, terminal).replace('\x1b', "␛"));
    }
    // Pretty, and without what every new rule would change.
    let mut log: Value = serde_json::from_str(&text(&fixture, Format::Sarif, PLAIN)).unwrap();
    log["runs"][0]["tool"]["driver"]["rules"].as_array_mut().unwrap().truncate(1);
    for result in log["runs"][0]["results"].as_array_mut().unwrap() {
        result.as_object_mut().unwrap().remove("ruleIndex");
    }
    expect("check.sarif", &(serde_json::to_string_pretty(&log).unwrap() + "\n"));
}

#[expect(clippy::disallowed_methods, reason = "the one switch of this test")]
fn expect(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/render").join(name);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, actual).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        expected == actual,
        "tests/render/{name} is stale: read the difference that `UPDATE_EXPECT=1 cargo test --test render` makes.\
         \n--- now\n{actual}"
    );
}

#[test]
fn formats_agree_on_what_and_where() {
    let fixture = hostile();
    let json = json(&fixture);
    let findings = json["findings"].as_array().unwrap();
    let mut expected = Vec::new();
    for finding in findings {
        let mut place = safe(finding["path"].as_str().unwrap()).into_owned();
        if let Value::Object(span) = &finding["span"] {
            write!(place, ":{}:{}", span["start"]["line"], span["start"]["column"]).unwrap();
        }
        let (severity, rule) = (finding["severity"].as_str().unwrap(), finding["rule"].as_str().unwrap());
        expected.push((place, format!("{severity}[{rule}]")));
    }
    assert_eq!(expected.len(), 14);

    let concise = text(&fixture, Format::Concise, PLAIN);
    let lines: Vec<&str> = concise.lines().collect();
    let end = lines.iter().position(|line| line.contains(": suppressed[")).unwrap();
    assert_eq!(end, expected.len());
    for (line, (place, word)) in lines.iter().zip(&expected) {
        assert!(line.starts_with(&format!("{place}: {word} ")), "{line}");
    }

    let human = text(&fixture, Format::Human, PLAIN);
    let lines: Vec<&str> = human.lines().collect();
    let mut shown = Vec::new();
    for pair in lines.windows(2) {
        let word = pair[1].trim_start().split_once("]:").map_or("", |(word, _)| word);
        if ["error[", "warning[", "info["].iter().any(|start| word.starts_with(start)) {
            let place = pair[0].split(" (before").next().unwrap().split(" (commit").next().unwrap();
            shown.push((place.to_owned(), format!("{word}]")));
        }
    }
    assert_eq!(shown, expected);

    let (annotations, grouped) = github::read(&text(&fixture, Format::Github, PLAIN));
    assert_eq!(grouped, concise.lines().take(end).collect::<Vec<_>>());
    let shown: Vec<(String, String)> = annotations.iter().map(annotation).collect();
    assert_eq!(shown, worst_first(&expected));

    let log: Value = serde_json::from_str(&text(&fixture, Format::Sarif, PLAIN)).unwrap();
    let results = sarif::results(&log["runs"][0]);
    assert_eq!(results.len(), expected.len() + 1);
    assert_eq!(results[..expected.len()].iter().map(result).collect::<Vec<_>>(), expected);

    let page = markdown::read(&text(&fixture, Format::Markdown, PLAIN));
    let mut shown: Vec<(String, String)> = markdown::rows(&page)
        .into_iter()
        .map(|[place, severity, _, rule]| (place, format!("{severity}[{rule}]")))
        .collect();
    let mut sorted = expected.clone();
    shown.sort();
    sorted.sort();
    assert_eq!(shown, sorted);

    let summary = &json["summary"];
    let counts = format!(
        "{} errors, {} warnings, {} infos in 30 records (12 board, 18 registry)",
        summary["errors"], summary["warnings"], summary["infos"]
    );
    assert!(
        lines.iter().any(|line| *line == counts) && concise.contains(&format!("\n{counts}; 1 suppressed;"))
    );
}

fn worst_first(expected: &[(String, String)]) -> Vec<(String, String)> {
    let of = |word: &&str| {
        expected.iter().filter(|(_, rule)| rule.starts_with(*word)).cloned().collect::<Vec<_>>()
    };
    ["error", "warning", "info"].iter().flat_map(of).collect()
}

fn annotation(command: &github::Command) -> (String, String) {
    let of = |key: &str| command.properties.get(key).map(String::as_str);
    let file = of("file").unwrap();
    let place = match (of("line"), of("col")) {
        (Some(line), Some(column)) => format!("{file}:{line}:{column}"),
        // Over several lines, GitHub takes no column: here it is that of the one such value of the fixture.
        (Some(line), None) => format!("{file}:{line}:23"),
        (None, _) => file.to_owned(),
    };
    let rule = of("title").unwrap().split(" · ").next().unwrap();
    (place, format!("{}[{rule}]", command.name.replace("notice", "info")))
}

fn result(result: &Value) -> (String, String) {
    let location = &result["locations"][0];
    let mut place = safe(&sarif::path(location)).into_owned();
    if let Value::Object(region) = &location["physicalLocation"]["region"] {
        write!(place, ":{}:{}", region["startLine"], region["startColumn"]).unwrap();
    }
    let level = result["level"].as_str().unwrap().replace("note", "info");
    (place, format!("{level}[{}]", result["ruleId"].as_str().unwrap()))
}

#[test]
fn json_keeps_to_its_schema() {
    let schema: Value = serde_json::from_str(exboard::schema::CHECK_OUTPUT).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let mut check = json(&hostile());
    let errors: Vec<String> = validator.iter_errors(&check).map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0]);
    check["findings"][0]["span"] = Value::from("4:1");
    assert!(!validator.is_valid(&check));
}

#[test]
fn json_keeps_its_order_and_its_nulls() {
    let source = Arc::new(Source::new("a.yaml", "board_tier: working\n"));
    let place = Place::in_source(&source, Span::new(12, 19), Some("/board_tier".to_owned()));
    let findings = [Finding::new(
        &rule("lane/under-routed", Severity::Error),
        place,
        "too low\u{7f}\u{202e}\u{e0041} ##[x",
    )];
    let sources = |_: &Finding, _: &str| Some(source.clone());
    let report = of_one_record(&findings, &sources);
    let expected = r#"{
  "version": 1,
  "tool": "exboard 0.1.0",
  "now": "2026-11-20T09:00:00Z",
  "policy": {
    "from": "tree",
    "commit": null
  },
  "checked": {
    "board": 1,
    "registry": 0
  },
  "findings": [
    {
      "rule": "lane/under-routed",
      "severity": "error",
      "message": "too low\u007f\u202e\udb40\udc41 ##\u005bx",
      "help": null,
      "path": "a.yaml",
      "record": null,
      "field": "/board_tier",
      "span": {
        "start": {
          "line": 1,
          "column": 13,
          "offset": 12
        },
        "end": {
          "line": 1,
          "column": 20,
          "offset": 19
        }
      },
      "side": "head",
      "commit": null,
      "fingerprint": "FINGERPRINT",
      "related": [],
      "fix": null
    }
  ],
  "suppressed": [],
  "unjudged": [],
  "summary": {
    "errors": 1,
    "warnings": 0,
    "infos": 0,
    "fixable": 0,
    "suppressed": 0
  }
}
"#;
    let actual = bytes(&report, Format::Json, PLAIN);
    assert_eq!(actual, expected.replace("FINGERPRINT", &findings[0].fingerprint()));
    let back: Value = serde_json::from_str(&actual).unwrap();
    assert_eq!(back["findings"][0]["message"], findings[0].message.as_str());
}

#[test]
fn a_clean_report_says_of_what_and_when() {
    let report = Report { board: 12, registry: 18, ..of_one_record(&[], &|_, _| None) };
    let verdict = "Clean: 12 board and 18 registry records, judged at 2026-11-20T09:00:00Z.\n";
    assert_eq!(bytes(&report, Format::Human, PLAIN), verdict);
    assert_eq!(bytes(&report, Format::Concise, PLAIN), verdict);
}

/// No character of a record reaches an output as itself when a terminal would obey or hide it.
fn assert_harmless(text: &str) {
    for character in text.chars().filter(|character| *character != '\n') {
        let hidden = character.is_control()
            || matches!(character, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}' | '\u{feff}');
        assert!(!hidden, "{character:?} in {text:?}");
    }
    assert!(!text.contains("##["), "{text}");
    assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{text}");
}

/// Workflow commands are read in `github.rs`; what is between and in them is as harmless as in every format.
fn without_commands(text: &str) -> String {
    let plain =
        |line: &str| line.strip_prefix("::").map_or(line.to_owned(), |command| format!("> {command}"));
    text.lines().map(|line| plain(line) + "\n").collect()
}

#[test]
fn nothing_hostile_gets_through() {
    let fixture = hostile();
    for (format, terminal) in all_dresses() {
        let dressed = text(&fixture, format, terminal);
        let bare = uncolored(&dressed);
        assert_harmless(&if format == Format::Github { without_commands(&bare) } else { bare.clone() });
        let has_color = matches!(format, Format::Human | Format::Concise);
        assert_eq!(dressed == bare, !(terminal.color && has_color));
        assert_eq!(bare, text(&fixture, format, Terminal { color: false, ..terminal }));
        // In the other two, every text is looked at on its own (`sarif.rs`, `markdown.rs`).
        if !matches!(format, Format::Sarif | Format::Markdown) {
            assert_eq!(
                bare.matches("registry/2026/b.yaml:1:1: error[").count(),
                bare.matches("a name\\nreg").count()
            );
        }
    }
}

#[test]
fn a_path_is_no_command() {
    let findings = [Finding::new(&rule("a/b", Severity::Error), Place::file("::error file=x::owned"), "m")];
    let report = of_one_record(&findings, &|_, _| None);
    for format in [Format::Human, Format::Concise] {
        assert!(bytes(&report, format, PLAIN).starts_with("\\u{3a}:error file=x::owned"));
    }
}

#[test]
fn lines_keep_to_the_width() {
    let fixture = hostile();
    for width in [40, 60, 100] {
        for unicode in [true, false] {
            let human = text(&fixture, Format::Human, Terminal { color: false, width, unicode });
            for line in human.lines() {
                let is_place = fixture.sources.keys().any(|path| line.trim_start().starts_with(&*safe(path)));
                assert!(is_place || line.width() <= width, "{width}: {line}");
            }
        }
    }
}

#[test]
fn a_text_that_is_not_the_one_judged_is_not_shown() {
    let judged = Source::new("a.yaml", "tier: working\n");
    let findings = [Finding::new(
        &rule("a/b", Severity::Error),
        Place::in_source(&judged, Span::new(6, 13), None),
        "message",
    )];
    let shown = |text: &'static str| {
        let sources = |_: &Finding, path: &str| Some(Arc::new(Source::new(path, text)));
        let report = of_one_record(&findings, &sources);
        bytes(&report, Format::Human, PLAIN).contains("───────")
    };
    assert!(shown("tier: working\n") && shown("tier: working # why\n"));
    assert!(!shown("tier: officer\n") && !shown("") && !shown("# one more line\ntier: working\n"));
}

#[test]
fn many_related_places_are_shown_then_listed_then_counted() {
    let source = Arc::new(Source::new("b.yaml", "id: SEB-2026-0042\n"));
    let mut finding =
        Finding::new(&rule("a/b", Severity::Error), Place::file("a.yaml"), "message").help("help me");
    for index in 0..20 {
        finding = finding.related(place(&source, (4, 17)), format!("place {index}"));
    }
    let sources = |_: &Finding, _: &str| Some(source.clone());
    let human = bytes(&of_one_record(&[finding], &sources), Format::Human, PLAIN);
    assert_eq!(human.matches("  note: place ").count(), 3);
    assert_eq!(human.matches("\n  b.yaml:1:5: place ").count(), 12);
    assert!(human.contains("\n  … and 5 more places\n  help: help me\n\n"), "{human}");
}

struct Closed;

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_closed_pipe_is_the_callers() {
    for format in Format::ALL {
        let error = hostile().with_report(|report| render(report, *format, PLAIN, &mut Closed)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }
}

#[test]
fn formats_have_their_words() {
    for format in Format::ALL {
        assert_eq!(format.as_str().parse(), Ok(*format));
    }
    let error = "\x1bHuman".parse::<Format>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "unknown format `\\u{1b}Human`: one of human, concise, json, sarif, github, markdown"
    );
}

/// As many findings as there may be in the largest file.
fn crowd() -> (Arc<Source>, Vec<Finding>) {
    let text: String = (0..10_000).map(|line| format!("field_{line}: some value\n")).collect();
    let source = Arc::new(Source::new("exceptions/working/2026/SEB-2026-0042.yaml", text.as_str()));
    let mut findings = Vec::new();
    for (index, (at, _)) in text.match_indices("some").enumerate() {
        let severity = if index % 1000 == 999 { Severity::Error } else { Severity::Warning };
        let place = Place::in_source(&source, Span::new(at, at + 4), Some(format!("/field_{index}")));
        let other = Place::in_source(&source, Span::new(at + 5, at + 10), None);
        findings.push(Finding::new(&rule("a/b", severity), place, "message").related(other, "because"));
    }
    sort(&mut findings);
    (source, findings)
}

#[test]
fn ten_thousand_findings_in_a_file_are_read_once_and_short() {
    let (source, findings) = crowd();
    let reads = Cell::new(0);
    let sources = |_: &Finding, _: &str| {
        reads.set(reads.get() + 1);
        Some(source.clone())
    };
    let report = of_one_record(&findings, &sources);
    let human = bytes(&report, Format::Human, PLAIN);
    assert_eq!(human.matches("message").count(), 50);
    assert_eq!(human.matches("error[a/b]").count(), 10, "an error yields to no warning");
    assert!(human.contains("\n… and 9950 more in this file: see --format concise\n"));
    assert_eq!(reads.get(), 1);
    assert!(human.len() < 40_000, "{}", human.len());
    assert_eq!(bytes(&report, Format::Concise, PLAIN).lines().count(), 10_001);
    bytes(&report, Format::Json, PLAIN);
}

fn place(source: &Source, span: (usize, usize)) -> Place {
    Place::in_source(source, Span::new(span.0, span.1), None)
}

prop_compose! {
    /// Lines of everything that is hard to draw.
    fn nasty()(parts in prop::collection::vec(prop_oneof![
        Just("\n".to_owned()), Just("\r\n".to_owned()), Just("\r".to_owned()), Just("\t".to_owned()),
        Just("日本語".to_owned()), Just("e\u{301}".to_owned()), Just("\u{202e}".to_owned()),
        Just("\x1b[2J".to_owned()), Just("\u{feff}".to_owned()), Just("##[".to_owned()),
        Just("::error::".to_owned()), Just("👩\u{200d}🚀".to_owned()), Just("x".repeat(300)),
        "[a-z: ]{0,12}", "\\PC{0,6}", any::<char>().prop_map(String::from),
    ], 0..30)) -> String {
        parts.concat()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_and_no_span_breaks_a_format(
        text in nasty(),
        path in nasty(),
        message in nasty(),
        spans in prop::collection::vec((0_usize..400, 0_usize..400), 1..6),
        width in 0_usize..130,
        (color, unicode) in any::<(bool, bool)>(),
    ) {
        let source = Arc::new(Source::new(path.as_str(), text.as_str()));
        let mut finding = Finding::new(&rule("a/b", Severity::Info), place(&source, spans[0]), message.as_str());
        for span in &spans[1..] {
            finding = finding.related(place(&source, *span), message.as_str());
        }
        let findings = [finding.help(message)];
        let sources = |_: &Finding, _: &str| Some(source.clone());
        let report = of_one_record(&findings, &sources);
        // A log of SARIF has the pages of all rules in it: half a megabyte a time.
        for format in Format::ALL.iter().filter(|format| **format != Format::Sarif || width % 8 == 0) {
            let text = uncolored(&bytes(&report, *format, Terminal { color, width, unicode }));
            assert_harmless(&if *format == Format::Github { without_commands(&text) } else { text });
        }
        let concise = bytes(&report, Format::Concise, PLAIN);
        prop_assert_eq!(concise.lines().count(), 2);
    }

    #[test]
    fn an_underline_lies_under_its_value(
        parts in prop::collection::vec(prop::sample::select(vec![
            "a", "bc ", "日", "本語", "e\u{301}", "\u{202e}", "\x1b[", "\t", "😀", "##[", "\u{7f}", "é",
        ]), 3..60),
        (from, to) in (0_usize..60, 1_usize..8),
    ) {
        let from = from % parts.len();
        let to = (from + to).min(parts.len());
        let (before, value, after) = (parts[..from].concat(), parts[from..to].concat(), parts[to..].concat());
        let source = Arc::new(Source::new("a.yaml", format!("{before}{value}{after}")));
        let span = (before.len(), before.len() + value.len());
        let findings = [Finding::new(&rule("a/b", Severity::Error), place(&source, span), "message")];
        let sources = |_: &Finding, _: &str| Some(source.clone());
        let report = of_one_record(&findings, &sources);
        let human = bytes(&report, Format::Human, PLAIN);
        let line = human.lines().find_map(|line| line.strip_prefix(" 1 │ ")).unwrap_or_default();
        let underline = human.lines().find_map(|line| line.strip_prefix("   · ")).unwrap();
        let start = underline.find('─').unwrap();
        let end = start + underline.trim_start().chars().count();
        let mut column = 0;
        let mut under = String::new();
        for character in line.chars() {
            if (start..end).contains(&column) {
                under.push(character);
            }
            column += character.width().unwrap_or(0);
        }
        // Tabs were expanded, and a mark without width is under its letter whichever side of an edge it counts to.
        let squeezed = |text: &str| safe(text).replace("\\t", "").replace([' ', '\u{301}'], "");
        let (under, value) = (squeezed(&under), squeezed(&value));
        let under = under.trim_end_matches('…');
        prop_assert!(!under.is_empty() || value.is_empty(), "{human}");
        prop_assert!(value.starts_with(under) && (under == value || line.ends_with('…')), "{human}");
    }
}
