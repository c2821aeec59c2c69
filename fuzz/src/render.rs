//! Every format of a report and of the log: no text gets out of its place, whatever a record, a path or a message says.

use std::sync::Arc;

use exboard::finding::{Edit, Finding, Fix, Place, Safety, Severity, Side, sort};
use exboard::log::{CountedVote, Entry, Event, Standing};
use exboard::policy::Tier;
use exboard::render::{
    Changed, Format, Log, LogFormat, PolicyFrom, Report, Repository, Terminal, View, diff, is_hidden,
    pretty_json, render, render_log, safe_line,
};
use exboard::rules::RULES;
use exboard::source::{Source, Span};

use super::ground::{POLICY, folder, now, parts};
use super::record::judge;

/// The first part is a record, whose findings are rendered; the others are whatever a finding, a report or an entry of
/// the log may say. The first byte chooses the dress.
pub fn run(bytes: &[u8]) {
    let (dress, bytes) = bytes.split_first().map_or((0, bytes), |(dress, rest)| (*dress, rest));
    let parts = parts(bytes);
    let texts: Vec<String> = parts.iter().map(|part| String::from_utf8_lossy(part).into_owned()).collect();
    let widths = [0, 20, 60, 100, 132, usize::MAX];
    let width = widths[usize::from(dress >> 2) % widths.len()];
    let terminal = Terminal { color: dress & 1 == 0, width, unicode: dress & 2 == 0 };
    reports(&texts, dress, terminal);
    logs(&texts, terminal);
    let text = |index: usize| texts.get(index).map_or("", String::as_str);
    let change = Changed { from: text(1), to: text(2), before: text(0), after: text(3) };
    let mut out = Vec::new();
    diff(&[change], terminal, true, &mut out).expect("memory takes all");
    // A path with a blank ends in a tab, as git writes it.
    harmless(&uncolored(&utf8(out)).replace("\t\n", "\n"), false);
    let line = safe_line(text(1)).into_owned();
    assert!(!line.contains('\n'));
    harmless(&line, false);
    let json = pretty_json(&texts).expect("texts are JSON");
    assert_eq!(serde_json::from_str::<Vec<String>>(&json).ok(), Some(texts.clone()));
    harmless(&json, false);
}

fn reports(texts: &[String], dress: u8, terminal: Terminal) {
    let text = |index: usize| texts.get(index).map_or("", String::as_str);
    let record = text(0).as_bytes();
    let folder = folder(record);
    let outcome = judge(&folder, record);
    let mut findings = outcome.findings.clone();
    let source = Arc::new(Source::new(text(1), text(0)));
    findings.extend(made_up(texts, &source, dress));
    sort(&mut findings);
    let sources = |finding: &Finding, path: &str| match path == source.path() {
        true => Some(Arc::clone(&source)),
        false => outcome.source(finding, path),
    };
    let failure = (dress & 8 == 0).then_some(text(2));
    let report = Report {
        tool: "exboard 0.1.0",
        now: now(),
        policy: PolicyFrom::Tree,
        board: outcome.board,
        registry: outcome.registry,
        subject: (dress & 16 == 0).then_some(text(3)),
        findings: &findings,
        suppressed: &outcome.suppressed,
        unjudged: &outcome.unjudged,
        sources: &sources,
        custom: &[],
        fail_level: Severity::Error,
        failure: failure.filter(|failure| !failure.is_empty()),
        asked: &[],
        repository: Repository {
            prefix: "",
            base: (dress & 64 == 0).then_some("origin/main"),
            address: (dress & 32 == 0).then_some("https://forge.example/x/"),
        },
    };
    // A log of SARIF has the pages of all rules in it: half a megabyte a time.
    for format in Format::ALL.iter().filter(|format| **format != Format::Sarif || dress == 255) {
        let mut out = Vec::new();
        render(&report, *format, terminal, &mut out).expect("memory takes all");
        let out = utf8(out);
        let bare = uncolored(&out);
        harmless(&bare, *format == Format::Github);
        assert!(out == bare || terminal.color);
        if format.is_for_programs() {
            let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
            assert!(
                *format != Format::Json
                    || json["findings"].as_array().is_some_and(|all| all.len() == findings.len())
            );
        }
    }
}

