//! Policies that fail or break the bounds, as the gateway and its callers see it: the route has its `on_policy_failure`, the
//! record says what happened, and other routes do not notice.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use support::gateway::{ConfigText, Gateway};
use support::guests;
use support::upstream::{Reply, Upstream};

const STATIC: &str = "on_policy_failure = { action = \"static\", targets = [\"b\", \"a\"] }";

/// The component of a guest as a file.
fn file(dir: &tempfile::TempDir, guest: &str) -> PathBuf {
    let path = dir.path().join(format!("{guest}.wasm"));
    std::fs::write(&path, guests::component(guest)).expect("the component can be written");
    path
}

async fn with_guest(upstream: &Upstream, guest: &str, change: impl FnOnce(ConfigText) -> ConfigText) -> Gateway {
    let dir = tempfile::tempdir().expect("a folder can be made");
    let config = change(ConfigText::new(upstream).policy_file(&file(&dir, guest)));
    Gateway::start_in(dir, &config).await
}

/// Guests that give no decision that can be carried out, with what the record says of it.
const USELESS: [(&str, &str); 10] = [
    ("traps", "trap"),
    ("loops-forever", "out-of-fuel"),
    ("allocates-without-end", "out-of-fuel"),
    ("recurses", "stack-overflow"),
    ("unknown-target", "unknown-target"),
    ("disallowed-target", "below-quality-floor"),
    ("huge-reason", "output-too-large"),
    ("aliased-strings", "out-of-fuel"),
    ("rejects-with-200", "bad-status"),
    ("control-characters", "class-not-allowed"),
];

#[tokio::test]
async fn a_useless_policy_leaves_the_static_order_and_is_named_in_the_record() {
    let upstream = Upstream::start().await;
    upstream.on("model-b").reply(Reply::ok("static"));
    for (guest, why) in USELESS {
        let gateway = with_guest(&upstream, guest, |config| config.route(STATIC).bounds("worst_tier = \"high\"")).await;
        let answer = gateway.client().chat("r", "hi").await;
        let record = gateway.record(answer.header("x-fingerpost-request-id").unwrap()).await;
        assert_eq!((answer.status.as_u16(), answer.header("x-fingerpost-target")), (200, Some("b")), "{guest}");
        assert_eq!(record.decisions[0].overruled.as_deref(), Some(why), "{guest}");
        assert_eq!(answer.header("x-fingerpost-fallback-reason"), Some("policy"), "{guest}");
    }
    upstream.finish().await;
}

#[tokio::test]
async fn a_useless_policy_with_nothing_static_is_a_clear_503() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::forbidden());
    let gateway = with_guest(&upstream, "traps", |config| config).await;
    let answer = gateway.client().chat("r", "hi").await;
    assert_eq!((answer.status.as_u16(), answer.error_code().as_deref()), (503, Some("policy_failed")));
    upstream.finish().await;
}

#[tokio::test]
async fn the_static_order_never_goes_around_a_refusal_that_no_other_may_answer() {
    let upstream = Upstream::start().await;
    upstream.on("model-b").reply(Reply::error(400, "content_filter", "no"));
    upstream.on("model-a").reply(Reply::forbidden());
    let gateway = with_guest(&upstream, "traps", |config| config.route(STATIC)).await;
    let answer = gateway.client().chat("r", "hi").await;
    assert_eq!((answer.status.as_u16(), answer.error_code().as_deref()), (400, Some("content_filter")));
    upstream.finish().await;
}

