//! Streams that broke after the caller had seen a part of them: where they go on, and how.

use fingerpost_sdk::names::class::{BATCH, CRITICAL, INTERACTIVE, INTERNAL};
use fingerpost_sdk::names::failure_kind as kind;
use fingerpost_sdk::testing::failed;

use super::*;

/// A stream that broke at `target`, and what followed, each at a target with a kind of failure.
fn broken(target: u16, kind: &str, then: &[(u16, &str)]) -> Vec<Attempt> {
    let resumable = || vec!["prefill".to_owned(), "match".to_owned()];
    let began = Attempt { committed: true, content: "text".into(), delivered_tokens: 10, ..failed(target, kind) };
    let began = Attempt { resumable: resumable(), ..began };
    let further = (2..).zip(then).map(|(number, (target, kind))| {
        let mut attempt = Attempt { number, resumable: resumable(), ..failed(*target, kind) };
        attempt.failure.same_target_ok = *kind != kind::RESUME_MISMATCH;
        attempt
    });
    std::iter::once(began).chain(further).collect()
}

/// Where it goes on, how, and whether another model may.
fn way_on(recovered: &Recovered) -> Option<(u16, &str, bool)> {
    match &recovered.decision {
        Recovery::Resume(resumption) => Some((resumption.send.target, &resumption.how, resumption.other_model)),
        _ => None,
    }
}

/// A scene whose targets do not continue a text that has begun.
fn without_prefill(mut scene: Scene, targets: &[u16]) -> Scene {
    for target in targets {
        scene.setup.targets[usize::from(*target)].features.retain(|feature| feature != "prefill");
    }
    scene
}

#[test]
fn a_broken_stream_goes_on_at_its_own_model_by_default() {
    for (class, target) in [(CRITICAL, OPUS), (INTERACTIVE, SONNET)] {
        let recovered = scene(class).after_with("{}", &broken(target, kind::CUT, &[]));
        assert_eq!(way_on(&recovered), Some((target, "prefill", false)), "{class}");
        let scene = without_prefill(scene(class), &[target]);
        let recovered = scene.after_with("{}", &broken(target, kind::CUT, &[]));
        assert_eq!(way_on(&recovered), Some((target, "match", false)), "{class}");
    }
}

#[test]
fn after_a_stall_or_a_garbled_event_it_goes_on_at_an_equal_model_if_one_can() {
    for kind in [kind::IDLE_TIMEOUT, kind::GARBLED, kind::RATE_LIMITED] {
        let recovered = scene(CRITICAL).after_with("{}", &broken(OPUS, kind, &[]));
        assert_eq!(way_on(&recovered), Some((GPT, "prefill", true)), "{kind}");
        let alone = scene(CRITICAL).cooling(GPT).after_with("{}", &broken(OPUS, kind, &[]));
        assert_eq!(way_on(&alone), Some((OPUS, "prefill", false)), "{kind}");
    }
}

#[test]
fn the_same_model_at_another_provider_goes_before_another_model() {
    let mut scene = scene(CRITICAL);
    scene.setup.targets[usize::from(SONNET)].tier_rank = 0;
    scene.setup.targets[usize::from(SONNET)].model = "opus".into();
    let recovered = scene.after_with("{}", &broken(OPUS, kind::IDLE_TIMEOUT, &[]));
    assert_eq!(way_on(&recovered), Some((SONNET, "prefill", false)));
}

#[test]
fn a_refused_continuation_tries_the_next_way_and_then_the_next_target() {
    let scene = scene(INTERACTIVE);
    let after = |then: &[(u16, &str)]| scene.after_with("{}", &broken(SONNET, kind::CUT, then));
    let refused = (SONNET, kind::PREFILL_REFUSED);
    assert_eq!(way_on(&after(&[refused])), Some((SONNET, "match", false)));
    let mismatch = (SONNET, kind::RESUME_MISMATCH);
    assert_eq!(way_on(&after(&[refused, mismatch])), Some((GPT_MINI, "prefill", true)));
    assert_eq!(after(&[refused, mismatch, (GPT_MINI, kind::SERVER_ERROR)]).told().0, "stream-broken");
    assert_eq!(way_on(&after(&[(SONNET, kind::CUT)])), Some((GPT_MINI, "prefill", true)), "it broke twice");
}

