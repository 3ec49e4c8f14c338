//! The way to providers: what a fault of HTTP/2 means, what is sent again unasked, what is decoded, whom TLS trusts, and
//! who waits for whom.

use std::io::Write as _;
use std::time::Duration;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use support::gateway::{ConfigText, Gateway};
use support::upstream::{Reply, Upstream};

/// Short enough to wait for, long enough for a busy machine.
const LIMITS: &str = "connect = \"5s\"\nfirst_byte = \"1s\"\nfirst_token = \"5s\"\nidle = \"5s\"\ntotal = \"20s\"";

/// The targets of a request with what came of each, by the request's id.
async fn attempts(gateway: &Gateway, id: Option<&str>) -> Vec<(String, String)> {
    let record = gateway.record(id.expect("an id")).await;
    record.attempts.iter().map(|entry| (entry.place.target.to_string(), entry.outcome.to_string())).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(target, outcome)| ((*target).to_owned(), (*outcome).to_owned())).collect()
}

/// Asks for a plain answer; its status, its text, and what was tried for it.
async fn ask(gateway: &Gateway) -> (u16, String, Vec<(String, String)>) {
    let answer = gateway.client().chat("r", "hi").await;
    let tried = attempts(gateway, answer.header("x-fingerpost-request-id")).await;
    (answer.status.as_u16(), answer.text(), tried)
}

/// A gateway whose first target gives this reply, and whose second one serves.
async fn saved_from(reply: Reply) -> (Upstream, Gateway) {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(reply);
    upstream.on("model-b").reply(Reply::ok("saved"));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    (upstream, gateway)
}

fn resends(gateway: &Gateway) -> bool {
    gateway.running().gateway.metrics.render().contains("fingerpost_resends_total{target=\"a\"} 1")
}

#[tokio::test]
async fn plain_and_streamed_answers_share_one_http2_connection() {
    let upstream = Upstream::start_http2().await;
    upstream.on("model-a").reply(Reply::stream(["one ", "two"]));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    assert_eq!(ask(&gateway).await, (200, "one two".into(), pairs(&[("a", "ok")])));
    let stream = gateway.client().stream("r", "hi").await;
    assert_eq!((stream.text().as_str(), stream.is_done(), upstream.connections()), ("one two", true, 1));
    upstream.finish().await;
}

#[tokio::test]
async fn a_request_that_the_provider_did_not_take_is_sent_once_more_and_nobody_notices() {
    for fault in [Reply::refused_stream(), Reply::gone_away(0), Reply::gone_away(2), Reply::gone_away(11)] {
        let upstream = Upstream::start_http2().await;
        upstream.on("model-a").reply(fault).then(Reply::ok("taken"));
        upstream.on("model-b").reply(Reply::forbidden());
        let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
        assert_eq!(ask(&gateway).await, (200, "taken".into(), pairs(&[("a", "ok")])));
        assert_eq!((upstream.hits("model-a"), resends(&gateway)), (2, true));
        upstream.finish().await;
    }
}

#[tokio::test]
async fn a_request_that_the_provider_does_not_take_twice_is_a_failed_attempt() {
    for (fault, kind) in [
        (Reply::refused_stream(), "refused-stream"),
        (Reply::gone_away(0), "gone-away"),
        (Reply::gone_away(2), "gone-away"),
    ] {
        let upstream = Upstream::start_http2().await;
        upstream.on("model-a").reply(fault);
        upstream.on("model-b").reply(Reply::ok("saved"));
        let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
        assert_eq!(ask(&gateway).await, (200, "saved".into(), pairs(&[("a", kind), ("b", "ok")])));
        assert_eq!((upstream.hits("model-a"), resends(&gateway)), (2, true));
        upstream.finish().await;
    }
}

#[tokio::test]
async fn a_request_that_may_have_been_processed_is_never_sent_again_unasked() {
    for fault in [
        Reply::reset(),
        Reply::hang_up(),
        Reply::hang_up().going_away(0),
        Reply::hang_up().going_away(2),
        Reply::reset().going_away(0),
    ] {
        let upstream = Upstream::start_http2().await;
        upstream.on("model-a").reply(fault).then(Reply::forbidden());
        upstream.on("model-b").reply(Reply::ok("saved"));
        let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
        assert_eq!(ask(&gateway).await, (200, "saved".into(), pairs(&[("a", "reset"), ("b", "ok")])));
        assert_eq!((upstream.hits("model-a"), resends(&gateway)), (1, false));
        upstream.finish().await;
    }
}

