//! What callers can ask for: chat completions, the list of what they may name as `model`, and what became of a request
//! that was put off.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use serde_json::json;

use crate::authenticate::authenticate;
use crate::deferral::view;
use crate::downstream::{AnswerBody, respond};
use crate::error::ApiError;
use crate::gateway::{Caller, Gateway, State};
use crate::ids::Id;
use crate::{headers, request};

/// Answers one request of a caller.
pub async fn answer(gateway: Arc<Gateway>, incoming: Request<Incoming>) -> Response<AnswerBody> {
    let (method, path) = (incoming.method(), incoming.uri().path());
    match (path, method) {
        ("/v1/chat/completions", &Method::POST) => {
            let stalls = Arc::clone(&gateway.stalls);
            respond(stalls, |sink| request::serve(gateway, incoming, sink)).await
        }
        ("/v1/chat/completions", _) => not_allowed("POST"),
        ("/v1/models", &Method::GET) => models(&gateway, incoming.headers(), None),
        (path, &Method::GET | &Method::DELETE) if path.starts_with("/v1/deferred/") => {
            let (id, cancel) = (path["/v1/deferred/".len()..].to_owned(), *method == Method::DELETE);
            deferred(&gateway, incoming.headers(), id, cancel).await
        }
        (path, _) if path.starts_with("/v1/deferred/") => not_allowed("GET, DELETE"),
        (path, method) => match path.strip_prefix("/v1/models/") {
            Some(id) if method == Method::GET => models(&gateway, incoming.headers(), Some(id)),
            Some(_) => not_allowed("GET"),
            None if path == "/v1/models" => not_allowed("GET"),
            None => refuse(&ApiError::new(StatusCode::NOT_FOUND, "invalid_request_error", "unknown_url").saying(
                "There is nothing here. The gateway answers POST /v1/chat/completions and GET /v1/models: \
                     is the base URL the one that ends in /v1?",
            )),
        },
    }
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
        .saying(format!("Use {allowed} here."));
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