#[test]
fn what_disagreed_once_is_not_compared_again() {
    let scene = without_prefill(scene(CRITICAL), &[OPUS, GPT]);
    let recovered = scene.after_with("{}", &broken(OPUS, kind::CUT, &[(OPUS, kind::RESUME_MISMATCH)]));
    assert_eq!(recovered.told(), ("stream-broken", "fail".into()));
}

#[test]
fn sensitive_work_goes_on_at_its_own_model_only() {
    let scene = scene(CRITICAL).attribute("sensitivity", "medical");
    let recovered = scene.after_with("{}", &broken(OPUS, kind::IDLE_TIMEOUT, &[]));
    assert_eq!(way_on(&recovered), Some((OPUS, "prefill", false)));
    let recovered = scene.cooling(OPUS).after_with("{}", &broken(OPUS, kind::IDLE_TIMEOUT, &[]));
    assert_eq!(recovered.told(), ("stream-broken", "fail".into()));
}

#[test]
fn where_it_goes_on_is_the_configs_to_set() {
    let config = |class: &str, change: &str| format!(r#"{{"fallback": {{"classes": {{"{class}": {{{change}}}}}}}}}"#);
    let stalled = broken(OPUS, kind::IDLE_TIMEOUT, &[]);
    let recovered = scene(CRITICAL).after_with(&config("critical", r#""resume_at": "same-model""#), &stalled);
    assert_eq!(way_on(&recovered), Some((OPUS, "prefill", false)));
    let recovered = scene(CRITICAL).after_with(&config("critical", r#""resume": "match""#), &stalled);
    assert_eq!(way_on(&recovered), Some((GPT, "match", true)));
    let recovered = scene(CRITICAL).after_with(&config("critical", r#""resume": "never""#), &stalled);
    assert_eq!(recovered.told(), ("stream-broken", "fail".into()));
    let stalled = broken(HAIKU, kind::IDLE_TIMEOUT, &[]);
    let recovered = scene(INTERNAL).after_with(&config("internal", r#""resume": "prefill""#), &stalled);
    assert_eq!(way_on(&recovered), Some((GPT_NANO, "prefill", true)));
}

#[test]
fn the_other_classes_end_a_broken_stream() {
    for class in [INTERNAL, BATCH, "experiment"] {
        let recovered = scene(class).after_with("{}", &broken(HAIKU, kind::CUT, &[]));
        assert_eq!(recovered.told(), ("stream-broken", "fail".into()), "{class}");
    }
}

#[test]
fn a_stream_never_goes_on_across_a_boundary_nor_at_a_worse_tier() {
    let mut scene = scene(CRITICAL);
    scene.facts.targets[usize::from(GPT)].allowed = false;
    let recovered = scene.cooling(OPUS).after_with("{}", &broken(OPUS, kind::CUT, &[]));
    assert_eq!(recovered.told(), ("stream-broken", "fail".into()));
}

#[test]
fn a_stream_may_break_late_and_still_go_on() {
    let mut scene = scene(INTERACTIVE);
    (scene.facts.request.elapsed, scene.facts.request.time_left) = (25_000, 5_000);
    let stalled = broken(SONNET, kind::IDLE_TIMEOUT, &[]);
    assert_eq!(way_on(&scene.after_with("{}", &stalled)), Some((GPT_MINI, "prefill", true)));
    scene.facts.request.time_left = 999;
    assert_eq!(scene.after_with("{}", &stalled).told(), ("stream-broken", "fail".into()));
}

#[test]
fn a_target_that_asks_for_a_moment_is_waited_for_where_nobody_else_can_go_on() {
    let mut scene = scene(CRITICAL).cooling(OPUS).cooling(GPT);
    scene.facts.targets[usize::from(OPUS)].cooling_for = Some(1_000);
    let recovered = scene.after_with("{}", &broken(OPUS, kind::CUT, &[]));
    let Recovery::Resume(resumption) = recovered.decision else { panic!("it does not go on") };
    assert!((1_000..=1_250).contains(&resumption.send.after) && resumption.send.target == OPUS);
}
