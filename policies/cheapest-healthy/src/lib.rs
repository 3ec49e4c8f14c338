//! The cheapest target of the best tier that has one: healthy, within the context window, and with every feature that
//! the request needs. Where all of them are left alone for a moment, a request waits.

use fingerpost_sdk::prelude::*;
use serde::Deserialize;

/// The longest that a request waits for a target, in milliseconds.
const LONGEST_WAIT: u64 = 5_000;

/// The config; `{}` is complete.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The normal path.
    pub routing: RoutingConfig,
    /// The exception path.
    pub fallback: FallbackConfig,
}

/// Which target first.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RoutingConfig {
    /// The tier to use. Without: that of the route's first target.
    pub tier: Option<String>,
    /// The share of recent attempts that must have succeeded, in thousandths, for a target to count as healthy. The
    /// others are used last.
    pub healthy_from: u16,
    /// The number of recent attempts below which health is not judged.
    pub healthy_samples: u32,
}

impl Default for RoutingConfig {
    fn default() -> RoutingConfig {
        RoutingConfig { tier: None, healthy_from: 800, healthy_samples: 20 }
    }
}

/// What follows when it cannot serve.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FallbackConfig {
    /// How many tries may repeat one at the same target.
    pub retries: u32,
    /// Whether a worse tier may serve where nothing of the tier can. The answer is then marked `cheaper`.
    pub go_lower: bool,
}

impl Default for FallbackConfig {
    fn default() -> FallbackConfig {
        FallbackConfig { retries: 0, go_lower: true }
    }
}

/// The policy.
#[derive(Debug)]
pub struct CheapestHealthy {
    config: Config,
    rank: u8,
}

impl Policy for CheapestHealthy {
    type Config = Config;

    fn configure(setup: &Setup, config: Config) -> Result<Self, Vec<Problem>> {
        let named = |name: &String| setup.targets.iter().find(|target| target.tier == *name);
        let target = config.routing.tier.as_ref().map_or(setup.targets.first(), named);
        match target.map(|target| target.tier_rank) {
            Some(rank) => Ok(CheapestHealthy { config, rank }),
            None => Err(vec![Problem::new("routing.tier", "no target of the route has this tier")]),
        }
    }

    fn route(&self, facts: &Facts) -> Routed {
        let (choice, considered) = self.choose(facts, 0, |_| true);
        if let Some(send) = choice {
            let why = why("cheapest", "It is the cheapest healthy target of the best tier that can serve.");
            return Routed::send(send, why.considering(considered));
        }
        match self.soonest(facts) {
            Some(send) => {
                let why = why("wait", "No target that may serve can take the request now, and this one will soon.");
                Routed::send(send, why.considering(considered))
            }
            None => {
                let why = why("none-usable", "No target that may serve can take the request now.");
                Routed::reject(facts.refusal(), why.considering(considered))
            }
        }
    }

    fn fallback(&self, facts: &Facts, attempts: &Attempts) -> Recovered {
        if attempts.retries() < self.config.fallback.retries {
            let again = |target: Target| target.index() == attempts.last().target;
            let wait = Backoff::default().before_retry(facts, attempts);
            let retry = wait.map(|wait| (wait, self.choose(facts, wait, again)));
            if let Some((wait, (Some(send), considered))) = retry {
                let why = why("retry", "The failure is transient and the config allows a retry.");
                return Recovered::send(send.after(wait), attempts, why.considering(considered));
            }
        }
        let (choice, considered) = self.choose(facts, 0, |target| !attempts.tried(target));
        match choice {
            Some(send) => {
                let why = why("next-cheapest", "It is the cheapest healthy target that has not been tried.");
                Recovered::send(send, attempts, why.considering(considered))
            }
            None => {
                let why = why("exhausted", "No target that may serve is left to try.").considering(considered);
                Recovered::fail(attempts, why)
            }
        }
    }
}

impl CheapestHealthy {
    /// A try at the best of the `wanted` targets in `wait` milliseconds, with the verdict on each of them.
    fn choose<'a>(
        &self,
        facts: &Facts<'a>,
        wait: u64,
        wanted: impl Fn(Target) -> bool,
    ) -> (Option<SendTo>, Vec<(u16, String)>) {
        let Some(intended) = self.intended(facts) else { return (None, Vec::new()) };
        let mut considered = Vec::new();
        // A session leaves its target only for a better tier or when that ails, not to save a little.
        let moves = |target: Target| facts.session_target().is_some_and(|home| home != target);
        let mut best: Option<((u8, bool, bool, u64), Target<'a>)> = None;
        for target in facts.targets().filter(|target| wanted(*target)) {
            let verdict = match facts.obstacle_after(wait, target, intended) {
                Some(obstacle) => obstacle.verdict(),
                None if !self.may_serve(target) => "of another tier",
                None => {
                    let key = (target.tier_rank(), self.ails(target), moves(target), target.estimated_cost());
                    if best.is_none_or(|(other, _)| key < other) {
                        best = Some((key, target));
                    }
                    "possible"
                }
            };
            considered.push((target.index(), verdict.to_owned()));
        }
        (best.map(|(_, target)| self.send(facts, target, intended)), considered)
    }

    /// A try at the target that can be tried first of those that only have to be waited for.
    fn soonest(&self, facts: &Facts) -> Option<SendTo> {
        let intended = self.intended(facts)?;
        let (target, wait) = facts.soonest_for(intended, LONGEST_WAIT, |target| self.may_serve(target))?;
        Some(self.send(facts, target, intended).after(wait))
    }

    /// Whether the target is of the tier, or of a worse one where the config lets that serve.
    fn may_serve(&self, target: Target) -> bool {
        target.tier_rank() == self.rank || target.tier_rank() > self.rank && self.config.fallback.go_lower
    }

    /// The cheapest target of the tier that fits the request and the caller's boundaries, whether it is healthy or not.
    fn intended<'a>(&self, facts: &Facts<'a>) -> Option<Target<'a>> {
        let of_tier = facts.targets().filter(|target| target.tier_rank() == self.rank);
        of_tier.min_by_key(|target| (!target.state().allowed, facts.misfit(*target).is_some(), target.estimated_cost()))
    }

    fn ails(&self, target: Target) -> bool {
        let RoutingConfig { healthy_from, healthy_samples, .. } = self.config.routing;
        target.state().samples >= healthy_samples && target.success_permille() < healthy_from
    }

    fn send(&self, facts: &Facts, target: Target, intended: Target) -> SendTo {
        let send = target.send().intended(intended);
        let lower = target.tier_rank() > intended.tier_rank();
        let at_home = facts.session.is_none_or(|session| session.target == Some(target.index()));
        match (lower, at_home) {
            (true, true) => send.degraded("cheaper"),
            (true, false) => send.degraded("cheaper").session(SessionUse::Once),
            (false, true) => send,
            (false, false) => send.session(SessionUse::Move),
        }
    }
}

fingerpost_sdk::export!(CheapestHealthy);

#[cfg(test)]
mod tests;
