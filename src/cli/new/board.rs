//! `exboard new board`: from flags and answers to a board record.

use super::args::{BoardArgs, TEAMS, evidence_kind, some_text};
use super::ask::{self, Outlook, lane_line};
use super::desk::{Desk, need};
use crate::cli::console::Failure;
use crate::finding::closest;
use crate::intake::{BoardRequest, NewRecord, PlannedControl, Rollback};
use crate::policy::{Band, ControlFamily, DataTier};
use crate::record::BoardStatus;
use crate::store::git_identity;
use crate::time::{Instant, format_local, parse_date, parse_now};

/// The record, and a line on where its risk sends it.
pub(super) fn record(
    desk: &Desk<'_>,
    args: &mut BoardArgs,
) -> Result<(NewRecord, BoardStatus, Option<String>), Failure> {
    let missing = missing(args);
    if !missing.is_empty() {
        if !desk.asks {
            need(&missing, "exboard new board")?;
        }
        ask_draft(desk, args)?;
        let question = "Propose it now, with scores, controls, evidence?";
        if args.status == Some(BoardStatus::Proposed) || (args.status.is_none() && ask::yes(question, false)?)
        {
            args.status = Some(BoardStatus::Proposed);
            ask_proposed(desk, args)?;
        }
    }
    let request = request(desk, args)?;
    let draft = request.record(desk.policy, desk.now, "");
    let record = request.record(desk.policy, desk.now, &desk.header(&draft.path));
    let line = match (request.exploitability_score, request.impact_score, request.data_sensitivity_tier) {
        (Some(exploitability), Some(impact), Some(data)) => {
            Some(lane_line(&desk.policy.lanes, exploitability, impact, data, request.request_received_at))
        }
        _ => None,
    };
    Ok((record, request.decision_status, line))
}

/// The flags without which there is no record at all.
fn missing(args: &BoardArgs) -> Vec<&'static str> {
    let given = [
        ("--account", args.account.is_some()),
        ("--opportunity", args.opportunity.is_some()),
        ("--requester", args.requester.is_some()),
        ("--team", args.team.is_some()),
        ("--family", args.family.is_some()),
        ("--requirement", args.requirement.is_some()),
        ("--exception", args.exception.is_some()),
        ("--justification", args.justification.is_some()),
    ];
    given.into_iter().filter(|(_, is_given)| !is_given).map(|(flag, _)| flag).collect()
}

fn request(desk: &Desk<'_>, args: &BoardArgs) -> Result<BoardRequest, Failure> {
    let need = |value: &Option<String>| value.clone().ok_or_else(|| Failure::usage("a field is not given"));
    let received = desk.received(args.received.as_deref())?;
    let close_date = args.close_date.as_deref().map(|text| {
        parse_date(text).ok_or_else(|| Failure::usage(format_args!("--close-date: `{text}` is no date")))
    });
    let has_plan = args.rollback_trigger.is_some()
        || args.rollback_owner.is_some()
        || args.rollback_hours.is_some()
        || !args.rollback_step.is_empty();
    let plan = Rollback {
        trigger: args.rollback_trigger.clone(),
        steps: args.rollback_step.clone(),
        owner: args.rollback_owner.clone().or_else(|| args.owner.clone()),
        within_hours: args.rollback_hours,
    };
    Ok(BoardRequest {
        exception_id: desk.id(&args.common, received)?,
        opportunity_id: need(&args.opportunity)?,
        account_name: need(&args.account)?,
        requester_name: need(&args.requester)?,
        requester_team: need(&args.team)?,
        request_received_at: received,
        control_family: args.family.ok_or_else(|| Failure::usage("--family is not given"))?,
        original_requirement: need(&args.requirement)?,
        requested_exception: need(&args.exception)?,
        business_justification: need(&args.justification)?,
        data_sensitivity_tier: args.data,
        impacted_assets: args.asset.clone(),
        expected_duration_days: args.days,
        close_date: close_date.transpose()?,
        exploitability_score: args.exploitability,
        impact_score: args.impact,
        controls: controls(desk, args)?,
        mitigation_owner: args.owner.clone(),
        board_tier: args.tier,
        decision_status: args.status.unwrap_or(BoardStatus::Draft),
        rollback_plan: has_plan.then_some(plan),
        evidence_link: desk.evidence(&args.evidence)?,
        related: args.related.clone(),
    })
}

