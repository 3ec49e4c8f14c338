//! The health and the limits of targets: who is left alone and comes back, who waits for a slot, and how often is tried
//! again.

use std::time::Duration;

use serde_json::Value;
use support::client::{Answer, Client};
use support::gateway::{ConfigText, Gateway};
use support::guests;
use support::upstream::{Reply, Upstream};
use tokio::task::JoinHandle;

/// Short times, so that a test sees an outage and a recovery.
const QUICK: &str = "[health]\nfailures_in_a_row = 2\nfirst_cool_down = \"1s\"\nlongest_cool_down = \"1s\"\n\
                     refused_cool_down = \"1s\"\nramp = \"0ms\"";

/// As above, but what cools stays so for the whole of a test.
const LONG: &str = "[health]\nfailures_in_a_row = 2\nfirst_cool_down = \"1h\"\nlongest_cool_down = \"1h\"\n\
                    refused_cool_down = \"1h\"";

fn target_of(answer: &Answer) -> String {
    answer.header("x-fingerpost-target").unwrap_or_default().to_owned()
}

/// What operators see of a target, or of a provider.
async fn seen(gateway: &Gateway, kind: &str, name: &str) -> Value {
    let states = gateway.operator().get("/admin/v1/targets").await.json();
    let list = states[format!("{kind}s")].as_array().expect("a list").clone();
    list.into_iter().find(|one| one[kind] == name).unwrap_or_else(|| panic!("{kind} {name}: {states}"))
}

async fn until_state(gateway: &Gateway, target: &str, state: &str) {
    gateway.until(|| async { seen(gateway, "target", target).await["state"] == state }).await;
}

fn ask(client: Client) -> JoinHandle<Answer> {
    tokio::spawn(async move { client.chat("r", "hi").await })
}

#[tokio::test]
async fn a_primary_that_fails_is_left_alone_and_back_within_one_probe_interval() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::status(500)).then(Reply::status(500)).then(Reply::ok("back"));
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(QUICK)).await;
    let client = gateway.client();
    for _ in 0..4 {
        assert_eq!(target_of(&client.chat("r", "hi").await), "b");
    }
    assert_eq!(upstream.hits("model-a"), 2);
    assert_eq!(seen(&gateway, "target", "a").await["state"], "cooling");
    until_state(&gateway, "a", "probing").await;
    for _ in 0..3 {
        assert_eq!(target_of(&client.chat("r", "hi").await), "a");
    }
    let after = seen(&gateway, "target", "a").await;
    assert_eq!(
        (&after["state"], &after["success_permille"], &after["samples"]),
        (&"available".into(), &1000.into(), &3.into())
    );
    upstream.finish().await;
}

#[tokio::test]
async fn while_a_probe_is_under_way_all_others_go_elsewhere() {
    let upstream = Upstream::start().await;
    let slow = Reply::ok("back").head_after(Duration::from_secs(2));
    upstream.on("model-a").reply(Reply::status(500)).then(Reply::status(500)).then(slow);
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(QUICK)).await;
    for _ in 0..2 {
        gateway.client().chat("r", "hi").await;
    }
    until_state(&gateway, "a", "probing").await;
    let probe = ask(gateway.client());
    upstream.until_hits("model-a", 3).await;
    for _ in 0..5 {
        assert_eq!(target_of(&gateway.client().chat("r", "hi").await), "b");
    }
    assert_eq!((target_of(&probe.await.unwrap()).as_str(), upstream.hits("model-a")), ("a", 3));
    upstream.finish().await;
}

#[tokio::test]
async fn a_probe_succeeds_with_its_first_token_and_not_only_with_its_last() {
    let upstream = Upstream::start().await;
    let endless = Reply::stream(["first", "last"]).stall_after(1);
    upstream.on("model-a").reply(Reply::status(500)).then(Reply::status(500)).then(endless).then(Reply::ok("x"));
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(QUICK)).await;
    for _ in 0..2 {
        gateway.client().chat("r", "hi").await;
    }
    until_state(&gateway, "a", "probing").await;
    let mut stream = gateway.client().open("r", "hi").await;
    stream.until_text("first").await;
    assert_eq!(target_of(&gateway.client().chat("r", "hi").await), "a");
    upstream.finish().await;
}

