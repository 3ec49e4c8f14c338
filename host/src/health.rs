//! How a target has been doing: its recent outcomes, what is under way, and whether it is left alone for a while. Policies
//! see this as facts; the host itself never avoids a target because of it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Outcomes that the figures are taken from: enough for a 95th percentile that means something, few enough that an outage
/// shows within seconds.
const WINDOW: usize = 64;

/// Failures in a row after which a target cools down.
const FAILURES_UNTIL_COOLING: u32 = 5;

/// The first cool-down; each further one without a success between is twice as long.
const FIRST_COOLING: Duration = Duration::from_secs(5);

/// The longest cool-down that failures alone bring.
const LONGEST_COOLING: Duration = Duration::from_secs(60);

/// After this long a probe that nobody reported on is given out again.
const PROBE_LEASE_MS: u64 = 30_000;

/// The state of one target. Readers take atomics only; the window is locked by whoever reports an outcome.
#[derive(Debug, Default)]
pub struct Health {
    in_flight: AtomicU32,
    samples: AtomicU32,
    success_permille: AtomicU32,
    first_token_p50_ms: AtomicU32,
    latency_p95_ms: AtomicU32,
    /// Milliseconds since the Unix epoch; 0: it is not cooling and was not.
    cooling_until: AtomicU64,
    /// When the probe permit was taken; 0: it is free.
    probe_taken: AtomicU64,
    window: Mutex<Window>,
}

#[derive(Debug, Default)]
struct Window {
    outcomes: VecDeque<Sample>,
    failures_in_a_row: u32,
    coolings_in_a_row: u32,
}

#[derive(Debug, Clone, Copy)]
struct Sample {
    ok: bool,
    first_token_ms: u32,
    latency_ms: u32,
}

/// What one decision sees of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sampled {
    /// Whether it takes requests.
    pub availability: Availability,
    /// Outcomes that the figures are taken from.
    pub samples: u32,
    /// The share of them that succeeded.
    pub success_permille: u16,
    /// The median until the first token.
    pub first_token_p50_ms: u32,
    /// The 95th percentile of whole attempts.
    pub latency_p95_ms: u32,
    /// Attempts under way.
    pub in_flight: u32,
}

/// Whether a target takes requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Availability {
    /// It does.
    Available,
    /// Whoever sees this holds the only permit to try it.
    Probing,
    /// It does not, for this many milliseconds more.
    Cooling(u64),
}

/// What an attempt tells about its target's health.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Report {
    /// It served.
    Ok {
        /// Until the first token, or the head of a plain answer.
        first_token: Duration,
        /// The whole attempt.
        latency: Duration,
    },
    /// It failed by the provider's or the operator's fault.
    Failed {
        /// How long the provider asks to be left alone.
        cool: Option<Duration>,
    },
    /// It ended by the caller's doing, which says nothing about the target.
    Neither,
}

impl Health {
    /// What a decision at this instant sees. May hand out the probe permit: give it back with [`Self::return_probe`] if
    /// the decision does not use it.
    pub fn sample(&self, now_ms: u64) -> Sampled {
        Sampled {
            availability: self.availability(now_ms),
            samples: self.samples.load(Ordering::Relaxed),
            success_permille: match self.samples.load(Ordering::Relaxed) {
                0 => 1000,
                _ => u16::try_from(self.success_permille.load(Ordering::Relaxed)).unwrap_or(1000),
            },
            first_token_p50_ms: self.first_token_p50_ms.load(Ordering::Relaxed),
            latency_p95_ms: self.latency_p95_ms.load(Ordering::Relaxed),
            in_flight: self.in_flight.load(Ordering::Relaxed),
        }
    }

    fn availability(&self, now_ms: u64) -> Availability {
        let until = self.cooling_until.load(Ordering::Acquire);
        if until == 0 {
            return Availability::Available;
        }
        if now_ms < until {
            return Availability::Cooling(until - now_ms);
        }
        let taken = self.probe_taken.load(Ordering::Acquire);
        let free = taken == 0 || now_ms.saturating_sub(taken) > PROBE_LEASE_MS;
        let won = free
            && self.probe_taken.compare_exchange(taken, now_ms.max(1), Ordering::AcqRel, Ordering::Relaxed).is_ok();
        if won { Availability::Probing } else { Availability::Cooling(1) }
    }

    /// Gives back a probe permit that was not used.
    pub fn return_probe(&self) {
        self.probe_taken.store(0, Ordering::Release);
    }

    /// Counts an attempt as under way if the target takes another one.
    pub fn try_enter(&self, at_most: u32) -> bool {
        self.in_flight
            .fetch_update(Ordering::AcqRel, Ordering::Relaxed, |count| (count < at_most).then_some(count + 1))
            .is_ok()
    }

