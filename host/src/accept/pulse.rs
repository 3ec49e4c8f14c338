//! What a connection is doing: how many requests are under way, since when there is none, and whether a head has begun to
//! arrive. It tells when a connection has brought nothing for so long that it is closed.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::task::{Poll, ready};
use std::time::Duration;

use http::Version;
use tokio::time::{Instant, sleep_until};

/// What a connection is doing. Its times are milliseconds since the connection was accepted.
#[derive(Debug)]
pub(super) struct Pulse {
    accepted: Instant,
    /// Requests whose answers are not over.
    open: AtomicUsize,
    /// When the last of them ended; before the first request, when one could come.
    idle_since: AtomicU64,
    /// When the first byte of the next head came, plus one; 0: none has come.
    head_since: AtomicU64,
    has_asked: AtomicBool,
    /// HTTP/2: what comes between two requests need not be a head.
    is_multiplexed: AtomicBool,
    /// Something that the peer sends will not be read.
    is_unread: AtomicBool,
}

/// How long a connection may bring nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Allowance {
    /// Between two requests.
    pub(super) between: Duration,
    /// For a head, from its first byte, and for the first head of all.
    pub(super) head: Duration,
}

/// Why a connection is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    /// No other request came.
    Idle,
    /// No head came, or no whole one.
    Headless,
}

impl Pulse {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            accepted: Instant::now(),
            open: AtomicUsize::new(0),
            idle_since: AtomicU64::new(0),
            head_since: AtomicU64::new(0),
            has_asked: AtomicBool::new(false),
            is_multiplexed: AtomicBool::new(false),
            is_unread: AtomicBool::new(false),
        })
    }

    /// From now on a request can come: the time that a handshake took does not count.
    pub(super) fn is_ready(&self) {
        self.idle_since.store(self.now(), Ordering::Relaxed);
    }

    /// A head is whole: its request is under way until what this gives is dropped.
    pub(super) fn begin(self: &Arc<Self>, version: Version) -> UnderWay {
        if version == Version::HTTP_2 {
            self.is_multiplexed.store(true, Ordering::Relaxed);
        }
        self.has_asked.store(true, Ordering::Relaxed);
        self.head_since.store(0, Ordering::Relaxed);
        self.open.fetch_add(1, Ordering::Relaxed);
        UnderWay(Arc::clone(self))
    }

    /// Bytes came.
    pub(super) fn bytes_came(&self) {
        if self.open.load(Ordering::Relaxed) == 0 && self.head_since.load(Ordering::Relaxed) == 0 {
            self.head_since.store(self.now() + 1, Ordering::Relaxed);
        }
    }

    /// Whether the peer may be sending what nobody reads.
    pub(super) fn is_unread(&self) -> bool {
        self.is_unread.load(Ordering::Relaxed)
    }

    /// Ends when nothing has come for longer than it may.
    pub(super) async fn until_over(&self, allowed: Allowance) -> Over {
        let mut alarm = pin!(sleep_until(self.accepted + allowed.head));
        poll_fn(|context| {
            loop {
                let limit = self.limit(allowed);
                // Limits move away with every request. The alarm is only ever brought forward; one that comes too soon is
                // set anew, so that a busy connection hardly touches it.
                if let Some((at, _)) = limit.filter(|(at, _)| *at < alarm.deadline()) {
                    alarm.as_mut().reset(at);
                }
                ready!(alarm.as_mut().poll(context));
                let now = Instant::now();
                match limit {
                    Some((at, over)) if at <= now => return Poll::Ready(over),
                    Some((at, _)) => alarm.as_mut().reset(at),
                    None => alarm.as_mut().reset(now + allowed.between.min(allowed.head)),
                }
            }
        })
        .await
    }

    /// Until when something has to come, and what it means if nothing does; none: a request is under way.
    fn limit(&self, allowed: Allowance) -> Option<(Instant, Over)> {
        let at = |since: u64, within: Duration| self.accepted + Duration::from_millis(since) + within;
        if self.open.load(Ordering::Acquire) > 0 {
            return None;
        }
        let idle_since = self.idle_since.load(Ordering::Relaxed);
        if !self.has_asked.load(Ordering::Relaxed) {
            return Some((at(idle_since, allowed.head), Over::Headless));
        }
        match self.head_since.load(Ordering::Relaxed).checked_sub(1) {
            Some(since) if !self.is_multiplexed.load(Ordering::Relaxed) => {
                Some((at(since, allowed.head), Over::Headless))
            }
            _ => Some((at(idle_since, allowed.between), Over::Idle)),
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.accepted.elapsed().as_millis()).unwrap_or(u64::MAX - 1)
    }
}

