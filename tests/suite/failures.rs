//! Every way in which a provider fails that the gateway knows, streamed and plain, with and without somewhere to go.

use std::time::Duration;

use support::client::Ended;
use support::gateway::{ConfigText, Gateway};
use support::upstream::{Reply, Upstream};

/// Short limits, so that silence is noticed while the test waits, and long enough for a busy machine.
const LIMITS: &str = "connect = \"1s\"\nfirst_byte = \"1s\"\nfirst_token = \"1s\"\nidle = \"1s\"\ntotal = \"5s\"";

/// A fault, its kind in the ledger, and the status that the caller gets when nothing else serves.
type Case = (&'static str, Reply, u16);

fn faults(stream: bool) -> Vec<Case> {
    let mut cases = vec![
        ("server-error", Reply::status(500), 502),
        ("overloaded", Reply::status(503), 503),
        ("rate-limited", Reply::status(429), 429),
        ("invalid-key", Reply::status(401), 502),
        ("permission", Reply::status(403), 502),
        ("quota-exhausted", Reply::error(429, "insufficient_quota", "pay"), 502),
        ("unknown-model", Reply::error(404, "model_not_found", "no"), 502),
        ("context-length", Reply::error(400, "context_length_exceeded", "long"), 400),
        ("unexpected-status", Reply::status(302), 502),
        ("first-byte-timeout", Reply::silence(), 504),
        ("reset", Reply::hang_up(), 502),
        ("reset", Reply::reset(), 502),
        ("reset", Reply::raw("not http at all\r\n\r\n"), 502),
        ("wrong-content-type", Reply::ok("x").content_type("text/html"), 502),
    ];
    if stream {
        cases.extend([
            ("first-token-timeout", Reply::ok("x").head_then_silence(), 504),
            ("first-token-timeout", Reply::ok("x").first_token_after(Duration::MAX), 504),
            ("cut", Reply::stream(["a", "b"]).end_after(0), 502),
            ("garbled", Reply::stream(["a", "b"]).garbage_after(0), 502),
            ("overloaded", Reply::stream(["a"]).error_event_after(0, "overloaded_error", "busy"), 503),
            ("cut", Reply::empty(), 502),
        ]);
    } else {
        cases.extend([
            ("garbled", Reply::body("{\"choices\": [{"), 502),
            ("garbled", Reply::empty(), 502),
            ("cut", Reply::ok("some text that is cut").cut_after(0), 502),
            ("stream-error", Reply::error_in_200("oops", "no"), 502),
            ("stream-error", Reply::ok("x").finish_reason("error"), 502),
        ]);
    }
    cases
}

async fn serve_by_fallback(stream: bool) {
    for (kind, fault, _) in faults(stream) {
        let upstream = Upstream::start().await;
        let gateway = Gateway::start(&ConfigText::new(&upstream).limits(LIMITS)).await;
        upstream.on("model-a").reply(fault);
        upstream.on("model-b").reply(Reply::ok("saved"));
        let (status, text, id) = ask(&gateway, stream).await;
        let record = gateway.record(&id).await;
        assert_eq!((status, text.as_str()), (200, "saved"), "{kind}: {record:#?}");
        let attempts: Vec<_> = record.attempts.iter().map(|entry| (&*entry.place.target, &*entry.outcome)).collect();
        assert_eq!(attempts, [("a", kind), ("b", "ok")]);
        upstream.finish().await;
    }
}

/// Status, text and request id of an answer.
async fn ask(gateway: &Gateway, stream: bool) -> (u16, String, String) {
    let client = gateway.client();
    if stream {
        let answer = client.stream("r", "hi").await;
        let id = answer.header("x-fingerpost-request-id").expect("an id").to_owned();
        return (answer.status.as_u16(), answer.text(), id);
    }
    let answer = client.chat("r", "hi").await;
    let text = answer.json()["choices"][0]["message"]["content"].as_str().unwrap_or_default().to_owned();
    (answer.status.as_u16(), text, answer.header("x-fingerpost-request-id").expect("an id").to_owned())
}

#[tokio::test]
async fn a_plain_request_is_served_elsewhere_whatever_the_first_provider_does() {
    serve_by_fallback(false).await;
}

#[tokio::test]
async fn a_stream_is_served_elsewhere_whatever_the_first_provider_does_before_its_first_token() {
    serve_by_fallback(true).await;
}

async fn fail_alone(stream: bool) {
    for (kind, fault, status) in faults(stream) {
        let upstream = Upstream::start().await;
        upstream.on("model-a").reply(fault);
        let config = ConfigText::new(&upstream).limits(LIMITS).bounds("max_attempts = 1");
        let gateway = Gateway::start(&config).await;
        let client = gateway.client();
        let (got, body) = if stream {
            let answer = client.stream("r", "hi").await;
            (answer.status, answer.raw)
        } else {
            let answer = client.chat("r", "hi").await;
            (answer.status, answer.body)
        };
        let error: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        assert_eq!(got.as_u16(), status, "{kind}: {}", String::from_utf8_lossy(&body));
        assert!(error["error"]["message"].is_string(), "{kind}: {}", String::from_utf8_lossy(&body));
        assert_eq!(upstream.hits("model-a"), 1, "{kind}");
        upstream.finish().await;
    }
}

#[tokio::test]
async fn a_plain_request_with_nowhere_to_go_gets_the_error_in_openais_shape() {
    fail_alone(false).await;
}

#[tokio::test]
async fn a_stream_with_nowhere_to_go_gets_the_error_in_openais_shape() {
    fail_alone(true).await;
}

#[tokio::test]
async fn a_refused_connection_is_served_elsewhere() {
    let (down, up) = (Upstream::start().await, Upstream::start().await);
    up.on("model-b").reply(Reply::ok("saved"));
    let config = ConfigText::new(&down).second_provider(&up);
    let gateway = Gateway::start(&config).await;
    down.refuse_connections().await;
    let answer = gateway.client().chat("r", "hi").await;
    let record = gateway.record(answer.header("x-fingerpost-request-id").unwrap()).await;
    assert_eq!((answer.status.as_u16(), &*record.attempts[0].outcome), (200, "connect-refused"));
    up.finish().await;
}

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
async fn a_stream_that_breaks_after_its_first_token_ends_in_an_error_event_and_never_in_done() {
    for reply in [
        Reply::stream(["a", "b", "c"]).cut_after(2),
        Reply::stream(["a", "b", "c"]).reset_after(2),
        Reply::stream(["a", "b", "c"]).end_after(2),
        Reply::stream(["a", "b", "c"]).stall_after(2),
        Reply::stream(["a", "b", "c"]).garbage_after(2),
        Reply::stream(["a", "b", "c"]).error_event_after(2, "server_error", "x"),
        Reply::stream(["a", "b"]).finish_reason("error"),
    ] {
        let upstream = Upstream::start().await;
        upstream.on("model-a").reply(reply);
        upstream.on("model-b").reply(Reply::forbidden());
        let gateway = Gateway::start(&ConfigText::new(&upstream).limits(LIMITS)).await;
        let answer = gateway.client().stream("r", "hi").await;
        assert_eq!((answer.text().as_str(), answer.is_done()), ("ab", false));
        assert!(answer.error().is_some(), "{}", String::from_utf8_lossy(&answer.raw));
        assert!(matches!(answer.ended, Ended::Clean));
        let record = gateway.record(answer.header("x-fingerpost-request-id").unwrap()).await;
        assert_eq!(format!("{:?}", record.ending), "Broken");
        upstream.finish().await;
    }
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
