//! Markdown, read by a port of the parser that GitHub uses; what GitHub does to the text afterwards is looked for in
//! the text.

use std::collections::BTreeSet;

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options, parse_document};
use exboard::finding::{Finding, Place, Severity, Suppressed, Unjudged};
use exboard::render::{Format, Report, Repository, safe};
use exboard::source::Source;
use proptest::prelude::*;
use regex::Regex;

use super::fixture::{TEXTS, hostile, rule};
use super::github::says;
use super::{PLAIN, bytes, of_one_record, place, text};

const PAGES: &str = "https://github.com/exboard/exboard/blob/HEAD/docs/rules/";

/// A page as a reader has it.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// The tables: rows of cells, without their heads.
    pub(crate) tables: Vec<Vec<Vec<Cell>>>,
    links: Vec<String>,
    headings: Vec<String>,
    alerts: usize,
    /// All text outside of code.
    prose: String,
    html: Vec<String>,
}

/// A cell: its text with what has no width taken out, and its code.
#[derive(Debug, Default, Clone)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) code: Vec<String>,
}

pub(crate) fn read(output: &str) -> Page {
    let mut options = Options::default();
    let extension = &mut options.extension;
    (extension.table, extension.autolink, extension.strikethrough) = (true, true, true);
    (extension.tasklist, extension.footnotes, extension.alerts) = (true, true, true);
    (extension.math_dollars, extension.math_code) = (true, true);
    let arena = Arena::new();
    let mut page = Page::default();
    walk(parse_document(&arena, output, &options), &mut page);
    page
}

fn walk<'a>(node: &'a AstNode<'a>, page: &mut Page) {
    match &node.data.borrow().value {
        NodeValue::Table(_) => {
            let rows = node.children().skip(1);
            page.tables.push(rows.map(|row| row.children().map(|cell| read_cell(cell)).collect()).collect());
        }
        NodeValue::Text(text) => page.prose.push_str(text),
        NodeValue::Code(_) => page.prose.push('\u{1}'),
        NodeValue::HtmlInline(html)
        | NodeValue::HtmlBlock(comrak::nodes::NodeHtmlBlock { literal: html, .. }) => {
            page.html.push(html.trim_end().to_owned());
            page.prose.push('\u{1}');
        }
        NodeValue::Link(link) => page.links.push(link.url.clone()),
        NodeValue::Heading(_) => page.headings.push(read_cell(node).text),
        NodeValue::Alert(_) => page.alerts += 1,
        NodeValue::SoftBreak | NodeValue::Paragraph | NodeValue::TableCell => page.prose.push('\n'),
        NodeValue::Document
        | NodeValue::List(_)
        | NodeValue::Item(_)
        | NodeValue::TableRow(_)
        | NodeValue::Strong => {}
        other => panic!("not of ours: {other:?}"),
    }
    for child in node.children() {
        walk(child, page);
    }
}

fn read_cell<'a>(node: &'a AstNode<'a>) -> Cell {
    let mut cell = Cell::default();
    let mut in_code = None;
    for inner in node.descendants() {
        let piece = match &inner.data.borrow().value {
            NodeValue::Text(text) => text.to_string(),
            NodeValue::Code(code) => {
                cell.code.push(code.literal.clone());
                code.literal.clone()
            }
            NodeValue::HtmlInline(html) if html == "<code>" => {
                in_code = Some(cell.text.len());
                String::new()
            }
            NodeValue::HtmlInline(html) if html == "</code>" => {
                let start = in_code.take().unwrap();
                cell.code.push(cell.text[start..].to_owned());
                String::new()
            }
            _ => String::new(),
        };
        cell.text.extend(piece.chars().filter(|character| !matches!(character, '\u{200b}' | '\u{2060}')));
    }
    cell
}

/// What our page may have, and nothing that GitHub would make something of.
fn assert_ours(page: &Page) {
    let allowed = ["<code>", "</code>", "<span>", "</span>", "<sub>", "</sub>"];
    let blocks = ["<!-- exboard check -->", "<details><summary>What to do</summary>", "</details>"];
    for html in &page.html {
        assert!(allowed.contains(&html.as_str()) || blocks.contains(&html.as_str()), "{html}");
    }
    for link in &page.links {
        assert!(
            link.starts_with(PAGES) || link.starts_with("https://github.example/o/r/blob/c0ffee/"),
            "{link}"
        );
    }
    // In prose: people, issues, pictures, formulas, addresses. The parser has read the entities.
    let acts = Regex::new(
        r"(?i)@[a-z0-9]|#[0-9]|\bgh-[0-9]|:[a-z_+-][a-z0-9_+-]*:|[a-z]:[0-9]+:|\$[^\x01]|www\.[a-z]|[a-z]://|mailto:[a-z]",
    );
    assert!(acts.unwrap().find(&page.prose).is_none(), "{:?} in {}", page.prose, page.prose);
}

