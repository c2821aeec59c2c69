//! Two policies → in what the second is less strict than the first: one line for each way, for those who vote on it.
//!
//! What is compared are the validated values, so that another spelling of the same is no difference, and what a file
//! leaves to its built-in value is compared as well.

mod exboard;
mod lanes;
mod people;
mod texts;

use std::collections::BTreeSet;
use std::fmt::Display;

use super::{EvidenceKind, Policy, Tier};
use crate::finding::Severity;

/// One way in which a policy is less strict than another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Loosening {
    /// The policy file, by its name.
    pub file: &'static str,
    /// The dotted key of the value, for [`Policy::place`].
    pub key: String,
    /// What is less strict, with both values: one sentence, no full stop.
    pub message: String,
}

/// In what the policy `head` is less strict than `base`. `severity` gives the severity of a built-in rule.
#[must_use]
pub fn loosened(base: &Policy, head: &Policy, severity: &dyn Fn(&str) -> Option<Severity>) -> Vec<Loosening> {
    let mut list = List { base, head, found: Vec::new() };
    exboard::compare(&mut list, severity);
    lanes::compare(&mut list);
    people::compare(&mut list);
    list.numbers();
    list.ages();
    texts::compare(&mut list);
    list.found.sort();
    list.found.dedup();
    list.found
}

/// Which way a number is less strict.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Looser {
    /// When it grows.
    More,
    /// When it shrinks.
    Less,
}

/// A number of a policy.
struct Number {
    file: &'static str,
    key: &'static str,
    looser: Looser,
    of: fn(&Policy) -> u32,
    /// What it is, as the subject of a sentence.
    what: &'static str,
}

const fn number(
    file: &'static str,
    key: &'static str,
    looser: Looser,
    of: fn(&Policy) -> u32,
    what: &'static str,
) -> Number {
    Number { file, key, looser, of, what }
}

/// All numbers of which one direction is plainly less strict.
const NUMBERS: &[Number] = &[
    number(
        "exboard.toml",
        "suppressions.max_days",
        Looser::More,
        |policy| policy.exboard.suppressions.max_days,
        "the days for which a suppression may hide a finding",
    ),
    number(
        "expiry.toml",
        "review_lead_days",
        Looser::Less,
        |policy| policy.expiry.review_lead_days,
        "the days between the review and the end of an approval",
    ),
    number(
        "expiry.toml",
        "monitor_every_days",
        Looser::More,
        |policy| policy.expiry.monitor_every_days,
        "the days after which somebody has to look at an approved exception",
    ),
    number(
        "expiry.toml",
        "warn_days",
        Looser::Less,
        |policy| policy.expiry.warn_days,
        "the days before its end on which an approval is pointed out",
    ),
    number(
        "expiry.toml",
        "max_renewals",
        Looser::More,
        |policy| policy.expiry.max_renewals,
        "the renewals that an exception may have",
    ),
    number(
        "expiry.toml",
        "max_total_days",
        Looser::More,
        |policy| policy.expiry.max_total_days,
        "the days that an exception may last with all its renewals",
    ),
    number(
        "expiry.toml",
        "backdate_days",
        Looser::More,
        |policy| policy.expiry.backdate_days,
        "the days after which a decision may be written down",
    ),
    number(
        "lanes.toml",
        "consistency.recurrence_days",
        Looser::Less,
        |policy| policy.lanes.consistency.recurrence_days,
        "the days within which an account that asks again is pointed out",
    ),
    number(
        "lanes.toml",
        "consistency.split_days",
        Looser::Less,
        |policy| policy.lanes.consistency.split_days,
        "the days within which requests are seen as one that was split",
    ),
    number(
        "registry.toml",
        "triage_hours",
        Looser::More,
        |policy| policy.registry.triage_hours,
        "the business hours within which a new record is triaged",
    ),
    number(
        "registry.toml",
        "critical_max_hours",
        Looser::More,
        |policy| policy.registry.critical_max_hours,
        "the hours after which a critical record that is not sent is pointed out",
    ),
    number(
        "registry.toml",
        "confirmed_days",
        Looser::More,
        |policy| policy.registry.confirmed_days,
        "the days for which a person's word on a sentence counts",
    ),
];

