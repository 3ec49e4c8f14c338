//! Decisions outside of any route: no turn to wait for, no log to write to, no failure counted. What tests and benches of
//! policies ask; a request never comes here.

use std::time::Duration;

use super::decide::{self, Run};
use super::failure::PolicyFailure;
use super::module::Module;
use super::wire::{Attempt, Facts, Recovered, Routed};

/// What came of a decision that nobody waits for.
#[derive(Debug)]
pub struct Solo<T> {
    /// The answer, unchecked; or why there is none.
    pub outcome: Result<T, PolicyFailure>,
    /// The fuel that it used.
    pub fuel: u64,
    /// The most memory that the guest had, in bytes.
    pub memory: usize,
    /// How long it took, the sandbox included.
    pub took: Duration,
    /// What it logged, as far as the limits allow, each line after its level.
    pub log: Vec<String>,
}

impl Module {
    /// Asks which target is first. Blocks for as long as the decision takes.
    #[must_use]
    pub fn try_route(&self, facts: &Facts) -> Solo<Routed> {
        Solo::of(decide::route(&self.0, facts))
    }

    /// Asks what now. Blocks for as long as the decision takes.
    #[must_use]
    pub fn try_fallback(&self, facts: &Facts, attempts: &[Attempt]) -> Solo<Recovered> {
        Solo::of(decide::fallback(&self.0, facts, attempts))
    }
}

impl<T> Solo<T> {
    fn of(run: Run<T>) -> Self {
        let Run { outcome, fuel, took, memory, log } = run;
        Self { outcome, fuel, memory, took, log: log.report() }
    }
}
