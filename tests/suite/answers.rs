//! Answers that no model gives just now: stored ones and prepared ones, marked, free, and only where they are fit.

use std::time::Duration;

use serde_json::{Value, json};
use support::client::{Answer, Client, chat_body};
use support::gateway::{ConfigText, Gateway};
use support::upstream::{Reply, Upstream};

const CACHE: &str = "cache = { ttl = \"1h\" }";
const TIERED: &str = r#"{ source = "builtin", name = "tiered" }"#;
const SORRY: &str = "[routes.r.default_answers.sorry]\ntext = \"Please try later.\"\n";

fn prefers(gateway: &Gateway) -> Client {
    gateway.client().with_header("x-fingerpost-cache", "prefer")
}

/// Asks until the store has taken the answer in, which is some milliseconds after it was given.
async fn from_cache(gateway: &Gateway, body: &Value) -> Answer {
    let hit = |answer: &Answer| answer.header("x-fingerpost-cache").is_some_and(|value| value.starts_with("hit; age="));
    let only = gateway.client().with_header("cache-control", "only-if-cached");
    gateway.until(|| async { hit(&only.post_chat(body).await) }).await;
    let answer = prefers(gateway).post_chat(body).await;
    assert!(hit(&answer), "{answer:?}");
    answer
}

async fn only_if_cached(gateway: &Gateway, body: &Value) -> Answer {
    gateway.client().with_header("cache-control", "only-if-cached").post_chat(body).await
}

#[tokio::test]
async fn the_same_question_gets_the_stored_answer_free_and_marked_where_the_caller_asks_for_it() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("stored").usage(10, 5)).then(Reply::ok("fresh"));
    let gateway = Gateway::start(&ConfigText::new(&upstream).route(CACHE)).await;
    assert_eq!(gateway.client().chat("r", "hi").await.text(), "stored");
    let written_otherwise = json!({"messages": [{"content": "hi", "role": "user"}], "user": "u", "model": "r"});
    let answer = from_cache(&gateway, &written_otherwise).await;
    assert_eq!((answer.text().as_str(), &answer.json()["usage"]["total_tokens"]), ("stored", &json!(15)));
    let record = gateway.record(answer.header("x-fingerpost-request-id").unwrap()).await;
    assert_eq!((record.answered.as_deref(), record.ending.as_str(), record.cost.0), (Some("cached"), "served", 0));
    assert!(record.serving.is_none() && record.attempts.is_empty() && record.decisions.is_empty());
    assert_eq!(gateway.client().chat("r", "hi").await.text(), "fresh", "nobody is given it who does not ask");
    upstream.finish().await;
}

#[tokio::test]
async fn a_streamed_answer_serves_a_plain_request_and_the_other_way_round() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream(["one ", "two"]).usage(10, 5));
    let gateway = Gateway::start(&ConfigText::new(&upstream).route(CACHE)).await;
    assert!(gateway.client().stream("r", "hi").await.is_done());
    assert_eq!(from_cache(&gateway, &chat_body("r", "hi")).await.text(), "one two");
    let mut body = chat_body("r", "hi");
    (body["stream"], body["stream_options"]) = (json!(true), json!({"include_usage": true}));
    let stream = prefers(&gateway).post_stream(&body).await;
    assert_eq!((stream.text().as_str(), stream.is_done()), ("one two", true));
    assert_eq!(stream.finish_reason().as_deref(), Some("stop"));
    assert_eq!(stream.usage().expect("it was asked for")["total_tokens"], 15);
    assert_eq!(upstream.hits("model-a"), 1);
    upstream.finish().await;
}

#[tokio::test]
async fn what_is_degraded_failed_a_tool_call_or_not_to_be_stored_is_not_kept() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&ConfigText::new(&upstream).route(CACHE)).await;
    upstream.on("model-a").reply(Reply::tool_call("find", ["{}"])).then(Reply::status(400)).then(Reply::ok("kept"));
    for question in ["tools", "fails"] {
        gateway.client().chat("r", question).await;
    }
    gateway.client().with_header("x-fingerpost-cache", "no-store").chat("r", "secret").await;
    gateway.client().chat("r", "kept").await;
    from_cache(&gateway, &chat_body("r", "kept")).await;
    for question in ["tools", "fails", "secret"] {
        let answer = only_if_cached(&gateway, &chat_body("r", question)).await;
        let said = (answer.status.as_u16(), answer.error_code());
        assert_eq!(said, (504, Some("no_stored_answer".into())), "{question}");
    }
    upstream.finish().await;
}

