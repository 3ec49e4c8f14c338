//! One decision: a fresh store, a fresh instance, one call. Synchronous, on the calling thread; it takes microseconds,
//! and the sandbox's limits bound it where it does not.

use std::time::{Duration, Instant};

use wasmtime::Store;
use wasmtime::component::{ComponentNamedList, Lift, Lower, TypedFunc};

use super::failure::PolicyFailure;
use super::log::LogBuffer;
use super::module::Loaded;
use super::sandbox::{self, Guest};
use super::wire::{Attempt, Facts, Recovered, Routed};

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
    run(loaded, |store| loaded.route_in(store), (facts,))
}

/// What now?
pub(super) fn fallback(loaded: &Loaded, facts: &Facts, attempts: &[Attempt]) -> Run<Recovered> {
    run(loaded, |store| loaded.fallback_in(store), (facts, attempts))
}

fn run<P, R>(
    loaded: &Loaded,
    function: impl FnOnce(&mut Store<Guest>) -> wasmtime::Result<TypedFunc<P, (R,)>>,
    input: P,
) -> Run<R>
where
    P: ComponentNamedList + Lower,
    R: Lift + 'static,
{
    let started = Instant::now();
    let limits = loaded.limits();
    let mut store = match sandbox::store(loaded.wasm(), limits, limits.fuel) {
        Ok(store) => store,
        Err(error) => {
            let outcome = Err(PolicyFailure::Sandbox { message: error.to_string() });
            return Run { outcome, fuel: 0, took: started.elapsed(), memory: 0, log: LogBuffer::default() };
        }
    };
    let outcome = match function(&mut store) {
        Ok(function) => match function.call(&mut store, input) {
            Ok((said,)) => Ok(said),
            Err(error) => Err(PolicyFailure::of_call(&error, store.data())),
        },
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
        let route = loaded.route_in(&mut store)?;
        for _ in 0..CALLS {
            let started = Instant::now();
            route.call(&mut store, (facts,))?;
            times.push(started.elapsed());
        }
    }
    Ok(times)
}
