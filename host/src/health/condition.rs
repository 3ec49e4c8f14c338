//! The condition of one thing that can fail, a target or a credential: its recent outcomes, and the breaker that they
//! open and close. Readers take atomics only; the lock is held by whoever reports an outcome.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::breaker::{Breaker, Look, Token};
use super::millis;
use super::provoked::{Origin, Provoked};
use super::rest::Rest;
use super::window::{Figures, Outcome, Published, Times, Window};
use crate::config::HealthRules;

/// Where nothing is known of how long a first token takes, this long after a probe went out its verdict is expected.
const USUAL_FIRST_TOKEN_MS: u64 = 1_000;

/// The place in a ramp that is let through last.
const LAST_DRAW: u16 = 999;

/// Nobody is told to look again sooner than this.
const LEAST_LOOK_AGAIN_MS: u64 = 20;

/// The condition of a target or a credential.
#[derive(Debug)]
pub(super) struct Condition {
    /// What distinguishes it from others, so that the ramps of two let different requests through.
    salt: u64,
    figures: Published,
    breaker: Breaker,
    rest: Rest,
    past: Mutex<Past>,
}

/// What a failure asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    /// Nothing.
    Nothing,
    /// To be left alone for that long and no longer: it is at a limit.
    Rest(Duration),
    /// To be left alone for that long, and then to be tried: it cannot work before.
    Trial(Duration),
}

#[derive(Debug, Default)]
struct Past {
    window: Window,
    failures_in_a_row: u32,
    /// When the first of them came.
    row_began: u64,
    cool_downs_in_a_row: u32,
    /// The deadline of the last cool-down that a probe ended: what was sent before is no news.
    back_from: u64,
    provoked: Provoked,
}

impl Condition {
    /// Of something of that name, of which nothing is known.
    pub(super) fn new(name: &str) -> Self {
        // FNV-1a: the same on every machine, so that decisions replay.
        let fold = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
        let salt = name.bytes().fold(0xCBF2_9CE4_8422_2325, fold);
        let (figures, breaker, rest, past) = Default::default();
        Self { salt, figures, breaker, rest, past }
    }

    /// What a request with this seed finds.
    pub(super) fn look(&self, seed: u64, now: u64, rules: &HealthRules) -> Look {
        self.with_rest(now, self.breaker.look(now, draw(seed ^ self.salt), rules))
    }

    /// Of an outage and a rest the longer counts; a recovery and a probe come after the rest.
    fn with_rest(&self, now: u64, look: Look) -> Look {
        match (self.rest.left(now), look) {
            (Some(rest), Look::Cooling(left)) => Look::Cooling(left.max(rest)),
            (Some(rest), _) => Look::Resting(rest),
            (None, look) => look,
        }
    }

    /// What operators see: a word, and for how many milliseconds it holds.
    pub(super) fn state(&self, now: u64, rules: &HealthRules) -> (&'static str, Option<u64>) {
        match self.with_rest(now, self.breaker.look(now, LAST_DRAW, rules)) {
            Look::Closed => ("available", None),
            Look::Due => ("probing", None),
            Look::Recovering(left) => ("recovering", Some(left)),
            Look::Cooling(left) | Look::Resting(left) => ("cooling", Some(left)),
        }
    }

    /// What the recent outcomes come to.
    pub(super) fn figures(&self, now: u64) -> Figures {
        self.figures.read(now)
    }

    /// Takes the permit for a probe, or says in how many milliseconds the one under way should be judged.
    ///
    /// # Errors
    /// When another request holds it.
    pub(super) fn take_probe(&self, now: u64) -> Result<Token, u64> {
        self.breaker.take_probe(now).ok_or_else(|| {
            let taken = self.breaker.probed_at().unwrap_or(now);
            let usual = match self.figures(now).first_token_p50_ms {
                0 => USUAL_FIRST_TOKEN_MS,
                known => known.into(),
            };
            let expected = taken.saturating_add(usual);
            // The longer a verdict is overdue the longer it may still take.
            let overdue = now.saturating_sub(expected) / 2;
            expected.saturating_sub(now).max(overdue).max(LEAST_LOOK_AGAIN_MS)
        })
    }

    /// Gives a permit back.
    pub(super) fn return_probe(&self, token: Token) {
        self.breaker.return_probe(token);
    }

    /// The first token of an attempt that was sent at `sent` has come: if that was after the deadline, it is well again.
    pub(super) fn first_token(&self, sent: u64, now: u64, rules: &HealthRules) {
        // Nearly always there is nothing to end, and nothing to lock.
        if self.breaker.until() != 0 {
            self.recover(&mut self.past(), sent, now, rules);
        }
    }

