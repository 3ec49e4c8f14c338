//! How a target has been doing and what it takes: its own condition, that of its provider's credential, its slots and its
//! retries. Policies see all of it as facts; the host itself never avoids a target because of its health.

mod breaker;
mod condition;
mod provoked;
mod rest;
mod window;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use self::breaker::{Look, Token};
use self::condition::{Asks, Condition};
pub use self::provoked::Origin;
use self::window::Times;
pub use self::window::{Figures, KEPT as KEPT_OUTCOMES};
use crate::clock::ticks;
use crate::config::{self, HealthRules};
use crate::outcome::{Failure, Fault, Kind, Phase};
use crate::retry_budget::RetryBudget;
use crate::slots::{NoSlot, Slots};

/// What a target's requests share, over reloads of the config.
#[derive(Debug)]
pub struct Health {
    rules: HealthRules,
    own: Arc<Condition>,
    credential: Arc<Credential>,
    slots: Arc<Slots>,
    retries: Arc<RetryBudget>,
    /// Places in the queue, and the longest wait there.
    queue: (u32, Duration),
    max_in_flight: u32,
    retry_permille: u32,
}

/// What the targets of one provider share.
#[derive(Debug)]
pub struct Credential {
    condition: Condition,
    in_flight: AtomicU32,
}

impl Credential {
    /// Of a provider of that name, of which nothing is known.
    #[must_use]
    pub fn new(provider: &str) -> Self {
        Self { condition: Condition::new(provider), in_flight: AtomicU32::default() }
    }
}

/// What one decision sees of a target.
#[derive(Debug, Clone, Copy)]
pub struct Sampled {
    /// Whether it takes requests.
    pub availability: Availability,
    /// Its own figures.
    pub figures: Figures,
    /// What it takes.
    pub takes: Takes,
}

/// What a target takes at an instant.
#[derive(Debug, Clone, Copy)]
pub struct Takes {
    /// Attempts under way.
    pub in_flight: u32,
    /// How many more it may take at once.
    pub slots_left: u32,
    /// How many more may wait for a slot.
    pub queue_left: u32,
    /// How many retries it allows now.
    pub retries_left: u32,
}

/// What operators see of a target or a provider.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    /// `available`, `cooling`, `probing` or `recovering`.
    pub state: &'static str,
    /// For how many milliseconds it stays so.
    pub left_ms: Option<u64>,
    /// Attempts under way.
    pub in_flight: u32,
    /// Its recent outcomes.
    pub figures: Figures,
}

/// Whether a target takes requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Availability {
    /// It does.
    Available,
    /// Whoever sees this holds the only permit to try it.
    Probing(Permit),
    /// It failed; this request should look again in so many milliseconds.
    Cooling(u64),
    /// It asked to be left alone, for so many milliseconds more.
    Resting(u64),
    /// It works again, and this request's turn comes in so many milliseconds. Until then others take its load, if they can.
    Recovering(u64),
}

/// The permit to probe a target, its credential, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permit {
    own: Option<Token>,
    credential: Option<Token>,
}

/// Why an attempt was not begun. Nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TurnedAway {
    /// No slot was free, or none became free in time.
    #[error(transparent)]
    NoSlot(#[from] NoSlot),
    /// The retry budget allows no retry.
    #[error("the target's retry budget allows no retry now")]
    NoRetry,
}

impl From<TurnedAway> for Failure {
    fn from(reason: TurnedAway) -> Self {
        let kind = match reason {
            TurnedAway::NoSlot(_) => Kind::Overloaded,
            TurnedAway::NoRetry => Kind::RetryBudget,
        };
        Self::new(kind, Phase::Connect, reason.to_string())
    }
}

impl Health {
    /// Of a target with this setting, of which nothing is known.
    #[must_use]
    pub fn new(setting: &config::Target, rules: HealthRules, credential: Arc<Credential>) -> Self {
        let queue = setting.queue.map_or((0, Duration::ZERO), |queue| (queue.length.get(), queue.timeout));
        let max_in_flight = setting.max_in_flight.get();
        Self {
            rules,
            credential,
            own: Arc::new(Condition::new(&setting.id)),
            slots: Arc::new(Slots::new(max_in_flight, queue.0)),
            retries: Arc::default(),
            queue,
            max_in_flight,
            retry_permille: setting.retry_permille,
        }
    }

