//! What a simulation says: each policy's figures with their intervals, and how they differ from those of the first. Nothing in
//! it is of the real world's time, so the same simulation is the same report, byte for byte.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::Simulation;
use super::measure::{Figure, Tally, Unit};
use super::outcome::{Outcome, Part, bounds};
use super::statistics::Estimate;
use super::weather::spells;
use crate::money::NanoUsd;

/// A simulation's report.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The simulation's name.
    pub name: String,
    /// What all draws follow from.
    pub seed: u64,
    /// Runs of each policy; run n has the same requests and the same outages for all of them.
    pub runs: u32,
    /// Requests of one run, on average.
    pub requests: f64,
    /// When the traffic begins, in milliseconds since the Unix epoch.
    pub begins: u64,
    /// The latest arrival of all runs, in milliseconds from the beginning.
    pub lasts_ms: u64,
    /// The policies, in the order in which they were named.
    pub policies: Vec<PolicyReport>,
    /// What happens to targets in every run.
    pub outages: Vec<Trouble>,
    /// Outages at random, per run and target on average.
    pub random_outages: BTreeMap<String, f64>,
    /// What else a reader should know.
    pub remarks: Vec<String>,
}

/// What happens to a target, from one time to another, in milliseconds from the beginning.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Trouble {
    pub target: String,
    pub what: String,
    pub from_ms: u64,
    pub until_ms: u64,
}

/// One policy.
#[derive(Debug, Clone, Serialize)]
pub struct PolicyReport {
    /// Its name in the simulation.
    pub name: String,
    /// Its figures over all requests.
    pub figures: Vec<Told>,
    /// Its figures by the class that requests arrived with.
    pub by_class: BTreeMap<String, Vec<Told>>,
    /// Its figures by tenant.
    pub by_tenant: BTreeMap<String, Vec<Told>>,
    /// The share of served requests that each target served.
    pub served_by: BTreeMap<String, f64>,
    /// What its budgets did.
    pub budgets: Vec<BudgetReport>,
    /// The share of requests before which the first was refused for money; none: none was, in any run.
    pub money_out: Option<MoneyOut>,
    /// What arrived in each part of the time, on average over the runs.
    pub timeline: Vec<TimePart>,
    /// How long answers took: the share of them within so many milliseconds.
    pub latency: Vec<(u64, f64)>,
    /// Decisions that were not made or not carried out, by why, in all runs.
    pub undecided: BTreeMap<String, u64>,
}

/// A figure of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Told {
    /// Which.
    pub figure: Figure,
    /// What it counts.
    pub unit: Unit,
    /// Its mean over the runs, with its interval.
    pub value: Estimate,
    /// The mean difference to the first policy in the same runs, with its interval; none for the first.
    pub difference: Option<Estimate>,
    /// Whether that interval leaves zero out: else no difference is shown.
    pub differs: Option<bool>,
}

/// A budget under one policy.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BudgetReport {
    /// Its id.
    pub id: String,
    /// The most that may be spent in a period, in US dollars.
    pub limit: f64,
    /// What was spent of it after each part of the time, on average, in US dollars.
    pub spent: Vec<f64>,
    /// When its thresholds were crossed.
    pub thresholds: Vec<Crossed>,
}

/// A threshold of a budget.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Crossed {
    /// In percent of the limit.
    pub percent: u8,
    /// In how many runs it was crossed.
    pub runs: u32,
    /// By when, on average over those runs, in milliseconds from the beginning, as exact as a part of the time is long.
    pub by_ms: Option<u64>,
}

/// When money ran out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MoneyOut {
    /// In how many runs a request was refused for money.
    pub runs: u32,
    /// When the first was, on average over those runs, in milliseconds from the beginning.
    pub first_ms: u64,
}

/// A part of the time, on average over the runs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TimePart {
    /// When it begins, in milliseconds from the beginning.
    pub from_ms: u64,
    /// Requests that arrived.
    pub requests: f64,
    /// The share of them that was served; none where none arrived in any run.
    pub served: Option<f64>,
    /// The share of them that a fallback served.
    pub fallbacks: Option<f64>,
    /// What they cost, in US dollars.
    pub cost: f64,
}

impl PolicyReport {
    /// A figure over all requests.
    #[must_use]
    pub fn figure(&self, figure: Figure) -> Option<&Told> {
        self.figures.iter().find(|told| told.figure == figure)
    }
}

