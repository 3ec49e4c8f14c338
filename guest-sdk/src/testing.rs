//! Testing a policy natively, with plain `cargo test`: a [`Scene`] holds a set-up and facts with harmless defaults, to be
//! changed field by field, and [`Scene::policy`] configures a policy in it.
//!
//! ```
//! # use fingerpost_sdk::prelude::*;
//! # struct First;
//! # impl Policy for First {
//! #     type Config = NoConfig;
//! #     fn configure(_: &Setup, _: NoConfig) -> Result<Self, Vec<Problem>> { Ok(First) }
//! #     fn route(&self, facts: &Facts) -> Routed {
//! #         Routed::send(facts.usable().next().expect("a target").send(), why("first", "It is the first."))
//! #     }
//! #     fn fallback(&self, _: &Facts, attempts: &Attempts) -> Recovered {
//! #         Recovered::fail(attempts, why("no-fallback", "There is none."))
//! #     }
//! # }
//! use fingerpost_sdk::testing::{Scene, target};
//!
//! let mut scene = Scene::of([target("a", "openai").cost(100), target("b", "anthropic").cooling()]);
//! scene.facts.request.input_tokens = 2_000;
//! let routed = scene.policy::<First>("{}").route(&scene.facts);
//! assert_eq!(routed.sent().map(|send| send.target), Some(0));
//! ```

mod aftermath;

use crate::names::{attribute, class, failure_kind, fault, phase, processed, scope, source};
use crate::record::{
    Attempt, Attribute, Availability, Bounds, Budget, Caller, DecisionFacts, Failure, QueueState, Recovered, Recovery,
    Request, Routed, Routing, SendTo, Session, Setup, TargetSpec, TargetState,
};
use crate::{Configured, Policy};

#[cfg(not(target_arch = "wasm32"))]
use crate::log::Level;

/// A set-up and facts that fit each other. The defaults are an interactive request of 1,000 input tokens, with a minute
/// left, generous bounds, no budgets and no session.
#[derive(Debug, Clone)]
pub struct Scene {
    /// What the policy is configured with.
    pub setup: Setup,
    /// What it decides about.
    pub facts: DecisionFacts,
}

impl Scene {
    /// A route with these targets.
    #[must_use]
    pub fn of(targets: impl IntoIterator<Item = TestTarget>) -> Scene {
        let (mut specs, mut states, mut said) = (Vec::new(), Vec::new(), Vec::new());
        for target in targets {
            said.extend(target.cools.map(|why| (why, target.spec.id.clone())));
            specs.push(target.spec);
            states.push(target.state);
        }
        let mut scene = Scene { setup: setup(specs), facts: facts(states) };
        scene.facts.first_free_in = aftermath::first_free_in(&scene.facts.targets);
        said.iter().fold(scene, |scene, (why, id)| scene.attribute(why, id))
    }

    /// The first decision meant the target with this index: what a later one is told.
    ///
    /// # Panics
    ///
    /// Where there is no such target.
    #[must_use]
    pub fn intended(self, index: u16) -> Scene {
        let id = self.setup.targets[usize::from(index)].id.clone();
        self.attribute(attribute::INTENDED, &id)
    }

    /// The request is of this class.
    #[must_use]
    pub fn class(mut self, class: &str) -> Scene {
        self.facts.request.traffic_class = class.to_owned();
        self
    }

    /// The route has this queue, and requests may be deferred.
    #[must_use]
    pub fn queue(mut self, name: &str) -> Scene {
        self.setup.queues.push(name.to_owned());
        self.facts.queues.push(QueueState { depth: 0, paused: false });
        self.facts.bounds.may_defer = true;
        self
    }

    /// The route has this prepared answer.
    #[must_use]
    pub fn default_answer(mut self, name: &str) -> Scene {
        self.setup.default_answers.push(name.to_owned());
        self
    }

    /// The request counts against a budget of which others have used this share, in thousandths.
    #[must_use]
    pub fn budget_used(mut self, permille: u64) -> Scene {
        let mut budget = budget(1_000_000_000);
        budget.spent = permille * 1_000_000;
        budget.remaining = remaining(budget.limit, budget.spent);
        self.facts.budgets.push(budget);
        self
    }

    /// The request has this attribute, and the gateway itself says so.
    #[must_use]
    pub fn attribute(self, name: &str, value: &str) -> Scene {
        self.attribute_from(source::HOST, name, value)
    }

