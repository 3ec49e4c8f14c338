//! One request to a simulated provider and its answer, in OpenAI's dialect. What the model says is left to `answer.rs`,
//! what it looks like to `wire.rs`.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Either, Full, Limited};
use hyper::body::Incoming;
use serde_json::Value;

use super::Condition;
use super::answer::{self, Answer};
use super::draw::Draw;
use super::request::ChatRequest;
use super::server::Provider;
use super::stream::{Ending, Event, EventBody};
use super::tokens;
use super::wire::{self, Envelope, ErrorBody, Usage};

/// The largest request that is read, in bytes: room for a few pictures.
pub(super) const LARGEST_REQUEST: usize = 64 << 20;

/// An answer on its way out.
pub(super) type Answered = Response<Either<Full<Bytes>, EventBody>>;

/// Answers one request.
pub(super) async fn respond(provider: &Provider, request: Request<Incoming>) -> Answered {
    if let Some(refusal) = refuse(provider, &request) {
        return refusal;
    }
    match (request.method(), request.uri().path()) {
        (&Method::POST, "/v1/chat/completions") => match request.into_body().into_collected(LARGEST_REQUEST).await {
            Some(body) => complete(provider, &body).await,
            None => invalid("The request body is broken or too large.", None, None),
        },
        (&Method::GET, "/v1/models") => json(StatusCode::OK, &wire::models(&provider.name, &provider.models)),
        (method, path) => {
            let message = format!("Unknown request URL: {method} {path}.");
            let body =
                ErrorBody { message: &message, kind: "invalid_request_error", param: None, code: Some("unknown_url") };
            json(StatusCode::NOT_FOUND, &body.to_json())
        }
    }
}

/// The answer to a request that the key or the provider's condition keeps from being served.
fn refuse(provider: &Provider, request: &Request<Incoming>) -> Option<Answered> {
    let bearer = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    if !provider.control.admits(bearer.and_then(|value| value.strip_prefix("Bearer "))) {
        let body = ErrorBody {
            message: "Incorrect API key provided.",
            kind: "invalid_request_error",
            param: None,
            code: Some("invalid_api_key"),
        };
        return Some(json(StatusCode::UNAUTHORIZED, &body.to_json()));
    }
    match provider.control.condition() {
        Condition::Healthy | Condition::Slow { .. } | Condition::CutsStreams => None,
        Condition::Down => Some(failing(StatusCode::SERVICE_UNAVAILABLE)),
        Condition::Failing { status } => {
            Some(failing(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)))
        }
        Condition::RateLimited { retry_after_s } => Some(rate_limited(retry_after_s)),
    }
}

pub(super) fn failing(status: StatusCode) -> Answered {
    let body = ErrorBody {
        message: "The server had an error while processing your request. Sorry about that!",
        kind: "server_error",
        param: None,
        code: None,
    };
    json(status, &body.to_json())
}

fn rate_limited(retry_after_s: u32) -> Answered {
    let body = ErrorBody {
        message: "Rate limit reached for requests per minute. Please try again later.",
        kind: "requests",
        param: None,
        code: Some("rate_limit_exceeded"),
    };
    let mut answered = json(StatusCode::TOO_MANY_REQUESTS, &body.to_json());
    answered.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after_s));
    answered
}

/// Answers a chat completion request.
async fn complete(provider: &Provider, body: &[u8]) -> Answered {
    let request = match ChatRequest::parse(body) {
        Ok(request) => request,
        Err(message) => return invalid(&message, None, None),
    };
    let input_tokens = tokens::count_prompt(&request.messages);
    let Some(model) = provider.models.iter().find(|model| model.name == request.model) else {
        return unknown_model(&request.model);
    };
    if model.context_window > 0 && input_tokens > u64::from(model.context_window) {
        let message = format!(
            "This model's maximum context length is {} tokens. However, your messages resulted in {input_tokens} tokens.",
            model.context_window
        );
        return invalid(&message, Some("messages"), Some("context_length_exceeded"));
    }
    let seed = provider.behaviour.seed;
    let composed: Result<Vec<Answer>, String> =
        (0..request.choices()).map(|choice| answer::compose(&request, &provider.name, seed, choice)).collect();
    let answers = match composed {
        Ok(answers) => answers,
        Err(message) => return invalid(&message, Some("tool_choice"), None),
    };
    let usage = Usage { input_tokens, output_tokens: answers.iter().map(Answer::output_tokens).sum() };
    let envelope = Envelope::new(answer_number(provider), &request.model);
    let pace = Pace::of(provider);
    if request.streams() {
        let events = events(&request, &envelope, &answers, usage, pace);
        cut_in_the_middle(events, provider.control.condition() == Condition::CutsStreams)
    } else {
        let longest = answers.iter().map(|answer| answer.tokens.len()).max().unwrap_or(0);
        pace.wait_for_token(longest.saturating_sub(1)).await;
        json(StatusCode::OK, &envelope.completion(&answers, usage))
    }
}

