//! Tests of what an author sees: obstacles, the join of set-up and state, and which of the trait's methods is called.

use crate::names::failure_kind::{CONTEXT_LENGTH, CUT, INVALID_KEY, INVALID_REQUEST, SERVER_ERROR};
use crate::prelude::*;
use crate::record::{Attempt, Recovery};
use crate::testing::{Scene, failed, failures, target};
use crate::{Configured, log, testing};

fn scene() -> Scene {
    Scene::of([
        target("first", "one").cost(100),
        target("equal", "two").cost(200),
        target("lesser", "one").tier("economy", 2).cost(10),
        target("better", "three").tier("frontier", 0).cost(1_000),
    ])
}

/// What stands in the way of the target with this index, where the first one is meant.
fn obstacle(scene: &Scene, attempts: &[Attempt], index: u16) -> Option<Obstacle> {
    let facts = Facts::new(&scene.setup, &scene.facts, attempts);
    facts.obstacle(facts.target(index).expect("a target"), facts.target(0).expect("a target"))
}

#[test]
fn nothing_stands_in_the_way_of_a_healthy_target() {
    assert!((0..4).all(|index| obstacle(&scene(), &[], index).is_none()));
}

#[test]
fn every_bound_is_an_obstacle() {
    type Change = fn(&mut Scene);
    let table: [(Change, u16, Obstacle); 9] = [
        (|scene| scene.facts.bounds.worst_tier_rank = 1, 2, Obstacle::BelowFloor),
        (|scene| scene.facts.bounds.downgrade = false, 2, Obstacle::Downgrade),
        (|scene| scene.facts.bounds.upgrade = false, 3, Obstacle::Upgrade),
        (|scene| scene.facts.bounds.max_cost_permille = 1_999, 1, Obstacle::TooDear),
        (|scene| scene.facts.bounds.max_cost = Some(199), 1, Obstacle::OverMaxCost),
        (|scene| scene.facts.budgets.push(testing::budget(199)), 1, Obstacle::OverBudget),
        (|scene| scene.facts.request.time_left = 0, 0, Obstacle::NoTimeLeft),
        (|scene| scene.facts.targets[0].slots_left = 0, 0, Obstacle::Busy),
        (|scene| scene.facts.request.max_output_tokens = Some(127_001), 0, Obstacle::WindowTooSmall),
    ];
    for (change, index, expected) in table {
        let mut scene = scene();
        change(&mut scene);
        assert_eq!(obstacle(&scene, &[], index), Some(expected));
    }
}

#[test]
fn what_the_attempts_cost_counts_towards_the_maximum() {
    let mut scene = scene();
    scene.facts.bounds.max_cost = Some(250);
    let attempt = Attempt { cost: 100, ..failed(0, SERVER_ERROR) };
    assert_eq!(obstacle(&scene, &[attempt], 1), Some(Obstacle::OverMaxCost));
}

#[test]
fn a_failure_says_which_targets_are_left() {
    let after = |kind, index| obstacle(&scene(), &[failed(0, kind)], index);
    assert_eq!((after(SERVER_ERROR, 0), after(SERVER_ERROR, 1)), (None, None));
    assert_eq!((after(INVALID_KEY, 0), after(INVALID_KEY, 1)), (Some(Obstacle::NotRetryable), None));
    assert_eq!(after(INVALID_REQUEST, 1), Some(Obstacle::OthersCannotHelp));
    assert_eq!(after(CONTEXT_LENGTH, 1), Some(Obstacle::WindowTooSmall));
}

#[test]
fn attempts_are_limited_in_all_and_by_target() {
    let mut scene = scene();
    (scene.facts.bounds.max_attempts, scene.facts.bounds.max_same_target) = (3, 2);
    let attempts = failures(&[(0, SERVER_ERROR), (0, SERVER_ERROR), (1, SERVER_ERROR)]);
    assert_eq!(obstacle(&scene, &attempts[..2], 0), Some(Obstacle::TriedTooOften));
    assert_eq!(obstacle(&scene, &attempts[..2], 1), None);
    assert_eq!(obstacle(&scene, &attempts, 1), Some(Obstacle::NoAttemptsLeft));
}

#[test]
fn features_that_earlier_turns_needed_are_needed_still() {
    let mut scene = scene().session(Some(0));
    scene.setup.targets[1].features.clear();
    if let Some(session) = &mut scene.facts.session {
        session.needs = vec!["tools".into()];
    }
    assert_eq!(obstacle(&scene, &[], 1), Some(Obstacle::LacksSessionFeature));
}

