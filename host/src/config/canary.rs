//! When a policy on trial is worse than the active one. Who compares them is `trial.rs`.

use std::num::NonZeroU32;
use std::time::Duration;

use super::Name;

/// How a route's candidate is compared with its active version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CanaryRules {
    /// Decisions, or requests, that there must be of each before they are compared.
    pub min_samples: NonZeroU32,
    /// How long what was counted is compared, before counting begins anew.
    pub window: Duration,
    /// How much greater a rate may be, in thousandths.
    pub rate_margin_permille: u32,
    /// How many times as great a mean may be, in thousandths.
    pub mean_margin_permille: u32,
    /// The webhook that hears of a candidate that was rolled back.
    pub webhook: Option<Name>,
}

impl Default for CanaryRules {
    fn default() -> Self {
        super::defaults::CANARY
    }
}