fn controls(desk: &Desk<'_>, args: &BoardArgs) -> Result<Vec<PlannedControl>, Failure> {
    let planned = |key: &String| {
        PlannedControl::from_catalogue(desk.policy, key, args.owner.as_deref(), desk.today()).ok_or_else(|| {
            let known = desk.policy.controls.catalogue.keys().map(String::as_str);
            let help = match closest(key, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`policies/controls.toml` holds the catalogue; a control of your own goes into the record"
                    .to_owned(),
            };
            Failure::usage(format_args!("--control: `{key}` is not in the catalogue")).help(help)
        })
    };
    args.control.iter().map(planned).collect()
}

/// Asks for what a draft needs and no flag gave.
fn ask_draft(desk: &Desk<'_>, args: &mut BoardArgs) -> Result<(), Failure> {
    fill(&mut args.account, || {
        ask::offered("Account:", "the buyer, as other records spell it", None, desk.accounts())
    })?;
    fill(&mut args.opportunity, || {
        ask::text("Opportunity:", "the deal's id in the CRM; `none` where there is no deal", Some("none"))
    })?;
    fill(&mut args.requester, || {
        let me = git_identity(desk.workspace.tree.root()).name;
        let people = desk.people().into_iter().map(|(_, name)| name).collect();
        ask::offered("Requester:", "who asked; their vote does not count", me.as_deref(), people)
    })?;
    fill(&mut args.team, || {
        let teams: Vec<_> = TEAMS.iter().map(|team| ((*team).to_owned(), String::new())).collect();
        let chosen = ask::choice("Requester's team:", &teams, 0)?;
        Ok(TEAMS.get(chosen).copied().unwrap_or("other").to_owned())
    })?;
    fill(&mut args.received, || ask_received(desk))?;
    if args.family.is_none() {
        let about = |family: &ControlFamily| match family {
            ControlFamily::Access => "who gets in",
            ControlFamily::Encryption => "what is unreadable to others",
            ControlFamily::Logging => "what is written down",
            ControlFamily::Backup => "what can be restored",
            ControlFamily::Incident => "what happens when it happens",
        };
        let families: Vec<_> =
            ControlFamily::ALL.iter().map(|family| (family.to_string(), about(family).to_owned())).collect();
        let chosen = ask::choice("Control family:", &families, 0)?;
        args.family = ControlFamily::ALL.get(chosen).copied();
    }
    fill(&mut args.requirement, || {
        ask::text("Original requirement:", "what the buyer or the policy demands, in its own words", None)
    })?;
    fill(&mut args.exception, || {
        ask::text("Requested exception:", "what is asked for instead, and for which part", None)
    })?;
    fill(&mut args.justification, || {
        ask::text("Business justification:", "what is gained with it, or lost without it", None)
    })
}

/// When the request arrived.
pub(super) fn ask_received(desk: &Desk<'_>) -> Result<String, Failure> {
    let calendar = desk.policy.lanes.calendar.clone();
    let now = format_local(desk.received(None)?, &calendar);
    let help = "starts every clock: 2026-04-21T15:04:05Z, or a date";
    let latest = desk.now;
    ask::checked("Request received at:", help, Some(&now), move |text| match parse_now(text, &calendar) {
        Some(at) if at <= latest => Ok(()),
        Some(_) => Err("that is later than now".to_owned()),
        None => Err("neither a time nor a date".to_owned()),
    })
}

/// Asks for what the board needs to see and no flag gave.
fn ask_proposed(desk: &Desk<'_>, args: &mut BoardArgs) -> Result<(), Failure> {
    let received = desk.received(args.received.as_deref())?;
    ask_risk(desk, args, received)?;
    if args.asset.is_empty() {
        let help = "each by its name, with commas between; never \"all\"";
        let answer = ask::text("Impacted assets:", help, None)?;
        args.asset = answer.split(',').filter_map(|asset| some_text(asset).ok()).collect();
    }
    if args.days.is_none() {
        let most = desk.policy.expiry.max_days.min(365);
        let help = format!("days from the decision; the policy allows {most}");
        let days = ask::checked("Needed for how many days:", &help, Some(&most.to_string()), |text| {
            let fine = text.parse::<u16>().is_ok_and(|days| (1..=365).contains(&days));
            if fine { Ok(()) } else { Err("a whole number, 1 to 365".to_owned()) }
        })?;
        args.days = days.parse().ok();
    }
    if args.opportunity.as_deref() != Some("none") {
        fill(&mut args.close_date, || {
            ask::checked("The deal is due to close on:", "a date: 2026-05-29", None, |text| {
                parse_date(text).map(drop).ok_or_else(|| "no date; write 2026-05-29".to_owned())
            })
        })?;
    }
    fill(&mut args.owner, || ask_person(desk, "Mitigation owner:", "accountable for the controls", None))?;
    if args.control.is_empty() {
        args.control = ask_controls(desk, args)?;
    }
    fill(&mut args.rollback_trigger, || {
        ask::text("Rollback trigger:", "the failure condition: what one would see", None)
    })?;
    if args.rollback_step.is_empty() {
        let help = "what is then done, in order, one step a line";
        args.rollback_step = ask::texts("Rollback step", help, |_| Ok(()))?;
    }
    if args.evidence.is_empty() {
        let help = "a file or https:// address; `test_result=FILE` says a kind";
        args.evidence = ask::texts("Evidence", help, evidence_check(desk))?;
    }
    Ok(())
}

