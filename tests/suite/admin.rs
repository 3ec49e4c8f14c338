//! The operators' side.

use http::Method;
use support::client::Client;
use support::gateway::{ConfigText, Gateway};
use support::upstream::{Reply, Upstream};

#[tokio::test]
async fn everything_but_health_needs_the_admin_token() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let stranger = Client::new(gateway.running().admin, "fpa-guess");
    assert_eq!(stranger.get("/health/live").await.status, 200);
    assert_eq!(stranger.get("/health/ready").await.status, 200);
    let head = stranger.send(Method::HEAD, "/health/ready", "").await;
    assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
    for (method, path) in [
        (Method::GET, "/metrics"),
        (Method::GET, "/admin/v1/routes"),
        (Method::PUT, "/admin/v1/routes/r/policy"),
        (Method::POST, "/admin/v1/reload"),
        (Method::GET, "/admin/v1/requests/req_1"),
        (Method::GET, "/nothing"),
    ] {
        assert_eq!(stranger.send(method, path, "").await.status, 401, "{path}");
    }
}

#[tokio::test]
async fn the_admin_token_is_no_api_key_and_an_api_key_no_admin_token() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let token = gateway.running().new_admin_token.clone().unwrap();
    assert_eq!(Client::new(gateway.address(), &token).chat("r", "hi").await.status, 401);
    let key = Client::new(gateway.running().admin, support::gateway::KEY);
    assert_eq!(key.get("/admin/v1/routes").await.status, 401);
}

#[tokio::test]
async fn metrics_count_requests_decisions_attempts_tokens_and_cost() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::status(500));
    upstream.on("model-b").reply(Reply::ok("x").usage(3, 4));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    gateway.client().chat("r", "hi").await;
    gateway.records_after(1).await;
    let metrics = gateway.operator().get("/metrics").await.body_text();
    for line in [
        "fingerpost_requests_total{route=\"r\",ending=\"served\"} 1",
        "fingerpost_attempts_total{target=\"a\",outcome=\"server-error\"} 1",
        "fingerpost_attempts_total{target=\"b\",outcome=\"ok\"} 1",
        "fingerpost_tokens_total{target=\"b\",direction=\"output\"} 4",
        "fingerpost_in_flight 0",
        "fingerpost_decision_seconds_count{route=\"r\"} 2",
    ] {
        assert!(metrics.contains(line), "{line} is missing in:\n{metrics}");
    }
    upstream.finish().await;
}

#[tokio::test]
async fn a_request_can_be_looked_up_with_its_decisions_and_attempts() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x"));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let answer = gateway.client().chat("r", "hi").await;
    let id = answer.header("x-fingerpost-request-id").unwrap();
    gateway.record(id).await;
    let record = gateway.operator().get(&format!("/admin/v1/requests/{id}")).await.json();
    assert_eq!(
        (&record["decisions"][0]["decision"], &record["attempts"][0]["outcome"]),
        (&"send".into(), &"ok".into())
    );
}
