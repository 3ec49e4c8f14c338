//! The engine: one wasmtime engine for all decisions, the thread that ticks its clock, and the modules that are loaded.
//! It ties admission and the cache together; the sandbox's limits are in `sandbox`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use bytes::Bytes;
use tokio::sync::Semaphore;
use wasmtime::component::Component;

use super::admission::{self, AdmissionError, Admitted};
use super::cache::{Cache, Cached};
use super::components::Components;
use super::digest::Digest;
use super::module::{Loaded, Module, Papers};
use super::sandbox;
use super::wire::RouteSetup;
use crate::config::EngineLimits;

/// Where the engine finds what it needs.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// Where compiled policies are kept. It is trusted like the binary: whoever can write there can run code.
    pub cache_dir: PathBuf,
    /// The program that admits policies when called with [`super::ADMIT_COMMAND`], and speaks to registries when called with
    /// [`crate::registry::REGISTRY_COMMAND`]: this very binary.
    pub admit_program: PathBuf,
    /// Where components are kept as they were handed in, each under its digest, once they are admitted; none: nowhere.
    pub components: Option<PathBuf>,
}

impl EngineOptions {
    /// Admission by this process's own binary, or by what `FINGERPOST_BIN` names, for programs that only embed the
    /// library.
    ///
    /// # Errors
    ///
    /// Where the operating system does not say which binary this is.
    pub fn new(cache_dir: PathBuf) -> Result<Self, EngineError> {
        // On Linux this path leads to the running binary even after an upgrade has replaced the file.
        let own = if cfg!(target_os = "linux") { Ok("/proc/self/exe".into()) } else { std::env::current_exe() };
        let admit_program = match std::env::var_os("FINGERPOST_BIN") {
            Some(path) => path.into(),
            None => own.map_err(EngineError::Program)?,
        };
        Ok(Self { cache_dir, admit_program, components: None })
    }
}

/// Why the engine does not start; the words finish "failed to start the policy engine: ".
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The limits or the machine do not allow it.
    #[error("{0}")]
    Wasm(String),
    /// The cache directory cannot be used.
    #[error("the cache directory {path:?}: {source}")]
    Cache {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Its thread cannot be started.
    #[error("the clock's thread: {0}")]
    Thread(std::io::Error),
    /// The program that admits policies cannot be found.
    #[error("the program that admits policies: {0}")]
    Program(std::io::Error),
}

/// Runs policies. Cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    wasm: wasmtime::Engine,
    limits: Arc<EngineLimits>,
    fingerprint: Digest,
    components: Option<Components>,
    options: EngineOptions,
    cache: Cache,
    /// Admissions at once: as many as there are cores, so that a thousand routes start as fast as the machine can.
    admissions: Semaphore,
    loaded: Mutex<HashMap<Digest, Arc<Slot>>>,
    generations: Arc<AtomicUsize>,
}

/// One key's module, if it is alive. The lock is held while it is admitted, so that nobody does the same work beside it.
type Slot = tokio::sync::Mutex<Weak<Loaded>>;

/// What is in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Alive {
    /// Loaded modules.
    pub modules: usize,
    /// Generations, of all routes, that are current or still serve a request.
    pub generations: usize,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Engine(..)")
    }
}

impl Engine {
    /// Starts it: reserves the pool of sandboxes and starts the clock. Fails where the machine does not allow that.
    ///
    /// # Errors
    ///
    /// See [`EngineError`].
    pub fn start(limits: &EngineLimits, options: EngineOptions) -> Result<Self, EngineError> {
        Self::start_with(limits, options, sandbox::SLOTS)
    }

    /// Starts one for replays: with a small pool of its own, so that it takes nothing from requests.
    ///
    /// # Errors
    ///
    /// See [`EngineError`].
    pub fn for_replays(limits: &EngineLimits, options: EngineOptions) -> Result<Self, EngineError> {
        Self::start_with(limits, options, sandbox::SLOTS_BESIDE)
    }

    /// Starts another one with the same limits and a small pool of its own, for decisions that must not take a sandbox from
    /// those of requests. What this one has compiled it finds in the same cache.
    ///
    /// # Errors
    ///
    /// See [`EngineError`].
    pub fn beside(&self) -> Result<Self, EngineError> {
        Self::start_with(&self.0.limits, self.0.options.clone(), sandbox::SLOTS_BESIDE)
    }

