//! The fake upstream and the client tried on each other, and the client on a simulated provider, before the suite
//! relies on them.

use std::io::Read as _;
use std::time::{Duration, Instant};

use fingerpost::config::Simulation;
use fingerpost::sim::{self, Condition, SimModel, SimProvider, count_tokens};
use serde_json::{Value, json};
use tokio::net::TcpStream;

use super::{Reply, Upstream};
use crate::client::{Client, Ended, chat_body};

/// The behaviour of a provider that answers at once.
const AT_ONCE: Simulation = Simulation { first_token: Duration::ZERO, per_token: Duration::ZERO, seed: 7 };

async fn upstream() -> (Upstream, Client) {
    let upstream = Upstream::start().await;
    let client = Client::new(upstream.address(), "key");
    (upstream, client)
}

async fn simulated() -> (SimProvider, Client) {
    let provider = sim::start("acme", &AT_ONCE, vec![SimModel::new("large")]).await.unwrap();
    let address = provider.base_url().authority().unwrap().as_str().parse().unwrap();
    (provider, Client::new(address, "key"))
}

#[tokio::test]
async fn a_reply_fits_plain_and_streamed_requests() {
    let (upstream, client) = upstream().await;
    upstream.on("m").reply(Reply::stream(["one ", "two"]));
    assert_eq!(client.chat("m", "hi").await.text(), "one two");
    let stream = client.stream("m", "hi").await;
    assert!(stream.is_done() && stream.usage().is_none(), "{stream:?}");
    assert_eq!((stream.text().as_str(), stream.finish_reason().as_deref()), ("one two", Some("stop")));
    assert_eq!((upstream.hits("m"), upstream.requests()[1].streams()), (2, true));
    upstream.finish().await;
}

#[tokio::test]
async fn a_script_plays_in_order_and_repeats_its_last_reply() {
    let (upstream, client) = upstream().await;
    upstream.on("m").reply(Reply::status(429).retry_after(2)).then(Reply::error(503, "busy", "Try later."));
    let limited = client.chat("m", "hi").await;
    assert_eq!((limited.status.as_u16(), limited.header("retry-after")), (429, Some("2")));
    for _ in 0..2 {
        assert_eq!(client.chat("m", "hi").await.error_code().as_deref(), Some("busy"));
    }
}

#[tokio::test]
async fn interruptions_break_or_end_a_stream_where_they_should() {
    let (upstream, client) = upstream().await;
    let reply = || Reply::stream(["a", "b", "c"]);
    for (reply, text, ended) in [
        (reply().cut_after(2), "ab", Ended::Broken),
        (reply().reset_after(0), "", Ended::Broken),
        (reply().end_after(1), "a", Ended::Clean),
        (reply().without_done(), "abc", Ended::Clean),
        (reply().garbage_after(1), "abc", Ended::Clean),
        (reply().error_event_after(2, "server_error", "Sorry."), "ab", Ended::Clean),
        (reply().split_every(3), "abc", Ended::Clean),
    ] {
        upstream.on("m").reply(reply.clone());
        let stream = client.stream("m", "hi").await;
        assert_eq!((stream.text().as_str(), stream.ended), (text, ended), "{reply:?}");
    }
    assert_eq!(client.post_stream(&json!({"model": "n", "stream": true})).await.text(), "Hello from n.");
}

#[tokio::test]
async fn plain_answers_break_or_end_in_their_middle() {
    let (upstream, client) = upstream().await;
    for (reply, ended) in
        [(Reply::ok("a b").cut_after(1), Ended::Broken), (Reply::ok("a b").end_after(1), Ended::Clean)]
    {
        upstream.on("m").reply(reply);
        let answer = client.chat("m", "hi").await;
        assert!(answer.ended == ended && serde_json::from_slice::<Value>(&answer.body).is_err());
    }
}

#[tokio::test]
async fn usage_and_tool_calls_are_streamed_on_demand() {
    let (upstream, client) = upstream().await;
    upstream.on("m").reply(Reply::tool_call("look_up", ["{\"a\":", "1}"]).usage(5, 6));
    let mut body = chat_body("m", "hi");
    body["stream"] = json!(true);
    body["stream_options"] = json!({"include_usage": true});
    let stream = client.post_stream(&body).await;
    assert_eq!(stream.finish_reason().as_deref(), Some("tool_calls"));
    assert_eq!(stream.usage().unwrap()["total_tokens"], 11);
}

#[tokio::test]
async fn a_client_that_hangs_up_on_a_stall_is_noticed() {
    let (upstream, client) = upstream().await;
    upstream.on("m").reply(Reply::stream(["a", "b"]).stall_after(1));
    let mut stream = client.open("m", "hi").await;
    assert_eq!(stream.until_text("a").await, "a");
    drop(stream);
    upstream.until_abandoned("m").await;
}

