//! Bounds, sensitive work and upgrades.

use fingerpost_sdk::Random;
use fingerpost_sdk::names::class::{CRITICAL, INTERACTIVE, INTERNAL};
use fingerpost_sdk::names::failure_kind::SERVER_ERROR;
use fingerpost_sdk::names::{class, failure_kind};
use fingerpost_sdk::record::SendTo;

use super::*;

#[test]
fn a_route_that_allows_no_downgrade_fails_clearly() {
    let mut scene = scene(CRITICAL).cooling(OPUS).cooling(GPT);
    scene.facts.bounds.downgrade = false;
    let routed = scene.routed();
    assert_eq!(routed.told(), ("none-usable", "503 no_target_available".into()));
    assert_eq!(verdict(&routed.explanation.considered, SONNET), "a downgrade, which the route does not allow");
}

#[test]
fn a_target_outside_of_the_boundaries_is_neither_meant_nor_tried() {
    let mut scene = scene(CRITICAL);
    scene.facts.targets[usize::from(OPUS)].allowed = false;
    assert_eq!(scene.routed().told(), ("primary", to(GPT)));
    let recovered = scene.after(&[(GPT, SERVER_ERROR), (GPT, SERVER_ERROR)]);
    assert_eq!(recovered.told(), ("cheaper-tier", to(SONNET)));
    assert_eq!(scene.session(Some(OPUS)).routed().told(), ("primary", to(GPT)));
}

#[test]
fn boundaries_that_allow_no_target_are_the_reason_that_the_caller_is_told() {
    let mut scene = scene(CRITICAL);
    scene.facts.targets.iter_mut().for_each(|state| state.allowed = false);
    assert_eq!(scene.routed().told(), ("none-usable", "403 no_allowed_target".into()));
}

#[test]
fn sensitive_work_is_never_served_by_a_worse_tier() {
    let scene = scene(CRITICAL).attribute("sensitivity", "medical").cooling(OPUS).cooling(GPT);
    let routed = scene.routed();
    assert_eq!(routed.told(), ("none-usable", "503 no_target_available".into()));
    assert_eq!(verdict(&routed.explanation.considered, SONNET), "a worse tier, and the request is sensitive");
}

#[test]
fn sensitive_work_is_not_downgraded_for_the_budget() {
    let scene = scene(INTERACTIVE).attribute("feature", "legal").budget_used(800);
    assert_eq!(scene.routed().told(), ("primary", to(SONNET)));
}

#[test]
fn sensitive_work_gets_no_prepared_answer() {
    let scene = scene(INTERACTIVE).attribute("sensitivity", "financial").default_answer("sorry");
    let recovered = scene.after(&[(SONNET, SERVER_ERROR), (SONNET, SERVER_ERROR), (GPT_MINI, SERVER_ERROR)]);
    assert_eq!(recovered.told(), ("exhausted", "fail".into()));
}

#[test]
fn nobody_is_upgraded_without_being_named() {
    let scene = scene(INTERNAL).cooling(HAIKU).cooling(GPT_NANO);
    assert_eq!(scene.routed().told().0, "none-usable");
}

const UPGRADE: &str = r#"{"routing": {"upgrade": {"tenants": ["acme"], "cost_permille": 7000}}}"#;

#[test]
fn a_named_tenant_is_upgraded_and_pays_itself() {
    let routed = scene(INTERNAL).cooling(HAIKU).cooling(GPT_NANO).routed_with(UPGRADE);
    assert_eq!(routed.told(), ("better-tier", to(SONNET)));
    assert_eq!(routed.sent().and_then(|send| send.payer.as_deref()), None);
}

#[test]
fn an_upgrade_may_not_cost_too_many_times_as_much() {
    let scene = scene(INTERNAL).cooling(HAIKU).cooling(GPT_NANO).cooling(SONNET).cooling(GPT_MINI);
    assert_eq!(scene.routed_with(UPGRADE).told().0, "none-usable");
}

#[test]
fn an_upgrade_that_the_bounds_forbid_does_not_happen() {
    let mut scene = scene(INTERNAL).cooling(HAIKU).cooling(GPT_NANO);
    scene.facts.bounds.upgrade = false;
    assert_eq!(scene.routed_with(UPGRADE).told().0, "none-usable");
}

