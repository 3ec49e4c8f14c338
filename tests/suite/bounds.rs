//! The host's bounds hold whatever a policy answers.

use std::collections::BTreeMap;

use support::gateway::{ConfigText, Gateway};
use support::guests;
use support::upstream::{Reply, Upstream};

/// Fails now and then, so that fallbacks are decided too.
async fn unreliable() -> Upstream {
    let upstream = Upstream::start().await;
    for model in ["model-a", "model-b", "model-c", "model-d"] {
        for _ in 0..60 {
            upstream.on(model).reply(Reply::status(500)).reply(Reply::ok("x").usage(10, 10)).reply(Reply::status(429));
        }
        upstream.on(model).reply(Reply::ok("x").usage(10, 10));
    }
    upstream
}

#[tokio::test]
async fn no_bound_is_broken_by_three_hundred_requests_of_nonsense() {
    let upstream = unreliable().await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("nonsense.wasm");
    std::fs::write(&path, guests::component("nonsense")).unwrap();
    let config = ConfigText::new(&upstream)
        .policy_file(&path)
        .route("on_policy_failure = { action = \"static\", targets = [\"a\", \"b\", \"c\"] }")
        .bounds("max_attempts = 3\nmax_same_target = 1\ndeadline = \"2s\"\ndowngrade = false\nupgrade = false")
        .limits("total = \"1s\"")
        .engine("failures_until_set_aside = 1000000");
    let gateway = Gateway::start_in(dir, &config).await;
    for _ in 0..300 {
        let answer = gateway.client().chat("r", "hi").await;
        let status = answer.status.as_u16();
        assert!(status == 200 || (400..600).contains(&status));
    }
    let mut overruled = BTreeMap::<String, u32>::new();
    for record in gateway.records_after(300).await {
        assert!(record.attempts.len() <= 3, "{record:#?}");
        assert!(record.latency_ms < 2_500, "{record:#?}");
        assert!(record.tier_change == fingerpost::ledger::TierChange::None, "{record:#?}");
        let mut targets: Vec<_> = record.attempts.iter().map(|entry| &entry.place.target).collect();
        targets.sort();
        let all = targets.len();
        targets.dedup();
        assert_eq!(targets.len(), all, "{record:#?}");
        for why in record.decisions.iter().filter_map(|decision| decision.overruled.as_deref()) {
            *overruled.entry(why.to_owned()).or_default() += 1;
        }
    }
    assert!(overruled.len() >= 5, "nonsense breaks many bounds, or this shows nothing: {overruled:?}");
    upstream.finish().await;
}
