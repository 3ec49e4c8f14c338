//! Simulations: a model of traffic and models of providers, thousands of requests in virtual time through the gateway's own
//! attempt loop and the real policies, some runs each; then what each policy comes to, with intervals, and how they differ.
//!
//! All policies meet the same requests and the same providers: run n of each has the same arrivals, the same outages, and the
//! same draws for the n-th call of a request at a target. So differences are those of the policies, pair by pair.

mod file;
mod measure;
mod observed;
mod outcome;
mod play;
mod provider;
mod provider_file;
mod recorded;
mod report;
mod spread;
mod statistics;
mod traffic;
mod traffic_file;
mod weather;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Context;
use bytes::Bytes;
use serde_json::{Map, Value as Json};

pub use file::MOST_RUNS;
pub use measure::{Figure, Unit};
pub use recorded::Recording;
pub use report::{BudgetReport, Crossed, MoneyOut, PolicyReport, Report, TimePart, Told, Trouble};
pub use statistics::{Estimate, t_975};
pub use traffic::{Arrival, Caller, MOST_REQUESTS, Source, Traffic};

use self::outcome::Outcome;
use self::play::Round;
use crate::builtin;
use crate::config::{Config, EngineLimits};
use crate::policy::{Engine, EngineError, EngineOptions};

/// The simulation that the program carries.
pub const EXAMPLE: &str = include_str!("simulate/example.toml");

/// Parts that the time of a simulation is told in.
const PARTS: u32 = 60;

/// A simulation, ready to run.
#[derive(Debug, Clone)]
pub struct Simulation {
    /// What it is called.
    pub name: String,
    /// What all draws follow from.
    pub seed: u64,
    /// Runs of each policy.
    pub runs: u32,
    /// The most requests of a run, whatever the traffic says.
    pub at_most: Option<usize>,
    /// The gateway's config, but for the policy.
    config: Config,
    /// Targets by their ids: where their provider is, and what the provider calls their model.
    addresses: BTreeMap<String, (String, String)>,
    /// The share of each budget that is used, in thousandths.
    used: BTreeMap<String, u32>,
    /// How targets behave, by their ids.
    targets: BTreeMap<String, Target>,
    traffic: Traffic,
    /// What is compared; the first is what the others are held against.
    pub policies: Vec<Contestant>,
    /// What a reader of the report should know.
    pub remarks: Vec<String>,
}

/// How a target behaves.
#[derive(Debug, Clone)]
struct Target {
    model: provider::Model,
    outages: Vec<weather::Outage>,
}

/// A policy in a simulation.
#[derive(Debug, Clone, PartialEq)]
pub struct Contestant {
    /// What it is called.
    pub name: String,
    /// Where it comes from.
    pub origin: Origin,
    /// The sections of its config that take the place of the route's.
    pub sections: Map<String, Json>,
}

/// Where a policy comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The program carries it.
    Builtin(String),
    /// A component file.
    File(PathBuf),
    /// The config names it for the route.
    Route,
}

impl Origin {
    /// Its component; none: what each route's own source gives.
    fn component(&self) -> anyhow::Result<Option<Bytes>> {
        match self {
            Self::Builtin(name) => {
                builtin::component(name).map(Some).with_context(|| format!("the program carries no policy `{name}`"))
            }
            Self::File(path) => {
                let read = std::fs::read(path).with_context(|| format!("failed to read `{}`", path.display()))?;
                Ok(Some(read.into()))
            }
            Self::Route => Ok(None),
        }
    }
}

impl Simulation {
    /// An engine with the limits of the simulated gateway, but for the clock on the wall: a busy machine must not make a
    /// decision fail, and fuel holds policies to their limits. Compiled policies are kept in `cache`.
    ///
    /// # Errors
    /// Where the machine does not allow it.
    pub fn engine(&self, cache: &Path, admit_program: Option<&Path>) -> Result<Engine, EngineError> {
        let mut options = EngineOptions::new(cache.to_owned())?;
        if let Some(program) = admit_program {
            options.admit_program = program.to_owned();
        }
        let limits = EngineLimits { wall_clock: crate::testing::limits().wall_clock, ..self.config.engine.clone() };
        Engine::start(&limits, options)
    }

