//! The recent outcomes of a target or a provider, and the figures that decisions see of them: computed when an outcome
//! comes, read as atomics, and void when the last outcome is too old.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};

/// Outcomes that the figures are taken from: enough for a 95th percentile that means something, few enough that an outage
/// shows within seconds.
pub const KEPT: u32 = 64;

const KEPT_USIZE: usize = KEPT as usize;

/// How an attempt ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outcome {
    /// When it ended, as [`super::at`] counts.
    pub at_ms: u64,
    /// What it took, if it served.
    pub served: Option<Times>,
}

/// What an attempt that served took.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    /// Milliseconds until the first token, or the head of a plain answer.
    pub first_token_ms: u32,
    /// Milliseconds of the whole.
    pub latency_ms: u32,
}

/// What the recent outcomes come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// Outcomes that the others are taken from.
    pub samples: u16,
    /// The share of them that served, in thousandths; 1000 where there are none.
    pub success_permille: u16,
    /// The median until the first token, of those that served; 0 where there are none.
    pub first_token_p50_ms: u32,
    /// The 95th percentile of the whole, of those that served; 0 where there are none.
    pub latency_p95_ms: u32,
}

impl Figures {
    /// Nothing is known.
    pub(super) const NONE: Self =
        Self { samples: 0, success_permille: 1_000, first_token_p50_ms: 0, latency_p95_ms: 0 };
}

/// The outcomes themselves, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Window(VecDeque<Outcome>);

impl Window {
    /// Takes an outcome in; what ended before `oldest_ms` goes.
    pub(super) fn push(&mut self, outcome: Outcome, oldest_ms: u64) {
        while self.0.len() >= KEPT_USIZE || self.0.front().is_some_and(|first| first.at_ms < oldest_ms) {
            self.0.pop_front();
        }
        self.0.push_back(outcome);
    }

    /// Forgets the failures: they speak of an outage that is over. What served still tells how long it takes.
    pub(super) fn forget_failures(&mut self) {
        self.0.retain(|outcome| outcome.served.is_some());
    }

    /// How many outcomes there were since then, and how many of them were failures.
    pub(super) fn since(&self, ms: u64) -> (u32, u32) {
        let recent = self.0.iter().filter(|outcome| outcome.at_ms >= ms);
        recent.fold((0, 0), |(all, failed), one| (all + 1, failed + u32::from(one.served.is_none())))
    }

    /// What they come to.
    pub(super) fn figures(&self) -> Figures {
        let served = || self.0.iter().filter_map(|outcome| outcome.served);
        let count = served().count();
        let mut scratch = [0_u32; KEPT_USIZE];
        let mut quantile = |permille: usize, of: fn(Times) -> u32| {
            let filled = served().zip(scratch.iter_mut()).map(|(times, place)| *place = of(times)).count();
            match filled {
                0 => 0,
                _ => *scratch[..filled].select_nth_unstable((filled * permille / 1_000).min(filled - 1)).1,
            }
        };
        Figures {
            samples: u16::try_from(self.0.len()).unwrap_or(u16::MAX),
            success_permille: u16::try_from((count * 1_000).checked_div(self.0.len()).unwrap_or(1_000)).unwrap_or(0),
            first_token_p50_ms: quantile(500, |times| times.first_token_ms),
            latency_p95_ms: quantile(950, |times| times.latency_ms),
        }
    }
}

/// Figures as readers find them.
#[derive(Debug, Default)]
pub(super) struct Published {
    /// `samples` and `success_permille` in one word, so that nobody reads one without the other.
    shares: AtomicU64,
    /// The two durations in one word.
    times: AtomicU64,
    /// When they are void.
    until_ms: AtomicU64,
}

impl Published {
    /// Publishes figures that hold until then.
    pub(super) fn publish(&self, figures: Figures, until_ms: u64) {
        let pair = |high: u32, low: u32| (u64::from(high) << 32) | u64::from(low);
        self.shares.store(pair(figures.samples.into(), figures.success_permille.into()), Ordering::Relaxed);
        self.times.store(pair(figures.first_token_p50_ms, figures.latency_p95_ms), Ordering::Relaxed);
        self.until_ms.store(until_ms, Ordering::Release);
    }

    /// The figures that hold now.
    pub(super) fn read(&self, now_ms: u64) -> Figures {
        if now_ms >= self.until_ms.load(Ordering::Acquire) {
            return Figures::NONE;
        }
        let (shares, times) = (self.shares.load(Ordering::Relaxed), self.times.load(Ordering::Relaxed));
        let low = |word: u64| u32::try_from(word & u64::from(u32::MAX)).unwrap_or(0);
        let high = |word: u64| low(word >> 32);
        Figures {
            samples: u16::try_from(high(shares)).unwrap_or(u16::MAX),
            success_permille: u16::try_from(low(shares)).unwrap_or(1_000),
            first_token_p50_ms: high(times),
            latency_p95_ms: low(times),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn served(at_ms: u64, ms: u32) -> Outcome {
        Outcome { at_ms, served: Some(Times { first_token_ms: ms, latency_ms: 10 * ms }) }
    }

    fn failed(at_ms: u64) -> Outcome {
        Outcome { at_ms, served: None }
    }

    #[test]
    fn quantiles_are_those_of_what_served() {
        let mut window = Window::default();
        for outcome in [served(1, 1), served(2, 2), failed(3), served(4, 3)] {
            window.push(outcome, 0);
        }
        let figures = Figures { samples: 4, success_permille: 750, first_token_p50_ms: 2, latency_p95_ms: 30 };
        assert_eq!(window.figures(), figures);
        window.forget_failures();
        assert_eq!(window.figures(), Figures { samples: 3, success_permille: 1_000, ..figures });
    }

    #[test]
    fn outcomes_age_and_so_do_figures_that_nobody_renews() {
        let (mut window, published) = (Window::default(), Published::default());
        window.push(failed(1_000), 0);
        window.push(served(5_000, 7), 2_000);
        assert_eq!((window.figures().samples, window.figures().success_permille), (1, 1_000));
        published.publish(window.figures(), 65_000);
        assert_eq!(published.read(64_999), window.figures());
        assert_eq!(published.read(65_000), Figures::NONE);
    }

    proptest! {
        #[test]
        fn figures_come_out_as_they_were_published(
            samples: u16, success_permille: u16, first_token_p50_ms: u32, latency_p95_ms: u32
        ) {
            let figures = Figures { samples, success_permille, first_token_p50_ms, latency_p95_ms };
            let published = Published::default();
            published.publish(figures, 1);
            prop_assert_eq!(published.read(0), figures);
        }

        #[test]
        fn no_more_outcomes_are_kept_than_count(outcomes in vec((0_u64..1_000, any::<bool>()), 1..300)) {
            let (mut window, mut now) = (Window::default(), 0);
            for (pause, ok) in outcomes {
                now += pause;
                window.push(if ok { served(now, 1) } else { failed(now) }, now.saturating_sub(5_000));
                let (all, failures) = window.since(0);
                prop_assert!(all <= KEPT && failures <= all && window.since(now.saturating_sub(5_000)).0 == all);
                let share = (all - failures) * 1_000 / all;
                prop_assert_eq!(u32::from(window.figures().success_permille), share);
            }
        }
    }
}
