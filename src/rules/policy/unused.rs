//! `policy/unused`

use std::collections::BTreeSet;

use crate::finding::Place;
use crate::policy::{Part, Policy, Tier};
use crate::rules::declare::rule;
use crate::rules::{Out, Register};
use crate::time::days;
use crate::yaml::child_pointer;

rule! {
    /// A person of the roster has no part in the policy, and no record names them; or a commitment lapsed long ago.
    ///
    /// A part in the policy is: member of a tier, legal counsel, approver or owner in `policies/registry.toml`, owner of
    /// a control statement. A record names its owners, deciders, reviewers, confirmers, counsel, whoever closed it,
    /// and its requester, by name or alias; of a file that is no record, every word counts. Who has `left` is history,
    /// and is not reported; nor is anybody while there are no records. A commitment lapsed long ago when its
    /// `valid_until` has been over for 90 days.
    ///
    /// ## Why
    /// Every entry of the roster is somebody whose vote or word might count one day. One that nothing refers to is a
    /// door that nobody watches, or somebody who was to be named and was forgotten.
    ///
    /// ## Fails
    /// ```yaml base=proposed
    /// mitigation_owner: mia
    /// ```
    /// ```toml with file=policies/board.toml
    /// [people.mia]
    /// name = "Mia Torres"
    /// [people.leo]
    /// name = "Leo Brandt"
    /// ```
    ///
    /// ```toml file=policies/commitments.toml
    /// [commitment.cm-001]
    /// kind = "timeline"
    /// wording = ["Customer-managed keys will be available by 31 December 2025."]
    /// approved_by = "eva"
    /// approved_at = 2025-05-01
    /// valid_until = 2025-12-31
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed
    /// mitigation_owner: mia
    /// ```
    /// ```toml with file=policies/board.toml
    /// [people.mia]
    /// name = "Mia Torres"
    /// [people.leo]
    /// name = "Leo Brandt"
    /// left = 2025-11-30
    /// ```
    /// ```yaml base=proposed
    /// requester_name: Leo Brandt
    /// ```
    /// ```toml with file=policies/board.toml
    /// [people.mia]
    /// name = "Mia Torres"
    /// [people.leo]
    /// name = "Leonard Brandt"
    /// aliases = ["Leo Brandt"]
    /// [people.ida]
    /// name = "Ida Holm"
    /// [tiers.working]
    /// members = ["ida"]
    /// ```
    RULE {
        name: "policy/unused",
        summary: "A person of the roster is named nowhere, or a commitment lapsed long ago",
        scope: Policy,
        severity: Warning,
        locked: false,
        judges: Every,
        fix: None,
        since: "0.1.0",
    }
    Check::All(check)
}

fn check(register: &Register<'_>, out: &mut Out<'_>) {
    people(register, out);
    commitments(register, out);
}

/// How long a lapsed commitment may stay in the register, in days: answers that cite it are mended by then.
const LAPSED: i64 = 90;

fn commitments(register: &Register<'_>, out: &mut Out<'_>) {
    // The built-in register is empty.
    let Part::Own(commitments) = &register.policy.commitments else { return };
    let today = register.policy.lanes.calendar.date_of(register.now);
    for (id, commitment) in &commitments.register {
        let over = (today - commitment.valid_until).num_days();
        let place = register.policy.place("commitments.toml", &format!("commitment.{id}.valid_until"));
        if let Some((source, span)) = place.filter(|_| over > LAPSED) {
            let pointer = format!("{}/valid_until", child_pointer("/commitment", id));
            let message = format!("`{id}` lapsed on {}, {} ago", commitment.valid_until, days(over));
            let place = Place::in_source(&source, span, Some(pointer));
            out.report(out.finding(place, message).help("delete it, or have it approved anew"));
        }
    }
}

fn people(register: &Register<'_>, out: &mut Out<'_>) {
    // Of an empty register nobody can be part.
    if register.cards.is_empty() {
        return;
    }
    let placed = placed(register.policy);
    for (key, person) in &register.policy.board.people {
        let key = key.as_str();
        if person.left.is_some() || register.named.contains(key) || placed.contains(key) {
            continue;
        }
        let message =
            format!("{} (`{key}`) is in no tier and owns nothing, and no record names them", person.name);
        let help = "set `left = DATE` if they are gone; else make them a member or an owner, or name them in a record";
        out.report(out.finding(at(register.policy, key), message).help(help));
    }
}

/// Everybody to whom the policy itself gives something to do.
fn placed(policy: &Policy) -> BTreeSet<&str> {
    let members = Tier::ALL.iter().flat_map(|tier| &policy.board.tier(*tier).members);
    let mut placed: BTreeSet<&str> = members.chain(&policy.board.legal).map(String::as_str).collect();
    placed.extend(policy.registry.people());
    // The built-in library names nobody, and takes long to read.
    if let Part::Own(commitments) = &policy.commitments {
        placed.extend(commitments.register.values().map(|commitment| commitment.approved_by.as_str()));
    }
    if let Part::Own(statements) = &policy.statements {
        placed.extend(statements.values().filter_map(|statement| statement.owner.as_deref()));
    }
    placed
}

fn at(policy: &Policy, key: &str) -> Place {
    let pointer = child_pointer("/people", key);
    match policy.place("board.toml", &format!("people.{key}")) {
        Some((source, span)) => Place::in_source(&source, span, Some(pointer)),
        None => Place::file(format!("{}/board.toml", policy.exboard.paths.policies)),
    }
}
