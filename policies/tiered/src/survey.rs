//! Looking over the targets: which may serve, what stands in the way of the others, and which of them goes first.

use fingerpost_sdk::prelude::*;

use crate::plan::{Class, Order};
use crate::situation::{Money, Situation};

/// The targets of one decision with the verdicts so far.
pub(crate) struct Survey<'s, 'a> {
    situation: &'s Situation<'a>,
    verdicts: Vec<Option<&'static str>>,
    /// Whether a target would have served, had there been the money.
    pub(crate) lacks_money: bool,
}

impl<'s, 'a> Survey<'s, 'a> {
    pub(crate) fn new(situation: &'s Situation<'a>) -> Survey<'s, 'a> {
        let verdicts = vec![None; situation.facts.setup.targets.len()];
        Survey { situation, verdicts, lacks_money: false }
    }

    /// The best of the `wanted` targets that may serve now.
    pub(crate) fn pick(&mut self, wanted: impl Fn(Target<'a>) -> bool) -> Option<Target<'a>> {
        self.pick_after(0, wanted)
    }

    /// The best of the `wanted` targets that may serve in `wait` milliseconds.
    pub(crate) fn pick_after(&mut self, wait: u64, wanted: impl Fn(Target<'a>) -> bool) -> Option<Target<'a>> {
        let mut best: Option<(Preference, Target<'a>)> = None;
        for target in self.situation.facts.targets().filter(|target| wanted(*target)) {
            if !self.may_serve(wait, target) {
                continue;
            }
            self.judge(target, "possible, but not the first in order");
            let preference = self.preference(target);
            if best.as_ref().is_none_or(|(other, _)| preference < *other) {
                best = Some((preference, target));
            }
        }
        let (_, target) = best?;
        self.judge(target, "chosen");
        Some(target)
    }

    /// The verdicts, for the explanation.
    pub(crate) fn considered(self) -> Vec<(u16, String)> {
        let verdicts = (0_u16..).zip(self.verdicts);
        verdicts.filter_map(|(index, verdict)| Some((index, verdict?.to_owned()))).collect()
    }

    fn may_serve(&mut self, wait: u64, target: Target<'a>) -> bool {
        let s = self.situation;
        if let Some(obstacle) = s.facts.obstacle_after(wait, target, s.intended) {
            self.lacks_money |= obstacle.is_budget();
            self.judge(target, obstacle.verdict());
            return false;
        }
        match own_obstacle(s, target) {
            Some(verdict) => {
                self.judge(target, verdict);
                false
            }
            None => true,
        }
    }

    fn judge(&mut self, target: Target<'_>, verdict: &'static str) {
        if let Some(slot) = self.verdicts.get_mut(usize::from(target.index())) {
            *slot = Some(verdict);
        }
    }

    fn preference(&self, target: Target<'_>) -> Preference {
        let s = self.situation;
        let routing = &s.policy.config.routing;
        let state = target.state();
        let provider = target.provider();
        let tried = s.facts.attempts().iter().filter_map(|attempt| s.facts.target(attempt.target));
        Preference {
            distance: target.tier_rank().abs_diff(s.home),
            // Targets of one provider tend to fail together.
            provider_failed: tried.into_iter().any(|tried| tried.provider() == provider),
            ails: state.samples >= routing.healthy_samples && state.success_permille < routing.healthy_from,
            cost: if s.plan.order == Order::Cheapest { target.estimated_cost() } else { 0 },
            index: target.index(),
        }
    }
}

/// What decides between targets that may all serve: the least goes first, by the first field that differs.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Preference {
    distance: u8,
    provider_failed: bool,
    ails: bool,
    cost: u64,
    index: u16,
}

/// What this policy itself holds against a target, beyond the host's bounds.
pub(crate) fn own_obstacle(s: &Situation<'_>, target: Target<'_>) -> Option<&'static str> {
    let (rank, meant) = (target.tier_rank(), s.intended.tier_rank());
    let cost = u128::from(target.estimated_cost()) * 1000;
    let exceeds = |permille: u32| cost > u128::from(s.intended.estimated_cost()) * u128::from(permille);
    if target == s.intended {
        return None;
    }
    if rank > meant && s.strict {
        return Some("a worse tier, and the request is sensitive");
    }
    if rank < s.open.0 || rank > s.open.1 {
        return Some("a tier that is not open to the tenant's plan");
    }
    if rank > s.worst {
        return Some("below the quality floor of the class");
    }
    if rank < meant {
        return match s.upgrade() {
            None => Some("a better tier, which nothing allows here"),
            Some(upgrade) if exceeds(upgrade.cost_permille) => Some("dearer than an upgrade may be"),
            Some(_) => None,
        };
    }
    if exceeds(s.plan.cost_permille) {
        return Some("dearer than the class allows");
    }
    if s.money >= Money::Restrained && s.class != Class::Critical && exceeds(1000) {
        return Some("dearer than the intended target, and the budget is short");
    }
    None
}