#[tokio::test]
async fn delays_are_kept() {
    let (upstream, client) = upstream().await;
    let late = Duration::from_millis(50);
    upstream.on("m").reply(Reply::ok("a").head_after(late)).then(Reply::stream(["a"]).first_token_after(late));
    let started = Instant::now();
    client.chat("m", "hi").await;
    assert!(started.elapsed() >= late);
    let arrivals = client.stream("m", "hi").await.arrivals;
    assert!(arrivals[0] < arrivals[1] && arrivals[1] >= late, "{arrivals:?}");
}

#[tokio::test]
async fn bytes_are_sent_as_they_are_and_a_raw_request_gets_a_raw_answer() {
    let (upstream, client) = upstream().await;
    upstream.on("").reply(Reply::raw("nonsense"));
    assert_eq!(client.raw(b"GET / HTTP/1.1\r\n\r\n").await, b"nonsense");
}

#[tokio::test]
async fn gzip_is_sent_without_being_asked() {
    let (upstream, client) = upstream().await;
    upstream.on("m").reply(Reply::body("hello").gzip());
    let answer = client.chat("m", "hi").await;
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    let mut text = String::new();
    flate2::read::GzDecoder::new(&answer.body[..]).read_to_string(&mut text).expect("gzip");
    assert_eq!(text, "hello");
}

#[tokio::test]
async fn connections_are_refused_and_accepted_again() {
    let (upstream, client) = upstream().await;
    upstream.refuse_connections().await;
    assert!(TcpStream::connect(upstream.address()).await.is_err());
    upstream.accept_connections();
    assert_eq!(client.chat("m", "hi").await.text(), "Hello from m.");
}

#[tokio::test]
#[should_panic(expected = "must not be asked")]
async fn a_forbidden_request_fails_the_test() {
    let (upstream, client) = upstream().await;
    upstream.on("m").reply(Reply::forbidden());
    client.raw(b"POST / HTTP/1.1\r\ncontent-length: 13\r\n\r\n{\"model\":\"m\"}").await;
    upstream.finish().await;
}

#[tokio::test]
async fn a_simulated_provider_streams_what_it_answers_plainly_with_the_same_counts() {
    let (_provider, client) = simulated().await;
    let plain = client.chat("large", "Where is the café?").await;
    let mut body = chat_body("large", "Where is the café?");
    body["stream"] = json!(true);
    body["stream_options"] = json!({"include_usage": true});
    let stream = client.post_stream(&body).await;
    assert!(stream.is_done() && stream.text() == plain.text(), "{stream:?}");
    assert_eq!(stream.usage().unwrap(), plain.json()["usage"]);
    assert_eq!(plain.json()["usage"]["completion_tokens"], count_tokens(&plain.text()));
    // Opening, finish, usage and `[DONE]` come on top of a chunk a token.
    assert_eq!(stream.events.len() as u64, count_tokens(&plain.text()) + 4);
}

#[tokio::test]
async fn a_simulated_provider_is_in_the_condition_it_was_set_to() {
    let (provider, client) = simulated().await;
    provider.control().set(Condition::RateLimited { retry_after_s: 3 });
    assert_eq!(client.chat("large", "hi").await.header("retry-after"), Some("3"));
    provider.control().set(Condition::Failing { status: 503 });
    assert_eq!(client.chat("large", "hi").await.status.as_u16(), 503);
    provider.control().set(Condition::CutsStreams);
    let cut = client.stream("large", "hi").await;
    assert!(cut.ended == Ended::Broken && cut.text().starts_with("This is large"), "{cut:?}");
    provider.control().set(Condition::Healthy);
    assert!(client.stream("large", "hi").await.is_done());
}

#[tokio::test]
async fn a_simulated_provider_that_is_down_refuses_and_comes_back_at_its_port() {
    let (provider, client) = simulated().await;
    let address = provider.base_url().authority().unwrap().to_string();
    provider.control().set(Condition::Down);
    while TcpStream::connect(&address).await.is_ok() {}
    provider.control().set(Condition::Healthy);
    while TcpStream::connect(&address).await.is_err() {}
    assert_eq!(client.chat("large", "hi").await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_simulated_provider_refuses_as_openai_does() {
    let provider = sim::start("acme", &AT_ONCE, vec![SimModel::new("small").with_context_window(8)]).await.unwrap();
    let address = provider.base_url().authority().unwrap().as_str().parse().unwrap();
    let client = Client::new(address, "key");
    for (status, code, answer) in [
        (404, Some("model_not_found"), client.chat("large", "hi").await),
        (400, Some("context_length_exceeded"), client.chat("small", "one two three four five six").await),
        (400, None, client.send(http::Method::POST, "/v1/chat/completions", "{").await),
        (404, Some("unknown_url"), client.get("/v2").await),
        (200, None, client.get("/v1/models").await),
    ] {
        assert_eq!((answer.status.as_u16(), answer.error_code().as_deref()), (status, code));
    }
    provider.control().require_key(Some("another"));
    assert_eq!(client.chat("small", "hi").await.error_code().as_deref(), Some("invalid_api_key"));
}
