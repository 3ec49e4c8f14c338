//! A policy engine of a test's own, with facts to ask a policy about.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use fingerpost::config::EngineLimits;
use fingerpost::policy::wire::{Availability, Bounds, Caller, Facts, Request, RouteSetup, Target, TargetState};
use fingerpost::policy::{AdmissionError, Engine, EngineOptions, Generation, Module, RoutePolicy};

/// An engine with a cache that goes with it.
pub struct TestEngine {
    /// The engine.
    pub engine: Engine,
    /// What it was started with.
    pub limits: EngineLimits,
    cache: tempfile::TempDir,
}

impl TestEngine {
    /// Starts one. `program` admits policies: a test gives `env!("CARGO_BIN_EXE_admit")`.
    pub fn start(program: &str) -> Self {
        Self::with(program, limits())
    }

    /// Starts one with these limits.
    pub fn with(program: &str, limits: EngineLimits) -> Self {
        let cache = tempfile::tempdir().expect("a directory can be made");
        let options =
            EngineOptions { cache_dir: cache.path().join("policies"), admit_program: program.into(), components: None };
        let engine = Engine::start(&limits, options).expect("the engine starts");
        Self { engine, limits, cache }
    }

    /// Admits a component for [`setup`].
    pub async fn admit(&self, component: Vec<u8>) -> Result<Module, AdmissionError> {
        self.engine.admit(component.into(), &setup()).await
    }

    /// Where compiled policies are kept.
    pub fn cache(&self) -> std::path::PathBuf {
        self.cache.path().join("policies")
    }

    /// A route with this component as its policy.
    pub async fn route(&self, component: Vec<u8>) -> (RoutePolicy, Arc<Generation>) {
        let module = self.admit(component).await.unwrap_or_else(|error| panic!("{error}"));
        let route = RoutePolicy::new("test".into(), &self.limits);
        let generation = route.install("guest".into(), module, Default::default());
        (route, generation)
    }
}

/// The limits of the default config, but a decision has more time: the machine may be busy.
pub fn limits() -> EngineLimits {
    EngineLimits {
        fuel: 2_000_000,
        wall_clock: Duration::from_secs(2),
        memory_bytes: 16 << 20,
        output_bytes: 256 << 10,
        log_lines: 20,
        log_lines_per_second: 100,
        component_bytes: 16 << 20,
        admission_time: Duration::from_secs(60),
        admission_memory_bytes: 1 << 30,
        decisions_in_flight: NonZeroU32::new(8).expect("not zero"),
        failures_until_set_aside: NonZeroU32::new(3).expect("not zero"),
    }
}

/// A route with two targets.
pub fn setup() -> RouteSetup {
    let target = |index: u8| Target {
        id: format!("target-{index}"),
        provider: "acme".into(),
        model: "model".into(),
        tier: "frontier".into(),
        tier_rank: index,
        context_window: 0,
        features: Vec::new(),
        region: String::new(),
    };
    RouteSetup {
        name: "test".into(),
        traffic_class: "interactive".into(),
        targets: vec![target(0), target(1)],
        queues: Vec::new(),
        default_answers: Vec::new(),
        config: "{}".into(),
    }
}

/// A request with nothing special about it.
pub fn facts() -> Facts {
    let state = TargetState {
        allowed: true,
        availability: Availability::Available,
        cooling_for: None,
        samples: 0,
        success_permille: 1000,
        first_token_p50: 0,
        latency_p95: 0,
        in_flight: 0,
        slots_left: 10,
        queue_left: 0,
        retries_left: 10,
        estimated_cost: 1000,
        reserved_at_once: 1000,
    };
    Facts {
        request: request(),
        caller: Caller { tenant: "acme".into(), key: "key".into(), plan: String::new(), user: None },
        bounds: bounds(),
        budgets: Vec::new(),
        targets: vec![state; 2],
        session: None,
        deferred: None,
        queues: Vec::new(),
        first_free_in: None,
        cached_answer_age: None,
    }
}

fn request() -> Request {
    Request {
        id: "req_1".into(),
        endpoint: "chat-completions".into(),
        requested_model: "test".into(),
        requested_target: None,
        traffic_class: "interactive".into(),
        streaming: false,
        needs: Vec::new(),
        input_tokens: 10,
        input_tokens_exact: false,
        max_output_tokens: None,
        received_at: 1_795_000_000_000,
        utc_offset_minutes: 0,
        elapsed: 0,
        time_left: 60_000,
        seed: 42,
        decision_index: 0,
        attributes: Vec::new(),
    }
}

fn bounds() -> Bounds {
    Bounds {
        max_attempts: 3,
        max_same_target: 2,
        deadline: 60_000,
        worst_tier_rank: 9,
        max_cost: None,
        max_cost_permille: 10_000,
        downgrade: true,
        upgrade: true,
        may_defer: false,
        may_reclassify_to: Vec::new(),
    }
}
