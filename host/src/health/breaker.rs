//! Whether something is left alone: until a deadline, then but for one probe at a time, and after a good probe for a
//! shrinking share of the requests. Readers take atomics only; whoever opens or closes it holds the lock of
//! `condition.rs`.

use std::num::NonZeroU64;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::config::HealthRules;

/// After this long a probe that nobody reported on is given out again.
const PROBE_LEASE_MS: u64 = 30_000;

/// The share of requests, in thousandths, that see the target right after a good probe.
const FIRST_SHARE: u64 = 100;

/// The bits of a probe's token that tell two of one millisecond apart.
const SEQUENCE_BITS: u32 = 16;

/// All instants are milliseconds as [`super::at`] counts them, and never 0.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    /// It is left alone until then; 0: it is not.
    until: AtomicU64,
    /// When a probe succeeded last; 0: never.
    closed_at: AtomicU64,
    /// The token of the probe under way; 0: there is none.
    probe: AtomicU64,
    /// Probes so far.
    sequence: AtomicU64,
}

/// What one request finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Nothing is wrong.
    Closed,
    /// It is left alone, for this many milliseconds more.
    Cooling(u64),
    /// It asked to be left alone, for this many milliseconds more.
    Resting(u64),
    /// It works again, and in this many milliseconds it is this request's turn.
    Recovering(u64),
    /// The time is over: it may be probed.
    Due,
}

/// The permit for one probe. It has an end: a holder that comes back too late takes nobody else's away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token(NonZeroU64);

impl Breaker {
    /// What a request finds whose place in the ramp is `draw`, 0 to 999.
    pub(super) fn look(&self, now: u64, draw: u16, rules: &HealthRules) -> Look {
        let until = self.until.load(Ordering::Acquire);
        if until != 0 {
            return match now {
                _ if now < until => Look::Cooling(until - now),
                _ if self.is_stale(now, rules) => Look::Closed,
                _ => Look::Due,
            };
        }
        let closed_at = self.closed_at.load(Ordering::Acquire);
        if closed_at == 0 {
            return Look::Closed;
        }
        let turn = closed_at.saturating_add(doublings_until(draw).saturating_mul(super::millis(rules.ramp)));
        if now < turn { Look::Recovering(turn - now) } else { Look::Closed }
    }

    /// Whether nobody has tried it for so long after the deadline that the outage is no longer known of. Otherwise a target
    /// that is only needed when another fails would be closed to all but one request just then.
    pub(super) fn is_stale(&self, now: u64, rules: &HealthRules) -> bool {
        let until = self.until();
        until != 0 && now >= until.saturating_add(super::millis(rules.memory))
    }

    /// The deadline; 0: it is not left alone.
    pub(super) fn until(&self) -> u64 {
        self.until.load(Ordering::Acquire)
    }

    /// Takes the permit for the probe, if it is free.
    pub(super) fn take_probe(&self, now: u64) -> Option<Token> {
        let present = self.probe.load(Ordering::Acquire);
        if present != 0 && now.saturating_sub(present >> SEQUENCE_BITS) <= PROBE_LEASE_MS {
            return None;
        }
        let sequence = self.sequence.fetch_add(1, Ordering::Relaxed) & ((1 << SEQUENCE_BITS) - 1);
        let token = NonZeroU64::new((now << SEQUENCE_BITS) | sequence)?;
        let taken = self.probe.compare_exchange(present, token.get(), Ordering::AcqRel, Ordering::Relaxed);
        taken.is_ok().then_some(Token(token))
    }

    /// When the probe under way was begun, if there is one.
    pub(super) fn probed_at(&self) -> Option<u64> {
        Some(self.probe.load(Ordering::Acquire) >> SEQUENCE_BITS).filter(|taken| *taken != 0)
    }

    /// Gives a permit back.
    pub(super) fn return_probe(&self, token: Token) {
        // Another's permit is left as it is.
        let _ = self.probe.compare_exchange(token.0.get(), 0, Ordering::AcqRel, Ordering::Relaxed);
    }

    /// Leaves it alone until then, or until later if somebody said so before; `true`: until now it was not.
    pub(super) fn open(&self, now: u64, until: u64) -> bool {
        let before = self.until.fetch_max(until, Ordering::AcqRel);
        self.probe.store(0, Ordering::Release);
        before <= now
    }

