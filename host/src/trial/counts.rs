//! What is counted of the two versions that a trial compares, without a lock.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::ledger::Ending;
use crate::money::NanoUsd;

/// What one version did.
#[derive(Debug, Default)]
pub struct Counts {
    decisions: AtomicU64,
    policy_failures: AtomicU64,
    overruled: AtomicU64,
    fuel: AtomicU64,
    decision_micros: AtomicU64,
    requests: AtomicU64,
    rejected: AtomicU64,
    failed: AtomicU64,
    cost_nano_usd: AtomicU64,
    latency_ms: AtomicU64,
}

/// What became of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecisionEnd {
    /// It could be carried out.
    Good,
    /// The policy gave none, by its own fault.
    Failed,
    /// It broke a bound.
    Overruled,
    /// The policy gave none, and the machine is to blame.
    Excused,
}

/// Counts at one moment, or what was added between two.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counted {
    /// Decisions.
    pub decisions: u64,
    /// Decisions that the policy failed to give.
    pub policy_failures: u64,
    /// Decisions that broke a bound.
    pub overruled: u64,
    /// Fuel of all decisions.
    pub fuel: u64,
    /// Time of all decisions, in microseconds.
    pub decision_micros: u64,
    /// Requests that ended.
    pub requests: u64,
    /// Requests that were refused.
    pub rejected: u64,
    /// Requests that failed or broke off.
    pub failed: u64,
    /// Cost of all requests.
    pub cost_nano_usd: u64,
    /// Time of all requests, in milliseconds.
    pub latency_ms: u64,
}

impl Counts {
    /// Counts a decision.
    pub fn decided(&self, end: DecisionEnd, fuel: u64, took: Duration) {
        if end == DecisionEnd::Excused {
            return;
        }
        self.decisions.fetch_add(1, Ordering::Relaxed);
        self.fuel.fetch_add(fuel, Ordering::Relaxed);
        self.decision_micros.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
        match end {
            DecisionEnd::Failed => self.policy_failures.fetch_add(1, Ordering::Relaxed),
            DecisionEnd::Overruled => self.overruled.fetch_add(1, Ordering::Relaxed),
            DecisionEnd::Good | DecisionEnd::Excused => 0,
        };
    }

    /// Counts a request's end.
    pub fn ended(&self, ending: Ending, cost: NanoUsd, latency_ms: u64) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.cost_nano_usd.fetch_add(cost.0, Ordering::Relaxed);
        self.latency_ms.fetch_add(latency_ms, Ordering::Relaxed);
        match ending {
            Ending::Rejected => self.rejected.fetch_add(1, Ordering::Relaxed),
            Ending::Failed | Ending::Broken => self.failed.fetch_add(1, Ordering::Relaxed),
            _ => 0,
        };
    }

    /// Goes on from these counts.
    pub fn resume(&self, from: Counted) {
        let add = |count: &AtomicU64, more: u64| count.fetch_add(more, Ordering::Relaxed);
        add(&self.decisions, from.decisions);
        add(&self.policy_failures, from.policy_failures);
        add(&self.overruled, from.overruled);
        add(&self.fuel, from.fuel);
        add(&self.decision_micros, from.decision_micros);
        add(&self.requests, from.requests);
        add(&self.rejected, from.rejected);
        add(&self.failed, from.failed);
        add(&self.cost_nano_usd, from.cost_nano_usd);
        add(&self.latency_ms, from.latency_ms);
    }

    /// The counts as they are now.
    #[must_use]
    pub fn now(&self) -> Counted {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Counted {
            decisions: read(&self.decisions),
            policy_failures: read(&self.policy_failures),
            overruled: read(&self.overruled),
            fuel: read(&self.fuel),
            decision_micros: read(&self.decision_micros),
            requests: read(&self.requests),
            rejected: read(&self.rejected),
            failed: read(&self.failed),
            cost_nano_usd: read(&self.cost_nano_usd),
            latency_ms: read(&self.latency_ms),
        }
    }
}

impl Counted {
    /// What was added since.
    #[must_use]
    pub fn since(self, earlier: Self) -> Self {
        Self {
            decisions: self.decisions.saturating_sub(earlier.decisions),
            policy_failures: self.policy_failures.saturating_sub(earlier.policy_failures),
            overruled: self.overruled.saturating_sub(earlier.overruled),
            fuel: self.fuel.saturating_sub(earlier.fuel),
            decision_micros: self.decision_micros.saturating_sub(earlier.decision_micros),
            requests: self.requests.saturating_sub(earlier.requests),
            rejected: self.rejected.saturating_sub(earlier.rejected),
            failed: self.failed.saturating_sub(earlier.failed),
            cost_nano_usd: self.cost_nano_usd.saturating_sub(earlier.cost_nano_usd),
            latency_ms: self.latency_ms.saturating_sub(earlier.latency_ms),
        }
    }
}
