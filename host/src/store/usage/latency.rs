//! Means and percentiles of many latencies in little memory.

use std::collections::BTreeMap;

/// Latencies, counted in steps of a sixteenth, so that a group takes a few kilobytes however many requests it has.
#[derive(Default)]
pub(super) struct Latency {
    sum: u128,
    count: u64,
    greatest: u64,
    steps: BTreeMap<u64, u64>,
}

impl Latency {
    pub(super) fn add(&mut self, ms: u64) {
        self.sum += u128::from(ms);
        self.count += 1;
        self.greatest = self.greatest.max(ms);
        // The value with all but its five leading bits set: the greatest of its step.
        let step = ms | (u64::MAX.checked_shr(ms.leading_zeros() + 5).unwrap_or(0));
        *self.steps.entry(step).or_default() += 1;
    }

    pub(super) fn mean(&self) -> u64 {
        u64::try_from(self.sum / u128::from(self.count.max(1))).unwrap_or(u64::MAX)
    }

    /// At most a sixteenth too high, and never higher than what was there.
    pub(super) fn p95(&self) -> u64 {
        let rank = (u128::from(self.count) * 95).div_ceil(100);
        let mut seen = 0_u128;
        let reached = self.steps.iter().find(|(_, count)| {
            seen += u128::from(**count);
            seen >= rank
        });
        reached.map_or(0, |(step, _)| (*step).min(self.greatest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p95(values: impl IntoIterator<Item = u64>) -> u64 {
        let mut latency = Latency::default();
        values.into_iter().for_each(|ms| latency.add(ms));
        latency.p95()
    }

    #[test]
    fn a_quantile_of_one_value_is_that_value() {
        for value in [0, 1, 37, 1_000, 1_023, 86_400_001, u64::MAX] {
            assert_eq!(p95([value]), value);
        }
        assert_eq!(p95([]), 0);
    }

    #[test]
    fn a_quantile_of_many_values_is_at_most_a_sixteenth_too_high() {
        let told = p95(1..=10_000);
        assert!((9_500..=9_500 + 9_500 / 16).contains(&told), "{told}");
    }
}