    /// Takes in that an attempt served.
    pub(super) fn served(&self, sent: u64, now: u64, times: Times, rules: &HealthRules) {
        let mut past = self.past();
        self.recover(&mut past, sent, now, rules);
        // A long stream that began before the row of failures did is no sign that they are over.
        if sent + u64::from(times.first_token_ms) >= past.row_began {
            past.failures_in_a_row = 0;
        }
        if self.breaker.look(now, LAST_DRAW, rules) == Look::Closed {
            past.cool_downs_in_a_row = 0;
        }
        self.take_in(&mut past, Outcome { at_ms: now, served: Some(times) }, rules);
    }

    /// Takes in that an attempt failed, and leaves it alone where that is due or asked for. `true`: it is left alone from now
    /// on, and was not before.
    pub(super) fn failed(&self, sent: u64, now: u64, asks: Asks, rules: &HealthRules) -> bool {
        let mut past = self.past();
        if self.breaker.is_stale(now, rules) {
            self.end(&mut past, now, rules);
        }
        let until = self.breaker.until();
        // What was sent before an outage was over and fails now is no news, nor is that a limit is still one.
        let rested_until = if matches!(asks, Asks::Rest(_)) { self.rest.until() } else { 0 };
        let is_news = sent >= until.max(past.back_from).max(rested_until);
        if is_news {
            past.row_began = if past.failures_in_a_row == 0 { now } else { past.row_began };
            past.failures_in_a_row += 1;
            self.take_in(&mut past, Outcome { at_ms: now, served: None }, rules);
        }
        // After the deadline one failure is enough: it was tried, and has not recovered.
        let is_down = is_news && (until != 0 || past.is_failing(rules));
        let by_failures = is_down.then(|| {
            let doublings = past.cool_downs_in_a_row.min(16);
            past.cool_downs_in_a_row += 1;
            past.failures_in_a_row = 0;
            rules.first_cool_down.saturating_mul(1 << doublings).min(rules.longest_cool_down)
        });
        let asked = match asks {
            Asks::Nothing => None,
            Asks::Rest(time) => {
                self.rest.ask(now.saturating_add(millis(time)));
                None
            }
            Asks::Trial(time) => Some(time),
        };
        match by_failures.max(asked) {
            Some(longest) => self.breaker.open(now, now.saturating_add(millis(longest))),
            None => false,
        }
    }

    /// Whether a failure counts that the content of its request may have provoked: not before it has come from several. One
    /// that does not is no verdict at all.
    pub(super) fn counts(&self, origin: Origin, now: u64, rules: &HealthRules) -> bool {
        self.past().provoked.takes_in(origin, now, now.saturating_sub(millis(rules.memory)))
    }

    /// Takes in a failure that is no reason to leave it alone.
    pub(super) fn note_failure(&self, now: u64, rules: &HealthRules) {
        self.take_in(&mut self.past(), Outcome { at_ms: now, served: None }, rules);
    }

    fn recover(&self, past: &mut Past, sent: u64, now: u64, rules: &HealthRules) {
        let until = self.breaker.until();
        if until != 0 && sent >= until {
            self.end(past, now, rules);
        }
    }

    /// Ends the cool-down, and forgets what led to it.
    fn end(&self, past: &mut Past, now: u64, rules: &HealthRules) {
        past.back_from = self.breaker.until();
        past.failures_in_a_row = 0;
        past.provoked.forget();
        past.window.forget_failures();
        self.breaker.close(now, rules);
        self.figures.publish(past.window.figures(), now + millis(rules.memory));
    }

    fn take_in(&self, past: &mut Past, outcome: Outcome, rules: &HealthRules) {
        let memory = millis(rules.memory);
        past.window.push(outcome, outcome.at_ms.saturating_sub(memory));
        self.figures.publish(past.window.figures(), outcome.at_ms + memory);
    }

    fn past(&self) -> MutexGuard<'_, Past> {
        self.past.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Past {
    fn is_failing(&self, rules: &HealthRules) -> bool {
        let (all, failed) = self.window.since(self.back_from);
        let share = u64::from(failed) * 1_000;
        self.failures_in_a_row >= rules.failures_in_a_row.get()
            || all >= rules.samples.get() && share >= u64::from(all) * u64::from(rules.failure_permille)
    }
}

/// A request's place in a ramp, 0 to 999.
fn draw(seed: u64) -> u16 {
    // The last step of SplitMix64: neighbouring seeds land far apart.
    let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    u16::try_from((mixed ^ (mixed >> 31)) % 1_000).unwrap_or(0)
}

#[cfg(test)]
mod tests;
