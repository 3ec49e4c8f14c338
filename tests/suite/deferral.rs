//! Requests that are put off: who is offered that, what becomes of them, and what they survive.

mod pace;
mod webhooks;

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use support::client::{Client, chat_body};
use support::gateway::{ConfigText, Gateway};
use support::queues::{down, id_of, pause, prepared, queues, resume, up};
use support::upstream::{Reply, Upstream};

fn config(upstream: &Upstream, class: &'static str) -> ConfigText {
    support::queues::config(upstream, class, "")
}

async fn job(gateway: &Gateway, id: &str) -> Value {
    gateway.client().get(&format!("/v1/deferred/{id}")).await.json()
}

async fn until_status(gateway: &Gateway, id: &str, status: &str) -> Value {
    gateway.until(|| async { job(gateway, id).await["status"] == status }).await;
    job(gateway, id).await
}

#[tokio::test]
async fn a_prepared_caller_gets_a_202_and_later_its_answer() {
    let upstream = Upstream::start().await;
    down(&upstream);
    let gateway = Gateway::start(&config(&upstream, "batch")).await;
    pause(&gateway).await;
    let answer = prepared(&gateway).chat("r", "hi").await;
    let id = id_of(&answer);
    assert_eq!(answer.header("location"), Some(&*format!("/v1/deferred/{id}")));
    assert_eq!(answer.header("x-fingerpost-deferred"), Some(&*id));
    assert!(answer.header("retry-after").is_some() && answer.json()["object"] == "deferred");
    up(&upstream);
    resume(&gateway).await;
    let done = until_status(&gateway, &id, "done").await;
    assert_eq!(done["response"]["status"], 200);
    assert_eq!(done["response"]["body"]["choices"][0]["message"]["content"], "late");
    assert!(done["response"]["headers"]["x-fingerpost-request-id"].is_string());
    upstream.finish().await;
}

#[tokio::test]
async fn an_unprepared_caller_gets_a_clear_error_and_nothing_is_queued() {
    let upstream = Upstream::start().await;
    down(&upstream);
    let gateway = Gateway::start(&config(&upstream, "batch")).await;
    let answer = gateway.client().chat("r", "hi").await;
    assert_eq!((answer.status.as_u16(), answer.error_code().as_deref()), (503, Some("deferred_unavailable")));
    let queues = gateway.operator().get("/admin/v1/queues").await.json();
    assert_eq!(queues["queues"][0]["jobs"], json!({}), "{queues}");
    upstream.finish().await;
}

#[tokio::test]
async fn a_route_or_a_key_may_speak_for_its_callers() {
    let upstream = Upstream::start().await;
    down(&upstream);
    let by_route = config(&upstream, "batch").also(
        "[routes.s]\nclass = \"batch\"\nasync = true\nqueues = [\"later\"]\n\
        targets = [\"c\"]\npolicy = { source = \"builtin\", name = \"tiered\" }",
    );
    let gateway = Gateway::start(&by_route).await;
    pause(&gateway).await;
    assert_eq!(gateway.client().chat("s", "hi").await.status, 202);
    assert_eq!(gateway.client().chat("r", "hi").await.status, 503);
    upstream.finish().await;
}

#[tokio::test]
async fn bounds_that_forbid_it_keep_a_request_out_of_every_queue() {
    let upstream = Upstream::start().await;
    down(&upstream);
    let gateway = Gateway::start(&config(&upstream, "batch").also("[classes.batch.bounds]\nmay_defer = false")).await;
    let answer = prepared(&gateway).chat("r", "hi").await;
    assert_eq!(answer.error_code().as_deref(), Some("server_error"), "{}", answer.body_text());
    upstream.finish().await;
}

#[tokio::test]
async fn the_ledger_shows_the_request_and_each_try_with_the_job() {
    let upstream = Upstream::start().await;
    down(&upstream);
    let gateway = Gateway::start(&config(&upstream, "batch")).await;
    pause(&gateway).await;
    let answer = prepared(&gateway).chat("r", "hi").await;
    let id = id_of(&answer);
    let first = gateway.record(answer.header("x-fingerpost-request-id").unwrap()).await;
    assert_eq!((first.ending.as_str(), first.status, first.job.as_deref()), ("deferred", 202, Some(&*id)));
    up(&upstream);
    resume(&gateway).await;
    until_status(&gateway, &id, "done").await;
    let records = gateway.records_after(2).await;
    assert!(records.iter().all(|record| record.job.as_deref() == Some(&*id)));
    assert_eq!((records[0].ending.as_str(), &*records[0].who.tenant), ("served", "acme"));
    upstream.finish().await;
}

