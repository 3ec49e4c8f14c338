//! One request end to end: who asks, what for, which route; then `fallback.rs` serves it; then the books are closed.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use tokio::time::Instant;

use crate::attributes::{attributes, class_of, session_name, who};
use crate::authenticate::authenticate;
use crate::boundary::Allowed;
use crate::dialect::openai::chunk::MAX_CHOICES;
use crate::dialect::openai::request::ChatRequest;
use crate::downstream::{Sink, with_heartbeat};
use crate::error::ApiError;
use crate::exchange::Exchange;
use crate::fallback::{Ended, carry_out};
use crate::gateway::{Caller, Gateway, RouteState, State, now_ms};
use crate::ids::Id;
use crate::session::{Scope, Sitting};
use crate::{headers, record};

/// How long a body may take to arrive: 32 MiB in a minute need 4.5 Mbit/s.
const BODY_TIME: Duration = Duration::from_secs(60);

/// Serves one chat completion, from the head of the request to its record.
pub async fn serve(gateway: Arc<Gateway>, request: Request<Incoming>, sink: Sink) {
    let arrival = Arrival { id: Id::new(), at: Instant::now(), ms: now_ms() };
    gateway.metrics.in_flight.inc();
    match begin(&gateway, &arrival, request).await {
        Ok(mut exchange) => {
            let ended = carry(&gateway, &mut exchange, &sink).await;
            record::close(exchange, ended).await;
        }
        Err((error, caller)) => {
            gateway.metrics.refused(static_code(&error));
            sink.answer(headers::of_plain_error(&error, &arrival.id.text), error.body());
            if let Some(caller) = caller {
                record::hand_over(&gateway, record::turned_away(&arrival, &caller, &error), Vec::new()).await;
            }
        }
    }
    gateway.metrics.in_flight.dec();
}

/// Carries an exchange to its end; a stream that has nothing to say for long gets signs of life meanwhile.
async fn carry(gateway: &Gateway, exchange: &mut Exchange, sink: &Sink) -> Ended {
    if !exchange.chat.stream {
        return carry_out(exchange, sink).await;
    }
    let every = gateway.state.load().config.server.heartbeat;
    let (id, route) = (Arc::clone(&exchange.id), Arc::clone(&exchange.route));
    let head = move || headers::of_waiting(&id, &route.setting.name);
    with_heartbeat(carry_out(exchange, sink), sink, every, head).await
}

/// When a request arrived, and as what.
#[derive(Debug)]
pub struct Arrival {
    /// Its id, with the seed of all its decisions.
    pub id: Id,
    /// On the clock that never goes back.
    pub at: Instant,
    /// Milliseconds since the Unix epoch.
    pub ms: u64,
}

type Refusal = (ApiError, Option<Arc<Caller>>);

/// From a request's head to an exchange that can be decided about.
async fn begin(gateway: &Arc<Gateway>, arrival: &Arrival, request: Request<Incoming>) -> Result<Exchange, Refusal> {
    let caller = authenticate(request.headers(), &gateway.keys.load()).map_err(|error| (error, None))?;
    let known = |error| (error, Some(Arc::clone(&caller)));
    let state = gateway.state.load_full();
    let (head, body) = request.into_parts();
    let body = read(body, state.config.server.max_body_bytes).await.map_err(known)?;
    let chat = ChatRequest::parse(&body).map_err(known)?;
    if chat.choices == 0 || chat.choices > MAX_CHOICES {
        let message = format!("`n` must lie between 1 and {MAX_CHOICES}.");
        return Err(known(ApiError::invalid("invalid_value", message).about("n")));
    }
    let (route, requested_target) = find_route(&state, &caller, &head.headers, &chat).map_err(known)?;
    Ok(exchange(gateway, arrival, caller.clone(), route, requested_target, &head.headers, chat, body))
}

