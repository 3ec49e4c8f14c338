//! A split by percentage: each target of the route gets its share of the traffic, a session stays at its target, and what
//! fails goes to the rest in the proportion of their weights. Where all of them are left alone for a moment, a request waits.

use std::collections::BTreeMap;

use fingerpost_sdk::names::attribute;
use fingerpost_sdk::prelude::*;
use serde::Deserialize;

/// The longest that a request waits for a target, in milliseconds.
const LONGEST_WAIT: u64 = 5_000;

/// The config: `{"routing": {"weights": {"a": 90, "b": 10}}}`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The normal path. The exception path has no settings.
    pub routing: RoutingConfig,
}

/// Which target first.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RoutingConfig {
    /// The share of each target, by its id. Any unit will do; targets that are not named get nothing.
    pub weights: BTreeMap<String, u32>,
}

/// The policy.
#[derive(Debug)]
pub struct Weighted {
    /// In the order of the set-up's targets.
    weights: Vec<u32>,
}

impl Policy for Weighted {
    type Config = Config;

    fn configure(setup: &Setup, config: Config) -> Result<Self, Vec<Problem>> {
        let weights = config.routing.weights;
        let known = |id: &String| setup.targets.iter().any(|target| target.id == *id);
        let unknown = weights.keys().filter(|id| !known(id));
        let mut problems: Vec<Problem> =
            unknown.map(|id| Problem::new(format!("routing.weights.{id}"), "the route has no such target")).collect();
        if weights.values().all(|weight| *weight == 0) {
            problems.push(Problem::new("routing.weights", "at least one target needs a weight above 0"));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let weight = |id: &String| weights.get(id).copied().unwrap_or(0);
        Ok(Weighted { weights: setup.targets.iter().map(|target| weight(&target.id)).collect() })
    }

    fn route(&self, facts: &Facts) -> Routed {
        let unclaimed = facts.session.is_some_and(|session| session.target.is_none());
        let session = if unclaimed { SessionUse::Move } else { SessionUse::Keep };
        if let Some((target, intended)) = self.pick(facts, |_| true) {
            let send = target.send().intended(intended).session(session);
            return Routed::send(send, why("share", "The request, or its session, falls into this target's share."));
        }
        match self.soonest(facts) {
            Some((target, intended, wait)) => {
                let why = why("wait", "No target with a weight can take the request now, and this one will soon.");
                Routed::send(target.send().intended(intended).session(session).after(wait), why)
            }
            None => {
                let why = why("none-usable", "No target with a weight can take the request now.");
                Routed::reject(facts.refusal(), why)
            }
        }
    }

    fn fallback(&self, facts: &Facts, attempts: &Attempts) -> Recovered {
        match self.pick(facts, |target| !attempts.tried(target)) {
            Some((target, intended)) => {
                let why = why("remaining-share", "Of the targets that have not failed it falls into this one's share.");
                Recovered::send(target.send().intended(intended), attempts, why)
            }
            None => Recovered::fail(attempts, why("exhausted", "No target with a weight is left to try.")),
        }
    }
}

impl Weighted {
    /// The target that the session belongs to. One that has lost its weight is left.
    fn served_last<'a>(&self, facts: &Facts<'a>) -> Option<Target<'a>> {
        let target = facts.session_target()?;
        let has_weight = self.weights.get(usize::from(target.index())) > Some(&0);
        (has_weight && target.state().allowed).then_some(target)
    }

    /// The target whose share the request falls into, of those that are usable and `wanted`; and the one it would be
    /// if all were. A session that leaves an unusable target comes back to it, and no other session moves.
    fn pick<'a>(&self, facts: &Facts<'a>, wanted: impl Fn(Target) -> bool) -> Option<(Target<'a>, Target<'a>)> {
        let (number, intended) = self.intended(facts)?;
        if wanted(intended) && facts.obstacle(intended, intended).is_none() {
            return Some((intended, intended));
        }
        let usable = |target: Target<'a>| wanted(target) && facts.obstacle(target, intended).is_none();
        let rest = self.weights_of(facts, usable);
        // Hashed anew: the old number lies within the share that is gone, and would not spread over the rest.
        let target = target_at(facts, sticky(&number.to_string()), &rest)?;
        Some((target, intended))
    }

    /// The number that stands for the request or its session, and the target whose share it falls into.
    fn intended<'a>(&self, facts: &Facts<'a>) -> Option<(u64, Target<'a>)> {
        let number = facts.attribute(attribute::SESSION).map_or(facts.request.seed, sticky);
        let allowed = self.weights_of(facts, |target| target.state().allowed);
        let intended = self.served_last(facts).or_else(|| target_at(facts, number, &allowed))?;
        Some((number, intended))
    }

    /// The target that can be tried first of those that only have to be waited for, the one that was meant, and the wait.
    fn soonest<'a>(&self, facts: &Facts<'a>) -> Option<(Target<'a>, Target<'a>, u64)> {
        let (_, intended) = self.intended(facts)?;
        let has_weight = |target: Target| self.weights.get(usize::from(target.index())) > Some(&0);
        let (target, wait) = facts.soonest_for(intended, LONGEST_WAIT, has_weight)?;
        Some((target, intended, wait))
    }

    /// The weights of the targets that are `wanted`; the others have none.
    fn weights_of<'a>(&self, facts: &Facts<'a>, wanted: impl Fn(Target<'a>) -> bool) -> Vec<u32> {
        let weights = facts.targets().zip(&self.weights);
        weights.map(|(target, weight)| if wanted(target) { *weight } else { 0 }).collect()
    }
}

