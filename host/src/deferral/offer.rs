//! A request becomes a job, and its caller gets a 202; or, where it would take that for an empty success, a clear error
//! and no job.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;

use super::plan::DeferPlan;
use super::{unreadable, view};
use crate::config::DeferralQueue;
use crate::dialect::openai::edit::without_stream;
use crate::downstream::Sink;
use crate::error::ApiError;
use crate::exchange::Exchange;
use crate::fallback::Ended;
use crate::gateway::now_ms;
use crate::ids::Id;
use crate::ledger::Ending;
use crate::store::queue::{JobRequest, NewJob, Next, Put};
use crate::words::counted;
use crate::{disclosure, headers};

/// How often a caller may sensibly ask after a job that waits for long.
const ASK_AGAIN: Duration = Duration::from_secs(60);

/// Carries a deferral out. A request that comes out of a queue goes back into one, which its worker does.
///
/// # Errors
/// When the caller does not understand a 202, has a status already, or has too much waiting; or when the disk takes
/// nothing. Nothing is queued then.
pub async fn put_off(exchange: &mut Exchange, plan: &DeferPlan, sink: &Sink) -> Result<Ended, ApiError> {
    let ended = Ended { ending: Ending::Deferred, status: 202, serving: None, degraded: None, answered: None };
    let Some(deferrable) = &mut exchange.deferrable else { return Err(unavailable()) };
    if deferrable.origin.is_some() {
        deferrable.again = Some(*plan);
        return Ok(ended);
    }
    if !deferrable.is_async || sink.is_head_given() {
        return Err(unavailable());
    }
    if sink.is_caller_gone() {
        return Ok(Ended::ABANDONED);
    }
    let Some(queue) = exchange.route.setting.queues.get(plan.queue).cloned() else { return Err(unavailable()) };
    let job = Arc::new(new_job(exchange, plan, &queue));
    let (kept, most) = (Arc::clone(&job), queue.per_tenant.get());
    let put = exchange.gateway.deferrals.on_disk(move |jobs| jobs.put(&kept, most)).await;
    match put.map_err(|error| unreadable(&error))? {
        Put::Full => Err(full(&queue)),
        Put::Queued => {
            exchange.job = Some(Arc::clone(&job.request.id));
            exchange.gateway.deferrals.wake();
            let head = headers::of_deferred(exchange, &job.request.id, ask_again(plan));
            disclosure::answer(exchange, sink, head, Bytes::from(view::of_new(&job).to_string()));
            Ok(ended)
        }
    }
}

fn ask_again(plan: &DeferPlan) -> Duration {
    if plan.review { ASK_AGAIN } else { Duration::from_millis(plan.not_before.saturating_sub(now_ms())).min(ASK_AGAIN) }
}

fn new_job(exchange: &Exchange, plan: &DeferPlan, queue: &DeferralQueue) -> NewJob {
    let attribute = |one: &crate::policy::wire::Attribute| (one.name.clone(), one.value.clone(), one.source.clone());
    let deferrable = exchange.deferrable.as_deref();
    let webhook = deferrable.and_then(|deferrable| deferrable.webhook.as_ref()).or(queue.webhook.as_ref());
    let request = JobRequest {
        id: Id::new().text.replacen("req_", "dfr_", 1).into(),
        tenant: exchange.caller.tenant.name.clone(),
        key: exchange.caller.key.name.clone(),
        route: exchange.route.setting.name.clone(),
        class: exchange.class.as_str().into(),
        request_id: Arc::clone(&exchange.id),
        headers: deferrable.map(|deferrable| deferrable.claims.clone()).unwrap_or_default(),
        attributes: exchange.attributes.iter().map(attribute).collect(),
        body: without_stream(&exchange.body, &exchange.chat),
        since: exchange.received_at,
        webhook: webhook.cloned(),
    };
    NewJob {
        request,
        allowance: queue.tries.get(),
        kept_for: u64::try_from(queue.ttl.as_millis()).unwrap_or(u64::MAX),
        next: Next {
            queue: queue.name.clone(),
            review: plan.review,
            not_before: plan.not_before,
            expires_at: plan.expires_at,
            allowance: None,
        },
    }
}

/// The request would have been put off, and its caller does not understand that.
fn unavailable() -> ApiError {
    ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "api_error", "deferred_unavailable").saying(
        "No model can serve the request now. It could be served later for a caller that sends `Prefer: respond-async` \
         and understands a 202; nothing was queued.",
    )
}

fn full(queue: &DeferralQueue) -> ApiError {
    let message =
        format!("The tenant has {} waiting already, as many as it may.", counted(queue.per_tenant.get(), "request"));
    ApiError::new(StatusCode::TOO_MANY_REQUESTS, "rate_limit_error", "deferred_full")
        .saying(message)
        .retry_after(Some(ASK_AGAIN))
}
