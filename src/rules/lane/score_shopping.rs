//! `lane/score-shopping`

use std::collections::BTreeSet;

use crate::change::lane;
use crate::record::{Evidence, EvidenceKind, route};
use crate::rules::declare::rule;
use crate::rules::{ChangeSubject, Out};

rule! {
    /// The risk became smaller, and nothing new shows why.
    ///
    /// The lane of the recomputed score may fall below the highest that the record had since its last decision when new
    /// evidence of kind `test_result`, `penetration_test` or `architecture` comes with it. The higher lane's tier votes on
    /// it all the same.
    ///
    /// ## Why
    /// A score that is argued down until an easier board may decide is no score.
    ///
    /// ## Fails
    /// ```yaml before base=proposed path=exceptions/executive/2026/SEB-2026-0042.yaml
    /// exploitability_score: 90
    /// impact_score: 80
    /// combined_risk_score: 90
    /// board_tier: executive
    /// board_meeting_due_at: 2026-05-04T17:00:00Z
    /// ```
    /// ```yaml after base=proposed
    /// exploitability_score: 60
    /// impact_score: 50
    /// ```
    ///
    /// ## Passes
    /// ```yaml before base=proposed path=exceptions/executive/2026/SEB-2026-0042.yaml
    /// exploitability_score: 90
    /// impact_score: 80
    /// combined_risk_score: 90
    /// board_tier: executive
    /// board_meeting_due_at: 2026-05-04T17:00:00Z
    /// ```
    /// ```yaml after base=proposed
    /// exploitability_score: 60
    /// impact_score: 50
    /// evidence_link:
    ///   - id: E1
    ///     kind: architecture
    ///     url: https://wiki.example.com/export-service
    ///     collected_at: 2026-05-04
    ///   - id: E2
    ///     kind: penetration_test
    ///     url: https://wiki.example.com/export-service/penetration-test
    ///     collected_at: 2026-05-04
    /// ```
    RULE {
        name: "lane/score-shopping",
        summary: "The risk became smaller, and nothing new shows why",
        scope: Change,
        severity: Error,
        locked: false,
        judges: Every,
        fix: None,
        since: "0.1.0",
    }
    Check::Change(check)
}

/// Evidence that can show that a risk is smaller than it was thought to be.
const PROOF: [EvidenceKind; 3] =
    [EvidenceKind::TestResult, EvidenceKind::PenetrationTest, EvidenceKind::Architecture];

fn check(subject: &ChangeSubject<'_>, out: &mut Out<'_>) {
    let Some((before, record)) = subject.board() else { return };
    let (change, policy, now) = (subject.change, subject.policy(), subject.now);
    let Some(routing) = route(record, policy, now) else { return };
    let was = lane(change.readable_before(), policy, now);
    let past = change.past.as_ref().and_then(|past| Some((past.highest_lane?, &past.evidence_then)));
    let highest = was.max(past.map(|(tier, _)| tier));
    // A later change that leaves the score alone is not the one to be told, but for the decision itself.
    let falls = was.is_none_or(|was| routing.lane.tier < was) || change.decides();
    let Some(highest) = highest.filter(|highest| routing.lane.tier < *highest && falls) else { return };
    let then: BTreeSet<&str> = match past {
        Some((tier, evidence)) if tier == highest => evidence.iter().map(String::as_str).collect(),
        _ => {
            before.into_iter().flat_map(|before| &before.evidence_link).filter_map(|entry| entry.id).collect()
        }
    };
    let proves = |entry: &Evidence<'_>| {
        entry.kind.is_some_and(|kind| PROOF.contains(&kind)) && entry.id.is_some_and(|id| !then.contains(id))
    };
    if record.evidence_link.iter().any(proves) {
        return;
    }
    let since = if was == Some(highest) { "before this change" } else { "since its last decision" };
    let message = format!(
        "the score falls to {} ({}), into the lane of the {} tier; {since} it was in that of the {highest} tier, \
         and no new evidence shows why",
        routing.sum.score, routing.sum, routing.lane.tier
    );
    let help = "add what shows it to `evidence_link` with a new id, of kind `test_result`, `penetration_test` or \
                `architecture`; or put the scores back";
    let finding = out.finding(subject.at("/combined_risk_score"), message).help(help);
    out.report(subject.and_before(finding, "/combined_risk_score", "the score before"));
}
