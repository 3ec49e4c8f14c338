//! Decisions in any number: facts of every shape out of a seed, asked of the policies that the binary carries, and kept by
//! the gateway's own decision log. The same seed always draws the same facts.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use fingerpost::builtin;
use fingerpost::catalog::{self, Catalog};
use fingerpost::config::Config;
use fingerpost::decision_log::{self, Decision, DecisionLog, Input, Output, Putting, Standing, Told};
use fingerpost::gateway::RouteState;
use fingerpost::limits::Limits;
use fingerpost::policy::wire::{
    Attempt, Attribute, Availability, Bounds, Budget, Caller, Deferred, Facts, Failure, QueueState, Request, Session,
    TargetState,
};
use fingerpost::policy::{Engine, EngineOptions, Generation, RoutePolicy};
use fingerpost::telemetry::metrics::Metrics;

use crate::gateway::{admit_program, share_compiled};

const CLASSES: [&str; 5] = ["critical", "interactive", "internal", "batch", "experiment"];
const MINUTE: u64 = 60_000;

/// A config with a route for each policy that the binary carries, named like it.
pub fn config(data_dir: &Path) -> String {
    let mut text = format!("[data]\ndir = \"{}\"\n[engine]\nwall_clock = \"5s\"\n[tenants.acme]\n", data_dir.display());
    let _ = writeln!(text, "[queues.later]\nttl = \"1h\"\n[queues.review]\nreview = true\n");
    for provider in ["north", "south"] {
        let _ = writeln!(text, "[providers.{provider}]\nkind = \"openai\"\nbase_url = \"http://127.0.0.1:9/v1\"");
        for (tier, price) in [("frontier", 10), ("balanced", 3), ("economy", 1)] {
            let _ = writeln!(
                text,
                "[targets.{provider}-{tier}]\nprovider = \"{provider}\"\nmodel = \"{tier}\"\ntier = \"{tier}\"\n\
                 features = [\"tools\", \"json-schema\"]\ncontext_window = {}\nprefill = \"assistant\"\n\
                 price = {{ input = \"{price}.00\", output = \"{price}.00\" }}",
                if provider == "north" { 8_000 } else { 200_000 },
            );
        }
    }
    for policy in builtin::names() {
        let _ = writeln!(
            text,
            "[routes.{policy}]\npolicy = {{ source = \"builtin\", name = \"{policy}\" }}\nqueues = [\"later\", \"review\"]\n\
             targets = [\"north-frontier\", \"south-frontier\", \"north-balanced\", \"south-balanced\", \"north-economy\", \
             \"south-economy\"]\n[routes.{policy}.default_answers]\nsorry = {{ text = \"Sorry.\" }}"
        );
        if policy == "weighted" {
            let _ =
                writeln!(text, "[routes.weighted.routing]\nweights = {{ north-frontier = 70, south-economy = 30 }}");
        }
    }
    text
}

/// Draws numbers from a seed, by SplitMix64.
#[derive(Debug, Clone)]
pub struct Draw(pub u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, most: u64) -> u64 {
        self.next() % most
    }

    fn small(&mut self, most: u32) -> u32 {
        u32::try_from(self.below(u64::from(most))).expect("it is below a u32")
    }

    fn is(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[usize::try_from(self.below(from.len() as u64)).expect("an index")]
    }

    fn maybe<T>(&mut self, percent: u64, some: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.is(percent).then(|| some(self))
    }
}

/// The facts of a decision on a route with six targets, two queues and a prepared answer.
pub fn input(draw: &mut Draw, number: u64) -> Input {
    let index = if draw.is(60) { 0 } else { 1 + draw.small(3) };
    let attempts: Vec<_> = (1..=index).map(|number| attempt(draw, number)).collect();
    let targets: Vec<_> = (0..6).map(|target| state(draw, target)).collect();
    let committed = attempts.last().is_some_and(|attempt| attempt.committed);
    let facts = Facts {
        request: request(draw, number, index),
        caller: Caller {
            tenant: draw.pick(&["acme", "globex", "initech"]).into(),
            key: "key".into(),
            plan: draw.pick(&["", "free", "pro"]).into(),
            user: draw.maybe(50, |draw| format!("user-{}", draw.below(1000))),
        },
        bounds: bounds(draw),
        budgets: (0..draw.below(4)).map(|_| budget(draw)).collect(),
        first_free_in: targets.iter().all(|target| target.availability == Availability::Cooling).then_some(900),
        targets,
        session: draw.maybe(30, session),
        deferred: draw.maybe(10, |draw| Deferred {
            queue: "later".into(),
            tries: draw.small(4),
            since: 1_795_000_000_000,
            review_target: draw.maybe(20, |draw| u16::try_from(draw.below(6)).expect("an index")),
        }),
        queues: (0..2).map(|_| QueueState { depth: draw.small(50), paused: draw.is(10) }).collect(),
        cached_answer_age: draw.maybe(20, |draw| draw.below(MINUTE)),
    };
    let standing = Standing {
        intended: (index > 0).then(|| attempts[0].target),
        begun: committed.then(|| decision_log::Begun {
            committed,
            target: attempts[0].target,
            prefill: draw.is(50),
            matching: true,
        }),
        putting: Some(Putting {
            is_status_given: committed,
            since: facts.request.received_at,
            now: facts.request.received_at + facts.request.elapsed,
            turns: facts.budgets.iter().map(|budget| budget.resets_in.map(|left| 1_795_000_000_000 + left)).collect(),
        }),
    };
    Input { facts, attempts, standing }
}

