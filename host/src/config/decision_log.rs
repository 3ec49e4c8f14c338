//! What is kept of decisions for replays.

use std::time::Duration;

use super::Name;

/// What is kept of decisions, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionLogRules {
    /// Whether anything is kept.
    pub enabled: bool,
    /// The most that all segments together take, in bytes.
    pub max_bytes: u64,
    /// How long a segment is kept after its last decision.
    pub keep: Duration,
    /// Names whose values are left out: `user` for the end user, others for attributes.
    pub redact: Vec<Name>,
}
