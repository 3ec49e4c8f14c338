//! The matrix of traffic classes, row by row and step by step.

use fingerpost_sdk::names::class::{BATCH, CRITICAL, EXPERIMENT, INTERACTIVE, INTERNAL};
use fingerpost_sdk::names::failure_kind::{OVERLOADED, SERVER_ERROR};
use fingerpost_sdk::record::{Recovery, Until};

use super::*;

// R5: critical.

#[test]
fn critical_traffic_begins_at_the_frontier() {
    assert_eq!(scene(CRITICAL).routed().told(), ("primary", to(OPUS)));
}

#[test]
fn critical_traffic_is_retried_once_at_the_same_target() {
    assert_eq!(scene(CRITICAL).after(&[(OPUS, SERVER_ERROR)]).told(), ("retry", to(OPUS)));
}

#[test]
fn critical_traffic_then_goes_to_the_same_class_at_a_second_provider() {
    let recovered = scene(CRITICAL).after(&[(OPUS, SERVER_ERROR), (OPUS, SERVER_ERROR)]);
    assert_eq!(recovered.told(), ("same-tier", to(GPT)));
    assert_eq!(recovered.sent().and_then(|send| send.degraded.as_deref()), None);
}

#[test]
fn critical_traffic_goes_to_a_cheaper_model_last_and_marks_it_uncertain() {
    let recovered = scene(CRITICAL).after(&[(OPUS, SERVER_ERROR), (OPUS, SERVER_ERROR), (GPT, OVERLOADED)]);
    assert_eq!(recovered.told(), ("cheaper-tier", to(SONNET)));
    assert_eq!(recovered.sent().and_then(|send| send.degraded.as_deref()), Some("uncertain"));
}

#[test]
fn critical_traffic_stops_after_the_cheaper_model() {
    let attempts = [(OPUS, SERVER_ERROR), (GPT, SERVER_ERROR), (GPT, SERVER_ERROR), (SONNET, SERVER_ERROR)];
    assert_eq!(scene(CRITICAL).after(&attempts).told(), ("exhausted", "fail".into()));
}

#[test]
fn critical_traffic_tries_no_third_provider_of_the_tier() {
    let mut scene = scene(CRITICAL);
    scene.setup.targets[usize::from(GPT_NANO)].tier_rank = 0;
    scene.setup.targets[usize::from(GPT_NANO)].provider = "third".into();
    scene.facts.targets[usize::from(GPT_NANO)].estimated_cost = 1_000;
    let recovered = scene.after(&[(OPUS, SERVER_ERROR), (OPUS, SERVER_ERROR), (GPT, SERVER_ERROR)]);
    assert_eq!(recovered.told(), ("cheaper-tier", to(SONNET)));
}

#[test]
fn critical_traffic_never_goes_below_its_quality_floor() {
    let scene = scene(CRITICAL).cooling(OPUS).cooling(GPT).cooling(SONNET).cooling(GPT_MINI);
    let routed = scene.routed();
    assert_eq!(routed.told(), ("none-usable", "503 no_target_available".into()));
    assert_eq!(verdict(&routed.explanation.considered, HAIKU), "below the quality floor of the class");
}

#[test]
fn critical_traffic_begins_at_the_second_provider_where_the_first_is_down() {
    assert_eq!(scene(CRITICAL).cooling(OPUS).routed().told(), ("same-tier", to(GPT)));
}

// R6: interactive.

#[test]
fn interactive_traffic_begins_at_a_balanced_model() {
    assert_eq!(scene(INTERACTIVE).routed().told(), ("primary", to(SONNET)));
}

#[test]
fn interactive_traffic_goes_to_a_cheaper_model_and_marks_it() {
    let recovered = scene(INTERACTIVE).after(&[(SONNET, SERVER_ERROR), (SONNET, SERVER_ERROR)]);
    assert_eq!(recovered.told(), ("cheaper-tier", to(GPT_NANO)));
    assert_eq!(recovered.sent().and_then(|send| send.degraded.as_deref()), Some("cheaper"));
}

