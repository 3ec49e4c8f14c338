//! A caller: a small HTTP/1.1 client, a connection a request, that keeps an answer byte for byte. Everything has a time
//! limit, so that a gateway which hangs fails its test rather than the whole suite.

use std::future::Future;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::sse;

/// The longest that a test waits for anything.
const PATIENCE: Duration = Duration::from_secs(30);

/// A caller with its key.
#[derive(Debug, Clone)]
pub struct Client {
    address: SocketAddr,
    key: Option<String>,
    headers: Vec<(String, String)>,
}

/// A whole answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
    /// Whether the body came to its end.
    pub ended: Ended,
}

/// An answer that was read as a stream, to its end.
#[derive(Debug, Clone)]
pub struct StreamAnswer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// The data of its events, `[DONE]` included.
    pub events: Vec<String>,
    /// Its body.
    pub raw: Bytes,
    /// When each piece of the body arrived, counted from the request.
    pub arrivals: Vec<Duration>,
    /// How the body ended.
    pub ended: Ended,
}

/// How a body ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// As HTTP wants it.
    Clean,
    /// The connection broke in its middle.
    Broken,
}

/// A stream that is being read. Dropped, it hangs up.
#[derive(Debug)]
pub struct OpenStream {
    response: Response<Incoming>,
    raw: Vec<u8>,
    arrivals: Vec<Duration>,
    started: Instant,
    ended: Option<Ended>,
    connection: JoinHandle<()>,
}

impl Client {
    /// A caller of the server at that address, with that key.
    #[must_use]
    pub fn new(address: SocketAddr, key: &str) -> Self {
        Self { address, key: Some(key.to_owned()), headers: Vec::new() }
    }

    /// The same caller without a key.
    #[must_use]
    pub fn without_key(mut self) -> Self {
        self.key = None;
        self
    }

    /// The same caller, with a header on every request.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Asks for a plain completion.
    pub async fn chat(&self, route: &str, text: &str) -> Answer {
        self.post_chat(&chat_body(route, text)).await
    }

    /// Asks for a completion with that body, which is read as a plain answer.
    pub async fn post_chat(&self, body: &Value) -> Answer {
        self.send(Method::POST, "/v1/chat/completions", body.to_string()).await
    }

    /// Asks for a streamed completion and reads it to its end.
    pub async fn stream(&self, route: &str, text: &str) -> StreamAnswer {
        self.open(route, text).await.finish().await
    }

    /// Asks for a completion with that body, which is read as a stream to its end.
    pub async fn post_stream(&self, body: &Value) -> StreamAnswer {
        self.open_body(body).await.finish().await
    }

    /// Asks for a streamed completion and returns when its head is there.
    pub async fn open(&self, route: &str, text: &str) -> OpenStream {
        let mut body = chat_body(route, text);
        body["stream"] = json!(true);
        self.open_body(&body).await
    }

    /// Asks for a completion with that body and returns when its head is there.
    pub async fn open_body(&self, body: &Value) -> OpenStream {
        self.dispatch(Method::POST, "/v1/chat/completions", body.to_string().into()).await
    }

    /// Gets a path.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, "").await
    }

    /// Sends any request.
    pub async fn send(&self, method: Method, path: &str, body: impl Into<Bytes>) -> Answer {
        let stream = self.dispatch(method, path, body.into()).await.finish().await;
        Answer { status: stream.status, headers: stream.headers, body: stream.raw, ended: stream.ended }
    }

    /// Sends these bytes on a connection of their own, and nothing else; what came back until the server closed.
    ///
    /// # Panics
    /// When the server does not accept, or has not closed after thirty seconds.
    pub async fn raw(&self, bytes: &[u8]) -> Vec<u8> {
        let exchange = async {
            let mut stream = TcpStream::connect(self.address).await.expect("the server accepts");
            // A server may refuse before it has read all; its answer counts, so neither half needs to succeed.
            let _ = stream.write_all(bytes).await;
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer).await;
            answer
        };
        patiently("the server to close", exchange).await
    }

    async fn dispatch(&self, method: Method, path: &str, body: Bytes) -> OpenStream {
        let started = Instant::now();
        let exchange = async {
            let stream = TcpStream::connect(self.address).await.expect("the server accepts");
            stream.set_nodelay(true).expect("a connected socket takes options");
            let (mut sender, connection) =
                hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("a new connection is ready");
            // The result of the connection shows in the response.
            let connection = tokio::spawn(async move { drop(connection.await) });
            let response = sender.send_request(self.request(method, path, body)).await.expect("the server answers");
            (response, connection)
        };
        let (response, connection) = patiently("the head of an answer", exchange).await;
        OpenStream { response, raw: Vec::new(), arrivals: Vec::new(), started, ended: None, connection }
    }

    fn request(&self, method: Method, path: &str, body: Bytes) -> Request<Full<Bytes>> {
        let mut request = Request::builder().method(method).uri(path).header("host", self.address.to_string());
        if let Some(key) = &self.key {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request.body(Full::new(body)).expect("the test sends valid headers")
    }
}

