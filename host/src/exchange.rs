//! A request under way: what is known of it, what was tried and decided, what it holds. `fallback.rs` drives it;
//! `request.rs` begins and closes it.

mod booking;
mod holding;
mod standing;
mod trying;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use crate::account::{Reservation, Waiting};
use crate::boundary::Allowed;
use crate::cache::Lookup;
use crate::config::{Bounds, TrafficClass};
use crate::decision::{Circumstances, SendPlan, Tried, Ways};
use crate::deferral::Deferrable;
use crate::deferral::plan::Deferring;
use crate::dialect::openai::delivered::{Channel, Seen};
use crate::dialect::openai::request::ChatRequest;
use crate::disclosure::Disclosure;
use crate::estimate::Estimate;
use crate::gateway::{Caller, Gateway, RouteState, now_ms};
use crate::health::Permit;
use crate::ledger::{DecisionEntry, Entry, Who};
use crate::limits::Pass;
use crate::money::NanoUsd;
use crate::outcome::Failure;
use crate::policy::{Generation, wire};
use crate::price::Price;
use crate::session::Sitting;
use crate::store::Mark;
use crate::trial::Part;

/// A request under way.
#[derive(Debug)]
pub struct Exchange {
    /// What all requests share.
    pub gateway: Arc<Gateway>,
    /// Its id.
    pub id: Arc<str>,
    /// When it arrived.
    pub arrived: Instant,
    /// The same, in milliseconds since the Unix epoch.
    pub received_at: u64,
    /// Who asks.
    pub caller: Arc<Caller>,
    /// Who asks and for what, for the ledger.
    pub who: Who,
    /// The route, as it was on arrival.
    pub route: Arc<RouteState>,
    /// The generation that makes all of its decisions.
    pub generation: Option<Arc<Generation>>,
    /// Its part in the trial of a candidate.
    pub trial: Option<Part>,
    /// What is known of the request.
    pub chat: ChatRequest,
    /// Its body as it came.
    pub body: Bytes,
    /// The class that it is decided as.
    pub class: TrafficClass,
    /// What it is held to.
    pub bounds: Bounds,
    /// Those of the route's targets that the boundaries of the tenant and the key allow.
    pub allowed: Allowed,
    /// The session that it belongs to, as it was on arrival.
    pub sitting: Option<Sitting>,
    /// What it is estimated to cost at each of the route's targets.
    pub estimates: Box<[Estimate]>,
    /// What is reserved for a target whose price nobody knows.
    pub unknown_price: Arc<Price>,
    /// What else is known, with its source.
    pub attributes: Vec<wire::Attribute>,
    /// The index of the target that the caller named.
    pub requested_target: Option<u16>,
    /// The only randomness.
    pub seed: u64,
    /// The index of the target that the first decision meant.
    pub intended: Option<usize>,
    /// The attempts, as the bounds count them.
    pub tried: Vec<Tried>,
    /// The attempts that failed, as the policy sees them.
    pub attempts: Vec<wire::Attempt>,
    /// Their failures, in the same order.
    pub failures: Vec<Failure>,
    /// All attempts, for the ledger.
    pub entries: Vec<Entry>,
    /// All decisions, for the ledger.
    pub decisions: Vec<DecisionEntry>,
    /// Why the intended target did not serve.
    pub cause: Option<Box<str>>,
    /// The index of a target that only it may probe, with its permit.
    pub probing: Option<(usize, Permit)>,
    /// Its place in the line for money.
    pub waiting: Option<Waiting>,
    /// What it holds of its budgets.
    pub reservation: Option<Reservation>,
    /// When it reserved, once that is settled, in milliseconds since the Unix epoch.
    pub reserved_at: Option<u64>,
    /// What the journal has of it.
    pub marks: Vec<Mark>,
    /// What the caller has of a stream that broke.
    pub begun: Option<Begun>,
    /// The attempt that has a slot of its target and is not booked: its plan, and when it started.
    pub under_way: Option<(SendPlan, Instant)>,
    /// What its rate limits admitted it by.
    pub pass: Pass,
    /// What the route's cache has for it; none: the route has no cache, or the caller wants none of it.
    pub cached: Option<Lookup>,
    /// What is needed to put it off, where its route has queues or it comes from one.
    pub deferrable: Option<Box<Deferrable>>,
    /// The job that it became, or that it is a try of.
    pub job: Option<Arc<str>>,
    /// Whether it is a run of its own, whose answer several may be given.
    pub is_run: bool,
    /// That its caller wants to know how it was decided, and may.
    pub disclosure: Option<Box<Disclosure>>,
}

/// A stream of which the caller has a part.
#[derive(Debug)]
pub struct Begun {
    /// What it has seen; none where that cannot be continued.
    pub seen: Option<Seen>,
    /// Tokens of the answer in it, estimated. 0: the content is not committed, and another answer may take its place.
    pub tokens: u64,
    /// The index of the target that began it.
    pub target: usize,
    /// The index of the failure that broke it.
    pub broke: usize,
    /// The index of the entry of the attempt that began it.
    pub entry: usize,
}

