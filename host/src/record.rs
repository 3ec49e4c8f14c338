//! Closes the books of an exchange: settles what it held and writes its record.

use std::sync::Arc;

use tokio::time::Instant;

use crate::account::Reserving;
use crate::attributes::{class_of, who};
use crate::config::{Name, TrafficClass};
use crate::error::ApiError;
use crate::exchange::{Exchange, millis};
use crate::fallback::Ended;
use crate::gateway::{Caller, Gateway, now_ms};
use crate::ledger::{Books, CostState, Ending, Entry, PolicyMark, Record, TierChange, Who};
use crate::money::NanoUsd;
use crate::request::{Arrival, Asked};
use crate::session::Turn;
use crate::store::{Mark, Marks};

/// How much of a caller's `model` field is kept.
const MODEL_BYTES: usize = 256;

/// Settles and records. Waits only when the ledger is behind by its whole queue.
pub async fn close(mut exchange: Exchange, ended: Ended) {
    // First of all: the caller has its answer, and the session's next turn may follow at once.
    let session_moved_from = settle_session(&exchange, &ended);
    let cost: NanoUsd = exchange.entries.iter().map(Entry::billed).sum();
    if let Some(reservation) = exchange.reservation.take() {
        // Budgets count what tenants are charged, which may be more or less than what providers bill.
        let charge: NanoUsd = exchange.entries.iter().map(|entry| entry.charge).sum();
        exchange.reserved_at = Some(reservation.at());
        let crossings = exchange.gateway.budgets.settle(reservation, charge, now_ms());
        exchange.gateway.events.crossed(crossings);
    }
    exchange.route.metrics.ended(ended.ending);
    exchange.route.metrics.cost.inc_by(cost.0);
    exchange.note_ending(ended.ending, cost);
    tracing::debug!(
        request_id = &*exchange.id,
        route = &*exchange.route.setting.name,
        ending = ?ended.ending,
        attempts = exchange.entries.len(),
        "request ended"
    );
    if matches!(exchange.gateway.books, Books::Left) {
        return;
    }
    let gateway = Arc::clone(&exchange.gateway);
    let (marks, is_kept) = (std::mem::take(&mut exchange.marks), exchange.is_kept());
    let route = Arc::clone(&exchange.route);
    let record = Box::new(Record { session_moved_from, ..record(exchange, ended, cost) });
    route.metrics.latencies.observe(record.latency_ms, record.first_token_ms);
    write_down(&gateway, record, marks, is_kept).await;
}

/// Hands over the record of a request that went nowhere, so that the journal knows nothing of it yet.
pub async fn hand_over(gateway: &Gateway, record: Box<Record>) {
    write_down(gateway, record, Vec::new(), false).await;
}

/// Hands a record to the ledger, which brings it to the journal and then to its file. It is in the journal before this
/// returns `at_once`, where the journal has no intent of the request, where every frame has to be on the disk (`data.sync`),
/// and where the ledger cannot be written. `intents` stand for what the journal has of the request already.
async fn write_down(gateway: &Gateway, record: Box<Record>, intents: Vec<Mark>, at_once: bool) {
    match &gateway.books {
        Books::Kept => {
            gateway.metrics.board.count_for_tenant(&record);
            gateway.access_log.tell(&record);
        }
        Books::Left => return,
        Books::Told(to) => {
            // Whoever listened is gone: so is what the record was for.
            let _ = to.send(record);
            return;
        }
    }
    let mut marks = Marks { intents, record: None };
    if at_once || marks.intents.is_empty() || gateway.journal.syncs_each() || !gateway.ledger.healthy() {
        // A journal that cannot be written stops new requests; those that are over still go to the ledger.
        if let Ok(mark) = gateway.journal.record(&record) {
            let _ = gateway.journal.synced(&mark).await;
            marks.record = Some(mark);
        }
    }
    gateway.ledger.append_with(record, marks).await;
}

/// Takes a served turn into its session; gives the id of the target that the session has left.
fn settle_session(exchange: &Exchange, ended: &Ended) -> Option<Name> {
    let sitting = exchange.sitting.as_ref()?;
    let target = ended.serving.filter(|_| ended.ending == Ending::Served)?;
    let tokens = exchange.entries.last().map_or(0, |entry| entry.input_tokens.saturating_add(entry.output_tokens));
    let turn = Turn {
        target: &exchange.route.targets.get(target)?.setting.id,
        needs: &exchange.chat.needs,
        tokens: u32::try_from(tokens).unwrap_or(u32::MAX),
    };
    let is_there = |id: &str| exchange.route.place_of(id).is_some();
    exchange.gateway.sessions.settle(sitting, &turn, is_there, Instant::now())
}