impl OpenStream {
    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// Reads until there are so many events with data, or the stream ends; those that there are.
    pub async fn until_events(&mut self, count: usize) -> Vec<String> {
        while sse::data(&self.raw).len() < count && self.read().await {}
        sse::data(&self.raw)
    }

    /// Reads until so much text was delivered, or the stream ends; all the text that there is.
    pub async fn until_text(&mut self, text: &str) -> String {
        while !delivered(&sse::data(&self.raw)).contains(text) && self.read().await {}
        delivered(&sse::data(&self.raw))
    }

    /// Reads to the end.
    pub async fn finish(mut self) -> StreamAnswer {
        while self.read().await {}
        StreamAnswer {
            status: self.status(),
            headers: self.headers().clone(),
            events: sse::data(&self.raw),
            raw: std::mem::take(&mut self.raw).into(),
            arrivals: std::mem::take(&mut self.arrivals),
            ended: self.ended.unwrap_or(Ended::Broken),
        }
    }

    /// Reads a piece of the body; whether there may be more.
    async fn read(&mut self) -> bool {
        if self.ended.is_some() {
            return false;
        }
        match patiently("a piece of a body", self.response.body_mut().frame()).await {
            Some(Ok(frame)) => {
                if let Ok(bytes) = frame.into_data() {
                    self.arrivals.push(self.started.elapsed());
                    self.raw.extend_from_slice(&bytes);
                }
            }
            Some(Err(_)) => self.ended = Some(Ended::Broken),
            None => self.ended = Some(Ended::Clean),
        }
        self.ended.is_none()
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&self.body)))
    }

    /// Its body as text.
    #[must_use]
    pub fn body_text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The content of its first choice.
    #[must_use]
    pub fn text(&self) -> String {
        self.json()["choices"][0]["message"]["content"].as_str().unwrap_or_default().to_owned()
    }

    /// The code of its error.
    #[must_use]
    pub fn error_code(&self) -> Option<String> {
        self.json()["error"]["code"].as_str().map(str::to_owned)
    }

    /// A header of it, if it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl StreamAnswer {
    /// The events that are JSON.
    #[must_use]
    pub fn chunks(&self) -> Vec<Value> {
        self.events.iter().filter_map(|event| serde_json::from_str(event).ok()).collect()
    }

    /// The text that was delivered for its first choice.
    #[must_use]
    pub fn text(&self) -> String {
        delivered(&self.events)
    }

    /// Whether it ended with `[DONE]`, as an answer that is whole does.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.ended == Ended::Clean && self.events.last().is_some_and(|event| event == "[DONE]")
    }

    /// The finish reason of its first choice.
    #[must_use]
    pub fn finish_reason(&self) -> Option<String> {
        self.chunks().iter().find_map(|chunk| chunk["choices"][0]["finish_reason"].as_str().map(str::to_owned))
    }

    /// Its usage.
    #[must_use]
    pub fn usage(&self) -> Option<Value> {
        self.chunks().into_iter().find_map(|chunk| chunk.get("usage").filter(|usage| !usage.is_null()).cloned())
    }

    /// The error of its error event.
    #[must_use]
    pub fn error(&self) -> Option<Value> {
        self.chunks().into_iter().find_map(|chunk| chunk.get("error").cloned())
    }

    /// A header of it, if it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// The body of a plain request with one message.
#[must_use]
pub fn chat_body(route: &str, text: &str) -> Value {
    json!({"model": route, "messages": [{"role": "user", "content": text}]})
}

/// The content deltas of the first choice, joined.
fn delivered(events: &[String]) -> String {
    let chunks = events.iter().filter_map(|event| serde_json::from_str::<Value>(event).ok());
    let of_first = chunks.filter(|chunk| chunk["choices"][0]["index"] == 0);
    of_first.filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str().map(str::to_owned)).collect()
}

async fn patiently<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(value) => value,
        Err(_) => panic!("waited {} s in vain for {what}", PATIENCE.as_secs()),
    }
}