fn target_at<'a>(facts: &Facts<'a>, number: u64, weights: &[u32]) -> Option<Target<'a>> {
    let index = pick_weighted(number, weights)?;
    facts.target(u16::try_from(index).ok()?)
}

fingerpost_sdk::export!(Weighted);

#[cfg(test)]
mod tests {
    use fingerpost_sdk::Configured;
    use fingerpost_sdk::names::failure_kind::SERVER_ERROR;
    use fingerpost_sdk::testing::{Scene, failures, target};

    use super::*;

    const CONFIG: &str = r#"{"routing": {"weights": {"a": 80, "b": 20}}}"#;

    fn scene() -> Scene {
        Scene::of([target("a", "one"), target("b", "two"), target("c", "three")])
    }

    fn sent(scene: &Scene) -> Option<u16> {
        scene.policy::<Weighted>(CONFIG).route(&scene.facts).sent().map(|send| send.target)
    }

    #[test]
    fn the_traffic_is_split_by_weight() {
        let mut scene = scene();
        let policy = scene.policy::<Weighted>(CONFIG);
        let mut counts = [0_u32; 3];
        for seed in 0..10_000 {
            scene.facts.request.seed = sticky(&format!("{seed}"));
            let routed = policy.route(&scene.facts);
            counts[usize::from(routed.sent().expect("a try").target)] += 1;
        }
        assert!(counts[0].abs_diff(8_000) < 200 && counts[2] == 0, "{counts:?}");
    }

    #[test]
    fn a_session_stays_at_its_target_whatever_the_seed() {
        let mut scene = scene().attribute("session", "thread-1");
        let first = sent(&scene);
        scene.facts.request.seed = 99;
        assert_eq!(sent(&scene), first);
    }

    #[test]
    fn a_session_that_the_gateway_knows_stays_where_it_was_whatever_its_name() {
        for name in ["thread-1", "thread-2", "thread-3", "thread-4"] {
            assert_eq!(sent(&scene().attribute("session", name).session(Some(1))), Some(1));
        }
    }

    #[test]
    fn what_lies_outside_of_the_boundaries_has_no_share() {
        let mut scene = scene().session(Some(0));
        scene.facts.targets[0].allowed = false;
        let routed = scene.policy::<Weighted>(CONFIG).route(&scene.facts);
        assert_eq!(routed.sent().map(|send| (send.target, send.intended)), Some((1, 1)));
    }

    #[test]
    fn what_fails_goes_to_the_remaining_weights() {
        let scene = scene().session(Some(0));
        let recovered = scene.policy::<Weighted>(CONFIG).fallback(&scene.facts, &failures(&[(0, SERVER_ERROR)]));
        assert_eq!(recovered.sent().map(|send| (send.target, send.intended)), Some((1, 0)));
    }

    #[test]
    fn what_is_left_alone_for_a_moment_is_waited_for_unless_it_has_no_weight() {
        let scene = Scene::of([
            target("a", "one").resting(2_000),
            target("b", "two").cooling(),
            target("c", "three").resting(1),
        ]);
        let routed = scene.policy::<Weighted>(CONFIG).route(&scene.facts);
        assert_eq!((routed.explanation.rule.as_str(), routed.sent().map(|send| send.target)), ("wait", Some(0)));
        assert!(routed.sent().is_some_and(|send| (2_000..=2_500).contains(&send.after)), "{routed:?}");
    }

    #[test]
    fn a_target_without_a_weight_gets_nothing_even_when_the_rest_fails() {
        let scene = scene();
        let attempts = failures(&[(0, SERVER_ERROR), (1, SERVER_ERROR)]);
        let recovered = scene.policy::<Weighted>(CONFIG).fallback(&scene.facts, &attempts);
        assert_eq!(recovered.explanation.rule, "exhausted");
    }

    #[test]
    fn weights_for_unknown_targets_and_missing_ones_are_reported() {
        for (config, path) in
            [(r#"{"routing": {"weights": {"x": 1}}}"#, "routing.weights.x"), ("{}", "routing.weights")]
        {
            let setup = Setup { config: config.into(), ..scene().setup };
            let problems = Configured::<Weighted>::new(setup).expect_err("problems");
            assert_eq!(problems[0].path, path);
        }
    }
}
