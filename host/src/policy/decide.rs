//! One decision: a fresh store, a fresh instance, one call. Synchronous, on the calling thread; it takes microseconds,
//! and the sandbox's limits bound it where it does not.

use std::time::{Duration, Instant};

use wasmtime::Store;

use super::failure::PolicyFailure;
use super::log::LogBuffer;
use super::module::Loaded;
use super::sandbox::{self, Guest};
use super::wire::{Attempt, Facts, Policy, Recovered, Routed};

/// What came of a decision.
pub(super) struct Run<T> {
    pub(super) outcome: Result<T, PolicyFailure>,
    pub(super) fuel: u64,
    pub(super) took: Duration,
    /// The most memory that the guest had, in bytes.
    pub(super) memory: usize,
    pub(super) log: LogBuffer,
}

/// Which target first?
pub(super) fn route(loaded: &Loaded, facts: &Facts) -> Run<Routed> {
    run(loaded, |policy, store| policy.call_route(store, facts))
}

/// What now?
pub(super) fn fallback(loaded: &Loaded, facts: &Facts, attempts: &[Attempt]) -> Run<Recovered> {
    run(loaded, |policy, store| policy.call_fallback(store, facts, attempts))
}

fn run<T>(loaded: &Loaded, call: impl FnOnce(&Policy, &mut Store<Guest>) -> wasmtime::Result<T>) -> Run<T> {
    let started = Instant::now();
    let limits = loaded.limits();
    let mut store = match sandbox::store(loaded.wasm(), limits, limits.fuel) {
        Ok(store) => store,
        Err(error) => {
            let outcome = Err(PolicyFailure::Sandbox { message: error.to_string() });
            return Run { outcome, fuel: 0, took: started.elapsed(), memory: 0, log: LogBuffer::default() };
        }
    };
    let outcome = match loaded.pre().instantiate(&mut store) {
        Ok(policy) => call(&policy, &mut store).map_err(|error| PolicyFailure::of_call(&error, store.data())),
        Err(error) => Err(PolicyFailure::of_set_up(&error, store.data())),
    };
    let fuel = limits.fuel.saturating_sub(store.get_fuel().unwrap_or(0));
    let memory = store.data().memory_peak();
    // Dropping the store gives its slot back, which takes time too.
    let log = store.into_data().into_log();
    Run { outcome, fuel, took: started.elapsed(), memory, log }
}

/// How long calls of `route` take on an instance that is reused: what the fresh sandbox is measured against. For the
/// bench only; nothing else may keep an instance.
pub(super) fn reused(loaded: &Loaded, facts: &Facts, count: usize) -> wasmtime::Result<Vec<Duration>> {
    /// Calls of one instance. Policies are free to never give memory back, since nobody calls them twice.
    const CALLS: usize = 200;
    let mut times = Vec::with_capacity(count);
    while times.len() < count {
        let mut store = sandbox::store(loaded.wasm(), loaded.limits(), u64::MAX)?;
        let policy = loaded.pre().instantiate(&mut store)?;
        for _ in 0..CALLS {
            let started = Instant::now();
            policy.call_route(&mut store, facts)?;
            times.push(started.elapsed());
        }
    }
    Ok(times)
}
