//! Letting a policy in. Its code is hostile until shown otherwise, and neither `configure` nor the compiler can be
//! stopped from outside, so all of it runs in a process of our own binary with limits on memory, processor and time
//! (`child`); what comes back is code that our own binary compiled.

mod check;
mod child;
mod error;
mod protocol;
mod snapshot;
mod supervise;

use serde::{Deserialize, Serialize};

use super::digest::Digest;
use crate::config::EngineLimits;

pub use child::child_main;
pub use error::AdmissionError;
pub(super) use supervise::{Admitted, admit};

/// `configure` runs once and may parse a large config, so it gets the fuel of this many decisions.
const CONFIGURE_DECISIONS: u64 = 100;

/// A step of an admission, done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Which one.
    pub name: StepName,
    /// How long it took, in microseconds.
    pub micros: u64,
}

/// The steps of an admission, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepName {
    /// The process starts and reads the component.
    Start,
    /// Kind, imports, exports, number of parts.
    Check,
    /// Whether it is WebAssembly that the sandbox allows.
    Validate,
    /// It is made to give up its state, and compiled for that.
    Instrument,
    /// Its `configure` runs.
    Configure,
    /// The state that `configure` left is made part of it.
    Snapshot,
    /// It is compiled.
    Compile,
}

impl StepName {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Check => "check",
            Self::Validate => "validate",
            Self::Instrument => "instrument",
            Self::Configure => "configure",
            Self::Snapshot => "snapshot",
            Self::Compile => "compile",
        }
    }
}

impl std::fmt::Display for StepName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Refuses what is too large to look at.
pub(super) fn check_size(bytes: usize, limits: &EngineLimits) -> Result<(), AdmissionError> {
    let limit = limits.component_bytes;
    if bytes > limit { Err(AdmissionError::TooLarge { bytes, limit }) } else { Ok(()) }
}

/// What the result of an admission depends on beside component and set-up: the engine, and the limits that decide
/// whether a policy gets in.
pub(super) fn fingerprint(engine: &Digest, limits: &EngineLimits) -> Digest {
    let limits = [limits.fuel, limits.memory_bytes as u64, limits.output_bytes as u64, u64::from(limits.log_lines)];
    let limits: Vec<u8> = limits.iter().flat_map(|limit| limit.to_le_bytes()).collect();
    Digest::of_parts(&[engine.as_bytes(), &limits])
}

/// Why the admitting process ended, or could not go on.
fn used_too_much_memory(limit: u64) -> String {
    format!("it used more than {} MiB of memory (`admission_memory` under `[engine]`)", limit >> 20)
}
