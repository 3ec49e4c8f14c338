//! Rate limits: who asks for too much is told so at once, by the headers that clients read, and no provider notices.

use std::time::Duration;

use serde_json::json;
use support::client::{Answer, Client};
use support::gateway::{ConfigText, Gateway};
use support::upstream::{Reply, Upstream};

/// A key `k` of the tenant with these limits; its secret is `fp-k`.
fn key(rate: &str) -> String {
    let sha256 = fingerpost::policy::Digest::of(b"fp-k");
    format!("[keys.k]\ntenant = \"acme\"\nsha256 = \"{sha256}\"\nrate = {{ {rate} }}")
}

fn caller(gateway: &Gateway) -> Client {
    Client::new(gateway.address(), "fp-k")
}

fn number(answer: &Answer, header: &str) -> u64 {
    answer.header(header).unwrap_or_else(|| panic!("{header}: {:?}", answer.headers)).parse().expect("a number")
}

#[tokio::test]
async fn whoever_asks_too_often_gets_a_429_that_says_when_to_come_back() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(&key("requests = 2"))).await;
    let first = caller(&gateway).chat("r", "hi").await;
    assert_eq!(
        (number(&first, "x-ratelimit-limit-requests"), number(&first, "x-ratelimit-remaining-requests")),
        (2, 1)
    );
    assert!(first.header("x-ratelimit-reset-requests").unwrap().ends_with('s'));
    caller(&gateway).chat("r", "hi").await;
    let refused = caller(&gateway).chat("r", "hi").await;
    assert_eq!((refused.status.as_u16(), refused.error_code().as_deref()), (429, Some("rate_limit_exceeded")));
    assert_eq!(refused.json()["error"]["type"], "rate_limit_error");
    assert!((1..=30).contains(&number(&refused, "retry-after")));
    assert_eq!(number(&refused, "x-ratelimit-remaining-requests"), 0);
    let record = gateway.record(refused.header("x-fingerpost-request-id").unwrap()).await;
    assert_eq!((&*record.route, record.ending.as_str(), record.decisions.len()), ("r", "rejected", 0));
    assert_eq!(upstream.hits("model-a"), 2);
    upstream.finish().await;
}

#[tokio::test]
async fn a_request_without_limits_carries_no_such_headers() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(&key("requests = 2"))).await;
    let answer = gateway.client().chat("r", "hi").await;
    assert!(answer.headers.keys().all(|name| !name.as_str().starts_with("x-ratelimit-")));
    upstream.finish().await;
}

#[tokio::test]
async fn all_scopes_must_admit_and_the_tightest_is_told() {
    let upstream = Upstream::start().await;
    let config = ConfigText::new(&upstream)
        .route("rate = { requests = 3 }")
        .more(&format!("{}\n[tenants.acme.rate]\nrequests = 100", key("requests = 10")));
    let gateway = Gateway::start(&config).await;
    let answer = caller(&gateway).chat("r", "hi").await;
    assert_eq!(number(&answer, "x-ratelimit-limit-requests"), 3);
    assert_eq!(gateway.client().chat("r", "hi").await.status, 200);
    assert_eq!(gateway.client().chat("r", "hi").await.status, 200);
    for _ in 0..9 {
        assert_eq!(caller(&gateway).chat("r", "hi").await.status, 429);
    }
    let reloaded = config.route("rate = { requests = 1000 }");
    assert_eq!(gateway.reload(&reloaded).await.status, 200);
    let answer = caller(&gateway).chat("r", "hi").await;
    let left = (number(&answer, "x-ratelimit-limit-requests"), number(&answer, "x-ratelimit-remaining-requests"));
    assert_eq!(left, (10, 8), "refused requests were not charged, and an unchanged limit outlives a reload");
    upstream.finish().await;
}

#[tokio::test]
async fn tokens_are_held_at_their_most_and_corrected_by_what_was_used() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x").usage(10, 90));
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(&key("tokens = 10_000"))).await;
    let ask = |max: u32| json!({"model": "r", "max_tokens": max, "messages": [{"role": "user", "content": "hi"}]});
    let first = caller(&gateway).post_chat(&ask(9_000)).await;
    assert!(number(&first, "x-ratelimit-remaining-tokens") < 1_000);
    gateway.record(first.header("x-fingerpost-request-id").unwrap()).await;
    let second = caller(&gateway).post_chat(&ask(9_000)).await;
    assert_eq!(second.status, 200, "only a hundred were used");
    let too_large = caller(&gateway).post_chat(&ask(10_001)).await;
    assert_eq!((too_large.status.as_u16(), too_large.header("x-should-retry")), (429, Some("false")));
    assert_eq!(upstream.hits("model-a"), 2);
    upstream.finish().await;
}

#[tokio::test]
async fn requests_at_once_are_limited_until_one_of_them_ends() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream(["a", "b"]).stall_after(1));
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(&key("concurrent = 1"))).await;
    let mut open = caller(&gateway).open("r", "hi").await;
    open.until_events(1).await;
    assert_eq!(caller(&gateway).chat("r", "hi").await.error_code().as_deref(), Some("rate_limit_exceeded"));
    drop(open);
    upstream.on("model-a").reply(Reply::ok("x"));
    gateway.until(|| async { caller(&gateway).chat("r", "hi").await.status == 200 }).await;
    upstream.finish().await;
}

#[tokio::test]
async fn two_hundred_at_once_get_no_more_than_the_limit() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(&key("requests = 20"))).await;
    let asked: Vec<_> = (0..200)
        .map(|_| {
            tokio::spawn({
                let client = caller(&gateway);
                async move { client.chat("r", "hi").await.status }
            })
        })
        .collect();
    let mut served = 0;
    for status in asked {
        served += usize::from(status.await.unwrap() == 200);
    }
    // One more comes back every three seconds, should the machine be that slow.
    assert!((20..=30).contains(&served), "{served}");
    assert_eq!(upstream.hits("model-a"), served);
    upstream.finish().await;
}

#[tokio::test]
async fn a_stream_is_limited_and_told_like_any_request_and_a_replay_is_not_counted() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream(["a", "b"]).pause(Duration::from_millis(5)));
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(&key("requests = 1"))).await;
    let client = caller(&gateway).with_header("idempotency-key", "k1");
    let first = client.stream("r", "hi").await;
    assert_eq!(first.header("x-ratelimit-remaining-requests"), Some("0"));
    let again = client.stream("r", "hi").await;
    assert_eq!((again.status.as_u16(), again.header("x-ratelimit-remaining-requests")), (200, None));
    assert_eq!(caller(&gateway).stream("r", "hi").await.status, 429);
    upstream.finish().await;
}
