//! The risk score: a weighted sum in exact decimals, kept with its terms so that it can be shown step by step.

use std::collections::BTreeMap;
use std::fmt;

use crate::policy::decimal::Decimal;
use crate::policy::reader::Field;
use crate::policy::words::DataTier;

/// `[score]` of `policies/lanes.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// Weight of `exploitability_score`; with that of impact it makes exactly 1.
    pub exploitability: Decimal,
    /// Weight of `impact_score`.
    pub impact: Decimal,
    /// What the data at stake adds, 0–100, for every tier of data.
    pub uplift: BTreeMap<DataTier, u8>,
}

/// One product of the sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// The weight.
    pub weight: Decimal,
    /// The score that it weighs.
    pub score: u8,
    /// Weight × score.
    pub product: Decimal,
}

/// A risk score with the way to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScoreSum {
    /// The term of `exploitability_score`.
    pub exploitability: Term,
    /// The term of `impact_score`.
    pub impact: Term,
    /// The tier of data that the uplift is for.
    pub data: DataTier,
    /// The uplift.
    pub uplift: u8,
    /// The sum of the three, before rounding.
    pub sum: Decimal,
    /// The sum, rounded; halves go up.
    pub rounded: i64,
    /// The score: the rounded sum, at least 0 and at most 100.
    pub score: u8,
}

/// The sum on one line: `0.5 × 70 + 0.5 × 55 + 5 (confidential) = 67.5, rounded to 68`.
impl fmt::Display for ScoreSum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ScoreSum { exploitability, impact, data, uplift, sum, rounded, score } = self;
        write!(
            f,
            "{} × {} + {} × {}",
            exploitability.weight, exploitability.score, impact.weight, impact.score
        )?;
        write!(f, " + {uplift} ({data}) = {sum}")?;
        if sum.to_string() != rounded.to_string() {
            write!(f, ", rounded to {rounded}")?;
        }
        if i64::from(*score) != *rounded { write!(f, ", held within 0–100: {score}") } else { Ok(()) }
    }
}

impl Score {
    /// The risk score of two scores (0–100) and the tier of data at stake.
    #[must_use]
    pub fn sum(&self, exploitability: u8, impact: u8, data: DataTier) -> ScoreSum {
        let term = |weight: Decimal, score| Term { weight, score, product: weight.times(score) };
        let exploitability = term(self.exploitability, exploitability);
        let impact = term(self.impact, impact);
        let uplift = self.uplift.get(&data).copied().unwrap_or(0);
        let sum = exploitability.product.plus(impact.product).plus(Decimal::whole(uplift));
        let rounded = sum.round_half_up();
        let score = u8::try_from(rounded.clamp(0, 100)).unwrap_or(100);
        ScoreSum { exploitability, impact, data, uplift, sum, rounded, score }
    }
}

/// Reads `[score]`.
pub(super) fn read(field: &Field<'_>) -> Option<Score> {
    let table = field.table(&["weights", "uplift"])?;
    let weights = table.need("weights").and_then(|field| read_weights(&field));
    let uplift = table.need("uplift").and_then(|field| read_uplift(&field));
    let (exploitability, impact) = weights?;
    Some(Score { exploitability, impact, uplift: uplift? })
}

fn read_weights(field: &Field<'_>) -> Option<(Decimal, Decimal)> {
    let table = field.table(&["exploitability", "impact"])?;
    let exploitability = table.need("exploitability").and_then(|weight| weight.share());
    let impact = table.need("impact").and_then(|weight| weight.share());
    let (exploitability, impact) = (exploitability?, impact?);
    let sum = exploitability.plus(impact);
    if sum != Decimal::ONE {
        let message = format!(
            "the weights must add up to exactly 1, found exploitability {exploitability} + impact {impact} = {sum}"
        );
        field
            .tell(field.problem(message).help("a weight that is not set keeps its built-in value: set both"));
        return None;
    }
    Some((exploitability, impact))
}

fn read_uplift(field: &Field<'_>) -> Option<BTreeMap<DataTier, u8>> {
    let names: Vec<&str> = DataTier::ALL.iter().map(|tier| tier.as_str()).collect();
    let table = field.table(&names)?;
    let values: Vec<Option<(DataTier, u8)>> =
        DataTier::ALL.iter().map(|tier| Some((*tier, table.need(tier.as_str())?.score()?))).collect();
    values.into_iter().collect()
}