    /// Counts it as over and takes its outcome in. A verdict ends the probe; without one its holder gives the permit back.
    pub fn leave(&self, report: Report, now_ms: u64) {
        self.in_flight.fetch_sub(1, Ordering::AcqRel);
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        match report {
            Report::Neither => {}
            Report::Ok { first_token, latency } => {
                window.failures_in_a_row = 0;
                window.coolings_in_a_row = 0;
                self.cooling_until.store(0, Ordering::Release);
                self.return_probe();
                let sample = Sample { ok: true, first_token_ms: millis(first_token), latency_ms: millis(latency) };
                self.publish(&mut window, sample);
            }
            Report::Failed { cool } => {
                window.failures_in_a_row += 1;
                self.cool_down(&mut window, cool, now_ms);
                self.return_probe();
                self.publish(&mut window, Sample { ok: false, first_token_ms: 0, latency_ms: 0 });
            }
        }
    }

    /// The longer of what the provider asks for and what failures in a row bring; a failed probe cools at once.
    fn cool_down(&self, window: &mut Window, asked: Option<Duration>, now_ms: u64) {
        let until = self.cooling_until.load(Ordering::Acquire);
        // What was sent before it began to cool and fails now is no new reason.
        let by_failures =
            (now_ms >= until && (until != 0 || window.failures_in_a_row >= FAILURES_UNTIL_COOLING)).then(|| {
                window.coolings_in_a_row += 1;
                let doublings = (window.coolings_in_a_row - 1).min(4);
                (FIRST_COOLING * 2u32.pow(doublings)).min(LONGEST_COOLING)
            });
        let Some(longest) = by_failures.max(asked) else { return };
        let until = now_ms + u64::from(millis(longest));
        self.cooling_until.fetch_max(until, Ordering::AcqRel);
    }

    fn publish(&self, window: &mut Window, sample: Sample) {
        if window.outcomes.len() == WINDOW {
            window.outcomes.pop_front();
        }
        window.outcomes.push_back(sample);
        let good = || window.outcomes.iter().filter(|sample| sample.ok);
        let count = window.outcomes.len();
        let ok = good().count();
        self.success_permille.store(u32::try_from(ok * 1000 / count).unwrap_or(0), Ordering::Relaxed);
        self.samples.store(u32::try_from(count).unwrap_or(0), Ordering::Relaxed);
        let mut scratch = [0u32; WINDOW];
        let mut quantile = |permille: usize, of: fn(&Sample) -> u32| {
            let filled = good().map(of).zip(scratch.iter_mut()).map(|(value, place)| *place = value).count();
            if filled == 0 {
                return 0;
            }
            *scratch[..filled].select_nth_unstable((filled * permille / 1000).min(filled - 1)).1
        };
        self.first_token_p50_ms.store(quantile(500, |sample| sample.first_token_ms), Ordering::Relaxed);
        self.latency_p95_ms.store(quantile(950, |sample| sample.latency_ms), Ordering::Relaxed);
    }
}

fn millis(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAILED: Report = Report::Failed { cool: None };

    fn after(reports: &[Report]) -> Health {
        let health = Health::default();
        for report in reports {
            assert!(health.try_enter(1));
            health.leave(*report, 1_000);
        }
        health
    }

    #[test]
    fn failures_in_a_row_cool_a_target_and_one_request_may_probe_it() {
        let health = after(&[FAILED; 5]);
        assert_eq!(health.sample(1_000).availability, Availability::Cooling(5_000));
        assert_eq!(health.sample(6_000).availability, Availability::Probing);
        assert_eq!(health.sample(6_000).availability, Availability::Cooling(1));
        health.return_probe();
        assert_eq!(health.sample(6_000).availability, Availability::Probing);
    }

    #[test]
    fn a_failed_probe_cools_for_twice_as_long_and_a_good_one_ends_it() {
        let health = after(&[FAILED; 5]);
        assert_eq!(health.sample(6_000).availability, Availability::Probing);
        assert!(health.try_enter(1));
        health.leave(FAILED, 6_100);
        assert_eq!(health.sample(6_100).availability, Availability::Cooling(10_000));
        assert!(health.try_enter(1));
        health.leave(Report::Ok { first_token: Duration::ZERO, latency: Duration::ZERO }, 16_100);
        assert_eq!(health.sample(16_100).availability, Availability::Available);
    }

    #[test]
    fn the_provider_can_ask_to_be_left_alone_and_callers_faults_say_nothing() {
        let health = after(&[Report::Failed { cool: Some(Duration::from_secs(30)) }]);
        assert_eq!(health.sample(1_000).availability, Availability::Cooling(30_000));
        let health = after(&[Report::Neither; 9]);
        assert_eq!(health.sample(1_000).samples, 0);
        assert_eq!(health.sample(1_000).success_permille, 1000);
    }

    #[test]
    fn quantiles_are_those_of_the_successes() {
        let ok = |ms| Report::Ok { first_token: Duration::from_millis(ms), latency: Duration::from_millis(10 * ms) };
        let health = after(&[ok(1), ok(2), FAILED, ok(3)]);
        let sampled = health.sample(1_000);
        assert_eq!((sampled.samples, sampled.success_permille), (4, 750));
        assert_eq!((sampled.first_token_p50_ms, sampled.latency_p95_ms), (2, 30));
    }

    #[test]
    fn no_more_enter_than_there_are_slots() {
        let health = Health::default();
        assert!(health.try_enter(1));
        assert!(!health.try_enter(1));
    }
}