/// The findings' rows of a page: place, severity, message, rule.
pub(crate) fn rows(page: &Page) -> Vec<[String; 4]> {
    let mut rows = Vec::new();
    let mut path = String::new();
    for cells in page.tables.first().into_iter().flatten() {
        assert_eq!(cells.len(), 4);
        let [severity, line, message, rule] = [0, 1, 2, 3].map(|index| cells[index].text.as_str());
        if severity.is_empty() {
            path = cells[2].code[0].clone();
            continue;
        }
        let place = if line.is_empty() { path.clone() } else { format!("{path}:{line}") };
        let severity = severity.rsplit('\u{a0}').next().unwrap();
        rows.push([place, severity.to_owned(), message.to_owned(), rule.to_owned()]);
    }
    rows
}

#[test]
fn the_verdict_comes_first() {
    let verdict = |report: &Report<'_>| read(&bytes(report, Format::Markdown, PLAIN)).headings[0].clone();
    let clean = of_one_record(&[], &|_, _| None);
    assert_eq!(verdict(&clean), "✅ In order");
    let error = [Finding::new(&rule("a/b", Severity::Error), Place::file("x"), "m").record("X")];
    let warning = [Finding::new(&rule("a/b", Severity::Warning), Place::file("x"), "m").record("X")];
    assert_eq!(verdict(&of_one_record(&error, &|_, _| None)), "❌ Not in order: 1 error in 1 record");
    assert_eq!(verdict(&of_one_record(&warning, &|_, _| None)), "✅ In order, with 1 warning");
    let strict = Report { fail_level: Severity::Info, ..of_one_record(&warning, &|_, _| None) };
    assert_eq!(verdict(&strict), "❌ Not in order: 1 warning in 1 record");
    let failed = Report { failure: Some("the policy is broken"), ..of_one_record(&error, &|_, _| None) };
    assert_eq!(verdict(&failed), "🚫 Not judged in full");
    assert!(bytes(&failed, Format::Markdown, PLAIN).contains("\n**the policy is broken.**\n"));
}

#[test]
fn the_worst_record_stands_first_and_its_worst_finding() {
    let at = |path: &str, severity, message: &str| {
        Finding::new(&rule("a/b", severity), Place::file(path), message)
    };
    let findings = [
        at("a", Severity::Warning, "1"),
        at("b", Severity::Info, "2"),
        at("b", Severity::Error, "3"),
        at("c", Severity::Error, "4"),
    ];
    let page = read(&bytes(&of_one_record(&findings, &|_, _| None), Format::Markdown, PLAIN));
    let order: Vec<String> = rows(&page).into_iter().map(|[place, _, message, _]| place + &message).collect();
    assert_eq!(order, ["b3", "b2", "c4", "a1"]);
}

#[test]
fn files_have_addresses_where_there_is_one() {
    let source = Source::new("a b/(x).yaml", "a: 1\nb: 2\n");
    let mut findings = [
        Finding::new(&rule("lane/under-routed", Severity::Error), place(&source, (8, 9)), "m"),
        Finding::new(&rule("custom/x", Severity::Error), place(&source, (3, 4)), "old"),
    ];
    findings[1].commit = Some("9b2f6c1d04e7a8b35c6d7e8f9a0b1c2d3e4f5a6b".to_owned());
    let links = |address: &str| {
        let repository = Repository { prefix: "sec/", address: Some(address), base: None };
        let report = Report { repository, ..of_one_record(&findings, &|_, _| None) };
        read(&bytes(&report, Format::Markdown, PLAIN)).links
    };
    let base = "https://github.example/o/r/blob/c0ffee/";
    assert_eq!(
        links(base),
        [
            format!("{base}sec/a%20b/%28x%29.yaml"),
            format!("{base}sec/a%20b/%28x%29.yaml#L2"),
            format!("{PAGES}lane/under-routed.md"),
        ]
    );
    for address in ["javascript:alert(1)/", "https://x.example/)[a](b/", "http://x.example/"] {
        assert_eq!(links(address), [format!("{PAGES}lane/under-routed.md")]);
    }
}