#[test]
fn a_caller_whose_boundaries_allow_no_target_is_told_so_and_not_to_try_again_later() {
    let mut scene = scene();
    let refusal = |scene: &Scene| Facts::new(&scene.setup, &scene.facts, &[]).refusal();
    scene.facts.targets[0].allowed = false;
    assert_eq!((obstacle(&scene, &[], 0), refusal(&scene).status), (Some(Obstacle::OutOfBoundary), 503));
    scene.facts.targets.iter_mut().for_each(|state| state.allowed = false);
    assert_eq!((refusal(&scene).status, refusal(&scene).code.as_str()), (403, "no_allowed_target"));
}

#[test]
fn what_is_kept_from_any_fallback_goes_to_the_intended_target_only() {
    let kept = scene().attribute("fingerpost.fallback", "none");
    assert_eq!((obstacle(&kept, &[], 0), obstacle(&kept, &[], 1)), (None, Some(Obstacle::KeptFromFallback)));
    let claimed = scene().attribute_from("caller", "fingerpost.fallback", "none");
    assert_eq!(obstacle(&claimed, &[], 1), None, "a caller may claim anything");
}

#[test]
fn a_refused_prefill_is_no_try() {
    let mut scene = scene();
    (scene.facts.bounds.max_attempts, scene.facts.bounds.max_same_target) = (1, 1);
    let after = |kind| obstacle(&scene, &[testing::failed(0, kind)], 0);
    assert_eq!(after(crate::names::failure_kind::PREFILL_REFUSED), None);
    assert_eq!(after(crate::names::failure_kind::CUT), Some(Obstacle::NoAttemptsLeft));
}

#[test]
fn a_session_has_the_target_that_the_route_still_has() {
    let target = |session| {
        let scene = scene().session(session);
        let facts = Facts::new(&scene.setup, &scene.facts, &[]);
        facts.session_target().map(|target| target.index())
    };
    assert_eq!((target(Some(1)), target(Some(9)), target(None)), (Some(1), None, None));
}

#[test]
fn providers_and_retries_are_counted() {
    let scene = scene();
    let attempts = failures(&[(0, SERVER_ERROR), (0, SERVER_ERROR), (2, SERVER_ERROR), (1, SERVER_ERROR)]);
    let attempts = Attempts::new(&scene.setup, &attempts).expect("attempts");
    assert_eq!((attempts.failed_providers(), attempts.retries()), (2, 1));
}

#[test]
fn only_what_somebody_else_than_the_caller_says_is_trusted() {
    let scene = scene().attribute_from("caller", "tier", "gold").attribute("environment", "staging");
    let facts = Facts::new(&scene.setup, &scene.facts, &[]);
    assert_eq!((facts.attribute("tier"), facts.trusted_attribute("tier")), (Some("gold"), None));
    assert_eq!(facts.trusted_attribute("environment"), Some("staging"));
}

struct First;

impl Policy for First {
    type Config = NoConfig;

    fn configure(_: &Setup, _: NoConfig) -> Result<Self, Vec<Problem>> {
        Ok(First)
    }

    fn route(&self, facts: &Facts) -> Routed {
        log::info(format_args!("a request of {}", facts.caller.tenant));
        Routed::reject(Rejection::quota("Nothing is left."), why("never", "It never serves."))
    }

    fn fallback(&self, facts: &Facts, attempts: &Attempts) -> Recovered {
        match facts.target(1) {
            Some(target) => Recovered::send(target.send(), attempts, why("second", "It is the second.")),
            None => Recovered::fail(attempts, why("none", "There is no second.")),
        }
    }
}

#[test]
fn a_try_means_the_routes_first_target_unless_it_says_otherwise() {
    let scene = scene();
    let recovered = scene.policy::<First>("{}").fallback(&scene.facts, &[failed(0, SERVER_ERROR)]);
    assert_eq!(recovered.sent().map(|send| (send.target, send.intended)), Some((1, 0)));
}

#[test]
fn a_stream_that_the_caller_has_seen_a_part_of_never_falls_back() {
    let scene = scene();
    let attempt = Attempt { committed: true, ..failed(0, CUT) };
    let recovered = scene.policy::<First>("{}").fallback(&scene.facts, &[attempt]);
    assert!(matches!(recovered.decision, Recovery::Fail(_)), "{recovered:?}");
}

#[test]
fn a_fallback_without_a_failed_attempt_gives_up() {
    let recovered = scene().policy::<First>("{}").fallback(&scene().facts, &[]);
    assert_eq!(recovered.explanation.rule, "no-attempt");
}

#[test]
fn what_a_policy_logs_natively_can_be_looked_at() {
    let scene = scene();
    let _ = scene.policy::<First>("{}").route(&scene.facts);
    assert_eq!(testing::logged(), [(log::Level::Info, "a request of acme".to_owned())]);
}

#[test]
fn a_policy_without_config_refuses_one() {
    let setup = Setup { config: r#"{"retries": 1}"#.into(), ..scene().setup };
    let problems = Configured::<First>::new(setup).err().expect("problems");
    assert_eq!(problems[0].path, "retries");
}
