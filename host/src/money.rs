//! Money as whole billionths of a US dollar. Nothing here is a float.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

use serde::{Deserialize, Serialize};

/// An amount in billionths of a US dollar.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NanoUsd(pub u64);

impl NanoUsd {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Parses a decimal number of US dollars, such as `2.50`, to at most nine decimals.
    ///
    /// # Errors
    /// With a sentence, when it is not such a number or does not fit.
    pub fn from_usd(text: &str) -> Result<Self, MoneyError> {
        let bad = || MoneyError(text.to_owned());
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || fraction.len() > 9 || !digits(whole) || !digits(fraction) || text.ends_with('.') {
            return Err(bad());
        }
        let whole: u64 = whole.parse().map_err(|_| bad())?;
        let fraction: u64 = format!("{fraction:0<9}").parse().map_err(|_| bad())?;
        whole.checked_mul(1_000_000_000).and_then(|w| w.checked_add(fraction)).map(Self).ok_or_else(bad)
    }

    /// The sum, held at the greatest amount rather than wrapped.
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference, never below nothing.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Add for NanoUsd {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        self.saturating_add(other)
    }
}

impl AddAssign for NanoUsd {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for NanoUsd {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// US dollars with as many decimals as there are, at least two: `0.00`, `1.2345`.
impl fmt::Display for NanoUsd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fraction = format!("{:09}", self.0 % 1_000_000_000);
        let kept = fraction.trim_end_matches('0').len().max(2);
        f.pad(&format!("{}.{}", self.0 / 1_000_000_000, &fraction[..kept]))
    }
}

/// The text is not an amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an amount of US dollars: write a number such as \"2.50\", with at most nine decimals")]
pub struct MoneyError(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_are_read_and_written_without_loss() {
        for (text, nanos) in [("0.00", 0), ("1.00", 1_000_000_000), ("0.000000001", 1), ("12.345", 12_345_000_000)] {
            assert_eq!(NanoUsd::from_usd(text), Ok(NanoUsd(nanos)));
            assert_eq!(NanoUsd(nanos).to_string(), text);
        }
    }

    #[test]
    fn what_is_not_an_amount_is_refused() {
        for text in ["", ".", "1.", "-1", "1e3", "1.0000000001", "99999999999999", "1,5", "١"] {
            assert!(NanoUsd::from_usd(text).is_err(), "{text}");
        }
    }
}
