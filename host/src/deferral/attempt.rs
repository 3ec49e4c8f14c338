//! One run of a job: a normal request that the policy decides afresh, with its key, tenant, boundaries and budgets as they
//! are now. Only what its caller said of it is from then.

use std::sync::Arc;
use std::time::Duration;

use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};

use super::plan::DeferPlan;
use super::{Deferrable, Origin};
use crate::caught::{Panicked, caught};
use crate::dialect::openai::request::ChatRequest;
use crate::downstream::Sink;
use crate::error::ApiError;
use crate::exchange::Exchange;
use crate::fallback::carry_out;
use crate::gateway::{Caller, Gateway};
use crate::policy::wire::Attribute;
use crate::request::Asked;
use crate::request::{self, Arrival};
use crate::store::queue::Job;
use crate::{headers, record};

/// What a run comes to.
#[derive(Debug)]
pub(super) enum Tried {
    /// Its answer is in the sink; or nothing, where it was stopped.
    Answered,
    /// The policy puts it off again.
    PutOff(DeferPlan),
    /// A rate limit admits it only after that time: nobody was asked, and nothing recorded.
    Limited(Duration),
}

/// Runs a job once.
pub(super) async fn run(gateway: Arc<Gateway>, job: Arc<Job>, sink: Sink) -> Tried {
    let arrival = Arrival::now();
    gateway.metrics.in_flight.inc();
    let tried = match begin(&gateway, &arrival, &job) {
        Ok(Begun::Limited(wait)) => Tried::Limited(wait),
        Ok(Begun::Exchange(mut exchange)) => {
            let ended = match caught(carry_out(&mut exchange, &sink)).await {
                Ok(ended) => ended,
                Err(Panicked) => request::after_panic(&mut exchange, &sink),
            };
            let again = exchange.deferrable.as_mut().and_then(|deferrable| deferrable.again.take());
            request::leave_limits(&exchange);
            record::close(*exchange, ended).await;
            again.map_or(Tried::Answered, Tried::PutOff)
        }
        Err((error, caller)) => {
            sink.answer(headers::of_plain_error(&error, &arrival.id.text), error.body());
            if let Some(caller) = caller {
                let mut record = record::turned_away(&arrival, &caller, &error);
                record.job = Some((*job.request.id).into());
                record::hand_over(&gateway, record).await;
            }
            Tried::Answered
        }
    };
    gateway.metrics.in_flight.dec();
    tried
}

/// A run that has a caller and a route.
enum Begun {
    /// It can be decided about.
    Exchange(Box<Exchange>),
    /// It has to wait for its rate limits.
    Limited(Duration),
}

type Refusal = (ApiError, Option<Arc<Caller>>);

fn begin(gateway: &Arc<Gateway>, arrival: &Arrival, job: &Job) -> Result<Begun, Refusal> {
    let caller = caller(gateway, job).ok_or_else(|| (key_gone(), None))?;
    let known = |error| (error, Some(Arc::clone(&caller)));
    let state = gateway.state.load_full();
    let may_use = caller.key.routes.as_ref().is_none_or(|routes| routes.contains(&job.request.route));
    let route = state
        .routes
        .get(&job.request.route)
        .filter(|_| may_use)
        .ok_or_else(|| known(route_gone(&job.request.route)))?;
    let chat = ChatRequest::parse(&job.request.body).map_err(known)?;
    let requested_target = request::named_target(route, &caller, &chat.model);
    let headers = headers_of(job);
    let (caller, route, body) = (Arc::clone(&caller), Arc::clone(route), job.request.body.clone());
    let review_target = job.review_target.as_ref().and_then(|id| route.place_of(id));
    // An answer that is kept tells nobody how it came about; the admin side does.
    let (webhook, is_run, disclosure) = (None, false, None);
    let asked = Asked { caller, headers, body, chat, route, requested_target, webhook, is_run, disclosure };
    let pass = match request::admit(gateway, &asked) {
        Ok(pass) => pass,
        Err(limited) => {
            // What is more than there ever is waits in vain.
            let wait = limited.wait.ok_or_else(|| (limited.to_api_error(), Some(asked.caller)))?;
            return Ok(Begun::Limited(wait));
        }
    };
    let mut exchange = request::exchange(gateway, arrival, asked, pass, None);
    exchange.attributes = job.request.attributes.iter().map(attribute).collect();
    exchange.job = Some(Arc::clone(&job.request.id));
    let deferrable = exchange.deferrable.get_or_insert_with(|| Box::new(Deferrable::nothing()));
    deferrable.origin = Some(Origin {
        queue: job.queue.clone(),
        earlier_tries: job.tries.saturating_sub(1),
        since: job.request.since,
        review_target: review_target.and_then(|index| u16::try_from(index).ok()),
    });
    Ok(Begun::Exchange(Box::new(exchange)))
}

/// The key that the job came with, if it is in force still and its tenant's.
fn caller(gateway: &Gateway, job: &Job) -> Option<Arc<Caller>> {
    let keys = gateway.keys.load();
    let found = keys
        .callers
        .values()
        .find(|caller| caller.key.name == job.request.key && caller.tenant.name == job.request.tenant);
    found.cloned()
}

fn attribute((name, value, source): &(String, String, String)) -> Attribute {
    Attribute { name: name.clone(), value: value.clone(), source: source.clone() }
}

fn headers_of(job: &Job) -> HeaderMap {
    let header =
        |(name, value): &(String, String)| Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?));
    job.request.headers.iter().filter_map(header).collect()
}

fn key_gone() -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, "invalid_request_error", "key_revoked")
        .saying("The API key that the request came with is not in force any more.")
}

fn route_gone(route: &str) -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "invalid_request_error", "model_not_found")
        .saying(format!("The route `{route}` is not there any more, or the key may not use it any more."))
        .about("model")
}
