//! A route's policy over time: which generation is current, how many decisions are under way, and when a generation has
//! failed so often in a row that it is not asked any more.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use serde::Serialize;

use super::decide::{self, Run};
use super::digest::Digest;
use super::failure::PolicyFailure;
use super::log::{LogGate, Speaker};
use super::module::Module;
use super::settings::Settings;
use super::turns::Turns;
use super::wire::{Attempt, Facts, Recovered, Routed};
use crate::config::{EngineLimits, Name};

/// What came of asking a policy.
#[derive(Debug)]
pub struct Decided<T> {
    /// Its answer, unchecked; or why there is none.
    pub outcome: Result<T, PolicyFailure>,
    /// The fuel it used.
    pub fuel: u64,
    /// How long it took, the sandbox included, waiting for a turn excluded.
    pub took: Duration,
}

impl<T> From<Run<T>> for Decided<T> {
    fn from(run: Run<T>) -> Self {
        Self { outcome: run.outcome, fuel: run.fuel, took: run.took }
    }
}

/// One admitted version of a route's policy.
#[derive(Debug)]
pub struct Generation {
    number: u64,
    name: Name,
    module: Module,
    settings: Settings,
    digest: Digest,
    /// The beginning of the digest, which every answer and every decision shows.
    short: Box<str>,
    decisions: AtomicU64,
    failures_in_a_row: AtomicU32,
    set_aside: AtomicBool,
    failures: Mutex<BTreeMap<&'static str, u64>>,
    _alive: super::engine::Tally,
}

impl Generation {
    /// Counts a route's generations, from 1.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The policy's name.
    #[must_use]
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// The admitted policy.
    #[must_use]
    pub fn module(&self) -> &Module {
        &self.module
    }

    /// The settings that it was configured with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The digest of the version that it is: of its component and its settings. The one by which people know it.
    #[must_use]
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// The beginning of that digest.
    #[must_use]
    pub fn short(&self) -> &str {
        &self.short
    }

    /// Its failures by kind, overruled answers among them.
    #[must_use]
    pub fn failures(&self) -> BTreeMap<&'static str, u64> {
        lock(&self.failures).clone()
    }

    /// Whether it failed so often in a row that it is not asked any more.
    #[must_use]
    pub fn is_set_aside(&self) -> bool {
        self.set_aside.load(Ordering::Relaxed)
    }
}

/// Whether a route's policy is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PolicyState {
    /// There is none.
    None,
    /// It is.
    Active,
    /// It failed too often in a row.
    SetAside,
}

/// How a route's policy does.
#[derive(Debug, Clone, Serialize)]
pub struct PolicyStatus {
    /// The route.
    pub route: Name,
    /// Whether it is asked.
    pub state: PolicyState,
    /// The policy's name.
    pub name: Option<Name>,
    /// The digest of the version: of its component and its settings.
    pub digest: Option<Digest>,
    /// The digest of its component alone: what `sha256sum` says of its file.
    pub component: Option<Digest>,
    /// The generation's number.
    pub generation: Option<u64>,
    /// Decisions of this generation.
    pub decisions: u64,
    /// Failures and overruled answers since the last good answer.
    pub failures_in_a_row: u32,
    /// Failures of this generation by kind, overruled answers among them.
    pub failures: BTreeMap<&'static str, u64>,
    /// Lines of the policy's log that were dropped, of all generations.
    pub log_lines_dropped: u64,
    /// What its author should know.
    pub warnings: Vec<String>,
}

/// A route's policy.
pub struct RoutePolicy {
    route: Name,
    current: ArcSwapOption<Generation>,
    numbers: AtomicU64,
    turns: Turns,
    failures_until_set_aside: u32,
    log: LogGate,
}

impl RoutePolicy {
    /// A route that has no policy yet.
    #[must_use]
    pub fn new(route: Name, limits: &EngineLimits) -> Self {
        Self {
            route,
            current: ArcSwapOption::empty(),
            numbers: AtomicU64::new(0),
            turns: Turns::new(limits),
            failures_until_set_aside: limits.failures_until_set_aside.get(),
            log: LogGate::new(limits.log_lines_per_second),
        }
    }

    /// A route that takes the place of an earlier one with another set-up: it has no policy yet, and its generations
    /// are numbered on.
    #[must_use]
    pub fn succeeding(earlier: Option<&Self>, route: Name, limits: &EngineLimits) -> Self {
        let numbers = earlier.map_or(0, |earlier| earlier.numbers.load(Ordering::Relaxed));
        Self { numbers: AtomicU64::new(numbers), ..Self::new(route, limits) }
    }

    /// The generation that new requests are decided by. A request takes it once and keeps it.
    #[must_use]
    pub fn current(&self) -> Option<Arc<Generation>> {
        self.current.load_full()
    }

    /// Makes an admitted policy the current one. Requests under way keep theirs, which is freed with the last of them.
    pub fn install(&self, name: Name, module: Module, settings: Settings) -> Arc<Generation> {
        let generation = self.generation(name, module, settings);
        self.activate(Arc::clone(&generation));
        generation
    }

    /// Makes a generation of this route the current one.
    pub fn activate(&self, generation: Arc<Generation>) {
        self.current.store(Some(generation));
    }