#[test]
fn the_page_fits_and_says_what_does_not() {
    let message = "a message with `code` in it and | bars, of a length that is not unusual for one of these";
    let one = |index: usize| {
        let severity = if index.is_multiple_of(50) { Severity::Error } else { Severity::Warning };
        let path = format!("exceptions/working/2026/SEB-2026-{:04}.yaml", index / 3);
        Finding::new(&rule("lane/under-routed", severity), Place::file(path.as_str()), message)
            .record(path)
            .help(message)
    };
    let findings: Vec<Finding> = (0..5000).map(one).collect();
    let hidden = Suppressed {
        rule: "evidence/stale".into(),
        place: Place::file("a.yaml"),
        record: None,
        until: chrono::NaiveDate::from_ymd_opt(2026, 12, 1).unwrap(),
        reason: message.repeat(3),
    };
    let suppressed = vec![hidden; 500];
    let unjudged: Vec<Unjudged> =
        (0..500).map(|index| Unjudged { rule: "a/b".into(), reason: format!("{index} {message}") }).collect();
    let report =
        Report { suppressed: &suppressed, unjudged: &unjudged, ..of_one_record(&findings, &|_, _| None) };
    let output = bytes(&report, Format::Markdown, PLAIN);
    assert!((60_000..=65_535).contains(&output.len()), "{}", output.len());
    let page = read(&output);
    assert_ours(&page);
    let rows = rows(&page);
    assert_eq!(rows.iter().filter(|[_, severity, ..]| severity == "error").count(), 100);
    assert_eq!(page.alerts, 1);
    let left_out = 5000 - rows.len();
    assert!(output.contains(&format!("Left out: {left_out} warnings. `exboard check` lists them all.")));
    let hidden = &page.tables[1];
    assert_eq!(hidden.last().unwrap()[3].text, format!("… and {} more", 500 - (hidden.len() - 1)));
    assert!(output.contains(" more\n\n<sub>"));
}

#[test]
fn what_is_hidden_and_what_was_not_judged_is_seen() {
    let output = text(&hostile(), Format::Markdown, PLAIN);
    let page = read(&output);
    assert_ours(&page);
    assert_eq!(page.headings[1..], ["Findings", "Suppressed (1)", "Not judged here"]);
    let cells: Vec<&str> = page.tables[1][0].iter().map(|cell| cell.text.as_str()).collect();
    let place = "exceptions/working/2026/SEB-2026-0042.yaml 21:8";
    let reason = "the new report comes out on 30 November\\n::error::owned";
    assert_eq!(cells, ["evidence/stale", place, "2026-12-01", reason]);
    assert!(
        output.contains(
            "- **lane/approval-missing, lane/self-approval**: votes are read in the pull request\n"
        )
    );
}

fn squeezed(text: &str) -> String {
    text.replace('`', "").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn check(hostile: &str) -> Result<(), TestCaseError> {
    let stray =
        Finding::new(&rule("schema/stray-file", Severity::Error), Place::file("b"), "m").help(hostile);
    let findings = [says(hostile), stray];
    let suppressed = [Suppressed {
        rule: "custom/x".into(),
        place: Place::file(hostile),
        record: None,
        until: chrono::NaiveDate::from_ymd_opt(2026, 12, 1).unwrap(),
        reason: hostile.to_owned(),
    }];
    let unjudged = [Unjudged { rule: "custom/x".into(), reason: hostile.to_owned() }];
    let report = Report {
        suppressed: &suppressed,
        unjudged: &unjudged,
        failure: Some(hostile),
        ..of_one_record(&findings, &|_, _| None)
    };
    let output = bytes(&report, Format::Markdown, PLAIN);
    let page = read(&output);
    assert_ours(&page);
    let safe = safe(hostile);
    let shapes: Vec<Vec<usize>> =
        page.tables.iter().map(|table| table.iter().map(Vec::len).collect()).collect();
    prop_assert_eq!(shapes, [vec![4; 4], vec![4]], "{}", output);
    prop_assert_eq!(page.headings.len(), 4);
    prop_assert_eq!(
        &page.links,
        &[format!("{PAGES}schema/stray-file.md"), format!("{PAGES}schema/stray-file.md")]
    );
    let rows = rows(&page);
    let clipped = |text: &str| text.chars().take(400).collect::<String>();
    prop_assert_eq!(squeezed(&rows[0][2]), squeezed(&clipped(&safe)), "{}", output);
    prop_assert_eq!(squeezed(&rows[0][0]), squeezed(&format!("a{safe}")), "{}", output);
    prop_assert_eq!(squeezed(&page.tables[1][0][3].text), squeezed(&clipped(&safe)), "{}", output);
    Ok(())
}

#[test]
fn no_text_is_markup() {
    for text in TEXTS {
        check(text).unwrap();
    }
}

#[test]
fn the_reader_of_this_test_sees_markup() {
    for (markdown, link) in
        [("see https://x.example", true), ("a@b.example", true), ("a@&#8288;b.example", false)]
    {
        assert_eq!(!read(markdown).links.is_empty(), link, "{markdown}");
    }
    let seen: BTreeSet<String> = read("<b>x</b>\n\n<!-- y -->").html.into_iter().collect();
    assert_eq!(seen.len(), 3);
    for acts in ["hello @octocat", "see #12", "x :boom: y", "GH-7"] {
        let page = read(acts);
        assert!(std::panic::catch_unwind(|| assert_ours(&page)).is_err(), "{acts}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_mixture_is_markup(
        parts in prop::collection::vec(
            prop_oneof![
                3 => prop::sample::select(TEXTS).prop_map(str::to_owned),
                1 => "[ -~]{1,8}",
                1 => any::<char>().prop_map(String::from),
            ],
            1..8,
        ),
    ) {
        check(&parts.concat())?;
    }
}
