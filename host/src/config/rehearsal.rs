//! How much of the record a new policy is asked again before it decides. Who asks is `lifecycle/rehearsal.rs`.

use std::time::Duration;

/// What of a route's record a new policy is asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RehearsalRules {
    /// The latest so many decisions; 0: none.
    pub decisions: u32,
    /// The longest that it may take.
    pub time: Duration,
}
