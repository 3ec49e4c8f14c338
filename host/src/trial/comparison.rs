//! The counts of a trial over its windows: a window begins anew when its time is over and it holds enough to compare, so that
//! what was good yesterday does not hide what is bad now.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::counts::{Counted, Counts};
use super::verdict::{Scope, Verdict, judge};
use crate::config::CanaryRules;
use crate::exchange::millis;

/// Whose decisions and requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The candidate's.
    Candidate,
    /// The active version's.
    Active,
}

/// The counts of both sides.
#[derive(Debug)]
pub struct Comparison {
    scope: Scope,
    candidate: Counts,
    active: Counts,
    /// Touched by whoever judges, never by requests.
    window: Mutex<Window>,
}

/// A window, to be gone on with by another process.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowProgress {
    /// How long it has lasted, in milliseconds.
    pub age_ms: u64,
    /// What had been counted of the candidate when it began.
    pub candidate: Counted,
    /// The same of the active version.
    pub active: Counted,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    since: Instant,
    /// How long it had lasted before then, in another process.
    before: Duration,
    candidate: Counted,
    active: Counted,
}

impl Comparison {
    /// Begins with nothing counted.
    #[must_use]
    pub fn new(scope: Scope) -> Self {
        let window = Window::beginning_with(Counted::default(), Counted::default());
        Self { scope, candidate: Counts::default(), active: Counts::default(), window: Mutex::new(window) }
    }

    /// The counts of a side.
    #[must_use]
    pub fn of(&self, side: Side) -> &Counts {
        match side {
            Side::Candidate => &self.candidate,
            Side::Active => &self.active,
        }
    }

    /// What was counted since the trial began, of the candidate and of the active version.
    #[must_use]
    pub fn total(&self) -> (Counted, Counted) {
        (self.candidate.now(), self.active.now())
    }

    /// What the present window says. Ends the window where its time is over and it says something.
    pub fn judge(&self, rules: &CanaryRules) -> Verdict {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        let (candidate, active) = self.total();
        let verdict = judge(self.scope, rules, candidate.since(window.candidate), active.since(window.active));
        if window.age() >= rules.window && verdict == Verdict::NotWorse {
            *window = Window::beginning_with(candidate, active);
        }
        verdict
    }

    /// Both sides as they are now, and how far the window has come.
    #[must_use]
    pub fn progress(&self) -> (Counted, Counted, WindowProgress) {
        let window = *self.window.lock().unwrap_or_else(PoisonError::into_inner);
        let (candidate, active) = self.total();
        let age_ms = millis(window.age());
        (candidate, active, WindowProgress { age_ms, candidate: window.candidate, active: window.active })
    }

    /// Goes on from there. The time in which no process ran does not count.
    pub fn resume(&self, candidate: Counted, active: Counted, window: WindowProgress) {
        let mut present = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        self.candidate.resume(candidate);
        self.active.resume(active);
        *present = Window {
            before: Duration::from_millis(window.age_ms),
            ..Window::beginning_with(window.candidate, window.active)
        };
    }
}

impl Window {
    fn beginning_with(candidate: Counted, active: Counted) -> Self {
        Self { since: Instant::now(), before: Duration::ZERO, candidate, active }
    }

    fn age(&self) -> Duration {
        self.before.saturating_add(self.since.elapsed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Ending;
    use crate::money::NanoUsd;
    use crate::trial::counts::DecisionEnd;

    fn count(counts: &Counts, requests: u32, end: DecisionEnd) {
        for _ in 0..requests {
            counts.decided(end, 18_000, Duration::from_micros(15));
            counts.ended(Ending::Served, NanoUsd(1_000), 800);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_window_that_was_good_does_not_hide_what_is_bad_now() {
        let (rules, comparison) = (CanaryRules::default(), Comparison::new(Scope::Requests));
        for side in [Side::Candidate, Side::Active] {
            count(comparison.of(side), 10_000, DecisionEnd::Good);
        }
        tokio::time::advance(rules.window).await;
        assert_eq!(comparison.judge(&rules), Verdict::NotWorse);
        count(comparison.of(Side::Active), 100, DecisionEnd::Good);
        count(comparison.of(Side::Candidate), 95, DecisionEnd::Good);
        count(comparison.of(Side::Candidate), 20, DecisionEnd::Failed);
        assert!(matches!(comparison.judge(&rules), Verdict::Worse { .. }));
    }

    #[tokio::test(start_paused = true)]
    async fn a_window_goes_on_in_another_process_with_its_time_and_its_counts() {
        let (rules, first) = (CanaryRules::default(), Comparison::new(Scope::Requests));
        let more = |comparison: &Comparison| {
            for side in [Side::Candidate, Side::Active] {
                count(comparison.of(side), 60, DecisionEnd::Good);
            }
        };
        more(&first);
        tokio::time::advance(rules.window / 2).await;
        let (candidate, active, window) = first.progress();
        let json = serde_json::to_string(&window).unwrap();
        let second = Comparison::new(Scope::Requests);
        second.resume(candidate, active, serde_json::from_str(&json).unwrap());
        assert_eq!((second.total(), second.progress()), (first.total(), first.progress()));
        assert!(matches!(second.judge(&rules), Verdict::Inconclusive { .. }));
        more(&second);
        tokio::time::advance(rules.window / 2).await;
        assert_eq!(second.judge(&rules), Verdict::NotWorse);
        assert_eq!(second.progress().2.candidate.requests, 120, "the window's time was over, so another began");
    }

    #[tokio::test(start_paused = true)]
    async fn a_window_lasts_until_it_holds_enough() {
        let (rules, comparison) = (CanaryRules::default(), Comparison::new(Scope::Requests));
        for _ in 0..10 {
            for side in [Side::Candidate, Side::Active] {
                count(comparison.of(side), 10, DecisionEnd::Good);
            }
            tokio::time::advance(rules.window).await;
            let before = comparison.window.lock().unwrap().since;
            let verdict = comparison.judge(&rules);
            let is_over = comparison.window.lock().unwrap().since > before;
            assert_eq!(verdict == Verdict::NotWorse, is_over);
        }
        assert_eq!(comparison.window.lock().unwrap().candidate.requests, 100);
    }
}
