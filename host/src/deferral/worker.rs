//! Works the queues off: takes what may run as far as each queue's concurrency allows, runs it, and writes down what
//! became of it. One task decides what is taken, so that stopping is simple; each run is a task of its own.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::attempt::{self, Tried};
use super::finished::on_finished;
use super::plan::DeferPlan;
use super::view;
use crate::config::{DeferralQueue, Name};
use crate::downstream::{Collected, collect};
use crate::error::ApiError;
use crate::gateway::{Gateway, now_ms};
use crate::store::StoreError;
use crate::store::queue::{Job, JobState, Jobs, Next, Response};
use crate::webhook::Webhooks;

/// How often the queues are looked at when nobody says that there is something to do: what waits for an instant, and what
/// a command of another process has changed.
const TICK: Duration = Duration::from_millis(500);

/// How long a job waits whose budget was held by other requests, where nothing else is said.
const BUSY: Duration = Duration::from_secs(1);

/// What runs: the queue of each task that ends.
type Runs = JoinSet<Name>;

/// Works all queues off until told to stop, then lets what runs end within the time for draining. What has not ended by
/// then is stopped, and runs again after the next start.
pub async fn work(gateway: Arc<Gateway>, webhooks: Webhooks, mut stop: watch::Receiver<bool>) {
    let mut runs = Runs::new();
    let mut running: HashMap<Name, u32> = HashMap::new();
    loop {
        if let Err(error) = round(&gateway, &webhooks, &mut runs, &mut running).await {
            tracing::error!(%error, "the queue of deferred requests cannot be worked off; trying again");
            tokio::time::sleep(TICK).await;
        }
        tokio::select! {
            Some(ended) = runs.join_next() => note_end(&mut running, ended),
            () = gateway.deferrals.wake.notified() => {}
            () = tokio::time::sleep(TICK) => {}
            // Also when nobody is left who could say so.
            _ = stop.wait_for(|stop| *stop) => break,
        }
    }
    let drain = gateway.state.load().config.server.drain;
    let _ = tokio::time::timeout(drain, async { while runs.join_next().await.is_some() {} }).await;
    for stop in gateway.deferrals.running().values() {
        stop.send_replace(true);
    }
    while runs.join_next().await.is_some() {}
}

fn note_end(running: &mut HashMap<Name, u32>, ended: Result<Name, tokio::task::JoinError>) {
    match ended {
        Ok(queue) => {
            if let Some(count) = running.get_mut(&queue) {
                *count = count.saturating_sub(1);
            }
        }
        Err(error) => tracing::error!(%error, "the run of a deferred request panicked; it runs again after a restart"),
    }
}

/// Ends what waits too long, tells of what is finished, and starts what may run.
async fn round(
    gateway: &Arc<Gateway>,
    webhooks: &Webhooks,
    runs: &mut Runs,
    running: &mut HashMap<Name, u32>,
) -> Result<(), StoreError> {
    let tidied = |jobs: &Jobs| {
        let now = now_ms();
        jobs.expire(&view::expired(), now)?;
        jobs.forget(now)?;
        jobs.unannounced()
    };
    for job in gateway.deferrals.on_disk(tidied).await? {
        // Events have a file of their own: one that takes nothing keeps no request waiting.
        if let Err(error) = on_finished(webhooks, &job).await {
            tracing::error!(%error, "the end of a deferred request could not be told; trying again");
            break;
        }
        gateway.deferrals.on_disk(move |jobs| jobs.announced(&job.request.id)).await?;
    }
    let config = Arc::clone(&gateway.state.load().config);
    for queue in config.queues.values() {
        let count = running.entry(queue.name.clone()).or_default();
        while *count < queue.concurrency.get() {
            let (name, now) = (queue.name.clone(), now_ms());
            let left = gateway.deferrals.paces.present(now);
            let claimed = gateway.deferrals.on_disk(move |jobs| jobs.claim(&name, now, &left)).await?;
            let Some(job) = claimed else { break };
            *count += 1;
            start(gateway, runs, job);
        }
    }
    Ok(())
}

fn start(gateway: &Arc<Gateway>, runs: &mut Runs, job: Job) {
    let (stop, stopped) = watch::channel(false);
    gateway.deferrals.running().insert(Arc::clone(&job.request.id), stop);
    let gateway = Arc::clone(gateway);
    runs.spawn(async move {
        let (id, queue) = (Arc::clone(&job.request.id), job.queue.clone());
        let settled = run(&gateway, job, stopped).await;
        gateway.deferrals.running().remove(&id);
        if let Err(error) = settled {
            tracing::error!(%error, job = &*id, "what became of a deferred request could not be written; it runs again");
        }
        gateway.deferrals.wake();
        queue
    });
}

/// What a run comes to.
enum Outcome {
    /// An answer, or an error that stays one.
    Finished(JobState, Response),
    /// It waits again.
    Again(Next),
    /// It was stopped halfway, or met a rate limit: that was no try, and it runs again from that instant on.
    GivenBack(u64),
}

