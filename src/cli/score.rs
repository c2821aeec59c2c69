//! `exboard score`: score → lane → deadline, shown as a sum.

use std::sync::Arc;

use serde::Serialize;

use super::TOOL;
use super::args::{ScoreArgs, Shared};
use super::console::{Console, Exit, Failure};
use super::workspace::{self, Workspace};
use crate::finding::closest;
use crate::policy::{DataTier, Lane, Policy, ScoreSum, Term, Tier};
use crate::record::{BoardRecord, Record, Routing, route};
use crate::schema::Kind;
use crate::source::Source;
use crate::time::{Instant, describe_sla, format_instant, format_local, parse_now};
use crate::yaml;

/// What the command was asked about, and what it stores of the answer already.
struct Question<'a> {
    title: String,
    record: BoardRecord<'a>,
    is_stored: bool,
}

pub(super) fn run(shared: &Shared, args: &ScoreArgs, console: &mut Console<'_>) -> Result<Exit, Failure> {
    let json = shared.one_format(&["human", "json"])? == Some("json");
    match &args.id {
        Some(id) => {
            let workspace = workspace::open(shared, console)?;
            let policy = workspace.policy()?;
            let source = find(&workspace, policy, id)?;
            let parsed = yaml::parse(source);
            let Some(Record::Board(record)) =
                Record::read(Kind::Board, &parsed.document).filter(|_| parsed.problems.is_empty())
            else {
                return Err(Failure::new(format_args!("{id} cannot be read as a board record"))
                    .help("`exboard check` says why"));
            };
            let question = Question { title: id.clone(), record: *record, is_stored: true };
            answer(&question, policy, shared, json, console)
        }
        None => {
            // Outside a repository the built-in policy answers.
            let workspace = workspace::open(shared, console).ok();
            let built_in = workspace::default_policy()?;
            let policy = match &workspace {
                Some(workspace) => workspace.policy()?,
                None => &built_in,
            };
            let received = match &args.received {
                Some(text) => parse_now(text, &policy.lanes.calendar).ok_or_else(|| {
                    Failure::usage(format_args!("--received: `{text}` is neither a time nor a date"))
                })?,
                None => workspace::now(shared, &policy.lanes.calendar)?,
            };
            let record = BoardRecord {
                exploitability_score: args.exploitability,
                impact_score: args.impact,
                data_sensitivity_tier: args.data,
                request_received_at: Some(received),
                ..BoardRecord::default()
            };
            let question = Question { title: "a new request".to_owned(), record, is_stored: false };
            answer(&question, policy, shared, json, console)
        }
    }
}

/// The text of the board record of an id, by its file's name.
fn find(workspace: &Workspace, policy: &Policy, id: &str) -> Result<Arc<Source>, Failure> {
    let listing = workspace.tree.list(&policy.exboard.paths).map_err(Failure::new)?;
    let mut boards = listing.records.iter().filter(|folder| folder.kind == Kind::Board);
    let Some(folder) = boards.clone().find(|folder| folder.stem() == id) else {
        let failure = Failure::new(format_args!("there is no board record `{id}`"));
        let stems = boards.by_ref().map(crate::rules::Folder::stem);
        return Err(match closest(id, stems) {
            Some(near) => failure.help(format!("did you mean `{near}`?")),
            None => failure,
        });
    };
    let bytes = workspace
        .tree
        .read(folder)
        .map_err(|reason| Failure::new(format_args!("cannot read {}: {reason}", folder.path)))?;
    Ok(Arc::new(Source::from_bytes(&*folder.path, bytes)))
}

fn answer(
    question: &Question<'_>,
    policy: &Policy,
    shared: &Shared,
    json: bool,
    console: &mut Console<'_>,
) -> Result<Exit, Failure> {
    let now = workspace::now(shared, &policy.lanes.calendar)?;
    let Some(routing) = route(&question.record, policy, now) else {
        return Err(Failure::new(format_args!("{} has no score yet", question.title))
            .help("it needs `exploitability_score`, `impact_score` and `data_sensitivity_tier`"));
    };
    let text = if json { as_json(question, &routing)? } else { as_sum(question, &routing, policy) };
    console.result(shared, &text)?;
    Ok(Exit::Clean)
}

