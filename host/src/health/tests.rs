//! Targets that share a credential, and what their failures lead to.

use super::*;
use crate::config::Config;

const SEED: u64 = 7;

/// Two targets of one provider, and their rules.
fn pair(rules: HealthRules) -> [Health; 2] {
    let setting = Config::builtin().targets.into_values().next().expect("the built-in config has targets");
    let credential = Arc::new(Credential::new("p"));
    ["a", "b"]
        .map(|id| Health::new(&config::Target { id: id.into(), ..setting.clone() }, rules, Arc::clone(&credential)))
}

fn short() -> HealthRules {
    HealthRules { refused_cool_down: Duration::from_secs(1), ramp: Duration::ZERO, ..HealthRules::default() }
}

fn is_cooling(health: &Health) -> bool {
    is_cooling_at(health, Instant::now())
}

fn is_cooling_at(health: &Health, instant: Instant) -> bool {
    matches!(health.sample(SEED, instant).availability, Availability::Cooling(_) | Availability::Resting(_))
}

/// An instant at which every cool-down of [`short`] rules is over.
fn later() -> Instant {
    Instant::now() + Duration::from_secs(2)
}

fn probe(health: &Health, instant: Instant) -> Permit {
    match health.sample(SEED, instant).availability {
        Availability::Probing(permit) => permit,
        other => panic!("it is due, and not {other:?}"),
    }
}

/// An attempt that fails; whether operators are told.
async fn fail(health: &Health, kind: Kind) -> bool {
    let started = Instant::now();
    health.enter(false, started + Duration::from_secs(1)).await.expect("there are slots");
    health.leave_failed(started, &Failure::new(kind, Phase::Head, ""), None)
}

/// An attempt of a request of this key, with this body, that fails in a way that the request may have provoked.
async fn fail_by_content(health: &Health, kind: Kind, key: u8, body: u8) {
    let started = Instant::now();
    health.enter(false, started + Duration::from_secs(1)).await.expect("there are slots");
    let origin = Origin::new(("acme", &key.to_string()), &[body], next_seed());
    let _ = health.leave_failed(started, &Failure::new(kind, Phase::Body, ""), Some(origin));
}

/// Another seed for each request.
fn next_seed() -> u64 {
    static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

#[tokio::test]
async fn one_caller_with_odd_requests_takes_a_target_from_nobody() {
    for kind in Kind::ALL.into_iter().filter(|kind| kind.can_be_provoked()) {
        let [a, b] = pair(HealthRules::default());
        for number in 0..100 {
            fail_by_content(&a, kind, number % 2, number).await;
            fail_by_content(&b, kind, number, number % 2).await;
        }
        assert!(!is_cooling(&a) && !is_cooling(&b), "{kind:?}");
        assert_eq!((a.seen().figures, a.seen_provider().figures), (Figures::NONE, Figures::NONE), "{kind:?}");
        assert_eq!(a.takes(Instant::now()).in_flight, 0);
    }
}

#[tokio::test]
async fn what_several_callers_meet_with_several_requests_cools_a_target() {
    for kind in Kind::ALL.into_iter().filter(|kind| kind.can_be_provoked()) {
        let [a, _] = pair(HealthRules::default());
        for number in 0..7 {
            assert!(!is_cooling(&a), "{kind:?} {number}");
            fail_by_content(&a, kind, number % 3, number % 3).await;
        }
        assert!(is_cooling(&a), "the fifth that counts is the seventh");
    }
}

#[tokio::test]
async fn an_odd_request_neither_ends_a_probe_well_nor_prolongs_the_outage() {
    let [a, _] = pair(short());
    fail(&a, Kind::UnknownModel).await;
    let later = later();
    let permit = probe(&a, later);
    fail_by_content(&a, Kind::Garbled, 1, 1).await;
    a.return_probe(permit);
    let again = probe(&a, later);
    a.return_probe(again);
}

#[tokio::test]
async fn a_refused_credential_cools_all_targets_and_is_told_once() {
    for kind in [Kind::InvalidKey, Kind::QuotaExhausted] {
        let [a, b] = pair(HealthRules::default());
        assert!(fail(&a, kind).await && !fail(&b, kind).await);
        assert!(is_cooling(&a) && is_cooling(&b));
        assert_eq!(a.seen().figures, Figures::NONE, "it says nothing about the target itself");
    }
}

#[tokio::test]
async fn what_is_wrong_with_one_model_leaves_the_providers_other_targets_alone() {
    for (kind, cools) in [(Kind::UnknownModel, true), (Kind::NotFound, true), (Kind::Permission, false)] {
        let [a, b] = pair(HealthRules::default());
        assert_eq!((fail(&a, kind).await, is_cooling(&a), is_cooling(&b)), (cools, cools, false), "{kind:?}");
    }
}

#[tokio::test]
async fn one_request_at_a_time_probes_a_credential_at_whichever_target() {
    let [a, b] = pair(short());
    fail(&a, Kind::InvalidKey).await;
    let later = later();
    let permit = probe(&b, later);
    assert!(is_cooling_at(&a, later) && is_cooling_at(&b, later));
    b.return_probe(permit);
    let permit = probe(&a, later);
    a.first_token(later);
    a.return_probe(permit);
    assert!(!is_cooling_at(&a, later) && !is_cooling_at(&b, later));
}

#[tokio::test]
async fn permits_of_target_and_credential_are_had_together_or_not_at_all() {
    let [a, b] = pair(short());
    fail(&a, Kind::UnknownModel).await;
    fail(&b, Kind::InvalidKey).await;
    let later = later();
    let permit = probe(&b, later);
    assert!(is_cooling_at(&a, later), "another holds the permit for the credential");
    b.return_probe(permit);
    let both = probe(&a, later);
    assert!(both.own.is_some() && both.credential.is_some(), "{both:?}");
}

#[tokio::test]
async fn a_retry_that_the_budget_does_not_allow_takes_no_slot() {
    let [a, _] = pair(HealthRules::default());
    let deadline = Instant::now() + Duration::from_secs(1);
    for _ in 0..crate::retry_budget::FLOOR {
        a.enter(true, deadline).await.expect("the floor allows it");
        a.leave_cancelled();
    }
    assert_eq!(a.enter(true, deadline).await, Err(TurnedAway::NoRetry));
    let takes = a.takes(Instant::now());
    assert_eq!((takes.in_flight, takes.retries_left), (0, 0));
}

#[tokio::test]
async fn another_config_keeps_slots_and_an_outage_of_the_same_place() {
    let setting = Config::builtin().targets.into_values().next().expect("the built-in config has targets");
    let new = || Health::new(&setting, HealthRules::default(), Arc::new(Credential::new("p")));
    let before = new();
    before.enter(false, Instant::now()).await.expect("there are slots");
    fail(&before, Kind::UnknownModel).await;
    let (same, other) = (new().keeping(&before, true), new().keeping(&before, false));
    assert_eq!([&same, &other].map(is_cooling), [true, false]);
    assert_eq!([same, other].map(|health| health.takes(Instant::now()).in_flight), [1, 1]);
}
