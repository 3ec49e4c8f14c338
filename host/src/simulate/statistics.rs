//! What some runs say of all that could be: means with intervals by Student's t, and quantiles.

use serde::{Deserialize, Serialize};

/// A mean over runs and the interval that holds the true mean with 95 % confidence; without an interval where there is one
/// run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// The lower end of the interval.
    pub low: Option<f64>,
    /// Its upper end.
    pub high: Option<f64>,
}

impl Estimate {
    /// Of these observations, one a run; none where there is none.
    #[must_use]
    pub fn of(observed: &[f64]) -> Option<Self> {
        if observed.is_empty() {
            return None;
        }
        #[allow(clippy::cast_precision_loss, reason = "numbers of runs are small")]
        let count = observed.len() as f64;
        let mean = observed.iter().sum::<f64>() / count;
        if observed.len() < 2 {
            return Some(Self { mean, low: None, high: None });
        }
        let squares: f64 = observed.iter().map(|value| (value - mean).powi(2)).sum();
        let error = (squares / (count - 1.0) / count).sqrt();
        let half = t_975(observed.len() - 1) * error;
        Some(Self { mean, low: Some(mean - half), high: Some(mean + half) })
    }

    /// Whether the interval leaves zero out; without an interval nothing is shown.
    #[must_use]
    pub fn excludes_zero(&self) -> bool {
        matches!((self.low, self.high), (Some(low), Some(high)) if low > 0.0 || high < 0.0)
    }
}

/// The 97.5 % quantile of Student's t distribution, so that 95 % lie between it and its negative.
#[must_use]
pub fn t_975(freedom: usize) -> f64 {
    /// From 1 degree of freedom on; Abramowitz and Stegun, table 26.10.
    const TABLE: [f64; 10] =
        [12.706_205, 4.302_653, 3.182_446, 2.776_445, 2.570_582, 2.446_912, 2.364_624, 2.306_004, 2.262_157, 2.228_139];
    if let Some(known) = freedom.checked_sub(1).and_then(|place| TABLE.get(place)) {
        return *known;
    }
    if freedom == 0 {
        return f64::INFINITY;
    }
    // The expansion around the normal quantile, formula 26.7.5 there: right to five digits from ten degrees on.
    let z = 1.959_963_985_f64;
    #[allow(clippy::cast_precision_loss, reason = "numbers of runs are small")]
    let n = freedom as f64;
    let one = (z.powi(3) + z) / 4.0;
    let two = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0;
    let three = (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / 384.0;
    z + one / n + two / n.powi(2) + three / n.powi(3)
}

/// The standard normal quantile of a probability above 0 and below 1: Acklam's approximation, right to nine digits.
#[must_use]
pub(super) fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -39.696_830_286_653_76,
        220.946_098_424_520_5,
        -275.928_510_446_968_7,
        138.357_751_867_269,
        -30.664_798_066_147_16,
        2.506_628_277_459_239,
    ];
    const B: [f64; 5] = [
        -54.476_098_798_224_06,
        161.585_836_858_040_9,
        -155.698_979_859_886_6,
        66.801_311_887_719_72,
        -13.280_681_552_885_72,
    ];
    const C: [f64; 6] = [
        -0.007_784_894_002_430_293,
        -0.322_396_458_041_136_5,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 4] =
        [0.007_784_695_709_041_462, 0.322_467_129_070_039_8, 2.445_134_137_142_996, 3.754_408_661_907_416];
    /// Where the tails begin.
    const TAIL: f64 = 0.024_25;
    let polynomial = |coefficients: &[f64], x: f64| coefficients.iter().fold(0.0, |sum, one| sum * x + one);
    let tail = |p: f64| {
        let q = (-2.0 * p.ln()).sqrt();
        polynomial(&C, q) / (polynomial(&D, q) * q + 1.0)
    };
    if p < TAIL {
        tail(p)
    } else if p > 1.0 - TAIL {
        -tail(1.0 - p)
    } else {
        let q = p - 0.5;
        let r = q * q;
        polynomial(&A, r) * q / (polynomial(&B, r) * r + 1.0)
    }
}

/// The value below which this share of sorted values lies (the nearest rank); none where there is none.
#[must_use]
pub(super) fn quantile(sorted: &[u64], share: f64) -> Option<u64> {
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the share is from 0 to 1, and fewer than 2^52 values are kept"
    )]
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sim::draw::Draw;

    #[test]
    fn students_quantiles_are_those_of_the_tables() {
        for (freedom, known) in
            [(1, 12.7062), (4, 2.7764), (9, 2.2622), (15, 2.1314), (19, 2.0930), (29, 2.0452), (120, 1.9799)]
        {
            assert!((t_975(freedom) - known).abs() < 1e-4, "{freedom}: {}", t_975(freedom));
        }
    }

    #[test]
    fn normal_quantiles_are_those_of_the_tables() {
        for (p, known) in [(0.5, 0.0), (0.95, 1.644_854), (0.975, 1.959_964), (0.001, -3.090_232), (0.02, -2.053_749)] {
            assert!((normal_quantile(p) - known).abs() < 1e-5, "{p}: {}", normal_quantile(p));
        }
    }

    #[test]
    fn one_run_has_no_interval_and_shows_nothing() {
        let one = Estimate::of(&[3.0]).unwrap();
        assert_eq!((one.mean, one.low, one.excludes_zero()), (3.0, None, false));
        assert_eq!(Estimate::of(&[]), None);
    }

    #[test]
    fn quantiles_are_values_that_were_seen() {
        let values: Vec<u64> = (1..=100).collect();
        assert_eq!(
            [0.5, 0.95, 0.99, 1.0].map(|share| quantile(&values, share)),
            [Some(50), Some(95), Some(99), Some(100)]
        );
        assert_eq!((quantile(&[], 0.5), quantile(&[7], 0.01)), (None, Some(7)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// The property that the name promises: of many experiments whose truth is known, about 95 % hold it.
        #[test]
        fn intervals_hold_a_known_truth_as_often_as_they_say(seed: u64, runs in 3_usize..25, truth in -50.0..50.0_f64) {
            const EXPERIMENTS: u32 = 2_000;
            let mut draw = Draw::new(seed, &["coverage"], 0);
            let mut holds = 0_u32;
            for _ in 0..EXPERIMENTS {
                let observed: Vec<f64> = (0..runs).map(|_| truth + 3.0 * normal_quantile(draw.fraction())).collect();
                let Estimate { low, high, .. } = Estimate::of(&observed).unwrap();
                holds += u32::from(low.unwrap() <= truth && truth <= high.unwrap());
            }
            // 2,000 experiments have a standard error of 0.5 %; five of them are never seen.
            let share = f64::from(holds) / f64::from(EXPERIMENTS);
            prop_assert!((share - 0.95).abs() < 0.025, "{share}");
        }
    }
}