/// Puts the report together. `outcomes` has the runs of each policy, in the order of the policies.
pub(super) fn report(simulation: &Simulation, outcomes: &[Vec<Outcome>], horizon: Duration) -> Report {
    let first = outcomes.first().map_or(&[][..], Vec::as_slice);
    let policy = |(number, (contestant, runs)): (usize, (&super::Contestant, &Vec<Outcome>))| {
        let first = (number > 0).then_some(first);
        policy(simulation, &contestant.name, runs, first, horizon)
    };
    let requests: u64 = first.iter().flat_map(|run| &run.parts).map(|part| part.requests).sum();
    Report {
        name: simulation.name.clone(),
        seed: simulation.seed,
        runs: simulation.runs,
        requests: mean(requests, first.len()),
        begins: simulation.traffic.begins,
        lasts_ms: millis(horizon),
        policies: simulation.policies.iter().zip(outcomes).enumerate().map(policy).collect(),
        outages: outages(simulation, horizon),
        random_outages: random_outages(simulation, horizon),
        remarks: simulation.remarks.clone(),
    }
}

fn policy(
    simulation: &Simulation,
    name: &str,
    runs: &[Outcome],
    first: Option<&[Outcome]>,
    horizon: Duration,
) -> PolicyReport {
    let served: u64 = runs.iter().flat_map(|run| run.served_by.values()).sum();
    let mut served_by: BTreeMap<String, f64> = simulation.addresses.keys().map(|id| (id.clone(), 0.0)).collect();
    let mut undecided = BTreeMap::new();
    for run in runs {
        for (target, count) in &run.served_by {
            *served_by.entry(target.clone()).or_default() += ratio(*count, served);
        }
        for (why, count) in &run.undecided {
            *undecided.entry(why.clone()).or_default() += count;
        }
    }
    let grouped = |of: fn(&Outcome) -> &BTreeMap<String, Tally>| grouped(runs, first, of);
    PolicyReport {
        name: name.to_owned(),
        figures: figures(&whole(runs), first.map(whole).as_deref()),
        by_class: grouped(|run| &run.by_class),
        by_tenant: grouped(|run| &run.by_tenant),
        served_by,
        budgets: budgets(simulation, runs, horizon),
        money_out: money_out(runs),
        timeline: timeline(runs, horizon),
        latency: latency(runs),
        undecided,
    }
}

fn whole(runs: &[Outcome]) -> Vec<Option<&Tally>> {
    runs.iter().map(|run| Some(&run.whole)).collect()
}

/// The figures of runs, paired with those of the first policy. Runs without such a request count for nothing.
fn figures(runs: &[Option<&Tally>], first: Option<&[Option<&Tally>]>) -> Vec<Told> {
    let told = |figure: Figure| {
        let observed: Vec<Option<f64>> = runs.iter().map(|tally| figure.of((*tally)?)).collect();
        let value = Estimate::of(&observed.iter().copied().flatten().collect::<Vec<_>>())?;
        let difference = first.and_then(|first| {
            let pairs = observed.iter().zip(first);
            let differences: Vec<f64> =
                pairs.filter_map(|(own, tally)| Some((*own)? - figure.of((*tally)?)?)).collect();
            Estimate::of(&differences)
        });
        let differs = difference.map(|difference| difference.excludes_zero());
        Some(Told { figure, unit: figure.unit(), value, difference, differs })
    };
    Figure::ALL.into_iter().filter_map(told).collect()
}

fn grouped(
    runs: &[Outcome],
    first: Option<&[Outcome]>,
    of: fn(&Outcome) -> &BTreeMap<String, Tally>,
) -> BTreeMap<String, Vec<Told>> {
    let mut names: Vec<&String> = runs.iter().flat_map(|run| of(run).keys()).collect();
    names.sort_unstable();
    names.dedup();
    let group = |name: &String| {
        let own: Vec<_> = runs.iter().map(|run| of(run).get(name)).collect();
        let first: Option<Vec<_>> = first.map(|first| first.iter().map(|run| of(run).get(name)).collect());
        (name.clone(), figures(&own, first.as_deref()))
    };
    names.into_iter().map(group).collect()
}

