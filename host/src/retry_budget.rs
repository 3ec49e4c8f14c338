//! How many retries a target gets: a share of the requests of the last seconds plus a small floor, so that an outage is not
//! made worse by everybody who tries again. Readers take atomics only; whoever counts takes one short lock.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The seconds that count. Short enough that the budget shrinks soon when requests become fewer.
pub const SECONDS: u64 = 10;

/// Retries that are allowed in that time whatever the share comes to: one a second, so that a target with few requests
/// has retries at all.
pub const FLOOR: u32 = 10;

/// Bits of each of the two counts in a bucket. Counts stop at a million, which no target gets in a second.
const BITS: u32 = 20;
const COUNT: u64 = (1 << BITS) - 1;

/// The requests and the retries of a target in the last seconds, a bucket each.
#[derive(Debug, Default)]
pub struct RetryBudget {
    buckets: [AtomicU64; SECONDS as usize],
    /// The latest second that was counted. Clocks of two threads may be read in another order than they count.
    latest: Mutex<u64>,
}

/// Which second a bucket is about, and what it counted: packed into one word, so that a reader never sees half of it.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    second: u64,
    requests: u64,
    retries: u64,
}

impl Bucket {
    fn unpack(word: u64) -> Self {
        Self { second: word >> (2 * BITS), requests: (word >> BITS) & COUNT, retries: word & COUNT }
    }

    fn pack(self) -> u64 {
        (self.second << (2 * BITS)) | (self.requests.min(COUNT) << BITS) | self.retries.min(COUNT)
    }
}

impl RetryBudget {
    /// Counts a first try.
    pub fn count_request(&self, now_ms: u64) {
        let mut latest = self.latest();
        let second = advance(&mut latest, now_ms);
        self.change(second, |bucket| bucket.requests += 1);
    }

    /// Counts a retry, if the budget has one left. `permille`: the share of requests that may be retries.
    #[must_use]
    pub fn try_retry(&self, now_ms: u64, permille: u32) -> bool {
        let mut latest = self.latest();
        let second = advance(&mut latest, now_ms);
        let allowed = self.left_at(second, permille) > 0;
        if allowed {
            self.change(second, |bucket| bucket.retries += 1);
        }
        allowed
    }

    /// How many retries it allows now.
    #[must_use]
    pub fn left(&self, now_ms: u64, permille: u32) -> u32 {
        self.left_at(now_ms / 1_000, permille)
    }

    fn left_at(&self, second: u64, permille: u32) -> u32 {
        if permille == 0 {
            return 0;
        }
        let counts = self.buckets.iter().map(|bucket| Bucket::unpack(bucket.load(Ordering::Relaxed)));
        let recent = counts.filter(|bucket| is_recent(bucket.second, second));
        let (requests, retries) = recent.fold((0, 0), |sum, one| (sum.0 + one.requests, sum.1 + one.retries));
        let allowed = requests * u64::from(permille) / 1_000 + u64::from(FLOOR);
        u32::try_from(allowed.saturating_sub(retries)).unwrap_or(u32::MAX)
    }

    fn change(&self, second: u64, change: impl Fn(&mut Bucket)) {
        let place = &self.buckets[usize::try_from(second % SECONDS).unwrap_or(0)];
        let before = Bucket::unpack(place.load(Ordering::Relaxed));
        let wrapped = wrap(second);
        let mut bucket =
            if before.second == wrapped { before } else { Bucket { second: wrapped, requests: 0, retries: 0 } };
        change(&mut bucket);
        place.store(bucket.pack(), Ordering::Relaxed);
    }

    fn latest(&self) -> MutexGuard<'_, u64> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A second as a bucket keeps it: it comes around after half a year.
fn wrap(second: u64) -> u64 {
    second & ((1 << (64 - 2 * BITS)) - 1)
}

fn is_recent(bucket: u64, second: u64) -> bool {
    wrap(second.wrapping_sub(bucket)) < SECONDS
}

/// The second to count in.
fn advance(latest: &mut u64, now_ms: u64) -> u64 {
    *latest = (*latest).max(now_ms / 1_000);
    *latest
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    const FIFTH: u32 = 200;

    #[test]
    fn a_fifth_of_the_recent_requests_may_be_retries_and_a_few_more() {
        let budget = RetryBudget::default();
        assert_eq!(budget.left(5_000, FIFTH), FLOOR);
        (0..100).for_each(|_| budget.count_request(5_000));
        assert_eq!(budget.left(5_000, FIFTH), 20 + FLOOR);
        let retries = (0..100).filter(|_| budget.try_retry(6_000, FIFTH)).count();
        assert_eq!((retries, budget.left(6_000, FIFTH)), (30, 0));
        assert_eq!(budget.left(16_000, FIFTH), FLOOR);
    }

    #[test]
    fn a_share_of_nothing_allows_no_retry() {
        let budget = RetryBudget::default();
        budget.count_request(1_000);
        assert!(!budget.try_retry(1_000, 0));
        assert_eq!(budget.left(1_000, 0), 0);
    }

    #[test]
    fn many_threads_never_get_more_than_there_is() {
        let budget = Arc::new(RetryBudget::default());
        (0..50).for_each(|_| budget.count_request(1_000));
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let budget = Arc::clone(&budget);
                std::thread::spawn(move || (0..100).filter(|_| budget.try_retry(1_500, FIFTH)).count())
            })
            .collect();
        let allowed: usize = threads.into_iter().map(|thread| thread.join().expect("no panic")).sum();
        assert_eq!(allowed, 20);
    }

    proptest! {
        #[test]
        fn retries_never_exceed_the_share_and_the_floor(events in vec((0_u64..700, any::<bool>()), 1..600)) {
            let budget = RetryBudget::default();
            let (mut now, mut requests, mut retries) = (1_000_000_u64, Vec::new(), Vec::new());
            for (pause, is_retry) in events {
                now += pause;
                let second = now / 1_000;
                let recent = |of: &Vec<u64>| of.iter().filter(|at| **at + SECONDS > second).count();
                let allowed = recent(&requests) / 5 + FLOOR as usize;
                prop_assert_eq!(budget.left(now, FIFTH) as usize, allowed.saturating_sub(recent(&retries)));
                if !is_retry {
                    budget.count_request(now);
                    requests.push(second);
                } else if budget.try_retry(now, FIFTH) {
                    retries.push(second);
                    prop_assert!(recent(&retries) <= allowed);
                }
            }
        }
    }
}