    /// Starts one beside this one for rehearsals, whose clock on the wall is patient: it counts less than requests do, so that
    /// only what a policy takes itself is held against it.
    ///
    /// # Errors
    ///
    /// See [`EngineError`].
    pub fn for_rehearsals(&self) -> Result<Self, EngineError> {
        /// Far more than the fuel of a decision takes by default.
        const PATIENCE: std::time::Duration = std::time::Duration::from_secs(1);
        let mut limits = EngineLimits::clone(&self.0.limits);
        limits.wall_clock = limits.wall_clock.max(PATIENCE);
        Self::start_with(&limits, self.0.options.clone(), sandbox::SLOTS_BESIDE)
    }

    fn start_with(limits: &EngineLimits, options: EngineOptions, slots: u32) -> Result<Self, EngineError> {
        let wasm = wasmtime::Engine::new(&sandbox::deciding(limits, slots))
            .map_err(|error| EngineError::Wasm(format!("{error:#}")))?;
        let fingerprint = Digest::of_hash(wasm.precompile_compatibility_hash());
        let cache = Cache::open(options.cache_dir.clone(), &admission::fingerprint(&fingerprint, limits))
            .map_err(|source| EngineError::Cache { path: options.cache_dir.clone(), source })?;
        start_clock(&wasm, limits).map_err(EngineError::Thread)?;
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Ok(Self(Arc::new(Inner {
            wasm,
            limits: Arc::new(limits.clone()),
            fingerprint,
            components: options.components.clone().map(Components::new),
            options,
            cache,
            admissions: Semaphore::new(cores),
            loaded: Mutex::default(),
            generations: Arc::default(),
        })))
    }

    /// What the engine's code generator and settings are: fuel compares only between equal ones.
    #[must_use]
    pub fn fingerprint(&self) -> &Digest {
        &self.0.fingerprint
    }

    /// The program that does in processes of its own what strangers have a hand in: this very binary.
    #[must_use]
    pub fn program(&self) -> &Path {
        &self.0.options.admit_program
    }

    /// What policies may use.
    #[must_use]
    pub fn limits(&self) -> &EngineLimits {
        &self.0.limits
    }

    /// What is in memory.
    #[must_use]
    pub fn alive(&self) -> Alive {
        // A slot that is locked is still being admitted.
        let is_alive = |slot: &&Arc<Slot>| slot.try_lock().is_ok_and(|module| module.strong_count() > 0);
        let modules = self.slots().values().filter(is_alive).count();
        Alive { modules, generations: self.0.generations.load(Ordering::Relaxed) }
    }

    /// Refuses a component that is too large to look at.
    ///
    /// # Errors
    ///
    /// When it is.
    pub fn check_size(&self, component: &[u8]) -> Result<(), AdmissionError> {
        admission::check_size(component.len(), &self.0.limits)
    }

    /// Lets a policy in: checks it, runs its `configure` with this set-up and compiles it, all in a process of its own.
    /// What was admitted before and is alive is shared; what was compiled before comes from the cache.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the component, where, and how to mend it.
    pub async fn admit(&self, component: Bytes, setup: &RouteSetup) -> Result<Module, AdmissionError> {
        self.check_size(&component)?;
        let digest = Digest::of(&component);
        let (key, setup) = keyed(&digest, setup).map_err(AdmissionError::machinery)?;
        let slot = self.slot(key);
        let mut module = slot.lock().await;
        if let Some(loaded) = module.upgrade() {
            return Ok(Module(loaded));
        }
        let bytes = component.clone();
        let loaded = match self.load_cached(digest, key).await? {
            Some(loaded) => loaded,
            None => self.admit_anew(component, setup, digest, key).await?,
        };
        self.keep(digest, bytes).await;
        *module = Arc::downgrade(&loaded);
        Ok(Module(loaded))
    }

    /// By what a component that is admitted with this set-up is known: see [`Module::key`]. None: the set-up is none.
    #[must_use]
    pub fn key(component: &Digest, setup: &RouteSetup) -> Option<Digest> {
        keyed(component, setup).ok().map(|(key, _)| key)
    }