    /// With what is known from an earlier config of the target: its slots and retries, and if it is still the same model
    /// at the same address, its condition.
    #[must_use]
    pub fn keeping(mut self, earlier: &Self, same_place: bool) -> Self {
        self.slots = Arc::clone(&earlier.slots);
        self.retries = Arc::clone(&earlier.retries);
        if same_place {
            self.own = Arc::clone(&earlier.own);
        }
        self
    }

    /// What its provider's targets share.
    #[must_use]
    pub fn credential(&self) -> &Arc<Credential> {
        &self.credential
    }

    /// Puts its numbers in force, once its config is.
    pub fn put_in_force(&self) {
        self.slots.resize(self.max_in_flight, self.queue.0);
    }

    /// What a decision of the request with this seed sees at this instant. May hand out a probe permit: give it back with
    /// [`Self::return_probe`] when the attempt is over, or if there is none.
    #[must_use]
    pub fn sample(&self, seed: u64, now: Instant) -> Sampled {
        let takes = self.takes(now);
        let now = ticks(now);
        Sampled { availability: self.availability(seed, now), figures: self.own.figures(now), takes }
    }

    /// What the target takes at this instant.
    #[must_use]
    pub fn takes(&self, now: Instant) -> Takes {
        Takes {
            in_flight: self.slots.taken(),
            slots_left: self.slots.left(),
            queue_left: self.slots.places_left(),
            retries_left: self.retries.left(ticks(now), self.retry_permille),
        }
    }

    fn availability(&self, seed: u64, now: u64) -> Availability {
        let account = &self.credential.condition;
        match (self.own.look(seed, now, &self.rules), account.look(seed, now, &self.rules)) {
            (Look::Closed, Look::Closed) => Availability::Available,
            (Look::Cooling(left), Look::Cooling(other) | Look::Resting(other))
            | (Look::Resting(left), Look::Cooling(other)) => Availability::Cooling(left.max(other)),
            (Look::Cooling(left), _) | (_, Look::Cooling(left)) => Availability::Cooling(left),
            (Look::Resting(left), Look::Resting(other)) => Availability::Resting(left.max(other)),
            (Look::Resting(left), _) | (_, Look::Resting(left)) => Availability::Resting(left),
            // A probe is but one request: what the other lets come back bit by bit does not keep it away.
            (own @ Look::Due, other) | (own, other @ Look::Due) => {
                self.probe(now, own == Look::Due, other == Look::Due)
            }
            (Look::Recovering(left), Look::Recovering(other)) => Availability::Recovering(left.max(other)),
            (Look::Recovering(left), Look::Closed) | (Look::Closed, Look::Recovering(left)) => {
                Availability::Recovering(left)
            }
        }
    }

    /// Takes the permits that are needed, all or none.
    fn probe(&self, now: u64, own: bool, credential: bool) -> Availability {
        let take = |condition: &Condition, needed: bool| needed.then(|| condition.take_probe(now)).transpose();
        let own = match take(&self.own, own) {
            Ok(own) => own,
            Err(left) => return Availability::Cooling(left),
        };
        match take(&self.credential.condition, credential) {
            Ok(credential) => Availability::Probing(Permit { own, credential }),
            Err(left) => {
                self.return_probe(Permit { own, credential: None });
                Availability::Cooling(left)
            }
        }
    }

    /// Gives back a probe permit. One that a verdict has ended is gone already.
    pub fn return_probe(&self, permit: Permit) {
        if let Some(token) = permit.own {
            self.own.return_probe(token);
        }
        if let Some(token) = permit.credential {
            self.credential.condition.return_probe(token);
        }
    }