    /// Ends it, with the ramp, unless it had no effect any more.
    pub(super) fn close(&self, now: u64, rules: &HealthRules) {
        let closed_at = if self.is_stale(now, rules) { 0 } else { now };
        // Before the deadline goes: whoever sees that it is gone sees the ramp.
        self.closed_at.store(closed_at, Ordering::Release);
        self.until.store(0, Ordering::Release);
        self.probe.store(0, Ordering::Release);
    }
}

/// How often the first share has to double before it holds this draw.
fn doublings_until(draw: u16) -> u64 {
    (0..4).take_while(|doublings| FIRST_SHARE << doublings <= u64::from(draw)).count() as u64
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use std::time::Duration;

    use super::*;

    fn rules() -> HealthRules {
        HealthRules { ramp: Duration::from_secs(1), memory: Duration::from_secs(100), ..HealthRules::default() }
    }

    #[test]
    fn of_several_deadlines_the_longest_wins() {
        let breaker = Breaker::default();
        assert!(breaker.open(1_000, 9_000));
        assert!(!breaker.open(1_000, 3_000));
        assert_eq!(breaker.look(2_000, 0, &rules()), Look::Cooling(7_000));
        assert_eq!(breaker.look(9_000, 0, &rules()), Look::Due);
    }

    #[test]
    fn a_share_of_the_requests_comes_back_first_and_each_is_told_when_its_turn_is() {
        let breaker = Breaker::default();
        breaker.open(1_000, 2_000);
        breaker.close(2_000, &rules());
        let seen = |now| (0..1_000).filter(|draw| breaker.look(now, *draw, &rules()) == Look::Closed).count();
        assert_eq!([2_000, 3_000, 4_000, 5_000, 6_000].map(seen), [100, 200, 400, 800, 1_000]);
        assert_eq!(breaker.look(2_500, 500, &rules()), Look::Recovering(2_500));
        let at_once = HealthRules { ramp: Duration::ZERO, ..rules() };
        assert_eq!(breaker.look(2_000, 999, &at_once), Look::Closed);
    }

    #[test]
    fn what_nobody_has_tried_for_long_is_open_to_all_again() {
        let breaker = Breaker::default();
        breaker.open(1_000, 2_000);
        assert_eq!(breaker.look(101_999, 999, &rules()), Look::Due);
        assert_eq!(breaker.look(102_000, 999, &rules()), Look::Closed);
        breaker.close(102_000, &rules());
        assert_eq!(breaker.look(102_001, 999, &rules()), Look::Closed);
    }

    #[test]
    fn a_permit_comes_free_when_its_holder_says_nothing_and_is_then_no_longer_its_own() {
        let breaker = Breaker::default();
        let first = breaker.take_probe(1_000).expect("free");
        assert_eq!(breaker.take_probe(31_000), None);
        let second = breaker.take_probe(31_001).expect("free again");
        breaker.return_probe(first);
        assert_eq!((breaker.take_probe(31_002), breaker.probed_at()), (None, Some(31_001)));
        breaker.return_probe(second);
        assert!(breaker.take_probe(31_003).is_some());
    }

    #[test]
    fn of_many_threads_one_has_the_permit() {
        for round in 1..200 {
            let breaker = Arc::new(Breaker::default());
            let threads: Vec<_> = (0..4)
                .map(|_| {
                    let breaker = Arc::clone(&breaker);
                    std::thread::spawn(move || breaker.take_probe(round))
                })
                .collect();
            let held = threads.into_iter().filter_map(|thread| thread.join().expect("no panic")).count();
            assert_eq!(held, 1);
        }
    }

    proptest! {
        #[test]
        fn when_the_told_time_is_over_the_request_is_let_through(
            draw in 0_u16..1_000, now in 2_000_u64..9_000, ramp in 0_u64..3_000
        ) {
            let breaker = Breaker::default();
            let rules = HealthRules { ramp: Duration::from_millis(ramp), ..rules() };
            breaker.open(1_000, 2_000);
            breaker.close(2_000, &rules);
            if let Look::Recovering(left) = breaker.look(now, draw, &rules) {
                prop_assert_eq!(breaker.look(now + left, draw, &rules), Look::Closed);
                prop_assert!(left > 0 && breaker.look(now + left - 1, draw, &rules) != Look::Closed);
            }
        }
    }
}
