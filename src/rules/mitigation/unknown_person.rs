//! `mitigation/unknown-person`

use crate::finding::{Place, Severity, closest};
use crate::policy::Person;
use crate::record::{BoardRecord, RegistryRecord};
use crate::rules::declare::rule;
use crate::rules::{Out, Register, Subject};
use crate::time::Date;

rule! {
    /// A person is not in the roster, or has left.
    ///
    /// Owners, deciders, reviewers and confirmers are people of `policies/board.toml`. Nobody acts after their last
    /// day (`left`), and nobody who has left owns anything of a live record. While the roster has nobody at all, one
    /// warning says so.
    ///
    /// ## Why
    /// A control whose owner is gone is a control that nobody runs.
    ///
    /// ## Fails
    /// ```yaml base=proposed
    /// mitigation_owner: mina
    /// ```
    /// ```yaml base=approved
    /// reviews:
    ///   - at: 2026-05-02
    ///     by: zoe
    ///     outcome: keep
    ///     controls_effective: true
    /// ```
    /// ```yaml base=proposed
    /// mitigation_owner: leo
    /// ```
    /// ```toml with file=policies/board.toml
    /// [people.mia]
    /// name = "Mia Torres"
    /// [people.leo]
    /// name = "Leo Brandt"
    /// left = 2026-05-03
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed
    /// mitigation_owner: leo
    /// ```
    /// ```toml with file=policies/board.toml
    /// [people.mia]
    /// name = "Mia Torres"
    /// [people.leo]
    /// name = "Leo Brandt"
    /// left = 2026-05-04
    /// ```
    RULE {
        name: "mitigation/unknown-person",
        summary: "A person is not in the roster, or has left",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Unfinished,
        suppressible: true,
        fix: None,
        since: "0.1.0",
    }
    Check::RecordAndAll(check, check_roster)
}

/// A person where a record names them.
struct Role<'a> {
    person: &'a str,
    field: String,
    part: Part,
}

/// What somebody has to do with a record.
enum Part {
    /// Something is theirs for as long as the record lives: what.
    Owns(&'static str),
    /// They did something on a day: what, and when.
    Acted(&'static str, Option<Date>),
}

fn check_roster(register: &Register<'_>, out: &mut Out<'_>) {
    if !register.policy.board.people.is_empty() || register.cards.is_empty() {
        return;
    }
    let file = format!("{}/board.toml", register.policy.exboard.paths.policies);
    let message = "the roster has nobody, so the people that records name are not checked";
    let mut finding = out
        .finding(Place::file(file), message)
        .help("add a table [people.KEY] with a name for each of them, and members to the tiers");
    finding.severity = Severity::Warning;
    out.report(finding);
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let people = &subject.policy.board.people;
    if people.is_empty() {
        return;
    }
    let roles = match (subject.board(), subject.registry()) {
        (Some(record), _) => board_roles(record, subject),
        (_, Some(record)) => registry_roles(record),
        _ => return,
    };
    for role in roles {
        match people.get(role.person) {
            Some(person) => has_left(&role, person, subject, out),
            // What cannot be a key at all, the schema refuses.
            None if role.person.bytes().all(is_key_byte) => unknown(&role, subject, out),
            None => {}
        }
    }
}

fn unknown(role: &Role<'_>, subject: &Subject<'_>, out: &mut Out<'_>) {
    let board = format!("{}/board.toml", subject.policy.exboard.paths.policies);
    let names = subject.policy.board.people.keys().map(String::as_str);
    let help = match closest(role.person, names) {
        Some(near) => format!("did you mean `{near}`? If not, add [people.{}] to `{board}`", role.person),
        None => format!("name somebody of the roster, or add [people.{}] to `{board}`", role.person),
    };
    out.report(
        out.finding(subject.at(&role.field), format!("`{}` is not in the roster", role.person)).help(help),
    );
}

fn has_left(role: &Role<'_>, person: &Person, subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(left) = person.left else { return };
    let (message, help) = match role.part {
        Part::Acted(what, Some(on)) if on > left => (
            format!("{} {what} on {on}, and had left on {left}", person.name),
            "name whoever did it, or correct the day",
        ),
        Part::Owns(what) if subject.today() > left => (
            format!("{what} belongs to {}, who left on {left}", person.name),
            "hand it to somebody who is there",
        ),
        _ => return,
    };
    let mut finding = out.finding(subject.at(&role.field), message).help(help);
    if let Some(place) = subject.policy_place("board.toml", &format!("people.{}.left", role.person)) {
        finding = finding.related(place, "their last day");
    }
    out.report(finding);
}

fn board_roles<'a>(record: &BoardRecord<'a>, subject: &Subject<'_>) -> Vec<Role<'a>> {
    let mut roles = Roles::default();
    for (index, control) in record.recommended_compensating_controls.iter().enumerate() {
        let field = format!("/recommended_compensating_controls/{index}/owner");
        roles.add(control.owner, field, Part::Owns("this control"));
    }
    roles.add(record.mitigation_owner, "/mitigation_owner", Part::Owns("the mitigation"));
    let decided = record.decided_at.map(|at| subject.policy.lanes.calendar.date_of(at));
    for (index, person) in record.decided_by.iter().enumerate() {
        roles.add(*person, format!("/decided_by/{index}"), Part::Acted("decided", decided));
    }
    for (index, review) in record.reviews.iter().enumerate() {
        roles.add(review.by, format!("/reviews/{index}/by"), Part::Acted("reviewed", review.at));
    }
    let plan = record.rollback_plan.as_ref();
    roles.add(plan.and_then(|plan| plan.owner), "/rollback_plan/owner", Part::Owns("the rollback"));
    roles.0
}

fn registry_roles<'a>(record: &RegistryRecord<'a>) -> Vec<Role<'a>> {
    let mut roles = Roles::default();
    roles.add(record.owner, "/owner", Part::Owns("the record"));
    let statements = record.response.iter().flat_map(|response| &response.control_statements);
    for (index, statement) in statements.enumerate() {
        let Some(confirmed) = &statement.confirmed else { continue };
        let field = format!("/response/control_statements/{index}/confirmed/by");
        roles.add(confirmed.by, field, Part::Acted("confirmed this", confirmed.at));
    }
    let counsel = record.escalation.as_ref().and_then(|escalation| escalation.legal_owner);
    roles.add(counsel, "/escalation/legal_owner", Part::Owns("the escalation"));
    roles.0
}

#[derive(Default)]
struct Roles<'a>(Vec<Role<'a>>);

impl<'a> Roles<'a> {
    fn add(&mut self, person: Option<&'a str>, field: impl Into<String>, part: Part) {
        self.0.extend(person.map(|person| Role { person, field: field.into(), part }));
    }
}

fn is_key_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
}
