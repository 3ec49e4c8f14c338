//! What a fixture leaves out: the same names and the same defaults as the test scene of the SDK, so that a native test and a
//! fixture that say the same mean the same. A test of the suite holds the two together.

use crate::outcome::Kind;
use crate::policy::wire::{
    Attempt, Availability, Bounds, Budget, Caller, Deferred, Facts, Failure, QueueState, Request, RouteSetup, Session,
    Target, TargetState,
};

/// What a target can do where nothing else is said: everything.
const FEATURES: [&str; 5] = ["tools", "vision", "json-schema", "audio", "prefill"];

/// How long a target that is cooling is left alone still, in milliseconds.
pub(super) const COOLING_FOR: u64 = 30_000;

/// How long one that asked for it, or that takes its load back, is left alone still, in milliseconds.
pub(super) const RESTING_FOR: u64 = 1_000;

/// A route of the interactive class named `test`, without targets and without a config.
pub(super) fn setup() -> RouteSetup {
    RouteSetup {
        name: "test".into(),
        traffic_class: "interactive".into(),
        targets: Vec::new(),
        queues: Vec::new(),
        default_answers: Vec::new(),
        config: "{}".into(),
    }
}

/// A target of tier `balanced` (rank 1) with a window of 128,000 tokens and all features.
pub(super) fn target() -> Target {
    Target {
        id: String::new(),
        provider: String::new(),
        model: String::new(),
        tier: "balanced".into(),
        tier_rank: 1,
        context_window: 128_000,
        features: FEATURES.map(str::to_owned).into(),
        region: String::new(),
    }
}

/// A healthy target with an estimated cost of 1,000 nano-USD.
pub(super) fn target_state() -> TargetState {
    TargetState {
        allowed: true,
        availability: Availability::Available,
        cooling_for: None,
        samples: 0,
        success_permille: 1000,
        first_token_p50: 0,
        latency_p95: 0,
        in_flight: 0,
        slots_left: 100,
        queue_left: 0,
        retries_left: 10,
        estimated_cost: 1_000,
        reserved_at_once: 1_000,
    }
}

/// A queue that nothing waits in.
pub(super) fn queue() -> QueueState {
    QueueState { depth: 0, paused: false }
}

/// A streamed request of 1,000 input tokens with a minute left, generous bounds, no budgets and no session.
pub(crate) fn facts() -> Facts {
    Facts {
        request: Request {
            id: "request-1".into(),
            endpoint: "chat-completions".into(),
            requested_model: "test".into(),
            requested_target: None,
            traffic_class: "interactive".into(),
            streaming: true,
            needs: Vec::new(),
            input_tokens: 1_000,
            input_tokens_exact: true,
            max_output_tokens: None,
            received_at: 1_750_000_000_000,
            utc_offset_minutes: 0,
            elapsed: 0,
            time_left: 60_000,
            seed: 42,
            decision_index: 0,
            attributes: Vec::new(),
        },
        caller: Caller { tenant: "acme".into(), key: "acme-1".into(), plan: String::new(), user: None },
        bounds: Bounds {
            max_attempts: 10,
            max_same_target: 3,
            deadline: 60_000,
            worst_tier_rank: u8::MAX,
            max_cost: None,
            max_cost_permille: 10_000,
            downgrade: true,
            upgrade: true,
            may_defer: false,
            may_reclassify_to: Vec::new(),
        },
        budgets: Vec::new(),
        targets: Vec::new(),
        session: None,
        deferred: None,
        queues: Vec::new(),
        first_free_in: None,
        cached_answer_age: None,
    }
}

/// A monthly budget of the tenant of one dollar, of which nothing is used.
pub(super) fn budget() -> Budget {
    Budget {
        id: "acme-month".into(),
        scope: "tenant".into(),
        period: "month".into(),
        limit: 1_000_000_000,
        spent: 0,
        reserved: 0,
        own_reserved: 0,
        remaining: 0,
        resets_in: Some(86_400_000),
    }
}

/// A session that nothing has served yet.
pub(super) fn session() -> Session {
    Session { target: None, target_id: String::new(), turns: 0, needs: Vec::new(), cached_tokens: 0 }
}

/// A request out of a queue, at its first try.
pub(super) fn deferred() -> Deferred {
    Deferred { queue: String::new(), tries: 0, since: 1_750_000_000_000, review_target: None }
}

/// An attempt that failed before its head in this way, with what the gateway says of such a failure.
pub(super) fn attempt(kind: Kind) -> Attempt {
    let traits = kind.traits();
    Attempt {
        number: 1,
        target: 0,
        failure: Failure {
            kind: traits.name.into(),
            phase: "head".into(),
            fault: traits.fault.as_str().into(),
            processed: traits.processed.as_str().into(),
            same_target_ok: traits.same_target_ok,
            other_target_ok: traits.other_target_ok,
            status: None,
            code: None,
            retry_after: None,
        },
        started: 0,
        duration: 100,
        first_token: None,
        input_tokens: 1_000,
        output_tokens: 0,
        delivered_tokens: 0,
        committed: false,
        content: "empty".into(),
        resumable: Vec::new(),
        cost: 0,
    }
}
