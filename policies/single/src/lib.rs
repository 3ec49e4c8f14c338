//! The smallest useful policy: the first target of the route that can take the request; the next one that has not been
//! tried when that fails; and, where there is none, one retry.

use fingerpost_sdk::prelude::*;

/// The policy. It has no state and no config.
#[derive(Debug)]
pub struct Single;

impl Policy for Single {
    type Config = NoConfig;

    fn configure(_: &Setup, _: NoConfig) -> Result<Self, Vec<Problem>> {
        Ok(Single)
    }

    fn route(&self, facts: &Facts) -> Routed {
        match facts.usable().next() {
            Some(target) => Routed::send(target.send(), why("first-usable", "It comes first in the route.")),
            None => Routed::reject(facts.refusal(), why("none", "No target is usable.")),
        }
    }

    fn fallback(&self, facts: &Facts, attempts: &Attempts) -> Recovered {
        if let Some(target) = facts.usable().find(|target| !attempts.tried(*target)) {
            return Recovered::send(target.send(), attempts, why("next", "It has not been tried yet."));
        }
        let wait = Backoff::default().before_retry(facts, attempts).filter(|_| attempts.retries() == 0);
        match (facts.usable().next(), wait) {
            (Some(target), Some(wait)) => {
                Recovered::send(target.send().after(wait), attempts, why("retry", "No other target is left."))
            }
            _ => Recovered::fail(attempts, why("exhausted", "Every usable target has been tried.")),
        }
    }
}

fingerpost_sdk::export!(Single);

#[cfg(test)]
mod tests {
    use fingerpost_sdk::names::failure_kind::{CONTENT_POLICY, INVALID_KEY, SERVER_ERROR};
    use fingerpost_sdk::record::{Recovered, Routing};
    use fingerpost_sdk::testing::{Scene, failures, target};

    use super::*;

    fn after(scene: &Scene, attempts: &[(u16, &str)]) -> Recovered {
        scene.policy::<Single>("{}").fallback(&scene.facts, &failures(attempts))
    }

    fn two() -> Scene {
        Scene::of([target("a", "one"), target("b", "two")])
    }

    #[test]
    fn the_first_target_of_the_route_goes_first() {
        let scene = two();
        assert_eq!(scene.policy::<Single>("{}").route(&scene.facts).sent().map(|send| send.target), Some(0));
    }

    #[test]
    fn a_target_that_failed_lately_is_passed_over() {
        let scene = Scene::of([target("a", "one").cooling(), target("b", "two")]);
        let routed = scene.policy::<Single>("{}").route(&scene.facts);
        assert_eq!(routed.sent().map(|send| (send.target, send.intended)), Some((1, 0)));
    }

    #[test]
    fn a_route_without_a_usable_target_refuses() {
        let scene = Scene::of([target("a", "one").cooling()]);
        let routed = scene.policy::<Single>("{}").route(&scene.facts);
        assert!(matches!(routed.decision, Routing::Reject(rejection) if rejection.status == 503));
    }

    #[test]
    fn a_route_that_nobody_can_pay_for_says_so() {
        let scene = Scene::of([target("a", "one").cost(5)]).budget_used(1000);
        let routed = scene.policy::<Single>("{}").route(&scene.facts);
        assert!(matches!(routed.decision, Routing::Reject(rejection) if rejection.code == "insufficient_quota"));
    }

    #[test]
    fn what_lies_outside_of_the_boundaries_is_passed_over() {
        let scene = Scene::of([target("a", "one").out_of_boundary(), target("b", "two")]);
        let routed = scene.policy::<Single>("{}").route(&scene.facts);
        assert_eq!(routed.sent().map(|send| send.target), Some(1));
        let scene = Scene::of([target("a", "one").out_of_boundary()]);
        let routed = scene.policy::<Single>("{}").route(&scene.facts);
        assert!(matches!(routed.decision, Routing::Reject(rejection) if rejection.code == "no_allowed_target"));
    }

    #[test]
    fn the_next_target_follows() {
        assert_eq!(after(&two(), &[(0, SERVER_ERROR)]).sent().map(|send| send.target), Some(1));
    }

    #[test]
    fn a_target_without_another_is_retried_once() {
        let scene = Scene::of([target("a", "one")]);
        assert_eq!(after(&scene, &[(0, SERVER_ERROR)]).explanation.rule, "retry");
        assert_eq!(after(&scene, &[(0, SERVER_ERROR), (0, SERVER_ERROR)]).explanation.rule, "exhausted");
        assert_eq!(after(&scene, &[(0, INVALID_KEY)]).explanation.rule, "exhausted");
    }

    #[test]
    fn a_failure_that_is_the_same_everywhere_is_not_carried_on() {
        assert_eq!(after(&two(), &[(0, CONTENT_POLICY)]).explanation.rule, "exhausted");
    }
}
