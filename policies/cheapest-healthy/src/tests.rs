//! The policy's tests.

use fingerpost_sdk::Configured;
use fingerpost_sdk::names::failure_kind::{INVALID_KEY, RATE_LIMITED, SERVER_ERROR};
use fingerpost_sdk::record::{Recovered, Routed};
use fingerpost_sdk::testing::{Scene, failures, target};

use super::*;

fn scene() -> Scene {
    Scene::of([
        target("dear", "one").cost(300),
        target("fair", "two").cost(200),
        target("cheap", "three").cost(100),
        target("lesser", "one").tier("economy", 2).cost(10),
    ])
}

fn routed(scene: &Scene) -> Routed {
    scene.policy::<CheapestHealthy>("{}").route(&scene.facts)
}

fn sent(scene: &Scene) -> Option<u16> {
    routed(scene).sent().map(|send| send.target)
}

fn after(scene: &Scene, config: &str, attempts: &[(u16, &str)]) -> Recovered {
    scene.policy::<CheapestHealthy>(config).fallback(&scene.facts, &failures(attempts))
}

#[test]
fn the_cheapest_of_the_tier_goes_first() {
    assert_eq!(sent(&scene()), Some(2));
}

#[test]
fn a_session_stays_at_a_healthy_target_though_another_is_cheaper() {
    let mut scene = scene().session(Some(1));
    assert_eq!(sent(&scene), Some(1));
    (scene.facts.targets[1].samples, scene.facts.targets[1].success_permille) = (50, 500);
    let routed = routed(&scene);
    assert_eq!(routed.sent().map(|send| (send.target, send.session)), Some((2, SessionUse::Move)));
}

#[test]
fn what_lies_outside_of_the_boundaries_is_neither_meant_nor_tried() {
    let mut scene = scene();
    scene.facts.targets[2].allowed = false;
    assert_eq!(routed(&scene).sent().map(|send| (send.target, send.intended)), Some((1, 1)));
}

#[test]
fn a_target_that_mostly_fails_goes_last_within_its_tier() {
    let mut scene = scene();
    (scene.facts.targets[2].samples, scene.facts.targets[2].success_permille) = (50, 500);
    assert_eq!(sent(&scene), Some(1));
}

#[test]
fn what_is_left_alone_for_a_moment_is_waited_for() {
    let scene = Scene::of([target("a", "one").resting(2_000), target("b", "two").cooling()]);
    let routed = routed(&scene);
    assert_eq!((routed.explanation.rule.as_str(), sent(&scene)), ("wait", Some(0)));
    assert!(routed.sent().is_some_and(|send| (2_000..=2_500).contains(&send.after)), "{routed:?}");
}

#[test]
fn a_retry_that_the_config_allows_waits_as_long_as_the_provider_asks() {
    let scene = Scene::of([target("a", "one").resting(2_000)]);
    let mut attempts = failures(&[(0, RATE_LIMITED)]);
    attempts[0].failure.retry_after = Some(2_000);
    let policy = scene.policy::<CheapestHealthy>(r#"{"fallback": {"retries": 1}}"#);
    let recovered = policy.fallback(&scene.facts, &attempts);
    assert!(recovered.sent().is_some_and(|send| (2_000..=2_250).contains(&send.after)), "{recovered:?}");
}

#[test]
fn a_few_failures_are_not_judged() {
    let mut scene = scene();
    (scene.facts.targets[2].samples, scene.facts.targets[2].success_permille) = (5, 0);
    assert_eq!(sent(&scene), Some(2));
}

#[test]
fn a_target_with_too_small_a_window_is_passed_over() {
    let mut scene = scene();
    scene.setup.targets[2].context_window = 500;
    assert_eq!(sent(&scene), Some(1));
}

#[test]
fn a_target_that_lacks_a_feature_is_passed_over() {
    let mut scene = scene();
    scene.facts.request.needs = vec!["tools".into()];
    scene.setup.targets[2].features.clear();
    assert_eq!(sent(&scene), Some(1));
}

#[test]
fn the_next_cheapest_of_the_tier_follows() {
    let recovered = after(&scene(), "{}", &[(2, SERVER_ERROR)]);
    assert_eq!(recovered.sent().map(|send| (send.target, send.intended)), Some((1, 2)));
}

#[test]
fn a_retry_comes_first_where_the_config_asks_for_it() {
    let config = r#"{"fallback": {"retries": 1}}"#;
    assert_eq!(after(&scene(), config, &[(2, SERVER_ERROR)]).explanation.rule, "retry");
    assert_eq!(after(&scene(), config, &[(2, INVALID_KEY)]).explanation.rule, "next-cheapest");
    assert_eq!(after(&scene(), config, &[(2, SERVER_ERROR), (2, SERVER_ERROR)]).explanation.rule, "next-cheapest");
}

#[test]
fn a_worse_tier_comes_last_and_is_marked() {
    let attempts = [(2, SERVER_ERROR), (1, SERVER_ERROR), (0, SERVER_ERROR)];
    let recovered = after(&scene(), "{}", &attempts);
    let send = recovered.sent().expect("a try");
    assert_eq!((send.target, send.degraded.as_deref()), (3, Some("cheaper")));
}

#[test]
fn a_worse_tier_is_left_alone_where_the_config_says_so() {
    let attempts = [(2, SERVER_ERROR), (1, SERVER_ERROR), (0, SERVER_ERROR)];
    assert_eq!(after(&scene(), r#"{"fallback": {"go_lower": false}}"#, &attempts).explanation.rule, "exhausted");
}

#[test]
fn a_tier_that_no_target_has_is_reported() {
    let setup = Setup { config: r#"{"routing": {"tier": "gold"}}"#.into(), ..scene().setup };
    let problems = Configured::<CheapestHealthy>::new(setup).expect_err("problems");
    assert_eq!(problems[0].path, "routing.tier");
}
