//! One run of a job: a normal request that the policy decides afresh, with its key, tenant, boundaries and budgets as they
//! are now. Only what its caller said of it is from then.

use std::sync::Arc;

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
use crate::limits::Pass;
use crate::policy::wire::Attribute;
use crate::request::Asked;
use crate::request::{self, Arrival};
use crate::store::queue::Job;
use crate::{headers, record};

/// Runs a job once. Gives how it is put off again, where it is; else its answer is in the sink.
pub(super) async fn run(gateway: Arc<Gateway>, job: Arc<Job>, sink: Sink) -> Option<DeferPlan> {
    let arrival = Arrival::now();
    gateway.metrics.in_flight.inc();
    let again = match begin(&gateway, &arrival, &job) {
        Ok(mut exchange) => {
            let ended = match caught(carry_out(&mut exchange, &sink)).await {
                Ok(ended) => ended,
                Err(Panicked) => request::after_panic(&mut exchange, &sink),
            };
            let again = exchange.deferrable.as_mut().and_then(|deferrable| deferrable.again.take());
            record::close(exchange, ended).await;
            again
        }
        Err((error, caller)) => {
            sink.answer(headers::of_plain_error(&error, &arrival.id.text), error.body());
            if let Some(caller) = caller {
                let mut record = record::turned_away(&arrival, &caller, &error);
                record.job = Some((*job.id).into());
                record::hand_over(&gateway, record, Vec::new()).await;
            }
            None
        }
    };
    gateway.metrics.in_flight.dec();
    again
}

type Refusal = (ApiError, Option<Arc<Caller>>);

fn begin(gateway: &Arc<Gateway>, arrival: &Arrival, job: &Job) -> Result<Exchange, Refusal> {
    let caller = caller(gateway, job).ok_or_else(|| (key_gone(), None))?;
    let known = |error| (error, Some(Arc::clone(&caller)));
    let state = gateway.state.load_full();
    let may_use = caller.key.routes.as_ref().is_none_or(|routes| routes.contains(&job.route));
    let route = state.routes.get(&job.route).filter(|_| may_use).ok_or_else(|| known(route_gone(&job.route)))?;
    let chat = ChatRequest::parse(&job.body).map_err(known)?;
    let requested_target = request::named_target(route, &caller, &chat.model);
    let headers = headers_of(job);
    let (caller, route, body) = (Arc::clone(&caller), Arc::clone(route), job.body.clone());
    let review_target = job.review_target.as_ref().and_then(|id| route.place_of(id));
    // Queues have a pace of their own: the rate limits are for those who ask now.
    let asked = Asked { caller, headers, body, chat, route, requested_target };
    let mut exchange = request::exchange(gateway, arrival, asked, Pass::default(), None);
    exchange.attributes = job.attributes.iter().map(attribute).collect();
    exchange.job = Some(Arc::clone(&job.id));
    let deferrable = exchange.deferrable.get_or_insert_with(|| Box::new(Deferrable::nothing()));
    deferrable.origin = Some(Origin {
        queue: job.queue.clone(),
        earlier_tries: job.tries.saturating_sub(1),
        since: job.since,
        review_target: review_target.and_then(|index| u16::try_from(index).ok()),
    });
    Ok(exchange)
}

/// The key that the job came with, if it is in force still and its tenant's.
fn caller(gateway: &Gateway, job: &Job) -> Option<Arc<Caller>> {
    let keys = gateway.keys.load();
    let found = keys.callers.values().find(|caller| caller.key.name == job.key && caller.tenant.name == job.tenant);
    found.cloned()
}

fn attribute((name, value, source): &(String, String, String)) -> Attribute {
    Attribute { name: name.clone(), value: value.clone(), source: source.clone() }
}

fn headers_of(job: &Job) -> HeaderMap {
    let header =
        |(name, value): &(String, String)| Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?));
    job.headers.iter().filter_map(header).collect()
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