/// What has been found, and what it is found in.
struct List<'p> {
    base: &'p Policy,
    head: &'p Policy,
    found: Vec<Loosening>,
}

impl List<'_> {
    fn tell(&mut self, file: &'static str, key: impl Into<String>, message: String) {
        self.found.push(Loosening { file, key: key.into(), message });
    }

    /// Tells a number that went the less strict way.
    fn number(
        &mut self,
        file: &'static str,
        key: impl Into<String>,
        what: &str,
        looser: Looser,
        (base, head): (u32, u32),
    ) {
        let word = match looser {
            Looser::More if head > base => "grow",
            Looser::Less if head < base => "shrink",
            _ => return,
        };
        self.tell(file, key, format!("{what} {word} from {base} to {head}"));
    }

    /// Tells entries that only the second set has.
    fn added<T: Ord + Display>(
        &mut self,
        file: &'static str,
        key: &str,
        sets: (&BTreeSet<T>, &BTreeSet<T>),
        message: impl Fn(&str) -> String,
    ) {
        let (base, head) = sets;
        let added: Vec<String> = head.difference(base).map(|entry| format!("`{entry}`")).collect();
        if !added.is_empty() {
            self.tell(file, key, message(&added.join(", ")));
        }
    }

    fn numbers(&mut self) {
        for Number { file, key, looser, of, what } in NUMBERS {
            let values = (of(self.base), of(self.head));
            self.number(file, *key, what, *looser, values);
        }
        let (base, head) = (&self.base.expiry, &self.head.expiry);
        for tier in Tier::ALL {
            let (key, values) =
                (head.max_days_key(*tier), (base.max_days_for(*tier), head.max_days_for(*tier)));
            // What all tiers share is told once, under its one key.
            let what = match key.as_str() {
                "max_days" => "the days that an approval may last".to_owned(),
                _ => format!("the days that an approval of the {tier} tier may last"),
            };
            self.number("expiry.toml", key, &what, Looser::More, values);
        }
    }

    /// Evidence: how old it may be, from where up it is asked for, and where it may lie.
    fn ages(&mut self) {
        let (base, head) = (&self.base.evidence, &self.head.evidence);
        for kind in EvidenceKind::ALL {
            let key = format!("max_age_days.{kind}");
            let what = format!("the days for which evidence of kind {kind} counts");
            match (base.max_age_days.get(kind), head.max_age_days.get(kind)) {
                (Some(was), Some(is)) => {
                    self.number("evidence.toml", key, &what, Looser::More, (*was, *is));
                }
                (Some(was), None) => {
                    let message =
                        format!("evidence of kind {kind} counts at any age, and for {was} days before");
                    self.tell("evidence.toml", key, message);
                }
                (None, _) => {}
            }
        }
        if head.board_from > base.board_from {
            let message = format!(
                "controls need evidence from the band {} up, and from {} up before",
                head.board_from, base.board_from
            );
            self.tell("evidence.toml", "required_from.board", message);
        }
        if head.registry_from > base.registry_from {
            let message = format!(
                "answers need evidence from the level {} up, and from {} up before",
                head.registry_from, base.registry_from
            );
            self.tell("evidence.toml", "required_from.registry", message);
        }
        if head.hosts.is_empty() && !base.hosts.is_empty() {
            self.tell("evidence.toml", "hosts", "evidence may lie on any host".to_owned());
        } else if !base.hosts.is_empty() {
            let sets = (&base.hosts, &head.hosts);
            self.added("evidence.toml", "hosts", sets, |hosts| format!("evidence may lie on {hosts} too"));
        }
    }
}