    /// Begins an attempt: takes a slot, or waits for one as long as the target's queue and the deadline allow. `is_retry`:
    /// the request has tried this target before. Ends with `leave_served`, `leave_cancelled` or `Target::leave_failed`; a
    /// wait that is given up leaves no trace.
    ///
    /// # Errors
    /// When nothing may be sent.
    pub async fn enter(&self, is_retry: bool, deadline: Instant) -> Result<(), TurnedAway> {
        if is_retry && self.retries.left(ticks(Instant::now()), self.retry_permille) == 0 {
            return Err(TurnedAway::NoRetry);
        }
        self.slots.enter(deadline.min(Instant::now() + self.queue.1)).await?;
        let now = ticks(Instant::now());
        if !is_retry {
            self.retries.count_request(now);
        } else if !self.retries.try_retry(now, self.retry_permille) {
            self.slots.leave();
            return Err(TurnedAway::NoRetry);
        }
        self.credential.in_flight.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// The first token of an attempt has come, or the head of a plain answer: whatever follows, the target works. This is
    /// where a probe succeeds.
    pub fn first_token(&self, started: Instant) {
        let (sent, now) = (ticks(started), ticks(Instant::now()));
        self.own.first_token(sent, now, &self.rules);
        self.credential.condition.first_token(sent, now, &self.rules);
    }

    /// Ends an attempt that served. `first_token` is counted from its start.
    pub fn leave_served(&self, started: Instant, first_token: Duration) {
        let (sent, now) = (ticks(started), ticks(Instant::now()));
        let clipped = |ms: u64| u32::try_from(ms).unwrap_or(u32::MAX);
        let latency_ms = clipped(now.saturating_sub(sent));
        let times = Times { first_token_ms: clipped(millis(first_token)), latency_ms };
        self.own.served(sent, now, times, &self.rules);
        self.credential.condition.served(sent, now, times, &self.rules);
        self.leave_cancelled();
    }

    /// Ends an attempt that failed. `origin` says where a failure came from that its request may have provoked; none: it
    /// cannot have. `true`: for the operator's fault, the target or its provider is left alone from now on.
    #[must_use]
    pub fn leave_failed(&self, started: Instant, failure: &Failure, origin: Option<Origin>) -> bool {
        let (sent, now, rules) = (ticks(started), ticks(Instant::now()), &self.rules);
        let account = &self.credential.condition;
        let refused = Asks::Trial(failure.retry_after.unwrap_or_default().max(rules.refused_cool_down));
        let alert = match (failure.kind, failure.kind.traits().fault) {
            (_, Fault::Caller) => false,
            _ if origin.is_some_and(|origin| !self.own.counts(origin, now, rules)) => false,
            // That is about all targets of the provider, and about none of them by itself.
            (Kind::InvalidKey | Kind::QuotaExhausted, _) => account.failed(sent, now, refused, rules),
            (kind, fault) => {
                let asks = match kind {
                    Kind::UnknownModel | Kind::NotFound => refused,
                    Kind::RateLimited | Kind::Overloaded => failure.retry_after.map_or(Asks::Nothing, Asks::Rest),
                    _ => Asks::Nothing,
                };
                account.note_failure(now, rules);
                self.own.failed(sent, now, asks, rules) && fault == Fault::Operator
            }
        };
        self.leave_cancelled();
        alert
    }

    /// Ends an attempt that says nothing about the target.
    pub fn leave_cancelled(&self) {
        self.slots.leave();
        self.credential.in_flight.fetch_sub(1, Ordering::Relaxed);
    }

    /// What operators see of the target.
    #[must_use]
    pub fn seen(&self) -> Seen {
        self.see(&self.own, self.slots.taken())
    }

    /// What they see of its provider.
    #[must_use]
    pub fn seen_provider(&self) -> Seen {
        self.see(&self.credential.condition, self.credential.in_flight.load(Ordering::Relaxed))
    }

    fn see(&self, condition: &Condition, in_flight: u32) -> Seen {
        let now = ticks(Instant::now());
        let (state, left_ms) = condition.state(now, &self.rules);
        Seen { state, left_ms, in_flight, figures: condition.figures(now) }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
