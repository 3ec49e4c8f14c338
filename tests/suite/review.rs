//! What people decide about requests that failed too often, and what becomes of those. How requests get there is in
//! `matrix.rs`.

use http::Method;
use serde_json::{Value, json};
use support::client::Answer;
use support::gateway::{ConfigText, Gateway};
use support::queues::{id_of, queues};
use support::upstream::{Reply, Upstream};

/// Queues that are worked off at once, for callers that all understand a 202.
fn config(upstream: &Upstream, class: &'static str) -> ConfigText {
    support::queues::config(upstream, class, "async = true")
}

fn fail(upstream: &Upstream, models: &[&str]) {
    models.iter().for_each(|model| drop(upstream.on(model).reply(Reply::status(500))));
}

async fn seen(gateway: &Gateway, id: &str) -> Value {
    gateway.operator().get(&format!("/admin/v1/review/{id}")).await.json()
}

async fn until_status(gateway: &Gateway, id: &str, status: &str) -> Value {
    gateway.until(|| async { seen(gateway, id).await["status"] == status }).await;
    seen(gateway, id).await
}

async fn decide(gateway: &Gateway, id: &str, word: &str, body: Value) -> Answer {
    gateway.operator().send(Method::POST, &format!("/admin/v1/review/{id}/{word}"), body.to_string()).await
}

/// A batch request that has failed until people look at it.
async fn under_review(gateway: &Gateway) -> String {
    let answer = gateway.client().chat("r", "hi").await;
    let id = id_of(&answer);
    until_status(gateway, &id, "review").await;
    id
}

#[tokio::test]
async fn an_approved_request_runs_as_the_policy_decides() {
    let upstream = Upstream::start().await;
    fail(&upstream, &["model-c", "model-d"]);
    let gateway = Gateway::start(&config(&upstream, "batch")).await;
    let id = under_review(&gateway).await;
    upstream.on("model-c").reply(Reply::ok("approved"));
    assert_eq!(decide(&gateway, &id, "approve", json!({"by": "ann"})).await.status, 200);
    let done = until_status(&gateway, &id, "done").await;
    assert_eq!((&done["reviewed_by"], &done["verdict"]), (&json!("ann"), &json!("approve")));
    assert_eq!(decide(&gateway, &id, "approve", json!({})).await.status, 409);
    upstream.finish().await;
}

#[tokio::test]
async fn a_request_goes_to_the_target_that_the_reviewer_chose() {
    let upstream = Upstream::start().await;
    fail(&upstream, &["model-c", "model-d"]);
    upstream.on("model-b").reply(Reply::ok("chosen"));
    let gateway = Gateway::start(&config(&upstream, "batch")).await;
    let id = under_review(&gateway).await;
    assert_eq!(decide(&gateway, &id, "retarget", json!({"target": "nowhere"})).await.status, 400);
    assert_eq!(decide(&gateway, &id, "retarget", json!({"target": "b"})).await.status, 200);
    let done = until_status(&gateway, &id, "done").await;
    assert_eq!(done["response"]["headers"]["x-fingerpost-target"], "b");
    upstream.finish().await;
}

#[tokio::test]
async fn a_rejected_request_fails_with_the_reason() {
    let upstream = Upstream::start().await;
    fail(&upstream, &["model-c", "model-d"]);
    let gateway = Gateway::start(&config(&upstream, "batch")).await;
    let id = under_review(&gateway).await;
    decide(&gateway, &id, "reject", json!({"by": "ann", "reason": "too dear"})).await;
    let failed = gateway.client().get(&format!("/v1/deferred/{id}")).await.json();
    assert_eq!((&failed["status"], &failed["response"]["status"]), (&json!("failed"), &json!(403)));
    assert_eq!(failed["response"]["body"]["error"]["code"], "rejected_by_reviewer");
    assert!(failed["response"]["body"]["error"]["message"].as_str().unwrap().contains("too dear"));
    upstream.finish().await;
}

#[tokio::test]
async fn the_command_line_decides_beside_a_gateway_that_serves() {
    use fingerpost::store::queue::{Jobs, Verdict};
    let upstream = Upstream::start().await;
    fail(&upstream, &["model-c", "model-d"]);
    let gateway = Gateway::start(&config(&upstream, "batch")).await;
    let id = under_review(&gateway).await;
    upstream.on("model-c").reply(Reply::ok("approved"));
    let jobs = Jobs::open(&gateway.dir().join("data")).unwrap();
    jobs.decide(&id, &Verdict::Approve, "ann", 1).unwrap().unwrap();
    until_status(&gateway, &id, "done").await;
    upstream.finish().await;
}

#[tokio::test]
async fn a_policy_that_asks_for_too_much_is_sent_to_people_by_the_gateway_itself() {
    let upstream = Upstream::start().await;
    fail(&upstream, &["model-c", "model-d"]);
    let text = config(&upstream, "batch").more(&queues("tries = 1"));
    let gateway = Gateway::start(&text).await;
    let id = under_review(&gateway).await;
    assert_eq!(seen(&gateway, &id).await["tries"], 1);
    upstream.finish().await;
}
