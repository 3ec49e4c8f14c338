//! Limits, facts and guests for this module's own tests.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::config::EngineLimits;

/// The limits that the defaults of the config set.
pub(super) fn limits() -> EngineLimits {
    EngineLimits {
        fuel: 2_000_000,
        wall_clock: Duration::from_millis(10),
        memory_bytes: 16 << 20,
        output_bytes: 256 << 10,
        log_lines: 20,
        log_lines_per_second: 100,
        component_bytes: 8 << 20,
        admission_time: Duration::from_secs(30),
        admission_memory_bytes: 1 << 30,
        decisions_in_flight: NonZeroU32::new(8).unwrap(),
        failures_until_set_aside: NonZeroU32::new(5).unwrap(),
    }
}
