//! Rate limits of deferred requests, and what operators see of the queues.

use std::time::Duration;

use serde_json::json;
use support::client::Client;
use support::gateway::Gateway;
use support::queues::{down, id_of, pause, prepared, queues, resume, up};
use support::upstream::{Reply, Upstream};

use super::{config, until_status};

/// A gateway with a key `k` of these limits, whose queue has these lines, and stands still.
async fn start(upstream: &Upstream, rate: &str, later: &str) -> Gateway {
    down(upstream);
    let sha256 = fingerpost::policy::Digest::of(b"fp-k");
    let key = format!("[keys.k]\ntenant = \"acme\"\nsha256 = \"{sha256}\"\nrate = {{ {rate} }}");
    let gateway = Gateway::start(&config(upstream, "batch").more(&queues(later)).also(&key)).await;
    pause(&gateway).await;
    gateway
}

fn limited(gateway: &Gateway) -> Client {
    Client::new(gateway.address(), "fp-k").with_header("prefer", "respond-async")
}

#[tokio::test]
async fn a_deferred_request_counts_when_it_comes_and_when_it_runs() {
    let upstream = Upstream::start().await;
    let gateway = start(&upstream, "requests = 2", "").await;
    let answer = limited(&gateway).chat("r", "hi").await;
    let id = id_of(&answer);
    up(&upstream);
    resume(&gateway).await;
    let done = until_status(&gateway, &id, "done").await;
    assert_eq!(done["response"]["headers"]["x-ratelimit-remaining-requests"], "0");
    assert_eq!(limited(&gateway).chat("r", "hi").await.error_code().as_deref(), Some("rate_limit_exceeded"));
    upstream.finish().await;
}

#[tokio::test]
async fn a_try_that_meets_a_limit_is_none_waits_no_longer_than_its_time_and_stands_in_nobodys_way() {
    let upstream = Upstream::start().await;
    let gateway = start(&upstream, "requests = 2", "tries = 1\nttl = \"3s\"\nconcurrency = 1").await;
    let ids = [id_of(&limited(&gateway).chat("r", "hi").await), id_of(&limited(&gateway).chat("r", "hi").await)];
    let other = id_of(&prepared(&gateway).chat("r", "hi").await);
    up(&upstream);
    let hits = upstream.hits("model-c");
    resume(&gateway).await;
    until_status(&gateway, &other, "done").await;
    assert_eq!(upstream.hits("model-c"), hits + 1);
    for id in ids {
        let expired = until_status(&gateway, &id, "expired").await;
        assert_eq!(expired["tries"], 0);
    }
    // Three came, and one of them ran: what met a limit left no record.
    assert_eq!(gateway.records().await.len(), 4);
    upstream.finish().await;
}

#[tokio::test]
async fn what_met_a_limit_runs_when_the_limit_lets_it() {
    let upstream = Upstream::start().await;
    let gateway = start(&upstream, "concurrent = 1", "tries = 1\nconcurrency = 3").await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(id_of(&limited(&gateway).chat("r", "hi").await));
    }
    up(&upstream);
    upstream.on("model-c").reply(Reply::ok("late").head_after(Duration::from_millis(100)));
    resume(&gateway).await;
    for id in ids {
        let done = until_status(&gateway, &id, "done").await;
        assert_eq!(done["tries"], 1, "it had one try, and the limit took none");
    }
    upstream.finish().await;
}

#[tokio::test]
async fn a_request_that_is_too_large_for_its_limit_by_now_fails_instead_of_waiting_in_vain() {
    let upstream = Upstream::start().await;
    let gateway = start(&upstream, "tokens = 100000", "").await;
    let id = id_of(&limited(&gateway).chat("r", "hi").await);
    let sha256 = fingerpost::policy::Digest::of(b"fp-k");
    let key = format!("[keys.k]\ntenant = \"acme\"\nsha256 = \"{sha256}\"\nrate = {{ tokens = 10 }}");
    assert_eq!(gateway.reload(&config(&upstream, "batch").also(&key)).await.status, 200);
    resume(&gateway).await;
    let failed = until_status(&gateway, &id, "failed").await;
    assert_eq!(failed["response"]["body"]["error"]["code"], "rate_limit_exceeded");
    upstream.finish().await;
}

#[tokio::test]
async fn metrics_tell_how_full_the_queues_are_and_how_long_the_oldest_waits() {
    let upstream = Upstream::start().await;
    let gateway = start(&upstream, "requests = 9", "").await;
    let metrics = || async { gateway.operator().get("/metrics").await.body_text() };
    let id = id_of(&limited(&gateway).chat("r", "hi").await);
    let full = metrics().await;
    for line in [
        "fingerpost_queue_jobs{queue=\"later\",state=\"paused\"} 1",
        "fingerpost_queue_jobs{queue=\"later\",state=\"waiting\"} 0",
        "fingerpost_queue_jobs{queue=\"review\",state=\"review\"} 0",
        "fingerpost_queue_oldest_seconds{queue=\"later\",state=\"waiting\"} 0",
    ] {
        assert!(full.contains(line), "{line}\n{full}");
    }
    let aged = "fingerpost_queue_oldest_seconds{queue=\"later\",state=\"paused\"} 0";
    gateway.until(|| async { !metrics().await.contains(aged) }).await;
    up(&upstream);
    resume(&gateway).await;
    until_status(&gateway, &id, "done").await;
    assert!(metrics().await.contains("fingerpost_queue_jobs{queue=\"later\",state=\"paused\"} 0"));
    assert_eq!(json!(id).as_str().map(|id| full.contains(id)), Some(false));
    upstream.finish().await;
}
