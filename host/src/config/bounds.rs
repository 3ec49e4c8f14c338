//! What the host holds a request to, and how a class or a key narrows it. Who enforces it is `decision.rs`.

use std::num::NonZeroU32;
use std::time::Duration;

use super::TrafficClass;
use crate::money::NanoUsd;

/// What the host holds a request to, whatever the policy says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// Attempts in all.
    pub max_attempts: NonZeroU32,
    /// Attempts at any one target.
    pub max_same_target: NonZeroU32,
    /// From arrival to the end.
    pub deadline: Duration,
    /// The quality floor: the greatest tier rank that may serve.
    pub worst_tier_rank: u8,
    /// The most that the request may cost.
    pub max_cost: Option<NanoUsd>,
    /// The most that one attempt may be estimated at, in thousandths of the intended target's estimate.
    pub max_cost_permille: u32,
    /// Whether a worse tier than the intended one may serve.
    pub downgrade: bool,
    /// Whether a better tier than the intended one may serve.
    pub upgrade: bool,
    /// The classes that the policy may move a request to.
    pub may_reclassify_to: Vec<TrafficClass>,
    /// No decision may limit the output of a choice below this; 0: any may.
    pub min_output_tokens: u32,
    /// Whether the policy may put a request into a queue of the route.
    pub may_defer: bool,
    /// Whether anything but the intended target may serve.
    pub fallback: bool,
}

/// Bounds that a class or a key adds. Only what is tighter than the route's has an effect.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BoundsPatch {
    /// Attempts in all.
    pub max_attempts: Option<NonZeroU32>,
    /// Attempts at any one target.
    pub max_same_target: Option<NonZeroU32>,
    /// From arrival to the end.
    pub deadline: Option<Duration>,
    /// The quality floor.
    pub worst_tier_rank: Option<u8>,
    /// The most that the request may cost.
    pub max_cost: Option<NanoUsd>,
    /// The cost multiple.
    pub max_cost_permille: Option<u32>,
    /// Whether a worse tier may serve.
    pub downgrade: Option<bool>,
    /// Whether a better tier may serve.
    pub upgrade: Option<bool>,
    /// Whether it may be put off.
    pub may_defer: Option<bool>,
    /// Whether anything but the intended target may serve.
    pub fallback: Option<bool>,
}

impl Bounds {
    /// The tighter of the two, field by field.
    #[must_use]
    pub fn narrowed(mut self, patch: &BoundsPatch) -> Self {
        fn least<T: Ord + Copy>(mine: &mut T, other: Option<T>) {
            if let Some(other) = other {
                *mine = (*mine).min(other);
            }
        }
        least(&mut self.max_attempts, patch.max_attempts);
        least(&mut self.max_same_target, patch.max_same_target);
        least(&mut self.deadline, patch.deadline);
        least(&mut self.worst_tier_rank, patch.worst_tier_rank);
        least(&mut self.max_cost_permille, patch.max_cost_permille);
        least(&mut self.downgrade, patch.downgrade);
        least(&mut self.upgrade, patch.upgrade);
        least(&mut self.may_defer, patch.may_defer);
        least(&mut self.fallback, patch.fallback);
        self.max_cost = match (self.max_cost, patch.max_cost) {
            (Some(mine), Some(other)) => Some(mine.min(other)),
            (mine, other) => mine.or(other),
        };
        self
    }
}

/// Time limits of one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttemptLimits {
    /// Until the connection stands.
    pub connect: Duration,
    /// Until the response's head.
    pub first_byte: Duration,
    /// Until the first token of a stream.
    pub first_token: Duration,
    /// The longest silence in a stream.
    pub idle: Duration,
    /// The longest time in a stream between two deltas that carry content.
    pub content_idle: Duration,
    /// The whole attempt.
    pub total: Duration,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn a_patch_makes_bounds_tighter_and_never_looser() {
        let bounds = Config::builtin().routes["support_draft"].bounds.clone();
        let looser = BoundsPatch {
            max_attempts: NonZeroU32::new(100),
            deadline: Some(Duration::from_secs(1_000)),
            worst_tier_rank: Some(9),
            max_cost: Some(NanoUsd(u64::MAX)),
            downgrade: Some(true),
            upgrade: Some(true),
            may_defer: Some(true),
            fallback: Some(true),
            ..BoundsPatch::default()
        };
        assert_eq!(bounds.clone().narrowed(&looser), bounds);
        let (worst_tier_rank, max_cost, fallback) = (Some(0), Some(NanoUsd(1)), Some(false));
        let tighter = BoundsPatch { worst_tier_rank, max_cost, fallback, ..BoundsPatch::default() };
        let narrowed = bounds.narrowed(&tighter);
        assert_eq!((narrowed.worst_tier_rank, narrowed.max_cost, narrowed.fallback), (0, Some(NanoUsd(1)), false));
    }
}
