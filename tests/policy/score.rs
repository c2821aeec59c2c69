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
}
