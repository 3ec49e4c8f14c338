//! Every attempt is booked exactly once, as served, failed, turned away, cancelled or unpaid: for the record, for the policy's
//! next decision, for the bounds, and for the target's health.

use std::sync::Arc;

use tokio::time::Instant;

use super::{Begun, Exchange, millis};
use crate::decision::{SendPlan, Tried};
use crate::health::Origin;
use crate::ledger::{CostState, Entry};
use crate::metering::most_of;
use crate::money::NanoUsd;
use crate::outcome::{Failure, Kind, Processed};
use crate::policy::wire;
use crate::spend::{How, spend};
use crate::stream::Tally;

impl Exchange {
    /// Books an attempt that served.
    pub fn book_served(&mut self, target: usize, started: Instant, tally: &Tally) {
        let entry = self.entry(target, started, tally, How::Served);
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
        let entry = self.entry(target, started, tally, How::Failed(&failure));
        // The body is only read where it may be what was wrong.
        let origin = failure
            .kind
            .can_be_provoked()
            .then(|| Origin::new((&self.caller.tenant.name, &self.caller.key.name), &self.body, self.seed));
        self.route.targets[target].leave_failed(started, &failure, origin);
        self.return_probe();
        self.push_failure(target, entry, failure, delivered);
    }

    /// Books an attempt for which the target had no slot or no retry left. Nothing was sent.
    pub fn book_turned_away(&mut self, target: usize, started: Instant, failure: Failure) {
        let mut entry = self.entry(target, started, &Tally::default(), How::Failed(&failure));
        entry.cost_state = CostState::Nothing;
        (entry.cost, entry.charge) = (NanoUsd::ZERO, NanoUsd::ZERO);
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
                processed: if entry.output_tokens > 0 { Processed::Yes } else { traits.processed }.as_str().into(),
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
            cost: entry.cost.0,
        }
    }

    /// Books an attempt whose caller went away: at least its input was worked on, at the caller's own wish.
    /// `detail` says what the caller did.
    pub fn book_cancelled(&mut self, plan: &SendPlan, started: Instant, tally: &Tally, detail: &'static str) {
        self.book_given_up(plan, started, tally, ("cancelled", detail));
    }

    /// Books an attempt that was given up because nobody pays for the rest of its answer.
    pub fn book_unpaid(&mut self, plan: &SendPlan, started: Instant, tally: &Tally) {
        self.book_given_up(plan, started, tally, ("unpaid", "a budget had not enough left for the rest"));
    }

    fn book_given_up(
        &mut self,
        plan: &SendPlan,
        started: Instant,
        tally: &Tally,
        (outcome, detail): (&'static str, &'static str),
    ) {
        let target = plan.target;
        let mut entry = self.entry(target, started, tally, How::GivenUp(most_of(self, plan).tokens));
        entry.outcome = outcome.into();
        entry.detail = Some(detail.into());
        let there = &self.route.targets[target];
        there.metrics.ended(outcome);
        there.health.leave_cancelled();
        self.return_probe();
        self.push_entry(target, entry, (true, true));
    }

    fn push_entry(&mut self, target: usize, entry: Entry, (same_target_ok, other_target_ok): (bool, bool)) {
        self.under_way = None;
        let there = &self.route.targets[target];
        there.metrics.input_tokens.inc_by(entry.input_tokens);
        there.metrics.output_tokens.inc_by(entry.output_tokens);
        there.metrics.latencies.observe(entry.duration_ms, entry.first_token_ms);
        // What may have been billed counts against the request's own bounds, though no budget is charged with it.
        let cost = entry.cost;
        let refused_prefill = &*entry.outcome == Kind::PrefillRefused.as_str();
        self.tried.push(Tried { target, same_target_ok, other_target_ok, refused_prefill, cost });
        self.entries.push(entry);
    }

    fn entry(&self, target: usize, started: Instant, tally: &Tally, how: How<'_>) -> Entry {
        let there = &self.route.targets[target];
        let failure = if let How::Failed(failure) = how { Some(failure) } else { None };
        let spent = spend(self, target, tally, &how);
        if let Some(doubt) = spent.doubt {
            there.metrics.implausible_usage(doubt.as_str());
        }
        let unknown_finish = tally.unknown_finish.as_deref().filter(|_| failure.is_none());
        if unknown_finish.is_some() {
            there.metrics.unknown_finish();
        }
        let detail = failure.map(|failure| crate::decision::cut(&failure.detail));
        let unknown_finish = unknown_finish.map(|reason| format!("it ended for the unknown reason `{reason}`").into());
        Entry {
            number: u32::try_from(self.entries.len() + 1).unwrap_or(u32::MAX),
            place: there.place(),
            started_ms: millis(started.duration_since(self.arrived)),
            duration_ms: millis(started.elapsed()),
            first_token_ms: tally.first_token.map(millis),
            outcome: failure.map_or("ok", |failure| failure.kind.as_str()).into(),
            status: failure.map_or(Some(200), |failure| failure.status),
            code: failure.and_then(|failure| failure.code.clone()),
            detail: detail.or(unknown_finish),
            fault: failure.map(|failure| failure.kind.traits().fault.as_str().into()),
            input_tokens: spent.used.tokens.input,
            output_tokens: spent.used.tokens.output,
            parts: spent.used.tokens.parts,
            service_tier: spent.used.tier,
            images: spent.images,
            price_version: there.setting.price.as_ref().map(|priced| Arc::clone(&priced.version)),
            cost: spent.cost,
            cost_state: spent.state,
            exposure: spent.exposure,
            charge: spent.charge,
            reported: spent.reported,
        }
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
