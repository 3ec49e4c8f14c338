//! Signs of life while a stream has nothing to say. The first one may fix the status: whatever fails after it is told in an
//! event.

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use tokio::time::{Instant, sleep_until};

use super::Sink;

/// A comment: clients of event streams skip it.
const BEAT: &[u8] = b": waiting\n\n";

/// Carries out the work; while the caller of a stream gets nothing for so long, gives it a comment, and before the first
/// one this head.
pub async fn with_heartbeat<T>(
    work: impl Future<Output = T>,
    sink: &Sink,
    every: Duration,
    head: impl Fn() -> Response<()>,
) -> T {
    let mut work = std::pin::pin!(work);
    let mut timer = std::pin::pin!(sleep_until(Instant::now() + every));
    loop {
        tokio::select! {
            biased;
            done = &mut work => return done,
            () = &mut timer => {
                let next = sink.beat(every, &head);
                timer.as_mut().reset(next);
            }
        }
    }
}

impl Sink {
    /// Gives a sign of life if it is time for one; when it will be time again.
    fn beat(&self, every: Duration, head: impl Fn() -> Response<()>) -> Instant {
        let now = Instant::now();
        let mut slot = self.slot();
        if let Some(due) = slot.last_given.map(|given| given + every).filter(|due| *due > now) {
            return due;
        }
        // What waits for a caller that does not read is sign enough.
        if slot.chunk.is_none() && slot.whole.is_none() && !slot.caller_gone {
            if !slot.is_head_given {
                slot.head = Some(head());
                slot.is_head_given = true;
            }
            slot.chunk = Some(Bytes::from_static(BEAT));
            slot.last_given = Some(now);
        }
        now + every
    }
}
