//! Rate limits (GCRA): requests and tokens in a minute, and requests at once, for keys, tenants and routes. All that apply
//! admit a request, or none is charged. A limit is also its burst: who has been quiet for a minute may ask for all of it
//! at once, and nobody gets more than the limit and one burst in any minute.

mod bucket;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use http::StatusCode;
use tokio::time::Instant;

use crate::config::{Name, Rate};
use crate::error::ApiError;
use bucket::Bucket;
pub use bucket::Level;

/// What a scope is, besides its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScopeKind {
    /// A tenant.
    Tenant,
    /// A key.
    Key,
    /// A route.
    Route,
}

impl ScopeKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::Key => "key",
            Self::Route => "route",
        }
    }
}

/// What the limits of one tenant, key or route have left.
#[derive(Debug)]
pub struct Scope {
    kind: ScopeKind,
    rate: Rate,
    counts: Mutex<Counts>,
}

#[derive(Debug)]
struct Counts {
    requests: Option<Bucket>,
    tokens: Option<Bucket>,
    in_flight: u32,
}

/// All scopes that are in force, so that a reload finds those that have not changed.
#[derive(Debug)]
pub struct Limits {
    began: Instant,
    scopes: Mutex<HashMap<(ScopeKind, Name), Weak<Scope>>>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { began: Instant::now(), scopes: Mutex::default() }
    }
}

/// What a request was admitted by. It has to be given back, with the tokens that it used.
#[derive(Debug, Default)]
#[must_use = "a pass that is not given back keeps its place among the requests at once"]
pub struct Pass {
    scopes: [Option<Arc<Scope>>; 3],
    tokens: u64,
    /// What is left after it.
    pub standing: Standing,
}

/// What the tightest scopes have left.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Of requests; none: they are not limited.
    pub requests: Option<Level>,
    /// Of tokens.
    pub tokens: Option<Level>,
}

/// Why a request was not admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exceeded {
    kind: ScopeKind,
    what: &'static str,
    limit: u32,
    /// Until it would be admitted if nobody else came; none: never.
    pub wait: Option<Duration>,
    /// Whether it asks for more than there ever is.
    is_too_large: bool,
    /// What there is.
    pub standing: Standing,
}

impl Limits {
    /// The limits of a tenant, key or route; those that it had, if they are the same. None: it has none.
    #[must_use]
    pub fn scope(&self, kind: ScopeKind, name: &Name, rate: Rate) -> Option<Arc<Scope>> {
        if rate == Rate::default() {
            return None;
        }
        let mut scopes = self.scopes.lock().unwrap_or_else(PoisonError::into_inner);
        let place = (kind, name.clone());
        if let Some(known) = scopes.get(&place).and_then(Weak::upgrade).filter(|known| known.rate == rate) {
            return Some(known);
        }
        scopes.retain(|_, scope| scope.strong_count() > 0);
        let scope = Arc::new(Scope::new(kind, rate));
        scopes.insert(place, Arc::downgrade(&scope));
        Some(scope)
    }

    /// The clock of all buckets, in nanoseconds.
    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Admits a request that may use so many tokens to all of these scopes, or to none.
    ///
    /// # Errors
    /// With the first limit that it would exceed.
    pub fn admit(&self, scopes: [Option<&Arc<Scope>>; 3], tokens: u64) -> Result<Pass, Exceeded> {
        let now = self.now();
        // Always tenant, key, route: no two requests wait for each other's locks.
        let mut held = scopes.map(|scope| scope.map(|scope| (scope, scope.counts())));
        for (scope, counts) in held.iter().flatten() {
            if let Some(mut limited) = scope.refuses(counts, tokens, now) {
                limited.standing = standing(&held, now);
                return Err(limited);
            }
        }
        for (_, counts) in held.iter_mut().flatten() {
            counts.charge(tokens, now);
        }
        let standing = standing(&held, now);
        Ok(Pass { scopes: scopes.map(Option::<&Arc<Scope>>::cloned), tokens, standing })
    }

    /// Takes a pass back from a request that has used so many tokens.
    pub fn leave(&self, pass: &Pass, used: u64) {
        let now = self.now();
        for scope in pass.scopes.iter().flatten() {
            let mut counts = scope.counts();
            counts.in_flight = counts.in_flight.saturating_sub(1);
            if let Some(bucket) = &mut counts.tokens {
                bucket.correct(pass.tokens, used, now);
            }
        }
    }
}

type Held<'a> = [Option<(&'a Arc<Scope>, MutexGuard<'a, Counts>)>; 3];

/// Of each limit the level of the scope that has least left.
fn standing(held: &Held<'_>, now: u64) -> Standing {
    let least = |bucket: fn(&Counts) -> Option<&Bucket>| {
        let levels = held.iter().flatten().filter_map(|(_, counts)| Some(bucket(counts)?.level(now)));
        levels.min_by_key(|level| (level.remaining, std::cmp::Reverse(level.resets_in)))
    };
    Standing { requests: least(|counts| counts.requests.as_ref()), tokens: least(|counts| counts.tokens.as_ref()) }
}

impl Scope {
    fn new(kind: ScopeKind, rate: Rate) -> Self {
        let counts =
            Counts { requests: rate.requests.map(Bucket::new), tokens: rate.tokens.map(Bucket::new), in_flight: 0 };
        Self { kind, rate, counts: Mutex::new(counts) }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The limit that a request would exceed.
    fn refuses(&self, counts: &Counts, tokens: u64, now: u64) -> Option<Exceeded> {
        let limited = |what, limit, wait| {
            let is_too_large = false;
            Exceeded { kind: self.kind, what, limit, wait, is_too_large, standing: Standing::default() }
        };
        if let Some(most) = self.rate.concurrent.filter(|most| counts.in_flight >= most.get()) {
            return Some(limited("requests at once", most.get(), Some(Duration::from_secs(1))));
        }
        let by_requests = counts.requests.as_ref().and_then(|bucket| Some((bucket, bucket.wait(1, now)?)));
        if let Some((bucket, wait)) = by_requests {
            return Some(limited("requests per minute", bucket.limit(), Some(wait)));
        }
        let bucket = counts.tokens.as_ref()?;
        if tokens > u64::from(bucket.limit()) {
            return Some(Exceeded { is_too_large: true, ..limited("tokens per minute", bucket.limit(), None) });
        }
        bucket.wait(tokens, now).map(|wait| limited("tokens per minute", bucket.limit(), Some(wait)))
    }
}

impl Counts {
    fn charge(&mut self, tokens: u64, now: u64) {
        self.in_flight += 1;
        if let Some(bucket) = &mut self.requests {
            bucket.charge(1, now);
        }
        if let Some(bucket) = &mut self.tokens {
            bucket.charge(tokens, now);
        }
    }
}

impl Exceeded {
    /// What the caller is told.
    #[must_use]
    pub fn to_api_error(&self) -> ApiError {
        let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "rate_limit_error", "rate_limit_exceeded");
        let (scope, limit, what) = (self.kind.as_str(), self.limit, self.what);
        if self.is_too_large {
            let message = format!(
                "The {scope} may use {limit} {what}, and this request could use more by itself: shorten it, or send a \
                 lower `max_completion_tokens`."
            );
            return error.saying(message).pointless_to_retry();
        }
        error.saying(format!("The {scope} has reached its limit of {limit} {what}.")).retry_after(self.wait)
    }
}

#[cfg(test)]
mod tests;
