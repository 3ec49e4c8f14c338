//! The policy engine: runs a route's policy for every decision in a fresh sandbox, and lets a new policy in only after it
//! has been checked in a process of its own. It owns everything that knows about WebAssembly; whether an answer keeps
//! to the route's bounds, and what happens when there is no answer, is for its callers.
//!
//! A policy's way in: [`Engine::admit`] turns a component and a route's set-up into a [`Module`], and
//! [`RoutePolicy::install`] makes that the route's current [`Generation`]. A request takes
//! [`RoutePolicy::current`] once and keeps it for all of its decisions.

mod admission;
mod cache;
mod components;
mod decide;
mod digest;
mod engine;
mod failure;
mod log;
mod module;
mod route;
mod sandbox;
mod settings;
mod solo;
#[cfg(test)]
mod testing;
mod text;
mod turns;
pub mod wire;

pub use admission::{AdmissionError, Step, StepName, child_main};
pub use components::Components;
pub use digest::Digest;
pub use engine::{Alive, Engine, EngineError, EngineOptions};
pub use failure::PolicyFailure;
pub use module::Module;
pub use route::{Decided, Generation, PolicyState, PolicyStatus, RoutePolicy};
pub use settings::{MOST_SETTINGS, Settings, SettingsError};
pub use solo::Solo;
pub(crate) use text::clean;

/// The hidden subcommand under which the binary admits policies: `main` calls [`child_main`] for it.
pub const ADMIT_COMMAND: &str = "__admit";

/// How long calls of `route` take on one reused instance, for the bench.
///
/// # Panics
///
/// Where the policy fails.
#[doc(hidden)]
#[must_use]
pub fn bench_reused(generation: &Generation, facts: &wire::Facts, count: usize) -> Vec<std::time::Duration> {
    decide::reused(&generation.module().0, facts, count).unwrap_or_else(|error| panic!("{error:#}"))
}
