//! One request end to end: who asks, what for, which route; then `fallback.rs` serves it; then the books are closed.

use std::sync::Arc;

use bytes::{Buf, Bytes};
use http::header::CONTENT_ENCODING;
use http::{HeaderMap, Request, StatusCode};
use http_body::Body;
use tokio::time::Instant;

use crate::accept::RequestBody;
use crate::attributes::{attributes, class_of, session_name, who};
use crate::authenticate::authenticate;
use crate::body::{BoxError, read};
use crate::boundary::Allowed;
use crate::cache::{self, Lookup};
use crate::caught::{Panicked, caught};
use crate::config::Name;
use crate::deferral::{Deferrable, webhook};
use crate::dialect::openai::chunk::MAX_CHOICES;
use crate::dialect::openai::request::ChatRequest;
use crate::disclosure::Disclosure;
use crate::downstream::{Sink, with_heartbeat};
use crate::error::ApiError;
use crate::estimate::estimates;
use crate::exchange::Exchange;
use crate::fallback::{Ended, carry_out};
use crate::gateway::{Caller, Gateway, RouteState, State, now_ms};
use crate::ids::Id;
use crate::ledger::Ending;
use crate::limits::{Exceeded, Pass};
use crate::session::{Scope, Sitting};
use crate::stream::Tally;
use crate::{disclosure, headers, idempotency, record};

/// A mark that some editors and shells put before a text, and that is no JSON.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Serves one chat completion, from the head of the request to its record.
pub async fn serve(gateway: Arc<Gateway>, request: Request<RequestBody>, sink: Sink) {
    serve_as(Arrival::now(), gateway, request, sink).await;
}

/// The same for a request that has arrived as this, with whatever body.
pub async fn serve_as<B>(arrival: Arrival, gateway: Arc<Gateway>, request: Request<B>, sink: Sink)
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    gateway.metrics.in_flight.inc();
    let asked = begin(&gateway, request).await;
    let handled = asked.and_then(|asked| match idempotency::handle(&asked) {
        Ok(handle) => Ok((asked, handle)),
        Err(error) => Err((error, Some(asked.caller))),
    });
    match handled {
        Ok((asked, None)) => {
            run(&gateway, &arrival, asked, &sink).await;
        }
        Ok((asked, Some(handle))) => idempotency::serve(Arc::clone(&gateway), arrival, asked, handle, &sink).await,
        Err((error, caller)) => {
            gateway.metrics.refused(static_code(&error));
            if caller.is_none() {
                gateway.access_log.tell_refused(&arrival.id.text, arrival.ms, error.status.as_u16(), &error.code);
            }
            sink.answer(headers::of_plain_error(&error, &arrival.id.text), error.body());
            if let Some(caller) = caller {
                record::hand_over(&gateway, record::turned_away(&arrival, &caller, &error)).await;
            }
        }
    }
    gateway.metrics.in_flight.dec();
}

/// Runs a request that has a route, to its record. Gives how it ended, and the status that the caller saw.
pub async fn run(gateway: &Arc<Gateway>, arrival: &Arrival, asked: Asked, sink: &Sink) -> (Ending, u16) {
    let pass = match admit(gateway, &asked) {
        Ok(pass) => pass,
        Err(limited) => return turn_away(gateway, arrival, &asked, &limited, sink).await,
    };
    let cached = cache::look_up(gateway, &asked).await;
    let mut exchange = exchange(gateway, arrival, asked, pass, cached);
    if exchange.cached.as_ref().is_some_and(|lookup| lookup.stores) {
        sink.copy(gateway.answers.limits().max_answer_bytes);
    }
    let ended = match caught(carry(gateway, &mut exchange, sink)).await {
        Ok(ended) => ended,
        Err(Panicked) => after_panic(&mut exchange, sink),
    };
    let outcome = (ended.ending, ended.status);
    leave_limits(&exchange);
    cache::keep(&exchange, &ended, sink);
    record::close(exchange, ended).await;
    outcome
}

