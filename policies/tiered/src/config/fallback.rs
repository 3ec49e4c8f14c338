//! The section `fallback`: the exception path. What follows when the first choice cannot serve.

use std::collections::BTreeMap;

use fingerpost_sdk::names::failure_kind;
use fingerpost_sdk::prelude::*;
use serde::Deserialize;

use super::plans::PlanCap;
use super::{Classes, change};
use crate::actions::{Action, Actions};
use crate::nearest::suggestion;
use crate::plan::{Class, KeepBack, Plan, Resume, ResumeAt, Step};

/// The exception path.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FallbackConfig {
    /// From this share of a daily or monthly budget on, in thousandths, non-critical traffic falls back only to targets
    /// that are no dearer than the intended one.
    pub restrain_from: u32,
    /// The wait before a retry.
    pub backoff: BackoffConfig,
    /// Caps on retries by kind of failure. Kinds that are not named may be retried as often as the class may.
    pub retries_by_kind: BTreeMap<String, u32>,
    /// What to do after a kind of failure, in place of the class's retry and rungs; `budget`: in place of `blocked`.
    pub on: BTreeMap<String, Actions>,
    /// What is open to a tenant's plan.
    pub plans: BTreeMap<String, PlanCap>,
    /// With less time left than this no try is begun.
    pub least_time: u64,
    /// Where nothing else is left and a target that failed may be tried within this time, the request waits for it; 0: it
    /// never does. Without: as long as the class has patience.
    pub wait_for_recovery: Option<u64>,
    /// The prepared answer; without: the route's first.
    pub default_answer: Option<String>,
    /// The queue for later retries; without: the route's first that is not `review_queue`.
    pub queue: Option<String>,
    /// The queue in which people decide; without: the route's queue `review`, where there is one.
    pub review_queue: Option<String>,
    /// The wait before a queued request is tried again; doubles with each try.
    pub queue_wait: u64,
    /// How long a request may stay in queues in all.
    pub queue_expiry: u64,
    /// Changes to the matrix, by class.
    pub classes: Classes<FallbackChange>,
}

impl Default for FallbackConfig {
    fn default() -> FallbackConfig {
        FallbackConfig {
            restrain_from: 700,
            backoff: BackoffConfig::default(),
            retries_by_kind: BTreeMap::new(),
            on: BTreeMap::new(),
            plans: BTreeMap::new(),
            least_time: 1_000,
            wait_for_recovery: None,
            default_answer: None,
            queue: None,
            review_queue: None,
            queue_wait: 60_000,
            queue_expiry: 86_400_000,
            classes: Classes::default(),
        }
    }
}

impl FallbackConfig {
    pub(super) fn problems(&self, setup: &Setup) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.backoff.base > self.backoff.cap {
            problems.push(Problem::new("fallback.backoff.base", "must not exceed fallback.backoff.cap"));
        }
        for kind in self.retries_by_kind.keys().filter(|kind| !failure_kind::ALL.contains(&kind.as_str())) {
            let message = suggestion(kind, failure_kind::ALL.iter().copied());
            problems.push(Problem::new(format!("fallback.retries_by_kind.{kind}"), message));
        }
        problems.extend(on_problems("fallback.on", &self.on));
        for class in Class::ALL {
            let path = format!("fallback.classes.{}.on", class.name());
            problems.extend(on_problems(&path, &self.classes.of(class).on));
        }
        problems.extend(self.plans.iter().flat_map(|(name, cap)| cap.problems(name)));
        for class in Class::ALL.into_iter().filter(|class| self.classes.of(*class).attempts == Some(0)) {
            let path = format!("fallback.classes.{}.attempts", class.name());
            problems.push(Problem::new(path, "must be at least 1"));
        }
        let named = [
            ("fallback.queue", &self.queue, &setup.queues),
            ("fallback.review_queue", &self.review_queue, &setup.queues),
            ("fallback.default_answer", &self.default_answer, &setup.default_answers),
        ];
        for (path, name, known) in named {
            if let Some(name) = name.as_ref().filter(|name| !known.contains(name)) {
                problems.push(Problem::new(path, format!("the route has no `{name}`; it has [{}]", known.join(", "))));
            }
        }
        problems
    }
}

/// The wait before a retry: exponential, with full jitter, and never sooner than the provider asks.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BackoffConfig {
    /// The most that the first retry waits.
    pub base: u64,
    /// The most that any retry waits.
    pub cap: u64,
    /// A provider that asks for more time than this is not waited for, neither before a retry nor at first.
    pub longest_retry_after: u64,
}

