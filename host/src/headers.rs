//! The heads of answers: what every caller is told of how its request was served (R29), on success and on error.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, LOCATION, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use http_body::Body;
use serde_json::{Map, Value};

use crate::answers::Source;
use crate::body::{ACCEPTED, UNSUPPORTED_ENCODING};
use crate::decision::SendPlan;
use crate::downstream::AnswerBody;
use crate::error::ApiError;
use crate::exchange::Exchange;
use crate::gateway::now_ms;
use crate::ledger::{CostState, Entry};
use crate::limits::Standing;
use crate::money::NanoUsd;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-fingerpost-request-id");
/// The header that OpenAI's own SDKs read the request id from.
const OPENAI_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const ROUTE: HeaderName = HeaderName::from_static("x-fingerpost-route");
const TARGET: HeaderName = HeaderName::from_static("x-fingerpost-target");
const MODEL: HeaderName = HeaderName::from_static("x-fingerpost-model");
const INTENDED: HeaderName = HeaderName::from_static("x-fingerpost-intended-target");
const ATTEMPTS: HeaderName = HeaderName::from_static("x-fingerpost-attempts");
const FALLBACK_REASON: HeaderName = HeaderName::from_static("x-fingerpost-fallback-reason");
const DEGRADED: HeaderName = HeaderName::from_static("x-fingerpost-degraded");
const POLICY: HeaderName = HeaderName::from_static("x-fingerpost-policy");
const MAX_OUTPUT_TOKENS: HeaderName = HeaderName::from_static("x-fingerpost-max-output-tokens");
const DEFERRED: HeaderName = HeaderName::from_static("x-fingerpost-deferred");
/// How near the tightest budget is to its end, without an amount (R24).
const BUDGET_LEFT: HeaderName = HeaderName::from_static("x-fingerpost-budget-remaining-percent");
const COST: HeaderName = HeaderName::from_static("x-fingerpost-cost-usd");
const REPLAY: HeaderName = HeaderName::from_static("x-fingerpost-idempotent-replay");
const CACHE: HeaderName = HeaderName::from_static("x-fingerpost-cache");
/// How the request was decided, for a caller that asks and may know: see `disclosure.rs`.
pub const EXPLANATION: HeaderName = HeaderName::from_static("x-fingerpost-explanation");
const ANSWER: HeaderName = HeaderName::from_static("x-fingerpost-answer");
const LIMIT_REQUESTS: HeaderName = HeaderName::from_static("x-ratelimit-limit-requests");
const REMAINING_REQUESTS: HeaderName = HeaderName::from_static("x-ratelimit-remaining-requests");
const RESET_REQUESTS: HeaderName = HeaderName::from_static("x-ratelimit-reset-requests");
const LIMIT_TOKENS: HeaderName = HeaderName::from_static("x-ratelimit-limit-tokens");
const REMAINING_TOKENS: HeaderName = HeaderName::from_static("x-ratelimit-remaining-tokens");
const RESET_TOKENS: HeaderName = HeaderName::from_static("x-ratelimit-reset-tokens");
/// The official SDKs obey this before they look at the status.
const SHOULD_RETRY: HeaderName = HeaderName::from_static("x-should-retry");

/// The head of a whole answer.
#[must_use]
pub fn of_answer(exchange: &Exchange, plan: &SendPlan) -> Response<()> {
    let mut head = served(exchange, plan, exchange.entries.len());
    let headers = head.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    put_cost(headers, exchange);
    head
}

/// The head of a stream, sent before its attempt has ended.
#[must_use]
pub fn of_stream(exchange: &Exchange, plan: &SendPlan) -> Response<()> {
    let mut head = served(exchange, plan, exchange.entries.len() + 1);
    let headers = head.headers_mut();
    put_stream(headers);
    head
}

fn put_stream(headers: &mut HeaderMap) {
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
}

/// The head of a stream of which nothing is known yet but that it goes on: its status stands, and the last chunk tells the
/// rest.
#[must_use]
pub fn of_waiting(id: &str, route: &str, limits: Standing) -> Response<()> {
    let mut head = Response::new(());
    let headers = head.headers_mut();
    put_id(headers, id);
    put(headers, ROUTE, route);
    put_limits(headers, limits);
    put_stream(headers);
    head
}