/// Asks the rate limits of tenant, key and route, with all the tokens that the request may use.
pub(crate) fn admit(gateway: &Gateway, asked: &Asked) -> Result<Pass, Exceeded> {
    let [tenant, key] = &asked.caller.limits;
    let scopes = [tenant.as_ref(), key.as_ref(), asked.route.limits.as_ref()];
    if scopes.iter().all(Option::is_none) {
        return Ok(Pass::default());
    }
    let output = u64::from(asked.chat.max_output_tokens.unwrap_or(asked.route.setting.output.default));
    gateway.limits.admit(scopes, u64::from(asked.chat.input_tokens) + output * u64::from(asked.chat.choices))
}

/// Gives the rate limits their pass back, with what all attempts of the exchange used.
pub(crate) fn leave_limits(exchange: &Exchange) {
    let used = exchange.entries.iter().map(|entry| entry.input_tokens.saturating_add(entry.output_tokens)).sum();
    exchange.gateway.limits.leave(&exchange.pass, used);
}

/// Refuses a request that its rate limits do not admit: nobody is asked, neither a policy nor a provider.
async fn turn_away(
    gateway: &Gateway,
    arrival: &Arrival,
    asked: &Asked,
    limited: &Exceeded,
    sink: &Sink,
) -> (Ending, u16) {
    let error = limited.to_api_error();
    let head = headers::of_limited(&error, &arrival.id.text, &asked.route.setting.name, limited.standing);
    disclosure::refuse(arrival, asked, sink, head, error.body());
    asked.route.metrics.ended(Ending::Rejected);
    record::hand_over(gateway, record::refused(arrival, asked, &error)).await;
    (Ending::Rejected, error.status.as_u16())
}

/// Carries an exchange to its end; a stream that has nothing to say for long gets signs of life meanwhile.
async fn carry(gateway: &Gateway, exchange: &mut Exchange, sink: &Sink) -> Ended {
    if !exchange.chat.stream {
        return carry_out(exchange, sink).await;
    }
    let every = gateway.state.load().config.server.heartbeat;
    let (id, route) = (Arc::clone(&exchange.id), Arc::clone(&exchange.route));
    let limits = exchange.pass.standing;
    let head = move || headers::of_waiting(&id, &route.setting.name, limits);
    with_heartbeat(carry_out(exchange, sink), sink, every, head).await
}

/// What follows when the gateway itself has failed with a request: it gives back what the request holds, tells the caller,
/// and goes on.
pub(crate) fn after_panic(exchange: &mut Exchange, sink: &Sink) -> Ended {
    tracing::error!(request_id = &*exchange.id, "the gateway panicked over a request; this is a bug");
    if let Some((plan, started)) = exchange.under_way.take() {
        exchange.book_cancelled(&plan, started, &Tally::default(), "the gateway failed");
    }
    exchange.return_probe();
    let error = ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "api_error", "internal_error")
        .saying("The gateway failed with this request. Its operator finds more in the log.");
    let status = if sink.is_head_given() {
        sink.break_off();
        200
    } else {
        sink.answer(headers::of_error(exchange, &error), error.body());
        error.status.as_u16()
    };
    Ended { ending: Ending::Failed, status, serving: None, degraded: None, answered: None }
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

impl Arrival {
    /// Now, with a new id.
    #[must_use]
    pub fn now() -> Self {
        Self { id: Id::new(), at: Instant::now(), ms: now_ms() }
    }
}

/// A request that has a caller and a route.
#[derive(Debug)]
pub struct Asked {
    /// Who asks.
    pub caller: Arc<Caller>,
    /// The headers of the request.
    pub headers: HeaderMap,
    /// Its body as it came.
    pub body: Bytes,
    /// What is known of it.
    pub chat: ChatRequest,
    /// The route, as it is now.
    pub route: Arc<RouteState>,
    /// The index of the target that the caller named.
    pub requested_target: Option<u16>,
    /// The webhook that it names for the case that it is put off.
    pub webhook: Option<Name>,
    /// Whether it is a run of its own, whose answer several may be given.
    pub is_run: bool,
    /// That its caller wants to know how it was decided, and may.
    pub disclosure: Option<Box<Disclosure>>,
}

type Refusal = (ApiError, Option<Arc<Caller>>);

