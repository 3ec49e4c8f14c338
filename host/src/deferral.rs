//! Requests that a policy puts off: kept on disk, worked off later, asked after by their callers, decided about by people.
//! `plan.rs` checks the policy's wish, `offer.rs` turns a request into a job, `worker.rs` runs jobs, `attempt.rs` is one
//! run, `pace.rs` says whom rate limits hold back, `view.rs` says how a job looks, `webhook.rs` who hears of its end. What becomes of it on disk is `store/queue.rs`.

mod attempt;
mod finished;
mod offer;
mod pace;
pub mod plan;
pub mod view;
pub mod webhook;
mod worker;

pub use offer::put_off;
pub use worker::work;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::{ArcSwap, Guard};
use http::{HeaderMap, StatusCode};
use tokio::sync::{Notify, watch};

use crate::attributes::CLAIMS;
use crate::config::{DeferralQueue, Key, Name, Route};
use crate::error::ApiError;
use crate::gateway::now_ms;
use crate::policy::wire;
use crate::store::StoreError;
use crate::store::queue::{Job, Jobs, Pause};
use pace::Paces;
use plan::{DeferPlan, Deferring};

/// All requests that wait.
#[derive(Debug)]
pub struct Deferrals {
    jobs: Arc<Jobs>,
    /// What decisions see of the queues: as of a moment ago.
    seen: ArcSwap<Seen>,
    /// Told when there may be something to do.
    wake: Notify,
    /// The jobs that run, each with what stops it.
    running: Mutex<HashMap<Arc<str>, watch::Sender<bool>>>,
    /// Whose jobs wait for a rate limit.
    paces: Paces,
}

/// The queues as they were a moment ago.
#[derive(Debug, Default)]
pub struct Seen {
    depths: BTreeMap<Name, u32>,
    pauses: Vec<Pause>,
}

impl Seen {
    /// Requests in a queue.
    #[must_use]
    pub fn depth(&self, queue: &str) -> u32 {
        self.depths.get(queue).copied().unwrap_or(0)
    }

    /// Whether requests of this kind are held back there.
    #[must_use]
    pub fn is_paused(&self, queue: &str, tenant: &str, key: &str, route: &str, class: &str) -> bool {
        self.pauses.iter().any(|pause| pause.covers(queue, tenant, key, route, class))
    }

    /// What is held back.
    #[must_use]
    pub fn pauses(&self) -> &[Pause] {
        &self.pauses
    }
}

impl Deferrals {
    /// Opens the queue of that folder, for the one process that serves from it: what ran when the last one ended waits
    /// again.
    ///
    /// # Errors
    /// When the file cannot be opened or written.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let jobs = Jobs::open(dir)?;
        let recovered = jobs.recover()?;
        if recovered > 0 {
            tracing::info!(recovered, "requests out of queues ran when the last process ended; they run again");
        }
        let seen = Seen { depths: jobs.depths()?, pauses: jobs.pauses()? };
        Ok(Self {
            jobs: Arc::new(jobs),
            seen: ArcSwap::from_pointee(seen),
            wake: Notify::new(),
            running: Mutex::default(),
            paces: Paces::default(),
        })
    }

    /// The queues as they were a moment ago.
    #[must_use]
    pub fn seen(&self) -> Guard<Arc<Seen>> {
        self.seen.load()
    }

    /// A job of that tenant.
    ///
    /// # Errors
    /// 404 where the tenant has none of that id, 503 where the file cannot be read.
    pub async fn find(&self, id: String, tenant: &str) -> Result<Job, ApiError> {
        let found = self.on_disk(move |jobs| jobs.job(&id)).await.map_err(|error| unreadable(&error))?;
        found.filter(|job| &*job.request.tenant == tenant).ok_or_else(unknown)
    }

    /// Takes a job of that tenant back, where it is not finished yet. Gives it as it is then.
    ///
    /// # Errors
    /// As for [`Deferrals::find`].
    pub async fn cancel(&self, id: String, tenant: &Name) -> Result<Job, ApiError> {
        let tenant = tenant.clone();
        let cancelled = self.on_disk(move |jobs| jobs.cancel(&id, &tenant, now_ms())).await;
        let job = cancelled.map_err(|error| unreadable(&error))?.ok_or_else(unknown)?;
        if let Some(stop) = self.running().get(&job.request.id) {
            stop.send_replace(true);
        }
        self.wake();
        Ok(job)
    }

    /// Does something with the file, off the threads that serve requests, and looks at the queues anew.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub async fn on_disk<T: Send + 'static>(
        &self,
        what: impl FnOnce(&Jobs) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let jobs = Arc::clone(&self.jobs);
        let done = tokio::task::spawn_blocking(move || {
            let done = what(&jobs)?;
            Ok((done, Seen { depths: jobs.depths()?, pauses: jobs.pauses()? }))
        });
        let (done, seen) = done.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))?;
        self.seen.store(Arc::new(seen));
        Ok(done)
    }

    /// Has the worker look whether there is something to do.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    fn running(&self) -> MutexGuard<'_, HashMap<Arc<str>, watch::Sender<bool>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unknown() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "invalid_request_error", "unknown_deferred").saying(
        "There is no such deferred request of this tenant; its answer is kept for the time that its queue says.",
    )
}