fn budgets(simulation: &Simulation, runs: &[Outcome], horizon: Duration) -> Vec<BudgetReport> {
    let one = |budget: &crate::config::Budget| {
        let of_runs: Vec<&Vec<NanoUsd>> = runs.iter().filter_map(|run| run.spent.get(&*budget.id)).collect();
        let parts = of_runs.iter().map(|spent| spent.len()).max().unwrap_or(0);
        let at = |part: usize| {
            mean(of_runs.iter().filter_map(|spent| spent.get(part)).map(|spent| spent.0).sum(), runs.len())
        };
        let crossed = |percent: &u8| {
            let reached =
                |spent: &&NanoUsd| u128::from(spent.0) * 100 >= u128::from(budget.limit.0) * u128::from(*percent);
            let first = |spent: &&Vec<NanoUsd>| spent.iter().position(|spent| reached(&spent));
            let times: Vec<u64> = of_runs
                .iter()
                .filter_map(first)
                .map(|part| millis(horizon) * (part as u64 + 1) / parts.max(1) as u64)
                .collect();
            let by_ms = times.iter().sum::<u64>().checked_div(times.len() as u64);
            Crossed { percent: *percent, runs: u32::try_from(times.len()).unwrap_or(u32::MAX), by_ms }
        };
        BudgetReport {
            id: budget.id.to_string(),
            limit: dollars(budget.limit.0),
            spent: (0..parts).map(|part| at(part) / 1e9).collect(),
            thresholds: budget.thresholds.iter().map(crossed).collect(),
        }
    };
    simulation.config.budgets.iter().map(one).collect()
}

fn money_out(runs: &[Outcome]) -> Option<MoneyOut> {
    let times: Vec<u64> = runs.iter().filter_map(|run| run.money_out_at).map(millis).collect();
    let first_ms = times.iter().sum::<u64>().checked_div(times.len() as u64)?;
    Some(MoneyOut { runs: u32::try_from(times.len()).unwrap_or(u32::MAX), first_ms })
}

fn timeline(runs: &[Outcome], horizon: Duration) -> Vec<TimePart> {
    let parts = runs.first().map_or(0, |run| run.parts.len());
    let part = |number: usize| {
        let sum = |of: fn(&Part) -> u64| runs.iter().filter_map(|run| run.parts.get(number)).map(of).sum::<u64>();
        let requests = sum(|part| part.requests);
        let share = |count: u64| (requests > 0).then(|| ratio(count, requests));
        TimePart {
            from_ms: millis(horizon) * number as u64 / parts.max(1) as u64,
            requests: mean(requests, runs.len()),
            served: share(sum(|part| part.served)),
            fallbacks: share(sum(|part| part.fallbacks)),
            cost: mean(sum(|part| part.cost), runs.len()) / 1e9,
        }
    };
    (0..parts).map(part).collect()
}

fn latency(runs: &[Outcome]) -> Vec<(u64, f64)> {
    let all: u64 = runs.iter().map(|run| run.whole.latencies().len() as u64).sum();
    let within = |number: usize| runs.iter().filter_map(|run| run.within.get(number)).sum::<u64>();
    bounds().into_iter().enumerate().map(|(number, bound)| (bound, ratio(within(number), all))).collect()
}

/// What happens to targets in every run.
fn outages(simulation: &Simulation, horizon: Duration) -> Vec<Trouble> {
    let of_target = |(id, target): (&String, &super::Target)| {
        let id = id.clone();
        let all = spells(&target.outages, (simulation.seed, 0), horizon).into_iter().filter(|spell| spell.is_fixed);
        let trouble = move |spell: super::weather::Spell| Trouble {
            target: id.clone(),
            what: spell.told(),
            from_ms: millis(spell.from),
            until_ms: millis(spell.until),
        };
        all.map(trouble)
    };
    let mut all: Vec<_> = simulation.targets.iter().flat_map(of_target).collect();
    all.sort_by(|a, b| (a.from_ms, &a.target).cmp(&(b.from_ms, &b.target)));
    all
}

fn random_outages(simulation: &Simulation, horizon: Duration) -> BTreeMap<String, f64> {
    let count = |target: &super::Target| {
        let of_run = |run| spells(&target.outages, (simulation.seed, run), horizon);
        let count = (0..simulation.runs).flat_map(of_run).filter(|spell| !spell.is_fixed).count();
        mean(count as u64, simulation.runs as usize)
    };
    simulation
        .targets
        .iter()
        .map(|(id, target)| (id.clone(), count(target)))
        .filter(|(_, count)| *count > 0.0)
        .collect()
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[allow(clippy::cast_precision_loss, reason = "sums of some runs stay below 2^53")]
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[allow(clippy::cast_precision_loss, reason = "sums of some runs stay below 2^53")]
fn mean(sum: u64, count: usize) -> f64 {
    ratio(sum, count as u64)
}

#[allow(clippy::cast_precision_loss, reason = "what is shown needs no more than 53 bits")]
fn dollars(nano: u64) -> f64 {
    nano as f64 / 1e9
}
