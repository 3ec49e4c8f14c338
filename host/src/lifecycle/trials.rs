//! Trials outlive the process: about once a second, and at the end, what has changed of them is written down, off the threads
//! that serve requests; a start goes on with the very trial that was kept. A disk that takes nothing costs no request anything.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Lifecycle;
use crate::config::Name;
use crate::store::{KeptTrial, StoreError, Trials};
use crate::trial::{Progress, Trial};

/// What is kept of trials.
#[derive(Debug)]
pub(super) struct KeptTrials {
    store: Arc<Mutex<Trials>>,
    known: Mutex<Known>,
}

#[derive(Debug)]
struct Known {
    /// What the process before has kept and no trial has gone on with.
    earlier: HashMap<Name, KeptTrial>,
    /// What this process has written last.
    written: HashMap<Name, KeptTrial>,
    /// Whether the last write failed.
    is_failing: bool,
}

impl KeptTrials {
    pub(super) fn open(dir: &Path) -> Result<Self, StoreError> {
        let store = Trials::open(dir)?;
        let earlier = store.load()?.into_iter().map(|kept| (kept.route.clone(), kept)).collect();
        let known = Known { earlier, written: HashMap::new(), is_failing: false };
        Ok(Self { store: Arc::new(Mutex::new(store)), known: Mutex::new(known) })
    }

    /// Lets a trial that begins with this process go on from what was kept of it.
    pub(super) fn resume(&self, route: &Name, trial: &Trial) {
        let mut known = self.known();
        let Some(kept) = known.earlier.remove(route) else { return };
        if kept.identity == trial.identity() {
            trial.resume(kept.progress);
        } else {
            // Another trial takes its place, and its row.
            known.written.insert(route.clone(), kept);
        }
    }

    /// Lets what was counted beside another active version count for nothing.
    pub(super) fn begin_anew(&self, route: &Name) {
        self.known().remove(route);
    }

    /// Forgets what is kept of a route's trial, for another one begins.
    pub(super) async fn forget(&self, route: Name) {
        self.known().remove(&route);
        self.write(Vec::new(), vec![route]).await;
    }

    /// Writes down what has changed of these trials, and forgets those that are over.
    async fn keep(&self, present: Vec<KeptTrial>) {
        let (changed, over) = self.known().changes(present);
        if !changed.is_empty() || !over.is_empty() {
            self.write(changed, over).await;
        }
    }

    async fn write(&self, changed: Vec<KeptTrial>, over: Vec<Name>) {
        let store = Arc::clone(&self.store);
        let writing = tokio::task::spawn_blocking(move || {
            let done = store.lock().unwrap_or_else(PoisonError::into_inner).keep(&changed, &over);
            (done, changed, over)
        });
        let (done, changed, over) = writing.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
        let mut known = self.known();
        match done {
            Ok(()) => {
                known.is_failing = false;
                known.written.retain(|route, _| !over.contains(route));
                known.written.extend(changed.into_iter().map(|kept| (kept.route.clone(), kept)));
            }
            Err(error) if !known.is_failing => {
                known.is_failing = true;
                tracing::error!(%error, "trials cannot be kept; a restart would begin them anew");
            }
            Err(_) => {}
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn remove(&mut self, route: &Name) {
        self.earlier.remove(route);
        self.written.remove(route);
    }

    /// Of what there is now: what is not written yet, and of which routes what is written is over. That time passes is no
    /// change.
    fn changes(&self, present: Vec<KeptTrial>) -> (Vec<KeptTrial>, Vec<Name>) {
        let over = self.written.keys().filter(|route| !present.iter().any(|kept| kept.route == **route));
        let over: Vec<Name> = over.cloned().collect();
        let is_new = |kept: &KeptTrial| {
            self.written.get(&kept.route).is_none_or(|written| {
                written.identity != kept.identity || !has_same_counts(&written.progress, &kept.progress)
            })
        };
        (present.into_iter().filter(is_new).collect(), over)
    }
}

fn has_same_counts(one: &Progress, other: &Progress) -> bool {
    let window = |progress: &Progress| (progress.window.candidate, progress.window.active);
    (one.candidate, one.active, window(one)) == (other.candidate, other.active, window(other)) && one.seen == other.seen
}

impl Lifecycle {
    /// Writes down how far trials have come.
    pub async fn keep_trials(&self) {
        let state = self.gateway.state.load_full();
        let kept = |route: &Name, trial: &Trial| KeptTrial {
            route: route.clone(),
            identity: trial.identity(),
            progress: trial.progress(),
        };
        let routes = state.routes.values();
        let present = routes.filter_map(|route| Some(kept(&route.setting.name, &*route.trial.load_full()?)));
        self.trials.keep(present.collect()).await;
    }
}
