//! Tells whoever wants to know that a job is finished. It is called at least once for each job, whoever finished it: a
//! run, its caller, its time, or people.

use super::webhook;
use crate::store::StoreError;
use crate::store::queue::Job;
use crate::webhook::Webhooks;

/// A job is finished: `done`, `failed`, `cancelled` or `expired`. It is told again after a crash, so what is done here
/// must bear that; and the queues wait for it, so what takes time is only handed over here.
///
/// # Errors
/// When its event cannot be kept; then it has to be told again.
pub(super) async fn on_finished(webhooks: &Webhooks, job: &Job) -> Result<(), StoreError> {
    if let Some(event) = webhook::event(job) {
        webhooks.send(event).await?;
    }
    tracing::info!(
        job = &*job.request.id,
        tenant = &*job.request.tenant,
        route = &*job.request.route,
        state = job.state.as_str(),
        tries = job.tries,
        "a deferred request is finished"
    );
    Ok(())
}
