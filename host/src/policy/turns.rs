//! How many decisions of a route run at once. They run on the threads that serve all routes. Usual ones take microseconds,
//! and queueing for a permit would cost more than it saves: a thread that the machine stops in the middle of one would hold
//! up all others. So permits are needed only after a decision that was a lot of work.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use super::decide::Run;
use crate::config::EngineLimits;

/// How long a decision waits for others of its route to end, in wall clocks of a decision. Longer than any healthy decision
/// by far, and short enough that a caller of a route whose policy is slow gets its answer, or its error, soon.
const PATIENCE: u32 = 5;

/// What makes a decision heavy, in fuel: some 300 microseconds, and thirty times what a realistic one takes. Time itself is
/// no measure, for it also passes while the machine does something else.
const HEAVY_FUEL: u64 = 500_000;

/// And in memory, in bytes: faulting it in and giving it back takes about as long.
const HEAVY_MEMORY: usize = 8 << 20;

/// How many decisions after a heavy one need a permit.
const WARY: u32 = 1_000;

/// The permits of a route.
pub(super) struct Turns {
    permits: Semaphore,
    patience: Duration,
    /// How many more decisions need one.
    wary: AtomicU32,
}

/// Leave to decide, until it is dropped.
pub(super) enum Turn<'a> {
    /// Together with whoever else does.
    Free,
    /// As one of a few.
    Permitted { _permit: SemaphorePermit<'a> },
}

impl Turns {
    pub(super) fn new(limits: &EngineLimits) -> Self {
        Self { permits: Semaphore::new(at_once(limits)), patience: limits.wall_clock * PATIENCE, wary: 0.into() }
    }

    /// Leave to decide; none: others took too long.
    pub(super) async fn take(&self) -> Option<Turn<'_>> {
        // Read first: a write by every decision would bounce the cache line between cores.
        let is_wary = self.wary.load(Ordering::Relaxed) > 0;
        // One step, so that a heavy decision which ends meanwhile is not forgotten.
        let counts = |left: u32| left.checked_sub(1);
        if !is_wary || self.wary.fetch_update(Ordering::Relaxed, Ordering::Relaxed, counts).is_err() {
            return Some(Turn::Free);
        }
        let permit = match self.permits.try_acquire() {
            Ok(permit) => permit,
            Err(_) => tokio::time::timeout(self.patience, self.permits.acquire()).await.ok()?.ok()?,
        };
        Some(Turn::Permitted { _permit: permit })
    }

    /// Takes in what a decision took.
    pub(super) fn note<T>(&self, run: &Run<T>) {
        if run.fuel >= HEAVY_FUEL || run.memory >= HEAVY_MEMORY {
            self.wary.store(WARY, Ordering::Relaxed);
        }
    }
}

/// How many may hold a permit. Whatever the limit says, one thread is left to the other routes.
fn at_once(limits: &EngineLimits) -> usize {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    (limits.decisions_in_flight.get() as usize).min(threads.saturating_sub(1).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::log::LogBuffer;

    fn run(fuel: u64, memory: usize) -> Run<()> {
        Run { outcome: Ok(()), fuel, took: Duration::ZERO, memory, log: LogBuffer::default() }
    }

    fn turns() -> Turns {
        let limits = crate::config::Config::builtin().engine;
        Turns::new(&EngineLimits { decisions_in_flight: std::num::NonZeroU32::MIN, ..limits })
    }

    #[tokio::test(start_paused = true)]
    async fn usual_decisions_wait_for_nobody() {
        let turns = turns();
        let mut taken = Vec::new();
        for _ in 0..100 {
            taken.push(turns.take().await.unwrap());
            turns.note(&run(18_000, 1 << 20));
        }
        assert!(taken.iter().all(|turn| matches!(turn, Turn::Free)));
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_heavy_one_they_take_turns_until_none_was_heavy_for_long() {
        for heavy in [run(HEAVY_FUEL, 0), run(0, HEAVY_MEMORY)] {
            let turns = turns();
            turns.note(&heavy);
            let first = turns.take().await.unwrap();
            assert!(matches!(first, Turn::Permitted { .. }) && turns.take().await.is_none(), "its patience is over");
            drop(first);
            for _ in 2..WARY {
                assert!(matches!(turns.take().await, Some(Turn::Permitted { .. })));
            }
            assert!(matches!(turns.take().await, Some(Turn::Free)));
        }
    }
}
