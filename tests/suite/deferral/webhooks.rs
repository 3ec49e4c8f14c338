//! Webhooks that hear of a deferred request's end: whose they may be, what they are told, and what they survive.

use fingerpost::store::Events;
use http::Method;
use serde_json::json;
use support::client::Client;
use support::gateway::{ConfigText, Gateway};
use support::hook::{Hook, body_of};
use support::queues::{down, id_of, pause, queues, resume, up};
use support::upstream::Upstream;

use super::{config, until_status};

/// Keys `k`, which may name the webhook `jobs`, and `t`, whose tenant may; `fp-k` and `fp-t` are their secrets.
fn keys() -> String {
    let sha256 = |secret: &str| fingerpost::policy::Digest::of(secret.as_bytes());
    format!(
        "[keys.k]\ntenant = \"acme\"\nsha256 = \"{}\"\nwebhooks = [\"jobs\"]\n\
         [tenants.other]\nwebhooks = [\"jobs\"]\n[keys.t]\ntenant = \"other\"\nsha256 = \"{}\"\n",
        sha256("fp-k"),
        sha256("fp-t")
    )
}

async fn start(upstream: &Upstream, hook: &Hook, change: impl Fn(ConfigText) -> ConfigText) -> (Gateway, ConfigText) {
    let dir = tempfile::tempdir().expect("a folder can be made");
    let jobs = format!("{}\nallow_private = true", hook.config("jobs", &dir));
    let text = change(config(upstream, "batch").also(&keys())).also(&jobs);
    (Gateway::start_in(dir, &text).await, text)
}

fn naming(gateway: &Gateway, secret: &str, webhook: &str) -> Client {
    let client = Client::new(gateway.address(), secret).with_header("prefer", "respond-async");
    client.with_header("x-fingerpost-webhook", webhook)
}

async fn cancel(client: &Client, id: &str) {
    assert_eq!(client.send(Method::DELETE, &format!("/v1/deferred/{id}"), "").await.json()["status"], "cancelled");
}

#[tokio::test]
async fn the_webhook_that_the_caller_names_hears_of_the_end_and_not_of_the_answer() {
    let upstream = Upstream::start().await;
    down(&upstream);
    let mut hook = Hook::start(&[200, 200]).await;
    let (gateway, _) = start(&upstream, &hook, |text| text).await;
    pause(&gateway).await;
    let answer = naming(&gateway, "fp-k", "jobs").chat("r", "hi").await;
    let id = id_of(&answer);
    assert!(hook.is_quiet());
    up(&upstream);
    resume(&gateway).await;
    let call = hook.call().await;
    let told = body_of(&call);
    assert_eq!(
        (&told["type"], &told["deferred"], &told["status"]),
        (&json!("deferred.finished"), &json!(id), &json!("done"))
    );
    assert_eq!(told["request_id"], json!(answer.header("x-fingerpost-request-id")));
    assert!(call.contains("x-fingerpost-signature: t=") && !call.contains("late") && !call.contains("hi\""), "{call}");
    // The tenant's list is as good as the key's.
    pause(&gateway).await;
    down(&upstream);
    let client = naming(&gateway, "fp-t", "jobs");
    let other = id_of(&client.chat("r", "hi").await);
    cancel(&client, &other).await;
    let told_of_other = hook.body().await;
    assert_eq!((&told_of_other["deferred"], &told_of_other["status"]), (&json!(other), &json!("cancelled")));
    assert_ne!(told_of_other["id"], told["id"]);
    upstream.finish().await;
}

#[tokio::test]
async fn an_address_or_a_name_that_is_not_open_to_the_key_is_refused_at_once() {
    let upstream = Upstream::start().await;
    let hook = Hook::start(&[]).await;
    let (gateway, _) = start(&upstream, &hook, |text| text).await;
    for (secret, webhook) in
        [("fp-k", "ops"), ("fp-k", &*hook.url), ("fp-k", ""), ("fp-k", "JOBS"), (support::gateway::KEY, "jobs")]
    {
        let answer = naming(&gateway, secret, webhook).chat("r", "hi").await;
        assert_eq!(
            (answer.status.as_u16(), answer.error_code().as_deref()),
            (400, Some("unknown_webhook")),
            "{webhook}"
        );
    }
    assert_eq!(upstream.hits("model-c"), 0);
    upstream.finish().await;
}

