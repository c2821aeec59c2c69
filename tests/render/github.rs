//! Workflow commands, read as GitHub's runner reads them.

use std::collections::BTreeMap;

use exboard::finding::{Finding, Place, Severity};
use exboard::render::{Format, Report, Repository, safe};
use exboard::source::Source;
use proptest::prelude::*;

use super::fixture::{TEXTS, hostile, rule};
use super::{PLAIN, bytes, of_one_record, place, text};

/// A command as the runner understands it.
#[derive(Debug, PartialEq)]
pub(crate) struct Command {
    pub(crate) name: String,
    pub(crate) properties: BTreeMap<String, String>,
    pub(crate) data: String,
}

/// What the runner registers.
const KNOWN: &[&str] = &[
    "add-mask",
    "add-matcher",
    "add-path",
    "debug",
    "echo",
    "endgroup",
    "error",
    "group",
    "notice",
    "remove-matcher",
    "save-state",
    "set-env",
    "set-output",
    "stop-commands",
    "warning",
];

/// The command in a line of the log: `::name key=value,…::data` after blanks.
pub(crate) fn command(line: &str) -> Option<Command> {
    assert!(!line.contains("##["), "a legacy command: {line}");
    let (head, data) = line.trim_start().strip_prefix("::")?.split_once("::")?;
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    if !KNOWN.contains(&name.to_lowercase().as_str()) {
        return None;
    }
    let unescaped = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
    let property = |text: &str| {
        let text = text.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",");
        text.replace("%25", "%")
    };
    let pairs = properties.trim().split(',').filter_map(|pair| pair.split_once('='));
    Some(Command {
        name: name.to_owned(),
        properties: pairs.map(|(key, value)| (key.to_owned(), property(value))).collect(),
        data: unescaped(data),
    })
}

/// The annotations of an output, and the plain lines of its group.
pub(crate) fn read(output: &str) -> (Vec<Command>, Vec<String>) {
    let (mut annotations, mut grouped, mut inside) = (Vec::new(), Vec::new(), false);
    for line in output.lines() {
        match command(line) {
            Some(Command { name, .. }) if name == "group" => inside = true,
            Some(Command { name, .. }) if name == "endgroup" => inside = false,
            Some(command) => {
                assert!(!inside && ["error", "warning", "notice"].contains(&command.name.as_str()), "{line}");
                annotations.push(command);
            }
            None if inside => grouped.push(line.to_owned()),
            None => {}
        }
    }
    assert!(!inside);
    (annotations, grouped)
}

fn many(errors: usize, warnings: usize, infos: usize) -> Vec<Finding> {
    let of = |severity, number| {
        let one = move |index| {
            Finding::new(
                &rule("a/b", severity),
                Place::file(format!("{index:03}.yaml")),
                format!("{severity} {index}"),
            )
        };
        (0..number).map(one)
    };
    let findings = of(Severity::Info, infos).chain(of(Severity::Warning, warnings));
    findings.chain(of(Severity::Error, errors)).collect()
}

#[test]
fn the_worst_are_annotations_and_nothing_is_lost() {
    let findings = many(12, 10, 11);
    let output = bytes(&of_one_record(&findings, &|_, _| None), Format::Github, PLAIN);
    let (annotations, grouped) = read(&output);
    assert_eq!(grouped.len(), 33);
    let names: Vec<&str> = annotations.iter().map(|command| command.name.as_str()).collect();
    assert_eq!(names, [["error"; 10], ["warning"; 10], ["notice"; 10]].concat());
    assert_eq!(annotations[0].data, "error 0");
    assert_eq!(
        annotations[29].data,
        "2 errors, 2 infos more stand in the log of this step: GitHub shows 10 annotations of a kind"
    );
    assert!(output.starts_with("::group::12 errors, 10 warnings, 11 infos: every finding with its place\n"));
    assert!(
        output.ends_with("\n12 errors, 10 warnings, 11 infos in 1 record (1 board, 0 registry)\n"),
        "{output}"
    );
}

