//! A session keeps its model across turns; when it moves, that is decided, recorded, and for good.

use serde_json::json;
use support::client::{Answer, Client, chat_body};
use support::gateway::{ConfigText, Gateway};
use support::upstream::{Reply, Upstream};

/// `tiered` without retries, so that each failure leads elsewhere.
fn config(upstream: &Upstream) -> ConfigText {
    let no_retries = "[routes.r.fallback.classes.critical]\nretries = 0";
    ConfigText::new(upstream).policy(r#"{ source = "builtin", name = "tiered" }"#).more(no_retries)
}

/// A turn of a session that the header names.
async fn turn(client: Client, session: &str) -> Answer {
    client.with_header("x-fingerpost-session", session).chat("r", "hi").await
}

fn target(answer: &Answer) -> Option<&str> {
    answer.header("x-fingerpost-target")
}

/// Has a session begin at `b`, the route's second target, and its first target be well again.
async fn begun_at_b(gateway: &Gateway, upstream: &Upstream, session: &str) {
    upstream.on("model-a").reply(Reply::status(500));
    assert_eq!(target(&turn(gateway.client(), session).await), Some("b"));
    upstream.on("model-a").reply(Reply::ok("well again"));
}

#[tokio::test]
async fn a_session_stays_at_its_target_although_the_routes_first_is_another() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&config(&upstream)).await;
    begun_at_b(&gateway, &upstream, "s").await;
    for _ in 0..2 {
        let answer = turn(gateway.client(), "s").await;
        let record = gateway.record(answer.header("x-fingerpost-request-id").unwrap()).await;
        assert_eq!((target(&answer), &*record.decisions[0].rule), (Some("b"), "session-keep"));
        assert_eq!(record.session_moved_from, None);
    }
    assert_eq!(target(&turn(gateway.client(), "another").await), Some("a"));
    upstream.finish().await;
}

#[tokio::test]
async fn a_session_whose_target_fails_moves_to_an_equal_one_and_stays_there() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&config(&upstream)).await;
    assert_eq!(target(&turn(gateway.client(), "s").await), Some("a"));
    upstream.on("model-a").reply(Reply::status(500)).then(Reply::ok("well again"));
    let moved = turn(gateway.client(), "s").await;
    let record = gateway.record(moved.header("x-fingerpost-request-id").unwrap()).await;
    assert_eq!((target(&moved), record.session_moved_from.as_deref()), (Some("b"), Some("a")));
    assert_eq!(target(&turn(gateway.client(), "s").await), Some("b"));
    assert_eq!(target(&turn(gateway.client(), "s").await), Some("b"));
    assert_eq!(upstream.hits("model-a"), 2);
    upstream.finish().await;
}

#[tokio::test]
async fn a_session_that_is_served_by_a_worse_tier_comes_back() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&config(&upstream).bounds("downgrade = true")).await;
    assert_eq!(target(&turn(gateway.client(), "s").await), Some("a"));
    upstream.on("model-a").reply(Reply::status(500)).then(Reply::ok("well again"));
    upstream.on("model-b").reply(Reply::status(500));
    let worse = turn(gateway.client(), "s").await;
    let record = gateway.record(worse.header("x-fingerpost-request-id").unwrap()).await;
    assert!(matches!(target(&worse), Some("c" | "d")) && worse.header("x-fingerpost-degraded").is_some());
    assert_eq!(record.session_moved_from, None);
    assert_eq!(target(&turn(gateway.client(), "s").await), Some("a"));
    upstream.finish().await;
}

#[tokio::test]
async fn a_request_that_fails_leaves_its_session_where_it_was() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&config(&upstream)).await;
    assert_eq!(target(&turn(gateway.client(), "s").await), Some("a"));
    upstream.on("model-a").reply(Reply::status(500)).then(Reply::ok("well again"));
    upstream.on("model-b").reply(Reply::status(500)).then(Reply::ok("well again"));
    assert_eq!(turn(gateway.client(), "s").await.status, 502);
    assert_eq!(target(&turn(gateway.client(), "s").await), Some("a"));
    upstream.finish().await;
}

#[tokio::test]
async fn a_session_of_the_same_name_of_another_tenant_is_another() {
    let upstream = Upstream::start().await;
    let digest = fingerpost::policy::Digest::of(b"fp-other");
    let other = format!("[tenants.other]\n[keys.other]\ntenant = \"other\"\nsha256 = \"{digest}\"");
    let gateway = Gateway::start(&config(&upstream).also(&other)).await;
    begun_at_b(&gateway, &upstream, "s").await;
    assert_eq!(target(&turn(Client::new(gateway.address(), "fp-other"), "s").await), Some("a"));
    assert_eq!(target(&turn(gateway.client(), "s").await), Some("b"));
    upstream.finish().await;
}