#[tokio::test]
async fn an_end_is_told_until_it_is_heard_also_after_a_restart_and_always_as_the_same_event() {
    let upstream = Upstream::start().await;
    down(&upstream);
    let mut hook = Hook::start(&[503, 302, 200]).await;
    let (gateway, text) = start(&upstream, &hook, |text| text).await;
    pause(&gateway).await;
    let client = naming(&gateway, "fp-k", "jobs");
    cancel(&client, &id_of(&client.chat("r", "hi").await)).await;
    let first = hook.body().await;
    let gateway = Gateway::start_in(gateway.stop().await, &text).await;
    assert_eq!((&hook.body().await, &hook.body().await), (&first, &first));
    let events = Events::open(&gateway.dir().join("data")).unwrap();
    gateway.until(|| async { events.due(u64::MAX, 9).unwrap().is_empty() }).await;
    upstream.finish().await;
}

#[tokio::test]
async fn the_queues_webhook_hears_of_what_nobody_named_one_for() {
    let upstream = Upstream::start().await;
    down(&upstream);
    let mut hook = Hook::start(&[200]).await;
    let alone = "queues = [\"later\"]\nrouting = { tiers = { frontier = \"high\", balanced = \"low\", economy = \"low\" } }\n\
                 fallback = { queue_wait = 1 }";
    let later = queues("tries = 1\nwebhook = \"jobs\"");
    let (gateway, _) = start(&upstream, &hook, |text| text.more(&later).route(alone)).await;
    let id = id_of(&support::queues::prepared(&gateway).chat("r", "hi").await);
    until_status(&gateway, &id, "failed").await;
    let told = hook.body().await;
    assert_eq!((&told["deferred"], &told["status"]), (&json!(id), &json!("failed")));
    upstream.finish().await;
}

#[tokio::test]
async fn a_webhook_at_a_private_address_is_not_called_unless_the_config_says_so() {
    let upstream = Upstream::start().await;
    down(&upstream);
    let mut hook = Hook::start(&[200]).await;
    let dir = tempfile::tempdir().unwrap();
    let text = config(&upstream, "batch").also(&keys()).also(&hook.config("jobs", &dir));
    let gateway = Gateway::start_in(dir, &text).await;
    pause(&gateway).await;
    let client = naming(&gateway, "fp-k", "jobs");
    cancel(&client, &id_of(&client.chat("r", "hi").await)).await;
    let events = Events::open(&gateway.dir().join("data")).unwrap();
    gateway.until(|| async { events.due(u64::MAX, 9).unwrap().first().is_some_and(|due| due.attempts > 0) }).await;
    assert!(hook.is_quiet());
    upstream.finish().await;
}

#[tokio::test]
async fn a_webhook_that_never_answers_keeps_no_other_waiting() {
    let upstream = Upstream::start().await;
    down(&upstream);
    let dead = Hook::start(&[]).await;
    let mut hook = Hook::start(&[200]).await;
    let dir = tempfile::tempdir().unwrap();
    let both =
        [("dead", &dead), ("jobs", &hook)].map(|(name, hook)| hook.config(name, &dir) + "\nallow_private = true");
    let names = keys().replacen("webhooks = [\"jobs\"]", "webhooks = [\"jobs\", \"dead\"]", 1);
    let gateway = Gateway::start_in(dir, &config(&upstream, "batch").also(&names).also(&both.join("\n"))).await;
    pause(&gateway).await;
    let [to_dead, to_live] = ["dead", "jobs"].map(|webhook| naming(&gateway, "fp-k", webhook));
    for _ in 0..12 {
        cancel(&to_dead, &id_of(&to_dead.chat("r", "hi").await)).await;
    }
    let events = Events::open(&gateway.dir().join("data")).unwrap();
    gateway.until(|| async { events.due(u64::MAX, 99).unwrap().len() == 12 }).await;
    let id = id_of(&to_live.chat("r", "hi").await);
    cancel(&to_live, &id).await;
    // The dead one's first calls are given up after ten seconds.
    let told = tokio::time::timeout(std::time::Duration::from_secs(8), hook.body()).await.expect("it is called");
    assert_eq!(told["deferred"], json!(id));
    upstream.finish().await;
}