    /// The request has this attribute according to `source`, one of [`crate::names::source`].
    #[must_use]
    pub fn attribute_from(mut self, source: &str, name: &str, value: &str) -> Scene {
        let attribute = Attribute { name: name.to_owned(), value: value.to_owned(), source: source.to_owned() };
        self.facts.request.attributes.push(attribute);
        self
    }

    /// The request belongs to a session that the target with this index served last; `None`: nothing served it yet.
    #[must_use]
    pub fn session(mut self, target: Option<u16>) -> Scene {
        let spec = target.and_then(|index| self.setup.targets.get(usize::from(index)));
        let target_id = spec.map(|spec| spec.id.clone()).unwrap_or_default();
        let turns = u32::from(target.is_some());
        self.facts.session = Some(Session { target, target_id, turns, needs: Vec::new(), cached_tokens: 0 });
        self
    }

    /// Configures a policy with the scene's set-up and this config, which is JSON.
    ///
    /// # Panics
    ///
    /// Where the policy refuses the config.
    #[must_use]
    pub fn policy<P: Policy>(&self, config: &str) -> Configured<P> {
        let setup = Setup { config: config.to_owned(), ..self.setup.clone() };
        match Configured::new(setup) {
            Ok(policy) => policy,
            Err(problems) => panic!("the policy refuses the config: {problems:?}"),
        }
    }
}

fn setup(targets: Vec<TargetSpec>) -> Setup {
    Setup {
        name: "test".to_owned(),
        traffic_class: class::INTERACTIVE.to_owned(),
        targets,
        queues: Vec::new(),
        default_answers: Vec::new(),
        config: "{}".to_owned(),
    }
}

fn facts(targets: Vec<TargetState>) -> DecisionFacts {
    DecisionFacts {
        request: request(),
        caller: Caller { tenant: "acme".to_owned(), key: "acme-1".to_owned(), plan: String::new(), user: None },
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
        targets,
        session: None,
        deferred: None,
        queues: Vec::new(),
        first_free_in: None,
        cached_answer_age: None,
    }
}

fn request() -> Request {
    Request {
        id: "request-1".to_owned(),
        endpoint: "chat-completions".to_owned(),
        requested_model: "test".to_owned(),
        requested_target: None,
        traffic_class: class::INTERACTIVE.to_owned(),
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
    }
}

/// A monthly budget of the tenant with this limit in nano-USD, of which nothing is used.
#[must_use]
pub fn budget(limit: u64) -> Budget {
    Budget {
        id: "acme-month".to_owned(),
        scope: scope::TENANT.to_owned(),
        period: crate::names::period::MONTH.to_owned(),
        limit,
        spent: 0,
        reserved: 0,
        own_reserved: 0,
        remaining: remaining(limit, 0),
        resets_in: Some(86_400_000),
    }
}

/// What is left, below zero where more was spent.
fn remaining(limit: u64, spent: u64) -> i64 {
    limit.wrapping_sub(spent) as i64
}

/// A target under construction: [`target`] begins one.
#[derive(Debug, Clone)]
pub struct TestTarget {
    /// What the set-up says about it.
    pub spec: TargetSpec,
    /// Its state.
    pub state: TargetState,
    /// What the gateway says of why it cools, where it does.
    cools: Option<&'static str>,
}

/// A healthy target of tier `balanced` (rank 1), with a window of 128,000 tokens, all features, and an estimated cost of
/// 1,000 nano-USD.
#[must_use]
pub fn target(id: &str, provider: &str) -> TestTarget {
    let features = crate::names::feature::ALL.iter().map(|feature| (*feature).to_owned());
    TestTarget {
        spec: TargetSpec {
            id: id.to_owned(),
            provider: provider.to_owned(),
            model: id.to_owned(),
            tier: "balanced".to_owned(),
            tier_rank: 1,
            context_window: 128_000,
            features: features.collect(),
            region: String::new(),
        },
        state: TargetState {
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
        },
        cools: None,
    }
}

impl TestTarget {
    /// It is of this tier.
    #[must_use]
    pub fn tier(mut self, name: &str, rank: u8) -> TestTarget {
        self.spec.tier = name.to_owned();
        self.spec.tier_rank = rank;
        self
    }

