//! Who hears of a job's end, and what: the webhook that a caller may name for it, and the event that is sent there.

use http::HeaderMap;
use serde_json::json;

use crate::config::Name;
use crate::error::ApiError;
use crate::gateway::{Caller, now_ms};
use crate::policy::Digest;
use crate::store::Event;
use crate::store::queue::Job;

/// Where a caller names the webhook that hears of its job's end.
const WEBHOOK: &str = "x-fingerpost-webhook";

/// The kind of these events.
pub const FINISHED: &str = "deferred.finished";

/// The webhook that the request names, always one of the config: a caller never says an address.
///
/// # Errors
/// 400 where neither its key nor its tenant may name that one, whether or not there is one of that name.
pub fn named(caller: &Caller, headers: &HeaderMap) -> Result<Option<Name>, ApiError> {
    let Some(value) = headers.get(WEBHOOK) else { return Ok(None) };
    let allowed = || caller.key.webhooks.iter().chain(&caller.tenant.webhooks);
    if let Some(found) = allowed().find(|name| name.as_bytes() == value.as_bytes()) {
        return Ok(Some(found.clone()));
    }
    let mut names: Vec<&str> = allowed().map(|name| &**name).collect();
    names.sort_unstable();
    names.dedup();
    let may = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    let message = format!(
        "The header `{WEBHOOK}` names no webhook that this key may name. It may name: {may}. The gateway's operator adds \
         to that with `webhooks` of the key or the tenant; an address is never taken from a request."
    );
    Err(ApiError::invalid("unknown_webhook", message))
}

/// What the job's webhook is told of its end: never what was asked or answered. The id follows from the job, so that
/// telling it again after a crash changes nothing. None: nobody wants to know.
pub(super) fn event(job: &Job) -> Option<Event> {
    let webhook = job.request.webhook.clone()?;
    let finished_at = job.finished_at?;
    let named = format!("{FINISHED}\n{}", job.request.id);
    let id = format!("evt_{}", &Digest::of(named.as_bytes()).to_string()[..32]);
    let body = json!({
        "id": id,
        "type": FINISHED,
        "created": finished_at,
        "deferred": &*job.request.id,
        "status": job.state,
        "request_id": &*job.request.request_id,
    });
    // The time for which calls may fail begins now: the gateway may have been down since the job ended.
    Some(Event { id, kind: FINISHED, at: now_ms(), body: body.to_string(), webhook: Some(webhook) })
}
