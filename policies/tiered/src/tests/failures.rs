//! Failures: which are retried, which never, and how often.

use fingerpost_sdk::names::class::{BATCH, CRITICAL, EXPERIMENT, INTERACTIVE, INTERNAL};
use fingerpost_sdk::names::failure_kind::{
    self as kind, CONTENT_POLICY, CONTEXT_LENGTH, INVALID_REQUEST, RATE_LIMITED, SERVER_ERROR,
};
use fingerpost_sdk::testing::failed;

use super::*;

#[test]
fn transient_failures_are_retried() {
    for kind in [SERVER_ERROR, kind::RESET, kind::OVERLOADED, kind::CUT, kind::CONNECT_REFUSED, kind::STREAM_ERROR] {
        assert_eq!(scene(CRITICAL).after(&[(OPUS, kind)]).told(), ("retry", to(OPUS)), "{kind}");
    }
}

/// Failures after which the same target would most likely cost the same time again.
const SLOW_OR_SPOILT: [&str; 7] = [
    kind::CONNECT_TIMEOUT,
    kind::FIRST_BYTE_TIMEOUT,
    kind::FIRST_TOKEN_TIMEOUT,
    kind::IDLE_TIMEOUT,
    kind::TOTAL_TIMEOUT,
    kind::GARBLED,
    RATE_LIMITED,
];

#[test]
fn a_target_that_was_silent_is_not_asked_again_while_an_equal_one_can_take_the_request() {
    for kind in SLOW_OR_SPOILT {
        assert_eq!(scene(CRITICAL).after(&[(OPUS, kind)]).told(), ("same-tier", to(GPT)), "{kind}");
        assert_eq!(scene(INTERACTIVE).after(&[(SONNET, kind)]).told().0, "cheaper-tier", "{kind}");
        let mut same_tier_only = scene(INTERACTIVE);
        same_tier_only.facts.bounds.downgrade = false;
        assert_eq!(same_tier_only.after(&[(SONNET, kind)]).told(), ("same-tier", to(GPT_MINI)), "{kind}");
    }
}

#[test]
fn a_target_that_was_silent_is_asked_again_where_no_equal_one_is_free() {
    for kind in SLOW_OR_SPOILT {
        let alone = scene(CRITICAL).cooling(GPT);
        assert_eq!(alone.after(&[(OPUS, kind)]).told(), ("retry", to(OPUS)), "{kind}");
        let both = [(OPUS, kind), (GPT, kind)];
        let mut scene = scene(CRITICAL);
        assert_eq!(scene.after(&both).told(), ("cheaper-tier", to(SONNET)), "{kind}");
        scene.facts.bounds.downgrade = false;
        assert_eq!(scene.after(&both).told(), ("retry", to(GPT)), "{kind}");
    }
}

#[test]
fn a_third_equal_target_is_tried_before_the_request_fails() {
    let mut scene = scene(CRITICAL);
    scene.setup.targets[usize::from(SONNET)].tier_rank = 0;
    scene.facts.bounds.downgrade = false;
    let attempts = [(OPUS, kind::FIRST_BYTE_TIMEOUT), (GPT, kind::FIRST_BYTE_TIMEOUT)];
    assert_eq!(scene.after(&attempts).told(), ("same-tier", to(SONNET)));
}

#[test]
fn an_equal_target_of_the_same_provider_is_better_than_none() {
    let mut scene = scene(CRITICAL).cooling(GPT);
    scene.setup.targets[usize::from(SONNET)].tier_rank = 0;
    let attempts = [(OPUS, SERVER_ERROR), (OPUS, SERVER_ERROR)];
    assert_eq!(scene.after(&attempts).told(), ("same-tier", to(SONNET)));
}

#[test]
fn a_failure_that_a_retry_cannot_mend_goes_elsewhere_at_once() {
    for kind in [kind::INVALID_KEY, kind::QUOTA_EXHAUSTED, kind::UNSUPPORTED, kind::UNKNOWN_MODEL] {
        assert_eq!(scene(CRITICAL).after(&[(OPUS, kind)]).told(), ("same-tier", to(GPT)), "{kind}");
    }
}