#[tokio::test]
async fn a_stream_that_is_put_off_becomes_a_plain_answer() {
    let upstream = Upstream::start().await;
    down(&upstream);
    let gateway = Gateway::start(&config(&upstream, "batch")).await;
    pause(&gateway).await;
    let mut body = chat_body("r", "hi");
    body["stream"] = json!(true);
    body["stream_options"] = json!({"include_usage": true});
    let id = id_of(&prepared(&gateway).post_chat(&body).await);
    up(&upstream);
    resume(&gateway).await;
    let done = until_status(&gateway, &id, "done").await;
    assert_eq!(done["response"]["body"]["object"], "chat.completion");
    upstream.finish().await;
}

#[tokio::test]
async fn a_caller_takes_its_request_back_and_no_other_tenant_sees_it() {
    let upstream = Upstream::start().await;
    down(&upstream);
    let other = "[tenants.other]\n[keys.other]\ntenant = \"other\"\nsha256 = \"a09e928aeefb4c62dca5f7c3e9313d505401785ceb1d3d1f33c2e48c219f947a\"";
    let text = config(&upstream, "batch").also(other).route(
        "queues = [\"later\"]\nrouting = { tiers = { frontier = \"high\", balanced = \"low\", economy = \"low\" } }",
    );
    let gateway = Gateway::start(&text).await;
    pause(&gateway).await;
    let id = id_of(&prepared(&gateway).chat("r", "hi").await);
    let path = format!("/v1/deferred/{id}");
    let stranger = gateway.client().without_key().with_header("authorization", "Bearer fp-other-key");
    for method in [Method::GET, Method::DELETE] {
        let answer = stranger.send(method, &path, "").await;
        assert_eq!(answer.status, 404, "{}", answer.body_text());
    }
    let cancelled = gateway.client().send(Method::DELETE, &path, "").await;
    assert_eq!((cancelled.status.as_u16(), &cancelled.json()["status"]), (200, &json!("cancelled")));
    assert_eq!(job(&gateway, &id).await["status"], "cancelled");
    assert_eq!(gateway.client().get("/v1/deferred/dfr_0").await.error_code().as_deref(), Some("unknown_deferred"));
    upstream.finish().await;
}

#[tokio::test]
async fn a_tenant_with_too_much_waiting_is_told_so() {
    let upstream = Upstream::start().await;
    down(&upstream);
    let text = config(&upstream, "batch").more(&queues("per_tenant = 1")).route(
        "queues = [\"later\"]\nrouting = { tiers = { frontier = \"high\", balanced = \"low\", economy = \"low\" } }",
    );
    let gateway = Gateway::start(&text).await;
    pause(&gateway).await;
    id_of(&prepared(&gateway).chat("r", "hi").await);
    let answer = prepared(&gateway).chat("r", "hi").await;
    assert_eq!((answer.status.as_u16(), answer.error_code().as_deref()), (429, Some("deferred_full")));
    upstream.finish().await;
}

#[tokio::test]
async fn a_request_that_waits_survives_a_restart() {
    let upstream = Upstream::start().await;
    down(&upstream);
    let text = config(&upstream, "batch");
    let gateway = Gateway::start(&text).await;
    assert_eq!(gateway.operator().send(Method::POST, "/admin/v1/queues/later/pause", "").await.status, 200);
    let id = id_of(&prepared(&gateway).chat("r", "hi").await);
    let token = gateway.admin_token().to_owned();
    let dir = gateway.stop().await;
    up(&upstream);
    let gateway = Gateway::start_in(dir, &text).await;
    assert_eq!(job(&gateway, &id).await["status"], "waiting");
    let operator = Client::new(gateway.running().admin, &token);
    assert_eq!(operator.send(Method::POST, "/admin/v1/queues/later/resume", "").await.status, 200);
    until_status(&gateway, &id, "done").await;
    upstream.finish().await;
}

#[tokio::test]
async fn a_revoked_key_fails_what_it_has_waiting() {
    let upstream = Upstream::start().await;
    down(&upstream);
    let gateway = Gateway::start(&config(&upstream, "batch")).await;
    let secret = gateway.create_key("short-lived").await;
    let client = Client::new(gateway.address(), &secret).with_header("prefer", "respond-async");
    gateway.until(|| async { client.get("/v1/models").await.status == 200 }).await;
    gateway.operator().send(Method::POST, "/admin/v1/queues/pause?class=batch", "").await;
    let id = id_of(&client.chat("r", "hi").await);
    gateway.revoke_key("short-lived").await;
    gateway.until(|| async { client.get("/v1/models").await.status == 401 }).await;
    let hits = upstream.hits("model-c");
    gateway.operator().send(Method::POST, "/admin/v1/queues/resume?class=batch", "").await;
    let failed = until_status(&gateway, &id, "failed").await;
    assert_eq!(failed["response"]["body"]["error"]["code"], "key_revoked");
    assert_eq!(upstream.hits("model-c"), hits);
    upstream.finish().await;
}

