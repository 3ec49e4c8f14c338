//! What is told of a queue in which requests wait that a policy puts off. Who works it off is `deferral/`.

use std::num::NonZeroU32;
use std::time::Duration;

use super::Name;

/// A queue of requests that were put off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeferralQueue {
    /// Its name.
    pub name: Name,
    /// Requests of it that run at once.
    pub concurrency: NonZeroU32,
    /// How often a request may come out of it in vain before it counts as poisonous.
    pub tries: NonZeroU32,
    /// How long a request may wait, from its first deferral; and how long what became of it is kept.
    pub ttl: Duration,
    /// Requests of one tenant that may wait at once.
    pub per_tenant: NonZeroU32,
    /// Whether people decide what becomes of its requests.
    pub review: bool,
    /// The webhook that hears of the end of requests that were first put into it, where their key and route name none.
    pub webhook: Option<Name>,
}