    /// Runs every policy as often as it was told, on as many cores as there are. `progress` hears how many of how many runs
    /// are over.
    ///
    /// # Errors
    /// When a policy is not admitted, or a gateway cannot be put together.
    pub fn run(&self, engine: &Engine, progress: &(dyn Fn(usize, usize) + Sync)) -> anyhow::Result<Report> {
        let folder = tempfile::tempdir().context("failed to make a folder for the policies")?;
        let components = self.components(folder.path())?;
        let horizon = self.horizon()?;
        let runs = self.runs as usize;
        let all = self.policies.len() * runs;
        let outcomes: Mutex<Vec<Option<anyhow::Result<Outcome>>>> = Mutex::new((0..all).map(|_| None).collect());
        let (next, over) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let work = || {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= all {
                    return;
                }
                // Run by run, so that what compares has been compared soon.
                let (run, which) = (number / self.policies.len(), number % self.policies.len());
                let round = Round {
                    simulation: self,
                    contestant: &self.policies[which],
                    component: components[which].as_deref(),
                    engine,
                    run: u32::try_from(run).unwrap_or(u32::MAX),
                    horizon,
                    parts: PARTS,
                };
                let outcome = round.play().map(|played| Outcome::of(self, played, horizon, PARTS));
                let outcome = outcome.with_context(|| format!("the policy `{}`", self.policies[which].name));
                if outcome.is_err() {
                    // Nobody needs the rest.
                    next.store(all, Ordering::Relaxed);
                }
                outcomes.lock().unwrap_or_else(PoisonError::into_inner)[which * runs + run] = Some(outcome);
                progress(over.fetch_add(1, Ordering::Relaxed) + 1, all);
            }
        };
        let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(all.max(1));
        // A paused clock belongs to its runtime, and a virtual wall clock to its thread.
        std::thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(work);
            }
        });
        let outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (mut done, mut failed) = (Vec::with_capacity(all), None);
        for outcome in outcomes.into_iter().flatten() {
            match outcome {
                Ok(outcome) => done.push(outcome),
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        if let Some(error) = failed {
            return Err(error);
        }
        let mut done = done.into_iter();
        let by_policy: Vec<Vec<Outcome>> = self.policies.iter().map(|_| done.by_ref().take(runs).collect()).collect();
        Ok(report::report(self, &by_policy, horizon))
    }

    /// The components as files, each policy's own.
    fn components(&self, folder: &Path) -> anyhow::Result<Vec<Option<PathBuf>>> {
        let write = |(number, contestant): (usize, &Contestant)| {
            let Some(component) = contestant.origin.component()? else { return Ok(None) };
            let file = folder.join(format!("{number}.wasm"));
            std::fs::write(&file, component).context("failed to write the component")?;
            Ok(Some(file))
        };
        self.policies.iter().enumerate().map(write).collect()
    }

    /// The latest arrival of all runs.
    fn horizon(&self) -> anyhow::Result<Duration> {
        let last = |run| self.traffic.requests(self.seed, run, self.at_most).last().map(|arrival| arrival.at);
        let latest = (0..self.runs).filter_map(last).max();
        latest
            .map(|at| at.max(Duration::from_millis(1)))
            .context("no request arrives: raise the rate, or let the traffic last longer")
    }

    /// The class that a request arrives with.
    fn class_of(&self, arrival: &Arrival) -> String {
        let of_caller = self.traffic.callers.get(arrival.caller).and_then(|caller| caller.class);
        let class = of_caller.or_else(|| self.config.routes.get(&arrival.route).map(|route| route.class));
        class.map_or_else(String::new, |class| class.as_str().to_owned())
    }
}
