//! What lies ready of deployed policies: the store of deployments, asked off the threads that serve requests, and the latest
//! compiled versions of each route, so that going back compiles nothing.

use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::intake::Admitted;
use crate::config::Name;
use crate::gateway::now_ms;
use crate::policy::{Digest, Module};
use crate::store::StoreError;
use crate::store::deployments::Deployments;

/// Compiled versions that a route keeps beside its active one. Each is a few megabytes of code.
const KEPT_COMPILED: usize = 3;

/// Who the gateway is in the audit.
pub(super) const GATEWAY: &str = "fingerpost";

/// The store and the compiled versions. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Shelf {
    deployments: Arc<Mutex<Deployments>>,
    compiled: Arc<Mutex<HashMap<Name, VecDeque<Module>>>>,
}

impl Shelf {
    pub(super) fn open(dir: &Path) -> Result<Self, StoreError> {
        Ok(Self { deployments: Arc::new(Mutex::new(Deployments::open(dir)?)), compiled: Arc::default() })
    }

    /// Asks or changes the store.
    pub(super) async fn with<T: Send + 'static>(
        &self,
        what: impl FnOnce(&mut Deployments) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let deployments = Arc::clone(&self.deployments);
        let done =
            tokio::task::spawn_blocking(move || what(&mut deployments.lock().unwrap_or_else(PoisonError::into_inner)));
        done.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
    }

    /// Notes what a config's file says, with the versions that it brings.
    pub(super) async fn adopt(&self, admitted: &[Admitted]) -> Result<(), StoreError> {
        let adopted: Vec<_> = admitted.iter().filter_map(Admitted::adopted).collect();
        if adopted.is_empty() {
            return Ok(());
        }
        self.with(move |store| store.adopt(&adopted, GATEWAY, now_ms())).await
    }

    /// Keeps a compiled version that was active.
    pub(super) fn keep_compiled(&self, route: &Name, module: Module) {
        let mut compiled = self.compiled();
        let kept = compiled.entry(route.clone()).or_default();
        kept.retain(|known| known.key() != module.key());
        kept.push_front(module);
        kept.truncate(KEPT_COMPILED);
    }

    /// The compiled version with this key, if it is kept.
    pub(super) fn compiled_of(&self, route: &str, key: &Digest) -> Option<Module> {
        self.compiled().get(route)?.iter().find(|module| module.key() == key).cloned()
    }

    /// Forgets the compiled versions of a route, whose set-up is another one now.
    pub(super) fn forget_compiled(&self, route: &str) {
        self.compiled().remove(route);
    }

    fn compiled(&self) -> MutexGuard<'_, HashMap<Name, VecDeque<Module>>> {
        // Nothing panics while it is held.
        self.compiled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
