//! A request under way: what is known of it, what was tried and decided, what it holds. `fallback.rs` drives it;
//! `request.rs` begins and closes it.

mod holding;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use crate::account::{Reservation, Waiting};
use crate::boundary::Allowed;
use crate::catalog::Target;
use crate::config::{Bounds, TrafficClass};
use crate::decision::{Circumstances, Tried, Ways};
use crate::dialect::openai::delivered::{Channel, Seen};
use crate::dialect::openai::request::ChatRequest;
use crate::gateway::{Caller, Gateway, RouteState};
use crate::health::Permit;
use crate::ledger::{CostState, DecisionEntry, Entry, Who};
use crate::money::NanoUsd;
use crate::outcome::{Failure, Processed};
use crate::policy::{Generation, wire};
use crate::session::Sitting;
use crate::store::Mark;
use crate::stream::Tally;

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
    pub estimates: Vec<Option<NanoUsd>>,
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
}

impl Exchange {
    /// Milliseconds since its arrival.
    #[must_use]
    pub fn elapsed_ms(&self) -> u64 {
        millis(self.arrived.elapsed())
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
            begun => *begun = Some(Begun { seen, tokens, target, broke }),
        }
    }

    /// What a decision is checked against.
    #[must_use]
    pub fn circumstances(&self) -> Circumstances<'_> {
        Circumstances {
            targets: &self.route.targets,
            allowed: &self.allowed,
            estimates: &self.estimates,
            bounds: &self.bounds,
            limits: self.route.setting.limits,
            tried: &self.tried,
            intended: self.intended,
            time_left: self.time_left(),
            committed: self.is_committed(),
            ways: self.ways(),
            began: self.begun.as_ref().map(|begun| &*self.route.targets[begun.target].setting.model),
            tenant: &self.caller.tenant.name,
        }
    }

    /// What a request of this class is held to on its route with its key.
    #[must_use]
    pub fn bounds_of(&self, class: TrafficClass) -> Bounds {
        self.route.bounds(class).clone().narrowed(&self.caller.key.bounds)
    }

    /// Books an attempt that served.
    pub fn book_served(&mut self, target: usize, started: Instant, tally: &Tally) {
        let entry = self.entry(target, started, tally, None);
        let latency = started.elapsed();
        let there = &self.route.targets[target];
        there.metrics.served();
        there.health.leave_served(started, tally.first_token.unwrap_or(latency));
        self.return_probe();
        self.push_entry(target, entry, (true, true));
    }

    /// Gives back a probe permit that led to no verdict on its target.
    pub fn return_probe(&mut self) {
        if let Some((index, permit)) = self.probing.take() {
            self.route.targets[index].health.return_probe(permit);
        }
    }

    /// Takes in that the first token of an attempt has come, or the head of a plain answer: here a probe succeeds.
    pub fn note_first_token(&mut self, target: usize, started: Instant) {
        self.route.targets[target].health.first_token(started);
        self.return_probe();
    }

    /// Whether a try at this target would be another one of this request.
    #[must_use]
    pub fn is_retry(&self, target: usize) -> bool {
        self.tried.iter().any(|tried| tried.target == target)
    }

    /// Books an attempt that failed, for the ledger, the policy, the bounds and the target's health.
    pub fn book_failed(&mut self, target: usize, started: Instant, tally: &Tally, failure: Failure, delivered: u64) {
        let entry = self.entry(target, started, tally, Some(&failure));
        self.route.targets[target].leave_failed(started, &failure);
        self.return_probe();
        self.push_failure(target, entry, failure, delivered);
    }

    /// Books an attempt for which the target had no slot or no retry left. Nothing was sent.
    pub fn book_turned_away(&mut self, target: usize, started: Instant, failure: Failure) {
        let mut entry = self.entry(target, started, &Tally::default(), Some(&failure));
        entry.cost_state = CostState::Nothing;
        self.return_probe();
        self.push_failure(target, entry, failure, 0);
    }

    fn push_failure(&mut self, target: usize, entry: Entry, failure: Failure, delivered: u64) {
        let traits = failure.kind.traits();
        self.route.targets[target].metrics.ended(traits.name);
        let attempt = self.wire_attempt(target, &entry, &failure, delivered);
        self.attempts.push(attempt);
        self.push_entry(target, entry, (traits.same_target_ok, traits.other_target_ok));
        self.failures.push(failure);
    }

    /// A failed attempt as the policy sees it.
    fn wire_attempt(&self, target: usize, entry: &Entry, failure: &Failure, delivered: u64) -> wire::Attempt {
        let traits = failure.kind.traits();
        wire::Attempt {
            number: entry.number,
            target: u16::try_from(target).unwrap_or(u16::MAX),
            failure: wire::Failure {
                kind: traits.name.into(),
                phase: failure.phase.as_str().into(),
                fault: traits.fault.as_str().into(),
                processed: traits.processed.as_str().into(),
                same_target_ok: traits.same_target_ok,
                other_target_ok: traits.other_target_ok,
                status: failure.status,
                code: failure.code.as_deref().map(Into::into),
                retry_after: failure.retry_after.map(millis),
            },
            started: entry.started_ms,
            duration: entry.duration_ms,
            first_token: entry.first_token_ms,
            input_tokens: u32::try_from(entry.input_tokens).unwrap_or(u32::MAX),
            output_tokens: u32::try_from(entry.output_tokens).unwrap_or(u32::MAX),
            delivered_tokens: u32::try_from(delivered).unwrap_or(u32::MAX),
            committed: delivered > 0,
            content: self.begun.as_ref().map_or("", content).into(),
            resumable: self.ways().open().map(|how| how.as_str().into()).collect(),
            cost: entry.billed().0,
        }
    }

    /// Books an attempt whose caller went away: at least its input was worked on, at the caller's own wish.
    /// `detail` says what the caller did.
    pub fn book_cancelled(&mut self, target: usize, started: Instant, tally: &Tally, detail: &'static str) {
        let mut entry = self.entry(target, started, tally, None);
        entry.outcome = "cancelled".into();
        entry.detail = Some(detail.into());
        let there = &self.route.targets[target];
        there.metrics.ended("cancelled");
        there.health.leave_cancelled();
        self.return_probe();
        self.push_entry(target, entry, (true, true));
    }

    fn push_entry(&mut self, target: usize, entry: Entry, (same_target_ok, other_target_ok): (bool, bool)) {
        let there = &self.route.targets[target];
        there.metrics.input_tokens.inc_by(entry.input_tokens);
        there.metrics.output_tokens.inc_by(entry.output_tokens);
        let cost = entry.billed();
        self.tried.push(Tried { target, same_target_ok, other_target_ok, cost });
        self.entries.push(entry);
    }

    fn entry(&self, target: usize, started: Instant, tally: &Tally, failure: Option<&Failure>) -> Entry {
        let there = &self.route.targets[target];
        let spent = spend(there, tally, failure, self.chat.input_tokens);
        Entry {
            number: u32::try_from(self.entries.len() + 1).unwrap_or(u32::MAX),
            place: there.place(),
            started_ms: millis(started.duration_since(self.arrived)),
            duration_ms: millis(started.elapsed()),
            first_token_ms: tally.first_token.map(millis),
            outcome: failure.map_or("ok", |failure| failure.kind.as_str()).into(),
            status: failure.map_or(Some(200), |failure| failure.status),
            code: failure.and_then(|failure| failure.code.clone()),
            detail: failure.map(|failure| crate::decision::cut(&failure.detail)),
            fault: failure.map(|failure| failure.kind.traits().fault.as_str().into()),
            input_tokens: spent.input_tokens,
            output_tokens: spent.output_tokens,
            cost: spent.cost,
            cost_state: spent.state,
        }
    }
}

