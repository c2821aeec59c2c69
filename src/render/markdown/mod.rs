//! For the summary of a job, or a comment in a pull request: a verdict that a board understands, then what is wrong,
//! record by record.
//!
//! The page is a list of sections, with an empty line between them. The lanes and votes of a change stand between the
//! verdict and the records.

mod records;
mod votes;
mod words;

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::standing::{is_of_votes, owners};
use super::text::uri_path;
use super::{PolicyFrom, Report, Standing, count, counts, instant, page_of};
use crate::finding::{Finding, Suppressed};
use records::Records;
use words::prose;
pub(super) use words::{code, escaped};

/// Bytes of a page: GitHub takes 65,535 characters of a check's summary, and one more of a comment.
const MOST_BYTES: usize = 65_535;
/// Bytes that the list of what is suppressed may take.
const MOST_SUPPRESSED: usize = 12_000;
/// Bytes that the list of what was not judged may take.
const MOST_UNJUDGED: usize = 4_000;
/// Bytes for the sentence about what was left out, and for the addresses of rules that only suppressions name.
const RESERVE: usize = 3_000;
/// Characters of a message, a help or a reason, beyond which it quotes more than anybody reads.
const LONGEST: usize = 400;
/// Characters of a name.
const LONGEST_NAME: usize = 120;

/// By this a program finds its comment again.
const MARK: &str = "<!-- exboard check -->";

pub(super) fn render(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (verdict, footer) = (verdict(report), footer(report));
    let (suppressed, unjudged, votes) = (suppressed(report), unjudged(report), votes::table(report));
    let taken: usize =
        [&verdict, &votes, &suppressed, &unjudged, &footer].iter().map(|section| section.len() + 1).sum();
    let records = Records::new(report, MOST_BYTES.saturating_sub(taken + RESERVE));
    let rules = records.rules.iter().copied().chain(report.suppressed.iter().map(|hidden| &*hidden.rule));
    let links = definitions(&rules.collect());
    let mut sections = vec![
        verdict,
        votes,
        left_out(&records),
        records.table(),
        records.advice(),
        suppressed,
        unjudged,
        footer,
        links,
    ];
    sections.retain(|section| !section.is_empty());
    out.write_all(sections.join("\n").as_bytes())
}

fn verdict(report: &Report<'_>) -> String {
    let (failing, others): (Vec<&Finding>, Vec<&Finding>) =
        report.findings.iter().partition(|finding| finding.severity >= report.fail_level);
    let (fails, rest) = (counts(failing.iter().copied()), counts(others.into_iter()));
    let standing = report.standing();
    let head = match standing {
        Standing::Failed => "🚫 Not judged in full".to_owned(),
        Standing::Wrong => format!("❌ Not in order: {fails} in {}", owners(&failing)),
        Standing::Objected => format!("❌ {}", escaped(&report.title())),
        Standing::Waiting => format!("⏳ {}", escaped(&report.title())),
        Standing::Clean if rest.is_empty() => "✅ In order".to_owned(),
        Standing::Clean => format!("✅ In order, with {rest}"),
    };
    let mut points = Vec::new();
    if standing == Standing::Waiting {
        points
            .push("Nothing is missing but votes: an approving review of the pull request is one.".to_owned());
    } else if !fails.is_empty() {
        let (votes, wrong): (Vec<&Finding>, Vec<&Finding>) =
            failing.iter().partition(|finding| is_of_votes(finding));
        if !wrong.is_empty() {
            points.push(format!("**{}** must be mended.", counts(wrong.into_iter())));
        }
        if !votes.is_empty() {
            points.push("The votes are not in order yet: see below.".to_owned());
        }
    }
    if !rest.is_empty() {
        points.push(format!("{rest}: worth a look, and no obstacle."));
    }
    points.extend(report.mendable().map(|mendable| format!("{}.", prose(&mendable, LONGEST))));
    match report.suppressed.len() {
        0 => {}
        1 => points.push("1 finding is suppressed for a while: see below.".to_owned()),
        several => points.push(format!("{several} findings are suppressed for a while: see below.")),
    }
    match report.unjudged.len() {
        0 => {}
        1 => points.push("1 rule was not judged here: see below.".to_owned()),
        several => points.push(format!("{several} rules were not judged here: see below.")),
    }
    let judged = match (report.failure, report.subject) {
        (Some(failure), _) => format!("**{}.**", prose(failure, LONGEST)),
        (None, Some(subject)) => format!("Judged: {}.", prose(subject, LONGEST)),
        (None, None) => {
            let were = if report.board + report.registry == 1 { "was" } else { "were" };
            let records = count(report.board + report.registry, "record");
            format!(
                "{records} {were} judged: {} of the board, {} of the registry.",
                report.board, report.registry
            )
        }
    };
    let points: String = points.iter().map(|point| format!("- {point}\n")).collect();
    format!("{MARK}\n## {head}\n\n{judged}\n{}{points}", if points.is_empty() { "" } else { "\n" })
}