#[test]
fn a_failure_that_is_the_same_everywhere_fails_at_once_with_its_own_reason() {
    for kind in [INVALID_REQUEST, CONTENT_POLICY] {
        let scene = scene(INTERACTIVE).default_answer("sorry");
        assert_eq!(scene.after(&[(SONNET, kind)]).told(), ("final-failure", "fail".into()), "{kind}");
    }
}

#[test]
fn a_target_that_failed_for_good_is_never_tried_again() {
    let attempts = [(OPUS, kind::INVALID_KEY), (GPT, SERVER_ERROR), (GPT, SERVER_ERROR)];
    let recovered = scene(CRITICAL).after(&attempts);
    assert_eq!(recovered.told(), ("cheaper-tier", to(SONNET)));
}

#[test]
fn what_does_not_fit_goes_only_to_a_larger_window() {
    let mut scene = scene(CRITICAL);
    assert_eq!(scene.after(&[(OPUS, CONTEXT_LENGTH)]).told(), ("context-length", "fail".into()));
    scene.setup.targets[usize::from(GPT)].context_window = 1_000_000;
    assert_eq!(scene.after(&[(OPUS, CONTEXT_LENGTH)]).told(), ("larger-context", to(GPT)));
}

#[test]
fn an_experiment_looks_for_no_larger_window() {
    let mut scene = scene(EXPERIMENT);
    scene.setup.targets[usize::from(GPT)].context_window = 1_000_000;
    assert_eq!(scene.after(&[(OPUS, CONTEXT_LENGTH)]).told(), ("context-length", "fail".into()));
}

#[test]
fn a_request_that_is_known_not_to_fit_begins_at_a_larger_window() {
    let mut scene = scene(CRITICAL);
    scene.facts.request.input_tokens = 200_000;
    scene.setup.targets[usize::from(SONNET)].context_window = 1_000_000;
    assert_eq!(scene.routed().told(), ("larger-context", to(SONNET)));
}

#[test]
fn a_retry_waits_at_least_as_long_as_the_provider_asks() {
    let mut attempt = failed(OPUS, RATE_LIMITED);
    attempt.failure.retry_after = Some(2_000);
    let alone = scene(CRITICAL).cooling(GPT);
    let mut marked = alone.cooling(OPUS);
    marked.facts.targets[usize::from(OPUS)].cooling_for = Some(1_999);
    let recovered = marked.after_with("{}", std::slice::from_ref(&attempt));
    assert!(recovered.sent().is_some_and(|send| (2_000..=2_250).contains(&send.after)), "{recovered:?}");
    assert_eq!(scene(CRITICAL).after_with("{}", &[attempt]).told(), ("same-tier", to(GPT)), "nobody waits for nothing");
}

#[test]
fn how_long_a_provider_is_waited_for_is_the_classs_to_set() {
    let mut attempt = failed(OPUS, RATE_LIMITED);
    attempt.failure.retry_after = Some(2_000);
    let config = r#"{"fallback": {"classes": {"critical": {"longest_retry_after": 1000}}}}"#;
    let recovered = scene(CRITICAL).cooling(GPT).after_with(config, &[attempt]);
    assert_eq!(recovered.told(), ("cheaper-tier", to(GPT_MINI)));
}

#[test]
fn a_provider_that_asks_for_too_much_time_is_left() {
    let mut attempt = failed(OPUS, RATE_LIMITED);
    attempt.failure.retry_after = Some(60_000);
    assert_eq!(scene(CRITICAL).after_with("{}", &[attempt]).told(), ("same-tier", to(GPT)));
}

