//! The counts of a trial over its windows: a window begins anew when its time is over and it holds enough to compare, so that
//! what was good yesterday does not hide what is bad now.

use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

use super::counts::{Counted, Counts};
use super::verdict::{Scope, Verdict, judge};
use crate::config::CanaryRules;

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

#[derive(Debug, Clone, Copy)]
struct Window {
    since: Instant,
    candidate: Counted,
    active: Counted,
}

impl Comparison {
    /// Begins with nothing counted.
    #[must_use]
    pub fn new(scope: Scope) -> Self {
        let window = Window { since: Instant::now(), candidate: Counted::default(), active: Counted::default() };
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
        if window.since.elapsed() >= rules.window && verdict == Verdict::NotWorse {
            *window = Window { since: Instant::now(), candidate, active };
        }
        verdict
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Ending;
    use crate::money::NanoUsd;
    use crate::trial::counts::DecisionEnd;
    use std::time::Duration;

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
