//! Streams on their way to the caller: hold and commit, endings, callers that leave.

use std::time::Duration;

use serde_json::json;
use support::gateway::{ConfigText, Gateway};
use support::upstream::{Reply, Upstream};

#[tokio::test]
async fn tokens_arrive_as_they_come_and_not_all_at_the_end() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream(["one", "two", "three"]).pause(Duration::from_millis(100)));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let mut stream = gateway.client().open("r", "hi").await;
    let early = stream.until_text("one").await;
    assert!(!early.contains("three"));
    assert_eq!(stream.finish().await.text(), "onetwothree");
    upstream.finish().await;
}

#[tokio::test]
async fn a_missing_done_is_added_once_the_answer_is_complete() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream(["a"]).without_done());
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let answer = gateway.client().stream("r", "hi").await;
    assert_eq!((answer.text().as_str(), answer.is_done(), answer.error()), ("a", true, None));
    upstream.finish().await;
}

#[tokio::test]
async fn a_tool_call_passes_through_whole() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::tool_call("find", ["{\"q\"", ": 1}"]).finish_reason("tool_calls"));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let body = json!({"model": "r", "stream": true, "tools": [{"type": "function", "function": {"name": "find"}}],
        "messages": [{"role": "user", "content": "hi"}]});
    let answer = gateway.client().post_stream(&body).await;
    let arguments: String = answer
        .chunks()
        .iter()
        .filter_map(|chunk| {
            chunk["choices"][0]["delta"]["tool_calls"][0]["function"]["arguments"].as_str().map(String::from)
        })
        .collect();
    assert_eq!((arguments.as_str(), answer.finish_reason().as_deref()), ("{\"q\": 1}", Some("tool_calls")));
    upstream.finish().await;
}

#[tokio::test]
async fn a_caller_that_leaves_in_the_middle_ends_the_call_upstream_and_is_recorded() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream(["a"; 500]).pause(Duration::from_millis(20)));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let mut stream = gateway.client().open("r", "hi").await;
    stream.until_events(3).await;
    let id = stream.headers()["x-fingerpost-request-id"].to_str().unwrap().to_owned();
    drop(stream);
    upstream.until_abandoned("model-a").await;
    let record = gateway.record(&id).await;
    assert_eq!((format!("{:?}", record.ending), &*record.attempts[0].outcome), ("Abandoned".into(), "cancelled"));
    assert!(record.attempts[0].output_tokens > 0 && record.cost.0 > 0);
}

#[tokio::test]
async fn a_caller_that_leaves_before_the_head_ends_the_call_upstream_too() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::silence());
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let client = gateway.client();
    let asking = tokio::spawn(async move { client.chat("r", "hi").await });
    upstream.until_hits("model-a", 1).await;
    asking.abort();
    upstream.until_abandoned("model-a").await;
    let records = gateway.records_after(1).await;
    assert_eq!(format!("{:?}", records[0].ending), "Abandoned");
}

#[tokio::test]
async fn several_choices_are_complete_only_when_each_has_ended() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream(["only the first choice"]));
    let gateway = Gateway::start(&ConfigText::new(&upstream).bounds("max_attempts = 1")).await;
    let body = json!({"model": "r", "stream": true, "n": 2, "messages": [{"role": "user", "content": "hi"}]});
    let answer = gateway.client().post_stream(&body).await;
    assert!(answer.error().is_some() && !answer.is_done());
    upstream.finish().await;
}