#[test]
fn interactive_traffic_without_a_cheaper_model_goes_to_an_equal_one() {
    let scene = scene(INTERACTIVE).cooling(HAIKU).cooling(GPT_NANO);
    let recovered = scene.after(&[(SONNET, SERVER_ERROR), (SONNET, SERVER_ERROR)]);
    assert_eq!(recovered.told(), ("same-tier", to(GPT_MINI)));
}

#[test]
fn interactive_traffic_then_gets_a_stored_answer() {
    let mut scene = scene(INTERACTIVE).default_answer("sorry");
    scene.facts.cached_answer_age = Some(60_000);
    let recovered = scene.after(&[(SONNET, SERVER_ERROR), (SONNET, SERVER_ERROR), (HAIKU, SERVER_ERROR)]);
    assert_eq!(recovered.told(), ("cached-answer", "Answer::Cached(86400000)".into()));
}

#[test]
fn interactive_traffic_gets_the_prepared_answer_where_the_stored_one_is_too_old() {
    let mut scene = scene(INTERACTIVE).default_answer("sorry");
    scene.facts.cached_answer_age = Some(u64::MAX);
    let recovered = scene.after(&[(SONNET, SERVER_ERROR), (SONNET, SERVER_ERROR), (HAIKU, SERVER_ERROR)]);
    assert_eq!(recovered.told(), ("default-answer", "Answer::Default(0)".into()));
}

#[test]
fn interactive_traffic_without_any_answer_fails() {
    let recovered = scene(INTERACTIVE).after(&[(SONNET, SERVER_ERROR), (HAIKU, SERVER_ERROR), (HAIKU, SERVER_ERROR)]);
    assert_eq!(recovered.told(), ("exhausted", "fail".into()));
}

// R7: internal.

#[test]
fn internal_traffic_begins_at_the_cheapest_low_cost_model() {
    let mut scene = scene(INTERNAL);
    scene.facts.targets[usize::from(GPT_NANO)].estimated_cost = 40;
    assert_eq!(scene.routed().told(), ("primary", to(GPT_NANO)));
}

#[test]
fn internal_traffic_goes_to_low_cost_at_another_provider() {
    let recovered = scene(INTERNAL).after(&[(HAIKU, SERVER_ERROR), (HAIKU, SERVER_ERROR)]);
    assert_eq!(recovered.told(), ("same-tier", to(GPT_NANO)));
}

#[test]
fn internal_traffic_then_waits_in_a_queue() {
    let scene = scene(INTERNAL).queue("review").queue("later");
    let recovered = scene.after(&[(HAIKU, SERVER_ERROR), (HAIKU, SERVER_ERROR), (GPT_NANO, SERVER_ERROR)]);
    assert_eq!(recovered.told(), ("queue", "defer 1".into()));
    let Recovery::Defer(deferral) = recovered.decision else { panic!("no deferral") };
    let Until::At(at) = deferral.until else { panic!("no instant") };
    let wait = at - scene.facts.request.received_at;
    assert!((60_000..=75_000).contains(&wait) && at < deferral.expires, "{wait}");
}

#[test]
fn internal_traffic_that_may_not_wait_fails() {
    let mut scene = scene(INTERNAL).queue("later");
    scene.facts.bounds.may_defer = false;
    let recovered = scene.after(&[(HAIKU, SERVER_ERROR), (HAIKU, SERVER_ERROR), (GPT_NANO, SERVER_ERROR)]);
    assert_eq!(recovered.told(), ("exhausted", "fail".into()));
}

// R8: batch.

#[test]
fn batch_traffic_begins_at_the_cheapest_acceptable_model() {
    assert_eq!(scene(BATCH).routed().told(), ("primary", to(HAIKU)));
    let mut dearer = scene(BATCH);
    dearer.facts.bounds.worst_tier_rank = 1;
    assert_eq!(dearer.routed().told(), ("primary", to(SONNET)));
}

