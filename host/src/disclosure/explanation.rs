//! What a caller may know of its request: the decisions with their reasons, the attempts, the cost, the policy. It holds no
//! text of a provider, no amount of a budget, no note of a policy to its operator, and no target outside of the caller's
//! own boundaries. A policy's reasons are passed on in its own words.

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderValue;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::NAME;
use crate::attributes::class_of;
use crate::config::Name;
use crate::dialect::openai::extension::at_end;
use crate::exchange::Exchange;
use crate::headers::known_cost;
use crate::ledger::{CostState, DecisionEntry, Entry};
use crate::money::NanoUsd;
use crate::request::{Arrival, Asked};

/// The longest header, in bytes: clients and proxies take eight kilobytes of a head, some of them for all of it.
const HEADER_BYTES: usize = 4096;

/// How much is left of texts (in bytes), of the candidates of each decision, and of decisions and attempts, where the whole
/// is too long for a header: the first that fits. The last always does, since names have 128 bytes at most.
const SHORTER: [(usize, usize, usize); 5] = [(512, 64, 64), (160, 16, 16), (80, 6, 8), (60, 0, 6), (0, 0, 3)];

/// How a request was decided, as its caller may know it.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    request_id: Arc<str>,
    #[serde(skip)]
    received_at: u64,
    route: Name,
    class: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<Policy>,
    /// The id of the request whose answer this one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    replayed_from: Option<Box<str>>,
    decisions: Vec<Decision>,
    attempts: Vec<Attempt>,
    /// The target that serves, while its attempt is still under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    serving: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost_usd: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    truncated: bool,
}

#[derive(Debug, Clone, Serialize)]
struct Policy {
    name: Name,
    /// Of the version: its component and its settings.
    digest: String,
}

#[derive(Debug, Clone, Serialize)]
struct Decision {
    index: u32,
    at_ms: u64,
    decision: Box<str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<Name>,
    rule: Box<str>,
    reason: Box<str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    considered: Vec<Considered>,
    #[serde(skip_serializing_if = "Option::is_none")]
    overruled: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    overruled_because: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct Considered {
    target: Name,
    verdict: Box<str>,
}

#[derive(Debug, Clone, Serialize)]
struct Attempt {
    number: u32,
    target: Name,
    outcome: Box<str>,
    started_ms: u64,
    duration_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost_usd: Option<String>,
}

impl Explanation {
    /// What is known of an exchange now. `serving` is the index of the target of an attempt that is under way.
    #[must_use]
    pub fn of(exchange: &Exchange, serving: Option<usize>) -> Self {
        let under_way = serving.filter(|_| exchange.under_way.is_some());
        let policy = exchange
            .generation
            .as_ref()
            .map(|generation| Policy { name: generation.name().clone(), digest: generation.digest().to_string() });
        Self {
            request_id: Arc::clone(&exchange.id),
            received_at: exchange.received_at,
            route: exchange.route.setting.name.clone(),
            class: exchange.class.as_str(),
            policy,
            replayed_from: None,
            decisions: exchange.decisions.iter().map(|entry| decision(exchange, entry)).collect(),
            attempts: exchange.entries.iter().map(attempt).collect(),
            serving: under_way.map(|index| exchange.route.targets[index].setting.id.clone()),
            cost_usd: known_cost(exchange).filter(|_| under_way.is_none()).map(|cost| cost.to_string()),
            truncated: false,
        }
    }

    /// That of a request about which nothing was decided: refused at once, or given the answer of the request `from`.
    #[must_use]
    pub fn undecided(arrival: &Arrival, asked: &Asked, from: Option<&str>) -> Self {
        Self {
            request_id: Arc::clone(&arrival.id.text),
            received_at: arrival.ms,
            route: asked.route.setting.name.clone(),
            class: class_of(&asked.route, &asked.caller, &asked.headers, &asked.chat).as_str(),
            policy: None,
            replayed_from: from.map(Into::into),
            decisions: Vec::new(),
            attempts: Vec::new(),
            serving: None,
            cost_usd: Some(NanoUsd::ZERO.to_string()),
            truncated: false,
        }
    }

    /// As a fact for the field `fingerpost`.
    pub(super) fn fact(&self) -> Map<String, Value> {
        Map::from_iter([(NAME.to_owned(), json!(self))])
    }

    /// A piece of a stream, with this if it is the last one.
    pub(super) fn at_end(&self, piece: &Bytes) -> Bytes {
        at_end(piece, &self.fact(), (&self.request_id, self.received_at / 1_000, &self.route))
    }