impl Default for BackoffConfig {
    fn default() -> BackoffConfig {
        let Backoff { base, cap, longest_retry_after } = Backoff::default();
        BackoffConfig { base, cap, longest_retry_after }
    }
}

impl From<BackoffConfig> for Backoff {
    fn from(config: BackoffConfig) -> Backoff {
        let BackoffConfig { base, cap, longest_retry_after } = config;
        Backoff { base, cap, longest_retry_after }
    }
}

/// The word for a budget that keeps a request from any model.
const BUDGET: &str = "budget";

/// Kinds of failure that end a request whatever the config says: the gateway refuses every further try.
const FINAL: [&str; 4] =
    [failure_kind::CONTENT_POLICY, failure_kind::INVALID_REQUEST, failure_kind::UNSUPPORTED, failure_kind::TOO_LARGE];

fn on_problems(path: &str, on: &BTreeMap<String, Actions>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (kind, Actions(actions)) in on {
        let mut problem = |message: String| problems.push(Problem::new(format!("{path}.{kind}"), message));
        let calls = |action: &Action| match action {
            Action::Retry | Action::LargerContext => true,
            Action::Step(step) => step.calls_a_model(),
            Action::Fail => false,
        };
        let known = failure_kind::ALL.iter().copied().chain([BUDGET]);
        if !known.clone().any(|name| name == kind) {
            problem(suggestion(kind, known));
        } else if actions.is_empty() {
            problem("names no action: write \"fail\" to end the request there".into());
        } else if kind == BUDGET && actions.iter().any(calls) {
            problem(
                "a model costs money: only cached-answer, default-answer, queue, review and fail are possible".into(),
            );
        } else if FINAL.contains(&kind.as_str()) && actions.iter().any(|action| *action != Action::Fail) {
            problem("such a failure is the same everywhere, so only \"fail\" is possible".into());
        } else if kind != failure_kind::CONTEXT_LENGTH && actions.contains(&Action::LargerContext) {
            problem("larger-context is for `context-length` only".into());
        } else if actions.iter().rev().skip(1).any(|action| *action == Action::Fail) {
            problem("nothing can follow \"fail\"".into());
        }
    }
    problems
}

/// Changes to the exception path of one class: what is not given stays as it is. The fields are those of [`Plan`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs)]
pub struct FallbackChange {
    pub rungs: Option<Vec<Vec<Step>>>,
    pub blocked: Option<Vec<Step>>,
    pub on: BTreeMap<String, Actions>,
    pub retries: Option<u32>,
    pub attempts: Option<u32>,
    pub latency_window: Option<u64>,
    pub longest_retry_after: Option<u64>,
    pub cost_permille: Option<u32>,
    pub larger_context: Option<bool>,
    pub first_token: Option<u64>,
    pub idle: Option<u64>,
    pub content_idle: Option<u64>,
    pub total: Option<u64>,
    pub hold: Option<KeepBack>,
    pub as_stream: Option<bool>,
    pub cached_age: Option<u64>,
    pub queue_tries: Option<u32>,
    pub resume: Option<Resume>,
    pub resume_at: Option<ResumeAt>,
}

impl FallbackChange {
    pub(super) fn apply(&self, plan: &mut Plan, on: &BTreeMap<String, Actions>) {
        change(&mut plan.rungs, &self.rungs);
        change(&mut plan.blocked, &self.blocked);
        plan.on.extend(on.iter().chain(&self.on).map(|(kind, actions)| (kind.clone(), actions.clone())));
        if let Some(Actions(actions)) = plan.on.remove(BUDGET) {
            plan.blocked = actions.into_iter().filter_map(Action::step).collect();
            plan.on_budget = true;
        }
        change(&mut plan.retries, &self.retries);
        change(&mut plan.attempts, &self.attempts);
        change(&mut plan.latency_window, &self.latency_window);
        plan.longest_retry_after = self.longest_retry_after.or(plan.longest_retry_after);
        change(&mut plan.cost_permille, &self.cost_permille);
        change(&mut plan.larger_context, &self.larger_context);
        change(&mut plan.first_token, &self.first_token);
        change(&mut plan.idle, &self.idle);
        change(&mut plan.content_idle, &self.content_idle);
        change(&mut plan.total, &self.total);
        change(&mut plan.hold, &self.hold);
        change(&mut plan.as_stream, &self.as_stream);
        change(&mut plan.cached_age, &self.cached_age);
        change(&mut plan.queue_tries, &self.queue_tries);
        change(&mut plan.resume, &self.resume);
        change(&mut plan.resume_at, &self.resume_at);
    }
}