/// From a request's head to what is asked of which route.
async fn begin<B>(gateway: &Gateway, request: Request<B>) -> Result<Asked, Refusal>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    let caller = authenticate(request.headers(), &gateway.keys.load()).map_err(|error| (error, None))?;
    let known = |error| (error, Some(Arc::clone(&caller)));
    let state = gateway.state.load_full();
    let (mut head, body) = request.into_parts();
    let read = read(&head.headers, body, state.config.server.max_body_bytes).await;
    let mut body = read.map_err(|error| known(ApiError::of_body(&error)))?;
    // From here on the body is what it says.
    head.headers.remove(CONTENT_ENCODING);
    if body.starts_with(BYTE_ORDER_MARK) {
        body.advance(BYTE_ORDER_MARK.len());
    }
    let chat = ChatRequest::parse(&body).map_err(known)?;
    if chat.choices == 0 || chat.choices > MAX_CHOICES {
        let message = format!("`n` must lie between 1 and {MAX_CHOICES}.");
        return Err(known(ApiError::invalid("invalid_value", message).about("n")));
    }
    let (route, requested_target) = find_route(&state, &caller, &head.headers, &chat).map_err(known)?;
    let webhook = webhook::named(&caller, &head.headers).map_err(known)?;
    let disclosure = disclosure::asked(&caller, &head.headers).map_err(known)?;
    Ok(Asked { caller, headers: head.headers, body, chat, route, requested_target, webhook, is_run: false, disclosure })
}

/// An exchange that can be decided about.
pub(crate) fn exchange(
    gateway: &Arc<Gateway>,
    arrival: &Arrival,
    asked: Asked,
    pass: Pass,
    cached: Option<Lookup>,
) -> Exchange {
    let Asked { caller, headers, body, mut chat, route, requested_target, webhook, is_run, disclosure } = asked;
    let unknown_price = Arc::clone(&gateway.state.load().config.prices.unknown);
    let headers = &headers;
    let class = class_of(&route, &caller, headers, &chat);
    let estimates = estimates(&route.targets, route.setting.output, &chat, &body);
    // Targets count differently; decisions go by the greatest.
    chat.input_tokens = estimates.iter().map(|estimate| estimate.input.tokens).max().unwrap_or(chat.input_tokens);
    let sitting = sitting(gateway, arrival, &caller, &route, headers, &chat);
    let deferrable = Deferrable::of(&route.setting, &caller.key, headers, webhook);
    // A canary has whole sessions, and single requests where they name none.
    let (generation, trial) = route.generation_for(sitting.as_ref().map_or(arrival.id.seed, Sitting::number));
    Exchange {
        gateway: Arc::clone(gateway),
        id: Arc::clone(&arrival.id.text),
        arrived: arrival.at,
        received_at: arrival.ms,
        who: who(&route, &caller, headers, &chat),
        attributes: attributes(&route, &caller, headers, &chat),
        generation,
        trial,
        bounds: route.bounds(class).clone().narrowed(&caller.key.bounds),
        allowed: Allowed::of(&route.targets, [&caller.tenant.boundary, &caller.key.boundary]),
        sitting,
        estimates,
        unknown_price,
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
        under_way: None,
        pass,
        cached,
        is_run,
        disclosure,
        deferrable,
        job: None,
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
pub(crate) fn named_target(route: &RouteState, caller: &Caller, model: &str) -> Option<u16> {
    let index = route.place_of(model).filter(|_| caller.key.may_name_targets)?;
    u16::try_from(index).ok()
}

fn unknown_route(state: &State, may_use: impl Fn(&&Arc<RouteState>) -> bool, place: &str, name: &str) -> ApiError {
    let mut names: Vec<_> = state.routes.values().filter(&may_use).map(|route| &*route.setting.name).collect();
    names.sort_unstable();
    let name: String = name.chars().take(128).collect();
    let may = match &names[..] {
        [] => "It may use none: the routes that it was made for are gone.".to_owned(),
        names => format!("It may use: {}.", names.join(", ")),
    };
    let message = format!("{place} names no route that this key may use: `{name}`. {may}");
    ApiError::new(StatusCode::NOT_FOUND, "invalid_request_error", "model_not_found").saying(message).about("model")
}

/// A code for metrics: those of refusals before a route are all our own.
fn static_code(error: &ApiError) -> &'static str {
    match error.code {
        std::borrow::Cow::Borrowed(code) => code,
        std::borrow::Cow::Owned(_) => "other",
    }
}
