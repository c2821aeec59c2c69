//! `response/overdue`

use crate::record::RegistryStatus;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::time::{describe_duration, format_local};

rule! {
    /// The answer is late.
    ///
    /// A record that is triaged, drafted, ready or escalated is overdue past its `due_at`.
    ///
    /// ## Why
    /// A questionnaire that nobody answers is answered by the buyer.
    ///
    /// ## Fails
    /// ```yaml base=triaged now=2026-05-06T17:30:00Z
    /// status: triaged
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=triaged now=2026-05-06T16:30:00Z
    /// status: triaged
    /// ```
    RULE {
        name: "response/overdue",
        summary: "The answer is late: triaged, drafted, ready or escalated, and past `due_at`",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Unfinished,
        clock: true,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(record) = subject.registry() else { return };
    let (Some(status), Some(due)) = (record.status, record.due_at) else { return };
    let waiting = matches!(
        status,
        RegistryStatus::Triaged | RegistryStatus::Drafted | RegistryStatus::Ready | RegistryStatus::Escalated
    );
    if !waiting || subject.now <= due {
        return;
    }
    let message = format!(
        "the answer was due {} ago, on {}, and the record is still {status}",
        describe_duration(subject.now - due),
        format_local(due, &subject.policy.lanes.calendar),
    );
    let owner = record.owner.unwrap_or("its owner");
    let help = match status {
        RegistryStatus::Ready => "send it".to_owned(),
        RegistryStatus::Escalated => "ask counsel for the answer, or tell the buyer when it comes".to_owned(),
        _ => format!("{owner}: answer it, or tell the buyer when the answer comes"),
    };
    out.report(out.finding(subject.at("/due_at"), message).help(help));
}
