//! The decision log: every sampled decision with all that it was made from, so that it can be made again. It is handed
//! over without waiting and written by a thread of its own; what does not fit the queue is counted and lost. Message
//! contents, providers' texts and secrets are not in the facts of a decision, and so not here. Who makes decisions again
//! is `replay.rs`.

mod background;
mod entry;
mod handover;
mod reader;
mod redact;
mod segment;
#[cfg(test)]
mod tests;
mod writer;

pub use background::{Background, Limits, Origin, QueueRule, Rules};
pub use entry::{Begun, FORMAT, Input, Output, Putting, Standing, Stored, Told, canonical};
pub use reader::{Log, LogError, Seen, Selection};
pub use redact::with_other_stand_ins;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::config::{DecisionLogRules, EngineLimits, Name};
use crate::gateway::RouteState;
use crate::policy::wire::{Attempt, Facts};
use crate::policy::{Digest, Generation, Settings};
use crate::telemetry::metrics::DecisionLogMetrics;
use handover::Handover;
use writer::Writer;

/// The log's folder in the data folder.
#[must_use]
pub fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join("decisions")
}

/// Where components are kept that have decided.
#[must_use]
pub fn components(data_dir: &Path) -> PathBuf {
    folder(data_dir).join("components")
}

/// Where decisions are handed over.
#[derive(Debug)]
pub struct DecisionLog {
    /// None: nothing is kept.
    handover: Option<Arc<Handover>>,
    thread: Mutex<Option<std::thread::JoinHandle<()>>>,
    metrics: DecisionLogMetrics,
}

/// The policy that decided, or was to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decider {
    /// Its name.
    pub name: Name,
    /// The digest of its component.
    pub component: Digest,
    /// The digest of component and set-up.
    pub key: Digest,
    /// What it was configured with.
    pub settings: Settings,
}

impl From<&Generation> for Decider {
    fn from(generation: &Generation) -> Self {
        let module = generation.module();
        Self {
            name: generation.name().clone(),
            component: *module.component_digest(),
            key: *module.key(),
            settings: generation.settings().clone(),
        }
    }
}

/// A decision on its way to the log.
#[derive(Debug)]
pub struct Decision<'a> {
    /// The route.
    pub route: &'a Arc<RouteState>,
    /// Who decided; none: the route has no policy.
    pub decider: Option<Decider>,
    /// What the policy saw.
    pub facts: &'a Facts,
    /// The attempts so far, as the policy saw them.
    pub attempts: &'a [Attempt],
    /// What only the host knows.
    pub standing: &'a Standing,
    /// What came of it.
    pub output: &'a Output,
    /// What else is known of it.
    pub told: &'a Told,
}

impl DecisionLog {
    /// Opens the log of that data folder and starts its thread. A log that cannot be had keeps nothing and says so; the
    /// gateway serves all the same. `engine` is the fingerprint of the engine that decides within these limits.
    #[must_use]
    pub fn open(
        data_dir: &Path,
        rules: &DecisionLogRules,
        limits: &EngineLimits,
        engine: Digest,
        metrics: DecisionLogMetrics,
    ) -> Self {
        let closed = |metrics| Self { handover: None, thread: Mutex::default(), metrics };
        if !rules.enabled {
            return closed(metrics);
        }
        let writer = match Writer::open(folder(data_dir), rules.clone(), limits.into(), engine, metrics.clone()) {
            Ok(writer) => writer,
            Err(error) => {
                tracing::error!(%error, "the decision log cannot be opened; decisions are not kept");
                return closed(metrics);
            }
        };
        let handover = Arc::new(Handover::new(rules.redact.clone()));
        let handed_over = Arc::clone(&handover);
        match std::thread::Builder::new().name("decision-log".into()).spawn(move || writer.run(&handed_over)) {
            Ok(thread) => Self { handover: Some(handover), thread: Mutex::new(Some(thread)), metrics },
            Err(error) => {
                tracing::error!(%error, "the decision log has no thread; decisions are not kept");
                closed(metrics)
            }
        }
    }

    /// Whether anything is kept at all.
    #[must_use]
    pub const fn is_kept(&self) -> bool {
        self.handover.is_some()
    }

    /// Whether the decisions of a request with this seed are kept.
    #[must_use]
    pub fn takes(&self, route: &RouteState, seed: u64) -> bool {
        let share = route.setting.sample_permille;
        // The seed's own low bits may mean something to a policy: they are mixed before they choose.
        self.handover.is_some() && (seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) % 1_000 < u64::from(share)
    }

    /// Hands a decision over, without waiting. What finds no room is lost and counted.
    pub fn record(&self, decision: Decision<'_>) {
        if self.handover.as_ref().is_some_and(|handover| !handover.put(decision)) {
            self.metrics.lost_to_overload.inc();
        }
    }

    /// Waits until all that was handed over is in a file.
    pub async fn flush(&self) {
        if let Some(handover) = &self.handover {
            let _ = handover.flush().await;
        }
    }

    /// Writes what was handed over and ends the thread.
    pub fn close(&self) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let (Some(handover), Some(thread)) = (&self.handover, thread) {
            handover.close();
            if thread.join().is_err() {
                tracing::error!("the decision log's thread panicked");
            }
        }
    }
}
