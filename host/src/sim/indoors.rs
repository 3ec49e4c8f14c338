//! Providers within the process, so that a virtual clock knows when nothing happens: their connections, and answers that
//! behave as whoever conducts them says. What a whole answer looks like is that of all simulated providers.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue, RETRY_AFTER};
use http::{Request, StatusCode};
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::DuplexStream;

use super::answer::{Answer, Form};
use super::request::ChatRequest;
use super::respond::{Answered, IntoCollected, LARGEST_REQUEST, Pace, events, failing, invalid, json, stream};
use super::stream::{Ending, Event};
use super::tokens;
use super::wire::{Envelope, ErrorBody, Usage};

/// What some providers send beside `Retry-After`, and OpenAI's SDKs read first.
const RETRY_AFTER_MS: HeaderName = HeaderName::from_static("retry-after-ms");

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
    /// In how many events a stream says them, at most: the fewer, the less there is to do.
    pub events: usize,
    /// The input tokens that its usage tells; none: those of its prompt.
    pub input_tokens: Option<u64>,
    /// Whether it refuses to continue an answer that has begun. Otherwise it goes on at the word where that broke off.
    pub refuses_prefill: bool,
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
        /// `Retry-After`, or where that is no whole number of seconds `retry-after-ms`.
        retry_after: Option<Duration>,
        /// The error's `code`.
        code: Option<String>,
    },
    /// After so many tokens nothing comes any more.
    Stall(usize),
    /// After so many tokens the connection closes.
    Cut(usize),
    /// After so many tokens comes something that nobody can read.
    Garbled(usize),
    /// As it should, but a stream has no `[DONE]`.
    Undone,
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
            events: usize::MAX,
            input_tokens: None,
            refuses_prefill: false,
            end: End::Whole,
        }
    }
}

/// A call as it is conducted.
#[derive(Debug, Clone, Copy)]
pub struct Called<'a> {
    /// The provider's host, as requests address it.
    pub host: &'a str,
    /// The model.
    pub model: &'a str,
    /// The `seed` that the caller asked with.
    pub seed: Option<u64>,
}

/// Says what models do with calls.
pub trait Conduct: Send + Sync + 'static {
    /// Whether there is a provider at this host.
    fn is_at(&self, host: &str) -> bool;

    /// Notes a call, and gives what becomes of it.
    fn next(&self, call: Called<'_>) -> Behaviour;
}

/// A new connection to the provider at this host: its near end. The far end is served in a task of the runtime.
///
/// # Errors
/// When there is no such provider.
pub fn connect<C: Conduct>(conduct: &Arc<C>, host: &str) -> io::Result<DuplexStream> {
    if !conduct.is_at(host) {
        return Err(io::Error::new(io::ErrorKind::NotFound, format!("no provider is played at {host}")));
    }
    let (near, far) = tokio::io::duplex(BUFFER);
    let (conduct, host) = (Arc::clone(conduct), host.to_owned());
    tokio::spawn(async move {
        let service = service_fn(move |request| {
            let (conduct, host) = (Arc::clone(&conduct), host.clone());
            async move { respond(&*conduct, &host, request).await }
        });
        // Callers hang up, and cut streams end here as well.
        let _ = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(far), service).await;
    });
    Ok(near)
}

async fn respond(conduct: &impl Conduct, host: &str, request: Request<Incoming>) -> Result<Answered, io::Error> {
    let Some(body) = request.into_body().into_collected(LARGEST_REQUEST).await else {
        return Ok(invalid("The request body is broken or too large.", None, None));
    };
    let request = match ChatRequest::parse(&body) {
        Ok(request) => request,
        Err(message) => return Ok(invalid(&message, None, None)),
    };
    let behaviour = conduct.next(Called { host, model: &request.model, seed: request.seed() });
    match &behaviour.end {
        End::Silence => std::future::pending().await,
        _ => tokio::time::sleep(behaviour.after).await,
    }
    match &behaviour.end {
        End::Hangup => Err(io::Error::other("the connection was to be closed here")),
        End::Status { status, retry_after, code } => Ok(error(*status, *retry_after, code.as_deref())),
        _ if behaviour.refuses_prefill && request.begun().is_some() => {
            Ok(invalid("The last message must be the user's.", Some("messages"), None))
        }
        _ => Ok(answer(&request, &behaviour).await),
    }
}

