//! What came of a scenario: from the record in the ledger, from what the providers saw and from what the callers heard.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::Value as Json;
use tokio::time::Instant;

use super::{Played, Scenario};
use crate::account::BudgetState;
use crate::config::Budget;
use crate::ledger::{DecisionEntry, Record, TierChange};
use crate::sim::scripted::{Call, read_answer};
use crate::testing::expect::Actual;
use crate::testing::fields::shown;

/// What a caller heard.
pub(super) enum Heard {
    /// An answer, up to its end.
    Answer {
        /// With all of its body.
        response: Response<Bytes>,
        /// Its status.
        status: StatusCode,
        /// Whether the connection broke instead of ending.
        broken: bool,
    },
    /// Nothing, or nothing more, for this reason.
    Nothing(String),
}

/// Tells it all.
pub(super) fn tell(
    scenario: &Scenario,
    began: Instant,
    calls: &[Call],
    heard: &[Heard],
    records: &[Option<Record>],
    budgets: &[(Budget, BudgetState)],
) -> Played {
    let asks: Vec<Actual> = heard.iter().zip(records).map(|(heard, record)| one(heard, record.as_ref())).collect();
    let mut whole = match asks.as_slice() {
        [only] => only.clone(),
        _ => Actual::new(),
    };
    let calls: Vec<String> = calls.iter().map(|call| told_call(scenario, began, call)).collect();
    whole.insert("calls".into(), calls.clone().into());
    for (budget, state) in budgets {
        whole.insert(format!("spent.{}", budget.id), state.spent.0.into());
    }
    let mut story = Vec::new();
    for (number, (heard, record)) in heard.iter().zip(records).enumerate() {
        if records.len() > 1 {
            story.push(format!("request {number}:"));
        }
        story.extend(record.iter().flat_map(story_of));
        story.push(match heard {
            Heard::Answer { status, broken, .. } => {
                format!("the caller got {status}{}", if *broken { ", and the connection broke" } else { "" })
            }
            Heard::Nothing(why) => why.clone(),
        });
    }
    story.push(format!("called: {}", calls.join(", ")));
    Played { whole, asks, story }
}

fn told_call(scenario: &Scenario, began: Instant, call: &Call) -> String {
    let target = scenario.addresses.iter().find(|(_, (host, model))| *host == call.host && *model == call.model);
    let target = target.map_or(call.model.as_str(), |(id, _)| id);
    format!("{target} at {}ms", call.at.saturating_duration_since(began).as_millis())
}

/// One request.
fn one(heard: &Heard, record: Option<&Record>) -> Actual {
    let mut actual = Actual::new();
    if let Heard::Answer { response, status, .. } = heard {
        let told = read_answer(response);
        actual.insert("status".into(), status.as_u16().into());
        actual.insert("text".into(), told.text.into());
        if let Some(code) = told.code {
            actual.insert("code".into(), code.into());
        }
    }
    if let Some(record) = record {
        of_record(&mut actual, record);
    }
    actual
}

fn of_record(actual: &mut Actual, record: &Record) {
    let mut put = |name: &str, value: Json| {
        actual.insert(name.to_owned(), value);
    };
    put("ending", record.ending.as_str().into());
    put("took", record.latency_ms.into());
    put("cost", record.cost.0.into());
    put("retry_cost", record.retry_cost.0.into());
    put("charge", record.charge.0.into());
    put("input_tokens", record.input_tokens.into());
    put("output_tokens", record.output_tokens.into());
    for (name, place) in [("target", &record.serving), ("intended", &record.intended)] {
        if let Some(place) = place {
            put(name, (*place.target).into());
        }
    }
    if record.tier_change != TierChange::None {
        put("tier_change", record.tier_change.as_str().into());
    }
    let texts =
        [("degraded", &record.degraded), ("fallback_reason", &record.fallback_reason), ("answered", &record.answered)];
    for (name, text) in texts {
        if let Some(text) = text {
            put(name, (**text).into());
        }
    }
    if let Some(first) = record.first_token_ms {
        put("first_token", first.into());
    }
    let decisions = &record.decisions;
    put("rules", decisions.iter().map(|decision| Json::from(&*decision.rule)).collect());
    put("decisions", decisions.iter().map(|decision| Json::from(decided(decision))).collect());
    put(
        "overruled",
        decisions.iter().filter_map(|decision| Some(Json::from(&**decision.overruled.as_ref()?))).collect(),
    );
    let attempt = |entry: &crate::ledger::Entry| Json::from(format!("{}: {}", entry.place.target, entry.outcome));
    put("attempts", record.attempts.iter().map(attempt).collect());
}

fn decided(decision: &DecisionEntry) -> String {
    match &decision.target {
        Some(target) => format!("{} {target}", decision.decision),
        None => decision.decision.to_string(),
    }
}

/// What happened to a request, in the order of time.
fn story_of(record: &Record) -> Vec<String> {
    let mut lines: Vec<(u64, String)> = Vec::new();
    for decision in &record.decisions {
        let overruled = decision.overruled.as_deref().map(|why| format!(", OVERRULED: {why}")).unwrap_or_default();
        let text = format!("{} ({}: {}){overruled}", decided(decision), decision.rule, decision.reason);
        lines.push((decision.at_ms, format!("decided {text}")));
    }
    for entry in &record.attempts {
        let end = entry.started_ms + entry.duration_ms;
        let cost = shown("cost", &entry.cost.0.into());
        lines
            .push((end, format!("attempt {} at {}: {}, cost {cost}", entry.number, entry.place.target, entry.outcome)));
    }
    lines.sort_by_key(|(at, _)| *at);
    lines.into_iter().map(|(at, text)| format!("{at:>6} ms  {text}")).collect()
}
