//! One try at one target: send, wait for the head, judge it. What comes out is an answer that can be given to the caller, or
//! a failure with what it may have cost.

mod shape;

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body::Body as _;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use tokio::time::Instant;

use crate::catalog::Target;
use crate::config::AttemptLimits;
use crate::decision::SendPlan;
use crate::dialect::openai::answer::{self, AnswerFault};
use crate::dialect::openai::chunk::EventFault;
use crate::dialect::openai::continuation::{Continuation, How};
use crate::dialect::openai::delivered::Channel;
use crate::dialect::openai::failure::{from_answer, from_error_object};
use crate::dialect::openai::request::ChatRequest;
use crate::dialect::openai::{assemble, edit, stored};
use crate::outcome::{Failure, Kind, Phase};
use crate::policy::wire::Hold;
use crate::stream::{Opening, Tally, Uncommitted};
use crate::upstream::{Body, Deadlines, Upstream, interrupted};
use shape::Arriving;

/// How much of an error answer is read.
const ERROR_BYTES: usize = 64 << 10;

/// How long is waited for it.
const ERROR_TIME: Duration = Duration::from_secs(2);

/// What the caller asked for.
#[derive(Debug)]
pub struct Asked<'a> {
    /// What is known of the request.
    pub chat: &'a ChatRequest,
    /// Its body as it came.
    pub body: &'a Bytes,
    /// The request's own deadline.
    pub deadline: Instant,
    /// By how much a caller that does not read may put that off.
    pub patience: Duration,
    /// What rewrites the events, where the stream continues a broken one.
    pub continuation: Option<Continuation>,
    /// The largest plain answer, and the most that a hold keeps, in bytes.
    pub answer_bytes: usize,
}

/// An answer that can be given to the caller.
#[allow(clippy::large_enum_variant, reason = "it is moved once, from the attempt to whoever gives it on")]
pub enum Got {
    /// A whole, judged answer.
    Whole {
        /// Its body: as it came, but for what clients would stumble over.
        body: Bytes,
        /// What it came to. Its first token is its head, unless it was called as a stream.
        tally: Tally,
    },
    /// A stream whose hold is satisfied.
    Stream(Uncommitted),
}

/// A failed attempt with what it came to.
#[derive(Debug)]
pub struct Failed {
    /// What went wrong.
    pub failure: Failure,
    /// What had come.
    pub tally: Tally,
}

impl From<Failure> for Failed {
    fn from(failure: Failure) -> Self {
        Self { failure, tally: Tally::default() }
    }
}

/// Tries a target once.
///
/// # Errors
/// With the failure, when there is no right answer within the limits.
pub async fn attempt(upstream: &Upstream, target: &Target, plan: &SendPlan, asked: Asked<'_>) -> Result<Got, Failed> {
    let started = Instant::now();
    let total = (started + plan.limits.total).min(asked.deadline);
    let deadlines = Deadlines { connect: started + plan.limits.connect, head: started + plan.limits.first_byte, total };
    let response = upstream.deliver(|| request(target, plan, &asked), &target.metrics.resends, deadlines).await?;
    let head = started.elapsed();
    if !response.status().is_success() {
        let failure = with_prefill(plan, refused(response, total).await);
        if plan.as_stream && !asked.chat.stream && is_about_streams(&failure) {
            // The caller wants no stream. Without one the head comes with the whole answer.
            let limits = AttemptLimits { first_byte: plan.limits.total, ..plan.limits };
            let plain = SendPlan { as_stream: false, limits, ..plan.clone() };
            return Box::pin(attempt(upstream, target, &plain, asked)).await;
        }
        return Err(failure.into());
    }
    let chat = asked.chat;
    let late = if chat.stream || plan.as_stream {
        (total.min(started + plan.limits.first_token), Kind::FirstTokenTimeout)
    } else {
        (total, Kind::TotalTimeout)
    };
    let mut arriving = shape::of(response, late, total).await?;
    let mut usage = None;
    if !arriving.is_events {
        let body = read_whole(arriving, asked.answer_bytes, total).await?;
        let tally = Tally { first_token: Some(head), ..Tally::default() };
        let (body, tally) = judge_whole(body, tally)?;
        if !chat.stream {
            return Ok(Got::Whole { body, tally });
        }
        usage = tally.usage;
        arriving = streamed(&body, chat.include_usage && usage.is_some())?;
    }
    let opening = Opening {
        hold: if chat.stream { plan.hold } else { Hold::All },
        choices: chat.choices,
        usage,
        keeps_delivered: chat.stream && chat.is_resumable,
        continuation: asked.continuation,
        strip_usage: chat.stream && !chat.include_usage,
        limits: plan.limits,
        started,
        deadline: total,
        patience: asked.patience,
        held_bytes: asked.answer_bytes,
    };
    let opened = Uncommitted::open(arriving.body, arriving.ahead, opening).await;
    let stream = opened.map_err(|(failure, tally)| Failed { failure, tally })?;
    if chat.stream {
        return Ok(Got::Stream(stream));
    }
    let tally = stream.tally();
    let body = match assemble::completion(stream.into_whole()) {
        Ok(body) => body,
        Err(fault) => return Err(Failed { failure: answer_failure(&fault.into()), tally }),
    };
    let (body, tally) = judge_whole(body, tally)?;
    Ok(Got::Whole { body, tally })
}

