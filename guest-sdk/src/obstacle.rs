//! Why a target cannot be tried now: the host's bounds, the state of the target, and what earlier attempts forbid. The
//! host would overrule a decision that these rule out, so a policy asks first and says in its explanation what it found.

use std::borrow::Cow;

use crate::attempts::count;
use crate::names::failure_kind;
use crate::record::{Attempt, Availability};
use crate::{Facts, Target};

/// What stands in the way of trying a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Obstacle {
    /// The boundaries of the tenant or the key exclude it.
    OutOfBoundary,
    /// It is not the intended target, and the route, the key or the tenant is kept from any fallback.
    KeptFromFallback,
    /// The request has had all the attempts that it may have.
    NoAttemptsLeft,
    /// No time is left.
    NoTimeLeft,
    /// The last failure would be the same at any other target.
    OthersCannotHelp,
    /// It failed in a way that another try there cannot mend.
    NotRetryable,
    /// It has had all the attempts that it may have.
    TriedTooOften,
    /// It failed, and its retry budget allows no retry now.
    NoRetriesLeft,
    /// It failed lately or asked for it, and is left alone: [`Facts::why_cooling`] tells which.
    Cooling,
    /// It has neither a slot nor a place in its queue left.
    Busy,
    /// The request does not fit its context window.
    WindowTooSmall,
    /// It cannot do something that the request needs.
    LacksFeature,
    /// It cannot do something that an earlier turn of the session needed: what is in the conversation already would
    /// break there.
    LacksSessionFeature,
    /// Its tier is below the quality floor.
    BelowFloor,
    /// Its tier is worse than the intended one, and the route allows no downgrade.
    Downgrade,
    /// Its tier is better than the intended one, and the route allows no upgrade.
    Upgrade,
    /// It costs too many times what the intended target costs.
    TooDear,
    /// The request would cost more than it may.
    OverMaxCost,
    /// A budget does not hold what it would cost.
    OverBudget,
}

impl Obstacle {
    /// The verdict for the explanation.
    #[must_use]
    pub fn verdict(self) -> &'static str {
        match self {
            Obstacle::OutOfBoundary => "outside the caller's boundaries",
            Obstacle::KeptFromFallback => "another target, and the request is kept from any fallback",
            Obstacle::NoAttemptsLeft => "no attempts left",
            Obstacle::NoTimeLeft => "no time left",
            Obstacle::OthersCannotHelp => "another target cannot help",
            Obstacle::NotRetryable => "failed in a way that a retry cannot mend",
            Obstacle::TriedTooOften => "tried as often as the bounds allow",
            Obstacle::NoRetriesLeft => "no retries left at this target",
            Obstacle::Cooling => "failed lately and is left alone",
            Obstacle::Busy => "no slot left",
            Obstacle::WindowTooSmall => "context window too small",
            Obstacle::LacksFeature => "lacks a feature that the request needs",
            Obstacle::LacksSessionFeature => "lacks a feature that the session has used",
            Obstacle::BelowFloor => "below the quality floor",
            Obstacle::Downgrade => "a downgrade, which the route does not allow",
            Obstacle::Upgrade => "an upgrade, which the route does not allow",
            Obstacle::TooDear => "dearer than the bounds allow",
            Obstacle::OverMaxCost => "over the request's maximum cost",
            Obstacle::OverBudget => "over the budget",
        }
    }

    /// Whether it is about money: the target would do, if it were paid for.
    #[must_use]
    pub fn is_budget(self) -> bool {
        matches!(self, Obstacle::OverBudget)
    }
}

impl From<Obstacle> for Cow<'static, str> {
    fn from(obstacle: Obstacle) -> Self {
        Cow::Borrowed(obstacle.verdict())
    }
}

