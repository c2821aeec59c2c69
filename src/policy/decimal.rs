//! Decimal numbers with four places, exact: a score on the border of a lane must not depend on binary fractions.

use std::fmt;

/// A number as a whole count of ten-thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal(i64);

impl Decimal {
    /// Ten-thousandths in one.
    pub const SCALE: i64 = 10_000;
    /// One.
    pub const ONE: Decimal = Decimal(Decimal::SCALE);

    /// A whole number.
    #[must_use]
    pub fn whole(value: u8) -> Self {
        Decimal(i64::from(value) * Decimal::SCALE)
    }

    /// The number in binary, as near as it can be: what the same digits in a record are read as.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "policies hold numbers below 2⁵³ ten-thousandths")]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / Decimal::SCALE as f64
    }

    /// The number in ten-thousandths.
    #[must_use]
    pub fn ten_thousandths(self) -> i64 {
        self.0
    }

    /// A number from its text: digits, and at most four more after a point; `_` between digits as TOML has it.
    /// No sign, no exponent.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.replace('_', "");
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        // Trailing zeros add no decimals.
        let kept = fraction.trim_end_matches('0');
        if !digits(whole) || !digits(fraction) || whole.len() > 9 || kept.len() > 4 {
            return None;
        }
        let whole: i64 = whole.parse().ok()?;
        let fraction: i64 = format!("{kept:0<4}").parse().ok()?;
        Some(Decimal(whole * Decimal::SCALE + fraction))
    }

    pub(super) fn plus(self, other: Decimal) -> Decimal {
        Decimal(self.0.saturating_add(other.0))
    }

    pub(super) fn times(self, factor: u8) -> Decimal {
        Decimal(self.0.saturating_mul(i64::from(factor)))
    }

    /// The nearest whole number; halves go up.
    pub(super) fn round_half_up(self) -> i64 {
        self.0.saturating_add(Decimal::SCALE / 2).div_euclid(Decimal::SCALE)
    }
}

/// As few digits as are exact: `0.5`, `42.25`, `7`.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = (self.0.div_euclid(Decimal::SCALE), self.0.rem_euclid(Decimal::SCALE));
        if fraction == 0 {
            return write!(f, "{whole}");
        }
        write!(f, "{whole}.{}", format!("{fraction:04}").trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_reads_and_writes_as_people_do() {
        for (text, written) in [
            ("0.5", "0.5"),
            ("1", "1"),
            ("0.1250", "0.125"),
            ("0.3333", "0.3333"),
            ("0.00010000", "0.0001"),
            ("999999999.9999", "999999999.9999"),
        ] {
            assert_eq!(Decimal::parse(text).unwrap().to_string(), written);
        }
        for wrong in ["-0.5", "+1", "5e-1", "inf", "nan", "0.33333", ".5", "1.", "0x1", "", "9999999999"] {
            assert_eq!(Decimal::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn halves_round_up() {
        let rounded = ["0.4999", "0.5", "1.5", "2.5", "2.4999"]
            .map(|text| Decimal::parse(text).unwrap().round_half_up());
        assert_eq!(rounded, [0, 1, 2, 3, 2]);
    }
}