/// A plain answer, judged, as the stream that was asked for.
fn streamed(body: &[u8], include_usage: bool) -> Result<Arriving, Failure> {
    let unreadable = || Failure::new(Kind::Garbled, Phase::Body, "the answer could not be made a stream");
    let ahead = stored::as_stream(body, include_usage).ok_or_else(unreadable)?;
    Ok(Arriving { body: Body::Over, ahead, is_events: true })
}

/// The body of a plain answer as the caller gets it, if it is a whole, right one, and what it came to. `tally` is what was told
/// of it on the way, if it came as a stream.
#[allow(clippy::result_large_err, reason = "it is moved once, from the attempt to its booking")]
fn judge_whole(body: Bytes, tally: Tally) -> Result<(Bytes, Tally), Failed> {
    match answer::read(&body) {
        Ok(read) => {
            let body = read.body(&body);
            let tally = Tally {
                usage: tally.usage.or(read.usage),
                output_tokens_seen: tally.output_tokens_seen.max(read.written.tokens()),
                output_tokens_least: read.written.least_tokens(),
                unknown_finish: tally.unknown_finish.or(read.unknown_finish),
                ..tally
            };
            Ok((body, tally))
        }
        Err(fault) => {
            // What came was produced, and so billed, however useless it is; an error object is nothing that a model says.
            let is_error = matches!(fault, AnswerFault::Event(EventFault::ErrorObject(_)));
            let usage = tally.usage.or_else(|| answer::usage(&body));
            let output_tokens_seen = if is_error || usage.is_some() { 0 } else { body.len() as u64 / 4 };
            let tally = Tally { usage, output_tokens_seen, ..tally };
            Err(Failed { failure: answer_failure(&fault), tally })
        }
    }
}

/// Whether a provider refuses a request for being a stream: some models have none, and OpenAI wants to know an organization
/// before it streams others.
fn is_about_streams(failure: &Failure) -> bool {
    matches!(failure.kind, Kind::InvalidRequest | Kind::Unsupported)
        && failure.detail.to_ascii_lowercase().contains("stream")
}

/// A target that refuses an answer which has begun may still serve the request as it is.
fn with_prefill(plan: &SendPlan, mut failure: Failure) -> Failure {
    if plan.resume == Some(How::Prefill) && matches!(failure.kind, Kind::InvalidRequest | Kind::Unsupported) {
        failure.kind = Kind::PrefillRefused;
    }
    failure
}