#[tokio::test]
async fn a_stored_answer_is_for_its_key_only_unless_the_tenant_shares_it() {
    let upstream = Upstream::start().await;
    let shared = "[routes.s]\ntargets = [\"a\"]\npolicy = { source = \"builtin\", name = \"single\" }\ncache = { ttl = \"1h\", scope = \"tenant\" }";
    let gateway = Gateway::start(&ConfigText::new(&upstream).route(CACHE).more(shared)).await;
    for route in ["r", "s"] {
        gateway.client().chat(route, "hi").await;
        from_cache(&gateway, &chat_body(route, "hi")).await;
    }
    let secret = gateway.create_key("other").await;
    let other = Client::new(gateway.address(), &secret).with_header("cache-control", "only-if-cached");
    gateway.until(|| async { other.chat("s", "hi").await.status == 200 }).await;
    assert_eq!(other.chat("r", "hi").await.status, 504);
    upstream.finish().await;
}

#[tokio::test]
async fn a_stored_answer_outlives_a_restart_and_not_its_time() {
    let upstream = Upstream::start().await;
    let config = ConfigText::new(&upstream).route(CACHE);
    let gateway = Gateway::start(&config).await;
    gateway.client().chat("r", "hi").await;
    let gateway = Gateway::start_in(gateway.stop().await, &config).await;
    assert_eq!(only_if_cached(&gateway, &chat_body("r", "hi")).await.status, 200);
    let gateway = Gateway::start_in(gateway.stop().await, &config.route("cache = { ttl = \"1s\" }")).await;
    gateway.until(|| async { only_if_cached(&gateway, &chat_body("r", "hi")).await.status == 504 }).await;
    upstream.finish().await;
}

#[tokio::test]
async fn a_route_without_a_cache_neither_keeps_nor_gives() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    gateway.client().chat("r", "hi").await;
    assert_eq!(only_if_cached(&gateway, &chat_body("r", "hi")).await.status, 504);
    assert_eq!(prefers(&gateway).chat("r", "hi").await.header("x-fingerpost-cache"), None);
    assert_eq!(upstream.hits("model-a"), 2);
    upstream.finish().await;
}

#[tokio::test]
async fn a_prepared_answer_has_the_form_that_was_asked_for_and_says_what_it_is() {
    let upstream = Upstream::start().await;
    let config = ConfigText::new(&upstream).policy(TIERED).class("interactive").more(SORRY);
    let gateway = Gateway::start(&config).await;
    for model in ["model-a", "model-b", "model-c", "model-d"] {
        upstream.on(model).reply(Reply::status(500));
    }
    let answer = gateway.client().chat("r", "unknown").await;
    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (200, "Please try later."));
    assert_eq!(answer.header("x-fingerpost-answer"), Some("default; name=sorry"));
    assert_eq!((&answer.json()["model"], &answer.json()["usage"]["total_tokens"]), (&json!("r"), &json!(0)));
    let stream = gateway.client().stream("r", "unknown").await;
    assert_eq!((stream.text().as_str(), stream.is_done()), ("Please try later.", true));
    assert_eq!(stream.header("x-fingerpost-answer"), Some("default; name=sorry"));
    upstream.finish().await;
}

#[tokio::test]
async fn a_prepared_answer_after_signs_of_life_says_what_it_is_in_its_last_chunk() {
    let upstream = Upstream::start().await;
    for model in ["model-a", "model-b", "model-c", "model-d"] {
        upstream.on(model).reply(Reply::status(500).head_after(Duration::from_millis(60)));
    }
    let config = ConfigText::new(&upstream).policy(TIERED).class("interactive").more(SORRY);
    let gateway = Gateway::start(&config.server("heartbeat = \"20ms\"")).await;
    let stream = gateway.client().stream("r", "hi").await;
    assert_eq!((stream.text().as_str(), stream.is_done()), ("Please try later.", true));
    let told = stream.chunks().last().expect("a chunk")["fingerpost"]["answer"].clone();
    assert_eq!(told, "default; name=sorry");
    upstream.finish().await;
}

#[tokio::test]
async fn many_who_ask_the_same_question_at_once_are_all_answered() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&ConfigText::new(&upstream).route(CACHE)).await;
    let asked: Vec<_> = (0..40)
        .map(|_| {
            tokio::spawn({
                let client = prefers(&gateway);
                async move { client.chat("r", "hi").await }
            })
        })
        .collect();
    let mut hits = 0;
    for answer in asked {
        let answer = answer.await.unwrap();
        assert_eq!((answer.status.as_u16(), answer.text().as_str()), (200, "Hello from model-a."));
        hits += usize::from(answer.header("x-fingerpost-cache").is_some());
    }
    assert_eq!(upstream.hits("model-a") + hits, 40);
    upstream.finish().await;
}