async fn run(gateway: &Arc<Gateway>, job: Job, mut stopped: watch::Receiver<bool>) -> Result<(), StoreError> {
    let id = Arc::clone(&job.request.id);
    // What can stop it is known by now: a caller who took it back before that has changed its state.
    let present = gateway.deferrals.on_disk(move |jobs| jobs.job(&id)).await?;
    if present.is_none_or(|present| present.state != JobState::Running) {
        return Ok(());
    }
    let job = Arc::new(job);
    // Only a process that died during its last try takes a job past its allowance.
    let outcome = if job.tries > job.allowance {
        poisoned(gateway, &job)
    } else {
        let run = |sink| attempt::run(Arc::clone(gateway), Arc::clone(&job), sink);
        let cancelled = async {
            if stopped.wait_for(|stopped| *stopped).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        let collected = collect(run, cancelled).await;
        outcome(gateway, &job, collected)
    };
    settle(gateway, &job.request.id, Arc::new(outcome)).await
}

/// Writes down what a run came to. It was paid for, so a disk that takes nothing is asked again until the gateway stops.
async fn settle(gateway: &Gateway, id: &Arc<str>, outcome: Arc<Outcome>) -> Result<(), StoreError> {
    loop {
        let (id, outcome) = (Arc::clone(id), Arc::clone(&outcome));
        let written = gateway.deferrals.on_disk(move |jobs: &Jobs| match &*outcome {
            Outcome::Finished(state, response) => jobs.finish(&id, *state, response, now_ms()).map(drop),
            Outcome::Again(next) => jobs.again(&id, next).map(drop),
            Outcome::GivenBack(not_before) => jobs.give_back(&id, *not_before),
        });
        match written.await {
            Err(error) if !gateway.draining.load(Ordering::Acquire) => {
                tracing::error!(%error, "what became of a deferred request cannot be written; trying again");
                tokio::time::sleep(TICK).await;
            }
            written => return written,
        }
    }
}

fn outcome(gateway: &Gateway, job: &Job, collected: Collected<Tried>) -> Outcome {
    match collected.outcome {
        Tried::PutOff(plan) => return put_off_again(gateway, job, &plan),
        Tried::Limited(wait) => return wait_for_limit(gateway, job, wait),
        Tried::Answered => {}
    }
    // An exchange whose caller is gone gives no head. A job that its caller took back stays as it is.
    let Some(head) = collected.head else { return Outcome::GivenBack(0) };
    let header = |name: &str| head.headers().get(name).and_then(|value| value.to_str().ok());
    if head.status().as_u16() == 429 && code_of(&collected.body).as_deref() == Some("budget_busy") {
        let seconds = header("retry-after").and_then(|seconds| seconds.parse().ok());
        return wait_for_budget(gateway, job, seconds.map_or(BUSY, Duration::from_secs));
    }
    let own = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    };
    let headers = head.headers().iter().filter_map(own).collect();
    let response = Response { status: head.status().as_u16(), headers, body: collected.body };
    Outcome::Finished(if head.status().is_success() { JobState::Done } else { JobState::Failed }, response)
}

/// The code of an error of our own.
fn code_of(body: &[u8]) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    body["error"]["code"].as_str().map(str::to_owned)
}

fn put_off_again(gateway: &Gateway, job: &Job, plan: &DeferPlan) -> Outcome {
    let route = gateway.state.load().routes.get(&job.request.route).cloned();
    let queue = route.as_ref().and_then(|route| route.setting.queues.get(plan.queue));
    match queue {
        Some(queue) if plan.review || job.tries < job.allowance => Outcome::Again(Next {
            queue: queue.name.clone(),
            review: plan.review,
            not_before: plan.not_before,
            expires_at: plan.expires_at,
            allowance: None,
        }),
        _ => poisoned(gateway, job),
    }
}

/// Its rate limits let it through later; until then nothing of the same key and route is taken either.
fn wait_for_limit(gateway: &Gateway, job: &Job, wait: Duration) -> Outcome {
    let until = after(wait);
    gateway.deferrals.paces.hold(job.request.payer(), until);
    Outcome::GivenBack(until)
}

/// The instant so long from now, in milliseconds since the Unix epoch. Rounded up: a moment too early would be in vain.
fn after(wait: Duration) -> u64 {
    now_ms().saturating_add(u64::try_from(wait.as_micros().div_ceil(1_000)).unwrap_or(u64::MAX))
}

/// Other requests held the money: it waits in its queue as it was, and that was a try.
fn wait_for_budget(gateway: &Gateway, job: &Job, wait: Duration) -> Outcome {
    if job.tries >= job.allowance {
        return poisoned(gateway, job);
    }
    Outcome::Again(Next {
        queue: job.queue.clone(),
        review: false,
        not_before: after(wait),
        expires_at: job.expires_at,
        allowance: None,
    })
}

/// A job that had all of its tries: people look at it where the route has a queue for that; else it fails.
fn poisoned(gateway: &Gateway, job: &Job) -> Outcome {
    let route = gateway.state.load().routes.get(&job.request.route).cloned();
    let review = route.iter().flat_map(|route| &route.setting.queues).find(|queue| queue.review);
    match review {
        Some(review) => Outcome::Again(Next {
            queue: review.name.clone(),
            review: true,
            not_before: now_ms(),
            expires_at: under_review_until(job, review),
            allowance: None,
        }),
        None => {
            let error = ApiError::new(http::StatusCode::SERVICE_UNAVAILABLE, "api_error", "poisoned")
                .saying(format!("The request was tried {} times out of its queue, and never served.", job.allowance));
            Outcome::Finished(JobState::Failed, view::as_response(&error))
        }
    }
}

fn under_review_until(job: &Job, review: &DeferralQueue) -> u64 {
    let longest = u64::try_from(review.ttl.as_millis()).unwrap_or(u64::MAX);
    job.expires_at.max(job.request.since.saturating_add(longest))
}