fn request(draw: &mut Draw, number: u64, decision_index: u32) -> Request {
    let name = |draw: &mut Draw| Attribute {
        name: draw.pick(&["feature", "language", "environment", "sensitivity", "umlaut ä"]).into(),
        value: draw.pick(&["legal", "en", "staging", "checkout", "日本語"]).into(),
        source: draw.pick(&["caller", "key", "route"]).into(),
    };
    let elapsed = u64::from(decision_index) * 400 + draw.below(50);
    Request {
        id: format!("req_{number:028x}"),
        endpoint: "chat-completions".into(),
        requested_model: "r".into(),
        requested_target: draw.maybe(5, |draw| u16::try_from(draw.below(6)).expect("an index")),
        traffic_class: draw.pick(&CLASSES).into(),
        streaming: draw.is(50),
        needs: draw.maybe(30, |draw| vec![draw.pick(&["tools", "json-schema", "vision"]).into()]).unwrap_or_default(),
        input_tokens: if draw.is(10) { draw.small(300_000) } else { draw.small(4_000) },
        input_tokens_exact: draw.is(50),
        max_output_tokens: draw.maybe(60, |draw| draw.small(4_000)),
        received_at: 1_795_000_000_000 + number * 37,
        utc_offset_minutes: 60,
        elapsed,
        time_left: draw.below(60_000),
        seed: draw.next(),
        decision_index,
        attributes: (0..draw.below(4)).map(|_| name(draw)).collect(),
    }
}

fn bounds(draw: &mut Draw) -> Bounds {
    Bounds {
        max_attempts: 1 + draw.small(5),
        max_same_target: 1 + draw.small(2),
        deadline: 60_000,
        worst_tier_rank: u8::try_from(draw.below(3)).expect("a rank"),
        max_cost: draw.maybe(20, |draw| draw.below(100_000_000)),
        max_cost_permille: 500 + draw.small(4_000),
        downgrade: draw.is(70),
        upgrade: draw.is(30),
        may_defer: draw.is(50),
        may_reclassify_to: if draw.is(20) { vec!["experiment".into()] } else { Vec::new() },
    }
}

fn budget(draw: &mut Draw) -> Budget {
    let (limit, spent) = (1_000_000_000, draw.below(1_100_000_000));
    Budget {
        id: format!("budget-{}", draw.below(3)),
        scope: draw.pick(&["tenant", "key", "route", "class"]).into(),
        period: draw.pick(&["day", "month", "prepaid"]).into(),
        limit,
        spent,
        reserved: 0,
        own_reserved: 0,
        remaining: i64::try_from(limit).expect("small") - i64::try_from(spent).expect("small"),
        resets_in: draw.maybe(80, |draw| draw.below(86_400_000)),
    }
}

fn state(draw: &mut Draw, target: u64) -> TargetState {
    let availability = match draw.below(10) {
        0 => Availability::Probing,
        1 | 2 => Availability::Cooling,
        _ => Availability::Available,
    };
    let cost = [10, 10, 3, 3, 1, 1][usize::try_from(target).expect("an index")] * (1_000 + draw.below(100));
    TargetState {
        allowed: draw.is(95),
        availability,
        cooling_for: (availability == Availability::Cooling).then(|| 500 + draw.below(10_000)),
        samples: draw.small(200),
        success_permille: u16::try_from(400 + draw.below(601)).expect("a share"),
        first_token_p50: draw.below(2_000),
        latency_p95: draw.below(20_000),
        in_flight: draw.small(10),
        slots_left: draw.small(4),
        queue_left: draw.small(3),
        retries_left: draw.small(5),
        estimated_cost: if draw.is(3) { u64::MAX } else { cost },
        reserved_at_once: cost,
    }
}

fn session(draw: &mut Draw) -> Session {
    let target = draw.maybe(80, |draw| u16::try_from(draw.below(6)).expect("an index"));
    let turns = draw.small(20);
    let cached_tokens = if target.is_some() { draw.small(4_000) } else { 0 };
    Session { target, target_id: "north-frontier".into(), turns, needs: Vec::new(), cached_tokens }
}