#[tokio::test]
async fn after_a_good_probe_a_growing_share_of_the_requests_comes_back() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::status(500)).then(Reply::status(500)).then(Reply::ok("back"));
    let slowly = QUICK.replace("ramp = \"0ms\"", "ramp = \"1h\"");
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(&slowly)).await;
    for _ in 0..2 {
        gateway.client().chat("r", "hi").await;
    }
    until_state(&gateway, "a", "probing").await;
    assert_eq!(target_of(&gateway.client().chat("r", "hi").await), "a");
    for _ in 0..100 {
        gateway.client().chat("r", "hi").await;
    }
    // A tenth of a hundred; none at all comes about once in forty thousand runs.
    let came = upstream.hits("model-a") - 3;
    assert!((1..=40).contains(&came), "{came}");
    assert_eq!(seen(&gateway, "target", "a").await["state"], "recovering");
    upstream.finish().await;
}

#[tokio::test]
async fn the_callers_own_faults_leave_a_target_as_it_is() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::error(400, "invalid_value", "no"));
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(LONG)).await;
    for _ in 0..5 {
        assert_eq!(gateway.client().chat("r", "hi").await.status, 400);
    }
    let state = seen(&gateway, "target", "a").await;
    assert_eq!((&state["state"], &state["samples"], &state["in_flight"]), (&"available".into(), &0.into(), &0.into()));
    upstream.finish().await;
}

#[tokio::test]
async fn a_refused_credential_keeps_all_targets_of_its_provider_alone_until_it_is_changed() {
    for refusal in [Reply::status(401), Reply::status(402), Reply::error(429, "insufficient_quota", "pay")] {
        let (upstream, secrets) = (Upstream::start().await, tempfile::tempdir().unwrap());
        upstream.on("model-a").reply(refusal).then(Reply::ok("x"));
        let config = ConfigText::new(&upstream).more(LONG).credential(&secrets, "old-secret");
        let gateway = Gateway::start(&config).await;
        assert_eq!(target_of(&gateway.client().chat("r", "hi").await), "b");
        assert_eq!(target_of(&gateway.client().chat("r", "hi").await), "b");
        assert_eq!((upstream.hits("model-a"), upstream.hits("model-c")), (1, 0));
        assert_eq!(seen(&gateway, "provider", "p1").await["state"], "cooling");
        assert_eq!(gateway.reload(&config).await.status, 200);
        assert_eq!(target_of(&gateway.client().chat("r", "hi").await), "b", "the same secret is no news");
        assert_eq!(gateway.reload(&config.credential(&secrets, "new-secret")).await.status, 200);
        assert_eq!(target_of(&gateway.client().chat("r", "hi").await), "a");
        upstream.finish().await;
    }
}

#[tokio::test]
async fn a_provider_at_another_address_begins_with_a_clean_slate() {
    let (down, up) = (Upstream::start().await, Upstream::start().await);
    down.on("model-a").reply(Reply::status(500));
    let config = ConfigText::new(&up).first_base_url(&down.base_url()).more(LONG);
    let gateway = Gateway::start(&config).await;
    for _ in 0..3 {
        assert_eq!(target_of(&gateway.client().chat("r", "hi").await), "b");
    }
    assert_eq!(gateway.reload(&config.first_base_url(&up.base_url())).await.status, 200);
    assert_eq!(target_of(&gateway.client().chat("r", "hi").await), "a");
    up.finish().await;
}

