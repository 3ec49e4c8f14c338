//! What is kept of answers and given again: the store's limits, a route's cache and its prepared answers. Who keeps them
//! is `store/answers.rs`; who gives them, `idempotency.rs` and `cache.rs`.

use std::time::Duration;

use super::Name;

/// What the store of answers keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerLimits {
    /// Answers of one tenant, those under an idempotency key and those of the cache counted apart.
    pub max_entries: u64,
    /// Their bytes, counted in the same way.
    pub max_bytes: u64,
    /// The largest answer that is kept, in bytes.
    pub max_answer_bytes: usize,
    /// How long the answer to an idempotency key is given again.
    pub idempotency_ttl: Duration,
}

/// A route's response cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheRule {
    /// How old a stored answer may be.
    pub ttl: Duration,
    /// Who may be given the answer to somebody else's request.
    pub scope: CacheScope,
}

/// Who shares the answers of a cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CacheScope {
    /// Requests with the same key.
    Key,
    /// All requests of the tenant.
    Tenant,
}

/// A prepared answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultAnswer {
    /// Its name.
    pub name: Name,
    /// What it says.
    pub text: Name,
    /// The finish reason that it is given with.
    pub finish_reason: &'static str,
}
