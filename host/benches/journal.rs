//! What the journal costs on a request's own thread: an intent and a record, with the journal on and off (the same
//! encoding into memory), in microseconds a request.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints, and stops where it cannot go on")]

use std::time::{Duration, Instant};

use fingerpost::config::{Sync, TrafficClass};
use fingerpost::ledger::{CostState, DecisionEntry, Ending, Entry, Place, PolicyMark, Record, TierChange, Who};
use fingerpost::money::NanoUsd;
use fingerpost::price::{Parts, ServiceTier};
use fingerpost::store::{Intent, Journal};

const ROUNDS: u32 = 200;
const REQUESTS: u32 = 500;

fn main() {
    let dir = tempfile::tempdir_in(std::env::current_dir().unwrap()).unwrap();
    let (journal, handle) = Journal::open(dir.path(), Sync::Grouped).unwrap();
    let record = record();
    let intent = intent(&record);
    let on = measure(|| {
        handle.intend(&intent).unwrap().settle();
        handle.record(&record).unwrap().settle();
    });
    let mut buffer = Vec::new();
    let off = measure(|| {
        buffer.clear();
        serde_json::to_writer(&mut buffer, &intent).unwrap();
        serde_json::to_writer(&mut buffer, &record).unwrap();
        std::hint::black_box(&buffer);
    });
    journal.close();
    println!("journal on:              {on} a request");
    println!("off, only the encoding:  {off} a request");
}

/// The median and the 95th percentile of the rounds, each the mean of its requests.
fn measure(mut request: impl FnMut()) -> String {
    let mut rounds: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let started = Instant::now();
            (0..REQUESTS).for_each(|_| request());
            started.elapsed() / REQUESTS
        })
        .collect();
    rounds.sort_unstable();
    let micros = |share: usize| rounds[rounds.len() * share / 100].as_secs_f64() * 1e6;
    format!("{:.2} µs (p95 {:.2} µs)", micros(50), micros(95))
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
            fuel: 18_000,
            micros: 15,
        }],
    }
}
