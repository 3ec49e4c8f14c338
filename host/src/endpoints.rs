//! What callers can ask for: chat completions, the list of what they may name as `model`, what became of a request that was
//! put off, and whether the gateway is well.

mod unknown;

use std::sync::Arc;

use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use serde_json::json;

use crate::accept::RequestBody;
use crate::authenticate::authenticate;
use crate::deferral::view;
use crate::downstream::{AnswerBody, respond};
use crate::error::ApiError;
use crate::gateway::{Caller, Gateway, State};
use crate::headers;
use crate::ids::Id;
use crate::path::{decoded, tidied};
use crate::request::{self, Arrival};

/// What is asked for most.
const CHAT: &str = "/v1/chat/completions";

/// What there is, by its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Endpoint<'a> {
    Chat,
    Models,
    /// One of them; names may hold slashes.
    Model(&'a str),
    /// A request that was put off, by its id.
    Deferred(&'a str),
    Live,
    Ready,
}

impl<'a> Endpoint<'a> {
    /// What is at a path that is decoded and tidy.
    fn at(path: &'a str) -> Option<Self> {
        Some(match path {
            CHAT => Self::Chat,
            "/v1/models" => Self::Models,
            "/health/live" => Self::Live,
            // What balancers and orchestrators ask for unless they are told otherwise.
            "/health/ready" | "/health" | "/healthz" => Self::Ready,
            _ => match (path.strip_prefix("/v1/models/"), path.strip_prefix("/v1/deferred/")) {
                (Some(model), _) => Self::Model(model),
                (None, Some(id)) => Self::Deferred(id),
                (None, None) => return None,
            },
        })
    }

    /// The methods that it takes, for `Allow`.
    const fn methods(self) -> &'static str {
        match self {
            Self::Chat => "POST, OPTIONS",
            Self::Deferred(_) => "GET, HEAD, DELETE, OPTIONS",
            Self::Models | Self::Model(_) | Self::Live | Self::Ready => "GET, HEAD, OPTIONS",
        }
    }
}

/// Answers one request of a caller.
pub async fn answer(gateway: Arc<Gateway>, incoming: Request<RequestBody>) -> Response<AnswerBody> {
    if is_chat(&incoming) {
        let stalls = Arc::clone(&gateway.stalls);
        return respond(stalls, |sink| request::serve(gateway, incoming, sink)).await;
    }
    let (arrival, method, path) = (Arrival::now(), incoming.method().clone(), incoming.uri().path().to_owned());
    let answer = other(&gateway, incoming).await;
    // What balancers ask every second would bury the rest.
    if !path.starts_with("/health") {
        let told = (answer.status(), headers::id(&answer));
        gateway.access_log.tell_other(arrival.ms, arrival.at.elapsed(), told, (&method, &path));
    }
    if method == Method::HEAD { headers::without_body(answer) } else { answer }
}

/// Whether this is for a model. Nothing is made of a path that needs no reading.
fn is_chat(incoming: &Request<RequestBody>) -> bool {
    let path = incoming.uri().path();
    *incoming.method() == Method::POST && (path == CHAT || decoded(path).is_ok_and(|path| tidied(&path) == CHAT))
}

async fn other(gateway: &Gateway, incoming: Request<RequestBody>) -> Response<AnswerBody> {
    let (method, path) = (incoming.method().clone(), incoming.uri().path().to_owned());
    let path = match decoded(&path) {
        Ok(path) => path,
        Err(error) => {
            return refuse(&ApiError::invalid("invalid_url", format!("The address cannot be read: {error}.")));
        }
    };
    let path = tidied(&path);
    let Some(endpoint) = Endpoint::at(&path) else {
        let is_any = &*path == "*" && method == Method::OPTIONS;
        return if is_any {
            options("GET, HEAD, POST, DELETE, OPTIONS")
        } else {
            refuse(&unknown::refusal(&method, &path))
        };
    };
    match (endpoint, method) {
        (Endpoint::Models, Method::GET | Method::HEAD) => models(gateway, incoming.headers(), None),
        (Endpoint::Model(name), Method::GET | Method::HEAD) => models(gateway, incoming.headers(), Some(name)),
        (Endpoint::Deferred(id), method @ (Method::GET | Method::HEAD | Method::DELETE)) => {
            deferred(gateway, incoming.headers(), id.to_owned(), method == Method::DELETE).await
        }
        (Endpoint::Live, Method::GET | Method::HEAD) => health(StatusCode::OK, &json!({ "live": true })),
        (Endpoint::Ready, Method::GET | Method::HEAD) => {
            let is_ready = gateway.is_ready(incoming.uri().query() == Some("routes=any"));
            let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
            // Why it is not is the operators' to know.
            health(status, &json!({ "ready": is_ready }))
        }
        (endpoint, Method::OPTIONS) => options(endpoint.methods()),
        (endpoint, _) => not_allowed(endpoint.methods()),
    }
}

