//! The decision log: every sampled decision with all that it was made from, so that it can be made again. It is handed
//! over without waiting and written by a thread of its own; what does not fit the queue is counted and lost. Message
//! contents, providers' texts and secrets are not in the facts of a decision, and so not here. Who makes decisions again
//! is `replay.rs`.

mod background;
mod entry;
mod reader;
mod redact;
mod segment;
#[cfg(test)]
mod tests;
mod writer;

pub use background::{Background, Limits, Origin, QueueRule, Rules};
pub use entry::{Begun, FORMAT, Input, Output, Putting, Standing, Stored, Told, canonical};
pub use reader::{Log, LogError, Seen, Selection};

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use crate::config::{DecisionLogRules, EngineLimits, Name};
use crate::gateway::RouteState;
use crate::policy::{Digest, Generation};
use crate::telemetry::metrics::DecisionLogMetrics;
use writer::{Message, Writer};

/// Decisions that wait to be written, at most: enough for a second or so in which the disk does nothing.
const QUEUE: usize = 8_192;

/// And what they may weigh together, in bytes: callers choose some of their texts, and policies others.
const WEIGHT: usize = 64 << 20;

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
    queue: Option<SyncSender<Message>>,
    /// What waits in it, in bytes.
    waiting: Arc<AtomicUsize>,
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
}

impl From<&Generation> for Decider {
    fn from(generation: &Generation) -> Self {
        let module = generation.module();
        Self { name: generation.name().clone(), component: *module.component_digest(), key: *module.key() }
    }
}

/// A decision on its way to the log.
#[derive(Debug)]
pub struct Decision {
    /// The route.
    pub route: Arc<RouteState>,
    /// Who decided; none: the route has no policy.
    pub decider: Option<Decider>,
    /// What it was made from.
    pub input: Input,
    /// What came of it.
    pub output: Output,
    /// What else is known of it.
    pub told: Told,
}

impl Decision {
    /// About how many bytes of memory it takes.
    fn weight(&self) -> usize {
        /// Of facts with the usual names and numbers.
        const USUAL: usize = 4 << 10;
        let explanation = match &self.output {
            Output::Routed(routed) => Some(&routed.explanation),
            Output::Recovered(recovered) => Some(&recovered.explanation),
            Output::Failed(_) => None,
        };
        let words = explanation.map_or(0, |said| {
            let considered = said.considered.iter().map(|(_, verdict)| verdict.len() + 32);
            let notes = said.notes.iter().map(|(name, note)| name.len() + note.len() + 48);
            said.reason.len() + considered.chain(notes).sum::<usize>()
        });
        USUAL + self.input.facts.request.requested_model.len() + words
    }
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
        let closed = |metrics| Self { queue: None, waiting: Arc::default(), thread: Mutex::default(), metrics };
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
        let (queue, received) = sync_channel(QUEUE);
        let waiting = Arc::<AtomicUsize>::default();
        let handled = Arc::clone(&waiting);
        match std::thread::Builder::new().name("decision-log".into()).spawn(move || writer.run(&received, &handled)) {
            Ok(thread) => Self { queue: Some(queue), waiting, thread: Mutex::new(Some(thread)), metrics },
            Err(error) => {
                tracing::error!(%error, "the decision log has no thread; decisions are not kept");
                closed(metrics)
            }
        }
    }

    /// Whether anything is kept at all.
    #[must_use]
    pub const fn is_kept(&self) -> bool {
        self.queue.is_some()
    }

    /// Whether the decisions of a request with this seed are kept.
    #[must_use]
    pub fn takes(&self, route: &RouteState, seed: u64) -> bool {
        let share = route.setting.sample_permille;
        // The seed's own low bits may mean something to a policy: they are mixed before they choose.
        self.queue.is_some() && (seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) % 1_000 < u64::from(share)
    }

    /// Hands a decision over, without waiting. What finds no room is lost and counted.
    pub fn record(&self, decision: Decision) {
        let Some(queue) = &self.queue else { return };
        let weight = decision.weight();
        let is_full = self.waiting.fetch_add(weight, Ordering::Relaxed).saturating_add(weight) > WEIGHT;
        if is_full || queue.try_send(Message::Decision(Box::new(decision), weight)).is_err() {
            self.waiting.fetch_sub(weight, Ordering::Relaxed);
            self.metrics.lost_to_overload.inc();
        }
    }

    /// Waits until all that was handed over is in a file.
    pub async fn flush(&self) {
        let Some(queue) = self.queue.clone() else { return };
        let (done, is_done) = oneshot::channel();
        // The queue may be full, and nobody else waits for it.
        let sent = tokio::task::spawn_blocking(move || queue.send(Message::Flush(done))).await;
        if matches!(sent, Ok(Ok(()))) {
            let _ = is_done.await;
        }
    }

    /// Writes what was handed over and ends the thread.
    pub fn close(&self) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let (Some(queue), Some(thread)) = (&self.queue, thread) {
            let _ = queue.send(Message::Close);
            if thread.join().is_err() {
                tracing::error!("the decision log's thread panicked");
            }
        }
    }
}
