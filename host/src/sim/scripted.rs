//! Providers that do what a scenario says, call by call, over connections within the process, so that a virtual clock knows
//! when nothing happens. What a whole answer looks like is that of all simulated providers.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderValue, RETRY_AFTER};
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::{Value, json};
use tokio::io::DuplexStream;
use tokio::time::Instant;

use super::answer::{Answer, Form};
use super::request::ChatRequest;
use super::respond::{Answered, IntoCollected, LARGEST_REQUEST, Pace, events, failing, invalid, json, stream};
use super::stream::Ending;
use super::tokens;
use super::wire::{Envelope, ErrorBody, Usage};

/// What a connection holds back at most, in bytes: as much as a socket's buffers.
const BUFFER: usize = 64 << 10;

/// What a model does with one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behaviour {
    /// The time until the head of the answer.
    pub after: Duration,
    /// The time from the head until the first token of a stream. A plain answer takes as long as its stream would.
    pub first_token: Duration,
    /// The time between two tokens.
    pub per_token: Duration,
    /// How many tokens the answer has.
    pub tokens: usize,
    /// How it ends.
    pub end: End,
}

/// How an answer ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// As it should.
    Whole,
    /// It is an error with this status, perhaps with the time until another try and with a code.
    Status {
        /// 400 to 599.
        status: u16,
        /// `Retry-After`, in seconds.
        retry_after: Option<u64>,
        /// The error's `code`.
        code: Option<String>,
    },
    /// After so many tokens nothing comes any more.
    Stall(usize),
    /// After so many tokens the connection closes.
    Cut(usize),
    /// There is no head, ever.
    Silence,
    /// The connection closes in place of a head.
    Hangup,
}

impl Default for Behaviour {
    /// Twenty tokens in 300 ms.
    fn default() -> Self {
        Self {
            after: Duration::from_millis(50),
            first_token: Duration::from_millis(50),
            per_token: Duration::from_millis(10),
            tokens: 20,
            end: End::Whole,
        }
    }
}

/// A call that a model got.
#[derive(Debug, Clone)]
pub struct Call {
    /// The provider's host, as requests address it.
    pub host: String,
    /// The model.
    pub model: String,
    /// When.
    pub at: Instant,
}

/// What the calls of a model are answered, in their order; the last holds for all that follow.
type Script = Vec<Behaviour>;

/// Providers by their hosts.
#[derive(Debug, Default)]
pub struct Scripted {
    scripts: BTreeMap<(String, String), Script>,
    calls: Mutex<Vec<Call>>,
}

impl Scripted {
    /// Adds a model of the provider at this host. Without a behaviour every call gets the default one.
    pub fn add(&mut self, host: &str, model: &str, script: Vec<Behaviour>) {
        self.scripts.insert((host.to_owned(), model.to_owned()), script);
    }

    /// The calls so far.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.locked().clone()
    }

    /// A new connection to the provider at this host: its near end. The far end is served in a task of the runtime.
    ///
    /// # Errors
    /// When there is no such provider.
    pub fn connect(self: &Arc<Self>, host: &str) -> io::Result<DuplexStream> {
        if !self.scripts.keys().any(|(known, _)| known == host) {
            return Err(io::Error::new(io::ErrorKind::NotFound, format!("no provider is scripted at {host}")));
        }
        let (near, far) = tokio::io::duplex(BUFFER);
        let (this, host) = (Arc::clone(self), host.to_owned());
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let (this, host) = (Arc::clone(&this), host.clone());
                async move { this.respond(&host, request).await }
            });
            // Callers hang up, and cut streams end here as well.
            let _ = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(far), service).await;
        });
        Ok(near)
    }

    fn locked(&self) -> MutexGuard<'_, Vec<Call>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn respond(&self, host: &str, request: Request<Incoming>) -> Result<Answered, io::Error> {
        let Some(body) = request.into_body().into_collected(LARGEST_REQUEST).await else {
            return Ok(invalid("The request body is broken or too large.", None, None));
        };
        let request = match ChatRequest::parse(&body) {
            Ok(request) => request,
            Err(message) => return Ok(invalid(&message, None, None)),
        };
        let behaviour = self.next(host, &request.model);
        match &behaviour.end {
            End::Silence => std::future::pending().await,
            _ => tokio::time::sleep(behaviour.after).await,
        }
        match &behaviour.end {
            End::Hangup => Err(io::Error::other("the connection was to be closed here")),
            End::Status { status, retry_after, code } => Ok(error(*status, *retry_after, code.as_deref())),
            _ => Ok(answer(&request, &behaviour).await),
        }
    }

    /// Notes a call, and gives what becomes of it.
    fn next(&self, host: &str, model: &str) -> Behaviour {
        let mut calls = self.locked();
        let number = calls.iter().filter(|call| call.host == host && call.model == model).count();
        calls.push(Call { host: host.to_owned(), model: model.to_owned(), at: Instant::now() });
        let script = self.scripts.get(&(host.to_owned(), model.to_owned()));
        script.and_then(|script| script.get(number).or(script.last())).cloned().unwrap_or_default()
    }
}

