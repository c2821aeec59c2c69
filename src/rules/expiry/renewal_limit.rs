//! `expiry/renewal-limit`

use crate::finding::Place;
use crate::record::BoardStatus;
use crate::rules::declare::rule;
use crate::rules::{ChangeSubject, Out};
use crate::time::days;

rule! {
    /// An exception is renewed once too often, or has lasted too long altogether.
    ///
    /// A renewal is every approval of a record after its first, whatever lies between. There may be `max_renewals` of them,
    /// and no approval ends more than `max_total_days` after the first (`policies/expiry.toml`). The highest tier may
    /// exceed both.
    ///
    /// ## Why
    /// What is renewed for ever is a policy. Somebody high enough to change the policy has to say so.
    ///
    /// ## Fails
    /// ```yaml before base=approved approvals=3 first-approved=2025-10-01T08:00:00Z
    /// decided_at: 2026-04-21T08:00:00Z
    /// ```
    /// ```yaml after base=approved
    /// decided_at: 2026-05-04T09:00:00Z
    /// ```
    /// ```yaml before base=approved approvals=1 first-approved=2025-07-01T08:00:00Z
    /// decided_at: 2026-04-21T08:00:00Z
    /// ```
    /// ```yaml after base=approved
    /// decided_at: 2026-05-04T09:00:00Z
    /// ```
    ///
    /// ## Passes
    /// ```yaml before base=approved approvals=2 first-approved=2025-10-01T08:00:00Z
    /// decided_at: 2026-04-21T08:00:00Z
    /// ```
    /// ```yaml after base=approved
    /// decided_at: 2026-05-04T09:00:00Z
    /// ```
    RULE {
        name: "expiry/renewal-limit",
        summary: "An exception is renewed once too often, or has lasted too long altogether",
        scope: Change,
        severity: Error,
        locked: true,
        judges: Every,
        fix: None,
        since: "0.1.0",
    }
    Check::Change(check)
}

fn check(subject: &ChangeSubject<'_>, out: &mut Out<'_>) {
    let Some((before, record)) = subject.board().filter(|(_, record)| record.is_approved()) else { return };
    let policy = subject.policy();
    let top = policy.lanes.all().map(|lane| lane.tier).max();
    if !subject.change.decides() || record.board_tier >= top {
        return;
    }
    let (approvals, first) = match (&subject.change.past, before) {
        (Some(past), _) => (past.approvals, past.first_approved_at),
        // All that is known is what stands there: it was approved once at least.
        (None, Some(before)) if before.decision_status.is_some_and(was_approved) => (1, before.decided_at),
        (None, _) => (0, None),
    };
    // The approvals before this one are the first and the renewals; with this one there are as many renewals.
    let most = policy.expiry.max_renewals;
    if approvals > most {
        let message = format!("this is renewal {approvals}, and the policy allows {most}");
        let place = subject.policy_place("expiry.toml", "max_renewals");
        report(subject, "/decided_at", message, place, out);
    }
    let (Some(first), Some(until)) = (first.filter(|_| approvals != 0), record.approved_until) else {
        return;
    };
    let first = subject.calendar().date_of(first);
    let (lasts, most) = ((until - first).num_days(), policy.expiry.max_total_days);
    if lasts > i64::from(most) {
        let message = format!(
            "with this renewal the exception lasts {} since it was first approved on {first}; the policy allows {}",
            days(lasts),
            days(i64::from(most))
        );
        let place = subject.policy_place("expiry.toml", "max_total_days");
        report(subject, "/approved_until", message, place, out);
    }
}

fn was_approved(status: BoardStatus) -> bool {
    matches!(status, BoardStatus::Approved | BoardStatus::Expired | BoardStatus::Revoked)
}

fn report(
    subject: &ChangeSubject<'_>,
    field: &str,
    message: String,
    limit: Option<Place>,
    out: &mut Out<'_>,
) {
    let id = &subject.change.id;
    let help = format!(
        "close the gap and end it: `exboard close {id} --reason remediated`; or let the highest tier decide, as \
         `board_tier`"
    );
    let finding = out.finding(subject.at(field), message).help(help);
    out.report(match limit {
        Some(place) => finding.related(place, "the limit is set here"),
        None => finding,
    });
}