    /// The request is estimated to cost this there, in nano-USD.
    #[must_use]
    pub fn cost(mut self, nano_usd: u64) -> TestTarget {
        self.state.estimated_cost = nano_usd;
        self.state.reserved_at_once = nano_usd;
        self
    }

    /// Its context window, in tokens.
    #[must_use]
    pub fn window(mut self, tokens: u32) -> TestTarget {
        self.spec.context_window = tokens;
        self
    }

    /// It can do these things only.
    #[must_use]
    pub fn features(mut self, features: &[&str]) -> TestTarget {
        self.spec.features = features.iter().map(|feature| (*feature).to_owned()).collect();
        self
    }

    /// The boundaries of the tenant or the key exclude it.
    #[must_use]
    pub fn out_of_boundary(mut self) -> TestTarget {
        self.state.allowed = false;
        self
    }

    /// It failed lately, and is left alone for 30 s still.
    #[must_use]
    pub fn cooling(self) -> TestTarget {
        self.left_alone(30_000, None)
    }

    /// It limits its rate, and asked to be left alone for this many milliseconds still.
    #[must_use]
    pub fn resting(self, millis: u64) -> TestTarget {
        self.left_alone(millis, Some(attribute::RESTING))
    }

    /// It works again, and this request's turn there comes in so many milliseconds.
    #[must_use]
    pub fn recovering(self, millis: u64) -> TestTarget {
        self.left_alone(millis, Some(attribute::RECOVERING))
    }

    fn left_alone(mut self, millis: u64, cools: Option<&'static str>) -> TestTarget {
        self.state.availability = Availability::Cooling;
        self.state.cooling_for = Some(millis);
        self.cools = cools;
        self
    }
}

/// A first attempt at the target with this index that failed with this kind, one of [`crate::names::failure_kind`].
/// Whether the same or another target can help is what the host says of such a failure.
#[must_use]
pub fn failed(target: u16, kind: &str) -> Attempt {
    let final_for_all = [failure_kind::INVALID_REQUEST, failure_kind::CONTENT_POLICY];
    let final_for_one = [
        failure_kind::QUOTA_EXHAUSTED,
        failure_kind::CONTEXT_LENGTH,
        failure_kind::INVALID_KEY,
        failure_kind::PERMISSION,
        failure_kind::UNKNOWN_MODEL,
        failure_kind::UNSUPPORTED,
        failure_kind::NOT_FOUND,
        failure_kind::TOO_LARGE,
    ];
    Attempt {
        number: 1,
        target,
        failure: Failure {
            kind: kind.to_owned(),
            phase: phase::HEAD.to_owned(),
            fault: fault::PROVIDER.to_owned(),
            processed: processed::NO.to_owned(),
            same_target_ok: !final_for_all.contains(&kind) && !final_for_one.contains(&kind),
            other_target_ok: !final_for_all.contains(&kind),
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
        content: crate::names::content::EMPTY.to_owned(),
        resumable: Vec::new(),
        cost: 0,
    }
}

/// Attempts that failed one after the other, each at a target with a kind of failure, numbered from 1.
#[must_use]
pub fn failures(attempts: &[(u16, &str)]) -> Vec<Attempt> {
    let numbered = (1..).zip(attempts);
    numbered.map(|(number, (target, kind))| Attempt { number, ..failed(*target, kind) }).collect()
}

impl Routed {
    /// The try that was decided, where one was.
    #[must_use]
    pub fn sent(&self) -> Option<&SendTo> {
        match &self.decision {
            Routing::Send(send) => Some(send),
            _ => None,
        }
    }
}

impl Recovered {
    /// The try that was decided, where one was.
    #[must_use]
    pub fn sent(&self) -> Option<&SendTo> {
        match &self.decision {
            Recovery::Send(send) => Some(send),
            _ => None,
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
std::thread_local! {
    static LOGGED: std::cell::RefCell<Vec<(Level, String)>> = const { std::cell::RefCell::new(Vec::new()) };
}

#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn keep(level: Level, message: &str) {
    LOGGED.with_borrow_mut(|logged| logged.push((level, message.to_owned())));
}

/// Takes the lines that this thread has logged.
#[cfg(not(target_arch = "wasm32"))]
#[must_use]
pub fn logged() -> Vec<(Level, String)> {
    LOGGED.take()
}