#[tokio::test]
async fn a_provider_that_goes_away_still_answers_what_it_took_and_the_next_request_connects_anew() {
    let upstream = Upstream::start_http2().await;
    upstream.on("model-a").reply(Reply::ok("the last").going_away(0)).then(Reply::ok("anew"));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    assert_eq!(ask(&gateway).await, (200, "the last".into(), pairs(&[("a", "ok")])));
    assert_eq!(ask(&gateway).await, (200, "anew".into(), pairs(&[("a", "ok")])));
    assert_eq!((upstream.hits("model-a"), upstream.connections()), (2, 2));
    upstream.finish().await;
}

#[tokio::test]
async fn a_stream_that_is_reset_in_its_middle_is_cut() {
    let upstream = Upstream::start_http2().await;
    upstream.on("model-a").reply(Reply::stream(["a", "b", "c"]).reset_after(2));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let answer = gateway.client().stream("r", "hi").await;
    assert_eq!((answer.text().as_str(), answer.is_done(), answer.error().is_some()), ("ab", false, true));
    assert_eq!(attempts(&gateway, answer.header("x-fingerpost-request-id")).await, pairs(&[("a", "cut")]));
    assert_eq!(upstream.hits("model-a"), 1);
    upstream.finish().await;
}

#[tokio::test]
async fn giving_up_on_a_silent_stream_resets_it_and_keeps_the_connection() {
    let upstream = Upstream::start_http2().await;
    upstream.on("model-a").reply(Reply::silence());
    upstream.on("model-b").reply(Reply::ok("saved"));
    let gateway = Gateway::start(&ConfigText::new(&upstream).limits(LIMITS)).await;
    let tried = pairs(&[("a", "first-byte-timeout"), ("b", "ok")]);
    assert_eq!(ask(&gateway).await, (200, "saved".into(), tried));
    upstream.until_abandoned("model-a").await;
    assert_eq!(upstream.connections(), 1);
    upstream.finish().await;
}

#[tokio::test]
async fn a_pooled_connection_that_was_closed_meanwhile_costs_no_attempt() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("fine"));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    for _ in 0..3 {
        assert_eq!(ask(&gateway).await, (200, "fine".into(), pairs(&[("a", "ok")])));
        upstream.refuse_connections().await;
        upstream.accept_connections();
    }
    assert_eq!((upstream.hits("model-a"), upstream.connections()), (3, 3));
    upstream.finish().await;
}

#[tokio::test]
async fn a_request_that_a_pooled_connection_carried_before_it_closed_is_not_sent_again() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("fine")).then(Reply::hang_up()).then(Reply::forbidden());
    upstream.on("model-b").reply(Reply::ok("saved"));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    ask(&gateway).await;
    assert_eq!(ask(&gateway).await, (200, "saved".into(), pairs(&[("a", "reset"), ("b", "ok")])));
    assert_eq!(upstream.hits("model-a"), 2);
    upstream.finish().await;
}

#[tokio::test]
async fn only_certificates_of_a_known_authority_are_trusted() {
    let upstream = Upstream::start_http2().await;
    upstream.on("model-a").reply(Reply::forbidden());
    let gateway = Gateway::start(&ConfigText::new(&upstream).upstream("").bounds("max_attempts = 1")).await;
    let answer = gateway.client().chat("r", "hi").await;
    assert_eq!((answer.status.as_u16(), answer.error_code().as_deref()), (502, Some("tls")));
    upstream.finish().await;
}