    /// As JSON of visible ASCII, no longer than a header may be: what is left out is marked by `truncated`.
    #[must_use]
    pub fn header(&self) -> HeaderValue {
        let whole = std::iter::once_with(|| ascii(self));
        let shorter = SHORTER.into_iter().map(|limits| ascii(&self.shortened(limits)));
        let fits = whole.chain(shorter).find(|text| text.len() <= HEADER_BYTES);
        // It is visible ASCII, so it is a header's value.
        fits.and_then(|text| HeaderValue::try_from(text).ok())
            .unwrap_or_else(|| HeaderValue::from_static(r#"{"truncated":true}"#))
    }

    /// At most so many bytes of each text, so many candidates, and the first so many decisions and attempts.
    fn shortened(&self, (text, candidates, entries): (usize, usize, usize)) -> Self {
        let mut shorter = Self { truncated: true, ..self.clone() };
        let cut = |said: &mut Box<str>| *said = said[..said.floor_char_boundary(text)].into();
        shorter.decisions.truncate(entries);
        shorter.attempts.truncate(entries);
        for decision in &mut shorter.decisions {
            cut(&mut decision.reason);
            decision.considered.truncate(candidates);
            decision.considered.iter_mut().for_each(|one| cut(&mut one.verdict));
        }
        shorter
    }
}

fn decision(exchange: &Exchange, entry: &DecisionEntry) -> Decision {
    // Targets that the caller may not be sent to are none of its business.
    let is_open = |target: &Name| exchange.route.place_of(target).is_some_and(|index| exchange.allowed.contains(index));
    let considered = entry.considered.iter().filter(|(target, _)| is_open(target));
    Decision {
        index: entry.index,
        at_ms: entry.at_ms,
        decision: entry.decision.clone(),
        target: entry.target.clone().filter(is_open),
        rule: entry.rule.clone(),
        reason: entry.reason.clone(),
        considered: considered
            .map(|(target, verdict)| Considered { target: target.clone(), verdict: verdict.clone() })
            .collect(),
        overruled: entry.overruled.clone(),
        overruled_because: entry.overruled_because(),
    }
}

/// Without what the provider said and called it: its status and its codes are for the operator.
fn attempt(entry: &Entry) -> Attempt {
    Attempt {
        number: entry.number,
        target: entry.place.target.clone(),
        outcome: entry.outcome.clone(),
        started_ms: entry.started_ms,
        duration_ms: entry.duration_ms,
        cost_usd: (entry.cost_state != CostState::Unknown).then(|| entry.billed().to_string()),
    }
}

/// JSON in visible ASCII and spaces: whatever else a text holds is escaped.
fn ascii(value: &impl Serialize) -> String {
    use std::fmt::Write as _;
    let json = serde_json::to_string(value).unwrap_or_default();
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if matches!(c, ' '..='~') {
            text.push(c);
            continue;
        }
        let mut units = [0; 2];
        for unit in c.encode_utf16(&mut units) {
            // Writing to a string cannot fail.
            let _ = write!(text, "\\u{unit:04x}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(reason: &str, decisions: u32) -> Explanation {
        let target = Name::from("t".repeat(128));
        let one = |index| Decision {
            index,
            at_ms: u64::MAX,
            decision: "send".into(),
            target: Some(target.clone()),
            rule: "r".repeat(64).into(),
            reason: reason.into(),
            considered: vec![Considered { target: target.clone(), verdict: reason.into() }; 64],
            overruled: Some("downgrade-not-allowed".into()),
            overruled_because: Some("x".repeat(90)),
        };
        let attempt = |number| Attempt {
            number,
            target: target.clone(),
            outcome: "first-token-timeout".into(),
            started_ms: u64::MAX,
            duration_ms: u64::MAX,
            cost_usd: Some("18446744073.709551615".into()),
        };
        Explanation {
            request_id: "req_0199c0ffee421a2b3c4d5e6f7081".into(),
            received_at: 0,
            route: target.clone(),
            class: "interactive",
            policy: Some(Policy { name: target.clone(), digest: "d".repeat(64) }),
            replayed_from: None,
            decisions: (0..decisions).map(one).collect(),
            attempts: (0..decisions).map(attempt).collect(),
            serving: Some(target.clone()),
            cost_usd: None,
            truncated: false,
        }
    }

    #[test]
    fn a_header_holds_what_fits_and_says_that_the_rest_is_left_out() {
        for (reason, decisions) in
            [("because ".repeat(64), 1), ("\u{202e}\u{7f}é🦀\r\n\0".repeat(60), 3), ("x".into(), 500)]
        {
            let header = said(&reason, decisions).header();
            assert!(header.len() <= HEADER_BYTES, "{}", header.len());
            let told: Value = serde_json::from_str(header.to_str().expect("visible ASCII")).expect("JSON");
            assert_eq!((&told["truncated"], &told["class"]), (&json!(true), &json!("interactive")), "{told}");
            assert_eq!(told["decisions"][0]["overruled"], "downgrade-not-allowed");
        }
    }

    #[test]
    fn what_fits_is_told_whole_whatever_characters_it_has() {
        let mut short = said("\u{202e}\u{7f}é🦀\r\n\0\u{9b}", 1);
        short.decisions[0].considered.truncate(1);
        let header = short.header();
        let told: Value = serde_json::from_str(header.to_str().expect("visible ASCII")).expect("JSON");
        assert_eq!(told["decisions"][0]["reason"], "\u{202e}\u{7f}é🦀\r\n\0\u{9b}");
        assert!(told.get("truncated").is_none() && header.as_bytes().iter().all(|byte| (b' '..=b'~').contains(byte)));
    }
}
