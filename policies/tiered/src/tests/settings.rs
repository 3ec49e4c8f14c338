//! What playbooks ask for as settings: plans (R34), actions by kind of failure (R35), and no fallback at all (R42).

use fingerpost_sdk::names::class::{CRITICAL, INTERACTIVE, INTERNAL};
use fingerpost_sdk::names::failure_kind::{self as kind, RATE_LIMITED, SERVER_ERROR};
use fingerpost_sdk::prelude::Problem;
use fingerpost_sdk::record::Setup;

use super::*;

fn fallback(settings: &str) -> String {
    format!(r#"{{"fallback": {{{settings}}}}}"#)
}

fn of_plan(class: &str, plan: &str) -> Scene {
    let mut scene = scene(class);
    scene.facts.caller.plan = plan.into();
    scene
}

fn problems(config: &str) -> Vec<Problem> {
    let setup = Setup { config: config.into(), ..scene(CRITICAL).setup };
    Configured::<Tiered>::new(setup).expect_err("problems")
}

const TWICE: [(u16, &str); 2] = [(OPUS, SERVER_ERROR), (OPUS, SERVER_ERROR)];

// R34: plans.

#[test]
fn a_plan_has_a_floor_and_a_ceiling_for_its_fallbacks() {
    let config = fallback(r#""plans": {"free": {"floor": "frontier"}, "basic": {"ceiling": "balanced"}}"#);
    let attempts = failures(&[TWICE[0], TWICE[1], (GPT, SERVER_ERROR)]);
    assert_eq!(of_plan(CRITICAL, "pro").after_with(&config, &attempts).told(), ("cheaper-tier", to(SONNET)));
    let recovered = of_plan(CRITICAL, "free").after_with(&config, &attempts);
    assert_eq!(recovered.told(), ("exhausted", "fail".into()));
    assert_eq!(verdict(&recovered.explanation.considered, SONNET), "a tier that is not open to the tenant's plan");
    let recovered = of_plan(CRITICAL, "basic").after_with(&config, &failures(&TWICE));
    assert_eq!(recovered.told(), ("cheaper-tier", to(GPT_MINI)), "the frontier is the first choice's alone");
}

#[test]
fn a_plan_never_loosens_the_floor_of_its_class() {
    let config = fallback(r#""plans": {"pro": {"floor": "economy"}}"#);
    let scene = of_plan(CRITICAL, "pro").cooling(GPT).cooling(SONNET).cooling(GPT_MINI);
    assert_eq!(scene.after_with(&config, &failures(&TWICE)).told(), ("exhausted", "fail".into()));
}

#[test]
fn a_plan_decides_which_steps_are_open() {
    for rungs in [r#"["cached-answer", "default-answer"]"#, r#"[["cached-answer"], ["default-answer"]]"#] {
        let config = fallback(&format!(r#""plans": {{"free": {{"rungs": {rungs}}}}}"#));
        let scene = of_plan(INTERACTIVE, "free").default_answer("sorry");
        let attempts = failures(&[(SONNET, SERVER_ERROR), (SONNET, SERVER_ERROR)]);
        assert_eq!(scene.after_with(&config, &attempts).told().0, "default-answer", "{rungs}");
        assert_eq!(scene.cooling(SONNET).routed_with(&config).told(), ("same-tier", to(GPT_MINI)), "that is routing");
    }
    let none = fallback(r#""plans": {"free": {"rungs": []}}"#);
    assert_eq!(of_plan(CRITICAL, "free").after_with(&none, &failures(&TWICE)).told().0, "exhausted");
}

// R35: actions by kind of failure.

const ON: &str = r#""on": {"server-error": ["retry", "same-tier"], "rate-limited": ["same-tier"], "budget": "fail"}"#;

#[test]
fn what_follows_can_differ_by_kind_of_failure() {
    let config = fallback(ON);
    let after = |attempts: &[(u16, &str)]| scene(CRITICAL).after_with(&config, &failures(attempts));
    assert_eq!(after(&TWICE[..1]).told(), ("retry", to(OPUS)));
    assert_eq!(after(&TWICE).told(), ("same-tier", to(GPT)));
    assert_eq!(after(&[TWICE[0], TWICE[1], (GPT, SERVER_ERROR)]).told(), ("exhausted", "fail".into()));
    assert_eq!(after(&[(OPUS, RATE_LIMITED)]).told(), ("same-tier", to(GPT)));
    assert_eq!(after(&[(OPUS, RATE_LIMITED), (GPT, RATE_LIMITED)]).told(), ("exhausted", "fail".into()));
    assert_eq!(after(&[(OPUS, kind::RESET)]).told(), ("retry", to(OPUS)), "other kinds follow the matrix");
}

#[test]
fn a_class_can_have_actions_of_its_own_and_one_action_needs_no_brackets() {
    let config = fallback(r#""on": {"reset": "fail"}, "classes": {"internal": {"on": {"reset": "same-tier"}}}"#);
    let after = |class, target| scene(class).after_with(&config, &failures(&[(target, kind::RESET)])).told().1;
    assert_eq!((after(CRITICAL, OPUS), after(INTERNAL, HAIKU)), ("fail".into(), to(GPT_NANO)));
}

#[test]
fn a_budget_that_is_out_can_fail_closed() {
    let scene = scene(INTERACTIVE).default_answer("sorry").budget_used(950);
    assert_eq!(scene.routed().told(), ("budget-critical-only", "Answer::Default(0)".into()));
    let config = fallback(ON);
    assert_eq!(scene.routed_with(&config).told(), ("budget-critical-only", "429 insufficient_quota".into()));
    let attempts = failures(&[(SONNET, SERVER_ERROR)]);
    assert_eq!(scene.after_with(&config, &attempts).told(), ("exhausted", "fail".into()));
    assert_eq!(scene.after_with("{}", &attempts).told().0, "default-answer");
}

#[test]
fn actions_that_make_no_sense_are_told_with_what_is_possible() {
    for (settings, path, says) in [
        (r#""on": {"sever-error": ["retry"]}"#, "fallback.on.sever-error", "did you mean `server-error`?"),
        (r#""on": {"reset": ["same-teir"]}"#, "fallback.on.reset[0]", "did you mean `same-tier`?"),
        (r#""on": {"reset": []}"#, "fallback.on.reset", "\"fail\""),
        (r#""on": {"budget": ["same-tier"]}"#, "fallback.on.budget", "a model costs money"),
        (r#""on": {"content-policy": ["same-tier"]}"#, "fallback.on.content-policy", "the same everywhere"),
        (r#""on": {"reset": ["fail", "retry"]}"#, "fallback.on.reset", "nothing can follow"),
        (r#""on": {"reset": ["larger-context"]}"#, "fallback.on.reset", "`context-length` only"),
        (r#""classes": {"batch": {"on": {"x": "fail"}}}"#, "fallback.classes.batch.on.x", "there is no `x`"),
        (r#""plans": {"free": {"rungs": ["chep"]}}"#, "fallback.plans.free.rungs[0]", "there are"),
        (r#""plans": {"free": {"floor": "frontier", "ceiling": "economy"}}"#, "fallback.plans.free.floor", "ceiling"),
        (r#""plans": {"free": {"attempts": 0}}"#, "fallback.plans.free.attempts", "at least 1"),
    ] {
        let found = problems(&fallback(settings));
        let said = found[0].message.to_lowercase();
        assert!(found[0].path == path && said.contains(&says.to_lowercase()), "{settings}: {found:?}");
    }
}

#[test]
fn tries_that_can_never_reach_the_next_step_are_told_as_a_mistake() {
    for (settings, path, says) in [
        (r#""classes": {"critical": {"attempts": 2}}"#, "fallback.classes.critical.attempts", "`same-tier`"),
        (r#""classes": {"critical": {"attempts": 3}}"#, "fallback.classes.critical.attempts", "`cheaper-tier`"),
        (r#""classes": {"interactive": {"attempts": 1}}"#, "fallback.classes.interactive.attempts", "allow 3"),
        (r#""classes": {"critical": {"retries": 2}}"#, "fallback.classes.critical.attempts", "allow 5"),
        (r#""plans": {"free": {"attempts": 2}}"#, "fallback.plans.free.attempts", "`same-tier`"),
    ] {
        let found = problems(&fallback(settings));
        assert!(found[0].path == path && found[0].message.contains(says), "{settings}: {found:?}");
    }
    for fine in [
        r#""classes": {"critical": {"attempts": 3, "retries": 0}}"#,
        r#""classes": {"critical": {"attempts": 1, "rungs": []}}"#,
        r#""classes": {"batch": {"attempts": 1}}"#,
        r#""plans": {"free": {"attempts": 1}, "pro": {"attempts": 3}, "team": {"attempts": 2, "retries": 0}}"#,
    ] {
        scene(CRITICAL).routed_with(&fallback(fine));
    }
}

#[test]
fn a_route_with_a_single_target_has_nothing_to_reach() {
    let config = fallback(r#""classes": {"critical": {"attempts": 1}}, "plans": {"free": {"attempts": 2}}"#);
    let routed = Scene::of([target("a", "one")]).class(CRITICAL).routed_with(&config);
    assert_eq!(routed.told(), ("primary", to(0)));
}

#[test]
fn an_equal_target_of_the_same_price_can_go_before_a_cheaper_one() {
    let config = fallback(r#""classes": {"interactive": {"rungs": [["same-price", "cheaper-tier"]]}}"#);
    let attempts = failures(&[(SONNET, SERVER_ERROR), (SONNET, SERVER_ERROR)]);
    let mut scene = scene(INTERACTIVE);
    assert_eq!(
        scene.after_with(&config, &attempts).told(),
        ("cheaper-tier", to(GPT_NANO)),
        "gpt-mini is a tenth dearer"
    );
    scene.facts.targets[usize::from(GPT_MINI)].estimated_cost = 310;
    assert_eq!(scene.after_with(&config, &attempts).told(), ("same-price", to(GPT_MINI)));
    let more = failures(&[(SONNET, SERVER_ERROR), (SONNET, SERVER_ERROR), (GPT_MINI, kind::INVALID_KEY)]);
    assert_eq!(scene.after_with(&config, &more).told().0, "exhausted", "the rung is used up");
}

// R42: kept from any fallback.

fn kept(class: &str) -> Scene {
    scene(class).attribute("fingerpost.fallback", "none").default_answer("sorry")
}

#[test]
fn what_is_kept_from_any_fallback_is_retried_and_then_fails() {
    let scene = kept(CRITICAL);
    assert_eq!(scene.after(&TWICE[..1]).told(), ("retry", to(OPUS)));
    let recovered = scene.after(&TWICE);
    assert_eq!(recovered.told(), ("exhausted", "fail".into()));
    let said = "another target, and the request is kept from any fallback";
    assert_eq!(verdict(&recovered.explanation.considered, GPT), said);
    assert_eq!(scene.after(&[(OPUS, kind::CONTEXT_LENGTH)]).told().1, "fail");
    assert_eq!(kept(INTERACTIVE).after(&[(SONNET, SERVER_ERROR), (SONNET, SERVER_ERROR)]).told().1, "fail");
}

#[test]
fn what_is_kept_from_any_fallback_begins_nowhere_else() {
    assert_eq!(kept(CRITICAL).cooling(OPUS).routed().told().0, "none-usable");
    assert_eq!(kept(INTERACTIVE).budget_used(800).routed().told(), ("primary", to(SONNET)));
    assert_eq!(kept(INTERACTIVE).budget_used(950).routed().told().1, "429 insufficient_quota");
}

#[test]
fn only_the_gateway_can_keep_a_request_from_fallback() {
    let scene = scene(CRITICAL).attribute_from("caller", "fingerpost.fallback", "none");
    assert_eq!(scene.after(&TWICE).told(), ("same-tier", to(GPT)));
}
