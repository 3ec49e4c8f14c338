//! Budgets: what happens at which threshold, and what never does.

use fingerpost_sdk::names::class::{BATCH, CRITICAL, EXPERIMENT, INTERACTIVE, INTERNAL};
use fingerpost_sdk::names::failure_kind::SERVER_ERROR;
use fingerpost_sdk::record::{Deferral, Routing, Until};

use super::*;

#[test]
fn below_the_first_threshold_a_fallback_may_be_dearer() {
    let scene = scene(INTERNAL).budget_used(699);
    let recovered = scene.after(&[(HAIKU, SERVER_ERROR), (HAIKU, SERVER_ERROR)]);
    assert_eq!(recovered.told(), ("same-tier", to(GPT_NANO)));
}

#[test]
fn from_the_first_threshold_on_no_fallback_is_dearer() {
    let scene = scene(INTERNAL).budget_used(700);
    let recovered = scene.after(&[(HAIKU, SERVER_ERROR), (HAIKU, SERVER_ERROR)]);
    assert_eq!(recovered.told(), ("exhausted", "fail".into()));
    let verdict = verdict(&recovered.explanation.considered, GPT_NANO);
    assert_eq!(verdict, "dearer than the intended target, and the budget is short");
}

#[test]
fn from_the_second_threshold_on_non_critical_traffic_begins_a_tier_lower() {
    assert_eq!(scene(INTERACTIVE).budget_used(799).routed().told(), ("primary", to(SONNET)));
    let routed = scene(INTERACTIVE).budget_used(800).routed();
    assert_eq!(routed.told(), ("budget-downgrade", to(HAIKU)));
    assert!(routed.explanation.notes.contains(&("cause".into(), "budget".into())));
    let send = routed.sent().expect("a try");
    assert_eq!((send.intended, send.degraded.as_deref()), (SONNET, Some("cheaper")));
}

#[test]
fn critical_traffic_is_not_downgraded_for_the_budget() {
    assert_eq!(scene(CRITICAL).budget_used(999).routed().told(), ("primary", to(OPUS)));
}

#[test]
fn a_route_that_allows_no_downgrade_keeps_its_model_while_the_budget_is_scarce() {
    let mut scene = scene(INTERACTIVE).budget_used(800);
    scene.facts.bounds.downgrade = false;
    assert_eq!(scene.routed().told(), ("primary", to(SONNET)));
}

#[test]
fn a_lowered_request_still_has_its_fallback() {
    let scene = scene(INTERACTIVE).budget_used(800).default_answer("sorry");
    let recovered = scene.after(&[(HAIKU, SERVER_ERROR), (HAIKU, SERVER_ERROR)]);
    assert_eq!(recovered.told(), ("same-tier", to(GPT_NANO)));
}

#[test]
fn above_the_last_threshold_only_critical_traffic_is_served() {
    for class in [INTERACTIVE, INTERNAL, BATCH, EXPERIMENT] {
        let routed = scene(class).budget_used(950).routed();
        assert_eq!(routed.told(), ("budget-critical-only", "429 insufficient_quota".into()), "{class}");
    }
    assert_eq!(scene(CRITICAL).budget_used(950).routed().told(), ("primary", to(OPUS)));
}

#[test]
fn blocked_batch_traffic_waits_until_the_budget_turns() {
    let scene = scene(BATCH).queue("later").budget_used(950);
    let routed = scene.routed();
    let Routing::Defer(Deferral { until, expires, .. }) = routed.decision else { panic!("no deferral") };
    assert_eq!(until, Until::BudgetTurn(0));
    let turn = scene.facts.request.received_at + scene.facts.budgets[0].resets_in.expect("it turns");
    assert_eq!(expires, turn + 86_400_000, "all that waited for the turn has time then");
}

#[test]
fn blocked_interactive_traffic_gets_the_prepared_answer() {
    let routed = scene(INTERACTIVE).default_answer("sorry").budget_used(950).routed();
    assert_eq!(routed.told(), ("budget-critical-only", "Answer::Default(0)".into()));
}

#[test]
fn a_budget_that_is_out_gets_a_quota_error_before_any_call() {
    for class in [CRITICAL, INTERACTIVE, INTERNAL, BATCH, EXPERIMENT] {
        let scene = scene(class).queue("later").default_answer("sorry").budget_used(1000);
        assert_eq!(scene.routed().told(), ("budget-out", "429 insufficient_quota".into()), "{class}");
    }
}

#[test]
fn a_balance_too_small_for_the_first_choice_never_moves_it_to_a_cheaper_model() {
    let mut scene = scene(INTERACTIVE).budget_used(0);
    scene.facts.budgets[0].period = "prepaid".into();
    scene.facts.budgets[0].limit = 200;
    assert_eq!(scene.routed().told(), ("budget-out", "429 request_exceeds_budget".into()));
}

#[test]
fn a_prepaid_balance_may_be_used_to_its_end() {
    let mut scene = scene(BATCH).budget_used(990);
    scene.facts.budgets[0].period = "prepaid".into();
    assert_eq!(scene.routed().told(), ("primary", to(HAIKU)));
}

#[test]
fn a_budget_that_runs_out_on_the_way_stops_the_fallback() {
    let recovered = scene(CRITICAL).budget_used(1000).after(&[(OPUS, SERVER_ERROR)]);
    assert_eq!(recovered.told(), ("exhausted", "fail".into()));
    assert_eq!(recovered.cause, "budget");
}

#[test]
fn the_thresholds_are_the_configs_to_set() {
    let config = r#"{
        "routing": {"budget": {"downgrade_from": 200, "critical_only_from": 300}},
        "fallback": {"restrain_from": 100}
    }"#;
    assert_eq!(scene(INTERACTIVE).budget_used(200).routed_with(config).told().0, "budget-downgrade");
    assert_eq!(scene(INTERACTIVE).budget_used(300).routed_with(config).told().0, "budget-critical-only");
    let scene = scene(INTERNAL).budget_used(100);
    let attempts = failures(&[(HAIKU, SERVER_ERROR), (HAIKU, SERVER_ERROR)]);
    assert_eq!(scene.after_with(config, &attempts).told(), ("exhausted", "fail".into()));
}

#[test]
fn the_tightest_budget_counts() {
    let scene = scene(BATCH).budget_used(100).budget_used(960).budget_used(200);
    assert_eq!(scene.routed().told().0, "budget-critical-only");
}
