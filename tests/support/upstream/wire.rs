//! The bytes of a fake provider: OpenAI's JSON, HTTP/1.1 framing, gzip. Nothing here waits or decides.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

/// What all objects of an answer carry.
fn object(kind: &str, model: &str, choices: &Value) -> Value {
    json!({"id": "chatcmpl-fake", "object": kind, "created": 1_767_322_800, "model": model, "choices": choices})
}

/// `usage`.
pub(super) fn usage(input_tokens: u64, output_tokens: u64) -> Value {
    json!({"prompt_tokens": input_tokens, "completion_tokens": output_tokens, "total_tokens": input_tokens + output_tokens})
}

/// A whole completion.
pub(super) fn completion(model: &str, message: &Value, finish_reason: &str, usage: &Value) -> Value {
    let choices = json!([{"index": 0, "message": message, "logprobs": null, "finish_reason": finish_reason}]);
    let mut completion = object("chat.completion", model, &choices);
    completion["usage"] = usage.clone();
    completion
}

/// An event with a chunk that has a choice.
pub(super) fn chunk(model: &str, delta: &Value, finish_reason: Option<&str>) -> String {
    let choices = json!([{"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish_reason}]);
    event(&object("chat.completion.chunk", model, &choices))
}

/// An event with a chunk that has the usage and no choice.
pub(super) fn usage_chunk(model: &str, usage: &Value) -> String {
    let mut chunk = object("chat.completion.chunk", model, &json!([]));
    chunk["usage"] = usage.clone();
    event(&chunk)
}

fn event(chunk: &Value) -> String {
    format!("data: {chunk}\n\n")
}

/// The head of a response.
pub(super) fn head(status: u16, headers: &[(String, String)]) -> Vec<u8> {
    let reason = http::StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason()).unwrap_or("Unknown");
    let mut head = format!("HTTP/1.1 {status} {reason}\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// One chunk of the transfer encoding. An empty one would end the body, so it is left out.
pub(super) fn framed(bytes: &[u8]) -> Vec<u8> {
    if bytes.is_empty() {
        return Vec::new();
    }
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

/// The end of a body in chunks.
pub(super) const LAST_CHUNK: &[u8] = b"0\r\n\r\n";

/// The bytes as a gzip file.
pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let (mut pieces, tail) = gzip_flushed(&[bytes]);
    pieces.push(tail);
    pieces.concat()
}

/// What a gzip encoder has put out after each of these pieces, being flushed, and what ends the file.
pub(super) fn gzip_flushed<B: AsRef<[u8]>>(pieces: &[B]) -> (Vec<Vec<u8>>, Vec<u8>) {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let flushed = pieces.iter().map(|piece| {
        encoder.write_all(piece.as_ref()).and_then(|()| encoder.flush()).expect("memory takes all");
        std::mem::take(encoder.get_mut())
    });
    (flushed.collect(), encoder.finish().expect("memory takes all"))
}