/// Findings that say what they are told to say.
fn made_up(texts: &[String], source: &Source, dress: u8) -> Vec<Finding> {
    let text = |index: usize| texts.get(index).cloned().unwrap_or_default();
    let length = source.text().len();
    let first = length * usize::from(dress) / 255;
    let (start, end) = (on_character(source.text(), first / 2), on_character(source.text(), first));
    let place = Place::in_source(source, Span::new(start, end), Some(text(4)));
    let rule = &RULES[usize::from(dress) % RULES.len()].info;
    let fix = Fix {
        safety: Safety::Safe,
        edits: vec![Edit { path: source.path().into(), span: Span::new(start, end), text: text(3) }],
        move_to: (dress & 4 == 0).then(|| text(1)),
    };
    let mut finding = Finding::new(rule, place.clone(), text(2)).help(text(3)).fix(fix);
    finding = finding.record(text(4)).related(place, text(2)).related(Place::file(text(5)), text(3));
    let mut other = Finding::new(rule, Place::file(text(1)), text(3));
    other.side = if dress & 64 == 0 { Side::Base } else { Side::Head };
    other.commit = (dress & 128 == 0).then(|| text(5));
    other.rule = text(2).into();
    vec![finding, other]
}

fn on_character(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}

fn logs(texts: &[String], terminal: Terminal) {
    let text = |index: usize| texts.get(index).cloned().unwrap_or_default();
    let events = vec![
        Event::Rerouted { from: Some(text(2)), to: None },
        Event::Decided {
            approved: true,
            by: vec![text(3), text(4)],
            until: Some(text(5)),
            took: Some(86_400),
        },
        Event::Reviewed { by: Some(text(2)), outcome: Some(text(3)) },
        Event::Closed { reason: Some(text(4)) },
        Event::Amended { fields: texts.to_vec() },
        Event::Moved { from: text(1) },
    ];
    let entry = Entry {
        record: text(4),
        kind: "board".to_owned(),
        path: text(1),
        commit: text(5),
        at: now(),
        author: text(2),
        pull_request: Some(text(3)),
        events,
        stands: Some(Standing {
            status: Some(text(2)),
            account: Some(text(3)),
            tier: Some(Tier::ALL[0].to_string()),
            until: Some(text(5)),
        }),
        evidence: texts.to_vec(),
        votes: vec![CountedVote { person: text(2), source: text(3), reference: text(4) }],
        self_approved: true,
        adopted: false,
        broke: texts.to_vec(),
    };
    for view in [View::Decisions, View::Life(&text(4)), View::Register(now())] {
        let log = Log { tool: "exboard 0.1.0", view, entries: &[&entry], calendar: &POLICY.lanes.calendar };
        for format in LogFormat::ALL {
            let mut out = Vec::new();
            render_log(&log, *format, terminal, &mut out).expect("memory takes all");
            let mut out = utf8(out);
            if *format == LogFormat::Csv {
                spreadsheet(&out);
                out = out.replace("\r\n", "\n");
            }
            harmless(&uncolored(&out), false);
            if *format == LogFormat::Json {
                assert!(serde_json::from_str::<serde_json::Value>(&out).is_ok());
            }
        }
    }
}

/// No cell is a formula.
fn spreadsheet(text: &str) {
    let mut start = true;
    let mut quoted = false;
    for character in text.chars() {
        assert!(!start || !matches!(character, '=' | '+' | '-' | '@'), "{text}");
        start = match character {
            '"' if start => {
                quoted = true;
                true
            }
            '"' => {
                quoted = !quoted;
                false
            }
            ',' | '\n' => !quoted,
            _ => false,
        };
    }
}

fn utf8(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("what is printed is UTF-8")
}

/// Takes out the colours that we made.
fn uncolored(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !(c.is_ascii_digit() || c == ';')).expect("a colour ends");
        whole.push_str(part.get(end..).and_then(|rest| rest.strip_prefix('m')).expect("only colours"));
    }
    whole
}

/// Nothing that a terminal obeys or hides, and no command to GitHub's runner but those of its own format.
fn harmless(text: &str, commands: bool) {
    for character in text.chars().filter(|character| *character != '\n') {
        assert!(!is_hidden(character), "{character:?} in {text:?}");
    }
    assert!(!text.contains("##["), "{text}");
    for line in text.lines().filter(|line| line.trim_start().starts_with("::")) {
        let ours = ["::group::", "::endgroup::", "::error ", "::warning ", "::notice "];
        assert!(commands && ours.iter().any(|command| line.starts_with(command)), "{line}");
    }
}