fn request(target: &Target, plan: &SendPlan, asked: &Asked<'_>) -> Request<Full<Bytes>> {
    let begun = asked.continuation.as_ref().filter(|_| plan.resume == Some(How::Prefill));
    let begun = begun.map(|continuation| continuation.seen().text(Channel::Content));
    let is_stream = asked.chat.stream || plan.as_stream;
    let changes = edit::Changes {
        model: &target.setting.model,
        as_stream: plan.as_stream,
        prefill: begun.zip(target.setting.prefill),
        ask_usage: target.setting.stream_usage,
        max_output_tokens: plan.max_output_tokens,
        output_limit: target.setting.output_limit,
    };
    let mut request = Request::new(Full::new(edit::apply(asked.body, asked.chat, &changes)));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = target.chat.clone();
    let headers = request.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    // Events have to be read as they come, so nothing compressed is asked for.
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    let accept = if is_stream { "text/event-stream" } else { "application/json" };
    headers.insert(ACCEPT, HeaderValue::from_static(accept));
    if let Some(authorization) = &target.authorization {
        headers.insert(AUTHORIZATION, authorization.clone());
    }
    request
}

/// Reads an answer to its end, at most so many bytes. How it trickles in says nothing: a plain answer has no tokens to wait for.
async fn read_whole(arriving: Arriving, at_most: usize, deadline: Instant) -> Result<Bytes, Failure> {
    let Arriving { body, ahead, .. } = arriving;
    let Some(left) = at_most.checked_sub(ahead.len()) else { return Err(too_large()) };
    // An answer that comes in one piece is not copied.
    if body.is_end_stream() {
        return Ok(ahead);
    }
    let mut body = Limited::new(body, left);
    let mut whole = BytesMut::from(ahead);
    loop {
        let Ok(frame) = tokio::time::timeout_at(deadline, body.frame()).await else {
            return Err(Failure::new(Kind::TotalTimeout, Phase::Body, "the answer went on too slowly"));
        };
        match frame {
            None => return Ok(whole.freeze()),
            Some(Err(error)) => return Err(cut_off(&*error)),
            Some(Ok(frame)) => {
                let Ok(data) = frame.into_data() else { continue };
                if whole.is_empty() && body.is_end_stream() {
                    return Ok(data);
                }
                whole.extend_from_slice(&data);
            }
        }
    }
}

/// What an error means that ends a body early.
fn cut_off(error: &(dyn std::error::Error + Send + Sync + 'static)) -> Failure {
    if error.is::<LengthLimitError>() { too_large() } else { interrupted(error, Phase::Body) }
}

fn too_large() -> Failure {
    Failure::new(Kind::Garbled, Phase::Body, "the answer is larger than `server.max_answer`")
}

/// Reads as much of an error answer as tells what went wrong. Its status says most of it, so a slow body is not waited for.
async fn refused(response: Response<Body>, deadline: Instant) -> Failure {
    let (head, body) = response.into_parts();
    let deadline = deadline.min(Instant::now() + ERROR_TIME);
    let arriving = Arriving { body, ahead: Bytes::new(), is_events: false };
    let body = read_whole(arriving, ERROR_BYTES, deadline).await.unwrap_or_default();
    from_answer(head.status, &head.headers, &body)
}

fn answer_failure(fault: &AnswerFault) -> Failure {
    let mut failure = match fault {
        AnswerFault::Event(EventFault::ErrorObject(body)) => from_error_object(body, Phase::Body),
        AnswerFault::Event(EventFault::FailedFinish(_)) => {
            Failure::new(Kind::StreamError, Phase::Body, fault.to_string())
        }
        AnswerFault::Event(EventFault::Garbled(_)) => Failure::new(Kind::Garbled, Phase::Body, fault.to_string()),
        AnswerFault::NoChoices | AnswerFault::Unfinished | AnswerFault::SaysNothing => {
            Failure::new(Kind::Empty, Phase::Body, fault.to_string())
        }
    };
    failure.status = Some(StatusCode::OK.as_u16());
    failure
}
