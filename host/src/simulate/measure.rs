//! What is measured of requests: added up in a run, then told as figures that runs and policies can be compared by.

use std::collections::BTreeMap;

use serde::Serialize;

use super::statistics::quantile;
use crate::ledger::{Ending, Record, TierChange};

/// What some requests of one run came to.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    requests: u64,
    endings: BTreeMap<&'static str, u64>,
    without_model: u64,
    without_money: u64,
    downgraded: u64,
    fallbacks: u64,
    attempts: u64,
    decisions: u64,
    undecided: u64,
    /// In billionths of a dollar.
    cost: u64,
    retry_cost: u64,
    /// Of served requests, in milliseconds; sorted by [`Tally::close`].
    latencies: Vec<u64>,
    first_tokens: Vec<u64>,
}

impl Tally {
    /// Takes a request in.
    pub(super) fn add(&mut self, record: &Record) {
        let is_served = record.ending == Ending::Served;
        self.requests += 1;
        *self.endings.entry(record.ending.as_str()).or_default() += 1;
        self.without_model += u64::from(is_served && record.answered.is_some());
        self.without_money += u64::from(!is_served && record.fallback_reason.as_deref() == Some("budget"));
        self.downgraded += u64::from(is_served && record.tier_change == TierChange::Downgrade);
        self.fallbacks += u64::from(is_served && is_fallback(record));
        self.attempts += record.attempts.len() as u64;
        self.decisions += record.decisions.len() as u64;
        self.undecided += record.decisions.iter().filter(|decision| decision.overruled.is_some()).count() as u64;
        self.cost = self.cost.saturating_add(record.cost.0);
        self.retry_cost = self.retry_cost.saturating_add(record.retry_cost.0);
        if is_served {
            self.latencies.push(record.latency_ms);
            self.first_tokens.extend(record.first_token_ms);
        }
    }

    /// Makes it ready to be asked.
    pub(super) fn close(&mut self) {
        self.latencies.sort_unstable();
        self.first_tokens.sort_unstable();
    }

    /// Times of whole answers, sorted.
    pub(super) fn latencies(&self) -> &[u64] {
        &self.latencies
    }

    fn ended(&self, ending: Ending) -> u64 {
        self.endings.get(ending.as_str()).copied().unwrap_or_default()
    }
}

/// Whether another than the intended target served, or another answer than a model's.
pub(super) fn is_fallback(record: &Record) -> bool {
    match (&record.serving, &record.intended) {
        (Some(serving), Some(intended)) => serving.target != intended.target,
        _ => record.answered.is_some(),
    }
}

/// A figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "`meaning` says it")]
pub enum Figure {
    Served,
    Rejected,
    RefusedForMoney,
    Failed,
    Broken,
    Deferred,
    WithoutModel,
    Downgraded,
    Fallbacks,
    Attempts,
    Cost,
    CostPerRequest,
    CostPerServed,
    RetryCost,
    FirstTokenP50,
    FirstTokenP95,
    FirstTokenP99,
    LatencyP50,
    LatencyP95,
    LatencyP99,
    Undecided,
}

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A share of a whole, from 0 to 1.
    Share,
    /// US dollars.
    Usd,
    /// Milliseconds.
    Ms,
    /// Things.
    Count,
}