impl Facts<'_> {
    /// What stands in the way of trying `target` now, where the policy means to use `intended`; `None`: nothing does.
    #[must_use]
    pub fn obstacle(&self, target: Target<'_>, intended: Target<'_>) -> Option<Obstacle> {
        self.obstacle_within(Some(0), target, intended)
    }

    /// What will stand in the way of trying `target` in `wait` milliseconds, as far as that can be told now: for a policy
    /// that means to wait so long, with [`crate::record::SendTo::after`]. `None`: nothing will.
    #[must_use]
    pub fn obstacle_after(&self, wait: u64, target: Target<'_>, intended: Target<'_>) -> Option<Obstacle> {
        self.obstacle_within(Some(wait), target, intended)
    }

    /// What would stand in the way of trying `target` once its cool-down is over: for a policy that means to wait for
    /// that, with [`crate::record::SendTo::after`]. `None`: nothing would.
    #[must_use]
    pub fn obstacle_once_cooled(&self, target: Target<'_>, intended: Target<'_>) -> Option<Obstacle> {
        self.obstacle_within(None, target, intended)
    }

    /// `wait`: how long is waited at most; `None`: for as long as the target cools.
    fn obstacle_within(&self, wait: Option<u64>, target: Target<'_>, intended: Target<'_>) -> Option<Obstacle> {
        self.misfit(target)
            .or_else(|| self.past_obstacle(target))
            .or_else(|| self.present_obstacle(target, wait))
            .or_else(|| self.tier_obstacle(target, intended))
            .or_else(|| self.money_obstacle(target, intended))
    }

    /// Why `target` could never serve this request, whatever its state: the context window or a missing feature, of
    /// this turn or of an earlier one of the session. It is what moving the session there would break; a policy that
    /// moves one asks this (or [`Facts::obstacle`], which includes it) first.
    #[must_use]
    pub fn misfit(&self, target: Target<'_>) -> Option<Obstacle> {
        let output = self.request.max_output_tokens.unwrap_or(0);
        let tokens = self.request.input_tokens.saturating_add(output);
        if target.context_window().is_some_and(|window| tokens > window) {
            return Some(Obstacle::WindowTooSmall);
        }
        if !self.request.needs.iter().all(|feature| target.has(feature)) {
            return Some(Obstacle::LacksFeature);
        }
        let earlier = self.session.map(|session| session.needs.as_slice()).unwrap_or_default();
        (!earlier.iter().all(|feature| target.has(feature))).then_some(Obstacle::LacksSessionFeature)
    }

    /// What earlier attempts forbid.
    fn past_obstacle(&self, target: Target<'_>) -> Option<Obstacle> {
        let index = target.index();
        let failed = self.failed()?;
        // A target that does not take an answer that has begun was not tried after all.
        let tried = |attempt: &Attempt| !attempt.failure.is(failure_kind::PREFILL_REFUSED);
        let tries = count(failed.all(), |attempt| attempt.target == index && tried(attempt));
        let last = failed.last();
        let forbids = |kind: &str| last.failure.is(kind) && last.target != index;
        if count(failed.all(), tried) >= self.bounds.max_attempts {
            Some(Obstacle::NoAttemptsLeft)
        } else if last.target != index && !last.failure.other_target_ok {
            Some(Obstacle::OthersCannotHelp)
        } else if count(failed.all(), |attempt| attempt.target == index && !attempt.failure.same_target_ok) > 0 {
            Some(Obstacle::NotRetryable)
        } else if tries >= self.bounds.max_same_target && tries > 0 {
            Some(Obstacle::TriedTooOften)
        } else if tries > 0 && target.state().retries_left == 0 {
            Some(Obstacle::NoRetriesLeft)
        } else if forbids(failure_kind::CONTEXT_LENGTH) && !self.is_larger(target, last.target) {
            Some(Obstacle::WindowTooSmall)
        } else {
            None
        }
    }

    /// Whether the context window of `target` is known to be larger than that of the target with index `than`.
    fn is_larger(&self, target: Target<'_>, than: u16) -> bool {
        let known = self.target(than).and_then(|than| than.context_window());
        match (target.context_window(), known) {
            (Some(window), Some(than)) => window > than,
            (Some(_), None) => true,
            (None, _) => false,
        }
    }

    fn present_obstacle(&self, target: Target<'_>, wait: Option<u64>) -> Option<Obstacle> {
        let cools_after = |wait: u64| wait == 0 || target.state().cooling_for.is_none_or(|left| left > wait);
        if !target.state().allowed {
            Some(Obstacle::OutOfBoundary)
        } else if self.request.time_left <= wait.unwrap_or(0) {
            Some(Obstacle::NoTimeLeft)
        } else if target.state().availability == Availability::Cooling && wait.is_some_and(cools_after) {
            Some(Obstacle::Cooling)
        } else if target.state().slots_left == 0 && target.state().queue_left == 0 {
            Some(Obstacle::Busy)
        } else {
            None
        }
    }

    fn tier_obstacle(&self, target: Target<'_>, intended: Target<'_>) -> Option<Obstacle> {
        let (rank, meant) = (target.tier_rank(), intended.tier_rank());
        if self.is_kept_from_fallback() && target != intended {
            Some(Obstacle::KeptFromFallback)
        } else if rank > self.bounds.worst_tier_rank {
            Some(Obstacle::BelowFloor)
        } else if rank > meant && !self.bounds.downgrade {
            Some(Obstacle::Downgrade)
        } else if rank < meant && !self.bounds.upgrade {
            Some(Obstacle::Upgrade)
        } else {
            None
        }
    }

    fn money_obstacle(&self, target: Target<'_>, intended: Target<'_>) -> Option<Obstacle> {
        let cost = target.estimated_cost();
        let most = u128::from(intended.estimated_cost()) * u128::from(self.bounds.max_cost_permille);
        let so_far = self.failed().map_or(0, |failed| failed.cost());
        let total = so_far.saturating_add(cost);
        let at_once = so_far.saturating_add(target.reserved_at_once());
        // The greatest number stands for an unknown price, and what is dear beside that nobody can say.
        let is_base_unknown =
            intended.estimated_cost() == u64::MAX && cost != u64::MAX && target.index() != intended.index();
        if is_base_unknown || u128::from(cost) * 1000 > most {
            Some(Obstacle::TooDear)
        } else if self.bounds.max_cost.is_some_and(|max| total > max) {
            Some(Obstacle::OverMaxCost)
        } else if self.budgets.iter().any(|budget| at_once > budget.left_for_request()) {
            Some(Obstacle::OverBudget)
        } else {
            None
        }
    }
}
