//! `expiry/horizon`

use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::time::days;

rule! {
    /// An approval lasts too long, or ends before it began.
    ///
    /// `approved_until` lies at most the tier's `max_days` (`policies/expiry.toml`) and at most
    /// `expected_duration_days` after the local day of `decided_at`, and not before it.
    ///
    /// ## Why
    /// An exception without a near end is a policy that nobody wrote.
    ///
    /// ## Fails
    /// ```yaml base=approved
    /// approved_until: 2026-08-15
    /// next_review_due_at: 2026-08-01
    /// ```
    /// ```yaml base=approved
    /// expected_duration_days: 30
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=approved
    /// approved_until: 2026-07-20
    /// next_review_due_at: 2026-07-06
    /// ```
    RULE {
        name: "expiry/horizon",
        summary: "An approval lasts too long, or ends before it began",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Unfinished,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(record) = subject.board().filter(|record| record.is_approved()) else { return };
    let (Some(until), Some(decided)) = (record.approved_until, record.decided_at) else { return };
    let decided_on = subject.policy.lanes.calendar.date_of(decided);
    let lasts = (until - decided_on).num_days();
    let place = || subject.at("/approved_until");
    if lasts < 0 {
        let message = format!("`approved_until` ({until}) comes before the decision ({decided_on})");
        out.report(out.finding(place(), message).help("correct whichever of the two is wrong"));
        return;
    }
    let latest = |limit: u32| {
        let date = decided_on.checked_add_days(chrono::Days::new(u64::from(limit)));
        date.map_or_else(|| "an earlier day".to_owned(), |date| date.to_string())
    };
    if let Some(expected) =
        record.expected_duration_days.map(u32::from).filter(|most| lasts > i64::from(*most))
    {
        let message = format!(
            "approved for {} ({decided_on} to {until}), but `expected_duration_days` asks for {}",
            days(lasts),
            days(i64::from(expected))
        );
        let finding = out
            .finding(place(), message)
            .help(format!("end it on {} or earlier", latest(expected)))
            .related(subject.at("/expected_duration_days"), "asked for here");
        out.report(finding);
    }
    let Some(tier) = record.board_tier else { return };
    let most = subject.policy.expiry.max_days_for(tier);
    if lasts > i64::from(most) {
        let message = format!(
            "approved for {} ({decided_on} to {until}); the {tier} tier may approve for at most {}",
            days(lasts),
            days(i64::from(most))
        );
        let mut finding =
            out.finding(place(), message).help(format!("end it on {} or earlier", latest(most)));
        if let Some(policy) = subject.policy_place("expiry.toml", &subject.policy.expiry.max_days_key(tier)) {
            finding = finding.related(policy, "the limit is set here");
        }
        out.report(finding);
    }
}
