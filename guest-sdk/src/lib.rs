//! Write routing and fallback policies for the Fingerpost AI gateway.
//!
//! A policy is a struct that implements [`Policy`]; [`export!`] makes it a component. This one uses the first target of
//! the route that can take the request, and the next one when that fails:
//!
//! ```
//! use fingerpost_sdk::prelude::*;
//!
//! struct FirstUsable;
//!
//! impl Policy for FirstUsable {
//!     type Config = NoConfig;
//!
//!     fn configure(_: &Setup, _: NoConfig) -> Result<Self, Vec<Problem>> {
//!         Ok(FirstUsable)
//!     }
//!
//!     fn route(&self, facts: &Facts) -> Routed {
//!         match facts.usable().next() {
//!             Some(target) => Routed::send(target.send(), why("first-usable", "It comes first in the route.")),
//!             None => Routed::reject(facts.refusal(), why("none", "No target is usable.")),
//!         }
//!     }
//!
//!     fn fallback(&self, facts: &Facts, attempts: &Attempts) -> Recovered {
//!         match facts.usable().find(|target| !attempts.tried(*target)) {
//!             Some(target) => Recovered::send(target.send(), attempts, why("next", "It has not been tried yet.")),
//!             None => Recovered::fail(attempts, why("exhausted", "Every usable target has been tried.")),
//!         }
//!     }
//! }
//!
//! fingerpost_sdk::export!(FirstUsable);
//! ```
//!
//! A decision is a pure function of its [`Facts`]: there is no clock, no entropy, no file and no network. Chance comes
//! from [`Facts::random`], stickiness from [`sticky`], time from the facts. Two builds of a policy must decide alike, so
//! use ordered maps ([`std::collections::BTreeMap`]) and integers instead of floats.
//!
//! [`Facts::obstacle`] says what stands in the way of a target: the host's bounds, the target's state, earlier attempts.
//! The host overrules a decision that breaks the bounds, so ask first. [`testing`] runs a policy without Wasm.

// The bindings name this crate as a policy's crate sees it.
extern crate self as fingerpost_sdk;

mod attempts;
mod backoff;
#[doc(hidden)]
pub mod bindings;
mod budget;
#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod component;
mod config;
mod decision;
mod facts;
pub mod log;
pub mod names;
mod obstacle;
mod policy;
mod random;
pub mod record;
pub mod testing;
mod waiting;

pub use attempts::Attempts;
pub use backoff::Backoff;
pub use decision::{Recovered, Repaired, why};
pub use facts::{Facts, Target};
pub use obstacle::Obstacle;
pub use policy::{Configured, NoConfig, Policy};
pub use random::{Random, pick_weighted, sticky};
pub use waiting::Cooling;

/// What nearly every policy uses.
pub mod prelude {
    pub use crate::record::{
        Answer, Availability, Deferral, Explanation, Failing, Hold, Limits, Problem, Rejection, Routed, SendTo,
        SessionUse, Setup, Until,
    };
    pub use crate::{Attempts, Backoff, Cooling, Facts, NoConfig, Obstacle, Policy, Recovered, Repaired, Target};
    pub use crate::{pick_weighted, sticky, why};
}

#[cfg(test)]
mod tests;