#[tokio::test]
async fn a_request_that_was_tried_too_often_is_poisoned_where_no_people_look() {
    let upstream = Upstream::start().await;
    down(&upstream);
    let text = config(&upstream, "batch").more(&queues("tries = 1")).route(
        "queues = [\"later\"]\nrouting = { tiers = { frontier = \"high\", balanced = \"low\", economy = \"low\" } }\n\
         fallback = { queue_wait = 1 }",
    );
    let gateway = Gateway::start(&text).await;
    let id = id_of(&prepared(&gateway).chat("r", "hi").await);
    let failed = until_status(&gateway, &id, "failed").await;
    assert_eq!(failed["response"]["body"]["error"]["code"], "poisoned");
    upstream.finish().await;
}

#[tokio::test]
async fn what_waits_for_too_long_expires() {
    let upstream = Upstream::start().await;
    down(&upstream);
    let text = config(&upstream, "batch").more(&queues("ttl = \"1s\""));
    let gateway = Gateway::start(&text).await;
    gateway.operator().send(Method::POST, "/admin/v1/queues/later/pause", "").await;
    let id = id_of(&prepared(&gateway).chat("r", "hi").await);
    gateway.until(|| async { job(&gateway, &id).await["status"] != "waiting" }).await;
    let seen = job(&gateway, &id).await;
    // What became of it is kept for as long as it could wait: a second.
    assert!(seen["status"] == "expired" || seen["error"]["code"] == "unknown_deferred", "{seen}");
    upstream.finish().await;
}

#[tokio::test]
async fn no_more_run_at_once_than_the_queue_lets() {
    let upstream = Upstream::start().await;
    down(&upstream);
    let text = config(&upstream, "batch").more(&queues("concurrency = 2"));
    let gateway = Gateway::start(&text).await;
    gateway.operator().send(Method::POST, "/admin/v1/queues/later/pause", "").await;
    let mut ids = Vec::new();
    for _ in 0..6 {
        ids.push(id_of(&prepared(&gateway).chat("r", "hi").await));
    }
    for model in ["model-c", "model-d"] {
        upstream.on(model).reply(Reply::ok("late").head_after(Duration::from_millis(150)));
    }
    gateway.operator().send(Method::POST, "/admin/v1/queues/later/resume", "").await;
    let mut most = 0;
    let all_done = || async {
        let queues = gateway.operator().get("/admin/v1/queues").await.json();
        let later = queues["queues"].as_array().unwrap().iter().find(|queue| queue["name"] == "later").unwrap().clone();
        (later["jobs"]["running"].as_u64().unwrap_or(0), later["jobs"]["done"].as_u64().unwrap_or(0))
    };
    loop {
        let (running, done) = all_done().await;
        most = most.max(running);
        if done == 6 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!((1..=2).contains(&most), "{most}");
    upstream.finish().await;
}

#[tokio::test]
async fn what_runs_when_the_gateway_stops_runs_again_after_the_next_start() {
    let upstream = Upstream::start().await;
    down(&upstream);
    let text = config(&upstream, "batch");
    let gateway = Gateway::start(&text).await;
    pause(&gateway).await;
    let id = id_of(&prepared(&gateway).chat("r", "hi").await);
    upstream.on("model-c").reply(Reply::silence());
    resume(&gateway).await;
    until_status(&gateway, &id, "running").await;
    let dir = gateway.stop().await;
    up(&upstream);
    let gateway = Gateway::start_in(dir, &text).await;
    let done = until_status(&gateway, &id, "done").await;
    assert_eq!(done["tries"], 1, "the stop was nobody's try");
    upstream.finish().await;
}

#[tokio::test]
async fn a_request_that_runs_is_stopped_when_its_caller_takes_it_back() {
    let upstream = Upstream::start().await;
    down(&upstream);
    let gateway = Gateway::start(&config(&upstream, "batch")).await;
    pause(&gateway).await;
    let id = id_of(&prepared(&gateway).chat("r", "hi").await);
    upstream.on("model-c").reply(Reply::silence());
    let hits = upstream.hits("model-c");
    resume(&gateway).await;
    gateway.until(|| async { upstream.hits("model-c") > hits }).await;
    let cancelled = gateway.client().send(Method::DELETE, &format!("/v1/deferred/{id}"), "").await;
    assert_eq!(cancelled.json()["status"], "cancelled");
    let records = gateway.records_after(2).await;
    assert_eq!(records[0].ending.as_str(), "abandoned");
    assert_eq!(job(&gateway, &id).await["status"], "cancelled");
    upstream.finish().await;
}

#[tokio::test]
async fn the_file_of_the_queue_holds_no_secret() {
    let upstream = Upstream::start().await;
    down(&upstream);
    let gateway = Gateway::start(&config(&upstream, "batch")).await;
    pause(&gateway).await;
    id_of(&prepared(&gateway).chat("r", "hi").await);
    let data = gateway.dir().join("data");
    for file in std::fs::read_dir(data).unwrap().flatten().filter(|file| file.path().is_file()) {
        let bytes = std::fs::read(file.path()).unwrap();
        let secret = support::gateway::KEY.as_bytes();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{:?}", file.path());
    }
    upstream.finish().await;
}
