//! Money: reserved before it is spent, and nothing is asked of a provider that nobody can pay for.

use serde_json::json;
use support::gateway::{ConfigText, Gateway};
use support::upstream::{Reply, Upstream};

/// A budget for the tenant, in US dollars.
fn budget(limit: &str) -> String {
    format!(
        "[[budgets]]\nid = \"acme-month\"\nscope = {{ tenant = \"acme\" }}\nperiod = \"month\"\nlimit = \"{limit}\""
    )
}

/// A request that is estimated at, and costs, the same: `max_tokens` output tokens at $10 a million, and a little input.
fn body(max_tokens: u32) -> serde_json::Value {
    json!({"model": "r", "max_tokens": max_tokens, "messages": [{"role": "user", "content": "hi"}]})
}

#[tokio::test]
async fn a_spent_budget_is_told_as_such_before_any_call() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x").usage(0, 50_000)).reply(Reply::forbidden());
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(&budget("0.51"))).await;
    assert_eq!(gateway.client().post_chat(&body(50_000)).await.status, 200);
    let refused = gateway.client().post_chat(&body(50_000)).await;
    assert_eq!((refused.status.as_u16(), refused.error_code().as_deref()), (429, Some("insufficient_quota")));
    assert_eq!(refused.header("x-should-retry"), Some("false"));
    assert_eq!(upstream.hits("model-a"), 1);
    upstream.finish().await;
}

#[tokio::test]
async fn many_requests_at_once_never_spend_more_than_there_is() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x").usage(0, 10_000));
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(&budget("1.00"))).await;
    let client = || gateway.client();
    let asked: Vec<_> = (0..40)
        .map(|_| {
            tokio::spawn({
                let client = client();
                async move { client.post_chat(&body(10_000)).await }
            })
        })
        .collect();
    let mut served = 0;
    for answer in asked {
        served += usize::from(answer.await.unwrap().status == 200);
    }
    let spent: u64 = gateway.records_after(40).await.iter().map(|record| record.cost.0).sum();
    assert!(spent <= 1_000_000_000, "{spent}");
    assert!((1..=9).contains(&served), "each is estimated at a little over ten cents: {served}");
    upstream.finish().await;
}

#[tokio::test]
async fn what_was_spent_is_known_again_after_a_restart() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x").usage(0, 50_000)).reply(Reply::forbidden());
    let config = ConfigText::new(&upstream).more(&budget("0.51"));
    let gateway = Gateway::start(&config).await;
    gateway.client().post_chat(&body(50_000)).await;
    let dir = gateway.stop().await;
    let gateway = Gateway::start_in(dir, &config).await;
    assert_eq!(gateway.client().post_chat(&body(50_000)).await.error_code().as_deref(), Some("insufficient_quota"));
    upstream.finish().await;
}

#[tokio::test]
async fn failed_attempts_are_paid_under_the_same_reservation_and_shown_as_retry_spend() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x").usage(0, 1_000).finish_reason("error"));
    upstream.on("model-b").reply(Reply::ok("x").usage(0, 2_000));
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(&budget("9.00"))).await;
    let answer = gateway.client().post_chat(&body(2_000)).await;
    let record = gateway.record(answer.header("x-fingerpost-request-id").unwrap()).await;
    let entries: u64 = record.attempts.iter().map(|entry| entry.cost.0).sum();
    assert_eq!((record.cost.0, record.cost.0 - record.retry_cost.0), (entries, 20_000_000));
    assert!(record.retry_cost.0 > 0);
    upstream.finish().await;
}
