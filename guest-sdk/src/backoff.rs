//! How long to wait before a retry.

use crate::{Attempts, Facts, Random};

/// Exponential backoff with full jitter. Durations are in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The most that the first retry waits; every further retry may wait twice as long.
    pub base: u64,
    /// The most that any retry waits on its own account.
    pub cap: u64,
    /// The longest wait that a provider may ask for. One that asks for more is not worth waiting for.
    pub longest_retry_after: u64,
}

impl Default for Backoff {
    fn default() -> Backoff {
        Backoff { base: 250, cap: 4_000, longest_retry_after: 5_000 }
    }
}

impl Backoff {
    /// The wait before a retry of the attempt that failed just now, in milliseconds, as [`Backoff::wait`] has it.
    #[must_use]
    pub fn before_retry(&self, facts: &Facts<'_>, attempts: &Attempts<'_>) -> Option<u64> {
        let retry_after = attempts.last().failure.retry_after;
        self.wait(attempts.retries() + 1, retry_after, facts.request.time_left, &mut facts.random())
    }

    /// The wait before retry number `retry` (counted from 1), in milliseconds: a random part of the backoff, and never
    /// sooner than the provider's `retry_after`. `None` where the wait would not leave any of `time_left`, or where
    /// the provider asks for more than `longest_retry_after`.
    #[must_use]
    pub fn wait(&self, retry: u32, retry_after: Option<u64>, time_left: u64, random: &mut Random) -> Option<u64> {
        // 2^20 times any base is past any sensible cap, and further shifts would overflow.
        let doublings = retry.saturating_sub(1).min(20);
        let ceiling = self.base.saturating_mul(1 << doublings).min(self.cap);
        let jitter = random.below(ceiling.saturating_add(1));
        let asked = retry_after.unwrap_or(0);
        // Jitter comes on top of what the provider asks for: all callers were told the same instant.
        let wait = asked.saturating_add(jitter);
        (asked <= self.longest_retry_after && wait < time_left).then_some(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random() -> Random {
        Random::new(1, 1)
    }

    #[test]
    fn a_wait_never_exceeds_the_cap() {
        for retry in 1..100 {
            let wait = Backoff::default().wait(retry, None, 60_000, &mut Random::new(u64::from(retry), 1));
            assert!(wait.is_some_and(|wait| wait <= 4_000), "{wait:?}");
        }
    }

    #[test]
    fn a_provider_that_asks_for_time_gets_at_least_that() {
        let wait = Backoff::default().wait(1, Some(2_000), 60_000, &mut random());
        assert!(wait.is_some_and(|wait| (2_000..=2_250).contains(&wait)), "{wait:?}");
    }

    #[test]
    fn a_provider_that_asks_for_too_much_is_not_waited_for() {
        assert_eq!(Backoff::default().wait(1, Some(60_000), 600_000, &mut random()), None);
    }

    #[test]
    fn a_wait_past_the_deadline_is_refused() {
        assert_eq!(Backoff::default().wait(1, Some(2_000), 2_000, &mut random()), None);
    }
}
