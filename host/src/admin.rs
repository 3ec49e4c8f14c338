//! The operators' side: health, metrics, policies, reload, single requests. Everything but health needs the admin token.

mod budgets;
mod policies;
mod queues;
mod targets;
mod token;

pub use token::Token;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use serde_json::{Value, json};

use crate::accept::RequestBody;
use crate::body::{ACCEPTED, BodyError};
use crate::config::{Endpoint, Named, UnknownName};
use crate::downstream::AnswerBody;
use crate::explain;
use crate::gateway::{Gateway, now_ms};
use crate::headers;
use crate::lifecycle::{ChangeError, Lifecycle, PolicyProblem, RouteProblem};
use crate::path::decoded;
use crate::policy::PolicyState;
use crate::sim::Condition;
use crate::store::Reader;
use crate::store::queue::Jobs;

/// The largest body besides components, which have a limit of their own.
const BODY_BYTES: usize = 64 << 10;

/// What limits it, in words.
const ENDPOINT: &str = "this endpoint";

/// What the operators' side works on.
#[derive(Debug)]
pub struct AdminSide {
    /// What requests share.
    pub gateway: Arc<Gateway>,
    /// What changes it.
    pub lifecycle: Arc<Lifecycle>,
    /// Who may.
    pub token: Token,
}

struct Reply {
    status: StatusCode,
    content_type: &'static str,
    body: Bytes,
}

impl Reply {
    fn json(status: StatusCode, value: &Value) -> Self {
        Self { status, content_type: "application/json", body: Bytes::from(format!("{value:#}\n")) }
    }

    fn ok(value: &Value) -> Self {
        Self::json(StatusCode::OK, value)
    }

    fn error(status: StatusCode, code: &str, message: &str) -> Self {
        Self::json(status, &json!({ "error": { "code": code, "message": message } }))
    }
}

/// Answers one request of an operator.
pub async fn answer(side: Arc<AdminSide>, mut request: Request<RequestBody>) -> Response<AnswerBody> {
    let is_head = *request.method() == Method::HEAD;
    if is_head {
        *request.method_mut() = Method::GET;
    }
    let reply = side.route(request).await;
    let mut response = Response::new(AnswerBody::whole(reply.body));
    *response.status_mut() = reply.status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
    response
        .headers_mut()
        .insert(HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"));
    if reply.status == StatusCode::UNSUPPORTED_MEDIA_TYPE {
        response.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static(ACCEPTED));
    }
    if is_head { headers::without_body(response) } else { response }
}

impl AdminSide {
    async fn route(&self, request: Request<RequestBody>) -> Reply {
        // Names may hold what has to be escaped in an address.
        let path = match decoded(request.uri().path()) {
            Ok(path) => path.into_owned(),
            Err(error) => {
                let message = format!("The address cannot be read: {error}.");
                return Reply::error(StatusCode::BAD_REQUEST, "invalid_url", &message);
            }
        };
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let method = request.method().clone();
        match (&method, parts.as_slice()) {
            (&Method::GET, ["health", "live"]) => return Reply::ok(&json!({ "live": true })),
            (&Method::GET, ["health", "ready"]) => return self.ready(request.uri().query().unwrap_or_default()),
            (&Method::GET, ["metrics"]) if self.gateway.state.load().config.admin.open_metrics => {
                return self.metrics().await;
            }
            _ => {}
        }
        if !self.token.is_shown_in(request.headers()) {
            let message =
                "Send the admin token as `Authorization: Bearer …`. It was printed when the gateway first started.";
            return Reply::error(StatusCode::UNAUTHORIZED, "admin_token", message);
        }
        match (&method, parts.as_slice()) {
            (&Method::GET, ["metrics"]) => self.metrics().await,
            (&Method::GET, ["admin", "v1", "routes"]) => self.routes(),
            (method, ["admin", "v1", "routes", path @ ..]) => self.policies(method, path, request).await,
            (&Method::POST, ["admin", "v1", "reload"]) => match self.lifecycle.reload().await {
                Ok(()) => self.routes(),
                Err(error) => refused(&error),
            },
            (&Method::GET, ["admin", "v1", "targets"]) => {
                Reply::ok(&targets::states(&self.gateway.state.load().catalog))
            }
            (&Method::GET, ["admin", "v1", "budgets"]) => self.budgets(),
            (&Method::POST, ["admin", "v1", "budgets", id @ .., "top-ups"]) => {
                self.top_up(&id.join("/"), request).await
            }
            (&Method::PUT, ["admin", "v1", "budgets", id @ ..]) => self.set_budget(&id.join("/"), request).await,
            (&Method::GET, ["admin", "v1", "requests", id]) => self.request((*id).to_owned()).await,
            (&Method::PUT, ["admin", "v1", "simulated", provider]) => self.simulate(provider, request).await,
            (method, ["admin", "v1", rest @ ..]) => match self.queues(method, rest, request).await {
                Some(reply) => reply,
                None => nothing_here(),
            },
            _ => nothing_here(),
        }
    }