/// A request under way, until it is dropped.
#[derive(Debug)]
pub(super) struct UnderWay(Arc<Pulse>);

impl UnderWay {
    /// What the peer still sends of this request will not be read.
    pub(super) fn leave_unread(&self) {
        self.0.is_unread.store(true, Ordering::Relaxed);
    }

    /// Another holder of the same request.
    pub(super) fn share(&self) -> Self {
        self.0.open.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(&self.0))
    }
}

impl Drop for UnderWay {
    // Bodies of answers are dropped by the connection, however they end, so there is no other place to count.
    fn drop(&mut self) {
        self.0.idle_since.store(self.0.now(), Ordering::Relaxed);
        self.0.open.fetch_sub(1, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWED: Allowance = Allowance { between: Duration::from_secs(75), head: Duration::from_secs(10) };

    /// After how many seconds from now the connection is over, and why.
    async fn over(pulse: &Pulse) -> (u64, Over) {
        let began = Instant::now();
        let over = pulse.until_over(ALLOWED).await;
        (began.elapsed().as_secs(), over)
    }

    async fn after(seconds: u64) {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_head_has_the_time_of_a_head_and_not_that_between_two_requests() {
        let pulse = Pulse::new();
        after(4).await;
        pulse.is_ready();
        assert_eq!(over(&pulse).await, (10, Over::Headless));
    }

    #[tokio::test(start_paused = true)]
    async fn between_two_requests_a_connection_may_be_idle_and_its_next_head_may_not() {
        let pulse = Pulse::new();
        drop(pulse.begin(Version::HTTP_11));
        assert_eq!(over(&pulse).await, (75, Over::Idle));
        let pulse = Pulse::new();
        drop(pulse.begin(Version::HTTP_11));
        after(70).await;
        pulse.bytes_came();
        after(3).await;
        pulse.bytes_came();
        assert_eq!(over(&pulse).await, (7, Over::Headless));
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_begins_while_the_connection_is_watched_is_timed_from_its_first_byte() {
        let pulse = Pulse::new();
        drop(pulse.begin(Version::HTTP_11));
        // As in a connection's task: what reads comes first.
        let read = async {
            after(30).await;
            pulse.bytes_came();
            std::future::pending::<(u64, Over)>().await
        };
        let seen = tokio::select! { biased; seen = read => seen, seen = over(&pulse) => seen };
        assert_eq!(seen, (40, Over::Headless));
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_request_and_what_is_read_of_it_do_not_count_as_idle() {
        let pulse = Pulse::new();
        let (request, shared) = (pulse.begin(Version::HTTP_11), pulse.begin(Version::HTTP_11).share());
        pulse.bytes_came();
        let ends = async {
            after(1000).await;
            drop(request);
            drop(shared)
        };
        assert_eq!(tokio::join!(over(&pulse), ends).0, (1075, Over::Idle));
    }

    #[tokio::test(start_paused = true)]
    async fn bytes_between_requests_of_http_2_are_no_head() {
        let pulse = Pulse::new();
        drop(pulse.begin(Version::HTTP_2));
        pulse.bytes_came();
        assert_eq!(over(&pulse).await, (75, Over::Idle));
    }
}
