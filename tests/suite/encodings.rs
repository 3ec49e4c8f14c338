//! Bodies of requests that come encoded: what the provider gets is plain.

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use http::Method;
use support::client::{Answer, Client, chat_body};
use support::gateway::{ConfigText, Gateway};
use support::upstream::{Reply, Upstream};

const CHAT: &str = "/v1/chat/completions";

const TEXT: &str = r#"{"model":"r","messages":[{"role":"user","content":"hello"}]}"#;
/// The same by Node's `zlib.brotliCompressSync`.
const BROTLI: &[u8] = &[
    27, 59, 0, 64, 156, 7, 182, 205, 35, 187, 33, 11, 11, 94, 123, 227, 25, 214, 34, 123, 111, 91, 83, 110, 174, 174,
    117, 88, 186, 250, 182, 72, 25, 155, 92, 216, 128, 19, 129, 48, 75, 96, 32, 59, 51, 157, 16, 81, 11, 146, 247, 176,
    248, 194, 117, 1, 98, 130, 124, 7,
];

fn zstd(text: &str) -> Vec<u8> {
    let length = u32::try_from(text.len()).expect("short");
    let block = (length << 3 | 1).to_le_bytes();
    // Magic number, a single segment whose size is one byte, its size, and one last raw block.
    [&[0x28, 0xb5, 0x2f, 0xfd, 0x20, text.len() as u8], &block[..3], text.as_bytes()].concat()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes it")
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes it")
}

fn raw(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes it")
}

async fn post(client: Client, encoding: &str, body: Vec<u8>) -> Answer {
    client.with_header("content-encoding", encoding).send(Method::POST, CHAT, body).await
}

#[tokio::test]
async fn whatever_encoding_a_request_comes_in_the_provider_gets_it_plain() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x"));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    for (encoding, body) in [
        ("gzip", gzip(TEXT.as_bytes())),
        ("x-gzip", gzip(TEXT.as_bytes())),
        ("GZip", [gzip(&TEXT.as_bytes()[..9]), gzip(&TEXT.as_bytes()[9..])].concat()),
        ("deflate", zlib(TEXT.as_bytes())),
        ("deflate", raw(TEXT.as_bytes())),
        ("zstd", zstd(TEXT)),
        ("br", BROTLI.to_vec()),
        ("identity", TEXT.into()),
        ("deflate, gzip", gzip(&zlib(TEXT.as_bytes()))),
        ("zstd, identity, gzip", gzip(&zstd(TEXT))),
        ("gzip", gzip(format!("\u{feff}{TEXT}").as_bytes())),
    ] {
        upstream.forget_requests();
        let answer = post(gateway.client(), encoding, body).await;
        assert_eq!(answer.status, 200, "{encoding}: {}", answer.body_text());
        let sent = &upstream.requests()[0];
        assert_eq!(sent.json()["messages"][0]["content"], "hello", "{encoding}");
        assert_eq!(sent.header("content-encoding"), None);
        assert_eq!(sent.header("content-length"), Some(&*sent.body.len().to_string()));
    }
    upstream.finish().await;
}

#[tokio::test]
async fn an_encoding_that_is_not_taken_is_refused_with_those_that_are() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    for encoding in ["compress", "gzip;q=1", "snappy", "gzip, gzip, gzip, gzip", "dcb"] {
        let answer = post(gateway.client(), encoding, TEXT.into()).await;
        assert_eq!((answer.status.as_u16(), answer.error_code().as_deref()), (415, Some("unsupported_encoding")));
        assert_eq!(answer.header("accept-encoding"), Some("gzip, deflate, br, zstd"));
    }
    let operator = gateway.operator().with_header("content-encoding", "compress");
    let refused = operator.send(Method::PUT, "/admin/v1/routes/r/policy", "x").await;
    assert_eq!((refused.status.as_u16(), refused.header("accept-encoding")), (415, Some("gzip, deflate, br, zstd")));
    upstream.finish().await;
}

#[tokio::test]
async fn an_encoding_that_is_broken_cut_or_a_bomb_is_told_as_that() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&ConfigText::new(&upstream).server("max_body = \"1MiB\"")).await;
    let whole = gzip(TEXT.as_bytes());
    let bomb = gzip(&vec![b' '; 64 << 20]);
    for (encoding, body, status, code) in [
        ("gzip", TEXT.into(), 400, "invalid_encoding"),
        ("br", gzip(TEXT.as_bytes()), 400, "invalid_encoding"),
        ("zstd", TEXT.into(), 400, "invalid_encoding"),
        ("gzip", whole[..whole.len() - 3].to_vec(), 400, "incomplete_body"),
        ("br", BROTLI[..BROTLI.len() - 1].to_vec(), 400, "incomplete_body"),
        ("zstd", zstd(TEXT)[..30].to_vec(), 400, "incomplete_body"),
        ("gzip", bomb.clone(), 413, "request_too_large"),
        ("gzip, gzip", gzip(&bomb), 413, "request_too_large"),
        ("gzip", Vec::new(), 400, "invalid_json"),
    ] {
        let answer = post(gateway.client(), encoding, body).await;
        assert_eq!((answer.status.as_u16(), answer.error_code().as_deref()), (status, Some(code)), "{encoding}");
    }
    upstream.finish().await;
}

#[tokio::test]
async fn the_same_question_is_the_same_however_it_is_encoded() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("once"));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let client = || gateway.client().with_header("idempotency-key", "k");
    let plain = client().post_chat(&chat_body("r", "hello")).await;
    let text = chat_body("r", "hello").to_string();
    let encoded = post(client(), "gzip", gzip(text.as_bytes())).await;
    assert_eq!((plain.text(), encoded.text()), ("once".into(), "once".into()));
    assert_eq!((encoded.header("x-fingerpost-idempotent-replay"), upstream.hits("model-a")), (Some("true"), 1));
    upstream.finish().await;
}
