//! Facts as a busy route sees them: 8 targets of 3 tiers, 4 budgets, 10 attributes, 2 attempts that failed.

use fingerpost::policy::wire::*;

pub(crate) fn setup(route: &str) -> RouteSetup {
    let tiers = ["frontier", "frontier", "balanced", "balanced", "balanced", "economy", "economy", "economy"];
    RouteSetup {
        name: route.into(),
        traffic_class: "critical".into(),
        targets: tiers.iter().enumerate().map(|(index, tier)| target(index, tier)).collect(),
        queues: vec!["later".into(), "review".into()],
        default_answers: vec!["sorry".into()],
        config: "{}".into(),
    }
}

fn target(index: usize, tier: &str) -> Target {
    Target {
        id: format!("target-{index}"),
        provider: format!("provider-{}", index % 3),
        model: format!("model-{index}-2026"),
        tier: tier.into(),
        tier_rank: ["frontier", "balanced", "economy"].iter().position(|name| *name == tier).unwrap_or(0) as u8,
        context_window: 128_000,
        features: vec!["tools".into(), "vision".into(), "json-schema".into()],
        region: String::new(),
    }
}

pub(crate) fn facts() -> Facts {
    Facts {
        request: request(),
        caller: Caller {
            tenant: "acme".into(),
            key: "key-123".into(),
            plan: "pro".into(),
            user: Some("user-77".into()),
        },
        bounds: bounds(),
        budgets: (0..4).map(budget).collect(),
        targets: (0..8).map(state).collect(),
        session: None,
        deferred: None,
        queues: vec![QueueState { depth: 3, paused: false }; 2],
        first_free_in: None,
        cached_answer_age: None,
    }
}

fn request() -> Request {
    let attribute = |index| Attribute {
        name: format!("attribute-{index}"),
        value: format!("value-of-{index}"),
        source: "caller".into(),
    };
    Request {
        id: "req_01JD0000000000000000000000".into(),
        endpoint: "chat-completions".into(),
        requested_model: "support_draft".into(),
        requested_target: None,
        traffic_class: "critical".into(),
        streaming: true,
        needs: vec!["tools".into(), "json-schema".into()],
        input_tokens: 1800,
        input_tokens_exact: false,
        max_output_tokens: Some(800),
        received_at: 1_795_000_000_000,
        utc_offset_minutes: 60,
        elapsed: 3,
        time_left: 59_000,
        seed: 42,
        decision_index: 0,
        attributes: (0..10).map(attribute).collect(),
    }
}

fn bounds() -> Bounds {
    Bounds {
        max_attempts: 5,
        max_same_target: 2,
        deadline: 60_000,
        worst_tier_rank: 2,
        max_cost: None,
        max_cost_permille: 4_000,
        downgrade: true,
        upgrade: true,
        may_defer: true,
        may_reclassify_to: vec!["experiment".into()],
    }
}

fn budget(index: u64) -> Budget {
    let spent = 100_000_000 * index;
    Budget {
        id: format!("budget-{index}"),
        scope: ["tenant", "key", "route", "class"][index as usize % 4].into(),
        period: "month".into(),
        limit: 1_000_000_000,
        spent,
        reserved: 1_000,
        own_reserved: 1_000,
        remaining: 1_000_000_000 - spent as i64 - 1_000,
        resets_in: Some(100_000),
    }
}

fn state(index: u64) -> TargetState {
    let cooling = index == 0;
    TargetState {
        allowed: true,
        availability: if cooling { Availability::Cooling } else { Availability::Available },
        cooling_for: cooling.then_some(3_000),
        samples: 100,
        success_permille: 990,
        first_token_p50: 300,
        latency_p95: 4_000,
        in_flight: 3,
        slots_left: 97,
        queue_left: 0,
        retries_left: 10,
        estimated_cost: 1_000 + index,
        reserved_at_once: 1_000 + index,
    }
}

pub(crate) fn attempts() -> Vec<Attempt> {
    let attempt = |number: u32| Attempt {
        number,
        target: number as u16,
        failure: Failure {
            kind: "server-error".into(),
            phase: "head".into(),
            fault: "provider".into(),
            processed: "maybe".into(),
            same_target_ok: true,
            other_target_ok: true,
            status: Some(503),
            code: Some("overloaded".into()),
            retry_after: None,
        },
        started: 10,
        duration: 500,
        first_token: None,
        input_tokens: 0,
        output_tokens: 0,
        delivered_tokens: 0,
        committed: false,
        content: String::new(),
        resumable: Vec::new(),
        cost: 0,
    };
    vec![attempt(1), attempt(2)]
}