fn health(status: StatusCode, body: &serde_json::Value) -> Response<AnswerBody> {
    let mut response = json_answer(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn options(allowed: &'static str) -> Response<AnswerBody> {
    let mut response = Response::new(AnswerBody::whole(Bytes::new()));
    *response.status_mut() = StatusCode::NO_CONTENT;
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
    response
}

/// A request that was put off, as its own tenant sees it; or taken back.
async fn deferred(gateway: &Gateway, headers: &HeaderMap, id: String, cancel: bool) -> Response<AnswerBody> {
    let caller = match authenticate(headers, &gateway.keys.load()) {
        Ok(caller) => caller,
        Err(error) => return refuse(&error),
    };
    let tenant = &caller.tenant.name;
    let found =
        if cancel { gateway.deferrals.cancel(id, tenant).await } else { gateway.deferrals.find(id, tenant).await };
    match found {
        Ok(job) => json_answer(&view::for_caller(&job)),
        Err(error) => refuse(&error),
    }
}

fn json_answer(body: &serde_json::Value) -> Response<AnswerBody> {
    let mut response = Response::new(AnswerBody::whole(Bytes::from(body.to_string())));
    headers::put_id(response.headers_mut(), &Id::new().text);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn refuse(error: &ApiError) -> Response<AnswerBody> {
    headers::of_plain_error(error, &Id::new().text).map(|()| AnswerBody::whole(error.body()))
}

fn not_allowed(allowed: &'static str) -> Response<AnswerBody> {
    let error = ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "invalid_request_error", "method_not_allowed")
        .saying(format!("This endpoint takes another method: {allowed}."));
    let mut response = refuse(&error);
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
    response
}

/// The routes and targets that the key may use, in the shape of OpenAI's list of models; or one of them.
fn models(gateway: &Gateway, headers: &HeaderMap, wanted: Option<&str>) -> Response<AnswerBody> {
    let caller = match authenticate(headers, &gateway.keys.load()) {
        Ok(caller) => caller,
        Err(error) => return refuse(&error),
    };
    let state = gateway.state.load();
    let names = usable(&state, &caller);
    let model =
        |(id, owner): &(Arc<str>, &str)| json!({ "id": &**id, "object": "model", "created": 0, "owned_by": owner });
    let body = match wanted {
        None => json!({ "object": "list", "data": names.iter().map(model).collect::<Vec<_>>() }),
        Some(id) => match names.iter().find(|(name, _)| **name == *id) {
            Some(found) => model(found),
            None => {
                let message = "There is no such route or target for this key: GET /v1/models lists them.";
                let error = ApiError::new(StatusCode::NOT_FOUND, "invalid_request_error", "model_not_found");
                return refuse(&error.saying(message).about("model"));
            }
        },
    };
    json_answer(&body)
}

/// Names with their kind, routes first.
fn usable(state: &State, caller: &Caller) -> Vec<(Arc<str>, &'static str)> {
    let key = &caller.key;
    let mut routes: Vec<_> = state
        .routes
        .values()
        .filter(|route| key.routes.as_ref().is_none_or(|routes| routes.contains(&route.setting.name)))
        .collect();
    routes.sort_unstable_by(|a, b| a.setting.name.cmp(&b.setting.name));
    let mut names: Vec<_> = routes.iter().map(|route| (Arc::clone(&route.setting.name), "fingerpost-route")).collect();
    // A target is reached over the key's default route, so only that route's targets can be named.
    let default = key.default_route.as_ref().filter(|_| key.may_name_targets).and_then(|name| state.routes.get(name));
    if let Some(route) = default {
        let boundaries = [&caller.tenant.boundary, &caller.key.boundary];
        let allowed = route.targets.iter().filter(|target| boundaries.iter().all(|one| one.allows(&target.setting)));
        names.extend(allowed.map(|target| (Arc::clone(&target.setting.id), "fingerpost-target")));
    }
    names
}