fn left_out(records: &Records<'_>) -> String {
    if records.left_out.is_empty() {
        return String::new();
    }
    let counts = counts(records.left_out.iter().copied());
    format!(
        "> [!WARNING]\n> Shown are the worst findings, as many as fit on this page. Left out: {counts}. \
         `exboard check` lists them all.\n"
    )
}

fn suppressed(report: &Report<'_>) -> String {
    let row = |hidden: &Suppressed| {
        let (rule, reason) = (rule(&hidden.rule), prose(&hidden.reason, LONGEST));
        // A narrow column would break a day at its dashes.
        let until = hidden.until.to_string().replace('-', "-&#8288;");
        format!("| {rule} | {} | {until} | {reason} |\n", place_of(hidden))
    };
    let head = format!(
        "### Suppressed ({})\n\n| Rule | Where | Until | Why |\n|:--|:--|:--|:--|\n",
        report.suppressed.len()
    );
    let list = within(MOST_SUPPRESSED, report.suppressed.iter().map(row), |more| {
        format!("| | | | … and {more} more |\n")
    });
    if list.is_empty() { list } else { head + &list }
}

fn place_of(hidden: &Suppressed) -> String {
    let path = code(&hidden.place.path);
    match hidden.place.range {
        Some(range) => format!("{path} {}:{}", range.start.line, range.start.column),
        None => path,
    }
}

fn unjudged(report: &Report<'_>) -> String {
    let point = |(rules, reason): (String, String)| {
        format!("- **{}**: {}\n", escaped(&rules), prose(&reason, LONGEST))
    };
    let points = report.unjudged_by_reason().into_iter().map(point);
    let list = within(MOST_UNJUDGED, points, |more| format!("- … and {more} more\n"));
    if list.is_empty() { list } else { format!("### Not judged here\n\n{list}") }
}

/// The parts that fit, and how many do not.
fn within(most: usize, parts: impl Iterator<Item = String>, more: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    let mut left_out = 0;
    for part in parts {
        if left_out > 0 || text.len() + part.len() > most {
            left_out += 1;
        } else {
            text.push_str(&part);
        }
    }
    if left_out > 0 {
        text.push_str(&more(left_out));
    }
    text
}

fn footer(report: &Report<'_>) -> String {
    let policy = match report.policy {
        PolicyFrom::Tree => "policy of the work tree".to_owned(),
        PolicyFrom::Index => "policy of the index".to_owned(),
        PolicyFrom::Commit(id) => format!("policy of commit {}", code(id.get(..12).unwrap_or(id))),
    };
    let now = instant(report.now);
    format!("<sub>{} · {policy} · as of {now}</sub>\n", escaped(report.tool))
}

/// A rule, as a link to its page where it has one.
fn rule(name: &str) -> String {
    if page_of(name).is_some() { format!("[{name}]") } else { code(name) }
}

/// Where the links of rules lead.
fn definitions(rules: &BTreeSet<&str>) -> String {
    rules.iter().filter_map(|rule| definition(rule)).collect()
}

fn definition(rule: &str) -> Option<String> {
    page_of(rule).map(|page| format!("[{rule}]: {page}\n"))
}

/// True for an address in which nothing can end a link, or be anything but an address.
pub(super) fn is_plain_address(address: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/".contains(&byte);
    address.starts_with("https://") && address.bytes().all(plain)
}

/// The address of a line of a file, where files have one.
fn address(report: &Report<'_>, path: &str, line: Option<usize>) -> Option<String> {
    let base = report.repository.address.filter(|base| is_plain_address(base))?;
    let line = line.map(|line| format!("#L{line}")).unwrap_or_default();
    Some(format!("{base}{}{}{line}", uri_path(report.repository.prefix), uri_path(path)))
}
