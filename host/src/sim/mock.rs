//! The provider of the benches: the same canned answer for everybody, over as little HTTP as a gateway's client needs,
//! so that what a bench measures is the gateway. Not for anything else: it reads neither keys nor models.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use bytes::Bytes;
use memchr::memmem;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::server::loopback_base_url;

/// The size of the plain answer's body, which is what a short answer of a vendor comes to.
const ANSWER_BYTES: usize = 640;

/// Chunks of a stream, the opening one and the finish included; usage and `[DONE]` come on top.
const STREAM_CHUNKS: usize = 50;

/// The largest request that it reads. A client that sends more is cut off.
const LARGEST_REQUEST: usize = 16 << 20;

/// A mock provider that runs. Dropping it stops it.
#[derive(Debug)]
pub struct MockProvider {
    base_url: http::Uri,
    task: JoinHandle<()>,
}

/// What it writes, made once.
#[derive(Debug)]
struct Canned {
    plain: Bytes,
    stream: Vec<Bytes>,
    usage: Bytes,
    done: Bytes,
    /// In place of all that.
    failure: Option<Bytes>,
}

/// Starts a mock provider on that loopback port; 0 is any free one. With a status it answers that to every request.
///
/// # Errors
/// When the port cannot be had.
pub async fn start_mock(port: u16, status: Option<u16>) -> io::Result<MockProvider> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let base_url = loopback_base_url(listener.local_addr()?)?;
    let task = tokio::spawn(accept(listener, Arc::new(Canned::new(status))));
    Ok(MockProvider { base_url, task })
}

impl MockProvider {
    /// What an OpenAI client takes as its base URL.
    #[must_use]
    pub fn base_url(&self) -> http::Uri {
        self.base_url.clone()
    }
}