/// The head of a whole answer that no model gave; a stream comes whole as well.
#[must_use]
pub fn without_model(exchange: &Exchange, source: &Source<'_>) -> Response<()> {
    let mut head = Response::new(());
    let headers = head.headers_mut();
    put_id(headers, &exchange.id);
    put_story(headers, exchange, exchange.entries.len());
    put_cost(headers, exchange);
    match source {
        Source::Cached { age } => put(headers, CACHE, &format!("hit; age={}", age / 1_000)),
        Source::Default { name } => put(headers, ANSWER, &format!("default; name={name}")),
    }
    if exchange.chat.stream {
        put_stream(headers);
    } else {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    head
}

/// The same for the last chunk of a stream whose head is out.
#[must_use]
pub fn facts_without_model(exchange: &Exchange, source: &Source<'_>) -> Map<String, Value> {
    let mut facts = match source {
        Source::Cached { age } => {
            Map::from_iter([("cache".to_owned(), Value::from(format!("hit; age={}", age / 1_000)))])
        }
        Source::Default { name } => {
            Map::from_iter([("answer".to_owned(), Value::from(format!("default; name={name}")))])
        }
    };
    facts.insert("attempts".into(), exchange.entries.len().into());
    if let Some(cause) = exchange.cause.as_deref() {
        facts.insert("fallback_reason".into(), cause.into());
    }
    facts
}

/// The head of an answer to a request that its rate limits did not admit.
#[must_use]
pub fn of_limited(error: &ApiError, id: &str, route: &str, limits: Standing) -> Response<()> {
    let mut head = of_plain_error(error, id);
    put(head.headers_mut(), ROUTE, route);
    put_limits(head.headers_mut(), limits);
    head
}

/// What the tightest limits have left, in the headers that OpenAI's clients read.
fn put_limits(headers: &mut HeaderMap, standing: Standing) {
    let both = [
        (standing.requests, [LIMIT_REQUESTS, REMAINING_REQUESTS, RESET_REQUESTS]),
        (standing.tokens, [LIMIT_TOKENS, REMAINING_TOKENS, RESET_TOKENS]),
    ];
    for (level, [limit, remaining, reset]) in both {
        let Some(level) = level else { continue };
        headers.insert(limit, level.limit.into());
        headers.insert(remaining, level.remaining.into());
        put(headers, reset, &level.reset());
    }
}

/// What the headers of a served request tell, for the last chunk of a stream whose headers could not.
#[must_use]
pub fn facts(exchange: &Exchange, plan: &SendPlan) -> Map<String, Value> {
    let target = &exchange.route.targets[plan.target].setting;
    let intended = exchange.intended.and_then(|index| exchange.route.targets.get(index));
    let facts = [
        ("target", Some(Value::from(&*target.id))),
        ("model", Some(Value::from(&*target.model))),
        ("intended_target", intended.map(|intended| Value::from(&*intended.setting.id))),
        ("attempts", Some(Value::from(exchange.entries.len()))),
        ("fallback_reason", exchange.cause.as_deref().map(Value::from)),
        ("degraded", plan.degraded.as_deref().map(Value::from)),
        ("max_output_tokens", exchange.clamp_of(plan).map(Value::from)),
        ("cost_usd", known_cost(exchange).map(|cost| Value::from(cost.to_string()))),
    ];
    facts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// The head of an answer that only says that there will be one.
#[must_use]
pub fn of_deferred(exchange: &Exchange, job: &str, wait: Duration) -> Response<()> {
    let mut head = Response::new(());
    *head.status_mut() = StatusCode::ACCEPTED;
    let headers = head.headers_mut();
    put_id(headers, &exchange.id);
    put_story(headers, exchange, exchange.entries.len());
    put(headers, DEFERRED, job);
    put(headers, LOCATION, &format!("/v1/deferred/{job}"));
    headers.insert(RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    head
}

/// The head of an error answer.
#[must_use]
pub fn of_error(exchange: &Exchange, error: &ApiError) -> Response<()> {
    let mut head = of_plain_error(error, &exchange.id);
    put_story(head.headers_mut(), exchange, exchange.entries.len());
    put_cost(head.headers_mut(), exchange);
    head
}

/// The head of an error answer to a request that never had a route.
#[must_use]
pub fn of_plain_error(error: &ApiError, id: &str) -> Response<()> {
    let mut head = Response::new(());
    *head.status_mut() = error.status;
    let headers = head.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(wait) = error.retry_after {
        headers.insert(RETRY_AFTER, HeaderValue::from(wait.as_secs() + u64::from(wait.subsec_nanos() > 0)));
    }
    if error.code == UNSUPPORTED_ENCODING {
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(ACCEPTED));
    }
    if error.forbids_retry() {
        headers.insert(SHOULD_RETRY, HeaderValue::from_static("false"));
    }
    put_id(headers, id);
    head
}

/// The answer to a `HEAD` request: the head of what `GET` would get, and nothing else. Over HTTP/2 nobody else would take the
/// body off.
#[must_use]
pub fn without_body(answer: Response<AnswerBody>) -> Response<AnswerBody> {
    let (mut head, body) = answer.into_parts();
    if let Some(length) = body.size_hint().exact().filter(|_| head.status != StatusCode::NO_CONTENT) {
        head.headers.insert(CONTENT_LENGTH, length.into());
    }
    Response::from_parts(head, AnswerBody::whole(Bytes::new()))
}

/// The head of an answer that several requests may get, for the one that asked first: as it is.
#[must_use]
pub fn of_run(status: StatusCode, headers: &HeaderMap) -> Response<()> {
    let mut head = Response::new(());
    *head.status_mut() = status;
    *head.headers_mut() = headers.clone();
    head
}

/// The same for a request that is given another's answer: the story is that of the other; id, cost and limits are its own.
#[must_use]
pub fn of_replay(status: StatusCode, headers: &HeaderMap, id: &str) -> Response<()> {
    let mut head = of_run(status, headers);
    let headers = head.headers_mut();
    let limits: Vec<_> = headers.keys().filter(|name| name.as_str().starts_with("x-ratelimit-")).cloned().collect();
    for name in limits {
        headers.remove(name);
    }
    if headers.remove(COST).is_some() {
        put(headers, COST, &NanoUsd::ZERO.to_string());
    }
    put_id(headers, id);
    headers.insert(REPLAY, HeaderValue::from_static("true"));
    head
}

/// What of a head is kept with its answer: the type of the content, and the story.
#[must_use]
pub fn to_pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    let is_kept = |name: &HeaderName| {
        *name == CONTENT_TYPE
            || *name == CACHE_CONTROL
            || (name.as_str().starts_with("x-fingerpost-") && *name != REQUEST_ID)
    };
    let pair = |(name, value): (&HeaderName, &HeaderValue)| Some((name.to_string(), value.to_str().ok()?.to_owned()));
    headers.iter().filter(|(name, _)| is_kept(name)).filter_map(pair).collect()
}

/// The headers that were kept with an answer.
#[must_use]
pub fn from_pairs(pairs: &[(String, String)]) -> HeaderMap {
    let pair = |(name, value): &(String, String)| Some((name.parse().ok()?, value.parse().ok()?));
    pairs.iter().filter_map(pair).collect::<Vec<(HeaderName, HeaderValue)>>().into_iter().collect()
}

fn served(exchange: &Exchange, plan: &SendPlan, attempts: usize) -> Response<()> {
    let mut head = Response::new(());
    *head.status_mut() = StatusCode::OK;
    let headers = head.headers_mut();
    put_id(headers, &exchange.id);
    put_story(headers, exchange, attempts);
    let target = &exchange.route.targets[plan.target];
    put(headers, TARGET, &target.setting.id);
    put(headers, MODEL, &target.setting.model);
    if let Some(limit) = exchange.clamp_of(plan) {
        headers.insert(MAX_OUTPUT_TOKENS, HeaderValue::from(limit));
    }
    if let Some(mark) = &plan.degraded {
        put(headers, DEGRADED, mark);
    }
    head
}

fn put_story(headers: &mut HeaderMap, exchange: &Exchange, attempts: usize) {
    put_limits(headers, exchange.pass.standing);
    put(headers, ROUTE, &exchange.route.setting.name);
    headers.insert(ATTEMPTS, HeaderValue::from(attempts));
    if let Some(intended) = exchange.intended.and_then(|index| exchange.route.targets.get(index)) {
        put(headers, INTENDED, &intended.setting.id);
    }
    if let Some(cause) = &exchange.cause {
        put(headers, FALLBACK_REASON, cause);
    }
    if let Some(percent) = exchange.gateway.budgets.left_percent_if_near(&exchange.covered(), now_ms()) {
        headers.insert(BUDGET_LEFT, HeaderValue::from(u16::from(percent)));
    }
    if let Some(generation) = &exchange.generation {
        put(headers, POLICY, &format!("{}; digest={}", generation.name(), generation.short()));
    }
}

/// Says the cost where all of it is known.
fn put_cost(headers: &mut HeaderMap, exchange: &Exchange) {
    if let Some(cost) = known_cost(exchange) {
        put(headers, COST, &cost.to_string());
    }
}

/// What all attempts so far cost, where that is known.
pub(crate) fn known_cost(exchange: &Exchange) -> Option<NanoUsd> {
    let is_known = exchange.entries.iter().all(|entry| entry.cost_state != CostState::Unknown);
    is_known.then(|| exchange.entries.iter().map(Entry::billed).sum())
}

/// The id that an answer names.
pub fn id<B>(answer: &Response<B>) -> Option<&str> {
    answer.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok())
}

/// Names the request.
pub fn put_id(headers: &mut HeaderMap, id: &str) {
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id.clone());
        headers.insert(OPENAI_REQUEST_ID, id);
    }
}

/// Names come from the config and tokens from checked decisions, so this never drops one that matters; whatever else has
/// a character that no header may carry is left out rather than mangled.
fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
