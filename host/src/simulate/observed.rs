//! How targets behaved, by the attempts that the ledger has of them.

use std::collections::BTreeMap;

use super::provider::{Fault, Model, RateLimit};
use super::spread::Spread;
use crate::ledger::Record;

/// Successes below which nothing is said of a target's times.
const ENOUGH: usize = 5;

/// What was seen of targets.
#[derive(Debug, Default)]
pub(super) struct Observed {
    targets: BTreeMap<String, Seen>,
}

/// What was seen of one target.
#[derive(Debug, Default)]
struct Seen {
    calls: u64,
    /// In milliseconds, of streams.
    first_tokens: Vec<f64>,
    per_tokens: Vec<f64>,
    /// Of whole plain answers, per token, in milliseconds.
    plain: Vec<f64>,
    faults: BTreeMap<String, (Fault, u64)>,
}

impl Observed {
    /// Takes the attempts of a request in.
    #[allow(clippy::cast_precision_loss, reason = "tokens and milliseconds of one attempt")]
    pub(super) fn add(&mut self, record: &Record) {
        for entry in &record.attempts {
            let seen = self.targets.entry(entry.place.target.to_string()).or_default();
            // What the gateway refused itself never reached the target.
            if matches!(&*entry.outcome, "retry-budget" | "cancelled") || entry.fault.as_deref() == Some("caller") {
                continue;
            }
            seen.calls += 1;
            if &*entry.outcome != "ok" {
                let fault = fault(&entry.outcome, entry.status);
                seen.faults.entry(entry.outcome.to_string()).or_insert((fault, 0)).1 += 1;
                continue;
            }
            let tokens = entry.output_tokens.max(1) as f64;
            match entry.first_token_ms.filter(|_| record.streaming) {
                Some(first) => {
                    seen.first_tokens.push(first as f64);
                    if entry.output_tokens > 1 {
                        seen.per_tokens.push(entry.duration_ms.saturating_sub(first) as f64 / (tokens - 1.0));
                    }
                }
                None => seen.plain.push(entry.duration_ms as f64 / tokens),
            }
        }
    }

    /// How a target behaves, and what is to be said of that.
    pub(super) fn model(&self, id: &str) -> (Model, Option<String>) {
        let usual = Model::default();
        let Some(seen) = self.targets.get(id).filter(|seen| seen.first_tokens.len() + seen.plain.len() >= ENOUGH)
        else {
            let remark = format!("too little is recorded of {id}: it behaves like a usual large model");
            return (self.with_faults(id, usual), Some(remark));
        };
        let times = match (Spread::of(seen.first_tokens.clone()), Spread::of(seen.per_tokens.clone())) {
            (Some(first), Some(per_token)) if seen.first_tokens.len() >= ENOUGH => Some((first, per_token)),
            _ => None,
        };
        let (model, remark) = match times {
            Some((first_token, per_token)) => (Model { first_token, per_token, ..usual }, None),
            None => {
                // All of the time of a plain answer is its tokens'.
                let per_token = Spread::of(seen.plain.clone()).unwrap_or(usual.per_token);
                let remark = format!("{id} gave hardly any streams: its time to the first token is a guess");
                (Model { first_token: Spread::always(1.0), per_token, ..usual }, Some(remark))
            }
        };
        (self.with_faults(id, model), remark)
    }

    #[allow(clippy::cast_precision_loss, reason = "counts of calls")]
    fn with_faults(&self, id: &str, model: Model) -> Model {
        let Some(seen) = self.targets.get(id) else { return model };
        let share = |(fault, count): &(Fault, u64)| (*fault, *count as f64 / seen.calls.max(1) as f64);
        Model { errors: seen.faults.values().map(share).collect(), limit: RateLimit::default(), ..model }
    }
}

/// What a recorded failure is played as.
fn fault(outcome: &str, status: Option<u16>) -> Fault {
    match (outcome, status.filter(|status| (400..=599).contains(status))) {
        (_, Some(status)) => Fault::Status(status),
        ("first-byte-timeout" | "total-timeout" | "connect-timeout", _) => Fault::Hang,
        ("first-token-timeout" | "idle-timeout", _) => Fault::Stall,
        ("cut" | "garbled" | "stream-error" | "empty" | "resume-mismatch", _) => Fault::Cut,
        _ => Fault::HangUp,
    }
}