fn record(exchange: Exchange, ended: Ended, cost: NanoUsd) -> Record {
    let targets = &exchange.route.targets;
    let serving = ended.serving.and_then(|index| targets.get(index));
    let intended = exchange.intended.and_then(|index| targets.get(index));
    let last = exchange.entries.last().filter(|_| ended.serving.is_some());
    let (input_tokens, output_tokens) = last.map_or((0, 0), |entry| (entry.input_tokens, entry.output_tokens));
    let served_cost = last.map_or(NanoUsd::ZERO, Entry::billed);
    // Where a stream was continued, its first token came from where it began.
    let first =
        exchange.begun.as_ref().filter(|begun| begun.tokens > 0).and_then(|begun| exchange.entries.get(begun.entry));
    let first_failure = exchange.entries.first().filter(|entry| entry.fault.is_some());
    let moved = serving.is_some() && exchange.intended != ended.serving;
    let is_told = moved || serving.is_none() || exchange.entries.len() > 1;
    Record {
        received_at: exchange.received_at,
        reserved_at: exchange.reserved_at.unwrap_or(exchange.received_at),
        streaming: exchange.chat.stream,
        requested_model: short(&exchange.chat.model),
        intended: intended.map(|target| target.place()),
        serving: serving.map(|target| target.place()),
        fallback_reason: exchange.cause.filter(|_| is_told),
        degraded: ended.degraded,
        tier_change: match (serving, intended) {
            (Some(there), Some(meant)) => tier_change(there.setting.tier_rank, meant.setting.tier_rank),
            _ => TierChange::None,
        },
        session_moved_from: None,
        replayed_from: None,
        answered: ended.answered.map(Into::into),
        job: exchange.job.as_deref().map(Into::into),
        ending: ended.ending,
        status: ended.status,
        latency_before_fallback_ms: first_failure.map(|entry| entry.started_ms + entry.duration_ms),
        first_token_ms: first.or(last).and_then(|entry| Some(entry.started_ms + entry.first_token_ms?)),
        latency_ms: millis(exchange.arrived.elapsed()),
        input_tokens,
        output_tokens,
        cost,
        retry_cost: cost.saturating_sub(served_cost),
        charge: exchange.entries.iter().map(|entry| entry.charge).sum(),
        cost_known: exchange.entries.iter().all(|entry| {
            !matches!(entry.cost_state, CostState::Unknown | CostState::Exposure) && entry.exposure == NanoUsd::ZERO
        }),
        policy: exchange.generation.as_deref().map(PolicyMark::of),
        class: exchange.class,
        route: exchange.route.setting.name.clone(),
        who: exchange.who,
        request_id: exchange.id,
        attempts: exchange.entries,
        decisions: exchange.decisions,
    }
}

fn tier_change(serving: u8, intended: u8) -> TierChange {
    match serving.cmp(&intended) {
        std::cmp::Ordering::Greater => TierChange::Downgrade,
        std::cmp::Ordering::Less => TierChange::Upgrade,
        std::cmp::Ordering::Equal => TierChange::None,
    }
}

/// The record of a request whose caller is known but which never had a route.
#[must_use]
pub fn turned_away(arrival: &Arrival, caller: &Caller, error: &ApiError) -> Box<Record> {
    Box::new(Record {
        fallback_reason: Some(short(&error.code)),
        status: error.status.as_u16(),
        ..blank(arrival, caller)
    })
}

/// A record in which nothing has happened yet.
fn blank(arrival: &Arrival, caller: &Caller) -> Record {
    Record {
        request_id: Arc::clone(&arrival.id.text),
        received_at: arrival.ms,
        reserved_at: arrival.ms,
        who: Who { tenant: caller.tenant.name.clone(), key: caller.key.name.clone(), ..Who::default() },
        // No route has this name, for parentheses are not allowed in one.
        route: "(none)".into(),
        class: caller.key.class.unwrap_or(TrafficClass::Experiment),
        streaming: false,
        requested_model: "".into(),
        intended: None,
        serving: None,
        fallback_reason: None,
        degraded: None,
        tier_change: TierChange::None,
        session_moved_from: None,
        replayed_from: None,
        answered: None,
        job: None,
        ending: Ending::Rejected,
        status: 0,
        latency_before_fallback_ms: None,
        first_token_ms: None,
        latency_ms: millis(arrival.at.elapsed()),
        input_tokens: 0,
        output_tokens: 0,
        cost: NanoUsd::ZERO,
        retry_cost: NanoUsd::ZERO,
        charge: NanoUsd::ZERO,
        cost_known: true,
        policy: None,
        attempts: Vec::new(),
        decisions: Vec::new(),
    }
}

/// The record of a request that was given the answer of another: it ran nothing and cost nothing. `ended` is how, and the
/// status that the caller saw.
#[must_use]
pub fn replayed(arrival: &Arrival, asked: &Asked, from: Option<&str>, ended: (Ending, u16)) -> Box<Record> {
    let (ending, status) = ended;
    Box::new(Record { replayed_from: from.map(Into::into), ending, status, ..of_asked(arrival, asked) })
}

/// The record of a request that found its route and was refused before anybody was asked.
#[must_use]
pub fn refused(arrival: &Arrival, asked: &Asked, error: &ApiError) -> Box<Record> {
    let (fallback_reason, status) = (Some(short(&error.code)), error.status.as_u16());
    Box::new(Record { fallback_reason, status, ..of_asked(arrival, asked) })
}

/// The record of a request that found its route, and for which nothing was tried.
fn of_asked(arrival: &Arrival, asked: &Asked) -> Record {
    let Asked { caller, headers, chat, route, .. } = asked;
    Record {
        who: who(route, caller, headers, chat),
        route: route.setting.name.clone(),
        class: class_of(route, caller, headers, chat),
        streaming: chat.stream,
        requested_model: short(&chat.model),
        ..blank(arrival, caller)
    }
}

fn short(text: &str) -> Box<str> {
    text[..text.floor_char_boundary(MODEL_BYTES)].into()
}
