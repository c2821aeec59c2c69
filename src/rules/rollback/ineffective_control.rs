//! `rollback/ineffective-control`

use crate::rules::declare::rule;
use crate::rules::{Out, Subject};

rule! {
    /// The newest review says that the controls do not work.
    ///
    /// The record is approved, and of its `reviews` the one with the latest day has `controls_effective: false`.
    ///
    /// ## Why
    /// The approval rested on these controls. Without them the risk is the one that nobody accepted.
    ///
    /// ## Fails
    /// ```yaml base=approved
    /// reviews:
    ///   - at: 2026-05-03
    ///     by: ana
    ///     outcome: keep
    ///     controls_effective: false
    ///     note: The job has failed since Friday.
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=approved
    /// reviews:
    ///   - at: 2026-05-03
    ///     by: ana
    ///     outcome: keep
    ///     controls_effective: false
    ///     note: The job has failed since Friday.
    ///   - at: 2026-05-04
    ///     by: ana
    ///     outcome: keep
    ///     controls_effective: true
    ///     note: The job runs again.
    /// ```
    RULE {
        name: "rollback/ineffective-control",
        summary: "The newest review says that the controls do not work",
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
    // Of two reviews of one day, the later entry is the newer: reviews are only ever added at the end.
    let dated =
        record.reviews.iter().enumerate().filter_map(|(index, review)| Some((review.at?, index, review)));
    let Some((at, index, review)) = dated.max_by_key(|(at, index, _)| (*at, *index)) else { return };
    if review.controls_effective != Some(false) {
        return;
    }
    let by = review.by.map(|by| format!(" by `{by}`")).unwrap_or_default();
    let message = format!("the newest review ({at}{by}) says that the controls do not work");
    let owner = record.rollback_plan.as_ref().and_then(|plan| plan.owner);
    let who = owner.map_or_else(|| "the owner of the rollback plan".to_owned(), |owner| format!("`{owner}`"));
    let help = format!(
        "{who} carries out the rollback plan, or the controls are mended and a new review says so; the board may \
         revoke the approval"
    );
    let mut finding =
        out.finding(subject.at(&format!("/reviews/{index}/controls_effective")), message).help(help);
    if subject.has("/rollback_plan") {
        finding = finding.related(subject.at("/rollback_plan/steps"), "the rollback plan");
    }
    out.report(finding);
}
