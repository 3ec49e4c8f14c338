//! What is asked twice runs once, is billed once, and is answered twice with the same bytes.

use std::time::Duration;

use serde_json::{Value, json};
use support::client::{Client, Ended, chat_body};
use support::gateway::{ConfigText, Gateway, KEY};
use support::upstream::{Reply, Upstream};

/// The caller `test` with this idempotency key.
fn keyed(gateway: &Gateway, key: &str) -> Client {
    gateway.client().with_header("idempotency-key", key)
}

/// An official SDK's request after so many tries.
fn retry(gateway: &Gateway, count: u32) -> Client {
    gateway.client().with_header("x-stainless-retry-count", &count.to_string())
}

fn streamed(text: &str) -> Value {
    let mut body = chat_body("r", text);
    body["stream"] = json!(true);
    body
}

const REPLAY: &str = "x-fingerpost-idempotent-replay";
const ADOPTS: &str = "adopt_retries = true";

#[tokio::test]
async fn the_same_key_and_body_get_the_same_plain_answer_and_are_billed_once() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("once").usage(100, 1_000)).then(Reply::forbidden());
    let budget = "[[budgets]]\nid = \"b\"\nscope = { tenant = \"acme\" }\nperiod = \"month\"\nlimit = \"9.00\"";
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(budget)).await;
    let first = keyed(&gateway, "k1").chat("r", "hi").await;
    let again = keyed(&gateway, "k1").chat("r", "hi").await;
    assert_eq!((first.header(REPLAY), again.header(REPLAY)), (None, Some("true")));
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert_eq!(again.header("x-fingerpost-target"), Some("a"));
    let record = gateway.record(again.header("x-fingerpost-request-id").unwrap()).await;
    assert_eq!(record.replayed_from.as_deref(), first.header("x-fingerpost-request-id"));
    assert_eq!((record.ending.as_str(), record.cost.0), ("served", 0));
    assert!(record.attempts.is_empty() && record.decisions.is_empty());
    let spent: u64 = gateway.records().await.iter().map(|record| record.cost.0).sum();
    assert_eq!((upstream.hits("model-a"), spent), (1, 11_000_000), "not billed twice");
    upstream.finish().await;
}

#[tokio::test]
async fn a_stream_is_given_again_byte_by_byte() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream(["a", "b", "c"])).then(Reply::forbidden());
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let first = keyed(&gateway, "k1").post_stream(&streamed("hi")).await;
    let again = keyed(&gateway, "k1").post_stream(&streamed("hi")).await;
    assert!(first.is_done() && again.is_done());
    assert_eq!((&again.raw, again.header("content-type")), (&first.raw, first.header("content-type")));
    assert_eq!(again.header(REPLAY), Some("true"));
    upstream.finish().await;
}

#[tokio::test]
async fn another_body_under_the_same_key_is_refused_and_another_key_is_not() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    keyed(&gateway, "k1").chat("r", "hi").await;
    let reused = keyed(&gateway, "k1").chat("r", "something else").await;
    assert_eq!((reused.status.as_u16(), reused.error_code().as_deref()), (422, Some("idempotency_key_reused")));
    assert_eq!(keyed(&gateway, "k2").chat("r", "something else").await.header(REPLAY), None);
    assert_eq!(upstream.hits("model-a"), 2);
    upstream.finish().await;
}

#[tokio::test]
async fn the_same_idempotency_key_of_another_api_key_is_another() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let secret = gateway.create_key("other").await;
    let other = Client::new(gateway.address(), &secret).with_header("idempotency-key", "k1");
    gateway.until(|| async { other.chat("r", "hi").await.status == 200 }).await;
    assert_eq!(keyed(&gateway, "k1").chat("r", "hi").await.header(REPLAY), None);
    upstream.finish().await;
}

#[tokio::test]
async fn an_idempotency_key_is_short_and_visible_ascii() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    assert_eq!(keyed(&gateway, &"k".repeat(255)).chat("r", "hi").await.status, 200);
    for key in [&"k".repeat(256), "", "a b"] {
        let refused = keyed(&gateway, key).chat("r", "hi").await;
        assert_eq!(refused.error_code().as_deref(), Some("invalid_idempotency_key"), "{key:?}");
    }
    upstream.finish().await;
}

