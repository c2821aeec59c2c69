//! What the rules about votes share: the count, and how a shortfall is told.

use super::changed::ChangeSubject;
use super::subject::Out;
use crate::change::{self, Electorate, Question, Shortfall, Stance, Tally, Uncounted, Voter, authority};
use crate::finding::{Finding, Place};

/// The decision of a board, where the change is one.
pub(super) fn decision(subject: &ChangeSubject<'_>) -> Option<Question> {
    change::decision(subject.change, subject.policy(), subject.now)
}

/// Tells that the decision of a board lacks votes, where that is for this reason.
pub(super) fn tell_decision(subject: &ChangeSubject<'_>, shortfall: Shortfall, out: &mut Out<'_>) {
    let Some(question) = decision(subject) else { return };
    let Some(votes) = out.votes(&subject.change.ballots) else { return };
    let tally = subject.tally(votes, &question.electorate);
    if tally.shortfall() != Some(shortfall) {
        return;
    }
    let finding = tell(&question, &tally, subject.at("/decision_status"), &subject.change.id, out);
    let tier = authority(subject.change, subject.policy(), subject.now).tier;
    let quorum = subject.policy_place("board.toml", &format!("tiers.{tier}.quorum"));
    out.report(match quorum {
        Some(place) => finding.related(place, "the quorum is set here"),
        None => finding,
    });
}

/// A finding that a question about one record lacks votes, where it does.
pub(super) fn answer(
    subject: &ChangeSubject<'_>,
    question: &Question,
    field: &str,
    out: &mut Out<'_>,
) -> Option<Finding> {
    let votes = out.votes(&subject.change.ballots)?;
    let tally = subject.tally(votes, &question.electorate);
    (!tally.passes()).then(|| tell(question, &tally, subject.at(field), &subject.change.id, out))
}

/// A finding that votes fall short, with the numbers, who may still vote, and why a vote does not count.
pub(super) fn tell(question: &Question, tally: &Tally<'_>, place: Place, id: &str, out: &Out<'_>) -> Finding {
    let Question { act, electorate, because } = question;
    let votes = if tally.quorum == 1 { "1 vote".to_owned() } else { format!("{} votes", tally.quorum) };
    let because = because.map(|because| format!(" ({because})")).unwrap_or_default();
    let counted: Vec<&str> = tally.counted.keys().map(String::as_str).collect();
    let counts = match counted.as_slice() {
        [] => "and none counts".to_owned(),
        [one] => format!("and 1 counts ({one})"),
        all => format!("and {} count ({})", all.len(), all.join(", ")),
    };
    let mut message = format!("{act} takes {votes} of {}{because}, {counts}", electorate.name);
    if !tally.vetoes.is_empty() {
        let objectors: Vec<&str> = tally.vetoes.keys().map(String::as_str).collect();
        message.push_str(&format!("; a standing objection is a veto: {}", objectors.join(", ")));
    }
    if !tally.uncounted.is_empty() {
        let uncounted: Vec<String> = tally.uncounted.iter().map(describe).collect();
        message.push_str(&format!("; not counted: {}", uncounted.join("; ")));
    }
    out.finding(place, message).help(advice(tally, electorate, id))
}

fn advice(tally: &Tally<'_>, electorate: &Electorate, id: &str) -> String {
    if !tally.vetoes.is_empty() {
        return "answer the objection: it stands until whoever made it approves or takes it back".to_owned();
    }
    let may: Vec<String> = tally.may_still_vote.iter().map(|person| format!("`{person}`")).collect();
    if may.len() < tally.missing() {
        let who = match may.as_slice() {
            [] => "nobody may still vote".to_owned(),
            some => format!("only {} may still vote", some.join(", ")),
        };
        return format!(
            "{who}: name more people in {}, or let somebody else make the change",
            electorate.name
        );
    }
    format!(
        "may still vote: {}; by an approving review of the pull request, or `exboard approve {id}`",
        may.join(", ")
    )
}

fn describe(vote: &Uncounted<'_>) -> String {
    let voter = match (&vote.person, &vote.vote.by) {
        (Some(person), _) | (None, Voter::Person(person)) => person.clone(),
        (None, Voter::Login(login)) => format!("@{login}"),
        (None, Voter::Git { name, email }) => format!("{name} <{email}>"),
    };
    let stance = match vote.vote.stance {
        Stance::Approves => "",
        Stance::Objects => " objects, but",
    };
    let lacks: Vec<String> = vote.lacks.iter().map(ToString::to_string).collect();
    format!("{voter}{stance} {}", lacks.join(", and "))
}
