//! `lane/intake-stalled`

use crate::record::{BoardStatus, slowest_deadline};
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::time::{describe_duration, format_local};

rule! {
    /// A draft has no scores, and any lane's deadline would be over.
    ///
    /// Without scores a record has no lane, no tier and no deadline. Once the slowest lane's deadline would have
    /// passed, it waits for nobody.
    ///
    /// ## Why
    /// The clock starts when the request arrives, not when someone finds the time to score it.
    ///
    /// ## Fails
    /// ```yaml base=draft now=2026-05-07T10:00:00Z
    /// decision_status: draft
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=draft now=2026-05-05T10:00:00Z
    /// decision_status: draft
    /// ```
    RULE {
        name: "lane/intake-stalled",
        summary: "A draft has no scores, and any lane's deadline would be over",
        scope: Record,
        severity: Warning,
        locked: false,
        judges: Unfinished,
        suppressible: true,
        clock: true,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(record) = subject.board() else { return };
    // A score that cannot be read is the schema's to tell.
    let there = |field: &str| subject.file.document.get(field).is_some();
    let scored = there("/exploitability_score") && there("/impact_score");
    if scored || record.decision_status != Some(BoardStatus::Draft) {
        return;
    }
    let Some(arrived) = record.reopened_at.or(record.request_received_at) else { return };
    let Some(deadline) = slowest_deadline(subject.policy, arrived).filter(|deadline| subject.now > *deadline)
    else {
        return;
    };
    let message = format!(
        "this draft has no scores; the slowest lane's deadline, {}, passed {} ago",
        format_local(deadline, &subject.policy.lanes.calendar),
        describe_duration(subject.now - deadline),
    );
    let id = subject.file.folder.stem();
    let help = format!(
        "score it and propose it: `exboard move {id} proposed --set exploitability_score=N --set impact_score=N`; or \
         take it back: `exboard move {id} withdrawn --reason not_needed`"
    );
    out.report(out.finding(subject.at("/decision_status"), message).help(help));
}
