//! The matrix of traffic classes as data: where a class begins, what it falls back to, and when it stops. The config can
//! change every number and every rung.

use std::collections::BTreeMap;

use fingerpost_sdk::names::class;
use fingerpost_sdk::prelude::Hold;
use serde::Deserialize;

use crate::actions::Actions;

/// A traffic class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Somebody or something important waits.
    Critical,
    /// Somebody waits.
    Interactive,
    /// Nobody waits.
    Internal,
    /// Long work that may wait itself.
    Batch,
    /// A failure is a result.
    Experiment,
}

impl Class {
    /// All of them, in the order of the matrix.
    pub const ALL: [Class; 5] = [Class::Critical, Class::Interactive, Class::Internal, Class::Batch, Class::Experiment];

    /// The class with this name. One that the matrix does not know is treated as `interactive`.
    #[must_use]
    pub fn named(name: &str) -> Class {
        let known = Class::ALL.into_iter().find(|class| class.name() == name);
        known.unwrap_or(Class::Interactive)
    }

    /// Its name in the facts.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Class::Critical => class::CRITICAL,
            Class::Interactive => class::INTERACTIVE,
            Class::Internal => class::INTERNAL,
            Class::Batch => class::BATCH,
            Class::Experiment => class::EXPERIMENT,
        }
    }
}

/// A quality class, whatever the deployer calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The best there is. Where the route has no such tier: its best.
    Frontier,
    /// Good and affordable. Where the route has no such tier: that of its first target.
    Balanced,
    /// Low-cost. Where the route has no such tier: its worst.
    Economy,
    /// The route's first target itself, and no other.
    First,
}

/// Which of several equal targets goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// The one that the route names first.
    Route,
    /// The one that is estimated to cost least.
    Cheapest,
}

/// One way to go on when the first choice does not serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// A target of the same tier that was not tried, at a provider that has not failed where there is one.
    SameTier,
    /// One of the same tier that is estimated to cost the same, within a twentieth.
    SamePrice,
    /// A target of a worse tier, marked as degraded.
    CheaperTier,
    /// A target of a better tier, where `routing.upgrade` allows it.
    BetterTier,
    /// The stored answer to the same request.
    CachedAnswer,
    /// A prepared answer.
    DefaultAnswer,
    /// A queue, to be tried again later.
    Queue,
    /// The queue in which people decide.
    Review,
}

impl Step {
    /// All of them, with their names.
    pub const ALL: [(&str, Step); 8] = [
        ("same-tier", Step::SameTier),
        ("same-price", Step::SamePrice),
        ("cheaper-tier", Step::CheaperTier),
        ("better-tier", Step::BetterTier),
        ("cached-answer", Step::CachedAnswer),
        ("default-answer", Step::DefaultAnswer),
        ("queue", Step::Queue),
        ("review", Step::Review),
    ];

    /// Its name in configs and explanations.
    #[must_use]
    pub fn name(self) -> &'static str {
        Step::ALL.into_iter().find(|(_, step)| *step == self).map_or("", |(name, _)| name)
    }

    /// Whether it calls a model.
    #[must_use]
    pub fn calls_a_model(self) -> bool {
        matches!(self, Step::SameTier | Step::SamePrice | Step::CheaperTier | Step::BetterTier)
    }
}

/// How a stream is continued that broke after the caller had seen a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resume {
    /// It is not: it ends with an error.
    Never,
    /// A model continues the text; one that does not take that answers anew as with `match`.
    Prefill,
    /// A model answers anew, and what the caller has seen is compared and dropped.
    Match,
}

/// Where such a stream is continued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResumeAt {
    /// Only at the model that began.
    SameModel,
    /// There where that can be, else at another of its tier. Sensitive work stays at its model.
    SameTier,
}

/// How much of a stream is kept back. Until then a failure is invisible to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeepBack {
    /// Nothing.
    None,
    /// All until its first token.
    FirstToken,
    /// All until so many tokens.
    Tokens(u32),
    /// All of it.
    All,
}

impl From<KeepBack> for Hold {
    fn from(keep: KeepBack) -> Hold {
        match keep {
            KeepBack::None => Hold::None,
            KeepBack::FirstToken => Hold::FirstToken,
            KeepBack::Tokens(count) => Hold::Tokens(count),
            KeepBack::All => Hold::All,
        }
    }
}

