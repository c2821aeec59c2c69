//! `response/untriaged`

use crate::record::RegistryStatus;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::time::{describe_duration, format_local};

rule! {
    /// A new request waits for triage too long.
    ///
    /// A record stays `new` for at most `triage_hours` business hours (8 by default) after `received_at`; the hours between
    /// opening and closing of business days count.
    ///
    /// ## Why
    /// Until somebody rates it, a critical clause looks like any other question.
    ///
    /// ## Fails
    /// ```yaml base=new now=2026-05-05T10:00:00Z
    /// status: new
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=new now=2026-05-04T16:30:00Z
    /// status: new
    /// ```
    RULE {
        name: "response/untriaged",
        summary: "A new request waits for triage longer than `triage_hours`",
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
    let (Some(RegistryStatus::New), Some(received)) = (record.status, record.received_at) else { return };
    let calendar = &subject.policy.lanes.calendar;
    let hours = subject.policy.registry.triage_hours;
    let Some(until) = calendar.business_hours_after(received, hours).filter(|until| subject.now > *until)
    else {
        return;
    };
    let message = format!(
        "the request is still `new`: its {hours} business hours for triage ended on {}, {} ago",
        format_local(until, calendar),
        describe_duration(subject.now - until),
    );
    let help = format!(
        "triage it: `exboard move {} triaged --set pattern=ID --set business_impact=WORD --set owner=PERSON`; \
         `risk_level` and `due_at` follow",
        subject.file.folder.stem()
    );
    let mut finding = out.finding(subject.at("/status"), message).help(help);
    finding = finding.related(subject.at("/received_at"), "the clock starts here");
    if let Some(place) = subject.policy_place("registry.toml", "triage_hours") {
        finding = finding.related(place, "the policy's limit");
    }
    out.report(finding);
}
