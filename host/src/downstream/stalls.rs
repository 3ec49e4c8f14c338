//! Callers that stop reading. The connection does not ask for more while it cannot send, so nothing of such an exchange is
//! polled, its timers included; a sweep finds it, takes it from its connection and lets it end as abandoned.

use std::sync::{Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::{Exchange, Running, Slot};

/// The streams under way, and how long one may wait for its caller.
#[derive(Debug)]
pub struct Stalls {
    at_most: Duration,
    streams: Mutex<Vec<Stream>>,
}

/// A stream, as long as it lives.
#[derive(Debug)]
struct Stream {
    slot: Weak<Mutex<Slot>>,
    exchange: Weak<Mutex<Option<Exchange>>>,
}

impl Stalls {
    /// None yet; each may wait so long.
    #[must_use]
    pub fn new(at_most: Duration) -> Self {
        Self { at_most, streams: Mutex::default() }
    }

    /// Watches a stream until it ends.
    pub(super) fn watch(&self, running: &Running) {
        let stream = Stream {
            slot: std::sync::Arc::downgrade(&running.slot),
            exchange: std::sync::Arc::downgrade(&running.exchange),
        };
        self.streams.lock().unwrap_or_else(PoisonError::into_inner).push(stream);
    }

    /// Gives up every caller that has read nothing for too long, and forgets what has ended.
    pub fn sweep(&self) {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        streams.retain(|stream| stream.upgrade().is_some_and(|running| !self.give_up(&running)));
    }

    /// The time between two sweeps.
    fn every(&self) -> Duration {
        (self.at_most / 4).clamp(Duration::from_millis(5), Duration::from_secs(1))
    }

    /// How long a connection's own write may wait: a little longer than a stream, so that a stream ends for the reason that
    /// it has.
    #[must_use]
    pub fn write_may_wait(&self) -> Duration {
        self.at_most + 3 * self.every()
    }

    /// Sweeps until told to stop.
    pub async fn sweep_until(&self, mut stop: watch::Receiver<bool>) {
        let mut ticks = tokio::time::interval(self.every());
        loop {
            tokio::select! {
                _ = ticks.tick() => self.sweep(),
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// Gives the caller up if it has stalled; whether it has.
    fn give_up(&self, running: &Running) -> bool {
        let now = Instant::now();
        {
            let mut slot = running.slot();
            if slot.taken_at.is_none_or(|taken_at| now - taken_at < self.at_most) {
                return false;
            }
            slot.stalled = true;
            slot.broken = true;
        }
        running.abandon();
        true
    }
}

impl Stream {
    fn upgrade(&self) -> Option<Running> {
        Some(Running { exchange: self.exchange.upgrade()?, slot: self.slot.upgrade()?, ended: false })
    }
}
