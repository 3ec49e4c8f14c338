//! What journal and ledger cost on a request's own thread: an intent before it goes upstream, and its record handed over
//! when it is over. In microseconds of that thread's processor time, so that what else runs on the machine does not count.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints, and stops where it cannot go on")]

use std::hint::black_box;
use std::time::Duration;

use fingerpost::config::{Sync, TrafficClass};
use fingerpost::ledger::{CostState, DecisionEntry, Ending, Entry, Place, PolicyMark, Record, TierChange, Who};
use fingerpost::money::NanoUsd;
use fingerpost::price::{Parts, ServiceTier};
use fingerpost::store::{Intent, Journal, Ledger, Marks};
use rustix::time::{ClockId, clock_gettime};

const ROUNDS: u32 = 200;

/// Requests of a round: fewer than the ledger's queue holds.
const REQUESTS: u32 = 500;

fn main() {
    let dir = tempfile::tempdir_in(std::env::current_dir().unwrap()).unwrap();
    let (ledger, records) = Ledger::open(dir.path()).unwrap();
    let (journal, intents) = Journal::open(dir.path(), Sync::Grouped).unwrap();
    records.write_ahead_to(intents.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let example = record();
    let mut both = Vec::new();
    let mut before = Vec::new();
    for round in 0..ROUNDS {
        let of_round: Vec<_> = (0..REQUESTS).map(|number| numbered(&example, round * REQUESTS + number)).collect();
        before.push(measure(|| of_round.iter().for_each(|record| drop(black_box(intents.intend(&intent(record)))))));
        let taken = runtime.block_on(async {
            let started = own_time();
            for record in of_round {
                let marks = Marks { intents: vec![intents.intend(&intent(&record)).unwrap()], record: None };
                records.append_with(record, marks).await;
            }
            let taken = own_time() - started;
            records.flush().await;
            taken
        });
        both.push(taken / REQUESTS);
    }
    ledger.close().unwrap();
    journal.close();
    println!("journal and ledger on:  {} a request", shown(both));
    println!("of that, the intent:    {}", shown(before));
}

/// What a round takes of this thread's processor time, a request.
fn measure(round: impl FnOnce()) -> Duration {
    let started = own_time();
    round();
    (own_time() - started) / REQUESTS
}

fn own_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap(), time.tv_nsec.try_into().unwrap())
}

/// The median and the 95th percentile.
fn shown(mut rounds: Vec<Duration>) -> String {
    rounds.sort_unstable();
    let micros = |share: usize| rounds[rounds.len() * share / 100].as_secs_f64() * 1e6;
    format!("{:.2} µs (p95 {:.2} µs)", micros(50), micros(95))
}

fn numbered(example: &Record, number: u32) -> Box<Record> {
    Box::new(Record { request_id: format!("req_019f00c0ffee0123{number:012x}").into(), ..example.clone() })
}

fn intent(record: &Record) -> Intent<'_> {
    Intent {
        request_id: &record.request_id,
        received_at: record.received_at,
        reserved_at: record.reserved_at,
        at: record.received_at,
        who: &record.who,
        route: &record.route,
        class: record.class,
        streaming: true,
        number: 1,
        target: "gpt-large",
        provider: "openai",
        model: "gpt-large-2026",
        amount: NanoUsd(12_000_000),
        holds: &[],
    }
}

/// A served request with one attempt and one decision, as most are.
fn record() -> Record {
    let place = Place { target: "gpt-large".into(), provider: "openai".into(), model: "gpt-large-2026".into() };
    Record {
        request_id: "req_019f00c0ffee0123456789abcdef".into(),
        received_at: 1_790_000_000_000,
        reserved_at: 1_790_000_000_001,
        who: Who { tenant: "acme".into(), key: "web".into(), feature: Some("chat".into()), ..Who::default() },
        route: "support_draft".into(),
        class: TrafficClass::Critical,
        streaming: true,
        requested_model: "support_draft".into(),
        intended: Some(place.clone()),
        serving: Some(place.clone()),
        fallback_reason: None,
        degraded: None,
        tier_change: TierChange::None,
        session_moved_from: None,
        replayed_from: None,
        answered: None,
        job: None,
        ending: Ending::Served,
        status: 200,
        latency_before_fallback_ms: None,
        first_token_ms: Some(320),
        latency_ms: 2_480,
        input_tokens: 1_200,
        output_tokens: 350,
        cost: NanoUsd(6_000_000),
        retry_cost: NanoUsd::ZERO,
        charge: NanoUsd(6_000_000),
        cost_known: true,
        policy: Some(PolicyMark { name: "tiered".into(), digest: "3f".repeat(32).into() }),
        attempts: vec![Entry {
            number: 1,
            place,
            started_ms: 1,
            duration_ms: 2_479,
            first_token_ms: Some(319),
            outcome: "ok".into(),
            status: Some(200),
            code: None,
            detail: None,
            fault: None,
            input_tokens: 1_200,
            output_tokens: 350,
            parts: Parts::default(),
            images: 0,
            service_tier: ServiceTier::default(),
            price_version: None,
            cost: NanoUsd(6_000_000),
            cost_state: CostState::Confirmed,
            exposure: NanoUsd::ZERO,
            charge: NanoUsd(6_000_000),
            reported: None,
        }],
        decisions: vec![DecisionEntry {
            index: 0,
            at_ms: 0,
            decision: "send".into(),
            target: Some("gpt-large".into()),
            rule: "primary".into(),
            reason: "The first healthy target of the best tier.".into(),
            considered: ["gpt-large", "claude-large", "gpt-small"]
                .map(|name| (name.into(), "healthy and within the bounds".into()))
                .to_vec(),
            notes: vec![],
            overruled: None,
            left_to: None,
            fuel: 18_000,
            micros: 15,
        }],
    }
}