    /// A generation of a policy that was admitted with these settings, which is asked by whoever holds it.
    #[must_use]
    pub fn generation(&self, name: Name, module: Module, settings: Settings) -> Arc<Generation> {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed) + 1;
        let digest = settings.version_of(module.component_digest());
        Arc::new(Generation {
            number,
            name,
            _alive: module.0.tally(),
            module,
            settings,
            digest,
            short: digest.short().into(),
            decisions: AtomicU64::new(0),
            failures_in_a_row: AtomicU32::new(0),
            set_aside: AtomicBool::new(false),
            failures: Mutex::default(),
        })
    }

    /// Asks the current generation again, if it was set aside.
    pub fn release(&self) {
        if let Some(generation) = self.current() {
            generation.failures_in_a_row.store(0, Ordering::Relaxed);
            generation.set_aside.store(false, Ordering::Relaxed);
        }
    }

    /// Which target first?
    pub async fn route(&self, generation: &Arc<Generation>, request_id: &str, facts: &Facts) -> Decided<Routed> {
        self.decide(generation, request_id, || decide::route(&generation.module.0, facts)).await
    }

    /// What now, after these attempts failed?
    pub async fn fallback(
        &self,
        generation: &Arc<Generation>,
        request_id: &str,
        facts: &Facts,
        attempts: &[Attempt],
    ) -> Decided<Recovered> {
        self.decide(generation, request_id, || decide::fallback(&generation.module.0, facts, attempts)).await
    }

    /// Reports that an answer kept to the bounds.
    pub fn accepted(&self, generation: &Generation) {
        // Read first: a write by every decision would bounce the cache line between cores.
        if generation.failures_in_a_row.load(Ordering::Relaxed) != 0 {
            generation.failures_in_a_row.store(0, Ordering::Relaxed);
        }
    }

    /// Reports that an answer broke the bounds and was overruled. Counts like a failure.
    pub fn overruled(&self, generation: &Generation) {
        self.count_failure(generation, "overruled");
    }

    /// How it does.
    #[must_use]
    pub fn status(&self) -> PolicyStatus {
        let generation = self.current();
        let generation = generation.as_deref();
        let module = generation.map(|generation| &generation.module);
        PolicyStatus {
            route: Arc::clone(&self.route),
            state: match generation {
                None => PolicyState::None,
                Some(generation) if generation.set_aside.load(Ordering::Relaxed) => PolicyState::SetAside,
                Some(_) => PolicyState::Active,
            },
            name: generation.map(|generation| Arc::clone(&generation.name)),
            digest: generation.map(|generation| generation.digest),
            component: module.map(|module| *module.component_digest()),
            generation: generation.map(|generation| generation.number),
            decisions: generation.map_or(0, |generation| generation.decisions.load(Ordering::Relaxed)),
            failures_in_a_row: generation.map_or(0, |generation| generation.failures_in_a_row.load(Ordering::Relaxed)),
            failures: generation.map(Generation::failures).unwrap_or_default(),
            log_lines_dropped: self.log.dropped(),
            warnings: module.map(|module| module.warnings().to_vec()).unwrap_or_default(),
        }
    }

    async fn decide<T>(
        &self,
        generation: &Arc<Generation>,
        request_id: &str,
        run: impl FnOnce() -> Run<T>,
    ) -> Decided<T> {
        if generation.set_aside.load(Ordering::Relaxed) {
            return refused(PolicyFailure::SetAside);
        }
        let run = {
            let Some(_turn) = self.turns.take().await else { return refused(PolicyFailure::Busy) };
            run()
        };
        self.turns.note(&run);
        generation.decisions.fetch_add(1, Ordering::Relaxed);
        let speaker =
            Speaker { policy: &generation.name, route: &self.route, generation: generation.number, request_id };
        self.log.write(&speaker, &run.log);
        if let Err(failure) = &run.outcome {
            if self.log.admits_one(&speaker) {
                tracing::warn!(target: "policy", policy = &*generation.name, route = &*self.route,
                    generation = generation.number, request_id, kind = failure.kind(), "{failure}");
            }
            if failure.blames_policy() {
                self.count_failure(generation, failure.kind());
            }
        }
        run.into()
    }

    fn count_failure(&self, generation: &Generation, kind: &'static str) {
        *lock(&generation.failures).entry(kind).or_default() += 1;
        let in_a_row = generation.failures_in_a_row.fetch_add(1, Ordering::Relaxed) + 1;
        if in_a_row >= self.failures_until_set_aside && !generation.set_aside.swap(true, Ordering::Relaxed) {
            tracing::error!(target: "policy", policy = &*generation.name, route = &*self.route,
                generation = generation.number, failures = in_a_row, last = kind,
                "the policy failed too often in a row and is set aside, until it is released or another is deployed");
        }
    }
}

fn refused<T>(failure: PolicyFailure) -> Decided<T> {
    Decided { outcome: Err(failure), fuel: 0, took: Duration::ZERO }
}

/// Nothing panics while it holds one of these locks, so what a poisoned one guards is sound.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for RoutePolicy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RoutePolicy").field("route", &self.route).finish_non_exhaustive()
    }
}