#[tokio::test]
async fn an_unknown_model_keeps_only_its_own_target_alone_and_is_counted_for_the_operator() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::error(404, "model_not_found", "no")).then(Reply::forbidden());
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(LONG)).await;
    for _ in 0..2 {
        assert_eq!(target_of(&gateway.client().chat("r", "hi").await), "b");
    }
    assert_eq!(seen(&gateway, "target", "a").await["state"], "cooling");
    assert_eq!(seen(&gateway, "provider", "p1").await["state"], "available");
    let metrics = gateway.operator().get("/metrics").await.body_text();
    let counted = "fingerpost_operator_faults_total{provider=\"p1\",kind=\"unknown-model\"} 1";
    assert!(metrics.contains(counted), "{metrics}");
    upstream.finish().await;
}

#[tokio::test]
async fn a_policy_can_wait_until_the_only_target_may_be_tried_again() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::status(500)).then(Reply::status(500)).then(Reply::ok("worth the wait"));
    let waiting = "[routes.w]\nclass = \"critical\"\ntargets = [\"a\"]\npolicy = { source = \"builtin\", name = \"tiered\" }\n\
                   [routes.w.routing.tiers]\nfrontier = \"high\"\nbalanced = \"low\"\neconomy = \"low\"\n\
                   [routes.w.fallback]\nwait_for_recovery = 5000\nretries_by_kind = { server-error = 0 }";
    let config = ConfigText::new(&upstream).more(&format!("{waiting}\n{QUICK}"));
    let gateway = Gateway::start(&config).await;
    let answers = [gateway.client().chat("w", "hi").await, gateway.client().chat("w", "hi").await];
    let rules: Vec<_> =
        gateway.records_after(2).await.into_iter().flat_map(|record| record.decisions).map(|d| d.rule).collect();
    assert!(answers.iter().any(|answer| answer.status == 200), "{rules:?}");
    assert!(rules.iter().any(|rule| &**rule == "wait-for-recovery"), "{rules:?}");
    assert_eq!(upstream.hits("model-a"), 3);
    upstream.finish().await;
}

const ONE_AT_A_TIME: &str = "max_in_flight = 1\nqueue = { length = 2, timeout = \"30s\" }";

#[tokio::test]
async fn who_finds_no_slot_waits_in_line_and_who_finds_no_place_goes_elsewhere() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream(["x", "y"]).stall_after(1)).then(Reply::ok("x"));
    let gateway = Gateway::start(&ConfigText::new(&upstream).targets(ONE_AT_A_TIME)).await;
    let mut holding = gateway.client().open("r", "hi").await;
    holding.until_text("x").await;
    let waiting = [ask(gateway.client()), ask(gateway.client())];
    gateway.until(|| async { seen(&gateway, "target", "a").await["queue_left"] == 0 }).await;
    assert_eq!(target_of(&gateway.client().chat("r", "hi").await), "b");
    assert_eq!(upstream.hits("model-a"), 1);
    drop(holding);
    for answer in waiting {
        assert_eq!(target_of(&answer.await.unwrap()), "a");
    }
    let state = seen(&gateway, "target", "a").await;
    assert_eq!((&state["in_flight"], &state["slots_left"], &state["queue_left"]), (&0.into(), &1.into(), &2.into()));
    upstream.finish().await;
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_its_place_in_line() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream(["x", "y"]).stall_after(1)).then(Reply::forbidden());
    let gateway = Gateway::start(&ConfigText::new(&upstream).targets(ONE_AT_A_TIME)).await;
    let mut holding = gateway.client().open("r", "hi").await;
    holding.until_text("x").await;
    let waiting = ask(gateway.client());
    gateway.until(|| async { seen(&gateway, "target", "a").await["queue_left"] == 1 }).await;
    waiting.abort();
    gateway.until(|| async { seen(&gateway, "target", "a").await["queue_left"] == 2 }).await;
    drop(holding);
    gateway.until(|| async { seen(&gateway, "target", "a").await["in_flight"] == 0 }).await;
    assert_eq!(upstream.hits("model-a"), 1);
    upstream.finish().await;
}

