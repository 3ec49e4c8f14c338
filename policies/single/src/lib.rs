//! The smallest useful policy: the first target of the route that can take the request; the next one that has not been
//! tried when that fails; and, where there is none, one retry. Where every target is left alone for a moment, it waits.

use fingerpost_sdk::prelude::*;

/// The longest that it waits for a target, in milliseconds: what a provider asks for at most before a retry.
const LONGEST_WAIT: u64 = 5_000;

/// The policy. It has no state and no config.
#[derive(Debug)]
pub struct Single;

impl Policy for Single {
    type Config = NoConfig;

    fn configure(_: &Setup, _: NoConfig) -> Result<Self, Vec<Problem>> {
        Ok(Single)
    }

    fn route(&self, facts: &Facts) -> Routed {
        if let Some(target) = facts.usable().next() {
            return Routed::send(target.send(), why("first-usable", "It comes first in the route."));
        }
        match facts.soonest(LONGEST_WAIT) {
            Some((target, wait)) => {
                Routed::send(target.send().after(wait), why("wait", "No target is usable, and this one will be soon."))
            }
            None => Routed::reject(facts.refusal(), why("none", "No target is usable.")),
        }
    }

    fn fallback(&self, facts: &Facts, attempts: &Attempts) -> Recovered {
        if let Some(target) = facts.usable().find(|target| !attempts.tried(*target)) {
            return Recovered::send(target.send(), attempts, why("next", "It has not been tried yet."));
        }
        let wait = Backoff::default().before_retry(facts, attempts).filter(|_| attempts.retries() == 0);
        match wait.and_then(|wait| Some((facts.usable_after(wait).next()?, wait))) {
            Some((target, wait)) => {
                Recovered::send(target.send().after(wait), attempts, why("retry", "No other target is left."))
            }
            None => Recovered::fail(attempts, why("exhausted", "Every usable target has been tried.")),
        }
    }
}

fingerpost_sdk::export!(Single);

#[cfg(test)]
mod tests {
    use fingerpost_sdk::names::failure_kind::{CONTENT_POLICY, INVALID_KEY, RATE_LIMITED, SERVER_ERROR};
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
    fn a_target_that_is_left_alone_for_a_moment_is_waited_for() {
        let scene = Scene::of([target("a", "one").resting(1_000), target("b", "two").cooling()]);
        let routed = scene.policy::<Single>("{}").route(&scene.facts);
        let waited = routed.sent().map(|send| (send.target, send.after));
        assert!(waited.is_some_and(|(target, after)| target == 0 && (1_000..=1_250).contains(&after)), "{waited:?}");
    }

    #[test]
    fn a_provider_that_asks_for_a_wait_gets_it() {
        let scene = Scene::of([target("a", "one").resting(2_000)]);
        let mut attempts = failures(&[(0, RATE_LIMITED)]);
        attempts[0].failure.retry_after = Some(2_000);
        let recovered = scene.policy::<Single>("{}").fallback(&scene.facts, &attempts);
        assert!(recovered.sent().is_some_and(|send| (2_000..=2_250).contains(&send.after)), "{recovered:?}");
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