#[test]
fn batch_traffic_is_put_off() {
    let scene = scene(BATCH).queue("later");
    let recovered = scene.after(&[(HAIKU, SERVER_ERROR), (HAIKU, SERVER_ERROR)]);
    assert_eq!(recovered.told(), ("queue", "defer 0".into()));
}

#[test]
fn batch_traffic_that_failed_too_often_is_put_before_people() {
    let mut scene = scene(BATCH).queue("later").queue("review");
    scene.facts.deferred = deferred("later", 3);
    let recovered = scene.after(&[(HAIKU, SERVER_ERROR), (HAIKU, SERVER_ERROR)]);
    assert_eq!(recovered.told(), ("review", "defer 1".into()));
}

#[test]
fn a_request_goes_to_the_target_that_the_reviewer_chose() {
    let mut scene = scene(BATCH).queue("later").queue("review");
    scene.facts.deferred = deferred("review", 4).map(|deferred| Deferred { review_target: Some(OPUS), ..deferred });
    assert_eq!(scene.routed().told(), ("reviewed", to(OPUS)));
}

#[test]
fn batch_traffic_that_failed_after_review_fails() {
    let mut scene = scene(BATCH).queue("later").queue("review");
    scene.facts.deferred = deferred("review", 4);
    let recovered = scene.after(&[(HAIKU, SERVER_ERROR), (HAIKU, SERVER_ERROR)]);
    assert_eq!(recovered.told(), ("exhausted", "fail".into()));
}

// R9: experiment.

#[test]
fn an_experiment_goes_to_the_first_target() {
    assert_eq!(scene(EXPERIMENT).routed().told(), ("primary", to(OPUS)));
}

#[test]
fn an_experiment_goes_to_the_target_that_it_names() {
    let mut scene = scene(EXPERIMENT);
    scene.facts.request.requested_target = Some(GPT_MINI);
    assert_eq!(scene.routed().told(), ("requested-target", to(GPT_MINI)));
}

#[test]
fn an_experiment_fails_at_once() {
    let scene = scene(EXPERIMENT).queue("later").default_answer("sorry");
    assert_eq!(scene.after(&[(OPUS, SERVER_ERROR)]).told(), ("exhausted", "fail".into()));
    assert_eq!(scene.cooling(OPUS).routed().told(), ("none-usable", "503 no_target_available".into()));
}

// R10: the class itself.

#[test]
fn staging_traffic_becomes_an_experiment_where_the_bounds_allow_it() {
    let mut scene = scene(CRITICAL).attribute("environment", "staging");
    assert_eq!(scene.routed().traffic_class, None);
    scene.facts.bounds.may_reclassify_to = vec![EXPERIMENT.into()];
    assert_eq!(scene.routed().traffic_class.as_deref(), Some(EXPERIMENT));
}

#[test]
fn a_caller_cannot_choose_its_class() {
    let mut scene = scene(BATCH).attribute_from("caller", "tier", "gold");
    scene.facts.bounds.may_reclassify_to = vec![CRITICAL.into()];
    let config = r#"{"routing": {"reclassify": [{"attribute": "tier", "value": "gold", "class": "critical"}]}}"#;
    assert_eq!(scene.routed_with(config).traffic_class, None);
}

#[test]
fn every_row_can_be_changed() {
    let config = r#"{
        "routing": {"classes": {"batch": {"primary": "frontier"}}},
        "fallback": {"classes": {"batch": {"rungs": [["default-answer"]], "retries": 0}}}
    }"#;
    let scene = scene(BATCH).default_answer("sorry");
    assert_eq!(scene.routed_with(config).told().1, to(OPUS));
    let recovered = scene.after_with(config, &failures(&[(OPUS, SERVER_ERROR)]));
    assert_eq!(recovered.told().0, "default-answer");
}

use fingerpost_sdk::record::Deferred;

fn deferred(queue: &str, tries: u32) -> Option<Deferred> {
    Some(Deferred { queue: queue.into(), tries, since: 1_750_000_000_000, review_target: None })
}
