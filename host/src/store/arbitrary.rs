//! Records of every shape for tests: any text, any number that the ledger can hold.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use crate::config::{Name, TrafficClass};
use crate::ledger::{CostState, DecisionEntry, Ending, Entry, Place, PolicyMark, Record, Reported, TierChange, Who};
use crate::money::NanoUsd;
use crate::price::{Parts, ServiceTier};

fn text() -> impl Strategy<Value = Box<str>> {
    prop_oneof!["[a-z0-9-]{1,12}", any::<String>(), Just("nul\0 'quote' \"\u{1b}[31m\r\n".to_owned())]
        .prop_map(String::into_boxed_str)
}

/// A name out of few, so that groups have more than one member.
fn name() -> impl Strategy<Value = Name> {
    prop_oneof![4 => select(vec!["a", "b", "c", ""]).prop_map(Name::from), 1 => text().prop_map(Name::from)]
}

fn number() -> impl Strategy<Value = u64> {
    prop_oneof![0..10_000_u64, 0..=i64::MAX as u64]
}

fn money() -> impl Strategy<Value = NanoUsd> {
    prop_oneof![0..5_000_000_000_u64, 0..=i64::MAX as u64].prop_map(NanoUsd)
}

fn place() -> impl Strategy<Value = Place> {
    (name(), name(), name()).prop_map(|(target, provider, model)| Place { target, provider, model })
}

prop_compose! {
    fn who()(tenant in name(), key in name(), user in of(text()), application in of(text()), feature in of(text()),
        workflow in of(text()), session in of(text())) -> Who {
        Who { tenant, key, user, application, feature, workflow, session }
    }
}

prop_compose! {
    fn parts()(numbers in [number(), number(), number(), number(), number()]) -> Parts {
        let [cached_input, cache_write, audio_input, reasoning, audio_output] = numbers;
        Parts { cached_input, cache_write, audio_input, reasoning, audio_output }
    }
}

prop_compose! {
    fn reported()(tokens in (of(number()), of(number())), cost in of(money()), doubt in text()) -> Reported {
        Reported { input_tokens: tokens.0, output_tokens: tokens.1, cost, doubt }
    }
}

prop_compose! {
    fn entry()(number in any::<u32>(), place in place(), times in (number(), number(), of(number())),
        outcome in text(), status in of(any::<u16>()), said in (of(text()), of(text()), of(text())),
        tokens in (number(), number()), cost in money(), cost_state in select(CostState::ALL.to_vec()), parts in parts(),
        priced in (any::<u32>(), select(ServiceTier::ALL.to_vec()), of(text())), sums in (money(), money()), reported in of(reported())) -> Entry {
        Entry { number, place, started_ms: times.0, duration_ms: times.1, first_token_ms: times.2, outcome, status,
            code: said.0, detail: said.1, fault: said.2, input_tokens: tokens.0, output_tokens: tokens.1, cost,
            cost_state, parts, images: priced.0, service_tier: priced.1, price_version: priced.2.map(Arc::from),
            exposure: sums.0, charge: sums.1, reported }
    }
}

prop_compose! {
    fn decision()(index in any::<u32>(), at_ms in any::<u64>(), words in (text(), text(), text()), target in of(name()),
        considered in vec((name(), text()), 0..3), notes in vec((text(), text()), 0..3), overruled in of(text()),
        left in of((name(), text())), fuel in any::<u64>(), micros in any::<u64>()) -> DecisionEntry {
        let left_to = left.map(|(name, digest)| PolicyMark { name, digest: digest.into() });
        DecisionEntry { index, at_ms, decision: words.0, target, rule: words.1, reason: words.2, considered, notes,
            overruled, left_to, fuel, micros }
    }
}

prop_compose! {
    fn what()(route in name(), class in select(TrafficClass::ALL.to_vec()), streaming in any::<bool>(),
        requested_model in text(), intended in of(place()), serving in of(place()), marks in (of(text()), of(text()), of(text())), session_moved_from in of(name()),
        free in (of(text()), of(text())),
        tier_change in select(TierChange::ALL.to_vec()), ending in select(Ending::ALL.to_vec()), status in any::<u16>())
        -> Record {
        let mut record = plain("");
        let (fallback_reason, degraded, job) = marks;
        record = Record { route, class, streaming, requested_model, intended, serving, fallback_reason, degraded,
            tier_change, session_moved_from, job, replayed_from: free.0, answered: free.1, ending, status, ..record };
        record
    }
}

prop_compose! {
    /// A record of any content and a random id.
    pub(super) fn record()(base in what(), id in any::<u128>(), times in (number(), number()), who in who(),
        waits in (of(number()), of(number()), number()), tokens in (number(), number()), money in (money(), money(), money()),
        cost_known in any::<bool>(), policy in of((name(), text())), attempts in vec(entry(), 0..4),
        decisions in vec(decision(), 0..3)) -> Record {
        let policy = policy.map(|(name, digest)| PolicyMark { name, digest: Arc::from(digest) });
        let (received_at, reserved_at) = times;
        Record { request_id: Arc::from(format!("req_{id:032x}")), received_at, reserved_at, who,
            latency_before_fallback_ms: waits.0, first_token_ms: waits.1, latency_ms: waits.2, input_tokens: tokens.0,
            output_tokens: tokens.1, cost: money.0, retry_cost: money.1, charge: money.2, cost_known, policy, attempts, decisions,
            ..base }
    }
}

/// A served request with one attempt and one decision, as most are.
pub(crate) fn plain(id: &str) -> Record {
    let place = Place { target: "fast".into(), provider: "sim".into(), model: "sim-small".into() };
    Record {
        request_id: id.into(),
        received_at: 1_790_000_000_000,
        reserved_at: 1_790_000_000_000,
        who: Who { tenant: "acme".into(), key: "demo".into(), feature: Some("chat".into()), ..Who::default() },
        route: "support".into(),
        class: TrafficClass::Critical,
        streaming: false,
        requested_model: "support".into(),
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
        first_token_ms: Some(120),
        latency_ms: 480,
        input_tokens: 200,
        output_tokens: 50,
        cost: NanoUsd(60_000),
        retry_cost: NanoUsd::ZERO,
        charge: NanoUsd(60_000),
        cost_known: true,
        policy: Some(PolicyMark { name: "tiered".into(), digest: "3f".repeat(32).into() }),
        attempts: vec![served_by(place)],
        decisions: vec![sent_to("fast")],
    }
}

fn served_by(place: Place) -> Entry {
    Entry {
        number: 1,
        place,
        started_ms: 1,
        duration_ms: 479,
        first_token_ms: Some(119),
        outcome: "ok".into(),
        status: Some(200),
        code: None,
        detail: None,
        fault: None,
        input_tokens: 200,
        output_tokens: 50,
        cost: NanoUsd(60_000),
        cost_state: CostState::Confirmed,
        parts: Parts::default(),
        images: 0,
        service_tier: ServiceTier::Standard,
        price_version: Some("3f9a".into()),
        exposure: NanoUsd::ZERO,
        charge: NanoUsd(60_000),
        reported: None,
    }
}

fn sent_to(target: &str) -> DecisionEntry {
    DecisionEntry {
        index: 0,
        at_ms: 0,
        decision: "send".into(),
        target: Some(target.into()),
        rule: "primary".into(),
        reason: "the first healthy target of the best tier".into(),
        considered: vec![("fast".into(), "healthy".into()), ("slow".into(), "second choice".into())],
        notes: vec![],
        overruled: None,
        left_to: None,
        fuel: 18_000,
        micros: 15,
    }
}
