//! What goes through the gateway arrives as it was sent, but for the few things that must change.

use serde_json::json;
use support::gateway::{ConfigText, Gateway};
use support::upstream::{Reply, Upstream};

#[tokio::test]
async fn unknown_fields_reach_the_provider_and_only_the_model_changes_and_a_plain_request_says_so() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("hello"));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let mut body =
        json!({"model": "r", "messages": [{"role": "user", "content": "é\u{0}"}], "x_new": [1, {"y": 1.50}]});
    gateway.client().post_chat(&body).await;
    body["model"] = json!("model-a");
    body["stream"] = json!(false);
    assert_eq!(upstream.requests()[0].json(), body);
    upstream.finish().await;
}

#[tokio::test]
async fn the_body_of_a_plain_answer_is_the_providers_own_to_the_byte() {
    let upstream = Upstream::start().await;
    let odd = r#"{ "choices":[{"finish_reason":"stop","index":0,"message":{"content":"\u0041"}}],  "x_new": 1e400 }"#;
    upstream.on("model-a").reply(Reply::body(odd));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    assert_eq!(gateway.client().chat("r", "hi").await.body_text(), odd);
    upstream.finish().await;
}

#[tokio::test]
async fn usage_in_a_stream_is_asked_for_and_kept_from_a_caller_that_did_not_ask() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream(["a", "b"]).usage(7, 2));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let answer = gateway.client().stream("r", "hi").await;
    assert_eq!((answer.text(), answer.usage(), answer.is_done()), ("ab".into(), None, true));
    assert_eq!(upstream.requests()[0].json()["stream_options"]["include_usage"], true);
    let record = gateway.record(answer.header("x-fingerpost-request-id").unwrap()).await;
    assert_eq!((record.input_tokens, record.output_tokens), (7, 2));
    upstream.finish().await;
}

#[tokio::test]
async fn usage_in_a_stream_is_passed_on_to_a_caller_that_asked() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream(["a"]).usage(7, 1));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let body = json!({"model": "r", "stream": true, "stream_options": {"include_usage": true},
        "messages": [{"role": "user", "content": "hi"}]});
    assert_eq!(gateway.client().post_stream(&body).await.usage().unwrap()["prompt_tokens"], 7);
    upstream.finish().await;
}

#[tokio::test]
async fn providers_cookies_and_rate_limits_never_reach_callers_nor_callers_keys_providers() {
    let upstream = Upstream::start().await;
    let reply = Reply::ok("x").header("set-cookie", "a=b").header("x-ratelimit-remaining-requests", "1");
    upstream.on("model-a").reply(reply);
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let answer = gateway.client().chat("r", "hi").await;
    assert_eq!((answer.header("set-cookie"), answer.header("x-ratelimit-remaining-requests")), (None, None));
    assert_eq!(upstream.requests()[0].header("authorization"), None);
    upstream.finish().await;
}

#[tokio::test]
async fn a_large_body_is_kept_whole_for_a_fallback() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::status(500));
    upstream.on("model-b").reply(Reply::ok("done"));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let text = "long ".repeat(50_000);
    assert_eq!(gateway.client().chat("r", &text).await.status, 200);
    assert_eq!(upstream.requests_for("model-b")[0].json()["messages"][0]["content"], text);
    upstream.finish().await;
}

#[tokio::test]
async fn every_answer_says_how_it_was_served() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::status(401));
    upstream.on("model-b").reply(Reply::ok("x").usage(1000, 1000));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let answer = gateway.client().chat("r", "hi").await;
    let said = ["route", "target", "model", "intended-target", "attempts", "fallback-reason", "cost-usd"]
        .map(|name| answer.header(&format!("x-fingerpost-{name}")).unwrap_or("-").to_owned());
    assert_eq!(said, ["r", "b", "model-b", "a", "2", "error", "0.02"]);
    assert!(answer.header("x-fingerpost-policy").unwrap().starts_with("single; digest="));
    upstream.finish().await;
}