    /// Keeps a component, for replays. That it cannot be kept is no reason not to run it.
    async fn keep(&self, digest: Digest, component: Bytes) {
        let Some(components) = self.0.components.clone() else { return };
        let kept = blocking(move || components.keep(&digest, &component).map_err(AdmissionError::machinery)).await;
        if let Err(error) = kept {
            tracing::warn!(%error, component = %digest, "a component cannot be kept; what it decides cannot be replayed");
        }
    }

    async fn admit_anew(
        &self,
        component: Bytes,
        setup: Vec<u8>,
        digest: Digest,
        key: Digest,
    ) -> Result<Arc<Loaded>, AdmissionError> {
        let admitted = {
            let _turn = self.0.admissions.acquire().await.map_err(AdmissionError::machinery)?;
            admission::admit(&self.0.options.admit_program, &self.0.limits, &self.0.fingerprint, component, setup)
                .await?
        };
        let this = self.clone();
        blocking(move || {
            let Admitted { code, steps, warnings } = admitted;
            let cached = this.0.cache.store(&key, &code, &steps, &warnings).map_err(AdmissionError::machinery)?;
            this.load(cached, digest, key)
        })
        .await
    }

    async fn load_cached(&self, digest: Digest, key: Digest) -> Result<Option<Arc<Loaded>>, AdmissionError> {
        let this = self.clone();
        blocking(move || {
            let Some(cached) = this.0.cache.find(&key) else { return Ok(None) };
            match this.load(cached, digest, key) {
                Ok(loaded) => Ok(Some(loaded)),
                Err(error) => {
                    tracing::warn!(%error, %key, "compiled policy in the cache cannot be used; compiling it anew");
                    Ok(None)
                }
            }
        })
        .await
    }

    fn load(&self, cached: Cached, component: Digest, key: Digest) -> Result<Arc<Loaded>, AdmissionError> {
        #[allow(unsafe_code)]
        // SAFETY: the file is machine code that our own binary compiled in `admission::child` and that `Cache` wrote into
        // a directory which only this user can write to. `Cache::find` has compared it with its digest, so that a torn
        // file is not loaded, and it is replaced by renaming only, never written to while it is mapped.
        let code = unsafe { Component::deserialize_file(&self.0.wasm, &cached.code) };
        let code = code.map_err(AdmissionError::machinery)?;
        let papers = Papers { component, key, steps: cached.steps, warnings: cached.warnings };
        Loaded::new(&self.0.wasm, &self.0.limits, &code, papers, &self.0.generations)
            .map(Arc::new)
            .map_err(AdmissionError::machinery)
    }

    fn slot(&self, key: Digest) -> Arc<Slot> {
        let mut slots = self.slots();
        // Forget what nobody holds: neither a module, nor the slot itself to admit one.
        slots.retain(|_, slot| {
            Arc::strong_count(slot) > 1 || slot.try_lock().is_ok_and(|module| module.strong_count() > 0)
        });
        Arc::clone(slots.entry(key).or_default())
    }

    fn slots(&self) -> std::sync::MutexGuard<'_, HashMap<Digest, Arc<Slot>>> {
        // Nothing panics while it is held, so what a poisoned lock guards is sound.
        self.0.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The key of a component with its set-up, and that set-up as it is handed over.
fn keyed(component: &Digest, setup: &RouteSetup) -> serde_json::Result<(Digest, Vec<u8>)> {
    let setup = serde_json::to_vec(setup)?;
    Ok((Digest::of_parts(&[component.as_bytes(), &setup]), setup))
}

/// Counts itself while it is alive.
#[derive(Debug)]
pub(super) struct Tally(Arc<AtomicUsize>);

impl Tally {
    pub(super) fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Ticks the epoch while the engine lives. An OS thread: a task would starve just when policies spin on all workers.
fn start_clock(wasm: &wasmtime::Engine, limits: &EngineLimits) -> std::io::Result<()> {
    let tick = sandbox::tick(limits);
    let weak = wasm.weak();
    let clock = move || {
        while let Some(wasm) = weak.upgrade() {
            wasm.increment_epoch();
            drop(wasm);
            std::thread::sleep(tick);
        }
    };
    std::thread::Builder::new().name("policy-clock".into()).spawn(clock).map(drop)
}

/// Runs what reads files or maps memory off the worker threads.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, AdmissionError> + Send + 'static,
) -> Result<T, AdmissionError> {
    tokio::task::spawn_blocking(work).await.map_err(AdmissionError::machinery)?
}
