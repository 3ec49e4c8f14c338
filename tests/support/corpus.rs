//! The corpus: guests of every version of the interface so far, in text form, each with what it was asked and what it answered
//! when it was made. `make corpus` makes the guests of the present version; nothing makes those of another one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use fingerpost::policy::wire::{
    Attempt, Attribute, Availability, Bounds, Budget, Caller, Deferred, Facts, Failure, QueueState, Request,
    RouteSetup, Session, Target, TargetState,
};
use serde_json::Value;

use crate::guests;

/// Where the versions lie, each in a folder of its name.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// What all guests of a version are asked about.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Question {
    /// The route; a guest's own config takes the place of its config.
    pub setup: RouteSetup,
    /// The request. Its first attribute is `kind`, and names what is asked for.
    pub facts: Facts,
    /// What was tried before `fallback`.
    pub attempts: Vec<Attempt>,
}

/// What one guest answered.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Expectation {
    /// Its config.
    pub config: String,
    /// What it said of a config with the key `refuse`.
    pub refusal: String,
    /// What it answered to `route`, by the kind that was asked for.
    pub routed: std::collections::BTreeMap<String, Reply>,
    /// The same of `fallback`.
    pub recovered: std::collections::BTreeMap<String, Reply>,
}

/// An answer, and what was logged with it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Reply {
    /// The decision, as the host sees it.
    pub answer: Value,
    /// The lines, each after its level.
    pub log: Vec<String>,
}

impl Question {
    /// The request, asking for a kind of decision.
    pub fn about(&self, kind: &str) -> Facts {
        let mut facts = self.facts.clone();
        facts.request.attributes[0].value = kind.into();
        facts
    }
}

/// The component of a guest as text: without names and what else only tools look at.
pub fn text(name: &str, version: &str) -> String {
    let component = guests::wrap(&bare(&guests::core(name)));
    let text = wasmprinter::print_bytes(component).expect("a component can be printed");
    format!(
        ";; The guest `{name}` for the interface fingerpost:policy@{version}, made by `make corpus`. Never change it.\n{text}\n"
    )
}

/// A core module without its custom sections, but for the one that says what component it becomes.
fn bare(core: &[u8]) -> Vec<u8> {
    let mut module = wasm_encoder::Module::new();
    for payload in wasmparser::Parser::new(0).parse_all(core) {
        let payload = payload.expect("the compiler makes modules");
        if let wasmparser::Payload::CustomSection(section) = &payload {
            if section.name().starts_with("component-type") {
                let (name, data) = (section.name().into(), section.data().into());
                module.section(&wasm_encoder::CustomSection { name, data });
            }
            continue;
        }
        if let Some((id, range)) = payload.as_section() {
            module.section(&wasm_encoder::RawSection { id, data: &core[range] });
        }
    }
    module.finish()
}

/// Makes the folder of a version.
///
/// # Errors
/// When it is there: what other gateways were built with is not made again.
pub fn begin(version: &str) -> io::Result<PathBuf> {
    let folder = folder().join(version);
    fs::create_dir_all(folder.parent().expect("it is below the corpus"))?;
    fs::create_dir(&folder)?;
    Ok(folder)
}

/// A question in which every field holds something of its own.
pub fn question() -> Question {
    Question { setup: setup(), facts: facts(), attempts: vec![attempt(1, 0), attempt(2, 1)] }
}

fn setup() -> RouteSetup {
    let target = |index: u8| Target {
        id: format!("target-{index}"),
        provider: format!("provider-{index}"),
        model: "großes-modell".into(),
        tier: ["frontier", "economy"][usize::from(index)].into(),
        tier_rank: index,
        context_window: 128_000,
        features: vec!["tools".into(), "prefill".into()],
        region: "eu".into(),
    };
    RouteSetup {
        name: "corpus".into(),
        traffic_class: "interactive".into(),
        targets: vec![target(0), target(1)],
        queues: vec!["later".into()],
        default_answers: vec!["sorry".into(), "closed".into()],
        config: "{}".into(),
    }
}

fn facts() -> Facts {
    let state = |availability, cooling_for| TargetState {
        allowed: true,
        availability,
        cooling_for,
        samples: 40,
        success_permille: 975,
        first_token_p50: 310,
        latency_p95: 4_200,
        in_flight: 3,
        slots_left: 7,
        queue_left: 2,
        retries_left: 5,
        estimated_cost: 1_234_567,
        reserved_at_once: 234_567,
    };
    Facts {
        request: request(),
        caller: Caller { tenant: "acme".into(), key: "acme-web".into(), plan: "pro".into(), user: Some("ann".into()) },
        bounds: bounds(),
        budgets: vec![budget("acme-day", Some(3_600_000)), budget("acme-prepaid", None)],
        targets: vec![state(Availability::Available, None), state(Availability::Cooling, Some(1_500))],
        first_free_in: Some(1_500),
        session: Some(Session {
            target: Some(1),
            target_id: "target-1".into(),
            turns: 3,
            needs: vec!["tools".into()],
            cached_tokens: 900,
        }),
        deferred: Some(Deferred { queue: "later".into(), tries: 2, since: 1_794_999_000_000, review_target: Some(0) }),
        queues: vec![QueueState { depth: 12, paused: true }],
        cached_answer_age: Some(30_000),
    }
}

fn request() -> Request {
    let attribute = |name: &str, value: &str, source: &str| Attribute {
        name: name.into(),
        value: value.into(),
        source: source.into(),
    };
    Request {
        id: "req_01".into(),
        endpoint: "chat-completions".into(),
        requested_model: "corpus".into(),
        requested_target: Some(1),
        traffic_class: "interactive".into(),
        streaming: true,
        needs: vec!["tools".into()],
        input_tokens: 1_500,
        input_tokens_exact: true,
        max_output_tokens: Some(512),
        received_at: 1_795_000_000_000,
        utc_offset_minutes: -210,
        elapsed: 20,
        time_left: 59_980,
        seed: u64::MAX - 1,
        decision_index: 0,
        attributes: vec![attribute("kind", "send", "host"), attribute("language", "žluťoučký", "caller")],
    }
}

fn bounds() -> Bounds {
    Bounds {
        max_attempts: 4,
        max_same_target: 2,
        deadline: 60_000,
        worst_tier_rank: 1,
        max_cost: Some(9_000_000),
        max_cost_permille: 1_500,
        downgrade: true,
        upgrade: false,
        may_defer: true,
        may_reclassify_to: vec!["batch".into()],
    }
}

fn budget(id: &str, resets_in: Option<u64>) -> Budget {
    Budget {
        id: id.into(),
        scope: "tenant".into(),
        period: if resets_in.is_some() { "day" } else { "prepaid" }.into(),
        limit: 50_000_000_000,
        spent: 49_000_000_000,
        reserved: 2_000_000_000,
        own_reserved: 1_234_567,
        remaining: -1_000_000_000,
        resets_in,
    }
}

fn attempt(number: u32, target: u16) -> Attempt {
    Attempt {
        number,
        target,
        failure: Failure {
            kind: "rate-limited".into(),
            phase: "stream".into(),
            fault: "provider".into(),
            processed: "maybe".into(),
            same_target_ok: false,
            other_target_ok: true,
            status: Some(429),
            code: Some("slow_down".into()),
            retry_after: Some(2_000),
        },
        started: 25,
        duration: 800,
        first_token: Some(300),
        input_tokens: 1_500,
        output_tokens: 12,
        delivered_tokens: 7,
        committed: true,
        content: "text".into(),
        resumable: vec!["match".into()],
        cost: 345_678,
    }
}