impl Exchange {
    /// Milliseconds since its arrival.
    #[must_use]
    pub fn elapsed_ms(&self) -> u64 {
        millis(self.arrived.elapsed())
    }

    /// Whether what it gives is kept for others or for later: then its record has to outlive the process first.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.is_run || self.job.is_some() || self.cached.as_ref().is_some_and(|lookup| lookup.stores)
    }

    /// When it must be over.
    #[must_use]
    pub fn deadline(&self) -> Instant {
        self.arrived + self.bounds.deadline
    }

    /// Until then.
    #[must_use]
    pub fn time_left(&self) -> Duration {
        self.deadline().saturating_duration_since(Instant::now())
    }

    /// 0 for the first decision, then counting up.
    #[must_use]
    pub fn decision_index(&self) -> u32 {
        u32::try_from(self.decisions.len()).unwrap_or(u32::MAX)
    }

    /// What it holds in each of its budgets.
    #[must_use]
    pub fn reserved(&self) -> NanoUsd {
        self.reservation.as_ref().map_or(NanoUsd::ZERO, Reservation::amount)
    }

    /// Whether a part of the answer has reached the caller.
    #[must_use]
    pub fn is_committed(&self) -> bool {
        self.begun.as_ref().is_some_and(|begun| begun.tokens > 0)
    }

    /// How a stream that broke could be continued: tool calls and structured output only by comparing, and not where the
    /// caller itself began the answer with a message of the assistant.
    #[must_use]
    pub fn ways(&self) -> Ways {
        let Some(seen) = self.begun.as_ref().filter(|begun| begun.tokens > 0).and_then(|begun| begun.seen.as_ref())
        else {
            return Ways::default();
        };
        let is_text =
            !seen.text(Channel::Content).is_empty() && !seen.has_calls() && seen.text(Channel::Refusal).is_empty();
        let is_structured = self.chat.needs.iter().any(|need| matches!(*need, "json-schema" | "json-object"));
        Ways { prefill: is_text && !is_structured && !self.chat.ends_with_assistant, matching: true }
    }

    /// Notes what the caller has seen of an attempt that broke.
    pub fn note_begun(&mut self, target: usize, seen: Option<Seen>, tokens: u64) {
        let broke = self.failures.len();
        match &mut self.begun {
            // Once the content is committed, what broke it stays what the caller is told.
            Some(begun) if begun.tokens > 0 => {
                begun.seen = seen;
                begun.tokens += tokens;
            }
            begun => *begun = Some(Begun { seen, tokens, target, broke, entry: self.entries.len() }),
        }
    }

    /// What a decision is checked against.
    #[must_use]
    pub fn circumstances(&self) -> Circumstances<'_> {
        Circumstances {
            targets: &self.route.targets,
            allowed: &self.allowed,
            estimates: &self.estimates,
            max_output_tokens: self.chat.max_output_tokens,
            bounds: &self.bounds,
            limits: self.route.setting.limits,
            tried: &self.tried,
            intended: self.intended,
            time_left: self.time_left(),
            committed: self.is_committed(),
            ways: self.ways(),
            began: self.begun.as_ref().map(|begun| &*self.route.targets[begun.target].setting.model),
            tenant: &self.caller.tenant.name,
            cached_age: self.cached_age(),
            default_answers: self.route.setting.default_answers.len(),
            deferring: self.deferring(),
        }
    }

    /// Where and until when it may be put off.
    #[must_use]
    pub fn deferring(&self) -> Deferring<'_> {
        match &self.deferrable {
            Some(deferrable) => deferrable.deferring(&self.route.setting.queues, self.bounds.may_defer, now_ms()),
            None => Deferring::NOWHERE,
        }
    }

    /// How old the stored answer to it is, in milliseconds; none: there is none.
    #[must_use]
    pub fn cached_age(&self) -> Option<u64> {
        self.cached.as_ref()?.age(now_ms())
    }

    /// What a request of this class is held to on its route with its key.
    #[must_use]
    pub fn bounds_of(&self, class: TrafficClass) -> Bounds {
        self.route.bounds(class).clone().narrowed(&self.caller.key.bounds)
    }

    /// The limit on output that goes up, where the caller did not set it.
    #[must_use]
    pub fn clamp_of(&self, plan: &SendPlan) -> Option<u32> {
        plan.max_output_tokens.filter(|limit| self.chat.max_output_tokens.is_none_or(|own| *limit < own))
    }

    /// Notes something beside the last decision.
    pub fn note(&mut self, name: &str, value: &str) {
        if let Some(decision) = self.decisions.last_mut() {
            decision.notes.push((name.into(), value.into()));
        }
    }
}

/// Whole milliseconds.
#[must_use]
pub fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