struct Spend {
    input_tokens: u64,
    output_tokens: u64,
    cost: NanoUsd,
    state: CostState,
}

/// What an attempt used and cost: by the provider's usage where it came, else by what was sent and seen.
fn spend(target: &Target, tally: &Tally, failure: Option<&Failure>, input_estimate: u32) -> Spend {
    let processed = failure.map_or(Processed::Yes, |failure| failure.kind.traits().processed);
    let (input_tokens, output_tokens, state) = match (tally.usage, processed) {
        (Some(usage), _) => (usage.input_tokens, usage.output_tokens, CostState::Confirmed),
        (None, Processed::No) => (0, 0, CostState::Nothing),
        (None, Processed::Maybe) if tally.output_tokens_seen == 0 => {
            (u64::from(input_estimate), 0, CostState::Exposure)
        }
        (None, _) => (u64::from(input_estimate), tally.output_tokens_seen, CostState::Estimated),
    };
    match target.setting.price {
        Some(price) => Spend { input_tokens, output_tokens, cost: price.cost(input_tokens, output_tokens), state },
        None if state == CostState::Nothing => Spend { input_tokens, output_tokens, cost: NanoUsd::ZERO, state },
        None => Spend { input_tokens, output_tokens, cost: NanoUsd::ZERO, state: CostState::Unknown },
    }
}

/// What the caller has seen, in the interface's words.
fn content(begun: &Begun) -> &'static str {
    let (text, calls) =
        begun.seen.as_ref().map_or((begun.tokens > 0, false), |seen| (seen.has_text(), seen.has_calls()));
    match (text, calls) {
        (true, true) => "mixed",
        (true, false) => "text",
        (false, true) => "tools",
        (false, false) => "",
    }
}

/// Whole milliseconds.
#[must_use]
pub fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
