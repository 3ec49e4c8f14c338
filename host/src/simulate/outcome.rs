//! What one run of one policy came to: its records added up, as a whole, by group and over time.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Simulation;
use super::measure::{Tally, is_fallback};
use super::play::Played;
use super::traffic::Arrival;
use crate::ledger::{Ending, Record};
use crate::money::NanoUsd;

/// One run of one policy.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) whole: Tally,
    pub(super) by_class: BTreeMap<String, Tally>,
    pub(super) by_tenant: BTreeMap<String, Tally>,
    /// Over the horizon, part by part.
    pub(super) parts: Vec<Part>,
    /// Requests that each target served.
    pub(super) served_by: BTreeMap<String, u64>,
    /// What each budget had spent after each part.
    pub(super) spent: BTreeMap<String, Vec<NanoUsd>>,
    /// When the first request was refused for money, from the beginning.
    pub(super) money_out_at: Option<Duration>,
    /// Decisions that were not made or not carried out, by why.
    pub(super) undecided: BTreeMap<String, u64>,
    /// The sizes of latency: how many answers took no longer than each of [`bounds`].
    pub(super) within: Vec<u64>,
}

/// What arrived in a part of the horizon.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Part {
    pub(super) requests: u64,
    pub(super) served: u64,
    pub(super) fallbacks: u64,
    pub(super) cost: u64,
}

/// Times of answers that the distribution is told at, in milliseconds: four of each doubling, from 100 ms to 7 minutes.
pub(super) fn bounds() -> Vec<u64> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 100 to some hundred thousand")]
    (0..=48).map(|step| (100.0 * 2_f64.powf(f64::from(step) / 4.0)).round() as u64).collect()
}

impl Outcome {
    /// Adds up what was played; `horizon` is divided into so many parts.
    pub(super) fn of(simulation: &Simulation, played: Played, horizon: Duration, parts: u32) -> Self {
        let mut outcome = Self { parts: vec![Part::default(); parts as usize], ..Self::default() };
        for (arrival, record) in played.requests.iter().zip(&played.records) {
            outcome.add(simulation, arrival, record, part_of(arrival.at, horizon, parts));
        }
        outcome.spent = played.spent;
        outcome.whole.close();
        outcome.by_class.values_mut().chain(outcome.by_tenant.values_mut()).for_each(Tally::close);
        let latencies = outcome.whole.latencies();
        let within = |bound: &u64| latencies.partition_point(|latency| latency <= bound) as u64;
        outcome.within = bounds().iter().map(within).collect();
        outcome
    }

    fn add(&mut self, simulation: &Simulation, arrival: &Arrival, record: &Record, part: usize) {
        let is_served = record.ending == Ending::Served;
        self.whole.add(record);
        self.by_class.entry(simulation.class_of(arrival)).or_default().add(record);
        self.by_tenant.entry(record.who.tenant.to_string()).or_default().add(record);
        if let Some(part) = self.parts.get_mut(part) {
            part.requests += 1;
            part.served += u64::from(is_served);
            part.fallbacks += u64::from(is_served && is_fallback(record));
            part.cost = part.cost.saturating_add(record.cost.0);
        }
        if let Some(serving) = record.serving.as_ref().filter(|_| is_served) {
            *self.served_by.entry(serving.target.to_string()).or_default() += 1;
        }
        if !is_served && record.fallback_reason.as_deref() == Some("budget") && self.money_out_at.is_none() {
            self.money_out_at = Some(arrival.at);
        }
        for why in record.decisions.iter().filter_map(|decision| decision.overruled.as_deref()) {
            *self.undecided.entry(why.to_owned()).or_default() += 1;
        }
    }
}

/// The part of the horizon that an instant lies in.
fn part_of(at: Duration, horizon: Duration, parts: u32) -> usize {
    let part = at.as_nanos() * u128::from(parts) / horizon.as_nanos().max(1);
    usize::try_from(part).unwrap_or(usize::MAX).min(parts as usize - 1)
}
