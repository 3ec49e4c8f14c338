//! A route's response cache: the answer to the very same question, asked again by the same key or tenant. What is there is
//! looked up before the first decision, which sees how old it is; whether it is used is for the policy or the caller to
//! say. Only what may pass for a fresh answer is kept: served whole, undegraded, in one go, without tool calls.

use http::HeaderMap;
use http::header::CACHE_CONTROL;

use crate::config::CacheScope;
use crate::dialect::openai::stored;
use crate::downstream::Sink;
use crate::exchange::{Exchange, millis};
use crate::fallback::Ended;
use crate::gateway::{Gateway, now_ms};
use crate::ledger::{CostState, Ending};
use crate::policy::Digest;
use crate::price::Tokens;
use crate::request::Asked;
use crate::store::{AnswerKey, Purpose, StoredAnswer};

/// What the cache has for a request, and what the caller wants of it.
#[derive(Debug)]
pub struct Lookup {
    key: AnswerKey,
    /// Whether its answer may be kept.
    pub stores: bool,
    /// Whether a stored answer goes before asking anybody.
    pub prefers: bool,
    /// Whether nothing but a stored answer will do.
    pub only: bool,
    /// What there is.
    pub found: Option<StoredAnswer>,
}

impl Lookup {
    /// The age of what there is, in milliseconds.
    #[must_use]
    pub fn age(&self, now_ms: u64) -> Option<u64> {
        self.found.as_ref().map(|found| now_ms.saturating_sub(found.stored_at))
    }
}

/// What the caller says about stored answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Wish {
    no_store: bool,
    no_read: bool,
    prefers: bool,
    only: bool,
}

impl Wish {
    /// From `x-fingerpost-cache`, and from those directives of `Cache-Control` that say as much.
    fn of(headers: &HeaderMap) -> Self {
        let mut wish = Self::default();
        let own = headers.get_all("x-fingerpost-cache").iter();
        let words = own.chain(headers.get_all(CACHE_CONTROL)).filter_map(|value| value.to_str().ok());
        for word in words.flat_map(|value| value.split(',')) {
            let directive = word.split('=').next().unwrap_or_default().trim();
            match &*directive.to_ascii_lowercase() {
                "no-store" => wish.no_store = true,
                "no-cache" => wish.no_read = true,
                "prefer" | "max-stale" => wish.prefers = true,
                "only-if-cached" => wish.only = true,
                _ => {}
            }
        }
        wish
    }
}

/// Looks for a stored answer, where the route has a cache and the caller does not forbid it.
pub async fn look_up(gateway: &Gateway, asked: &Asked) -> Option<Lookup> {
    let wish = Wish::of(&asked.headers);
    let nothing = || wish.only.then(|| Lookup { key: [0; 32], stores: false, prefers: true, only: true, found: None });
    let Some(rule) = asked.route.setting.cache.filter(|_| !wish.no_store) else { return nothing() };
    let Some(question) = stored::question(&asked.body) else { return nothing() };
    let caller = &asked.caller;
    let key_name = match rule.scope {
        CacheScope::Key => &*caller.key.name,
        CacheScope::Tenant => "",
    };
    let target = asked.requested_target.map_or([0; 3], |index| {
        let [low, high] = index.to_le_bytes();
        [1, low, high]
    });
    let route = asked.route.setting.name.as_bytes();
    let tenant = caller.tenant.name.as_bytes();
    let key = Digest::of_parts(&[b"cache", tenant, key_name.as_bytes(), route, &target, &question]).into_bytes();
    let now = now_ms();
    let found = if wish.no_read { None } else { gateway.answers.find(Purpose::Cache, key, now).await };
    // The present setting counts, whatever held when it was stored.
    let is_fresh = |found: &StoredAnswer| now.saturating_sub(found.stored_at) <= millis(rule.ttl);
    let found = found.filter(is_fresh);
    Some(Lookup { key, stores: true, prefers: wish.prefers || wish.only, only: wish.only, found })
}

/// Keeps what the caller was given, if it may pass for a fresh answer to the next who asks.
pub fn keep(exchange: &Exchange, ended: &Ended, sink: &Sink) {
    let (Some(lookup), Some(rule)) = (&exchange.cached, exchange.route.setting.cache) else { return };
    let given = sink.take_copy();
    let is_fit = ended.ending == Ending::Served
        && ended.serving.is_some()
        && ended.degraded.is_none()
        && exchange.begun.is_none()
        && lookup.stores;
    let (Some(given), true) = (given, is_fit) else { return };
    let Some(body) = stored::storable(given, exchange.chat.stream, usage(exchange)) else { return };
    let now = now_ms();
    // Nobody waits for it: the next who asks finds it a little later, or asks a model.
    drop(exchange.gateway.answers.keep(StoredAnswer {
        purpose: Purpose::Cache,
        key: lookup.key,
        tenant: exchange.caller.tenant.name.clone(),
        request: lookup.key,
        request_id: exchange.id.clone(),
        stored_at: now,
        expires_at: now.saturating_add(millis(rule.ttl)),
        head: Vec::new(),
        is_stream: false,
        body,
    }));
}

/// What the serving attempt used, as its provider told it.
fn usage(exchange: &Exchange) -> Option<Tokens> {
    let entry = exchange.entries.last().filter(|entry| entry.cost_state == CostState::Confirmed)?;
    Some(Tokens::plain(entry.input_tokens, entry.output_tokens))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(name: &'static str, value: &'static str) -> Wish {
        Wish::of(&HeaderMap::from_iter([(name.parse().expect("a name"), value.parse().expect("a value"))]))
    }

    #[test]
    fn a_caller_says_in_two_ways_what_it_wants_of_the_cache() {
        assert!(wish("x-fingerpost-cache", "prefer").prefers);
        assert!(wish("cache-control", "max-stale=60").prefers);
        assert!(wish("cache-control", "max-age=0, Only-If-Cached").only);
        assert!(wish("cache-control", "no-store").no_store && wish("x-fingerpost-cache", "no-store").no_store);
        assert!(wish("cache-control", "no-cache").no_read);
        assert_eq!(wish("cache-control", "max-age=0"), Wish::default());
    }
}
