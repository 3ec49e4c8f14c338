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
    matches!(health.sample(SEED, instant).availability, Availability::Cooling(_))
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
    health.leave_failed(started, &Failure::new(kind, Phase::Head, ""))
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