fn unreadable(error: &StoreError) -> ApiError {
    tracing::error!(%error, "the queue cannot be used");
    ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "api_error", "deferred_unavailable")
        .saying("The queue of deferred requests cannot be used at present.")
}

/// What is needed to put a request off.
#[derive(Debug)]
pub struct Deferrable {
    /// Whether its caller understands a 202 that stands for an answer to come.
    pub is_async: bool,
    /// Whether its caller has a status already.
    pub is_status_given: bool,
    /// What its caller claimed in headers.
    claims: Vec<(String, String)>,
    /// The webhook that hears of the job's end, before the queue is asked.
    webhook: Option<Name>,
    /// When the period of each budget turns that the last decision saw.
    turns: Vec<Option<u64>>,
    /// The job that this is a try of.
    origin: Option<Origin>,
    /// How the present try is put off again.
    again: Option<DeferPlan>,
}

/// Where a try comes from.
#[derive(Debug)]
struct Origin {
    queue: Name,
    earlier_tries: u32,
    since: u64,
    review_target: Option<u16>,
}

impl Deferrable {
    /// What a new request needs; none where its route has no queue. `webhook` is the one that its caller named.
    #[must_use]
    pub fn of(route: &Route, key: &Key, headers: &HeaderMap, webhook: Option<Name>) -> Option<Box<Self>> {
        if route.queues.is_empty() {
            return None;
        }
        let claim = |(_, name): (&str, &'static str)| {
            let value = headers.get(name)?.to_str().ok()?;
            Some((name.to_owned(), value.to_owned()))
        };
        Some(Box::new(Self {
            is_async: route.is_async || key.is_async || prefers_async(headers),
            claims: CLAIMS.into_iter().filter_map(claim).collect(),
            webhook: webhook.or_else(|| key.webhook.clone()).or_else(|| route.webhook.clone()),
            ..Self::nothing()
        }))
    }

    fn nothing() -> Self {
        Self {
            is_async: false,
            is_status_given: false,
            claims: Vec::new(),
            webhook: None,
            turns: Vec::new(),
            origin: None,
            again: None,
        }
    }

    /// Notes when the budgets turn that a decision is shown.
    pub fn note_turns(&mut self, budgets: &[wire::Budget]) {
        let now = now_ms();
        self.turns = budgets.iter().map(|budget| budget.resets_in.map(|left| now.saturating_add(left))).collect();
    }

    /// Where and until when the request may be put off.
    #[must_use]
    pub fn deferring<'a>(&'a self, queues: &'a [DeferralQueue], is_allowed: bool, now: u64) -> Deferring<'a> {
        let since = self.origin.as_ref().map_or(now, |origin| origin.since);
        Deferring { queues, turns: &self.turns, is_allowed, is_status_given: self.is_status_given, since, now }
    }

    /// What the policy sees of a request that comes out of a queue.
    #[must_use]
    pub fn deferred(&self) -> Option<wire::Deferred> {
        let origin = self.origin.as_ref()?;
        Some(wire::Deferred {
            queue: origin.queue.to_string(),
            tries: origin.earlier_tries,
            since: origin.since,
            review_target: origin.review_target,
        })
    }
}

/// Whether the request says `Prefer: respond-async` (RFC 7240).
fn prefers_async(headers: &HeaderMap) -> bool {
    let words = |value: &str| {
        value.split(',').any(|preference| {
            preference.split(';').next().is_some_and(|word| word.trim().eq_ignore_ascii_case("respond-async"))
        })
    };
    headers.get_all("prefer").iter().any(|value| value.to_str().is_ok_and(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preference_is_found_among_others() {
        for (value, is) in [
            ("respond-async", true),
            ("wait=10, Respond-Async; x=1", true),
            ("respond-asynchronously", false),
            ("", false),
        ] {
            let headers =
                [(http::header::HeaderName::from_static("prefer"), value.parse().unwrap())].into_iter().collect();
            assert_eq!(prefers_async(&headers), is, "{value}");
        }
    }
}
