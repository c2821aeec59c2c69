//! `policy/loosened`

use crate::finding::Place;
use crate::policy::{Loosening, Policy, loosened};
use crate::rules::changed::on_base;
use crate::rules::declare::rule;
use crate::rules::{ChangeSetSubject, Out, find};

rule! {
    /// The policy becomes less strict: one line for each way, for those who vote on it.
    ///
    /// A longer time, a smaller quorum, another weight, a lower rating, a new member, a new key, an added source of votes, a
    /// severity lowered or off, a pattern or a word taken out, an earlier day that may be promised: none of it is wrong, and
    /// all of it is easy to miss in a diff.
    ///
    /// ## Why
    /// A rule is rarely broken openly. It is more easily made a little wider, in a change that nobody reads to the end.
    ///
    /// ## Fails
    /// ```toml before file=policies/expiry.toml
    /// max_days = 60
    /// ```
    /// ```toml after file=policies/expiry.toml
    /// max_days = 90
    /// ```
    ///
    /// ## Passes
    /// ```toml before file=policies/expiry.toml
    /// max_days = 90
    /// ```
    /// ```toml after file=policies/expiry.toml
    /// max_days = 60
    /// ```
    RULE {
        name: "policy/loosened",
        summary: "The policy becomes less strict",
        scope: Change,
        severity: Warning,
        locked: false,
        judges: Every,
        fix: None,
        since: "0.1.0",
    }
    Check::ChangeSet(check)
}

fn check(subject: &ChangeSetSubject<'_>, out: &mut Out<'_>) {
    let (base, Some(head)) = (subject.policy(), subject.head) else { return };
    let severity = |name: &str| find(name).map(|rule| rule.info.severity);
    for Loosening { file, key, message } in loosened(base, head, &severity) {
        let place = |policy: &Policy| {
            let (source, span) = policy.place(file, &key)?;
            Some(Place::in_source(&source, span, None))
        };
        let help = "make sure that this is meant: those who vote on the policy vote on this";
        let finding = |place, out: &Out<'_>| out.finding(place, message.as_str()).help(help);
        out.report(match (place(head), place(base)) {
            (Some(now), Some(before)) => finding(now, out).related(before, "what was there"),
            (Some(now), None) => finding(now, out),
            (None, Some(before)) => on_base(finding(before, out)),
            (None, None) => finding(Place::file(file), out),
        });
    }
}
