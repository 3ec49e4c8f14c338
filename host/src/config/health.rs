//! When a target is left alone, how it comes back, and what it takes at once. Who goes by it is `health.rs`.

use std::num::NonZeroU32;
use std::time::Duration;

/// When targets and credentials are left alone, and how they come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HealthRules {
    /// Failures in a row after which a target cools down.
    pub failures_in_a_row: NonZeroU32,
    /// The share of recent outcomes, in thousandths, that fail when it cools down.
    pub failure_permille: u32,
    /// Recent outcomes that there must be for that.
    pub samples: NonZeroU32,
    /// How long an outcome counts.
    pub memory: Duration,
    /// The first cool-down; each further one is twice as long.
    pub first_cool_down: Duration,
    /// The longest cool-down that failures alone bring.
    pub longest_cool_down: Duration,
    /// The cool-down of what only the operator can mend.
    pub refused_cool_down: Duration,
    /// After a good probe, the time in which the share of requests that see the target doubles; zero: all at once.
    pub ramp: Duration,
}

impl Default for HealthRules {
    fn default() -> Self {
        super::defaults::HEALTH
    }
}

/// Where requests wait that find no slot of a target free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Queue {
    /// Places in it.
    pub length: NonZeroU32,
    /// The longest wait for a slot.
    pub timeout: Duration,
}