fn error(status: u16, retry_after: Option<Duration>, code: Option<&str>) -> Answered {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match code {
        None if status.is_server_error() => failing(status),
        code => {
            let kind = if status == StatusCode::TOO_MANY_REQUESTS { "requests" } else { "invalid_request_error" };
            let message = "This was made to fail.";
            json(status, &ErrorBody { message, kind, param: None, code }.to_json())
        }
    };
    if let Some(wait) = retry_after {
        let (name, number) = match wait.subsec_millis() {
            0 => (RETRY_AFTER, wait.as_secs()),
            _ => (RETRY_AFTER_MS, crate::exchange::millis(wait)),
        };
        response.headers_mut().insert(name, HeaderValue::from(number));
    }
    response
}

async fn answer(request: &ChatRequest, behaviour: &Behaviour) -> Answered {
    let most = request.max_output_tokens().and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
    let begun = request.begun().map_or(0, |begun| begun.split_whitespace().count()).min(behaviour.tokens);
    let count = (behaviour.tokens - begun).min(most);
    let (tokens, pace) = said(begun, count, behaviour);
    let (pieces, answers) =
        (tokens.len(), [Answer { form: Form::Text, tokens, cut_by_length: behaviour.tokens - begun > most }]);
    let input_tokens = behaviour.input_tokens.unwrap_or_else(|| tokens::count_prompt(&request.messages));
    let usage = Usage { input_tokens, output_tokens: count as u64 };
    let envelope = Envelope::new(1, &request.model);
    let kept = |after: usize| if pieces == count { after } else { after * pieces / count.max(1) };
    let (kept, ending) = match behaviour.end {
        End::Stall(after) => (kept(after), Ending::Stall),
        End::Cut(after) => (kept(after), Ending::Cut),
        End::Garbled(after) => (kept(after), Ending::Clean),
        _ => (usize::MAX, Ending::Clean),
    };
    if !request.streams() {
        pace.wait_for_token(pieces.saturating_sub(1)).await;
        if ending == Ending::Stall {
            std::future::pending::<Infallible>().await;
        }
        let mut whole = json(StatusCode::OK, &envelope.completion(&answers, usage));
        if matches!(behaviour.end, End::Garbled(_)) {
            *whole.body_mut() = Either::Left(Full::from(GARBAGE));
        }
        return whole;
    }
    let mut events = events(request, &envelope, &answers, usage, pace);
    if behaviour.end == End::Undone {
        events.pop_back();
    }
    // The event that opens the choice comes before its tokens.
    events.truncate(kept.saturating_add(1));
    if matches!(behaviour.end, End::Garbled(_)) {
        let at = events.back().map_or(Duration::ZERO, |event| event.at);
        events.push_back(Event { at, bytes: Bytes::from(format!("data: {GARBAGE}\n\n")) });
    }
    stream(events, ending)
}

/// The beginning of an answer.
const GARBAGE: &str = "{\"choices\":[{\"ind";

/// The words of an answer with so many tokens after those that it has begun with, piece by piece, and when they are said: the first token stands alone, and the
/// last piece ends when the last token would.
fn said(begun: usize, count: usize, behaviour: &Behaviour) -> (Vec<String>, Pace) {
    let each = count.saturating_sub(1).div_ceil(behaviour.events.saturating_sub(1).max(1)).max(1);
    let word = |number: usize| format!("word{} ", begun + number);
    let mut pieces: Vec<String> = (0..count.min(1)).map(word).collect();
    pieces.extend((1..count).step_by(each).map(|from| (from..count.min(from + each)).map(word).collect::<String>()));
    let per_token = match (count.saturating_sub(1), pieces.len().saturating_sub(1)) {
        (tokens, later) if later == 0 || tokens == later => behaviour.per_token,
        (tokens, later) => {
            let all = behaviour.per_token.saturating_mul(u32::try_from(tokens).unwrap_or(u32::MAX));
            all / u32::try_from(later).unwrap_or(u32::MAX)
        }
    };
    (pieces, Pace { first_token: behaviour.first_token, per_token })
}