#[test]
fn retries_can_be_capped_by_kind_of_failure() {
    let config = r#"{"fallback": {"retries_by_kind": {"server-error": 0}}}"#;
    let after = |kind| scene(CRITICAL).after_with(config, &failures(&[(OPUS, kind)]));
    assert_eq!(after(SERVER_ERROR).told().0, "same-tier");
    assert_eq!(after(kind::RESET).told().0, "retry");
}

#[test]
fn attempts_can_be_capped_by_the_tenants_plan() {
    let mut scene = scene(CRITICAL);
    scene.facts.caller.plan = "free".into();
    let config = r#"{"fallback": {"plans": {"free": {"attempts": 1}}}}"#;
    let recovered = scene.after_with(config, &failures(&[(OPUS, SERVER_ERROR)]));
    assert_eq!(recovered.told(), ("exhausted", "fail".into()));
}

#[test]
fn a_target_without_retries_left_is_not_retried() {
    let mut scene = scene(CRITICAL);
    scene.facts.targets[usize::from(OPUS)].retries_left = 0;
    assert_eq!(scene.after(&[(OPUS, SERVER_ERROR)]).told(), ("same-tier", to(GPT)));
}

#[test]
fn a_target_that_the_host_leaves_alone_is_not_retried() {
    assert_eq!(scene(CRITICAL).cooling(OPUS).after(&[(OPUS, SERVER_ERROR)]).told(), ("same-tier", to(GPT)));
}

#[test]
fn no_try_begins_after_the_latency_window() {
    let mut scene = scene(INTERACTIVE).default_answer("sorry");
    scene.facts.request.elapsed = 20_000;
    assert_eq!(scene.after(&[(SONNET, SERVER_ERROR)]).told().0, "default-answer");
}

#[test]
fn no_try_begins_when_too_little_time_is_left() {
    let mut scene = scene(CRITICAL);
    scene.facts.request.time_left = 999;
    assert_eq!(scene.after(&[(OPUS, SERVER_ERROR)]).told(), ("exhausted", "fail".into()));
}

#[test]
fn the_cause_follows_from_the_failure() {
    for (kind, cause) in [(kind::FIRST_TOKEN_TIMEOUT, "latency"), (RATE_LIMITED, "quota"), (SERVER_ERROR, "error")] {
        assert_eq!(scene(CRITICAL).after(&[(OPUS, kind)]).cause, cause);
    }
}