#[tokio::test]
async fn a_session_that_has_used_a_feature_never_moves_to_a_target_without_it() {
    let upstream = Upstream::start().await;
    upstream.on("blind").reply(Reply::forbidden());
    let price = "price = { input = \"1.00\", output = \"1.00\" }";
    let route = format!(
        "[targets.sighted]\nprovider = \"p1\"\ntier = \"high\"\nfeatures = [\"vision\"]\n{price}\n\
         [targets.blind]\nprovider = \"p2\"\ntier = \"high\"\n{price}\n\
         [routes.seeing]\nclass = \"critical\"\ntargets = [\"sighted\", \"blind\"]\n\
         [routes.seeing.fallback.classes.critical]\nretries = 0"
    );
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(&route)).await;
    let client = || gateway.client().with_header("x-fingerpost-session", "s");
    let picture = json!([{"type": "image_url", "image_url": {"url": "data:,"}}]);
    let first = json!({"model": "seeing", "messages": [{"role": "user", "content": picture}]});
    assert_eq!(target(&client().post_chat(&first).await), Some("sighted"));
    upstream.on("sighted").reply(Reply::status(500));
    let answer = client().chat("seeing", "and what else?").await;
    let record = gateway.record(answer.header("x-fingerpost-request-id").unwrap()).await;
    assert_eq!((answer.status.as_u16(), record.attempts.len()), (502, 1));
    let verdicts = &record.decisions[1].considered;
    assert!(verdicts.iter().any(|(id, why)| &**id == "blind" && &**why == "lacks a feature that the session has used"));
    upstream.finish().await;
}

#[tokio::test]
async fn a_session_is_named_by_the_fields_that_the_route_looks_at_and_by_no_other() {
    let upstream = Upstream::start().await;
    let session = "session = { from = [\"conversation\", \"prompt_cache_key\"], idle = \"10m\" }";
    let gateway = Gateway::start(&config(&upstream).route(session)).await;
    let send = async |field: &str, value: serde_json::Value| {
        let mut body = chat_body("r", "hi");
        body[field] = value;
        let client = gateway.client().with_header("x-fingerpost-session", "of-the-header");
        target(&client.post_chat(&body).await).map(str::to_owned)
    };
    upstream.on("model-a").reply(Reply::status(500));
    assert_eq!(send("conversation", json!({"id": "c"})).await.as_deref(), Some("b"));
    assert_eq!(send("prompt_cache_key", json!("k")).await.as_deref(), Some("b"));
    upstream.on("model-a").reply(Reply::ok("well again"));
    assert_eq!(send("conversation", json!("c")).await.as_deref(), Some("b"));
    assert_eq!(send("prompt_cache_key", json!("k")).await.as_deref(), Some("b"));
    assert_eq!(send("user", json!("c")).await.as_deref(), Some("a"));
    assert_eq!(upstream.requests_for("model-b")[0].json()["conversation"], json!({"id": "c"}));
    upstream.finish().await;
}

#[tokio::test]
async fn sessions_survive_a_reload_of_the_config() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&config(&upstream)).await;
    begun_at_b(&gateway, &upstream, "s").await;
    assert_eq!(gateway.reload(&config(&upstream).bounds("max_attempts = 3")).await.status, 200);
    assert_eq!(target(&turn(gateway.client(), "s").await), Some("b"));
    upstream.finish().await;
}

#[tokio::test]
async fn streamed_turns_count_like_plain_ones() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&config(&upstream)).await;
    upstream.on("model-a").reply(Reply::status(500)).then(Reply::ok("well again"));
    for _ in 0..2 {
        let stream = gateway.client().with_header("x-fingerpost-session", "s").stream("r", "hi").await;
        assert_eq!((stream.is_done(), stream.header("x-fingerpost-target")), (true, Some("b")));
    }
    upstream.finish().await;
}

#[tokio::test]
async fn a_weighted_split_leaves_a_session_where_it_is() {
    let upstream = Upstream::start().await;
    let weights = |a, b| {
        let policy = r#"{ source = "builtin", name = "weighted" }"#;
        let routing = format!("[routes.r.routing]\nweights = {{ a = {a}, b = {b} }}");
        ConfigText::new(&upstream).policy(policy).more(&routing)
    };
    let gateway = Gateway::start(&weights(1, 0)).await;
    assert_eq!(target(&turn(gateway.client(), "s").await), Some("a"));
    assert_eq!(gateway.reload(&weights(1, 1_000_000)).await.status, 200);
    assert_eq!(target(&turn(gateway.client(), "s").await), Some("a"));
    assert_eq!(target(&turn(gateway.client(), "another").await), Some("b"));
    upstream.finish().await;
}
