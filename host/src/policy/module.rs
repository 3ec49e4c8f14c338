//! An admitted policy, loaded: compiled code with `configure` already done, from which every decision starts.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use wasmtime::Store;
use wasmtime::component::{Component, ComponentExportIndex, ComponentNamedList, InstancePre, Lift, Lower, TypedFunc};

use super::admission::Step;
use super::decide;
use super::digest::Digest;
use super::engine::Tally;
use super::route::Decided;
use super::sandbox::{self, Guest};
use super::wire::{Attempt, Facts, PolicyPre, Recovered, Routed};
use crate::config::EngineLimits;

/// An admitted policy with its set-up. Cheap to clone; equal ones are one.
#[derive(Clone)]
pub struct Module(pub(super) Arc<Loaded>);

impl Module {
    /// The digest of the component as it was handed in.
    #[must_use]
    pub fn component_digest(&self) -> &Digest {
        &self.0.component
    }

    /// The digest of component and set-up together: what tells generations apart.
    #[must_use]
    pub fn key(&self) -> &Digest {
        &self.0.key
    }

    /// The steps of its admission with the time each took. Those of the first admission, where the compiled code came
    /// from the cache.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0.steps
    }

    /// Which target first? Decides on the calling thread, at once and for nobody's request: what it logs is thrown away, and a
    /// failure counts against no generation.
    #[must_use]
    pub fn route(&self, facts: &Facts) -> Decided<Routed> {
        decide::route(&self.0, facts).into()
    }

    /// What now, after these attempts failed? As [`Module::route`].
    #[must_use]
    pub fn fallback(&self, facts: &Facts, attempts: &[Attempt]) -> Decided<Recovered> {
        decide::fallback(&self.0, facts, attempts).into()
    }

    /// What its author should know, though it was admitted.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.0.warnings
    }
}

impl std::fmt::Debug for Module {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Module").field("component", &self.0.component).field("key", &self.0.key).finish_non_exhaustive()
    }
}

/// What modules share.
pub(super) struct Loaded {
    component: Digest,
    key: Digest,
    steps: Vec<Step>,
    warnings: Vec<String>,
    wasm: wasmtime::Engine,
    limits: Arc<EngineLimits>,
    pre: InstancePre<Guest>,
    route: ComponentExportIndex,
    fallback: ComponentExportIndex,
    generations: Arc<AtomicUsize>,
}

/// `route` of an instance.
pub(super) type RouteFunction<'a> = TypedFunc<(&'a Facts,), (Routed,)>;

/// `fallback` of an instance.
pub(super) type FallbackFunction<'a> = TypedFunc<(&'a Facts, &'a [Attempt]), (Recovered,)>;

/// What is known of a module beside its code.
pub(super) struct Papers {
    pub(super) component: Digest,
    pub(super) key: Digest,
    pub(super) steps: Vec<Step>,
    pub(super) warnings: Vec<String>,
}

impl Loaded {
    pub(super) fn new(
        wasm: &wasmtime::Engine,
        limits: &Arc<EngineLimits>,
        code: &Component,
        papers: Papers,
        generations: &Arc<AtomicUsize>,
    ) -> wasmtime::Result<Self> {
        let pre = sandbox::linker(wasm)?.instantiate_pre(code)?;
        // Every function has the type of the interface; which of them is called is found by its place.
        PolicyPre::new(pre.clone())?;
        let export = |name: &str| {
            code.get_export_index(None, name).ok_or_else(|| wasmtime::format_err!("there is no export `{name}`"))
        };
        let Papers { component, key, steps, warnings } = papers;
        Ok(Self {
            component,
            key,
            steps,
            warnings,
            wasm: wasm.clone(),
            limits: Arc::clone(limits),
            pre,
            route: export("route")?,
            fallback: export("fallback")?,
            generations: Arc::clone(generations),
        })
    }

    /// Counts one more generation of this engine until it is dropped.
    pub(super) fn tally(&self) -> Tally {
        Tally::new(&self.generations)
    }

    pub(super) fn wasm(&self) -> &wasmtime::Engine {
        &self.wasm
    }

    pub(super) fn limits(&self) -> &EngineLimits {
        &self.limits
    }

    /// The function `route` of a fresh instance.
    pub(super) fn route_in(&self, store: &mut Store<Guest>) -> wasmtime::Result<RouteFunction<'_>> {
        self.function_in(store, &self.route)
    }

    /// The function `fallback` of a fresh instance.
    pub(super) fn fallback_in(&self, store: &mut Store<Guest>) -> wasmtime::Result<FallbackFunction<'_>> {
        self.function_in(store, &self.fallback)
    }

    /// Types are compared for the one function that is called, which is why the bindings' own set of all of them is not
    /// used.
    fn function_in<P, R>(
        &self,
        store: &mut Store<Guest>,
        export: &ComponentExportIndex,
    ) -> wasmtime::Result<TypedFunc<P, R>>
    where
        P: ComponentNamedList + Lower,
        R: ComponentNamedList + Lift,
    {
        let instance = self.pre.instantiate(&mut *store)?;
        instance.get_typed_func(&mut *store, export)
    }
}