/// A number that no other answer has: of this process by the count, of another by the clock.
fn answer_number(provider: &Provider) -> u64 {
    let count = provider.answers.fetch_add(1, Ordering::Relaxed);
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.subsec_nanos());
    Draw::new(count, &[&provider.name], clock).next()
}

/// When tokens are there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    pub(super) first_token: Duration,
    pub(super) per_token: Duration,
}

impl Pace {
    fn of(provider: &Provider) -> Self {
        let factor = match provider.control.condition() {
            Condition::Slow { factor } => factor,
            _ => 1,
        };
        Self {
            first_token: provider.behaviour.first_token.saturating_mul(factor),
            per_token: provider.behaviour.per_token.saturating_mul(factor),
        }
    }

    fn at(self, token: usize) -> Duration {
        self.first_token.saturating_add(self.per_token.saturating_mul(u32::try_from(token).unwrap_or(u32::MAX)))
    }

    pub(super) async fn wait_for_token(self, token: usize) {
        let at = self.at(token);
        if !at.is_zero() {
            tokio::time::sleep(at).await;
        }
    }
}

/// All events of a stream: each choice opens, the choices take turns at their tokens, each finishes.
pub(super) fn events(
    request: &ChatRequest,
    envelope: &Envelope,
    answers: &[Answer],
    usage: Usage,
    pace: Pace,
) -> VecDeque<Event> {
    let wants_usage = request.wants_usage();
    let longest = answers.iter().map(|answer| answer.tokens.len()).max().unwrap_or(0);
    let mut events = VecDeque::new();
    for (index, answer) in answers.iter().enumerate() {
        let delta = wire::opening_delta(&answer.form);
        events.push_back(event(pace.at(0), &envelope.chunk(index, &delta, None, wants_usage)));
    }
    for turn in 0..longest {
        for (index, answer) in answers.iter().enumerate() {
            if let Some(token) = answer.tokens.get(turn) {
                let delta = wire::token_delta(&answer.form, token);
                events.push_back(event(pace.at(turn), &envelope.chunk(index, &delta, None, wants_usage)));
            }
        }
    }
    let end = pace.at(longest.saturating_sub(1));
    for (index, answer) in answers.iter().enumerate() {
        let empty = Value::Object(serde_json::Map::new());
        events.push_back(event(end, &envelope.chunk(index, &empty, Some(answer.finish_reason()), wants_usage)));
    }
    if wants_usage {
        events.push_back(event(end, &envelope.usage_chunk(usage)));
    }
    events.push_back(Event { at: end, bytes: Bytes::from_static(b"data: [DONE]\n\n") });
    events
}

/// The whole stream, or its first half and a cut.
fn cut_in_the_middle(mut events: VecDeque<Event>, cut: bool) -> Answered {
    if !cut {
        return stream(events, Ending::Clean);
    }
    events.truncate(events.len() / 2);
    stream(events, Ending::Cut)
}

fn event(at: Duration, chunk: &Value) -> Event {
    Event { at, bytes: Bytes::from(format!("data: {chunk}\n\n")) }
}

pub(super) fn stream(events: VecDeque<Event>, ending: Ending) -> Answered {
    let mut answered = Response::new(Either::Right(EventBody::new(events, ending)));
    answered.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8"));
    answered.headers_mut().insert("cache-control", HeaderValue::from_static("no-cache"));
    answered
}

pub(super) fn invalid(message: &str, param: Option<&str>, code: Option<&str>) -> Answered {
    let body = ErrorBody { message, kind: "invalid_request_error", param, code };
    json(StatusCode::BAD_REQUEST, &body.to_json())
}

fn unknown_model(model: &str) -> Answered {
    let message = format!("The model `{model}` does not exist or you do not have access to it.");
    let body =
        ErrorBody { message: &message, kind: "invalid_request_error", param: None, code: Some("model_not_found") };
    json(StatusCode::NOT_FOUND, &body.to_json())
}

pub(super) fn json(status: StatusCode, value: &Value) -> Answered {
    let mut answered = Response::new(Either::Left(Full::from(value.to_string())));
    *answered.status_mut() = status;
    answered.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answered
}

/// Reading a body whole.
pub(super) trait IntoCollected {
    /// Its bytes; none if it breaks or is larger than that.
    async fn into_collected(self, limit: usize) -> Option<Bytes>;
}

impl IntoCollected for Incoming {
    async fn into_collected(self, limit: usize) -> Option<Bytes> {
        Limited::new(self, limit).collect().await.ok().map(http_body_util::Collected::to_bytes)
    }
}