fn error(status: u16, retry_after: Option<u64>, code: Option<&str>) -> Answered {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match code {
        None if status.is_server_error() => failing(status),
        code => {
            let kind = if status == StatusCode::TOO_MANY_REQUESTS { "requests" } else { "invalid_request_error" };
            let message = "The scenario wants this to fail.";
            json(status, &ErrorBody { message, kind, param: None, code }.to_json())
        }
    };
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

async fn answer(request: &ChatRequest, behaviour: &Behaviour) -> Answered {
    let most = request.max_output_tokens().and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
    let count = behaviour.tokens.min(most);
    let tokens = (0..count).map(|number| format!("word{number} ")).collect();
    let answers = [Answer { form: Form::Text, tokens, cut_by_length: behaviour.tokens > most }];
    let usage = Usage { input_tokens: tokens::count_prompt(&request.messages), output_tokens: count as u64 };
    let envelope = Envelope::new(1, &request.model);
    let pace = Pace { first_token: behaviour.first_token, per_token: behaviour.per_token };
    let (kept, ending) = match behaviour.end {
        End::Stall(after) => (after, Ending::Stall),
        End::Cut(after) => (after, Ending::Cut),
        _ => (usize::MAX, Ending::Clean),
    };
    if !request.streams() {
        pace.wait_for_token(count.saturating_sub(1)).await;
        if ending == Ending::Stall {
            std::future::pending::<Infallible>().await;
        }
        return json(StatusCode::OK, &envelope.completion(&answers, usage));
    }
    let mut events = events(request, &envelope, &answers, usage, pace);
    // The event that opens the choice comes before its tokens.
    events.truncate(kept.saturating_add(1));
    stream(events, ending)
}

/// What a caller of a scenario asks.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// `model`.
    pub model: String,
    /// The text of the user's message.
    pub text: String,
    /// Whether a stream is asked for.
    pub stream: bool,
    /// The caller's limit on output tokens.
    pub max_output_tokens: Option<u64>,
}

impl Question {
    /// The body of the request.
    #[must_use]
    pub fn body(&self) -> Bytes {
        let mut body = json!({
            "model": self.model,
            "messages": [{ "role": "user", "content": self.text }],
            "stream": self.stream,
        });
        if let Some(most) = self.max_output_tokens {
            body["max_completion_tokens"] = most.into();
        }
        Bytes::from(body.to_string())
    }
}

/// What a caller can read of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// The words of the model.
    pub text: String,
    /// The `code` of an error, in the body or in the stream.
    pub code: Option<String>,
}

/// Reads an answer as a caller's client does.
#[must_use]
pub fn read_answer(response: &Response<Bytes>) -> Told {
    let text = String::from_utf8_lossy(response.body());
    let values: Vec<Value> = match serde_json::from_str(&text) {
        Ok(whole) => vec![whole],
        Err(_) => {
            text.lines().filter_map(|line| serde_json::from_str(line.strip_prefix("data:")?.trim()).ok()).collect()
        }
    };
    let mut told = Told::default();
    for value in &values {
        for part in ["message", "delta"] {
            told.text.push_str(value["choices"][0][part]["content"].as_str().unwrap_or_default());
        }
        if let Some(code) = value["error"]["code"].as_str() {
            told.code = Some(code.to_owned());
        }
    }
    told
}
