//! `lane/score-mismatch`

use crate::finding::Safety;
use crate::record::route;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};

rule! {
    /// `combined_risk_score` is not what the formula gives.
    ///
    /// The score is the weighted sum of `exploitability_score` and `impact_score`, plus the uplift of
    /// `data_sensitivity_tier`, rounded half up and held within 0–100. Weights and uplifts are policy
    /// (`[score]` in `policies/lanes.toml`). `exboard score ID` shows the sum step by step.
    ///
    /// ## Why
    /// The score decides who may accept the risk. It is computed, so that nobody can argue it down.
    ///
    /// ## Fails
    /// ```yaml base=proposed
    /// exploitability_score: 70
    /// impact_score: 55
    /// data_sensitivity_tier: confidential
    /// combined_risk_score: 63
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed
    /// exploitability_score: 70
    /// impact_score: 55
    /// data_sensitivity_tier: confidential
    /// combined_risk_score: 68
    /// ```
    RULE {
        name: "lane/score-mismatch",
        summary: "`combined_risk_score` is not what the formula gives",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Deciding,
        fix: Some(Safety::Safe),
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(record) = subject.board() else { return };
    let Some(routing) = route(record, subject.policy, subject.now) else { return };
    let Some(stored) = record.combined_risk_score.filter(|stored| *stored != routing.sum.score) else {
        return;
    };
    let message = format!(
        "`combined_risk_score` is {stored}, but the formula gives {}: {}",
        routing.sum.score, routing.sum
    );
    let mut finding = out
        .finding(subject.at("/combined_risk_score"), message)
        .help(format!("set `combined_risk_score: {}`", routing.sum.score));
    finding.fix = subject.set_scalar("/combined_risk_score", routing.sum.score.to_string());
    if let Some(place) = subject.policy_place("lanes.toml", "score.weights") {
        finding = finding.related(place, "the weights are here");
    }
    out.report(finding);
}
