//! How something is spread that differs from request to request: lengths, times. Nothing of it is negative.

use std::time::Duration;

use super::statistics::normal_quantile;
use crate::sim::draw::Draw;

/// The 95 % quantile of the standard normal distribution.
const Z_95: f64 = 1.644_853_627;

/// A log-normal distribution by its median and its 95 % quantile: most values near the first, a long tail to the right, as
/// latencies and lengths have it. Where both are equal, it is that value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    median: f64,
    sigma: f64,
    most: f64,
}

impl Spread {
    /// By its median and its 95 % quantile, which is not less. Both are in the unit of what is drawn.
    #[must_use]
    pub fn new(median: f64, p95: f64) -> Self {
        let sigma = if median > 0.0 && p95 > median { (p95 / median).ln() / Z_95 } else { 0.0 };
        Self { median: median.max(0.0), sigma, most: f64::INFINITY }
    }

    /// Always this value.
    #[must_use]
    pub fn always(value: f64) -> Self {
        Self::new(value, value)
    }

    /// The same with nothing above this.
    #[must_use]
    pub fn at_most(self, most: f64) -> Self {
        Self { most: self.most.min(most), ..self }
    }

    /// The spread that these values have, by their own quantiles; none where there are none.
    #[must_use]
    pub fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        let at = |share: usize| values.get((values.len() * share / 100).min(values.len().checked_sub(1)?)).copied();
        let (median, p95) = (at(50)?, at(95)?);
        let most = values.last().copied()?;
        Some(Self::new(median, p95).at_most(most.max(median)))
    }

    /// Its median.
    #[must_use]
    pub fn median(&self) -> f64 {
        self.median
    }

    /// Its 95 % quantile.
    #[must_use]
    pub fn p95(&self) -> f64 {
        (self.median * (self.sigma * Z_95).exp()).min(self.most)
    }

    /// A value.
    pub(crate) fn draw(&self, draw: &mut Draw) -> f64 {
        // Drawn in any case, so that another spread changes nothing of what is drawn after it.
        let z = normal_quantile(draw.fraction());
        (self.median * (self.sigma * z).exp()).min(self.most)
    }

    /// A whole number of at least 1.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the cast saturates, and nothing is negative"
    )]
    pub(crate) fn count(&self, draw: &mut Draw) -> u32 {
        (self.draw(draw).round() as u32).max(1)
    }

    /// A duration, where the spread is of milliseconds.
    pub(crate) fn duration(&self, draw: &mut Draw) -> Duration {
        milliseconds(self.draw(draw))
    }
}

/// A duration of so many milliseconds; what is too long for one is a day.
pub(crate) fn milliseconds(millis: f64) -> Duration {
    const DAY: Duration = Duration::from_secs(86_400);
    Duration::try_from_secs_f64(millis / 1_000.0).unwrap_or(DAY).min(DAY)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn what_is_drawn_has_the_quantiles_that_were_asked_for(seed: u64, median in 1.0..5_000.0_f64, factor in 1.0..20.0_f64) {
            let spread = Spread::new(median, median * factor);
            let mut draw = Draw::new(seed, &["spread"], 0);
            let values: Vec<f64> = (0..100_000).map(|_| spread.draw(&mut draw)).collect();
            let again = Spread::of(values).unwrap();
            // 100,000 values know the logarithm of the 95th quantile to 0.007 of its spread, one standard error; nearly six are allowed.
            let near = |a: f64, b: f64| (a / b).ln().abs() < 0.04 * spread.sigma + 1e-9;
            prop_assert!(near(again.median(), spread.median()) && near(again.p95(), spread.p95()), "{again:?} of {spread:?}");
        }
    }

    #[test]
    fn nothing_exceeds_the_most_and_counts_are_at_least_one() {
        let mut draw = Draw::new(1, &[], 0);
        let spread = Spread::new(0.1, 900.0).at_most(1_000.0);
        assert!((0..5_000).map(|_| spread.count(&mut draw)).all(|count| (1..=1_000).contains(&count)));
        assert_eq!(Spread::always(7.0).count(&mut draw), 7);
        assert_eq!(Spread::of(Vec::new()), None);
    }
}