/// The sum as one would write it on paper, then the lane and the deadline.
fn as_sum(question: &Question<'_>, routing: &Routing<'_>, policy: &Policy) -> String {
    let ScoreSum { exploitability, impact, data, uplift, sum, rounded, score } = &routing.sum;
    let row = |what: &str, how: String, value: String| format!("  {what:<16}{how:>14}  {value:>8}\n");
    let mut text = format!("{}\n\n", question.title);
    text.push_str(&row(
        "exploitability",
        format!("{} × {}", exploitability.weight, exploitability.score),
        exploitability.product.to_string(),
    ));
    text.push_str(&row(
        "impact",
        format!("{} × {}", impact.weight, impact.score),
        impact.product.to_string(),
    ));
    text.push_str(&row("data", data.to_string(), format!("+ {uplift}")));
    text.push_str(&format!("  {:─<40}\n", ""));
    text.push_str(&row("sum", String::new(), sum.to_string()));
    if sum.to_string() != rounded.to_string() {
        text.push_str(&row("rounded", "half up".to_owned(), rounded.to_string()));
    }
    if rounded.to_string() != score.to_string() {
        text.push_str(&row("held within", "0–100".to_owned(), score.to_string()));
    }
    let Lane { band, tier, name, first, last, sla, .. } = routing.lane;
    text.push_str(&format!("\n  lane      {band} ({first}–{last}) → {tier}: {name}\n"));
    text.push_str(&format!("  SLA       {}\n", describe_sla(*sla)));
    let calendar = &policy.lanes.calendar;
    let local = |at: Option<Instant>| at.map_or_else(|| "none".to_owned(), |at| format_local(at, calendar));
    text.push_str(&format!("  arrived   {}\n", local(routing.clock_start)));
    text.push_str(&format!("  deadline  {}\n", local(routing.lane_deadline)));
    if let (Some(tier), Some(at)) = (routing.escalated_to, question.record.escalated_at) {
        text.push_str(&format!(
            "  escalated {} → {tier}; deadline {}\n",
            format_local(at, calendar),
            local(routing.deadline)
        ));
    }
    if question.is_stored {
        text.push_str(&stored(&question.record, routing, policy));
    }
    text
}

/// Where the record's own fields say something else.
fn stored(record: &BoardRecord<'_>, routing: &Routing<'_>, policy: &Policy) -> String {
    let mut text = String::new();
    let mut differs = |field: &str, found: String, right: String| {
        text.push_str(&format!("\n  the record has `{field}: {found}`; {right}"));
    };
    if let Some(found) = record.combined_risk_score.filter(|found| *found != routing.sum.score) {
        differs("combined_risk_score", found.to_string(), format!("the sum gives {}", routing.sum.score));
    }
    if let Some(found) = record.board_tier.filter(|found| *found < routing.lane.tier) {
        differs("board_tier", found.to_string(), format!("the lane asks for {}", routing.lane.tier));
    }
    if let (Some(found), Some(deadline)) = (record.board_meeting_due_at, routing.deadline) {
        let local = |at| format_local(at, &policy.lanes.calendar);
        if found > deadline {
            differs("board_meeting_due_at", local(found), "that is after the deadline".to_owned());
        }
    }
    if text.is_empty() { text } else { text + "\n" }
}

/// Version 1 of the command's JSON.
#[derive(Serialize)]
struct Answer<'a> {
    version: u32,
    tool: &'static str,
    record: Option<&'a str>,
    exploitability: Product,
    impact: Product,
    data_sensitivity_tier: &'static str,
    uplift: u8,
    sum: String,
    score: u8,
    band: &'static str,
    tier: &'static str,
    arrived_at: Option<String>,
    deadline: Option<String>,
    escalated_to: Option<&'static str>,
}

#[derive(Serialize)]
struct Product {
    weight: String,
    score: u8,
    product: String,
}

fn as_json(question: &Question<'_>, routing: &Routing<'_>) -> Result<String, Failure> {
    let product = |term: &Term| Product {
        weight: term.weight.to_string(),
        score: term.score,
        product: term.product.to_string(),
    };
    let answer = Answer {
        version: 1,
        tool: TOOL,
        record: question.is_stored.then_some(question.title.as_str()),
        exploitability: product(&routing.sum.exploitability),
        impact: product(&routing.sum.impact),
        data_sensitivity_tier: DataTier::as_str(routing.sum.data),
        uplift: routing.sum.uplift,
        sum: routing.sum.sum.to_string(),
        score: routing.sum.score,
        band: routing.lane.band.as_str(),
        tier: routing.lane.tier.as_str(),
        arrived_at: routing.clock_start.map(format_instant),
        deadline: routing.deadline.map(format_instant),
        escalated_to: routing.escalated_to.map(Tier::as_str),
    };
    serde_json::to_string_pretty(&answer)
        .map(|text| text + "\n")
        .map_err(|error| Failure::new(format_args!("cannot write the answer: {error}")))
}
