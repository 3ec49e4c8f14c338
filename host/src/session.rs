//! Sessions: which target each one belongs to, so that a conversation keeps its model across turns (R26). What a request
//! does to its session is the policy's to say; here it is kept. A table in memory of a bounded size: it survives a reload
//! of the config, not a restart.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::time::Instant;

use crate::config::Name;
use crate::policy::wire::SessionUse;

/// Sessions at once, of all tenants. Each takes some two hundred bytes, so that all of them stay below 20 MiB.
const MOST_SESSIONS: usize = 1 << 16;

/// A lock each, so that requests of different sessions seldom meet. A power of two.
const SHARDS: usize = 16;

/// The longest name of a session in bytes. A longer one names none: cut, it could be another's.
const NAME_BYTES: usize = 512;

/// How long a provider keeps the beginning of a conversation cached after its last use, in most cases.
const CACHED: Duration = Duration::from_secs(300);

/// Whose session, and on which route. The same name elsewhere is another session.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The tenant.
    pub tenant: &'a str,
    /// The route.
    pub route: &'a str,
}

/// What stands for a scope and a name: names are of any kind and length, and are nobody's business.
type Key = [u8; 32];

/// What is known of a session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// The id of the target that it belongs to; none before the first turn, or while each turn was a `once`.
    pub target: Option<Name>,
    /// Turns that were served.
    pub turns: u32,
    /// The features that they needed.
    pub needs: Vec<&'static str>,
    /// Input and output tokens of the last turn at its target, and when that ended.
    cached: Option<(u32, Instant)>,
}

/// A request's part in its session: what was known on arrival, and what the last decision means for it.
#[derive(Debug)]
pub struct Sitting {
    key: Key,
    meaning: SessionUse,
    /// What was known on arrival.
    pub known: Known,
    /// Tokens that its target probably had cached on arrival.
    pub cached_tokens: u32,
}

impl Sitting {
    /// A number that stands for the session: the same for all of its requests.
    #[must_use]
    pub fn number(&self) -> u64 {
        let mut number = [0; 8];
        number.copy_from_slice(&self.key[..8]);
        u64::from_le_bytes(number)
    }

    /// Keeps what the latest decision means for the session.
    pub fn means(&mut self, meaning: SessionUse) {
        self.meaning = meaning;
    }
}

/// A turn that was served whole.
#[derive(Debug, Clone, Copy)]
pub struct Turn<'a> {
    /// The id of the target that served.
    pub target: &'a Name,
    /// The features that it needed.
    pub needs: &'a [&'static str],
    /// Its input and output tokens together.
    pub tokens: u32,
}

/// All sessions.
#[derive(Debug)]
pub struct Sessions {
    shards: Vec<Mutex<Shard>>,
    /// The most sessions of a shard.
    most: usize,
}

#[derive(Debug, Default)]
struct Shard {
    sessions: HashMap<Key, Entry>,
    /// The sessions by their last use, the longest unused first.
    by_use: BTreeMap<u64, Key>,
    uses: u64,
}

#[derive(Debug)]
struct Entry {
    known: Known,
    used_at: Instant,
    /// Its key in `by_use`.
    use_number: u64,
}

impl Default for Sessions {
    fn default() -> Self {
        Self::of_at_most(MOST_SESSIONS)
    }
}

impl Sessions {
    fn of_at_most(sessions: usize) -> Self {
        Self { shards: std::iter::repeat_with(Mutex::default).take(SHARDS).collect(), most: sessions.div_ceil(SHARDS) }
    }

    /// Looks up the session of a request that arrives. One that nobody has used for `idle` is forgotten, and begins
    /// anew. None where the name is too long for one.
    #[must_use]
    pub fn attend(&self, scope: Scope<'_>, name: &str, idle: Duration, now: Instant) -> Option<Sitting> {
        if name.len() > NAME_BYTES {
            return None;
        }
        let key = key(scope, name);
        let known = self.shard(&key).attend(&key, idle, now).unwrap_or_default();
        let fresh = known.cached.filter(|(_, at)| now.saturating_duration_since(*at) <= CACHED);
        let cached_tokens = fresh.map_or(0, |(tokens, _)| tokens);
        Some(Sitting { key, meaning: SessionUse::Keep, known, cached_tokens })
    }

    /// Takes in a turn that was served, and gives the id of the target that the session has left by it. A session that
    /// is kept where the route has no such target any more goes along with the turn.
    ///
    /// Of several requests of one session the one that is served last counts. One that keeps the session never brings
    /// it back to where another has moved it from.
    pub fn settle(
        &self,
        sitting: &Sitting,
        turn: &Turn<'_>,
        is_there: impl Fn(&str) -> bool,
        now: Instant,
    ) -> Option<Name> {
        let mut shard = self.shard(&sitting.key);
        // One that had to make room while its request was under way is what it was then.
        let known = shard.touch(sitting.key, now, self.most, || sitting.known.clone());
        known.turns = known.turns.saturating_add(1);
        for need in turn.needs {
            if !known.needs.contains(need) {
                known.needs.push(need);
            }
        }
        let goes = match sitting.meaning {
            SessionUse::Once => false,
            SessionUse::Move => true,
            SessionUse::Keep => known.target.as_ref().is_none_or(|target| !is_there(target)),
        };
        let left = match &known.target {
            Some(target) if goes && target != turn.target => Some(target.clone()),
            _ => None,
        };
        if goes {
            known.target = Some(turn.target.clone());
        }
        if known.target.as_ref() == Some(turn.target) {
            known.cached = Some((turn.tokens, now));
        }
        left
    }

    fn shard(&self, key: &Key) -> MutexGuard<'_, Shard> {
        let shard = &self.shards[usize::from(key[0]) % SHARDS];
        // Whoever panicked with the lock left at worst a session that is not in the order of use.
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shard {
    /// What is known of the session, which was used now.
    fn attend(&mut self, key: &Key, idle: Duration, now: Instant) -> Option<Known> {
        let entry = self.sessions.get_mut(key)?;
        self.by_use.remove(&entry.use_number);
        if now.saturating_duration_since(entry.used_at) > idle {
            self.sessions.remove(key);
            return None;
        }
        self.uses += 1;
        (entry.use_number, entry.used_at) = (self.uses, now);
        self.by_use.insert(self.uses, *key);
        Some(entry.known.clone())
    }

    /// The session, which was used now and is made where there is none. Where there are too many, the one that was
    /// unused for longest goes.
    fn touch(&mut self, key: Key, now: Instant, most: usize, new: impl FnOnce() -> Known) -> &mut Known {
        self.uses += 1;
        let use_number = self.uses;
        if let Some(entry) = self.sessions.get(&key) {
            self.by_use.remove(&entry.use_number);
        } else if self.sessions.len() >= most
            && let Some((_, oldest)) = self.by_use.pop_first()
        {
            self.sessions.remove(&oldest);
        }
        self.by_use.insert(use_number, key);
        let entry = self.sessions.entry(key).or_insert_with(|| Entry { known: new(), used_at: now, use_number });
        (entry.use_number, entry.used_at) = (use_number, now);
        &mut entry.known
    }
}

fn key(scope: Scope<'_>, name: &str) -> Key {
    let mut hash = Sha256::new();
    // With their lengths, so that no two scopes and names run together alike.
    for part in [scope.tenant, scope.route, name] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests;