#[tokio::test]
async fn who_has_waited_too_long_for_a_slot_goes_elsewhere() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream(["x", "y"]).stall_after(1)).then(Reply::forbidden());
    let impatient = ONE_AT_A_TIME.replace("30s", "50ms");
    let gateway = Gateway::start(&ConfigText::new(&upstream).targets(&impatient)).await;
    let mut holding = gateway.client().open("r", "hi").await;
    holding.until_text("x").await;
    let answer = gateway.client().chat("r", "hi").await;
    let record = gateway.record(answer.header("x-fingerpost-request-id").unwrap()).await;
    assert_eq!((target_of(&answer).as_str(), &*record.attempts[0].outcome), ("b", "overloaded"));
    assert_eq!(seen(&gateway, "target", "a").await["samples"], 0);
    upstream.finish().await;
}

#[tokio::test]
async fn a_limit_that_a_reload_raises_lets_those_in_who_wait() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream(["x", "y"]).stall_after(1)).then(Reply::ok("x"));
    let config = ConfigText::new(&upstream).targets(ONE_AT_A_TIME);
    let gateway = Gateway::start(&config).await;
    let mut holding = gateway.client().open("r", "hi").await;
    holding.until_text("x").await;
    let waiting = ask(gateway.client());
    gateway.until(|| async { seen(&gateway, "target", "a").await["queue_left"] == 1 }).await;
    assert_eq!(gateway.reload(&config.targets("max_in_flight = 2")).await.status, 200);
    assert_eq!(target_of(&waiting.await.unwrap()), "a");
    let state = seen(&gateway, "target", "a").await;
    assert_eq!((&state["in_flight"], &state["slots_left"]), (&1.into(), &1.into()));
    upstream.finish().await;
}

#[tokio::test]
async fn an_outage_is_not_multiplied_by_a_policy_that_always_tries_again() {
    const REQUESTS: usize = 60;
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::status(500));
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("again.wasm");
    std::fs::write(&path, guests::component("good")).unwrap();
    let policy = format!(r#"{{ source = "file", path = "{}", config = {{ again = true }} }}"#, path.display());
    let config = ConfigText::new(&upstream).policy(&policy).bounds("max_attempts = 20\nmax_same_target = 20");
    let gateway = Gateway::start_in(dir, &config).await;
    let asked: Vec<_> = (0..REQUESTS).map(|_| ask(gateway.client())).collect();
    for answer in asked {
        assert_eq!(target_of(&answer.await.unwrap()), "b");
    }
    let hits = upstream.hits("model-a");
    // A slow machine may take longer than the ten seconds for which the floor holds.
    assert!((REQUESTS + 10..=REQUESTS + REQUESTS / 5 + 20).contains(&hits), "{hits}");
    let records = gateway.records_after(REQUESTS).await;
    let turned_away =
        records.iter().flat_map(|record| &record.attempts).filter(|entry| &*entry.outcome == "retry-budget");
    assert_eq!(turned_away.count(), REQUESTS);
    upstream.finish().await;
}

#[tokio::test]
async fn a_limit_that_is_used_up_says_when_to_come_back() {
    let upstream = Upstream::start().await;
    let limited =
        Reply::status(429).header("x-ratelimit-remaining-tokens", "0").header("x-ratelimit-reset-tokens", "1m30s");
    upstream.on("model-a").reply(limited);
    let gateway = Gateway::start(&ConfigText::new(&upstream).bounds("max_attempts = 1")).await;
    assert_eq!(gateway.client().chat("r", "hi").await.header("retry-after"), Some("90"));
    let left = seen(&gateway, "target", "a").await["left_ms"].as_u64().unwrap_or_default();
    assert!((60_000..=90_000).contains(&left), "{left}");
    upstream.finish().await;
}