#[test]
fn a_target_without_a_needed_feature_is_passed_over() {
    let mut scene = scene(INTERACTIVE);
    scene.facts.request.needs = vec!["vision".into()];
    scene.setup.targets[usize::from(SONNET)].features.clear();
    assert_eq!(scene.routed().told(), ("primary", to(GPT_MINI)));
}

#[test]
fn a_route_with_other_tier_names_can_say_so() {
    let mut scene = scene(INTERACTIVE);
    for target in &mut scene.setup.targets {
        target.tier = format!("t{}", target.tier_rank);
    }
    let config = r#"{"routing": {"tiers": {"frontier": "t0", "balanced": "t1", "economy": "t2"}}}"#;
    assert_eq!(scene.routed_with(config).told(), ("primary", to(SONNET)));
}

#[test]
fn a_route_with_unknown_tier_names_goes_by_rank() {
    for (class, expected) in [(CRITICAL, OPUS), (INTERACTIVE, OPUS), (INTERNAL, HAIKU)] {
        let mut scene = scene(class);
        scene.setup.targets.iter_mut().for_each(|target| target.tier = format!("t{}", target.tier_rank));
        assert_eq!(scene.routed().told(), ("primary", to(expected)), "{class}");
    }
}

/// Thousands of made-up requests: whatever the facts, no try breaks the bounds.
#[test]
fn no_decision_ever_breaks_the_bounds() {
    for seed in 0..5_000 {
        let mut random = Random::new(seed, 0);
        let scene = any_scene(&mut random);
        let policy = scene.policy::<Tiered>(UPGRADE);
        let routed = policy.route(&scene.facts);
        let mut attempts = Vec::new();
        let mut next = routed.sent().cloned();
        while let Some(send) = next {
            check(&scene, &attempts, &send);
            let kind = failure_kind::ALL[random.below(failure_kind::ALL.len() as u64) as usize];
            let number = attempts.len() as u32 + 1;
            attempts.push(Attempt { number, ..fingerpost_sdk::testing::failed(send.target, kind) });
            next = policy.fallback(&scene.facts, &attempts).sent().cloned();
        }
    }
}

fn any_scene(random: &mut Random) -> Scene {
    let class = class::ALL[random.below(5) as usize];
    let mut scene = scene(class).session([None, Some(SONNET), Some(HAIKU)][random.below(3) as usize]);
    if random.below(3) == 0 {
        scene = scene.budget_used(random.below(1_050));
    }
    for target in 0..6 {
        if random.below(3) == 0 {
            scene = scene.cooling(target);
        }
        scene.setup.targets[usize::from(target)].context_window = [500, 8_000, 128_000][random.below(3) as usize];
    }
    let bounds = &mut scene.facts.bounds;
    bounds.downgrade = random.below(2) == 0;
    bounds.upgrade = random.below(2) == 0;
    bounds.worst_tier_rank = random.below(4) as u8;
    bounds.max_attempts = 1 + random.below(5) as u32;
    bounds.max_same_target = 1 + random.below(2) as u32;
    bounds.max_cost_permille = 1_000 + 500 * random.below(10) as u32;
    scene
}

fn check(scene: &Scene, attempts: &[Attempt], send: &SendTo) {
    let bounds = &scene.facts.bounds;
    let spec = |index: u16| &scene.setup.targets[usize::from(index)];
    let state = |index: u16| &scene.facts.targets[usize::from(index)];
    let (rank, meant) = (spec(send.target).tier_rank, spec(send.intended).tier_rank);
    let tried = || attempts.iter().filter(|attempt| !attempt.failure.is(failure_kind::PREFILL_REFUSED));
    let at_target = tried().filter(|attempt| attempt.target == send.target);
    assert!(tried().count() < bounds.max_attempts as usize);
    assert!(at_target.clone().count() < bounds.max_same_target as usize);
    assert!(at_target.clone().all(|attempt| attempt.failure.same_target_ok));
    assert!(attempts.last().is_none_or(|last| last.target == send.target || last.failure.other_target_ok));
    assert!(rank <= bounds.worst_tier_rank);
    assert!(rank <= meant || bounds.downgrade);
    assert!(rank >= meant || bounds.upgrade);
    let most = state(send.intended).estimated_cost * u64::from(bounds.max_cost_permille);
    assert!(state(send.target).estimated_cost * 1000 <= most);
    assert!(send.after < scene.facts.request.time_left);
}