fn attempt(draw: &mut Draw, number: u32) -> Attempt {
    let kind = draw.pick(&["server-error", "rate-limited", "first-token-timeout", "context-length", "connect"]);
    let committed = draw.is(10);
    Attempt {
        number,
        target: u16::try_from(draw.below(6)).expect("an index"),
        failure: Failure {
            kind: kind.into(),
            phase: if committed { "stream".into() } else { "head".into() },
            fault: if kind == "context-length" { "caller".into() } else { "provider".into() },
            processed: draw.pick(&["no", "maybe", "yes"]).into(),
            same_target_ok: kind != "context-length",
            other_target_ok: draw.is(95),
            status: draw.maybe(80, |_| 503),
            code: draw.maybe(20, |_| "overloaded".into()),
            retry_after: draw.maybe(20, |draw| draw.below(8_000)),
        },
        started: u64::from(number) * 300,
        duration: draw.below(5_000),
        first_token: draw.maybe(20, |draw| draw.below(900)),
        input_tokens: draw.small(4_000),
        output_tokens: draw.small(50),
        delivered_tokens: if committed { 7 } else { 0 },
        committed,
        content: if committed { "text".into() } else { String::new() },
        resumable: if committed { vec!["prefill".into(), "match".into()] } else { Vec::new() },
        cost: draw.below(20_000),
    }
}

/// The routes of [`config`], their policies in a real engine, and a real log in a folder.
pub struct Recorder {
    /// Every route with what decides on it.
    pub routes: Vec<(Arc<RouteState>, Arc<Generation>)>,
    /// The log.
    pub log: DecisionLog,
    metrics: Arc<Metrics>,
    draw: Draw,
    number: u64,
}

impl Recorder {
    /// Starts one in this data folder; `more` is added to the config.
    pub async fn start(data_dir: &Path, seed: u64, more: &str) -> Self {
        share_compiled(data_dir);
        let text = format!("{}{more}", config(data_dir));
        let config = Config::parse(&text, Path::new("f.toml")).unwrap_or_else(|error| panic!("{error}"));
        let metrics = Arc::new(Metrics::default());
        let catalog =
            catalog::build(&config, &BTreeMap::new(), &Catalog::new(), &metrics).expect("the targets can be built");
        let options = EngineOptions {
            cache_dir: data_dir.join("compiled"),
            admit_program: admit_program(),
            components: Some(decision_log::components(data_dir)),
        };
        let engine = Engine::start(&config.engine, options).expect("the engine starts");
        let rules = &config.decision_log;
        let log =
            DecisionLog::open(data_dir, rules, &config.engine, *engine.fingerprint(), metrics.decision_log.clone());
        let mut routes = Vec::new();
        for setting in config.routes.values() {
            let policy = Arc::new(RoutePolicy::new(setting.name.clone(), &config.engine));
            let route = RouteState::new(&config, setting, &catalog, policy, &metrics, &Limits::default());
            let component = builtin::component(&setting.name).expect("the route is named like its policy");
            let module = engine.admit(component, &route.setup).await.unwrap_or_else(|error| panic!("{error}"));
            let generation = route.policy.install(setting.name.clone(), module, route.own_settings());
            routes.push((Arc::new(route), generation));
        }
        Self { routes, log, metrics, draw: Draw(seed), number: seed << 32 }
    }

    /// Has every policy make so many decisions and keeps them.
    pub async fn decide(&mut self, count: usize) {
        for number in 0..count {
            for (route, generation) in &self.routes {
                self.number += 1;
                let input = input(&mut self.draw, self.number);
                let (output, fuel) = ask(route, generation, &input).await;
                let decider = Some((&**generation).into());
                let told = Told { fuel, micros: 0, overruled: None };
                let Input { facts, attempts, standing } = &input;
                let (output, told) = (&output, &told);
                self.log.record(Decision { route, decider, facts, attempts, standing, output, told });
            }
            // Faster than any gateway, this would only show that the queue is bounded.
            if number % 1_000 == 999 {
                self.log.flush().await;
            }
        }
        self.log.flush().await;
    }

    /// Decisions that are in a file, and those that were lost.
    pub fn kept(&self) -> (u64, u64) {
        let log = &self.metrics.decision_log;
        (log.kept.get(), log.lost_to_overload.get() + log.lost_to_disk.get())
    }
}

async fn ask(route: &RouteState, generation: &Arc<Generation>, input: &Input) -> (Output, u64) {
    let facts = &input.facts;
    let id = &facts.request.id;
    if facts.request.decision_index == 0 {
        let decided = route.policy.route(generation, id, facts).await;
        (Output::Routed(decided.outcome.unwrap_or_else(|failure| panic!("{failure}"))), decided.fuel)
    } else {
        let decided = route.policy.fallback(generation, id, facts, &input.attempts).await;
        (Output::Recovered(decided.outcome.unwrap_or_else(|failure| panic!("{failure}"))), decided.fuel)
    }
}
