//! Runs `configure` once and makes the state that it leaves part of the component, so that every decision starts from
//! there. The work is wizer's; what is here runs the guest within its limits and turns every way to fail into words.

use std::panic::panic_any;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use wasmtime::Store;
use wasmtime::component::{Component, ComponentNamedList, Instance, Lift, WasmList};
use wasmtime_wizer::{ComponentContext, ComponentInstanceState, Wizer};

use super::{AdmissionError, StepName};
use crate::config::EngineLimits;
use crate::policy::failure::PolicyFailure;
use crate::policy::sandbox::{self, Guest};
use crate::policy::wire::{Policy, RouteSetup};

/// What wizer's accessors need beyond the guest's own limit: each reading of the memory grows it by a page, and it is read
/// twice.
const ACCESSOR_MEMORY: usize = 4 * (64 << 10);

/// What reading the state costs in fuel: a few instructions for each global and memory.
const ACCESSOR_FUEL: u64 = 100_000_000;

/// Thrown by an accessor that failed, since wizer's trait has no way to return an error. Caught in [`super::child`].
pub(super) struct AccessorFailed(pub(super) String);

/// The component with the state that `configure` leaves.
pub(super) fn snapshot(
    component: &[u8],
    setup: &RouteSetup,
    limits: &EngineLimits,
    begin: &mut impl FnMut(StepName),
) -> Result<Vec<u8>, AdmissionError> {
    begin(StepName::Instrument);
    let wizer = Wizer::new();
    let (context, instrumented) = wizer.instrument_component(component).map_err(AdmissionError::cannot_snapshot)?;
    let engine = wasmtime::Engine::new(&sandbox::configuring()).map_err(AdmissionError::machinery)?;
    let code = Component::new(&engine, instrumented).map_err(AdmissionError::invalid)?;
    begin(StepName::Configure);
    let (store, instance) = configure(&engine, &code, setup, limits)?;
    begin(StepName::Snapshot);
    take(&wizer, &context, store, instance)
}

/// Instantiates and configures it.
fn configure(
    engine: &wasmtime::Engine,
    code: &Component,
    setup: &RouteSetup,
    limits: &EngineLimits,
) -> Result<(Store<Guest>, Instance), AdmissionError> {
    let linker = sandbox::linker(engine).map_err(AdmissionError::machinery)?;
    let mismatch = |error: wasmtime::Error| AdmissionError::Interface {
        problems: vec![crate::policy::text::clean(&format!("{error:#}"), 512)],
    };
    let pre = linker.instantiate_pre(code).map_err(mismatch)?;
    let mut store = sandbox::store(engine, limits, limits.fuel).map_err(AdmissionError::machinery)?;
    let failed = |failure: PolicyFailure, store: Store<Guest>| AdmissionError::Configure {
        reason: failure.kind().into(),
        message: failure.to_string(),
        log: store.into_data().into_log().report(),
    };
    let instance = match pre.instantiate(&mut store) {
        Ok(instance) => instance,
        Err(error) => return Err(failed(PolicyFailure::of_set_up(&error, store.data()), store)),
    };
    // Loading the bindings compares the types of the exports with the interface's.
    let policy = Policy::new(&mut store, &instance).map_err(mismatch)?;
    match policy.call_configure(&mut store, setup) {
        Ok(Ok(())) => Ok((store, instance)),
        Ok(Err(problems)) => Err(AdmissionError::config(problems)),
        Err(error) => Err(failed(PolicyFailure::of_call(&error, store.data()), store)),
    }
}

/// Reads the state and writes the component anew.
fn take(
    wizer: &Wizer,
    context: &ComponentContext<'_>,
    mut store: Store<Guest>,
    instance: Instance,
) -> Result<Vec<u8>, AdmissionError> {
    store.data_mut().allow_memory(ACCESSOR_MEMORY);
    store.set_fuel(ACCESSOR_FUEL).map_err(AdmissionError::machinery)?;
    // The whole memory is read in one call.
    store.set_hostcall_fuel(usize::MAX);
    let mut state = State { store, instance };
    let snapshot = pin!(wizer.snapshot_component(context, &mut state));
    // The accessors below never wait, so neither does the whole.
    match snapshot.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(component) => component.map_err(AdmissionError::cannot_snapshot),
        Poll::Pending => Err(AdmissionError::machinery("the snapshot waits for something")),
    }
}

/// Reads a guest's state through the accessors that wizer added to it.
struct State {
    store: Store<Guest>,
    instance: Instance,
}

impl State {
    fn call<R: Lift + 'static>(&mut self, interface: &str, accessor: &str) -> R
    where
        (R,): ComponentNamedList,
    {
        match self.try_call(interface, accessor) {
            Ok(value) => value,
            Err(error) => panic_any(AccessorFailed(if accessor.starts_with("memory") {
                format!("its memory cannot grow by a page, which reading it takes; give it no fixed maximum ({error})")
            } else {
                format!("{accessor}: {error}")
            })),
        }
    }

    fn try_call<R: Lift + 'static>(&mut self, interface: &str, accessor: &str) -> wasmtime::Result<R>
    where
        (R,): ComponentNamedList,
    {
        let missing = || wasmtime::Error::msg("the accessor is missing");
        let (_, interface) = self.instance.get_export(&mut self.store, None, interface).ok_or_else(missing)?;
        let (_, index) = self.instance.get_export(&mut self.store, Some(&interface), accessor).ok_or_else(missing)?;
        let function = self.instance.get_typed_func::<(), (R,)>(&mut self.store, index)?;
        Ok(function.call(&mut self.store, ())?.0)
    }
}

impl ComponentInstanceState for State {
    async fn call_func_ret_list_u8(&mut self, interface: &str, accessor: &str, contents: impl FnOnce(&[u8]) + Send) {
        let memory: WasmList<u8> = self.call(interface, accessor);
        contents(memory.as_le_slice(&self.store));
    }

    async fn call_func_ret_s32(&mut self, interface: &str, accessor: &str) -> i32 {
        self.call(interface, accessor)
    }

    async fn call_func_ret_s64(&mut self, interface: &str, accessor: &str) -> i64 {
        self.call(interface, accessor)
    }

    async fn call_func_ret_f32(&mut self, interface: &str, accessor: &str) -> u32 {
        self.call::<f32>(interface, accessor).to_bits()
    }

    async fn call_func_ret_f64(&mut self, interface: &str, accessor: &str) -> u64 {
        self.call::<f64>(interface, accessor).to_bits()
    }
}