    /// Ready to take traffic: not draining, ledger and journal are written, and every route has the policy that the config
    /// names, so that a deployment notices one that was not let in. With `routes=any` one such route is enough: for a load
    /// balancer that rather sends requests to what is left than to nobody.
    fn ready(&self, query: &str) -> Reply {
        let is_any = match query {
            "" => false,
            "routes=any" => true,
            _ => return Reply::error(StatusCode::BAD_REQUEST, "unknown_field", "Use `routes=any`, or nothing."),
        };
        let draining = self.gateway.draining.load(Ordering::Acquire);
        let ledger = self.gateway.ledger.healthy() && self.gateway.journal.healthy();
        let without_policy = self.gateway.state.load().without_policy();
        let ready = self.gateway.is_ready(is_any);
        let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        Reply::json(
            status,
            &json!({ "ready": ready, "draining": draining, "ledger_writes": ledger, "routes_without_policy": without_policy }),
        )
    }

    async fn metrics(&self) -> Reply {
        match self.gateway.deferrals.on_disk(Jobs::depths_by_standing).await {
            Ok(depths) => {
                let config = Arc::clone(&self.gateway.state.load().config);
                self.gateway.metrics.queues.show(config.queues.keys(), &depths, now_ms());
            }
            Err(error) => tracing::error!(%error, "the queue cannot be read; its metrics are those of before"),
        }
        let lag = i64::try_from(self.gateway.ledger.lag()).unwrap_or(i64::MAX);
        self.gateway.metrics.ledger_lag.set(lag);
        let state = self.gateway.state.load();
        let budgets = self.gateway.budgets.states(now_ms());
        self.gateway.metrics.board.show_budgets(budgets.iter().map(|(_, state)| state));
        let targets = state.catalog.values().map(|target| (&target.setting.id, target.health.seen()));
        self.gateway.metrics.board.show_targets(targets);
        for route in state.routes.values() {
            let status = route.policy.status();
            route.metrics.set_aside.set(i64::from(status.state == PolicyState::SetAside));
            route.metrics.log_dropped.set(i64::try_from(status.log_lines_dropped).unwrap_or(i64::MAX));
        }
        let body = Bytes::from(self.gateway.metrics.render());
        let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        Reply { status: StatusCode::OK, content_type, body }
    }

    fn routes(&self) -> Reply {
        let state = self.gateway.state.load();
        let mut routes: Vec<_> = state.routes.values().collect();
        routes.sort_unstable_by(|a, b| a.setting.name.cmp(&b.setting.name));
        let statuses: Vec<_> = routes.iter().map(|route| json!(route.policy.status())).collect();
        Reply::ok(&json!({ "routes": statuses }))
    }

    async fn request(&self, id: String) -> Reply {
        let dir = self.gateway.state.load().config.data_dir.clone();
        // The disk may be slow, and requests must not wait for it.
        let found = tokio::task::spawn_blocking(move || explain::find(&Reader::open(&dir)?, &dir, &id)).await;
        match found {
            Ok(Ok(explain::Answer::One(explained))) => Reply::ok(&json!(explained)),
            Ok(Ok(explain::Answer::Several(such_as))) => {
                let message =
                    format!("Several requests begin so, such as {}: write more of the id.", such_as.join(", "));
                Reply::error(StatusCode::CONFLICT, "several_requests", &message)
            }
            Ok(Ok(explain::Answer::Nothing)) => {
                Reply::error(StatusCode::NOT_FOUND, "unknown_request", "The ledger has no request of this id.")
            }
            Ok(Err(error)) => Reply::error(StatusCode::INTERNAL_SERVER_ERROR, "store", &error.to_string()),
            Err(error) => Reply::error(StatusCode::INTERNAL_SERVER_ERROR, "store", &error.to_string()),
        }
    }

    async fn simulate(&self, provider: &str, request: Request<RequestBody>) -> Reply {
        let Some(control) = self.lifecycle.simulated(provider).await else {
            let config = Arc::clone(&self.gateway.state.load().config);
            let simulated = config.providers.values();
            let simulated = simulated.filter(|provider| matches!(provider.endpoint, Endpoint::Simulated(_)));
            let unknown = UnknownName::among(Named::Provider, provider, simulated.map(|provider| &*provider.name));
            return unknown_name(&unknown, Some("only simulated ones can be told how to be"));
        };
        let body = match read(request, BODY_BYTES, (BODY_BYTES, ENDPOINT)).await {
            Ok(body) => body,
            Err(reply) => return reply,
        };
        match serde_json::from_slice::<Condition>(&body) {
            Ok(condition) => {
                control.set(condition);
                Reply::ok(&json!(condition))
            }
            Err(error) => Reply::error(
                StatusCode::BAD_REQUEST,
                "invalid_condition",
                &format!(
                    "{error}. Send a condition such as {{\"condition\":\"down\"}} or {{\"condition\":\"healthy\"}}."
                ),
            ),
        }
    }
}

fn nothing_here() -> Reply {
    Reply::error(StatusCode::NOT_FOUND, "unknown_url", "There is nothing here; docs/admin.md lists what there is.")
}