impl Figure {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 21] = [
        Self::Served,
        Self::Rejected,
        Self::RefusedForMoney,
        Self::Failed,
        Self::Broken,
        Self::Deferred,
        Self::WithoutModel,
        Self::Downgraded,
        Self::Fallbacks,
        Self::Attempts,
        Self::Cost,
        Self::CostPerRequest,
        Self::CostPerServed,
        Self::RetryCost,
        Self::FirstTokenP50,
        Self::FirstTokenP95,
        Self::FirstTokenP99,
        Self::LatencyP50,
        Self::LatencyP95,
        Self::LatencyP99,
        Self::Undecided,
    ];

    /// What people call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Served => "served",
            Self::Rejected => "rejected",
            Self::RefusedForMoney => "refused for money",
            Self::Failed => "failed",
            Self::Broken => "broken off",
            Self::Deferred => "put off",
            Self::WithoutModel => "answered without a model",
            Self::Downgraded => "downgraded",
            Self::Fallbacks => "fallbacks",
            Self::Attempts => "attempts per request",
            Self::Cost => "cost in total",
            Self::CostPerRequest => "cost per request",
            Self::CostPerServed => "cost per served request",
            Self::RetryCost => "retry cost",
            Self::FirstTokenP50 => "first token, p50",
            Self::FirstTokenP95 => "first token, p95",
            Self::FirstTokenP99 => "first token, p99",
            Self::LatencyP50 => "whole answer, p50",
            Self::LatencyP95 => "whole answer, p95",
            Self::LatencyP99 => "whole answer, p99",
            Self::Undecided => "policy failures",
        }
    }

    /// What it says, exactly.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Served => "the share of requests whose callers got a whole answer",
            Self::Rejected => "the share that the policy or the host refused",
            Self::RefusedForMoney => "the share that got no answer because a budget had not enough left",
            Self::Failed => "the share of which nothing that was tried served",
            Self::Broken => "the share whose stream ended with an error after a part of it had reached the caller",
            Self::Deferred => "the share that was put into a queue; what becomes of it there is not simulated",
            Self::WithoutModel => "the share that was served with a prepared or stored answer",
            Self::Downgraded => "the share that a lower tier served than was intended",
            Self::Fallbacks => "the share that another target than the intended one served, or a prepared answer",
            Self::Attempts => "attempts at targets, per request",
            Self::Cost => "what providers bill for one run, all attempts",
            Self::CostPerRequest => "the same per request",
            Self::CostPerServed => "the same per request that was served",
            Self::RetryCost => "the part of the cost that went to attempts which did not serve",
            Self::FirstTokenP50 | Self::FirstTokenP95 | Self::FirstTokenP99 => {
                "from arrival to the first token (streams) or the head of the answer, of served requests"
            }
            Self::LatencyP50 | Self::LatencyP95 | Self::LatencyP99 => {
                "from arrival to the end of the answer, of served requests"
            }
            Self::Undecided => "the share of decisions that the policy failed to make, or that the host overruled",
        }
    }

    /// What it counts.
    #[must_use]
    pub const fn unit(self) -> Unit {
        match self {
            Self::Attempts => Unit::Count,
            Self::Cost | Self::CostPerRequest | Self::CostPerServed | Self::RetryCost => Unit::Usd,
            Self::FirstTokenP50
            | Self::FirstTokenP95
            | Self::FirstTokenP99
            | Self::LatencyP50
            | Self::LatencyP95
            | Self::LatencyP99 => Unit::Ms,
            _ => Unit::Share,
        }
    }

    /// Its value for a closed tally; none where there was nothing to measure.
    #[allow(clippy::cast_precision_loss, reason = "counts of one run stay below 2^53")]
    pub(super) fn of(self, tally: &Tally) -> Option<f64> {
        let per = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
        let share = |part: u64| per(part, tally.requests);
        let dollars = |nano: u64| nano as f64 / 1e9;
        let first = |at| quantile(&tally.first_tokens, at).map(|millis| millis as f64);
        let latency = |at| quantile(&tally.latencies, at).map(|millis| millis as f64);
        match self {
            Self::Served => share(tally.ended(Ending::Served)),
            Self::Rejected => share(tally.ended(Ending::Rejected)),
            Self::RefusedForMoney => share(tally.without_money),
            Self::Failed => share(tally.ended(Ending::Failed)),
            Self::Broken => share(tally.ended(Ending::Broken)),
            Self::Deferred => share(tally.ended(Ending::Deferred)),
            Self::WithoutModel => share(tally.without_model),
            Self::Downgraded => share(tally.downgraded),
            Self::Fallbacks => share(tally.fallbacks),
            Self::Attempts => share(tally.attempts),
            Self::Cost => Some(dollars(tally.cost)),
            Self::CostPerRequest => share(tally.cost).map(|nano| nano / 1e9),
            Self::CostPerServed => per(tally.cost, tally.ended(Ending::Served)).map(|nano| nano / 1e9),
            Self::RetryCost => Some(dollars(tally.retry_cost)),
            Self::FirstTokenP50 => first(0.5),
            Self::FirstTokenP95 => first(0.95),
            Self::FirstTokenP99 => first(0.99),
            Self::LatencyP50 => latency(0.5),
            Self::LatencyP95 => latency(0.95),
            Self::LatencyP99 => latency(0.99),
            Self::Undecided => per(tally.undecided, tally.decisions),
        }
    }
}