#[tokio::test]
async fn a_policy_that_fails_again_and_again_is_set_aside_until_it_is_released() {
    let upstream = Upstream::start().await;
    upstream.on("model-b").reply(Reply::ok("static"));
    let gateway = with_guest(&upstream, "traps", |config| config.route(STATIC)).await;
    for _ in 0..12 {
        assert_eq!(gateway.client().chat("r", "hi").await.status, 200);
    }
    let last = &gateway.records_after(12).await[0];
    assert_eq!(last.decisions[0].overruled.as_deref(), Some("set-aside"));
    assert!(
        gateway.operator().get("/metrics").await.body_text().contains("fingerpost_policy_set_aside{route=\"r\"} 1")
    );
    gateway.operator().send(http::Method::POST, "/admin/v1/routes/r/release", "").await;
    let answer = gateway.client().chat("r", "hi").await;
    let record = gateway.record(answer.header("x-fingerpost-request-id").unwrap()).await;
    assert_eq!(record.decisions[0].overruled.as_deref(), Some("trap"));
    upstream.finish().await;
}

#[tokio::test]
async fn a_looping_policy_leaves_other_routes_alone() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x"));
    upstream.on("model-b").reply(Reply::ok("x"));
    let other =
        "[routes.good]\nclass = \"batch\"\ntargets = [\"a\"]\npolicy = { source = \"builtin\", name = \"single\" }";
    let gateway = with_guest(&upstream, "loops-forever", |config| config.route(STATIC).more(other)).await;
    let stop = Instant::now() + Duration::from_secs(2);
    let client = gateway.client();
    let load = tokio::spawn(async move {
        while Instant::now() < stop {
            client.chat("r", "hi").await;
        }
    });
    let mut served = 0;
    while !load.is_finished() {
        assert_eq!(gateway.client().chat("good", "hi").await.status, 200);
        served += 1;
    }
    assert!(served > 20, "{served}");
    load.await.unwrap();
    upstream.finish().await;
}

#[tokio::test]
async fn control_characters_from_a_policy_never_reach_a_head() {
    let upstream = Upstream::start().await;
    let gateway = with_guest(&upstream, "control-characters", |config| config).await;
    let answer = gateway.client().chat("r", "hi").await;
    assert_eq!(answer.status, 503);
    for (name, value) in &answer.headers {
        assert!(value.as_bytes().iter().all(|byte| (0x20..0x7f).contains(byte)), "{name}: {value:?}");
    }
}

#[tokio::test]
async fn a_policy_that_is_not_admitted_at_the_start_takes_down_no_other_route() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x"));
    upstream.on("model-b").reply(Reply::ok("static"));
    let other =
        "[routes.good]\nclass = \"batch\"\ntargets = [\"a\"]\npolicy = { source = \"builtin\", name = \"single\" }";
    let gateway = with_guest(&upstream, "configure-panics", |config| config.route(STATIC).more(other)).await;
    assert_eq!(gateway.client().chat("good", "hi").await.status, 200);
    assert_eq!(gateway.client().chat("r", "hi").await.header("x-fingerpost-target"), Some("b"));
    let ready = gateway.operator().get("/health/ready").await.json();
    assert_eq!(ready["routes_without_policy"], serde_json::json!(["r"]));
    upstream.finish().await;
}

#[tokio::test]
async fn a_routes_routing_and_fallback_sections_reach_its_policy() {
    let upstream = Upstream::start().await;
    upstream.on("model-c").reply(Reply::ok("x"));
    let weighted = "[routes.w]\nclass = \"batch\"\ntargets = [\"a\", \"c\"]\npolicy = { source = \"builtin\", name = \"weighted\" }\n\
                    [routes.w.routing]\nweights = { c = 1 }";
    let eager = "[routes.t]\nclass = \"interactive\"\ntargets = [\"d\"]\npolicy = { source = \"builtin\", name = \"tiered\" }\n\
                 [routes.t.routing.tiers]\nfrontier = \"high\"\nbalanced = \"low\"\neconomy = \"low\"\n\
                 [routes.t.fallback.classes.interactive]\nretries = 0";
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(&format!("{weighted}\n{eager}"))).await;
    assert_eq!(gateway.client().chat("w", "hi").await.header("x-fingerpost-target"), Some("c"));
    upstream.on("model-d").reply(Reply::status(500));
    assert_eq!(gateway.client().chat("t", "hi").await.header("x-fingerpost-attempts"), Some("1"));
    upstream.finish().await;
}
