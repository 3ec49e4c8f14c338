//! What waits for the log's thread: decisions, encoded where they were made. Nothing of a request goes over to another
//! thread but bytes, and the thread is not woken for each of them.

use std::cell::RefCell;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::{Decider, Decision, entry};
use crate::config::Name;
use crate::gateway::RouteState;

/// How many bytes may wait, at most: enough for seconds in which the disk does nothing.
pub(super) const MOST: usize = 32 << 20;

/// How often the thread looks while decisions come. In between nobody wakes it for them.
const TICK: Duration = Duration::from_millis(20);

/// Between those who decide and the thread that writes.
#[derive(Debug, Default)]
pub(super) struct Handover {
    waiting: Mutex<Waiting>,
    news: Condvar,
    /// What is left out of decisions, by name.
    redact: Vec<Name>,
}

#[derive(Debug, Default)]
struct Waiting {
    batch: Batch,
    /// Whether the thread sleeps until somebody wakes it.
    is_asleep: bool,
    /// Who wants to know when all that waits now is in a file.
    flushes: Vec<oneshot::Sender<()>>,
    is_closed: bool,
}

/// Encoded decisions, one after the other.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) bytes: Vec<u8>,
    /// Neighbours of the same route and policy.
    pub(super) runs: Vec<Run>,
}

/// Decisions in a row that one policy made on one route.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) route: Arc<RouteState>,
    pub(super) decider: Option<Decider>,
    /// Where they end among the bytes.
    pub(super) end: usize,
}

/// What the thread finds.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) batch: Batch,
    pub(super) flushes: Vec<oneshot::Sender<()>>,
    pub(super) is_closed: bool,
}

impl Handover {
    pub(super) fn new(redact: Vec<Name>) -> Self {
        Self { redact, ..Self::default() }
    }

    /// Hands a decision over, without waiting. False: there is no room for it.
    pub(super) fn put(&self, decision: Decision<'_>) -> bool {
        thread_local! {
            static ENCODED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
        }
        ENCODED.with_borrow_mut(|encoded| {
            encoded.clear();
            entry::append(encoded, &decision, &self.redact).is_ok() && self.put_encoded(encoded, decision)
        })
    }

    fn put_encoded(&self, encoded: &[u8], decision: Decision<'_>) -> bool {
        let mut waiting = self.lock();
        let Batch { bytes, runs } = &mut waiting.batch;
        let end = bytes.len().saturating_add(encoded.len());
        if end > MOST {
            return false;
        }
        bytes.extend_from_slice(encoded);
        match runs.last_mut() {
            Some(run) if run.is_of(&decision) => run.end = end,
            _ => runs.push(Run { route: Arc::clone(decision.route), decider: decision.decider, end }),
        }
        if waiting.is_asleep {
            self.wake(waiting);
        }
        true
    }

    /// Asks for all that waits now to be written.
    pub(super) fn flush(&self) -> oneshot::Receiver<()> {
        let (done, is_done) = oneshot::channel();
        let mut waiting = self.lock();
        waiting.flushes.push(done);
        self.wake(waiting);
        is_done
    }

    /// Asks the thread to write what waits and to end.
    pub(super) fn close(&self) {
        let mut waiting = self.lock();
        waiting.is_closed = true;
        self.wake(waiting);
    }

    /// What has come, of which there may be nothing after `patience`; `spare` takes what comes next.
    pub(super) fn wait(&self, patience: Duration, spare: Batch) -> Found {
        let waiting = self.lock();
        // What came since the last look has waited for long enough, and what comes now may as well come together.
        let is_quiet = |waiting: &mut Waiting| waiting.flushes.is_empty() && !waiting.is_closed;
        let (mut waiting, _) =
            self.news.wait_timeout_while(waiting, TICK, is_quiet).unwrap_or_else(PoisonError::into_inner);
        if waiting.batch.bytes.is_empty() {
            waiting.is_asleep = true;
            let is_idle = |waiting: &mut Waiting| waiting.is_asleep && waiting.flushes.is_empty() && !waiting.is_closed;
            (waiting, _) =
                self.news.wait_timeout_while(waiting, patience, is_idle).unwrap_or_else(PoisonError::into_inner);
        }
        waiting.is_asleep = false;
        Found {
            batch: std::mem::replace(&mut waiting.batch, spare),
            flushes: std::mem::take(&mut waiting.flushes),
            is_closed: waiting.is_closed,
        }
    }

    fn wake(&self, mut waiting: MutexGuard<'_, Waiting>) {
        waiting.is_asleep = false;
        drop(waiting);
        self.news.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Run {
    fn is_of(&self, decision: &Decision<'_>) -> bool {
        let key = |decider: &Option<Decider>| decider.as_ref().map(|decider| decider.key);
        Arc::ptr_eq(&self.route, decision.route) && key(&self.decider) == key(&decision.decider)
    }
}

impl Batch {
    /// Empties it and keeps its memory, unless that has grown beyond what a busy moment needs.
    pub(super) fn cleared(mut self) -> Self {
        const USUAL: usize = 1 << 20;
        self.bytes.clear();
        self.bytes.shrink_to(USUAL);
        self.runs.clear();
        self
    }
}