/// A name of something that there is none of. `otherwise` says how to mean it all the same.
fn unknown_name(unknown: &UnknownName, otherwise: Option<&str>) -> Reply {
    let code = match unknown.what {
        Named::Tenant => "unknown_tenant",
        Named::Key => "unknown_key",
        Named::Route => "unknown_route",
        Named::Target => "unknown_target",
        Named::Provider => "unknown_provider",
        Named::Queue => "unknown_queue",
        Named::Webhook => "unknown_webhook",
        Named::Budget => "unknown_budget",
        Named::Class => "unknown_class",
    };
    let message = match otherwise {
        Some(otherwise) => format!("{unknown}; {otherwise}"),
        None => unknown.to_string(),
    };
    Reply::error(StatusCode::NOT_FOUND, code, &message)
}

/// What stands in the way of a change. Nothing has changed.
fn refused(error: &ChangeError) -> Reply {
    let (status, code) = match error {
        ChangeError::UnknownRoute(unknown) => return unknown_name(unknown, None),
        ChangeError::NotQuarantined(..) => (StatusCode::NOT_FOUND, "not_quarantined"),
        ChangeError::OtherSource { .. } => (StatusCode::CONFLICT, "other_source"),
        ChangeError::NoConfigFile => (StatusCode::CONFLICT, "no_config_file"),
        ChangeError::AlreadyActive(_) => (StatusCode::CONFLICT, "already_active"),
        ChangeError::NoCandidate(_) => (StatusCode::CONFLICT, "no_candidate"),
        ChangeError::NoShadow(_) => (StatusCode::CONFLICT, "no_shadow"),
        ChangeError::NoActive(_) => (StatusCode::CONFLICT, "no_active"),
        ChangeError::NothingEarlier(_) => (StatusCode::CONFLICT, "nothing_earlier"),
        ChangeError::NotReturnable(..) => (StatusCode::CONFLICT, "not_returnable"),
        ChangeError::EarlierRefuses(_) => (StatusCode::CONFLICT, "earlier_refuses"),
        ChangeError::Config(_) | ChangeError::Catalog(_) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid_config"),
        ChangeError::Policies(problems) if problems.iter().all(RouteProblem::blames_policy) => {
            (StatusCode::UNPROCESSABLE_ENTITY, refusal_code(problems))
        }
        ChangeError::Policies(_) | ChangeError::Simulated(..) | ChangeError::Shadow(_) | ChangeError::Store(_) => {
            (StatusCode::INTERNAL_SERVER_ERROR, "failed")
        }
    };
    let mut body = json!({ "error": { "code": code, "message": error.to_string() } });
    if let ChangeError::EarlierRefuses(refusing) = error {
        body["error"]["version"] = refusing.number.into();
        body["error"]["next"] =
            refusing.next.map(|(number, digest)| json!({ "number": number, "digest": digest })).into();
    }
    if let ChangeError::Policies(problems) = error {
        let refusals: Vec<_> = problems
            .iter()
            .map(|problem| match problem.problem.plain() {
                PolicyProblem::Admission(refusal) => json!({ "route": &*problem.route, "refusal": refusal }),
                _ => json!({ "route": &*problem.route, "refusal": problem.problem.to_string() }),
            })
            .collect();
        body["error"]["refusals"] = refusals.into();
        if let [RouteProblem { steps: Some(steps), .. }] = &problems[..] {
            body["error"]["steps"] = json!(steps.passed());
            body["error"]["failed"] = json!(steps.failed());
        }
    }
    Reply::json(status, &body)
}

/// A code for the one problem of a deployment; `not_admitted` for all problems of a config.
fn refusal_code(problems: &[RouteProblem]) -> &'static str {
    let [only] = problems else { return "not_admitted" };
    match only.problem.plain() {
        PolicyProblem::Signature(_) => "not_signed",
        PolicyProblem::Quarantined { .. } => "quarantined",
        PolicyProblem::Rehearsal(_) => "fails_rehearsal",
        _ => "not_admitted",
    }
}

/// A whole body of at most so many bytes. `limit` is what a larger one is told: bytes, and what allows no more.
async fn read(request: Request<RequestBody>, at_most: usize, limit: (usize, &str)) -> Result<Bytes, Reply> {
    let (head, body) = request.into_parts();
    crate::body::read(&head.headers, body, at_most).await.map_err(|error| match error {
        BodyError::TooLarge(_) => too_large(limit),
        error => Reply::error(error.status(), error.code(), &error.to_string()),
    })
}

fn too_large((at_most, setting): (usize, &str)) -> Reply {
    let message = format!("The body is larger than the {at_most} bytes that {setting} allows.");
    Reply::error(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", &message)
}

/// The bearer token of a request, hashed as it is kept.
fn shown(headers: &HeaderMap) -> Option<[u8; 32]> {
    use sha2::Digest as _;
    crate::authenticate::bearer(headers).ok().map(|secret| sha2::Sha256::digest(secret).into())
}
