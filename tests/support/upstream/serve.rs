//! A connection of a fake provider: its own minimal HTTP/1.1, so that it can be broken at any byte.

use std::io;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::render::{Step, steps};
use super::{Recorded, State};

/// A reset takes back what the client has not read yet, so it comes after a moment for reading.
const BEFORE_RESET: Duration = Duration::from_millis(10);

/// Serves a connection until a step or the client ends it.
pub(super) async fn connection(stream: &mut TcpStream, state: &State) {
    stream.set_nodelay(true).expect("a connected socket takes options");
    let mut buffer = BytesMut::new();
    while let Some(request) = read_request(stream, &mut buffer).await {
        let reply = state.next_reply(&request.model().unwrap_or_default());
        let steps = steps(&reply, &request);
        let number = state.record(request);
        for step in steps {
            match perform(stream, &mut buffer, step, state).await {
                Next::Go => {}
                Next::End => return,
                Next::Abandoned => return state.record_abandoned(number),
                Next::Panic => panic!("request {number} to the fake upstream asks for a model that must not be asked"),
            }
        }
    }
}

/// What follows a step.
enum Next {
    Go,
    End,
    Abandoned,
    Panic,
}

async fn perform(stream: &mut TcpStream, buffer: &mut BytesMut, step: Step, state: &State) -> Next {
    match step {
        Step::Write(bytes) => match stream.write_all(&bytes).await {
            Ok(()) => {
                state.written.fetch_add(bytes.len(), Ordering::Relaxed);
                // What is written next shall arrive by itself, so the reader gets its turn.
                tokio::task::yield_now().await;
                Next::Go
            }
            Err(_) => Next::Abandoned,
        },
        Step::Wait(duration) => tokio::select! {
            () = tokio::time::sleep(duration) => Next::Go,
            () = hung_up(stream, buffer) => Next::Abandoned,
        },
        Step::Silence => {
            hung_up(stream, buffer).await;
            Next::Abandoned
        }
        Step::Close => Next::End,
        Step::Reset => {
            tokio::time::sleep(BEFORE_RESET).await;
            stream.set_zero_linger().expect("a connected socket takes options");
            Next::End
        }
        Step::Panic => Next::Panic,
    }
}

/// Waits until the client closes; what it sends meanwhile is kept for later.
async fn hung_up(stream: &mut TcpStream, buffer: &mut BytesMut) {
    while matches!(stream.read_buf(buffer).await, Ok(1..)) {}
}

/// Reads a request; none when the client has closed or reset the connection.
///
/// # Panics
/// When it is no HTTP/1.1 or ends in its middle: a gateway must not do that, unless it gives the request up.
async fn read_request(stream: &mut TcpStream, buffer: &mut BytesMut) -> Option<Recorded> {
    let head_length = loop {
        if let Some(at) = find(buffer, b"\r\n\r\n") {
            break at + 4;
        }
        fill(stream, buffer).await?;
    };
    let head = buffer.split_to(head_length);
    let head = std::str::from_utf8(&head).expect("the head of a request is text");
    let mut lines = head.trim_end().split("\r\n");
    let mut first = lines.next().unwrap_or_default().split(' ');
    let method = Method::from_bytes(first.next().unwrap_or_default().as_bytes()).expect("a request has a method");
    let path = first.next().expect("a request has a path").to_owned();
    assert_eq!(first.next(), Some("HTTP/1.1"), "the version of a request");
    let headers = lines.map(header).collect::<HeaderMap>();
    if headers.get("expect").is_some() {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await.ok()?;
    }
    let body = read_body(stream, buffer, &headers).await?;
    Some(Recorded { method, path, headers, body, at: Instant::now(), abandoned_at: None })
}

fn header(line: &str) -> (HeaderName, HeaderValue) {
    let (name, value) = line.split_once(':').expect("a header has a colon");
    let name = name.parse().expect("a header has a valid name");
    (name, HeaderValue::from_str(value.trim()).expect("a header has a valid value"))
}

async fn read_body(stream: &mut TcpStream, buffer: &mut BytesMut, headers: &HeaderMap) -> Option<Bytes> {
    if headers.get("transfer-encoding").is_some_and(|value| value == "chunked") {
        return read_chunks(stream, buffer).await;
    }
    let length = match headers.get("content-length") {
        Some(value) => value.to_str().ok().and_then(|text| text.parse().ok()).expect("a length is a number"),
        None => 0,
    };
    take(stream, buffer, length).await
}

async fn read_chunks(stream: &mut TcpStream, buffer: &mut BytesMut) -> Option<Bytes> {
    let mut body = BytesMut::new();
    loop {
        let line_length = loop {
            if let Some(at) = find(buffer, b"\r\n") {
                break at;
            }
            fill(stream, buffer).await?;
        };
        let line = take(stream, buffer, line_length + 2).await?;
        let size = std::str::from_utf8(&line[..line_length]).ok().and_then(|text| usize::from_str_radix(text, 16).ok());
        let size = size.expect("a chunk has a size");
        let chunk = take(stream, buffer, size + 2).await?;
        if size == 0 {
            return Some(body.freeze());
        }
        body.extend_from_slice(&chunk[..size]);
    }
}

async fn take(stream: &mut TcpStream, buffer: &mut BytesMut, length: usize) -> Option<Bytes> {
    while buffer.len() < length {
        fill(stream, buffer).await?;
    }
    Some(buffer.split_to(length).freeze())
}

/// Reads some bytes; none at the end.
async fn fill(stream: &mut TcpStream, buffer: &mut BytesMut) -> Option<()> {
    let read: io::Result<usize> = stream.read_buf(buffer).await;
    matches!(read, Ok(1..)).then_some(())
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
