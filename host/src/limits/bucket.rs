//! One limit a minute by the generic cell rate algorithm: a single instant says how much is used. Instants are nanoseconds
//! on a clock that the owner keeps.

use std::num::NonZeroU32;
use std::time::Duration;

/// What a limit is counted over, and what it can be used up in at once.
const MINUTE: u64 = 60_000_000_000;

/// A limit in use.
#[derive(Debug)]
pub(super) struct Bucket {
    limit: NonZeroU32,
    /// When all of it will be there again; in the past: it is there.
    full_at: u64,
}

/// What a limit has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// The limit.
    pub limit: u32,
    /// What may be used at once.
    pub remaining: u32,
    /// Until all of it is there again.
    pub resets_in: Duration,
}

impl Bucket {
    /// An unused one.
    pub(super) const fn new(limit: NonZeroU32) -> Self {
        Self { limit, full_at: 0 }
    }

    pub(super) const fn limit(&self) -> u32 {
        self.limit.get()
    }

    /// The time in which so much comes back, rounded up.
    fn time_of(&self, amount: u64) -> u64 {
        let time = (u128::from(amount) * u128::from(MINUTE)).div_ceil(u128::from(self.limit.get()));
        u64::try_from(time).unwrap_or(u64::MAX)
    }

    /// Until so much may be used if nobody else comes; none: it may be used now.
    pub(super) fn wait(&self, amount: u64, now: u64) -> Option<Duration> {
        let full_at = self.full_at.max(now).saturating_add(self.time_of(amount));
        let wait = full_at.saturating_sub(now.saturating_add(MINUTE));
        (wait > 0).then(|| Duration::from_nanos(wait))
    }

    /// Uses so much, whether or not there was as much.
    pub(super) fn charge(&mut self, amount: u64, now: u64) {
        self.full_at = self.full_at.max(now).saturating_add(self.time_of(amount));
    }

    /// Puts what was used in the place of what was charged for it.
    pub(super) fn correct(&mut self, charged: u64, used: u64, now: u64) {
        if used > charged {
            self.charge(used - charged, now);
        } else {
            // What came back with time meanwhile does not come back twice: the past counts for nothing.
            self.full_at = self.full_at.saturating_sub(self.time_of(charged - used));
        }
    }

    /// What is left.
    pub(super) fn level(&self, now: u64) -> Level {
        let used = self.full_at.saturating_sub(now);
        let left = u128::from(MINUTE.saturating_sub(used)) * u128::from(self.limit.get()) / u128::from(MINUTE);
        Level {
            limit: self.limit.get(),
            remaining: u32::try_from(left).unwrap_or(u32::MAX),
            resets_in: Duration::from_nanos(used),
        }
    }
}

impl Level {
    /// The time until all of it is there again, as OpenAI writes it: `6m0s`, `1.5s`, `20ms`.
    #[must_use]
    pub fn reset(&self) -> String {
        // Rounded up: who waits for it must not be early.
        let millis = self.resets_in.as_nanos().div_ceil(1_000_000);
        if millis < 1_000 {
            return format!("{millis}ms");
        }
        let (minutes, millis) = (millis / 60_000, millis % 60_000);
        let fraction = format!("{:03}", millis % 1_000);
        let fraction = fraction.trim_end_matches('0');
        let dot = if fraction.is_empty() { "" } else { "." };
        let seconds = format!("{}{dot}{fraction}s", millis / 1_000);
        match (minutes / 60, minutes % 60) {
            (0, 0) => seconds,
            (0, minutes) => format!("{minutes}m{seconds}"),
            (hours, minutes) => format!("{hours}h{minutes}m{seconds}"),
        }
    }
}