fn deflated(text: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

#[tokio::test]
async fn an_encoding_that_nobody_asked_for_is_taken_off() {
    let plain = r#"{"choices":[{"index":0,"finish_reason":"stop","message":{"content":"hello"}}]}"#;
    for reply in [
        Reply::body(plain).gzip(),
        Reply::body(plain).gzip().split_every(3),
        Reply::body(deflated(plain.as_bytes())).header("content-encoding", "deflate"),
        Reply::body(plain).header("content-encoding", "identity"),
    ] {
        let upstream = Upstream::start().await;
        upstream.on("model-a").reply(reply);
        let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
        let answer = gateway.client().chat("r", "hi").await;
        assert_eq!((answer.body_text().as_str(), answer.header("content-encoding")), (plain, None));
        assert_eq!(upstream.requests()[0].header("accept-encoding"), Some("identity"));
        upstream.finish().await;
    }
}

#[tokio::test]
async fn the_events_of_an_encoded_stream_arrive_as_they_come() {
    let upstream = Upstream::start().await;
    let reply = Reply::stream(["one", "two", "three"]).gzip();
    upstream.on("model-a").reply(reply.clone().stall_after(1)).then(reply.split_every(5));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    assert_eq!(gateway.client().open("r", "hi").await.until_text("one").await, "one");
    let answer = gateway.client().stream("r", "hi").await;
    assert_eq!((answer.text().as_str(), answer.is_done()), ("onetwothree", true));
    upstream.finish().await;
}

#[tokio::test]
async fn an_encoded_error_is_understood_and_one_in_a_strange_encoding_by_its_status() {
    for (reply, kind) in [
        (Reply::error(429, "insufficient_quota", "pay").gzip(), "quota-exhausted"),
        (Reply::error(429, "insufficient_quota", "pay").header("content-encoding", "br"), "rate-limited"),
    ] {
        let (upstream, gateway) = saved_from(reply).await;
        assert_eq!(ask(&gateway).await, (200, "saved".into(), pairs(&[("a", kind), ("b", "ok")])));
        upstream.finish().await;
    }
}

/// A megabyte that inflates to a gigabyte: many members, one after the other.
fn bomb() -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&vec![b' '; 16 << 20]).expect("memory takes all");
    encoder.finish().expect("memory takes all").repeat(64)
}

#[tokio::test]
async fn an_encoding_that_is_cut_wrong_strange_or_a_bomb_is_never_an_answer() {
    let gzip = |body: Vec<u8>| Reply::body(body).header("content-encoding", "gzip");
    for (reply, kind) in [
        (Reply::ok("some text that is cut").gzip().end_after(0), "cut"),
        (Reply::ok("some text that is cut").gzip().cut_after(0), "cut"),
        (gzip(b"{\"choices\":[]}".to_vec()), "garbled"),
        (gzip(bomb()), "garbled"),
        (Reply::ok("x").gzip().header("content-encoding", "gzip"), "garbled"),
        (Reply::ok("x").header("content-encoding", "br"), "garbled"),
    ] {
        let (upstream, gateway) = saved_from(reply).await;
        assert_eq!(ask(&gateway).await, (200, "saved".into(), pairs(&[("a", kind), ("b", "ok")])));
        upstream.finish().await;
    }
}

#[tokio::test]
async fn a_stream_whose_encoding_is_cut_wrong_strange_or_a_bomb_is_never_an_answer() {
    let events = |body: Vec<u8>| Reply::body(body).content_type("text/event-stream").header("content-encoding", "gzip");
    for (reply, kind) in [
        (Reply::stream(["a", "b"]).gzip().end_after(0), "cut"),
        (Reply::stream(["a", "b"]).gzip().cut_after(0), "cut"),
        (events(b"data: {}\n\n".to_vec()), "garbled"),
        (events(bomb()), "garbled"),
        (Reply::stream(["a"]).gzip().header("content-encoding", "gzip"), "garbled"),
    ] {
        let (upstream, gateway) = saved_from(reply).await;
        let answer = gateway.client().stream("r", "hi").await;
        let tried = attempts(&gateway, answer.header("x-fingerpost-request-id")).await;
        assert_eq!((answer.text(), tried), ("saved".into(), pairs(&[("a", kind), ("b", "ok")])));
        upstream.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_does_not_read_stops_the_provider() {
    const WHOLE: usize = 64 << 20;
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::big(WHOLE));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let stream = gateway.client().open("r", "hi").await;
    let written = upstream.until_stuck().await;
    assert!(written < WHOLE / 2, "{written} bytes were written to a caller that took none");
    drop(stream);
    tokio::time::timeout(Duration::from_secs(10), upstream.until_abandoned("model-a")).await.expect("it is given up");
}
