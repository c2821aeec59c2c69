//! `exboard new registry`: from flags and answers to a registry record.

use super::args::{IMPACTS, RegistryArgs};
use super::ask;
use super::board::{ask_person, ask_received, fill};
use super::desk::{Desk, need};
use crate::cli::console::Failure;
use crate::finding::closest;
use crate::intake::{Counsel, NewRecord, RegistryRequest};
use crate::policy::{Domain, EscalatesOn, RiskLevel};
use crate::record::RegistryStatus;
use crate::time::{describe_sla, format_local};

/// The record, and a line on when the answer is due.
pub(super) fn record(
    desk: &Desk<'_>,
    args: &mut RegistryArgs,
) -> Result<(NewRecord, RegistryStatus, Option<String>), Failure> {
    let missing = missing(args);
    if !missing.is_empty() {
        if !desk.asks {
            need(&missing, "exboard new registry")?;
        }
        ask_new(desk, args)?;
        let triages = args.status == Some(RegistryStatus::Triaged)
            || (args.status.is_none() && ask::yes("Triage it now?", true)?);
        if triages {
            args.status = Some(RegistryStatus::Triaged);
            ask_triaged(desk, args)?;
        }
    }
    let request = request(desk, args)?;
    let record = request.record(desk.policy, &desk.header(&request.path(desk.policy)));
    let line = request.risk_level.zip(request.due(desk.policy)).map(|(risk, due)| {
        let sla = describe_sla(desk.policy.registry.sla(risk));
        format!("{risk} risk → {sla} → answer due by {}", format_local(due, &desk.policy.lanes.calendar))
    });
    Ok((record, request.status, line))
}

fn missing(args: &RegistryArgs) -> Vec<&'static str> {
    let given = [
        ("--account", args.account.is_some()),
        ("--domain", args.domain.is_some()),
        ("--change", args.change.is_some()),
    ];
    given.into_iter().filter(|(_, is_given)| !is_given).map(|(flag, _)| flag).collect()
}

fn request(desk: &Desk<'_>, args: &RegistryArgs) -> Result<RegistryRequest, Failure> {
    let patterns = &desk.policy.patterns.rows;
    if let Some(pattern) = args.pattern.as_ref().filter(|pattern| !patterns.contains_key(*pattern)) {
        let help = match closest(pattern, patterns.keys().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`policies/patterns.toml` holds the decision matrix".to_owned(),
        };
        return Err(Failure::usage(format_args!("--pattern: there is no `{pattern}`")).help(help));
    }
    let pattern = args.pattern.as_ref().and_then(|pattern| patterns.get(pattern));
    let risk = args.risk.or_else(|| pattern.map(|pattern| pattern.risk));
    let status = args.status.unwrap_or(RegistryStatus::New);
    let default_owner = || desk.policy.registry.owner(risk, args.domain).map(str::to_owned);
    let given = "--account, --domain and --change are not given";
    let received = desk.received(args.received.as_deref())?;
    Ok(RegistryRequest {
        exception_id: desk.id(&args.common, received)?,
        board_exception_id: args.board_exception.clone(),
        buyer_account: args.account.clone().ok_or_else(|| Failure::usage(given))?,
        control_domain: args.domain.ok_or_else(|| Failure::usage(given))?,
        requested_change: args.change.clone().ok_or_else(|| Failure::usage(given))?,
        received_at: received,
        pattern: args.pattern.clone(),
        risk_level: risk,
        business_impact: args.business_impact.clone(),
        owner: args.owner.clone().or_else(default_owner),
        status,
        evidence_links: desk.evidence(&args.evidence)?,
        escalation: args.legal_owner.clone().map(|legal_owner| Counsel {
            legal_owner: Some(legal_owner),
            reason: args.escalation_reason.clone(),
        }),
    })
}

/// Asks for what a new record needs and no flag gave.
fn ask_new(desk: &Desk<'_>, args: &mut RegistryArgs) -> Result<(), Failure> {
    fill(&mut args.account, || ask::offered("Buyer:", "as other records spell it", None, desk.accounts()))?;
    if args.domain.is_none() {
        let domains: Vec<_> =
            Domain::ALL.iter().map(|domain| (domain.to_string(), about(*domain).to_owned())).collect();
        let chosen = ask::choice("Control domain:", &domains, 0)?;
        args.domain = Domain::ALL.get(chosen).copied();
    }
    fill(&mut args.change, || ask::text("Requested change:", "the buyer's words", None))?;
    fill(&mut args.received, || ask_received(desk))
}

fn about(domain: Domain) -> &'static str {
    match domain {
        Domain::Access => "who gets in",
        Domain::Logging => "what is recorded",
        Domain::Encryption => "what is unreadable to others",
        Domain::IncidentResponse => "what happens when it happens",
        Domain::VendorManagement => "who works for whom, under which contract",
    }
}

/// Asks for what triage settles and no flag gave.
fn ask_triaged(desk: &Desk<'_>, args: &mut RegistryArgs) -> Result<(), Failure> {
    let rows = &desk.policy.patterns.rows;
    fill(&mut args.pattern, || {
        // A keyword of the buyer's own words is the best guess.
        let change = args.change.as_deref().unwrap_or_default();
        let guess = desk.policy.patterns.keywords_in(change).first().map(|(pattern, _)| *pattern);
        let options: Vec<_> = rows
            .iter()
            .map(|(key, pattern)| (key.clone(), format!("{} ({})", pattern.name, pattern.risk)))
            .collect();
        let first = options.iter().position(|(key, _)| Some(key.as_str()) == guess).unwrap_or(0);
        let chosen = ask::choice("Pattern (type to search):", &options, first)?;
        Ok(options.get(chosen).map(|(key, _)| key.clone()).unwrap_or_default())
    })?;
    let pattern = args.pattern.as_ref().and_then(|pattern| rows.get(pattern));
    if args.risk.is_none() {
        // Below the pattern's there is nothing to choose.
        let least = pattern.map_or(RiskLevel::Low, |pattern| pattern.risk);
        let levels: Vec<RiskLevel> = RiskLevel::ALL.iter().copied().filter(|level| *level >= least).collect();
        let answer_in =
            |level: RiskLevel| format!("answer in {}", describe_sla(desk.policy.registry.sla(level)));
        let options: Vec<_> = levels.iter().map(|level| (level.to_string(), answer_in(*level))).collect();
        let chosen = if levels.len() > 1 { ask::choice("Risk level:", &options, 0)? } else { 0 };
        args.risk = levels.get(chosen).copied();
    }
    fill(&mut args.business_impact, || {
        let options: Vec<_> = IMPACTS.iter().map(|impact| ((*impact).to_owned(), String::new())).collect();
        let chosen = ask::choice("Business impact:", &options, 0)?;
        Ok(IMPACTS.get(chosen).copied().unwrap_or_default().to_owned())
    })?;
    fill(&mut args.owner, || {
        let default = desk.policy.registry.owner(args.risk, args.domain);
        ask_person(desk, "Owner:", "who answers", default)
    })?;
    let always = pattern.is_some_and(|pattern| pattern.escalates_on == EscalatesOn::Always);
    if always || args.risk == Some(RiskLevel::Critical) {
        fill(&mut args.legal_owner, || {
            let counsel = desk.policy.board.legal.iter().next().map(String::as_str);
            ask_person(desk, "Legal owner:", "counsel who sees it before any answer", counsel)
        })?;
        fill(&mut args.escalation_reason, || ask::text("Why counsel:", "what counsel is to look at", None))?;
    }
    Ok(())
}
