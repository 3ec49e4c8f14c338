//! Callers' connections: how long they are kept, and what becomes of them when a request is answered before its body was read.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use support::client::chat_body;
use support::gateway::{ConfigText, Gateway, KEY};
use support::upstream::{Reply, Upstream};
use support::wire::{Wire, head};

const MODELS: &str = "/v1/models";
const CHAT: &str = "/v1/chat/completions";

async fn gateway(server: &str) -> (Upstream, Gateway) {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x"));
    let gateway = Gateway::start(&ConfigText::new(&upstream).server(server)).await;
    (upstream, gateway)
}

fn get() -> String {
    head("GET", MODELS, &[])
}

/// A request with a body of that many bytes.
fn with_body(method: &str, path: &str, lines: &[&str], bytes: usize) -> Vec<u8> {
    let length = format!("content-length: {bytes}");
    [head(method, path, &[lines, &[&length]].concat()).into_bytes(), vec![b' '; bytes]].concat()
}

#[tokio::test]
async fn a_connection_may_be_idle_for_longer_than_a_head_may_take() {
    let (_upstream, gateway) = gateway("head_timeout = \"150ms\"").await;
    let mut wire = Wire::to(gateway.address()).await;
    for _ in 0..3 {
        assert_eq!(wire.ask(get()).await.status, 200);
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
    // A head that has begun is timed.
    wire.send("GET /v1/mod").await;
    assert!(wire.closes().await);
}

#[tokio::test]
async fn a_connection_that_is_idle_for_too_long_is_closed_and_one_with_a_long_request_is_not() {
    let (upstream, gateway) = gateway("keep_alive = \"200ms\"").await;
    upstream.on("model-a").reply(Reply::ok("late").head_after(Duration::from_millis(700)));
    let mut wire = Wire::to(gateway.address()).await;
    let body = chat_body("r", "hi").to_string();
    let length = format!("content-length: {}", body.len());
    let answer = wire.ask([head("POST", CHAT, &[&length]), body].concat()).await;
    assert_eq!((answer.status, answer.says_close()), (200, false));
    assert!(wire.closes().await);
}

/// A connection over HTTP/2, and what ends with it.
async fn http2(gateway: &Gateway) -> (SendRequest<Full<Bytes>>, tokio::task::JoinHandle<hyper::Result<()>>) {
    let socket = tokio::net::TcpStream::connect(gateway.address()).await.expect("it listens");
    let (sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(socket)).await.expect("it speaks HTTP/2");
    (sender, tokio::spawn(connection))
}

/// The status and the body of one answer over HTTP/2.
async fn ask(sender: &mut SendRequest<Full<Bytes>>, method: &str, path: &str, key: &str, body: Bytes) -> (u16, Bytes) {
    let request = http::Request::builder()
        .method(method)
        .uri(format!("http://x{path}"))
        .header("authorization", format!("Bearer {key}"))
        .body(Full::new(body));
    let answer = sender.send_request(request.expect("a request")).await.expect("an answer");
    (answer.status().as_u16(), answer.into_body().collect().await.expect("a whole answer").to_bytes())
}

#[tokio::test]
async fn a_connection_over_http_2_that_is_idle_for_too_long_is_ended_as_the_protocol_wants_it() {
    let (_upstream, gateway) = gateway("keep_alive = \"200ms\"").await;
    let (mut sender, connection) = http2(&gateway).await;
    assert_eq!(ask(&mut sender, "GET", MODELS, KEY, Bytes::new()).await.0, 200);
    let ended = tokio::time::timeout(Duration::from_secs(10), connection).await;
    assert!(matches!(ended, Ok(Ok(Ok(())))), "{ended:?}");
}

#[tokio::test]
async fn an_early_answer_leaves_a_connection_that_carries_the_next_request() {
    let (_upstream, gateway) = gateway("max_body = \"1KiB\"").await;
    let stranger = |request: Vec<u8>| String::from_utf8(request).unwrap().replace(KEY, "fp-other").into_bytes();
    let mut wire = Wire::to(gateway.address()).await;
    for (request, status) in [
        (stranger(with_body("POST", CHAT, &[], 200_000)), 401),
        (with_body("POST", "/v1/nothing", &[], 200_000), 404),
        (with_body("PUT", CHAT, &[], 200_000), 405),
        (with_body("POST", CHAT, &[], 200_000), 413),
        (with_body("POST", CHAT, &["content-encoding: rot13"], 200_000), 415),
        (with_body("POST", CHAT, &[], 1_000), 400),
        (with_body("GET", MODELS, &[], 200_000), 200),
        (with_body("POST", "/v1/models/%zz", &[], 1 << 20), 400),
    ] {
        let answer = wire.ask(request).await;
        assert_eq!((answer.status, answer.says_close()), (status, false), "{}", answer.body);
        assert_eq!(wire.ask(get()).await.status, 200, "after {status}");
    }
}

#[tokio::test]
async fn an_early_answer_does_not_wait_for_the_body() {
    let (_upstream, gateway) = gateway("").await;
    let mut wire = Wire::to(gateway.address()).await;
    let request = with_body("POST", "/v1/nothing", &[], 200_000);
    let (first, rest) = request.split_at(1_000);
    assert_eq!(wire.ask(first).await.status, 404);
    wire.send(rest).await;
    assert_eq!(wire.ask(get()).await.status, 200);
}

#[tokio::test]
async fn whoever_sends_far_too_much_can_send_all_of_it_and_then_reads_why_it_was_refused() {
    let (_upstream, gateway) = gateway("max_body = \"1MiB\"").await;
    let endless = |bytes: usize| {
        let chunk = [format!("{bytes:x}\r\n").into_bytes(), vec![b' '; bytes], b"\r\n0\r\n\r\n".to_vec()].concat();
        [head("POST", CHAT, &["transfer-encoding: chunked"]).into_bytes(), chunk].concat()
    };
    let stranger = String::from_utf8(endless(8 << 20)).unwrap().replace(KEY, "fp-other").into_bytes();
    for (request, status) in [(with_body("POST", CHAT, &[], 80 << 20), 413), (endless(8 << 20), 413), (stranger, 401)] {
        let mut wire = Wire::to(gateway.address()).await;
        let answer = wire.ask(request).await;
        assert_eq!((answer.status, answer.says_close()), (status, true), "{}", answer.body);
        assert!(wire.closes().await);
    }
}

#[tokio::test]
async fn who_asks_before_sending_hears_a_refusal_in_place_of_go_on() {
    let (_upstream, gateway) = gateway("max_body = \"1MiB\"").await;
    let asks = |length: usize, more: &str| {
        head("POST", CHAT, &["expect: 100-continue", &format!("content-length: {length}"), more])
    };
    for (request, status) in [
        (asks(80 << 20, "x: y"), 413),
        (asks(20, "x: y").replace(KEY, "fp-other"), 401),
        (asks(20, "content-encoding: rot13"), 415),
        (asks(20, "x: y").replace(CHAT, "/v1/nothing"), 404),
    ] {
        let mut wire = Wire::to(gateway.address()).await;
        let answer = wire.ask(request).await;
        assert_eq!((answer.status, answer.says_close()), (status, true), "{}", answer.body);
        assert!(wire.closes().await);
    }
    let body = chat_body("r", "hi").to_string();
    let mut wire = Wire::to(gateway.address()).await;
    assert_eq!(wire.ask(asks(body.len(), "x: y")).await.status, 100);
    assert_eq!(wire.ask(body).await.status, 200);
    assert_eq!(wire.ask(get()).await.status, 200);
}

#[tokio::test]
async fn over_http_2_an_early_answer_ends_its_stream_and_nothing_else() {
    let (_upstream, gateway) = gateway("max_body = \"1MiB\"").await;
    let (mut sender, connection) = http2(&gateway).await;
    for _ in 0..5 {
        for (path, key, status) in [(CHAT, KEY, 413), (CHAT, "fp-other", 401), ("/v1/nothing", KEY, 404)] {
            assert_eq!(ask(&mut sender, "POST", path, key, vec![b' '; 8 << 20].into()).await.0, status);
        }
        let body = chat_body("r", "hi").to_string();
        assert_eq!(ask(&mut sender, "POST", CHAT, KEY, body.into()).await.0, 200);
    }
    assert!(!connection.is_finished());
}

/// curl 7.88 and Python's h2 drop the answer where the stream is reset before their body is out.
#[tokio::test]
async fn over_http_2_a_body_of_ordinary_size_may_be_sent_to_its_end_after_an_early_answer() {
    let (_upstream, gateway) = gateway("").await;
    let socket = tokio::net::TcpStream::connect(gateway.address()).await.unwrap();
    let (mut sender, connection) = h2::client::handshake(socket).await.unwrap();
    tokio::spawn(connection);
    let early = http::Request::post("http://x/v1/nothing").body(()).unwrap();
    let (answer, mut body) = sender.send_request(early, false).unwrap();
    assert_eq!(answer.await.unwrap().status(), 404);
    for _ in 0..20 {
        body.send_data(vec![b' '; 10_000].into(), false).expect("the stream was not reset");
        // A reset that was sent before this answer has come before it.
        let live = http::Request::get("http://x/health/live").body(()).unwrap();
        assert_eq!(sender.send_request(live, true).unwrap().0.await.unwrap().status(), 200);
    }
    body.send_data(Bytes::new(), true).expect("the stream was not reset");
}

#[tokio::test]
async fn head_is_get_without_its_body_over_either_protocol() {
    let (_upstream, gateway) = gateway("").await;
    let mut wire = Wire::to(gateway.address()).await;
    for path in [MODELS, "/v1/models/r", "/v1/models/nothing", "/health/live", "/health/ready", "/v1/deferred/no"] {
        let full = wire.ask(head("GET", path, &[])).await;
        wire.send(head("HEAD", path, &[])).await;
        // The next answer follows right after the head, or this would read it as a body.
        wire.send(head("HEAD", "/health/live", &[])).await;
        let bare = wire.head_alone().await;
        assert_eq!((bare.status, bare.length()), (full.status, full.length()), "{path}");
        assert_eq!(wire.head_alone().await.status, 200);
    }
    let (mut sender, _connection) = http2(&gateway).await;
    assert_eq!(ask(&mut sender, "HEAD", MODELS, KEY, Bytes::new()).await, (200, Bytes::new()));
    let refused = wire.ask(head("HEAD", CHAT, &[]).replace("HEAD", "PATCH")).await;
    assert_eq!(refused.status, 405);
}