#[tokio::test]
async fn many_at_once_join_one_run_and_all_get_its_stream() {
    let upstream = Upstream::start().await;
    let parts = ["a", "b", "c", "d"];
    upstream.on("model-a").reply(Reply::stream(parts).pause(Duration::from_millis(50))).then(Reply::forbidden());
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let asked: Vec<_> = (0..20)
        .map(|_| {
            tokio::spawn({
                let client = keyed(&gateway, "k1");
                async move { client.post_stream(&streamed("hi")).await }
            })
        })
        .collect();
    let mut replays = 0;
    for answer in asked {
        let answer = answer.await.unwrap();
        assert_eq!((answer.text().as_str(), answer.is_done()), ("abcd", true));
        replays += usize::from(answer.header(REPLAY).is_some());
    }
    assert_eq!((upstream.hits("model-a"), replays), (1, 19));
    let records = gateway.records_after(20).await;
    assert_eq!(records.iter().filter(|record| record.replayed_from.is_some()).count(), 19);
    assert_eq!(records.iter().filter(|record| record.cost.0 > 0).count(), 1);
    upstream.finish().await;
}

#[tokio::test]
async fn a_stored_answer_survives_a_restart() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream(["a", "b"])).then(Reply::forbidden());
    let config = ConfigText::new(&upstream);
    let gateway = Gateway::start(&config).await;
    let first = keyed(&gateway, "k1").post_stream(&streamed("hi")).await;
    let gateway = Gateway::start_in(gateway.stop().await, &config).await;
    let again = keyed(&gateway, "k1").post_stream(&streamed("hi")).await;
    assert_eq!((&again.raw, again.header(REPLAY)), (&first.raw, Some("true")));
    let reused = keyed(&gateway, "k1").chat("r", "something else").await;
    assert_eq!(reused.status, 422);
    upstream.finish().await;
}

#[tokio::test]
async fn a_run_that_failed_is_run_again() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::status(400)).then(Reply::ok("better"));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    assert_eq!(keyed(&gateway, "k1").chat("r", "hi").await.status, 400);
    let again = keyed(&gateway, "k1").chat("r", "hi").await;
    assert_eq!((again.text().as_str(), again.header(REPLAY)), ("better", None));
    upstream.finish().await;
}

#[tokio::test]
async fn a_stream_that_broke_is_run_again_at_once() {
    let upstream = Upstream::start().await;
    let broken = Reply::stream(["a", "b", "c"]).cut_after(1);
    upstream.on("model-a").reply(broken).then(Reply::stream(["x", "y"]));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let first = keyed(&gateway, "k1").post_stream(&streamed("hi")).await;
    assert!(first.error().is_some());
    let again = keyed(&gateway, "k1").post_stream(&streamed("hi")).await;
    assert_eq!((again.text().as_str(), again.header(REPLAY)), ("xy", None));
    upstream.finish().await;
}

#[tokio::test]
async fn a_caller_that_vanishes_finds_its_run_again() {
    let upstream = Upstream::start().await;
    let slow = Reply::stream(["a", "b", "c", "d"]).pause(Duration::from_millis(100));
    upstream.on("model-a").reply(slow).then(Reply::forbidden());
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let mut stream = keyed(&gateway, "k1").open_body(&streamed("hi")).await;
    stream.until_events(1).await;
    drop(stream);
    let again = keyed(&gateway, "k1").post_stream(&streamed("hi")).await;
    assert_eq!((again.text().as_str(), again.is_done()), ("abcd", true));
    upstream.finish().await;
}