#[test]
fn where_every_target_is_cooling_a_request_waits_for_the_first_that_comes_back_soon() {
    let mut scene = scene(CRITICAL).cooling(OPUS).cooling(GPT).cooling(SONNET).cooling(GPT_MINI);
    for (target, left) in [(OPUS, 900), (GPT, 400), (SONNET, 100), (GPT_MINI, 100)] {
        scene.facts.targets[usize::from(target)].cooling_for = Some(left);
    }
    let wait = |config: &str| match scene.routed_with(config).decision {
        fingerpost_sdk::record::Routing::Send(send) => Some((send.target, send.after)),
        _ => None,
    };
    let (target, after) = wait(r#"{"fallback": {"wait_for_recovery": 2000}}"#).expect("it waits");
    assert!(target == GPT && (400..=500).contains(&after), "{target} after {after}");
    assert_eq!(wait(r#"{"fallback": {"wait_for_recovery": 99}}"#), None);
    assert_eq!(scene.routed().told(), ("wait-for-recovery", to(GPT)), "the class has patience");
}

/// The target that is waited for, and how long.
fn waited(routed: &fingerpost_sdk::record::Routed) -> Option<(u16, u64)> {
    routed.sent().map(|send| (send.target, send.after)).filter(|(_, after)| *after > 0)
}

#[test]
fn what_asked_for_a_moment_is_waited_for_unless_an_equal_target_is_free() {
    for class in [CRITICAL, INTERACTIVE, INTERNAL, BATCH, EXPERIMENT] {
        let only = |millis| Scene::of([target("a", "one").resting(millis)]).class(class);
        assert_eq!(only(1_000).routed().told(), ("wait-for-limit", to(0)), "{class}");
        let (_, after) = waited(&only(5_000).routed()).expect("it waits");
        assert!((5_000..=6_250).contains(&after), "{class}: {after}");
        assert_eq!(only(5_001).routed().told().0, "none-usable", "{class}");
    }
    let equal = Scene::of([target("a", "one").resting(1_000), target("b", "two")]).class(CRITICAL);
    assert_eq!((equal.routed().told(), waited(&equal.routed())), (("same-tier", to(1)), None));
    let cheaper = Scene::of([target("a", "one").resting(1_000), target("b", "two").tier("economy", 2)]);
    assert_eq!(cheaper.class(INTERACTIVE).routed().told(), ("wait-for-limit", to(0)));
}

#[test]
fn how_long_a_provider_may_ask_for_is_the_deployers_to_say() {
    let scene = Scene::of([target("a", "one").resting(8_000)]).class(CRITICAL);
    let longer = r#"{"fallback": {"backoff": {"longest_retry_after": 10000}}}"#;
    assert_eq!(scene.routed_with(longer).told(), ("wait-for-limit", to(0)));
    let never = r#"{"fallback": {"backoff": {"longest_retry_after": 0}}}"#;
    assert_eq!(Scene::of([target("a", "one").resting(10)]).routed_with(never).told().0, "none-usable");
}

#[test]
fn a_refused_request_waits_as_long_as_the_provider_asks_unless_an_equal_target_is_free() {
    let refused = |retry_after| {
        let mut attempt = failed(0, RATE_LIMITED);
        attempt.failure.retry_after = Some(retry_after);
        [attempt]
    };
    let after = |scene: &Scene, millis| {
        let recovered = scene.after_with("{}", &refused(millis));
        let sent = recovered.sent().map(|send| (send.target, send.after));
        (recovered.explanation.rule.clone(), sent)
    };
    for class in [CRITICAL, INTERACTIVE, INTERNAL, BATCH] {
        let only = |millis| Scene::of([target("a", "one").resting(millis)]).class(class);
        let (rule, sent) = after(&only(2_000), 2_000);
        assert!(rule == "retry" && sent.is_some_and(|(_, after)| (2_000..=2_250).contains(&after)), "{sent:?}");
        assert_eq!(after(&only(6_000), 6_000).0, "exhausted", "{class}");
    }
    let equal = Scene::of([target("a", "one").resting(1_000), target("b", "two")]).class(CRITICAL);
    assert_eq!(after(&equal, 1_000), ("same-tier".into(), Some((1, 0))));
    let cheaper = Scene::of([target("a", "one").resting(1_000), target("b", "two").tier("economy", 2)]);
    assert_eq!(after(&cheaper.class(CRITICAL), 1_000).0, "retry");
}

#[test]
fn what_takes_its_load_back_is_tried_at_once_where_nothing_else_is_left() {
    let recovering = target("a", "one").tier("frontier", 0).recovering(3_000);
    let scene = Scene::of([recovering, target("b", "two").tier("economy", 2)]).class(CRITICAL);
    let floor = r#"{"fallback": {"classes": {"critical": {"rungs": []}}}}"#;
    let routed = scene.routed_with(floor);
    assert_eq!(routed.sent().map(|send| (send.target, send.after)), Some((0, 0)));
}

#[test]
fn after_a_failure_that_made_the_last_target_cool_a_request_may_wait_too() {
    let config = r#"{"fallback": {"wait_for_recovery": 2000, "classes": {"critical": {"retries": 0}}}}"#;
    let mut scene = scene(CRITICAL).cooling(OPUS).cooling(GPT).cooling(SONNET).cooling(GPT_MINI);
    for target in &mut scene.facts.targets {
        target.cooling_for = Some(300);
    }
    let recovered = scene.after_with(config, &failures(&[(OPUS, SERVER_ERROR)]));
    assert_eq!(recovered.told().0, "wait-for-recovery");
}
