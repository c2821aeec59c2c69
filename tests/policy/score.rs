//! The risk score, in exact decimals, and its lane.

use exboard::policy::{DataTier, Decimal};
use proptest::prelude::*;

use super::load;

fn with_weights(exploitability: &str, impact: &str) -> exboard::policy::Lanes {
    let text = format!("score.weights = {{ exploitability = {exploitability}, impact = {impact} }}\n");
    load(&[("policies/lanes.toml", &text)]).lanes
}

#[test]
fn a_score_shows_its_sum() {
    let sum = load(&[]).lanes.score(71, 40, DataTier::Confidential);
    assert_eq!((sum.exploitability.weight.to_string(), sum.exploitability.score), ("0.5".to_owned(), 71));
    assert_eq!(sum.exploitability.product.to_string(), "35.5");
    assert_eq!(sum.impact.product.to_string(), "20");
    assert_eq!((sum.data, sum.uplift), (DataTier::Confidential, 5));
    assert_eq!((sum.sum.to_string().as_str(), sum.rounded, sum.score), ("60.5", 61, 61));
}

#[test]
fn halves_round_up_and_the_sum_stays_below_a_hundred_and_one() {
    let lanes = load(&[]).lanes;
    assert_eq!(lanes.score(0, 0, DataTier::Public).score, 0);
    assert_eq!(lanes.score(34, 35, DataTier::Public).score, 35);
    let most = lanes.score(100, 100, DataTier::Restricted);
    assert_eq!((most.rounded, most.score), (110, 100));
}

/// 0.29 × 50 is 14.5 exactly, which rounds up; in binary fractions it is 14.499999999999998.
#[test]
fn a_score_on_the_border_does_not_depend_on_binary_fractions() {
    let lanes = with_weights("0.29", "0.71");
    assert_eq!(lanes.score(50, 0, DataTier::Public).score, 15);
    let lanes = with_weights("0.3333", "0.666_7");
    let sum = lanes.score(100, 1, DataTier::Public);
    assert_eq!((sum.sum.to_string().as_str(), sum.score), ("33.9967", 34));
    let lanes = with_weights("1", "0");
    assert_eq!(lanes.score(70, 100, DataTier::Public).score, 70);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_score_has_the_lane_that_holds_it(e in 0..=100_u8, i in 0..=100_u8, data in 0..4_usize) {
        let lanes = load(&[]).lanes;
        let sum = lanes.score(e, i, DataTier::ALL[data]);
        let lane = lanes.lane_of(sum.score);
        prop_assert!(lane.first <= sum.score && sum.score <= lane.last);
        let whole = Decimal::SCALE * i64::from(sum.uplift);
        let parts = sum.exploitability.product.ten_thousandths() + sum.impact.product.ten_thousandths() + whole;
        prop_assert_eq!(sum.sum.ten_thousandths(), parts);
        // More risk never lowers the score.
        prop_assert!(lanes.score(e.saturating_add(1).min(100), i, DataTier::ALL[data]).score >= sum.score);
    }
    /// Of any policy: each score has one lane, and more risk leads to no lower score and to no lower tier.
    #[test]
    fn lanes_are_total_and_rise_with_the_risk(
        weight in 0..=10_000_u16,
        (first, second) in (0..98_u8).prop_flat_map(|first| (Just(first), first + 1..99)),
        uplift in 0..=10_u8,
        (e, i, more) in (0..=100_u8, 0..=100_u8, 0..=100_u8),
    ) {
        let policy = format!(
            "[score]\nweights = {{ exploitability = {}, impact = {} }}\nuplift = {{ restricted = {} }}\n",
            f64::from(weight) / 10_000.0, f64::from(10_000 - weight) / 10_000.0, 5 + uplift,
        );
        let lane = |band: &str, tier: &str, from: u8, to: u8| format!(
            "[[lane]]\nband = \"{band}\"\ntier = \"{tier}\"\nname = \"Board\"\nscores = [{from}, {to}]\n\
             sla = {{ hours = 24 }}\nescalates_to = \"none\"\n"
        );
        let lanes = [
            lane("low", "working", 0, first),
            lane("moderate", "director", first + 1, second),
            lane("high", "executive", second + 1, 100),
        ];
        let lanes = load(&[("policies/lanes.toml", &(policy + &lanes.concat()))]).lanes;
        for score in 0..=100 {
            let holding = lanes.all().filter(|lane| (lane.first..=lane.last).contains(&score));
            prop_assert_eq!(holding.collect::<Vec<_>>(), [lanes.lane_of(score)]);
            prop_assert!(score == 0 || lanes.lane_of(score - 1).tier <= lanes.lane_of(score).tier);
        }
        let score = |e, i, data| lanes.score(e, i, data).score;
        let (riskier_e, riskier_i) = (e.max(more), i.max(more));
        for (index, data) in DataTier::ALL.iter().enumerate() {
            prop_assert!(score(riskier_e, i, *data) >= score(e, i, *data));
            prop_assert!(score(e, riskier_i, *data) >= score(e, i, *data));
            prop_assert!(index == 0 || score(e, i, *data) >= score(e, i, DataTier::ALL[index - 1]));
        }
    }
}
