//! Calls of webhooks: kept before they are made, made at least once, signed. Where a call may go is `webhook/address.rs`'s
//! to say.

mod address;
mod call;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use rustls::ClientConfig;
use tokio::sync::{Notify, watch};
use tokio::task::JoinError;
use tokio::time::Instant;

use crate::config::Name;
use crate::deferral::webhook::FINISHED;
use crate::gateway::{State, now_ms};
use crate::store::{Due, Event, Events, StoreError};

/// How long a call may go on failing before it is given up.
const GIVE_UP_AFTER: Duration = Duration::from_secs(24 * 3600);

/// The wait after the first failure, and the longest one.
const BACKOFF: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(3600));

/// How often it is looked for calls that are due again.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Calls of one webhook at once: one that is slow or dead takes no other's place.
const AT_ONCE: usize = 4;

/// How often it is looked for events that are kept no longer, and how long those are kept that happen with requests, once
/// nothing is due for them any more.
const TIDY_EVERY: Duration = Duration::from_secs(3600);
const KEPT: Duration = Duration::from_secs(7 * 24 * 3600);

/// Keeps events and makes calls. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Webhooks(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    events: Mutex<Events>,
    news: Notify,
}

impl Webhooks {
    /// Opens the events of that folder.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let events = Mutex::new(Events::open(dir)?);
        Ok(Self(Arc::new(Shared { path: dir.to_owned(), events, news: Notify::new() })))
    }

    /// Keeps an event; from then on its webhook is called until the call succeeds, or for a day. `false`: an event of this
    /// id is known already, and nothing changes.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub async fn send(&self, event: Event) -> Result<bool, StoreError> {
        let is_new = self.with(move |events| events.note(&event)).await?;
        self.0.news.notify_one();
        Ok(is_new)
    }

    /// Asks or changes the store off the threads that serve requests.
    async fn with<T: Send + 'static>(
        &self,
        what: impl FnOnce(&Events) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let shared = Arc::clone(&self.0);
        let done =
            tokio::task::spawn_blocking(move || what(&shared.events.lock().unwrap_or_else(PoisonError::into_inner)));
        done.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
    }

    /// Makes the calls that are due, until it is told to stop. `state` says which webhooks there are.
    pub async fn work(self, state: impl Fn() -> Arc<State>, tls: Arc<ClientConfig>, mut stop: watch::Receiver<bool>) {
        let mut calls = tokio::task::JoinSet::new();
        let mut under_way: BTreeMap<Name, BTreeSet<String>> = BTreeMap::new();
        let mut tidied: Option<Instant> = None;
        loop {
            tokio::select! {
                () = self.0.news.notified() => {}
                Some(ended) = calls.join_next() => note_end(&mut under_way, ended),
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            if tidied.is_none_or(|at| at.elapsed() >= TIDY_EVERY) {
                self.forget().await;
                tidied = Some(Instant::now());
            }
            let due = match self.with(|events| events.due(now_ms(), AT_ONCE)).await {
                Ok(due) => due,
                Err(error) => {
                    tracing::error!(%error, path = %self.0.path.display(), "the events could not be read");
                    continue;
                }
            };
            let state = state();
            for due in due {
                let calls_there = under_way.entry(due.webhook.clone()).or_default();
                if calls_there.len() < AT_ONCE && calls_there.insert(due.id.clone()) {
                    calls.spawn(self.clone().call(due, Arc::clone(&state), Arc::clone(&tls)));
                }
            }
        }
    }

    /// Deletes old events that happen with requests; those of budgets are few, and stay.
    async fn forget(&self) {
        let before = now_ms().saturating_sub(millis(KEPT));
        if let Err(error) = self.with(move |events| events.forget(FINISHED, before)).await {
            tracing::error!(%error, path = %self.0.path.display(), "old events could not be deleted");
        }
    }

    /// Makes one call and notes what became of it. Gives the webhook and the event.
    async fn call(self, due: Due, state: Arc<State>, tls: Arc<ClientConfig>) -> (Name, String) {
        let made = match state.config.webhooks.get(&due.webhook) {
            Some(webhook) => call::call(webhook, &due, &tls).await,
            None => Err(call::CallError::NoWebhook),
        };
        let id = due.id.clone();
        let noted = match made {
            Ok(()) => self.with(move |events| events.delivered(&id)).await,
            Err(error) => {
                let next = next_try(&due, now_ms());
                let (webhook, event) = (&*due.webhook, &*due.id);
                match next {
                    Some(_) => {
                        tracing::warn!(webhook, event, %error, "a webhook could not be called; trying again later")
                    }
                    None => {
                        tracing::error!(webhook, event, %error, "a webhook could not be called for a day; given up")
                    }
                }
                let why = error.to_string();
                self.with(move |events| events.failed_call(&id, next, &why)).await
            }
        };
        if let Err(error) = noted {
            tracing::error!(%error, "what became of a call could not be noted; it is made again");
            tokio::time::sleep(LOOK_EVERY).await;
        }
        (due.webhook, due.id)
    }
}

/// Takes a call that is over from those under way.
fn note_end(under_way: &mut BTreeMap<Name, BTreeSet<String>>, ended: Result<(Name, String), JoinError>) {
    match ended {
        Ok((webhook, event)) => {
            if let Some(calls) = under_way.get_mut(&webhook) {
                calls.remove(&event);
            }
        }
        // Which one it was is not known, and none is made twice at once: it is made again after the next start.
        Err(error) => tracing::error!(%error, "a call of a webhook panicked"),
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// When a call that has just failed is made again; none: it has failed for a day.
fn next_try(due: &Due, now_ms: u64) -> Option<u64> {
    if now_ms.saturating_sub(due.at) >= millis(GIVE_UP_AFTER) {
        return None;
    }
    let (first, longest) = BACKOFF;
    let wait = millis(first.saturating_mul(1 << due.attempts.min(20)).min(longest));
    // Half of it is chance, so that calls which failed together do not come back together.
    let chance = getrandom::u64().unwrap_or_default() % (wait / 2).max(1);
    Some(now_ms + wait / 2 + chance)
}

/// What says which webhooks there are.
pub fn state_of(gateway: &Arc<crate::gateway::Gateway>) -> impl Fn() -> Arc<State> + use<> {
    let gateway = Arc::clone(gateway);
    let present: fn(&ArcSwap<State>) -> Arc<State> = ArcSwap::load_full;
    move || present(&gateway.state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_made_again_later_and_later_for_a_day() {
        let due = |attempts| Due { id: String::new(), at: 0, body: String::new(), webhook: "ops".into(), attempts };
        for (attempts, longest) in [(0, 1_000), (3, 8_000), (30, 3_600_000)] {
            let wait = next_try(&due(attempts), 100).unwrap() - 100;
            assert!((longest / 2..=longest).contains(&wait), "{wait}");
        }
        assert_eq!(next_try(&due(9), 24 * 3_600_000), None);
    }
}
