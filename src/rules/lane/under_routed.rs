//! `lane/under-routed`

use chrono::Datelike;

use crate::finding::{Fix, Safety};
use crate::policy::{Layout, Tier};
use crate::record::route;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};

rule! {
    /// The record sits on a lower tier than its risk score demands.
    ///
    /// The tier is that of the lane of the *recomputed* score, whatever `combined_risk_score` says. A higher tier
    /// than the lane's is always allowed.
    ///
    /// ## Why
    /// A lane is the authority that the risk needs; routing below it lets someone accept a risk that is not theirs.
    ///
    /// ## Fails
    /// ```yaml base=proposed path=exceptions/working/2026/SEB-2026-0042.yaml
    /// exploitability_score: 90
    /// impact_score: 90
    /// combined_risk_score: 95
    /// board_tier: working
    /// board_meeting_due_at: 2026-05-04T17:00:00Z
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed path=exceptions/executive/2026/SEB-2026-0042.yaml
    /// exploitability_score: 90
    /// impact_score: 90
    /// combined_risk_score: 95
    /// board_tier: executive
    /// board_meeting_due_at: 2026-05-04T17:00:00Z
    /// ```
    RULE {
        name: "lane/under-routed",
        summary: "The record sits on a lower tier than its risk score demands",
        scope: Record,
        severity: Error,
        locked: true,
        judges: Deciding,
        fix: Some(Safety::Safe),
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(record) = subject.board() else { return };
    let Some(routing) = route(record, subject.policy, subject.now) else { return };
    let lane = routing.lane;
    let Some(tier) = record.board_tier.filter(|tier| *tier < lane.tier) else { return };
    let message = format!(
        "a score of {} is in the {} lane ({}–{}), which the {} tier decides; this record asks the {tier} tier",
        routing.sum.score, lane.band, lane.first, lane.last, lane.tier,
    );
    let mut finding = out
        .finding(subject.at("/board_tier"), message)
        .help(format!("set `board_tier: {}`; the sum: {}", lane.tier, routing.sum));
    finding.fix = subject
        .set_scalar("/board_tier", lane.tier.as_str())
        .map(|fix| Fix { move_to: target(subject, lane.tier), ..fix });
    if let Some(place) = subject.policy_place("lanes.toml", &lane.key("scores")) {
        finding = finding.related(place, "the lane is defined here");
    }
    out.report(finding);
}

/// The file in the folder of the right tier; `None` where it is there already, or folders mean nothing.
fn target(subject: &Subject<'_>, tier: Tier) -> Option<String> {
    let received = subject.record.received_at()?;
    let year = subject.policy.lanes.calendar.date_of(received).year();
    let target = subject.file.folder.moved_to(&format!("{tier}/{year:04}"));
    let moves = subject.policy.exboard.paths.layout == Layout::Lane && target != *subject.file.folder.path;
    moves.then_some(target)
}