#[allow(clippy::too_many_arguments, reason = "these are the independent parts that a request is put together from")]
fn exchange(
    gateway: &Arc<Gateway>,
    arrival: &Arrival,
    caller: Arc<Caller>,
    route: Arc<RouteState>,
    requested_target: Option<u16>,
    headers: &HeaderMap,
    chat: ChatRequest,
    body: Bytes,
) -> Exchange {
    let class = class_of(&route, &caller, headers, &chat);
    let estimate =
        |target: &Arc<crate::catalog::Target>| target.estimate(chat.input_tokens, chat.max_output_tokens, chat.choices);
    let sitting = sitting(gateway, arrival, &caller, &route, headers, &chat);
    Exchange {
        gateway: Arc::clone(gateway),
        id: Arc::clone(&arrival.id.text),
        arrived: arrival.at,
        received_at: arrival.ms,
        who: who(&route, &caller, headers, &chat),
        attributes: attributes(&route, &caller, headers, &chat),
        generation: route.policy.current(),
        bounds: route.bounds(class).clone().narrowed(&caller.key.bounds),
        allowed: Allowed::of(&route.targets, [&caller.tenant.boundary, &caller.key.boundary]),
        sitting,
        estimates: route.targets.iter().map(estimate).collect(),
        class,
        seed: arrival.id.seed,
        requested_target,
        caller,
        route,
        chat,
        body,
        intended: None,
        tried: Vec::new(),
        attempts: Vec::new(),
        failures: Vec::new(),
        entries: Vec::new(),
        decisions: Vec::new(),
        cause: None,
        probing: None,
        waiting: None,
        reservation: None,
        reserved_at: None,
        marks: Vec::new(),
        begun: None,
    }
}

/// The session that the request names, as it is now.
fn sitting(
    gateway: &Gateway,
    arrival: &Arrival,
    caller: &Caller,
    route: &RouteState,
    headers: &HeaderMap,
    chat: &ChatRequest,
) -> Option<Sitting> {
    let name = session_name(route, caller, headers, chat)?;
    let scope = Scope { tenant: &caller.tenant.name, route: &route.setting.name };
    gateway.sessions.attend(scope, name, route.setting.session.idle, arrival.at)
}

async fn read(body: Incoming, at_most: usize) -> Result<Bytes, ApiError> {
    let collecting = tokio::time::timeout(BODY_TIME, Limited::new(body, at_most).collect());
    let Ok(collected) = collecting.await else {
        return Err(ApiError::new(StatusCode::REQUEST_TIMEOUT, "invalid_request_error", "request_timeout")
            .saying("The request body did not arrive within a minute."));
    };
    match collected {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "invalid_request_error", "request_too_large")
                .saying(format!("The request body is larger than the {at_most} bytes that this gateway takes.")))
        }
        Err(_) => Err(ApiError::invalid("incomplete_body", "The request body ended before it was whole.")),
    }
}

/// The route that a header, the `model` field or the key's default names (R2), and the target where the caller named one.
fn find_route(
    state: &State,
    caller: &Caller,
    headers: &HeaderMap,
    chat: &ChatRequest,
) -> Result<(Arc<RouteState>, Option<u16>), ApiError> {
    let key = &caller.key;
    let may_use =
        |route: &&Arc<RouteState>| key.routes.as_ref().is_none_or(|routes| routes.contains(&route.setting.name));
    let route = |name: &str| state.routes.get(name).filter(may_use);
    let by_header = match headers.get("x-fingerpost-route").map(|value| value.to_str().unwrap_or_default()) {
        Some(name) => {
            Some(route(name).ok_or_else(|| unknown_route(state, may_use, "The header `x-fingerpost-route`", name))?)
        }
        None => None,
    };
    if let Some(found) = by_header.or_else(|| route(&chat.model)) {
        return Ok((Arc::clone(found), named_target(found, caller, &chat.model)));
    }
    match key.default_route.as_ref().and_then(|name| route(name)) {
        Some(found) => Ok((Arc::clone(found), named_target(found, caller, &chat.model))),
        None => Err(unknown_route(state, may_use, "`model`", &chat.model)),
    }
}

/// The index of the target that `model` names, where the key may name one.
fn named_target(route: &RouteState, caller: &Caller, model: &str) -> Option<u16> {
    let index = route.place_of(model).filter(|_| caller.key.may_name_targets)?;
    u16::try_from(index).ok()
}

fn unknown_route(state: &State, may_use: impl Fn(&&Arc<RouteState>) -> bool, place: &str, name: &str) -> ApiError {
    let mut names: Vec<_> = state.routes.values().filter(&may_use).map(|route| &*route.setting.name).collect();
    names.sort_unstable();
    let name: String = name.chars().take(128).collect();
    let message = format!("{place} names no route that this key may use: `{name}`. It may use: {}.", names.join(", "));
    ApiError::new(StatusCode::NOT_FOUND, "invalid_request_error", "model_not_found").saying(message).about("model")
}

/// A code for metrics: those of refusals before a route are all our own.
fn static_code(error: &ApiError) -> &'static str {
    match error.code {
        std::borrow::Cow::Borrowed(code) => code,
        std::borrow::Cow::Owned(_) => "other",
    }
}
