//! The heads of answers: what every caller is told of how its request was served (R29), on success and on error.

use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use serde_json::{Map, Value};

use crate::decision::SendPlan;
use crate::error::ApiError;
use crate::exchange::Exchange;
use crate::gateway::now_ms;
use crate::ledger::{CostState, Entry};
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
/// How near the tightest budget is to its end, without an amount (R24).
const BUDGET_LEFT: HeaderName = HeaderName::from_static("x-fingerpost-budget-remaining-percent");
const COST: HeaderName = HeaderName::from_static("x-fingerpost-cost-usd");
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
pub fn of_waiting(id: &str, route: &str) -> Response<()> {
    let mut head = Response::new(());
    let headers = head.headers_mut();
    put_id(headers, id);
    put(headers, ROUTE, route);
    put_stream(headers);
    head
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
        ("cost_usd", known_cost(exchange).map(|cost| Value::from(cost.to_string()))),
    ];
    facts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
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
    if error.forbids_retry() {
        headers.insert(SHOULD_RETRY, HeaderValue::from_static("false"));
    }
    put_id(headers, id);
    head
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
    if let Some(mark) = &plan.degraded {
        put(headers, DEGRADED, mark);
    }
    head
}

fn put_story(headers: &mut HeaderMap, exchange: &Exchange, attempts: usize) {
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
        put(headers, POLICY, &format!("{}; digest={}", generation.name(), generation.module().key().short()));
    }
}

/// Says the cost where all of it is known.
fn put_cost(headers: &mut HeaderMap, exchange: &Exchange) {
    if let Some(cost) = known_cost(exchange) {
        put(headers, COST, &cost.to_string());
    }
}

fn known_cost(exchange: &Exchange) -> Option<NanoUsd> {
    let is_known = exchange.entries.iter().all(|entry| entry.cost_state != CostState::Unknown);
    is_known.then(|| exchange.entries.iter().map(Entry::billed).sum())
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