#[tokio::test]
async fn a_run_that_nobody_comes_back_for_is_given_up_after_the_grace() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream(["a", "b"]).stall_after(1));
    let config = ConfigText::new(&upstream).route("disconnect_grace = \"100ms\"");
    let gateway = Gateway::start(&config).await;
    let mut stream = keyed(&gateway, "k1").open_body(&streamed("hi")).await;
    stream.until_events(1).await;
    let id = stream.headers()["x-fingerpost-request-id"].to_str().unwrap().to_owned();
    drop(stream);
    upstream.until_abandoned("model-a").await;
    assert_eq!(gateway.record(&id).await.ending.as_str(), "abandoned");
    upstream.finish().await;
}

#[tokio::test]
async fn a_gateway_that_stops_does_not_wait_for_callers_that_are_gone() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream(["a", "b"]).stall_after(1));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let mut stream = keyed(&gateway, "k1").open_body(&streamed("hi")).await;
    stream.until_events(1).await;
    let id = stream.headers()["x-fingerpost-request-id"].to_str().unwrap().to_owned();
    drop(stream);
    let dir = gateway.stop().await;
    let reader = fingerpost::store::Reader::open(&dir.path().join("data")).unwrap();
    assert!(matches!(reader.record(&id).unwrap(), fingerpost::store::Found::One(_)));
    upstream.finish().await;
}

#[tokio::test]
async fn a_joiner_that_does_not_read_slows_nobody_down() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::big(8 << 20)).then(Reply::forbidden());
    let config = ConfigText::new(&upstream).also("[answers]\nmax_answer = \"64KiB\"");
    let gateway = Gateway::start(&config).await;
    let leading = keyed(&gateway, "k1").open_body(&streamed("hi")).await;
    let lazy = keyed(&gateway, "k1").open_body(&streamed("hi")).await;
    let first = leading.finish().await;
    assert!(first.is_done() || first.ended == Ended::Broken);
    let lazy = lazy.finish().await;
    assert_eq!(lazy.ended, Ended::Broken, "what it had not read was gone");
    upstream.finish().await;
}

#[tokio::test]
async fn an_sdks_retry_adopts_the_run_whose_caller_vanished() {
    let upstream = Upstream::start().await;
    let slow = Reply::stream(["a", "b", "c", "d"]).pause(Duration::from_millis(100));
    upstream.on("model-a").reply(slow).then(Reply::forbidden());
    let gateway = Gateway::start(&ConfigText::new(&upstream).route(ADOPTS)).await;
    let mut stream = retry(&gateway, 0).open_body(&streamed("hi")).await;
    stream.until_events(1).await;
    drop(stream);
    // The gateway learns of it when it next writes to the connection.
    tokio::time::sleep(Duration::from_millis(150)).await;
    let again = retry(&gateway, 1).post_stream(&streamed("hi")).await;
    assert_eq!((again.text().as_str(), again.header(REPLAY)), ("abcd", Some("true")));
    upstream.finish().await;
}

#[tokio::test]
async fn an_adoptable_run_that_finished_meanwhile_is_given_once() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("first").head_after(Duration::from_millis(200))).then(Reply::ok("second"));
    let gateway = Gateway::start(&ConfigText::new(&upstream).route(ADOPTS)).await;
    let asking = tokio::spawn({
        let client = retry(&gateway, 0);
        async move { client.chat("r", "hi").await }
    });
    upstream.until_hits("model-a", 1).await;
    asking.abort();
    let _ = asking.await;
    gateway.until(|| async { !gateway.records().await.is_empty() }).await;
    assert_eq!(retry(&gateway, 1).chat("r", "hi").await.text(), "first");
    assert_eq!(retry(&gateway, 2).chat("r", "hi").await.text(), "second");
    upstream.finish().await;
}

#[tokio::test]
async fn without_a_retry_count_or_a_vanished_caller_nothing_is_adopted() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&ConfigText::new(&upstream).route(ADOPTS)).await;
    for client in [gateway.client(), gateway.client(), retry(&gateway, 0), retry(&gateway, 1), retry(&gateway, 2)] {
        assert_eq!(client.chat("r", "hi").await.header(REPLAY), None);
    }
    assert_eq!(upstream.hits("model-a"), 5);
    assert_eq!(Client::new(gateway.address(), KEY).stream("r", "hi").await.header(REPLAY), None);
    upstream.finish().await;
}
