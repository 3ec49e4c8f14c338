//! What is wrong with a simulated provider at the moment, and the handle that changes it while it runs. What each
//! condition does to a request is decided in `server.rs` and `respond.rs`.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// What is wrong with a provider.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "condition", rename_all = "kebab-case")]
pub enum Condition {
    /// Nothing.
    #[default]
    Healthy,
    /// Refuses connections, and has cut the open ones.
    Down,
    /// Answers every request with this status, a 5xx.
    Failing {
        /// Such as 503.
        status: u16,
    },
    /// Everything takes longer.
    Slow {
        /// So many times as long.
        factor: u32,
    },
    /// Answers every request with a 429.
    RateLimited {
        /// What its `Retry-After` says, in seconds.
        retry_after_s: u32,
    },
    /// Breaks every stream off in its middle, without a finish. Plain answers are whole.
    CutsStreams,
}

/// Changes what is wrong with a provider, from anywhere and at any time. Clones steer the same provider.
#[derive(Debug, Clone)]
pub struct SimControl(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    condition: watch::Sender<Condition>,
    key: Mutex<Option<String>>,
}

impl SimControl {
    pub(super) fn new() -> Self {
        let (condition, _) = watch::channel(Condition::Healthy);
        Self(Arc::new(Shared { condition, key: Mutex::new(None) }))
    }

    /// From now on this is wrong. Returns at once; a provider that goes down or comes back needs a moment to do so.
    pub fn set(&self, condition: Condition) {
        self.0.condition.send_replace(condition);
    }

    /// What is wrong now.
    #[must_use]
    pub fn condition(&self) -> Condition {
        *self.0.condition.borrow()
    }

    /// From now on requests need this key as their bearer token; none: they need no key, as at the start.
    pub fn require_key(&self, key: Option<&str>) {
        *self.0.key.lock().unwrap_or_else(PoisonError::into_inner) = key.map(str::to_owned);
    }

    /// Whether a request that brings this bearer token may pass.
    pub(super) fn admits(&self, bearer: Option<&str>) -> bool {
        let key = self.0.key.lock().unwrap_or_else(PoisonError::into_inner);
        key.as_deref().is_none_or(|key| bearer == Some(key))
    }

    pub(super) fn watch(&self) -> watch::Receiver<Condition> {
        self.0.condition.subscribe()
    }
}