fn ask_risk(desk: &Desk<'_>, args: &mut BoardArgs, received: Instant) -> Result<(), Failure> {
    let data = match args.data {
        Some(data) => data,
        None => {
            let uplift = |data: DataTier| match desk.policy.lanes.score(0, 0, data).uplift {
                0 => String::new(),
                points => format!("adds {points} to the score"),
            };
            let tiers: Vec<_> = DataTier::ALL.iter().map(|data| (data.to_string(), uplift(*data))).collect();
            let chosen = ask::choice("Most sensitive data that the gap touches:", &tiers, 1)?;
            DataTier::ALL.get(chosen).copied().unwrap_or(DataTier::Restricted)
        }
    };
    args.data = Some(data);
    let outlook =
        |exploitability| Outlook { lanes: desk.policy.lanes.clone(), data, received, exploitability };
    if args.exploitability.is_none() {
        let help = "how easily the gap could be used: 0 hardly, 100 trivially";
        args.exploitability = Some(ask::score("Exploitability:", help, outlook(None))?);
    }
    if args.impact.is_none() {
        let help = "how much harm that would do: 0 none, 100 the worst";
        args.impact = Some(ask::score("Impact:", help, outlook(args.exploitability))?);
    }
    Ok(())
}

/// Keys of the catalogue's controls for the family and the band of the score.
fn ask_controls(desk: &Desk<'_>, args: &BoardArgs) -> Result<Vec<String>, Failure> {
    let lanes = &desk.policy.lanes;
    let band = match (args.exploitability, args.impact, args.data) {
        (Some(exploitability), Some(impact), Some(data)) => {
            lanes.lane_of(lanes.score(exploitability, impact, data).score).band
        }
        _ => Band::High,
    };
    let fits = desk
        .policy
        .controls
        .catalogue
        .iter()
        .filter(|(_, control)| Some(control.family) == args.family && control.bands.contains(&band));
    let options: Vec<(String, String)> =
        fits.map(|(key, control)| (key.clone(), control.description.clone())).collect();
    if options.is_empty() {
        return Ok(Vec::new());
    }
    let help = "Space chooses, Enter ends; others go into the file later";
    let chosen = ask::choices(&format!("Compensating controls ({band} band):"), help, &options)?;
    Ok(chosen.into_iter().filter_map(|index| options.get(index)).map(|(key, _)| key.clone()).collect())
}

/// A person of the roster; any key while the roster is empty.
pub(super) fn ask_person(
    desk: &Desk<'_>,
    question: &str,
    help: &str,
    default: Option<&str>,
) -> Result<String, Failure> {
    let people = desk.people();
    if people.is_empty() {
        return ask::text(question, &format!("{help}; a key of policies/board.toml"), default);
    }
    let first = people.iter().position(|(key, _)| Some(key.as_str()) == default).unwrap_or(0);
    let chosen = ask::choice(question, &people, first)?;
    Ok(people.get(chosen).map(|(key, _)| key.clone()).unwrap_or_default())
}

/// Says at once where a file that is to be cited is not there.
fn evidence_check(desk: &Desk<'_>) -> impl Fn(&str) -> Result<(), String> + Clone + 'static {
    let directory = desk.workspace.directory.clone();
    move |text: &str| {
        let named = text.split_once('=').filter(|(kind, _)| evidence_kind(kind).is_some());
        let place = named.map_or(text, |(_, place)| place);
        let fine = place.contains("://") || directory.join(place).is_file();
        if fine { Ok(()) } else { Err(format!("{place} is no file here, and no https:// address")) }
    }
}

/// Asks for a field that has no value yet.
pub(super) fn fill(
    field: &mut Option<String>,
    ask: impl FnOnce() -> Result<String, Failure>,
) -> Result<(), Failure> {
    if field.is_none() {
        *field = Some(ask()?);
    }
    Ok(())
}