/// What a class is entitled to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The tier that serves it.
    pub primary: Level,
    /// Which target of that tier goes first.
    pub order: Order,
    /// What to fall back to, rung by rung. Each rung is used once; of the steps of a rung the first that is possible
    /// is taken.
    pub rungs: Vec<Vec<Step>>,
    /// What to do instead of calling a model while the budget is kept for critical traffic; a quota error where
    /// nothing is possible.
    pub blocked: Vec<Step>,
    /// What to do after a kind of failure, in place of the retry and of the rungs.
    pub on: BTreeMap<String, Actions>,
    /// Whether `blocked` stands in place of the rungs as well where the budget is out after a failure.
    pub on_budget: bool,
    /// How many tries in all may repeat one at the same target.
    pub retries: u32,
    /// How many tries there may be in all.
    pub attempts: u32,
    /// After this duration, in milliseconds, no further try is begun.
    pub latency_window: u64,
    /// How long a target that failed is waited for at most, in milliseconds, where nothing else is left.
    pub patience: u64,
    /// The longest wait that a provider may ask for, in milliseconds; `None`: that of the backoff.
    pub longest_retry_after: Option<u64>,
    /// The most that one try may be estimated at, in thousandths of the intended target's estimate.
    pub cost_permille: u32,
    /// The worst tier that may serve; `None`: what the bounds allow.
    pub floor: Option<Level>,
    /// Whether a scarce budget makes it begin a tier lower.
    pub yields_to_budget: bool,
    /// Whether a larger context window may be looked for.
    pub larger_context: bool,
    /// How answers of a worse tier are marked.
    pub degraded: &'static str,
    /// How long the first token of a stream may take, in milliseconds.
    pub first_token: u64,
    /// How long a stream may be silent, in milliseconds.
    pub idle: u64,
    /// How long a stream may go on without a part of the answer, in milliseconds.
    pub content_idle: u64,
    /// How long one try may take, in milliseconds.
    pub total: u64,
    /// How much of a stream is kept back before the caller sees any of it.
    pub hold: KeepBack,
    /// Whether plain requests are called as streams too, so that a slow first token and a stall are noticed there.
    pub as_stream: bool,
    /// The greatest age of a stored answer, in milliseconds.
    pub cached_age: u64,
    /// How often a request may come out of the queue and fail before people look at it.
    pub queue_tries: u32,
    /// What to do about a stream that broke halfway.
    pub resume: Resume,
    /// And where.
    pub resume_at: ResumeAt,
}

impl Plan {
    /// The matrix: one class a row.
    #[must_use]
    pub fn of(class: Class) -> Plan {
        use Step::{BetterTier, CachedAnswer, CheaperTier, DefaultAnswer, Queue, Review, SameTier};
        match class {
            Class::Critical => Plan {
                primary: Level::Frontier,
                rungs: vec![vec![SameTier], vec![CheaperTier]],
                // The first choice, its retry, the second provider, the cheaper model.
                attempts: 4,
                latency_window: 45_000,
                cost_permille: 2_000,
                floor: Some(Level::Balanced),
                yields_to_budget: false,
                degraded: "uncertain",
                as_stream: true,
                resume: Resume::Prefill,
                ..Plan::modest()
            },
            Class::Interactive => Plan {
                rungs: vec![vec![CheaperTier, SameTier, BetterTier], vec![CachedAnswer, DefaultAnswer]],
                blocked: vec![CachedAnswer, DefaultAnswer],
                latency_window: 20_000,
                first_token: 8_000,
                // A stall has to leave time for somebody else to go on: the gateway gives the class half a minute.
                idle: 10_000,
                as_stream: true,
                resume: Resume::Prefill,
                ..Plan::modest()
            },
            Class::Internal => Plan {
                primary: Level::Economy,
                order: Order::Cheapest,
                rungs: vec![vec![SameTier, BetterTier], vec![Queue]],
                blocked: vec![Queue],
                latency_window: 60_000,
                first_token: 20_000,
                ..Plan::modest()
            },
            Class::Batch => Plan {
                primary: Level::Economy,
                order: Order::Cheapest,
                rungs: vec![vec![Queue], vec![Review]],
                blocked: vec![Queue],
                latency_window: 300_000,
                first_token: 60_000,
                idle: 60_000,
                content_idle: 180_000,
                total: 600_000,
                ..Plan::modest()
            },
            Class::Experiment => Plan {
                primary: Level::First,
                retries: 0,
                attempts: 1,
                patience: 0,
                yields_to_budget: false,
                larger_context: false,
                ..Plan::modest()
            },
        }
    }

    /// What the rows of the matrix differ from.
    fn modest() -> Plan {
        Plan {
            primary: Level::Balanced,
            order: Order::Route,
            rungs: Vec::new(),
            blocked: Vec::new(),
            on: BTreeMap::new(),
            on_budget: false,
            retries: 1,
            attempts: 3,
            latency_window: 30_000,
            patience: 5_000,
            longest_retry_after: None,
            cost_permille: 1_500,
            floor: None,
            yields_to_budget: true,
            larger_context: true,
            degraded: "cheaper",
            first_token: 10_000,
            idle: 20_000,
            content_idle: 60_000,
            total: 120_000,
            hold: KeepBack::FirstToken,
            as_stream: false,
            cached_age: 86_400_000,
            queue_tries: 3,
            resume: Resume::Never,
            resume_at: ResumeAt::SameTier,
        }
    }
}
