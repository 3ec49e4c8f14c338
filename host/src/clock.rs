//! What time it is. Scenarios of policies run on a virtual clock: there the wall clock and the clock of health follow tokio's
//! paused one, on the thread that called [`Virtual::start`]. A gateway never does, and pays one relaxed load for it.

use std::cell::Cell;
use std::marker::PhantomData;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// Whether any thread of this process has ever had a virtual clock.
static ANY: AtomicBool = AtomicBool::new(false);

thread_local! {
    static VIRTUAL: Cell<Option<(Instant, u64)>> = const { Cell::new(None) };
}

/// A virtual clock of this thread, until it is dropped.
#[derive(Debug)]
pub struct Virtual {
    /// It belongs to its thread.
    _thread: PhantomData<*const ()>,
}

impl Virtual {
    /// From now on it is `ms` milliseconds after the Unix epoch, and as much later as tokio's clock goes on.
    #[must_use]
    pub fn start(ms: u64) -> Self {
        ANY.store(true, Ordering::Relaxed);
        VIRTUAL.set(Some((Instant::now(), ms)));
        Self { _thread: PhantomData }
    }
}

impl Drop for Virtual {
    fn drop(&mut self) {
        VIRTUAL.set(None);
    }
}

fn present() -> Option<(Instant, u64)> {
    if ANY.load(Ordering::Relaxed) { VIRTUAL.get() } else { None }
}

/// Milliseconds since the Unix epoch.
#[must_use]
pub fn now_ms() -> u64 {
    match present() {
        Some((start, ms)) => ms.saturating_add(millis(start.elapsed())),
        None => millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()),
    }
}

/// Milliseconds on a clock that never goes back, from 1 on.
pub(crate) fn ticks(instant: Instant) -> u64 {
    static START: OnceLock<std::time::Instant> = OnceLock::new();
    let since = match present() {
        Some((start, _)) => instant.saturating_duration_since(start),
        None => {
            let start = *START.get_or_init(std::time::Instant::now);
            instant.into_std().saturating_duration_since(start)
        }
    };
    millis(since) + 1
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_virtual_clock_follows_tokios_and_ends_with_its_owner() {
        let clock = Virtual::start(1_000);
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!((now_ms(), ticks(Instant::now())), (61_000, 60_001));
        drop(clock);
        assert!(now_ms() > 1_000_000_000_000);
    }
}
