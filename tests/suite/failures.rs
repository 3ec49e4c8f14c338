//! What callers are told of failures, and what they are not. Every fault by itself is in `faults.rs`.

use support::gateway::{ConfigText, Gateway};
use support::upstream::{Reply, Upstream};

#[tokio::test]
async fn what_the_caller_did_wrong_is_told_in_the_providers_own_words_and_tried_nowhere_else() {
    for (code, status) in [("invalid_value", 400), ("content_policy_violation", 400), ("unprocessable", 422)] {
        let upstream = Upstream::start().await;
        upstream.on("model-a").reply(Reply::error(status, code, "the very words"));
        upstream.on("model-b").reply(Reply::forbidden());
        let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
        let answer = gateway.client().chat("r", "hi").await;
        assert_eq!(answer.status.as_u16(), status);
        assert_eq!(answer.json()["error"]["message"], "the very words");
        assert_eq!(answer.header("x-should-retry"), Some("false"));
        upstream.finish().await;
    }
}

#[tokio::test]
async fn the_operators_fault_never_shows_the_providers_words() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::error(401, "invalid_api_key", "sk-secret is wrong"));
    let gateway = Gateway::start(&ConfigText::new(&upstream).bounds("max_attempts = 1")).await;
    let answer = gateway.client().chat("r", "hi").await;
    assert_eq!((answer.status.as_u16(), answer.error_code().as_deref()), (502, Some("upstream_account")));
    assert!(!answer.body_text().contains("sk-secret"));
    upstream.finish().await;
}

#[tokio::test]
async fn the_wait_that_a_provider_asks_for_reaches_the_caller() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::status(429).retry_after(90));
    let gateway = Gateway::start(&ConfigText::new(&upstream).bounds("max_attempts = 1")).await;
    let answer = gateway.client().chat("r", "hi").await;
    assert_eq!((answer.header("retry-after"), answer.header("x-should-retry")), (Some("90"), Some("false")));
    upstream.finish().await;
}

#[tokio::test]
async fn an_error_that_comes_with_a_200_never_reaches_the_caller_as_one() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::error_in_200("content_filter", "no"));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let answer = gateway.client().chat("r", "hi").await;
    let record = gateway.record(answer.header("x-fingerpost-request-id").unwrap()).await;
    assert_eq!(
        (answer.status.as_u16(), record.status, answer.error_code().as_deref()),
        (400, 400, Some("content_filter"))
    );
    upstream.finish().await;
}