#[test]
fn what_fits_has_no_notice() {
    let findings = many(10, 10, 10);
    let (annotations, _) = read(&bytes(&of_one_record(&findings, &|_, _| None), Format::Github, PLAIN));
    assert_eq!(annotations.len(), 30);
    assert_eq!(annotations[29].data, "info 9");
}

#[test]
fn a_failure_is_an_annotation_and_takes_a_place() {
    let findings = many(10, 0, 0);
    let report = Report { failure: Some("50% of it\n::error::x"), ..of_one_record(&findings, &|_, _| None) };
    let (annotations, _) = read(&bytes(&report, Format::Github, PLAIN));
    assert_eq!(annotations[0].data, "50% of it\\n::error::x");
    assert_eq!(annotations.iter().filter(|command| command.name == "error").count(), 10);
    assert!(annotations[10].data.starts_with("1 error more stands in the log"));
}

#[test]
fn a_place_is_what_github_takes() {
    let source = Source::new("a.yaml", "a: |\n  b\n  c\nd: e\n");
    let at = |start, end| Finding::new(&rule("a/b", Severity::Error), place(&source, (start, end)), "m");
    let findings = [at(3, 13), at(3, 9), at(16, 17), at(16, 16)];
    let repository = Repository { prefix: "security/", address: None, base: None };
    let report = Report { repository, ..of_one_record(&findings, &|_, _| None) };
    let (annotations, _) = read(&bytes(&report, Format::Github, PLAIN));
    let shown: Vec<String> = annotations
        .iter()
        .map(|command| {
            let of = |key: &str| command.properties.get(key).map_or("-", String::as_str);
            let keys = ["file", "line", "endLine", "col", "endColumn", "title"];
            keys.map(of).join(" ")
        })
        .collect();
    // No columns over several lines; what ends at the start of a line ends on the one before.
    let wanted = [
        "security/a.yaml 1 3 - - a/b",
        "security/a.yaml 1 2 - - a/b",
        "security/a.yaml 4 4 4 5 a/b",
        "security/a.yaml 4 4 4 4 a/b",
    ];
    assert_eq!(shown, wanted);
}

#[test]
fn a_clean_report_is_a_line() {
    let output = bytes(&of_one_record(&[], &|_, _| None), Format::Github, PLAIN);
    assert_eq!(
        output,
        "Clean: 1 board and 0 registry record, judged at 2026-11-20T09:00:00Z.\n"
            .replace("record,", "records,")
    );
}

/// One finding that says a text wherever it can.
pub(crate) fn says(text: &str) -> Finding {
    Finding::new(&rule("a/b", Severity::Error), Place::file(format!("a{text}")), text)
        .record(text)
        .help(text)
        .related(Place::file(text), text)
}

fn check(hostile: &str) -> Result<(), TestCaseError> {
    let findings = [says(hostile)];
    let output = bytes(&of_one_record(&findings, &|_, _| None), Format::Github, PLAIN);
    let (annotations, grouped) = read(&output);
    prop_assert_eq!((annotations.len(), grouped.len()), (1, 1), "{}", output);
    let command = &annotations[0];
    let safe = safe(hostile);
    prop_assert_eq!(command.properties.keys().map(String::as_str).collect::<Vec<_>>(), ["file", "title"]);
    prop_assert_eq!(&command.properties["file"], &format!("a{safe}"));
    prop_assert!(command.data.starts_with(&*safe) && command.data.ends_with(&*safe), "{}", output);
    prop_assert_eq!(
        command.data.lines().filter(|line| !line.is_empty()).count(),
        2 + usize::from(!safe.is_empty())
    );
    Ok(())
}

#[test]
fn no_text_is_a_command() {
    for text in TEXTS {
        check(text).unwrap();
    }
    let fixture = hostile();
    let (annotations, grouped) = read(&text(&fixture, Format::Github, PLAIN));
    assert_eq!((annotations.len(), grouped.len()), (fixture.findings.len(), fixture.findings.len()));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_mixture_is_a_command(parts in prop::collection::vec(prop::sample::select(TEXTS), 1..6)) {
        check(&parts.concat())?;
    }
}
