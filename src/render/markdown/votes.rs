//! The lanes and votes of a change: a row for each question that votes answer.

use super::super::text::clip;
use super::super::{Report, instant};
use super::words::{code, escaped};
use super::{LONGEST_NAME, within};
use crate::change::Asked;

/// Bytes that the table may take.
const MOST: usize = 8_000;
/// People who are named in one place.
const MOST_NAMES: usize = 12;

/// What is missing stands first: a telephone shows three columns or four.
const HEAD: &str = "### Votes\n\n| | What | Votes | May still vote | Who decides | By | Lane |\n|:--|:--|:--|:--|:--|:--|:--|\n";

/// The table; empty where nothing is asked.
pub(super) fn table(report: &Report<'_>) -> String {
    let rows =
        within(MOST, report.asked.iter().map(row), |more| format!("| | … and {more} more | | | | | |\n"));
    if rows.is_empty() { rows } else { HEAD.to_owned() + &rows }
}

fn row(asked: &Asked) -> String {
    let (sign, votes, may) = match &asked.count {
        None => ("·", "not read here".to_owned(), String::new()),
        Some(count) => {
            let sign = match (count.objections.is_empty(), asked.is_open()) {
                (false, _) => "❌",
                (true, true) => "⏳",
                (true, false) => "✅",
            };
            let mut votes = format!("{} of {}", count.counted.len(), count.quorum);
            if !count.counted.is_empty() {
                votes.push_str(&format!(": {}", names(&count.counted)));
            }
            if !count.objections.is_empty() {
                votes.push_str(&format!("; against: {}", names(&count.objections)));
            }
            let may = match (asked.missing(), count.may_still_vote.as_slice()) {
                (0, _) => String::new(),
                (_, []) => "nobody".to_owned(),
                (_, some) => names(some),
            };
            (sign, votes, may)
        }
    };
    let lane = asked.lane.map(|lane| lane.to_string()).unwrap_or_default();
    let because = asked.because.map(|because| format!(" ({because})")).unwrap_or_default();
    let deadline = asked.deadline.map(|at| instant(at).replace('-', "-&#8288;")).unwrap_or_default();
    let act = escaped(&clip(&asked.act, LONGEST_NAME, "…"));
    let board = escaped(&asked.board);
    format!("| {sign} | {act} | {votes} | {may} | {board}{because} | {deadline} | {lane} |\n")
}

fn names(people: &[String]) -> String {
    let mut names: Vec<String> =
        people.iter().take(MOST_NAMES).map(|name| code(&clip(name, LONGEST_NAME, "…"))).collect();
    if people.len() > MOST_NAMES {
        names.push(format!("… and {} more", people.len() - MOST_NAMES));
    }
    names.join(", ")
}