impl Drop for MockProvider {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Canned {
    fn new(status: Option<u16>) -> Self {
        let first = r#"{"role":"assistant","content":""}"#;
        let deltas = std::iter::once(first).chain(std::iter::repeat_n(r#"{"content":" word"}"#, STREAM_CHUNKS - 2));
        let mut stream: Vec<Bytes> = deltas.map(|delta| chunk(&choice(delta, "null"))).collect();
        stream.push(chunk(&choice("{}", r#""stop""#)));
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
        stream[0] = [head.as_bytes(), &stream[0]].concat().into();
        let usage = format!(
            r#""choices":[],"usage":{{"prompt_tokens":150,"completion_tokens":{},"total_tokens":{}}}"#,
            STREAM_CHUNKS - 2,
            150 + STREAM_CHUNKS - 2
        );
        Self {
            plain: plain_answer(200, &plain_body()),
            stream,
            usage: chunk(&usage),
            done: Bytes::from_static(b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n"),
            failure: status.map(|status| {
                plain_answer(
                    status,
                    r#"{"error":{"message":"The mock fails.","type":"server_error","param":null,"code":null}}"#,
                )
            }),
        }
    }
}

fn plain_answer(status: u16, body: &str) -> Bytes {
    let length = body.len();
    format!("HTTP/1.1 {status} Mock\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}").into()
}

/// A completion of exactly [`ANSWER_BYTES`].
fn plain_body() -> String {
    let with = |content: &str| {
        format!(
            concat!(
                r#"{{"id":"chatcmpl-mock","object":"chat.completion","created":1767322800,"model":"mock","choices":[{{"index":0,"#,
                r#""message":{{"role":"assistant","content":"{}","refusal":null}},"logprobs":null,"finish_reason":"stop"}}],"#,
                r#""usage":{{"prompt_tokens":150,"completion_tokens":60,"total_tokens":210}},"system_fingerprint":"fp_mock"}}"#
            ),
            content
        )
    };
    let room = ANSWER_BYTES - with("").len();
    with(&"mock ".repeat(room)[..room])
}

fn choice(delta: &str, finish_reason: &str) -> String {
    format!(r#""choices":[{{"index":0,"delta":{delta},"logprobs":null,"finish_reason":{finish_reason}}}]"#)
}

/// One event as one chunk of the transfer encoding.
fn chunk(fields: &str) -> Bytes {
    let event = format!(
        "data: {}{fields}}}\n\n",
        r#"{"id":"chatcmpl-mock","object":"chat.completion.chunk","created":1767322800,"model":"mock","system_fingerprint":"fp_mock","#
    );
    format!("{:x}\r\n{event}\r\n", event.len()).into()
}

async fn accept(listener: TcpListener, canned: Arc<Canned>) {
    let mut connections = JoinSet::new();
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            connections.spawn(connection(stream, Arc::clone(&canned)));
        } else {
            tokio::task::yield_now().await;
        }
        while connections.try_join_next().is_some() {}
    }
}

/// Serves a connection until the client closes it or breaks a rule; either way there is nobody to tell.
async fn connection(mut stream: TcpStream, canned: Arc<Canned>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = Vec::with_capacity(4096);
    while let Some(request) = read_request(&mut stream, &mut buffer).await? {
        match &canned.failure {
            Some(failure) => stream.write_all(failure).await?,
            None if request.streams => write_stream(&mut stream, &canned, request.wants_usage).await?,
            None => stream.write_all(&canned.plain).await?,
        }
    }
    Ok(())
}

async fn write_stream(stream: &mut TcpStream, canned: &Canned, wants_usage: bool) -> io::Result<()> {
    for chunk in &canned.stream {
        stream.write_all(chunk).await?;
        // Others get their turn between two chunks, so that chunks arrive one by one, as a vendor's do.
        tokio::task::yield_now().await;
    }
    if wants_usage {
        stream.write_all(&canned.usage).await?;
    }
    stream.write_all(&canned.done).await
}

/// What the mock wants to know of a request.
#[derive(Debug, PartialEq, Eq)]
struct MockRequest {
    streams: bool,
    wants_usage: bool,
}

/// Takes one request out of the buffer, filling it from the stream; none at its end.
async fn read_request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<Option<MockRequest>> {
    loop {
        if let Some((request, length)) = parse_request(buffer)? {
            buffer.drain(..length);
            return Ok(Some(request));
        }
        if buffer.len() > LARGEST_REQUEST || stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
}

/// The request at the start of the buffer and its length; none if it is not all there.
fn parse_request(buffer: &[u8]) -> io::Result<Option<(MockRequest, usize)>> {
    let Some(head_length) = memmem::find(buffer, b"\r\n\r\n").map(|at| at + 4) else { return Ok(None) };
    let head = std::str::from_utf8(&buffer[..head_length]).map_err(io::Error::other)?;
    let mut body_length = 0;
    for (name, value) in head.lines().filter_map(|line| line.split_once(':')) {
        if name.eq_ignore_ascii_case("content-length") {
            body_length = value.trim().parse().map_err(io::Error::other)?;
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            return Err(io::Error::other("the mock reads no chunked requests"));
        }
    }
    let Some(body) = buffer.get(head_length..).and_then(|rest| rest.get(..body_length)) else { return Ok(None) };
    let request =
        MockRequest { streams: has_true(body, b"\"stream\""), wants_usage: has_true(body, b"\"include_usage\"") };
    Ok(Some((request, head_length + body_length)))
}

/// Whether the JSON text holds this quoted name followed by `true`. A string in it could deceive; benches send none.
fn has_true(body: &[u8], quoted_name: &[u8]) -> bool {
    let Some(at) = memmem::find(body, quoted_name) else { return false };
    let value = body[at + quoted_name.len()..].trim_ascii_start();
    value.strip_prefix(b":").is_some_and(|value| value.trim_ascii_start().starts_with(b"true"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plain_answer_has_its_size_and_is_json() {
        assert_eq!(plain_body().len(), ANSWER_BYTES);
        assert!(serde_json::from_str::<serde_json::Value>(&plain_body()).is_ok());
    }

    #[test]
    fn a_request_is_taken_when_it_is_whole() {
        let whole = b"POST / HTTP/1.1\r\nContent-Length: 16\r\n\r\n{\"stream\" : true}";
        let whole = &whole[..whole.len() - 1];
        assert_eq!(parse_request(&whole[..whole.len() - 1]).unwrap(), None);
        let request = MockRequest { streams: true, wants_usage: false };
        assert_eq!(parse_request(whole).unwrap(), Some((request, whole.len())));
    }
}
